"""Columns that the tracing engine reads and questions that it takes.

Persons and places are pseudonymous numbers. Times are int64 seconds since 1970 UTC, below 2**33 (the year 2242), so that milliseconds are refused
instead of answered. Stays, memberships and windows are half-open `[start, end)`: two stays that touch are not a meeting.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from epigrid.kernel.errors import DomainError

Column = NDArray[np.int64]
TIME_BITS = 33
LAST = (1 << TIME_BITS) - 1
"""The latest moment a column may hold, in epoch seconds."""
MAX_WINDOW_SECONDS = 21 * 86_400
"""No question spans more than the longest incubation in any pack (measles, Ebola: 21 days)."""
UNKNOWN = -1
"""In `Scans.until`: nobody scanned out, the dwell model of the place's kind speaks."""


class QueryUnbound(DomainError):
    """A question names its exposure record and a window that ends after it starts and is no longer than 21 days (X03)."""

    reason = "tracing.query-unbound"


class BadColumns(DomainError):
    """A column is missing, of another length or type than its neighbours, or holds moments that are no epoch seconds."""

    reason = "tracing.bad-columns"


@dataclass(frozen=True, kw_only=True)
class ExposureQuery:
    """Whose exposure, on what record, in which window."""

    exposure_id: UUID
    person: int
    start: int
    end: int

    def __post_init__(self) -> None:
        _bound(self.exposure_id, self.start, self.end)


@dataclass(frozen=True, kw_only=True)
class PlaceQuery:
    """Which affected place, on what exposure record, in which window (S-125)."""

    exposure_id: UUID
    place: int
    start: int
    end: int

    def __post_init__(self) -> None:
        _bound(self.exposure_id, self.start, self.end)


@dataclass(frozen=True, kw_only=True)
class HopRule:
    """How an infection may travel: from a person's exposure until he is infectious himself at least `latency_seconds` pass, and a meeting counts from
    `min_seconds` of effective overlap on. Both come from a pack or from the person who asks; `latency_seconds` is at least one.

    Forward, on merged stays: a source is infectious in his query's window, a reached person in `[at + latency_seconds, edge)`. A meeting `[a, b)` of an
    infectious q with p exposes p at the earliest s with a <= s, s in q's infectious time, and s + min_seconds <= min(b, end of q's infectious time);
    `at(p)` is the earliest such s over all meetings. Backward: the exposure of a source may have begun at any s of its query's window, that of a
    found person at any s with edge <= s <= at - latency_seconds; a meeting `[a, b)` of q with p asks that q was infectious at the latest at the greatest s with
    a <= s <= b - min_seconds and s among p's possible moments; `at(q)` is the latest such s over all meetings. `edge` is the horizon that the question names.
    """

    latency_seconds: int
    min_seconds: int = 1

    def __post_init__(self) -> None:
        if self.latency_seconds < 1 or self.min_seconds < 1:
            raise QueryUnbound(latency_seconds=self.latency_seconds, min_seconds=self.min_seconds)


def _bound(exposure_id: UUID, start: int, end: int) -> None:
    named = isinstance(exposure_id, UUID) and exposure_id.int != 0
    if not named or not 0 <= start < end <= LAST or end - start > MAX_WINDOW_SECONDS:
        raise QueryUnbound(start=start, end=end, longest=MAX_WINDOW_SECONDS)


@dataclass(frozen=True, kw_only=True, eq=False)
class Visits:
    """Stays of persons at places, one row each, in any order; four columns of one length."""

    person: Column
    place: Column
    t_in: Column
    t_out: Column

    def __post_init__(self) -> None:
        check(person=self.person, place=self.place, t_in=self.t_in, t_out=self.t_out)
        check_moments(t_in=self.t_in, t_out=self.t_out)

    def __len__(self) -> int:
        return len(self.person)

    @classmethod
    def of(cls, rows: Iterable[tuple[int, int, int, int]]) -> "Visits":
        """Visits from rows (person, place, t_in, t_out)."""
        table = np.array(list(rows), np.int64).reshape(-1, 4)
        return cls(person=table[:, 0], place=table[:, 1], t_in=table[:, 2], t_out=table[:, 3])


