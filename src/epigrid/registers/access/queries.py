"""Questions at the door: who acts, which resident a slip code means, which phone speaks. Asked before there is an actor (listed exemption)."""

import hashlib
import hmac
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from epigrid.kernel.actors import Actor, Grant
from epigrid.kernel.areas import Area
from epigrid.kernel.duties import DECIDING, Duty
from epigrid.registers.access import rules
from epigrid.registers.access.events import LookUpsLimited
from epigrid.registers.access.models import Attempt, Device, GlassGrant, Invitation, SlipCode, User
from epigrid.registers.organisation import queries as organisation
from epigrid.registers.workforce import queries as workforce
from epigrid.store import clock, journal, keys, vault

PHONE = "phone|"
"""Before the origin of an unknown phone: it is counted apart from unknown slip codes."""
NOBODY = "0" * 64
"""What a secret is compared with where there is no such phone, so that the answer takes as long."""


@dataclass(frozen=True, kw_only=True)
class GlassCard:
    """A broken glass: who, where, why, until when, and what the review found."""

    id: UUID
    area: Area
    user_id: UUID
    reason: str
    since: datetime
    until: datetime
    reviewed_by: UUID | None


def actor_for(*, user: User, now: datetime, purpose: str = "", second_factor: bool = False) -> Actor:
    """The actor of a signed-in user: his duties now in his own tree, and glass that he broke.

    In a real tree a deciding duty counts only with a second factor at this sign-in (one of the six places that know about exercises).
    """
    root = Area(f"{user.tree}/")
    grants = [grant for grant in organisation.appointments(holder_id=user.id, now=now) if root.covers(grant.area)]
    if not second_factor and not clock.card(root).exercise:
        grants = [grant for grant in grants if grant.duty not in DECIDING]
    broken = GlassGrant.objects.get_queryset().filter(user_id=user.id, since__lte=now, until__gt=now)
    grants += [Grant(duty=Duty.GLASS, area=row.area) for row in broken if root.covers(row.area)]
    return Actor.user(user.id, *grants, purpose=purpose)


def second_factor_missing(*, user: User, now: datetime, has_factor: bool) -> bool:
    """Whether the user holds a deciding duty in a real tree and has no second factor yet."""
    root = Area(f"{user.tree}/")
    duties = {grant.duty for grant in organisation.appointments(holder_id=user.id, now=now)}
    return bool(duties & DECIDING) and not has_factor and not clock.card(root).exercise


def resident_by_code(*, code: str, origin: str, now: datetime) -> tuple[Actor, Area]:
    """The resident whose living slip code this is, and the area of his tree. `CodeUnknown`, or `TooManyTries` per origin."""
    recent = Attempt.objects.filter(at__gt=now - rules.WINDOW).exclude(key__startswith=PHONE)
    if recent.filter(key=origin).count() >= rules.TRIES_PER_ORIGIN or recent.count() >= rules.TRIES_PER_TREE:
        raise rules.TooManyTries(origin_hash=hash(origin) % 1000)
    for tree in clock.trees():
        digest = vault.blind_index(tree.root.tree, "slip", rules.read_code(code))
        row = SlipCode.objects.get_queryset().filter(digest=digest, withdrawn_at__isnull=True, area__within=tree.root).first()
        if row is not None and clock.now(tree.root) < row.until:
            return Actor.resident(row.person_id), Area(row.area)
    Attempt.objects.create(key=origin[:80], at=now)
    raise rules.CodeUnknown()


def user(*, user_id: UUID) -> User | None:
    """An account by id."""
    return User.objects.filter(id=user_id).first()


def titles(*, user_ids: list[UUID]) -> dict[UUID, str]:
    """What accounts are called on pages: their office, never a person's name."""
    return dict(User.objects.filter(id__in=user_ids).values_list("id", "title"))


def accounts(*, tree: str) -> list[User]:
    """The accounts of a tree, by user name."""
    return list(User.objects.filter(tree=tree).order_by("username"))


def broken_glass(*, actor: Actor, open_only: bool = False) -> list[GlassCard]:
    """Glass broken in the actor's areas, newest first."""
    rows = GlassGrant.objects.seen_by(actor).order_by("-since", "id")
    if open_only:
        rows = rows.filter(reviewed_at__isnull=True)
    return [
        GlassCard(id=row.id, area=row.area, user_id=row.user_id, reason=row.reason, since=row.since, until=row.until, reviewed_by=row.reviewed_by)
        for row in rows
    ]


def look_ups_limited(*, actor: Actor, limit: int = 50) -> list[tuple[datetime, UUID]]:
    """When which account was told to wait because it looked too many people up, newest first; for the auditors of the area."""
    if Duty.AUDITOR not in actor.duties:
        return []
    told = [fact for fact in journal.facts(actor=actor, kinds=[LookUpsLimited.kind]) if actor.holds(Duty.AUDITOR, area=fact.event.area)]
    return [(fact.at, fact.event.subject_id) for fact in reversed(told)][:limit]


@dataclass(frozen=True, kw_only=True)
class DeviceCard:
    """A phone, or one that is only invited (`bound_at` None, `good_until`: how long its code can be used). `title` is its account's.

    `state`: `invited`, `over` (its code was never used and is over), `withdrawn`, `bound`, `revoked` or `ended`. Other moments: see the table.
    """

    id: UUID
    area: Area
    user_id: UUID
    title: str
    state: str
    until: datetime
    made_by: UUID
    good_until: datetime | None = None
    label: str = ""
    bound_at: datetime | None = None
    last_seen_at: datetime | None = None
    last_contact_at: datetime | None = None
    people_limit: int = rules.PEOPLE_LIMIT
    skew_seconds: int = 0
    app_version: str = ""


