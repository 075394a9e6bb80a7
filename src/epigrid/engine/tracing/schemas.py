"""Columns and answers of the tracing engine. Times are int64 seconds since 1970 UTC; stays are half-open `[t_in, t_out)`."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from epigrid.kernel.errors import DomainError

Column = NDArray[np.int64]
MAX_WINDOW_SECONDS = 21 * 86_400
"""No question spans more than the longest incubation in any pack (measles, Ebola: 21 days)."""


class QueryUnbound(DomainError):
    """A question names its exposure record and a window that ends after it starts and is no longer than 21 days (X03)."""

    reason = "tracing.query-unbound"


@dataclass(frozen=True, kw_only=True)
class ExposureQuery:
    """Whose exposure, on what record, in which window `[start, end)`."""

    exposure_id: UUID
    person: int
    start: int
    end: int

    def __post_init__(self) -> None:
        if not isinstance(self.exposure_id, UUID) or not 0 < self.end - self.start <= MAX_WINDOW_SECONDS:
            raise QueryUnbound(start=self.start, end=self.end)


@dataclass(frozen=True, kw_only=True)
class Meeting:
    """Two people at one place at the same time."""

    contact: int
    place: int
    start: int
    end: int

    @property
    def seconds(self) -> int:
        """How long."""
        return self.end - self.start


@dataclass(frozen=True, kw_only=True)
class ContactRow:
    """One contact of the exposed person: total seconds, number of meetings, first and last moment, places."""

    contact: int
    seconds: int
    meetings: int
    first: int
    last: int
    places: tuple[int, ...]


@dataclass(frozen=True)
class PlaceIndex:
    """Presences sorted by (place, t_in): `offsets[i]:offsets[i+1]` are the rows of `places[i]`; `longest[i]` its longest stay.

    `by_person` sorts row numbers by person, `person_keys` the persons in that order.
    """

    SCHEMA: ClassVar[int] = 1

    person: Column
    t_in: Column
    t_out: Column
    places: Column
    offsets: Column
    longest: Column
    by_person: Column
    person_keys: Column
    place_of_row: Column
