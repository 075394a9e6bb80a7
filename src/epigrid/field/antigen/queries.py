"""Questions about kits and antigen results."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Count, Q, Sum

from epigrid.field.antigen import rules
from epigrid.field.antigen.models import AntigenReport, KitIssue
from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.registers.people import queries as people
from epigrid.registers.places import queries as places
from epigrid.store import clock


@dataclass(frozen=True, kw_only=True)
class ReportCard:
    """One result as it was told."""

    id: UUID
    area: Area
    person_id: UUID
    result: str
    channel: str
    tested_at: datetime
    at: datetime


@dataclass(frozen=True, kw_only=True)
class MemberCard:
    """One of a household, masked, and what his results of the day come to (empty: none yet)."""

    person_id: UUID
    masked_name: str
    file_no: str
    result: str


@dataclass(frozen=True, kw_only=True)
class HomeCard:
    """A household: its kits, those for the day (`asked`), and its people."""

    household_id: UUID
    dwelling_id: UUID
    home: str
    asked: int
    issued: int
    used: int
    reported: int
    left: int
    beyond: int
    members: tuple[MemberCard, ...]


@dataclass(frozen=True, kw_only=True)
class BuildingCard:
    """A building: its kits in all, and the results of the day."""

    building_id: UUID | None
    issued: int
    used: int
    left: int
    positive: int
    negative: int
    invalid: int


def reports(*, actor: Actor, person_ids: Sequence[UUID] | None = None, limit: int = 1000) -> list[ReportCard]:
    """Results, newest first, of people or of all whom the actor sees; a resident sees his own."""
    rows = AntigenReport.objects.seen_by(actor).order_by("-tested_at", "-at", "id")
    if person_ids is not None:
        rows = rows.filter(person_id__in=person_ids)
    return [_report(row) for row in rows[:limit]]


def positives(*, actor: Actor, report_ids: Iterable[UUID]) -> dict[UUID, ReportCard]:
    """Those of the ids that are positive antigen results; what a hold is about may also be a tube."""
    rows = AntigenReport.objects.seen_by(actor).filter(id__in=list(report_ids), result="positive")
    return {row.id: _report(row) for row in rows}


def balances(*, actor: Actor, households: Mapping[UUID, Sequence[UUID]], day: date | None = None) -> dict[UUID, rules.Balance]:
    """The kits of households, each given with its people: household -> balance, with the kits for a day."""
    rows = KitIssue.objects.seen_by(actor).filter(household_id__in=list(households)).values("household_id")
    counted = rows.annotate(all_kits=Sum("kits"), for_day=Sum("kits", filter=Q(day=day)))
    issued = {row["household_id"]: (row["all_kits"], row["for_day"] or 0) for row in counted}
    members = [person_id for ids in households.values() for person_id in ids]
    told = AntigenReport.objects.seen_by(actor).filter(person_id__in=members).values("person_id")
    counts = {row["person_id"]: (row["used"], row["told"]) for row in told.annotate(used=Count("id", filter=Q(of_kit=True)), told=Count("id"))}
    return {
        household_id: rules.Balance(
            issued=issued.get(household_id, (0, 0))[0],
            asked=issued.get(household_id, (0, 0))[1],
            used=sum(counts.get(person_id, (0, 0))[0] for person_id in ids),
            reported=sum(counts.get(person_id, (0, 0))[1] for person_id in ids),
        )
        for household_id, ids in households.items()
    }


def homes(*, actor: Actor, rooms: Sequence[places.PlaceCard], day: date) -> list[HomeCard]:
    """The households of a building, in the order of its rooms (`places.within`, the building first), with their kits and what was told on a local day."""
    building, by_id = rooms[0], {card.id: card for card in rooms}
    households: dict[UUID, list[people.PersonCard]] = {}
    for card in people.people(actor=actor, place_ids=by_id):
        if card.household_id is not None and card.departed_on is None:
            households.setdefault(card.household_id, []).append(card)
    known = balances(actor=actor, households={key: [card.id for card in cards] for key, cards in households.items()}, day=day)
    told = _told(actor, building, day)
    found = [_home(key, cards, by_id[cards[0].dwelling_id or building.id], known[key], told) for key, cards in households.items()]
    return sorted(found, key=lambda home: (by_id[home.dwelling_id].path, str(home.household_id)))


def _told(actor: Actor, building: places.PlaceCard, day: date) -> dict[UUID, list[str]]:
    rows = AntigenReport.objects.seen_by(actor).filter(_on(building.area, day), building_id=building.id)
    found: dict[UUID, list[str]] = {}
    for person_id, result in rows.values_list("person_id", "result"):
        found.setdefault(person_id, []).append(result)
    return found


def _home(
    household_id: UUID, cards: Sequence[people.PersonCard], room: places.PlaceCard, kits: rules.Balance, told: Mapping[UUID, Sequence[str]]
) -> HomeCard:
    members = [
        MemberCard(person_id=card.id, masked_name=card.masked_name, file_no=card.file_no, result=rules.standing(told.get(card.id, ())))
        for card in cards
    ]
    return HomeCard(
        household_id=household_id,
        dwelling_id=room.id,
        home=room.full_name,
        asked=kits.asked,
        issued=kits.issued,
        used=kits.used,
        reported=kits.reported,
        left=kits.left,
        beyond=kits.beyond,
        members=tuple(members),
    )


def buildings(*, actor: Actor, area: Area, day: date) -> list[BuildingCard]:
    """The buildings of an area with kits or results: issued, used and left in all, results told on a day; without a building last."""
    issues = KitIssue.objects.seen_by(actor).filter(area__within=area).values("building_id").annotate(kits=Sum("kits"))
    issued = {row["building_id"]: row["kits"] for row in issues}
    today = {name: Count("id", filter=_on(area, day) & Q(result=name)) for name in rules.RESULTS}
    rows = AntigenReport.objects.seen_by(actor).filter(area__within=area).values_list("building_id")
    told = {building_id: counts for building_id, *counts in rows.annotate(used=Count("id", filter=Q(of_kit=True)), **today)}
    found = []
    for building_id in sorted({*issued, *told}, key=lambda one: (one is None, str(one))):
        used, *results = told.get(building_id, [0] * (1 + len(rules.RESULTS)))
        kits = rules.Balance(issued=issued.get(building_id, 0), used=used)
        by_result = dict(zip(rules.RESULTS, results, strict=True))
        found.append(BuildingCard(building_id=building_id, issued=kits.issued, used=kits.used, left=kits.left, **by_result))
    return found


def _on(area: Area, day: date) -> Q:
    """Tests of a local day."""
    return Q(tested_at__gte=clock.local_midnight(area, day), tested_at__lt=clock.local_midnight(area, day + timedelta(days=1)))


def _report(row: AntigenReport) -> ReportCard:
    return ReportCard(
        id=row.id,
        area=row.area,
        person_id=row.person_id,
        result=row.result,
        channel=row.channel,
        tested_at=row.tested_at,
        at=row.at,
    )
