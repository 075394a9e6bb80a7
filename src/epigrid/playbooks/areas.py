"""Areas and service: what follows when a zone is decided, restarted, downgraded or lifted, and when residents ask."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from epigrid.command.communication import actions as communication
from epigrid.field.care import actions as care
from epigrid.field.care import rules as care_rules
from epigrid.field.care.events import CallRecorded, CareAnswered, CareEscalated, CareRequested, CensusTaken, EmergencyCalled
from epigrid.field.codes.events import ColoursLate
from epigrid.field.entry.events import WayRefused
from epigrid.field.sampling import actions as sampling
from epigrid.field.sampling.actions import TestOrder
from epigrid.field.tasks import actions as tasks
from epigrid.field.tasks.actions import NewTask, Source
from epigrid.field.tasks.events import TasksEscalated
from epigrid.field.tasks.rules import Evidence
from epigrid.kernel.actors import Actor
from epigrid.kernel.duties import Duty
from epigrid.kernel.events import Event, Fact
from epigrid.playbooks import joins
from epigrid.playbooks.runner import Step, Steps
from epigrid.registers.access.events import GlassBroken
from epigrid.registers.organisation.events import DirectiveIssued
from epigrid.registers.people import actions as people_actions
from epigrid.registers.people import queries as people
from epigrid.registers.people.events import CorrectionAsked, DayRegisterEntered, EntriesUnclaimed, PersonMoved, StaysSurfaced
from epigrid.registers.places.events import RiskListTaken
from epigrid.registers.workforce.events import RestOverdue
from epigrid.response.outbreaks.events import ClocksMissed, ReportsUnacknowledged
from epigrid.response.quarantine import actions as quarantine
from epigrid.response.quarantine import queries as measures
from epigrid.response.quarantine.events import AmbulancesOpen, AppealFiled, HoldsNearEnd, PatientAdmitted, TransferArrived
from epigrid.response.tracing import queries as traced
from epigrid.response.tracing.events import CaseOpened, ReferralsLate, SpreadJudged
from epigrid.response.zones import actions as zones
from epigrid.response.zones import queries as zoned
from epigrid.response.zones import rules as zone_rules
from epigrid.response.zones.events import (
    BarrierChanged,
    DowngradeAnnounced,
    DowngradeProposed,
    MemberAdmitted,
    NoticePublished,
    ServicePlanSet,
    SpreadQuestionOpen,
    StaticEnded,
    StaticOrdered,
    StayHomeEnded,
    StayHomeStarted,
    ZoneDecided,
    ZoneDowngraded,
    ZoneLapsed,
    ZoneLifted,
    ZoneOverdue,
    ZoneProlonged,
)
from epigrid.store import clock

ONE_DAY = timedelta(days=1)
CARE_DUE = timedelta(hours=4)


def tell(key: str, *duties: Duty) -> Step:
    """A step that puts a message with this key before the duties over the fact's area."""

    def step(fact: Fact[Event], actor: Actor, now: datetime) -> None:
        communication.tell_duty(actor=actor, area=fact.event.area, duties=duties, key=key, values={}, now=now, cause=fact.id)

    step.__name__ = f"tell_{key.replace('.', '_').replace('-', '_')}"
    step.__module__ = __name__
    return step


def propose_provisional_area(fact: Fact[CaseOpened], actor: Actor, now: datetime) -> None:
    """The stairwell of a case found outside control stands before the city office."""
    event = fact.event
    unit = joins.unit_of(actor=actor, person_id=event.person_id)
    if unit is not None and not event.under_control:
        zones.propose_zone(actor=actor, area=event.area, level="provisional", place_ids=[unit], wider_reason="", now=now, cause=fact.id)


def note_infection(fact: Fact[CaseOpened], actor: Actor, now: datetime) -> None:
    """A case that lives in a zone counts for its days, or asks whether it spread."""
    event = fact.event
    case = traced.case(actor=actor, case_id=event.case_id)
    for zone_id in joins.zones_of(actor=actor, person_id=event.person_id, now=now):
        zones.record_infection(actor=actor, zone_id=zone_id, case_id=event.case_id, found=case.found, spread=case.spread, now=now, cause=fact.id)


