"""What the acts of the doors act on: each function brings the mini world to where an act is possible and names what it is about."""

from uuid import UUID

from epigrid.command.communication import actions as communication
from epigrid.command.communication import queries as told
from epigrid.field.care import actions as care
from epigrid.field.codes import actions as codes
from epigrid.field.codes import queries as coded
from epigrid.field.tasks import actions as tasks
from epigrid.field.tasks import queries as tasked
from epigrid.field.tasks.actions import NewTask, Source
from epigrid.field.tasks.rules import Evidence
from epigrid.kernel.duties import Duty
from epigrid.kernel.periods import Period
from epigrid.registers.access import actions as access
from epigrid.registers.access.models import User
from epigrid.registers.organisation import actions as organisation
from epigrid.registers.organisation.actions import NewDirective
from epigrid.registers.people import actions as people
from epigrid.registers.people.actions import NewEntry
from epigrid.registers.policies import actions as policies
from epigrid.registers.workforce import actions as workforce
from epigrid.response.outbreaks import actions as outbreaks
from epigrid.response.quarantine import actions as quarantine
from epigrid.response.quarantine.actions import NewOrder
from epigrid.response.tracing import actions as tracing
from epigrid.response.tracing import queries as traced
from epigrid.response.tracing.actions import Named, NewSweep
from epigrid.response.tracing.rules import Question
from epigrid.response.zones import actions as zones
from tests import cast
from tests.cast import COMMUNITY, COUNTY, DAY, GRID1, HOUR, MONDAY
from tests.response import stories
from tests.response.stories import ALL

World = cast.World


def _task(world: World, state: str = "assigned") -> UUID:
    new = NewTask(kind="interview", duty=Duty.GRID_WORKER, area=GRID1, due_at=MONDAY + HOUR, person_id=world.person(0), needs_check=True)
    source = Source(kind="round", id=cast.uid("source"), directive_id=world.directive_id)
    tasks.open_tasks(actor=ALL, source=source, tasks=[new], now=MONDAY, cause=world.root_cause)
    task = tasked.my_tasks(actor=cast.actor(Duty.GRID_WORKER))[0].id
    if state == "done":
        tasks.do(actor=cast.actor(Duty.GRID_WORKER), task_id=task, evidence=Evidence(kind="call", value="told"), now=MONDAY)
    return task


def _joint(world: World) -> UUID:
    new = NewTask(
        kind="visit", duty=Duty.GRID_WORKER, area=GRID1, due_at=MONDAY + HOUR, person_id=world.person(0), roles=("medic", "information-officer")
    )
    source = Source(kind="order", id=cast.uid("source"), directive_id=world.directive_id)
    tasks.open_tasks(actor=ALL, source=source, tasks=[new], now=MONDAY, cause=world.root_cause)
    return tasked.my_tasks(actor=cast.actor(Duty.GRID_WORKER))[0].id


def _request(world: World, state: str = "recorded") -> UUID:
    worker = cast.actor(Duty.GRID_WORKER)
    request = care.ask(actor=worker, person_id=world.person(0), kind="food", channel="phone", now=MONDAY)
    if state == "answered":
        care.answer(actor=worker, request_id=request, answer="brought", now=MONDAY)
    return request


def _colour(world: World, state: str = "proposed") -> UUID:
    codes.propose_colours(
        actor=ALL, person_ids=[world.person(0)], wanted="red", reason="quarantine", source_id=cast.uid("s"), now=MONDAY, cause=world.root_cause
    )
    request = coded.colour_requests(actor=cast.actor(Duty.CODE_DESK))[0].id
    if state == "requested":
        codes.request_colours(actor=cast.actor(Duty.CODE_DESK), request_ids=[request], now=MONDAY, cause=world.root_cause)
    return request


def _classified(world: World) -> UUID:
    case = stories.case(world, found="site-quarantine")
    tracing.record_opinion(actor=cast.actor(Duty.EXPERT_GROUP), case_id=case, outcome="asymptomatic", now=MONDAY, cause=world.root_cause)
    return case


