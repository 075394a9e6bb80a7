"""A venue query has a kind, a window of its own and an answer; queries asked before are contacts of their whole exposure record."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import OuterRef, Subquery

import epigrid.store.ids
import epigrid.store.scoped


def give_windows(apps, schema_editor):
    exposures = apps.get_model("tracing", "Exposure").objects.filter(id=OuterRef("exposure_id"))
    apps.get_model("tracing", "VenueQuery").objects.update(
        starts_at=Subquery(exposures.values("starts_at")[:1]), ends_at=Subquery(exposures.values("ends_at")[:1])
    )


class Migration(migrations.Migration):

    dependencies = [("tracing", "0003_sweeps")]

    operations = [
        migrations.AddField("venuequery", "also", models.JSONField(default=list)),
        migrations.AddField("venuequery", "kind", models.CharField(default="contacts", max_length=10)),
        migrations.AddField("venuequery", "starts_at", models.DateTimeField(null=True)),
        migrations.AddField("venuequery", "ends_at", models.DateTimeField(null=True)),
        migrations.AddField("venuequery", "place_id", models.UUIDField(null=True)),
        migrations.AddField("venuequery", "direction", models.CharField(blank=True, default="", max_length=10), preserve_default=False),
        migrations.AddField("venuequery", "latency_seconds", models.PositiveIntegerField(null=True)),
        migrations.AddField("venuequery", "min_seconds", models.PositiveIntegerField(null=True)),
        migrations.AddField("venuequery", "days_gone", models.PositiveSmallIntegerField(default=0)),
        migrations.AddField("venuequery", "answer", models.JSONField(default=dict)),
        migrations.RunPython(give_windows, migrations.RunPython.noop),
        migrations.AlterField("venuequery", "starts_at", models.DateTimeField()),
        migrations.AlterField("venuequery", "ends_at", models.DateTimeField()),
        migrations.CreateModel(
            name="Finding",
            fields=[
                ("area", epigrid.store.scoped.AreaField(db_index=True, max_length=200)),
                ("id", models.UUIDField(default=epigrid.store.ids.uuid7, primary_key=True, serialize=False)),
                ("seconds", models.PositiveIntegerField()),
                ("meetings", models.PositiveIntegerField()),
                ("first_at", models.DateTimeField()),
                ("last_at", models.DateTimeField()),
                ("candidate", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tracing.candidate")),
                ("query", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tracing.venuequery")),
            ],
        ),
        migrations.AddConstraint("finding", models.UniqueConstraint(fields=("query", "candidate"), name="finding_once")),
    ]
