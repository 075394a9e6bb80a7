"""The answers that people wait for, as the exercise's players ask for them."""

from epigrid.field.sampling import queries as sampled
from epigrid.kernel.duties import Duty
from epigrid.playbooks import daily
from epigrid.playbooks.exercise import players
from epigrid.playbooks.exercise.stage import Stage
from epigrid.response.quarantine import actions as quarantine
from epigrid.response.quarantine import queries as measures
from epigrid.response.tracing import actions as tracing
from epigrid.response.tracing import queries as traced


def positive(stage: Stage) -> None:
    """The laboratory's file says positive twice -> holds proposed; the officer's act -> dispatch, calls, retests ordered."""
    tube = sampled.tube(actor=stage.director, tube_id=stage.notes["positive-tube"])
    players.read(stage, [tube.label], positive=[tube.label])
    officer = stage.actor(Duty.CDC_DUTY_OFFICER)
    ids = [card.id for card in measures.holds(actor=officer, states=("proposed",))]
    quarantine.issue_holds(actor=officer, hold_ids=ids, appeal_body_id=stage.bodies["appeals"], now=stage.now, cause=stage.cause)
    stage.hear()
    if len(sampled.tests_due(actor=stage.director, source_id=tube.id)) != len(ids) or not ids:
        raise RuntimeError("not every held person has a retest")


def confirmation(stage: Stage) -> None:
    """Opinion and class are entered -> own window recorded, query run, candidates before the investigator."""
    case_id = stage.notes["case"]
    common = {"case_id": case_id, "now": stage.now, "cause": stage.cause}
    tracing.record_opinion(actor=stage.actor(Duty.EXPERT_GROUP), outcome="asymptomatic", **common)
    tracing.classify_case(actor=stage.actor(Duty.CASE_REGISTRAR), **common)
    stage.hear()
    found = {card.person_id for card in traced.candidates(actor=stage.director, case_id=case_id) if "scan" in card.sources}
    if len(found) != len(stage.truth.present):
        raise RuntimeError(f"{len(found)} candidates by scan, the truth is {len(stage.truth.present)}")


def tick(stage: Stage) -> None:
    """What the worker asks every second, when nothing is due."""
    daily.next_due(stage.root, stage.now)
    daily.tick(stage.root, stage.now)
