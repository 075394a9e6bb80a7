"""What the laws' state machines share: an example lives in a savepoint of the test's own transaction, so that each one begins with the mini world and leaves nothing."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from epigrid.playbooks import daily, runner
from epigrid.playbooks.tables import STEPS
from epigrid.store import clock
from epigrid.store.models import Fact, Hearing
from tests import cast
from tests.cast import TREE


class Story(RuleBasedStateMachine):
    """One example on the mini world."""

    def __init__(self, world: cast.World) -> None:
        super().__init__()
        self.world = world
        self.cause = world.root_cause
        self.example = transaction.atomic()
        self.example.__enter__()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.example.__exit__(None, None, None)

    @property
    def now(self) -> Any:
        return clock.now(TREE)

    def refused(self, why: type[Exception] | None, act: Callable[[], Any]) -> bool:
        """Do an act that must be refused for this reason, or (None) must not be; whether it was refused."""
        try:
            with transaction.atomic():
                act()
        except Exception as refusal:
            if why is None or not isinstance(refusal, why):
                raise
            return True
        assert why is None, f"not refused: {why.__name__}"
        return False

    def go(self, length: timedelta, *, watched: bool = True) -> None:
        """Let time pass; watched, what falls due on the way is done at its moment, else nobody (no clock, no person) acts."""
        target = self.now + length
        while watched and (due := daily.next_due(TREE, self.now)) is not None and due <= target:
            clock.move_to(TREE, due)
            daily.tick(TREE, due)
            runner.run_until_quiet(STEPS)
        clock.move_to(TREE, target)
        if watched:
            daily.tick(TREE, target)
            runner.run_until_quiet(STEPS)

    def written(self) -> tuple[int, int]:
        """How many facts and hearings there are."""
        return Fact.objects.count(), Hearing.objects.count()


def play(machine: Callable[[], Story], *, examples: int, steps: int) -> None:
    """Play the machine: `examples` stories in the default profile, in proportion (and shrunk, which takes minutes) in a thorough one."""
    scale = settings.default.max_examples / 100
    phases = [Phase.explicit, Phase.reuse, Phase.generate] + [Phase.shrink] * (scale > 1)
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=max(1, round(examples * scale)),
            stateful_step_count=steps,
            deadline=None,
            phases=phases,
            suppress_health_check=list(HealthCheck),
        ),
    )
