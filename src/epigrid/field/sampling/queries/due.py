"""Questions about who is due: the list of a day by class and building (S-188, S-207), appointments (S-216), planned series at home (S-209)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import F

from epigrid.field.sampling import rules
from epigrid.field.sampling.models import RosterRow, TestDue
from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.kernel.periods import Period
from epigrid.registers.people import queries as people
from epigrid.registers.places import queries as places
from epigrid.store import clock
from epigrid.store.scoped import ScopedQuerySet

Facts = dict[UUID, set[str]]
APPOINTED, TOMORROW = "appointment", "test-tomorrow"
"""Source of an appointment; the category of the day's register that asks for one."""
REGISTERED = frozenset({*people.CATEGORIES, people.KEY_PLACE})
HEADS = ("building", "row", "bungalow", "hotel", "shop", "canteen", "market", "workplace")
"""Kinds of places by which a list of people is ordered; where one lies in another, the outer one."""
OF_LIST = {"quarantine": "quarantine", "frail": "frail", "isolated": "isolation"}
"""List of a frozen roster -> the fact that put somebody on it."""
SERIES = ("order",)
"""Sources whose tests are a series at home until release."""


@dataclass(frozen=True, kw_only=True)
class AppointmentCard:
    """Somebody who is to be tested on a day: why (`rules.APPOINTED_FOR`), at a table or his door, and whether he was."""

    id: UUID
    person_id: UUID
    area: Area
    day: date
    purpose: str
    where: str
    state: str
    done_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class AreaDue:
    """The due list of an area, and building -> name."""

    due: rules.DueList
    names: Mapping[UUID, str]


@dataclass(frozen=True, kw_only=True)
class BuildingDue:
    """The due list of one building with the people who live in it: person -> card, dwelling -> name."""

    building: places.PlaceCard
    due: rules.DueList
    people: Mapping[UUID, people.PersonCard]
    homes: Mapping[UUID, str]


@dataclass(frozen=True, kw_only=True)
class HomeSeries:
    """The tests at home of one household, planned against done."""

    household_id: UUID
    person_ids: tuple[UUID, ...]
    area: Area
    count: rules.SeriesCount


def day_of(area: Area, day: date) -> Period:
    """A local day as a period."""
    return Period(start=clock.local_midnight(area, day), end=clock.local_midnight(area, day + timedelta(days=1)))


def due_list(*, actor: Actor, area: Area, day: date) -> rules.DueList:
    """Everybody of an area who owes a test on a local day: the rosters of the rounds of that day and single tests together, with class and state.

    A single test stands as it stood at the day's end, a missed one until it is taken; a round as its roll-call stands now.
    """
    return due_by_building(actor=actor, area=area, day=day).due


def due_by_building(*, actor: Actor, area: Area, day: date) -> AreaDue:
    """The due list of an area, with the names of its buildings."""
    period = day_of(area, day)
    roster, tests = list(_roster(actor, period).filter(area__within=area)), list(_tests(actor, period).filter(area__within=area))
    heads = {card.path: card for card in places.of_kind(actor=actor, kinds=HEADS)}
    buildings = {row.person_id: row.building_id for row in roster}
    buildings |= _homes(actor, {test.person_id for test in tests} - set(buildings), heads)
    due = _list(roster, tests, buildings, _registered(actor, day, area=area), period)
    return AreaDue(due=due, names={card.id: card.full_name for card in heads.values()})


def _homes(actor: Actor, person_ids: set[UUID], heads: Mapping[Area, places.PlaceCard]) -> dict[UUID, UUID | None]:
    """Person -> the building of his home: the outermost place of `HEADS` around it."""
    cards = people.people(actor=actor, ids=person_ids) if person_ids else []
    homes = places.places(actor=actor, ids=[card.dwelling_id for card in cards if card.dwelling_id is not None])
    found: dict[UUID, UUID | None] = {}
    for card in cards:
        path = homes[card.dwelling_id].path if card.dwelling_id in homes else None
        found[card.id] = next((heads[step].id for step in path.ancestors() if step in heads), None) if path is not None else None
    return found


def due_in(*, actor: Actor, building_id: UUID, day: date) -> BuildingDue:
    """The due list of everybody who lives in a building now."""
    inside = places.within(actor=actor, place_id=building_id)
    building = next(card for card in inside if card.id == building_id)
    cards = {card.id: card for card in people.people(actor=actor, place_ids=[card.id for card in inside])}
    period = day_of(building.area, day)
    roster = list(_roster(actor, period).filter(person_id__in=list(cards)))
    tests = list(_tests(actor, period).filter(person_id__in=list(cards)))
    facts = _registered(actor, day, person_ids=list(cards))
    due = _list(roster, tests, dict.fromkeys(cards, building_id), facts, period)
    return BuildingDue(building=building, due=due, people=cards, homes={card.id: card.full_name for card in inside})


def classes(*, actor: Actor, person_ids: Sequence[UUID], day: date) -> dict[UUID, tuple[str, str]]:
    """Person -> (class of testing, the fact that decides it) on a day, by ledgers, needs, work and open tests."""
    facts = _registered(actor, day, person_ids=person_ids)
    for person_id, kind in TestDue.objects.seen_by(actor).filter(person_id__in=person_ids, state="due").values_list("person_id", "source_kind"):
        _add(facts, person_id, kind)
    return {person_id: rules.test_class(facts.get(person_id, ())) for person_id in person_ids}


def _roster(actor: Actor, day: Period) -> ScopedQuerySet[RosterRow]:
    """Roster rows of the rounds whose window meets the day, with the window."""
    rows = RosterRow.objects.seen_by(actor).filter(struck=False, round__opens_at__lt=day.end, round__closes_at__gt=day.start)
    rows = rows.exclude(round__closed_at__lte=day.start)
    return rows.annotate(opens_at=F("round__opens_at"), due_at=F("round__closes_at")).order_by("building_id", "area", "person_id", "round_id")


