"""Who sat near the case in a vehicle. Pure."""

from dataclasses import dataclass
from typing import Any, ClassVar

from epigrid.kernel.errors import DomainError
from epigrid.kernel.verdicts import Clause, Evidence, Verdict


class VehicleUnknown(DomainError):
    """Plane, closed or open train, closed or ventilated bus, ship; `details` names them."""

    reason = "seat.vehicle-unknown"


class SeatUnknown(DomainError):
    """A part of a seat that the clause needs is not known; `details` names it."""

    reason = "seat.unknown"


class NumberUnset(DomainError):
    """The clause leaves a value unset that the judgement needs; `details` names clause and field."""

    reason = "tracing.number-unset"


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
