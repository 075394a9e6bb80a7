"""Questions about sector sweeps, their people, and the places of an exposure."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from epigrid.field.sampling import queries as sampling
from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.response.tracing import rules
from epigrid.response.tracing.models import Exposure, PlaceDecision, SectorSweep, SweepPerson


@dataclass(frozen=True, kw_only=True)
class SweepCard:
    """A sweep and how far it is: people of its scope per result (`counts`), others per list (`leads`), those in no register here (`elsewhere`)."""

    id: UUID
    exposure_id: UUID
    sector: str
    place_ids: tuple[UUID, ...]
    starts_at: datetime
    ends_at: datetime
    reason: str
    results_due_at: datetime
    asked_by: UUID | None
    approved_by: UUID | None
    drawn_at: datetime | None
    closed_at: datetime | None
    counts: dict[str, int]
    leads: dict[str, int]
    elsewhere: int


@dataclass(frozen=True, kw_only=True)
class EntryCard:
    """Why somebody is on a sweep: the list, the source, and the link: an outlet, or for a family member the worker."""

    list_name: str
    source: str
    via: UUID


@dataclass(frozen=True, kw_only=True)
class ListedCard:
    """Somebody on a sweep's lists, with his one result."""

    person_id: UUID
    area: Area
    entries: tuple[EntryCard, ...]
    result: str
    reason: str
    noted_by: UUID | None


@dataclass(frozen=True, kw_only=True)
class CheckCard:
    """What a grid worker sees of a sweep: whom to ask to a test, until when, and the result; not why."""

    sweep_id: UUID
    person_id: UUID
    due_at: datetime
    result: str


@dataclass(frozen=True, kw_only=True)
class ExposurePlaceCard:
    """A place of an exposure and what is proposed for it (`measure` empty: nobody has said)."""

    exposure_id: UUID
    place_id: UUID
    measure: str
    reason: str
    due_at: datetime | None


def sweeps(*, actor: Actor, open_only: bool = False) -> list[SweepCard]:
    """Sweeps, newest first."""
    rows = SectorSweep.objects.seen_by(actor).order_by("-asked_at", "id")
    found = list(rows.filter(closed_at__isnull=True) if open_only else rows)
    listed = list(SweepPerson.objects.seen_by(actor).filter(sweep__in=found).select_related("sweep"))
    results = _results(actor, listed)
    return [_sweep(row, [results[one.id] for one in listed if one.sweep_id == row.id]) for row in found]


def sweep(*, actor: Actor, sweep_id: UUID) -> SweepCard:
    """One sweep."""
    return sweep_and_people(actor=actor, sweep_id=sweep_id)[0]


def listed(*, actor: Actor, sweep_id: UUID) -> list[ListedCard]:
    """Everybody on a sweep's lists, each once, in the order in which they were put there."""
    return sweep_and_people(actor=actor, sweep_id=sweep_id)[1]


def sweep_and_people(*, actor: Actor, sweep_id: UUID) -> tuple[SweepCard, list[ListedCard]]:
    """One sweep and everybody on its lists."""
    row = SectorSweep.objects.seen_by(actor).get(id=sweep_id)
    rows = list(SweepPerson.objects.seen_by(actor).filter(sweep=row).select_related("sweep").order_by("id"))
    results = _results(actor, rows)
    cards = [
        ListedCard(
            person_id=one.person_id,
            area=one.area,
            entries=tuple(EntryCard(list_name=entry["list"], source=entry["source"], via=UUID(entry["via"])) for entry in one.entries),
            result=results[one.id],
            reason=one.reason if results[one.id] == one.noted else "",
            noted_by=one.noted_by if results[one.id] == one.noted else None,
        )
        for one in rows
    ]
    return _sweep(row, list(results.values())), cards


def to_check(*, actor: Actor) -> list[CheckCard]:
    """People on drawn sweeps that run, in the actor's areas, who have no result yet: by due moment."""
    rows = list(
        SweepPerson.objects.seen_by(actor)
        .filter(sweep__drawn_at__isnull=False, sweep__closed_at__isnull=True)
        .select_related("sweep")
        .order_by("sweep__results_due_at", "person_id", "id")
    )
    results = _results(actor, rows)
    return [
        CheckCard(sweep_id=row.sweep_id, person_id=row.person_id, due_at=row.sweep.results_due_at, result=results[row.id])
        for row in rows
        if results[row.id] == "open"
    ]


def results(*, actor: Actor, rows: Sequence[SweepPerson]) -> dict[UUID, str]:
    """Person -> result, of rows of one sweep that the caller holds."""
    found = _results(actor, rows)
    return {row.person_id: found[row.id] for row in rows}


def exposure_places(*, actor: Actor, exposure_id: UUID) -> list[ExposurePlaceCard]:
    """Every place of an exposure record and every outlet of its sweeps, each with what is proposed for it (S-126)."""
    row = Exposure.objects.seen_by(actor).get(id=exposure_id)
    swept = [place for one in SectorSweep.objects.seen_by(actor).filter(exposure=row).order_by("asked_at", "id") for place in one.place_ids]
    said = {str(one.place_id): one for one in PlaceDecision.objects.seen_by(actor).filter(exposure=row)}
    found = []
    for place in dict.fromkeys([*row.place_ids, *swept]):
        one = said.get(place)
        due_at = one.due_at if one else None
        measure, reason = (one.measure, one.reason) if one else ("", "")
        found.append(ExposurePlaceCard(exposure_id=row.id, place_id=UUID(place), measure=measure, reason=reason, due_at=due_at))
    return found


def last_sweeps(*, actor: Actor) -> dict[UUID, datetime | None]:
    """When the last sweep that lists each person was closed; None while one is open."""
    found: dict[UUID, datetime | None] = {}
    for person_id, closed_at in SweepPerson.objects.seen_by(actor).values_list("person_id", "sweep__closed_at"):
        before = found.get(person_id, closed_at)
        found[person_id] = None if closed_at is None or before is None else max(before, closed_at)
    return found


def _results(actor: Actor, rows: Sequence[SweepPerson]) -> dict[UUID, str]:
    """Row -> result, from the tests since the sweep's approval, until it was closed, and from what was noted."""
    approved = [row.sweep.approved_at for row in rows if row.sweep.approved_at is not None]
    readings = sampling.readings(actor=actor, person_ids=[row.person_id for row in rows], since=min(approved)) if approved else {}
    found = {}
    for row in rows:
        since, until = row.sweep.approved_at, row.sweep.closed_at
        tests = [
            (test.single, test.outcome)
            for test in readings.get(row.person_id, ())
            if since is not None and test.sampled_at >= since and (until is None or (test.read_at is not None and test.read_at <= until))
        ]
        found[row.id] = rules.sweep_result(tests=tests, noted=row.noted)
    return found


def _sweep(row: SectorSweep, results: Sequence[str]) -> SweepCard:
    counted = Counter(results)
    return SweepCard(
        id=row.id,
        exposure_id=row.exposure_id,
        sector=row.sector,
        place_ids=tuple(map(UUID, row.place_ids)),
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        reason=row.reason,
        results_due_at=row.results_due_at,
        asked_by=row.asked_by,
        approved_by=row.approved_by,
        drawn_at=row.drawn_at,
        closed_at=row.closed_at,
        counts={result: counted[result] for result in rules.RESULTS},
        leads={name: row.leads.get(name, 0) for name in rules.LISTS},
        elsewhere=row.elsewhere,
    )
