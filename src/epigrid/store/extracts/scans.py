"""Which scans lie in files already: their ids, sorted, remembered by each process for the days it was last asked about."""

from collections.abc import Collection
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from epigrid.kernel.areas import Area
from epigrid.store.extracts import files
from epigrid.store.extracts.files import File, LogDamaged

Ids = NDArray[Any]
"""Sorted ids as sixteen bytes each."""
_known: dict[Path, dict[str, Ids]] = {}


def in_files(area: Area, days: Collection[date], scan_ids: Collection[UUID], *, anew: bool = False) -> set[UUID]:
    """Those of the scans that are in a file of these days; `LogDamaged` where one cannot be read. `anew` believes nothing read earlier."""
    state = files.manifest(area).days
    wanted = [file for day in sorted(days) for file in state.get(day.isoformat(), [])]
    before = {} if anew else _known.get(files.folder(area), {})
    try:
        known = {file.digest: before[file.digest] if file.digest in before else _ids(area, file) for file in wanted}
    except LogDamaged:
        if files.manifest(area).days == state:
            raise
        return in_files(area, days, scan_ids, anew=anew)
    _known[files.folder(area)] = known
    asked = np.array([scan_id.bytes for scan_id in scan_ids], "S16")
    found = np.zeros(len(asked), np.bool_)
    for ids in known.values():
        found |= ids[np.minimum(np.searchsorted(ids, asked), len(ids) - 1)] == asked
    return {scan_id for scan_id, there in zip(scan_ids, found.tolist(), strict=True) if there}


def _ids(area: Area, file: File) -> Ids:
    column = files.read(area, file, ["scan_id"])["scan_id"]
    letters = column.cast(pa.binary()).cast(pa.binary(36)).combine_chunks()
    digits = np.frombuffer(letters.buffers()[1], np.uint8).reshape(-1, 36)[: len(column), _DIGITS]
    ids = np.frombuffer(bytes.fromhex(digits.tobytes().decode()), "S16").copy()
    ids.sort()
    return ids


_DIGITS = [at for at in range(36) if at not in (8, 13, 18, 23)]
"""Where the hexadecimal digits of a written UUID stand."""
