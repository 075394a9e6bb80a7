"""Tests of workers: due by role as the rules say, and an overdue worker is on no shift. All people are invented."""

from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from epigrid.field.sampling import actions as sampling
from epigrid.kernel.duties import Duty
from epigrid.kernel.errors import NotAllowed
from epigrid.playbooks import runner
from epigrid.playbooks.tables import STEPS
from epigrid.registers.workforce import actions, queries, rules
from epigrid.registers.workforce.models import Shift, StaffTest
from tests import cast
from tests.cast import COMMUNITY, DAY, GRID1, HOUR, MONDAY

SECRETARY, SAMPLER = cast.actor(Duty.COMMUNITY_SECRETARY), cast.actor(Duty.SAMPLER)
WEEKLY = """[pack]
id = "weekly"
disease = "covid-19"
title = "an interval invented for a test"
kind = "overlay"
level = "city"
area = "shanxi/taiyuan/"
valid_from = 2022-01-01

[staff-test]
interval_days = { value = 7, source = "a number of this test", confidence = "P" }
"""


def worker(kind: str, title: str = "w1") -> UUID:
    return actions.enter_worker(actor=SECRETARY, area=COMMUNITY, kind=kind, title=title, user_id=None)


def show(one: UUID, days: float, now: Any = MONDAY) -> None:
    actions.show_test(actor=SECRETARY, worker_id=one, sampled_at=MONDAY - days * DAY, now=now)


def shift(one: UUID, now: Any = MONDAY) -> UUID:
    return actions.start_shift(actor=SECRETARY, worker_id=one, now=now)


def outcomes(now: Any = MONDAY) -> dict[str, str]:
    return {card.title: card.outcome for card in queries.staff_tests(actor=SECRETARY, now=now)}


def test_s_222_an_overdue_worker_is_on_no_shift_until_he_is_sampled(world: cast.World) -> None:
    one = worker("transfer")
    with pytest.raises(rules.TestOverdue):
        shift(one)
    show(one, 2)
    with pytest.raises(rules.TestOverdue) as refused:
        shift(one)
    assert refused.value.details | {"worker": ""} == {"worker": "", "role": "transfer", "due": "2022-11-20"}
    assert Shift.objects.count() == 0
    show(one, 1)
    assert outcomes() == {"w1": "due"}
    shift(one)


def test_s_222_the_list_is_by_role_and_where_nobody_set_how_often_it_says_so_and_keeps_nobody_from_work(world: cast.World) -> None:
    for number, kind in enumerate(("arrivals", "transfer", "volunteer")):
        worker(kind, f"w{number}")
    ids = {card.title: card.worker_id for card in queries.staff_tests(actor=SECRETARY, now=MONDAY)}
    show(ids["w1"], 0)
    assert outcomes() == {"w0": "overdue", "w2": "unset", "w1": "not-due"}
    shift(ids["w2"])
    assert queries.staff_tests(actor=cast.actor(Duty.COMMUNITY_SECRETARY, area=cast.NEIGHBOUR), now=MONDAY) == []


def test_s_222_where_a_county_sets_the_interval_every_role_has_one(world: cast.World, tmp_path: Path, settings: Any) -> None:
    (tmp_path / "weekly.toml").write_text(WEEKLY)
    settings.EPIGRID_PACKS_DIR = str(tmp_path)
    one = worker("volunteer")
    show(one, 8)
    with pytest.raises(rules.TestOverdue):
        shift(one)
    show(one, 7)
    assert outcomes() == {"w1": "due"}


def test_s_222_a_worker_whose_tube_was_read_has_been_tested(world: cast.World) -> None:
    one = worker("arrivals")
    actions.name_worker(actor=SECRETARY, worker_id=one, person_id=world.person(3), now=MONDAY)
    it: Any = {"actor": SAMPLER, "area": COMMUNITY, "now": MONDAY, "cause": world.root_cause}
    tubes = [sampling.fill_tube(**it, label=f"S{number}", pool_size=1, person_ids=[world.person(number)]) for number in (3, 4)]
    runner.run_until_quiet(STEPS)
    assert outcomes() == {"w1": "overdue"}
    for _again in range(2):
        sampling.note_results(actor=cast.procedure(), tube_ids=tubes, outcome="negative", at=MONDAY + HOUR, now=MONDAY + HOUR, cause=world.root_cause)
        runner.run_until_quiet(STEPS)
    assert (outcomes(), StaffTest.objects.count()) == ({"w1": "not-due"}, 1)
    shift(one, MONDAY + 2 * HOUR)


def test_s_222_only_a_leader_notes_a_paper_and_none_is_ahead_of_now(world: cast.World) -> None:
    one = worker("transfer")
    with pytest.raises(NotAllowed):
        actions.show_test(actor=SAMPLER, worker_id=one, sampled_at=MONDAY, now=MONDAY)
    with pytest.raises(rules.TestAhead):
        show(one, -1)
    with pytest.raises(NotAllowed):
        actions.name_worker(actor=cast.actor(Duty.GRID_WORKER, area=COMMUNITY), worker_id=one, person_id=world.person(0), now=MONDAY)
    assert GRID1 and StaffTest.objects.count() == 0


def policy(**more: Any) -> rules.StaffTestPolicy:
    return rules.StaffTestPolicy(
        edition="e", clause_id="c", **({"exposed_roles": ("transfer",), "exposed_interval_days": 1, "interval_days": 7} | more)
    )


DAYS = st.integers(min_value=0, max_value=60)


@given(ago=DAYS, more=DAYS, interval=st.integers(min_value=1, max_value=30))
def test_s_222_who_is_overdue_stays_so_as_days_pass_and_a_newer_sample_never_makes_it_worse(ago: int, more: int, interval: int) -> None:
    order = ("not-due", "due", "overdue")

    def rank(days: int) -> int:
        last = date.fromordinal(738000 - days)
        found = rules.judge_staff_test(role="cadre", last=last, today=date.fromordinal(738000), policy=policy(interval_days=interval))
        return order.index(found.outcome)

    assert rank(ago) == (ago >= interval) + (ago > interval)
    assert rank(ago + more) >= rank(ago)


def test_s_222_an_unset_interval_is_never_a_default() -> None:
    none = policy(exposed_roles=None, exposed_interval_days=None, interval_days=None)
    assert rules.judge_staff_test(role="transfer", last=None, today=date(2022, 11, 21), policy=none).outcome == "unset"
