"""The machine door of access: slip codes, broken glass and its review."""

from datetime import timedelta
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router

from epigrid.registers.access import actions, queries
from epigrid.registers.people import queries as people
from epigrid.store.doors import REFUSALS, Acts, Command, Outcome, Path, Reader, Rows, Text, area_of, card, cause_of, listed, perform, reader

router = Router(tags=["access"])
acts = Acts("access", router)
GlassOut = card(queries.GlassCard)


@router.get("/glass", response=listed(GlassOut))
def glass(request: HttpRequest, open_only: bool = False) -> list[queries.GlassCard]:
    """Broken glass of my areas, newest first."""
    return queries.broken_glass(actor=reader(request).actor, open_only=open_only)


class SlipIn(Command):
    """Who gets a slip, and for how many days its code is good."""

    person_id: UUID
    days: int = Field(default=14, ge=1, le=60)


class SlipOut(Outcome):
    """The outcome, and the code this once: it is kept nowhere, so a command sent again does not show it."""

    code: str = ""


@router.post("/slips", response={200: SlipOut, **REFUSALS}, operation_id="access.make-slip-code")
def make_slip_code(request: HttpRequest, body: SlipIn) -> SlipOut:
    """Make a slip code for a person."""
    it, codes = reader(request), []

    def do() -> Rows:
        people.person(actor=it.actor, person_id=body.person_id)
        until = it.now + timedelta(days=body.days)
        codes.append(actions.make_slip_code(actor=it.actor, person_id=body.person_id, until=until, now=it.now))
        return [body.person_id]

    done = perform(it, "access.make-slip-code", body, do)
    return SlipOut(outcome=done.outcome, rows=list(done.rows), replayed=done.replayed, code="".join(codes))


class GlassIn(Command):
    """One area of one's own tree, and why it must be read."""

    area: Path
    reason: Text


@acts("/glass")
def break_glass(it: Reader, body: GlassIn) -> Rows:
    """Read one area for three hours; it is told and reviewed by somebody else."""
    user = queries.user(user_id=it.actor.named)
    if user is None:
        return []
    return [actions.break_glass(actor=it.actor, user=user, area=area_of(it.actor, body.area), reason=body.reason, now=it.now, factor_at=it.factor_at)]


class ReviewIn(Command):
    """What the review of a broken glass found."""

    grant_id: UUID
    finding: Text


@acts("/glass/review")
def review_glass(it: Reader, body: ReviewIn) -> Rows:
    """Judge a broken glass."""
    actions.review_glass(actor=it.actor, grant_id=body.grant_id, finding=body.finding, now=it.now, cause=cause_of(body.grant_id))
    return [body.grant_id]
