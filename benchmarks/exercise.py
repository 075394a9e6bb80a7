"""Times the whole exercise and the two proposals of the issue (positive tube -> holds, confirmation -> orders) on the database given by DATABASE_URL.

Command: `make bench`. Prints one JSON line with the machine's cores, the load and the date.
"""

import json
import os
import platform
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from epigrid.interfaces import startup


def main() -> None:
    """Run the exercise once and print its seconds, in all and for the steps from the positive tube and from the confirmation."""
    startup.fresh_database(Path(tempfile.mkdtemp(prefix="epigrid-bench-")), "bench")
    startup.prepare()
    startup.ensure_keys(demo=True)
    from epigrid.command.exercises.formats import load_plan
    from epigrid.interfaces.demo import plan_path
    from epigrid.playbooks.exercise import run as exercise

    seconds: dict[str, float] = {}
    plain = exercise.act

    def timed(name: str) -> exercise.Act:
        inner = plain(name)

        def act(stage: exercise.Stage) -> None:
            began = time.monotonic()
            inner(stage)
            seconds[name] = round(time.monotonic() - began, 2)

        return act

    exercise.act = timed
    outcome = exercise.perform(load_plan(plan_path("huaiyuan")), tree="bench", say=lambda _line: None)
    found = {
        "whole_exercise_s": round(outcome.seconds, 1),
        "positive_tube_to_proposals_s": seconds["tube_is_positive"],
        "holds_to_dispatch_and_retests_s": seconds["issue_holds"],
        "confirmation_to_candidates_s": seconds["confirm_case"],
        "laws_held": outcome.held,
        "database": os.environ["DATABASE_URL"].split(":")[0],
        "cores": os.cpu_count(),
        "load": os.getloadavg()[0],
        "python": platform.python_version(),
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main()
