"""Questions about holds, orders, sites, transfers and appeals."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, Min, Model, Sum

from epigrid.field.sampling import queries as sampling
from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.registers.policies import queries as policies
from epigrid.response.quarantine import rules
from epigrid.response.quarantine.models import Ambulance, Appeal, Hold, Order, Passenger, Room, Site, Stay, Talk, Transfer
from epigrid.store import clock


@dataclass(frozen=True, kw_only=True)
class MeasureCard:
    """A hold or an order as everybody concerned may see it."""

    id: UUID
    area: Area
    kind: str
    person_id: UUID
    state: str
    basis: str
    clause_id: str
    edition: str
    decided_by: UUID | None
    decided_at: datetime | None
    starts_at: datetime | None
    ends_at: datetime | None
    served_at: datetime | None
    appeal_body_id: UUID | None
    contact_line: str
    ended_at: datetime | None
    end_reason: str
    caused_by: UUID
    tube_id: UUID | None = None
    case_id: UUID | None = None
    contact_id: UUID | None = None
    last_exposure_at: datetime | None = None
    directive_id: UUID | None = None
    number: str = ""
    document_id: UUID | None = None
    release_number: str = ""
    release_proposed_at: datetime | None = None

    def running(self, now: datetime) -> bool:
        """Whether it was decided, has started, and is not past its end, whoever did or did not act."""
        return self.state in rules.LIVING and self.starts_at is not None and self.ends_at is not None and self.starts_at <= now < self.ends_at

    def active(self, now: datetime) -> bool:
        """Whether it binds at `now`: an order from its served paper, a hold from its issue, because it waits for hours only and a call is due within one."""
        return self.running(now) and (self.kind == "hold" or self.served_at is not None)


@dataclass(frozen=True, kw_only=True)
class SiteCard:
    """A site and its beds."""

    id: UUID
    area: Area
    place_id: UUID
    state: str
    started_at: datetime
    opened_at: datetime | None
    beds: int
    occupied: int

    @property
    def free(self) -> int:
        """Beds of rooms in order, less people in them."""
        return self.beds - self.occupied


@dataclass(frozen=True, kw_only=True)
class TransferCard:
    """A trip and both lists."""

    id: UUID
    vehicle: str
    seats: int
    site_id: UUID
    homeward: bool
    sent: tuple[UUID, ...]
    received: tuple[UUID, ...]
    dependants_answer: str
    departed_at: datetime | None
    arrived_at: datetime | None
    disinfected_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class AmbulanceCard:
    """An ambulance on its way."""

    id: UUID
    person_id: UUID
    called_at: datetime


@dataclass(frozen=True, kw_only=True)
class AppealCard:
    """An appeal."""

    id: UUID
    area: Area
    person_id: UUID
    measure_kind: str
    measure_id: UUID
    ground: str
    filed_at: datetime
    answered_at: datetime | None
    upheld: bool | None
    answer: str


def holds(*, actor: Actor, tube_id: UUID | None = None, person_ids: Sequence[UUID] | None = None, states: Sequence[str] = ()) -> list[MeasureCard]:
    """Holds by tube, people, state."""
    rows = Hold.objects.seen_by(actor).order_by("proposed_at", "person_id", "id")
    if tube_id is not None:
        rows = rows.filter(tube_id=tube_id)
    if person_ids is not None:
        rows = rows.filter(person_id__in=list(person_ids))
    return [_hold(row) for row in (rows.filter(state__in=states) if states else rows)]


def orders(
    *, actor: Actor, person_ids: Sequence[UUID] | None = None, states: Sequence[str] = (), case_id: UUID | None = None, kind: str = ""
) -> list[MeasureCard]:
    """Orders by people, state, case, kind."""
    rows = Order.objects.seen_by(actor).order_by("proposed_at", "person_id", "id")
    if person_ids is not None:
        rows = rows.filter(person_id__in=list(person_ids))
    if states:
        rows = rows.filter(state__in=states)
    if case_id is not None:
        rows = rows.filter(case_id=case_id)
    return [_order(row) for row in (rows.filter(kind=kind) if kind else rows)]


def hold(*, actor: Actor, hold_id: UUID) -> MeasureCard:
    """One hold."""
    return _hold(Hold.objects.seen_by(actor).get(id=hold_id))


def order(*, actor: Actor, order_id: UUID) -> MeasureCard:
    """One order."""
    return _order(Order.objects.seen_by(actor).get(id=order_id))


def measures_of(*, actor: Actor, person_id: UUID) -> list[MeasureCard]:
    """All holds and orders of one person, oldest first."""
    found = holds(actor=actor, person_ids=[person_id]) + orders(actor=actor, person_ids=[person_id])
    return sorted((card for card in found if card.state != "proposed"), key=lambda card: (str(card.starts_at or card.ended_at or ""), card.kind))


def active_measures(*, actor: Actor, person_ids: Sequence[UUID], now: datetime) -> dict[UUID, list[MeasureCard]]:
    """The measures that bind people at a moment."""
    found: dict[UUID, list[MeasureCard]] = {}
    cards = holds(actor=actor, person_ids=person_ids, states=sorted(rules.LIVING)) + orders(
        actor=actor, person_ids=person_ids, states=sorted(rules.LIVING)
    )
    for card in cards:
        if card.active(now):
            found.setdefault(card.person_id, []).append(card)
    return found


def all_active(*, actor: Actor, now: datetime) -> list[MeasureCard]:
    """Every measure that binds anybody at a moment."""
    living = sorted(rules.LIVING)
    return [card for card in holds(actor=actor, states=living) + orders(actor=actor, states=living) if card.active(now)]


def holds_near_end(*, actor: Actor, area: Area, now: datetime) -> list[MeasureCard]:
    """Holds whose end is nearer than their clause's alarm and that nobody was told of."""
    rows = Hold.objects.seen_by(actor).filter(state__in=sorted(rules.LIVING), alarmed_at__isnull=True, ends_at__gt=now, area__within=area)
    return [_hold(row) for row in rows.order_by("ends_at", "id") if _alarms_at(row) <= now]


