"""Referrals to other areas, with receipt and answer (S-133)."""

from datetime import datetime, timedelta
from uuid import UUID

from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.kernel.duties import Duty
from epigrid.response.tracing import rules
from epigrid.response.tracing.events import ReferralAcknowledged, ReferralAnswered, ReferralSent, ReferralsLate
from epigrid.response.tracing.models import Case, Referral
from epigrid.store import journal
from epigrid.store.acts import whole
from epigrid.store.ids import new_id

ANSWER_HOURS = 24
"""Cross-area feedback within 24 h (policy-facts 3.1, s79)."""


@whole
def send_referral(*, actor: Actor, case_id: UUID, subject_id: UUID, to_area: str, last_exposure_at: datetime, now: datetime, cause: UUID) -> UUID:
    """Refer a contact who lives elsewhere: category and last exposure only; the identity follows on request between the two CDCs. One per subject."""
    row = Case.objects.seen_by(actor).get(id=case_id)
    actor.require(Duty.CDC_INVESTIGATOR, area=row.area)
    known = Referral.objects.seen_by(actor).filter(case=row, subject_id=subject_id).first()
    if known is not None:
        return known.id
    referral = Referral.objects.create(
        id=new_id(row.area, "referral", case_id, subject_id),
        area=row.area,
        case=row,
        to_area=to_area,
        category="close-contact",
        last_exposure_at=last_exposure_at,
        subject_id=subject_id,
        sent_by=actor.id,
        sent_at=now,
        answer_by=now + timedelta(hours=ANSWER_HOURS),
    )
    event = ReferralSent(area=row.area, referral_id=referral.id, case_id=case_id, to_area=to_area)
    journal.record(event, actor=actor, at=now, caused_by=cause)
    return referral.id


@whole
def acknowledge_referral(*, actor: Actor, referral_id: UUID, now: datetime, cause: UUID) -> None:
    """Note the other area's receipt."""
    row = Referral.objects.seen_by(actor).select_for_update().get(id=referral_id)
    actor.require(Duty.CDC_INVESTIGATOR, Duty.CDC_DUTY_OFFICER, area=row.area)
    if row.acknowledged_at is None:
        row.acknowledged_at = now
        row.save(update_fields=["acknowledged_at"])
        journal.record(ReferralAcknowledged(area=row.area, referral_id=row.id), actor=actor, at=now, caused_by=cause)


@whole
def answer_referral(*, actor: Actor, referral_id: UUID, answer: str, now: datetime, cause: UUID) -> None:
    """Note the other area's answer (in quarantine there, gone on, unknown)."""
    row = Referral.objects.seen_by(actor).select_for_update().get(id=referral_id)
    actor.require(Duty.CDC_INVESTIGATOR, Duty.CDC_DUTY_OFFICER, area=row.area)
    if not answer.strip():
        raise rules.ReasonMissing()
    if row.answered_at is None:
        row.answered_at, row.answer = now, answer[:60]
        row.acknowledged_at = row.acknowledged_at or now
        row.save(update_fields=["answered_at", "answer", "acknowledged_at"])
        journal.record(ReferralAnswered(area=row.area, referral_id=row.id, answer=row.answer), actor=actor, at=now, caused_by=cause)


@whole
def flag_late_referrals(*, actor: Actor, area: Area, now: datetime, cause: UUID) -> int:
    """Remind of referrals without an answer in time, once each; return how many."""
    actor.require(Duty.PROCEDURE, area=area)
    rows = (
        Referral.objects.seen_by(actor)
        .select_for_update()
        .filter(answered_at__isnull=True, reminded_at__isnull=True, answer_by__lte=now, area__within=area)
    )
    ids = tuple(rows.order_by("pk").values_list("id", flat=True))
    if ids:
        Referral.objects.seen_by(actor).filter(id__in=ids).update(reminded_at=now)
        event = ReferralsLate(area=area, first_id=ids[0], referral_ids=ids)
        journal.record(event, actor=actor, at=now, caused_by=cause)
    return len(ids)
