"""Tables of visits. What was recorded is never changed, never deleted; a household's class follows from all attempts at it."""

from typing import ClassVar

from django.db import models

from epigrid.kernel.duties import Duty
from epigrid.registers.people.models import READERS, Person
from epigrid.registers.places.models import Place
from epigrid.store.ids import uuid7
from epigrid.store.scoped import ScopedModel

REVIEWERS = frozenset({Duty.COMMUNITY_SECRETARY, Duty.SUBDISTRICT_OFFICE, Duty.COUNTY_EOC_OFFICER, Duty.AUDITOR})
"""Who reads which hand recorded what how fast; those who walk do not judge each other."""


class Campaign(ScopedModel):
    """A campaign from door to door over an area; `asks` are the keys of what is asked at each door."""

    visible_below = True
    readers = READERS

    id = models.UUIDField(primary_key=True, default=uuid7)
    reason = models.CharField(max_length=100)
    directive_id = models.UUIDField()
    asks = models.JSONField(default=list)
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    opened_by = models.UUIDField(null=True)
    closed_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=60, blank=True)


class Visit(ScopedModel):
    """One household of a campaign; `step` is its place in walking order within the building, `state` the class that follows from its attempts."""

    readers = READERS

    id = models.UUIDField(primary_key=True, default=uuid7)
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="+")
    household_id = models.UUIDField()
    dwelling = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    building = models.ForeignKey(Place, null=True, on_delete=models.PROTECT, related_name="+")
    step = models.PositiveIntegerField()
    state = models.CharField(max_length=10, default="open")
    attempts = models.PositiveSmallIntegerField(default=0)
    unreached_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [models.UniqueConstraint(fields=["campaign", "household_id"], name="visit_once")]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["campaign", "building", "step"], name="visit_walk")]


class Attempt(ScopedModel):
    """One try at a household, by whom, how, with what result; `changes` and `needs` (pairs of person and key) as they were found."""

    readers = READERS

    id = models.UUIDField(primary_key=True, default=uuid7)
    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="+")
    result = models.CharField(max_length=10)
    means = models.CharField(max_length=20)
    changes = models.JSONField(default=list)
    needs = models.JSONField(default=list)
    by = models.UUIDField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["visit", "by", "at", "result"], name="visit_attempt_once")
        ]


class Reading(ScopedModel):
    """One temperature of one person, as it was told."""

    readers = READERS
    person_lookup = "person_id"

    id = models.UUIDField(primary_key=True, default=uuid7)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    celsius = models.DecimalField(max_digits=3, decimal_places=1)
    channel = models.CharField(max_length=10)
    fever = models.BooleanField()
    measured_at = models.DateTimeField()
    by = models.UUIDField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["person", "measured_at", "celsius"], name="temperature_once")
        ]


class Routine(ScopedModel):
    """What is done in a day for everybody of a target in an area, from when until when, on what basis; a later one takes its place."""

    visible_below = True

    id = models.UUIDField(primary_key=True, default=uuid7)
    target = models.CharField(max_length=10)
    items = models.JSONField(default=list)
    basis = models.CharField(max_length=200)
    since = models.DateTimeField()
    until = models.DateTimeField()
    set_by = models.UUIDField()


class Watched(ScopedModel):
    """Whom a running measure puts under a routine: what response decided, come down as a plain row. It binds nobody and ends with the measure."""

    readers = READERS

    id = models.UUIDField(primary_key=True)
    target = models.CharField(max_length=10)
    source_id = models.UUIDField(db_index=True)
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey(Place, null=True, on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField()
    until = models.DateTimeField()


class DoneItem(ScopedModel):
    """An item of one day that was done; `id` is the item's own. The first hand that did it stands here, the journal has them all."""

    readers = READERS

    id = models.UUIDField(primary_key=True)
    watched = models.ForeignKey(Watched, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    value = models.CharField(max_length=60, blank=True)
    late = models.BooleanField()
    by = models.UUIDField(null=True)
    at = models.DateTimeField()


class Deed(ScopedModel):
    """That a hand recorded something of a door at a moment: what guard X08 is judged from."""

    readers = REVIEWERS

    id = models.UUIDField(primary_key=True)
    hand = models.UUIDField()
    door = models.UUIDField()
    kind = models.CharField(max_length=10)
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["hand", "at"], name="deed_of_hand")]


class Review(ScopedModel):
    """What a second person looks at: a day's series of one hand (`series`), or one record that the lot fell on (`recall`).

    `seen`: how many records the reviewer had before him when he decided; later ones of the same series ask again.
    """

    readers = REVIEWERS

    id = models.UUIDField(primary_key=True, default=uuid7)
    kind = models.CharField(max_length=10)
    hand = models.UUIDField()
    day = models.DateField()
    source_id = models.UUIDField()
    source_kind = models.CharField(max_length=10)
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey(Place, null=True, on_delete=models.PROTECT, related_name="+")
    decision = models.CharField(max_length=10, blank=True)
    seen = models.PositiveIntegerField(default=0)
    decided_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [models.UniqueConstraint(fields=["kind", "source_id", "day"], name="review_once")]