def propose_after_spread(fact: Fact[SpreadJudged], actor: Actor, now: datetime) -> None:
    """A case found under control makes no area, unless the assessment finds spread: then the stairwell stands before the city office after all."""
    event = fact.event
    case = traced.case(actor=actor, case_id=event.case_id)
    unit = joins.unit_of(actor=actor, person_id=case.person_id)
    if event.spread and case.found and unit is not None and not joins.zones_of(actor=actor, person_id=case.person_id, now=now):
        zones.propose_zone(actor=actor, area=event.area, level="provisional", place_ids=[unit], wider_reason="", now=now, cause=fact.id)


def settle_questions(fact: Fact[SpreadJudged], actor: Actor, now: datetime) -> None:
    """The judgement settles the open question of every zone."""
    zones.settle_question(actor=actor, case_id=fact.event.case_id, spread=fact.event.spread, now=now, cause=fact.id)


def report_up(fact: Fact[ZoneDecided], actor: Actor, now: datetime) -> None:
    """The decision goes one level up at once (Art. 41)."""
    zones.report_up(actor=actor, zone_id=fact.event.zone_id, now=now, cause=fact.id)


def open_opening_list(fact: Fact[ZoneDecided], actor: Actor, now: datetime) -> None:
    """The opening list of a provisional area: who is inside, census, hotline, owners, exits, lead, roster."""
    event = fact.event
    card = zoned.zone(actor=actor, zone_id=event.zone_id)
    if event.level != "provisional" or card.directive_id is None:
        return
    new = [
        NewTask(kind=f"opening.{item}", duty=Duty.ZONE_LEAD, area=event.area, due_at=now + timedelta(hours=1), place_id=event.place_ids[0])
        for item in zone_rules.OPENING
    ]
    source = Source(kind="zone", id=event.zone_id, directive_id=card.directive_id, list_id=event.zone_id)
    tasks.open_tasks(actor=actor, source=source, tasks=new, now=now, cause=fact.id)


def close_opening(*items: str) -> Step:
    """A step that closes items of a provisional area's opening list because the fact that they wait for happened."""

    def step(fact: Fact[Any], actor: Actor, now: datetime) -> None:
        for item in items:
            evidence = Evidence(kind="record", value=str(fact.id))
            tasks.close_by_fact(
                actor=actor, kind=f"opening.{item}", source_id=fact.event.zone_id, evidence=evidence, by=fact.actor_id, now=now, cause=fact.id
            )

    step.__name__ = f"close_opening_{items[0].replace('-', '_')}"
    step.__module__ = __name__
    return step


def close_census(fact: Fact[CensusTaken], actor: Actor, now: datetime) -> None:
    """The census item closes when every household was asked."""
    if joins.census_complete(actor=actor, zone_id=fact.event.zone_id):
        close_opening("needs-census")(fact, actor, now)


def plan_first_rounds(fact: Fact[ZoneDecided], actor: Actor, now: datetime) -> None:
    """The clause's rounds for everybody inside (three in the first three days, or its test days); later ones need a decision (S-162, S-164)."""
    event = fact.event
    if event.level == zone_rules.PROVISIONAL:
        return
    starts = clock.local_day(event.area, event.starts_at)
    policy = zoned.level_policy(actor=actor, level=event.level, edition=zoned.zone(actor=actor, zone_id=event.zone_id).edition)
    days = zone_rules.round_days(first_day=starts + ONE_DAY, policy=policy)
    if not days:
        return
    inside = zoned.residents(actor=actor, zone_id=event.zone_id)
    orders = [
        TestOrder(person_id=person, opens_at=clock.local_midnight(event.area, day), due_at=clock.local_midnight(event.area, day + ONE_DAY))
        for day in days
        for person in inside
    ]
    sampling.order_tests(actor=actor, area=event.area, source_kind="zone", source_id=event.zone_id, orders=orders, now=now, cause=fact.id)


def take_over_members(fact: Fact[ZoneDecided], actor: Actor, now: datetime) -> None:
    """A zone that takes over from another one goes on serving and binding the same people without a gap, where its services stand."""
    event = fact.event
    if (
        event.starts_at <= now
        and zoned.zone(actor=actor, zone_id=event.zone_id).from_zone_id
        and zoned.plan(actor=actor, zone_id=event.zone_id)
        and zoned.lead(actor=actor, zone_id=event.zone_id)
    ):
        zones.start_stay_home(actor=actor, zone_id=event.zone_id, now=now, cause=fact.id)


