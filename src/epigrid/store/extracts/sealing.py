"""The day buffer, and sealing: a closed day's rows go into files, once."""

import logging
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import pyarrow as pa
from django.db import transaction

from epigrid.kernel.areas import Area
from epigrid.store.extracts import days, files
from epigrid.store.extracts.files import COLUMNS, LogDamaged, Row
from epigrid.store.models import Scan

log = logging.getLogger(__name__)


def add(*, area: Area, day_of: Mapping[UUID, date], rows: Sequence[Row]) -> int:
    """Add presences (scan id, person, place, t_in, t_out in epoch seconds) to the buffer; a scan sent twice counts once. Returns how many were new."""
    known = set()
    ids = [row[0] for row in rows]
    for start in range(0, len(ids), 500):
        known |= set(Scan.objects.filter(scan_id__in=ids[start : start + 500]).values_list("scan_id", flat=True))
    sealed = files.sealed_ids(area, {day_of[row[0]] for row in rows})
    fresh = [row for row in rows if row[0] not in known and str(row[0]) not in sealed]
    Scan.objects.bulk_create(
        [Scan(scan_id=r[0], tree=area.tree, day=day_of[r[0]], person=r[1], place=r[2], t_in=r[3], t_out=r[4]) for r in fresh],
        ignore_conflicts=True,
        batch_size=500,
    )
    return len({row[0] for row in fresh})


def seal_day(*, area: Area, day: date) -> int:
    """Write the buffered rows of a closed day to files, index the days they touch, and drop them from the buffer; return how many.

    Safe to run again after a crash. A day index that cannot be built, because another file is damaged, keeps no row in the buffer.
    """
    with files.alone(area):
        rows = list(Scan.objects.filter(tree=area.tree, day=day).order_by("place", "t_in", "scan_id").values_list(*COLUMNS))
        done = files.sealed_ids(area, {day})
        fresh = [row for row in rows if str(row[0]) not in done]
        if fresh:
            written = files.write(area, day, fresh)
            files.save(area, files.with_files(files.manifest(area), day, written))
        days.refresh(area)
        _drop(sorted(row[0] for row in rows))
        return len(fresh)


def _drop(scan_ids: Sequence[UUID]) -> None:
    """Delete rows by and by, so that other writers of SQLite come in between."""
    for start in range(0, len(scan_ids), 9000):
        with transaction.atomic():
            for chunk in range(start, min(start + 9000, len(scan_ids)), 900):
                Scan.objects.filter(scan_id__in=scan_ids[chunk : min(chunk + 900, start + 9000)]).delete()


def seal_before(*, area: Area, day: date) -> int:
    """Seal every buffered day before `day`; return how many presences went into files. A day whose files are damaged waits in the buffer, said aloud."""
    sealed = 0
    for closed in list(Scan.objects.filter(tree=area.tree, day__lt=day).order_by("day").values_list("day", flat=True).distinct()):
        try:
            sealed += seal_day(area=area, day=closed)
        except LogDamaged as error:
            log.error("presence log %s: %s is not sealed: %s", area.tree, closed, error.details)
    return sealed


def visits(*, area: Area, first: date, last: date) -> pa.Table:
    """All presences that began on the days first..last (inclusive): columns person, place, t_in, t_out (int64, epoch seconds UTC)."""
    buffered = Scan.objects.filter(tree=area.tree, day__gte=first, day__lte=last).order_by("place", "t_in", "scan_id")
    waiting = list(buffered.values_list("day", *COLUMNS))
    sealed = files.sealed_ids(area, {row[0] for row in waiting})
    columns: list[Any] = list(zip(*(row[2:] for row in waiting if str(row[1]) not in sealed), strict=True)) or [[], [], [], []]
    tables = [pa.table({name: pa.array(column, pa.int64()) for name, column in zip(COLUMNS[1:], columns, strict=True)})]
    for day, sealed_files in sorted(files.manifest(area).days.items()):
        if first.isoformat() <= day <= last.isoformat():
            tables += [files.read(area, file) for file in sealed_files]
    return pa.concat_tables(tables)
