"""Files of presences, read by columns in bounded memory: Parquet or CSV (UTF-8 with or without BOM, GBK; compressed or not), under a file's own headings.

A row that cannot be taken is rejected with its number, column and reason and is counted; it never stops the others and never vanishes. A file that
cannot be read to its end, or lacks a column, is refused as a whole. Lines without any text are no rows. Row numbers are a spreadsheet's: the headings of
a CSV are row 1, the first row of a Parquet file is 1.
"""

import codecs
import csv
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq
from numpy.typing import NDArray

from epigrid.engine.tracing import stamps
from epigrid.engine.tracing.numbering import ids_of
from epigrid.engine.tracing.schemas import UNKNOWN, Column
from epigrid.kernel.errors import DomainError

ROW_BITS = 40
"""A row is named by the file's place in the list << 40 | its number."""
BATCH_ROWS = 1 << 19
BLOCK_BYTES = 1 << 24
NO_DIRECTION, IN, OUT = 0, 1, 2
PARQUET = b"PAR1"
NEEDED = ("person", "place", "t_in")
OPTIONAL = ("t_out", "device", "direction")


class FileRefused(DomainError):
    """A file of presences or cases cannot be read to its end: cut off, of another format, in an unknown encoding. Nothing is taken from it."""

    reason = "tracing.file-refused"


class ColumnMissing(DomainError):
    """A file lacks a column that is needed or that its mapping names, or has it twice."""

    reason = "tracing.column-missing"


class MappingWrong(DomainError):
    """A mapping names a field that does not exist, or gives it a value of another kind."""

    reason = "tracing.mapping-wrong"


@dataclass(frozen=True, kw_only=True)
class Headings:
    """Under which headings a file holds what, and how its stamps are written.

    A field whose heading is left empty is taken from a column of the field's own name where there is one. `stamps`: see `stamps.seconds`. `dwell_minutes`: how
    long a row without `t_out` lasts (a place's kind goes before). `direction` holds one of `in_words` or `out_words`: each row is then one scan
    at `t_in`, in and out scans are paired.
    """

    person: str = ""
    place: str = ""
    t_in: str = ""
    t_out: str = ""
    device: str = ""
    direction: str = ""
    stamps: str = ""
    zone: str = ""
    dwell_minutes: float | None = None
    in_words: tuple[str, ...] = ("in",)
    out_words: tuple[str, ...] = ("out",)

    @classmethod
    def of(cls, given: object) -> "Headings":
        """From the content of a mapping file; `MappingWrong` names what does not fit."""
        if not isinstance(given, dict):
            raise MappingWrong(why="not an object")
        defaults = {one.name: one.default for one in fields(cls)}
        for name, value in given.items():
            words = isinstance(defaults.get(name), tuple)
            minutes = name == "dwell_minutes" and (
                value is None or (isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < 1e6)
            )
            listed = words and isinstance(value, list) and all(isinstance(one, str) for one in value)
            plain = name in defaults and not words and name != "dwell_minutes" and isinstance(value, str)
            if not (minutes or listed or plain):
                raise MappingWrong(field=name)
        taken: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in given.items()}
        return cls(**taken)

    def as_json(self) -> dict[str, Any]:
        """What is set, for a mapping file."""
        return {one.name: getattr(self, one.name) for one in fields(self) if getattr(self, one.name) != one.default}


@dataclass(kw_only=True)
class Ledger:
    """What became of rows: how many were read, how many rejected or remarked upon by (column, reason). `sink` is given each such row as it is found."""

    files: list[str] = field(default_factory=list)
    rows: int = 0
    rejected: Counter[tuple[str, str]] = field(default_factory=Counter)
    remarked: Counter[tuple[str, str]] = field(default_factory=Counter)
    sink: Callable[[Column, str, str, bool], None] | None = None

    def reject(self, rows: Column, column: str, reason: str) -> None:
        """Rows that are not taken."""
        self._note(self.rejected, rows, column, reason, taken=False)

    def remark(self, rows: Column, column: str, reason: str) -> None:
        """Rows that are taken, and about which a reader should know something."""
        self._note(self.remarked, rows, column, reason, taken=True)

    def _note(self, counts: Counter[tuple[str, str]], rows: Column, column: str, reason: str, *, taken: bool) -> None:
        if len(rows):
            counts[column, reason] += len(rows)
            if self.sink is not None:
                self.sink(rows, column, reason, taken)

    def where(self, row: int) -> tuple[str, int]:
        """(file, row number) of a row's name."""
        return self.files[row >> ROW_BITS], row & ((1 << ROW_BITS) - 1)


