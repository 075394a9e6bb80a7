"""Tables, rejected rows and progress of `epigrid trace`: written aside, readable by their owner only."""

import csv
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq
from numpy.typing import NDArray

from epigrid.engine.tracing.intake import Ledger
from epigrid.interfaces.cli.trace.words import line, words

CELLS = 30
PAUSE_SECONDS = 0.2


def write(table: pa.Table, path: Path, *, source: str) -> None:
    """Write a table by the suffix of its path. CSV: UTF-8, moments with their offset; Parquet: the source stands in its metadata."""
    aside = path.with_name(path.name + ".new")
    aside.unlink(missing_ok=True)
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        if path.suffix.lower() == ".parquet":
            pq.write_table(table.replace_schema_metadata({"epigrid.source": source}), file)
        else:
            columns = [pc.strftime(one, format="%Y-%m-%dT%H:%M:%S%z") if pa.types.is_timestamp(one.type) else one for one in table.columns]
            pyarrow.csv.write_csv(pa.table(columns, names=table.column_names), file)
    aside.replace(path)


@contextmanager
def listing(ledger: Ledger, path: Path | None) -> Iterator[None]:
    """Write every row of the ledger, as it is found, to a CSV: file, row, column, reason, whether the row is taken all the same."""
    if path is None:
        yield
        return
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(("file", "row", "column", "reason", "taken"))

        def sink(rows: NDArray[np.int64], column: str, reason: str, taken: bool) -> None:
            out.writerows((*ledger.where(row), column, reason, "yes" if taken else "no") for row in rows.tolist())

        ledger.sink = sink
        yield


def report(ledger: Ledger, language: str, path: Path | None) -> None:
    """Counts of rejected rows, and of rows with a remark, on standard error."""
    for key, counts in (("rejected", ledger.rejected), ("remarked", ledger.remarked)):
        for (column, reason), count in sorted(counts.items()):
            shown = column or line("whole-row", language)
            print(line(key, language, count=count, column=shown, words=words(reason, language)), file=sys.stderr)
    if path is not None and (ledger.rejected or ledger.remarked):
        print(line("listed", language, path=path), file=sys.stderr)


class Bar:
    """How far a long work is, on a terminal's standard error; silent elsewhere."""

    def __init__(self) -> None:
        self._shown = sys.stderr.isatty()
        self._last = 0.0

    def __call__(self, what: str, done: int, of: int) -> None:
        if self._shown and time.monotonic() - self._last > PAUSE_SECONDS:
            self._last = time.monotonic()
            full = CELLS * done // max(of, 1)
            far = f"[{'#' * full}{'.' * (CELLS - full)}] {100 * done // of:>3} %" if of else f"{done:,}"
            print(f"\r{what:<6} {far}", end="", file=sys.stderr, flush=True)

    def close(self) -> None:
        """Leave an empty line."""
        if self._shown:
            print("\r" + " " * 60 + "\r", end="", file=sys.stderr, flush=True)
