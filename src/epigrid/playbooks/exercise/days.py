"""The days after: site, orders, transfers, high area, notice, residents, rounds, releases, downgrade, lifting, close."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from epigrid.field.codes import actions as codes
from epigrid.field.codes import queries as coded
from epigrid.field.sampling import queries as sampled
from epigrid.field.tasks import queries as tasked
from epigrid.kernel.duties import Duty
from epigrid.playbooks import joins
from epigrid.playbooks.exercise import laws
from epigrid.playbooks.exercise.players import (
    acknowledge,
    classify,
    decide,
    fill_tube,
    issue,
    judge,
    open_services,
    publish,
    read,
    refused,
    send_tubes,
    serve,
    single,
    stage_place,
    treat,
    waiting,
)
from epigrid.playbooks.exercise.stage import Stage
from epigrid.registers.people import queries as registered
from epigrid.registers.places import queries as placed
from epigrid.response.outbreaks import actions as outbreaks
from epigrid.response.outbreaks import queries as outbroken
from epigrid.response.quarantine import actions as quarantine
from epigrid.response.quarantine import queries as measures
from epigrid.response.tracing import actions as tracing
from epigrid.response.tracing import queries as traced
from epigrid.response.zones import actions as zones
from epigrid.response.zones import queries as zoned
from epigrid.store import clock

SEATS = 8


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


def lift_low(stage: Stage) -> None:
    """Low ends when the county has no high area."""
    lifted = zones.lift_free(actor=stage.actor(Duty.CITY_EOC_OFFICE), county=stage.county, now=stage.now, cause=stage.cause)
    stage.hear()
    stage.tell(f"{lifted} low areas lifted")


def discharge(stage: Stage) -> None:
    """Two readings apart as the clause says; the hospital discharges; monitoring."""
    for card in measures.orders(actor=stage.director, states=("served",), kind="treatment")[:1]:
        readings = [(stage.now - timedelta(hours=hours), 36.0) for hours in (30, 2)]
        quarantine.discharge(actor=stage.actor(Duty.HOSPITAL), order_id=card.id, readings=readings, now=stage.now, cause=stage.cause)
    stage.hear()
    stage.tell("one patient discharged")


def issue_orders(stage: Stage, refuses: bool = False) -> None:
    """In bulk only for equal evidence, children and doubtful matches alone; one refusal talked over twice; papers served."""
    proposed = measures.orders(actor=stage.director, states=("proposed",), kind="site")
    named, today = [card.person_id for card in proposed], clock.local_day(stage.root, stage.now)
    alone = {card.person_id for card in traced.candidates(actor=stage.director) if card.doubtful}
    alone |= registered.minors_and_dependants(actor=stage.director, person_ids=named, on=today)
    groups: dict[object, list[UUID]] = {}
    for card in proposed:
        day = clock.local_day(stage.root, card.last_exposure_at) if card.last_exposure_at else None
        groups.setdefault(card.id if card.person_id in alone else (card.case_id, day), []).append(card.id)
    if alone & set(named):
        refused("order.one-by-one", lambda: issue(stage, [card.id for card in proposed]))
    for ids in groups.values():
        issue(stage, ids)
    if refuses:
        _talk(stage, next(card.id for card in proposed if card.person_id == stage.people[stage.truth.by_scan[0]]))
    serve(stage, "site")
    stage.tell(f"{len(proposed)} orders issued in {len(groups)} acts and served, one paper each" + (", one after two talks, no sanction" * refuses))


def _talk(stage: Stage, order_id: UUID) -> None:
    secretary = stage.actor(Duty.COMMUNITY_SECRETARY)
    for offer in ("explained again, own room, medicine brought", "home visit by the doctor, later departure"):
        quarantine.record_refusal(actor=secretary, order_id=order_id, offer=offer, now=stage.now, cause=stage.cause)
        stage.wait(5)


def transfer_contacts(stage: Stage) -> None:
    """Vehicles by seats; the sender's list is the receiver's list; dependants asked; the child beside its parent."""
    riders = measures.orders(actor=stage.director, states=("served",), kind="site")
    fresh = {card.person_id: card.id for card in riders if measures.room_of(actor=stage.director, person_id=card.person_id) is None}
    home = [fresh.pop(person) for person in map(stage.people.get, stage.truth.household) if person in fresh]
    rest = list(fresh.values())
    trips = [trip for trip in (home, *(rest[start : start + SEATS] for start in range(0, len(rest), SEATS))) if trip]
    for number, ids in enumerate(trips):
        _drive(stage, ids, f"演练{number + 1}号车", beside=home[0] if ids is home else None)
    stage.tell(f"{len(home) + len(rest)} moved in {len(trips)} vehicles, each list counted on both sides{_verified(stage)}")


def _drive(stage: Stage, ids: Sequence[UUID], vehicle: str, *, beside: UUID | None) -> None:
    manager, team, site = stage.actor(Duty.SITE_MANAGER), stage.actor(Duty.TRANSFER_TEAM), stage.notes["site"]
    trip = quarantine.plan_transfer(actor=team, order_ids=ids, vehicle=vehicle, seats=SEATS, site_id=site, now=stage.now, cause=stage.cause)
    leave = {"actor": team, "transfer_id": trip, "now": stage.now, "cause": stage.cause}
    refused("transfer.dependants-unasked", lambda: quarantine.depart(**leave))  # type: ignore[arg-type]
    quarantine.answer_dependants(actor=team, transfer_id=trip, answer="asked: one cat, fed by the neighbour; nobody left alone")
    quarantine.depart(**leave)  # type: ignore[arg-type]
    stage.wait(25)
    for order_id in ids:
        quarantine.assign_room(
            actor=manager, order_id=order_id, site_id=site, now=stage.now, beside=beside if beside is not None and order_id != beside else None
        )
    quarantine.arrive(actor=manager, transfer_id=trip, found_order_ids=ids, now=stage.now, cause=stage.cause)
    quarantine.disinfect(actor=team, transfer_id=trip, now=stage.now)
    stage.hear()


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


def request_codes(stage: Stage, late: bool = False) -> None:
    """The county's desk requests what was proposed; the province answers; one answer stays out when `late`."""
    desk = stage.actor(Duty.CODE_DESK)
    proposed = coded.colour_requests(actor=desk, states=("proposed",))
    codes.request_colours(actor=desk, request_ids=[card.id for card in proposed], now=stage.now, cause=stage.cause)
    for card in proposed[int(late) :]:
        codes.record_answer(actor=desk, request_id=card.id, colour=card.wanted, source="演练省平台", now=stage.now, cause=stage.cause)
    if late:
        stage.notes["late-request"] = proposed[0].id
    stage.hear()
    stage.tell(f"{len(proposed)} code requests, {len(proposed) - int(late)} answered at once")


