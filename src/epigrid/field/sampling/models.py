"""Tables of sampling."""

from typing import ClassVar

from django.db import models

from epigrid.kernel.duties import Duty
from epigrid.registers.organisation.models import Body
from epigrid.registers.people.models import Person
from epigrid.registers.places.models import Place
from epigrid.store.ids import uuid7
from epigrid.store.scoped import ScopedModel

READERS = frozenset(Duty) - {Duty.GATE_GUARD, Duty.CITY_EOC_OFFICE, Duty.PLACE_REGISTRAR, Duty.ADMINISTRATOR}
TEAM = frozenset({Duty.GRID_WORKER, Duty.REGISTRAR, Duty.SAMPLER, Duty.COMMUNITY_SECRETARY, Duty.PHONE_OPERATOR})
"""Those who go from door to door in a building, and their lead: nobody else sees why somebody declined."""


class Round(ScopedModel):
    """A testing round of an area, ordered by a directive, with its frozen population."""

    readers = frozenset(Duty) - {Duty.GATE_GUARD}
    visible_below = True

    id = models.UUIDField(primary_key=True, default=uuid7)
    reason = models.CharField(max_length=100)
    directive_id = models.UUIDField()
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    frozen_at = models.DateTimeField()
    opened_by = models.UUIDField(null=True)
    closed_at = models.DateTimeField(null=True)
    source_kind = models.CharField(max_length=20, blank=True)
    source_id = models.UUIDField(null=True)
    caused_by = models.UUIDField()
    temperature_gate = models.BooleanField(default=False)
    turnout_percent = models.PositiveSmallIntegerField(default=50)
    """Design target, a setting of the round: below this share at half time somebody calls a unit down (S-187)."""
    part = models.JSONField(default=dict)
    """Of a round of a part of its area: the grids, places and metres around them that were chosen (S-189); empty: the whole area."""


class RosterRow(ScopedModel):
    """One person in one round. `state` and `way` follow from all reports and swabs by `rules.standing_of`."""

    readers = READERS
    person_lookup = "person_id"

    id = models.UUIDField(primary_key=True, default=uuid7)
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    building = models.ForeignKey(Place, null=True, on_delete=models.PROTECT, related_name="+")
    list = models.CharField(max_length=12)
    origin = models.CharField(max_length=8, default="frozen")
    struck = models.BooleanField(default=False)
    struck_reason = models.CharField(max_length=40, blank=True)
    state = models.CharField(max_length=12, default="open")
    way = models.CharField(max_length=10, blank=True)
    contradicted = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [models.UniqueConstraint(fields=["round", "person"], name="roster_once")]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["round", "building", "state"], name="roster_building")]


class SampledAlone(ScopedModel):
    """Somebody who is never pooled while a measure runs (S-210): what response decided, come down as a plain row. It binds nobody and goes with the measure.

    `id` is the measure's own.
    """

    readers = READERS
    person_lookup = "person_id"

    id = models.UUIDField(primary_key=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    until = models.DateTimeField()


class RollReport(ScopedModel):
    """One worker's report of one person's class; never deleted, and of a refusal only the class is left when the round closes (S-219)."""

    readers = READERS
    person_lookup = "person_id"

    id = models.UUIDField(primary_key=True, default=uuid7)
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=12)
    way = models.CharField(max_length=10, blank=True)
    reason = models.CharField(max_length=60, blank=True)
    proof = models.CharField(max_length=100, blank=True)
    by = models.UUIDField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["round", "person", "by", "state", "way"], name="roll_report_once")
        ]


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
    """One person in one tube. A person stands in at most one tube list of a round, those of lost tubes not counted: he is sampled again."""

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


class Reminder(ScopedModel):
    """Somebody who had not come was reminded; nobody is after his sample (S-213)."""

    readers = READERS
    person_lookup = "person_id"

    id = models.UUIDField(primary_key=True, default=uuid7)
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=10)
    result = models.CharField(max_length=12, blank=True)
    by = models.UUIDField(null=True)
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["round", "person", "at"], name="reminder_person")]


class Refusal(ScopedModel):
    """Somebody declined a test of a round: why, what was tried, and whether a human referred it (S-219). It binds nobody and is deleted with the round's close."""

    readers = TEAM
    person_lookup = "person_id"

    id = models.UUIDField(primary_key=True, default=uuid7)
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=20)
    by = models.UUIDField(null=True)
    at = models.DateTimeField()
    talks = models.JSONField(default=list)
    referred_by = models.UUIDField(null=True)
    referred_at = models.DateTimeField(null=True)
    referred_why = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [models.UniqueConstraint(fields=["round", "person"], name="refusal_once")]


class Exclusion(ScopedModel):
    """Somebody is left out of rounds until a moment: exempt in each that opens before it. It binds nobody; one a person, deleted after its end."""

    readers = READERS
    person_lookup = "person_id"

    id = models.UUIDField(primary_key=True, default=uuid7)
    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=12)
    until = models.DateTimeField()
    by = models.UUIDField(null=True)
    at = models.DateTimeField()


class PremisesNote(ScopedModel):
    """Why a shop has no sample in a round (S-221); the newest word counts."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=20)
    by = models.UUIDField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [models.UniqueConstraint(fields=["round", "place"], name="premises_note_once")]
