"""Who came: counts from tubes, turnout by unit with callers at half time, reminders that stop, people missed round after round. All people are invented."""

import io
import re
from typing import Any
from uuid import UUID

import pypdf
import pytest

from epigrid.field.sampling import actions, queries
from epigrid.field.sampling.actions.rounds import RollEntry
from epigrid.field.tasks import queries as tasks
from epigrid.kernel.areas import Area
from epigrid.kernel.duties import Duty
from epigrid.playbooks import runner
from epigrid.playbooks.tables import STEPS
from tests import cast
from tests.cast import COMMUNITY, DAY, GRID2, HOUR, MONDAY
from tests.doors.world import client_of
from tests.field.sampling.test_table import REGISTRAR, SAMPLER, SECRETARY, order_round, round_id, swab, tube

__all__ = ["round_id"]
WORKER = cast.actor(Duty.GRID_WORKER)


def come(world: cast.World, round_id: UUID, label: str, *numbers: int) -> UUID:
    made = tube(world, round_id, label, pool_size=20)
    swab(world, made, *(world.person(number) for number in numbers))
    return made


def test_s_227_a_teams_total_is_the_sum_of_the_people_in_its_tubes(world: cast.World, round_id: UUID) -> None:
    it: Any = {"actor": REGISTRAR, "now": MONDAY, "cause": world.root_cause}
    site = actions.open_site(**it, round_id=round_id, name="东门", place_id=None)
    made = {label: come(world, round_id, label, *numbers) for label, numbers in (("T1", (0, 1, 2)), ("T2", (3, 4)), ("T3", (5,)))}
    for label, team, lane in (("T1", "一队", 1), ("T2", "二队", 2), ("T3", "一队", 1)):
        actions.place_tube(**it, tube_id=made[label], site_id=site, team=team, lane=lane)
    actions.withdraw_swab(**it, tube_id=made["T1"], person_id=world.person(0))
    actions.discard_tube(**it, tube_id=made["T3"], code="frozen")
    sums = {"一队": len(queries.members(actor=SAMPLER, tube_id=made["T1"])), "二队": len(queries.members(actor=SAMPLER, tube_id=made["T2"]))}
    assert queries.per_team(actor=SAMPLER, round_id=round_id) == sums == {"一队": 2, "二队": 2}
    assert queries.per_lane_and_hour(actor=SAMPLER, round_id=round_id) == {(site, 1, 9): 2, (site, 2, 9): 2}


def half(world: cast.World, round_id: UUID, hours: float = 12) -> tuple[UUID, ...]:
    return actions.ask_for_callers(actor=cast.procedure(), round_id=round_id, now=MONDAY + hours * HOUR, cause=world.root_cause)


def test_s_187_a_unit_below_half_at_half_time_gets_a_caller_and_not_before(world: cast.World, round_id: UUID) -> None:
    come(world, round_id, "T1", *range(6))
    come(world, round_id, "T2", *range(12, 17))
    found = {unit.place_id: (unit.sampled, unit.total) for unit in queries.turnout(actor=SECRETARY, round_id=round_id)}
    assert found == {world.place("b1/u1"): (6, 12), world.place("b1/u2"): (5, 12)}
    assert half(world, round_id, 11.9) == ()
    assert half(world, round_id) == (world.place("b1/u2"),)
    runner.run_until_quiet(STEPS)
    caller = cast.actor(Duty.GRID_WORKER, area=GRID2)
    assert [(task.kind, task.place_id) for task in tasks.my_tasks(actor=caller)] == [("call-down", world.place("b1/u2"))]
    assert tasks.my_tasks(actor=WORKER) == []


def test_s_213_nobody_is_reminded_after_his_sample(world: cast.World, round_id: UUID) -> None:
    first, second = world.person(0), world.person(1)
    it: Any = {"actor": WORKER, "round_id": round_id, "cause": world.root_cause, "channel": "phone"}
    assert actions.remind(**it, person_ids=[first, second], now=MONDAY) == (first, second)
    come(world, round_id, "T1", 0)
    assert actions.remind(**it, person_ids=[first, second], now=MONDAY + 2 * HOUR) == (second,)
    listed = {one.person_id: one.reminded_at for one in queries.to_remind(actor=WORKER, round_id=round_id)}
    assert (first in listed, listed[second]) == (False, MONDAY + 2 * HOUR)
    actions.close_round(actor=SECRETARY, round_id=round_id, now=MONDAY + DAY, cause=world.root_cause)
    assert queries.to_remind(actor=WORKER, round_id=round_id) == []


@pytest.mark.parametrize("area", [COMMUNITY])
def test_people_missed_in_each_of_the_last_rounds_are_listed_and_no_others(world: cast.World, area: Area) -> None:
    for turn, missing in enumerate(((3, 4, 5), (4, 5, 6))):
        made = order_round(world)
        for start in (0, 12):
            come(world, made, f"T{turn}{start}", *(number for number in range(start, start + 12) if number not in missing))
        entry = RollEntry(person_id=world.person(5), state="away")
        actions.report_roll(actor=WORKER, round_id=made, entries=[entry], now=MONDAY, cause=world.root_cause)
        assert queries.gaps(actor=SECRETARY, area=area) == []
        actions.close_round(actor=SECRETARY, round_id=made, now=MONDAY + HOUR, cause=world.root_cause)
    assert queries.gaps(actor=SECRETARY, area=area) == [world.person(4)]


def test_the_roll_call_of_a_building_is_printed_in_walking_order_and_masked(world: cast.World, round_id: UUID) -> None:
    come(world, round_id, "T1", 0)
    answer = client_of(Duty.REGISTRAR).get(f"/roll-call/{world.place('b1')}/?print=1")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(answer.content)).pages)
    numbers = re.findall(r"mini-\d{4}", text)
    assert numbers == [f"mini-{number:04d}" for number in range(24)]
    assert "演安" not in text and "演练" in text
