"""A result that people acted on turns out to be wrong: nothing was overwritten, everybody who acted is told, and whoever was bound by it alone is free."""

from uuid import UUID

import pytest

from epigrid.command.communication.models import Message
from epigrid.field.codes import queries as coded
from epigrid.field.laboratory import actions as laboratory
from epigrid.field.laboratory import queries as results
from epigrid.field.sampling import queries as sampled
from epigrid.field.tasks import queries as tasked
from epigrid.kernel.duties import Duty
from epigrid.response.outbreaks.models import Milestone
from epigrid.response.quarantine import actions as quarantine
from epigrid.response.quarantine import queries as measures
from epigrid.response.tracing import queries as traced
from epigrid.store import journal
from epigrid.store.models import Fact
from tests import cast
from tests.cast import MONDAY
from tests.scenarios import liberty
from tests.scenarios.mini import ALL, LAB, SECOND, Play, issue_holds, positive_pool, retest

pytestmark = pytest.mark.scenario
OPEN = ("assigned", "accepted", "done")


def ask(play: Play, label: str, stated: str) -> list[UUID]:
    """Ask for a correction of every run of a tube that counts."""
    said = {"orf_ct": None, "n_ct": None, "stated": stated, "reason": "wells swapped", "now": play.now}
    return [laboratory.ask_correction(actor=LAB, run_id=run.id, **said) for run in results.labelled(actor=LAB, label=label)[0].runs if run.counts]


def correct(play: Play, label: str, stated: str) -> None:
    """Both persons of a correction, for every run; a positive needs its second person as any other."""
    for run_id in ask(play, label, stated):
        laboratory.agree_correction(actor=SECOND, run_id=run_id, now=play.now)
    waits = [card.id for card in results.checks(actor=LAB)]
    if waits:
        laboratory.verify_positives(actor=SECOND, specimen_ids=waits, now=play.now)
    play.go()


def standing(world: cast.World, tube_id: UUID | None = None) -> dict[int, tuple[str, str]]:
    """The holds (of one tube): number of the person -> state, why it ended."""
    return {world.people.index(card.person_id): (card.state, card.end_reason) for card in measures.holds(actor=ALL, tube_id=tube_id)}


def told(key: str) -> set[UUID]:
    return set(Message.objects.seen_by(ALL).filter(key=key).values_list("person_id", flat=True))


def test_s_206_who_acted_on_a_result_is_told_when_it_is_corrected_each_held_person_alone(world) -> None:
    play = Play(world)
    tube_id = positive_pool(play)
    issue_holds(play)
    held = {card.person_id for card in measures.holds(actor=ALL, tube_id=tube_id)}
    assert len(held) == 10
    correct(play, "P1", "negative")
    assert sampled.tube(actor=ALL, tube_id=tube_id).outcome == "negative"
    to_duties = set(Message.objects.seen_by(ALL).filter(key="tube.corrected").values_list("duty", flat=True))
    assert {Duty.CDC_DUTY_OFFICER, Duty.CDC_INVESTIGATOR, Duty.SAMPLER, Duty.GRID_WORKER, Duty.COMMUNITY_SECRETARY} <= to_duties
    assert told("hold.corrected") == told("hold.ended") == held, "each learns why, and that it is over, also who was not called yet"
    assert not Message.objects.seen_by(ALL).filter(key__in=("hold.corrected", "hold.ended")).exclude(duty="").exists()
    assert {run.outcome for run in results.labelled(actor=LAB, label="P1")[0].runs} == {"positive", "negative"}
    assert not Message.objects.seen_by(ALL).filter(key="case.corrected").exists()


def test_s_115_when_the_only_positive_tube_is_corrected_every_hold_ends_at_once_and_nothing_more_is_to_be_done(world) -> None:
    play = Play(world)
    tube_id = positive_pool(play)
    issue_holds(play)
    asked = ask(play, "P1", "negative")
    laboratory.agree_correction(actor=SECOND, run_id=asked[0], now=play.now)
    play.go()
    assert set(standing(world).values()) == {("issued", "")}, "the other correction waits for its second person"
    laboratory.agree_correction(actor=SECOND, run_id=asked[1], now=play.now)
    play.go()
    cards = measures.holds(actor=ALL)
    assert {(card.state, card.end_reason, card.ended_at) for card in cards} == {("ended", "hold.tube-corrected", play.now)}
    assert not coded.bound(actor=ALL, now=play.now)
    assert sampled.tests_due(actor=ALL, states=("due", "missed")) == []
    assert {(task.kind, task.state) for task in tasked.tasks_of(actor=ALL, source_id=tube_id)} == {
        (kind, "ended") for kind in ("dispatch", "tell-hold", "test")
    }
    assert not Milestone.objects.seen_by(ALL).filter(key="retest", met_at__isnull=True).exists()
    assert not list(liberty.of_measures(world, play.now)) and not list(liberty.of_statuses(world, play.now, heard=True))
    ended = Fact.objects.get(kind="quarantine.holds-ended")
    assert "laboratory.correction-asked" in [one.event.kind for one in journal.causes(ended.id)], (
        "the hold's end leads back to who said that it was wrong"
    )


def test_a_proposal_that_nobody_issued_is_withdrawn_and_nobody_is_told_of_it(world) -> None:
    play = Play(world)
    positive_pool(play)
    correct(play, "P1", "negative")
    assert set(standing(world).values()) == {("ended", "hold.tube-corrected")}
    assert told("hold.ended") == told("hold.corrected") == set()


