"""The report of a round: turnout, links, lanes, roll-call, tubes; from rows, so that it is true while the round runs and after."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any
from uuid import UUID

from django.db.models import Case, CharField, Count, Exists, F, Func, OuterRef, Q, Value, When
from django.db.models.sql.compiler import SQLCompiler

from epigrid.field.sampling import rules
from epigrid.field.sampling.models import Registration, RosterRow, Round, Swab, Tube
from epigrid.field.sampling.queries.rounds import RoundCard, round_card
from epigrid.field.sampling.rules.report import Axis, LinkTime, axis, cumulative, link_times, slowest
from epigrid.kernel.actors import Actor
from epigrid.registers.people import queries as people
from epigrid.store import clock
from epigrid.store.scoped import ScopedQuerySet


@dataclass(frozen=True, kw_only=True)
class LaneHour:
    """People in the tubes of a lane of a site in a local hour; site and lane are empty where nobody noted them."""

    site: str
    lane: int | None
    hour: int
    people: int


@dataclass(frozen=True, kw_only=True)
class TubeCounts:
    """Tubes of a round with somebody in them: all, and those that gave no result, by why; `unread`: still on their way."""

    all: int
    lost: int
    discarded: int
    invalid: int
    doubtful: int
    unread: int


@dataclass(frozen=True, kw_only=True)
class RoundReport:
    """A round in figures. Curves are cumulative by step of `over`; `at_sites`: those of the sampled who were to come to a site."""

    card: RoundCard
    frozen: int
    late: int
    struck: int
    classes: Mapping[str, int]
    over: Axis
    registered: tuple[int, ...]
    sampled: tuple[int, ...]
    at_sites: tuple[int, ...]
    links: tuple[LinkTime, ...]
    slowest: str
    lanes: tuple[LaneHour, ...]
    tubes: TubeCounts

    @property
    def population(self) -> int:
        """Everybody who stands in exactly one class."""
        return self.frozen + self.late - self.struck


class Ended(Func):
    """The minute that ends with a moment or right after it, as text in UTC: every moment of (06:04, 06:05] is `2022-11-22 06:05`.

    Counted by the database, so that a round of half a million people comes as a few hundred rows.
    """

    output_field = CharField()

    def as_sqlite(self, compiler: SQLCompiler, connection: Any, **_more: Any) -> Any:
        """Moments are text there; `+` marks one that lies within its minute."""
        return super().as_sql(
            compiler,
            connection,
            template="(SUBSTR(%(expressions)s, 1, 16) || CASE RTRIM(SUBSTR(%(expressions)s, 17), '0') WHEN ':' THEN '' ELSE '+' END)",
        )

    def as_postgresql(self, compiler: SQLCompiler, connection: Any, **_more: Any) -> Any:
        """Moments are kept to the microsecond there."""
        later = "DATE_TRUNC('minute', %(expressions)s + INTERVAL '59.999999 seconds')"
        return super().as_sql(compiler, connection, template=f"TO_CHAR({later} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI')")


class Quarter(Func):
    """The quarter of an hour in which a moment lies, as text in UTC: `2022-11-22 06:1` begins at 06:15. Every zone's hours begin with one of them."""

    output_field = CharField()

    def as_sqlite(self, compiler: SQLCompiler, connection: Any, **_more: Any) -> Any:
        """Moments are text there."""
        return super().as_sql(compiler, connection, template="(SUBSTR(%(expressions)s, 1, 14) || (SUBSTR(%(expressions)s, 15, 2) / 15))")

    def as_postgresql(self, compiler: SQLCompiler, connection: Any, **_more: Any) -> Any:
        """The same of a moment."""
        hour = "TO_CHAR(%(expressions)s AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:')"
        return super().as_sql(compiler, connection, template=f"({hour} || (DATE_PART('minute', %(expressions)s)::int / 15))")


def round_report(*, actor: Actor, round_id: UUID, now: datetime) -> RoundReport:
    """The report of a round as it stands at `now`. Four questions whatever its size: people are counted by the database, by minute, lane and class."""
    card = round_card(actor=actor, round_id=round_id)
    roster = RosterRow.objects.seen_by(actor).filter(round_id=round_id)
    people = _People(actor, round_id, roster)
    over = axis(start=card.opens_at, end=max([card.closed_at or min(now, card.closes_at), *people.sampled, *people.at_doors]))
    tubes = _Tubes(actor, round_id)
    links = link_times(tubes.stamps(), now=now if card.closed_at is None else max(now, card.closed_at))
    sampled = cumulative(people.sampled + people.at_doors, over)
    return RoundReport(
        card=card,
        **_standing(roster),
        over=over,
        registered=tuple(cumulative(people.registered, over)),
        sampled=tuple(sampled),
        at_sites=tuple(cumulative(people.sampled, over)),
        links=links,
        slowest=slowest(links),
        lanes=people.by_lane(clock.zone(card.area)),
        tubes=tubes.counted(),
    )


def _standing(roster: ScopedQuerySet[RosterRow]) -> dict[str, Any]:
    """Frozen, late and struck people, and those of each class who are not struck off."""
    found: Counter[str] = Counter()
    classes = dict.fromkeys(rules.CLASSES, 0)
    for origin, struck, state, count in roster.order_by().values_list("origin", "struck", "state").annotate(Count("id")):
        found[origin] += count
        if struck:
            found["struck"] += count
        else:
            classes[state] += count
    return {"frozen": found["frozen"], "late": found["late"], "struck": found["struck"], "classes": classes}


