"""Tables of planning. The round itself, its population and its lists are sampling's; a plan names its round by id."""

from typing import ClassVar

from django.db import models

from epigrid.kernel.duties import Duty
from epigrid.registers.organisation.models import Body
from epigrid.registers.places.models import Place
from epigrid.store.ids import uuid7
from epigrid.store.scoped import ScopedModel

READERS = frozenset(
    {
        Duty.TESTING_FORCE, Duty.COUNTY_EOC_OFFICER, Duty.COMMUNITY_SECRETARY, Duty.SUBDISTRICT_OFFICE, Duty.GRID_WORKER, Duty.REGISTRAR, Duty.SAMPLER,
        Duty.AUDITOR, Duty.PROCEDURE, Duty.GLASS,
    }
)  # fmt: skip


class Plan(ScopedModel):
    """The plan of a round, or of routine testing, in an area. Numbers that no source sets are settings of the plan, unset until somebody sets them."""

    readers = READERS
    visible_below = True

    id = models.UUIDField(primary_key=True, default=uuid7)
    objective = models.CharField(max_length=8)
    title = models.CharField(max_length=100)
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    roles = models.JSONField(default=list)
    distance_m = models.PositiveIntegerField(null=True)
    queue_distance_m = models.PositiveSmallIntegerField(null=True)
    queue_limit = models.PositiveSmallIntegerField(null=True)
    per_lane_hour = models.PositiveSmallIntegerField(null=True)
    slot_minutes = models.PositiveSmallIntegerField(null=True)
    load_ratio = models.FloatField(null=True)
    results_by = models.DateTimeField(null=True)
    door_min = models.PositiveSmallIntegerField(null=True)
    swab_min = models.PositiveSmallIntegerField(null=True)
    change_min = models.PositiveSmallIntegerField(null=True)
    between_min = models.PositiveSmallIntegerField(null=True)
    walk_m_per_min = models.PositiveSmallIntegerField(null=True)
    promise_min = models.PositiveSmallIntegerField(null=True)
    home_planned_at = models.DateTimeField(null=True)
    home_measured = models.BooleanField(null=True)
    made_by = models.UUIDField(null=True)
    gap = models.FloatField(null=True)
    changed_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    started_by = models.UUIDField(null=True)
    round_id = models.UUIDField(null=True)


class LaboratoryShare(ScopedModel):
    """What one laboratory will take of a plan's tubes and how they get there: nothing of it has a source, so somebody sets every number."""

    readers = READERS
    visible_below = True

    id = models.UUIDField(primary_key=True, default=uuid7)
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="+")
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    tubes_per_day = models.PositiveIntegerField()
    machines = models.PositiveSmallIntegerField()
    plate_tubes = models.PositiveSmallIntegerField()
    cycle_min = models.PositiveSmallIntegerField()
    intake_min = models.PositiveSmallIntegerField()
    report_min = models.PositiveSmallIntegerField()
    plate_wait_min = models.PositiveSmallIntegerField()
    waiting_tubes = models.PositiveIntegerField()
    queue_limit = models.PositiveIntegerField()
    first_leaves_at = models.DateTimeField()
    every_min = models.PositiveSmallIntegerField()
    travel_min = models.PositiveSmallIntegerField()
    sealing_min = models.PositiveSmallIntegerField()
    boxes = models.PositiveSmallIntegerField()
    tubes_per_box = models.PositiveSmallIntegerField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [models.UniqueConstraint(fields=["plan", "body"], name="plan_laboratory_once")]


class Item(ScopedModel):
    """A line of the checklist: preparation or link (filled by the place), or one of the seven steps."""

    readers = READERS
    visible_below = True

    id = models.UUIDField(primary_key=True, default=uuid7)
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="+")
    part = models.CharField(max_length=12)
    number = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=100)
    safety = models.BooleanField(default=False)
    owner = models.CharField(max_length=30, blank=True)
    at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200, blank=True)
    done_at = models.DateTimeField(null=True)
    done_by = models.UUIDField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [models.UniqueConstraint(fields=["plan", "part", "number"], name="plan_item_once")]


class Asset(ScopedModel):
    """A tent, cabin or hut of an area, with its own lanes, and when its filter was last checked."""

    readers = READERS

    id = models.UUIDField(primary_key=True, default=uuid7)
    kind = models.CharField(max_length=12)
    name = models.CharField(max_length=60)
    lanes = models.PositiveSmallIntegerField()
    footprint_m2 = models.FloatField(null=True)
    filter_days = models.PositiveSmallIntegerField(null=True)
    checked_at = models.DateTimeField(null=True)
    checked_by = models.UUIDField(null=True)
    sound = models.BooleanField(default=True)