def test_a_hold_with_another_living_reason_stays(world) -> None:
    play = Play(world)
    first = positive_pool(play)
    second = play.tube("P2", world.people[:3])
    play.send([second], ["P2"])
    for _run in range(2):
        play.go(0.2)
        play.read(P2=24.0)
    issue_holds(play)
    correct(play, "P1", "negative")
    assert set(standing(world, first).values()) == {("ended", "hold.tube-corrected")}
    assert standing(world, second) == dict.fromkeys(range(3), ("issued", ""))
    assert {person for person, _reasons in coded.bound(actor=ALL, now=play.now)} == set(world.people[:3])
    owed = sampled.tests_due(actor=ALL)
    assert {(card.person_id, card.source_id) for card in owed} == {(person, second) for person in world.people[:3]}
    assert [task.source_id for task in tasked.tasks_of(actor=ALL, states=OPEN) if task.kind == "dispatch"] == [second]


def test_while_a_retest_of_the_tube_is_positive_its_others_wait_for_the_judgement_and_the_case_stays_with_its_investigator(world) -> None:
    play = Play(world)
    positive_pool(play)
    issue_holds(play)
    retest(play, positive=0)
    correct(play, "P1", "negative")
    waiting = dict.fromkeys(range(1, 10), ("issued", ""))
    assert standing(world) == {0: ("ended", "hold.became-case"), **waiting}
    correct(play, "S0x1", "negative")
    assert standing(world) == {0: ("ended", "hold.became-case"), **waiting}, "the other laboratory's tube is positive still"
    correct(play, "S0x2", "negative")
    assert standing(world) == {0: ("ended", "hold.became-case"), **dict.fromkeys(waiting, ("ended", "hold.tube-corrected"))}
    (case,) = traced.cases(actor=ALL)
    assert (case.person_id, case.state) == (world.person(0), "preliminary")
    asked = Message.objects.seen_by(ALL).filter(key="case.corrected")
    assert {message.duty for message in asked} == {Duty.CDC_INVESTIGATOR, Duty.CASE_REGISTRAR}
    assert {message.values["outcome"] for message in asked} == {"negative"}


def test_when_the_single_positive_alone_is_corrected_the_others_of_its_tube_are_free_as_after_ten_negatives(world) -> None:
    play = Play(world)
    positive_pool(play)
    issue_holds(play)
    retest(play, positive=0)
    for label in ("S0x1", "S0x2"):
        correct(play, label, "negative")
    assert {number: why for number, (_state, why) in standing(world).items()} == {
        0: "hold.became-case",
        **dict.fromkeys(range(1, 10), "hold.all-negative"),
    }


@pytest.mark.parametrize("doubtful", ["grey", "invalid"])
def test_a_positive_corrected_to_one_that_says_nothing_holds_nobody_and_asks_its_people_again_until_it_is_read(world, doubtful) -> None:
    play = Play(world)
    positive_pool(play)
    issue_holds(play)
    correct(play, "P1", doubtful)
    assert set(standing(world).values()) == {("ended", "hold.tube-corrected")}
    owed = sampled.tests_due(actor=ALL, states=("due", "missed"))
    assert [card.source_kind for card in owed] == ["resample"] * 10
    assert {card.person_id for card in owed} == set(world.people[:10])
    correct(play, "P1", "negative")
    assert sampled.tests_due(actor=ALL, states=("due", "missed")) == []
    assert [task for task in tasked.tasks_of(actor=ALL, states=OPEN) if task.kind in ("test", "dispatch", "tell-hold")] == []


def test_a_negative_corrected_to_positive_opens_what_a_positive_opens_also_when_it_was_positive_before(world) -> None:
    play = Play(world)
    tube_id = positive_pool(play)
    issue_holds(play)
    correct(play, "P1", "negative")
    correct(play, "P1", "positive")
    assert sampled.tube(actor=ALL, tube_id=tube_id).outcome == "positive"
    states = sorted(card.state for card in measures.holds(actor=ALL, tube_id=tube_id))
    assert states == ["ended"] * 10 + ["proposed"] * 10
    issue_holds(play)
    assert len(coded.bound(actor=ALL, now=play.now)) == 10
    assert not list(liberty.of_measures(world, play.now)) and not list(liberty.of_calls(world, play.now))
    retest(play, positive=None)
    assert not coded.bound(actor=ALL, now=play.now)


def test_a_single_negative_corrected_to_positive_opens_a_case(world) -> None:
    play = Play(world)
    tube = play.tube("S1", [world.person(0)])
    play.send([tube], ["S1"])
    play.go(1)
    play.read(S1=0)
    play.go(1)
    play.read(S1=0)
    correct(play, "S1", "positive")
    assert [(card.person_id, card.tube_id) for card in traced.cases(actor=ALL)] == [(world.person(0), tube)]


def test_nobody_is_held_a_minute_by_a_result_that_was_corrected_before_anybody_decided(world) -> None:
    """The duty officer's page was open while the laboratory corrected: his act finds nothing to issue."""
    play = Play(world)
    positive_pool(play)
    ids = [card.id for card in measures.holds(actor=ALL)]
    correct(play, "P1", "negative")
    play.go(1)
    officer = cast.actor(Duty.CDC_DUTY_OFFICER)
    issued = quarantine.issue_holds(actor=officer, hold_ids=ids, appeal_body_id=world.bodies["appeals"], now=play.now, cause=play.cause)
    assert issued == 0 and not coded.bound(actor=ALL, now=play.now) and play.now > MONDAY
