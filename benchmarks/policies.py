"""Times the rules as data: one warm clause look-up, and judging 20,000 open orders again on the first day of a regime that applies to open measures.

Command: `python -m benchmarks.policies`, on SQLite or on the PostgreSQL given by DATABASE_URL. Prints a table and one JSON line. Everybody is invented.
"""

import json
import platform
import statistics
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from benchmarks import calibrate
from benchmarks.exercise import machine
from epigrid.interfaces import startup

ORDERS, GRIDS, LOOKUPS, REPEATS = 20_000, 400, 20_000, 5
LIMITS = {"clause_us": 20.0, "rejudge_s": 10.0}
"""Microseconds of a look-up; seconds for all orders."""
ISSUED = datetime(2023, 1, 4, 2, 0, tzinfo=UTC)
CLASS_B = datetime(2023, 1, 7, 16, 0, tzinfo=UTC)
"""Midnight of 2023-01-08 in Shanghai."""


def fill() -> Any:
    """A tree with 20,000 people in 400 grids, each under a served order of the ten measures; returns the tree's root."""
    from epigrid.kernel.areas import Area
    from epigrid.registers.people.models import Person
    from epigrid.registers.policies import queries as policies
    from epigrid.response.quarantine.models import Order
    from epigrid.store import clock

    root = Area("bench/")
    clock.make_tree(root=root, title="演练 bench", seed=1, moment=ISSUED)
    edition = policies.edition(on=date(2023, 1, 4), area=root)
    people, orders = [], []
    for number in range(ORDERS):
        area = Area(f"bench/county/sub/com{number % GRIDS // 8:02d}/g{number % GRIDS:03d}/")
        person = Person(id=UUID(int=number + 1), area=area, file_no=f"bench-{number:07d}", masked_name="演**")
        exposed = ISSUED - timedelta(days=number % 3, hours=number % 5)
        people.append(person)
        orders.append(
            Order(
                id=UUID(int=10**9 + number),
                area=area,
                person=person,
                kind="home" if number % 4 else "site",
                state="served",
                case_id=UUID(int=5),
                contact_class="close-contact",
                last_exposure_at=exposed,
                edition=edition,
                proposed_at=ISSUED,
                starts_at=ISSUED,
                ends_at=exposed + timedelta(days=6),
                caused_by=UUID(int=6),
            )
        )
    Person.objects.bulk_create(people, batch_size=500)
    Order.objects.bulk_create(orders, batch_size=500)
    return root


def lookup(root: Any) -> float:
    """Microseconds of one warm look-up of a clause by day and area, the median of several runs."""
    from epigrid.registers.policies import queries as policies
    from epigrid.response.quarantine.rules import StayPolicy

    on = date(2022, 11, 22)
    policies.clause(StayPolicy, on=on, area=root)
    runs = []
    for _ in range(REPEATS):
        began = time.perf_counter()
        for _ in range(LOOKUPS):
            policies.clause(StayPolicy, on=on, area=root)
        runs.append((time.perf_counter() - began) / LOOKUPS * 1e6)
    return statistics.median(runs)


def rejudge(root: Any) -> tuple[float, int]:
    """Seconds to judge all open orders again on the first day of class B, each run taken back; and how many orders that ends."""
    from django.db import transaction

    from epigrid.kernel.actors import Actor
    from epigrid.response.quarantine import actions

    runs, changed = [], 0
    for _ in range(REPEATS):
        with transaction.atomic():
            began = time.perf_counter()
            changed = actions.rejudge_orders(actor=Actor.procedure("bench", root), area=root, now=CLASS_B, cause=UUID(int=7))
            runs.append(time.perf_counter() - began)
            transaction.set_rollback(True)
    return statistics.median(runs), changed


def main() -> None:
    """Print both figures beside their limits."""
    startup.fresh_database(Path(tempfile.mkdtemp(prefix="epigrid-bench-")), "bench_policies")
    startup.prepare_fresh()
    startup.ensure_keys(demo=True)
    root = fill()
    seconds, changed = rejudge(root)
    rows = [
        {"what": "clause, us", "median": round(lookup(root), 2), "limit": LIMITS["clause_us"]},
        {"what": f"rejudge {changed} orders, s", "median": round(seconds, 2), "limit": LIMITS["rejudge_s"]},
    ]
    for row in rows:
        print(f"{row['what']:>28}  {row['median']:>10}  limit {row['limit']}")
    surroundings = {
        "machine": machine(),
        "python": platform.python_version(),
        "calibration": calibrate.calibrate(),
        "at": datetime.now(UTC).isoformat(),
    }
    print(json.dumps({"rows": rows, **surroundings}))


if __name__ == "__main__":
    main()
