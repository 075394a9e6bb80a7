"""Tables of workers, grid assignments, shifts and contact persons."""

from typing import ClassVar

from django.db import models

from epigrid.registers.organisation.models import Body
from epigrid.registers.people.models import Person
from epigrid.store.ids import uuid7
from epigrid.store.scoped import ScopedModel


class Worker(ScopedModel):
    """Somebody who works in the response; `user_id` is his account, `person` his file where he has one here, `title` what the grid calls him, never a name."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    user_id = models.UUIDField(null=True, unique=True)
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    body = models.ForeignKey(Body, null=True, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=30)
    title = models.CharField(max_length=60)
    left_at = models.DateTimeField(null=True)


class GridAssignment(ScopedModel):
    """A worker's charge of a grid or microgrid (`area`); half-open `[since, until)`."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    worker = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=20, default="grid-worker")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)


class Shift(ScopedModel):
    """One spell of work; open while `ended_at` is null."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    worker = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    flagged_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["worker"], condition=models.Q(ended_at__isnull=True), name="shift_one_open")
        ]


class StaffTest(ScopedModel):
    """One test of a worker that counts for his next shifts (S-222): when he was sampled, and whether a tube or a paper says so."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    worker = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="+")
    sampled_at = models.DateTimeField()
    source = models.CharField(max_length=10)
    noted_by = models.UUIDField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [models.UniqueConstraint(fields=["worker", "sampled_at"], name="staff_test_once")]


class FitnessCheck(ScopedModel):
    """What the one gate for helpers saw of a worker on one local day, and who excepted him why (C20); `outcome` is `fit`, `excepted` or `unfit`."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    worker = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    met = models.JSONField(default=list)
    missing = models.JSONField(default=list)
    outcome = models.CharField(max_length=8)
    edition = models.CharField(max_length=64)
    checked_by = models.UUIDField()
    checked_at = models.DateTimeField()
    excepted_by = models.UUIDField(null=True)
    exception = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [models.UniqueConstraint(fields=["worker", "day"], name="fitness_check_once_a_day")]


class CareSpan(ScopedModel):
    """A contact person's charge of one household (S-039); a household has one contact person at a time."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    worker = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="+")
    household_id = models.UUIDField()
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["household_id"], condition=models.Q(until__isnull=True), name="care_span_one_now")
        ]
