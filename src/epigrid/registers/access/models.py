"""Tables of accounts, slip codes, broken glass and phones."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from epigrid.kernel.duties import Duty
from epigrid.store.ids import uuid7
from epigrid.store.scoped import AreaField, ScopedModel


class Users(BaseUserManager["User"]):
    """Accounts by user name."""


class User(AbstractBaseUser):
    """An account. What it may do is in the duties of the organisation register, nowhere here."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    username = models.CharField(max_length=60, unique=True)
    title = models.CharField(max_length=80, blank=True)
    tree = models.CharField(max_length=60)
    is_active = models.BooleanField(default=True)
    language = models.CharField(max_length=10, default="zh-hans")

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[Users] = Users()


class SlipCode(ScopedModel):
    """The short code on a paper slip, kept as a keyed digest, by which a resident reaches his own page."""

    person_lookup = "person_id"

    id = models.UUIDField(primary_key=True, default=uuid7)
    person_id = models.UUIDField()
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    until = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [models.UniqueConstraint(fields=["digest"], name="slip_code_once")]


class GlassGrant(ScopedModel):
    """Broken glass: read access to one area for three hours, with a reason, reviewed by somebody else."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    user_id = models.UUIDField()
    duty = models.CharField(max_length=30)
    reason = models.CharField(max_length=200)
    since = models.DateTimeField()
    until = models.DateTimeField()
    reviewed_by = models.UUIDField(null=True)
    reviewed_at = models.DateTimeField(null=True)
    finding = models.CharField(max_length=200, blank=True)


DESK: frozenset[Duty] = frozenset({Duty.COMMUNITY_SECRETARY, Duty.SUBDISTRICT_OFFICE, Duty.ADMINISTRATOR, Duty.AUDITOR})
"""Who sees which phones there are: those who hand them out, and the auditor."""


class Invitation(ScopedModel):
    """A phone that is to be bound to an account: its code, kept as a keyed digest, is good once and until `good_until`; the phone, until `until`.

    The phone that is bound by it bears its id.
    """

    readers = DESK

    id = models.UUIDField(primary_key=True, default=uuid7)
    user_id = models.UUIDField()
    digest = models.CharField(max_length=64)
    until = models.DateTimeField()
    made_by = models.UUIDField()
    made_at = models.DateTimeField()
    good_until = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [models.UniqueConstraint(fields=["digest"], name="invitation_once")]


class Device(ScopedModel):
    """A phone bound to an account until its end; its secret is kept as a keyed digest. `label` is what its bearer calls it.

    All moments are the tree's. `skew_seconds` is tree minus phone. `last_seen_at`: any contact; `last_contact_at`: the last one at which nothing waited on the
    phone, so that what it brings later was done later.
    """

    readers = DESK

    id = models.UUIDField(primary_key=True, default=uuid7)
    user_id = models.UUIDField()
    label = models.CharField(max_length=40)
    digest = models.CharField(max_length=64)
    made_by = models.UUIDField()
    bound_at = models.DateTimeField()
    until = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    last_contact_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.UUIDField(null=True)
    people_limit = models.PositiveIntegerField()
    skew_seconds = models.BigIntegerField(default=0)
    app_version = models.CharField(max_length=40, blank=True)


class Attempt(models.Model):
    """A look-up by slip code or exact identity, counted for the rate limit; no values are kept."""

    id = models.BigAutoField(primary_key=True)
    key = models.CharField(max_length=80)
    tree = AreaField(null=True)
    at = models.DateTimeField(db_index=True)
