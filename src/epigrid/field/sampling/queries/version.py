"""The version stamp of a round's roll-call: what a page or a field client asks every few seconds instead of the roll-call itself."""

from epigrid.field.sampling.queries.rounds import RoundCard
from epigrid.kernel.actors import Actor
from epigrid.store import versions


def roll_stamp(*, actor: Actor, card: RoundCard) -> str:
    """The stamp of the roll-call, as it stands, of a round that the actor sees; ask for it before the roll-call is read."""
    return versions.stamp(_about(card))


def roll_moved(*, actor: Actor, card: RoundCard, known: str) -> bool:
    """Whether a round's roll-call may have changed since a stamp: swabs, reports, roster, lost tubes."""
    return versions.moved(_about(card), known)


def _about(card: RoundCard) -> versions.About:
    return versions.About(area=card.area, app="sampling", field="round_id", value=str(card.id))
