"""Tables of care."""

from typing import ClassVar

from django.db import models

from epigrid.registers.people.models import READERS, Person
from epigrid.registers.places.models import Place
from epigrid.store.ids import uuid7
from epigrid.store.scoped import ScopedModel


class Incident(ScopedModel):
    """One thing behind several requests."""

    readers = READERS

    id = models.UUIDField(primary_key=True, default=uuid7)
    kind = models.CharField(max_length=20)
    place = models.ForeignKey(Place, null=True, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()


class Request(ScopedModel):
    """What a resident asked for. Words that could name somebody are not taken here."""

    readers = READERS
    person_lookup = "person_id"

    id = models.UUIDField(primary_key=True, default=uuid7)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20)
    channel = models.CharField(max_length=10)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=12, default="recorded")
    level = models.PositiveSmallIntegerField(default=0)
    incident = models.ForeignKey(Incident, null=True, on_delete=models.PROTECT, related_name="+")
    accepted_by = models.UUIDField(null=True)
    answered_by = models.UUIDField(null=True)
    answered_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=200, blank=True)
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["state", "due_at"], name="care_open")]


class Census(ScopedModel):
    """What one household of a closed place needs, and when it was asked."""

    readers = READERS

    id = models.UUIDField(primary_key=True, default=uuid7)
    zone_id = models.UUIDField()
    household_id = models.UUIDField()
    needs = models.JSONField(default=list)
    people_inside = models.PositiveSmallIntegerField()
    taken_by = models.UUIDField(null=True)
    taken_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [models.UniqueConstraint(fields=["zone_id", "household_id"], name="census_once")]
