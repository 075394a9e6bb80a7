"""Questions about people. Identity values only through `identities`, with a purpose, and recorded."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import CharField, Q, Value
from django.db.models.functions import Cast

from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.kernel.events import Event
from epigrid.kernel.events import Fact as Told
from epigrid.registers.people import rules
from epigrid.registers.people.models import CareNeed, Correction, DayEntry, Household, Person
from epigrid.registers.people.queries.families import PersonCard, Spoken, family, speaking_for
from epigrid.registers.people.rules import CATEGORIES, CHILD_AGE, HOME_TEST, KEY_PLACE, QUARANTINED
from epigrid.registers.places import queries as places
from epigrid.registers.policies import queries as policies
from epigrid.store import clock, journal, reads, vault

__all__ = ["CATEGORIES", "CHILD_AGE", "HOME_TEST", "KEY_PLACE", "QUARANTINED", "PersonCard", "Spoken", "family", "speaking_for"]

AT_ONCE = 1000
"""People that one question asks for: a large building in one."""


@dataclass(frozen=True, kw_only=True)
class FaceCard:
    """A person in a list: never more than the masked name."""

    masked_name: str
    file_no: str
    home: str
    area: Area


@dataclass(frozen=True, kw_only=True)
class HouseholdCard:
    """A household and who belongs to it."""

    id: UUID
    area: Area
    dwelling_id: UUID
    number: str
    person_ids: tuple[UUID, ...]


@dataclass(frozen=True, kw_only=True)
class NeedCard:
    """A care need in force."""

    id: UUID
    person_id: UUID
    kind: str
    since: date
    source: str


@dataclass(frozen=True, kw_only=True)
class EntryCard:
    """An entry of the day's register."""

    id: UUID
    area: Area
    person_id: UUID
    category: str
    since: date
    until: date
    source: str
    entered_at: datetime
    claimed_by: UUID | None


@dataclass(frozen=True, kw_only=True)
class CorrectionCard:
    """A correction asked for."""

    id: UUID
    person_id: UUID
    field: str
    asked_at: datetime
    accepted: bool | None
    reason: str


def person(*, actor: Actor, person_id: UUID) -> PersonCard:
    """One person."""
    return PersonCard.of(Person.objects.seen_by(actor).get(id=person_id))


def people(
    *,
    actor: Actor,
    ids: Iterable[UUID] | None = None,
    place_ids: Iterable[UUID] | None = None,
    area: Area | None = None,
    household_id: UUID | None = None,
) -> list[PersonCard]:
    """People by ids, dwellings, area or household, in the order of their files."""
    rows = Person.objects.seen_by(actor)
    if area is not None:
        rows = rows.filter(area__within=area)
    if household_id is not None:
        rows = rows.filter(household_id=household_id)
    column, wanted = ("id", ids) if ids is not None else ("dwelling_id", place_ids)
    if wanted is None:
        return [PersonCard.of(row) for row in rows.order_by("file_no")]
    keys = list(dict.fromkeys(wanted))
    found = [row for start in range(0, len(keys), AT_ONCE) for row in rows.filter(**{f"{column}__in": keys[start : start + AT_ONCE]})]
    return [PersonCard.of(row) for row in sorted(found, key=lambda row: row.file_no)]


def identities(*, actor: Actor, person_ids: Sequence[UUID], fields: Sequence[str], now: datetime) -> dict[UUID, dict[str, str]]:
    """Identity values of people in the actor's scope, for the purpose he states; recorded person by person.

    People outside the scope are absent; `PurposeMissing` where no duty of the actor carries the purpose in a person's area.
    """
    by_area: dict[Area, list[UUID]] = {}
    for card in people(actor=actor, ids=person_ids):
        by_area.setdefault(card.area, []).append(card.id)
    found: dict[UUID, dict[str, str]] = {}
    for area, ids in sorted(by_area.items()):
        found |= vault.read(actor=actor, area=area, person_ids=ids, fields=fields, now=now)
    return found


