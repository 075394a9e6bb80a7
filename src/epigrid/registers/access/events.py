"""Facts that the access register tells."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from epigrid.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class AccountMade(Event):
    """An account was made."""

    kind: ClassVar[str] = "access.account-made"
    subject: ClassVar[str] = "user_id"
    begins: ClassVar[bool] = True
    heard_by_nobody: ClassVar[str] = "an account may do nothing until a duty is entrusted"
    user_id: UUID


@dataclass(frozen=True, kw_only=True)
class SlipCodeMade(Event):
    """A person was given a slip code; earlier ones are withdrawn."""

    kind: ClassVar[str] = "access.slip-code-made"
    subject: ClassVar[str] = "person_id"
    begins: ClassVar[bool] = True
    heard_by_nobody: ClassVar[str] = "the paper itself is handed over"
    person_id: UUID
    until: datetime


@dataclass(frozen=True, kw_only=True)
class GlassBroken(Event):
    """Somebody took a time-limited read grant with a reason."""

    kind: ClassVar[str] = "access.glass-broken"
    subject: ClassVar[str] = "grant_id"
    begins: ClassVar[bool] = True
    grant_id: UUID
    user_id: UUID
    until: datetime


@dataclass(frozen=True, kw_only=True)
class GlassReviewed(Event):
    """Somebody else judged a broken glass."""

    kind: ClassVar[str] = "access.glass-reviewed"
    subject: ClassVar[str] = "grant_id"
    heard_by_nobody: ClassVar[str] = "the review closes it"
    grant_id: UUID


@dataclass(frozen=True, kw_only=True)
class LookUpsLimited(Event):
    """An account looked people up faster than any table needs and was told to wait; once within a window."""

    kind: ClassVar[str] = "access.look-ups-limited"
    subject: ClassVar[str] = "user_id"
    begins: ClassVar[bool] = True
    heard_by_nobody: ClassVar[str] = "the auditor reads it"
    user_id: UUID


@dataclass(frozen=True, kw_only=True)
class PhoneInvited(Event):
    """A code was made that binds one phone to an account."""

    kind: ClassVar[str] = "access.phone-invited"
    subject: ClassVar[str] = "device_id"
    begins: ClassVar[bool] = True
    heard_by_nobody: ClassVar[str] = "the card is handed over"
    device_id: UUID
    user_id: UUID
    until: datetime


@dataclass(frozen=True, kw_only=True)
class PhoneBound(Event):
    """A phone used its code: it acts for the account from now on."""

    kind: ClassVar[str] = "access.phone-bound"
    subject: ClassVar[str] = "device_id"
    heard_by_nobody: ClassVar[str] = "the phone is known at the door"
    device_id: UUID
    user_id: UUID
    until: datetime


@dataclass(frozen=True, kw_only=True)
class PhoneRevoked(Event):
    """A phone, or its code that nobody had used yet, is refused from now on."""

    kind: ClassVar[str] = "access.phone-revoked"
    subject: ClassVar[str] = "device_id"
    heard_by_nobody: ClassVar[str] = "the door refuses it; the phone deletes what it holds at its next contact"
    device_id: UUID
    user_id: UUID


@dataclass(frozen=True, kw_only=True)
class PhoneLimitRaised(Event):
    """Somebody signed for more people on one phone than a pack holds."""

    kind: ClassVar[str] = "access.phone-limit-raised"
    subject: ClassVar[str] = "device_id"
    heard_by_nobody: ClassVar[str] = "the pack is made by it; the auditor reads it"
    device_id: UUID
    people_limit: int
