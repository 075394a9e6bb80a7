"""A disk that is full for some seconds on a PostgreSQL server of this machine: none of its files can grow beyond the size that the log of facts has now."""

import resource
import time
from pathlib import Path

WAL_SEGMENT = 16 << 20
"""Bytes of a file of PostgreSQL's own log: below them the server itself would stop, which is another trouble."""


def fill(seconds: float) -> str:
    """Let the server's files not grow for so long; what happened, in words. The server must run here, under a user whose limits we may set."""
    from django.db import connection

    from epigrid.store.models import Fact

    with connection.cursor() as cursor:
        cursor.execute("select pg_relation_size(%s), split_part(pg_read_file('postmaster.pid'), chr(10), 1)", [Fact._meta.db_table])
        size, postmaster = cursor.fetchone()
    connection.close()
    if size < WAL_SEGMENT:
        return f"not filled: the log of facts has {size >> 20} MB, a limit below {WAL_SEGMENT >> 20} would stop the server itself"
    try:
        _limit(int(postmaster), size)
        time.sleep(seconds)
        return f"full for {seconds:.0f} s at {size >> 20} MB"
    except (PermissionError, ProcessLookupError) as error:
        return f"not filled: {error}"
    finally:
        _limit(int(postmaster), resource.RLIM_INFINITY)


def _limit(postmaster: int, size: int) -> None:
    """New connections inherit the limit of the postmaster; those that are open get it one by one."""
    children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
    for process in (postmaster, *map(int, children)):
        try:
            resource.prlimit(process, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
        except ProcessLookupError:
            continue
