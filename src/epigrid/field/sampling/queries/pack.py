"""Sampling as a phone keeps it: open rounds, the roll-call, tubes and boxes on hand, tests due, codes. `touched`: only rows that one of the ids names.

Rows depend on facts alone, never on the hour, so that a pack and the facts since make the fresh pack.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_
from uuid import UUID

from django.db.models import Q

from epigrid.field.sampling.models import Box, RosterRow, Round, SamplingCode, Swab, TestDue, Tube
from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.store import feed


@dataclass(frozen=True, kw_only=True)
class PackRound:
    """A round that is not closed."""

    id: UUID
    reason: str
    area: Area
    opens_at: datetime
    closes_at: datetime
    temperature_gate: bool


@dataclass(frozen=True, kw_only=True)
class PackRoll:
    """One person in one open round; `alone`: he is never pooled."""

    round: UUID
    person: UUID
    building: UUID | None
    list: str
    state: str
    way: str
    struck: bool
    contradicted: bool
    alone: bool


@dataclass(frozen=True, kw_only=True)
class PackTube:
    """A tube that is still at a table or door, with its people in queue order."""

    id: UUID
    label: str
    purpose: str
    pool_size: int
    round: UUID | None
    team: str
    state: str
    opened_at: datetime
    closed_at: datetime | None
    people: tuple[UUID, ...]
    box: UUID | None


@dataclass(frozen=True, kw_only=True)
class PackBox:
    """A box on its way, by the labels of its tubes."""

    id: UUID
    label: str
    to_body: UUID
    said: int
    tubes: tuple[str, ...]
    tube_ids: tuple[UUID, ...]


@dataclass(frozen=True, kw_only=True)
class PackTest:
    """A test that is due."""

    id: UUID
    person: UUID
    opens_at: datetime
    due_at: datetime
    where: str
    source_kind: str


def pack_rounds(*, actor: Actor, touched: frozenset[UUID] | None = None) -> list[PackRound]:
    """Rounds that are not closed."""
    rows = feed.named(Round.objects.seen_by(actor).filter(closed_at__isnull=True), touched, "id")
    return [
        PackRound(id=row.id, reason=row.reason, area=row.area, opens_at=row.opens_at, closes_at=row.closes_at, temperature_gate=row.temperature_gate)
        for row in rows
    ]


def pack_roll(*, actor: Actor, areas: Sequence[Area] = (), buildings: Sequence[UUID] = (), touched: frozenset[UUID] | None = None) -> list[PackRoll]:
    """The roll-call of open rounds, of people in these areas or buildings."""
    where = [Q(area__within=area) for area in areas] + ([Q(building_id__in=list(buildings))] if buildings else [])
    if not where:
        return []
    rows = RosterRow.objects.seen_by(actor).filter(reduce(or_, where), round__closed_at__isnull=True)
    columns = ("round_id", "person_id", "building_id", "list", "state", "way", "struck", "contradicted")
    return [
        PackRoll(
            round=round_id,
            person=person_id,
            building=building_id,
            list=name,
            state=state,
            way=way,
            struck=struck,
            contradicted=contradicted,
            alone=name != "pooled",
        )
        for round_id, person_id, building_id, name, state, way, struck, contradicted in feed.values(rows, touched, columns, "person_id")
    ]


def pack_tubes(*, actor: Actor, touched: frozenset[UUID] | None = None) -> list[PackTube]:
    """Tubes that are open, or closed and in no box."""
    rows = feed.named(Tube.objects.seen_by(actor).filter(state__in=("open", "closed")), touched, "id")
    members: dict[UUID, list[UUID]] = {row.id: [] for row in rows}
    swabs = Swab.objects.seen_by(actor).filter(tube_id__in=list(members), withdrawn_at__isnull=True).order_by("tube_id", "position")
    for tube_id, person_id in swabs.values_list("tube_id", "person_id"):
        members[tube_id].append(person_id)
    return [
        PackTube(
            id=row.id,
            label=row.label,
            purpose=row.purpose,
            pool_size=row.pool_size,
            round=row.round_id,
            team=row.team,
            state=row.state,
            opened_at=row.opened_at,
            closed_at=row.closed_at,
            people=tuple(members[row.id]),
            box=row.box_id,
        )
        for row in rows
    ]


def pack_boxes(*, actor: Actor, touched: frozenset[UUID] | None = None) -> list[PackBox]:
    """Boxes that no laboratory has received."""
    rows = feed.named(Box.objects.seen_by(actor).filter(received_at__isnull=True), touched, "id")
    labels: dict[UUID, list[tuple[str, UUID]]] = {row.id: [] for row in rows}
    for box_id, label, tube_id in Tube.objects.seen_by(actor).filter(box_id__in=list(labels)).order_by("label").values_list("box_id", "label", "id"):
        labels[box_id].append((label, tube_id))
    return [
        PackBox(
            id=row.id,
            label=row.label,
            to_body=row.to_body_id,
            said=row.said,
            tubes=tuple(label for label, _ in labels[row.id]),
            tube_ids=tuple(tube_id for _, tube_id in labels[row.id]),
        )
        for row in rows
    ]


def pack_tests(*, actor: Actor, areas: Sequence[Area], touched: frozenset[UUID] | None = None) -> list[PackTest]:
    """Tests that are due of people in these areas."""
    if not areas:
        return []
    where = reduce(or_, [Q(area__within=area) for area in areas])
    rows = feed.named(TestDue.objects.seen_by(actor).filter(where, state="due"), touched, "id", "person_id")
    return [
        PackTest(id=row.id, person=row.person_id, opens_at=row.opens_at, due_at=row.due_at, where=row.where, source_kind=row.source_kind)
        for row in rows
    ]


def pack_codes(*, actor: Actor, person_ids: Sequence[UUID]) -> dict[UUID, str]:
    """Person -> sampling code, of those who have one."""
    found: dict[UUID, str] = {}
    for start in range(0, len(person_ids), feed.AT_ONCE):
        rows = SamplingCode.objects.seen_by(actor).filter(person_id__in=person_ids[start : start + feed.AT_ONCE])
        found |= dict(rows.values_list("person_id", "code"))
    return found
