"""The one gate for helpers: C20."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from epigrid.kernel.actors import Actor
from epigrid.kernel.duties import Duty
from epigrid.kernel.errors import NotAllowed
from epigrid.registers.workforce import actions, queries, rules
from epigrid.registers.workforce.events import FitnessChecked, FitnessExcepted
from epigrid.store import journal
from tests import cast
from tests.cast import COMMUNITY, DAY, HOUR, MONDAY
from tests.registers.policies import regimes

SECRETARY = cast.actor(Duty.COMMUNITY_SECRETARY)
JANUARY, NOVEMBER = date(2022, 1, 8), date(2022, 11, 21)
ALL = ("temperature", "code", "negative-days", "training", "protection")


def policy(on: date) -> rules.HelperPolicy:
    return regimes.clause(rules.HelperPolicy, on)


def test_c20_in_january_training_and_protection_are_enough_and_in_november_they_are_not() -> None:
    met = ("training", "protection")
    january, november = (rules.judge_fitness(met=met, policy=policy(on)) for on in (JANUARY, NOVEMBER))
    assert (january.outcome, january.details["missing"], january.clause_id) == ("fit", [], "cn-2021-v8:helper")
    assert (november.outcome, november.details["missing"]) == ("unfit", ["temperature", "code", "negative-days"])
    assert november.changes_by == "temperature"
    assert rules.judge_fitness(met=ALL, policy=policy(NOVEMBER)).outcome == "fit"


@given(met=st.sets(st.sampled_from(ALL)), more=st.sets(st.sampled_from(ALL)), on=st.sampled_from([JANUARY, NOVEMBER]))
def test_c20_whoever_fulfils_more_is_never_less_fit(met: set[str], more: set[str], on: date) -> None:
    fewer, all_of_it = (rules.judge_fitness(met=one, policy=policy(on)) for one in (met, met | more))
    assert set(all_of_it.details["missing"]) == set(fewer.details["missing"]) - more
    assert (fewer.outcome == "fit") == (not fewer.details["missing"])


def worker(user: Duty | None = None):
    user_id = None if user is None else cast.user_id(user)
    return actions.enter_worker(actor=SECRETARY, area=COMMUNITY, kind="volunteer", title="w1", user_id=user_id)


def check(worker_id, *met: str, at=MONDAY, actor: Actor = SECRETARY):
    return actions.check_fitness(actor=actor, worker_id=worker_id, met=met, now=at)


def test_c20_an_unfit_helper_does_not_go_on_duty_until_he_fulfils_what_is_missing(world: cast.World) -> None:
    one = worker()
    check(one, "training", "protection")
    card = queries.fitness(actor=SECRETARY, worker_id=one, now=MONDAY)
    assert (card.outcome, card.missing, card.needs) == ("unfit", ("temperature", "code", "negative-days"), ALL)
    with pytest.raises(rules.NotFit) as refused:
        actions.start_shift(actor=SECRETARY, worker_id=one, now=MONDAY)
    assert refused.value.details["missing"] == ["temperature", "code", "negative-days"]
    check(one, *ALL, at=MONDAY + HOUR)
    actions.start_shift(actor=SECRETARY, worker_id=one, now=MONDAY + HOUR)
    kinds = [fact.event for fact in journal.facts(actor=SECRETARY, kinds=[FitnessChecked.kind], subjects=[one])]
    assert [event.outcome for event in kinds] == ["unfit", "fit"]


def test_c20_an_exception_names_a_person_and_a_reason_and_is_logged(world: cast.World) -> None:
    one = worker()
    given_ = {"worker_id": one, "now": MONDAY}
    with pytest.raises(rules.NothingToExcept):
        actions.except_worker(actor=SECRETARY, reason="nobody else cooks", **given_)
    check(one, "code", "training", "protection", "temperature")
    with pytest.raises(rules.ReasonMissing):
        actions.except_worker(actor=SECRETARY, reason="  ", **given_)
    with pytest.raises(NotAllowed):
        actions.except_worker(actor=cast.procedure(), reason="nobody else cooks", **given_)
    actions.except_worker(actor=SECRETARY, reason="nobody else cooks", **given_)
    card = queries.fitness(actor=SECRETARY, worker_id=one, now=MONDAY)
    assert (card.outcome, card.missing, card.excepted_by, card.exception) == ("excepted", ("negative-days",), SECRETARY.id, "nobody else cooks")
    (fact,) = journal.facts(actor=SECRETARY, kinds=[FitnessExcepted.kind], subjects=[one])
    assert (fact.actor_id, fact.event.missing, fact.event.reason) == (SECRETARY.id, ("negative-days",), "nobody else cooks")
    actions.start_shift(actor=SECRETARY, **given_)


def test_c20_nobody_excepts_himself_and_an_exception_lasts_one_day(world: cast.World) -> None:
    mine = worker(Duty.COMMUNITY_SECRETARY)
    check(mine, "code")
    with pytest.raises(rules.OwnException):
        actions.except_worker(actor=SECRETARY, worker_id=mine, reason="I must", now=MONDAY)
    actions.except_worker(actor=cast.actor(Duty.SUBDISTRICT_OFFICE), worker_id=mine, reason="storm", now=MONDAY)
    assert queries.fitness(actor=SECRETARY, worker_id=mine, now=MONDAY + DAY).outcome == "unchecked"
    check(mine, "code", at=MONDAY + DAY)
    with pytest.raises(rules.NotFit):
        actions.start_shift(actor=SECRETARY, worker_id=mine, now=MONDAY + DAY)


def test_c20_a_new_check_drops_the_exception_of_the_earlier_one(world: cast.World) -> None:
    one = worker()
    check(one, "code")
    actions.except_worker(actor=SECRETARY, worker_id=one, reason="storm", now=MONDAY)
    check(one, at=MONDAY + HOUR)
    card = queries.fitness(actor=SECRETARY, worker_id=one, now=MONDAY + HOUR)
    assert (card.outcome, card.excepted_by, card.exception) == ("unfit", None, "")


def test_a_need_that_the_clause_does_not_know_is_refused(world: cast.World) -> None:
    with pytest.raises(rules.NeedUnknown):
        check(worker(), "loyalty")


def test_only_a_leader_of_the_area_checks(world: cast.World) -> None:
    one = worker()
    for duty in (Duty.GRID_WORKER, Duty.SAMPLER, Duty.AUDITOR, Duty.COUNTY_EOC_OFFICER):
        with pytest.raises(NotAllowed):
            check(one, "code", actor=cast.actor(duty, area=cast.CITY))


def test_who_works_without_a_check_is_listed(world: cast.World) -> None:
    one = worker()
    actions.start_shift(actor=SECRETARY, worker_id=one, now=MONDAY)
    given_ = {"actor": SECRETARY, "area": cast.TREE, "now": MONDAY + HOUR}
    assert [card.id for card in queries.unchecked(**given_)] == [one]
    check(one, at=MONDAY + HOUR)
    assert queries.unchecked(**given_) == []
