"""What the tracing engine answers: columns of one length, iterable as frozen rows, always in the same order for the same visits."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from epigrid.engine.tracing.schemas import Column


@dataclass(frozen=True, slots=True)
class ContactRow:
    """One contact of one query: total overlap in seconds, number of meetings, first and last moment of exposure (the last is exclusive)."""

    query: int
    contact: int
    seconds: int
    meetings: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Meeting:
    """Two people at one place at the same time, `[start, end)`: the evidence behind a contact."""

    query: int
    contact: int
    place: int
    start: int
    end: int

    @property
    def seconds(self) -> int:
        """How long."""
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class PresenceRow:
    """One person at the asked place: seconds inside the window, number of stays, first and last moment."""

    person: int
    seconds: int
    stays: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """What one place contributed: queries exposed there and their seconds, distinct contacts met there and the seconds shared with them."""

    place: int
    queries: int
    query_seconds: int
    contacts: int
    contact_seconds: int


@dataclass(frozen=True, slots=True)
class ReachedRow:
    """One person reached over any number of meetings, and the moment that limits him: earliest exposure forward, latest onset of infectiousness backward."""

    person: int
    at: int


@dataclass(frozen=True, eq=False)
class Contacts:
    """One row per (query, contact) that met, by query, longest first, then contact. `query` is the position in the asked sequence."""

    query: Column
    contact: Column
    seconds: Column
    meetings: Column
    first: Column
    last: Column

    def __len__(self) -> int:
        return len(self.query)

    def __iter__(self) -> Iterator[ContactRow]:
        columns = (self.query, self.contact, self.seconds, self.meetings, self.first, self.last)
        return map(ContactRow, *(column.tolist() for column in columns))


@dataclass(frozen=True, eq=False)
class Sums:
    """One row per (query, contact), query after query, unranked: `many` rows of each query from number `start` on. int32; first and last exposure in seconds
    after the beginning of the query's window."""

    start: int
    many: Column
    contact: NDArray[np.int32]
    seconds: NDArray[np.int32]
    meetings: NDArray[np.int32]
    first: NDArray[np.int32]
    last: NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Meetings:
    """One row per meeting, by query, contact, start, place. `query` is the position in the asked sequence."""

    query: Column
    contact: Column
    place: Column
    start: Column
    end: Column

    def __len__(self) -> int:
        return len(self.query)

    def __iter__(self) -> Iterator[Meeting]:
        return map(Meeting, *(column.tolist() for column in (self.query, self.contact, self.place, self.start, self.end)))


@dataclass(frozen=True, eq=False)
class Reached:
    """One row per person reached, by moment (earliest first forward, latest first backward), then person. The sources themselves are not among them."""

    person: Column
    at: Column

    def __len__(self) -> int:
        return len(self.person)

    def __iter__(self) -> Iterator[ReachedRow]:
        return map(ReachedRow, self.person.tolist(), self.at.tolist())
