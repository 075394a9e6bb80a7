"""What players do again and again: fill and send tubes, read results, judge, sign, serve, decide on areas and serve them."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from epigrid.command.exercises import formats
from epigrid.field.care import actions as care
from epigrid.field.laboratory import actions as laboratory
from epigrid.field.laboratory import queries as results
from epigrid.field.sampling import actions as sampling
from epigrid.field.sampling import queries as sampled
from epigrid.field.tasks import actions as tasks
from epigrid.field.tasks import queries as tasked
from epigrid.field.tasks.rules import OPEN, Evidence
from epigrid.kernel.duties import Duty
from epigrid.kernel.errors import DomainError
from epigrid.playbooks.exercise.stage import Stage
from epigrid.response.outbreaks import actions as outbreaks
from epigrid.response.outbreaks import queries as outbroken
from epigrid.response.quarantine import actions as quarantine
from epigrid.response.quarantine import queries as measures
from epigrid.response.tracing import actions as tracing
from epigrid.response.tracing import queries as traced
from epigrid.response.tracing.actions import NewCandidate
from epigrid.response.zones import actions as zones
from epigrid.response.zones import queries as zoned
from epigrid.store import sheets

BOX = 40
ONLINE = 2
POSITIVE, INVALID = 24.5, "无效"
SERVICES = {"food": "演练保供点", "medicine": "演练社区医院", "waste": "演练环卫队", "care": "演练社区", "medical-exit": "演练急救站"}


def refused(key: str, act: Callable[[], object]) -> None:
    """An act that must be refused with this reason; else the exercise stops."""
    try:
        act()
    except DomainError as refusal:
        if refusal.reason != key:
            raise
        return
    raise RuntimeError(f"was not refused: {key}")


def fill_tube(
    stage: Stage, group: Sequence[UUID], size: int, *, team: int, round_id: UUID | None = None, eleventh: UUID | None = None
) -> tuple[UUID, str]:
    """One team fills a tube: the first tables step by step, where an eleventh person is refused (S-199); doors, and tables without a network, in one go."""
    registrar = stage.actor(Duty.REGISTRAR, team)
    stage.labels += 1
    label = f"T{stage.labels:05d}"
    it: Any = {"actor": registrar, "now": stage.now, "cause": stage.cause}
    tube: Any = {"area": stage.area, "label": label, "pool_size": size, "round_id": round_id}
    if size == 1 or team >= ONLINE:
        return sampling.fill_tube(**it, **tube, person_ids=group), label
    tube_id = sampling.open_tube(**it, **tube)
    sampling.take_swabs(**it, tube_id=tube_id, person_ids=group)
    if eleventh is not None:
        refused("tube.full", lambda: sampling.take_swabs(**it, tube_id=tube_id, person_ids=[eleventh]))
    sampling.close_tube(**it, tube_id=tube_id)
    return tube_id, label


def send_tubes(stage: Stage, tubes: Sequence[tuple[UUID, str]], lost: Sequence[str] = (), body: str = "lab1") -> None:
    """Boxes go to a laboratory; both sides count, and a tube that did not arrive is named."""
    sampler, keeper = stage.actor(Duty.SAMPLER), stage.actor(Duty.LABORATORY)
    for start in range(0, len(tubes), BOX):
        load = tubes[start : start + BOX]
        stage.boxes += 1
        box = sampling.send_box(
            actor=sampler,
            area=stage.area,
            label=f"B{stage.boxes:04d}",
            tube_ids=[tube for tube, _ in load],
            to_body_id=stage.bodies[body],
            said=len(load),
            now=stage.now,
            cause=stage.cause,
        )
        found = [label for _, label in load if label not in lost]
        missing = sampling.receive_box(actor=keeper, box_id=box, labels=found, now=stage.now, cause=stage.cause)
        if missing:
            stage.tell(f"tube {', '.join(missing)} did not arrive: named, its people are asked again")
    stage.hear()


def read(stage: Stage, labels: Sequence[str], positive: Sequence[str] = (), invalid: Sequence[str] = (), body: str = "lab1") -> None:
    """The laboratory's CSV (GBK) comes in through the importer that a county uses."""
    at = stage.now.astimezone(stage.zone)
    rows: list[tuple[str, datetime, float | None, float | None, str]] = []
    for label in labels:
        ct = POSITIVE if label in positive else None
        rows.append((label, at, ct, ct, INVALID if label in invalid else ""))
    sheet = sheets.read(formats.results_csv(rows), "results.csv")
    report = laboratory.import_results(
        actor=stage.actor(Duty.LABORATORY), body_id=stage.bodies[body], sheet=sheet, source=f"results {at:%m-%d %H:%M}", now=stage.now
    )
    if report.refused:
        raise RuntimeError(f"results refused: {report.refused[:3]}")
    stage.hear()
    confirm(stage)


