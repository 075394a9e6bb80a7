"""Tables of people: one person - one file. Identity values live in the vault; here stand only masked forms made at write time."""

from typing import ClassVar

from django.db import models

from epigrid.kernel.duties import Duty
from epigrid.registers.places.models import Place
from epigrid.store.ids import uuid7
from epigrid.store.scoped import ScopedModel

READERS = frozenset(Duty) - {Duty.GATE_GUARD, Duty.CITY_EOC_OFFICE, Duty.PLACE_REGISTRAR, Duty.ADMINISTRATOR, Duty.COURIER}


class Household(ScopedModel):
    """People who live in one dwelling together."""

    readers = READERS

    id = models.UUIDField(primary_key=True, default=uuid7)
    dwelling = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=40)
    contact_person_id = models.UUIDField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [models.UniqueConstraint(fields=["dwelling", "number"], name="household_once")]


class Person(ScopedModel):
    """A person of the register. The link person -> room is in clear under row scope."""

    readers = READERS
    person_lookup = "id"

    id = models.UUIDField(primary_key=True, default=uuid7)
    file_no = models.CharField(max_length=40)
    masked_name = models.CharField(max_length=40)
    masked_document = models.CharField(max_length=24, blank=True)
    masked_phone = models.CharField(max_length=20, blank=True)
    sex = models.CharField(max_length=1, blank=True)
    birth_date = models.DateField(null=True)
    residence = models.CharField(max_length=20, default="resident")
    household = models.ForeignKey(Household, null=True, on_delete=models.PROTECT, related_name="+")
    dwelling = models.ForeignKey(Place, null=True, on_delete=models.PROTECT, related_name="+")
    head = models.BooleanField(default=False)
    guardian_id = models.UUIDField(null=True)
    contact_channel = models.CharField(max_length=10, default="phone")
    worker_place = models.ForeignKey(Place, null=True, on_delete=models.PROTECT, related_name="+")
    provenance = models.JSONField(default=dict)
    departed_on = models.DateField(null=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [models.UniqueConstraint(fields=["file_no"], name="person_file_once")]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["area", "file_no"], name="person_area_file")]


class CareNeed(ScopedModel):
    """Something a person needs (S-052): frail, bed-ridden, dialysis, pregnant, alone, online class ..."""

    readers = READERS
    person_lookup = "person_id"

    id = models.UUIDField(primary_key=True, default=uuid7)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=30)
    source = models.CharField(max_length=100)
    since = models.DateField()
    until = models.DateField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [models.UniqueConstraint(fields=["person", "kind", "since"], name="care_need_once")]


class DayEntry(ScopedModel):
    """One category of one person on the day's register (S-054), claimed by a grid worker (S-055).

    A stay elsewhere is kept as its county ("province/city/county") and a keyed hash of the place there, so that a later list of risk areas can be
    compared with it (S-078) and nobody can read where exactly somebody was.
    """

    readers = READERS
    person_lookup = "person_id"

    id = models.UUIDField(primary_key=True, default=uuid7)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    category = models.CharField(max_length=30)
    since = models.DateField()
    until = models.DateField()
    source = models.CharField(max_length=100)
    entered_at = models.DateTimeField()
    claimed_by = models.UUIDField(null=True)
    claimed_at = models.DateTimeField(null=True)
    flagged_at = models.DateTimeField(null=True)
    stay_county = models.CharField(max_length=120, blank=True)
    stay_place = models.CharField(max_length=64, blank=True)
    stay_from = models.DateField(null=True)
    stay_left = models.DateField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [models.UniqueConstraint(fields=["person", "category", "since"], name="day_entry_once")]


class Correction(ScopedModel):
    """A person's wish to have a field of his file corrected, and what became of it."""

    readers = READERS
    person_lookup = "person_id"

    id = models.UUIDField(primary_key=True, default=uuid7)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    field = models.CharField(max_length=30)
    asked_at = models.DateTimeField()
    decided_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)
    accepted = models.BooleanField(null=True)
    reason = models.CharField(max_length=200, blank=True)
