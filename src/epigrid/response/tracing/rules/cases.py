"""Judgements about cases, candidates and queries. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar
from uuid import UUID

from epigrid.kernel.errors import DomainError, NotAllowed
from epigrid.kernel.verdicts import Clause

OUTCOMES = ("close-contact", "exposed", "none")
SOURCES = ("scan", "interview", "household", "tube", "hotel", "police", "secondary")
CLASSES = ("confirmed", "asymptomatic", "excluded")
KINDS_UNDER_CONTROL = frozenset({"site-quarantine", "home-quarantine", "closed-loop", "re-positive", "inbound-old"})


class AlreadyJudged(DomainError):
    """The candidate was judged; a new judgement needs new evidence."""

    reason = "candidate.already-judged"


class OutcomeUnknown(DomainError):
    """Close contact, exposed at an affected place, or none."""

    reason = "candidate.outcome-unknown"


class ReasonMissing(DomainError):
    """A judgement that somebody is no contact says why."""

    reason = "candidate.reason-missing"


class ExposureMissing(DomainError):
    """A contact needs the moment of his last exposure: days are counted from it."""

    reason = "candidate.exposure-missing"


class SamePerson(NotAllowed):
    """The one who asked, gave the opinion, or registered cannot also decide: two people."""

    reason = "tracing.same-person"


class QueryNotApproved(NotAllowed):
    """A venue query runs only after its approval, for its own exposure and window."""

    reason = "query.not-approved"


class QueryIncomplete(DomainError):
    """A venue query names a kind, a purpose and at least one exposure record, and what its kind needs; `details` names what is missing."""

    reason = "query.incomplete"


class QueryOutsideExposure(DomainError):
    """The window or the place is not in the exposure record that the query rests on (X03)."""

    reason = "query.outside-exposure"


class QueryTooLong(DomainError):
    """No query spans more than 21 days, the longest incubation of any pack."""

    reason = "query.too-long"


class QueryNotRun(DomainError):
    """The query has no answer yet."""

    reason = "query.not-run"


class OpinionMissing(DomainError):
    """The class is the expert group's opinion; it must be on record first."""

    reason = "case.opinion-missing"


class ClassUnknown(DomainError):
    """Confirmed case, asymptomatic infection, or excluded."""

    reason = "case.class-unknown"


@dataclass(frozen=True, kw_only=True)
class ContactPolicy(Clause):
    """The look-back of a case, a threshold in minutes where a regime has one, and the classes of people that it knows."""

    key: ClassVar[str] = "contact"
    lookback_days: int
    min_overlap_minutes: int | None
    classes: tuple[str, ...] | None = None


@dataclass(frozen=True, kw_only=True)
class ExposedPolicy(Clause):
    """Tests of people exposed at an affected place."""

    key: ClassVar[str] = "exposed"
    tests: int
    days: int


@dataclass(frozen=True, kw_only=True)
class SerialPolicy(Clause):
    """The serial interval by which chains are judged, in days; unset where no source states it."""

    key: ClassVar[str] = "serial"
    mean_days: float | None
    sd_days: float | None
    lowest_days: float | None
    highest_days: float | None


def own_window(*, positive_at: datetime, until: datetime, policy: ContactPolicy) -> tuple[datetime, datetime]:
    """A case's own window: from `lookback_days` before the first positive sampling until he was isolated."""
    return positive_at - timedelta(days=policy.lookback_days), until


