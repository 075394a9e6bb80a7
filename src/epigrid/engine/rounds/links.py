"""The links of a running round from the moments of its real tubes: what stands in each, how long it took, which link is late.

Sample, send, test, report are of tubes; transfer, admit of people found positive. A tube is a row, the moments at which it passed from link to link are
columns: called, sampled, received at the laboratory, tested, reported, picked up, admitted. NaN = not yet (or never: most tubes are negative and end
with the report).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from epigrid.kernel.errors import BadInput

LINKS = ("sample", "send", "test", "report", "transfer", "admit")
"""采、送、检、报、转、收."""
STEPS = len(LINKS) + 1


@dataclass(frozen=True, kw_only=True)
class Standing:
    """One link. Minutes of those in it run on until now."""

    link: str
    inside: int
    passed: int
    median_min: float
    """Of those that passed; NaN without any."""
    oldest_min: float
    """Of those inside; 0 without any."""
    late_min: float
    """Sum over all tubes of the minutes beyond what is allowed."""


def pipeline(moments: NDArray[np.float64], *, positive: NDArray[np.bool_], now_min: float, allowed_min: Sequence[float]) -> tuple[Standing, ...]:
    """The six links (tubes x 7 moments; `allowed_min` for each link). Only positive ones are expected to go on after the report.

    Raises BadInput where the shapes do not fit or a moment lies before an earlier link's.
    """
    if moments.ndim != 2 or moments.shape[1] != STEPS or len(positive) != len(moments) or len(allowed_min) != len(LINKS):
        raise BadInput(field="moments", value=list(moments.shape))
    if (np.fmax.accumulate(moments, axis=1) > moments).any() or (np.isnan(moments[:, :-1]) & ~np.isnan(moments[:, 1:])).any():
        raise BadInput(field="moments", value="order")
    found = []
    for at, link in enumerate(LINKS):
        begun, ended = moments[:, at], moments[:, at + 1]
        expected = ~np.isnan(begun) & (positive if at >= LINKS.index("transfer") else True)
        inside = expected & np.isnan(ended)
        lasted = np.where(inside, now_min, ended) - begun
        passed = lasted[expected & ~inside]
        found.append(
            Standing(
                link=link,
                inside=int(inside.sum()),
                passed=len(passed),
                median_min=float(np.median(passed)) if len(passed) else float("nan"),
                oldest_min=float(lasted[inside].max(initial=0)),
                late_min=float(np.maximum(0, lasted[expected] - allowed_min[at]).sum()),
            )
        )
    return tuple(found)


def late_link(standings: Sequence[Standing]) -> str | None:
    """The link that keeps tubes longest beyond what is allowed, all tubes together; None where nothing is late. On a tie the earlier one."""
    worst = max(standings, key=lambda standing: standing.late_min)
    return worst.link if worst.late_min > 0 else None
