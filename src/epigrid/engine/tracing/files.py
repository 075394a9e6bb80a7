"""Visits from Arrow tables and Parquet files: whole columns of moments that everybody understands, or a refusal."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from epigrid.engine.tracing.schemas import BadColumns, Column, Visits
from epigrid.kernel.errors import DomainError

NAMES = ("person", "place", "t_in", "t_out")


class FileDamaged(DomainError):
    """A file of visits cannot be read to its end; nothing is answered from it."""

    reason = "tracing.file-damaged"


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
