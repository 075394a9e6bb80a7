"""Tables of communication."""

from typing import ClassVar

from django.db import models

from epigrid.registers.people.models import Person
from epigrid.store.ids import uuid7
from epigrid.store.scoped import ScopedModel


class Message(ScopedModel):
    """A message to one person or to whoever holds a duty over the area."""

    person_lookup = "person_id"

    id = models.UUIDField(primary_key=True, default=uuid7)
    key = models.CharField(max_length=60)
    values = models.JSONField(default=dict)
    duty = models.CharField(max_length=30, blank=True)
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=10, default="inbox")
    sent_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    read_by = models.UUIDField(null=True)
    caused_by = models.UUIDField()
    address = models.CharField(max_length=60)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [models.UniqueConstraint(fields=["caused_by", "key", "address"], name="message_once")]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["duty", "read_at"], name="message_inbox")]
