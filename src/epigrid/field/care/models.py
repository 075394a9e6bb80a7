"""Tables of care."""

from typing import ClassVar

from django.db import models

from epigrid.registers.organisation.models import Body
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
    """What a resident asked for, who took it on, what it cost. Words that could name somebody are not taken here, and no picture of a receipt.

    `order_id`: the order at home out of which it was asked. `answered_at` is the moment of the delivery where something was brought.
    """

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
    order_id = models.UUIDField(null=True)
    accepted_by = models.UUIDField(null=True)
    accepted_at = models.DateTimeField(null=True)
    bought_at = models.DateTimeField(null=True)
    amount_cents = models.PositiveIntegerField(null=True)
    receipt = models.CharField(max_length=40, blank=True)
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


class MedicalExit(ScopedModel):
    """A way out to hospital and back (S-178): asked, granted, out, back. An emergency is granted when it is asked; what is written about it comes later."""

    readers = READERS
    person_lookup = "person_id"

    id = models.UUIDField(primary_key=True, default=uuid7)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    request = models.ForeignKey(Request, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=20)
    urgency = models.CharField(max_length=10)
    vehicle = models.CharField(max_length=40, blank=True)
    hospital = models.ForeignKey(Body, null=True, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    granted_at = models.DateTimeField(null=True)
    granted_by = models.UUIDField(null=True)
    out_at = models.DateTimeField(null=True)
    back_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["back_at", "asked_at"], name="exits_open")]


class CallRound(ScopedModel):
    """A telephone round of the households of an area (S-070)."""

    readers = READERS

    id = models.UUIDField(primary_key=True, default=uuid7)
    reason = models.CharField(max_length=20)
    planned_by = models.UUIDField()
    planned_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)


class CallPart(ScopedModel):
    """A part of a call round (A to E): who leads it on site."""

    readers = READERS

    id = models.UUIDField(primary_key=True, default=uuid7)
    round = models.ForeignKey(CallRound, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=40)
    leader_id = models.UUIDField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [models.UniqueConstraint(fields=["round", "name"], name="call_part_once")]


class CallItem(ScopedModel):
    """One household on one caller's list, whom he calls there, and what he was told last."""

    readers = READERS

    id = models.UUIDField(primary_key=True, default=uuid7)
    round = models.ForeignKey(CallRound, on_delete=models.PROTECT, related_name="+")
    part = models.ForeignKey(CallPart, on_delete=models.PROTECT, related_name="+")
    household_id = models.UUIDField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    caller_id = models.UUIDField()
    place_in_list = models.PositiveIntegerField()
    result = models.CharField(max_length=12, blank=True)
    tested = models.CharField(max_length=12, blank=True)
    health = models.CharField(max_length=12, blank=True)
    people_inside = models.PositiveSmallIntegerField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    called_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [models.UniqueConstraint(fields=["round", "household_id"], name="call_item_once")]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["caller_id", "result"], name="calls_of_caller")]
