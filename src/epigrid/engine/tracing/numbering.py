"""The dictionary of a research index: ids as they were given, text or whole numbers, to dense numbers 0, 1, 2 ... in the order in which they came.

Numbers are only added, never changed: days that were built before stay right. Ids are compared as text or as whole numbers as they stand, never
folded: `007` and `7` of a text column are two people.
"""

import os
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from epigrid.engine.tracing.schemas import UNKNOWN, BadColumns, Column
from epigrid.engine.tracing.segments import NUMBERS
from epigrid.kernel.errors import DomainError


class NumberingDamaged(DomainError):
    """The dictionary of ids cannot be read; the numbers in the index mean nobody without it."""

    reason = "tracing.numbering-damaged"


class TooManyIds(DomainError):
    """More persons or places than an index can number."""

    reason = "tracing.too-many-ids"


def ids_of(column: pa.Array) -> pa.Array:
    """A column of ids as int64 or trimmed text; null where there is none. `BadColumns` for lists, structures and other things that are no id."""
    if pa.types.is_integer(column.type) and column.type != pa.uint64():
        return column.cast(pa.int64())
    try:
        text = pc.utf8_trim_whitespace(column.cast(pa.string()))
    except pa.ArrowException as error:
        raise BadColumns(why=f"{column.type} is no id") from error
    return pc.if_else(pc.equal(text, ""), pa.scalar(None, pa.string()), text)


class Numbers:
    """Ids and their numbers; as whole numbers while every id given was one, else as text."""

    def __init__(self, ids: pa.Array | None = None) -> None:
        self._ids = pa.array([], pa.int64()) if ids is None else ids

    def __len__(self) -> int:
        return len(self._ids)

    @classmethod
    def read(cls, path: Path) -> "Numbers":
        """The dictionary kept at `path`, an empty one where there is none; `NumberingDamaged` when its checksums do not hold."""
        if not path.exists():
            return cls()
        try:
            table = pq.read_table(path, page_checksum_verification=True)
            return cls(table["id"].combine_chunks())
        except (pa.ArrowException, OSError, KeyError) as error:
            raise NumberingDamaged(file=path.name) from error

    def write(self, path: Path) -> None:
        """Keep it at `path`: written aside, made safe, then renamed."""
        aside = path.with_suffix(".new")
        with aside.open("wb") as file:
            pq.write_table(pa.table({"id": self._ids}), file, write_page_checksum=True)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)

    def add(self, column: pa.Array) -> Column:
        """The numbers of ids without nulls, as `ids_of` gives them; ids that are new get the next numbers."""
        column = self._matched(column)
        found = pc.index_in(column, value_set=self._ids)
        new = column.filter(found.is_null())
        fresh = pc.unique(new)
        if len(self._ids) + len(fresh) > NUMBERS:
            raise TooManyIds(ids=len(self._ids) + len(fresh), most=NUMBERS)
        numbers = np.array(found.fill_null(UNKNOWN).to_numpy(zero_copy_only=False), np.int64)
        numbers[numbers == UNKNOWN] = np.asarray(pc.index_in(new, value_set=fresh)) + len(self._ids)
        self._ids = pa.concat_arrays([self._ids, fresh])
        return numbers

    def find(self, column: pa.Array) -> Column:
        """The numbers of ids, `UNKNOWN` where an id was never given."""
        if pa.types.is_integer(self._ids.type) and not pa.types.is_integer(column.type):
            column = _whole(column)
        found = pc.index_in(self._matched(column), value_set=self._ids).fill_null(UNKNOWN)
        return np.asarray(found.to_numpy(zero_copy_only=False), np.int64)

    def ids(self, numbers: Column) -> pa.Array:
        """The ids as they were given."""
        return self._ids.take(pa.array(numbers))

    def _matched(self, column: pa.Array) -> pa.Array:
        """The column in the dictionary's type; the first text makes the dictionary text."""
        if column.type == self._ids.type:
            return column
        if pa.types.is_integer(self._ids.type):
            self._ids = self._ids.cast(pa.string())
            return column
        return column.cast(pa.string())


def _whole(column: pa.Array) -> pa.Array:
    """Texts as whole numbers, null where a text is none as a number is written."""
    plain = pc.match_substring_regex(column, r"^(0|-?[1-9]\d{0,17})$")
    return pc.if_else(plain, column, pa.scalar(None, pa.string())).cast(pa.int64())
