"""The one door of the pages' buttons: each verb calls the owning app's action with the reader as actor."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST

from epigrid.field.tasks import actions as tasks
from epigrid.field.tasks.rules import Evidence
from epigrid.interfaces.pages.desk import reader
from epigrid.kernel.actors import Actor
from epigrid.kernel.errors import BadInput, NotFound
from epigrid.playbooks import daily, joins
from epigrid.registers.organisation import queries as organisation
from epigrid.response.quarantine import actions as quarantine
from epigrid.response.quarantine import queries as measures
from epigrid.response.tracing import actions as tracing
from epigrid.response.tracing import queries as traced
from epigrid.response.zones import actions as zones
from epigrid.response.zones import queries as zoned
from epigrid.store import clock

Verb = Callable[[Actor, list[UUID], str, datetime], None]


@login_required
@require_POST
def act(request: HttpRequest) -> HttpResponse:
    """Do what a button says; refusals are answered by the middleware, an unknown verb is `BadInput`."""
    it = reader(request)
    verb = VERBS.get(request.POST.get("act", ""))
    if verb is None:
        raise BadInput(field="act", why="unknown")
    try:
        ids = [UUID(text) for text in request.POST.getlist("id")]
    except ValueError:
        raise BadInput(field="id", why="not an id") from None
    if not ids and request.POST["act"] not in WITHOUT_ID:
        raise BadInput(field="id", why="missing")
    verb(it.actor, ids, request.POST.get("answer", ""), it.now)
    back = request.META.get("HTTP_REFERER", "/")
    return HttpResponseRedirect(back if back.startswith(f"{request.scheme}://{request.get_host()}/") else "/")


def _appeals_body(me: Actor) -> UUID:
    return organisation.bodies(actor=me, kind="appeals")[0].id


def _issue_holds(me: Actor, ids: list[UUID], _answer: str, now: datetime) -> None:
    mine = [card for card in measures.holds(actor=me, states=("proposed",)) if card.id in ids]
    if not mine:
        raise NotFound
    cause = mine[0].caused_by
    quarantine.issue_holds(actor=me, hold_ids=ids, appeal_body_id=_appeals_body(me), now=now, cause=cause)


def _issue_orders(me: Actor, ids: list[UUID], _answer: str, now: datetime) -> None:
    card = measures.order(actor=me, order_id=ids[0])
    body = next(body.id for body in organisation.bodies(actor=me, kind="eoc") if body.area.covers(card.area) and body.area.level == 2)
    directive = joins.directive_for(actor=me, act="order.issue", area=card.area, now=now)
    quarantine.issue_orders(
        actor=me, order_ids=ids, body_id=body, directive_id=directive, appeal_body_id=_appeals_body(me), now=now, cause=card.caused_by
    )


def _judge(me: Actor, ids: list[UUID], answer: str, now: datetime) -> None:
    card = traced.candidate(actor=me, candidate_id=ids[0])
    tracing.judge_candidate(actor=me, candidate_id=card.id, outcome=answer, reason="judged on the evidence shown", now=now, cause=card.caused_by)


def _decide_zone(me: Actor, ids: list[UUID], _answer: str, now: datetime) -> None:
    card = zoned.zone(actor=me, zone_id=ids[0])
    directive = joins.directive_for(actor=me, act="zone.decide", area=card.area, now=now)
    zones.decide_zone(actor=me, zone_id=card.id, directive_id=directive, expert_line="经专家组研判", now=now, cause=card.caused_by)


def _downgrade(me: Actor, ids: list[UUID], _answer: str, now: datetime) -> None:
    card = zoned.zone(actor=me, zone_id=ids[0])
    directive = joins.directive_for(actor=me, act="zone.downgrade", area=card.area, now=now)
    zones.downgrade(actor=me, zone_id=card.id, directive_id=directive, now=now, cause=card.caused_by)


def _release(me: Actor, ids: list[UUID], _answer: str, now: datetime) -> None:
    card = measures.order(actor=me, order_id=ids[0])
    results = joins.results_of(actor=me, person_ids=[card.person_id], area=card.area).get(card.person_id, [])
    environment = measures.environments(actor=me, order_ids=[card.id]).get(card.id, False)
    body = next(body.id for body in organisation.bodies(actor=me, kind="cdc"))
    quarantine.release(actor=me, order_id=card.id, results=results, environment_negative=environment, body_id=body, now=now, cause=card.caused_by)


def _appeal(me: Actor, ids: list[UUID], answer: str, now: datetime) -> None:
    card = next((one for one in measures.appeals(actor=me, open_only=True) if one.id == ids[0]), None)
    if card is None:
        raise NotFound
    cause = next(one.caused_by for one in measures.measures_of(actor=me, person_id=card.person_id) if one.id == card.measure_id)
    upheld = answer == "uphold"
    text = "upheld: the measure ends, we apologise" if upheld else "dismissed after a second look at the evidence"
    quarantine.decide_appeal(actor=me, appeal_id=card.id, upheld=upheld, answer=text, now=now, cause=cause)


def _do_task(me: Actor, ids: list[UUID], _answer: str, now: datetime) -> None:
    tasks.do(actor=me, task_id=ids[0], evidence=Evidence(kind="signature", value="signed on the page"), now=now)


def _next_moment(me: Actor, _ids: list[UUID], _answer: str, now: datetime) -> None:
    root = me.areas()[0].root
    moment = daily.next_due(root, now)
    if moment is not None:
        clock.move_to(root, moment)
        daily.tick(root, moment)


WITHOUT_ID = frozenset({"clock.next"})
VERBS: dict[str, Verb] = {
    "hold.issue": _issue_holds,
    "order.issue": _issue_orders,
    "contact.judge": _judge,
    "zone.decide": _decide_zone,
    "zone.downgrade": _downgrade,
    "order.release": _release,
    "appeal.decide": _appeal,
    "task.do": _do_task,
    "clock.next": _next_moment,
}
