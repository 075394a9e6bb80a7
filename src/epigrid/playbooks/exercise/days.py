"""The days after: site, orders, transfers, high area, notice, residents, rounds, releases, downgrade, lifting, close."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from epigrid.field.care import actions as care
from epigrid.field.care import queries as cared
from epigrid.field.codes import actions as codes
from epigrid.field.codes import queries as coded
from epigrid.field.sampling import queries as sampled
from epigrid.field.tasks import actions as tasks
from epigrid.field.tasks import queries as tasked
from epigrid.field.tasks.rules import Evidence
from epigrid.kernel.actors import Actor
from epigrid.kernel.duties import Duty
from epigrid.playbooks import joins
from epigrid.playbooks.exercise import laws
from epigrid.playbooks.exercise.first_day import _send, _tube, decide, issue, judge, open_services, read, stage_place, treat, waiting
from epigrid.playbooks.exercise.stage import Stage
from epigrid.registers.places import queries as placed
from epigrid.registers.workforce import actions as workforce
from epigrid.response.outbreaks import actions as outbreaks
from epigrid.response.outbreaks import queries as outbroken
from epigrid.response.quarantine import actions as quarantine
from epigrid.response.quarantine import queries as measures
from epigrid.response.tracing import actions as tracing
from epigrid.response.tracing import queries as traced
from epigrid.response.zones import actions as zones
from epigrid.response.zones import queries as zoned
from epigrid.store import clock


def open_site(stage: Stage) -> None:
    """Guests moved, cleaned, rooms listed, opened: with the time it took."""
    manager, began = stage.actor(Duty.SITE_MANAGER), stage.now
    site = quarantine.prepare_site(actor=manager, place_id=stage.places["site"], directive_id=stage.notes["directive"], now=stage.now)
    stage.notes["site"] = site
    rooms = placed.within(actor=manager, place_id=stage.places["site"], kinds=("room",))
    quarantine.list_rooms(actor=manager, site_id=site, rooms=[(room.id, 1) for room in rooms], out_of_order=[rooms[-1].id])
    for step, minutes in (("guests-moved", 10), ("cleaned", 15), ("opened", 1)):
        stage.wait(minutes)
        quarantine.step_site(actor=manager, site_id=site, step=step, now=stage.now, cause=stage.cause)
    card = measures.sites(actor=manager)[0]
    stage.tell(f"site open after {int((stage.now - began).total_seconds() // 60)} minutes: {card.beds} beds")


def issue_and_serve(stage: Stage) -> None:
    """Bulk only for equal evidence; the child alone; one refusal talked over; papers served by the grid workers."""
    proposed = measures.orders(actor=stage.director, states=("proposed",), kind="site")
    child = stage.people[stage.truth.household[1]]
    groups: dict[object, list[UUID]] = {}
    for card in proposed:
        day = clock.local_day(stage.root, card.last_exposure_at) if card.last_exposure_at else None
        groups.setdefault((day, card.person_id == child), []).append(card.id)
    for ids in groups.values():
        issue(stage, ids)
    refuser = next(card.id for card in proposed if card.person_id == stage.people[stage.truth.by_scan[0]])
    secretary = stage.actor(Duty.COMMUNITY_SECRETARY)
    for offer in ("explained again, own room, medicine brought", "home visit by the doctor, later departure"):
        quarantine.record_refusal(actor=secretary, order_id=refuser, offer=offer, now=stage.now, cause=stage.cause)
        stage.wait(5)
    serve(stage, "site")
    stage.tell(f"{len(proposed)} orders issued and served, one paper each; one refusal, two talks, no sanction")


def serve(stage: Stage, kind: str) -> None:
    """The community hands over the papers."""
    secretary = stage.actor(Duty.COMMUNITY_SECRETARY)
    for card in measures.orders(actor=stage.director, states=("issued",), kind=kind):
        quarantine.serve_order(actor=secretary, order_id=card.id, now=stage.now, cause=stage.cause)
    stage.hear()


def transfer_contacts(stage: Stage) -> None:
    """Vehicles by seats; the sender's list is the receiver's list; dependants asked; the child beside its parent."""
    manager, team = stage.actor(Duty.SITE_MANAGER), stage.actor(Duty.TRANSFER_TEAM)
    riders = measures.orders(actor=stage.director, states=("served",), kind="site")
    by_person = {card.person_id: card for card in riders}
    home = [by_person[stage.people[key]].id for key in stage.truth.household]
    rest = [card.id for card in riders if card.id not in home]
    for number, ids in enumerate([home, *(rest[start : start + 8] for start in range(0, len(rest), 8))]):
        trip = quarantine.plan_transfer(
            actor=team, order_ids=ids, vehicle=f"演练{number + 1}号车", seats=8, site_id=stage.notes["site"], now=stage.now, cause=stage.cause
        )
        quarantine.answer_dependants(actor=team, transfer_id=trip, answer="asked: one cat, fed by the neighbour; nobody left alone")
        quarantine.depart(actor=team, transfer_id=trip, now=stage.now, cause=stage.cause)
        stage.wait(25)
        for order_id in ids:
            beside = home[0] if order_id in home[1:] else None
            quarantine.assign_room(actor=manager, order_id=order_id, site_id=stage.notes["site"], now=stage.now, beside=beside)
        quarantine.arrive(actor=manager, transfer_id=trip, found_order_ids=ids, now=stage.now, cause=stage.cause)
        quarantine.disinfect(actor=team, transfer_id=trip, now=stage.now)
        stage.hear()
    checks = measures.four_checks(actor=manager, person_ids=list(by_person), tested=[], now=stage.now)
    stage.tell(
        f"{len(riders)} moved; identity, location and control verified for {sum(check.identity and check.location and check.control for check in checks)}"
    )


def high_area(stage: Stage) -> None:
    """High-risk areas grow from the provisional ones and are announced by a numbered notice."""
    investigator = stage.actor(Duty.CDC_INVESTIGATOR)
    decided = []
    for card in zoned.active(actor=stage.director, now=stage.now, levels=("provisional",)):
        zone_id = zones.propose_zone(
            actor=investigator,
            area=stage.area,
            level="high",
            place_ids=card.place_ids,
            wider_reason="",
            now=stage.now,
            cause=card.caused_by,
            from_zone_id=card.id,
        )
        open_services(stage, zone_id)
        decide(stage, zone_id)
        decided.append(zone_id)
    publish(stage, decided)


def publish(stage: Stage, zone_ids: Sequence[UUID]) -> None:
    """The city office publishes the changes."""
    city = stage.actor(Duty.CITY_EOC_OFFICE)
    zones.publish_notice(
        actor=city,
        body_id=stage.bodies["city"],
        zone_ids=zone_ids,
        effective_at=stage.now,
        directive_id=stage.notes["city-directive"],
        now=stage.now,
        cause=stage.cause,
    )
    stage.hear()
    notice = zoned.notices(actor=city)[0]
    stage.tell(f"notice {notice.number}: " + "；".join(f"{item['district']} {item['place']} → {item['to']}" for item in notice.items))


def request_codes(stage: Stage) -> None:
    """The county's desk requests; the province answers; one answer comes late."""
    desk = stage.actor(Duty.CODE_DESK)
    proposed = coded.colour_requests(actor=desk, states=("proposed",))
    codes.request_colours(actor=desk, request_ids=[card.id for card in proposed], now=stage.now, cause=stage.cause)
    for card in proposed[1:]:
        codes.record_answer(actor=desk, request_id=card.id, colour=card.wanted, source="演练省平台", now=stage.now, cause=stage.cause)
    stage.notes["late-request"] = proposed[0].id
    stage.hear()
    stage.tell(f"{len(proposed)} code requests, {len(proposed) - 1} answered at once")