def find(*, actor: Actor, area: Area, field: str, value: str, now: datetime) -> list[PersonCard]:
    """People of the actor's scope whose name, document or phone is exactly `value`; a purpose is needed and each hit is recorded."""
    if actor.purpose not in vault.PURPOSES or not actor.holds(*vault.PURPOSES[actor.purpose], area=area):
        raise vault.PurposeMissing(purpose=actor.purpose)
    hits = people(actor=actor, ids=vault.find(tree=area.tree, field=field, value=value))
    reads.record(actor=actor, area=area, person_ids=[card.id for card in hits], fields=[f"found by {field}"], at=now)
    return hits


def faces(*, actor: Actor, person_ids: Iterable[UUID]) -> dict[UUID, FaceCard]:
    """What a page shows of people: masked name, file number, home by the place register. Those whom the actor does not see are absent."""
    cards = people(actor=actor, ids=person_ids)
    homes = places.places(actor=actor, ids=[card.dwelling_id for card in cards if card.dwelling_id is not None])
    return {
        card.id: FaceCard(
            masked_name=card.masked_name,
            file_no=card.file_no,
            home=homes[card.dwelling_id].full_name if card.dwelling_id in homes else "",
            area=card.area,
        )
        for card in cards
    }


def working_at(*, actor: Actor, place_ids: Iterable[UUID] | None = None, person_ids: Iterable[UUID] | None = None) -> dict[UUID, UUID]:
    """Who works at the places (of these people) by the register, and where: person -> place."""
    rows = Person.objects.seen_by(actor).filter(departed_on__isnull=True, worker_place_id__isnull=False)
    if place_ids is not None:
        rows = rows.filter(worker_place_id__in=list(place_ids))
    if person_ids is not None:
        rows = rows.filter(id__in=list(person_ids))
    return dict(rows.values_list("id", "worker_place_id"))


def by_file_nos(*, actor: Actor, file_nos: Iterable[str]) -> dict[str, PersonCard]:
    """The people with these file numbers; numbers that nobody whom the actor sees has are absent."""
    rows = Person.objects.seen_by(actor).filter(file_no__in=sorted(set(file_nos)))
    return {row.file_no: PersonCard.of(row) for row in rows}


def by_file_no(*, actor: Actor, file_no: str) -> PersonCard:
    """The person with this file number, as printed on his papers."""
    return PersonCard.of(Person.objects.seen_by(actor).get(file_no=file_no.strip()))


def household(*, actor: Actor, household_id: UUID) -> HouseholdCard:
    """One household."""
    row = Household.objects.seen_by(actor).get(id=household_id)
    return _households(actor, [row])[0]


def living_in(*, actor: Actor, area: Area) -> int:
    """How many people live or stay in an area now."""
    return Person.objects.seen_by(actor).filter(area__within=area, departed_on__isnull=True).exclude(residence="away").count()


def households(*, actor: Actor, area: Area | None = None, place_ids: Sequence[UUID] | None = None) -> list[HouseholdCard]:
    """Households of an area or of dwellings."""
    rows = Household.objects.seen_by(actor).order_by("area", "dwelling_id", "number")
    if area is not None:
        rows = rows.filter(area__within=area)
    if place_ids is not None:
        rows = rows.filter(dwelling_id__in=list(place_ids))
    return _households(actor, list(rows))


def _households(actor: Actor, rows: Sequence[Household]) -> list[HouseholdCard]:
    members: dict[UUID, list[UUID]] = {row.id: [] for row in rows}
    ids = list(members)
    for start in range(0, len(ids), 500):
        found = Person.objects.seen_by(actor).filter(household_id__in=ids[start : start + 500], departed_on__isnull=True)
        for household_id, person_id in found.order_by("file_no").values_list("household_id", "id"):
            members[household_id].append(person_id)
    return [
        HouseholdCard(id=row.id, area=row.area, dwelling_id=row.dwelling_id, number=row.number, person_ids=tuple(members[row.id])) for row in rows
    ]


def needs(*, actor: Actor, on: date, area: Area | None = None, person_ids: Sequence[UUID] | None = None) -> list[NeedCard]:
    """Care needs in force on a day."""
    rows = CareNeed.objects.seen_by(actor).filter(since__lte=on).order_by("person_id", "kind")
    if area is not None:
        rows = rows.filter(area__within=area)
    if person_ids is not None:
        rows = rows.filter(person_id__in=list(person_ids))
    return [
        NeedCard(id=row.id, person_id=row.person_id, kind=row.kind, since=row.since, source=row.source)
        for row in rows
        if row.until is None or on < row.until
    ]


