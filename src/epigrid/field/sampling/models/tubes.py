"""Tables of sites, boxes, tubes and swabs, and of tests that are due."""

from typing import ClassVar

from django.db import models

from epigrid.field.sampling.models.rounds import READERS, Round
from epigrid.registers.organisation.models import Body
from epigrid.registers.people.models import Person
from epigrid.registers.places.models import Place
from epigrid.store.ids import uuid7
from epigrid.store.scoped import ScopedModel


class SamplingSite(ScopedModel):
    """A place where a round is sampled, from opening to the close-out; it closes when nothing is left on it."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=60)
    place = models.ForeignKey(Place, null=True, on_delete=models.PROTECT, related_name="+")
    opened_by = models.UUIDField(null=True)
    opened_at = models.DateTimeField()
    done = models.JSONField(default=list)
    closed_by = models.UUIDField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [models.UniqueConstraint(fields=["round", "name"], name="sampling_site_once")]


class WasteBag(ScopedModel):
    """A bag of medical waste of a site, from sealing to whoever took it away."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    site = models.ForeignKey(SamplingSite, on_delete=models.PROTECT, related_name="+")
    tree = models.CharField(max_length=60)
    code = models.CharField(max_length=40)
    kilograms = models.DecimalField(max_digits=6, decimal_places=2, null=True)
    sealed_by = models.UUIDField(null=True)
    sealed_at = models.DateTimeField()
    taken_by = models.CharField(max_length=60, blank=True)
    given_by = models.UUIDField(null=True)
    given_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [models.UniqueConstraint(fields=["tree", "code"], name="waste_bag_once")]


class Box(ScopedModel):
    """A sealed box of tubes on its way to a laboratory, counted by both sides."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    label = models.CharField(max_length=40)
    to_body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    said = models.PositiveIntegerField()
    sent_by = models.UUIDField(null=True)
    sent_at = models.DateTimeField()
    counted = models.PositiveIntegerField(null=True)
    received_by = models.UUIDField(null=True)
    received_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [models.UniqueConstraint(fields=["area", "label"], name="box_once")]


class HandOver(ScopedModel):
    """A box from one hand to the next, signed with a count by both sides; temperatures are readings, without a limit."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    box = models.ForeignKey(Box, on_delete=models.PROTECT, related_name="+")
    leg = models.CharField(max_length=12)
    vehicle = models.CharField(max_length=40, blank=True)
    said = models.PositiveIntegerField()
    seal_said = models.CharField(max_length=40, blank=True)
    celsius_said = models.DecimalField(max_digits=5, decimal_places=1, null=True)
    given_by = models.UUIDField(null=True)
    given_at = models.DateTimeField()
    counted = models.PositiveIntegerField(null=True)
    seal_found = models.CharField(max_length=40, blank=True)
    celsius_found = models.DecimalField(max_digits=5, decimal_places=1, null=True)
    taken_by = models.UUIDField(null=True)
    taken_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [models.UniqueConstraint(fields=["box", "leg"], name="hand_over_once")]


class Tube(ScopedModel):
    """A tube of 1..n people in queue order."""

    readers = READERS

    id = models.UUIDField(primary_key=True, default=uuid7)
    tree = models.CharField(max_length=60)
    label = models.CharField(max_length=40)
    purpose = models.CharField(max_length=12)
    pool_size = models.PositiveSmallIntegerField()
    round = models.ForeignKey(Round, null=True, on_delete=models.PROTECT, related_name="+")
    team = models.CharField(max_length=40, blank=True)
    site = models.ForeignKey(SamplingSite, null=True, on_delete=models.PROTECT, related_name="+")
    lane = models.PositiveSmallIntegerField(null=True)
    discard_code = models.CharField(max_length=20, blank=True)
    box = models.ForeignKey(Box, null=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, default="open")
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=15, blank=True)
    read_at = models.DateTimeField(null=True)
    caused_by = models.UUIDField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [models.UniqueConstraint(fields=["tree", "label"], name="tube_label_once")]


class Swab(ScopedModel):
    """One person in one tube. A person stands in at most one tube list of a round, those of lost tubes not counted: he is sampled again.

    `before_order`: he was pooled, and that he is to be sampled alone was known only after his swab.
    """

    readers = READERS
    person_lookup = "person_id"

    id = models.UUIDField(primary_key=True, default=uuid7)
    tube = models.ForeignKey(Tube, on_delete=models.PROTECT, related_name="swabs")
    round_id = models.UUIDField(null=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    by = models.UUIDField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    lost = models.BooleanField(default=False)
    before_order = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["round_id", "person"],
                condition=models.Q(withdrawn_at__isnull=True, round_id__isnull=False, lost=False),
                name="swab_one_tube_of_a_round",
            ),
            models.UniqueConstraint(fields=["tube", "position"], condition=models.Q(withdrawn_at__isnull=True), name="swab_position_once"),
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["person", "at"], name="swab_person")]


class TestDue(ScopedModel):
    """A test of one person within a window, for the reason that made it; ends with its reason, never lives on."""

    readers = READERS
    person_lookup = "person_id"

    id = models.UUIDField(primary_key=True, default=uuid7)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    opens_at = models.DateTimeField()
    due_at = models.DateTimeField()
    source_kind = models.CharField(max_length=20)
    source_id = models.UUIDField()
    laboratories = models.PositiveSmallIntegerField(default=1)
    where = models.CharField(max_length=10, default="door")
    purpose = models.CharField(max_length=20, blank=True)
    state = models.CharField(max_length=10, default="due")
    done_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=40, blank=True)
    caused_by = models.UUIDField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [models.UniqueConstraint(fields=["caused_by", "person", "due_at"], name="test_due_once")]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["state", "due_at"], name="test_due_state"),
            models.Index(fields=["source_id"], name="test_due_source"),
        ]
