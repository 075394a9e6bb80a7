"""Tables of outbreaks."""

from typing import ClassVar

from django.db import models

from epigrid.kernel.duties import Duty
from epigrid.store.ids import uuid7
from epigrid.store.scoped import ScopedModel


class Outbreak(ScopedModel):
    """An outbreak of an area."""

    readers = frozenset(Duty) - {Duty.GATE_GUARD}
    visible_below = True

    id = models.UUIDField(primary_key=True, default=uuid7)
    disease = models.CharField(max_length=30, default="covid-19")
    first_case_id = models.UUIDField()
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    caused_by = models.UUIDField()


class Joined(ScopedModel):
    """A case of an outbreak."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    outbreak = models.ForeignKey(Outbreak, on_delete=models.PROTECT, related_name="+")
    case_id = models.UUIDField(unique=True)
    at = models.DateTimeField()


class Milestone(ScopedModel):
    """A clock of one subject: started, due, met."""

    readers = frozenset(Duty) - {Duty.GATE_GUARD}

    id = models.UUIDField(primary_key=True, default=uuid7)
    key = models.CharField(max_length=20)
    subject_id = models.UUIDField()
    started_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    met_at = models.DateTimeField(null=True)
    missed_at = models.DateTimeField(null=True)
    start_cause = models.UUIDField()
    end_cause = models.UUIDField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [models.UniqueConstraint(fields=["key", "subject_id"], name="milestone_once")]


class Report(ScopedModel):
    """The report of a positive and its receipts."""

    readers = frozenset({Duty.CDC_DUTY_OFFICER, Duty.CDC_INVESTIGATOR, Duty.COUNTY_EOC_OFFICER, Duty.CITY_EOC_OFFICE, Duty.AUDITOR})

    id = models.UUIDField(primary_key=True, default=uuid7)
    case_id = models.UUIDField(unique=True)
    sent_at = models.DateTimeField()
    ack_by = models.DateTimeField(null=True)
    to_body_ids = models.JSONField(default=list)
    acknowledgements = models.JSONField(default=list)
    alarmed_at = models.DateTimeField(null=True)
    caused_by = models.UUIDField()
