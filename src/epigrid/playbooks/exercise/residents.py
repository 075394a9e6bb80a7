"""Step 8: residents act. Medicine, dialysis, an ambulance, a waste complaint, the bell, the way home, an appeal; and a worker who needs rest."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from epigrid.engine.spread.presences import STAIRWELL
from epigrid.field.care import actions as care
from epigrid.field.codes import actions as codes
from epigrid.field.codes import queries as coded
from epigrid.field.tasks import actions as tasks
from epigrid.field.tasks import queries as tasked
from epigrid.field.tasks.rules import Evidence
from epigrid.kernel.actors import Actor
from epigrid.kernel.duties import Duty
from epigrid.playbooks.exercise.stage import Stage
from epigrid.registers.workforce import actions as workforce
from epigrid.response.quarantine import actions as quarantine
from epigrid.response.quarantine import queries as measures
from epigrid.response.tracing import actions as tracing
from epigrid.response.tracing import queries as traced
from epigrid.response.zones import actions as zones
from epigrid.response.zones import queries as zoned


def heads(stage: Stage) -> list[UUID]:
    """One adult of each household of the stairwell, the case's home first."""
    return [stage.people[person.key] for person in stage.community.people if person.room.startswith(STAIRWELL) and person.head]


def medicine(stage: Stage, minutes: int) -> None:
    """A resident asks for medicine on his own page, gets it, and confirms it himself."""
    person, worker = heads(stage)[0], stage.actor(Duty.COMMUNITY_SECRETARY)
    request = care.ask(actor=Actor.resident(person), person_id=person, kind="medicine", channel="page", now=stage.now)
    stage.hear()
    care.accept(actor=worker, request_id=request, now=stage.now)
    stage.wait(minutes)
    care.answer(actor=worker, request_id=request, answer="delivered at the door", now=stage.now)
    care.confirm(actor=Actor.resident(person), request_id=request, now=stage.now)
    stage.hear()
    stage.tell(f"medicine at the door after {minutes} minutes (target 120)")


def dialysis(stage: Stage) -> None:
    """A patient is driven to his dialysis and back; the area's duty does not keep him from it."""
    person, worker = heads(stage)[7], stage.actor(Duty.COMMUNITY_SECRETARY)
    request = care.ask(actor=worker, person_id=person, kind="dialysis", channel="phone", now=stage.now)
    care.answer(actor=worker, request_id=request, answer="special vehicle, both ways", now=stage.now)
    gate = codes.check_gate(actor=stage.actor(Duty.GATE_GUARD), area=stage.area, way="medical", now=stage.now, person_id=person)
    stage.hear()
    stage.tell(f"dialysis with transport both ways; the gate says: {gate}")


def waste(stage: Stage, households: int) -> None:
    """Several households complain of the same thing: one incident, one answer to each."""
    worker = stage.actor(Duty.COMMUNITY_SECRETARY)
    asked = [care.ask(actor=worker, person_id=person, kind="waste", channel="phone", now=stage.now) for person in heads(stage)[1 : households + 1]]
    care.group_incident(actor=worker, request_ids=asked, now=stage.now)
    stage.wait(40)
    _answer(stage, asked, "collected, twice a day from now")
    stage.tell(f"waste complaint of {len(asked)} households: one incident, answered after 40 minutes")


def _answer(stage: Stage, requests: Sequence[UUID], answer: str) -> None:
    for request in requests:
        care.answer(actor=stage.actor(Duty.COMMUNITY_SECRETARY), request_id=request, answer=answer, now=stage.now)
    stage.hear()


def ambulance(stage: Stage, minutes: int) -> None:
    """An emergency in the night: called at once, no status, area or test asked; the gate lets it pass."""
    person, guard = heads(stage)[3], stage.actor(Duty.GATE_GUARD)
    request = care.call_emergency(actor=Actor.resident(person), person_id=person, channel="phone", now=stage.now)
    stage.hear()
    gate = codes.check_gate(actor=guard, area=stage.area, way="medical", now=stage.now)
    arrived = stage.now + timedelta(minutes=minutes)
    quarantine.ambulance_times(actor=stage.actor(Duty.HOSPITAL), person_id=person, departed_at=stage.now, arrived_at=arrived)
    stage.wait(minutes)
    _answer(stage, [request], "taken to hospital and back")
    stage.tell(f"ambulance after {minutes} minutes; the gate says: {gate}")


