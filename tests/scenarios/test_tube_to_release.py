"""The whole chain on the mini world: from a positive pool to the last release, through the real actions, runner and clock."""

import pytest

from epigrid.field.codes import queries as codes
from epigrid.field.sampling import queries as sampled
from epigrid.field.tasks import queries as tasks
from epigrid.playbooks import runner
from epigrid.playbooks.tables import STEPS
from epigrid.response.quarantine import queries as measures
from epigrid.response.tracing import queries as traced
from epigrid.store import journal
from epigrid.store.models import Fact, Hearing
from tests import cast
from tests.scenarios.mini import ALL, Play, issue_holds, judge, positive_pool, retest

pytestmark = pytest.mark.scenario


@pytest.fixture
def play(world: cast.World) -> Play:
    return Play(world)


def test_s_115_one_positive_tube_makes_one_dispatch_ten_holds_ten_retests_and_no_second_ones(play):
    tube = positive_pool(play)
    issue_holds(play)
    runner.run_until_quiet(STEPS)
    assert len(measures.holds(actor=ALL, tube_id=tube, states=("issued",))) == 10
    assert len(sampled.tests_due(actor=ALL, source_id=tube)) == 10
    assert [card.kind for card in tasks.tasks_of(actor=ALL, source_id=tube)].count("dispatch") == 1
    assert {card.status for card in codes.statuses(actor=ALL, person_ids=play.world.people[:10], now=play.now).values()} == {"hold"}
    assert codes.status(actor=ALL, person_id=play.world.person(10), now=play.now).status == "clear"
    facts = Fact.objects.filter(kind__startswith="quarantine.").count()
    play.read(P1=25.5)
    assert Fact.objects.filter(kind__startswith="quarantine.").count() == facts


def test_variant_a_all_ten_negative_undoes_everything(play):
    positive_pool(play)
    issue_holds(play)
    retest(play, positive=None)
    assert {card.state for card in measures.holds(actor=ALL)} == {"ended"}
    assert not measures.all_active(actor=ALL, now=play.now)
    assert not codes.bound(actor=ALL, now=play.now)
    assert not sampled.tests_due(actor=ALL)
    assert not [card for card in tasks.tasks_of(actor=ALL) if card.state in ("assigned", "accepted") and card.kind in ("tell-hold", "test")]


def test_a_single_positive_starts_everything_at_the_same_moment(play):
    positive_pool(play)
    issue_holds(play)
    retest(play, positive=0)
    case = traced.cases(actor=ALL)[0]
    assert (case.person_id, case.state) == (play.world.person(0), "preliminary")
    kinds = set(Fact.objects.filter(at=play.now).values_list("kind", flat=True))
    assert {"outbreaks.opened", "outbreaks.positive-reported", "quarantine.ambulance-called", "zones.proposed"} <= kinds
    assert len(traced.candidates(actor=ALL, case_id=case.id)) == 9
    assert len([card for card in measures.holds(actor=ALL) if card.active(play.now)]) == 9


def test_the_rest_of_the_tube_is_free_at_once_when_judged_no_contact(play):
    positive_pool(play)
    issue_holds(play)
    retest(play, positive=0)
    judge(play)
    assert not [card for card in measures.holds(actor=ALL) if card.active(play.now)]
    order = measures.orders(actor=ALL, kind="site")[0]
    assert (order.person_id, order.state) == (play.world.person(1), "proposed")


def test_nobody_acts_and_no_hold_outlives_its_end(play):
    positive_pool(play)
    issue_holds(play)
    end = measures.holds(actor=ALL)[0].ends_at
    play.go(30)
    assert not measures.all_active(actor=ALL, now=play.now)
    assert {card.end_reason for card in measures.holds(actor=ALL)} == {"lapsed"}
    assert Fact.objects.filter(kind="quarantine.holds-near-end").exists()
    assert {card.ended_at for card in measures.holds(actor=ALL)} == {end}


def test_running_the_runner_twice_changes_nothing_and_every_chain_leads_to_a_beginning(play):
    positive_pool(play)
    issue_holds(play)
    retest(play, positive=0)
    before = (Fact.objects.count(), Hearing.objects.count())
    assert runner.run_until_quiet(STEPS).facts == 0
    assert (Fact.objects.count(), Hearing.objects.count()) == before
    assert not Hearing.objects.filter(parked_at__isnull=False).exists()
    for fact in Fact.objects.order_by("seq"):
        assert journal.causes(fact.id)[-1].caused_by is None
    assert journal.broken_at() is None
