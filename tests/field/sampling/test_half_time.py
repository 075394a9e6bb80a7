"""By the clock: at half time, once a round, units that are behind get a caller (S-187). All people are invented."""

from uuid import UUID

from epigrid.field.sampling import actions, queries
from epigrid.field.tasks import queries as tasks
from epigrid.kernel.duties import Duty
from epigrid.playbooks import daily, runner
from epigrid.playbooks.tables import STEPS
from epigrid.store import journal
from tests import cast
from tests.cast import DAY, GRID1, GRID2, HOUR, MONDAY, TREE
from tests.field.sampling.test_table import SECRETARY, order_round, round_id
from tests.field.sampling.test_turnout import come

__all__ = ["round_id"]


def called() -> list[tuple[str, UUID | None]]:
    """Tasks of callers in both grids."""
    grids = (cast.actor(Duty.GRID_WORKER, area=area) for area in (GRID1, GRID2))
    return [(task.kind, task.place_id) for grid in grids for task in tasks.my_tasks(actor=grid) if task.kind == "call-down"]


def asked() -> int:
    return len(journal.facts(actor=cast.procedure(), kinds=["sampling.callers-needed"]))


def test_s_187_the_clock_strikes_at_half_time_and_units_behind_get_a_caller_once(world: cast.World, round_id: UUID) -> None:
    come(world, round_id, "T1", *range(6))
    assert queries.next_due(actor=cast.procedure(), after=MONDAY) == MONDAY + 12 * HOUR
    daily.tick(TREE, MONDAY + 11 * HOUR)
    assert asked() == 0
    daily.tick(TREE, MONDAY + 12 * HOUR)
    runner.run_until_quiet(STEPS)
    assert called() == [("call-down", world.place("b1/u2"))]
    assert queries.next_due(actor=cast.procedure(), after=MONDAY + 12 * HOUR) == MONDAY + DAY
    come(world, order_round(world), "T2", 1)
    daily.tick(TREE, MONDAY + 13 * HOUR)
    daily.tick(TREE, MONDAY + 14 * HOUR)
    runner.run_until_quiet(STEPS)
    assert asked() == 2, "once in each of the two rounds"
    assert called().count(("call-down", world.place("b1/u2"))) == 2


def test_s_187_where_no_unit_is_behind_the_question_is_asked_once_and_nobody_called(world: cast.World, round_id: UUID) -> None:
    come(world, round_id, "T1", *range(6))
    come(world, round_id, "T2", *range(12, 18))
    for hours in (12, 13, 14):
        daily.tick(TREE, MONDAY + hours * HOUR)
    runner.run_until_quiet(STEPS)
    assert (asked(), called()) == (1, [])


def test_s_187_a_round_that_is_closed_by_then_calls_nobody(world: cast.World, round_id: UUID) -> None:
    actions.close_round(actor=SECRETARY, round_id=round_id, now=MONDAY + HOUR, cause=world.root_cause)
    daily.tick(TREE, MONDAY + 12 * HOUR)
    assert asked() == 0
