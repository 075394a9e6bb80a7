"""A grid handed to a colleague until tonight: then both see it; the helper's duty there is entrusted by a playbook and ends by itself."""

from datetime import datetime, timedelta
from uuid import UUID

from epigrid.field.tasks import rules
from epigrid.field.tasks.events import GridLent
from epigrid.field.tasks.models import GridLoan
from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.kernel.duties import Duty
from epigrid.kernel.errors import NotFound
from epigrid.registers.access import queries as access
from epigrid.registers.organisation import queries as organisation
from epigrid.store import clock, journal
from epigrid.store.acts import whole
from epigrid.store.ids import repeated_id


@whole
def lend_grid(*, actor: Actor, area: Area, helper: str, now: datetime) -> UUID:
    """Hand a grid to the account called `helper` until the local day ends; return the loan. The same loan again is the same row.

    The helper is another grid worker of a grid beside it (or of the community above): nobody gets a duty that he does not hold already nearby.
    """
    actor.require(Duty.GRID_WORKER, area=area)
    account = next((one for one in access.accounts(tree=area.tree) if one.username == helper and one.is_active), None)
    if account is None:
        raise NotFound
    around = area.parent or area
    grants = organisation.appointments(holder_id=account.id, now=now)
    near = any(grant.duty is Duty.GRID_WORKER and (around.covers(grant.area) or grant.area.covers(area)) for grant in grants)
    rules.judge_loan(own=account.id == actor.id, holds=near)
    until = clock.local_midnight(area, clock.local_day(area, now) + timedelta(days=1))
    known = GridLoan.objects.seen_by(actor).filter(area=area, helper=account.id, until__gt=now).values_list("id", flat=True).first()
    if known is not None:
        return known
    row = GridLoan.objects.create(
        id=repeated_id(area, "loan", area, account.id),
        area=area,
        lender=actor.named,
        helper=account.id,
        duty=Duty.GRID_WORKER,
        since=now,
        until=until,
    )
    event = GridLent(area=area, loan_id=row.id, helper_id=account.id, duty=Duty.GRID_WORKER, until=until)
    journal.record(event, actor=actor, at=now, caused_by=None)
    return row.id
