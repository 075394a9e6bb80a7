"""Tubes, roll-calls and the law of counting. Pure: no Django, no clock, no I/O."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar
from uuid import UUID

from epigrid.kernel.errors import DomainError
from epigrid.kernel.verdicts import Clause

CLASSES = ("sampled", "exempt", "away", "declined", "unreachable", "open")
"""Classes of a roll-call, highest first (procedures 2, laws of counting)."""
WAYS = ("here", "own-plan", "elsewhere")
"""How somebody was sampled: in a tube of this round, under his own plan, elsewhere with proof."""
REPORTABLE = frozenset({"exempt", "away", "declined", "unreachable", "elsewhere"})
"""What a worker may report; `sampled here` comes from tubes only."""
DOUBTFUL = frozenset({"grey", "single-target"})
CLOCKS_DIFFER = timedelta(minutes=5)
"""By so much the clock of a phone may be ahead (architecture 9)."""


@dataclass(frozen=True, kw_only=True)
class TubePolicy(Clause):
    """How many people a tube may hold."""

    key: ClassVar[str] = "tube"
    pool_sizes: tuple[int, ...]
    pool_size: int


class TubeFull(DomainError):
    """The tube holds as many people as its kind allows."""

    reason = "tube.full"


class LabelTaken(DomainError):
    """Another tube bears the label."""

    reason = "tube.label-taken"


class TubeNotOpen(DomainError):
    """The tube is closed, sent, or lost."""

    reason = "tube.not-open"


class TubeEmpty(DomainError):
    """A tube without people cannot be closed; open it later or leave it."""

    reason = "tube.empty"


class PoolSizeUnknown(DomainError):
    """Tubes of this size are not among the clause's sizes."""

    reason = "tube.pool-size-unknown"


class NeverPooled(DomainError):
    """A person on a door list is sampled alone, never with others."""

    reason = "tube.never-pooled"


class MomentAhead(DomainError):
    """A phone says that something was done later than `CLOCKS_DIFFER` from now: its clock is wrong, and nothing is taken from it before it is right."""

    reason = "tube.moment-ahead"


class AlreadySampled(DomainError):
    """The person is in a tube of this round already."""

    reason = "roster.already-sampled"


class NotOnRoster(DomainError):
    """The person is not in this round; add him first (moved in, visitor, baby)."""

    reason = "roster.not-on-roster"


class ProofMissing(DomainError):
    """`elsewhere` needs the proof: laboratory or certificate and its time."""

    reason = "roster.proof-missing"


class ClassNotReportable(DomainError):
    """Workers report exempt, away, declined, unreachable or elsewhere; `sampled here` comes from tubes."""

    reason = "roster.class-not-reportable"


class RoundNotOpen(DomainError):
    """The round is closed or its window is over."""

    reason = "round.not-open"


class CountDiffers(DomainError):
    """The count said at hand-over is not the number of tubes in the box."""

    reason = "box.count-differs"


class TubeElsewhere(DomainError):
    """A tube is not closed, or it is in another box already."""

    reason = "box.tube-elsewhere"


@dataclass(frozen=True, kw_only=True)
class RollFact:
    """One report about one person in one round: class, way for `sampled`, and who said so."""

    person_id: UUID
    state: str
    way: str = ""
    by: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A person's class in a round and whether different workers contradict each other."""

    state: str
    way: str
    contradicted: bool


def standing_of(facts: Iterable[RollFact]) -> Standing:
    """The highest class over all facts; flagged when two workers reported different classes below `sampled`, or one said away and a swab came.

    Order and repetition cannot matter (procedures 2, laws of counting).
    """
    known = list(facts)
    if not known:
        return Standing(state="open", way="", contradicted=False)
    best = min(known, key=lambda fact: (CLASSES.index(fact.state), WAYS.index(fact.way) if fact.way in WAYS else len(WAYS)))
    said = {(fact.by, fact.state) for fact in known}
    differing = {state for _, state in said}
    workers = {by for by, _ in said}
    contradicted = len(differing) > 1 and len(workers) > 1 and bool(differing & {"exempt", "away"})
    return Standing(state=best.state, way=best.way, contradicted=contradicted)


def class_of(reported: str) -> tuple[str, str]:
    """(class, way) of what a worker reports; `ClassNotReportable` otherwise."""
    if reported not in REPORTABLE:
        raise ClassNotReportable(reported=reported)
    return ("sampled", "elsewhere") if reported == "elsewhere" else (reported, "")