QUERY_KINDS = ("contacts", "present", "hops", "places")
"""Whom the exposed met; who was at an affected place; how far it could have gone or where it came from; where exposure concentrates."""
DIRECTIONS = ("forward", "backward")
LONGEST = timedelta(days=21)
SMALL = 10
Window = tuple[datetime, datetime]


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is asked of the presence log: on which exposure records, what for, in which window (None: that of the records).

    `place_id`: the affected place of `present`. `direction`, `latency_seconds`, `min_seconds`: of `hops`, as the engine's `HopRule` means them; no source of
    a pack states a latency, so whoever asks gives it.
    """

    exposure_ids: tuple[UUID, ...]
    purpose: str
    kind: str = "contacts"
    window: Window | None = None
    place_id: UUID | None = None
    direction: str = ""
    latency_seconds: int | None = None
    min_seconds: int | None = None


def check_question(question: Question, *, records: Sequence[Window], place_ids: Sequence[UUID]) -> Window:
    """The window of a question, or why it may not be asked. `records`: the windows of its exposure records; `place_ids`: the places that they name."""
    fields: dict[str, object] = {"exposure": records, "purpose": question.purpose.strip(), "kind": question.kind in QUERY_KINDS}
    if question.kind == "present":
        fields |= {"place": question.place_id, "one exposure": len(records) == 1}
    if question.kind == "hops":
        fields |= {"direction": question.direction in DIRECTIONS, "latency": question.latency_seconds, "minutes": question.min_seconds}
    missing = [name for name, given in fields.items() if not given]
    if missing:
        raise QueryIncomplete(missing=missing)
    if question.kind == "present" and question.place_id not in place_ids:
        raise QueryOutsideExposure(place=str(question.place_id))
    whole = min(start for start, _end in records), max(end for _start, end in records)
    start, end = question.window or whole
    if not whole[0] <= start < end <= whole[1] or any(inside((start, end), record) is None for record in records):
        raise QueryOutsideExposure(start=start.isoformat(), end=end.isoformat())
    if end - start > LONGEST:
        raise QueryTooLong(days=LONGEST.days)
    return start, end


def inside(window: Window, record: Window) -> Window | None:
    """The part of a window that lies in an exposure record."""
    start, end = max(window[0], record[0]), min(window[1], record[1])
    return (start, end) if start < end else None


def joined(windows: Sequence[Window]) -> list[Window]:
    """The same moments without overlaps, in order: somebody with two records is asked for once."""
    found: list[Window] = []
    for start, end in sorted(windows):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def shown(count: int, *, above: bool) -> str:
    """A sum as a reader sees it: whoever looks from above the community sees sums below ten as "< 10" (procedures 4)."""
    return f"< {SMALL}" if above and count < SMALL else str(count)


def knows_secondary(policy: ContactPolicy) -> bool:
    """Whether the regime has the class contact of a contact; otherwise nobody beyond the first meeting is ever named."""
    return "contact-of-contact" in (policy.classes or ())


def is_candidate(*, seconds: int, policy: ContactPolicy) -> bool:
    """Whether a meeting makes a candidate: any, unless the regime has a threshold. Minutes are evidence for the investigator."""
    return policy.min_overlap_minutes is None or seconds >= policy.min_overlap_minutes * 60


def judge(*, outcome: str, reason: str, last_exposure_at: datetime | None, judged: bool) -> None:
    """Refuse a judgement without reason, exposure, or over an earlier one."""
    if judged:
        raise AlreadyJudged
    if outcome not in OUTCOMES:
        raise OutcomeUnknown(outcome=outcome)
    if outcome == "none" and not reason.strip():
        raise ReasonMissing
    if outcome == "close-contact" and last_exposure_at is None:
        raise ExposureMissing


def test_windows(*, first: datetime, policy: ExposedPolicy) -> list[tuple[datetime, datetime]]:
    """Windows for the tests of exposed people: spread over the clause's days, the first on the first day."""
    step = timedelta(days=policy.days) / max(policy.tests, 1)
    return [(first + step * number, first + step * (number + 1)) for number in range(policy.tests)]


@dataclass(frozen=True, kw_only=True)
class Link:
    """A possible step of transmission between two cases, a hypothesis for CDC duty only."""

    source: UUID
    target: UUID
    seconds: int
    days: int


def chain(cases: Sequence[tuple[UUID, datetime]], meetings: Sequence[tuple[UUID, UUID, int]]) -> list[Link]:
    """Hypotheses: for each case the earlier case it met longest. `cases` are (case, first positive sampling), `meetings` (case, case, seconds)."""
    moments = dict(cases)
    best: dict[UUID, Link] = {}
    for left, right, seconds in meetings:
        if left not in moments or right not in moments or moments[left] == moments[right]:
            continue
        source, target = (left, right) if moments[left] < moments[right] else (right, left)
        link = Link(source=source, target=target, seconds=seconds, days=(moments[target] - moments[source]).days)
        if target not in best or best[target].seconds < seconds:
            best[target] = link
    return [best[target] for target in sorted(best)]
