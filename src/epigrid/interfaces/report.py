"""The report of an exercise: one HTML file with everything that was done, by whom, and whether the laws held."""

from collections import Counter
from pathlib import Path
from typing import Any

from django.template.loader import render_to_string

from epigrid.field.care import queries as cared
from epigrid.field.sampling import queries as sampled
from epigrid.playbooks.exercise.run import Outcome
from epigrid.registers.access import queries as access
from epigrid.response.outbreaks import queries as outbroken
from epigrid.response.quarantine import queries as measures
from epigrid.response.tracing import queries as traced
from epigrid.response.zones import queries as zoned


def write(outcome: Outcome, lines: list[str], path: Path) -> Path:
    """Write the report and return its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(render_to_string("exercise_report.html", context(outcome, lines)), encoding="utf-8")
    return path


def context(outcome: Outcome, lines: list[str]) -> dict[str, Any]:
    """What the report shows."""
    stage = outcome.stage
    actor, zone = stage.director, stage.zone
    cases = traced.cases(actor=actor)
    per_day = Counter(case.sampled_at.astimezone(zone).date() for case in cases)
    measured = [card for card in measures.holds(actor=actor) + measures.orders(actor=actor) if card.state != "proposed"]
    duties = {user: str(duty) for duty, holders in stage.users.items() for user in holders}
    rounds = sampled.rounds(actor=actor)
    opened = outbroken.outbreaks(actor=actor)
    return {
        "plan": stage.plan,
        "variant": stage.variant,
        "seconds": outcome.seconds,
        "timeline": lines,
        "laws": outcome.laws,
        "curve": [{"day": day, "cases": count, "height": 24 * count} for day, count in sorted(per_day.items())],
        "chain": traced.chains(actor=actor),
        "cases": [{"number": number + 1, "card": case} for number, case in enumerate(cases)],
        "roll": sampled.roll_call(actor=actor, round_id=rounds[-1].id).counts if rounds else {},
        "pipeline": sampled.pipeline(actor=actor, round_id=rounds[-1].id) if rounds else [],
        "golden": outbroken.golden_report(actor=actor, outbreak_id=opened[0].id, now=stage.now) if opened else [],
        "measures": [{"card": card, "decider": duties.get(card.decided_by, "")} for card in measured if card.decided_by is not None],
        "care": cared.statistics(actor=actor),
        "zones": [{"card": card, "days": zoned.person_days(actor=actor, zone_id=card.id, now=stage.now)} for card in zoned.zones(actor=actor)],
        "accounts": len(access.accounts(tree=stage.tree)),
    }
