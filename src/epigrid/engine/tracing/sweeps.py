"""Sector sweeps (S-129): from outlets to the people who work there, to their families, and to those who came there. Three lists, each row with its link."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

import numpy as np

from epigrid.engine.tracing import contacts
from epigrid.engine.tracing.index import TraceIndex
from epigrid.engine.tracing.schemas import Column, Memberships, PlaceQuery


@dataclass(frozen=True, kw_only=True)
class SweepQuery:
    """Which outlets, on what exposure record, in which window of epoch seconds, bound like every question (X03)."""

    exposure_id: UUID
    places: tuple[int, ...]
    start: int
    end: int

    def __post_init__(self) -> None:
        self.outlets()

    def outlets(self) -> list[PlaceQuery]:
        """The question about each outlet, each asked once."""
        return [PlaceQuery(exposure_id=self.exposure_id, place=place, start=self.start, end=self.end) for place in sorted({*self.places})]


@dataclass(frozen=True, slots=True, order=True)
class Worker:
    """Somebody who works at an outlet."""

    who: int
    place: int


@dataclass(frozen=True, slots=True, order=True)
class Relative:
    """Somebody who lives with a worker; a worker may be another worker's relative."""

    who: int
    worker: int


@dataclass(frozen=True, slots=True, order=True)
class Recipient:
    """Somebody who was at an outlet and works at none of them: seconds inside the window, first and last moment (the last is exclusive)."""

    who: int
    place: int
    seconds: int
    first: int
    last: int


@dataclass(frozen=True, kw_only=True)
class Lists:
    """The three lists, each by person, then link."""

    workers: tuple[Worker, ...]
    families: tuple[Relative, ...]
    recipients: tuple[Recipient, ...]


def draw(index: TraceIndex, query: SweepQuery, *, workplaces: Memberships, households: Memberships) -> Lists:
    """The lists of a sweep. `workplaces`: person, and as group the place; `households`: person and household.

    To work, to live together and to be present count when they do so at one moment of the window; all are half-open, so what touches does not.
    """
    staff, place = (column[_during(workplaces, query)] for column in (workplaces.person, workplaces.group))
    chosen = np.isin(place, np.array(sorted({*query.places}), np.int64))
    workers = sorted({Worker(*pair) for pair in zip(staff[chosen].tolist(), place[chosen].tolist(), strict=True)})
    names = {worker.who for worker in workers}
    families = sorted(set(_families(households, query, names)))
    recipients = sorted(
        Recipient(row.person, outlet.place, row.seconds, row.first, row.last)
        for outlet in query.outlets()
        for row in contacts.present(index, outlet)
        if row.person not in names
    )
    return Lists(workers=tuple(workers), families=tuple(families), recipients=tuple(recipients))


def _during(rows: Memberships, query: SweepQuery) -> Column:
    """Positions of the memberships that hold at some moment of the window."""
    return np.flatnonzero(np.maximum(rows.since, query.start) < np.minimum(rows.until, query.end))


def _families(rows: Memberships, query: SweepQuery, workers: set[int]) -> Iterator[Relative]:
    at = _during(rows, query)
    columns = (rows.group[at], rows.person[at], np.maximum(rows.since[at], query.start), np.minimum(rows.until[at], query.end))
    homes = np.unique(columns[0][np.isin(columns[1], np.array(sorted(workers), np.int64))])
    lived: dict[int, list[tuple[int, int, int]]] = {}
    for group, person, since, until in zip(*(column[np.isin(columns[0], homes)].tolist() for column in columns), strict=True):
        lived.setdefault(group, []).append((person, since, until))
    for members in lived.values():
        for worker, begins, ends in members:
            if worker in workers:
                yield from (
                    Relative(person, worker) for person, since, until in members if person != worker and max(begins, since) < min(ends, until)
                )