def bind_next_level(fact: Fact[ZoneDowngraded], actor: Actor, now: datetime) -> None:
    """Who comes down to a level that still binds is bound by it from the same minute, with the same services."""
    event = fact.event
    if event.next_zone_id is not None and event.level_to in zone_rules.BINDING:
        zones.start_stay_home(actor=actor, zone_id=event.next_zone_id, now=now, cause=fact.id)


def tell_shorter(fact: Fact[DowngradeAnnounced], actor: Actor, now: datetime) -> None:
    """Each person inside is told from which hour he is free."""
    event = fact.event
    values = {"until": event.at.isoformat()}
    communication.tell_people(actor=actor, area=event.area, person_ids=event.person_ids, key="zone.free-from", values=values, now=now, cause=fact.id)


def end_superseded(fact: Fact[ZoneDecided], actor: Actor, now: datetime) -> None:
    """Whom the new area has not taken over is free of the one that it grew from."""
    zones.end_superseded(actor=actor, zone_id=fact.event.zone_id, now=now, cause=fact.id)


def leave_after_move(fact: Fact[PersonMoved], actor: Actor, now: datetime) -> None:
    """Who has moved out of an area is not bound by it."""
    person_id = fact.event.person_id
    here = set(joins.zones_of(actor=actor, person_id=person_id, now=now))
    for duty in zoned.stay_reasons(actor=actor, person_ids=[person_id], now=now).get(person_id, ()):
        if duty.zone_id not in here:
            zones.end_stay_home(actor=actor, zone_id=duty.zone_id, person_id=person_id, reason="moved", now=now, cause=fact.id)


def reconcile_members(
    fact: Fact[StayHomeStarted] | Fact[StayHomeEnded] | Fact[ZoneProlonged] | Fact[DowngradeAnnounced], actor: Actor, now: datetime
) -> None:
    """Statuses of the zone's people follow."""
    joins.reconcile(actor=actor, person_ids=fact.event.person_ids, now=now, cause=fact.id)


def reconcile_member(fact: Fact[MemberAdmitted], actor: Actor, now: datetime) -> None:
    """The status of who came home follows."""
    joins.reconcile(actor=actor, person_ids=[fact.event.person_id], now=now, cause=fact.id)


def tell_members(fact: Fact[StayHomeStarted] | Fact[ZoneProlonged], actor: Actor, now: datetime) -> None:
    """Each person inside is told: why, until when, whom to call."""
    values = {"until": fact.event.until.isoformat()}
    communication.tell_people(
        actor=actor, area=fact.event.area, person_ids=fact.event.person_ids, key="zone.stay-home", values=values, now=now, cause=fact.id
    )
    zones.note_told(actor=actor, zone_id=fact.event.zone_id, now=now)


def end_zone_work(fact: Fact[ZoneDowngraded] | Fact[ZoneLapsed] | Fact[ZoneLifted], actor: Actor, now: datetime) -> None:
    """Tests and tasks of an ended zone end with it."""
    event = fact.event
    sampling.end_tests(actor=actor, area=event.area, source_id=event.zone_id, reason="zone-ended", now=now, cause=fact.id)
    tasks.end_tasks(actor=actor, source_id=event.zone_id, reason="zone-ended", now=now, cause=fact.id)


def leave_zones(fact: Fact[TransferArrived] | Fact[PatientAdmitted], actor: Actor, now: datetime) -> None:
    """Who was moved to a site or to hospital is not bound at home as well."""
    event = fact.event
    ids: Sequence = event.person_ids if isinstance(event, TransferArrived) else [event.person_id]  # type: ignore[type-arg]
    for person_id in ids:
        for duty in zoned.stay_reasons(actor=actor, person_ids=[person_id], now=now).get(person_id, ()):
            zones.end_stay_home(actor=actor, zone_id=duty.zone_id, person_id=person_id, reason="moved", now=now, cause=fact.id)