def _exposure(world: World) -> UUID:
    window = Period(start=MONDAY - DAY, end=MONDAY)
    return tracing.record_exposure(
        actor=cast.actor(Duty.CDC_INVESTIGATOR), case_id=stories.case(world), window=window, place_ids=[], basis="interview", now=MONDAY,
        cause=world.root_cause,
    )  # fmt: skip


def _query(world: World) -> UUID:
    question = Question(exposure_ids=(_exposure(world),), purpose="market")
    return tracing.ask_query(actor=cast.actor(Duty.CDC_INVESTIGATOR), question=question, now=MONDAY, cause=world.root_cause)


def _sweep(world: World, *, drawn: bool = False, noted: bool = False) -> UUID:
    """A sweep on the shop; drawn, person 0 stands on it as a worker and his household with him."""
    investigator = cast.actor(Duty.CDC_INVESTIGATOR)
    new = NewSweep(
        exposure_id=_exposure(world), sector="couriers", place_ids=[world.place("shop")], window=Period(start=MONDAY - DAY, end=MONDAY),
        reason="the case works there", results_due_at=MONDAY + 2 * DAY,
    )  # fmt: skip
    at = {"now": MONDAY, "cause": world.root_cause}
    at |= {"sweep_id": tracing.ask_sweep(actor=investigator, new=new, **at)}
    if drawn:
        tracing.name_listed(actor=investigator, named=Named(place_id=world.place("shop"), list_name="workers", file_nos=["mini-0000"]), **at)
        tracing.approve_sweep(actor=cast.actor(Duty.CDC_DUTY_OFFICER), **at)
        tracing.draw_sweep(actor=ALL, **at)
    if noted:
        ids = [card.person_id for card in traced.listed(actor=investigator, sweep_id=at["sweep_id"])]
        tracing.note_results(actor=investigator, person_ids=ids, result="excused", reason="tested next door", **at)
    return at["sweep_id"]


def _swept(world: World) -> UUID:
    return traced.sweep(actor=ALL, sweep_id=_sweep(world)).exposure_id


def _referral(world: World) -> UUID:
    return tracing.send_referral(
        actor=cast.actor(Duty.CDC_INVESTIGATOR),
        case_id=stories.case(world),
        subject_id=cast.uid("elsewhere"),
        to_area="next county",
        last_exposure_at=MONDAY - HOUR,
        now=MONDAY,
        cause=world.root_cause,
    )


def _issued(world: World, kind: str = "site", number: int = 2) -> UUID:
    new = NewOrder(
        person_id=world.person(number),
        kind=kind,
        case_id=cast.uid("case"),
        contact_id=cast.uid("contact"),
        contact_class="case" if kind == "treatment" else "close-contact",
        last_exposure_at=None if kind == "treatment" else MONDAY - 10 * HOUR,
    )
    order = quarantine.propose_order(actor=ALL, new=new, now=MONDAY, cause=world.root_cause)
    stories.issue_order(world, order)
    return order


def _served(world: World) -> UUID:
    order = _issued(world)
    stories.serve(world, order)
    return order


def _admitted(world: World) -> UUID:
    order = _issued(world, "treatment")
    quarantine.admit(actor=cast.actor(Duty.HOSPITAL), order_id=order, now=MONDAY, cause=world.root_cause)
    return order


def _appeal(world: World) -> UUID:
    return quarantine.file_appeal(actor=cast.actor(Duty.GRID_WORKER), measure_id=_served(world), ground="no-contact", now=MONDAY)


def _site(world: World, *, opened: bool = False) -> UUID:
    manager = cast.actor(Duty.SITE_MANAGER)
    site = quarantine.prepare_site(actor=manager, place_id=world.place("site"), directive_id=world.directive_id, now=MONDAY)
    if opened:
        quarantine.list_rooms(actor=manager, site_id=site, rooms=[(world.place("site/f1/r1"), 1), (world.place("site/f1/r2"), 1)])
        for step in ("guests-moved", "cleaned", "opened"):
            quarantine.step_site(actor=manager, site_id=site, step=step, now=MONDAY, cause=world.root_cause)
    return site