@dataclass(frozen=True, kw_only=True, eq=False)
class Scans:
    """Codes scanned at a door: person, place, moment, and the moment of scanning out or `UNKNOWN`."""

    person: Column
    place: Column
    at: Column
    until: Column

    def __post_init__(self) -> None:
        check(person=self.person, place=self.place, at=self.at, until=self.until)
        check_moments(at=self.at)


@dataclass(frozen=True, kw_only=True, eq=False)
class Groups:
    """What each group is: `group` (any order, each once) and `kind`, one word per row: household, class, workplace, or the vehicle of a leg (plane,
    train-closed, train-open, bus-closed, bus-ventilated, ship)."""

    group: Column
    kind: tuple[str, ...]

    def __post_init__(self) -> None:
        check(group=self.group)
        if len(self.group) != len(self.kind) or len(np.unique(self.group)) != len(self.group):
            raise BadColumns(column="kind")


@dataclass(frozen=True, kw_only=True, eq=False)
class Seats:
    """Where each row of memberships sat: numbers of row and bay, codes of carriage, compartment and cabin (`UNKNOWN`: not known, or the vehicle has none);
    `crew` 1: he served the part in which the case sat."""

    row: Column
    carriage: Column
    compartment: Column
    bay: Column
    cabin: Column
    crew: Column

    def __post_init__(self) -> None:
        check(**vars(self))
        for name, column in vars(self).items():
            if (column < UNKNOWN).any():
                raise BadColumns(column=name)


@dataclass(frozen=True, kw_only=True, eq=False)
class Memberships:
    """Who belonged to which group (household, workplace, class, vehicle leg) from when until when, and on vehicle legs where he sat."""

    person: Column
    group: Column
    since: Column
    until: Column
    groups: Groups | None = None
    seats: Seats | None = None

    def __post_init__(self) -> None:
        check(person=self.person, group=self.group, since=self.since, until=self.until)
        if self.seats is not None and len(self.seats.row) != len(self.person):
            raise BadColumns(column="seats")

    def visits(self) -> Visits:
        """The same rows as stays: to belong together is to be in one group at one time, so the same index answers it."""
        return Visits(person=self.person, place=self.group, t_in=self.since, t_out=self.until)


@dataclass(frozen=True, kw_only=True, eq=False)
class Places:
    """What kind each place is: `place` (any order, each once) and `kind`, one word per row."""

    place: Column
    kind: tuple[str, ...]

    def __post_init__(self) -> None:
        check(place=self.place)
        if len(self.place) != len(self.kind) or len(np.unique(self.place)) != len(self.place):
            raise BadColumns(column="kind")


def stays(scans: Scans, places: Places, *, dwell_seconds: Mapping[str, int]) -> tuple[Visits, Column]:
    """Visits from point scans, and the numbers of the rows that cannot be taken: unknown place, or a kind without a dwell time and no scan out.

    A scan without scan out lasts the dwell time of its place's kind (seconds). A later scan elsewhere does not shorten it: who enters a shop is
    still in the mall around it, and a miss costs more than a candidate whom an investigator rejects.
    """
    order = np.argsort(places.place)
    known = np.append(places.place[order], np.iinfo(np.int64).max)
    lasting = np.append(np.array([dwell_seconds.get(kind, UNKNOWN) for kind in places.kind], np.int64)[order], UNKNOWN)
    slot = np.searchsorted(known, scans.place)
    said = scans.until != UNKNOWN
    good = (known[slot] == scans.place) & (slot < len(places.place)) & (said | (lasting[slot] != UNKNOWN))
    until = np.where(said, scans.until, scans.at + lasting[slot])[good]
    return Visits(person=scans.person[good], place=scans.place[good], t_in=scans.at[good], t_out=until), np.flatnonzero(~good)


def check(**columns: Column) -> None:
    """Refuse columns that are not one-dimensional int64 of one length, naming the first that is wrong."""
    length = max((len(column) for column in columns.values()), default=0)
    for name, column in columns.items():
        if not isinstance(column, np.ndarray) or column.dtype != np.int64 or column.shape != (length,):
            raise BadColumns(column=name)


def check_moments(**columns: Column) -> None:
    """Refuse moments before 1970 or after `LAST`, naming the column and the first such row."""
    for name, column in columns.items():
        wrong = np.flatnonzero((column < 0) | (column > LAST))
        if len(wrong):
            raise BadColumns(column=name, row=int(wrong[0]), rows=len(wrong))
