"""Candidates: gathered from tubes, households, scans, interviews; judged one person at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from epigrid.kernel.actors import Actor
from epigrid.kernel.duties import Duty
from epigrid.registers.people import queries as people
from epigrid.registers.policies import queries as policies
from epigrid.response.tracing import rules
from epigrid.response.tracing.events import CandidateJudged, CandidatesFound
from epigrid.response.tracing.models import Candidate, Case, Contact
from epigrid.store import clock, journal
from epigrid.store.acts import whole
from epigrid.store.ids import new_id


@dataclass(frozen=True, kw_only=True)
class NewCandidate:
    """Somebody found: from which source, with what evidence (plain values without identity), how long, last when.

    `link`: how he is linked to the case, where more is known of it than the source says. `doubtful`: he was found by something that others share (a name
    only), so whoever decides on him decides on him alone.
    """

    person_id: UUID
    evidence: Mapping[str, Any]
    seconds: int = 0
    last_exposure_at: datetime | None = None
    doubtful: bool = False
    link: str = ""


@whole
def add_candidates(*, actor: Actor, case_id: UUID, source: str, found: Sequence[NewCandidate], now: datetime, cause: UUID, leads: int = 0) -> int:
    """Add people as candidates of a case; evidence of a second source joins the first. Returns how many people are new."""
    row = Case.objects.seen_by(actor).get(id=case_id)
    actor.require(Duty.PROCEDURE, Duty.CDC_INVESTIGATOR, area=row.area)
    if source not in rules.SOURCES:
        raise rules.OutcomeUnknown(source=source)
    cards = {card.id: card for card in people.people(actor=actor, ids=[new.person_id for new in found])}
    known = {seen.person_id: seen for seen in Candidate.objects.seen_by(actor).select_for_update().filter(case=row).order_by("pk")}
    fresh: dict[UUID, Candidate] = {}
    changed = 0
    for new in found:
        if new.person_id not in cards or new.person_id == row.person_id:
            continue
        held = known.get(new.person_id) or fresh.get(new.person_id)
        if held is None:
            fresh[new.person_id] = _candidate(row, cards[new.person_id], source, new, cause)
        elif _join(held, source, new):
            changed += 1
            if new.person_id in known:
                held.save(update_fields=["sources", "evidence", "link", "seconds", "last_exposure_at", "doubtful"])
    Candidate.objects.bulk_create(list(fresh.values()), ignore_conflicts=True)
    if fresh or changed or leads:
        event = CandidatesFound(
            area=row.area, case_id=row.id, source=source, candidate_ids=tuple(candidate.id for candidate in fresh.values()), leads=leads
        )
        journal.record(event, actor=actor, at=now, caused_by=cause)
    return len(fresh)


def _candidate(row: Case, card: people.PersonCard, source: str, new: NewCandidate, cause: UUID) -> Candidate:
    return Candidate(
        id=new_id(row.area, "candidate", row.id, card.id),
        area=card.area,
        case=row,
        person_id=card.id,
        sources=[source],
        evidence=[{"source": source, **new.evidence}],
        link=rules.strongest(new.link, rules.link_of(source=source)),
        seconds=new.seconds,
        last_exposure_at=new.last_exposure_at,
        doubtful=new.doubtful,
        caused_by=cause,
    )


def _join(held: Candidate, source: str, new: NewCandidate) -> bool:
    row = {"source": source, **new.evidence}
    if row in held.evidence:
        return False
    held.evidence = [*held.evidence, row]
    held.sources = sorted({*held.sources, source})
    held.link = rules.strongest(held.link, new.link, rules.link_of(source=source))
    held.seconds += new.seconds
    held.doubtful = held.doubtful and new.doubtful
    moments = [moment for moment in (held.last_exposure_at, new.last_exposure_at) if moment is not None]
    held.last_exposure_at = max(moments, default=None)
    return True


@whole
def judge_candidate(
    *, actor: Actor, candidate_id: UUID, outcome: str, reason: str, now: datetime, cause: UUID, last_exposure_at: datetime | None = None
) -> UUID | None:
    """A CDC investigator judges one person (act contact.judge): close contact, exposed, or none with the reason. Returns the contact's id, if any."""
    row = Candidate.objects.seen_by(actor).select_for_update().get(id=candidate_id)
    policies.require(actor=actor, act="contact.judge", area=row.area, now=now)
    last = last_exposure_at or row.last_exposure_at
    rules.judge(outcome=outcome, reason=reason, last_exposure_at=last, judged=row.judged_at is not None)
    policy = policies.clause(rules.ContactPolicy, on=clock.local_day(row.area, now), area=row.area)
    row.outcome, row.reason, row.judged_by, row.judged_at = outcome, reason, actor.named, now
    row.last_exposure_at, row.clause_id, row.edition = last, policy.clause_id, policy.edition
    row.save()
    contact = _contact(actor, row, now, cause) if outcome != "none" else None
    event = CandidateJudged(
        area=row.area,
        candidate_id=row.id,
        case_id=row.case_id,
        contact_id=contact.id if contact else None,
        person_id=row.person_id,
        outcome=outcome,
        last_exposure_at=last,
        doubtful=row.doubtful,
    )
    journal.record(event, actor=actor, at=now, caused_by=cause)
    return contact.id if contact else None


def _contact(actor: Actor, row: Candidate, now: datetime, cause: UUID) -> Contact:
    return Contact.objects.create(
        id=new_id(row.area, "contact", row.case_id, row.person_id),
        area=row.area,
        case_id=row.case_id,
        person_id=row.person_id,
        kind=row.outcome,
        last_exposure_at=row.last_exposure_at,
        judged_by=actor.named,
        judged_at=now,
        edition=row.edition,
        clause_id=row.clause_id,
        caused_by=cause,
    )
