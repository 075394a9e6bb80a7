"""Questions about rounds, roll-calls, boxes and the way of tubes."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Min

from epigrid.field.sampling import rules
from epigrid.field.sampling.events import RollReported, RosterChanged, RoundOpened, SwabsTaken, SwabWithdrawn
from epigrid.field.sampling.models import Box, RollReport, RosterRow, Round, Swab, TestDue, Tube
from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.store import journal


@dataclass(frozen=True, kw_only=True)
class RoundCard:
    """A round as others see it."""

    id: UUID
    area: Area
    reason: str
    directive_id: UUID
    opens_at: datetime
    closes_at: datetime
    closed_at: datetime | None
    caused_by: UUID
    temperature_gate: bool = False
    turnout_percent: int = 50


@dataclass(frozen=True, kw_only=True)
class RosterCard:
    """One person in one round."""

    person_id: UUID
    building_id: UUID | None
    list: str
    origin: str
    struck: bool
    state: str
    way: str
    contradicted: bool


@dataclass(frozen=True, kw_only=True)
class RollCall:
    """A roll-call: rows, and counts by class (struck-off people are in no class)."""

    rows: Sequence[RosterCard]
    counts: Mapping[str, int]

    @property
    def total(self) -> int:
        """People who must be in exactly one class."""
        return sum(self.counts.values())


@dataclass(frozen=True, kw_only=True)
class BoxCard:
    """A box on its way."""

    id: UUID
    label: str
    to_body_id: UUID
    sent_at: datetime
    tubes: tuple[str, ...]


def round_card(*, actor: Actor, round_id: UUID) -> RoundCard:
    """One round."""
    return _round(Round.objects.seen_by(actor).get(id=round_id))


def rounds(*, actor: Actor, area: Area | None = None, open_only: bool = False) -> list[RoundCard]:
    """Rounds, newest first."""
    rows = Round.objects.seen_by(actor).order_by("-frozen_at", "id")
    if area is not None:
        rows = rows.filter(area__within=area)
    return [_round(row) for row in (rows.filter(closed_at__isnull=True) if open_only else rows)]


def roll_call(*, actor: Actor, round_id: UUID, building_id: UUID | None = None) -> RollCall:
    """The roll-call of a round or of one building in it (清楼表, S-059)."""
    rows = RosterRow.objects.seen_by(actor).filter(round_id=round_id).order_by("building_id", "area", "person_id")
    cards = [_roster(row) for row in (rows if building_id is None else rows.filter(building_id=building_id))]
    counts = Counter(card.state for card in cards if not card.struck)
    return RollCall(rows=cards, counts={name: counts.get(name, 0) for name in rules.CLASSES})


def open_by_building(*, actor: Actor, round_id: UUID) -> dict[UUID | None, dict[str, int]]:
    """Counts by class for every building of a round."""
    rows = RosterRow.objects.seen_by(actor).filter(round_id=round_id, struck=False)
    found: dict[UUID | None, dict[str, int]] = {}
    for building_id, state in rows.values_list("building_id", "state"):
        counts = found.setdefault(building_id, dict.fromkeys(rules.CLASSES, 0))
        counts[state] += 1
    return found


def conservation(*, actor: Actor, round_id: UUID) -> rules.Conservation:
    """The law of counting of a round: the population as its facts told it, classes from rows and recounted from facts, and who stands in two tube lists."""
    rows = list(RosterRow.objects.seen_by(actor).filter(round_id=round_id))
    told = [fact.event for fact in journal.facts(actor=actor, kinds=[RoundOpened.kind, RosterChanged.kind], subjects=[round_id])]
    counts = Counter(row.state for row in rows if not row.struck)
    people = {origin: {row.person_id for row in rows if row.origin == origin} for origin in ("frozen", "late")}
    struck = {row.person_id for row in rows if row.struck}
    return rules.Conservation(
        frozen=sum(event.people for event in told if isinstance(event, RoundOpened)),
        late=sum(len(event.added) for event in told if isinstance(event, RosterChanged)),
        struck=sum(len(event.struck) for event in told if isinstance(event, RosterChanged)),
        by_class={name: counts.get(name, 0) for name in rules.CLASSES},
        recounted=rules.recount(frozen=people["frozen"], late=people["late"], struck=struck, facts=_told(actor, round_id)),
        doubly_tubed=_doubly_tubed(actor, round_id),
    )


def _told(actor: Actor, round_id: UUID) -> list[rules.RollFact]:
    """Roll facts as the journal tells them: reports, and swabs that were neither withdrawn nor lost."""
    tubes = list(Tube.objects.seen_by(actor).filter(round_id=round_id).values_list("id", "state"))
    lost = {tube_id for tube_id, state in tubes if state in rules.GONE}
    swabbed: dict[tuple[UUID, UUID], rules.RollFact] = {}
    found: list[rules.RollFact] = []
    kinds = (SwabsTaken.kind, SwabWithdrawn.kind, RollReported.kind)
    for fact in journal.facts(actor=actor, kinds=kinds, subjects=[round_id, *(tube_id for tube_id, _ in tubes)]):
        event = fact.event
        if isinstance(event, SwabsTaken) and event.tube_id not in lost:
            for person in event.person_ids:
                swabbed[event.tube_id, person] = rules.RollFact(person_id=person, state="sampled", way="here", by=fact.actor_id)
        elif isinstance(event, SwabWithdrawn):
            swabbed.pop((event.tube_id, event.person_id), None)
        elif isinstance(event, RollReported):
            for person, said in zip(event.person_ids, event.classes, strict=True):
                state, way = rules.class_of(said)
                found.append(rules.RollFact(person_id=person, state=state, way=way, by=fact.actor_id))
    return [*found, *swabbed.values()]


def _doubly_tubed(actor: Actor, round_id: UUID) -> tuple[UUID, ...]:
    rows = Swab.objects.seen_by(actor).filter(round_id=round_id, withdrawn_at__isnull=True, lost=False)
    counts = Counter(rows.values_list("person_id", flat=True))
    return tuple(sorted(person for person, count in counts.items() if count > 1))


def reports_of(*, actor: Actor, round_id: UUID, person_id: UUID) -> list[tuple[str, str, datetime]]:
    """What workers reported of one person in a round: class, reason, when."""
    rows = RollReport.objects.seen_by(actor).filter(round_id=round_id, person_id=person_id).order_by("at", "id")
    return list(rows.values_list("state", "reason", "at"))


def pipeline(*, actor: Actor, round_id: UUID) -> list[rules.LinkDelay]:
    """Sample, send, test, report (采送检报): counts and delays per link of a round (S-201)."""
    stamps = [
        {
            "opened": row.opened_at,
            "closed": row.closed_at,
            "sent": row.box.sent_at if row.box else None,
            "received": row.box.received_at if row.box and row.state not in rules.GONE else None,
            "read": row.read_at,
        }
        for row in Tube.objects.seen_by(actor).filter(round_id=round_id).select_related("box").order_by("label")
    ]
    return rules.pipeline(stamps)


def custody(*, actor: Actor, round_id: UUID) -> dict[str, int]:
    """Counts of the hand-overs that carried a round's tubes: sent, said, counted, lost, with whatever else was in those boxes; the second source of the recount."""
    mine = list(Tube.objects.seen_by(actor).filter(round_id=round_id).values_list("box_id", flat=True))
    boxes = list(Box.objects.seen_by(actor).filter(id__in={box_id for box_id in mine if box_id}))
    states = list(Tube.objects.seen_by(actor).filter(box__in=boxes).values_list("state", flat=True))
    return {
        "tubes": len(mine),
        "sent": len(states),
        "said": sum(box.said for box in boxes),
        "counted": sum(box.counted or 0 for box in boxes),
        "lost": states.count("lost"),
    }


