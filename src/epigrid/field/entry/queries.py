"""Questions about posts, rosters and the gates' log."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Count, Q, Sum

from epigrid.field.entry import rules
from epigrid.field.entry.models import GatePost, HandOver, PaperPage, Passage, Turn, Vehicle
from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.kernel.periods import Period
from epigrid.registers.policies import queries as policies
from epigrid.registers.policies.rules import NoPackInForce
from epigrid.store import clock

INSIDE = Q(in_at__isnull=False, out_at__isnull=True)
AROUND = timedelta(days=2)
"""How far beyond a day turns are read, so that a spell and the rest before it count whole."""


@dataclass(frozen=True, kw_only=True)
class PostCard:
    """A post."""

    id: UUID
    area: Area
    place_id: UUID
    kind: str
    name: str
    set_up_at: datetime
    closed_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class PostRow:
    """A post as a guard's phone holds it."""

    id: UUID
    name: str
    place: UUID
    kind: str


@dataclass(frozen=True, kw_only=True)
class TurnCard:
    """A planned turn."""

    id: UUID
    post_id: UUID
    worker_id: UUID
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, kw_only=True)
class RosterCard:
    """The roster of a post on a local day: its turns, and what is wrong with them by which clause (`max_hours` None: nobody has set it)."""

    post_id: UUID
    day: date
    turns: tuple[TurnCard, ...]
    gaps: tuple[Period, ...]
    too_long: tuple[rules.Turn, ...]
    short_rests: tuple[rules.Turn, ...]
    max_hours: int | None
    rest_hours: int | None
    clause_id: str


@dataclass(frozen=True, kw_only=True)
class GateVehicleCard:
    """A vehicle's way in and out."""

    id: UUID
    post_id: UUID
    kind: str
    company: str
    answer: str
    in_at: datetime | None
    out_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class LogCard:
    """What a post counted in some time: passages by answer, those on paper, vehicles that came, those inside now, and the ways that were refused against the rule."""

    post_id: UUID
    passed: int = 0
    to_desk: int = 0
    medical: int = 0
    refused: int = 0
    on_paper: int = 0
    vehicles: int = 0
    vehicles_on_paper: int = 0
    inside: tuple[GateVehicleCard, ...] = ()

    @property
    def passages(self) -> int:
        """All passages, those on paper among them."""
        return self.passed + self.to_desk + self.medical + self.on_paper


@dataclass(frozen=True, kw_only=True)
class PostHandOverCard:
    """A change of guards; `differs`: the leaving guard counted other than the log."""

    id: UUID
    post_id: UUID
    to_worker_id: UUID | None
    at: datetime
    passages: int
    logged: int
    vehicles_inside: int
    matters: tuple[str, ...]
    note: str

    @property
    def differs(self) -> bool:
        """Whether the count of the leaving guard is not the log's."""
        return self.passages != self.logged


def posts(*, actor: Actor, open_only: bool = True) -> list[PostCard]:
    """Posts of the actor's areas, by name."""
    rows = GatePost.objects.seen_by(actor).order_by("name", "id")
    return [_post(row) for row in (rows.filter(closed_at__isnull=True) if open_only else rows)]


def post(*, actor: Actor, post_id: UUID) -> PostCard:
    """One post."""
    return _post(GatePost.objects.seen_by(actor).get(id=post_id))


def pack_posts(*, actor: Actor, touched: frozenset[UUID] | None) -> list[PostRow]:
    """Posts that the actor may stand at, all or those that `touched` names by id or place."""
    rows = GatePost.objects.seen_by(actor).filter(closed_at__isnull=True).order_by("id")
    if touched is not None:
        ids = list(touched)
        rows = rows.filter(Q(id__in=ids) | Q(place_id__in=ids))
    return [PostRow(id=row.id, name=row.name, place=row.place_id, kind=row.kind) for row in rows]


def rosters(*, actor: Actor, posts: Sequence[PostCard], day: date) -> dict[UUID, RosterCard]:
    """The rosters of posts on a local day, each judged by the clause `rest` of that day (S-174)."""
    if not posts:
        return {}
    known = {card.id: card for card in posts}
    hours = {post_id: _day(card.area, day) for post_id, card in known.items()}
    first, last = min(one.start for one in hours.values()), max(one.start for one in hours.values()) + AROUND
    rows = Turn.objects.seen_by(actor).filter(post_id__in=list(known), dropped_at__isnull=True, ends_at__gt=first - AROUND, starts_at__lt=last)
    turns: dict[UUID, list[TurnCard]] = {post_id: [] for post_id in known}
    for row in rows.order_by("starts_at", "id"):
        turns[row.post_id].append(_turn(row))
    return {post_id: _roster(known[post_id].area, post_id, turns[post_id], day, hours[post_id]) for post_id in known}


def _day(area: Area, day: date) -> Period:
    return Period(start=clock.local_midnight(area, day), end=clock.local_midnight(area, day + timedelta(days=1)))


