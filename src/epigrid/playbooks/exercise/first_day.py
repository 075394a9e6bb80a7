"""The first day: round, tubes, positive pool, holds, retests, preliminary positive, provisional area, class, contacts."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from epigrid.field.sampling import actions as sampling
from epigrid.field.sampling import queries as sampled
from epigrid.field.sampling.actions.rounds import RollEntry
from epigrid.kernel.duties import Duty
from epigrid.kernel.periods import Period
from epigrid.playbooks.exercise.players import (
    acknowledge,
    classify,
    close_area,
    fill_tube,
    judge,
    name_candidates,
    read,
    resample,
    send_tubes,
    stage_place,
    treat,
    waiting,
)
from epigrid.playbooks.exercise.stage import Stage, coin
from epigrid.registers.organisation import actions as organisation
from epigrid.registers.organisation.actions import NewDirective
from epigrid.registers.people import actions as people
from epigrid.registers.people.actions import NewPerson
from epigrid.response.quarantine import actions as quarantine
from epigrid.response.quarantine import queries as measures
from epigrid.response.tracing import actions as tracing
from epigrid.response.tracing import queries as traced
from epigrid.response.zones import actions as zones
from epigrid.response.zones import queries as zoned
from epigrid.store import clock

POOL = 10
ACTS = (
    "round.open", "task.open", "order.issue", "site.open", "zone.decide", "zone.downgrade", "zone.lift", "notice.publish", "code.request",
)  # fmt: skip


def order_round(stage: Stage) -> None:
    """The county command issues the directive and orders the round."""
    officer = stage.actor(Duty.COUNTY_EOC_OFFICER)
    city = stage.actor(Duty.CITY_EOC_OFFICE)
    end = stage.now + timedelta(days=30)
    units = [stage.bodies["subdistrict"], stage.bodies["community"], stage.bodies["lab1"]]
    county = NewDirective(
        body_id=stage.bodies["county"], area=stage.county, title="演练 应急响应指令", acts=ACTS, basis="Infectious Diseases Law 2013, Art. 42",
        ends_at=end, addressees=units,
    )  # fmt: skip
    stage.notes["directive"] = organisation.issue_directive(actor=officer, directive=county, now=stage.now)
    whole = NewDirective(
        body_id=stage.bodies["city"], area=stage.root, title="演练 市级指令", acts=ACTS, basis="Infectious Diseases Law 2013, Art. 42", ends_at=end
    )
    stage.notes["city-directive"] = organisation.issue_directive(actor=city, directive=whole, now=stage.now)
    stage.notes["round"] = sampling.open_round(
        actor=officer,
        area=stage.area,
        reason="chain unclear",
        directive_id=stage.notes["directive"],
        window=Period(start=stage.now, end=stage.now + timedelta(hours=14)),
        now=stage.now,
        cause=stage.cause,
    )
    for duty, body in ((Duty.SUBDISTRICT_OFFICE, "subdistrict"), (Duty.COMMUNITY_SECRETARY, "community")):
        organisation.acknowledge_directive(
            actor=stage.actor(duty), directive_id=stage.notes["directive"], body_id=stage.bodies[body], now=stage.now, cause=stage.cause
        )
    stage.hear()
    roll = sampled.roll_call(actor=stage.director, round_id=stage.notes["round"])
    stage.tell(f"round ordered: {roll.total} people frozen")


def sample_everybody(stage: Stage) -> None:
    """Eight fixed teams and a mobile one; tubes of ten by building, closed also when not full; door lists in single tubes."""
    round_id = stage.notes["round"]
    roll = sampled.roll_call(actor=stage.director, round_id=round_id)
    absent = _report_absent(stage, round_id, [row.person_id for row in roll.rows])
    baby = _late_comer(stage, round_id)
    pooled = [row for row in roll.rows if row.list == "pooled" and row.person_id not in absent]
    first = [stage.people[key] for key in (stage.truth.index, *stage.truth.household, *stage.truth.tube_mates)]
    chosen = set(first)
    groups = [first]
    by_building: dict[UUID | None, list[UUID]] = {}
    for row in pooled:
        if row.person_id not in chosen:
            by_building.setdefault(row.building_id, []).append(row.person_id)
    for members in by_building.values():
        groups += [members[start : start + POOL] for start in range(0, len(members), POOL)]
    groups.append([baby])
    eleventh = groups[1][0]
    tubes = [
        fill_tube(stage, group, POOL, team=number % 8, round_id=round_id, eleventh=None if number else eleventh)
        for number, group in enumerate(groups)
    ]
    doors = [row.person_id for row in roll.rows if row.list != "pooled" and row.person_id not in absent]
    tubes += [fill_tube(stage, [person], 1, team=8, round_id=round_id) for person in doors]
    stage.notes["positive-tube"] = tubes[0][0]
    stage.notes["invalid-tube"] = tubes[5][0]
    stage.hear()
    send_tubes(stage, tubes, lost=[tubes[7][1]])
    counts = sampled.roll_call(actor=stage.director, round_id=round_id).counts
    share = stage.plan.laboratory
    if len(tubes) > share.share:
        raise RuntimeError(f"{len(tubes)} tubes are more than the share of {share.share}")
    stage.tell(
        f"{len(tubes)} tubes of a share of {share.share} (the laboratory reads {share.tubes_per_day} a day); "
        + ", ".join(f"{name} {count}" for name, count in counts.items())
    )


def _report_absent(stage: Stage, round_id: UUID, person_ids: Sequence[UUID]) -> set[UUID]:
    keys = {person_id: key for key, person_id in stage.people.items()}
    special = {stage.truth.index, *stage.truth.household, *stage.truth.tube_mates}
    by_class: dict[str, list[RollEntry]] = {}
    for person_id in person_ids:
        key = keys.get(person_id, "")
        state = next(
            (
                state
                for state, one_in in (("away", 40), ("exempt", 90), ("declined", 600), ("unreachable", 300))
                if coin(stage, f"{state}{key}", one_in)
            ),
            "",
        )
        if state and key and key not in special and person_id not in {entry.person_id for rows in by_class.values() for entry in rows}:
            by_class.setdefault(state, []).append(RollEntry(person_id=person_id, state=state, reason="vaccinated" if state == "exempt" else ""))
    secretary = stage.actor(Duty.COMMUNITY_SECRETARY)
    for entries in by_class.values():
        sampling.report_roll(actor=secretary, round_id=round_id, entries=entries, now=stage.now, cause=stage.cause)
    return {entry.person_id for entries in by_class.values() for entry in entries}


def _late_comer(stage: Stage, round_id: UUID) -> UUID:
    """Somebody who is in no register is entered at the table in seconds."""
    registrar = stage.actor(Duty.REGISTRAR)
    home = next(person.room for person in stage.community.people if person.room.startswith("c05/"))
    new = NewPerson(name="演小宝", residence="resident", dwelling_id=stage.places[home], natural_key="late-baby")
    person_id = people.register_person(actor=registrar, area=stage.area, new=new, source="table", now=stage.now)
    sampling.add_late(actor=registrar, round_id=round_id, person_ids=[person_id], now=stage.now, cause=stage.cause)
    return person_id


def first_results(stage: Stage) -> None:
    """All negative, one unreadable (ten re-samples, no hold), one positive in its first run."""
    tube = sampled.tube(actor=stage.director, tube_id=stage.notes["positive-tube"])
    bad = sampled.tube(actor=stage.director, tube_id=stage.notes["invalid-tube"])
    labels = waiting(stage)
    read(stage, labels, positive=[tube.label], invalid=[bad.label])
    stage.tell(f"{len(labels)} results; one tube unreadable: {len(bad.person_ids)} people sampled again, nobody held; one tube is run again")
    resample(stage)


def tube_is_positive(stage: Stage) -> None:
    """The re-run is positive: ten hold proposals with addresses stand ready; no colour is set."""
    tube = sampled.tube(actor=stage.director, tube_id=stage.notes["positive-tube"])
    read(stage, [tube.label], positive=[tube.label])
    holds = measures.holds(actor=stage.director, tube_id=tube.id, states=("proposed",))
    stage.tell(f"tube {tube.label} positive twice: {len(holds)} hold proposals for the duty officer")


def issue_holds(stage: Stage) -> None:
    """The duty officer issues them in one act; workers tell each person by phone."""
    officer = stage.actor(Duty.CDC_DUTY_OFFICER)
    proposed = measures.holds(actor=officer, states=("proposed",))
    quarantine.issue_holds(
        actor=officer, hold_ids=[card.id for card in proposed], appeal_body_id=stage.bodies["appeals"], now=stage.now, cause=stage.cause
    )
    stage.hear()
    operator = stage.actor(Duty.PHONE_OPERATOR)
    for card in measures.holds(actor=operator, states=("issued",)):
        quarantine.tell_hold(actor=operator, hold_id=card.id, now=stage.now)
    stage.hear()
    stage.tell(f"{len(proposed)} holds issued in one act, each person told by phone: why, at most until when, by whom, whom to call")


def retest_at_doors(stage: Stage) -> None:
    """Two single tubes per person, one for each laboratory."""
    due = [card for card in sampled.tests_due(actor=stage.director) if card.source_kind == "hold"]
    for body in ("lab1", "lab2"):
        tubes = [fill_tube(stage, [card.person_id], 1, team=8) for card in due]
        send_tubes(stage, tubes, body=body)
        stage.notes |= {f"{body}:{card.person_id}": tube for card, (tube, _) in zip(due, tubes, strict=True)}
    stage.tell(f"{len(due)} people retested at their doors, {2 * len(due)} single tubes to two laboratories")


def retest_results(stage: Stage) -> None:
    """Variant A: all negative, everything undone. Else the index case is positive twice in both laboratories."""
    index = stage.people[stage.truth.index]
    own = [sampled.tube(actor=stage.director, tube_id=stage.notes[f"{body}:{index}"]).label for body in ("lab1", "lab2")]
    positive = [] if stage.variant == "A" else own
    read(stage, waiting(stage), positive=positive)
    if stage.variant == "A":
        stage.tell("all ten negative: everything is undone and a text says so")
        return
    stage.wait(5)
    read(stage, own, positive=own)
    case = traced.cases(actor=stage.director)[0]
    stage.notes["case"] = case.id
    stage.tell("preliminary positive: report, ambulance, treatment order, investigator, community, provisional-area proposal at the same moment")
    acknowledge(stage)
    treat(stage, index)


def judge_tube_mates(stage: Stage) -> None:
    """The investigator judges each: seven are no contacts, two live with the case."""
    home = {stage.people[key] for key in stage.truth.household}
    for card in traced.candidates(actor=stage.director, case_id=stage.notes["case"], open_only=True):
        judge(stage, card.id, "close-contact" if card.person_id in home else "none", "same tube, other queue position, mask worn")
    free = [card for card in measures.holds(actor=stage.director) if not card.active(stage.now)]
    stage.tell(f"judged one by one: {len(free)} of ten holds are over")


def provisional_area(stage: Stage, floors: Sequence[str] = ()) -> None:
    """The stairwell (proposed by the playbook) and floors (proposed by the investigator): decided, served for, then binding."""
    investigator, city = stage.actor(Duty.CDC_INVESTIGATOR), stage.actor(Duty.CITY_EOC_OFFICE)
    for floor in floors:
        places = [stage.places[floor]]
        zones.propose_zone(
            actor=investigator, area=stage.area, level="provisional", place_ids=places, wider_reason="", now=stage.now, cause=stage.cause
        )
    for card in zoned.zones(actor=city, states=("proposed",), levels=("provisional",)):
        close_area(stage, card)
        inside = len(zoned.residents(actor=stage.director, zone_id=card.id))
        stage.tell(f"provisional area {stage_place(stage, card)}: {inside} people; services, hotline, lead and exits stand, opening list done")


def confirm_case(stage: Stage) -> None:
    """The CDC's recheck, the experts' opinion, the class; the own window's query runs and finds the candidates."""
    case_id = stage.notes["case"]
    classify(stage, case_id)
    found = traced.candidates(actor=stage.director, case_id=case_id, open_only=True)
    stage.tell(f"asymptomatic infection; scans of the own window: {len(found)} candidates with evidence")


