"""Facts of a roll-call, the classes that follow from them, and the shape of the counts.

People, buildings, grids, communities and workers are dense numbers from 0; the caller keeps which id each one stands for. A person's whole standing
is the set of kinds of fact reported about him, as bits of one number: a set takes no order and no repetition, so neither can matter.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum, IntFlag

import numpy as np
from numpy.typing import NDArray

from epigrid.kernel.errors import DomainError

Numbers = NDArray[np.int64]
Bits = NDArray[np.uint16]


class BadFacts(DomainError):
    """Facts or a roster name a person, building or kind that does not exist, or columns differ in length."""

    reason = "reconcile.bad-facts"


class Kind(IntFlag):
    """What a fact says. The first three are the ways of being sampled; `MANY` and `FROZEN` are kept by the roll-call, never reported."""

    HERE = 1
    OWN_PLAN = 2
    ELSEWHERE = 4
    EXEMPT = 8
    AWAY = 16
    DECLINED = 32
    UNREACHABLE = 64
    LATE_ADDED = 128
    STRUCK_OFF = 256
    FROZEN = 512
    MANY = 1024


SAMPLED = Kind.HERE | Kind.OWN_PLAN | Kind.ELSEWHERE
SAID = SAMPLED | Kind.EXEMPT | Kind.AWAY | Kind.DECLINED | Kind.UNREACHABLE
"""Facts about a person's class, each by a worker."""
REPORTED = SAID | Kind.LATE_ADDED | Kind.STRUCK_OFF
STATES = 2048
"""Number of possible standings: all sets of kinds."""


class Class(IntEnum):
    """Where a person stands, highest first; `NONE` for who is on no roster: never frozen nor added, or struck off."""

    SAMPLED = 0
    EXEMPT = 1
    AWAY = 2
    DECLINED = 3
    UNREACHABLE = 4
    OPEN = 5
    NONE = 6


CLASSES = tuple(Class)[:6]
LADDER = (
    (Kind.HERE, Class.SAMPLED),
    (Kind.OWN_PLAN, Class.SAMPLED),
    (Kind.ELSEWHERE, Class.SAMPLED),
    (Kind.EXEMPT, Class.EXEMPT),
    (Kind.AWAY, Class.AWAY),
    (Kind.DECLINED, Class.DECLINED),
    (Kind.UNREACHABLE, Class.UNREACHABLE),
)
"""sampled > exempt > away > declined > unreachable > open, and the way that is named when somebody was sampled twice."""


@dataclass(frozen=True, kw_only=True)
class Standing:
    """One person: class, way of being sampled (or none), and what a human must look at.

    `contradicted`: different workers said different things, one of them exempt or away, which the others deny (that somebody was unreachable, then
    declined, then came is how a day goes); or a struck-off person was sampled. `stranger`: facts about somebody on no roster.
    """

    state: Class
    way: Kind | None
    contradicted: bool
    stranger: bool


def standing(bits: int) -> Standing:
    """What a set of kinds means."""
    said = bits & SAID
    rostered = bool(bits & (Kind.FROZEN | Kind.LATE_ADDED))
    struck = bool(bits & Kind.STRUCK_OFF)
    denied = bits & Kind.MANY and len(_classes(said)) > 1 and said & (Kind.EXEMPT | Kind.AWAY)
    kind, state = next(((kind, state) for kind, state in LADDER if bits & kind), (None, Class.OPEN))
    on = rostered and not struck
    return Standing(
        state=state if on else Class.NONE,
        way=kind if on and state is Class.SAMPLED else None,
        contradicted=bool(denied) or bool(struck and bits & SAMPLED),
        stranger=bool(said) and not rostered,
    )


def _classes(said: int) -> set[Class]:
    return {state for kind, state in LADDER if said & kind}


COLUMNS = (
    *("sampled", "exempt", "away", "declined", "unreachable", "open"),
    *("here", "own_plan", "elsewhere"),
    *("frozen", "late_added", "struck_off", "contradicted", "strangers"),
)
"""Columns of the counts: six classes, the three ways of being sampled, the three sides of the law, and what a human must look at."""


