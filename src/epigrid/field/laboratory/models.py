"""Tables of the laboratory: specimens by tube label, runs, and the inbox."""

from typing import ClassVar

from django.db import models

from epigrid.kernel.duties import Duty
from epigrid.registers.organisation.models import Body
from epigrid.store.ids import uuid7
from epigrid.store.scoped import ScopedModel

READERS = frozenset(
    {
        Duty.LABORATORY,
        Duty.CDC_DUTY_OFFICER,
        Duty.CDC_INVESTIGATOR,
        Duty.CASE_REGISTRAR,
        Duty.COUNTY_EOC_OFFICER,
        Duty.TESTING_FORCE,
        Duty.AUDITOR,
    }
)


class Specimen(ScopedModel):
    """A tube as the laboratory knows it."""

    readers = READERS

    id = models.UUIDField(primary_key=True, default=uuid7)
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    tree = models.CharField(max_length=60)
    label = models.CharField(max_length=40)
    tube_id = models.UUIDField()
    people = models.PositiveSmallIntegerField()
    received_at = models.DateTimeField()
    outcome = models.CharField(max_length=15, blank=True)
    caused_by = models.UUIDField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [models.UniqueConstraint(fields=["tree", "label"], name="specimen_label_once")]


class Run(ScopedModel):
    """One run of one specimen."""

    readers = READERS

    id = models.UUIDField(primary_key=True, default=uuid7)
    specimen = models.ForeignKey(Specimen, on_delete=models.PROTECT, related_name="runs")
    tested_at = models.DateTimeField()
    orf_ct = models.FloatField(null=True)
    n_ct = models.FloatField(null=True)
    outcome = models.CharField(max_length=15)
    source = models.CharField(max_length=100)
    clause_id = models.CharField(max_length=80, blank=True)
    edition = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [models.UniqueConstraint(fields=["specimen", "tested_at"], name="run_once")]


class Unmatched(ScopedModel):
    """A reading for a label that no specimen has, kept until a person says where it belongs."""

    readers = READERS

    id = models.UUIDField(primary_key=True, default=uuid7)
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    label = models.CharField(max_length=60)
    tested_at = models.DateTimeField()
    orf_ct = models.FloatField(null=True)
    n_ct = models.FloatField(null=True)
    targets = models.PositiveSmallIntegerField(default=2)
    stated = models.CharField(max_length=15, blank=True)
    source = models.CharField(max_length=100)
    received_at = models.DateTimeField()
    resolved_by = models.UUIDField(null=True)
    resolved_at = models.DateTimeField(null=True)
    resolution = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [models.UniqueConstraint(fields=["area", "label", "tested_at"], name="unmatched_once")]
