"""Refusals of a test (S-219): recorded, talked about, and referred only by a human after all talks; nothing is punished, and it is deleted with the round."""

from datetime import datetime
from uuid import UUID

from epigrid.field.sampling import rules
from epigrid.field.sampling.actions.rounds import RollEntry, report_roll, still_open
from epigrid.field.sampling.events import DeclineReferred, DeclineTalked, TestDeclined
from epigrid.field.sampling.models import Refusal, RosterRow
from epigrid.kernel.actors import Actor
from epigrid.kernel.duties import Duty
from epigrid.store import journal
from epigrid.store.acts import whole
from epigrid.store.ids import new_id

TALKERS = (Duty.GRID_WORKER, Duty.REGISTRAR, Duty.SAMPLER, Duty.COMMUNITY_SECRETARY, Duty.PHONE_OPERATOR)


@whole
def record_decline(*, actor: Actor, round_id: UUID, person_id: UUID, code: str, now: datetime, cause: UUID) -> UUID:
    """Somebody declines a test of a round, for a reason code: his class is `declined`, and his building's team sees why. Again: the same record."""
    if code not in rules.DECLINED_FOR:
        raise rules.DeclineCodeUnknown(code=code, known=list(rules.DECLINED_FOR))
    report_roll(actor=actor, round_id=round_id, entries=[RollEntry(person_id=person_id, state="declined")], now=now, cause=cause)
    row = still_open(actor, round_id)
    known = Refusal.objects.seen_by(actor).filter(round=row, person_id=person_id).first()
    if known is not None:
        return known.id
    roster = RosterRow.objects.seen_by(actor).get(round=row, person_id=person_id)
    made = Refusal.objects.create(
        id=new_id(row.area, "refusal", row.id, person_id), area=roster.area, round=row, person_id=person_id, code=code, by=actor.id, at=now
    )
    event = TestDeclined(area=made.area, refusal_id=made.id, round_id=row.id, person_id=person_id)
    journal.record(event, actor=actor, at=now, caused_by=cause)
    return made.id


@whole
def note_talk(*, actor: Actor, refusal_id: UUID, talk: str, now: datetime, cause: UUID) -> tuple[str, ...]:
    """Record that something of the list was tried (`rules.TALKS`); return what is still missing. The same talk again changes nothing."""
    row = _living(actor, refusal_id)
    actor.require(*TALKERS, area=row.area)
    if talk not in rules.TALKS:
        raise rules.TalkUnknown(talk=talk, known=list(rules.TALKS))
    if talk not in _talks(row):
        row.talks = [*row.talks, {"talk": talk, "by": str(actor.id), "at": now.isoformat()}]
        row.save(update_fields=["talks"])
        journal.record(DeclineTalked(area=row.area, refusal_id=row.id), actor=actor, at=now, caused_by=cause)
    return tuple(rules.missing_talks(_talks(row)))


@whole
def refer_decline(*, actor: Actor, refusal_id: UUID, why: str, now: datetime, cause: UUID) -> None:
    """A community secretary, by name, refers a refusal after every talk is recorded. It is recorded and nothing else: no code, no measure, no list."""
    row = _living(actor, refusal_id)
    actor.require(Duty.COMMUNITY_SECRETARY, area=row.area)
    missing = rules.missing_talks(_talks(row))
    if missing:
        raise rules.TalksMissing(missing=missing)
    if not why.strip():
        raise rules.DeclineReasonMissing()
    if row.referred_at is None:
        row.referred_by, row.referred_at, row.referred_why = actor.named, now, why.strip()[:200]
        row.save(update_fields=["referred_by", "referred_at", "referred_why"])
        journal.record(DeclineReferred(area=row.area, refusal_id=row.id, person_id=row.person_id), actor=actor, at=now, caused_by=cause)


def _living(actor: Actor, refusal_id: UUID) -> Refusal:
    """The refusal, while its round runs; afterwards it is not there."""
    row = Refusal.objects.seen_by(actor).select_for_update().get(id=refusal_id)
    still_open(actor, row.round_id)
    return row


def _talks(row: Refusal) -> list[str]:
    return [one["talk"] for one in row.talks]
