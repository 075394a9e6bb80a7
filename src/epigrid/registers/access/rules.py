"""Judgements of the access register. Pure."""

import secrets
from datetime import datetime, timedelta

from epigrid.kernel.errors import DomainError, NotAllowed

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