def late_code(stage: Stage) -> None:
    """The province's late answer comes in, after the alarm."""
    codes.record_answer(
        actor=stage.actor(Duty.CODE_DESK), request_id=stage.notes["late-request"], colour="red", source="演练省平台", now=stage.now, cause=stage.cause
    )
    stage.hear()
    stage.tell("the province's late answer came after the alarm")


def door_tests(stage: Stage, positive: str = "") -> None:
    """Everybody who is due is tested alone at his door or in his room; `positive` names whose tube is positive, and is positive again when run again."""
    due = {card.person_id for card in sampled.tests_due(actor=stage.director, states=("due", "missed")) if card.opens_at <= stage.now}
    tubes = {person: fill_tube(stage, [person], 1, team=8) for person in sorted(due)}
    send_tubes(stage, list(tubes.values()))
    stage.wait(120)
    found = [tubes[stage.people[getattr(stage.truth, positive)]][1]] if positive else []
    read(stage, waiting(stage), positive=found)
    if found:
        stage.wait(30)
        read(stage, found, positive=found)
    if tubes:
        stage.tell(f"{len(tubes)} single tubes, " + ("one of them positive twice" if found else "all negative") + _verified(stage))


def _verified(stage: Stage) -> str:
    """The four verifications of the people at the site, from facts."""
    there = [card.person_id for card in measures.orders(actor=stage.director, states=("served",), kind="site")]
    checks = joins.four_checks(actor=stage.director, person_ids=there, now=stage.now)
    return f"; at the site {sum(check.under_control for check in checks)} of {len(there)} with all four verifications" if there else ""


def final_round(stage: Stage) -> None:
    """On the last of an area's clean days everybody inside is tested once more."""
    inside: set[UUID] = set()
    for zone_id in joins.on_last_day(actor=stage.director, now=stage.now):
        inside |= {member.person_id for member in zoned.members(actor=stage.director, zone_id=zone_id) if member.inside}
    due = {card.person_id for card in sampled.tests_due(actor=stage.director, states=("due", "missed")) if card.opens_at <= stage.now}
    tubes = [fill_tube(stage, [person], 1, team=8) for person in sorted(inside | due)]
    send_tubes(stage, tubes)
    stage.wait(120)
    read(stage, waiting(stage))
    stage.tell(f"final round: {len(inside)} people inside, all negative")


