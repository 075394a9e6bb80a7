"""A disk that is full for some seconds on a PostgreSQL server of this machine: none of its files can grow beyond the size that the log of facts has now."""

import os
import pwd
import subprocess
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
        _limit(int(postmaster), str(size))
        time.sleep(seconds)
        _limit(int(postmaster), "unlimited")
    except OSError as error:
        return f"not filled: {error}"
    return f"full for {seconds:.0f} s at {size >> 20} MB"


def _limit(postmaster: int, size: str) -> None:
    """Set the soft limit as the server's own user. New connections inherit it from the postmaster; those that are open get it one by one."""
    children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
    owner = Path(f"/proc/{postmaster}").stat().st_uid
    as_owner = [] if os.getuid() == owner else ["runuser", "-u", pwd.getpwuid(owner).pw_name, "--"]
    for process in (str(postmaster), *children):
        command = [*as_owner, "prlimit", "--pid", process, f"--fsize={size}:"]
        done = subprocess.run(command, capture_output=True, text=True)  # noqa: S603 - our own words and numbers
        if done.returncode and Path(f"/proc/{process}").exists():
            raise OSError(done.stderr.strip())
