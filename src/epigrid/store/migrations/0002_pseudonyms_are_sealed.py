"""Whom a number of the presence log stands for is sealed. Present numbers stay, so days that are sealed already need no other file.

Needs the key file where there are pseudonyms. Where there are rows there is no way back. VACUUM afterwards, so that no free page keeps a link (decision 0013).
"""

from typing import Any

from django.db import migrations, models
from django.db.models import Max


def seal_links(apps: Any, schema_editor: Any) -> None:
    from epigrid.store.extracts import links

    rows, series = apps.get_model("store", "Pseudonym"), apps.get_model("store", "Series")
    for tree, kind, last in rows.objects.values_list("tree", "kind").annotate(Max("id")).order_by("tree", "kind"):
        cipher = links.cipher_of(tree, kind)
        batch = []
        for row in rows.objects.filter(tree=tree, kind=kind).iterator():
            ((row.blind, subject_id),) = links.blinds(tree, kind, [row.subject_id])
            row.number, row.sealed = row.id, links.seal(cipher, tree, kind, row.id, subject_id)
            batch.append(row)
        rows.objects.bulk_update(batch, ["number", "blind", "sealed"], batch_size=200)
        series.objects.update_or_create(tree=tree, name=f"pseudonym|{kind}", defaults={"last": last})


class Migration(migrations.Migration):
    dependencies = [("store", "0001_initial")]

    operations = [
        migrations.RemoveConstraint(model_name="pseudonym", name="pseudonym_once"),
        migrations.AddField(model_name="pseudonym", name="number", field=models.PositiveIntegerField(default=0), preserve_default=False),
        migrations.AddField(model_name="pseudonym", name="blind", field=models.CharField(default="", max_length=64), preserve_default=False),
        migrations.AddField(model_name="pseudonym", name="sealed", field=models.BinaryField(default=b""), preserve_default=False),
        migrations.RunPython(seal_links, migrations.RunPython.noop),
        migrations.RemoveField(model_name="pseudonym", name="subject_id"),
        migrations.AddConstraint(
            model_name="pseudonym", constraint=models.UniqueConstraint(fields=("tree", "kind", "blind"), name="pseudonym_once")
        ),
        migrations.AddConstraint(
            model_name="pseudonym", constraint=models.UniqueConstraint(fields=("tree", "kind", "number"), name="pseudonym_number")
        ),
    ]
