"""Verbs of the access register."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.kernel.duties import Duty
from epigrid.kernel.errors import NotFound
from epigrid.registers.access import queries, rules
from epigrid.registers.access.events import (
    AccountMade,
    GlassBroken,
    GlassReviewed,
    LookUpsLimited,
    PhoneBound,
    PhoneInvited,
    PhoneLimitRaised,
    PhoneRevoked,
    SlipCodeMade,
)
from epigrid.registers.access.models import Device, GlassGrant, Invitation, SlipCode, User
from epigrid.registers.organisation import actions as organisation
from epigrid.registers.organisation import queries as entrusted
from epigrid.registers.organisation.rules import HELPER_DUTIES
from epigrid.registers.people import queries as people
from epigrid.registers.places import queries as places
from epigrid.store import clock, journal, vault
from epigrid.store.acts import whole
from epigrid.store.doors import cause_of
from epigrid.store.ids import new_id, repeated_id
from epigrid.store.series import next_number


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


@dataclass(frozen=True, kw_only=True)
class Card:
    """A code that binds a phone, this once: it is kept as a digest only. `device_id` is the phone's id to be, `good_until` the code's end."""

    device_id: UUID
    user_id: UUID
    title: str
    code: str
    until: datetime
    good_until: datetime


@dataclass(frozen=True, kw_only=True)
class NewHelpers:
    """Helpers to be admitted: what each is called (an office, never a name), the one duty of all, where, until when."""

    titles: Sequence[str]
    duty: Duty
    area: Area
    until: datetime


@whole
def invite_phone(*, actor: Actor, user_id: UUID, until: datetime, now: datetime) -> Card:
    """Make a code that binds one phone to an account, for oneself or for somebody with duties of helpers in one's own area (`PhoneNotFor`).

    An account without any duty where the actor hands out phones is not there for him.
    """
    held = entrusted.appointments(holder_id=user_id, now=now)
    here = [grant.area for grant in held if actor.holds(*rules.INVITERS, area=grant.area)]
    user = User.objects.filter(id=user_id, is_active=True).first()
    if user is None or not here:
        raise NotFound
    if user_id != actor.id and (len(here) < len(held) or any(grant.duty not in HELPER_DUTIES for grant in held)):
        raise rules.PhoneNotFor()
    return _invite(actor, here[0], [user], until, now)[0]


@whole
def admit_helpers(*, actor: Actor, helpers: NewHelpers, now: datetime) -> list[Card]:
    """Admit helpers in one act: for each an account without a password, the duty until the end, and a code that binds his phone, in the order of titles."""
    area = helpers.area
    actor.require(*rules.INVITERS, area=area)
    if not any(unit.area == area for unit in places.area_units(actor=actor, area=area)):
        raise NotFound
    if not 0 < len(helpers.titles) <= rules.HELPERS_AT_ONCE:
        raise rules.HelpersUncounted(most=rules.HELPERS_AT_ONCE)
    batch = next_number(tree=area.tree, name="helpers")
    names = [f"{area.tree}-helper-{batch}-{place}" for place in range(1, len(helpers.titles) + 1)]
    users = [
        User(id=new_id(area, "user", name), username=name, title=title, tree=area.tree) for name, title in zip(names, helpers.titles, strict=True)
    ]
    for user in users:
        user.set_unusable_password()
    User.objects.bulk_create(users)
    journal.record_many([AccountMade(area=area.root, user_id=user.id) for user in users], actor=actor, at=now, caused_by=None)
    ids = [user.id for user in users]
    organisation.appoint_helpers(actor=actor, holder_ids=ids, duty=helpers.duty, area=area, until=helpers.until, now=now)
    return _invite(actor, area, users, helpers.until, now)


def _invite(actor: Actor, area: Area, users: Sequence[User], until: datetime, now: datetime) -> list[Card]:
    if not now < until <= now + rules.PHONE_DAYS:
        raise rules.PhoneEnd(days=rules.PHONE_DAYS.days)
    cards = [
        Card(
            device_id=repeated_id(area, "phone", user.id),
            user_id=user.id,
            title=user.title,
            code=rules.new_invitation(),
            until=until,
            good_until=min(now + rules.INVITATION_GOOD, until),
        )
        for user in users
    ]
    Invitation.objects.bulk_create(
        [
            Invitation(
                id=card.device_id,
                area=area,
                user_id=card.user_id,
                digest=queries.digest("field-invitation", card.code),
                until=until,
                made_by=actor.named,
                made_at=now,
                good_until=card.good_until,
            )
            for card in cards
        ]
    )
    events = [PhoneInvited(area=area, device_id=card.device_id, user_id=card.user_id, until=until) for card in cards]
    journal.record_many(events, actor=actor, at=now, caused_by=None)
    return cards


@dataclass(frozen=True, kw_only=True)
class BoundPhone:
    """A phone that was bound just now, and its secret, this once."""

    device_id: UUID
    secret: str
    title: str
    until: datetime


def bind_phone(*, code: str, label: str, origin: str, wall: datetime) -> BoundPhone:
    """Bind a phone by its code, once. `InvitationUnknown` for a code that cannot be used, whatever the reason; `TooManyPhones` after too many of those."""
    try:
        return _bind(queries.digest("field-invitation", rules.read_code(code)), label)
    except rules.InvitationUnknown:
        queries.count_unknown(origin=origin, wall=wall)
        raise


@whole
def _bind(digest: str, label: str) -> BoundPhone:
    row = Invitation.objects.get_queryset().select_for_update().filter(digest=digest, used_at__isnull=True, withdrawn_at__isnull=True).first()
    now = clock.now(row.area) if row is not None else None
    user = User.objects.filter(id=row.user_id, is_active=True).first() if row is not None else None
    if row is None or now is None or user is None or row.good_until <= now:
        raise rules.InvitationUnknown()
    row.used_at = now
    row.save(update_fields=["used_at"])
    secret = secrets.token_urlsafe(32)
    Device.objects.create(
        id=row.id,
        area=row.area,
        user_id=user.id,
        label=label,
        digest=queries.digest("field-secret", secret),
        made_by=row.made_by,
        bound_at=now,
        until=row.until,
        last_seen_at=now,
        last_contact_at=now,
        people_limit=rules.PEOPLE_LIMIT,
    )
    event = PhoneBound(area=row.area, device_id=row.id, user_id=user.id, until=row.until)
    journal.record(event, actor=Actor.user(user.id), at=now, caused_by=cause_of(row.id))
    return BoundPhone(device_id=row.id, secret=secret, title=user.title, until=row.until)


@whole
def revoke_phones(*, actor: Actor, device_ids: Sequence[UUID], now: datetime) -> None:
    """Refuse phones, and codes that nobody has used yet, from now on; again changes nothing. A phone deletes what it holds at its next contact.

    Codes are locked first: of one that is used at this moment the phone is found afterwards.
    """
    ids = sorted(set(device_ids))
    codes = list(Invitation.objects.seen_by(actor).select_for_update().filter(id__in=ids, used_at__isnull=True).order_by("id"))
    phones = list(Device.objects.seen_by(actor).select_for_update().filter(id__in=ids).order_by("id"))
    if len(phones) + len(codes) < len(ids):
        raise NotFound
    for area in {row.area for row in codes} | {row.area for row in phones}:
        actor.require(*rules.INVITERS, area=area)
    Invitation.objects.seen_by(actor).filter(id__in=ids, used_at__isnull=True, withdrawn_at__isnull=True).update(withdrawn_at=now)
    Device.objects.seen_by(actor).filter(id__in=ids, revoked_at__isnull=True).update(revoked_at=now, revoked_by=actor.named)
    fresh = [(row.area, row.id, row.user_id) for row in phones if row.revoked_at is None]
    fresh += [(row.area, row.id, row.user_id) for row in codes if row.withdrawn_at is None]
    for area, device_id, user_id in fresh:
        event = PhoneRevoked(area=area, device_id=device_id, user_id=user_id)
        journal.record(event, actor=actor, at=now, caused_by=cause_of(device_id))


@whole
def raise_limit(*, actor: Actor, device_id: UUID, people_limit: int, now: datetime, cause: UUID) -> None:
    """Sign for more people on one phone than a pack holds (`LimitOutside` beyond what a phone carries)."""
    row = Device.objects.seen_by(actor).select_for_update().get(id=device_id)
    actor.require(*rules.INVITERS, area=row.area)
    if not rules.PEOPLE_LIMIT < people_limit <= rules.PEOPLE_LIMIT_SIGNED:
        raise rules.LimitOutside(least=rules.PEOPLE_LIMIT + 1, most=rules.PEOPLE_LIMIT_SIGNED)
    if row.people_limit != people_limit:
        row.people_limit = people_limit
        row.save(update_fields=["people_limit"])
        event = PhoneLimitRaised(area=row.area, device_id=row.id, people_limit=people_limit)
        journal.record(event, actor=actor, at=now, caused_by=cause)


def note_contact(*, device_id: UUID, now: datetime, sent_at: datetime | None, empty: bool = False, version: str = "") -> timedelta:
    """A phone spoke: when, by how much its clock is behind (where it says what it shows: `sent_at`), and whether nothing waits on it (`empty`).

    Returns the skew (phone + skew = tree). No fact of the journal: nothing is decided by it. It is written once a minute at most, and whenever it says something new.
    """
    row = Device.objects.get_queryset().get(id=device_id)
    known = timedelta(seconds=row.skew_seconds)
    skew = known if sent_at is None else rules.skew(sent_at=sent_at, now=now)
    due = now - (row.last_contact_at if empty else row.last_seen_at) >= rules.SEEN_AGAIN
    if due or abs(skew - known) > rules.SKEW_STEADY or version not in ("", row.app_version):
        row.last_seen_at, row.skew_seconds, row.app_version = now, round(skew.total_seconds()), version or row.app_version
        row.last_contact_at = now if empty else row.last_contact_at
        row.save(update_fields=["last_seen_at", "skew_seconds", "app_version", "last_contact_at"])
    return skew


@whole
def forget_phones(*, actor: Actor, area: Area, now: datetime) -> int:
    """Delete codes that were used or are over, and phones a month after their end; return how many."""
    actor.require(Duty.PROCEDURE, area=area)
    codes = Invitation.objects.seen_by(actor).filter(area__within=area).exclude(used_at__isnull=True, withdrawn_at__isnull=True, good_until__gt=now)
    phones = Device.objects.seen_by(actor).filter(area__within=area, until__lte=now - rules.KEPT)
    return codes.delete()[0] + phones.delete()[0]
