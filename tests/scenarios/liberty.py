"""The laws of liberty (procedures 2) as questions about the database as it stands: each yields what breaks it."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from epigrid.field.codes import queries as coded
from epigrid.field.codes import rules as code_rules
from epigrid.field.sampling import queries as sampled
from epigrid.field.tasks import queries as tasked
from epigrid.kernel.actors import Actor
from epigrid.kernel.duties import Duty
from epigrid.kernel.events import Event
from epigrid.playbooks import joins
from epigrid.registers.people import queries as people
from epigrid.registers.places import queries as places
from epigrid.response.quarantine import queries as measures
from epigrid.response.quarantine.queries import MeasureCard
from epigrid.response.tracing import queries as traced
from epigrid.response.zones import queries as zoned
from epigrid.response.zones.models import Member
from epigrid.store import journal
from epigrid.store.models import Fact
from tests import cast

ALL = cast.procedure()
DECIDES = {
    "hold": cast.user_id(Duty.CDC_DUTY_OFFICER),
    "site": cast.user_id(Duty.COUNTY_EOC_OFFICER),
    "home": cast.user_id(Duty.COUNTY_EOC_OFFICER),
    "treatment": cast.user_id(Duty.COUNTY_EOC_OFFICER),
}
"""The only user of the cast who may decide each kind (procedures 1)."""


def of_measures(world: cast.World, now: datetime, *, heard: bool = True) -> Iterator[str]:
    """Who is bound by a paper: living reason, decider of the right duty, end, appeal; an order binds from its served paper.

    A hold binds from its issue, because it waits only for hours; that is why a call to the person is due within one (see `of_calls`). A corrected result
    ends what it alone bound as soon as it is heard (`heard`).
    """
    for card in measures.all_active(actor=ALL, now=now):
        name = f"{card.kind} of {world.people.index(card.person_id)}"
        missing = [key for key in ("basis", "clause_id", "edition", "appeal_body_id", "contact_line") if not getattr(card, key)]
        if missing:
            yield f"{name}: without {missing}"
        if card.decided_by != DECIDES[card.kind]:
            yield f"{name}: decided by somebody else"
        if card.starts_at is None or card.ends_at is None or not card.starts_at <= now < card.ends_at:
            yield f"{name}: {card.starts_at} to {card.ends_at} at {now}"
        if card.kind != "hold" and card.served_at is None:
            yield f"{name}: binds before its paper was served"
        if (heard or card.kind != "hold") and not _lives(card):
            yield f"{name}: its reason is over"


def _lives(card: MeasureCard) -> bool:
    """A hold's tube is positive with this person in it, or a single test of its people is; an order's case is not excluded, and its contact was judged close.

    No appeal against it was upheld.
    """
    if any(appeal.upheld and appeal.measure_id == card.id for appeal in measures.appeals(actor=ALL, person_id=card.person_id)):
        return False
    if card.tube_id is not None:
        tube = sampled.tube(actor=ALL, tube_id=card.tube_id)
        singles = sampled.readings(actor=ALL, person_ids=tube.person_ids, since=tube.closed_at)
        case = any(one.single and one.outcome == "positive" for tests in singles.values() for one in tests)
        return (tube.outcome == "positive" or case) and card.person_id in tube.person_ids
    case = traced.case(actor=ALL, case_id=UUID(str(card.case_id)))
    if card.kind == "treatment":
        return case.state != "excluded" and case.person_id == card.person_id
    close = traced.contacts(actor=ALL, case_id=case.id, person_ids=[card.person_id], kind="close-contact")
    return case.state != "excluded" and [contact.id for contact in close] == [card.contact_id]


def of_calls(world: cast.World, now: datetime) -> Iterator[str]:
    """Who is held and was not told yet has somebody whose task it is to tell him, within the hour."""
    tasks = {task.person_id: task for task in tasked.tasks_of(actor=ALL) if task.kind == "tell-hold"}
    for card in measures.all_active(actor=ALL, now=now):
        if card.kind == "hold" and card.served_at is None and card.person_id not in tasks:
            yield f"hold of {world.people.index(card.person_id)}: nobody has to tell him"


def of_zones(world: cast.World, now: datetime, *, heard: bool) -> Iterator[str]:
    """Who is bound to stay home: by the city office, until its review moment, served, and (once heard) in a place of the zone and told."""
    told = {(zone, person) for zone, person in Member.objects.seen_by(ALL).filter(told_at__isnull=False).values_list("zone_id", "person_id")}
    for person_id, duties in zoned.stay_reasons(actor=ALL, person_ids=world.people, now=now).items():
        for duty in duties:
            name = f"zone of {world.people.index(person_id)}"
            zone = zoned.zone(actor=ALL, zone_id=duty.zone_id)
            plan = zoned.plan(actor=ALL, zone_id=duty.zone_id)
            if zone.decided_by != cast.user_id(Duty.CITY_EOC_OFFICE) or not zone.basis or zone.level not in ("provisional", "high"):
                yield f"{name}: not decided by the city office"
            if zone.state != "active" or zone.review_at is None or not duty.since <= now < duty.until <= zone.review_at:
                yield f"{name}: {zone.state}, bound {duty.since} to {duty.until}, review {zone.review_at}, now {now}"
            if plan is None or not plan.hotline or not all(plan.owners.values()) or zoned.lead(actor=ALL, zone_id=zone.id) is None:
                yield f"{name}: no services, hotline or lead"
            home = people.person(actor=ALL, person_id=person_id).dwelling_id
            if heard and (home is None or not {place.id for place in places.chain(actor=ALL, place_id=home)} & set(zone.place_ids)):
                yield f"{name}: lives outside the decided place"
            if heard and (zone.id, person_id) not in told:
                yield f"{name}: was never told"


def of_statuses(world: cast.World, now: datetime, *, heard: bool) -> Iterator[str]:
    """The status is the function of the active reasons, re-read from the measures; no reason is kept beyond its own end or that of its measure."""
    cards = measures.holds(actor=ALL) + measures.orders(actor=ALL)
    ends = {card.id: card.ends_at for card in cards} | {zone.id: zone.review_at for zone in zoned.zones(actor=ALL)}
    statuses = coded.statuses(actor=ALL, person_ids=world.people, now=now)
    read_again = joins.reasons_of(actor=ALL, person_ids=world.people, now=now)
    for number, person_id in enumerate(world.people):
        card = statuses[person_id]
        if any(not reason.since <= now < reason.until or reason.decided_by is None for reason in card.reasons):
            yield f"person {number}: a reason outside its time, or without decider"
        if heard and any(reason.until > ends[reason.source_id] for reason in card.reasons):
            yield f"person {number}: a reason that outlives its measure"
        wanted = {(reason.kind, reason.source_id, reason.until) for reason in read_again[person_id]}
        if heard and {(reason.kind, reason.source_id, reason.until) for reason in card.reasons} != wanted:
            yield f"person {number}: {card.status}, but the measures say {code_rules.status_of(read_again[person_id], now)}"


def of_reading(person_id: UUID, now: datetime) -> Iterator[str]:
    """A resident reads every row about himself: measures, stay-home duties, status, tests, appeals, his file's history."""
    me = Actor.resident(person_id)
    pairs = {
        "measures": [measures.measures_of(actor=who, person_id=person_id) for who in (me, ALL)],
        "stay-home": [zoned.stay_reasons(actor=who, person_ids=[person_id], now=now) for who in (me, ALL)],
        "status": [coded.status(actor=who, person_id=person_id, now=now) for who in (me, ALL)],
        "tests": [sampled.readings_of(actor=who, person_id=person_id) for who in (me, ALL)],
        "tests due": [sampled.tests_due(actor=who, person_ids=[person_id]) for who in (me, ALL)],
        "appeals": [measures.appeals(actor=who, person_id=person_id) for who in (me, ALL)],
        "history": [people.history(actor=who, person_id=person_id) for who in (me, ALL)],
    }
    yield from (f"{name}: {mine} is not {all_of}" for name, (mine, all_of) in pairs.items() if mine != all_of)


def of_causes(known: set[UUID]) -> Iterator[str]:
    """Every fact leads back over its causes to a beginning. `known` are facts that are known to; they grow."""
    for fact in Fact.objects.exclude(id__in=known).order_by("seq"):
        begins = fact.caused_by is None and Event.kinds[fact.kind].begins
        if not begins and fact.caused_by not in known:
            yield f"{fact.kind}: {[told.event.kind for told in journal.causes(fact.id)]}"
        known.add(fact.id)
