"""What the database's planner knows of tables: refreshed after many rows came at once, which PostgreSQL's own housekeeping sees a minute later."""

from django.db import connection, models


def refresh(*tables: type[models.Model]) -> None:
    """Let the planner count the tables anew (PostgreSQL; SQLite plans without counts)."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for table in tables:
                cursor.execute(f"ANALYZE {connection.ops.quote_name(table._meta.db_table)}")