def _alarms_at(row: Hold) -> datetime:
    policy = policies.clause(rules.HoldPolicy, edition=row.edition)
    return (row.ends_at or row.proposed_at) - timedelta(hours=policy.alarm_hours_before)


def orders_due(*, actor: Actor, area: Area, now: datetime) -> list[MeasureCard]:
    """Served orders on their last day (or later) whose release nobody has proposed."""
    rows = Order.objects.seen_by(actor).filter(state="served", release_proposed_at__isnull=True, area__within=area, kind__in=("site", "home"))
    end_of_day = clock.local_midnight(area, clock.local_day(area, now) + rules.ONE_DAY)
    return [_order(row) for row in rows.filter(ends_at__lte=end_of_day).order_by("ends_at", "id")]


def environments(*, actor: Actor, order_ids: Sequence[UUID]) -> dict[UUID, bool]:
    """Per order: whether the environment of the person's site was sampled negative after he came."""
    found: dict[UUID, bool] = {}
    for stay in Stay.objects.seen_by(actor).filter(order_id__in=list(order_ids)).select_related("room__site"):
        negative_at = stay.room.site.environment_negative_at
        found[stay.order_id] = negative_at is not None and negative_at >= stay.since
    return found


def results_of(*, actor: Actor, person_id: UUID, area: Area, read_by: datetime | None = None) -> list[rules.TestResult]:
    """A person's tests as the release rule takes them: single ones, and pooled ones that were negative; those that had been read by a moment."""
    return [
        rules.TestResult(id=str(test.tube_id), sampled_at=test.sampled_at, sampled_on=clock.local_day(area, test.sampled_at), outcome=test.outcome)
        for test in sampling.readings_of(actor=actor, person_id=person_id)
        if test.outcome and (test.single or test.outcome == "negative")
        if read_by is None or (test.read_at is not None and test.read_at <= read_by)
    ]


def test_dates(*, actor: Actor, order_id: UUID) -> list[date]:
    """The days on which the person of an order is tested, by the edition of the order."""
    row = Order.objects.seen_by(actor).get(id=order_id)
    if row.kind == "treatment" or row.last_exposure_at is None:
        return []
    policy = policies.clause(rules.StayPolicy, edition=row.edition)
    return rules.test_dates(last_exposure=clock.local_day(row.area, row.last_exposure_at), kind=row.kind, policy=policy)