def contact_turns_positive(stage: Stage) -> None:
    """Found under quarantine: an open question until an investigator judges no spread; then the area's days go on."""
    person = stage.people[stage.truth.later_case]
    single(stage, person, positive=True)
    case = traced.cases(actor=stage.director, person_id=person)[0]
    stage.tell(f"found under {case.found}: open questions {len(zoned.open_questions(actor=stage.director))}")
    acknowledge(stage)
    treat(stage, person)
    tracing.judge_spread(
        actor=stage.actor(Duty.CDC_INVESTIGATOR), case_id=case.id, spread=False, reason="alone in his room since the transfer", now=stage.now, cause=stage.cause
    )  # fmt: skip
    classify(stage, case.id)
    for card in traced.candidates(actor=stage.director, case_id=case.id, open_only=True):
        judge(stage, card.id, "none", "in quarantine since before the window")
    stage.tell(f"investigator: no spread outside; open questions {len(zoned.open_questions(actor=stage.director))}, the area's days go on")


def release_site(stage: Stage) -> None:
    """The environment is negative; the CDC releases whom the clause lets go; home orders, return trips."""
    quarantine.note_environment(actor=stage.actor(Duty.SITE_MANAGER), site_id=stage.notes["site"], now=stage.now)
    freed = release(stage, "site")
    proposed = measures.orders(actor=stage.director, states=("proposed",), kind="home")
    for card in proposed:
        issue(stage, [card.id])
    serve(stage, "home")
    for number in range(0, len(freed), SEATS):
        _drive_home(stage, freed[number : number + SEATS], f"演练回程{number // SEATS + 1}号")
    stage.hear()
    if freed:
        stage.tell(f"{len(freed)} released from the site with papers and brought home; {len(proposed)} home orders served")


def _drive_home(stage: Stage, ids: Sequence[UUID], vehicle: str) -> None:
    team = stage.actor(Duty.TRANSFER_TEAM)
    trip = quarantine.plan_transfer(
        actor=team, order_ids=ids, vehicle=vehicle, seats=SEATS, site_id=stage.notes["site"], now=stage.now, cause=stage.cause, homeward=True
    )  # fmt: skip
    quarantine.answer_dependants(actor=team, transfer_id=trip, answer="asked: nobody waits alone at home")
    quarantine.depart(actor=team, transfer_id=trip, now=stage.now, cause=stage.cause)
    quarantine.arrive(actor=stage.actor(Duty.COMMUNITY_SECRETARY), transfer_id=trip, found_order_ids=ids, now=stage.now, cause=stage.cause)
    quarantine.disinfect(actor=team, transfer_id=trip, now=stage.now)


def downgrade(stage: Stage) -> None:
    """Full clean days and a clean final round: the city office downgrades; stay-home ends for all at the same minute; barriers out; notice."""
    if stage.variant == "D":
        stage.tell("variant D: nobody decides; the duty will lapse at its review moment")
        return
    city, lows = stage.actor(Duty.CITY_EOC_OFFICE), []
    for card in zoned.active(actor=city, now=stage.now, levels=("high",)):
        if card.downgrade_proposed_at is None:
            continue
        days = zoned.person_days(actor=stage.director, zone_id=card.id, now=stage.now)
        low = zones.downgrade(actor=city, zone_id=card.id, directive_id=stage.notes["city-directive"], now=stage.now, cause=stage.cause)
        zones.remove_barriers(actor=stage.actor(Duty.ZONE_LEAD), zone_id=card.id, now=stage.now, cause=stage.cause)
        lows += [low] if low is not None else []
        stage.tell(f"{stage_place(stage, card)} downgraded to low after {days:.0f} restricted person-days; barriers out")
    stage.hear()
    publish(stage, lows)


def lapse(stage: Stage) -> None:
    """Variant D: past the review moment nobody is bound any more, whoever did not act, and the next level was told."""
    left = zoned.active(actor=stage.director, now=stage.now, levels=("high",))
    lapsed = [card for card in zoned.zones(actor=stage.director, states=("ended",)) if card.end_reason == "lapsed"]
    for card in lapsed:
        zones.remove_barriers(actor=stage.actor(Duty.ZONE_LEAD), zone_id=card.id, now=stage.now, cause=stage.cause)
    stage.hear()
    stage.tell(f"nobody decided: {len(lapsed)} areas lapsed at their review moment, {len(left)} still bind; city office and auditor told")


def close(stage: Stage) -> None:
    """Open requests to the province are sent; what is open ends with its reason; the outbreak is closed by the county command."""
    request_codes(stage)
    laws.end_leftovers(stage)
    stage.hear()
    officer = stage.actor(Duty.COUNTY_EOC_OFFICER)
    binding = len(measures.all_active(actor=stage.director, now=stage.now)) + len(coded.bound(actor=stage.director, now=stage.now))
    for outbreak in outbroken.outbreaks(actor=officer, open_only=True):
        outbreaks.close_outbreak(
            actor=officer,
            outbreak_id=outbreak.id,
            still_binding=binding,
            still_open=tasked.open_count(actor=stage.director),
            now=stage.now,
            cause=stage.cause,
        )
    stage.hear()
    stage.tell("nothing binds anybody any more: the outbreak is closed")