def residents_act(stage: Stage) -> None:
    """Medicine, dialysis, ambulance at three, a waste complaint of five households, the bell, the way home, an appeal, rest."""
    worker = stage.actor(Duty.COMMUNITY_SECRETARY)
    inside = [person for person in stage.community.people if person.room.startswith("c02/b02/u3") and person.head]
    medicine = care.ask(
        actor=Actor.resident(stage.people[inside[0].key]), person_id=stage.people[inside[0].key], kind="medicine", channel="page", now=stage.now
    )
    waste = [care.ask(actor=worker, person_id=stage.people[person.key], kind="waste", channel="phone", now=stage.now) for person in inside[1:6]]
    care.group_incident(actor=worker, request_ids=waste, now=stage.now)
    dialysis = care.ask(actor=worker, person_id=stage.people[inside[7].key], kind="dialysis", channel="phone", now=stage.now)
    stage.hear()
    care.accept(actor=worker, request_id=medicine, now=stage.now)
    care.answer(actor=worker, request_id=dialysis, answer="special vehicle, both ways", now=stage.now)
    stage.wait(70)
    for request, answer in ((medicine, "delivered at the door"), *((request, "collected, twice a day from now") for request in waste)):
        care.answer(actor=worker, request_id=request, answer=answer, now=stage.now)
    care.confirm(actor=Actor.resident(stage.people[inside[0].key]), request_id=medicine, now=stage.now)
    _bell(stage)
    _way_home(stage)
    _wrong_person(stage)
    _rest(stage)
    stage.tell("medicine in 70 minutes, dialysis with transport, one waste incident of five households, the bell rung, home let in, appeal won")