def _roster(area: Area, post_id: UUID, turns: Sequence[TurnCard], day: date, hours: Period) -> RosterCard:
    policy = _policy(area, day)
    limit, rest = (policy.max_shift_hours, policy.min_rest_hours) if policy is not None else (None, None)
    spans = [rules.Turn(worker_id=turn.worker_id, hours=Period(start=turn.starts_at, end=turn.ends_at)) for turn in turns]
    report = rules.judge_roster(turns=spans, day=hours, max_hours=limit, rest_hours=rest)
    return RosterCard(
        post_id=post_id,
        day=day,
        turns=tuple(turn for turn in turns if Period(start=turn.starts_at, end=turn.ends_at).overlaps(hours)),
        gaps=report.gaps,
        too_long=report.too_long,
        short_rests=report.short_rests,
        max_hours=limit,
        rest_hours=rest,
        clause_id=policy.clause_id if policy is not None else "",
    )


def _policy(area: Area, day: date) -> rules.RosterPolicy | None:
    """The clause of the day, or None where no pack is in force or the one in force does not have it."""
    try:
        return policies.find(rules.RosterPolicy, edition=policies.edition(on=day, area=area))
    except NoPackInForce:
        return None


def logs(*, actor: Actor, post_ids: Sequence[UUID], area: Area, day: date) -> dict[UUID, LogCard]:
    """What posts counted on a local day of the area's tree, the pages of that day among it."""
    ids, hours = list(dict.fromkeys(post_ids)), _day(area, day)
    answers = {name: Count("id", filter=Q(answer=key)) for name, key in (("passed", "pass"), ("to_desk", "call-desk"), ("medical", "medical"))}
    refused = Count("id", filter=Q(answer="call-desk", way__in=sorted(rules.NEVER_REFUSED)))
    rows = Passage.objects.seen_by(actor).filter(post_id__in=ids, at__gte=hours.start, at__lt=hours.end).values("post_id")
    found = {post_id: LogCard(post_id=post_id) for post_id in ids}
    for row in rows.annotate(refused=refused, **answers):
        found[row["post_id"]] = LogCard(**row)
    pages = PaperPage.objects.seen_by(actor).filter(post_id__in=ids, day=day).values_list("post_id")
    for post_id, passages, vehicles in pages.annotate(people=Sum("passages"), cars=Sum("vehicles")):
        found[post_id] = replace(found[post_id], on_paper=passages, vehicles_on_paper=vehicles)
    cars = Vehicle.objects.seen_by(actor).filter(post_id__in=ids).filter(Q(in_at__gte=hours.start, in_at__lt=hours.end) | INSIDE)
    for car in cars.order_by("-in_at", "-id"):
        card, came = _vehicle(car), car.in_at is not None and hours.holds(car.in_at)
        log = found[car.post_id]
        found[car.post_id] = replace(log, vehicles=log.vehicles + came, inside=(*log.inside, card) if car.out_at is None else log.inside)
    return found


def logged_since(*, actor: Actor, post_id: UUID, now: datetime) -> tuple[int, int]:
    """Passages in a post's log since its last hand-over, and vehicles inside: what a hand-over is held against."""
    last = HandOver.objects.seen_by(actor).filter(post_id=post_id, at__lte=now).order_by("-at", "-id").values_list("at", flat=True).first()
    rows = Passage.objects.seen_by(actor).filter(post_id=post_id, at__lte=now)
    inside = Vehicle.objects.seen_by(actor).filter(INSIDE, post_id=post_id).count()
    return (rows if last is None else rows.filter(at__gt=last)).count(), inside


def vehicles(*, actor: Actor, post_ids: Sequence[UUID], inside_only: bool = True, limit: int = 100) -> list[GateVehicleCard]:
    """Vehicles of posts, the newest first; those that are inside, or all."""
    rows = Vehicle.objects.seen_by(actor).filter(post_id__in=list(post_ids)).order_by("-in_at", "-id")
    return [_vehicle(row) for row in (rows.filter(INSIDE) if inside_only else rows)[:limit]]


def hand_overs(*, actor: Actor, post_ids: Sequence[UUID], limit: int = 50) -> list[PostHandOverCard]:
    """Changes of guards, the newest first."""
    rows = HandOver.objects.seen_by(actor).filter(post_id__in=list(post_ids)).order_by("-at", "-id")
    return [_hand_over(row) for row in rows[:limit]]


def _post(row: GatePost) -> PostCard:
    return PostCard(id=row.id, area=row.area, place_id=row.place_id, kind=row.kind, name=row.name, set_up_at=row.set_up_at, closed_at=row.closed_at)


def _turn(row: Turn) -> TurnCard:
    return TurnCard(id=row.id, post_id=row.post_id, worker_id=row.worker_id, starts_at=row.starts_at, ends_at=row.ends_at)


def _vehicle(row: Vehicle) -> GateVehicleCard:
    return GateVehicleCard(id=row.id, post_id=row.post_id, kind=row.kind, company=row.company, answer=row.answer, in_at=row.in_at, out_at=row.out_at)


def _hand_over(row: HandOver) -> PostHandOverCard:
    return PostHandOverCard(
        id=row.id,
        post_id=row.post_id,
        to_worker_id=row.to_worker_id,
        at=row.at,
        passages=row.passages,
        logged=row.logged,
        vehicles_inside=row.vehicles_inside,
        matters=tuple(row.matters),
        note=row.note,
    )
