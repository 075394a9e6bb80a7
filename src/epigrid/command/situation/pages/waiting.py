"""What waits for each duty: how much, what happens if nobody acts, and the page where the act is."""

from collections.abc import Callable, Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from epigrid.field.care import queries as cared
from epigrid.field.codes import queries as coded
from epigrid.field.laboratory import queries as laboratory
from epigrid.field.sampling import queries as sampled
from epigrid.field.tasks import queries as tasked
from epigrid.kernel.actors import Actor
from epigrid.kernel.duties import Duty
from epigrid.registers.access import queries as access
from epigrid.response.outbreaks import queries as outbroken
from epigrid.response.quarantine import queries as measures
from epigrid.response.tracing import queries as traced
from epigrid.response.zones import queries as zoned
from epigrid.store.shapes import Shape

Waits = Callable[[Actor, datetime], Iterable[Shape]]


def _wait(count: int, title: str, otherwise: str, url: str, *, urgent: bool = False, always: bool = False) -> list[Shape]:
    """One thing that waits; nothing when there is none of it, unless the page is where the duty always works."""
    if not count and not always:
        return []
    acts = [{"label": _("Open"), "url": url, "tone": "primary" if count else "", "icon": "arrow-right"}]
    shown = f"{title}：{count}" if count else title
    return [{"title": shown, "otherwise": otherwise if count else "", "acts": acts, "url": url, "urgent": urgent and bool(count)}]


def _tasks(me: Actor, now: datetime) -> list[Shape]:
    cards = tasked.my_tasks(actor=me, limit=500)
    late = any(card.due_at <= now for card in cards)
    return _wait(len(cards), _("My open tasks"), _("They go up one level when they are overdue."), "/tasks/", urgent=late, always=True)


def _papers(me: Actor, now: datetime) -> list[Shape]:
    untold = sum(card.active(now) for card in measures.holds(actor=me, states=("issued",)))
    issued = sum(card.kind != "treatment" for card in measures.orders(actor=me, states=("issued",)))
    held = _wait(untold, _("People to tell that they are held"), _("They are held without having been told."), "/papers/", urgent=True)
    return held + _wait(issued, _("Order papers to hand over"), _("The orders do not run."), "/papers/")


def _grid(me: Actor, now: datetime) -> list[Shape]:
    return [*_tasks(me, now), *_papers(me, now)]


def _table(me: Actor, now: datetime) -> list[Shape]:
    due = sum(card.opens_at <= now for card in sampled.tests_due(actor=me))
    open_rounds = len(sampled.rounds(actor=me, open_only=True))
    rounds = _wait(open_rounds, _("Open rounds"), _("Whoever is not sampled stays open in the roll-call."), "/sampling/", always=True)
    return rounds + _wait(due, _("Single tests that are due"), _("A missed test can only remind."), "/sampling/")


def _sampler(me: Actor, now: datetime) -> list[Shape]:
    return [*_table(me, now), *_tasks(me, now)]


def _laboratory(me: Actor, _now: datetime) -> list[Shape]:
    boxes = _wait(len(sampled.boxes(actor=me)), _("Boxes on their way to be counted"), _("None of their tubes is read."), "/boxes/")
    inbox = laboratory.inbox_size(actor=me)
    return boxes + _wait(inbox, _("Readings that match no tube"), _("Their people wait for a result."), "/laboratory/", always=True)


def _duty_officer(me: Actor, _now: datetime) -> list[Shape]:
    proposed = len(measures.holds(actor=me, states=("proposed",)))
    due = sum(card.release_proposed_at is not None for card in measures.orders(actor=me, states=("served",)))
    queries = sum(card.approved_by is None and card.asked_by != me.id for card in traced.venue_queries(actor=me, open_only=True))
    return [
        *_wait(proposed, _("Holds to issue"), _("Nobody is held; the retests are not ordered."), "/holds/", urgent=True),
        *_wait(due, _("Releases to decide"), _("The orders lapse at their end."), "/orders/"),
        *_wait(queries, _("Venue queries to approve"), _("They do not run."), "/queries/"),
    ]


def _investigator(me: Actor, _now: datetime) -> list[Shape]:
    candidates = len(traced.candidates(actor=me, open_only=True))
    questions = len(traced.open_spread_questions(actor=me))
    late = sum(card.answered_at is None for card in traced.referrals(actor=me, open_only=True))
    return [
        *_wait(
            candidates, _("Candidates to judge"), _("Held people wait to the end of their hold; contacts are not found."), "/candidates/", urgent=True
        ),
        *_wait(questions, _("Did a case under control spread outside?"), _("The question stays open and is shown."), "/cases/"),
        *_wait(late, _("Referrals without an answer"), _("A reminder goes out when they are late."), "/queries/"),
    ]


def _registrar(me: Actor, _now: datetime) -> list[Shape]:
    waiting = sum(bool(card.opinion) and card.entered_at is None for card in traced.cases(actor=me))
    otherwise = _("The class stays open; the query of the case's own window does not run.")
    return _wait(waiting, _("Classes to enter"), otherwise, "/cases/", urgent=True, always=True)


def _experts(me: Actor, _now: datetime) -> list[Shape]:
    waiting = sum(not card.opinion for card in traced.cases(actor=me))
    return _wait(waiting, _("Cases without an opinion"), _("They stay preliminary positives."), "/cases/", urgent=True, always=True)


