"""Many new rows of one table at once: by COPY on PostgreSQL, by one prepared statement on SQLite; the rows are what `bulk_create` would write."""

from collections.abc import Hashable, Iterator, Sequence
from typing import Any

from django.db import connection
from django.db.models import Field, JSONField, Model

FEW = 20
"""Up to so many rows one INSERT is as quick (benchmarks/sample_log.py)."""


def insert(rows: Sequence[Model]) -> None:
    """Write new rows of one model, ids made; an id that the database numbers stays unknown. A row that breaks a constraint is an IntegrityError, and none lands."""
    if not rows:
        return
    if len(rows) <= FEW:
        type(rows[0])._default_manager.bulk_create(rows)
        return
    fields = [field for field in rows[0]._meta.concrete_fields if not (field.primary_key and rows[0].pk is None)]
    table, columns = connection.ops.quote_name(rows[0]._meta.db_table), ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    with connection.wrap_database_errors, connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for values in _values(rows, fields):
                    copy.write_row(values)
        else:
            cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({', '.join(['%s'] * len(fields))})", list(_values(rows, fields)))
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias


def _values(rows: Sequence[Model], fields: Sequence["Field[Any, Any]"]) -> Iterator[tuple[Any, ...]]:
    """The rows as the database takes them. Nearly all columns of many rows hold few values: each is prepared once."""
    return zip(*(_column(field, [getattr(row, field.attname) for row in rows]) for field in fields), strict=True)


def _column(field: "Field[Any, Any]", values: Sequence[Any]) -> list[Any]:
    if isinstance(field, JSONField) or not isinstance(values[0], Hashable):
        return [field.get_db_prep_save(value, connection) for value in values]
    prepared = {value: field.get_db_prep_save(value, connection) for value in set(values)}
    return [prepared[value] for value in values]
