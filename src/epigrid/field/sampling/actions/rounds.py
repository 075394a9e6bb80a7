"""Rounds: order, freeze, correct the roster, report classes, close."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from epigrid.field.sampling import queries, rules
from epigrid.field.sampling.actions.alone import note_changes
from epigrid.field.sampling.actions.reports import exempt, write_reports
from epigrid.field.sampling.events import RosterChanged, RoundClosed, RoundOpened
from epigrid.field.sampling.models import Refusal, RollReport, RosterRow, Round
from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.kernel.duties import Duty
from epigrid.kernel.errors import NotAllowed
from epigrid.kernel.periods import Period
from epigrid.registers.organisation import queries as organisation
from epigrid.registers.people import queries as people
from epigrid.registers.places import queries as places
from epigrid.registers.policies import queries as policies
from epigrid.store import bulk, clock, journal, locks, statistics
from epigrid.store.acts import whole
from epigrid.store.ids import new_id, repeated_id

LONGEST = timedelta(days=1)
"""A round that states no end is over after a day (guide, 3rd ed.: 24 h)."""
REPORTERS = (Duty.GRID_WORKER, Duty.REGISTRAR, Duty.SAMPLER, Duty.COMMUNITY_SECRETARY)


@dataclass(frozen=True, kw_only=True)
class RollEntry:
    """What a worker reports of one person: class (`rules.REPORTABLE`), reason, and for `elsewhere` the proof."""

    person_id: UUID
    state: str
    reason: str = ""
    proof: str = ""


@whole
def open_round(*, actor: Actor, area: Area, reason: str, directive_id: UUID, window: Period, now: datetime, cause: UUID) -> UUID:
    """Order a round of an area and freeze its population: everybody present, the frail and the quarantined on door lists of their own."""
    may_order(actor, area, directive_id, now)
    new = ordered(actor, Round(area=area, reason=reason, directive_id=directive_id, caused_by=cause), window, now)
    return freeze(actor, new, area, [card for card in people.people(actor=actor, area=area) if present(card)])


def may_order(actor: Actor, area: Area, directive_id: UUID, now: datetime) -> None:
    """Refuse who may not order a round of an area, and a directive that does not carry it."""
    policies.require(actor=actor, act="round.open", area=area, now=now)
    organisation.require_directive(actor=actor, directive_id=directive_id, act="round.open", area=area, now=now)


def ordered(actor: Actor, new: Round, window: Period, now: datetime) -> Round:
    """A new round with its window, frozen and ordered now."""
    new.opens_at, new.closes_at = window.start, window.end or window.start + LONGEST
    new.frozen_at, new.opened_by = now, actor.id
    return new


def present(card: people.PersonCard) -> bool:
    """Whether somebody is here to be sampled."""
    return card.departed_on is None and card.residence != "away"


def freeze(actor: Actor, new: Round, area: Area, cards: Sequence[people.PersonCard]) -> UUID:
    """Write a round that was ordered for an area, with these people as its population, and tell it."""
    new.id = repeated_id(area, "round", area)
    new.save(force_insert=True)
    lists = queries.door_lists(actor=actor, on=clock.local_day(area, new.frozen_at), now=new.frozen_at, area=area)
    roster = _rows(actor, new, cards, lists)
    bulk.insert(roster)
    statistics.refresh(RosterRow)
    event = RoundOpened(
        area=new.area,
        round_id=new.id,
        directive_id=new.directive_id,
        people=len(roster),
        door_frail=sum(person.list == "frail" for person in roster),
        door_quarantine=sum(person.list == "quarantine" for person in roster),
    )
    fact = journal.record(event, actor=actor, at=new.frozen_at, caused_by=new.caused_by)
    exempt(actor, new, {card.id for card in cards}, new.frozen_at, fact)
    return new.id


def _rows(actor: Actor, row: Round, cards: Sequence[people.PersonCard], lists: Mapping[UUID, str]) -> list[RosterRow]:
    """Roster rows of people, each on his door list (`queries.door_lists`) or pooled."""
    buildings = places.buildings_of(actor=actor, place_ids=[card.dwelling_id for card in cards if card.dwelling_id])
    return [
        RosterRow(
            id=new_id(row.area, "roster", row.id, card.id),
            area=card.area,
            round=row,
            person_id=card.id,
            building_id=buildings.get(card.dwelling_id) if card.dwelling_id else None,
            list=lists.get(card.id, "pooled"),
        )
        for card in cards
    ]


@whole
def add_late(*, actor: Actor, round_id: UUID, person_ids: Sequence[UUID], now: datetime, cause: UUID) -> int:
    """Add people who were in no register, or who came, after the freeze; return how many were new to the round.

    A round of a part takes whoever lives or works in the part by the register, and whoever has no home in it (moved in, visitor, baby); anybody else is
    refused, with all who were asked for: `OutsidePart`, or `OwnRoundElsewhere` where he stands on another open round's roster.
    """
    row = still_open(actor, round_id)
    actor.require(*REPORTERS, Duty.PROCEDURE, area=row.area)
    cards = people.people(actor=actor, ids=person_ids)
    known = set(RosterRow.objects.seen_by(actor).filter(round=row, person_id__in=person_ids).values_list("person_id", flat=True))
    fresh = [card for card in cards if card.id not in known]
    if fresh:
        _refuse_strangers(actor, row, fresh)
        lists = queries.door_lists(actor=actor, on=clock.local_day(row.area, now), now=now, person_ids=[card.id for card in fresh])
        rows = _rows(actor, row, fresh, lists)
        for late in rows:
            late.origin = "late"
        RosterRow.objects.bulk_create(rows)
        _note_since(actor, row, [late for late in rows if late.list == "quarantine"], now)
        event = RosterChanged(area=row.area, round_id=row.id, added=tuple(card.id for card in fresh))
        fact = journal.record(event, actor=actor, at=now, caused_by=cause)
        exempt(actor, row, {card.id for card in fresh}, now, fact)
    return len(fresh)


def _note_since(actor: Actor, row: Round, late: Sequence[RosterRow], now: datetime) -> None:
    """Whoever comes late and is to be sampled alone was pooled with nobody from the moment at which that was known, not from his coming."""
    on, ids = clock.local_day(row.area, now), [one.person_id for one in late]
    since = queries.alone_since(actor=actor, on=on, now=now, person_ids=ids) if ids else {}
    for one in late:
        note_changes(row, [one], until=since[one.person_id], was="pooled")


def _refuse_strangers(actor: Actor, row: Round, cards: Sequence[people.PersonCard]) -> None:
    for card in queries.strangers(actor=actor, round_id=row.id, cards=cards):
        own = queries.other_round(actor=actor, round_id=row.id, person_id=card.id)
        if own is None:
            raise rules.OutsidePart(person=str(card.id))
        raise rules.OwnRoundElsewhere(person=str(card.id), own_round=own.reason, until=own.closes_at.isoformat())


@whole
def strike_off(*, actor: Actor, round_id: UUID, person_id: UUID, reason: str, now: datetime, cause: UUID) -> None:
    """Take a person off a round (moved out, counted twice, died); nobody who was swabbed in it can be struck."""
    row = still_open(actor, round_id)
    actor.require(*REPORTERS, area=row.area)
    roster = RosterRow.objects.seen_by(actor).select_for_update().get(round=row, person_id=person_id)
    if roster.state == "sampled":
        raise rules.AlreadySampled(person=str(person_id))
    if roster.struck:
        return
    roster.struck, roster.struck_reason = True, reason
    roster.save(update_fields=["struck", "struck_reason"])
    journal.record(RosterChanged(area=row.area, round_id=row.id, struck=(person_id,)), actor=actor, at=now, caused_by=cause)


@whole
def report_roll(*, actor: Actor, round_id: UUID, entries: Sequence[RollEntry], now: datetime, cause: UUID) -> int:
    """Report classes of people (exempt, away, declined, unreachable, elsewhere with proof); return how many reports were new."""
    require_reporter(actor)
    locks.hold_shared(_refusals_of(round_id))
    row = still_open(actor, round_id)
    actor.require(*REPORTERS, Duty.PHONE_OPERATOR, area=row.area if actor.holds(*REPORTERS, area=row.area) else _area_of(actor, row, entries))
    roster = _roster(actor, row, [entry.person_id for entry in entries])
    fresh = []
    for entry in entries:
        state, way = rules.class_of(entry.state)
        if way == "elsewhere" and not entry.proof:
            raise rules.ProofMissing(person=str(entry.person_id))
        fresh.append(
            RollReport(
                id=new_id(row.area, "roll-report", row.id, entry.person_id, actor.id, state, way),
                area=roster[entry.person_id].area,
                round=row,
                person_id=entry.person_id,
                state=state,
                way=way,
                reason=entry.reason,
                proof=entry.proof,
                by=actor.id,
                at=now,
            )
        )
    return write_reports(actor, row, fresh, now, cause)


def require_reporter(actor: Actor) -> None:
    """Refuse who reports no roll-call anywhere, before anything that he sent is looked at."""
    if not {*REPORTERS, Duty.PHONE_OPERATOR} & actor.duties:
        raise NotAllowed(needs=sorted(REPORTERS))


def _area_of(actor: Actor, row: Round, entries: Sequence[RollEntry]) -> Area:
    areas = {person.area for person in _roster(actor, row, [entry.person_id for entry in entries]).values()}
    outside = [area for area in areas if not actor.holds(*REPORTERS, Duty.PHONE_OPERATOR, area=area)]
    return Area(outside[0] if outside else min(areas))


def _roster(actor: Actor, row: Round, person_ids: Sequence[UUID]) -> dict[UUID, RosterRow]:
    rows = RosterRow.objects.seen_by(actor).filter(round=row, person_id__in=person_ids, struck=False)
    found = {person.person_id: person for person in rows}
    missing = [person_id for person_id in person_ids if person_id not in found]
    if missing:
        raise rules.NotOnRoster(person=str(missing[0]))
    return found


def still_open(actor: Actor, round_id: UUID) -> Round:
    """The round, or `RoundNotOpen`."""
    row = Round.objects.seen_by(actor).get(id=round_id)
    if row.closed_at is not None:
        raise rules.RoundNotOpen(round=str(round_id))
    return row


@whole
def close_round(*, actor: Actor, round_id: UUID, now: datetime, cause: UUID) -> dict[str, int]:
    """Close a round and return its counts by class. Why people declined is deleted in the same act (S-219): reason code, talks, a referral's words and
    whatever was written beside a report of `declined`; of the report the class is left, because the counts of the round rest on it.

    A referral leaves nothing but its fact (who referred, when, under which id): it bound nobody and spent nothing, so no law of counting or liberty needs
    more, and a fact of the journal cannot be rewritten. Whoever reports at this moment waits for the close, and is refused.
    """
    locks.hold(_refusals_of(round_id))
    row = Round.objects.seen_by(actor).select_for_update().get(id=round_id)
    actor.require(Duty.TESTING_FORCE, Duty.COUNTY_EOC_OFFICER, Duty.COMMUNITY_SECRETARY, Duty.PROCEDURE, area=row.area)
    rows = RosterRow.objects.seen_by(actor).filter(round=row, struck=False)
    counts = {name: rows.filter(state=name).count() for name in rules.CLASSES}
    if row.closed_at is None:
        row.closed_at = now
        row.save(update_fields=["closed_at"])
        _forget_refusals(row)
        journal.record(RoundClosed(area=row.area, round_id=row.id, counts=counts), actor=actor, at=now, caused_by=cause)
    return counts


def _refusals_of(round_id: UUID) -> str:
    return f"refusals|{round_id}"


def _forget_refusals(row: Round) -> None:
    """By the desk, because only the team of a building sees refusals, and others may close a round."""
    desk = Actor.procedure("sampling.forget-refusals", Area(row.area).root)
    Refusal.objects.seen_by(desk).filter(round=row).delete()
    RollReport.objects.seen_by(desk).filter(round=row, state="declined").exclude(reason="", proof="").update(reason="", proof="")
