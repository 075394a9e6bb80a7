"""DuckDB: the common SQL on one machine, over Parquet as it lies or over sorted tables of merged stays. An extra (`epigrid[duckdb]`)."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from epigrid.engine.tracing.backends import sql
from epigrid.engine.tracing.backends.relational import NAMES, Relational
from epigrid.engine.tracing.files import FileDamaged
from epigrid.engine.tracing.schemas import BadColumns, Column, Visits
from epigrid.kernel.errors import DomainError

SORTED = sql.Source(by_place="by_place", by_person="by_person", whole=True)


class BackendMissing(DomainError):
    """The backend is an extra that is not installed here; `details` names it."""

    reason = "tracing.backend-missing"


class Duck(Relational):
    """One private in-memory database. Nothing is fetched from the network, and nothing is written to a disk."""

    def __init__(self, *, threads: int = 2) -> None:
        try:
            import duckdb
        except ImportError as error:
            raise BackendMissing(extra="duckdb") from error
        config = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false", "temp_directory": ""}
        self.connection: Any = duckdb.connect(":memory:", config={**config, "threads": str(threads)})
        self.failures: Any = duckdb.Error
        self.source = sql.Source()

    @classmethod
    def of(cls, visits: Visits, *, threads: int = 2) -> "Duck":
        """Sorted tables of the given visits."""
        duck = cls(threads=threads)
        duck._give("visits", **{name: getattr(visits, name) for name in NAMES})
        duck._sort().connection.execute("DROP TABLE visits")
        return duck

    @classmethod
    def over(cls, paths: Sequence[Path], *, threads: int = 2) -> "Duck":
        """Parquet files as they lie: no building, each question reads what it needs. A file that cannot be read is refused."""
        duck = cls(threads=threads)
        duck._read(paths)
        return duck

    @classmethod
    def load(cls, paths: Sequence[Path], *, threads: int = 2) -> "Duck":
        """Sorted tables of Parquet files: built once, for many questions."""
        return cls.over(paths, threads=threads)._sort()

    def _read(self, paths: Sequence[Path]) -> None:
        try:
            files = self.connection.read_parquet([str(path) for path in paths], union_by_name=True)
            kinds = dict(zip(files.columns, map(str, files.types), strict=True))
            for name in NAMES:
                if kinds.get(name) != "BIGINT":
                    raise BadColumns(column=name, why=kinds.get(name, "missing"))
            files.create_view("visits")
            self._check("visits")
        except self.failures as error:
            raise FileDamaged(files=len(paths)) from error

    def _sort(self) -> "Duck":
        """Merge once; keep the stays by place and, for the exposed persons' own, by person: zone maps then skip nearly everything."""
        self._keep("by_place", f"SELECT * FROM ({sql.merged('SELECT * FROM visits')}) AS stays ORDER BY place, t_in")
        self._keep("by_person", "SELECT * FROM by_place ORDER BY person, t_in")
        self.source = SORTED
        return self

    def _give(self, name: str, **columns: Column) -> None:
        self.connection.register(name + "_given", pa.table({key: np.ascontiguousarray(column) for key, column in columns.items()}))
        self._keep(name, f"SELECT * FROM {name}_given")
        self.connection.unregister(name + "_given")

    def _keep(self, name: str, text: str) -> None:
        self.connection.execute(f"CREATE OR REPLACE TABLE {name} AS {text}")

    def _fetch(self, text: str) -> list[Column]:
        table = self.connection.sql(text).to_arrow_table()
        return [np.asarray(column.drop_null().to_numpy(), np.int64) for column in table.columns]
