"""Tables of the policies register."""

from django.db import models

from epigrid.store.ids import uuid7
from epigrid.store.scoped import ScopedModel


class Edition(models.Model):
    """The merged clauses of pack and overlays that were in force somewhere on some day; kept for ever."""

    digest = models.CharField(max_length=64, primary_key=True)
    content = models.JSONField()
    packs = models.JSONField(default=list)


class Delegation(ScopedModel):
    """A written delegation of issuing holds: to whom, how long a hold may be, until when."""

    visible_below = True

    id = models.UUIDField(primary_key=True, default=uuid7)
    act = models.CharField(max_length=40)
    holder_id = models.UUIDField()
    max_hours = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=200)
    decided_by = models.UUIDField()
    since = models.DateTimeField()
    until = models.DateTimeField()
