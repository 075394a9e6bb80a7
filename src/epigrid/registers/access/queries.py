"""Questions at the door: who acts, which resident a slip code means. Asked before there is an actor (listed exemption)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from epigrid.kernel.actors import Actor, Grant
from epigrid.kernel.areas import Area
from epigrid.kernel.duties import DECIDING, Duty
from epigrid.registers.access import rules
from epigrid.registers.access.events import LookUpsLimited
from epigrid.registers.access.models import Attempt, GlassGrant, SlipCode, User
from epigrid.registers.organisation import queries as organisation
from epigrid.store import clock, journal, vault


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
    recent = Attempt.objects.filter(at__gt=now - rules.WINDOW)
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
