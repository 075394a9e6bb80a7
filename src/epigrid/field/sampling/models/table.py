"""Tables of the table: codes, registrations, temperatures, and whoever waits apart."""

from typing import ClassVar

from django.db import models

from epigrid.field.sampling.models.rounds import READERS, Round
from epigrid.field.sampling.models.tubes import SamplingSite
from epigrid.registers.people.models import Person
from epigrid.store.ids import uuid7
from epigrid.store.scoped import ScopedModel


class SamplingCode(ScopedModel):
    """What somebody shows at a table instead of a document; it names nobody."""

    readers = READERS
    person_lookup = "person_id"

    id = models.UUIDField(primary_key=True, default=uuid7)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    tree = models.CharField(max_length=60)
    code = models.CharField(max_length=16)
    made_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["tree", "code"], name="sampling_code_once"),
            models.UniqueConstraint(fields=["person"], name="sampling_code_of_person"),
        ]


class Registration(ScopedModel):
    """One person registered at a table of a round, waiting for the swab; how he was found is noted, not by which number."""

    readers = READERS
    person_lookup = "person_id"

    id = models.UUIDField(primary_key=True, default=uuid7)
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    means = models.CharField(max_length=10)
    table = models.CharField(max_length=20, blank=True)
    by = models.UUIDField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [models.UniqueConstraint(fields=["round", "person"], name="registration_once")]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["round", "table", "at"], name="registration_queue")]


class TemperatureReading(ScopedModel):
    """A temperature taken at the entrance of a site, with what the clause said of it then."""

    readers = READERS
    person_lookup = "person_id"

    id = models.UUIDField(primary_key=True, default=uuid7)
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    celsius = models.DecimalField(max_digits=4, decimal_places=1)
    outcome = models.CharField(max_length=10)
    by = models.UUIDField(null=True)
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["round", "person", "at"], name="temperature_person")]


class Isolation(ScopedModel):
    """Somebody who waits apart on a site, sampled alone; it ends when a named person or vehicle takes him over."""

    readers = READERS
    person_lookup = "person_id"

    id = models.UUIDField(primary_key=True, default=uuid7)
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    site = models.ForeignKey(SamplingSite, null=True, on_delete=models.PROTECT, related_name="+")
    by = models.UUIDField(null=True)
    at = models.DateTimeField()
    handed_to = models.CharField(max_length=60, blank=True)
    handed_by = models.UUIDField(null=True)
    handed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [models.UniqueConstraint(fields=["round", "person"], name="isolation_once")]
