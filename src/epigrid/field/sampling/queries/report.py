"""The report of a round: turnout, links, lanes, roll-call, tubes; from rows, so that it is true while the round runs and after."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from epigrid.field.sampling import rules
from epigrid.field.sampling.models import Registration, RosterRow, Round, Swab, Tube
from epigrid.field.sampling.queries.rounds import RoundCard, round_card
from epigrid.field.sampling.rules.report import Axis, LinkTime, axis, cumulative, link_times, slowest
from epigrid.kernel.actors import Actor
from epigrid.registers.people import queries as people
from epigrid.store import clock


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


def round_report(*, actor: Actor, round_id: UUID, now: datetime) -> RoundReport:
    """The report of a round as it stands at `now`. Four questions, whatever its size."""
    card = round_card(actor=actor, round_id=round_id)
    roster = list(RosterRow.objects.seen_by(actor).filter(round_id=round_id).values_list("person_id", "list", "origin", "struck", "state"))
    living = [row for row in roster if not row[3]]
    counts = Counter(state for *_row, state in living)
    pooled = {person for person, name, *_rest in roster if name == "pooled"}
    came = list(Registration.objects.seen_by(actor).filter(round_id=round_id).values_list("at", flat=True))
    swabs = _swabs(actor, round_id)
    kept = [swab for swab in swabs if not swab.lost]
    tubes = list({swab.tube_id: swab.tube for swab in swabs}.values())
    over = axis(start=card.opens_at, end=max([card.closed_at or min(now, card.closes_at), *(swab.at for swab in kept)]))
    links = link_times([_stamps(tube) for tube in tubes], now=now if card.closed_at is None else max(now, card.closed_at))
    return RoundReport(
        card=card,
        frozen=sum(origin == "frozen" for _person, _list, origin, *_rest in roster),
        late=sum(origin == "late" for _person, _list, origin, *_rest in roster),
        struck=len(roster) - len(living),
        classes={name: counts.get(name, 0) for name in rules.CLASSES},
        over=over,
        registered=tuple(cumulative(came, over)),
        sampled=tuple(cumulative([swab.at for swab in kept], over)),
        at_sites=tuple(cumulative([swab.at for swab in kept if swab.person_id in pooled], over)),
        links=links,
        slowest=slowest(links),
        lanes=_lanes(card, kept),
        tubes=_counts(tubes),
    )


def _swabs(actor: Actor, round_id: UUID) -> list[Swab]:
    """Swabs that were not withdrawn, each with its tube, that one's site and its box."""
    rows = Swab.objects.seen_by(actor).filter(round_id=round_id, withdrawn_at__isnull=True)
    return list(rows.select_related("tube__site", "tube__box").order_by("tube__label", "position"))


def _stamps(tube: Tube) -> dict[str, datetime | None]:
    """The moments of a tube; one that nobody will read stands in no link any more."""
    gone = tube.state in rules.GONE
    return {
        "closed": None if gone else tube.closed_at,
        "sent": tube.box.sent_at if tube.box and not gone else None,
        "received": tube.box.received_at if tube.box and not gone else None,
        "read": tube.read_at,
    }


def _lanes(card: RoundCard, swabs: Sequence[Swab]) -> tuple[LaneHour, ...]:
    zone = clock.zone(card.area)
    counts = Counter((swab.tube.site.name if swab.tube.site else "", swab.tube.lane, swab.at.astimezone(zone).hour) for swab in swabs)
    ordered = sorted(counts.items(), key=lambda item: (item[0][0], item[0][1] or 0, item[0][2]))
    return tuple(LaneHour(site=site, lane=lane, hour=hour, people=count) for (site, lane, hour), count in ordered)


def _counts(tubes: Sequence[Tube]) -> TubeCounts:
    states, outcomes = Counter(tube.state for tube in tubes), Counter(tube.outcome for tube in tubes)
    return TubeCounts(
        all=len(tubes),
        lost=states["lost"],
        discarded=states["discarded"],
        invalid=outcomes["invalid"],
        doubtful=sum(outcomes[outcome] for outcome in rules.DOUBTFUL),
        unread=sum(not tube.outcome and tube.state not in rules.GONE for tube in tubes),
    )


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
