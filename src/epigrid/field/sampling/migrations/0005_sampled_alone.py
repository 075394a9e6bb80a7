import django.db.models.deletion
import epigrid.store.scoped
from django.db import migrations, models


def forget_refusals(apps, _editor):
    """Why people declined a test of a round that is closed, as `close_round` deletes it from now on."""
    apps.get_model('sampling', 'Refusal').objects.filter(round__closed_at__isnull=False).delete()
    reports = apps.get_model('sampling', 'RollReport').objects.filter(round__closed_at__isnull=False, state='declined')
    reports.exclude(reason='', proof='').update(reason='', proof='')


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0002_risk_list'),
        ('sampling', '0004_who_is_due'),
    ]

    operations = [
        migrations.CreateModel(
            name='SampledAlone',
            fields=[
                ('area', epigrid.store.scoped.AreaField(db_index=True, max_length=200)),
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('until', models.DateTimeField()),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.RunPython(forget_refusals, migrations.RunPython.noop),
    ]
