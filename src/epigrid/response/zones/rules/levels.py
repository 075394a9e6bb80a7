"""Levels of zones: which a regime has, how strict they are, whom they bind, and the clause of each. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar

from epigrid.kernel.errors import DomainError
from epigrid.kernel.verdicts import Clause, Verdict

LEVELS = ("none", "low", "alert", "precautionary", "core", "medium", "control", "provisional", "high", "lockdown")
"""From free to strict, over all schemes; the strictest zone that covers a dwelling is its level (S-167)."""
PROVISIONAL = "provisional"
"""A level of every scheme: it awaits the decision on a real one and ends by itself."""
DUTIES = ("stay-home", "stay-in-area")
"""Measures that bind people: to the dwelling, or to the area."""
BINDING = frozenset({PROVISIONAL, "medium", "control", "high", "lockdown"})
"""Levels that may bind people, in whatever scheme."""

FREE = ("low", "precautionary")
"""Levels that bind nobody and end with the last binding zone of the county."""


class LevelUnknown(DomainError):
    """The scheme in force has no such level (C01); `details` names those that it has."""

    reason = "zone.level-unknown"


class NumberUnset(DomainError):
    """Nobody has set a number that the judgement needs; `details` names it."""

    reason = "zone.number-unset"


@dataclass(frozen=True, kw_only=True)
class SchemePolicy(Clause):
    """The levels of a regime, the strictest first (S-158, C01)."""

    key: ClassVar[str] = "scheme"
    levels: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ZonePolicy(Clause):
    """One level: measures, units, days and rounds until its downgrade, what it becomes, when it is looked at again. None: no source sets it."""

    key: ClassVar[str] = "zone.high"
    measures: tuple[str, ...]
    units: tuple[str, ...] | None = None
    clean_days: int | None = None
    after_high_days: int | None = None
    contacts_clear_days: int | None = None
    downgrades_to: str | None = None
    rounds_first_days: int | None = None
    test_days: tuple[int, ...] | None = None
    final_round_required: bool | None = None
    final_round_days: int | None = None
    not_counted: tuple[str, ...] | None = None
    shopping_days: int | None = None
    radius_m: int | None = None
    indicator_below: float | None = None
    surveys_below: int | None = None
    ends_with: str | None = None
    overdue_red_days: int | None = None
    review_hours: int | None = None

    @property
    def duty(self) -> str:
        """The measure by which the level binds its people, or an empty string."""
        return next((duty for duty in DUTIES if duty in self.measures), "")


class LockdownPolicy(ZonePolicy):
    """Lockdown areas (封控区), 2022-02 to 2022-06."""

    key = "zone.lockdown"


class ControlPolicy(ZonePolicy):
    """Control areas (管控区), 2022-02 to 2022-06."""

    key = "zone.control"


class PrecautionaryPolicy(ZonePolicy):
    """Precautionary areas (防范区), 2022-02 to 2022-06."""

    key = "zone.precautionary"


class MediumPolicy(ZonePolicy):
    """Medium-risk areas (中风险区), until 2022-11-11."""

    key = "zone.medium"


class LowPolicy(ZonePolicy):
    """Low-risk areas (低风险区)."""

    key = "zone.low"


class CorePolicy(ZonePolicy):
    """Core areas of a vector-borne outbreak."""

    key = "zone.core"


class AlertPolicy(ZonePolicy):
    """Alert areas of a vector-borne outbreak."""

    key = "zone.alert"


POLICIES: Mapping[str, type[ZonePolicy]] = {
    "lockdown": LockdownPolicy,
    "control": ControlPolicy,
    "precautionary": PrecautionaryPolicy,
    "high": ZonePolicy,
    "medium": MediumPolicy,
    "low": LowPolicy,
    "core": CorePolicy,
    "alert": AlertPolicy,
}
"""Level -> its clause."""


@dataclass(frozen=True, kw_only=True)
class ProvisionalPolicy(Clause):
    """How long a provisional area may stand without a decision."""

    key: ClassVar[str] = "zone.provisional"
    max_hours: int


@dataclass(frozen=True, kw_only=True)
class StaticPolicy(Clause):
    """Whether an area-wide order to stand still is possible at all, how long to its review, and what stays open."""

    key: ClassVar[str] = "static"
    allowed: bool
    review_hours: int | None
    exceptions: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class VectorPolicy(Clause):
    """Mosquito surveys: how many households one needs, from which index on which risk."""

    key: ClassVar[str] = "vector"
    households_min: int | None = None
    index_levels: tuple[int, ...] | None = None
    survey_every_days: int | None = None
    alert_survey_every_days: int | None = None


RISKS = ("control", "transmission", "cluster", "outbreak")
"""What the index says, from below its first level on."""


def judge_index(*, households: int, containers: int, policy: VectorPolicy) -> Verdict[str]:
    """What a survey says: the Breteau index (positive containers per 100 households) as one of `RISKS`; too few households say nothing."""
    if policy.households_min is None or policy.index_levels is None:
        raise NumberUnset(field="households_min, index_levels", clause=policy.clause_id)
    index = containers * 100 / households if households else 0.0
    if households < policy.households_min:
        return policy.verdict("too-few", reason="survey.too-few-households", changes_by="survey", index=index, needed=policy.households_min)
    risk = RISKS[sum(index >= level for level in policy.index_levels)]
    return policy.verdict(risk, reason=f"survey.{risk}", index=index)


def check_level(*, level: str, scheme: SchemePolicy) -> None:
    """Refuse a level that the scheme in force does not have."""
    if level != PROVISIONAL and level not in scheme.levels:
        raise LevelUnknown(level=level, levels=list(scheme.levels), pack=scheme.clause_id)


def clause_level(level: str, scheme: SchemePolicy) -> str:
    """Whose clause governs a level: its own; a provisional area has the measures of the scheme's strictest one."""
    return scheme.levels[0] if level == PROVISIONAL else level


def strictest(levels: Iterable[str]) -> str:
    """The strictest of several levels."""
    return LEVELS[max((LEVELS.index(level) for level in levels), default=0)]


def stricter(level: str, than: str) -> bool:
    """Whether one level is stricter than another."""
    return LEVELS.index(level) > LEVELS.index(than)
