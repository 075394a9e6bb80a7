"""Whom the benchmark asks about: seeded case persons with infectious windows."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.tracing.generator import DAY, DAYS, FIRST_DAY, midnight
from benchmarks.tracing.scales import Scale

SINGLES = 40
"""Single cases asked one after the other; their median and p95 are the figures of set 1."""
FEWEST = 20
"""So many of them for an engine that needs more than a second for one."""
SETS = (1, 100, 10_000)
LOOK_BACK = (4, 14)
"""Whole days before the day of confirmation, each number equally likely."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Cases:
    """Case persons, each with the half-open window in which he was infectious, in epoch seconds."""

    person: NDArray[np.int64]
    start: NDArray[np.int64]
    end: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.person)

    def one(self, number: int) -> "Cases":
        """A single case."""
        part = slice(number, number + 1)
        return Cases(person=self.person[part], start=self.start[part], end=self.end[part])


def cases(scale: Scale, many: int) -> Cases:
    """`many` different people of the city, confirmed between 08:00 and midnight of the last day; the window begins at the midnight 4 to 14 days before,
    or with the log. Each set has its own seed.
    """
    rng = np.random.default_rng([many, scale.people])
    wanted = SINGLES if many == 1 else min(many, scale.people)
    person = rng.choice(scale.people, wanted, replace=False).astype(np.int64)
    opens, last = midnight(FIRST_DAY), midnight(FIRST_DAY) + (DAYS - 1) * DAY
    start = np.maximum(last - rng.integers(LOOK_BACK[0], LOOK_BACK[1] + 1, wanted) * DAY, opens)
    return Cases(person=person, start=start, end=last + rng.integers(8 * 3600, DAY, wanted))


def sources(scale: Scale) -> Cases:
    """Ten people infectious from the second day of the log to its end: whom could they have infected, over any number of hops."""
    rng = np.random.default_rng([SINGLES, scale.people])
    opens = midnight(FIRST_DAY)
    person = rng.choice(scale.people, 10, replace=False).astype(np.int64)
    return Cases(person=person, start=np.full(10, opens + DAY), end=np.full(10, opens + DAYS * DAY))
