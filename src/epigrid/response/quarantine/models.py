"""Tables of quarantine."""

from typing import ClassVar

from django.db import models

from epigrid.kernel.duties import Duty
from epigrid.registers.organisation.models import Body
from epigrid.registers.people.models import READERS, Person
from epigrid.registers.places.models import Place
from epigrid.response.quarantine import rules
from epigrid.store.ids import uuid7
from epigrid.store.scoped import ScopedModel


class Measure(ScopedModel):
    """What every measure on a person has: basis, decider, start, end, served notice, appeal, cause."""

    readers = READERS
    person_lookup = "person_id"

    id = models.UUIDField(primary_key=True, default=uuid7)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, default="proposed")
    basis = models.CharField(max_length=120, blank=True)
    clause_id = models.CharField(max_length=120, blank=True)
    edition = models.CharField(max_length=64, blank=True)
    proposed_at = models.DateTimeField()
    decided_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)
    starts_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    served_by = models.UUIDField(null=True)
    served_at = models.DateTimeField(null=True)
    appeal_body = models.ForeignKey(Body, null=True, on_delete=models.PROTECT, related_name="+")
    contact_line = models.CharField(max_length=40, blank=True)
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=40, blank=True)
    caused_by = models.UUIDField()

    class Meta:
        abstract = True


class Hold(Measure):
    """A personal hold of a pooled tube's member until his retest."""

    tube_id = models.UUIDField()
    extended_reason = models.CharField(max_length=200, blank=True)
    alarmed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["tube_id", "person"], condition=~models.Q(end_reason=rules.TUBE_CORRECTED), name="hold_once")
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["state", "ends_at"], name="hold_due")]


class Order(Measure):
    """Quarantine at a site or at home, or isolation for treatment."""

    kind = models.CharField(max_length=10)
    case_id = models.UUIDField()
    contact_id = models.UUIDField(null=True)
    contact_class = models.CharField(max_length=15, blank=True)
    doubtful = models.BooleanField(default=False)
    last_exposure_at = models.DateTimeField(null=True)
    directive_id = models.UUIDField(null=True)
    document_id = models.UUIDField(null=True)
    number = models.CharField(max_length=60, blank=True)
    release_id = models.UUIDField(null=True)
    release_number = models.CharField(max_length=60, blank=True)
    release_proposed_at = models.DateTimeField(null=True)
    after_id = models.UUIDField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [models.UniqueConstraint(fields=["person", "case_id", "kind"], name="order_once")]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["state", "ends_at"], name="order_due")]


class Site(ScopedModel):
    """A quarantine site: its opening list and times."""

    visible_below = True

    id = models.UUIDField(primary_key=True, default=uuid7)
    place = models.OneToOneField(Place, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, default="reserve")
    started_at = models.DateTimeField()
    guests_moved_at = models.DateTimeField(null=True)
    cleaned_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    environment_negative_at = models.DateTimeField(null=True)
    directive_id = models.UUIDField(null=True)


class Room(ScopedModel):
    """A room of a site."""

    visible_below = True

    id = models.UUIDField(primary_key=True, default=uuid7)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    place = models.OneToOneField(Place, on_delete=models.PROTECT, related_name="+")
    beds = models.PositiveSmallIntegerField(default=1)
    out_of_order = models.BooleanField(default=False)


class Stay(ScopedModel):
    """A person in a room."""

    readers = READERS
    person_lookup = "person_id"

    id = models.UUIDField(primary_key=True, default=uuid7)
    order_id = models.UUIDField(unique=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)


class Transfer(ScopedModel):
    """One trip of one vehicle with one list."""

    readers = READERS

    id = models.UUIDField(primary_key=True, default=uuid7)
    vehicle = models.CharField(max_length=40)
    seats = models.PositiveSmallIntegerField()
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    homeward = models.BooleanField(default=False)
    planned_at = models.DateTimeField()
    dependants_answer = models.CharField(max_length=200, blank=True)
    departed_at = models.DateTimeField(null=True)
    arrived_at = models.DateTimeField(null=True)
    disinfected_at = models.DateTimeField(null=True)
    caused_by = models.UUIDField()


class Passenger(ScopedModel):
    """One order on one trip's list."""

    readers = READERS
    person_lookup = "person_id"

    id = models.UUIDField(primary_key=True, default=uuid7)
    transfer = models.ForeignKey(Transfer, on_delete=models.PROTECT, related_name="+")
    order_id = models.UUIDField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    arrived = models.BooleanField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [models.UniqueConstraint(fields=["transfer", "order_id"], name="passenger_once")]


class Ambulance(ScopedModel):
    """An ambulance: called, left, arrived."""

    readers = READERS
    person_lookup = "person_id"

    id = models.UUIDField(primary_key=True, default=uuid7)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    called_at = models.DateTimeField()
    departed_at = models.DateTimeField(null=True)
    arrived_at = models.DateTimeField(null=True)
    alarmed_at = models.DateTimeField(null=True)
    hospital = models.ForeignKey(Body, null=True, on_delete=models.PROTECT, related_name="+")
    caused_by = models.UUIDField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [models.UniqueConstraint(fields=["person", "caused_by"], name="ambulance_once")]


class Talk(ScopedModel):
    """A talk with a person who refuses: who, when, what was offered. There is no sanction row in this system."""

    readers = READERS
    person_lookup = "person_id"

    id = models.UUIDField(primary_key=True, default=uuid7)
    order_id = models.UUIDField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    by = models.UUIDField(null=True)
    at = models.DateTimeField()
    offer = models.CharField(max_length=100)


class Appeal(ScopedModel):
    """An appeal against a measure and its written answer. The measure runs on until it is upheld."""

    readers = READERS | {Duty.APPEALS_REVIEWER}
    person_lookup = "person_id"

    id = models.UUIDField(primary_key=True, default=uuid7)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    measure_kind = models.CharField(max_length=10)
    measure_id = models.UUIDField()
    ground = models.CharField(max_length=40)
    filed_by = models.UUIDField(null=True)
    filed_at = models.DateTimeField()
    reviewer = models.UUIDField(null=True)
    answered_at = models.DateTimeField(null=True)
    upheld = models.BooleanField(null=True)
    answer = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [models.UniqueConstraint(fields=["measure_id", "ground"], name="appeal_once")]
