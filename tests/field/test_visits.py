"""Who visits people at home under quarantine: C19."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from epigrid.field.tasks import actions, queries, rules
from epigrid.field.tasks.events import TaskExcepted
from epigrid.kernel.duties import Duty
from epigrid.store import journal
from tests import cast
from tests.cast import GRID1, MONDAY, NEIGHBOUR_COUNTY
from tests.doors.prepared import _joint
from tests.doors.world import answer, client_of
from tests.registers.policies import regimes

WORKER, SECRETARY = cast.actor(Duty.GRID_WORKER), cast.actor(Duty.COMMUNITY_SECRETARY)
TAIYUAN, SHUOZHOU = ("medic", "information-officer"), ("deployed-cadre", "sampler", "scanner")


def policy(area: str, on: date) -> rules.VisitPolicy:
    return regimes.clause(rules.VisitPolicy, on, area=area)


def test_c19_the_team_follows_area_and_date() -> None:
    """Taiyuan, November: medic and information officer, two together. Shuozhou, December: deployed cadre, sampler, scanner."""
    city, north = policy("shanxi/taiyuan/", date(2022, 11, 21)), policy("shanxi/shuozhou/", date(2022, 12, 4))
    assert (rules.visit_roles(city), city.persons) == (TAIYUAN, 2)
    assert rules.visit_roles(north) == SHUOZHOU
    for team, clause, other in ((TAIYUAN, city, north), (SHUOZHOU, north, city)):
        assert rules.judge_visit(present=team, policy=clause).outcome == "complete"
        assert rules.judge_visit(present=team, policy=other).outcome == "incomplete"


def test_c19_one_person_with_both_roles_is_not_two_together() -> None:
    city = policy("shanxi/taiyuan/", date(2022, 11, 21))
    alone = rules.judge_visit(present=("medic",), policy=city)
    assert (alone.outcome, alone.details["missing"], alone.details["persons"]) == ("incomplete", ["information-officer"], 2)
    short = rules.judge_visit(present=("medic",), policy=replace(city, roles=("medic",)))
    assert (short.outcome, short.reason) == ("incomplete", "visit.too-few")


def test_c19_where_nobody_has_said_who_comes_the_rule_asks() -> None:
    with pytest.raises(rules.NumberUnset) as refused:
        rules.judge_visit(present=TAIYUAN, policy=policy("real/", date(2022, 1, 20)))
    assert refused.value.details["field"] == "roles"


@given(present=st.lists(st.sampled_from([*TAIYUAN, *SHUOZHOU]), max_size=6), more=st.sampled_from([*TAIYUAN, *SHUOZHOU]), order=st.randoms())
def test_one_more_person_never_makes_a_team_incomplete_and_their_order_does_not_matter(present: list[str], more: str, order) -> None:
    city = policy("shanxi/taiyuan/", date(2022, 11, 21))
    before = rules.judge_visit(present=present, policy=city)
    assert before.outcome == "incomplete" or rules.judge_visit(present=[*present, more], policy=city).outcome == "complete"
    shuffled = list(present)
    order.shuffle(shuffled)
    assert rules.judge_visit(present=shuffled, policy=city).outcome == before.outcome


def evidence(*present: str) -> rules.Evidence:
    return rules.Evidence(kind="signature", value="signed", present=present)


def test_c19_an_exception_is_recorded_and_a_second_person_looks_at_it(world: cast.World) -> None:
    task = _joint(world)
    given_ = {"actor": WORKER, "task_id": task, "now": MONDAY}
    with pytest.raises(rules.RolesMissing):
        actions.do(evidence=evidence("medic"), **given_)
    with pytest.raises(rules.ReasonMissing):
        actions.do_short_handed(evidence=evidence("medic"), reason=" ", **given_)
    with pytest.raises(rules.NothingToExcept):
        actions.do_short_handed(evidence=evidence(*TAIYUAN), reason="in a hurry", **given_)
    with pytest.raises(rules.EvidenceMissing):
        actions.do_short_handed(evidence=rules.Evidence(kind="photo", value="x"), reason="the officer is ill", **given_)
    actions.do_short_handed(evidence=evidence("medic"), reason="the officer is ill", **given_)
    (fact,) = journal.facts(actor=WORKER, kinds=[TaskExcepted.kind], subjects=[task])
    assert (fact.actor_id, fact.event.missing, fact.event.reason) == (WORKER.id, ("information-officer",), "the officer is ill")
    assert [card.id for card in queries.to_check(actor=SECRETARY)] == [task]
    with pytest.raises(rules.SecondPersonNeeded):
        actions.verify(actor=WORKER, task_id=task, now=MONDAY)
    actions.verify(actor=SECRETARY, task_id=task, now=MONDAY)
    with pytest.raises(rules.TaskNotOpen):
        actions.do_short_handed(evidence=evidence("medic"), reason="again", **given_)


def test_c19_the_team_is_told_for_the_area_of_the_task(world: cast.World) -> None:
    task = _joint(world)
    told = answer(client_of(Duty.GRID_WORKER).get(f"/api/tasks/{task}/team"))
    assert (told["roles"], told["persons"], told["clause_id"]) == (list(TAIYUAN), 2, "cn-2022-20-4docs:visit")
    assert client_of(Duty.GRID_WORKER, area=NEIGHBOUR_COUNTY).get(f"/api/tasks/{task}/team").status_code == 404
    assert queries.visit_team(actor=WORKER, area=GRID1, now=MONDAY).roles == TAIYUAN
