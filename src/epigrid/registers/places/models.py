"""Tables of places and of the responsibility tree."""

from typing import ClassVar

from django.db import models

from epigrid.store.ids import uuid7
from epigrid.store.scoped import AreaField, ScopedModel


class AreaUnit(ScopedModel):
    """A node of the responsibility tree; its own path is its `area`."""

    visible_below = True

    id = models.UUIDField(primary_key=True, default=uuid7)
    level = models.CharField(max_length=20)
    name = models.CharField(max_length=100)
    code = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [models.UniqueConstraint(fields=["area"], name="area_unit_once")]


class Place(ScopedModel):
    """A physical place: compound, building, unit, floor, room, shop, hotel ... `path` runs through the place tree like an area path."""

    visible_below = True

    id = models.UUIDField(primary_key=True, default=uuid7)
    kind = models.CharField(max_length=20)
    name = models.CharField(max_length=100)
    full_name = models.CharField(max_length=200)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    path = AreaField()
    floors = models.PositiveSmallIntegerField(null=True)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    since = models.DateField(null=True)
    until = models.DateField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [models.UniqueConstraint(fields=["path"], name="place_path_once")]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["area", "kind"], name="place_area_kind")]


class Alias(ScopedModel):
    """Another spelling of a place's name, taken only when a named person has confirmed it."""

    visible_below = True

    id = models.UUIDField(primary_key=True, default=uuid7)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    source = models.CharField(max_length=100)
    confirmed_by = models.UUIDField()
    confirmed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [models.UniqueConstraint(fields=["place", "name"], name="alias_once")]


class Responsibility(ScopedModel):
    """A dated assignment of a place to the area that answers for it; half-open `[since, until)`."""

    visible_below = True

    id = models.UUIDField(primary_key=True, default=uuid7)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    since = models.DateField()
    until = models.DateField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["place"], condition=models.Q(until__isnull=True), name="responsibility_one_now")
        ]


class PlaceChange(ScopedModel):
    """A dated split or merge: which place became which, decided by whom."""

    visible_below = True

    id = models.UUIDField(primary_key=True, default=uuid7)
    kind = models.CharField(max_length=10)
    before = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    after = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    decided_by = models.UUIDField()
    reason = models.CharField(max_length=200)


class RiskArea(ScopedModel):
    """An entry of the national list of risk areas: a place elsewhere at a level, from when to when, by which version of the list (S-078).

    `county` is "province/city/county" as the list writes it; an empty `place` means the whole county.
    """

    visible_below = True

    id = models.UUIDField(primary_key=True, default=uuid7)
    county = models.CharField(max_length=120)
    place = models.CharField(max_length=200, blank=True)
    level = models.CharField(max_length=16)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    version = models.CharField(max_length=60)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["area", "county", "place"], condition=models.Q(until__isnull=True), name="risk_area_one_now")
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["area", "county"], name="risk_area_county")]
