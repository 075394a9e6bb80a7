"""What the acts of home visits, routines, reviews and of help between colleagues act on."""

from datetime import time
from typing import Any
from uuid import UUID

from epigrid.field.tasks import actions as tasks
from epigrid.field.tasks.actions import NewCall
from epigrid.field.visits import actions as visits
from epigrid.field.visits import queries as visited
from epigrid.field.visits.actions import NewCampaign, Watch
from epigrid.field.visits.models import Review
from epigrid.field.visits.rules import Item
from epigrid.kernel.duties import Duty
from epigrid.registers.access.models import User
from epigrid.registers.organisation.models import Appointment
from tests import cast
from tests.cast import COMMUNITY, COUNTY, DAY, GRID1, GRID2, HOUR, MONDAY
from tests.doors.prepared import ALL, _task

World = cast.World
DESK, WORKER = cast.actor(Duty.COMMUNITY_SECRETARY), cast.actor(Duty.GRID_WORKER)


def _campaign(_world: World) -> UUID:
    return visits.open_campaign(actor=DESK, area=COMMUNITY, new=NewCampaign(reason="演练", closes_at=MONDAY + DAY), now=MONDAY)


def _visit(world: World) -> UUID:
    """The visit of household 0."""
    return visited.visits(actor=ALL, campaign_id=_campaign(world))[0].id


def _item(world: World) -> dict[str, Any]:
    """A patrol of today that is due for person 0."""
    officer = cast.actor(Duty.COUNTY_EOC_OFFICER)
    items = [Item(item="巡查", starts=time(8), ends=time(20))]
    visits.set_routine(actor=officer, area=COUNTY, target="home", items=items, basis="演练", until=MONDAY + DAY, now=MONDAY)
    person = world.person(0)
    one = Watch(id=cast.uid("order"), target="home", source_id=cast.uid("order"), area=GRID1, since=MONDAY, until=MONDAY + DAY, person_id=person)
    visits.watch(actor=ALL, running={person: [one]}, now=MONDAY, cause=world.root_cause)
    (due,) = visited.day_items(actor=WORKER, day=MONDAY.date())
    return {"item_id": due.id, "watched_id": person, "day": str(due.day)}


def _review(world: World) -> UUID:
    """A record of the grid worker that is called back."""
    row = Review.objects.create(
        area=GRID1,
        kind="recall",
        hand=cast.user_id(Duty.GRID_WORKER),
        day=MONDAY.date(),
        source_id=cast.uid("r"),
        source_kind="visit",
        person_id=world.person(0),
    )
    return row.id


def _accepted(world: World) -> UUID:
    """A task that the grid worker took on."""
    task = _task(world)
    tasks.accept(actor=WORKER, task_ids=[task], now=MONDAY)
    return task


def _building(world: World) -> UUID:
    """A building with a free task."""
    _task(world)
    return world.place("b1")


def _call(_world: World) -> UUID:
    new = NewCall(need="people", number=2, starts_at=MONDAY, ends_at=MONDAY + 8 * HOUR)
    return tasks.call_for_support(actor=WORKER, area=GRID1, new=new, now=MONDAY)


def _colleague(_world: World) -> str:
    """The account of the worker of the next grid."""
    user = User.objects.create(id=cast.uid("colleague"), username="colleague", tree="mini")
    Appointment.objects.create(id=cast.uid("at", "colleague"), area=GRID2, holder_id=user.id, duty=Duty.GRID_WORKER, since=MONDAY - DAY)
    return user.username