def _county(me: Actor, _now: datetime) -> list[Shape]:
    proposed = len(measures.orders(actor=me, states=("proposed",)))
    missed = sum(card.missed_at is not None and card.met_at is None for card in outbroken.board(actor=me))
    return [
        *_wait(proposed, _("Orders to issue"), _("Nobody is bound by them."), "/orders/", urgent=True),
        *_wait(missed, _("Time limits missed"), _("They stay on the board as missed."), "/clocks/"),
    ]


def _city(me: Actor, _now: datetime) -> list[Shape]:
    cards = zoned.zones(actor=me, states=("proposed", "active"))
    proposed = sum(card.state == "proposed" for card in cards)
    downgrades = sum(card.state == "active" and card.downgrade_proposed_at is not None for card in cards)
    reports = sum(not card.acknowledgements for card in outbroken.reports(actor=me))
    return [
        *_wait(proposed, _("Areas to decide"), _("The proposals stay proposals: nobody is bound."), "/zones/", urgent=True),
        *_wait(downgrades, _("Areas to downgrade"), _("The stay-home duty runs on and lapses at the review moment."), "/zones/"),
        *_wait(reports, _("Reports to acknowledge"), _("They alarm as unacknowledged."), "/clocks/"),
    ]


def _codes(me: Actor, _now: datetime) -> list[Shape]:
    cards = coded.colour_requests(actor=me, states=("proposed", "requested"))
    to_send = sum(card.state == "proposed" for card in cards)
    waiting = len(cards) - to_send
    return [
        *_wait(to_send, _("Colour requests to send"), _("No colour is asked for; a release paper still opens every gate."), "/codes/", always=True),
        *_wait(waiting, _("Answers of the province to note"), _("They count as late and both desks are told."), "/codes/"),
    ]


def _zones(me: Actor, now: datetime) -> list[Shape]:
    active = len(zoned.active(actor=me, now=now))
    shown = _wait(active, _("Areas in force to serve"), _("No duty to stay at home begins without services."), "/zones/", always=True)
    return [*_tasks(me, now), *shown]


def _sites(me: Actor, _now: datetime) -> list[Shape]:
    waiting = len(measures.unhoused(actor=me))
    return _wait(waiting, _("People who need a room"), _("They wait where they are."), "/sites/", urgent=True, always=True)


def _hospital(me: Actor, _now: datetime) -> list[Shape]:
    orders = measures.orders(actor=me, states=("issued",), kind="treatment")
    calls = len(measures.ambulances(actor=me))
    admit = _wait(len(orders), _("Patients to admit"), _("Their beds stay awaited."), "/treatment/", urgent=True, always=True)
    return admit + _wait(calls, _("Ambulances on their way"), _("They alarm after half an hour."), "/treatment/", urgent=True)


def _requests(me: Actor) -> list[Shape]:
    waiting = len(cared.requests(actor=me, open_only=True))
    return _wait(waiting, _("Residents' requests to answer"), _("They go up to the subdistrict when their time has passed."), "/care/")


def _secretary(me: Actor, now: datetime) -> list[Shape]:
    return [*_tasks(me, now), *_papers(me, now), *_requests(me)]


def _operator(me: Actor, now: datetime) -> list[Shape]:
    person = _wait(0, _("Open a resident's page for a caller"), "", "/person/", always=True)
    return [*person, *_papers(me, now), *_requests(me)]


def _reviewer(me: Actor, _now: datetime) -> list[Shape]:
    waiting = len(measures.appeals(actor=me, open_only=True))
    return _wait(waiting, _("Appeals to answer"), _("The measures run on; people wait for an answer."), "/appeals/", urgent=True, always=True)


def _auditor(me: Actor, _now: datetime) -> list[Shape]:
    waiting = len(access.broken_glass(actor=me, open_only=True))
    return _wait(waiting, _("Broken glass to review"), _("The review stays open and is shown."), "/audit/", always=True)


BY_DUTY: dict[Duty, Waits] = {
    Duty.CDC_DUTY_OFFICER: _duty_officer,
    Duty.CDC_INVESTIGATOR: _investigator,
    Duty.COUNTY_EOC_OFFICER: _county,
    Duty.CITY_EOC_OFFICE: _city,
    Duty.CASE_REGISTRAR: _registrar,
    Duty.EXPERT_GROUP: _experts,
    Duty.LABORATORY: _laboratory,
    Duty.CODE_DESK: _codes,
    Duty.HOSPITAL: _hospital,
    Duty.SITE_MANAGER: _sites,
    Duty.TRANSFER_TEAM: _sites,
    Duty.APPEALS_REVIEWER: _reviewer,
    Duty.AUDITOR: _auditor,
    Duty.COMMUNITY_SECRETARY: _secretary,
    Duty.GRID_WORKER: _grid,
    Duty.ZONE_LEAD: _zones,
    Duty.SUBDISTRICT_OFFICE: _zones,
    Duty.SAMPLER: _sampler,
    Duty.REGISTRAR: _table,
    Duty.TESTING_FORCE: _table,
    Duty.PHONE_OPERATOR: _operator,
}
"""The order is that of urgency for whoever holds several."""
