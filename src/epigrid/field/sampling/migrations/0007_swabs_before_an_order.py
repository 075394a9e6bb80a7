import django.db.models.deletion
from django.db import migrations, models

import epigrid.store.ids
import epigrid.store.scoped


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0002_risk_list'),
        ('sampling', '0006_exclusions'),
    ]

    operations = [
        migrations.AddField(
            model_name='sampledalone',
            name='since',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='swab',
            name='before_order',
            field=models.BooleanField(default=False),
        ),
        migrations.CreateModel(
            name='ListChange',
            fields=[
                ('area', epigrid.store.scoped.AreaField(db_index=True, max_length=200)),
                ('id', models.UUIDField(default=epigrid.store.ids.uuid7, primary_key=True, serialize=False)),
                ('was', models.CharField(max_length=12)),
                ('until', models.DateTimeField()),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sampling.round')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('round', 'person', 'until'), name='list_change_once')],
            },
        ),
    ]
