"""Which scans lie in files already: their ids, sorted, which each process remembers of open days, of the last closed one, and of those it was last asked about."""

from collections.abc import Collection, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from epigrid.kernel.areas import Area
from epigrid.store.extracts import files
from epigrid.store.extracts.files import File, LogDamaged, Manifest

Ids = NDArray[Any]
"""Sorted ids as sixteen bytes each."""
_known: dict[Path, dict[str, Ids]] = {}


def in_files(area: Area, days: Collection[date], scan_ids: Collection[UUID], *, anew: bool = False) -> set[UUID]:
    """Those of the scans that are in a file of these days; `LogDamaged` where one cannot be read. `anew` believes nothing read earlier."""
    state = files.manifest(area)
    wanted = [file for day in sorted(days) for file in state.days.get(day.isoformat(), [])]
    before = _known.get(files.folder(area), {})
    try:
        known = {file.digest: before[file.digest] if file.digest in before and not anew else _ids(area, file) for file in wanted}
    except LogDamaged:
        if files.manifest(area).days == state.days:
            raise
        return in_files(area, days, scan_ids, anew=anew)
    recent = {file.digest for file in _recent(state)}
    _known[files.folder(area)] = {digest: ids for digest, ids in before.items() if digest in recent} | known
    asked = np.array([scan_id.bytes for scan_id in scan_ids], "S16")
    found = np.zeros(len(asked), np.bool_)
    for ids in known.values():
        found |= ids[np.minimum(np.searchsorted(ids, asked), len(ids) - 1)] == asked
    return {scan_id for scan_id, there in zip(scan_ids, found.tolist(), strict=True) if there}


def _recent(state: Manifest) -> Iterator[File]:
    edge = (date.fromisoformat(state.open_from) - timedelta(days=1)).isoformat() if state.open_from else ""
    return (file for day, of_day in state.days.items() if day >= edge for file in of_day)


def _ids(area: Area, file: File) -> Ids:
    column = files.read(area, file, ["scan_id"])["scan_id"]
    letters = column.cast(pa.binary()).cast(pa.binary(36)).combine_chunks()
    digits = np.frombuffer(letters.buffers()[1], np.uint8).reshape(-1, 36)[: len(column), _DIGITS]
    ids = np.frombuffer(bytes.fromhex(digits.tobytes().decode()), "S16").copy()
    ids.sort()
    return ids


_DIGITS = [at for at in range(36) if at not in (8, 13, 18, 23)]
"""Where the hexadecimal digits of a written UUID stand."""