def bell(stage: Stage) -> None:
    """Who hears only the bell is told at the door."""
    told = 0
    for number in range(len(stage.users[Duty.GRID_WORKER])):
        worker = stage.actor(Duty.GRID_WORKER, number)
        for card in tasked.my_tasks(actor=worker):
            if card.kind == "tell-at-door":
                tasks.do(actor=worker, task_id=card.id, evidence=Evidence(kind="signature", value="rang and told"), now=stage.now)
                told += 1
    stage.hear()
    stage.tell(f"{told} people who hear only the bell were told at their doors, a woman of 93 among them")


def way_home(stage: Stage) -> None:
    """A resident who was out comes home at the gate: never refused, bound like his neighbours from now on."""
    guard, person = stage.actor(Duty.GATE_GUARD), heads(stage)[2]
    zone = next(card for card in zoned.active(actor=stage.director, now=stage.now, levels=("high",)) if stage.places[STAIRWELL] in card.place_ids)
    answer = codes.check_gate(actor=guard, area=stage.area, way="home", now=stage.now, person_id=person)
    if answer != "pass":
        raise RuntimeError(f"the way home was refused: {answer}")
    zones.admit(actor=guard, zone_id=zone.id, person_id=person, now=stage.now, cause=stage.cause)
    stage.hear()
    stage.tell("a resident came home at the gate: let in at once")


def wrong_person(stage: Stage, minutes: int) -> None:
    """A person of the same name as a contact appeals and wins: free at once, apology noted."""
    person = stage.people[stage.truth.same_name]
    order = measures.orders(actor=stage.director, person_ids=[person], kind="site")[0]
    appeal = quarantine.file_appeal(actor=Actor.resident(person), measure_id=order.id, ground="wrong-person", now=stage.now)
    stage.wait(minutes)
    reviewer = stage.actor(Duty.APPEALS_REVIEWER)
    apology = "another person of the same name; we apologise"
    quarantine.decide_appeal(actor=reviewer, appeal_id=appeal, upheld=True, answer=apology, now=stage.now, cause=stage.cause)
    stage.hear()
    status = coded.status(actor=Actor.resident(person), person_id=person, now=stage.now).status
    stage.tell(f"wrong person of the same name: appeal upheld after {minutes} minutes, status {status}")


def start_shift(stage: Stage) -> None:
    """A grid worker begins her day."""
    workforce.start_shift(actor=stage.actor(Duty.GRID_WORKER), worker_id=stage.notes["worker1"], now=stage.now)


def send_to_rest(stage: Stage) -> None:
    """She has been on her feet too long; after the alarm the secretary sends her home."""
    workforce.end_shift(actor=stage.actor(Duty.COMMUNITY_SECRETARY), worker_id=stage.notes["worker1"], now=stage.now)
    stage.hear()
    stage.tell("a worker overdue for rest was sent home")


def answer_referral(stage: Stage) -> None:
    """The other county takes its contact over and answers."""
    investigator = stage.actor(Duty.CDC_INVESTIGATOR)
    for referral in traced.referrals(actor=stage.director, open_only=True):
        tracing.acknowledge_referral(actor=investigator, referral_id=referral.id, now=stage.now, cause=stage.cause)
        tracing.answer_referral(actor=investigator, referral_id=referral.id, answer="in quarantine there", now=stage.now, cause=stage.cause)
    stage.hear()
    stage.tell("the other county answered the referral")


def gate_with_paper(stage: Stage) -> None:
    """Released, while the province has not changed its colour yet: the release paper beats the late code at the gate."""
    freed = [card for card in measures.orders(actor=stage.director, states=("ended",), kind="home") if card.release_number]
    waiting = {card.person_id for card in coded.colour_requests(actor=stage.director, states=("proposed", "requested")) if card.wanted == "green"}
    card = next(card for card in freed if card.person_id in waiting)
    guard = stage.actor(Duty.GATE_GUARD)
    answer = codes.check_gate(
        actor=guard, area=stage.area, way="pass", now=stage.now, person_id=card.person_id, release_paper=card.release_number
    )  # fmt: skip
    if answer != "pass":
        raise RuntimeError(f"a released person was stopped: {answer}")
    stage.tell(f"release paper {card.release_number} beats the province's late code: {answer}")
