"""Tables of the store. Rows here are exempt from scope; they are reached only through this layer's modules."""

from typing import ClassVar

from django.db import models

from epigrid.store.ids import uuid7
from epigrid.store.scoped import AreaField, ScopedModel


class Tree(models.Model):
    """An area tree: a real one with the wall clock, or an exercise with a clock of its own."""

    root = AreaField(primary_key=True)
    title = models.CharField(max_length=100)
    time_zone = models.CharField(max_length=50, default="Asia/Shanghai")
    exercise = models.BooleanField(default=False)
    acts_as = AreaField(blank=True, null=True)
    namespace = models.UUIDField(null=True)
    moment = models.DateTimeField(null=True)
    anchored_at = models.DateTimeField(null=True)
    running = models.BooleanField(default=False)


class Fact(models.Model):
    """One row of the journal. `position` is given by the numbering step, never at insert."""

    seq = models.BigAutoField(primary_key=True)
    id = models.UUIDField(unique=True, default=uuid7)
    position = models.BigIntegerField(null=True, unique=True)
    kind = models.CharField(max_length=80)
    area = AreaField()
    subject_id = models.UUIDField()
    payload = models.JSONField()
    actor_kind = models.CharField(max_length=20)
    actor_id = models.UUIDField(null=True)
    actor_name = models.CharField(max_length=80, blank=True)
    at = models.DateTimeField()
    caused_by = models.UUIDField(null=True, db_index=True)
    seal = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["subject_id", "seq"], name="fact_subject"),
            models.Index(fields=["area", "seq"], name="fact_area"),
            models.Index(fields=["kind", "seq"], name="fact_kind"),
            models.Index(fields=["seq"], name="fact_unnumbered", condition=models.Q(position__isnull=True)),
        ]


class Hearing(models.Model):
    """One step's hearing of one fact, written in the transaction of the step's action: exactly once."""

    fact = models.ForeignKey(Fact, on_delete=models.PROTECT, related_name="+")
    step = models.CharField(max_length=100)
    attempts = models.PositiveIntegerField(default=0)
    done_at = models.DateTimeField(null=True)
    parked_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [models.UniqueConstraint(fields=["fact", "step"], name="hearing_once")]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["parked_at"], name="hearing_parked", condition=models.Q(parked_at__isnull=False))
        ]


class RunnerCursor(models.Model):
    """Up to which position all facts have been heard; one row."""

    name = models.CharField(max_length=20, primary_key=True)
    position = models.BigIntegerField(default=0)


class Lease(models.Model):
    """Who runs the runner, until when; with the database's own lock this makes one runner at a time."""

    name = models.CharField(max_length=40, primary_key=True)
    holder = models.CharField(max_length=80, blank=True)
    until = models.DateTimeField(null=True)


class PersonKey(models.Model):
    """A person's own key, wrapped by the vault key. Destroying the row erases every identity value of the person."""

    person_id = models.UUIDField(primary_key=True)
    wrapped = models.BinaryField()
    key_id = models.CharField(max_length=16)


class Secret(models.Model):
    """One identity value: AES-256-GCM under the person's key; `blind` finds it again by exact value within its tree."""

    person_id = models.UUIDField()
    field = models.CharField(max_length=20)
    nonce = models.BinaryField()
    ciphertext = models.BinaryField()
    key_id = models.CharField(max_length=16)
    tree = models.CharField(max_length=60)
    blind = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [models.UniqueConstraint(fields=["person_id", "field"], name="secret_once")]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["tree", "field", "blind"], name="secret_blind")]


class Read(models.Model):
    """One identity read or denial: who, whose, which fields, for what purpose. Not heard, not fed."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    actor_kind = models.CharField(max_length=20)
    actor_id = models.UUIDField(null=True)
    duties = models.JSONField(default=list)
    person_id = models.UUIDField(db_index=True)
    fields = models.JSONField(default=list)
    purpose = models.CharField(max_length=40)
    area = AreaField(blank=True, null=True)
    denied = models.BooleanField(default=False)
    at = models.DateTimeField()


class CommandReceipt(models.Model):
    """The outcome of one command of one device; a replay gets this answer again.

    Of a phone's command also its number in the phone's own count, when it was done by the phone's clock as the server judged it (`at` is when it came),
    which tubes, boxes and tasks it `names`, and what is remarkable about it; a refused one holds back others until it is settled.
    """

    device = models.CharField(max_length=64)
    command_id = models.CharField(max_length=64)
    actor_id = models.UUIDField(null=True)
    digest = models.CharField(max_length=64)
    outcome = models.CharField(max_length=10)
    reason = models.CharField(max_length=80, blank=True)
    rows = models.JSONField(default=list)
    at = models.DateTimeField()
    act = models.CharField(max_length=60, blank=True)
    counter = models.PositiveIntegerField(null=True)
    occurred_at = models.DateTimeField(null=True)
    names = models.JSONField(default=list)
    flags = models.JSONField(default=list)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["device", "command_id"], name="command_once"),
            models.UniqueConstraint(fields=["device", "counter"], condition=models.Q(counter__isnull=False), name="command_in_turn"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["device", "occurred_at"], name="command_of_phone", condition=models.Q(counter__isnull=False))
        ]


class Scan(models.Model):
    """A venue presence of the day buffer, before its day is sealed into Parquet. Persons are pseudonyms."""

    scan_id = models.UUIDField(primary_key=True)
    tree = models.CharField(max_length=60)
    day = models.DateField()
    person = models.BigIntegerField()
    place = models.BigIntegerField()
    t_in = models.BigIntegerField()
    t_out = models.BigIntegerField()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["tree", "day"], name="scan_day")]


class Pseudonym(models.Model):
    """A number standing for a person or place in the presence log of one tree; whom it stands for is sealed, `blind` finds it again by the subject."""

    id = models.BigAutoField(primary_key=True)
    tree = models.CharField(max_length=60)
    kind = models.CharField(max_length=10)
    number = models.PositiveIntegerField()
    blind = models.CharField(max_length=64)
    sealed = models.BinaryField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["tree", "kind", "blind"], name="pseudonym_once"),
            models.UniqueConstraint(fields=["tree", "kind", "number"], name="pseudonym_number"),
        ]


class Series(models.Model):
    """The last number given in a series without gaps (notices, orders): locked in the transaction that uses it."""

    tree = models.CharField(max_length=60)
    name = models.CharField(max_length=120)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [models.UniqueConstraint(fields=["tree", "name"], name="series_once")]


class Document(ScopedModel):
    """A paper as drawn; identity values are not in it, they are filled in when it is printed for a purpose."""

    person_lookup = "person_id"

    id = models.UUIDField(primary_key=True, default=uuid7)
    kind = models.CharField(max_length=40)
    number = models.CharField(max_length=60)
    title = models.CharField(max_length=200)
    body_name = models.CharField(max_length=100)
    fields = models.JSONField(default=dict)
    footer = models.CharField(max_length=200, blank=True)
    exercise = models.BooleanField(default=False)
    person_id = models.UUIDField(null=True)
    drawn_at = models.DateTimeField()
    digest = models.CharField(max_length=64)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["person_id", "drawn_at"], name="document_person")]
