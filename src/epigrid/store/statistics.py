"""What the database's planner knows of tables: refreshed after many rows came at once, which PostgreSQL's own housekeeping sees a minute later."""

from functools import partial

from django.db import connection, models, transaction


def refresh(*tables: type[models.Model]) -> None:
    """Let the planner count the tables anew once the act is committed (PostgreSQL; SQLite plans without counts): inside it, others would wait for its end."""
    if connection.vendor == "postgresql":
        transaction.on_commit(partial(_count, tables), robust=True)


def _count(tables: tuple[type[models.Model], ...]) -> None:
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"ANALYZE {connection.ops.quote_name(table._meta.db_table)}")
