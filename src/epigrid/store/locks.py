"""Locks that last as long as the transaction: advisory on PostgreSQL; on SQLite the IMMEDIATE transaction itself is the lock."""

import zlib
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Q

from epigrid.kernel.errors import DomainError
from epigrid.store.models import Lease


class LeaseLost(DomainError):
    """Somebody else took the lease over, because it was not renewed in time."""

    reason = "lease.lost"


def hold(name: str) -> None:
    """Wait for the lock `name` and hold it until the transaction ends. Call it inside `transaction.atomic`."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_key(name)])


def hold_shared(name: str) -> None:
    """As `hold`, but together with others who hold it shared: only `hold` waits for them, and they for it."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [_key(name)])


def lease(name: str, *, holder: str, now: datetime, length: timedelta = timedelta(seconds=10)) -> bool:
    """Take or renew the lease `name` until `now + length`; False while somebody else holds it. One holder at a time on both databases."""
    until = now + length
    with transaction.atomic():
        Lease.objects.bulk_create([Lease(name=name)], ignore_conflicts=True)
        mine = Q(holder=holder) | Q(until__isnull=True) | Q(until__lte=now)
        return bool(Lease.objects.filter(mine, name=name).update(holder=holder, until=until))


def release(name: str, *, holder: str) -> None:
    """Give the lease back before it ends, so that the next holder need not wait; nothing when somebody else has it."""
    Lease.objects.filter(name=name, holder=holder).update(holder="", until=None)


def keep_lease(name: str, *, holder: str) -> None:
    """Hold the lease until the transaction ends, however long it lasts: who takes it over meanwhile waits. `LeaseLost` when it has another holder."""
    if not Lease.objects.select_for_update().filter(name=name, holder=holder).exists():
        raise LeaseLost(lease=name)


def _key(name: str) -> int:
    return zlib.crc32(name.encode())