@dataclass(frozen=True, kw_only=True)
class Conservation:
    """The law of a round: frozen + late - struck = sum of the classes, counted from rows and recounted from facts."""

    frozen: int
    late: int
    struck: int
    by_class: Mapping[str, int]
    recounted: Mapping[str, int]
    doubly_tubed: tuple[UUID, ...]

    @property
    def holds(self) -> bool:
        """Whether both counts agree with the law and nobody stands in two tube lists."""
        total = self.frozen + self.late - self.struck
        return (
            total == sum(self.by_class.values()) == sum(self.recounted.values())
            and dict(self.by_class) == dict(self.recounted)
            and not self.doubly_tubed
        )


def recount(*, frozen: Iterable[UUID], late: Iterable[UUID], struck: Iterable[UUID], facts: Iterable[RollFact]) -> dict[str, int]:
    """Count classes again from journal facts alone (the second source)."""
    people = (set(frozen) | set(late)) - set(struck)
    by_person: dict[UUID, list[RollFact]] = {person_id: [] for person_id in people}
    for fact in facts:
        if fact.person_id in by_person:
            by_person[fact.person_id].append(fact)
    counts = Counter(standing_of(known).state for known in by_person.values())
    return {name: counts.get(name, 0) for name in CLASSES}


def judge_moment(said: datetime, *, earliest: datetime, now: datetime) -> datetime:
    """When something was done that a phone brings later: its own moment if that lies between `earliest` (the freeze of the round) and now, else now.

    Nobody gains by a clock that is slow: what cannot have been then is judged by what is known now. `MomentAhead` beyond `CLOCKS_DIFFER`.
    """
    if said > now + CLOCKS_DIFFER:
        raise MomentAhead(said=said.isoformat())
    return said if earliest <= said <= now else now


@dataclass(frozen=True, kw_only=True)
class OnList:
    """On which list somebody stands in a round, on which he stood until when, and since when it is known that he is to be sampled alone now."""

    list: str
    changes: Sequence[tuple[datetime, str]] = ()
    alone_since: datetime | None = None


def judge_pooling(listed: OnList, *, at: datetime) -> tuple[str, bool]:
    """The list that counts for a swab at a moment, and whether somebody had to be alone only after it (`pooled`, True: he was pooled, it stands and is shown).

    Order of arrival cannot matter: what was known before the swab refuses a pool whenever the phone comes, what became known later does not.
    """
    then = next((was for until, was in sorted(listed.changes) if until > at), listed.list)
    if then == "pooled" and listed.alone_since is not None and listed.alone_since <= at:
        then = "quarantine"
    return then, then == "pooled" and (listed.list != "pooled" or listed.alone_since is not None)


def list_of(*, quarantined: bool, frail: bool) -> str:
    """Which list a person of the frozen population is on: the door lists are single tubes, the quarantine list never meets the frail one."""
    return "quarantine" if quarantined else "frail" if frail else "pooled"


@dataclass(frozen=True, kw_only=True)
class LinkDelay:
    """One link of sample-send-test-report (采送检报): tubes that passed it, tubes waiting before it, median delay in minutes."""

    link: str
    passed: int
    waiting: int
    median_minutes: float | None


def pipeline(stamps: Sequence[Mapping[str, datetime | None]]) -> list[LinkDelay]:
    """Delays per link from the stamps of each tube: opened, closed, sent, received, read."""
    links = (("sample", "opened", "closed"), ("send", "closed", "sent"), ("test", "sent", "received"), ("report", "received", "read"))
    rows = []
    for link, before, after in links:
        pairs = [(row[before], row[after]) for row in stamps]
        spans = sorted((end - start).total_seconds() / 60 for start, end in pairs if start is not None and end is not None)
        waiting = sum(row[before] is not None and row[after] is None for row in stamps)
        middle = spans[len(spans) // 2] if spans else None
        rows.append(LinkDelay(link=link, passed=len(spans), waiting=waiting, median_minutes=middle))
    return rows


def bottleneck(rows: Sequence[LinkDelay]) -> str:
    """The link before which most tubes wait, longest delay breaking ties; empty when nothing waits."""
    waiting = [row for row in rows if row.waiting]
    return max(waiting, key=lambda row: (row.waiting, row.median_minutes or 0)).link if waiting else ""
