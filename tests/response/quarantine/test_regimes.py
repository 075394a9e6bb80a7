"""Orders that run while the regime changes: 2022-12-07 both ways, 2023-01-08, and never longer than before."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from epigrid.field.sampling import queries as sampled
from epigrid.playbooks import daily, runner
from epigrid.playbooks.tables import STEPS
from epigrid.registers.organisation.models import Directive
from epigrid.registers.policies import queries as policies
from epigrid.response.quarantine import actions, queries
from epigrid.store import clock
from epigrid.store.models import Fact
from tests import cast
from tests.cast import DAY, TREE
from tests.response import stories

ALL = stories.ALL
TENTH = datetime(2022, 12, 5, 0, 0, tzinfo=UTC)
"""Two days before the ten measures; 08:00 in Shanghai."""


@pytest.fixture
def served(world: cast.World) -> Any:
    """An order served on 2022-12-05 for an exposure on the 3rd: by its own edition five days at a site, until the end of the 8th."""
    clock.move_to(TREE, TENTH)
    order_id = stories.order(world, at=TENTH, exposed_at=TENTH - 2 * DAY)
    stories.issue_order(world, order_id, at=TENTH)
    stories.serve(world, order_id, at=TENTH)
    runner.run_until_quiet(STEPS)
    return order_id


def local(tmp_path: Path, settings: Any) -> None:
    """The county lets the ten measures apply to people who are already under a measure."""
    (tmp_path / "county.toml").write_text(
        '[pack]\nid = "open"\ndisease = "covid-19"\ntitle = "open measures too"\nkind = "overlay"\nlevel = "city"\narea = "shanxi/taiyuan/"\n'
        "valid_from = 2022-12-07\napplies_to_open_measures = true\n"
    )
    settings.EPIGRID_PACKS_DIR = str(tmp_path)


def cross(to: datetime) -> None:
    """Let the clock run to a moment, everything that falls due on the way done."""
    while (due := daily.next_due(TREE, clock.now(TREE))) <= to:
        clock.move_to(TREE, due)
        daily.tick(TREE, due)
        runner.run_until_quiet(STEPS)


def test_a_run_across_the_ten_measures_keeps_its_edition_where_the_pack_does_not_reach_back(served: Any) -> None:
    before = queries.order(actor=ALL, order_id=served)
    cross(datetime(2022, 12, 7, 12, tzinfo=UTC))
    after = queries.order(actor=ALL, order_id=served)
    assert (after.state, after.edition, after.ends_at) == (before.state, before.edition, before.ends_at)
    assert policies.regime_of(after.edition).pack == "cn-2022-20-4docs"


def test_a_run_across_the_ten_measures_is_judged_by_them_where_a_local_order_says_so(served: Any, tmp_path: Path, settings: Any) -> None:
    """No days at a site are left under the ten measures: the site order ends at once, on record, and its tests with it."""
    local(tmp_path, settings)
    cross(datetime(2022, 12, 6, 15, tzinfo=UTC))
    assert queries.order(actor=ALL, order_id=served).state == "served"
    cross(datetime(2022, 12, 6, 17, tzinfo=UTC))
    after = queries.order(actor=ALL, order_id=served)
    assert (after.state, after.ends_at) == ("ended", datetime(2022, 12, 6, 16, tzinfo=UTC))
    assert policies.regime_of(after.edition).pack == "cn-2022-10"
    assert sampled.tests_due(actor=ALL, source_id=served, states=("due",)) == []
    assert Fact.objects.filter(kind="quarantine.orders-rejudged").count() == 1
    assert runner.parked() == []


def test_judging_again_twice_changes_nothing(served: Any, tmp_path: Path, settings: Any) -> None:
    local(tmp_path, settings)
    moment = datetime(2022, 12, 6, 16, tzinfo=UTC)
    clock.move_to(TREE, moment)
    cause = cast.procedure()
    first = actions.rejudge_orders(actor=cause, area=TREE, now=moment, cause=_cause())
    assert (first, actions.rejudge_orders(actor=cause, area=TREE, now=moment, cause=_cause())) == (1, 0)


def _cause() -> Any:
    return Fact.objects.order_by("seq").values_list("id", flat=True).first()


def test_what_runs_ends_on_the_day_on_which_the_class_carries_it_no_longer(world: cast.World) -> None:
    starts = datetime(2023, 1, 5, 0, 0, tzinfo=UTC)
    clock.move_to(TREE, starts)
    Directive.objects.seen_by(ALL).update(ends_at=starts + 30 * DAY)
    order_id = stories.order(world, kind="home", at=starts, exposed_at=starts - DAY)
    stories.issue_order(world, order_id, at=starts)
    stories.serve(world, order_id, at=starts)
    runner.run_until_quiet(STEPS)
    assert queries.order(actor=ALL, order_id=order_id).ends_at == datetime(2023, 1, 9, 16, tzinfo=UTC)
    cross(datetime(2023, 1, 7, 17, tzinfo=UTC))
    after = queries.order(actor=ALL, order_id=order_id)
    assert (after.state, after.ends_at) == ("ended", clock.local_midnight(TREE, date(2023, 1, 8)))


def test_a_longer_regime_never_lengthens_a_running_order(served: Any, tmp_path: Path, settings: Any) -> None:
    (tmp_path / "longer.toml").write_text(
        '[pack]\nid = "longer"\ndisease = "covid-19"\ntitle = "longer"\nkind = "overlay"\nlevel = "city"\narea = "shanxi/taiyuan/"\n'
        "valid_from = 2022-12-06\nvalid_to = 2022-12-07\napplies_to_open_measures = true\n[stay.contact]\n"
        'site_days = { value = 14, source = "a test", confidence = "S" }\n'
    )
    settings.EPIGRID_PACKS_DIR = str(tmp_path)
    before = queries.order(actor=ALL, order_id=served)
    moment = datetime(2022, 12, 5, 17, tzinfo=UTC)
    assert actions.rejudge_orders(actor=cast.procedure(), area=TREE, now=moment, cause=_cause()) == 1
    after = queries.order(actor=ALL, order_id=served)
    assert after.ends_at == before.ends_at
    assert after.edition != before.edition
    assert after.ends_at - before.starts_at < timedelta(days=5)


def test_what_was_judged_at_a_past_moment_is_judged_the_same_long_after(served: Any, tmp_path: Path, settings: Any) -> None:
    """The verdict of 5 December by the edition of that day, and of 7 December by the next, asked on either day and again a month later."""
    fifth, seventh = TENTH + timedelta(hours=1), datetime(2022, 12, 6, 16, tzinfo=UTC)
    then = queries.verdict_at(actor=ALL, order_id=served, at=fifth)
    local(tmp_path, settings)
    cross(seventh)
    after = queries.verdict_at(actor=ALL, order_id=served, at=seventh)
    assert (then.reason, policies.regime_of(then.edition).pack) == ("stay.days-not-passed", "cn-2022-20-4docs")
    assert policies.regime_of(after.edition).pack == "cn-2022-10"
    cross(datetime(2023, 1, 5, tzinfo=UTC))
    (tmp_path / "county.toml").unlink()
    policies.forget()
    assert queries.verdict_at(actor=ALL, order_id=served, at=fifth) == then
    assert queries.verdict_at(actor=ALL, order_id=served, at=seventh) == after
