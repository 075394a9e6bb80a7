"""Judgements of the access register. Pure."""

import secrets
from datetime import datetime, timedelta

from epigrid.kernel.duties import Duty
from epigrid.kernel.errors import DomainError, NotAllowed, NotFound

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O, U."""
CODE_LENGTH = 10
GLASS_HOURS = 3
"""Broken glass lasts three hours (architecture 4; the rule of DHIS2)."""
FRESH = timedelta(minutes=5)
"""How recent a fresh second factor is (design value)."""
WINDOW = timedelta(minutes=15)
TRIES_PER_ORIGIN = 5
TRIES_PER_TREE = 200
READABLE = str.maketrans({"I": "1", "L": "1", "O": "0", "U": "V"})


class SecondFactorMissing(NotAllowed):
    """This duty needs a second factor at sign-in."""

    reason = "access.second-factor-missing"


class TooManyTries(DomainError):
    """Too many codes were tried from here; wait a quarter of an hour or call the phone line."""

    reason = "access.too-many-tries"


class CodeUnknown(DomainError):
    """No living slip code reads like this."""

    reason = "access.code-unknown"


class ReasonMissing(DomainError):
    """Glass is broken with a written reason only."""

    reason = "access.reason-missing"


class OwnReview(NotAllowed):
    """The one who broke the glass cannot close its review."""

    reason = "access.own-review"


class OtherWorld(NotAllowed):
    """No grant ever reaches between an exercise and a real tree."""

    reason = "access.other-world"


def fresh(factor_at: datetime | None, now: datetime) -> bool:
    """Whether a second factor was given recently enough for breaking glass."""
    return factor_at is not None and now - FRESH <= factor_at <= now + FRESH


def new_code() -> str:
    """A slip code of 50 random bits."""
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))


def read_code(text: str) -> str:
    """A code as typed: case, spaces and look-alike letters forgiven."""
    return "".join(character for character in text.upper() if character.isalnum()).translate(READABLE)


def shown(code: str) -> str:
    """A code as printed: two groups of five."""
    return f"{code[:5]}-{code[5:]}"


INVITATION_LENGTH = 26
"""Characters of a code that binds a phone: 130 random bits, which nobody guesses."""
INVITATION_GOOD = timedelta(hours=48)
"""How long a printed code binds a phone (design value): it is handed over on the day that it is printed, or on the next."""
PHONE_DAYS = timedelta(days=366)
"""The longest time for which a phone is bound (design value)."""
PEOPLE_LIMIT, PEOPLE_LIMIT_SIGNED = 1000, 5000
"""People in one pack, and the most that a secretary signs for (design values: a building, a compound)."""
HELPERS_AT_ONCE = 200
"""Helpers that one act admits (design value: twice what a desk admits in ten minutes)."""
RELEASE_AFTER = timedelta(hours=12)
"""How long after the end of a shift a phone keeps the server's half of its key (design value: a night)."""
SPELL_HOURS = 12
"""The longest spell of work where nobody has set one (design value; it ends nobody's shift, only the key)."""
PHONE_TRIES = 20
"""Unknown codes and secrets of phones within `WINDOW` from one origin (design value); a good one is always heard, so that nobody locks a desk out."""
KEPT = timedelta(days=30)
"""How long an ended phone stays known, so that it still hears why it is refused (design value)."""
SEEN_AGAIN, SKEW_STEADY = timedelta(minutes=1), timedelta(seconds=1)
"""How often a contact is written down, and how far a clock may wander before it is written at once (design values: a phone asks every five seconds)."""
INVITERS = (Duty.COMMUNITY_SECRETARY, Duty.SUBDISTRICT_OFFICE, Duty.ADMINISTRATOR)


class PhoneRefused(DomainError):
    """A phone that the door does not take (HTTP 401)."""

    reason = "device.refused"


class DeviceUnknown(PhoneRefused):
    """No phone has this secret."""

    reason = "device.unknown"


class DeviceRevoked(PhoneRefused):
    """The desk has revoked this phone, or its account is closed: it deletes everything that it holds."""

    reason = "device.revoked"


class DeviceEnded(PhoneRefused):
    """The time for which this phone was bound is over."""

    reason = "device.ended"


class InvitationUnknown(NotFound):
    """No code that can still be used reads like this: there never was one, it was used, withdrawn, or is over (HTTP 404)."""

    reason = "device.invitation-unknown"


class TooManyPhones(DomainError):
    """Too many unknown codes or secrets came from here; `again_in_seconds` says when to come again (HTTP 429)."""

    reason = "device.too-many-tries"


class PhoneNotFor(DomainError):
    """Somebody else's phone is made only for an account that holds duties of helpers and nothing else, all of them in one's own area."""

    reason = "device.not-for-this-duty"


class PhoneEnd(DomainError):
    """A phone has an end in the future, at most a year from now."""

    reason = "device.end-missing"


class LimitOutside(DomainError):
    """A secretary signs for more people than a pack holds, and for no more than a phone carries."""

    reason = "device.limit-outside"


class HelpersUncounted(DomainError):
    """At least one helper is admitted, and at most as many as one act holds."""

    reason = "device.helpers-uncounted"


def new_invitation() -> str:
    """A code of 130 random bits that binds a phone."""
    return "".join(secrets.choice(ALPHABET) for _ in range(INVITATION_LENGTH))


def grouped(code: str) -> str:
    """A code of a phone as printed, in groups that a hand can type."""
    return "-".join(code[place : place + 5] for place in range(0, len(code), 5))


def phone_state(*, until: datetime, revoked_at: datetime | None, now: datetime) -> str:
    """`bound`, `revoked` or `ended`; revoked outlasts ended."""
    if revoked_at is not None:
        return "revoked"
    return "ended" if until <= now else "bound"


def release_until(*, started_at: datetime | None, now: datetime, spell_hours: int | None, end: datetime) -> datetime:
    """Until when a phone may keep the server's half of its key: the shift's longest spell and a night, never beyond the phone's own end.

    A shift that has lasted longer than its longest spell is taken to end now; without a shift one is taken to begin now.
    """
    spell = timedelta(hours=SPELL_HOURS if spell_hours is None else spell_hours)
    return min(max((started_at or now) + spell, now) + RELEASE_AFTER, end)


def skew(*, sent_at: datetime, now: datetime) -> timedelta:
    """By how much the tree's clock is ahead of the phone's, in whole seconds: phone + skew = tree."""
    return timedelta(seconds=round((now - sent_at).total_seconds()))
