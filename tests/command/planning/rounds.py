"""Invented rounds for reports: people come to a site at given minutes, are swabbed into tubes, and tubes go their way."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from epigrid.command.planning import actions as planning
from epigrid.field.sampling import actions
from epigrid.field.sampling.models import Box, Tube
from epigrid.kernel.duties import Duty
from epigrid.kernel.periods import Period
from tests import cast
from tests.cast import COMMUNITY, HOUR, MONDAY

MINUTE = timedelta(minutes=1)
TABLE, DESK = cast.actor(Duty.REGISTRAR), cast.procedure()
OPENS = MONDAY + 22 * HOUR
"""When the round of `ground.settings` opens: tomorrow at six, local time."""


def ordered(world: cast.World, *, opens: datetime = OPENS, hours: float = 6) -> UUID:
    """The round of the community, opened at its window's beginning; a plan that awaits it is joined to it."""
    round_id = actions.open_round(
        actor=cast.actor(Duty.COUNTY_EOC_OFFICER),
        area=COMMUNITY,
        reason="演练第一轮",
        directive_id=world.directive_id,
        window=Period(start=opens, end=opens + hours * HOUR),
        now=opens,
        cause=world.root_cause,
    )
    planning.join_round(actor=DESK, round_id=round_id, now=opens, cause=world.root_cause)
    return round_id


def fill(world: cast.World, round_id: UUID, label: str, people: list[UUID], at: datetime, **more: Any) -> UUID:
    """People swabbed into one closed tube at a moment."""
    it: Any = {"actor": TABLE, "now": at, "cause": world.root_cause}
    size = more.pop("pool_size", 20)
    return actions.fill_tube(**it, area=COMMUNITY, label=label, pool_size=size, person_ids=people, round_id=round_id)


def send(world: cast.World, label: str, tubes: list[UUID], *, sent: datetime, received: datetime | None, read: datetime | None) -> None:
    """A box goes its way at the given moments; its tubes are read as negative."""
    it: Any = {"actor": cast.actor(Duty.SAMPLER), "cause": world.root_cause}
    box = actions.send_box(**it, area=COMMUNITY, label=label, tube_ids=tubes, to_body_id=world.bodies["lab1"], said=len(tubes), now=sent)
    if received is not None:
        labels = list(Tube.objects.seen_by(DESK).filter(id__in=tubes).values_list("label", flat=True))
        actions.receive_box(actor=cast.actor(Duty.LABORATORY), box_id=box, labels=labels, now=received, cause=world.root_cause)
        assert Box.objects.seen_by(DESK).get(id=box).received_at == received
    if read is not None:
        Tube.objects.seen_by(DESK).filter(id__in=tubes).update(outcome="negative", read_at=read, state="read")