def minors_and_dependants(*, actor: Actor, person_ids: Sequence[UUID], on: date) -> set[UUID]:
    """Those of the people who are under 14 or whose needs make them depend on somebody."""
    children = {card.id for card in people(actor=actor, ids=person_ids) if rules.is_child(card.birth_date, on) or card.guardian_id is not None}
    dependent = {need.person_id for need in needs(actor=actor, on=on, person_ids=person_ids) if need.kind in rules.DEPENDANT}
    return children | dependent


def day_register(*, actor: Actor, on: date, area: Area | None = None) -> list[EntryCard]:
    """Entries in force on a day; what is not over is carried from day to day (S-054)."""
    rows = DayEntry.objects.seen_by(actor).filter(since__lte=on, until__gt=on).order_by("area", "category", "person_id")
    return [_entry(row) for row in (rows if area is None else rows.filter(area__within=area))]


@dataclass(frozen=True, kw_only=True)
class StayHit:
    """A person whose stay meets the list: the outcome (`area` or `county`), until when it counts, whether he is entered as such already."""

    person_id: UUID
    area: Area
    outcome: str
    level: str
    until: date
    entered: bool


def marks(*, actor: Actor, on: date, area: Area | None = None, person_ids: Sequence[UUID] | None = None) -> dict[UUID, set[str]]:
    """What the registers say of people on a day, in one question: needs by kind, categories of the day's register, `KEY_PLACE` for work."""
    within = Q() if area is None else Q(area__within=area)
    about, own = (within if person_ids is None else within & Q((f"{column}__in", list(person_ids))) for column in ("person_id", "id"))
    needs = CareNeed.objects.seen_by(actor).filter(about, Q(until__isnull=True) | Q(until__gt=on), since__lte=on)
    entries = DayEntry.objects.seen_by(actor).filter(about, since__lte=on, until__gt=on)
    workers = Person.objects.seen_by(actor).filter(own, departed_on__isnull=True, worker_place_id__isnull=False)
    said_of = (entries.values_list("person_id", "category"), workers.values_list("id", Cast(Value(KEY_PLACE), CharField(max_length=30))))
    found: dict[UUID, set[str]] = {}
    for person_id, said in needs.values_list("person_id", "kind").union(*said_of):
        found.setdefault(person_id, set()).add(said)
    return found


def quarantined_since(*, actor: Actor, on: date, person_ids: Sequence[UUID]) -> dict[UUID, datetime]:
    """Since when it is known of whom of the people that the day's register has them in quarantine at home on a day: the entry's first day, or when it was made."""
    found: dict[UUID, datetime] = {}
    rows = DayEntry.objects.seen_by(actor).filter(person_id__in=list(person_ids), category=QUARANTINED, since__lte=on, until__gt=on)
    for row in rows:
        moment = max(row.entered_at, clock.local_midnight(row.area, row.since))
        found[row.person_id] = min(found.get(row.person_id, moment), moment)
    return found


def stays_at_risk(*, actor: Actor, area: Area, now: datetime) -> list[StayHit]:
    """Stays of the day's register that meet the national list as it stands (S-078), the stricter outcome of each person."""
    today = clock.local_day(area, now)
    rows = list(DayEntry.objects.seen_by(actor).filter(area__within=area, until__gt=today).exclude(stay_county="").order_by("person_id", "id"))
    entered = set(
        DayEntry.objects.seen_by(actor)
        .filter(category="risk-area", until__gt=today, person_id__in=[row.person_id for row in rows])
        .values_list("person_id", flat=True)
    )
    listed = places.risk_areas(actor=actor, counties=[row.stay_county for row in rows]) if rows else []
    found: dict[UUID, StayHit] = {}
    for row in rows:
        for one in listed:
            hit = _hit(row, one, area, today, entered) if one.county == row.stay_county else None
            if hit is not None and (row.person_id not in found or hit.outcome == "area"):
                found[row.person_id] = hit
    return list(found.values())