def boxes(*, actor: Actor) -> list[BoxCard]:
    """Boxes on their way: sent and not yet counted where they arrive, oldest first, with the labels inside."""
    rows = list(Box.objects.seen_by(actor).filter(received_at__isnull=True).order_by("sent_at", "id"))
    inside: dict[UUID, list[str]] = {row.id: [] for row in rows}
    for box_id, label in Tube.objects.seen_by(actor).filter(box__in=rows).order_by("label").values_list("box_id", "label"):
        inside[box_id].append(label)
    return [BoxCard(id=row.id, label=row.label, to_body_id=row.to_body_id, sent_at=row.sent_at, tubes=tuple(inside[row.id])) for row in rows]


def next_due(*, actor: Actor, after: datetime) -> datetime | None:
    """The next moment at which a test is missed, a round's window ends, or its half time comes."""
    test = TestDue.objects.seen_by(actor).filter(state="due", due_at__gt=after).aggregate(Min("due_at"))["due_at__min"]
    moments = [] if test is None else [test]
    for opens_at, closes_at in Round.objects.seen_by(actor).filter(closed_at__isnull=True, closes_at__gt=after).values_list("opens_at", "closes_at"):
        half = rules.half_time(opens_at=opens_at, closes_at=closes_at)
        moments.append(half if half > after else closes_at)
    return min(moments, default=None)


def _round(row: Round) -> RoundCard:
    return RoundCard(
        id=row.id,
        area=row.area,
        reason=row.reason,
        directive_id=row.directive_id,
        opens_at=row.opens_at,
        closes_at=row.closes_at,
        closed_at=row.closed_at,
        caused_by=row.caused_by,
        temperature_gate=row.temperature_gate,
        turnout_percent=row.turnout_percent,
    )


def _roster(row: RosterRow) -> RosterCard:
    return RosterCard(
        person_id=row.person_id,
        building_id=row.building_id,
        list=row.list,
        origin=row.origin,
        struck=row.struck,
        state=row.state,
        way=row.way,
        contradicted=row.contradicted,
    )
