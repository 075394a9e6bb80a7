"""Runs an exercise: sets the stage, performs the script to its end or a stop, checks the laws."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from epigrid.command.exercises.formats import Plan, VariantUnknown
from epigrid.playbooks.exercise import days, first_day, laws, opening, residents, stage, variants
from epigrid.playbooks.exercise.stage import Say, Stage

Act = Callable[..., None]
READ_HERE = frozenset({"at", "do", "title", "only", "but"})
"""Keys of a step that say when and in which variants; all others are the act's own."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a run came to."""

    stage: Stage
    laws: list[laws.Law]
    seconds: float

    @property
    def held(self) -> bool:
        """Whether every law held."""
        return all(law.held for law in self.laws)


def act(name: str) -> Act:
    """The act that a script's step names."""
    for module in (first_day, days, residents, variants):
        found: Act | None = getattr(module, name, None)
        if found is not None:
            return found
    raise KeyError(f"no act is called {name}")


STOPS_EARLY = frozenset({"A"})
"""Variants that end the story after step 3: everything is undone."""


def perform(plan: Plan, *, tree: str, variant: str = "", until: str = "", say: Say = print) -> Outcome:
    """Perform a plan in a fresh tree; `until` stops after the steps whose title begins with it ("4" or "step 4")."""
    began = time.monotonic()
    if variant and variant not in plan.variants:
        raise VariantUnknown(variant=variant, known=sorted(plan.variants))
    it = stage.make_stage(plan, tree=tree, variant=variant, say=say)
    opening.check_plan(it)
    opening.set_up(it)
    stage.begin(it)
    it.tell(f"{len(it.community.people)} residents, {len(it.community.guests)} hotel guests, {len(it.scans)} venue scans loaded")
    stop = until.lower().removeprefix("step").strip()
    finished = _steps(it, stop)
    if finished and variant in STOPS_EARLY:
        laws.end_leftovers(it)
    found = laws.check(it, finished=finished)
    stage.end(it, finished=finished, laws=len(found), held=sum(law.held for law in found))
    it.hear()
    return Outcome(stage=it, laws=found, seconds=time.monotonic() - began)


def plays(step: Mapping[str, Any], variant: str) -> bool:
    """Whether a step belongs to a variant: `only` names its variants, `but` those without it."""
    return variant in step.get("only", (variant,)) and variant not in step.get("but", ())


def _steps(it: Stage, stop: str) -> bool:
    passed = False
    for step in it.plan.script:
        if not plays(step, it.variant):
            continue
        number = str(step["title"]).split(".")[0]
        if stop and passed and number != stop:
            return False
        passed = passed or number == stop
        it.go_to(step["at"].replace(tzinfo=it.zone) if step["at"].tzinfo is None else step["at"])
        it.say(f"\n{step['title']}")
        act(step["do"])(it, **{key: value for key, value in step.items() if key not in READ_HERE})
        if it.variant in STOPS_EARLY and step["do"] == "retest_results":
            break
    it.hear()
    return not stop
