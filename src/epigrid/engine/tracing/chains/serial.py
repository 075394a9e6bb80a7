"""What the person who asks must bring: the serial interval of the disease, and how he weighs evidence."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from epigrid.kernel.errors import DomainError


class SerialIntervalWrong(DomainError):
    """A serial interval has 0 < lowest <= mean <= highest and a positive spread, all in days; weights are positive."""

    reason = "chains.serial-interval-wrong"


@dataclass(frozen=True, kw_only=True)
class SerialInterval:
    """Days from the onset of a source to the onset of the person he infected: mean and standard deviation of a gamma distribution, and the lowest and highest
    value that is taken for possible, both inclusive. From the pack or from the person who asks; there is no default.
    """

    mean_days: float
    sd_days: float
    lowest_days: float
    highest_days: float

    def __post_init__(self) -> None:
        given = (self.mean_days, self.sd_days, self.lowest_days, self.highest_days)
        ordered = 0 < self.lowest_days <= self.mean_days <= self.highest_days and self.sd_days > 0
        if not ordered or not all(map(math.isfinite, given)):
            raise SerialIntervalWrong(mean=self.mean_days, sd=self.sd_days, lowest=self.lowest_days, highest=self.highest_days)

    def log_plausibility(self, days: NDArray[np.float64]) -> NDArray[np.float64]:
        """Log of the gamma density at `days` over its greatest value in the possible range: 0 is the most plausible interval. Only for possible days."""
        shape, scale = (self.mean_days / self.sd_days) ** 2, self.sd_days**2 / self.mean_days
        mode = min(max((shape - 1) * scale, self.lowest_days), self.highest_days)
        found: NDArray[np.float64] = (shape - 1) * np.log(days / mode) - (days - mode) / scale
        return found


@dataclass(frozen=True, kw_only=True)
class Weighing:
    """How much evidence counts beside the interval. Unset, it counts nothing and only breaks ties.

    `strength`: relative weight of a link's word, 1 for words that are not named. `half_seconds`: the time together that counts half as much as endless
    time (weight t / (t + half)); a pair whose time is unknown counts as if it were just that.
    """

    strength: Mapping[str, float] = field(default_factory=dict)
    half_seconds: int | None = None

    def __post_init__(self) -> None:
        wrong = [word for word, weight in self.strength.items() if not (weight > 0 and math.isfinite(weight))]
        if wrong or (self.half_seconds is not None and self.half_seconds < 1):
            raise SerialIntervalWrong(strength=wrong, half_seconds=self.half_seconds)
