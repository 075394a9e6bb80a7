"""Tables of tasks."""

from typing import ClassVar

from django.db import models

from epigrid.registers.organisation.models import Body
from epigrid.registers.people.models import Person
from epigrid.registers.places.models import Place
from epigrid.store.ids import uuid7
from epigrid.store.scoped import ScopedModel


class Task(ScopedModel):
    """One thing that somebody of a duty must do. `source_id` is the measure, request or round that it serves."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    kind = models.CharField(max_length=40)
    source_kind = models.CharField(max_length=20)
    source_id = models.UUIDField(db_index=True)
    list_id = models.UUIDField(null=True)
    directive_id = models.UUIDField(null=True)
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey(Place, null=True, on_delete=models.PROTECT, related_name="+")
    duty = models.CharField(max_length=30)
    roles = models.JSONField(default=list)
    needs_check = models.BooleanField(default=False)
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    state = models.CharField(max_length=15, default="assigned")
    level = models.PositiveSmallIntegerField(default=0)
    accepted_by = models.UUIDField(null=True)
    done_by = models.UUIDField(null=True)
    done_at = models.DateTimeField(null=True)
    evidence = models.JSONField(default=dict)
    verified_by = models.UUIDField(null=True)
    verified_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=60, blank=True)
    subject_key = models.CharField(max_length=80)
    caused_by = models.UUIDField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [models.UniqueConstraint(fields=["caused_by", "kind", "subject_key"], name="task_once")]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["area", "state", "due_at"], name="task_open"),
            models.Index(fields=["list_id"], name="task_list"),
        ]


class SupportRequest(ScopedModel):
    """A call for support (吹哨): what is needed, how many people with which skills, from when to when; `level`: how far it went up unanswered."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    need = models.CharField(max_length=40)
    number = models.PositiveSmallIntegerField()
    skills = models.JSONField(default=list)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    task_id = models.UUIDField(null=True)
    asked_by = models.UUIDField(null=True)
    asked_at = models.DateTimeField()
    level = models.PositiveSmallIntegerField(default=0)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["area", "ends_at"], name="support_open")]


class SupportAnswer(ScopedModel):
    """What a unit said to a call (报到): so many people accepted, arrived or released; never changed."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    request = models.ForeignKey(SupportRequest, on_delete=models.PROTECT, related_name="+")
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10)
    persons = models.PositiveSmallIntegerField()
    by = models.UUIDField(null=True)
    at = models.DateTimeField()


class GridLoan(ScopedModel):
    """A grid (`area`) that a worker handed to another until a moment; the helper's duty there ends with it."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    lender = models.UUIDField()
    helper = models.UUIDField()
    duty = models.CharField(max_length=30)
    since = models.DateTimeField()
    until = models.DateTimeField()
