"""What only a variant plays: an infection in the area's own round (B), one elsewhere (C)."""

from datetime import timedelta
from uuid import UUID

from epigrid.kernel.duties import Duty
from epigrid.playbooks.exercise.players import acknowledge, classify, judge, single, treat
from epigrid.playbooks.exercise.stage import Stage
from epigrid.response.tracing import queries as traced
from epigrid.response.zones import actions as zones
from epigrid.response.zones import queries as zoned
from epigrid.store import clock


def case_elsewhere(stage: Stage, who: str) -> None:
    """Somebody outside every area is found at the fever clinic: a new case, a proposal for a new area; the old area's days go on."""
    before = _days(stage)
    single(stage, stage.people[getattr(stage.truth, who)], positive=True)
    if _days(stage) != before:
        raise RuntimeError("a case elsewhere moved the old area's clock")
    stage.tell("an infection elsewhere: a new area is proposed, the old one's days go on")


def _days(stage: Stage) -> dict[UUID, object]:
    return {card.id: card.clean_since for card in zoned.active(actor=stage.director, now=stage.now, levels=("high",))}


def follow_case(stage: Stage, who: str) -> None:
    """Reported, treated, rechecked and classified; his household judged one by one, everybody else with a reason."""
    person = stage.people[getattr(stage.truth, who)]
    case = traced.cases(actor=stage.director, person_id=person)[0]
    acknowledge(stage)
    treat(stage, person)
    classify(stage, case.id)
    for card in traced.candidates(actor=stage.director, case_id=case.id, open_only=True):
        home = "household" in card.sources
        judge(stage, card.id, "close-contact" if home else "none", "same household" if home else "minutes apart, masks")
    kinds = [card.kind for card in traced.contacts(actor=stage.director, case_id=case.id)]
    stage.tell(f"asymptomatic infection; {kinds.count('close-contact')} close contacts in the household")


def prolong(stage: Stage, days: int) -> None:
    """An infection in the area's own round restarted its days: the city office moves the review moment, with a reason, or the duty would lapse."""
    today = clock.local_day(stage.root, stage.now)
    moved = [card for card in zoned.active(actor=stage.director, now=stage.now, levels=("high",)) if card.clean_since == today]
    for card in moved:
        zones.prolong_zone(
            actor=stage.actor(Duty.CITY_EOC_OFFICE),
            zone_id=card.id,
            review_at=stage.now + timedelta(days=days),
            reason="infection in the area's own round",
            now=stage.now,
            cause=stage.cause,
        )
    stage.hear()
    stage.tell(f"days restarted in {len(moved)} areas: review moment moved by decision, everybody inside told")
