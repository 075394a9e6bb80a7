"""Who is due for a test: the class of a person, what stands of a day's list, refusals, shops. Pure: no Django, no clock, no I/O."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from epigrid.kernel.errors import DomainError
from epigrid.kernel.periods import Period

TEST_CLASSES = ("home", "priority", "daily")
"""Classes of testing (每日检、重点检、上门检, S-207), the strictest first: sampled at home, tested for a reason of his own, with everybody."""
AT_HOME = ("quarantine", "order", "hold", "antigen", "isolation", "frail")
"""Facts for which somebody is sampled alone: ledger of home quarantine, an order, a hold, a positive antigen test, waiting apart on a site, a need of the
special ledger."""
APPOINTED_FOR = ("register", "travel", "work", "medical", "other")
"""Why somebody is to be tested tomorrow: he stands so on the day's register, or for a purpose of his own (S-216)."""
DECLINED_FOR = ("fear", "illness", "tired", "mistrust", "no-time", "unsaid")
"""Reason codes of a refusal (S-219)."""
TALKS = ("explanation", "second-offer", "home-option")
"""What is tried, and recorded, before anybody may refer a refusal: a patient explanation, a second offer, a sample at home (S-219)."""
NO_SAMPLE = ("closed", "nobody-in", "no-workers", "sampled-elsewhere", "declined")
"""Why a shop has no sample in a round (S-221)."""


class AppointmentPast(DomainError):
    """An appointment is for a day to come."""

    reason = "appointment.past"


class PurposeUnknown(DomainError):
    """An appointment is made for one of `APPOINTED_FOR`."""

    reason = "appointment.purpose-unknown"


class PartEmpty(DomainError):
    """Nobody lives in the part of the area that was chosen."""

    reason = "round.part-empty"


class PartOutside(DomainError):
    """A grid or a place of the part lies outside the area of the round; `details` name it."""

    reason = "round.part-outside"


class OutsidePart(DomainError):
    """The round is of a part, and by the register the person neither lives nor works in it."""

    reason = "round.outside-part"


class OwnRoundElsewhere(OutsidePart):
    """As `OutsidePart`, and he stands on the roster of another open round; `details` say which and until when."""

    reason = "round.own-round-elsewhere"


class DeclineCodeUnknown(DomainError):
    """A refusal is recorded for one of `DECLINED_FOR`."""

    reason = "decline.code-unknown"


class TalkUnknown(DomainError):
    """What is tried after a refusal is one of `TALKS`."""

    reason = "decline.talk-unknown"


class TalksMissing(DomainError):
    """A refusal may be referred only after each of `TALKS` is recorded; `details` name those that are missing."""

    reason = "decline.talks-missing"


class DeclineReasonMissing(DomainError):
    """Whoever refers a refusal says why in writing."""

    reason = "decline.reason-missing"


class NoSampleUnknown(DomainError):
    """A shop has no sample for one of `NO_SAMPLE`."""

    reason = "premises.reason-unknown"


def test_class(facts: Collection[str]) -> tuple[str, str]:
    """(class, fact that decides it) of a person: anything of `AT_HOME` is sampled at home, any other fact makes him a priority, none is `daily`.

    The facts are the ledgers, the needs, the sources of his own tests and his work at a listed place; nobody types the class.
    """
    for fact in AT_HOME:
        if fact in facts:
            return "home", fact
    return ("priority", min(facts)) if facts else ("daily", "")


@dataclass(frozen=True, kw_only=True)
class DueLine:
    """One test that one person owes on a day, of a round or for a reason of his own.

    `state`: `done`, `open`, or the class of the roll-call that says why not (exempt, away, declined, unreachable); `overdue`: its window is over.
    """

    person_id: UUID
    building_id: UUID | None
    test_class: str
    why: str
    source_kind: str
    source_id: UUID
    where: str
    opens_at: datetime
    due_at: datetime
    state: str
    overdue: bool = False


@dataclass(frozen=True, kw_only=True)
class DueList:
    """The due list of a day: everybody who owes a test, done or not (应检尽检, S-188)."""

    lines: Sequence[DueLine]

    @property
    def missing(self) -> list[DueLine]:
        """The list minus what is done; `state` is the reason code of each."""
        return [line for line in self.lines if line.state != "done"]

    @property
    def at_sites(self) -> list[DueLine]:
        """What is sampled at a table of a site: nobody of the home class (S-207)."""
        return [line for line in self.lines if line.test_class != "home" and line.where == "table"]

    def per_building(self) -> dict[UUID | None, dict[str, int]]:
        """Building -> tests by class that are still missing, `due`, `done`, and `reasoned`: those of the missing that have a reason code."""
        found: dict[UUID | None, Counter[str]] = {}
        for line in self.lines:
            counts = found.setdefault(line.building_id, Counter())
            counts["due"] += 1
            counts["done"] += line.state == "done"
            counts["reasoned"] += line.state not in ("done", "open")
            counts[line.test_class] += line.state != "done"
        return {building: {name: counts[name] for name in ("due", "done", "reasoned", *TEST_CLASSES)} for building, counts in found.items()}


def state_on(*, done_at: datetime | None, day: Period) -> str:
    """`done` if the test was taken by the end of the day, else `open`: a later sample does not fill an earlier day's list."""
    return "done" if done_at is not None and day.end is not None and done_at < day.end else "open"


@dataclass(frozen=True, kw_only=True)
class PlannedTest:
    """A planned test of a series: its window, whether it was taken (`done`), missed, ended with its reason, or lies ahead (`due`)."""

    opens_at: datetime
    due_at: datetime
    state: str
    done_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class SeriesCount:
    """A series of home tests, planned against done: `late` were taken after their window, `ended` fell away with the reason (release)."""

    planned: int
    done: int
    late: int
    missed: int
    ahead: int
    ended: int


def count_series(tests: Iterable[PlannedTest], *, now: datetime) -> SeriesCount:
    """Count a series; every planned test stands in exactly one of the five counts after `planned` (S-209)."""
    counts = Counter(_standing(one, now) for one in tests)
    return SeriesCount(planned=counts.total(), **{name: counts[name] for name in ("done", "late", "missed", "ahead", "ended")})


def _standing(one: PlannedTest, now: datetime) -> str:
    if one.state == "ended":
        return "ended"
    if one.state == "done" and one.done_at is not None:
        return "done" if one.done_at < one.due_at else "late"
    return "missed" if one.due_at <= now else "ahead"


def missing_talks(recorded: Iterable[str]) -> list[str]:
    """Which of `TALKS` are not recorded yet, in their order."""
    known = set(recorded)
    return [talk for talk in TALKS if talk not in known]


def premises_state(*, workers: Mapping[UUID, str], reason: str) -> str:
    """What stands of a shop in a round: a noted reason where not every known worker gave a sample, else `open`, `sampled` or `read`.

    `workers`: person -> `open`, `sampled` or `read`.
    """
    states = set(workers.values())
    if states and "open" not in states:
        return "read" if states == {"read"} else "sampled"
    return reason or "open"
