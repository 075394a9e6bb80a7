"""The machine door of organisation: bodies and directives."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router

from epigrid.registers.organisation import actions, queries, rules
from epigrid.registers.organisation.actions import NewDirective
from epigrid.store.doors import Acts, Command, Moment, Path, Reader, Rows, Text, Word, area_of, card, cause_of, listed, reader

router = Router(tags=["organisation"])
acts = Acts("organisation", router)
BodyOut, DirectiveOut, ReceiptOut = card(queries.BodyCard), card(queries.DirectiveCard), card(queries.ReceiptCard)


@router.get("/bodies", response=listed(BodyOut))
def bodies(request: HttpRequest, kind: str = "") -> list[queries.BodyCard]:
    """Bodies of my areas and above them."""
    return queries.bodies(actor=reader(request).actor, kind=kind)


@router.get("/directives", response=listed(DirectiveOut))
def directives(request: HttpRequest) -> list[queries.DirectiveCard]:
    """Directives in force, newest first."""
    it = reader(request)
    return queries.directives(actor=it.actor, now=it.now)


@router.get("/directives/{directive_id}/receipts", response=listed(ReceiptOut))
def receipts(request: HttpRequest, directive_id: UUID) -> Any:
    """Who must acknowledge a directive and who has."""
    me = reader(request).actor
    queries.directive(actor=me, directive_id=directive_id)
    return queries.receipts(actor=me, directive_id=directive_id)


class DirectiveIn(Command):
    """What may be done where, on what basis, until when, and which units must acknowledge it."""

    body_id: UUID
    area: Path
    title: Text
    acts: list[Word] = Field(min_length=1, max_length=50)
    basis: Text
    ends_at: Moment
    addressees: list[UUID] = []


@acts("/directives")
def issue_directive(it: Reader, body: DirectiveIn) -> Rows:
    """Issue a directive."""
    area = area_of(it.actor, body.area)
    for unit in (body.body_id, *body.addressees):
        queries.body(actor=it.actor, body_id=unit)
    new = NewDirective(
        body_id=body.body_id,
        area=area,
        title=body.title,
        acts=body.acts,
        basis=body.basis,
        ends_at=body.ends_at,
        addressees=list(dict.fromkeys(body.addressees)),
    )
    return [actions.issue_directive(actor=it.actor, directive=new, now=it.now)]


class ReceiptIn(Command):
    """A directive and the unit that has it."""

    directive_id: UUID
    body_id: UUID


@acts("/directives/acknowledge")
def acknowledge(it: Reader, body: ReceiptIn) -> Rows:
    """Say for a unit that it has the directive."""
    cause = cause_of(queries.directive(actor=it.actor, directive_id=body.directive_id).id)
    it.actor.require(*rules.RECEIVERS, area=queries.body(actor=it.actor, body_id=body.body_id).area)
    actions.acknowledge_directive(actor=it.actor, directive_id=body.directive_id, body_id=body.body_id, now=it.now, cause=cause)
    return [body.directive_id]


class WithdrawIn(Command):
    """A directive and why it is withdrawn."""

    directive_id: UUID
    reason: Text


@acts("/directives/withdraw")
def withdraw(it: Reader, body: WithdrawIn) -> Rows:
    """Withdraw a directive: nothing new rests on it."""
    cause = cause_of(queries.directive(actor=it.actor, directive_id=body.directive_id).id)
    actions.withdraw_directive(actor=it.actor, directive_id=body.directive_id, reason=body.reason, now=it.now, cause=cause)
    return [body.directive_id]
