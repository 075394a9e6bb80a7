"""The version stamp of a round's roll-call: what a page or a field client asks every few seconds instead of the roll-call itself."""

from uuid import UUID

from epigrid.field.sampling.models import Round
from epigrid.kernel.actors import Actor
from epigrid.store import versions


def roll_stamp(*, actor: Actor, round_id: UUID) -> str:
    """The stamp of a round's roll-call as it stands; ask for it before the roll-call is read."""
    return versions.stamp(_about(actor, round_id))


def roll_moved(*, actor: Actor, round_id: UUID, known: str) -> bool:
    """Whether a round's roll-call may have changed since a stamp: swabs, reports, roster, lost tubes."""
    return versions.moved(_about(actor, round_id), known)


def _about(actor: Actor, round_id: UUID) -> versions.About:
    row = Round.objects.seen_by(actor).only("id", "area").get(id=round_id)
    return versions.About(area=row.area, app="sampling", field="round_id", value=str(row.id))
