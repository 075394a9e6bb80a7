"""The exact index: visits sorted by place and moment under one key, each place's longest stay, and the same rows by person.

Overlapping or touching stays of one person at one place are one stay: minutes are never counted twice, a stay cut at midnight is whole again, and
the rows do not depend on the order or repetition of the input. The same person at two places at once stays as reported: both are evidence.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from epigrid.engine.tracing.schemas import LAST, TIME_BITS, BadColumns, Column, Visits
from epigrid.kernel.errors import DomainError

NAMES = ("person", "place", "t_in", "t_out")


class FileDamaged(DomainError):
    """A file of visits cannot be read to its end; nothing is answered from it."""

    reason = "tracing.file-damaged"


@dataclass(frozen=True, kw_only=True, eq=False)
class Intake:
    """What became of the given rows: numbers (in input order) of those that end before they start or have no length, and how many merged."""

    rows: int
    reversed_rows: Column
    empty_rows: Column
    merged: int


@dataclass(frozen=True, kw_only=True, eq=False)
class PlaceIndex:
    """Read-only columns, one row per merged stay, sorted by (place, t_in, person).

    `keys` = slot of the place << 33 | t_in, so one binary search finds a moment at a place; `places[slot]` is the place's number and
    `longest[slot]` its longest stay in seconds: who is present at a moment came in at most that long before. `by_person` holds the row numbers
    ordered by person, `person_keys` the persons in that order.
    """

    keys: Column
    t_out: Column
    person: Column
    places: Column
    longest: Column
    by_person: Column
    person_keys: Column
    intake: Intake

    def __post_init__(self) -> None:
        for column in (self.keys, self.t_out, self.person, self.places, self.longest, self.by_person, self.person_keys):
            column.setflags(write=False)

    def __len__(self) -> int:
        return len(self.keys)


def build(visits: Visits) -> PlaceIndex:
    """Sort visits once, in O(n log n); the given columns are not changed or kept."""
    backwards, empty = visits.t_out < visits.t_in, visits.t_out == visits.t_in
    kept = ~(backwards | empty)
    person, place, t_in, t_out = _merged(visits.person[kept], visits.place[kept], visits.t_in[kept], visits.t_out[kept])
    places, slot = np.unique(place, return_inverse=True)
    keys = slot.astype(np.int64) << TIME_BITS | t_in
    order = np.lexsort((person, keys))
    keys, person, t_out = keys[order], person[order], t_out[order]
    first = np.searchsorted(keys, np.arange(len(places), dtype=np.int64) << TIME_BITS)
    lengths = t_out - (keys & LAST)
    by_person = np.argsort(person, kind="stable").astype(np.int64)
    return PlaceIndex(
        keys=keys,
        t_out=t_out,
        person=person,
        places=places,
        longest=np.maximum.reduceat(lengths, first) if len(first) else np.empty(0, np.int64),
        by_person=by_person,
        person_keys=person[by_person],
        intake=Intake(
            rows=len(visits),
            reversed_rows=np.flatnonzero(backwards),
            empty_rows=np.flatnonzero(empty),
            merged=int(kept.sum()) - len(keys),
        ),
    )


def _merged(person: Column, place: Column, t_in: Column, t_out: Column) -> tuple[Column, Column, Column, Column]:
    """The union of each person's stays at each place as disjoint, not touching stays.

    Rows sorted by (person, place, t_in) get the number of their group in the bits above the time, so that one running maximum tells how far the
    group's stays have reached before each row.
    """
    order = np.lexsort((t_in, place, person))
    person, place, t_in, t_out = person[order], place[order], t_in[order], t_out[order]
    if not len(order):
        return person, place, t_in, t_out
    fresh = np.r_[True, (person[1:] != person[:-1]) | (place[1:] != place[:-1])]
    reach = np.maximum.accumulate(np.cumsum(fresh) << TIME_BITS | t_out) & LAST
    starts = np.flatnonzero(fresh | np.r_[True, t_in[1:] > reach[:-1]])
    ends = np.append(starts[1:], len(order)) - 1
    return person[starts], place[starts], t_in[starts], reach[ends]


def visits_of(table: pa.Table) -> Visits:
    """Visits from an Arrow table: integer columns person, place, t_in, t_out, or stamps with a time zone for the last two; others are ignored.

    Nulls, fractions and stamps without a zone are refused: nobody knows which moment they mean.
    """
    return Visits(**{name: _column(table, name) for name in NAMES})


def _column(table: pa.Table, name: str) -> Column:
    if table.schema.names.count(name) != 1:
        raise BadColumns(column=name, why="missing")
    column = table[name]
    if column.null_count:
        raise BadColumns(column=name, why="null")
    kind: Any = column.type
    if kind == pa.uint64():
        raise BadColumns(column=name, why=str(kind))
    if pa.types.is_timestamp(kind) and kind.tz and name in ("t_in", "t_out"):
        column = column.cast(pa.timestamp("s", tz="UTC"), safe=False).cast(pa.int64())
    elif not pa.types.is_integer(kind):
        raise BadColumns(column=name, why=str(kind))
    return np.asarray(column.to_numpy(), dtype=np.int64)


def read(paths: Sequence[Path]) -> Visits:
    """Visits of several Parquet files (days, late files) together; a file cut short or of other columns is refused, naming the file."""
    tables = []
    for path in paths:
        try:
            tables.append(visits_of(pq.read_table(path)))
        except (pa.ArrowException, OSError) as error:
            raise FileDamaged(file=path.name) from error
        except BadColumns as error:
            raise BadColumns(file=path.name, **error.details) from error
    empty = [np.empty(0, np.int64)]
    return Visits(**{name: np.concatenate(empty + [getattr(table, name) for table in tables]) for name in NAMES})