def _bell(stage: Stage) -> None:
    """Who hears only the bell is told at the door."""
    for number in range(len(stage.users[Duty.GRID_WORKER])):
        worker = stage.actor(Duty.GRID_WORKER, number)
        for card in tasked.my_tasks(actor=worker):
            if card.kind == "tell-at-door":
                evidence = Evidence(kind="signature", value="rang and told")
                tasks.do(actor=worker, task_id=card.id, evidence=evidence, now=stage.now)


def _way_home(stage: Stage) -> None:
    """A resident who was out comes home at the gate: never refused, bound like his neighbours from now on."""
    guard = stage.actor(Duty.GATE_GUARD)
    zone = next(card for card in zoned.active(actor=stage.director, now=stage.now, levels=("high",)) if stage.places["c02/b02/u3"] in card.place_ids)
    person = stage.people[next(person.key for person in stage.community.people if person.room.startswith("c02/b02/u3"))]
    if codes.check_gate(actor=guard, area=stage.area, way="home", now=stage.now, person_id=person) != "pass":
        raise RuntimeError("the way home was refused")
    if codes.check_gate(actor=guard, area=stage.area, way="medical", now=stage.now) != "medical":
        raise RuntimeError("an emergency was refused")
    zones.admit(actor=guard, zone_id=zone.id, person_id=person, now=stage.now, cause=stage.cause)
    stage.hear()


def _wrong_person(stage: Stage) -> None:
    """A person of the same name as a contact appeals and wins: free at once, apology noted."""
    person = stage.people[stage.truth.same_name]
    order = measures.orders(actor=stage.director, person_ids=[person], kind="site")[0]
    appeal = quarantine.file_appeal(actor=Actor.resident(person), measure_id=order.id, ground="wrong-person", now=stage.now)
    stage.wait(60)
    reviewer = stage.actor(Duty.APPEALS_REVIEWER)
    quarantine.decide_appeal(
        actor=reviewer, appeal_id=appeal, upheld=True, answer="another person of the same name; we apologise", now=stage.now, cause=stage.cause
    )
    stage.hear()


def _rest(stage: Stage) -> None:
    """One worker has been on his feet too long; the alarm sends him home."""
    worker = stage.actor(Duty.GRID_WORKER)
    workforce.start_shift(actor=worker, worker_id=stage.notes["worker1"], now=stage.now)
    stage.wait(12.5 * 60)
    workforce.end_shift(actor=stage.actor(Duty.COMMUNITY_SECRETARY), worker_id=stage.notes["worker1"], now=stage.now)
    if "late-request" in stage.notes:
        desk = stage.actor(Duty.CODE_DESK)
        codes.record_answer(
            actor=desk, request_id=stage.notes.pop("late-request"), colour="red", source="演练省平台", now=stage.now, cause=stage.cause
        )
    for referral in traced.referrals(actor=stage.director, open_only=True):
        investigator = stage.actor(Duty.CDC_INVESTIGATOR)
        tracing.acknowledge_referral(actor=investigator, referral_id=referral.id, now=stage.now, cause=stage.cause)
        tracing.answer_referral(actor=investigator, referral_id=referral.id, answer="in quarantine there", now=stage.now, cause=stage.cause)
    emergency = stage.people[stage.community.people[50].key]
    care.call_emergency(actor=Actor.resident(emergency), person_id=emergency, channel="phone", now=stage.now)
    stage.hear()
    quarantine.ambulance_times(
        actor=stage.actor(Duty.HOSPITAL), person_id=emergency, departed_at=stage.now, arrived_at=stage.now + timedelta(minutes=12)
    )
    for request in _open_requests(stage, emergency):
        care.answer(actor=stage.actor(Duty.COMMUNITY_SECRETARY), request_id=request, answer="taken to hospital", now=stage.now)
    stage.hear()


