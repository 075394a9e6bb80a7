"""A positive tube turns out to be a swapped well after people were held for it: nothing was overwritten, and everybody who acted is told."""

import pytest

from epigrid.command.communication.models import Message
from epigrid.field.laboratory import actions as laboratory
from epigrid.field.laboratory import queries as results
from epigrid.field.sampling import queries as sampled
from epigrid.kernel.duties import Duty
from epigrid.response.quarantine import queries as measures
from tests.scenarios.mini import ALL, LAB, SECOND, Play, issue_holds, positive_pool

pytestmark = pytest.mark.scenario


def test_s_206_who_acted_on_a_result_is_told_when_it_is_corrected_each_held_person_alone(world) -> None:
    play = Play(world)
    tube_id = positive_pool(play)
    issue_holds(play)
    held = {card.person_id for card in measures.holds(actor=ALL, tube_id=tube_id)}
    assert len(held) == 10
    for run in results.labelled(actor=LAB, label="P1")[0].runs:
        asked = laboratory.ask_correction(actor=LAB, run_id=run.id, orf_ct=None, n_ct=None, stated="negative", reason="wells swapped", now=play.now)
        laboratory.agree_correction(actor=SECOND, run_id=asked, now=play.now)
    play.go()
    assert sampled.tube(actor=ALL, tube_id=tube_id).outcome == "negative"
    to_duties = set(Message.objects.seen_by(ALL).filter(key="tube.corrected").values_list("duty", flat=True))
    assert {Duty.CDC_DUTY_OFFICER, Duty.CDC_INVESTIGATOR, Duty.SAMPLER, Duty.GRID_WORKER, Duty.COMMUNITY_SECRETARY} <= to_duties
    to_people = Message.objects.seen_by(ALL).filter(key="hold.corrected")
    assert set(to_people.values_list("person_id", flat=True)) == held
    assert not to_people.exclude(duty="").exists()
    assert {run.outcome for run in results.labelled(actor=LAB, label="P1")[0].runs} == {"positive", "negative"}
