"""Half-open periods of time."""

from dataclasses import dataclass
from datetime import datetime

from epigrid.kernel.errors import BadInput


@dataclass(frozen=True, kw_only=True)
class Period:
    """`start <= t < end`; an open end is None. Moments are zone aware."""

    start: datetime
    end: datetime | None = None

    def __post_init__(self) -> None:
        if self.start.tzinfo is None or (self.end is not None and self.end.tzinfo is None):
            raise BadInput(field="period", why="time zone missing")
        if self.end is not None and self.end <= self.start:
            raise BadInput(field="period", why="ends before it starts")

    def holds(self, moment: datetime) -> bool:
        """Whether `moment` lies inside."""
        return self.start <= moment and (self.end is None or moment < self.end)

    def overlaps(self, other: "Period") -> bool:
        """Whether the two share a moment."""
        return (other.end is None or self.start < other.end) and (self.end is None or other.start < self.end)
