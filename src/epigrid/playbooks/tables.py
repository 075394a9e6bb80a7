"""All tables fact -> steps, joined: what the runner runs."""

from epigrid.kernel.events import Event
from epigrid.playbooks import antigen, areas, orders, outbreak, planning, sampling, support, sweeps, testing, visits
from epigrid.playbooks.runner import Step, Steps


def _joined(*tables: Steps) -> dict[type[Event], list[Step]]:
    found: dict[type[Event], list[Step]] = {}
    for table in tables:
        for event, steps in table.items():
            found.setdefault(event, []).extend(steps)
    return found


PLAYBOOKS = (testing, sampling, outbreak, orders, areas, sweeps, planning, antigen, visits, support)
STEPS: Steps = _joined(*(playbook.STEPS for playbook in PLAYBOOKS))