def open_care_task(fact: Fact[CareRequested], actor: Actor, now: datetime) -> None:
    """A request becomes a task of the grid."""
    event = fact.event
    directive = joins.directive_for(actor=actor, act="task.open", area=event.area, now=now)
    new = NewTask(kind=f"care.{event.need}", duty=Duty.GRID_WORKER, area=event.area, due_at=now + CARE_DUE, person_id=event.person_id)
    source = Source(kind="request", id=event.request_id, directive_id=directive)
    tasks.open_tasks(actor=actor, source=source, tasks=[new], now=now, cause=fact.id)


def end_care_task(fact: Fact[CareAnswered], actor: Actor, now: datetime) -> None:
    """The answer or the delivery ends the task."""
    if fact.event.state not in care_rules.OPEN:
        tasks.end_tasks(actor=actor, source_id=fact.event.request_id, reason=fact.event.state, now=now, cause=fact.id)


def link_to_order(fact: Fact[CareRequested], actor: Actor, now: datetime) -> None:
    """What somebody under an order asks for is seen from his order."""
    event = fact.event
    active = measures.active_measures(actor=actor, person_ids=[event.person_id], now=now).get(event.person_id, ())
    for order in [card for card in active if card.kind != "hold"][:1]:
        care.link_order(actor=actor, request_id=event.request_id, order_id=order.id, now=now, cause=fact.id)


def surface_stays(fact: Fact[RiskListTaken] | Fact[DayRegisterEntered], actor: Actor, now: datetime) -> None:
    """A new list meets the stays that are known, a new stay meets the list that stands (S-078)."""
    version = fact.event.version if isinstance(fact.event, RiskListTaken) else "in force"
    people_actions.surface_stays(actor=actor, area=fact.event.area, version=version, now=now, cause=fact.id)


def send_ambulance(fact: Fact[EmergencyCalled], actor: Actor, now: datetime) -> None:
    """The ambulance is called at once; nothing is checked before (X06)."""
    quarantine.call_ambulance(actor=actor, person_id=fact.event.person_id, hospital_id=None, now=now, cause=fact.id)


def tell_of_unwell(fact: Fact[CallRecorded], actor: Actor, now: datetime) -> None:
    """Somebody on the telephone said that he is unwell: the grid hears it at once, without a name."""
    if fact.event.unwell:
        duties = (Duty.GRID_WORKER, Duty.COMMUNITY_SECRETARY)
        communication.tell_duty(actor=actor, area=fact.event.area, duties=duties, key="calls.unwell", values={}, now=now, cause=fact.id)


def tell_member(fact: Fact[MemberAdmitted], actor: Actor, now: datetime) -> None:
    """Who came home and is bound from now on is told like his neighbours were."""
    event = fact.event
    for duty in zoned.stay_reasons(actor=actor, person_ids=[event.person_id], now=now).get(event.person_id, ()):
        values = {"until": duty.until.isoformat()}
        communication.tell_people(
            actor=actor, area=event.area, person_ids=[event.person_id], key="zone.stay-home", values=values, now=now, cause=fact.id
        )
        zones.note_told(actor=actor, zone_id=duty.zone_id, now=now)


def tell_bell(fact: Fact[StayHomeStarted], actor: Actor, now: datetime) -> None:
    """Who hears only the bell gets a task at his door, not a message alone."""
    event = fact.event
    cards = [card for card in people.people(actor=actor, ids=event.person_ids) if card.contact_channel == "bell"]
    zone = zoned.zone(actor=actor, zone_id=event.zone_id)
    if cards and zone.directive_id is not None:
        new = [NewTask(kind="tell-at-door", duty=Duty.GRID_WORKER, area=card.area, due_at=now + CARE_DUE, person_id=card.id) for card in cards]
        source = Source(kind="zone", id=event.zone_id, directive_id=zone.directive_id)
        tasks.open_tasks(actor=actor, source=source, tasks=new, now=now, cause=fact.id)