class _People:
    """How many were registered and sampled (those of the door lists apart) in the minute that ended at each moment, and in each lane by the quarter."""

    def __init__(self, actor: Actor, round_id: UUID, roster: ScopedQuerySet[RosterRow]) -> None:
        self.registered, self.sampled, self.at_doors = Counter[datetime](), Counter[datetime](), Counter[datetime]()
        self.lanes: dict[tuple[str, int | None, str], int] = {}
        kept = Swab.objects.seen_by(actor).filter(round_id=round_id, withdrawn_at__isnull=True, lost=False).order_by()
        came = Registration.objects.seen_by(actor).filter(round_id=round_id).order_by()
        apart = Q(person_id__in=roster.exclude(list="pooled").values("person_id"))
        found = {
            "registered": came.annotate(place=Value(""), number=Value(0), moment=Ended("at")),
            "sampled": kept.annotate(place=Value(""), number=Case(When(apart, then=1), default=0), moment=Ended("at")),
            "lane": kept.annotate(place=F("tube__site__name"), number=F("tube__lane"), moment=Quarter("at")),
        }
        counted = [
            rows.annotate(kind=Value(kind)).values_list("kind", "place", "number", "moment").annotate(people=Count("id"))
            for kind, rows in found.items()
        ]
        for kind, place, number, moment, count in counted[0].union(*counted[1:], all=True):
            if kind == "lane":
                self.lanes[place or "", number, moment] = count
            else:
                minutes = self.registered if kind == "registered" else self.at_doors if number else self.sampled
                minutes[_utc(moment[:16]) + (timedelta(minutes=1) if moment[16:] else timedelta())] += count

    def by_lane(self, zone: tzinfo) -> tuple[LaneHour, ...]:
        """People of each lane by local hour."""
        counts = Counter[tuple[str, int | None, int]]()
        for (site, lane, quarter), count in self.lanes.items():
            begins = _utc(f"{quarter[:14]}00") + timedelta(minutes=15 * int(quarter[14:]))
            counts[site, lane, begins.astimezone(zone).hour] += count
        ordered = sorted(counts.items(), key=lambda item: (item[0][0], item[0][1] or 0, item[0][2]))
        return tuple(LaneHour(site=site, lane=lane, hour=hour, people=count) for (site, lane, hour), count in ordered)


def _utc(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=UTC)


class _Tubes:
    """The tubes of a round with somebody in them, read once, one after another."""

    def __init__(self, actor: Actor, round_id: UUID) -> None:
        inside = Swab.objects.seen_by(actor).filter(tube_id=OuterRef("id"), round_id=round_id, withdrawn_at__isnull=True)
        self.rows = Tube.objects.seen_by(actor).filter(Exists(inside), round_id=round_id).order_by()
        self.found: Counter[tuple[str, str]] = Counter()

    def stamps(self) -> Iterator[dict[str, datetime | None]]:
        """The moments of each tube; one that nobody will read stands in no link any more."""
        columns = ("state", "outcome", "closed_at", "box__sent_at", "box__received_at", "read_at")
        for state, outcome, closed, sent, received, read in self.rows.values_list(*columns).iterator():
            self.found[state, outcome] += 1
            gone = state in rules.GONE
            yield {"closed": None if gone else closed, "sent": None if gone else sent, "received": None if gone else received, "read": read}

    def counted(self) -> TubeCounts:
        """What became of those read."""
        states, outcomes = Counter[str](), Counter[str]()
        for (state, outcome), count in self.found.items():
            states[state] += count
            outcomes[outcome] += count
        return TubeCounts(
            all=sum(states.values()),
            lost=states["lost"],
            discarded=states["discarded"],
            invalid=outcomes["invalid"],
            doubtful=sum(outcomes[outcome] for outcome in rules.DOUBTFUL),
            unread=sum(count for (state, outcome), count in self.found.items() if not outcome and state not in rules.GONE),
        )


def sampled_at(*, actor: Actor, round_id: UUID, person_ids: Collection[UUID]) -> dict[UUID, datetime]:
    """When each of the people was sampled in a round; who was not, or whose tube was lost, is absent."""
    rows = Swab.objects.seen_by(actor).filter(round_id=round_id, person_id__in=list(person_ids), withdrawn_at__isnull=True, lost=False)
    return dict(rows.values_list("person_id", "at"))


@dataclass(frozen=True, kw_only=True)
class RegisterChanges:
    """What the register says now of a round's frozen population (S-211): people who left since, people who live there and are on no roster."""

    frozen: int
    left: tuple[UUID, ...]
    unlisted: tuple[UUID, ...]


def register_changes(*, actor: Actor, round_id: UUID) -> RegisterChanges:
    """How the register differs from the population that a round froze; the round itself does not change by it."""
    row = Round.objects.seen_by(actor).get(id=round_id)
    roster = dict(RosterRow.objects.seen_by(actor).filter(round=row).values_list("person_id", "origin"))
    here = {
        card.id for card in people.people(actor=actor, area=row.area) if card.departed_on is None and card.residence != "away" and not card.erased
    }
    frozen = {person for person, origin in roster.items() if origin == "frozen"}
    return RegisterChanges(frozen=len(frozen), left=tuple(sorted(frozen - here)), unlisted=tuple(sorted(here - roster.keys())))
