"""The machine door of planning, home: promised and planned home visits."""

from uuid import UUID

from django.http import HttpRequest

from epigrid.command.planning import actions, queries
from epigrid.command.planning.api.doors import OfPlan, acts, router
from epigrid.registers.places import queries as places
from epigrid.store.doors import Moment, Reader, Rows, card, cause_of, listed, reader

VisitOut = card(queries.VisitCard)


@router.get("/plans/{plan_id}/home", response=listed(VisitOut))
def home(request: HttpRequest, plan_id: UUID) -> list[queries.VisitCard]:
    """The home visits of a plan by team and time, then those whom nobody can visit. Who only samples or registers sees the routes of his own teams."""
    me = reader(request).actor
    return queries.visits(actor=me, plan=queries.plan(actor=me, plan_id=plan_id))


class PromiseIn(OfPlan):
    """A home of the home list and about when a team is to come; without a moment the promise is taken back."""

    place_id: UUID
    at: Moment | None = None


@acts("/home/promise")
def promise_visit(it: Reader, body: PromiseIn) -> Rows:
    """Promise a home when a team comes."""
    plan = queries.plan(actor=it.actor, plan_id=body.plan_id)
    places.place(actor=it.actor, place_id=body.place_id)
    actions.promise_visit(actor=it.actor, plan_id=plan.id, place_id=body.place_id, at=body.at, now=it.now, cause=cause_of(plan.id))
    return [body.place_id]


@acts("/home/plan")
def plan_home(it: Reader, body: OfPlan) -> Rows:
    """Plan the home visits anew; answers with the homes that nobody can visit."""
    plan = queries.plan(actor=it.actor, plan_id=body.plan_id)
    return list(actions.plan_home(actor=it.actor, plan_id=plan.id, now=it.now, cause=cause_of(plan.id)))
