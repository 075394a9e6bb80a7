"""Tables of the laboratory: specimens by tube label, runs, the inbox, benches, plates, and what is sent on to another laboratory."""

from typing import ClassVar

from django.db import models

from epigrid.field.laboratory.rules import ROUND_RANK
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
    awaits = models.CharField(max_length=8, blank=True)
    """`rerun`: a positive run waits for its second one. `check`: a positive waits for its second person; it is told to nobody."""
    verified_by = models.UUIDField(null=True)
    verified_at = models.DateTimeField(null=True)
    round_id = models.UUIDField(null=True)
    rank = models.PositiveSmallIntegerField(default=ROUND_RANK)
    plate = models.ForeignKey("Plate", null=True, on_delete=models.PROTECT, related_name="+")
    well = models.PositiveSmallIntegerField(null=True)
    sent_on = models.ForeignKey("Consignment", null=True, on_delete=models.PROTECT, related_name="+")
    caused_by = models.UUIDField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["tree", "label"], name="specimen_label_once"),
            models.UniqueConstraint(fields=["plate", "well"], name="well_once"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["body", "outcome", "received_at"], name="specimen_queue"),
            models.Index(fields=["tube_id"], name="specimen_tube"),
        ]


class Run(ScopedModel):
    """One run of one specimen; never changed. A correction is a run of the same moment that names the run it corrects; it counts once somebody else agreed."""

    readers = READERS

    id = models.UUIDField(primary_key=True, default=uuid7)
    specimen = models.ForeignKey(Specimen, on_delete=models.PROTECT, related_name="runs")
    tested_at = models.DateTimeField()
    orf_ct = models.FloatField(null=True)
    n_ct = models.FloatField(null=True)
    targets = models.PositiveSmallIntegerField(default=2)
    outcome = models.CharField(max_length=15)
    source = models.CharField(max_length=100)
    clause_id = models.CharField(max_length=80, blank=True)
    edition = models.CharField(max_length=64, blank=True)
    entered_by = models.UUIDField(null=True)
    entered_at = models.DateTimeField(null=True)
    corrects = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=200, blank=True)
    decided_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)
    decision = models.CharField(max_length=8, blank=True)
    """Of a correction: `agreed` or `refused` by the second person; empty while it waits."""

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["specimen", "tested_at"], condition=models.Q(corrects__isnull=True), name="run_once"),
            models.UniqueConstraint(fields=["corrects"], condition=~models.Q(decision="refused"), name="corrected_once"),
        ]


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


class Bench(ScopedModel):
    """What a laboratory says of itself. What is null it has not said: nothing is forecast from it."""

    readers = READERS

    id = models.UUIDField(primary_key=True, default=uuid7)
    body = models.OneToOneField(Body, on_delete=models.PROTECT, related_name="+")
    tubes_per_day = models.PositiveIntegerField(null=True)
    turnaround_minutes = models.PositiveIntegerField(null=True)
    plate_wells = models.PositiveSmallIntegerField(null=True)
    queue_limit = models.PositiveIntegerField(null=True)
    overflow = models.ForeignKey(Body, null=True, on_delete=models.PROTECT, related_name="+")
    columns = models.JSONField(default=dict)
    """The headings of this laboratory's files -> field (empty: left out), as somebody saved them."""
    set_by = models.UUIDField(null=True)
    set_at = models.DateTimeField()


class RoundRank(ScopedModel):
    """Which rounds a laboratory reads first; single tubes have no round."""

    readers = READERS

    id = models.UUIDField(primary_key=True, default=uuid7)
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    round_id = models.UUIDField()
    rank = models.PositiveSmallIntegerField()
    set_by = models.UUIDField(null=True)
    set_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [models.UniqueConstraint(fields=["body", "round_id"], name="round_rank_once")]


class Plate(ScopedModel):
    """A plate of so many wells, laid with tubes; what stands in which well is on the specimens, and kept here when the plate fails."""

    readers = READERS

    id = models.UUIDField(primary_key=True, default=uuid7)
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    tree = models.CharField(max_length=60)
    label = models.CharField(max_length=40)
    wells = models.PositiveSmallIntegerField()
    laid = models.JSONField(default=list)
    """Well by well the tube's label, empty for a control or nothing."""
    laid_by = models.UUIDField(null=True)
    laid_at = models.DateTimeField()
    failed_at = models.DateTimeField(null=True)
    failed_reason = models.CharField(max_length=100, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [models.UniqueConstraint(fields=["tree", "label"], name="plate_label_once")]


class Consignment(ScopedModel):
    """Tubes that one laboratory sends on to another, counted by both."""

    readers = READERS

    id = models.UUIDField(primary_key=True, default=uuid7)
    from_body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    to_body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    said = models.PositiveIntegerField()
    sent_by = models.UUIDField(null=True)
    sent_at = models.DateTimeField()
    counted = models.PositiveIntegerField(null=True)
    taken_by = models.UUIDField(null=True)
    taken_at = models.DateTimeField(null=True)
