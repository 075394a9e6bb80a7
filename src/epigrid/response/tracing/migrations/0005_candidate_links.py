"""A candidate has a link to the case, by which the list is ordered; of those found before, what their sources say."""

from django.db import migrations, models

SAID = {"household": "household", "interview": "named", "scan": "place"}
"""In the order of rank."""


def link_known(apps, schema_editor):
    candidates = apps.get_model("tracing", "Candidate").objects
    changed = []
    for row in candidates.only("id", "sources").iterator():
        row.link = next((link for source, link in SAID.items() if source in row.sources), "")
        if row.link:
            changed.append(row)
    candidates.bulk_update(changed, ["link"], batch_size=500)


class Migration(migrations.Migration):

    dependencies = [("tracing", "0004_bounded_queries")]

    operations = [
        migrations.AddField("candidate", "link", models.CharField(blank=True, default="", max_length=10)),
        migrations.RunPython(link_known, migrations.RunPython.noop),
    ]
