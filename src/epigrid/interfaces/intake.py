"""Files that a county has, taken in the name of an account: the same verbs as the pages."""

from datetime import datetime

from epigrid.field.laboratory import actions as laboratory
from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.kernel.errors import BadInput
from epigrid.registers.access import queries as access
from epigrid.registers.access.models import User
from epigrid.registers.organisation import queries as organisation
from epigrid.registers.people import actions as people
from epigrid.response.tracing import actions as tracing
from epigrid.store import clock, sheets


def take(*, kind: str, content: bytes, name: str, username: str, body: str = "") -> sheets.ImportReport:
    """Take a roster, laboratory results or venue scans; every row is taken, set aside, or refused with row, column and reason."""
    user = User.objects.filter(username=username, is_active=True).first()
    if user is None:
        raise BadInput(field="user", why="unknown account")
    now = clock.now(Area(f"{user.tree}/"))
    actor = access.actor_for(user=user, now=now)
    areas = actor.areas()
    if not areas:
        raise BadInput(field="user", why="holds no duty")
    return _take(kind, actor, areas[0], sheets.read(content, name), name, body, now)


def _take(kind: str, actor: Actor, area: Area, sheet: sheets.Sheet, name: str, body: str, now: datetime) -> sheets.ImportReport:
    if kind == "roster":
        return people.import_residents(actor=actor, area=area, sheet=sheet, source=name, now=now)
    if kind == "scans":
        return tracing.record_presences(actor=actor, area=area, sheet=sheet, source=name, now=now)
    laboratories = [card for card in organisation.bodies(actor=actor, kind="laboratory") if not body or card.name == body]
    if len(laboratories) != 1:
        raise BadInput(field="body", why="name the laboratory", known=[card.name for card in laboratories])
    return laboratory.import_results(actor=actor, body_id=laboratories[0].id, sheet=sheet, source=name, now=now)