def _trip(world: World, upto: str = "planned") -> tuple[UUID, UUID]:
    team, site, order = cast.actor(Duty.TRANSFER_TEAM), _site(world, opened=True), _served(world)
    trip = quarantine.plan_transfer(actor=team, order_ids=[order], vehicle="V1", seats=4, site_id=site, now=MONDAY, cause=world.root_cause)
    if upto != "planned":
        quarantine.answer_dependants(actor=team, transfer_id=trip, answer="nobody stays alone")
    if upto in ("departed", "arrived"):
        quarantine.depart(actor=team, transfer_id=trip, now=MONDAY, cause=world.root_cause)
    if upto == "arrived":
        found = [order]
        quarantine.arrive(actor=cast.actor(Duty.SITE_MANAGER), transfer_id=trip, found_order_ids=found, now=MONDAY, cause=world.root_cause)
    return trip, order


def _housed(world: World) -> UUID:
    site, order = _site(world, opened=True), _served(world)
    quarantine.assign_room(actor=cast.actor(Duty.SITE_MANAGER), order_id=order, site_id=site, now=MONDAY)
    return order


def _ambulance(world: World) -> UUID:
    quarantine.call_ambulance(actor=ALL, person_id=world.person(0), hospital_id=None, now=MONDAY, cause=world.root_cause)
    return world.person(0)


def _decided(world: World, level: str = "high") -> UUID:
    zone = stories.zone(world, level)
    stories.decide(world, zone)
    return zone


def _low(world: World) -> UUID:
    return zones.downgrade(
        actor=cast.actor(Duty.CITY_EOC_OFFICE), zone_id=_decided(world), directive_id=world.directive_id, now=MONDAY, cause=world.root_cause,
        early_reason="the case was excluded",
    )  # fmt: skip


def _barrier(world: World) -> UUID:
    zone = _decided(world)
    zones.place_barrier(
        actor=cast.actor(Duty.ZONE_LEAD), zone_id=zone, place_id=world.place("b1/u1"), exit_note="stairs open", now=MONDAY, cause=world.root_cause
    )
    return zone


def _staffed(world: World) -> UUID:
    zone = _decided(world)
    zones.staff_zone(actor=cast.actor(Duty.SUBDISTRICT_OFFICE), zone_id=zone, role="lead", user_id=cast.user_id(Duty.ZONE_LEAD))
    lead = cast.actor(Duty.ZONE_LEAD)
    zones.set_service_plan(actor=lead, zone_id=zone, owners=stories.SERVICES, hotline="000-1", now=MONDAY, cause=world.root_cause)
    return zone


def _directive(world: World) -> UUID:
    new = NewDirective(
        body_id=world.bodies["county"], area=COUNTY, title="演练 second", acts=["round.open"], basis="演练", ends_at=MONDAY + DAY,
        addressees=[world.bodies["community"]],
    )  # fmt: skip
    return organisation.issue_directive(actor=cast.actor(Duty.COUNTY_EOC_OFFICER), directive=new, now=MONDAY)


def _entry(world: World) -> str:
    new = NewEntry(person_id=world.person(0), category="abroad", since=MONDAY.date(), until=(MONDAY + DAY).date())
    people.enter_day_register(actor=cast.actor(Duty.COMMUNITY_SECRETARY), area=COMMUNITY, entries=[new], source="list", now=MONDAY)
    return str(GRID1)


def _correction(world: World) -> UUID:
    return people.ask_correction(actor=cast.actor(Duty.GRID_WORKER), person_id=world.person(0), field="phone", now=MONDAY)


def _worker(world: World, *, working: bool = False) -> UUID:
    secretary = cast.actor(Duty.COMMUNITY_SECRETARY)
    worker = workforce.enter_worker(actor=secretary, area=GRID1, kind="grid-worker", title="演练网格员", user_id=cast.user_id(Duty.GRID_WORKER))
    if working:
        workforce.start_shift(actor=secretary, worker_id=worker, now=MONDAY)
    return worker


def _unfit(world: World) -> UUID:
    worker = _worker(world)
    workforce.check_fitness(actor=cast.actor(Duty.COMMUNITY_SECRETARY), worker_id=worker, met=["code"], now=MONDAY)
    return worker