def confirm(stage: Stage) -> None:
    """The laboratory's other person confirms what reads positive; the one who brought the file cannot."""
    waits = [card.id for card in results.checks(actor=stage.director)]
    if waits:
        refused("result.same-person", lambda: laboratory.verify_positives(actor=stage.actor(Duty.LABORATORY), specimen_ids=waits, now=stage.now))
        laboratory.verify_positives(actor=stage.actor(Duty.LABORATORY, 1), specimen_ids=waits, now=stage.now)
        stage.hear()


def waiting(stage: Stage) -> list[str]:
    """Labels of tubes that arrived and are not read."""
    return sampled.labels_in(actor=stage.director, area=stage.area, state="received")


def resample(stage: Stage) -> None:
    """Whoever is due for a second sampling is sampled at the door, alone, and read negative."""
    due = sampled.tests_due(actor=stage.director)
    tubes = [fill_tube(stage, [card.person_id], 1, team=8) for card in due if card.source_kind == "resample"]
    if tubes:
        send_tubes(stage, tubes)
        stage.wait(30)
        read(stage, [label for _, label in tubes])


def single(stage: Stage, person_id: UUID, *, positive: bool, body: str = "lab1", minutes: int = 60) -> None:
    """One person's single tube, read; a positive is run again before anybody is told."""
    tube, label = fill_tube(stage, [person_id], 1, team=8)
    send_tubes(stage, [(tube, label)], body=body)
    for _ in range(2 if positive else 1):
        stage.wait(minutes)
        read(stage, [label], positive=[label] if positive else [], body=body)


def acknowledge(stage: Stage) -> None:
    """The city office acknowledges every positive report that waits."""
    for report in outbroken.reports(actor=stage.director):
        if not report.acknowledgements:
            city = stage.actor(Duty.CITY_EOC_OFFICE)
            outbreaks.acknowledge_report(actor=city, report_id=report.id, body_id=stage.bodies["city"], now=stage.now, cause=stage.cause)


def treat(stage: Stage, person_id: UUID) -> None:
    """Treatment order, ambulance, admission."""
    orders = measures.orders(actor=stage.director, person_ids=[person_id], kind="treatment", states=("proposed",))
    issue(stage, [card.id for card in orders])
    hospital = stage.actor(Duty.HOSPITAL)
    times = {"departed_at": stage.now, "arrived_at": stage.now + timedelta(minutes=20)}
    quarantine.ambulance_times(actor=hospital, person_id=person_id, **times)
    quarantine.admit(actor=hospital, order_id=orders[0].id, now=stage.now, cause=stage.cause)
    stage.hear()


def issue(stage: Stage, order_ids: Sequence[UUID]) -> None:
    """The county officer issues orders with their numbered papers."""
    quarantine.issue_orders(
        actor=stage.actor(Duty.COUNTY_EOC_OFFICER),
        order_ids=order_ids,
        body_id=stage.bodies["county"],
        directive_id=stage.notes["directive"],
        appeal_body_id=stage.bodies["appeals"],
        now=stage.now,
        cause=stage.cause,
    )
    stage.hear()


def serve(stage: Stage, kind: str) -> None:
    """The community hands over the papers."""
    secretary = stage.actor(Duty.COMMUNITY_SECRETARY)
    for card in measures.orders(actor=stage.director, states=("issued",), kind=kind):
        quarantine.serve_order(actor=secretary, order_id=card.id, now=stage.now, cause=stage.cause)
    stage.hear()


