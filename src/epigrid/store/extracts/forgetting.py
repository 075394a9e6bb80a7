"""Forgetting: days that no look-back reaches are unlinked, and numbers that no presence names any more stand for nobody."""

import logging
from collections.abc import Collection
from dataclasses import replace
from datetime import date
from uuid import UUID

import numpy as np
from django.db import transaction
from numpy.typing import NDArray

from epigrid.kernel.areas import Area
from epigrid.store.extracts import days, files, links, scans
from epigrid.store.extracts.files import LogDamaged, Row
from epigrid.store.models import Scan

log = logging.getLogger(__name__)


def forget_before(*, area: Area, day: date) -> list[str]:
    """Unlink the files and indexes and drop the buffered rows of all days before `day`; return the names of the Parquet files.

    Of a stay that lasts beyond, the part from `day` on is kept, as if it began then. Files that no manifest names (sealing or forgetting was cut off) go too.
    Then the links of numbers that no presence names go.
    """
    with transaction.atomic():
        links.hold_still(area)
        with files.alone(area):
            carried = _lasting(area, day)
            state = files.manifest(area)
            kept = replace(state, days={key: sealed for key, sealed in state.days.items() if key >= day.isoformat()})
            written = files.write(area, day, files.table_of(carried)) if carried else []
            if written or kept != state:
                files.save(area, files.with_files(kept, day, written))
            old = sorted(path for path in files.folder(area).glob("*.parquet*") if path.name[:10] < day.isoformat())
            for path in old:
                path.unlink()
            days.refresh(area)
            Scan.objects.filter(tree=area.tree, day__lt=day).delete()
            _forget_links(area)
            return [path.name for path in old]


def _lasting(area: Area, day: date) -> list[Row]:
    """The parts from `day` on of presences that began before it, those that are kept already left out. A damaged file is forgotten whole."""
    cut = files.midnight(area, day)
    rows = list(Scan.objects.filter(tree=area.tree, day__lt=day, t_out__gt=cut).order_by("scan_id").values_list(*files.COLUMNS))
    for key, sealed in sorted(files.manifest(area).days.items()):
        for file in sealed:
            if key < day.isoformat() and file.until > cut:
                rows += _rows(area, file, cut)
    if not rows:
        return []
    found = {UUID(str(row[0])): (row[0], row[1], row[2], cut, row[4]) for row in rows}
    known = _kept(area, day, found)
    return [row for scan_id, row in sorted(found.items()) if scan_id not in known]


def _kept(area: Area, day: date, scan_ids: Collection[UUID]) -> set[UUID]:
    """Where the day's own files are damaged, a part may be kept twice: no answer counts it twice."""
    try:
        return scans.in_files(area, {day}, scan_ids, anew=True)
    except LogDamaged:
        return set()


def _rows(area: Area, file: files.File, cut: int) -> list[Row]:
    try:
        table = files.read(area, file, files.COLUMNS)
    except LogDamaged:
        log.error("presence log %s: %s is damaged; what it held of later days is forgotten with it", area.tree, file.name)
        return []
    return [tuple(row.values()) for row in table.to_pylist() if row["t_out"] > cut]


def _forget_links(area: Area) -> None:
    try:
        used = _used(area)
    except LogDamaged as error:
        log.error("presence log %s: no link is deleted, because %s is damaged", area.tree, error.details["file"])
        return
    links.forget_unused(area, used)


def _used(area: Area) -> dict[str, NDArray[np.bool_]]:
    """Of each kind, which numbers a presence names."""
    used = {kind: np.zeros(1, np.bool_) for kind in links.KINDS}
    for file in files.manifest(area).all_files():
        table = files.read(area, file, links.KINDS)
        for kind in links.KINDS:
            used[kind] = _with(used[kind], table[kind].to_numpy())
    for kind in links.KINDS:
        waiting = Scan.objects.filter(tree=area.tree).order_by(kind).values_list(kind, flat=True).distinct()
        used[kind] = _with(used[kind], np.array(list(waiting), np.int64))
    return used


def _with(flags: NDArray[np.bool_], numbers: NDArray[np.int64]) -> NDArray[np.bool_]:
    if len(numbers):
        flags = np.pad(flags, (0, max(0, int(numbers.max()) + 1 - len(flags))))
        flags[numbers] = True
    return flags
