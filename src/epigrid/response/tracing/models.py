"""Tables of tracing."""

from typing import ClassVar

from django.db import models

from epigrid.kernel.duties import Duty
from epigrid.registers.people.models import Person
from epigrid.registers.places.models import Place
from epigrid.store.ids import uuid7
from epigrid.store.scoped import AreaField, ScopedModel

CDC = frozenset({Duty.CDC_DUTY_OFFICER, Duty.CDC_INVESTIGATOR, Duty.CASE_REGISTRAR, Duty.AUDITOR})
COMMAND = CDC | {Duty.COUNTY_EOC_OFFICER, Duty.EXPERT_GROUP, Duty.HOSPITAL}


class Case(ScopedModel):
    """A person who is preliminary positive or infected."""

    readers = COMMAND
    person_lookup = "person_id"

    id = models.UUIDField(primary_key=True, default=uuid7)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    tube_id = models.UUIDField(null=True)
    state = models.CharField(max_length=15, default="preliminary")
    found = models.CharField(max_length=20, blank=True)
    sampled_at = models.DateTimeField()
    opened_at = models.DateTimeField()
    opinion = models.CharField(max_length=15, blank=True)
    opinion_by = models.UUIDField(null=True)
    opinion_at = models.DateTimeField(null=True)
    entered_by = models.UUIDField(null=True)
    entered_at = models.DateTimeField(null=True)
    spread = models.BooleanField(null=True)
    spread_reason = models.CharField(max_length=200, blank=True)
    spread_by = models.UUIDField(null=True)
    caused_by = models.UUIDField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [models.UniqueConstraint(fields=["person", "sampled_at"], name="case_once")]


class Exposure(ScopedModel):
    """When, where and to how many a case may have given it: the record that every query rests on."""

    readers = CDC

    id = models.UUIDField(primary_key=True, default=uuid7)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    place_ids = models.JSONField(default=list)
    basis = models.CharField(max_length=60)
    recorded_by = models.UUIDField(null=True)
    caused_by = models.UUIDField()


class VenueQuery(ScopedModel):
    """A question to the presence log: the exposure records it rests on (`exposure`, `also`), its kind, window and purpose, who asked, who approved, what it found.

    `place_id`: where, of `present`; `direction`, `latency_seconds`, `min_seconds`: of `hops`. `answer`: counts and places, never a person; people of its answer
    are findings. `days_gone`: days of the window that lay beyond the look-back when it ran.
    """

    readers = CDC

    id = models.UUIDField(primary_key=True, default=uuid7)
    exposure = models.ForeignKey(Exposure, on_delete=models.PROTECT, related_name="+")
    also = models.JSONField(default=list)
    kind = models.CharField(max_length=10, default="contacts")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    place_id = models.UUIDField(null=True)
    direction = models.CharField(max_length=10, blank=True)
    latency_seconds = models.PositiveIntegerField(null=True)
    min_seconds = models.PositiveIntegerField(null=True)
    purpose = models.CharField(max_length=60)
    asked_by = models.UUIDField(null=True)
    asked_at = models.DateTimeField()
    approved_by = models.UUIDField(null=True)
    approved_at = models.DateTimeField(null=True)
    ran_at = models.DateTimeField(null=True)
    found = models.PositiveIntegerField(default=0)
    leads = models.PositiveIntegerField(default=0)
    days_gone = models.PositiveSmallIntegerField(default=0)
    answer = models.JSONField(default=dict)