@dataclass(frozen=True, kw_only=True, eq=False)
class Presences:
    """Rows that can be taken, columns of one length. `t_out` is `UNKNOWN` where the row has none; `device` is null where none is named; `row` names the row."""

    person: pa.Array
    place: pa.Array
    t_in: Column
    t_out: Column
    device: pa.Array
    direction: Column
    row: Column

    def __len__(self) -> int:
        return len(self.row)

    def only(self, kept: NDArray[np.bool_]) -> "Presences":
        """The rows at which `kept` is true."""
        if kept.all():
            return self
        mask = pa.array(kept)
        chosen = {one.name: getattr(self, one.name) for one in fields(self)}
        return Presences(**{name: one[kept] if isinstance(one, np.ndarray) else one.filter(mask) for name, one in chosen.items()})


def presences(path: Path, mapping: Headings, ledger: Ledger) -> Iterator[Presences]:
    """The rows of one file, batch by batch, rejected ones entered in the ledger. `FileRefused`, `ColumnMissing` when the file is refused."""
    ledger.files.append(path.name)
    base = (len(ledger.files) - 1) << ROW_BITS
    wanted = {name: getattr(mapping, name) or name for name in (*NEEDED, *OPTIONAL)}
    needed = {name for name in wanted if name in NEEDED or getattr(mapping, name)}
    for table, rows in columns(path, wanted, needed, lambda numbers: _torn(ledger, base, numbers)):
        ledger.rows += len(rows)
        yield _taken(table, base | rows, mapping, ledger)


def _torn(ledger: Ledger, base: int, numbers: Column) -> None:
    ledger.rows += len(numbers)
    ledger.reject(base | numbers, "", "row-of-other-length")


def _taken(table: Mapping[str, pa.Array], row: Column, mapping: Headings, ledger: Ledger) -> Presences:
    person, place = ids_of(table["person"]), ids_of(table["place"])
    nobody = pa.nulls(len(row), pa.string())
    t_in, problem_in = stamps.seconds(table["t_in"], form=mapping.stamps, zone=mapping.zone)
    t_out, problem_out = np.full(len(row), UNKNOWN), np.zeros(len(row), np.int64)
    if "t_out" in table and "direction" not in table:
        t_out, problem_out = stamps.seconds(table["t_out"], form=mapping.stamps, zone=mapping.zone)
        t_out = np.where(problem_out == stamps.MISSING, UNKNOWN, t_out)
        problem_out[problem_out == stamps.MISSING] = 0
    direction = _directions(table["direction"], mapping) if "direction" in table else np.zeros(len(row), np.int64)
    alive = np.ones(len(row), bool)

    def reject(wrong: Column, column: str, reason: str) -> None:
        ledger.reject(row[alive & wrong], column, reason)
        alive[wrong] = False

    reject(np.asarray(person.is_null()), "person", "person-missing")
    reject(np.asarray(place.is_null()), "place", "place-missing")
    for code, reason in stamps.PROBLEMS.items():
        reject(problem_in == code, "t_in", reason)
        reject(problem_out == code, "t_out", reason)
    reject(direction == UNKNOWN, "direction", "direction-unknown")
    device = ids_of(table["device"]).cast(pa.string()) if "device" in table else nobody
    found = Presences(person=person, place=place, t_in=t_in, t_out=t_out, device=device, direction=direction, row=row)
    return found.only(alive)


def _directions(column: pa.Array, mapping: Headings) -> Column:
    coded = ids_of(column).cast(pa.string()).fill_null("").dictionary_encode()
    meaning = {**dict.fromkeys(mapping.in_words, IN), **dict.fromkeys(mapping.out_words, OUT)}
    words = np.array([meaning.get(word, UNKNOWN) for word in coded.dictionary.to_pylist()], np.int64)
    return words[np.asarray(coded.indices)] if len(words) else np.empty(0, np.int64)


