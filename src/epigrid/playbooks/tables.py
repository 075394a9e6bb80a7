"""All tables fact -> steps, joined: what the runner runs."""

from epigrid.kernel.events import Event
from epigrid.playbooks import antigen, areas, orders, outbreak, planning, sampling, sweeps, testing, visits
from epigrid.playbooks.runner import Step, Steps


def _joined(*tables: Steps) -> dict[type[Event], list[Step]]:
    found: dict[type[Event], list[Step]] = {}
    for table in tables:
        for event, steps in table.items():
            found.setdefault(event, []).extend(steps)
    return found


STEPS: Steps = _joined(testing.STEPS, sampling.STEPS, outbreak.STEPS, orders.STEPS, areas.STEPS, sweeps.STEPS, planning.STEPS, antigen.STEPS, visits.STEPS)