class Candidate(ScopedModel):
    """Somebody who may be a contact, with the evidence, and what an investigator judged. `link`: how he is linked to the case, see `rules.LINKS_IN_ORDER`."""

    readers = CDC

    id = models.UUIDField(primary_key=True, default=uuid7)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    sources = models.JSONField(default=list)
    evidence = models.JSONField(default=list)
    link = models.CharField(max_length=10, blank=True, default="")
    seconds = models.PositiveIntegerField(default=0)
    last_exposure_at = models.DateTimeField(null=True)
    doubtful = models.BooleanField(default=False)
    outcome = models.CharField(max_length=15, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    judged_by = models.UUIDField(null=True)
    judged_at = models.DateTimeField(null=True)
    clause_id = models.CharField(max_length=80, blank=True)
    edition = models.CharField(max_length=64, blank=True)
    caused_by = models.UUIDField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [models.UniqueConstraint(fields=["case", "person"], name="candidate_once")]


class Finding(ScopedModel):
    """What one venue query found out about one candidate: how long, how often, first and last moment. The places stay in the index and are asked pair by pair."""

    readers = CDC

    id = models.UUIDField(primary_key=True, default=uuid7)
    query = models.ForeignKey(VenueQuery, on_delete=models.PROTECT, related_name="+")
    candidate = models.ForeignKey(Candidate, on_delete=models.PROTECT, related_name="+")
    seconds = models.PositiveIntegerField()
    meetings = models.PositiveIntegerField()
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [models.UniqueConstraint(fields=["query", "candidate"], name="finding_once")]


class Contact(ScopedModel):
    """A judged close contact or exposed person of a case."""

    readers = COMMAND | {Duty.COMMUNITY_SECRETARY, Duty.GRID_WORKER, Duty.SITE_MANAGER, Duty.TRANSFER_TEAM}
    person_lookup = "person_id"

    id = models.UUIDField(primary_key=True, default=uuid7)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=15)
    last_exposure_at = models.DateTimeField(null=True)
    judged_by = models.UUIDField()
    judged_at = models.DateTimeField()
    edition = models.CharField(max_length=64)
    clause_id = models.CharField(max_length=80)
    reached_at = models.DateTimeField(null=True)
    moved_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    caused_by = models.UUIDField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [models.UniqueConstraint(fields=["case", "person"], name="contact_once")]


class Referral(ScopedModel):
    """A contact who lives in another area: minimal fields, receipt, answer."""

    readers = CDC | {Duty.COUNTY_EOC_OFFICER}

    id = models.UUIDField(primary_key=True, default=uuid7)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    to_area = models.CharField(max_length=100)
    category = models.CharField(max_length=15)
    last_exposure_at = models.DateTimeField()
    subject_id = models.UUIDField()
    sent_by = models.UUIDField(null=True)
    sent_at = models.DateTimeField()
    answer_by = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=60, blank=True)
    reminded_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [models.UniqueConstraint(fields=["case", "subject_id"], name="referral_once")]


class SectorSweep(ScopedModel):
    """A sweep through a sector's outlets (S-129): the exposure it rests on, where and when, why, who asked, who approved, until when results are due.

    `scope`: the area of the investigator who asked; its people are listed by name. `leads`: how many others each list has. `elsewhere`: how many more the
    outlets named who are in no register here.
    """

    readers = CDC

    id = models.UUIDField(primary_key=True, default=uuid7)
    exposure = models.ForeignKey(Exposure, on_delete=models.PROTECT, related_name="+")
    scope = AreaField()
    sector = models.CharField(max_length=60)
    place_ids = models.JSONField(default=list)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    reason = models.CharField(max_length=200)
    results_due_at = models.DateTimeField()
    asked_by = models.UUIDField(null=True)
    asked_at = models.DateTimeField()
    approved_by = models.UUIDField(null=True)
    approved_at = models.DateTimeField(null=True)
    drawn_at = models.DateTimeField(null=True)
    leads = models.JSONField(default=dict)
    elsewhere = models.PositiveIntegerField(default=0)
    closed_by = models.UUIDField(null=True)
    closed_at = models.DateTimeField(null=True)
    caused_by = models.UUIDField()


class SweepPerson(ScopedModel):
    """Somebody on a sweep's lists, once: why (`entries`: list, source, and for a family member whose), and what was noted where no test says it."""

    readers = CDC | {Duty.GRID_WORKER, Duty.COMMUNITY_SECRETARY}
    person_lookup = "person_id"

    id = models.UUIDField(primary_key=True, default=uuid7)
    sweep = models.ForeignKey(SectorSweep, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    entries = models.JSONField(default=list)
    noted = models.CharField(max_length=15, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    noted_by = models.UUIDField(null=True)
    noted_at = models.DateTimeField(null=True)
    caused_by = models.UUIDField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [models.UniqueConstraint(fields=["sweep", "person"], name="sweep_person_once")]


class PlaceDecision(ScopedModel):
    """What an investigator proposes for one place of an exposure (S-126): a measure with its due moment, or none with the reason."""

    readers = CDC | {Duty.COUNTY_EOC_OFFICER}

    id = models.UUIDField(primary_key=True, default=uuid7)
    exposure = models.ForeignKey(Exposure, on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    measure = models.CharField(max_length=15)
    reason = models.CharField(max_length=200)
    due_at = models.DateTimeField(null=True)
    decided_by = models.UUIDField()
    decided_at = models.DateTimeField()
    caused_by = models.UUIDField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [models.UniqueConstraint(fields=["exposure", "place"], name="place_decision_once")]