def judge_contacts(stage: Stage) -> None:
    """Scans, interview, other county, hotel guests, each judged by a named investigator."""
    investigator, case_id = stage.actor(Duty.CDC_INVESTIGATOR), stage.notes["case"]
    rejected = {stage.people[key] for key in stage.truth.rejected}
    for card in traced.candidates(actor=investigator, case_id=case_id, open_only=True):
        judge(stage, card.id, "none" if card.person_id in rejected else "close-contact", "two metres apart, masks, under a minute")
    sampled_on = clock.local_day(stage.root, traced.case(actor=investigator, case_id=case_id).sampled_at)
    last = clock.local_midnight(stage.root, sampled_on) - timedelta(hours=4)
    name_candidates(stage, "interview", [stage.truth.by_interview], last)
    name_candidates(stage, "interview", [stage.truth.same_name], last, doubtful=True)
    tracing.send_referral(
        actor=investigator, case_id=case_id, subject_id=stage.id("elsewhere", 1), to_area="演练邻县", last_exposure_at=last, now=stage.now, cause=stage.cause
    )  # fmt: skip
    name_candidates(stage, "hotel", [guest.key for guest in stage.community.guests], last)
    hotel = {stage.people[guest.key] for guest in stage.community.guests}
    for card in traced.candidates(actor=investigator, case_id=case_id, open_only=True):
        judge(stage, card.id, "exposed" if card.person_id in hotel else "close-contact", "interview")
    kinds = [card.kind for card in traced.contacts(actor=stage.director, case_id=case_id)]
    close, away = kinds.count("close-contact"), len(traced.referrals(actor=stage.director))
    stage.tell(
        f"{close + away} close contacts judged one by one: {close} here, {away} in another county; {len(rejected)} rejected with reason; "
        f"{kinds.count('exposed')} exposed at the hotel: tests, no quarantine"
    )
