"""Planning a round: what follows from a start, an opening, a call, a sheet, the cold. Steps take a fact's fields and call one action."""

from datetime import datetime, timedelta

from epigrid.command.communication import actions as communication
from epigrid.command.planning import actions as planning
from epigrid.command.planning import queries as planned
from epigrid.command.planning.events import ColdNoted, PlanStarted, RoundJoined, SheetDrafted, SiteOpened, UnitCalled
from epigrid.field.sampling import actions as sampling
from epigrid.field.sampling import queries as sampled
from epigrid.field.sampling.events import RoundOpened
from epigrid.field.tasks import actions as tasks
from epigrid.field.tasks.actions import NewTask, Source
from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.kernel.duties import Duty
from epigrid.kernel.events import Fact
from epigrid.playbooks import joins
from epigrid.playbooks.runner import Steps
from epigrid.registers.people import queries as people
from epigrid.registers.places import queries as places

LEADS = (Duty.COMMUNITY_SECRETARY, Duty.TESTING_FORCE)
COLD_WITHIN = timedelta(minutes=30)
"""A site below the limit is moved indoors or its boxes warmed within this time (design value)."""


def join_plan(fact: Fact[RoundOpened], actor: Actor, now: datetime) -> None:
    """The round takes the plan that awaits it."""
    planning.join_round(actor=actor, round_id=fact.event.round_id, now=now, cause=fact.id)


def finish_preparations(fact: Fact[PlanStarted], actor: Actor, now: datetime) -> None:
    """What was open at the start becomes one task of the community and a message to each line's owner (S-204)."""
    event = fact.event
    if not event.open_ids:
        return
    lines = [item for item in planned.items(actor=actor, plan_id=event.plan_id) if item.id in event.open_ids]
    new = NewTask(kind="finish-preparations", duty=Duty.COMMUNITY_SECRETARY, area=event.area, due_at=event.complete_by)
    _open(fact, event.area, new, actor, now)
    owners = sorted({Duty(line.owner) for line in lines if line.owner})
    values = {"lines": len(lines)}
    communication.tell_duty(actor=actor, area=event.area, duties=owners, key="plan.preparations-open", values=values, now=now, cause=fact.id)


def alarm_of_roles(fact: Fact[SiteOpened], actor: Actor, now: datetime) -> None:
    """A site opened without a role that the plan needs: leads learn how many are missing (S-194)."""
    missing = fact.event.missing_roles
    if missing:
        values = {"roles": len(missing)}
        communication.tell_duty(actor=actor, area=fact.event.area, duties=LEADS, key="site.roles-missing", values=values, now=now, cause=fact.id)


def set_up_sites(fact: Fact[SiteOpened] | Fact[RoundJoined], actor: Actor, now: datetime) -> None:
    """Sites that are open in the plan stand in its round too, by number and place: tubes and waste go there, and there they close (S-223)."""
    plan = planned.plan(actor=actor, plan_id=fact.event.plan_id)
    if plan.round_id is None or sampled.round_card(actor=actor, round_id=plan.round_id).closed_at is not None:
        return
    stands = [site for site in planned.sites(actor=actor, plan=plan) if site.opened_at is not None]
    names = places.places(actor=actor, ids=[site.place_id for site in stands])
    for site in stands:
        name = f"{site.number} · {names[site.place_id].full_name}"[:60]
        sampling.open_site(actor=actor, round_id=plan.round_id, name=name, place_id=site.place_id, now=now, cause=fact.id)


def call_unit(fact: Fact[UnitCalled], actor: Actor, now: datetime) -> None:
    """Those of the unit who come to a site and have not been sampled are told to come down, and how far apart to stand (S-195, S-212)."""
    event = fact.event
    plan = planned.plan(actor=actor, plan_id=planned.site(actor=actor, site_id=event.site_id)[0])
    rooms = [card.id for card in places.within(actor=actor, place_id=event.place_id)]
    called = {card.id for card in people.people(actor=actor, place_ids=rooms) if card.departed_on is None}
    if plan.round_id is not None:
        rows = sampled.roll_call(actor=actor, round_id=plan.round_id).rows
        called &= {row.person_id for row in rows if row.list == "pooled" and row.state in ("open", "unreachable") and not row.struck}
    values = {} if event.distance_m is None else {"distance_m": event.distance_m}
    communication.tell_people(actor=actor, area=event.area, person_ids=sorted(called), key="round.come-down", values=values, now=now, cause=fact.id)


def tell_of_sheet(fact: Fact[SheetDrafted], actor: Actor, now: datetime) -> None:
    """The draft of tomorrow's sheet stands (S-217)."""
    event = fact.event
    values = {"people": event.people, "staff": event.staff}
    communication.tell_duty(actor=actor, area=event.area, duties=LEADS, key="sheet.drafted", values=values, now=now, cause=fact.id)


def warn_of_cold(fact: Fact[ColdNoted], actor: Actor, now: datetime) -> None:
    """Below the county's limit: a warning, and a task to move indoors or warm the boxes (S-218)."""
    event = fact.event
    if event.outcome != "warn":
        return
    values = {"temperature_c": event.temperature_c}
    communication.tell_duty(actor=actor, area=event.area, duties=LEADS, key="site.cold", values=values, now=now, cause=fact.id)
    new = NewTask(kind="warm-site", duty=Duty.COMMUNITY_SECRETARY, area=event.area, due_at=now + COLD_WITHIN, place_id=event.place_id)
    _open(fact, event.area, new, actor, now)


def _open(fact: Fact[PlanStarted] | Fact[ColdNoted], area: Area, new: NewTask, actor: Actor, now: datetime) -> None:
    directive = joins.directive_for(actor=actor, act="task.open", area=area, now=now)
    source = Source(kind="plan", id=fact.event.plan_id, directive_id=directive)
    tasks.open_tasks(actor=actor, source=source, tasks=[new], now=now, cause=fact.id)


STEPS: Steps = {
    RoundOpened: [join_plan],
    PlanStarted: [finish_preparations],
    RoundJoined: [set_up_sites],
    SiteOpened: [alarm_of_roles, set_up_sites],
    UnitCalled: [call_unit],
    SheetDrafted: [tell_of_sheet],
    ColdNoted: [warn_of_cold],
}