def columns(path: Path, wanted: Mapping[str, str], needed: set[str], torn: Callable[[Column], None]) -> Iterator[tuple[dict[str, pa.Array], Column]]:
    """(field -> column, row numbers) of a file, batch by batch. `wanted`: field -> heading, `needed`: fields without which the file is refused; `torn` is
    given the numbers of rows that have more or fewer cells than the headings."""
    try:
        with path.open("rb") as file:
            parquet = file.read(4) == PARQUET
        reader = _parquet(path, wanted, needed) if parquet else _csv(path, wanted, needed, torn)
        for batch, rows in reader:
            yield {name: batch.column(wanted[name]) for name in wanted if wanted[name] in batch.schema.names}, rows
    except (pa.ArrowException, OSError, UnicodeError, csv.Error, EOFError) as error:
        raise FileRefused(file=path.name, why=str(error).splitlines()[0][:200] if str(error) else "") from error


def _present(path: Path, names: list[str], wanted: Mapping[str, str], needed: set[str]) -> list[str]:
    for one in sorted(needed):
        if names.count(wanted[one]) != 1:
            raise ColumnMissing(file=path.name, column=wanted[one], field=one)
    return [heading for heading in dict.fromkeys(wanted.values()) if names.count(heading) == 1]


def _parquet(path: Path, wanted: Mapping[str, str], needed: set[str]) -> Iterator[tuple[pa.RecordBatch, Column]]:
    file = pq.ParquetFile(path, page_checksum_verification=True)
    chosen = _present(path, file.schema_arrow.names, wanted, needed)
    first = 1
    for batch in file.iter_batches(batch_size=BATCH_ROWS, columns=chosen):
        yield batch, np.arange(first, first + len(batch))
        first += len(batch)


def _csv(path: Path, wanted: Mapping[str, str], needed: set[str], torn: Callable[[Column], None]) -> Iterator[tuple[pa.RecordBatch, Column]]:
    encoding = _encoding(path)
    names, delimiter = _head(path, encoding)
    chosen = _present(path, names, wanted, needed)
    skipped: list[int] = []
    blank: set[int] = set()

    def skip(row: Any) -> str:
        skipped.append(row.number)
        if not row.text.strip():
            blank.add(row.number)
        return "skip"

    reader = pyarrow.csv.open_csv(
        str(path),
        read_options=pyarrow.csv.ReadOptions(column_names=names, skip_rows=1, encoding=encoding, block_size=BLOCK_BYTES, use_threads=False),
        parse_options=pyarrow.csv.ParseOptions(delimiter=delimiter, invalid_row_handler=skip, newlines_in_values=True, ignore_empty_lines=False),
        convert_options=pyarrow.csv.ConvertOptions(
            include_columns=chosen, column_types=dict.fromkeys(chosen, pa.string()), strings_can_be_null=False
        ),
    )
    taken = 0
    for batch in reader:
        ordinal = np.arange(taken, taken + len(batch))
        before = np.array(skipped, np.int64) - np.arange(len(skipped)) - 2
        written = np.logical_or.reduce([np.asarray(pc.not_equal(column, "")) for column in batch.columns])
        rows = ordinal + 2 + np.searchsorted(before, ordinal, side="right")
        yield batch.filter(pa.array(written)), rows[written]
        taken += len(batch)
    torn(np.array([number for number in skipped if number not in blank], np.int64))


def _encoding(path: Path) -> str:
    """UTF-8 where the whole file is, else the superset of GBK; `UnicodeError` when it is neither."""
    for encoding in ("utf-8", "gb18030"):
        decoder = codecs.getincrementaldecoder(encoding)()
        try:
            with pa.input_stream(str(path)) as stream:
                while block := stream.read(BLOCK_BYTES):
                    if "\0" in decoder.decode(block):
                        raise FileRefused(file=path.name, why="not text")
                decoder.decode(b"", final=True)
            return encoding
        except UnicodeDecodeError:
            continue
    raise FileRefused(file=path.name, why="neither UTF-8 nor GBK")


def _head(path: Path, encoding: str) -> tuple[list[str], str]:
    """Headings and delimiter of a CSV, from its first line."""
    with pa.input_stream(str(path)) as stream:
        line = stream.read(1 << 16).decode(encoding, errors="ignore").lstrip("\ufeff").splitlines()[:1]
    if not line:
        raise FileRefused(file=path.name, why="empty")
    delimiter = max(",;\t|", key=line[0].count)
    return [heading.strip() for heading in next(csv.reader(line, delimiter=delimiter))], delimiter
