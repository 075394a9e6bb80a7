"""Calls for support, tasks that go up, and a grid that is lent until tonight. The table stands at the end."""

from datetime import datetime

from epigrid.field.tasks.events import GridLent, SupportCalled, SupportUnanswered, TaskSentUp
from epigrid.kernel.actors import Actor
from epigrid.kernel.duties import Duty
from epigrid.kernel.events import Fact
from epigrid.playbooks.areas import tell
from epigrid.playbooks.runner import Steps
from epigrid.registers.organisation import actions as organisation


def lend_duty(fact: Fact[GridLent], actor: Actor, now: datetime) -> None:
    """The helper holds the same duty there until the loan ends; then it is over without anybody acting."""
    event = fact.event
    loan = {"holder_id": event.helper_id, "duty": Duty(event.duty), "area": event.area, "until": event.until}
    organisation.lend_duty(actor=actor, now=now, cause=fact.id, **loan)  # type: ignore[arg-type]


STEPS: Steps = {
    TaskSentUp: [tell("task.sent-up", Duty.COMMUNITY_SECRETARY, Duty.SUBDISTRICT_OFFICE)],
    SupportCalled: [tell("support.called", Duty.COMMUNITY_SECRETARY, Duty.SUBDISTRICT_OFFICE)],
    SupportUnanswered: [tell("support.unanswered", Duty.SUBDISTRICT_OFFICE, Duty.COUNTY_EOC_OFFICER)],
    GridLent: [lend_duty],
}
