"""Tables of zones."""

from typing import ClassVar

from django.db import models

from epigrid.kernel.duties import Duty
from epigrid.registers.organisation.models import Body
from epigrid.registers.people.models import READERS, Person
from epigrid.registers.places.models import Place
from epigrid.store.ids import uuid7
from epigrid.store.scoped import ScopedModel


class Zone(ScopedModel):
    """A measure on places, of one disease. `outline` holds its corners (longitude, latitude) where it was cut on the ground. `clean_since` is D0 of its day count; `review_at` is the moment at which it lapses without a decision."""

    visible_below = True

    id = models.UUIDField(primary_key=True, default=uuid7)
    level = models.CharField(max_length=16)
    disease = models.CharField(max_length=40, default="covid-19")
    outline = models.JSONField(default=list)
    state = models.CharField(max_length=10, default="proposed")
    basis = models.CharField(max_length=120, blank=True)
    edition = models.CharField(max_length=64, blank=True)
    clause_id = models.CharField(max_length=120, blank=True)
    wider_reason = models.CharField(max_length=200, blank=True)
    expert_line = models.CharField(max_length=200, blank=True)
    directive_id = models.UUIDField(null=True)
    proposed_by = models.UUIDField(null=True)
    proposed_at = models.DateTimeField()
    decided_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)
    starts_at = models.DateTimeField(null=True)
    review_at = models.DateTimeField(null=True)
    clean_since = models.DateField(null=True)
    reported_up_at = models.DateTimeField(null=True)
    downgrade_proposed_at = models.DateTimeField(null=True)
    downgrade_at = models.DateTimeField(null=True)
    downgrade_by = models.UUIDField(null=True)
    overdue_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=60, blank=True)
    from_zone_id = models.UUIDField(null=True)
    caused_by = models.UUIDField()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["state", "review_at"], name="zone_review")]


class StaticOrder(ScopedModel):
    """An area stands still: decided by whom, why, until which review, what stays open, how many people it touches."""

    visible_below = True

    id = models.UUIDField(primary_key=True, default=uuid7)
    state = models.CharField(max_length=10, default="active")
    reason = models.CharField(max_length=200)
    basis = models.CharField(max_length=120)
    edition = models.CharField(max_length=64)
    clause_id = models.CharField(max_length=120)
    exceptions = models.JSONField(default=list)
    people = models.PositiveIntegerField()
    directive_id = models.UUIDField()
    decided_by = models.UUIDField()
    decided_at = models.DateTimeField()
    starts_at = models.DateTimeField()
    review_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=60, blank=True)
    caused_by = models.UUIDField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["area"], condition=models.Q(state="active"), name="static_order_one_now"),
            models.CheckConstraint(condition=models.Q(review_at__gt=models.F("starts_at")), name="static_order_has_review"),
        ]


class ZonePlace(ScopedModel):
    """A place of a zone; all beneath it belongs too."""

    visible_below = True

    id = models.UUIDField(primary_key=True, default=uuid7)
    zone = models.ForeignKey(Zone, on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [models.UniqueConstraint(fields=["zone", "place"], name="zone_place_once")]


class Survey(ScopedModel):
    """A survey of containers in a zone: households looked at, containers with larvae; the Breteau index is containers per 100 households."""

    visible_below = True

    id = models.UUIDField(primary_key=True, default=uuid7)
    zone = models.ForeignKey(Zone, on_delete=models.PROTECT, related_name="+")
    households = models.PositiveIntegerField()
    containers = models.PositiveIntegerField()
    at = models.DateTimeField()
    by = models.UUIDField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [models.UniqueConstraint(fields=["zone", "at"], name="zone_survey_once")]


class ServicePlan(ScopedModel):
    """Who owns food, medicine, waste, care and the medical exit of a zone, and its hotline."""

    visible_below = True

    id = models.UUIDField(primary_key=True, default=uuid7)
    zone = models.OneToOneField(Zone, on_delete=models.PROTECT, related_name="+")
    owners = models.JSONField(default=dict)
    hotline = models.CharField(max_length=40)
    active_at = models.DateTimeField()


class ZoneStaff(ScopedModel):
    """Zone lead, group lead, members of a zone."""

    visible_below = True

    id = models.UUIDField(primary_key=True, default=uuid7)
    zone = models.ForeignKey(Zone, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=12)
    user_id = models.UUIDField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [models.UniqueConstraint(fields=["zone", "role", "user_id"], name="zone_staff_once")]


class Barrier(ScopedModel):
    """A barrier with its exits noted; removed when the zone ends."""

    visible_below = True

    id = models.UUIDField(primary_key=True, default=uuid7)
    zone = models.ForeignKey(Zone, on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    exit_note = models.CharField(max_length=200)
    placed_by = models.UUIDField(null=True)
    placed_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)


class Member(ScopedModel):
    """A person of a zone: inside or out; bound to stay home from `since` until `until` (never beyond the zone's review moment)."""

    readers = READERS
    person_lookup = "person_id"

    id = models.UUIDField(primary_key=True, default=uuid7)
    zone = models.ForeignKey(Zone, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    inside = models.BooleanField(default=True)
    since = models.DateTimeField(null=True)
    until = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)
    caused_by = models.UUIDField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [models.UniqueConstraint(fields=["zone", "person"], name="zone_member_once")]


class Infection(ScopedModel):
    """An infection that touches a zone and what it means for the zone's days."""

    readers = READERS | {Duty.CITY_EOC_OFFICE}

    id = models.UUIDField(primary_key=True, default=uuid7)
    zone = models.ForeignKey(Zone, on_delete=models.PROTECT, related_name="+")
    case_id = models.UUIDField()
    effect = models.CharField(max_length=8)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [models.UniqueConstraint(fields=["zone", "case_id"], name="zone_infection_once")]


class Notice(ScopedModel):
    """A numbered public notice of the city office."""

    visible_below = True

    id = models.UUIDField(primary_key=True, default=uuid7)
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=40)
    document_id = models.UUIDField()
    items = models.JSONField(default=list)
    zone_ids = models.JSONField(default=list)
    directive_id = models.UUIDField(null=True)
    signed_by = models.UUIDField()
    published_at = models.DateTimeField()
    effective_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [models.UniqueConstraint(fields=["area", "number"], name="notice_once")]
