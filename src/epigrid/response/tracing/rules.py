"""Judgements about cases, candidates and queries. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID

from epigrid.kernel.errors import DomainError, NotAllowed
from epigrid.kernel.verdicts import Clause, Evidence, Verdict

OUTCOMES = ("close-contact", "exposed", "none")
SOURCES = ("scan", "interview", "household", "tube", "hotel", "police")
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
    """The look-back of a case and, where a regime has one, a threshold in minutes."""

    key: ClassVar[str] = "contact"
    lookback_days: int
    min_overlap_minutes: int | None


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