def _open_requests(stage: Stage, person_id: UUID) -> list[UUID]:
    return [card.id for card in cared.requests(actor=stage.director, person_id=person_id, open_only=True)]


def door_tests(stage: Stage) -> None:
    """Everybody who is due today is tested alone at his door or in his room, and read negative."""
    due = {card.person_id for card in sampled.tests_due(actor=stage.director, states=("due", "missed")) if card.opens_at <= stage.now}
    tubes = [_tube(stage, [person], 1, team=8) for person in sorted(due)]
    _send(stage, tubes)
    stage.wait(120)
    read(stage, waiting(stage))
    stage.tell(f"{len(tubes)} single tubes, all negative")


home_tests = door_tests


def final_round(stage: Stage) -> None:
    """On the last of the five days everybody inside is tested once more."""
    inside = set()
    for zone in zoned.active(actor=stage.director, now=stage.now, levels=("high",)):
        inside |= {member.person_id for member in zoned.members(actor=stage.director, zone_id=zone.id) if member.inside}
    due = {card.person_id for card in sampled.tests_due(actor=stage.director, states=("due", "missed")) if card.opens_at <= stage.now}
    tubes = [_tube(stage, [person], 1, team=8) for person in sorted(inside | due)]
    _send(stage, tubes)
    stage.wait(120)
    read(stage, waiting(stage))
    stage.tell(f"final round: {len(inside)} people inside, all negative")


def contact_turns_positive(stage: Stage) -> None:
    """Found under quarantine: his order becomes treatment; the area's clock stays because an investigator judged no spread."""
    person = stage.people[stage.truth.later_case]
    tube = _tube(stage, [person], 1, team=8)
    _send(stage, [tube])
    for _ in range(2):
        stage.wait(60)
        read(stage, [tube[1]], positive=[tube[1]])
    case = traced.cases(actor=stage.director, person_id=person)[0]
    stage.tell(f"found under {case.found}: open questions {len(zoned.open_questions(actor=stage.director))}")
    treat(stage, person)
    for card in traced.candidates(actor=stage.director, case_id=case.id, open_only=True):
        judge(stage, card.id, "none", "in quarantine since before the window")
    tracing.judge_spread(
        actor=stage.actor(Duty.CDC_INVESTIGATOR), case_id=case.id, spread=False, reason="alone in his room since the transfer", now=stage.now, cause=stage.cause
    )  # fmt: skip
    tracing.record_opinion(actor=stage.actor(Duty.EXPERT_GROUP), case_id=case.id, outcome="asymptomatic", now=stage.now, cause=stage.cause)
    tracing.classify_case(actor=stage.actor(Duty.CASE_REGISTRAR), case_id=case.id, now=stage.now, cause=stage.cause)
    stage.hear()
    for report in outbroken.reports(actor=stage.director):
        city = stage.actor(Duty.CITY_EOC_OFFICE)
        outbreaks.acknowledge_report(actor=city, report_id=report.id, body_id=stage.bodies["city"], now=stage.now, cause=stage.cause)
    for card in traced.candidates(actor=stage.director, case_id=case.id, open_only=True):
        judge(stage, card.id, "none", "in quarantine since before the window")
    stage.tell("investigator: no spread outside; the area's days go on")


def release_site(stage: Stage) -> None:
    """The environment is negative; the CDC releases whom the clause lets go; home orders, return trips."""
    quarantine.note_environment(actor=stage.actor(Duty.SITE_MANAGER), site_id=stage.notes["site"], now=stage.now)
    freed = release(stage, "site")
    proposed = measures.orders(actor=stage.director, states=("proposed",), kind="home")
    for card in proposed:
        issue(stage, [card.id])
    serve(stage, "home")
    team = stage.actor(Duty.TRANSFER_TEAM)
    for number in range(0, len(freed), 8):
        ids = freed[number : number + 8]
        trip = quarantine.plan_transfer(
            actor=team, order_ids=ids, vehicle=f"演练回程{number // 8 + 1}号", seats=8, site_id=stage.notes["site"], now=stage.now, cause=stage.cause, homeward=True
        )  # fmt: skip
        quarantine.answer_dependants(actor=team, transfer_id=trip, answer="asked: nobody waits alone at home")
        quarantine.depart(actor=team, transfer_id=trip, now=stage.now, cause=stage.cause)
        quarantine.arrive(actor=stage.actor(Duty.COMMUNITY_SECRETARY), transfer_id=trip, found_order_ids=ids, now=stage.now, cause=stage.cause)
        quarantine.disinfect(actor=team, transfer_id=trip, now=stage.now)
    stage.hear()
    stage.tell(f"{len(freed)} released from the site with papers; {len(proposed)} home orders served")


