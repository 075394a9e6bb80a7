"""Locks that last as long as the transaction: advisory on PostgreSQL; on SQLite the IMMEDIATE transaction itself is the lock."""

import zlib

from django.db import connection


def hold(name: str) -> None:
    """Wait for the lock `name` and hold it until the transaction ends. Call it inside `transaction.atomic`."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_key(name)])


def try_hold(name: str) -> bool:
    """Hold the lock if it is free; False when somebody else holds it (PostgreSQL; SQLite always waits its turn)."""
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_key(name)])
        row = cursor.fetchone()
    return bool(row and row[0])


def _key(name: str) -> int:
    return zlib.crc32(name.encode())
