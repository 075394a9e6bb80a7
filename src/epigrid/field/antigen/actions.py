"""Verbs of antigen."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from epigrid.field.antigen import queries, rules
from epigrid.field.antigen.events import AntigenInvalids, AntigenNegatives, AntigenPositive, KitsIssued
from epigrid.field.antigen.models import AntigenReport, KitIssue
from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.kernel.duties import Duty
from epigrid.kernel.errors import NotFound
from epigrid.kernel.events import Event
from epigrid.registers.people import queries as people
from epigrid.registers.places import queries as places
from epigrid.store import clock, journal, locks
from epigrid.store.acts import whole
from epigrid.store.ids import new_id, repeated_id

ISSUERS = (Duty.GRID_WORKER, Duty.REGISTRAR, Duty.COMMUNITY_SECRETARY)
ENTERERS = (*ISSUERS, Duty.PHONE_OPERATOR)


@whole
def issue_kits(
    *, actor: Actor, household_ids: Sequence[UUID], now: datetime, kits: int | None = None, day: date | None = None, round_name: str = ""
) -> list[UUID]:
    """Hand kits to households: so many to each, or (left out) one for each of its people; for a day (left out: today). Returns the issues."""
    cards = [people.household(actor=actor, household_id=household_id) for household_id in dict.fromkeys(household_ids)]
    buildings = places.buildings_of(actor=actor, place_ids=[card.dwelling_id for card in cards])
    rows = []
    for card in cards:
        actor.require(*ISSUERS, area=card.area)
        given = len(card.person_ids) if kits is None else kits
        rules.judge_kits(given)
        rows.append(
            KitIssue(
                id=repeated_id(card.area, "kit-issue", card.id),
                area=card.area,
                household_id=card.id,
                building_id=buildings.get(card.dwelling_id),
                kits=given,
                day=day or clock.local_day(card.area, now),
                round_name=round_name[:60],
                by=actor.id,
                at=now,
            )
        )
    KitIssue.objects.bulk_create(rows)
    if rows:
        ids = tuple(row.id for row in rows)
        event = KitsIssued(area=_top(rows), first_id=ids[0], issue_ids=ids, kits=sum(row.kits for row in rows), day=rows[0].day)
        journal.record(event, actor=actor, at=now, caused_by=None)
    return [row.id for row in rows]


@whole
def report_results(
    *, actor: Actor, person_ids: Sequence[UUID], result: str, now: datetime, channel: str = "visit", tested_at: datetime | None = None
) -> list[UUID]:
    """Note what people read on their antigen tests: a resident of himself, a guardian for his ward (an actor of `people.speaking_for`), a worker at the door
    or on the phone for them. Returns the results' ids.

    A result stands beside earlier ones; the same person, moment and result again is the same result. Refused whole, a positive never for lack of kits.
    """
    cards = people.people(actor=actor, ids=person_ids)
    if len(cards) < len(set(person_ids)):
        raise NotFound
    if actor.person_id is None:
        for card in cards:
            actor.require(*ENTERERS, area=card.area)
    else:
        channel = "own" if actor.id == actor.person_id else "guardian"
    at = tested_at or now
    if result not in rules.RESULTS or channel not in rules.CHANNELS or (channel in rules.OWN) != (actor.person_id is not None):
        raise rules.ResultUnknown(result=result, channel=channel)
    if at > now:
        raise rules.NotTestedYet(tested_at=at.isoformat())
    for key in sorted({str(card.household_id or card.id) for card in cards}):
        locks.hold(f"antigen|{key}")
    known = dict(AntigenReport.objects.seen_by(actor).filter(person_id__in=person_ids, tested_at=at, result=result).values_list("person_id", "id"))
    new = AntigenReport(result=result, channel=channel, tested_at=at, by=actor.id, at=now)
    rows = _rows([card for card in cards if card.id not in known], new)
    AntigenReport.objects.bulk_create(rows)
    journal.record_many(_told(result, rows), actor=actor, at=now, caused_by=None)
    return [*known.values(), *(row.id for row in rows)]


def _rows(cards: Sequence[people.PersonCard], new: AntigenReport) -> list[AntigenReport]:
    """One result for each of the people, with the kit that it used: kits and families are counted beyond what a resident sees."""
    if not cards:
        return []
    desk = Actor.procedure("antigen.count", _top(cards))
    left = _kits_left(desk, cards)
    dwellings = [card.dwelling_id for card in cards if card.dwelling_id is not None]
    buildings = places.buildings_of(actor=desk, place_ids=dwellings)
    rows = []
    for card in cards:
        of_kit = False
        if card.household_id is not None:
            kits = left[card.household_id]
            of_kit = rules.judge_report(result=new.result, balance=kits)
            left[card.household_id] = replace(kits, used=kits.used + of_kit, reported=kits.reported + 1)
        rows.append(
            AntigenReport(
                id=new_id(card.area, "antigen", card.id, new.tested_at.isoformat(), new.result),
                area=card.area,
                person_id=card.id,
                building_id=buildings.get(card.dwelling_id) if card.dwelling_id else None,
                result=new.result,
                channel=new.channel,
                of_kit=of_kit,
                tested_at=new.tested_at,
                by=new.by,
                at=new.at,
            )
        )
    return rows


def _kits_left(desk: Actor, cards: Sequence[people.PersonCard]) -> dict[UUID, rules.Balance]:
    dwellings = sorted({card.dwelling_id for card in cards if card.dwelling_id is not None})
    families = people.people(actor=desk, place_ids=dwellings)
    households: dict[UUID, set[UUID]] = {}
    for card in (*families, *cards):
        if card.household_id is not None:
            households.setdefault(card.household_id, set()).add(card.id)
    return queries.balances(actor=desk, households={key: sorted(ids) for key, ids in households.items()})


def _told(result: str, rows: Sequence[AntigenReport]) -> Sequence[Event]:
    if result == "positive":
        return [AntigenPositive(area=row.area, report_id=row.id, person_id=row.person_id) for row in rows]
    if not rows:
        return []
    told: Mapping[str, type[AntigenNegatives | AntigenInvalids]] = {"negative": AntigenNegatives, "invalid": AntigenInvalids}
    ids, person_ids = tuple(row.id for row in rows), tuple(row.person_id for row in rows)
    return [told[result](area=_top(rows), first_id=ids[0], report_ids=ids, person_ids=person_ids)]


def _top(rows: Sequence[KitIssue] | Sequence[AntigenReport] | Sequence[people.PersonCard]) -> Area:
    area = Area(rows[0].area)
    while not all(area.covers(row.area) for row in rows):
        area = area.parent or area.root
    return area