def sites(*, actor: Actor) -> list[SiteCard]:
    """Sites with beds = beds of rooms in order, and who occupies them, at any time (S-141)."""
    rooms = Room.objects.seen_by(actor).filter(out_of_order=False).values_list("site_id").order_by("site_id")
    beds = dict(rooms.annotate(total=Sum("beds")))
    stays = Stay.objects.seen_by(actor).filter(until__isnull=True).values_list("room__site_id").order_by("room__site_id")
    occupied = dict(stays.annotate(total=Count("id")))
    return [
        SiteCard(beds=beds.get(row.id, 0), occupied=occupied.get(row.id, 0), **_same(row, SiteCard, "beds", "occupied"))
        for row in Site.objects.seen_by(actor).order_by("started_at", "id")
    ]


def site(*, actor: Actor, site_id: UUID) -> SiteCard:
    """One site."""
    Site.objects.seen_by(actor).get(id=site_id)
    return next(card for card in sites(actor=actor) if card.id == site_id)


def unhoused(*, actor: Actor) -> list[MeasureCard]:
    """Site orders in force whose person has no room yet, oldest first."""
    housed = Stay.objects.seen_by(actor).values("order_id")
    rows = Order.objects.seen_by(actor).filter(kind="site", state__in=sorted(rules.LIVING)).exclude(id__in=housed)
    return [_order(row) for row in rows.order_by("proposed_at", "id")]


def room_of(*, actor: Actor, person_id: UUID) -> UUID | None:
    """The place of the room a person stays in now."""
    row = Stay.objects.seen_by(actor).filter(person_id=person_id, until__isnull=True).select_related("room").first()
    return row.room.place_id if row else None


def transfers(*, actor: Actor, open_only: bool = False) -> list[TransferCard]:
    """Trips with the sender's and the receiver's list, oldest first; only those whose vehicle is not disinfected yet, if asked."""
    rows = Transfer.objects.seen_by(actor).order_by("planned_at", "id")
    trips = list(rows.filter(disinfected_at__isnull=True) if open_only else rows)
    riders: dict[UUID, list[tuple[UUID, bool | None]]] = {}
    listed = Passenger.objects.seen_by(actor).filter(transfer__in=trips).order_by("order_id")
    for trip_id, order_id, arrived in listed.values_list("transfer_id", "order_id", "arrived"):
        riders.setdefault(trip_id, []).append((order_id, arrived))
    return [
        TransferCard(
            id=row.id,
            vehicle=row.vehicle,
            seats=row.seats,
            site_id=row.site_id,
            homeward=row.homeward,
            sent=tuple(order_id for order_id, _ in riders.get(row.id, ())),
            received=tuple(order_id for order_id, arrived in riders.get(row.id, ()) if arrived),
            dependants_answer=row.dependants_answer,
            departed_at=row.departed_at,
            arrived_at=row.arrived_at,
            disinfected_at=row.disinfected_at,
        )
        for row in trips
    ]


def four_checks(*, actor: Actor, person_ids: Sequence[UUID], tested: Sequence[UUID], now: datetime) -> list[rules.FourChecks]:
    """The four verifications (S-131): identity = a served paper, location = a room or a home order, test = a test on record (`tested`), control = a running order."""
    running = [card for card in orders(actor=actor, person_ids=person_ids, states=sorted(rules.LIVING)) if card.running(now)]
    checked = set(tested)
    found = []
    for person_id in person_ids:
        cards = [card for card in running if card.person_id == person_id]
        found.append(
            rules.FourChecks(
                person_id=person_id,
                identity=any(card.served_at is not None for card in cards),
                location=room_of(actor=actor, person_id=person_id) is not None or any(card.kind in ("home", "treatment") for card in cards),
                test=person_id in checked,
                control=bool(cards),
            )
        )
    return found


