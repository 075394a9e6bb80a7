"""Tests that people owe or are owed, and what the laboratory's readings mean for the people in the tubes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from uuid import UUID

from epigrid.field.sampling import rules
from epigrid.field.sampling.events import (
    DoubtfulNoted,
    InvalidNoted,
    NegativesNoted,
    PooledPositive,
    SinglePositive,
    TestsEnded,
    TestsMissed,
    TestsOrdered,
)
from epigrid.field.sampling.models import Swab, TestDue, Tube
from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.kernel.duties import Duty
from epigrid.kernel.errors import BadInput
from epigrid.kernel.events import Event
from epigrid.registers.people import queries as people
from epigrid.store import journal
from epigrid.store.acts import whole
from epigrid.store.ids import new_id

OUTCOMES = frozenset({"negative", "positive", "invalid", *rules.DOUBTFUL})


@dataclass(frozen=True, kw_only=True)
class TestOrder:
    """One test: whom, from when until when, for which measure, in how many laboratories, where (door, site, hospital, table)."""

    __test__ = False

    person_id: UUID
    opens_at: datetime
    due_at: datetime
    laboratories: int = 1
    where: str = "door"


@whole
def order_tests(*, actor: Actor, area: Area, source_kind: str, source_id: UUID, orders: Sequence[TestOrder], now: datetime, cause: UUID) -> int:
    """Order tests for one reason; the same cause, person and due moment again makes no second one. Returns how many are new."""
    actor.require(Duty.PROCEDURE, Duty.CDC_INVESTIGATOR, Duty.CDC_DUTY_OFFICER, area=area)
    cards = {card.id: card for card in people.people(actor=actor, ids=[order.person_id for order in orders])}
    rows = [
        TestDue(
            id=new_id(area, "test-due", cause, order.person_id, order.due_at.isoformat()),
            area=cards[order.person_id].area,
            person_id=order.person_id,
            opens_at=order.opens_at,
            due_at=order.due_at,
            source_kind=source_kind,
            source_id=source_id,
            laboratories=order.laboratories,
            where=order.where,
            caused_by=cause,
        )
        for order in orders
        if order.person_id in cards
    ]
    known = set(TestDue.objects.seen_by(actor).filter(caused_by=cause).values_list("person_id", "due_at"))
    fresh = [row for row in rows if (row.person_id, row.due_at) not in known]
    TestDue.objects.bulk_create(fresh, ignore_conflicts=True)
    if fresh:
        event = TestsOrdered(
            area=area,
            source_kind=source_kind,
            source_id=source_id,
            test_ids=tuple(row.id for row in fresh),
            person_ids=tuple(dict.fromkeys(row.person_id for row in fresh)),
            due_at=max(row.due_at for row in fresh),
            where=fresh[0].where,
        )
        journal.record(event, actor=actor, at=now, caused_by=cause)
    return len(fresh)


@whole
def end_tests(*, actor: Actor, area: Area, source_id: UUID, reason: str, now: datetime, cause: UUID, person_ids: Sequence[UUID] = ()) -> int:
    """End the open tests of a reason (of some of its people) because the reason ended; return how many."""
    actor.require(Duty.PROCEDURE, Duty.CDC_INVESTIGATOR, Duty.CDC_DUTY_OFFICER, area=area)
    rows = TestDue.objects.seen_by(actor).select_for_update().filter(source_id=source_id, state__in=("due", "missed"))
    if person_ids:
        rows = rows.filter(person_id__in=person_ids)
    ids = tuple(rows.order_by("pk").values_list("id", flat=True))
    if ids:
        TestDue.objects.seen_by(actor).filter(id__in=ids).update(state="ended", end_reason=reason)
        event = TestsEnded(area=area, source_id=source_id, test_ids=ids, reason=reason)
        journal.record(event, actor=actor, at=now, caused_by=cause)
    return len(ids)


@whole
def end_later_tests(*, actor: Actor, area: Area, source_ids: Sequence[UUID], after: datetime, now: datetime, cause: UUID) -> int:
    """End the open tests of some reasons that would begin after a moment, because the reasons end sooner than planned; return how many."""
    actor.require(Duty.PROCEDURE, area=area)
    rows = TestDue.objects.seen_by(actor).select_for_update().filter(source_id__in=source_ids, state__in=("due", "missed"), opens_at__gte=after)
    by_source: dict[UUID, list[UUID]] = {}
    for source_id, test_id in rows.order_by("pk").values_list("source_id", "id"):
        by_source.setdefault(source_id, []).append(test_id)
    for source_id, ids in by_source.items():
        TestDue.objects.seen_by(actor).filter(id__in=ids).update(state="ended", end_reason="regime-changed")
        event = TestsEnded(area=area, source_id=source_id, test_ids=tuple(ids), reason="regime-changed")
        journal.record(event, actor=actor, at=now, caused_by=cause)
    return sum(map(len, by_source.values()))


@whole
def flag_missed_tests(*, actor: Actor, area: Area, now: datetime, cause: UUID) -> int:
    """Mark tests whose window passed undone; the fact can only remind (procedures 4). Returns how many."""
    actor.require(Duty.PROCEDURE, area=area)
    rows = TestDue.objects.seen_by(actor).select_for_update().filter(state="due", due_at__lte=now, area__within=area)
    missed = list(rows.order_by("pk").values_list("id", "person_id"))
    if missed:
        ids, person_ids = zip(*missed, strict=True)
        TestDue.objects.seen_by(actor).filter(id__in=ids).update(state="missed")
        event = TestsMissed(area=area, round_key=ids[0], test_ids=ids, person_ids=tuple(dict.fromkeys(person_ids)))
        journal.record(event, actor=actor, at=now, caused_by=cause)
    return len(missed)


@whole
def note_results(*, actor: Actor, tube_ids: Sequence[UUID], outcome: str, at: datetime, now: datetime, cause: UUID) -> int:
    """Note what the laboratory read in tubes, on the tubes and thereby in their people's records; return how many changed.

    Tells one fact for all negatives, one per other tube. A reading that is noted already changes nothing. A tube that was said to be lost stays lost:
    its people are open again, whoever else reads it.
    """
    if outcome not in OUTCOMES:
        raise BadInput(field="outcome", value=outcome)
    tubes = list(Tube.objects.seen_by(actor).select_for_update().filter(id__in=tube_ids).exclude(outcome=outcome).order_by("label"))
    for tube in tubes:
        actor.require(Duty.PROCEDURE, area=tube.area)
    rows = Tube.objects.seen_by(actor).filter(id__in=[tube.id for tube in tubes])
    rows.update(outcome=outcome, read_at=at)
    rows.exclude(state__in=rules.GONE).update(state="read")
    members = _members(actor, tubes)
    for event in _told(tubes, members, outcome):
        journal.record(event, actor=actor, at=now, caused_by=cause)
    return len(tubes)


def _members(actor: Actor, tubes: Sequence[Tube]) -> dict[UUID, tuple[UUID, ...]]:
    rows = Swab.objects.seen_by(actor).filter(tube__in=tubes, withdrawn_at__isnull=True).order_by("tube_id", "position")
    pairs = rows.values_list("tube_id", "person_id")
    return {tube_id: tuple(person for _, person in group) for tube_id, group in groupby(pairs, key=lambda pair: pair[0])}


def _told(tubes: Sequence[Tube], members: dict[UUID, tuple[UUID, ...]], outcome: str) -> list[Event]:
    if not tubes:
        return []
    if outcome == "negative":
        single = [person for tube in tubes if tube.pool_size == 1 for person in members.get(tube.id, ())]
        area = common_area([tube.area for tube in tubes])
        ids = tuple(tube.id for tube in tubes)
        return [NegativesNoted(area=area, first_tube_id=ids[0], tube_ids=ids, single_person_ids=tuple(dict.fromkeys(single)))]
    return [_told_of(tube, members.get(tube.id, ()), outcome) for tube in tubes]


def _told_of(tube: Tube, person_ids: tuple[UUID, ...], outcome: str) -> Event:
    if outcome == "positive" and tube.pool_size == 1:
        return SinglePositive(area=tube.area, tube_id=tube.id, person_id=person_ids[0], purpose=tube.purpose)
    if outcome == "positive":
        return PooledPositive(area=tube.area, tube_id=tube.id, round_id=tube.round_id, person_ids=person_ids)
    if outcome == "invalid":
        return InvalidNoted(area=tube.area, tube_id=tube.id, person_ids=person_ids)
    return DoubtfulNoted(area=tube.area, tube_id=tube.id, person_ids=person_ids, outcome=outcome)


def common_area(areas: Sequence[Area]) -> Area:
    """The smallest area that holds all of them."""
    area = Area(areas[0])
    for one in areas:
        while not area.covers(one):
            area = area.parent or area.root
    return area