def release(stage: Stage, kind: str) -> list[UUID]:
    """The CDC decides on each release that is proposed."""
    officer, freed = stage.actor(Duty.CDC_DUTY_OFFICER), []
    stage.wait(1)
    for card in measures.orders(actor=stage.director, states=("served",), kind=kind):
        if card.release_proposed_at is None:
            continue
        results = joins.results_of(actor=stage.director, person_ids=[card.person_id], area=stage.area).get(card.person_id, [])
        environment = measures.environments(actor=stage.director, order_ids=[card.id]).get(card.id, False)
        quarantine.release(
            actor=officer,
            order_id=card.id,
            results=results,
            environment_negative=environment,
            body_id=stage.bodies["cdc"],
            now=stage.now,
            cause=stage.cause,
        )
        freed.append(card.id)
    stage.hear()
    return freed


def release_home(stage: Stage) -> None:
    """Home days over: release papers."""
    freed = release(stage, "home")
    stage.tell(f"{len(freed)} released at home with papers")


def downgrade(stage: Stage) -> None:
    """Five full days and a clean final round: the city office downgrades; stay-home ends for all at the same minute."""
    city = stage.actor(Duty.CITY_EOC_OFFICE)
    if stage.variant == "D":
        stage.tell("variant D: nobody decides; the duty will lapse at its review moment")
        return
    lows = []
    for card in zoned.active(actor=city, now=stage.now, levels=("high",)):
        days = zoned.person_days(actor=stage.director, zone_id=card.id, now=stage.now)
        low = zones.downgrade(actor=city, zone_id=card.id, directive_id=stage.notes["city-directive"], now=stage.now, cause=stage.cause)
        zones.remove_barriers(actor=stage.actor(Duty.ZONE_LEAD), zone_id=card.id, now=stage.now, cause=stage.cause)
        lows.append(low)
        stage.tell(f"{stage_place(stage, card)} downgraded to low after {days:.0f} restricted person-days; barriers out")
    stage.hear()
    publish(stage, lows)


def lift_low(stage: Stage) -> None:
    """Low ends when the county has no high area."""
    lifted = zones.lift_low(actor=stage.actor(Duty.CITY_EOC_OFFICE), county=stage.county, now=stage.now, cause=stage.cause)
    stage.hear()
    stage.tell(f"{lifted} low areas lifted")


def discharge(stage: Stage) -> None:
    """Two readings apart as the clause says; the hospital discharges; monitoring."""
    for card in measures.orders(actor=stage.director, states=("served",), kind="treatment")[:1]:
        readings = [(stage.now - timedelta(hours=hours), 36.0) for hours in (30, 2)]
        quarantine.discharge(actor=stage.actor(Duty.HOSPITAL), order_id=card.id, readings=readings, now=stage.now, cause=stage.cause)
    stage.hear()
    stage.tell("one patient discharged")


def close(stage: Stage) -> None:
    """Open requests to the province are sent; what is open ends with its reason; the outbreak is closed."""
    desk = stage.actor(Duty.CODE_DESK)
    proposed = coded.colour_requests(actor=desk, states=("proposed",))
    codes.request_colours(actor=desk, request_ids=[card.id for card in proposed], now=stage.now, cause=stage.cause)
    for card in proposed:
        codes.record_answer(actor=desk, request_id=card.id, colour=card.wanted, source="演练省平台", now=stage.now, cause=stage.cause)
    laws.end_leftovers(stage)
    stage.hear()
    officer = stage.actor(Duty.COUNTY_EOC_OFFICER)
    for outbreak in outbroken.outbreaks(actor=officer, open_only=True):
        outbreaks.close_outbreak(
            actor=officer,
            outbreak_id=outbreak.id,
            still_binding=len(measures.all_active(actor=stage.director, now=stage.now)) + len(coded.bound(actor=stage.director, now=stage.now)),
            still_open=tasked.open_count(actor=stage.director),
            now=stage.now,
            cause=stage.cause,
        )
    stage.hear()
    stage.tell("nothing binds anybody any more: the outbreak is closed")
