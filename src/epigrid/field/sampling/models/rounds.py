"""Tables of rounds: who is on the roll-call, on which list, and what was reported of him."""

from typing import ClassVar

from django.db import models

from epigrid.kernel.duties import Duty
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

    `id` is the measure's own; `since`: when this was known here (None: before anybody noted it).
    """

    readers = READERS
    person_lookup = "person_id"

    id = models.UUIDField(primary_key=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    until = models.DateTimeField()
    since = models.DateTimeField(null=True)


class ListChange(ScopedModel):
    """Until when somebody stood on another list of a round: what was known of him at a table whose phone comes later is read from here."""

    readers = READERS
    person_lookup = "person_id"

    id = models.UUIDField(primary_key=True, default=uuid7)
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    was = models.CharField(max_length=12)
    until = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [models.UniqueConstraint(fields=["round", "person", "until"], name="list_change_once")]


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
