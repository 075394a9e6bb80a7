"""Ways out to hospital and back (S-178): an emergency is granted when it is asked, a planned one by the desk; the loop is closed when he is back."""

from datetime import datetime
from uuid import UUID

from epigrid.field.care import rules
from epigrid.field.care.events import MedicalExitChanged
from epigrid.field.care.models import MedicalExit
from epigrid.kernel.actors import Actor
from epigrid.kernel.duties import Duty
from epigrid.registers.organisation import queries as organisation
from epigrid.registers.people import queries as people
from epigrid.store import journal
from epigrid.store.acts import whole
from epigrid.store.ids import repeated_id

DESK = (Duty.COMMUNITY_SECRETARY, Duty.ZONE_LEAD, Duty.SUBDISTRICT_OFFICE)
DRIVERS = (Duty.GRID_WORKER, Duty.PHONE_OPERATOR, Duty.SITE_MANAGER, Duty.TRANSFER_TEAM, *DESK)


def open_exit(person: people.PersonCard, *, reason: str, urgency: str, now: datetime, request_id: UUID | None) -> MedicalExit:
    """Write an exit, granted at once where the rule says so. The caller tells the fact."""
    granted = rules.granted_at_once(urgency)
    return MedicalExit.objects.create(
        id=repeated_id(person.area, "medical-exit", person.id),
        area=person.area,
        person_id=person.id,
        request_id=request_id,
        reason=reason,
        urgency=urgency,
        asked_at=now,
        granted_at=now if granted else None,
    )


@whole
def ask_exit(*, actor: Actor, person_id: UUID, reason: str, urgency: str, now: datetime) -> UUID:
    """Ask for a way out to hospital. An emergency is granted by asking (X06); a planned one that is still open for the same reason is the same."""
    person = people.person(actor=actor, person_id=person_id)
    actor.require(*DRIVERS, area=person.area)
    if reason not in rules.EXIT_REASONS or urgency not in rules.URGENCIES:
        raise rules.ExitUnknown(reason=reason, urgency=urgency)
    known = MedicalExit.objects.seen_by(actor).filter(person_id=person_id, reason=reason, urgency="planned", out_at__isnull=True).first()
    if known is not None and urgency == "planned":
        return known.id
    row = open_exit(person, reason=reason, urgency=urgency, now=now, request_id=None)
    _tell(actor, row, "asked", now)
    return row.id


@whole
def grant_exit(*, actor: Actor, exit_id: UUID, now: datetime) -> None:
    """The desk grants a planned exit."""
    row = _seen(actor, exit_id)
    actor.require(*DESK, area=row.area)
    if row.granted_at is None:
        row.granted_at, row.granted_by = now, actor.named
        row.save(update_fields=["granted_at", "granted_by"])
        _tell(actor, row, "granted", now)


@whole
def note_out(*, actor: Actor, exit_id: UUID, vehicle: str, at: datetime, now: datetime, hospital_id: UUID | None = None) -> None:
    """He left, with which vehicle and (known then or later) to which hospital; written again, it is corrected. An emergency is written down afterwards."""
    row = _seen(actor, exit_id)
    actor.require(*DRIVERS, area=row.area)
    if row.granted_at is None:
        raise rules.ExitNotGranted(exit=str(exit_id))
    if not row.asked_at <= at <= now or (row.back_at is not None and row.back_at < at):
        raise rules.ExitMomentUnfit
    if hospital_id is not None:
        organisation.body(actor=actor, body_id=hospital_id)
    row.vehicle, row.hospital_id, row.out_at = vehicle[:40], hospital_id or row.hospital_id, at
    row.save(update_fields=["vehicle", "hospital", "out_at"])
    _tell(actor, row, "out", now)


@whole
def note_back(*, actor: Actor, exit_id: UUID, at: datetime, now: datetime) -> None:
    """He is back: the loop is closed. A way home is never refused."""
    row = _seen(actor, exit_id)
    actor.require(*DRIVERS, area=row.area)
    if row.out_at is None:
        raise rules.ExitNotOut(exit=str(exit_id))
    if not row.out_at <= at <= now:
        raise rules.ExitMomentUnfit
    if row.back_at is None:
        row.back_at = at
        row.save(update_fields=["back_at"])
        _tell(actor, row, "back", now)


def _seen(actor: Actor, exit_id: UUID) -> MedicalExit:
    return MedicalExit.objects.seen_by(actor).select_for_update().get(id=exit_id)


def _tell(actor: Actor, row: MedicalExit, step: str, now: datetime) -> None:
    event = MedicalExitChanged(area=row.area, exit_id=row.id, person_id=row.person_id, urgency=row.urgency, step=step)
    journal.record(event, actor=actor, at=now, caused_by=None)