@dataclass(frozen=True, kw_only=True)
class Release:
    """The server's half of a phone's key (32 bytes, the same at each release), and until when the phone may keep it."""

    key: bytes
    until: datetime


def digest(purpose: str, text: str) -> str:
    """How a secret or a code of a phone is kept: keyed, so that the database alone tells nothing."""
    return hmac.new(keys.derived(purpose), text.encode(), hashlib.sha256).hexdigest()


def device_for(*, token: str, origin: str, wall: datetime) -> tuple[User, DeviceCard]:
    """Whose phone this is, by `<device>.<secret>`. `DeviceUnknown` (or `TooManyPhones` per origin), `DeviceRevoked`, `DeviceEnded`."""
    name, _dot, secret = token.partition(".")
    device_id = _id(name)
    row = Device.objects.get_queryset().filter(id=device_id).first() if device_id else None
    same = hmac.compare_digest(digest("field-secret", secret), row.digest if row else NOBODY)
    if row is None or not same:
        count_unknown(origin=origin, wall=wall)
        raise rules.DeviceUnknown()
    user, now = User.objects.filter(id=row.user_id, is_active=True).first(), clock.now(row.area)
    state = rules.phone_state(until=row.until, revoked_at=row.revoked_at, now=now)
    if user is None or state == "revoked":
        raise rules.DeviceRevoked()
    if state == "ended":
        raise rules.DeviceEnded()
    return user, _device(row, user.title, state)


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def count_unknown(*, origin: str, wall: datetime) -> None:
    """Count an unknown code or secret of a phone; `TooManyPhones` where too many came from this origin. A good one is never counted and always heard."""
    key = PHONE + origin[: 80 - len(PHONE)]
    Attempt.objects.filter(key__startswith=PHONE, at__lte=wall - rules.WINDOW).delete()
    recent = list(Attempt.objects.filter(key=key).order_by("at").values_list("at", flat=True))
    if len(recent) >= rules.PHONE_TRIES:
        raise rules.TooManyPhones(again_in_seconds=max(1, math.ceil((recent[0] + rules.WINDOW - wall).total_seconds())))
    Attempt.objects.create(key=key, at=wall)


def actor_of_phone(*, user: User, now: datetime, purpose: str = "") -> Actor:
    """The actor of a phone: its account's duties but those that decide, issue or audit, and no broken glass, in an exercise too."""
    actor = actor_for(user=user, now=now, purpose=purpose)
    return replace(actor, grants=tuple(grant for grant in actor.grants if grant.duty not in DECIDING | {Duty.GLASS}))


def release(*, actor: Actor, device: DeviceCard, now: datetime) -> Release:
    """The server's half of the phone's key: handed out as long as the phone is bound, to be kept for a shift and a night."""
    worker = workforce.worker_of(actor=actor, user_id=device.user_id)
    shift = workforce.open_shift(actor=actor, worker_id=worker.id, now=now) if worker else None
    hours = workforce.longest_spell(actor=actor, area=device.area, now=now)
    until = rules.release_until(started_at=shift.started_at if shift else None, now=now, spell_hours=hours, end=device.until)
    return Release(key=hmac.digest(keys.derived("field-release"), device.id.bytes, hashlib.sha256), until=until)


def lookup_key(*, device_id: UUID) -> bytes:
    """The key (32 bytes) by which a phone looks document numbers up offline; another phone's pack cannot be read by it."""
    return hmac.digest(keys.derived("field-lookup"), device_id.bytes, hashlib.sha256)


def devices(*, actor: Actor, now: datetime) -> list[DeviceCard]:
    """Phones of the actor's areas and those that are invited, the last to come first."""
    bound = list(Device.objects.seen_by(actor).order_by("-bound_at", "id"))
    waiting = list(Invitation.objects.seen_by(actor).filter(used_at__isnull=True).order_by("-made_at", "id"))
    called = titles(user_ids=[*(row.user_id for row in bound), *(row.user_id for row in waiting)])
    return [
        *(_invited(row, called.get(row.user_id, ""), now) for row in waiting),
        *(_device(row, called.get(row.user_id, ""), rules.phone_state(until=row.until, revoked_at=row.revoked_at, now=now)) for row in bound),
    ]


def invited(*, actor: Actor, codes: Sequence[str], now: datetime) -> list[tuple[str, DeviceCard]]:
    """The codes among these that can still be used, as they were given, with what they bind."""
    by_digest = {digest("field-invitation", rules.read_code(code)): code for code in codes}
    rows = list(Invitation.objects.seen_by(actor).filter(digest__in=by_digest, used_at__isnull=True).order_by("made_at", "id"))
    called = titles(user_ids=[row.user_id for row in rows])
    cards = [(by_digest[row.digest], _invited(row, called.get(row.user_id, ""), now)) for row in rows]
    return [(code, card) for code, card in cards if card.state == "invited"]


def _invited(row: Invitation, title: str, now: datetime) -> DeviceCard:
    state = "withdrawn" if row.withdrawn_at is not None else "over" if row.good_until <= now else "invited"
    shown = {name: getattr(row, name) for name in ("id", "area", "user_id", "until", "made_by", "good_until")}
    return DeviceCard(title=title, state=state, **shown)


KEPT_ON_CARD = ("bound_at", "last_seen_at", "last_contact_at", "people_limit", "skew_seconds", "app_version")


def _device(row: Device, title: str, state: str) -> DeviceCard:
    shown = {name: getattr(row, name) for name in ("id", "area", "user_id", "until", "made_by", "label", *KEPT_ON_CARD)}
    return DeviceCard(title=title, state=state, **shown)
