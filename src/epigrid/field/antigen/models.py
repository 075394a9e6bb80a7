"""Tables of antigen. A result names no household, so that nothing leads from it to whoever lives there after the old files are erased."""

from typing import ClassVar

from django.db import models

from epigrid.registers.people.models import READERS, Person
from epigrid.registers.places.models import Place
from epigrid.store.ids import uuid7
from epigrid.store.scoped import ScopedModel


class KitIssue(ScopedModel):
    """Kits handed to one household, for which day, and which round of that day where it has a name."""

    readers = READERS

    id = models.UUIDField(primary_key=True, default=uuid7)
    household_id = models.UUIDField(db_index=True)
    building = models.ForeignKey(Place, null=True, on_delete=models.PROTECT, related_name="+")
    kits = models.PositiveSmallIntegerField()
    day = models.DateField()
    round_name = models.CharField(max_length=60, blank=True)
    by = models.UUIDField(null=True)
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["building", "day"], name="kits_of_building")]


class AntigenReport(ScopedModel):
    """One result that one person read; never changed, never deleted. `of_kit`: an issued kit was used for it."""

    readers = READERS
    person_lookup = "person_id"

    id = models.UUIDField(primary_key=True, default=uuid7)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    building = models.ForeignKey(Place, null=True, on_delete=models.PROTECT, related_name="+")
    result = models.CharField(max_length=10)
    channel = models.CharField(max_length=10)
    of_kit = models.BooleanField()
    tested_at = models.DateTimeField()
    by = models.UUIDField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["person", "tested_at", "result"], name="antigen_report_once")
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["building", "tested_at"], name="antigen_of_building")]
