"""Telephone rounds (S-070): an area in parts with leaders and callers, each household on exactly one list, results there at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from epigrid.field.care import queries, rules
from epigrid.field.care.events import CallRecorded, CallsClosed, CallsPlanned
from epigrid.field.care.models import CallItem, CallPart, CallRound
from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.kernel.duties import Duty
from epigrid.registers.organisation import queries as organisation
from epigrid.registers.people import queries as people
from epigrid.registers.places import queries as places
from epigrid.store import journal
from epigrid.store.acts import whole
from epigrid.store.ids import new_id, repeated_id

PLANNERS = (Duty.COMMUNITY_SECRETARY, Duty.SUBDISTRICT_OFFICE)
CALLERS = (Duty.PHONE_OPERATOR, Duty.GRID_WORKER)


@dataclass(frozen=True, kw_only=True)
class Part:
    """A part of a call round: its name, who leads it, who calls, and its buildings (none: what no other part names)."""

    name: str
    leader_id: UUID
    caller_ids: Sequence[UUID]
    place_ids: Sequence[UUID] = field(default=())


@dataclass(frozen=True, kw_only=True)
class Said:
    """What came of a call: reached or not; and where somebody answered, tested or not, well or unwell, how many live there."""

    result: str
    tested: str = ""
    health: str = ""
    people_inside: int | None = None


@whole
def plan_calls(*, actor: Actor, area: Area, reason: str, parts: Sequence[Part], now: datetime) -> UUID:
    """Deal the households of an area out to callers (`rules.split`); refused whole. Returns the round."""
    actor.require(*PLANNERS, area=area)
    if reason not in rules.CALL_REASONS:
        raise rules.CallUnknown(field="reason", known=list(rules.CALL_REASONS))
    _fit(actor, area, parts, now)
    homes = {card.id: card for card in people.households(actor=actor, area=area) if card.person_ids}
    shares = rules.split(
        households=_walked(actor, homes),
        parts={part.name: list(part.caller_ids) for part in parts},
        places={part.name: frozenset(card.id for card in places.known(actor=actor, ids=list(part.place_ids))) for part in parts},
    )
    round_ = CallRound.objects.create(
        id=repeated_id(area, "call-round", area, reason), area=area, reason=reason, planned_by=actor.named, planned_at=now
    )
    rows = {part.name: CallPart(id=new_id(area, "call-part", round_.id, part.name), area=area, round=round_, name=part.name) for part in parts}
    for part in parts:
        rows[part.name].leader_id = part.leader_id
    CallPart.objects.bulk_create(rows.values())
    answers = _answering(actor, homes)
    items = [
        CallItem(
            id=new_id(area, "call-item", round_.id, household_id),
            area=homes[household_id].area,
            round=round_,
            part=rows[share.part],
            household_id=household_id,
            person_id=answers[household_id],
            caller_id=share.caller_id,
            place_in_list=place,
        )
        for share in shares
        for place, household_id in enumerate(share.household_ids, start=1)
    ]
    CallItem.objects.bulk_create(items, batch_size=500)
    event = CallsPlanned(area=area, round_id=round_.id, item_ids=tuple(item.id for item in items))
    journal.record(event, actor=actor, at=now, caused_by=None)
    return round_.id


def _fit(actor: Actor, area: Area, parts: Sequence[Part], now: datetime) -> None:
    """Refuse parts without a name, leader or caller of their own, and callers who hold no helper's duty over the area."""
    may = {one for duty in CALLERS for one in organisation.holders(actor=actor, duty=duty, area=area, now=now)}
    seen: set[UUID] = set()
    for number, part in enumerate(parts):
        if not part.name or part.name in {other.name for other in parts[:number]} or not part.caller_ids:
            raise rules.PartUnfit(part=part.name)
        for caller in part.caller_ids:
            if caller not in may or caller in seen:
                raise rules.CallerUnfit(part=part.name)
            seen.add(caller)
    if not parts:
        raise rules.PartUnfit(part="")


def _answering(actor: Actor, homes: Mapping[UUID, people.HouseholdCard]) -> dict[UUID, UUID]:
    """Whom to call in each household: the first who has a telephone and no guardian, else the first of the files."""
    members = [one for card in homes.values() for one in card.person_ids]
    reached = {card.id for card in people.people(actor=actor, ids=members) if card.masked_phone and card.guardian_id is None}
    return {card.id: next((one for one in card.person_ids if one in reached), card.person_ids[0]) for card in homes.values()}


def _walked(actor: Actor, homes: Mapping[UUID, people.HouseholdCard]) -> list[tuple[UUID, frozenset[UUID]]]:
    """The households in walking order, each with the places that it lies in."""
    dwellings = places.places(actor=actor, ids=[card.dwelling_id for card in homes.values()])
    buildings = places.buildings_of(actor=actor, place_ids=list(dwellings))
    walk = sorted(
        homes.values(), key=lambda card: (str(dwellings[card.dwelling_id].path) if card.dwelling_id in dwellings else "", card.number, card.id)
    )
    return [(card.id, frozenset({card.dwelling_id, buildings.get(card.dwelling_id, card.dwelling_id)})) for card in walk]


@whole
def close_calls(*, actor: Actor, round_id: UUID, now: datetime) -> None:
    """A telephone round is over: its lists leave the callers' phones. What a phone still brings of it is kept."""
    row = CallRound.objects.seen_by(actor).select_for_update().get(id=round_id)
    actor.require(*PLANNERS, area=row.area)
    if row.closed_at is None:
        row.closed_at = now
        row.save(update_fields=["closed_at"])
        ids = CallItem.objects.seen_by(actor).filter(round=row).order_by("id").values_list("id", flat=True)
        journal.record(CallsClosed(area=row.area, round_id=row.id, item_ids=tuple(ids)), actor=actor, at=now, caused_by=None)


@whole
def record_call(*, actor: Actor, item_id: UUID, said: Said, now: datetime) -> None:
    """Note what came of a call: the caller for his own list, the desk for any. A later call stands for an earlier one; the facts keep both."""
    for name, value, among in (
        ("result", said.result, rules.CALL_RESULTS),
        ("tested", said.tested, rules.TESTED),
        ("health", said.health, rules.HEALTH),
    ):
        if value not in among and (value or name == "result"):
            raise rules.CallUnknown(field=name, known=list(among))
    row = queries.own_items(actor=actor).select_for_update().get(id=item_id)
    actor.require(*CALLERS, *PLANNERS, area=row.area)
    row.result, row.tested, row.health, row.people_inside = said.result, said.tested, said.health, said.people_inside
    row.tries, row.called_at = row.tries + 1, now
    row.save(update_fields=["result", "tested", "health", "people_inside", "tries", "called_at"])
    event = CallRecorded(area=row.area, item_id=row.id, household_id=row.household_id, person_id=row.person_id, unwell=said.health == "unwell")
    journal.record(event, actor=actor, at=now, caused_by=None)
