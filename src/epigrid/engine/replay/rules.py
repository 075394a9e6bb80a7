"""When a stay is due to end by the numbers of a pack. The packs come from outside; nothing here knows a number of days."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from epigrid.engine.replay.snapshots import CHINA_HOURS, HIGH, LOW, MEDIUM

DAY = 86_400
EPOCH = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, kw_only=True)
class Rule:
    """What one pack says: clean days of a high and of a medium area (None: the pack sets none), and to which level a high area goes.

    `regime` names the pack in tables; `since` is its first day; `applies_to_open` says whether it also governs stays that began before.
    """

    regime: str
    since: date
    high_days: int | None
    high_to: int
    medium_days: int | None
    after_high_days: int | None
    applies_to_open: bool = False

    def days(self, level: int, before: int) -> int | None:
        """Full clean days that a stay at `level` takes when the area came from level `before`."""
        if level == HIGH:
            return self.high_days
        return self.after_high_days if before == HIGH else self.medium_days

    def goes_to(self, level: int, after: int) -> bool:
        """Whether leaving `level` for `after` is the step of the rule: the low list names no lifted places, so low is "low or on no list"."""
        return after == MEDIUM if level == HIGH and self.high_to == MEDIUM else after <= LOW


RuleOn = Callable[[date], Rule | None]
"""The rule in force on a day, None where no pack is."""


def local_day(moment: int) -> date:
    """The day in China of a moment (Unix seconds)."""
    return date.fromordinal(EPOCH + (moment + CHINA_HOURS * 3600) // DAY)


def midnight(day: date) -> int:
    """The moment at which a day begins in China."""
    return (day.toordinal() - EPOCH) * DAY - CHINA_HOURS * 3600


def first_free_day(clean_since: date, clean_days: int) -> date:
    """The day at whose beginning the step is taken: the day of designation is D0, `clean_days` full days follow, the step stands at the close of the last.

    The zone engine counts the same way (`response.zones.rules.judge_downgrade`); a test holds the two together.
    """
    return clean_since + timedelta(days=clean_days + 1)