def appeals(*, actor: Actor, open_only: bool = False, person_id: UUID | None = None) -> list[AppealCard]:
    """Appeals, oldest first."""
    rows = Appeal.objects.seen_by(actor).order_by("filed_at", "id")
    if open_only:
        rows = rows.filter(answered_at__isnull=True)
    if person_id is not None:
        rows = rows.filter(person_id=person_id)
    return [AppealCard(**_same(row, AppealCard)) for row in rows]


def talks(*, actor: Actor, order_id: UUID) -> list[tuple[datetime, str]]:
    """Talks with somebody who refuses: when, what was offered."""
    return list(Talk.objects.seen_by(actor).filter(order_id=order_id).order_by("at", "id").values_list("at", "offer"))


def ambulances(*, actor: Actor) -> list[AmbulanceCard]:
    """Ambulances that were called and have not arrived, oldest first."""
    rows = Ambulance.objects.seen_by(actor).filter(arrived_at__isnull=True).order_by("called_at", "id")
    return [AmbulanceCard(id=row.id, person_id=row.person_id, called_at=row.called_at) for row in rows]


def ambulances_open(*, actor: Actor, before: datetime) -> list[UUID]:
    """Ambulances called before a moment that have not arrived."""
    rows = Ambulance.objects.seen_by(actor).filter(arrived_at__isnull=True, alarmed_at__isnull=True, called_at__lte=before)
    return list(rows.order_by("called_at", "id").values_list("id", flat=True))


def next_due(*, actor: Actor, area: Area, after: datetime) -> datetime | None:
    """The next moment at which a hold alarms or lapses, or an order ends."""
    living = sorted(rules.LIVING)
    moments: list[datetime | None] = []
    for model in (Hold, Order):
        rows = model.objects.seen_by(actor).filter(state__in=living, ends_at__gt=after, area__within=area)
        moments.append(rows.aggregate(Min("ends_at"))["ends_at__min"])
    pending = Hold.objects.seen_by(actor).filter(state__in=living, alarmed_at__isnull=True, ends_at__gt=after, area__within=area)
    moments += [alarm for alarm in map(_alarms_at, pending) if alarm > after]
    return min((moment for moment in moments if moment is not None), default=None)


def _same(row: Model, card: type, *without: str) -> dict[str, Any]:
    """The columns of a row that a card has under the same name."""
    return {field.name: getattr(row, field.name) for field in fields(card) if field.name not in without}


def _common(row: Hold | Order) -> dict[str, object]:
    return {
        "id": row.id,
        "area": row.area,
        "person_id": row.person_id,
        "state": row.state,
        "basis": row.basis,
        "clause_id": row.clause_id,
        "edition": row.edition,
        "decided_by": row.decided_by,
        "decided_at": row.decided_at,
        "starts_at": row.starts_at,
        "ends_at": row.ends_at,
        "served_at": row.served_at,
        "appeal_body_id": row.appeal_body_id,
        "contact_line": row.contact_line,
        "ended_at": row.ended_at,
        "end_reason": row.end_reason,
        "caused_by": row.caused_by,
    }


def _hold(row: Hold) -> MeasureCard:
    return MeasureCard(kind="hold", tube_id=row.tube_id, **_common(row))  # type: ignore[arg-type]


def _order(row: Order) -> MeasureCard:
    return MeasureCard(
        kind=row.kind,
        case_id=row.case_id,
        contact_id=row.contact_id,
        last_exposure_at=row.last_exposure_at,
        directive_id=row.directive_id,
        number=row.number,
        document_id=row.document_id,
        release_number=row.release_number,
        release_proposed_at=row.release_proposed_at,
        **_common(row),  # type: ignore[arg-type]
    )


def last_ends(*, actor: Actor) -> dict[UUID, datetime | None]:
    """When the last hold or order of each person was over; None while one is not."""
    found: dict[UUID, datetime | None] = {}
    for model in (Hold, Order):
        rows = model.objects.seen_by(actor)
        for person_id, ended_at in rows.filter(state="ended").values_list("person_id").annotate(Max("ended_at")):
            found[person_id] = max(ended_at, found.get(person_id) or ended_at)
    for model in (Hold, Order):
        found |= dict.fromkeys(model.objects.seen_by(actor).exclude(state="ended").values_list("person_id", flat=True))
    return found
