"""Verbs of the access register."""

from datetime import datetime, timedelta
from uuid import UUID

from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.kernel.duties import Duty
from epigrid.registers.access import rules
from epigrid.registers.access.events import AccountMade, GlassBroken, GlassReviewed, LookUpsLimited, SlipCodeMade
from epigrid.registers.access.models import GlassGrant, SlipCode, User
from epigrid.registers.people import queries as people
from epigrid.store import clock, journal, vault
from epigrid.store.acts import whole
from epigrid.store.ids import new_id


@whole
def make_account(*, actor: Actor, area: Area, username: str, password: str, title: str, now: datetime) -> UUID:
    """Make an account in a tree; `title` is its office, never a name. The same user name again sets a new password."""
    actor.require(Duty.ADMINISTRATOR, area=area)
    known = User.objects.filter(username=username).first()
    user = known or User(id=new_id(area, "user", username), username=username, tree=area.tree)
    if user.tree != area.tree:
        raise rules.OtherWorld(username=username)
    user.title = title
    user.set_password(password)
    user.save()
    if known is None:
        journal.record(AccountMade(area=area.root, user_id=user.id), actor=actor, at=now, caused_by=None)
    return user.id


@whole
def make_slip_code(*, actor: Actor, person_id: UUID, until: datetime, now: datetime) -> str:
    """Make a slip code for a person and return it once; it is kept as a digest only. Earlier codes are withdrawn."""
    person = people.person(actor=actor, person_id=person_id)
    actor.require(Duty.GRID_WORKER, Duty.COMMUNITY_SECRETARY, Duty.PHONE_OPERATOR, area=person.area)
    SlipCode.objects.seen_by(actor).filter(person_id=person_id, withdrawn_at__isnull=True).update(withdrawn_at=now)
    code = rules.new_code()
    digest = vault.blind_index(person.area.tree, "slip", code)
    SlipCode.objects.create(area=person.area, person_id=person_id, digest=digest, made_at=now, until=until)
    event = SlipCodeMade(area=person.area, person_id=person_id, until=until)
    journal.record(event, actor=actor, at=now, caused_by=None)
    return rules.shown(code)


@whole
def note_look_ups_limited(*, actor: Actor, area: Area, now: datetime) -> None:
    """An account was told to wait because it looked too many people up (`store.pace`); the auditor of the area sees it. Any account, about itself."""
    if actor.id is not None:
        journal.record(LookUpsLimited(area=area, user_id=actor.id), actor=actor, at=now, caused_by=None)


@whole
def break_glass(*, actor: Actor, user: User, area: Area, reason: str, now: datetime, factor_at: datetime | None = None) -> UUID:
    """Take read access to one area of one's own tree for three hours, with a reason; it is told and must be reviewed by somebody else.

    In a real tree only with a second factor given in the last minutes (`factor_at`).
    """
    if not reason.strip():
        raise rules.ReasonMissing()
    if area.tree != user.tree or not actor.grants:
        raise rules.OtherWorld(area=str(area.root))
    if not clock.card(area).exercise and not rules.fresh(factor_at, now):
        raise rules.SecondFactorMissing(needs="glass")
    until = now + timedelta(hours=rules.GLASS_HOURS)
    row = GlassGrant.objects.create(area=area, user_id=user.id, duty=Duty.GLASS, reason=reason, since=now, until=until)
    event = GlassBroken(area=area, grant_id=row.id, user_id=user.id, until=until)
    journal.record(event, actor=actor, at=now, caused_by=None)
    return row.id


@whole
def review_glass(*, actor: Actor, grant_id: UUID, finding: str, now: datetime, cause: UUID) -> None:
    """Judge a broken glass; never by the one who broke it."""
    row = GlassGrant.objects.seen_by(actor).select_for_update().get(id=grant_id)
    actor.require(Duty.AUDITOR, area=row.area)
    if row.user_id == actor.id:
        raise rules.OwnReview()
    if not finding.strip():
        raise rules.ReasonMissing()
    if row.reviewed_at is None:
        row.reviewed_by, row.reviewed_at, row.finding = actor.id, now, finding
        row.save(update_fields=["reviewed_by", "reviewed_at", "finding"])
        journal.record(GlassReviewed(area=row.area, grant_id=row.id), actor=actor, at=now, caused_by=cause)
