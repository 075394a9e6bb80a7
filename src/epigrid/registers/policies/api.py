"""The machine door of policies: the written delegation of holds, the only thing that may be delegated."""

from uuid import UUID

from ninja import Field, Router

from epigrid.kernel.errors import NotFound
from epigrid.registers.policies import actions
from epigrid.store import journal
from epigrid.store.doors import Acts, Command, Moment, Path, Reader, Rows, area_of

router = Router(tags=["policies"])
acts = Acts("policies", router)


class DelegationIn(Command):
    """By which directive, to whom, where, for at most how many hours a hold, until when."""

    area: Path
    directive_id: UUID
    to_holder_id: UUID
    max_hours: int = Field(ge=1, le=168)
    until: Moment


@acts("/delegations")
def delegate_hold(it: Reader, body: DelegationIn) -> Rows:
    """Delegate issuing holds to a named holder."""
    told = [fact.id for fact in journal.facts(actor=it.actor, kinds=[actions.DIRECTIVE], subjects=[body.directive_id])]
    if not told:
        raise NotFound(directive=str(body.directive_id))
    made = actions.delegate_hold(
        actor=it.actor,
        area=area_of(it.actor, body.area),
        to_holder_id=body.to_holder_id,
        max_hours=body.max_hours,
        until=body.until,
        now=it.now,
        cause=told[0],
    )
    return [made]


class EndDelegationIn(Command):
    """A delegation that is taken back."""

    delegation_id: UUID


@acts("/delegations/end")
def end_delegation(it: Reader, body: EndDelegationIn) -> Rows:
    """Take a delegation back."""
    actions.end_delegation(actor=it.actor, delegation_id=body.delegation_id, now=it.now)
    return [body.delegation_id]