def _hit(row: DayEntry, one: places.RiskCard, area: Area, today: date, entered: set[UUID]) -> StayHit | None:
    policy = policies.find(rules.RISK_HISTORY[one.level], edition=policies.edition(on=today, area=area))
    if policy is None or row.stay_from is None or row.stay_left is None:
        return None
    same = bool(one.place) and row.stay_place == vault.blind_index(area.tree, "stay", f"{one.county}|{one.place}")
    verdict = rules.judge_stay(
        stay=rules.StayElsewhere(since=row.stay_from, left=row.stay_left, same_place=same),
        listed=rules.Listed(
            level=one.level,
            since=clock.local_day(area, one.since),
            until=clock.local_day(area, one.until) if one.until else None,
            whole=not one.place,
        ),
        today=today,
        policy=policy,
    )
    if verdict.outcome == "none":
        return None
    until = row.stay_left + timedelta(days=(policy.window_days or 0) + 1)
    return StayHit(person_id=row.person_id, area=row.area, outcome=verdict.outcome, level=one.level, until=until, entered=row.person_id in entered)


def unclaimed(*, actor: Actor, area: Area, now: datetime) -> list[EntryCard]:
    """Entries that nobody claimed within the clause's time (S-055)."""
    policy = policies.clause(rules.ClaimPolicy, on=clock.local_day(area, now), area=area)
    rows = DayEntry.objects.seen_by(actor).filter(claimed_at__isnull=True, area__within=area, until__gt=clock.local_day(area, now))
    return [_entry(row) for row in rows.order_by("entered_at", "id") if rules.overdue_claim(row.entered_at, policy, now)]


def ledger(*, actor: Actor, name: str, area: Area, on: date) -> list[PersonCard]:
    """A saved view: `residents` (S-049), `vulnerable` (S-052), `potential-risk` (S-053)."""
    if name == "residents":
        return [card for card in people(actor=actor, area=area) if card.departed_on is None and not card.erased]
    if name == "vulnerable":
        return people(actor=actor, ids={need.person_id for need in needs(actor=actor, on=on, area=area)})
    if name == "potential-risk":
        entries = day_register(actor=actor, on=on, area=area)
        return people(actor=actor, ids={entry.person_id for entry in entries if entry.category == rules.QUARANTINED})
    raise rules.CategoryUnknown(ledger=name)


def corrections(*, actor: Actor, person_id: UUID | None = None, open_only: bool = False) -> list[CorrectionCard]:
    """Corrections asked for, oldest first."""
    rows = Correction.objects.seen_by(actor).order_by("asked_at", "id")
    if person_id is not None:
        rows = rows.filter(person_id=person_id)
    if open_only:
        rows = rows.filter(decided_at__isnull=True)
    return [
        CorrectionCard(id=row.id, person_id=row.person_id, field=row.field, asked_at=row.asked_at, accepted=row.accepted, reason=row.reason)
        for row in rows
    ]


def correction(*, actor: Actor, correction_id: UUID) -> CorrectionCard:
    """One correction asked for."""
    row = Correction.objects.seen_by(actor).get(id=correction_id)
    return CorrectionCard(id=row.id, person_id=row.person_id, field=row.field, asked_at=row.asked_at, accepted=row.accepted, reason=row.reason)


def history(*, actor: Actor, person_id: UUID) -> list[Told[Event]]:
    """Every fact whose subject is this person, in order of time, for who may see him (S-060)."""
    person(actor=actor, person_id=person_id)
    return list(journal.facts_about(subject_id=person_id))


def provenance(*, actor: Actor, person_id: UUID) -> dict[str, dict[str, str]]:
    """Field -> source, moment and hand of its last verification (S-049)."""
    return dict(Person.objects.seen_by(actor).get(id=person_id).provenance)


def _entry(row: DayEntry) -> EntryCard:
    return EntryCard(
        id=row.id,
        area=row.area,
        person_id=row.person_id,
        category=row.category,
        since=row.since,
        until=row.until,
        source=row.source,
        entered_at=row.entered_at,
        claimed_by=row.claimed_by,
    )
