"""Judgements about cases, candidates and queries. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID

from epigrid.kernel.errors import DomainError, NotAllowed
from epigrid.kernel.verdicts import Clause, Evidence, Verdict

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


class VehicleUnknown(DomainError):
    """Plane, closed or open train, closed or ventilated bus, ship; `details` names them."""

    reason = "seat.vehicle-unknown"


class SeatUnknown(DomainError):
    """A part of a seat that the clause needs is not known; `details` names it."""

    reason = "seat.unknown"


class NumberUnset(DomainError):
    """The clause leaves a value unset that the judgement needs; `details` names clause and field."""

    reason = "tracing.number-unset"


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
class VehiclePolicy(Clause):
    """Who in a vehicle is a candidate: rows before and behind, a carriage or compartment, everybody, a cabin, the serving crew."""

    key: ClassVar[str] = "vehicle"
    plane_rows: int | None
    train_closed: str | None
    train_open: str | None
    bus_closed: str | None
    bus_ventilated_rows: int | None
    ship: str | None
    crew: bool | None


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


VEHICLES = {
    "plane": "plane_rows",
    "train-closed": "train_closed",
    "train-open": "train_open",
    "bus-closed": "bus_closed",
    "bus-ventilated": "bus_ventilated_rows",
    "ship": "ship",
}
"""Kinds of vehicle and the field of the clause that governs each."""


@dataclass(frozen=True, kw_only=True)
class Seat:
    """Where somebody sat: what the vehicle has of row, carriage, compartment (soft sleeper), bay (numbered along an open carriage), cabin. `crew`: he served
    the part in which the case sat."""

    row: int | None = None
    carriage: str = ""
    compartment: str = ""
    bay: int | None = None
    cabin: str = ""
    crew: bool = False


def sits_near(*, vehicle: str, case: Seat, other: Seat, policy: VehiclePolicy) -> Verdict[bool]:
    """Whether a seat in the same vehicle makes a candidate, and by which part (`reason`: seat.row, .carriage, .compartment, .bay, .everybody, .cabin, .crew,
    or seat.away). An investigator judges; this only proposes.

    `SeatUnknown` names a part that is missing, `NumberUnset` a field that nobody has set.
    """
    if vehicle not in VEHICLES:
        raise VehicleUnknown(vehicle=vehicle, vehicles=sorted(VEHICLES))
    rule = getattr(policy, VEHICLES[vehicle])
    as_crew = other.crew and rule != "all"
    for field in (VEHICLES[vehicle], *(["crew"] if as_crew else [])):
        if getattr(policy, field) is None:
            raise NumberUnset(field=field, clause=policy.clause_id)
    by_crew = "crew" if policy.crew else ""
    part = by_crew if as_crew else _shared(rule, case, other)
    return policy.verdict(bool(part), reason=f"seat.{part or 'away'}", evidence=[Evidence(kind="vehicle", id=vehicle)])


def _shared(rule: int | str, case: Seat, other: Seat) -> str:
    """The part of the vehicle that both share by the clause, or an empty string."""
    if isinstance(rule, int):
        return "row" if abs(_part(case, "row") - _part(other, "row")) <= rule else ""
    if rule == "all":
        return "everybody"
    if rule == "cabin":
        return "cabin" if _part(case, "cabin") == _part(other, "cabin") else ""
    if _part(case, "carriage") != _part(other, "carriage"):
        return ""
    if case.compartment or rule == "compartment":
        return "compartment" if _part(case, "compartment") == other.compartment else ""
    if rule == "bay":
        return "bay" if abs(_part(case, "bay") - _part(other, "bay")) <= 1 else ""
    return "carriage"


def _part(seat: Seat, name: str) -> Any:
    value = getattr(seat, name)
    if value in (None, ""):
        raise SeatUnknown(part=name)
    return value


LISTS = ("workers", "families", "recipients")
NOTES = ("away", "not-found", "refused", "excused")
RESULTS = ("open", "negative", "positive", *NOTES)
PLACE_MEASURES = ("close", "disinfect", "test", "none")
CONTACT_STATES = ("listed", "reached", "moved", "ended")


class SweepRefused(DomainError):
    """A sweep cannot do this now; `details` says why: window, outlet, files (not in the register), closed, open (people without a result)."""

    reason = "sweep.refused"


class ResultKnown(DomainError):
    """A test says it already; nothing else is noted about these people."""

    reason = "sweep.result-known"


class MeasureUnknown(DomainError):
    """A result or a measure outside its closed list."""

    reason = "tracing.measure-unknown"


def sweep_result(*, tests: Sequence[tuple[bool, str]], noted: str) -> str:
    """The one result of a person on a sweep. `tests` since its approval, oldest first: (the tube held him alone, outcome).

    A single positive wins over all; then the last test that says something; then what was noted. A pooled positive leaves it open: its retest decides.
    """
    if (True, "positive") in tests:
        return "positive"
    said = [outcome for _, outcome in tests if outcome in ("negative", "positive")]
    return "negative" if said[-1:] == ["negative"] else noted or "open"


def contact_moments(*, judged_at: datetime, reached: datetime | None, moved: datetime | None, ended: datetime | None) -> dict[str, datetime | None]:
    """When a contact was reached, moved, ended, in this order: no moment comes before the one that it follows (S-124). Who was moved was reached."""
    found: dict[str, datetime | None] = {}
    before = judged_at
    for name, moment in (("reached_at", reached or moved), ("moved_at", moved), ("ended_at", ended)):
        found[name] = None if moment is None else max(before, moment)
        before = found[name] or before
    return found


def contact_state(*, reached: datetime | None, moved: datetime | None, ended: datetime | None) -> str:
    """The last step that a contact has come to."""
    return "ended" if ended else "moved" if moved else "reached" if reached else "listed"
