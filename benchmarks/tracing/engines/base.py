"""What the harness wants of an engine."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmarks.tracing.cases import Cases
from benchmarks.tracing.generator import EDITION, Log

THREADS = 2
MEMORY_GB = 8
"""What a peer that takes a limit may use."""


class Absent(Exception):
    """The engine cannot run here; the message says why."""


class Oracle(NamedTuple):
    """What two engines must agree on: rows (case, contact), their seconds, distinct contacts, meetings, and the sums of first and last moments."""

    pairs: int
    seconds: int
    contacts: int
    meetings: int
    firsts: int
    lasts: int


class Engine(ABC):
    """One engine in one process: `prepare` once, `ask` many times, `close`. An answer is one row per (case, contact) and the number of distinct contacts."""

    kept: ClassVar[bool] = False
    """Whether `prepare` leaves something on disk that a second process opens."""
    scales: ClassVar[tuple[str, ...]] = ("small", "tenth", "city")

    def __init__(self, log: Log) -> None:
        self.log = log

    @property
    def folder(self) -> Path:
        """Where this engine may keep what it built."""
        return self.log.scale.folder / type(self).__name__.lower()

    def standing(self) -> bool:
        """Whether what is kept was built to its end, from this log."""
        return self._card.exists() and self._card.read_text() == self._name

    def built(self) -> None:
        """Say that what is kept was built to its end."""
        self._card.write_text(self._name)

    @property
    def _card(self) -> Path:
        return self.folder.with_suffix(".built")

    @property
    def _name(self) -> str:
        return f"{EDITION} {sum(self.log.rows.values())}"

    @abstractmethod
    def prepare(self) -> None:
        """Open what is kept, building it if it is not there."""

    @abstractmethod
    def ask(self, cases: Cases) -> Any:
        """Everybody who shared a place with a case in his window. This is what is timed."""

    def oracle(self, answer: Any) -> Oracle:
        """The figures of an answer; not timed."""
        return Oracle(*map(int, answer))

    def discard(self) -> None:
        """Delete what is kept."""
        self._card.unlink(missing_ok=True)

    def close(self) -> None:  # noqa: B027
        """Let go."""


def distinct(pieces: Sequence[NDArray[np.integer[Any]]], many: int) -> int:
    """How many different numbers below `many` in all pieces: sorted where they are few, else by a table of flags that is kept and cleaned."""
    if sum(map(len, pieces)) < many // 500:
        return len(np.unique(np.concatenate([np.empty(0, np.int64), *pieces])))
    seen = _flags(many)
    for people in pieces:
        seen[people] = True
    found = int(np.count_nonzero(seen))
    for people in pieces:
        seen[people] = False
    return found


@cache
def _flags(many: int) -> NDArray[np.bool_]:
    return np.zeros(many, np.bool_)
