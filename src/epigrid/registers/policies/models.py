"""Tables of the policies register."""

from django.db import models

from epigrid.store.ids import uuid7
from epigrid.store.scoped import ScopedModel


class Edition(models.Model):
    """The merged clauses of pack and overlays that were in force somewhere on some day; kept for ever, found by digest when the files are gone."""

    digest = models.CharField(max_length=64, primary_key=True)
    disease = models.CharField(max_length=40)
    pack = models.CharField(max_length=80)
    content = models.JSONField()


class Delegation(ScopedModel):
    """A written delegation of issuing holds: by which directive, to whom, how long a hold may be, until when."""

    visible_below = True

    id = models.UUIDField(primary_key=True, default=uuid7)
    act = models.CharField(max_length=40)
    to_holder_id = models.UUIDField()
    max_hours = models.PositiveSmallIntegerField()
    directive_id = models.UUIDField()
    decided_by = models.UUIDField(null=True)
    since = models.DateTimeField()
    until = models.DateTimeField()
    caused_by = models.UUIDField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["directive_id", "act", "area", "to_holder_id"], name="policies_delegation_once"),
            models.CheckConstraint(condition=models.Q(until__gt=models.F("since")), name="policies_delegation_ends"),
        ]
