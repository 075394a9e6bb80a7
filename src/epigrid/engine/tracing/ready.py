"""`python -m epigrid.engine.tracing.ready`: compile every loop of the engine into its cache, so that nobody waits for it in an outbreak (half a minute, once)."""

from uuid import UUID

from epigrid.engine.tracing import contacts, hops
from epigrid.engine.tracing.index import DAY_SECONDS, TraceIndex
from epigrid.engine.tracing.schemas import ExposureQuery, HopRule, PlaceQuery, Visits


def compile_all() -> None:
    """Ask each question of two people who spend a night at one place, one of them reported late."""
    rows = [(person, 0, DAY_SECONDS - 3600, DAY_SECONDS + 3600) for person in (0, 1)]
    index = TraceIndex.of(Visits.of(rows)).with_rows(Visits.of([(1, 0, 2 * DAY_SECONDS, 3 * DAY_SECONDS)])).with_rows(Visits.of(rows[:1]))
    query = ExposureQuery(exposure_id=UUID(int=1), person=0, start=0, end=3 * DAY_SECONDS)
    rule = HopRule(latency_seconds=DAY_SECONDS, min_seconds=60)
    contacts.contacts(index, [query])
    contacts.meetings(index, [query])
    contacts.exposures(index, [query])
    contacts.evidence(index, query, 1)
    contacts.present(index, PlaceQuery(exposure_id=UUID(int=1), place=0, start=0, end=DAY_SECONDS))
    hops.reach(index, [query], rule=rule, until=3 * DAY_SECONDS)
    hops.origins(index, [query], rule=rule, since=0)


if __name__ == "__main__":
    compile_all()
