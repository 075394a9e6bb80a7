"""Tables of bodies, task forces, duties and directives."""

from typing import ClassVar

from django.db import models

from epigrid.store.ids import uuid7
from epigrid.store.scoped import AreaField, ScopedModel


class Body(ScopedModel):
    """An organisation: command, CDC, laboratory, hospital, site, community, subdistrict office ..."""

    visible_below = True

    id = models.UUIDField(primary_key=True, default=uuid7)
    kind = models.CharField(max_length=30)
    name = models.CharField(max_length=100)
    superior = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    line = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [models.UniqueConstraint(fields=["area", "name"], name="body_once")]


class TaskForce(ScopedModel):
    """A task force of a body (专班)."""

    visible_below = True

    id = models.UUIDField(primary_key=True, default=uuid7)
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=60)
    lead_id = models.UUIDField(null=True)


class Appointment(ScopedModel):
    """A duty entrusted to a holder over an area for a time; half-open `[since, until)`."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    holder_id = models.UUIDField(db_index=True)
    duty = models.CharField(max_length=30)
    body = models.ForeignKey(Body, null=True, on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    appointed_by = models.UUIDField(null=True)


class Directive(ScopedModel):
    """A written decision of a command body that authorises acts in an area until its end or review (S-001)."""

    visible_below = True

    id = models.UUIDField(primary_key=True, default=uuid7)
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=60)
    title = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    acts = models.JSONField(default=list)
    basis = models.CharField(max_length=200)
    issued_by = models.UUIDField()
    issued_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [models.UniqueConstraint(fields=["body", "number"], name="directive_once")]


class Receipt(ScopedModel):
    """A unit that a directive was addressed to, and when it acknowledged."""

    visible_below = True

    id = models.UUIDField(primary_key=True, default=uuid7)
    directive = models.ForeignKey(Directive, on_delete=models.PROTECT, related_name="+")
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    to_area = AreaField()
    acknowledged_by = models.UUIDField(null=True)
    acknowledged_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [models.UniqueConstraint(fields=["directive", "body"], name="receipt_once")]
