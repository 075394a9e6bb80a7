"""Reports of the roll-call as rows, and the class that follows from all of them; whoever is left out of rounds is reported exempt when one opens."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from uuid import UUID

from epigrid.field.sampling import queries, rules
from epigrid.field.sampling.events import RollReported
from epigrid.field.sampling.models import RollReport, RosterRow, Round, Swab
from epigrid.kernel.actors import Actor
from epigrid.store import journal
from epigrid.store.ids import new_id


def write_reports(actor: Actor, row: Round, reports: Sequence[RollReport], now: datetime, cause: UUID) -> int:
    """Write the reports that are not known yet, bring the classes in line, and tell it as one fact; return how many were new."""
    known = _known_reports(actor, row, reports)
    new = [report for report in reports if (report.person_id, report.by, report.state, report.way) not in known]
    RollReport.objects.bulk_create(new, ignore_conflicts=True)
    recompute(actor=actor, round_id=row.id, person_ids=[report.person_id for report in new])
    if new:
        people_and_classes = [(report.person_id, report.state if report.way != "elsewhere" else "elsewhere") for report in new]
        ids, classes = zip(*people_and_classes, strict=True)
        event = RollReported(area=row.area, round_id=row.id, person_ids=ids, classes=classes)
        journal.record(event, actor=actor, at=now, caused_by=cause)
    return len(new)


def exempt(actor: Actor, row: Round, person_ids: Collection[UUID], now: datetime, cause: UUID) -> int:
    """Report those of the people as exempt whose exclusion lives when the round opens, in the name of whoever left them out; return how many."""
    living = [one for one in queries.exclusions(actor=actor, on=max(now, row.opens_at)) if one.person_id in person_ids]
    reports = [
        RollReport(
            id=new_id(row.area, "roll-report", row.id, one.person_id, one.by, "exempt", ""),
            area=one.area,
            round=row,
            person_id=one.person_id,
            state="exempt",
            reason=EXCLUDED,
            by=one.by,
            at=now,
        )
        for one in living
    ]
    return write_reports(actor, row, reports, now, cause) if reports else 0


EXCLUDED = "excluded"
"""What a report of `exempt` says that follows from an exclusion; why he is left out stays there, and goes with it."""


def _known_reports(actor: Actor, row: Round, reports: Sequence[RollReport]) -> set[tuple[UUID, UUID | None, str, str]]:
    rows = RollReport.objects.seen_by(actor).filter(round=row, person_id__in=[report.person_id for report in reports])
    return set(rows.values_list("person_id", "by", "state", "way"))


def recompute(*, actor: Actor, round_id: UUID, person_ids: Sequence[UUID], swabs: Iterable[tuple[UUID, UUID | None]] | None = None) -> None:
    """Bring `state`, `way` and the flag of roster rows in line with all reports and swabs; `swabs`: (person, by) where the caller knows them all."""
    facts: dict[UUID, list[rules.RollFact]] = {person_id: [] for person_id in person_ids}
    reports = RollReport.objects.seen_by(actor).filter(round_id=round_id, person_id__in=person_ids)
    for person_id, state, way, by in reports.values_list("person_id", "state", "way", "by"):
        facts[person_id].append(rules.RollFact(person_id=person_id, state=state, way=way, by=by))
    for person_id, by in _swabs(actor, round_id, person_ids) if swabs is None else swabs:
        facts[person_id].append(rules.RollFact(person_id=person_id, state="sampled", way="here", by=by))
    by_standing: dict[rules.Standing, list[UUID]] = {}
    for person_id, known in facts.items():
        by_standing.setdefault(rules.standing_of(known), []).append(person_id)
    for standing, ids in by_standing.items():
        RosterRow.objects.seen_by(actor).filter(round_id=round_id, person_id__in=ids).update(
            state=standing.state, way=standing.way, contradicted=standing.contradicted
        )


def _swabs(actor: Actor, round_id: UUID, person_ids: Sequence[UUID]) -> Iterable[tuple[UUID, UUID | None]]:
    swabs = Swab.objects.seen_by(actor).filter(round_id=round_id, person_id__in=person_ids, withdrawn_at__isnull=True, lost=False)
    return swabs.values_list("person_id", "by")
