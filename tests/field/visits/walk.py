"""What the tests of visits share."""

from datetime import datetime, timedelta
from uuid import UUID

from epigrid.field.visits import actions, queries
from epigrid.field.visits.actions import NewCampaign, Seen
from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.kernel.duties import Duty
from epigrid.playbooks import runner
from epigrid.playbooks.tables import STEPS
from epigrid.store.models import Hearing
from tests import cast
from tests.cast import COMMUNITY, DAY, MONDAY

ALL = cast.procedure()
WORKER, OTHER = cast.actor(Duty.GRID_WORKER), cast.actor(Duty.GRID_WORKER, who="second")
SECRETARY = cast.actor(Duty.COMMUNITY_SECRETARY)
MINUTE = timedelta(minutes=1)


def heard() -> None:
    """Everything is heard and nothing is parked."""
    runner.run_until_quiet(STEPS)
    assert not Hearing.objects.filter(parked_at__isnull=False).exists()


def campaign(area: Area = COMMUNITY, actor: Actor = SECRETARY) -> UUID:
    """An open campaign of two days."""
    return actions.open_campaign(actor=actor, area=area, new=NewCampaign(reason="演练 key groups", closes_at=MONDAY + 2 * DAY), now=MONDAY)


def visit_of(world: cast.World, campaign_id: UUID, household: int) -> UUID:
    """The visit of household 0..11."""
    found = queries.visits(actor=ALL, campaign_id=campaign_id)
    return next(card.id for card in found if card.household_id == world.households[household])


def tried(visit_id: UUID, result: str, at: datetime = MONDAY, actor: Actor = WORKER, **more: object) -> UUID:
    """One attempt."""
    return actions.record_visit(actor=actor, visit_id=visit_id, seen=Seen(result=result, **more), now=at)  # type: ignore[arg-type]
