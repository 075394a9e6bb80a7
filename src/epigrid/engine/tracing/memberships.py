"""Who belonged together: partners of a household, class, workplace or vehicle leg in a window, whether or not a scan saw them meet; and who sat near."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from epigrid.engine.tracing.schemas import LAST, TIME_BITS, UNKNOWN, Column, ExposureQuery, Memberships, Seats

PARTS = ("crew", "compartment", "cabin", "row", "bay", "carriage", "everybody", "unknown", "away")
"""The part of a vehicle that two people shared by the clause, the narrower first; `unknown`: a part or the clause's value is not known."""
NEAR = PARTS.index("unknown")
"""Parts before this one make somebody near."""
VEHICLES: Mapping[str, str] = {
    "plane": "plane_rows",
    "train-closed": "train_closed",
    "train-open": "train_open",
    "bus-closed": "bus_closed",
    "bus-ventilated": "bus_ventilated_rows",
    "ship": "ship",
}
"""Kinds of vehicle and the field of the rule that governs each."""


@dataclass(frozen=True, kw_only=True)
class SeatRule:
    """Who in a vehicle is near, as the pack's `vehicle` clause has it: rows before and behind, or the word of a part (carriage, compartment, bay, cabin, all);
    `crew`: whether the crew that served is. None: the pack leaves it unset, and the answer is `unknown`."""

    plane_rows: int | str | None = None
    train_closed: int | str | None = None
    train_open: int | str | None = None
    bus_closed: int | str | None = None
    bus_ventilated_rows: int | str | None = None
    ship: int | str | None = None
    crew: bool | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class Partners:
    """One row per (query, pair of membership rows) that belonged together inside the window: both rows' numbers and the time both were there."""

    query: Column
    own: Column
    other: Column
    start: Column
    end: Column


def partners(memberships: Memberships, queries: Sequence[ExposureQuery]) -> Partners:
    """Everybody who belonged to a group of the query's person at the same time, inside the query's window. Unordered; never the person himself."""
    by_person, by_group = np.argsort(memberships.person, kind="stable"), np.argsort(memberships.group, kind="stable")
    person, opens, closes = (np.array([getattr(query, name) for query in queries], np.int64) for name in ("person", "start", "end"))
    query, at = _matches(memberships.person[by_person], person)
    own = by_person[at]
    each, at = _matches(memberships.group[by_group], memberships.group[own])
    other, query, own = by_group[at], query[each], own[each]
    start = np.maximum(np.maximum(memberships.since[own], memberships.since[other]), opens[query])
    end = np.minimum(np.minimum(memberships.until[own], memberships.until[other]), closes[query])
    met = (start < end) & (memberships.person[own] != memberships.person[other])
    return Partners(query=query[met], own=own[met], other=other[met], start=start[met], end=end[met])


def near(vehicle: str, case: Seats, other: Seats, rule: SeatRule) -> Column:
    """Position in `PARTS` for each pair of seats (row of `case`, same row of `other`) in one kind of vehicle. The vectorised form of the clause."""
    value = getattr(rule, VEHICLES[vehicle])
    if value is None:
        return np.full(len(case.row), PARTS.index("unknown"))
    if value == "all":
        return np.full(len(case.row), PARTS.index("everybody"))
    served = "unknown" if rule.crew is None else "crew" if rule.crew else "away"
    return np.where(other.crew == 1, PARTS.index(served), _shared(value, case, other))


def _shared(value: int | str, case: Seats, other: Seats) -> Column:
    if isinstance(value, int):
        return _within("row", case.row, other.row, value)
    if value == "cabin":
        return _within("cabin", case.cabin, other.cabin, 0)
    inner = np.full(len(case.row), PARTS.index("carriage"))
    if value == "bay":
        inner = _within("bay", case.bay, other.bay, 1)
    by_compartment = np.where(case.compartment == other.compartment, PARTS.index("compartment"), PARTS.index("away"))
    if value == "compartment":
        inner = np.full(len(case.row), PARTS.index("unknown"))
    inner = np.where(case.compartment != UNKNOWN, by_compartment, inner)
    carriage = _within("carriage", case.carriage, other.carriage, 0)
    return np.where(carriage == PARTS.index("carriage"), inner, carriage)


def _within(part: str, case: Column, other: Column, most: int) -> Column:
    known = (case != UNKNOWN) & (other != UNKNOWN)
    return np.where(known, np.where(np.abs(case - other) <= most, PARTS.index(part), PARTS.index("away")), PARTS.index("unknown"))


def union(keys: tuple[Column, ...], start: Column, end: Column) -> tuple[Column, Column, Column]:
    """Disjoint, not touching spans of each key: (a row of the key, start, end), by key, then start. Moments are epoch seconds."""
    order = np.lexsort((start, *reversed(keys)))
    start, end = start[order], end[order]
    fresh = changes(*(key[order] for key in keys))
    reach = np.maximum.accumulate(np.cumsum(fresh) << TIME_BITS | end) & LAST
    begins = np.flatnonzero(fresh | np.r_[True, start[1:] > reach[:-1]][: len(order)])
    return order[begins], start[begins], reach[np.append(begins[1:], len(order))[: len(begins)] - 1]


def changes(*keys: Column) -> NDArray[np.bool_]:
    """Where sorted keys begin anew, the first row included."""
    fresh = np.zeros(len(keys[0]), bool)
    fresh[:1] = True
    for key in keys:
        fresh[1:] |= key[1:] != key[:-1]
    return fresh


def reduced(operation: np.ufunc, values: NDArray[Any], begins: Column) -> NDArray[Any]:
    """`operation` over the groups of rows that begin at `begins`."""
    found: NDArray[Any] = operation.reduceat(values, begins) if len(begins) else values[:0]
    return found


def _matches(column: Column, wanted: Column) -> tuple[Column, Column]:
    """All (position in `wanted`, position in the sorted `column`) of equal values."""
    low, high = np.searchsorted(column, wanted), np.searchsorted(column, wanted, side="right")
    width = high - low
    at = np.repeat(np.arange(len(wanted)), width)
    return at, np.arange(len(at)) - np.repeat(np.cumsum(width) - width - low, width)
