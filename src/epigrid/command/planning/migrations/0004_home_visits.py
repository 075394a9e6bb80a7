import django.db.models.deletion
from django.db import migrations, models

import epigrid.store.ids
import epigrid.store.scoped

MINUTES = ("door_min", "swab_min", "change_min", "between_min", "walk_m_per_min", "promise_min")


class Migration(migrations.Migration):

    dependencies = [
        ('places', '0003_outlines'),
        ('planning', '0003_shares'),
    ]

    operations = [
        *(migrations.AddField(model_name='plan', name=name, field=models.PositiveSmallIntegerField(null=True)) for name in MINUTES),
        migrations.AddField(
            model_name='plan',
            name='home_planned_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='plan',
            name='home_measured',
            field=models.BooleanField(null=True),
        ),
        migrations.CreateModel(
            name='HomePromise',
            fields=[
                ('area', epigrid.store.scoped.AreaField(db_index=True, max_length=200)),
                ('id', models.UUIDField(default=epigrid.store.ids.uuid7, primary_key=True, serialize=False)),
                ('at', models.DateTimeField()),
                ('place', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.place')),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='planning.plan')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('plan', 'place'), name='plan_promise_once')],
            },
        ),
        migrations.CreateModel(
            name='HomeVisit',
            fields=[
                ('area', epigrid.store.scoped.AreaField(db_index=True, max_length=200)),
                ('id', models.UUIDField(default=epigrid.store.ids.uuid7, primary_key=True, serialize=False)),
                ('list', models.CharField(max_length=12)),
                ('people', models.PositiveSmallIntegerField()),
                ('begins_at', models.DateTimeField(null=True)),
                ('ends_at', models.DateTimeField(null=True)),
                ('from_at', models.DateTimeField(null=True)),
                ('until_at', models.DateTimeField(null=True)),
                ('reason', models.CharField(blank=True, max_length=12)),
                ('place', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.place')),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='planning.plan')),
                ('team', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='planning.team')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('plan', 'place'), name='plan_home_once')],
            },
        ),
    ]
