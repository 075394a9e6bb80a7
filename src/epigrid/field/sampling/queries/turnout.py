"""Questions about who came: counts per team and per lane from tubes, turnout by unit, who is still to be reminded, who was missed round after round."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from epigrid.field.sampling import rules
from epigrid.field.sampling.events import CallersNeeded
from epigrid.field.sampling.models import Reminder, RosterRow, Round, Swab
from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.registers.people import queries as people
from epigrid.registers.places import queries as places
from epigrid.store import clock, journal
from epigrid.store.scoped import ScopedQuerySet

WAITED_FOR = ("open", "unreachable")
"""Classes of people who may still come; whoever declined has said so."""


@dataclass(frozen=True, kw_only=True)
class UnitTurnout:
    """How many of a unit's people (of a building's, where it has no units) were sampled, of how many who are to be sampled."""

    place_id: UUID
    area: Area
    sampled: int
    total: int


@dataclass(frozen=True, kw_only=True)
class ToRemind:
    """Somebody who has not come yet: by which channel he is reached, his masked number, when he was reminded last, and what came of it."""

    person_id: UUID
    channel: str
    masked_phone: str
    reminded_at: datetime | None
    result: str


def per_team(*, actor: Actor, round_id: UUID) -> dict[str, int]:
    """Team -> people in its tubes; counted from tubes, never typed (S-227). Tubes without a team stand under the empty name."""
    return dict(Counter(_swabs(actor, round_id).values_list("tube__team", flat=True)))


def per_lane_and_hour(*, actor: Actor, round_id: UUID) -> dict[tuple[UUID | None, int | None, int], int]:
    """(site, lane, local hour of the day) -> people."""
    zone = clock.zone(Round.objects.seen_by(actor).get(id=round_id).area)
    rows = _swabs(actor, round_id).values_list("tube__site_id", "tube__lane", "at")
    return dict(Counter((site, lane, at.astimezone(zone).hour) for site, lane, at in rows))


def _swabs(actor: Actor, round_id: UUID) -> ScopedQuerySet[Swab]:
    return Swab.objects.seen_by(actor).filter(round_id=round_id, withdrawn_at__isnull=True, lost=False)


def turnout(*, actor: Actor, round_id: UUID) -> list[UnitTurnout]:
    """Turnout of the pooled list by unit; people who are away or exempt are not waited for."""
    rows = RosterRow.objects.seen_by(actor).filter(round_id=round_id, struck=False, list="pooled").exclude(state__in=("away", "exempt"))
    states = dict(rows.values_list("person_id", "state"))
    cards = people.people(actor=actor, ids=list(states))
    units = _units(actor, [card.dwelling_id for card in cards if card.dwelling_id is not None])
    totals: Counter[UUID] = Counter()
    sampled: Counter[UUID] = Counter()
    for card in cards:
        unit = units.get(card.dwelling_id) if card.dwelling_id is not None else None
        if unit is not None:
            totals[unit.id] += 1
            sampled[unit.id] += states[card.id] == "sampled"
    known = {unit.id: unit for unit in units.values()}
    return [
        UnitTurnout(place_id=one, area=known[one].area, sampled=sampled[one], total=totals[one])
        for one in sorted(totals, key=lambda one: known[one].path)
    ]


def _units(actor: Actor, dwelling_ids: Sequence[UUID]) -> Mapping[UUID, places.PlaceCard]:
    """Dwelling -> its unit, or its building."""
    homes = places.places(actor=actor, ids=dwelling_ids)
    heads = {card.path: card for card in places.of_kind(actor=actor, kinds=("unit", "building", "row", "hotel"))}
    found = {}
    for home_id, home in homes.items():
        above = [heads[path] for path in home.path.ancestors() if path in heads]
        if above:
            found[home_id] = max(above, key=lambda card: len(card.path))
    return found


def waited_for(*, actor: Actor, round_id: UUID) -> list[UUID]:
    """The units (buildings, where they have none) in which a round still waits for somebody, in walking order."""
    rows = RosterRow.objects.seen_by(actor).filter(round_id=round_id, struck=False, state__in=WAITED_FOR)
    cards = people.people(actor=actor, ids=rows.values_list("person_id", flat=True))
    units = _units(actor, [card.dwelling_id for card in cards if card.dwelling_id is not None])
    return [unit.id for unit in sorted({unit.id: unit for unit in units.values()}.values(), key=lambda unit: unit.path)]


def half_time_due(*, actor: Actor, area: Area, now: datetime) -> list[UUID]:
    """Open rounds whose half time has come and of which nobody has asked yet which units are behind (S-187)."""
    rows = Round.objects.seen_by(actor).filter(area__within=area, closed_at__isnull=True, opens_at__lt=now).order_by("opens_at", "id")
    due = [row.id for row in rows if rules.half_time(opens_at=row.opens_at, closes_at=row.closes_at) <= now]
    asked = {fact.event.subject_id for fact in journal.facts(actor=actor, kinds=[CallersNeeded.kind], subjects=due)}
    return [one for one in due if one not in asked]


def to_remind(*, actor: Actor, round_id: UUID) -> list[ToRemind]:
    """Who is still to be reminded in an open round, in the order of buildings; after the sample nobody is on this list (S-213)."""
    if Round.objects.seen_by(actor).get(id=round_id).closed_at is not None:
        return []
    rows = RosterRow.objects.seen_by(actor).filter(round_id=round_id, struck=False, state__in=WAITED_FOR).order_by("building_id", "person_id")
    ids = list(rows.values_list("person_id", flat=True))
    reminders = Reminder.objects.seen_by(actor).filter(round_id=round_id).order_by("at").values_list("person_id", "at", "result")
    last = {person_id: (at, result) for person_id, at, result in reminders}
    cards = {card.id: card for card in people.people(actor=actor, ids=ids)}
    found = []
    for one in ids:
        card, (at, result) = cards.get(one), last.get(one, (None, ""))
        channel, phone = (card.contact_channel, card.masked_phone) if card else ("", "")
        found.append(ToRemind(person_id=one, channel=channel, masked_phone=phone, reminded_at=at, result=result))
    return found


def gaps(*, actor: Actor, area: Area, rounds: int = 2) -> list[UUID]:
    """People who stood in each of the last closed rounds of an area and were sampled, exempt or away in none of them."""
    closed = Round.objects.seen_by(actor).filter(area=area, closed_at__isnull=False, part={}).order_by("-opens_at", "id")
    rows = RosterRow.objects.seen_by(actor).filter(round_id__in=closed.values("id")[:rounds], struck=False, state__in=(*WAITED_FOR, "declined"))
    return sorted(person for person, missed in Counter(rows.values_list("person_id", flat=True)).items() if missed == rounds)
