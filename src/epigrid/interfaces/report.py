"""The report of an exercise: one HTML file with everything that was done, by whom, and whether the laws held."""

from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.template.loader import render_to_string

from epigrid.field.care import queries as cared
from epigrid.field.sampling import queries as sampled
from epigrid.playbooks.exercise.players import stage_place
from epigrid.playbooks.exercise.run import Outcome
from epigrid.playbooks.exercise.stage import Stage
from epigrid.registers.places import queries as placed
from epigrid.response.outbreaks import queries as outbroken
from epigrid.response.quarantine import queries as measures
from epigrid.response.tracing import queries as traced
from epigrid.response.zones import queries as zoned

CLASSES = ("sampled", "exempt", "away", "declined", "unreachable", "open")


def write(outcome: Outcome, lines: list[str], path: Path) -> Path:
    """Write the report and return its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(render_to_string("exercise_report.html", context(outcome, lines)), encoding="utf-8")
    return path


def context(outcome: Outcome, lines: list[str]) -> dict[str, Any]:
    """What the report shows."""
    stage = outcome.stage
    actor = stage.director
    cases = traced.cases(actor=actor)
    numbers = {case.id: number for number, case in enumerate(cases, start=1)}
    opened = outbroken.outbreaks(actor=actor)
    return {
        "plan": stage.plan,
        "variant": stage.variant,
        "seconds": outcome.seconds,
        "timeline": lines,
        "laws": outcome.laws,
        "dry_run": [line for line in lines if "deletion dry run:" in line],
        "curve": _curve(stage, cases),
        "chain": [
            {"source": numbers[link.source], "target": numbers[link.target], "link": link} for link in traced.chains(actor=actor).links if link.best
        ],
        "cases": [{"number": numbers[case.id], "card": case} for case in cases],
        "golden": outbroken.golden_report(actor=actor, outbreak_id=opened[0].id, now=stage.now) if opened else [],
        "measures": _measures(stage),
        "care": cared.statistics(actor=actor),
        "zones": [
            {
                "card": card,
                "place": stage_place(stage, card),
                "days": zoned.person_days(actor=actor, zone_id=card.id, now=stage.now),
                "plan": zoned.plan(actor=actor, zone_id=card.id),
            }
            for card in zoned.zones(actor=actor)
        ],
        **_round(stage),
    }


def _curve(stage: Stage, cases: list[traced.CaseCard]) -> list[dict[str, Any]]:
    """Infections per local day from the first to the last, days without any included."""
    per_day = Counter(case.sampled_at.astimezone(stage.zone).date() for case in cases)
    if not per_day:
        return []
    first, last, most = min(per_day), max(per_day), max(per_day.values())
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return [
        {"day": day, "cases": per_day[day], "x": 40 * place, "height": 80 * per_day[day] // most, "y": 90 - 80 * per_day[day] // most}
        for place, day in enumerate(days)
    ]


def _measures(stage: Stage) -> list[dict[str, Any]]:
    """Every decided hold and order with who decided it, by office."""
    duties = {user: str(duty) for duty, holders in stage.users.items() for user in holders}
    cards = measures.holds(actor=stage.director) + measures.orders(actor=stage.director)
    return [{"card": card, "decider": duties.get(card.decided_by, "")} for card in cards if card.decided_by is not None]


def _round(stage: Stage) -> dict[str, Any]:
    """The round's roll-call by building, and its links from the swab to the result."""
    actor, rounds = stage.director, sampled.rounds(actor=stage.director)
    if not rounds:
        return {"classes": CLASSES, "buildings": [], "roll": [], "pipeline": []}
    counts = sampled.open_by_building(actor=actor, round_id=rounds[-1].id)
    known = placed.places(actor=actor, ids=[building for building in counts if building is not None])
    rows = [(known[building].full_name if building in known else "-", [by[name] for name in CLASSES]) for building, by in counts.items()]
    return {
        "classes": CLASSES,
        "buildings": sorted(rows),
        "roll": [sum(row[1][place] for row in rows) for place in range(len(CLASSES))],
        "pipeline": sampled.pipeline(actor=actor, round_id=rounds[-1].id),
    }
