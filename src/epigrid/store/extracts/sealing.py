"""The buffer, settling and sealing: rows go into files, once; the files of a day that closes become one."""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pyarrow as pa
from django.db import transaction
from django.db.models import QuerySet

from epigrid.kernel.areas import Area
from epigrid.store.extracts import days, files, scans
from epigrid.store.extracts.files import COLUMNS, LogDamaged, Manifest, Row
from epigrid.store.models import Scan

log = logging.getLogger(__name__)
LIMIT = 20_000
"""So many buffered rows a question may read."""


def add(*, area: Area, day_of: Mapping[UUID, date], rows: Sequence[Row]) -> int:
    """Add presences (scan id, person, place, t_in, t_out in epoch seconds) to the buffer; a scan sent twice counts once. Returns how many were new."""
    known = set()
    ids = [row[0] for row in rows]
    for start in range(0, len(ids), 500):
        known |= set(Scan.objects.filter(scan_id__in=ids[start : start + 500]).values_list("scan_id", flat=True))
    known |= scans.in_files(area, {day_of[scan_id] for scan_id in ids}, ids)
    fresh = [row for row in rows if row[0] not in known]
    Scan.objects.bulk_create(
        [Scan(scan_id=r[0], tree=area.tree, day=day_of[r[0]], person=r[1], place=r[2], t_in=r[3], t_out=r[4]) for r in fresh],
        ignore_conflicts=True,
        batch_size=500,
    )
    return len({row[0] for row in fresh})


def settle(*, area: Area) -> int:
    """Move the buffered rows of open days to files once there are more than `LIMIT`, so that no question reads them all again; return how many.

    Safe to run again after a crash. Rows of closed days wait for the night: each file of theirs builds a day index anew.
    """
    try:
        if _waiting(area)[: LIMIT + 1].count() <= LIMIT:
            return 0
        with files.alone(area):
            return _each(area, list(_waiting(area).order_by("day").values_list("day", flat=True).distinct()), _settle_day)
    except LogDamaged as error:
        log.error("presence log %s: nothing settles: %s", area.tree, error.details)
        return 0


def _waiting(area: Area) -> QuerySet[Scan]:
    """The buffered rows of open days."""
    edge = files.manifest(area).open_from
    return Scan.objects.filter(tree=area.tree, **({"day__gte": edge} if edge else {}))


def _settle_day(*, area: Area, day: date) -> int:
    rows, fresh = _buffered(area, day)
    if fresh:
        files.save(area, files.with_files(files.manifest(area), day, files.write(area, day, files.table_of(fresh))))
    _drop(rows)
    return len(fresh)


def _buffered(area: Area, day: date, *, anew: bool = False) -> tuple[list[UUID], list[Row]]:
    """The buffered rows of a day: the ids of all, and those that are in no file yet."""
    rows = list(Scan.objects.filter(tree=area.tree, day=day).order_by("place", "t_in", "scan_id").values_list(*COLUMNS))
    ids = [row[0] for row in rows]
    done = scans.in_files(area, {day}, ids, anew=anew)
    return sorted(ids), [row for row in rows if row[0] not in done]


def seal_day(*, area: Area, day: date) -> int:
    """Close a day: write its files and buffered rows to files anew, index the closed days they touch, and drop the rows; return how many presences were sealed.

    Presences of a day that is closed already go to a file of their own. Safe to run again after a crash. A day index that cannot be built, because another
    file is damaged, keeps no row in the buffer.
    """
    with files.alone(area):
        rows, fresh = _buffered(area, day, anew=True)
        state, key = files.manifest(area), day.isoformat()
        opened = state.days.get(key, []) if key >= state.open_from else []
        table = pa.concat_tables([files.table_of(fresh), *(files.read(area, file, COLUMNS) for file in opened)])
        if table.num_rows or key >= state.open_from:
            written = files.write(area, day, table.sort_by([("place", "ascending"), ("t_in", "ascending")]))
            kept = replace(state, days=state.days | {key: []}) if opened else state
            files.save(area, _closed_before(files.with_files(kept, day, written), day + timedelta(days=1)))
        files.sweep(area, day)
        days.refresh(area)
        _drop(rows)
        return int(table.num_rows)


def _closed_before(state: Manifest, day: date) -> Manifest:
    return replace(state, open_from=max(state.open_from, day.isoformat()))


def _drop(scan_ids: Sequence[UUID]) -> None:
    """Delete rows by and by, so that other writers of SQLite come in between."""
    for start in range(0, len(scan_ids), 9000):
        with transaction.atomic():
            for chunk in range(start, min(start + 9000, len(scan_ids)), 900):
                Scan.objects.filter(scan_id__in=scan_ids[chunk : min(chunk + 900, start + 9000)]).delete()


def seal_before(*, area: Area, day: date) -> int:
    """Seal every open day before `day` and what waits of closed ones; return how many presences went into files.

    A day whose files are damaged waits in the buffer, said aloud.
    """
    waiting = set(Scan.objects.filter(tree=area.tree, day__lt=day).values_list("day", flat=True).distinct())
    state = files.manifest(area)
    waiting |= {date.fromisoformat(key) for key in state.days if state.open_from <= key < day.isoformat()}
    sealed = _each(area, sorted(waiting), seal_day)
    state = files.manifest(area)
    if state.days and state.open_from < day.isoformat():
        with files.alone(area):
            files.save(area, _closed_before(files.manifest(area), day))
            days.refresh(area)
    return sealed


def _each(area: Area, some: Iterable[date], work: Callable[..., int]) -> int:
    done = 0
    for day in some:
        try:
            done += work(area=area, day=day)
        except LogDamaged as error:
            log.error("presence log %s: rows of %s stay in the buffer: %s", area.tree, day, error.details)
    return done


def visits(*, area: Area, first: date, last: date) -> pa.Table:
    """All presences that began on the days first..last (inclusive): columns person, place, t_in, t_out (int64, epoch seconds UTC)."""
    buffered = Scan.objects.filter(tree=area.tree, day__gte=first, day__lte=last).order_by("place", "t_in", "scan_id")
    waiting = list(buffered.values_list("day", *COLUMNS))
    known = scans.in_files(area, {row[0] for row in waiting}, [row[1] for row in waiting])
    columns: list[Any] = list(zip(*(row[2:] for row in waiting if row[1] not in known), strict=True)) or [[], [], [], []]
    tables = [pa.table({name: pa.array(column, pa.int64()) for name, column in zip(COLUMNS[1:], columns, strict=True)})]
    for day, sealed_files in sorted(files.manifest(area).days.items()):
        if first.isoformat() <= day <= last.isoformat():
            tables += [files.read(area, file) for file in sealed_files]
    return pa.concat_tables(tables)
