"""Tables of entry. No row names a person who passed, and none keeps a number plate: kind, company and times answer what the desk asks."""

from typing import ClassVar

from django.db import models

from epigrid.kernel.duties import Duty
from epigrid.registers.places.models import Place
from epigrid.store.ids import uuid7
from epigrid.store.scoped import ScopedModel

KEEPERS = frozenset(
    {
        Duty.GATE_GUARD,
        Duty.GRID_WORKER,
        Duty.COMMUNITY_SECRETARY,
        Duty.ZONE_LEAD,
        Duty.SUBDISTRICT_OFFICE,
        Duty.COUNTY_EOC_OFFICER,
        Duty.AUDITOR,
    }
)
"""Who reads the gates' log."""


class GatePost(ScopedModel):
    """A place where a guard stands: a gate of a compound, a checkpoint, the door of a venue."""

    readers = KEEPERS

    id = models.UUIDField(primary_key=True, default=uuid7)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12)
    name = models.CharField(max_length=60)
    set_up_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [models.UniqueConstraint(fields=["place", "name"], name="gate_post_once")]


class Turn(ScopedModel):
    """The planned hours of one guard (a worker of the register) at one post."""

    readers = KEEPERS

    id = models.UUIDField(primary_key=True, default=uuid7)
    post = models.ForeignKey(GatePost, on_delete=models.PROTECT, related_name="+")
    worker_id = models.UUIDField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    planned_by = models.UUIDField()
    dropped_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["post", "ends_at"], name="turns_of_post")]


class Passage(ScopedModel):
    """One passage: which way, what was answered, when. Neither the person nor the reason."""

    readers = KEEPERS

    id = models.UUIDField(primary_key=True, default=uuid7)
    post = models.ForeignKey(GatePost, on_delete=models.PROTECT, related_name="+")
    way = models.CharField(max_length=10)
    answer = models.CharField(max_length=10)
    by = models.UUIDField(null=True)
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["post", "at"], name="passages_of_post")]


class Vehicle(ScopedModel):
    """A vehicle's way in and out: its kind, the company on it, the moments. No number plate, no driver."""

    readers = KEEPERS

    id = models.UUIDField(primary_key=True, default=uuid7)
    post = models.ForeignKey(GatePost, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12)
    company = models.CharField(max_length=40, blank=True)
    answer = models.CharField(max_length=10)
    in_at = models.DateTimeField(null=True)
    out_at = models.DateTimeField(null=True)
    by = models.UUIDField(null=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["post", "in_at"], name="vehicles_of_post")]


class PaperPage(ScopedModel):
    """The counts of one page of a post's paper register; the page itself stays in the binder."""

    readers = KEEPERS

    id = models.UUIDField(primary_key=True, default=uuid7)
    post = models.ForeignKey(GatePost, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    day = models.DateField()
    passages = models.PositiveIntegerField()
    vehicles = models.PositiveIntegerField()
    by = models.UUIDField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [models.UniqueConstraint(fields=["post", "number"], name="paper_page_once")]


class HandOver(ScopedModel):
    """A change of guards: what the leaving one counted, what the log says since the change before, what stays open."""

    readers = KEEPERS

    id = models.UUIDField(primary_key=True, default=uuid7)
    post = models.ForeignKey(GatePost, on_delete=models.PROTECT, related_name="+")
    by = models.UUIDField(null=True)
    to_worker_id = models.UUIDField(null=True)
    at = models.DateTimeField()
    passages = models.PositiveIntegerField()
    logged = models.PositiveIntegerField()
    vehicles_inside = models.PositiveIntegerField()
    matters = models.JSONField(default=list)
    note = models.CharField(max_length=100, blank=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["post", "at"], name="hand_overs_of_post")]