def contribution(bits: int) -> list[int]:
    """What one person with these facts adds to each of `COLUMNS`. Struck-off counts who was on the roster only, late-added who was not frozen."""
    found = standing(bits)
    rostered = bits & (Kind.FROZEN | Kind.LATE_ADDED)
    ways = [found.way is kind for kind in (Kind.HERE, Kind.OWN_PLAN, Kind.ELSEWHERE)]
    law = [bits & Kind.FROZEN, bits & Kind.LATE_ADDED and not bits & Kind.FROZEN, bits & Kind.STRUCK_OFF and rostered]
    flags = [*(found.state is state for state in CLASSES), *ways, *law, found.contradicted, found.stranger]
    return [int(bool(flag)) for flag in flags]


@dataclass(frozen=True, kw_only=True, eq=False)
class Roster:
    """Everybody who has a number in this round, n people in b buildings of g grids of c communities.

    `building` (n): building of each person; `frozen` (n): whether he was on the register when the round opened (others wait to be added late);
    `grid` (b): grid of each building; `community` (g): community of each grid.
    """

    building: Numbers
    frozen: NDArray[np.bool_]
    grid: Numbers
    community: Numbers

    def __post_init__(self) -> None:
        within("building", self.building, len(self.grid))
        within("grid", self.grid, len(self.community))
        within("community", self.community, np.iinfo(np.int64).max)
        if self.frozen.dtype != np.bool_ or self.frozen.shape != self.building.shape:
            raise BadFacts(column="frozen")


@dataclass(frozen=True, kw_only=True, eq=False)
class Facts:
    """A batch of reports, one row each: person, `Kind` and the worker (or sampling team) who said so. Any order, any repetition."""

    person: Numbers
    kind: Bits
    worker: Numbers

    def __post_init__(self) -> None:
        if not isinstance(self.kind, np.ndarray) or self.kind.dtype != np.uint16:
            raise BadFacts(column="kind")
        single = (self.kind != 0) & (self.kind & (self.kind - 1) == 0) & (self.kind & np.uint16(0xFFFF ^ int(REPORTED)) == 0)
        if not single.all():
            raise BadFacts(column="kind")
        within("worker", self.worker, np.iinfo(np.int64).max)
        if not self.person.shape == self.kind.shape == self.worker.shape:
            raise BadFacts(column="person")

    def __len__(self) -> int:
        return len(self.person)

    @classmethod
    def of(cls, rows: Iterable[tuple[int, Kind, int]]) -> "Facts":
        """Facts from rows (person, kind, worker)."""
        table = np.array(list(rows), np.int64).reshape(-1, 3)
        return cls(person=table[:, 0], kind=table[:, 1].astype(np.uint16), worker=table[:, 2])


def within(name: str, numbers: Numbers, end: int) -> None:
    """Refuse numbers that are not one column of int64 in `0 <= n < end`, naming the column and the first such row."""
    if not isinstance(numbers, np.ndarray) or numbers.dtype != np.int64 or numbers.ndim != 1:
        raise BadFacts(column=name)
    wrong = np.flatnonzero((numbers < 0) | (numbers >= end))
    if len(wrong):
        raise BadFacts(column=name, row=int(wrong[0]), rows=len(wrong))


@dataclass(frozen=True, eq=False)
class Tally:
    """Counts of one level: `table[unit]` holds `COLUMNS` (int64, units x 14)."""

    table: NDArray[np.int64]

    def of(self, unit: int) -> dict[str, int]:
        """The counts of one building, grid or community by name."""
        return dict(zip(COLUMNS, self.table[unit].tolist(), strict=True))

    def total(self) -> dict[str, int]:
        """The sums over all units by name."""
        return dict(zip(COLUMNS, self.table.sum(axis=0).tolist(), strict=True))

    def broken(self) -> list[int]:
        """Units in which frozen + late-added - struck-off is not the sum of the classes; empty unless something is wrong."""
        column = {name: self.table[:, position] for position, name in enumerate(COLUMNS)}
        due = column["frozen"] + column["late_added"] - column["struck_off"]
        units: list[int] = np.flatnonzero(due != self.table[:, : len(CLASSES)].sum(axis=1)).tolist()
        return units


@dataclass(frozen=True, eq=False)
class Counters:
    """The counts at one moment on each level."""

    building: Tally
    grid: Tally
    community: Tally
