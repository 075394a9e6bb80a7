"""Tables of codes."""

from typing import ClassVar

from django.db import models

from epigrid.field.codes.rules import Reason
from epigrid.kernel.duties import Duty
from epigrid.registers.people.models import READERS, Person
from epigrid.store.ids import uuid7
from epigrid.store.scoped import ScopedModel


class StatusReason(ScopedModel):
    """One reason of one person's status, as its measure gave it."""

    readers = READERS | {Duty.GATE_GUARD}
    person_lookup = "person_id"

    id = models.UUIDField(primary_key=True, default=uuid7)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20)
    source_id = models.UUIDField()
    effect = models.CharField(max_length=8)
    since = models.DateTimeField()
    until = models.DateTimeField()
    decided_by = models.UUIDField()
    caused_by = models.UUIDField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["person", "kind", "source_id"], name="status_reason_once")
        ]

    def reason(self) -> Reason:
        """The row as the rules take it."""
        return Reason(kind=self.kind, source_id=self.source_id, effect=self.effect, since=self.since, until=self.until, decided_by=self.decided_by)


class ColourRequest(ScopedModel):
    """A request to the province to change a person's colour, and its answer."""

    readers = frozenset({Duty.CODE_DESK, Duty.CDC_DUTY_OFFICER, Duty.COUNTY_EOC_OFFICER, Duty.AUDITOR, Duty.COMMUNITY_SECRETARY})
    person_lookup = "person_id"

    id = models.UUIDField(primary_key=True, default=uuid7)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    wanted = models.CharField(max_length=8)
    reason = models.CharField(max_length=20)
    source_id = models.UUIDField()
    requested_by = models.UUIDField(null=True)
    requested_at = models.DateTimeField()
    answer_by = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    colour = models.CharField(max_length=8, blank=True)
    answer_source = models.CharField(max_length=100, blank=True)
    late_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=10, default="proposed")
    caused_by = models.UUIDField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["person", "source_id", "wanted"], name="colour_request_once")
        ]


class GateCheck(ScopedModel):
    """One question of a gate and its answer; not who it was about."""

    readers = frozenset({Duty.GATE_GUARD, Duty.COMMUNITY_SECRETARY, Duty.AUDITOR})

    id = models.UUIDField(primary_key=True, default=uuid7)
    way = models.CharField(max_length=10)
    answer = models.CharField(max_length=10)
    guard_id = models.UUIDField(null=True)
    at = models.DateTimeField()


class IssuedPass(ScopedModel):
    """A pass that was issued: its random id, whose it is, by which key it was signed, and when it ends or was withdrawn. Deleted after its end."""

    readers = frozenset({Duty.COMMUNITY_SECRETARY, Duty.CODE_DESK, Duty.AUDITOR})
    person_lookup = "person_id"

    id = models.UUIDField(primary_key=True, default=uuid7)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=8)
    key_id = models.CharField(max_length=12)
    issued_at = models.DateTimeField()
    until = models.DateTimeField(db_index=True)
    withdrawn_at = models.DateTimeField(null=True)