class Site(ScopedModel):
    """A sampling site of a plan at a place: lanes, zones in walking order, what was excepted why."""

    readers = READERS
    visible_below = True

    id = models.UUIDField(primary_key=True, default=uuid7)
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    capacity = models.PositiveIntegerField(null=True)
    lanes = models.PositiveSmallIntegerField(default=1)
    asset = models.ForeignKey(Asset, null=True, on_delete=models.PROTECT, related_name="+")
    zones = models.JSONField(default=list)
    equipment = models.JSONField(default=dict)
    exception = models.CharField(max_length=200, blank=True)
    opened_at = models.DateTimeField(null=True)
    temperature_c = models.FloatField(null=True)
    temperature_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["plan", "place"], name="plan_site_once"),
            models.UniqueConstraint(fields=["plan", "asset"], condition=models.Q(asset__isnull=False), name="plan_asset_once"),
        ]


class Team(ScopedModel):
    """A team of a plan: fixed at a site, or mobile for the doors."""

    readers = READERS
    visible_below = True

    id = models.UUIDField(primary_key=True, default=uuid7)
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=6)
    number = models.PositiveSmallIntegerField()
    site = models.ForeignKey(Site, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [models.UniqueConstraint(fields=["plan", "kind", "number"], name="plan_team_once")]


class Member(ScopedModel):
    """A worker in a role of a team."""

    readers = READERS

    id = models.UUIDField(primary_key=True, default=uuid7)
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=20)
    worker_id = models.UUIDField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [models.UniqueConstraint(fields=["plan", "worker_id"], name="plan_worker_once")]


class Allocation(ScopedModel):
    """A building of a plan: its people on the day it was placed, its one site with the straight distance to it, its one team."""

    readers = READERS
    visible_below = True

    id = models.UUIDField(primary_key=True, default=uuid7)
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="+")
    building = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    people = models.PositiveIntegerField()
    site = models.ForeignKey(Site, null=True, on_delete=models.PROTECT, related_name="+")
    distance_m = models.FloatField(null=True)
    team = models.ForeignKey(Team, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [models.UniqueConstraint(fields=["plan", "building"], name="plan_building_once")]


class Slot(ScopedModel):
    """When people of a unit (or of a building without units) come to their site, and when they were called; `starts_at` unset: no slot has room."""

    readers = READERS
    visible_below = True

    id = models.UUIDField(primary_key=True, default=uuid7)
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="+")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    people = models.PositiveIntegerField()
    starts_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    called_at = models.DateTimeField(null=True)
    called_by = models.UUIDField(null=True)
    channel = models.CharField(max_length=12, blank=True)
    queue = models.PositiveIntegerField(null=True)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [models.UniqueConstraint(fields=["plan", "place", "starts_at"], name="plan_slot_once")]


class Sheet(ScopedModel):
    """A draft of the supplies and the staff of a plan's day; each later one has the next number."""

    readers = READERS
    visible_below = True

    id = models.UUIDField(primary_key=True, default=uuid7)
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    drafted_at = models.DateTimeField()
    lines = models.JSONField(default=list)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [models.UniqueConstraint(fields=["plan", "number"], name="plan_sheet_once")]


class HomePromise(ScopedModel):
    """What a household of the home list was promised by somebody: a team stands at its door at about this moment (S-208). Lives in the home's grid."""

    readers = READERS

    id = models.UUIDField(primary_key=True, default=uuid7)
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [models.UniqueConstraint(fields=["plan", "place"], name="plan_promise_once")]


class HomeVisit(ScopedModel):
    """A household of the home list as it was last planned: the team, when it stands at the door, the promised window; or `reason`: why nobody comes.

    Lives in the home's grid, so that whoever answers for another grid does not see it.
    """

    readers = READERS

    id = models.UUIDField(primary_key=True, default=uuid7)
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    list = models.CharField(max_length=12)
    people = models.PositiveSmallIntegerField()
    team = models.ForeignKey(Team, null=True, on_delete=models.PROTECT, related_name="+")
    begins_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    from_at = models.DateTimeField(null=True)
    until_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=12, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [models.UniqueConstraint(fields=["plan", "place"], name="plan_home_once")]