def judge(stage: Stage, candidate_id: UUID, outcome: str, reason: str) -> None:
    """One person, one judgement."""
    tracing.judge_candidate(
        actor=stage.actor(Duty.CDC_INVESTIGATOR), candidate_id=candidate_id, outcome=outcome, reason=reason, now=stage.now, cause=stage.cause
    )
    stage.hear()


def name_candidates(stage: Stage, source: str, keys: Sequence[str], last: datetime, *, doubtful: bool = False) -> None:
    """The investigator enters who was named; `doubtful` when the name is all that was said and others bear it."""
    found = [NewCandidate(person_id=stage.people[key], evidence={"said": source}, last_exposure_at=last, doubtful=doubtful) for key in keys]
    tracing.add_candidates(
        actor=stage.actor(Duty.CDC_INVESTIGATOR), case_id=stage.notes["case"], source=source, found=found, now=stage.now, cause=stage.cause
    )
    stage.hear()


def decide(stage: Stage, zone_id: UUID, review_at: datetime | None = None) -> None:
    """The city office decides after its expert group."""
    zones.decide_zone(
        actor=stage.actor(Duty.CITY_EOC_OFFICE),
        zone_id=zone_id,
        directive_id=stage.notes["city-directive"],
        expert_line="经演练专家组研判",
        now=stage.now,
        cause=stage.cause,
        review_at=review_at,
    )
    stage.hear()


def open_services(stage: Stage, zone_id: UUID) -> None:
    """Lead, service owners, hotline, barrier with its exits, needs census of every household."""
    lead = stage.actor(Duty.ZONE_LEAD)
    zones.staff_zone(actor=stage.actor(Duty.SUBDISTRICT_OFFICE), zone_id=zone_id, role="lead", user_id=stage.users[Duty.ZONE_LEAD][0])
    zones.set_service_plan(actor=lead, zone_id=zone_id, owners=SERVICES, hotline="000-1111", now=stage.now, cause=stage.cause)
    place = zoned.zone(actor=lead, zone_id=zone_id).place_ids[0]
    note = "fire stairs and medical exit open, key at the gate"
    zones.place_barrier(actor=lead, zone_id=zone_id, place_id=place, exit_note=note, now=stage.now, cause=stage.cause)
    homes = zoned.households(actor=lead, zone_id=zone_id)
    care.take_census(actor=lead, zone_id=zone_id, households=[(home.id, len(home.person_ids), []) for home in homes], now=stage.now)


def stage_place(stage: Stage, card: zoned.ZoneCard) -> str:
    """The names of a zone's places."""
    known = {place_id: path for path, place_id in stage.places.items()}
    return "、".join(stage.names[known[place]] for place in card.place_ids)


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


def classify(stage: Stage, case_id: UUID) -> None:
    """The CDC's own laboratory tests again, the experts give their opinion, another person enters the class: two people, never one."""
    case = traced.case(actor=stage.director, case_id=case_id)
    single(stage, case.person_id, positive=True, body="cdc-laboratory", minutes=40)
    tracing.record_opinion(actor=stage.actor(Duty.EXPERT_GROUP), case_id=case_id, outcome="asymptomatic", now=stage.now, cause=stage.cause)
    tracing.classify_case(actor=stage.actor(Duty.CASE_REGISTRAR), case_id=case_id, now=stage.now, cause=stage.cause)
    stage.hear()


def close_area(stage: Stage, card: zoned.ZoneCard) -> None:
    """A decided provisional area: refused before its services stand, then served for, then binding; its opening list done within the hour."""
    decide(stage, card.id)
    lead = stage.actor(Duty.ZONE_LEAD)
    begin = {"actor": lead, "zone_id": card.id, "now": stage.now, "cause": stage.cause}
    refused("zone.service-missing", lambda: zones.start_stay_home(**begin))  # type: ignore[arg-type]
    open_services(stage, card.id)
    zones.start_stay_home(**begin)  # type: ignore[arg-type]
    stage.hear()
    opening = [task for task in tasked.tasks_of(actor=lead, source_id=card.id, states=sorted(OPEN)) if task.kind.startswith("opening.")]
    for task in opening:
        tasks.do(actor=lead, task_id=task.id, evidence=Evidence(kind="record", value=f"opening list: {task.kind}"), now=stage.now)
    stage.hear()