def _tests(actor: Actor, day: Period) -> ScopedQuerySet[TestDue]:
    """Single tests whose window has begun by the day's end and that were not taken before the day."""
    rows = TestDue.objects.seen_by(actor).filter(opens_at__lt=day.end, state__in=("due", "missed", "done"))
    return rows.exclude(done_at__lt=day.start).order_by("due_at", "person_id", "id")


def _registered(actor: Actor, day: date, *, area: Area | None = None, person_ids: Sequence[UUID] | None = None) -> Facts:
    """What the registers say of people on a day: ledgers, needs, work at a listed place."""
    facts: Facts = {}
    for person_id, marks in people.marks(actor=actor, on=day, area=area, person_ids=person_ids).items():
        for mark in marks:
            if mark in people.HOME_TEST:
                _add(facts, person_id, "frail")
            elif mark == people.QUARANTINED or mark in REGISTERED:
                _add(facts, person_id, "quarantine" if mark == people.QUARANTINED else mark)
    return facts


def _add(facts: Facts, person_id: UUID, fact: str) -> None:
    if fact not in (APPOINTED, TOMORROW):
        facts.setdefault(person_id, set()).add(fact)


def _list(roster: Sequence[RosterRow], tests: Sequence[TestDue], buildings: Mapping[UUID, UUID | None], facts: Facts, day: Period) -> rules.DueList:
    for row in roster:
        if row.list in OF_LIST:
            _add(facts, row.person_id, OF_LIST[row.list])
    for test in tests:
        _add(facts, test.person_id, test.source_kind)
    found = {person_id: rules.test_class(known) for person_id, known in facts.items()}
    lines = [_of_round(row, buildings, found.get(row.person_id, ("daily", ""))) for row in roster]
    return rules.DueList(lines=[*lines, *(_of_test(test, buildings, found.get(test.person_id, ("daily", "")), day) for test in tests)])


def _of_round(row: RosterRow, buildings: Mapping[UUID, UUID | None], found: tuple[str, str]) -> rules.DueLine:
    opens_at, due_at = row.opens_at, row.due_at  # type: ignore[attr-defined]
    return rules.DueLine(
        person_id=row.person_id,
        building_id=buildings.get(row.person_id),
        test_class=found[0],
        why=found[1],
        source_kind="round",
        source_id=row.round_id,
        where="door" if found[0] == "home" else "table",
        opens_at=opens_at,
        due_at=due_at,
        state="done" if row.state == "sampled" else row.state,
    )


def _of_test(test: TestDue, buildings: Mapping[UUID, UUID | None], found: tuple[str, str], day: Period) -> rules.DueLine:
    state = rules.state_on(done_at=test.done_at, day=day)
    return rules.DueLine(
        person_id=test.person_id,
        building_id=buildings.get(test.person_id),
        test_class=found[0],
        why=found[1],
        source_kind=test.source_kind,
        source_id=test.source_id,
        where=test.where,
        opens_at=test.opens_at,
        due_at=test.due_at,
        state=state,
        overdue=state == "open" and test.due_at <= day.start,
    )


def appointments(*, actor: Actor, day: date, area: Area | None = None, person_ids: Sequence[UUID] | None = None) -> list[AppointmentCard]:
    """Who is appointed for a local day, grid by grid; done or not (S-216)."""
    within = area or next(iter(actor.areas()), None)
    if within is None:
        return []
    period = day_of(within, day)
    rows = TestDue.objects.seen_by(actor).filter(source_kind=APPOINTED, opens_at__gte=period.start, opens_at__lt=period.end)
    rows = rows.order_by("area", "person_id")
    if area is not None:
        rows = rows.filter(area__within=area)
    if person_ids is not None:
        rows = rows.filter(person_id__in=person_ids)
    return [
        AppointmentCard(
            id=row.id,
            person_id=row.person_id,
            area=row.area,
            day=day,
            purpose=row.purpose,
            where=row.where,
            state=row.state,
            done_at=row.done_at,
        )
        for row in rows
    ]


def to_appoint(*, actor: Actor, today: date) -> list[UUID]:
    """People whom today's register has for tomorrow's tests and who have no appointment for tomorrow yet."""
    asked = {entry.person_id for entry in people.day_register(actor=actor, on=today) if entry.category == TOMORROW}
    known = {card.person_id for card in appointments(actor=actor, day=today + timedelta(days=1))}
    return sorted(asked - known)


def home_series(*, actor: Actor, area: Area, now: datetime) -> list[HomeSeries]:
    """Planned against done of every household with a series of tests at home, until release: what ended with it is planned no more (S-209)."""
    rows = TestDue.objects.seen_by(actor).filter(area__within=area, source_kind__in=SERIES, where="door").order_by("person_id", "due_at", "id")
    by_person: dict[UUID, list[rules.PlannedTest]] = {}
    for row in rows:
        one = rules.PlannedTest(opens_at=row.opens_at, due_at=row.due_at, state=row.state, done_at=row.done_at)
        by_person.setdefault(row.person_id, []).append(one)
    homes: dict[UUID, list[people.PersonCard]] = {}
    for card in people.people(actor=actor, ids=list(by_person)):
        homes.setdefault(card.household_id or card.id, []).append(card)
    return [
        HomeSeries(
            household_id=home,
            person_ids=tuple(card.id for card in cards),
            area=cards[0].area,
            count=rules.count_series([test for card in cards for test in by_person[card.id]], now=now),
        )
        for home, cards in sorted(homes.items(), key=lambda pair: (pair[1][0].area, pair[1][0].file_no))
    ]
