"""The engines by name; each is imported by the process that runs it, so that a missing one is absent instead of an error."""

from importlib import import_module

from benchmarks.tracing.engines.base import Absent, Engine

ENGINES = {
    "index": ("index", "Index"),
    "numpy": ("reference", "Reference"),
    "ncls": ("ncls", "Ncls"),
    "duckdb": ("duckdb", "DuckdbTable"),
    "duckdb-parquet": ("duckdb", "DuckdbParquet"),
    "polars-parquet": ("polars", "PolarsParquet"),
    "postgres-btree": ("postgres", "PostgresBtree"),
    "postgres-gist": ("postgres", "PostgresGist"),
    "spark": ("spark", "Spark"),
}


def engine(name: str) -> type[Engine]:
    """The class of an engine; `Absent` where what it needs is not installed."""
    module, kind = ENGINES[name]
    try:
        found: type[Engine] = getattr(import_module(f"benchmarks.tracing.engines.{module}"), kind)
    except ImportError as error:
        raise Absent(str(error)) from error
    return found
