"""Whether a dwelling may carry a quarantine at home, and how often temperature is taken there. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from epigrid.kernel.verdicts import Clause, Evidence, Verdict
from epigrid.response.quarantine.rules.categories import NumberUnset

ALONE = "lives-alone"


@dataclass(frozen=True, kw_only=True)
class HomePolicy(Clause):
    """What a dwelling needs for a quarantine at home, and how many temperatures are taken a day."""

    key: ClassVar[str] = "home"
    needs: tuple[str, ...] | None
    readings_per_day: int | None


@dataclass(frozen=True, kw_only=True)
class Dwelling:
    """What was seen of a dwelling: who else lives there, and the person's room. `return_air`: how far an air system blows the air of his room: `none`,
    through the `dwelling`, or through the `building`."""

    co_residents: int
    own_room: bool = False
    own_toilet: bool = False
    ventilation: bool = False
    return_air: str = "none"

    def has(self, need: str) -> bool:
        """Whether the dwelling has what a clause calls by this word."""
        return {
            ALONE: self.co_residents == 0,
            "own-room": self.own_room,
            "own-toilet": self.own_toilet,
            "ventilation": self.ventilation,
            "no-return-air": self.return_air == "none" or (self.return_air == "dwelling" and self.co_residents == 0),
        }[need]


def judge_home(*, dwelling: Dwelling, all_together: bool, policy: HomePolicy) -> Verdict[str]:
    """Whether somebody may be quarantined in this dwelling: `home`, `together` (when all who live there stay in as well: `all_together`), or `site`.

    Whoever lives alone shares neither room nor toilet, so that only air which reaches other dwellings matters; so do people who all stay in together. Somebody
    who shares needs all that the clause names; what is missing stands in `missing`.
    """
    if policy.needs is None:
        raise NumberUnset(field="needs", clause=policy.clause_id)
    alone = dwelling.co_residents == 0
    asked = [need for need in policy.needs if need == "no-return-air" or not alone]
    missing = [need for need in asked if not dwelling.has(need)]
    evidence = [Evidence(kind="dwelling", id=need) for need in asked if dwelling.has(need)]
    if not missing:
        return policy.verdict("home", reason="home.alone" if alone else "home.own-rooms", evidence=evidence, missing=[])
    if all_together and not alone and ("no-return-air" not in missing or dwelling.return_air == "dwelling"):
        return policy.verdict("together", reason="home.all-together", evidence=evidence, missing=missing)
    return policy.verdict("site", reason="home.conditions-missing", evidence=evidence, changes_by=missing[0], missing=missing)


def readings_missing(*, taken: Sequence[date], day: date, policy: HomePolicy) -> Verdict[int]:
    """How many temperatures of a day are still to be taken; `taken` are the days of the readings so far."""
    if policy.readings_per_day is None:
        raise NumberUnset(field="readings_per_day", clause=policy.clause_id)
    left = max(0, policy.readings_per_day - sum(one == day for one in taken))
    return policy.verdict(left, reason="home.readings-due" if left else "home.readings-complete", per_day=policy.readings_per_day)
