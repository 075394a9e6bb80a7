"""Second persons: nothing follows from a positive or a correction before somebody else looked at it; nothing is overwritten."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from epigrid.field.laboratory import actions, queries, rules
from epigrid.field.laboratory.models import Run, Specimen
from epigrid.kernel.duties import Duty
from epigrid.kernel.errors import BadInput, NotAllowed
from epigrid.store.models import Fact
from tests import cast
from tests.cast import DAY, HOUR, MONDAY
from tests.field.laboratory.lab import LAB, SECOND, enter, register, take, told, tube


def positive(world: cast.World, label: str = "T1", *, second=LAB) -> queries.SpecimenCard:
    """A tube that was read positive twice by hand."""
    register(world, label)
    enter(world, label, 2, orf=25.0, n=26.0)
    enter(world, label, 1, orf=25.0, n=26.5, actor=second)
    return tube(label)


def test_nothing_follows_from_a_positive_entered_by_hand_before_a_second_person_confirmed_it(world) -> None:
    card = positive(world)
    assert (card.outcome, card.awaits) == ("", "check")
    assert told() == ["specimens-registered", "results-imported", "rerun-needed", "results-imported", "check-needed"]
    with pytest.raises(rules.SamePerson):
        actions.verify_positives(actor=LAB, specimen_ids=[card.id], now=MONDAY)
    assert "tube-positive" not in told()
    actions.verify_positives(actor=SECOND, specimen_ids=[card.id], now=MONDAY)
    fact = Fact.objects.get(kind="laboratory.tube-positive")
    asked = Fact.objects.get(kind="laboratory.check-needed")
    assert (fact.actor_id, asked.actor_id, fact.caused_by) == (SECOND.id, LAB.id, asked.id)
    assert (tube("T1").outcome, tube("T1").awaits, tube("T1").verified_by) == ("positive", "", SECOND.id)
    with pytest.raises(rules.NothingToVerify):
        actions.verify_positives(actor=SECOND, specimen_ids=[card.id], now=MONDAY)


def test_a_positive_of_the_laboratorys_own_file_waits_for_a_second_person_too(world) -> None:
    register(world, "T1", "T2")
    heading = "管号,检测时间,ORF1ab Ct,N Ct\n"
    take(world, heading + "T1,2022-11-21 05:00,24,25\nT2,2022-11-21 05:00,,\n")
    take(world, heading + "T1,2022-11-21 06:00,24,25\n")
    assert told("tubes-negative", "tube-positive", "check-needed") == ["tubes-negative", "check-needed"]
    assert [card.label for card in queries.checks(actor=LAB)] == ["T1"]


def test_the_second_person_is_another_than_who_entered_the_last_positive_run(world) -> None:
    card = positive(world, second=SECOND)
    with pytest.raises(rules.SamePerson):
        actions.verify_positives(actor=SECOND, specimen_ids=[card.id], now=MONDAY)
    actions.verify_positives(actor=LAB, specimen_ids=[card.id], now=MONDAY)
    assert tube("T1").verified_by == LAB.id


def test_several_positives_are_confirmed_whole_or_not_at_all(world) -> None:
    one, other = positive(world, "T1"), positive(world, "T2", second=SECOND)
    with pytest.raises(rules.SamePerson):
        actions.verify_positives(actor=SECOND, specimen_ids=[one.id, other.id], now=MONDAY)
    assert [card.label for card in queries.checks(actor=LAB)] == ["T1", "T2"]


@pytest.mark.parametrize("duty", [duty for duty in Duty if duty not in (Duty.LABORATORY, Duty.PROCEDURE)])
def test_nobody_but_the_laboratory_confirms(world, duty) -> None:
    card = positive(world)
    with pytest.raises((NotAllowed, Specimen.DoesNotExist)):
        actions.verify_positives(actor=cast.actor(duty, area=cast.COUNTY), specimen_ids=[card.id], now=MONDAY)
    assert tube("T1").awaits == "check"


def test_grey_zone_and_single_target_order_a_retest_and_never_a_case(world) -> None:
    register(world, "T1", "T2")
    enter(world, "T1", 1, orf=39.0, n=39.5)
    enter(world, "T2", 1, orf=25.0)
    assert [tube(label).outcome for label in ("T1", "T2")] == ["grey", "single-target"]
    assert told("tube-doubtful", "tube-positive", "check-needed") == ["tube-doubtful", "tube-doubtful"]


def test_a_run_by_hand_needs_a_known_tube_a_past_moment_and_says_the_same_when_sent_again(world) -> None:
    register(world, "T1")
    first = enter(world, "T1", 1, stated="negative")
    assert enter(world, "T1", 1, stated="negative") == first
    with pytest.raises(rules.RunKnown):
        enter(world, "T1", 1, orf=25.0, n=25.0)
    with pytest.raises(BadInput):
        enter(world, "T1", -1, stated="negative")
    with pytest.raises(Specimen.DoesNotExist):
        enter(world, "X9", 1, stated="negative")
    assert Run.objects.seen_by(LAB).count() == 1


def correction(run_id, *, actor=LAB, stated: str = "negative", reason: str = "wells swapped", orf=None, n=None):
    return actions.ask_correction(actor=actor, run_id=run_id, orf_ct=orf, n_ct=n, stated=stated, reason=reason, now=MONDAY + HOUR)


def test_a_correction_keeps_both_readings_counts_after_a_second_person_agreed_and_tells_who_acted(world) -> None:
    card = positive(world)
    actions.verify_positives(actor=SECOND, specimen_ids=[card.id], now=MONDAY)
    runs = [correction(run.id) for run in card.runs]
    assert tube("T1").outcome == "positive"
    assert told("result-corrected") == []
    with pytest.raises(rules.SamePerson):
        actions.agree_correction(actor=LAB, run_id=runs[0], now=MONDAY + HOUR)
    for run_id in runs:
        actions.agree_correction(actor=SECOND, run_id=run_id, now=MONDAY + 2 * HOUR)
    now = tube("T1")
    assert (now.outcome, now.awaits) == ("negative", "")
    assert [(run.outcome, run.counts) for run in now.runs if run.corrects is None] == [("positive", False), ("positive", False)]
    assert [(run.outcome, run.counts, run.reason, run.decided_by) for run in now.runs if run.corrects] == [
        ("negative", True, "wells swapped", SECOND.id)
    ] * 2
    corrected = Fact.objects.filter(kind="laboratory.result-corrected").order_by("seq")
    assert [(fact.payload["was"], fact.payload["outcome"]) for fact in corrected] == [("positive", "negative")], (
        "both agreed: nothing grey in between"
    )
    assert told("tubes-negative", "tube-doubtful") == ["tubes-negative"]


def test_what_was_told_stands_until_no_correction_of_the_tube_waits_whatever_the_others_are_decided_to_be(world) -> None:
    card = positive(world)
    actions.verify_positives(actor=SECOND, specimen_ids=[card.id], now=MONDAY)
    first, second = [correction(run.id) for run in card.runs]
    actions.agree_correction(actor=SECOND, run_id=first, now=MONDAY + HOUR)
    assert (tube("T1").outcome, told("result-corrected", "tube-doubtful")) == ("positive", [])
    actions.refuse_correction(actor=SECOND, run_id=second, now=MONDAY + HOUR)
    assert (tube("T1").outcome, told("result-corrected", "tube-doubtful")) == ("grey", ["result-corrected", "tube-doubtful"])


def test_a_new_run_does_not_change_what_was_told_while_a_correction_waits_and_counts_after(world) -> None:
    card = positive(world)
    actions.verify_positives(actor=SECOND, specimen_ids=[card.id], now=MONDAY)
    asked = [correction(run.id) for run in card.runs]
    actions.agree_correction(actor=SECOND, run_id=asked[0], now=MONDAY + HOUR)
    enter(world, "T1", 0.5, stated="negative")
    assert tube("T1").outcome == "positive"
    actions.agree_correction(actor=SECOND, run_id=asked[1], now=MONDAY + HOUR)
    assert (tube("T1").outcome, told("result-corrected", "tubes-negative")) == ("negative", ["result-corrected", "tubes-negative"])


def test_a_tube_of_which_nothing_was_told_is_not_held_up_by_a_correction_that_waits(world) -> None:
    register(world, "T1")
    run = enter(world, "T1", 2, orf=25.0, n=25.0)
    correction(run, stated="grey")
    enter(world, "T1", 1, orf=25.0, n=25.0)
    assert tube("T1").awaits == "check"


def test_a_correction_to_positive_waits_for_its_second_person_like_any_positive(world) -> None:
    register(world, "T1")
    runs = [enter(world, "T1", hours, stated="negative") for hours in (2, 1)]
    asked = [correction(run, stated="positive") for run in runs]
    for run_id in asked:
        actions.agree_correction(actor=SECOND, run_id=run_id, now=MONDAY + HOUR)
    card = tube("T1")
    assert (card.outcome, card.awaits) == ("negative", "check"), "what was told stands until the positive has its second person"
    actions.verify_positives(actor=SECOND, specimen_ids=[card.id], now=MONDAY + 2 * HOUR)
    assert told("result-corrected", "tube-positive")[-2:] == ["result-corrected", "tube-positive"]


def test_a_refused_correction_changes_nothing_and_another_may_be_asked_for(world) -> None:
    register(world, "T1")
    run = enter(world, "T1", 1, stated="negative")
    asked = correction(run, stated="invalid")
    with pytest.raises(rules.CorrectionOpen):
        correction(run, stated="grey")
    actions.refuse_correction(actor=SECOND, run_id=asked, now=MONDAY + HOUR)
    with pytest.raises(rules.CorrectionDecided):
        actions.agree_correction(actor=SECOND, run_id=asked, now=MONDAY + HOUR)
    assert tube("T1").outcome == "negative"
    for wrong in ({"stated": "negative"}, {"stated": "invalid", "reason": " "}):
        with pytest.raises(rules.CorrectionEmpty):
            correction(run, **wrong)
    again = actions.ask_correction(actor=LAB, run_id=run, orf_ct=None, n_ct=None, stated="invalid", reason="no control", now=MONDAY + DAY)
    actions.agree_correction(actor=SECOND, run_id=again, now=MONDAY + DAY)
    assert tube("T1").outcome == "invalid"
    assert [run.counts for run in tube("T1").runs] == [False, False, True]


def test_a_file_that_comes_again_after_a_correction_is_the_same_file(world) -> None:
    register(world, "T1")
    text = "管号,检测时间,ORF1ab Ct,N Ct,结果\nT1,2022-11-21 07:00:00,,,阴性\n"
    take(world, text)
    run = tube("T1").runs[0].id
    actions.agree_correction(actor=SECOND, run_id=correction(run, stated="invalid"), now=MONDAY + HOUR)
    again = take(world, text)
    assert (again.created, again.unchanged, again.refused) == (0, 1, ())
    assert tube("T1").outcome == "invalid"


RUNS = st.lists(st.tuples(st.sampled_from(rules.OUTCOMES), st.integers(0, 3), st.booleans()), max_size=6)


@given(RUNS)
def test_a_run_counts_exactly_when_no_agreed_correction_replaced_it(drawn) -> None:
    """Chains of corrections: as many readings count as there were runs, each the newest that was agreed."""
    facts, count = [], 0
    for outcome, to, agreed in drawn:
        same = [fact for fact in facts if fact.tested_at == MONDAY + to * HOUR and (fact.corrects is None or fact.agreed)]
        corrected = same[-1].id if same else None
        facts.append(
            rules.RunFact(
                id=cast.uid("run", len(facts)), tested_at=MONDAY + to * HOUR, outcome=outcome, corrects=corrected, agreed=agreed and bool(corrected)
            )
        )
        count += corrected is None
    counting = rules.standing(facts)
    assert len(counting) == count == len({fact.tested_at for fact in facts})
    for fact in counting:
        newest = [other for other in facts if other.tested_at == fact.tested_at and (other.corrects is None or other.agreed)][-1]
        assert fact == newest