STEPS: Steps = {
    DirectiveIssued: [tell("directive.issued", Duty.COMMUNITY_SECRETARY, Duty.SUBDISTRICT_OFFICE)],
    CaseOpened: [
        propose_provisional_area,
        note_infection,
        tell("case.preliminary", Duty.CDC_INVESTIGATOR, Duty.COMMUNITY_SECRETARY),
        tell("case.bed-needed", Duty.HOSPITAL),
    ],
    SpreadJudged: [settle_questions, propose_after_spread],
    ZoneDecided: [report_up, open_opening_list, take_over_members, end_superseded, plan_first_rounds],
    StayHomeStarted: [tell_members, tell_bell, reconcile_members],
    StayHomeEnded: [reconcile_members],
    ZoneProlonged: [tell_members, reconcile_members],
    ServicePlanSet: [close_opening("hotline", "service-owners")],
    BarrierChanged: [close_opening("fire-exits", "medical-exits")],
    CensusTaken: [close_census],
    MemberAdmitted: [tell_member, reconcile_member],
    PersonMoved: [leave_after_move],
    SpreadQuestionOpen: [tell("zone.spread-question", Duty.CDC_INVESTIGATOR)],
    DowngradeProposed: [tell("zone.downgrade-proposed", Duty.CITY_EOC_OFFICE)],
    ZoneOverdue: [tell("zone.overdue", Duty.CITY_EOC_OFFICE, Duty.COUNTY_EOC_OFFICER)],
    ZoneLapsed: [end_zone_work, tell("zone.lapsed", Duty.CITY_EOC_OFFICE, Duty.AUDITOR)],
    DowngradeAnnounced: [tell_shorter, reconcile_members],
    StaticOrdered: [tell("static.ordered", Duty.SUBDISTRICT_OFFICE, Duty.COMMUNITY_SECRETARY, Duty.AUDITOR)],
    StaticEnded: [tell("static.ended", Duty.SUBDISTRICT_OFFICE, Duty.COMMUNITY_SECRETARY, Duty.AUDITOR)],
    ZoneDowngraded: [bind_next_level, end_zone_work, tell("zone.remove-barriers", Duty.ZONE_LEAD)],
    ZoneLifted: [end_zone_work],
    NoticePublished: [tell("notice.published", Duty.SUBDISTRICT_OFFICE, Duty.ZONE_LEAD, Duty.COMMUNITY_SECRETARY)],
    TransferArrived: [leave_zones],
    PatientAdmitted: [leave_zones],
    RiskListTaken: [surface_stays],
    DayRegisterEntered: [surface_stays],
    StaysSurfaced: [tell("stays.surfaced", Duty.COMMUNITY_SECRETARY, Duty.CDC_INVESTIGATOR)],
    CareRequested: [open_care_task, link_to_order],
    CallRecorded: [tell_of_unwell],
    CareAnswered: [end_care_task],
    CareEscalated: [tell("care.escalated", Duty.SUBDISTRICT_OFFICE)],
    EmergencyCalled: [send_ambulance],
    WayRefused: [tell("gate.way-refused", Duty.COMMUNITY_SECRETARY, Duty.SUBDISTRICT_OFFICE, Duty.AUDITOR)],
    AppealFiled: [tell("appeal.filed", Duty.APPEALS_REVIEWER)],
    HoldsNearEnd: [tell("hold.near-end", Duty.CDC_DUTY_OFFICER, Duty.CDC_INVESTIGATOR)],
    AmbulancesOpen: [tell("ambulance.open", Duty.CDC_DUTY_OFFICER, Duty.HOSPITAL)],
    ClocksMissed: [tell("clock.missed", Duty.COUNTY_EOC_OFFICER)],
    ReportsUnacknowledged: [tell("report.unacknowledged", Duty.CDC_DUTY_OFFICER, Duty.CITY_EOC_OFFICE)],
    ReferralsLate: [tell("referral.late", Duty.CDC_INVESTIGATOR)],
    ColoursLate: [tell("colour.late", Duty.CODE_DESK, Duty.CDC_DUTY_OFFICER)],
    TasksEscalated: [tell("task.escalated", Duty.COMMUNITY_SECRETARY, Duty.SUBDISTRICT_OFFICE)],
    EntriesUnclaimed: [tell("register.unclaimed", Duty.COMMUNITY_SECRETARY)],
    CorrectionAsked: [tell("correction.asked", Duty.COMMUNITY_SECRETARY)],
    RestOverdue: [tell("worker.rest-overdue", Duty.COMMUNITY_SECRETARY, Duty.SUBDISTRICT_OFFICE)],
    GlassBroken: [tell("glass.broken", Duty.AUDITOR)],
}