def _report(world: World) -> UUID:
    return outbreaks.report_positive(
        actor=ALL, area=COMMUNITY, case_id=cast.uid("case"), to_body_ids=[world.bodies["city"]], now=MONDAY, cause=world.root_cause
    )


def _outbreak(world: World) -> UUID:
    return outbreaks.open_or_join(actor=ALL, area=COMMUNITY, case_id=cast.uid("case"), now=MONDAY, cause=world.root_cause)


def _message(world: World) -> UUID:
    communication.tell_duty(
        actor=ALL, area=COMMUNITY, duties=(Duty.COMMUNITY_SECRETARY,), key="round.opened", values={}, now=MONDAY, cause=world.root_cause
    )
    return told.inbox(actor=cast.actor(Duty.COMMUNITY_SECRETARY))[0].id


def _person(world: World, number: int = 0) -> str:
    return str(world.person(number))


def _account(world: World) -> str:
    User.objects.get_or_create(id=cast.user_id(Duty.GRID_WORKER), defaults={"username": "glass-breaker", "tree": "mini"})
    return str(GRID1)


def _phone(world: World) -> UUID:
    """A phone of the grid worker, bound."""
    _account(world)
    user_id, secretary = cast.user_id(Duty.GRID_WORKER), cast.actor(Duty.COMMUNITY_SECRETARY)
    card = access.invite_phone(actor=secretary, user_id=user_id, until=MONDAY + DAY, now=MONDAY)
    return access.bind_phone(code=card.code, label="演练手机", origin="", wall=MONDAY).device_id


def _reviewed(world: World) -> UUID:
    zone_id = stories.zone(world)
    zones.decide_zone(
        actor=cast.actor(Duty.CITY_EOC_OFFICE),
        zone_id=zone_id,
        directive_id=world.directive_id,
        expert_line="after the experts",
        now=MONDAY,
        cause=world.root_cause,
        review_at=MONDAY + DAY,
    )
    return zone_id


def _need(world: World) -> UUID:
    return people.record_need(actor=cast.actor(Duty.GRID_WORKER), person_id=world.person(0), kind="mobility", source="visit", now=MONDAY)


def _delegation(world: World) -> UUID:
    return policies.delegate_hold(
        actor=cast.actor(Duty.COUNTY_EOC_OFFICER),
        area=COMMUNITY,
        to_holder_id=cast.user_id(Duty.COMMUNITY_SECRETARY),
        max_hours=6,
        until=MONDAY + DAY,
        now=MONDAY - HOUR,
        cause=world.root_cause,
    )


def _reviewable(world: World) -> UUID:
    """Glass that was really broken, so that its fact is there."""
    breaker, _made = User.objects.get_or_create(id=cast.user_id(Duty.GRID_WORKER), defaults={"username": "glass-breaker", "tree": "mini"})
    return access.break_glass(actor=cast.actor(Duty.GRID_WORKER), user=breaker, area=GRID1, reason="fire", now=MONDAY)


def _newcomer(world: World) -> str:
    new = people.NewPerson(name="演后到", residence="resident", dwelling_id=world.place("b1/u1/f1/r1"), natural_key="late")
    return str(people.register_person(actor=cast.actor(Duty.REGISTRAR), area=COMMUNITY, new=new, source="table", now=MONDAY))


def _short(world: World) -> UUID:
    """A hold of six hours, which the clause lets be extended."""
    ids = stories.holds(world)
    stories.issue(world, ids, hours=6)
    return ids[0]


def _arriving(world: World) -> tuple[UUID, list[UUID]]:
    trip, order = _trip(world, "departed")
    return trip, [order]


def _announced(world: World) -> UUID:
    """A decided zone on the whole building, and the city's own directive."""
    new = NewDirective(
        body_id=world.bodies["city"], area=cast.CITY, title="演练 city", acts=["notice.publish", "static.order"], basis="演练", ends_at=MONDAY + DAY
    )
    organisation.issue_directive(actor=cast.actor(Duty.CITY_EOC_OFFICE), directive=new, now=MONDAY)
    zone = stories.zone(world, "high", "b1")
    stories.decide(world, zone)
    return zone


def _lifted(world: World) -> str:
    _low(world)
    return str(COUNTY)
