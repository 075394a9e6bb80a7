"""Questions that join apps: the course of a positive tube from its reading to the last retest (procedures.md 2, steps 2 and 3)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from epigrid.field.sampling import queries as sampled
from epigrid.field.tasks import queries as tasked
from epigrid.kernel.actors import Actor
from epigrid.response.quarantine import queries as measures

LINKS = ("hold", "squad", "told", "taken", "read")
"""What follows a pooled positive: holds issued, squad sent, people told, retests taken, retests read."""


@dataclass(frozen=True, kw_only=True)
class CourseLink:
    """One link: how many of how many are done, when the last one was, and so many minutes after the reading (None: not yet)."""

    key: str
    done: int
    of: int
    last_at: datetime | None
    after_min: float | None


@dataclass(frozen=True, kw_only=True)
class CourseCard:
    """A positive tube: its people, when it was read, the links that follow, and the labels before and after it in the queue of its table ("": none)."""

    tube: sampled.TubeCard
    read_at: datetime
    links: tuple[CourseLink, ...]
    before: str
    after: str


def course(*, actor: Actor, tube_id: UUID) -> CourseCard | None:
    """The course of a tube that reads positive; None where it does not. All of it follows from rows, so a late or repeated fact changes no figure.

    A retest is taken with the first single swab of somebody who is held, and read when all his single tubes are.
    """
    tube = sampled.tube(actor=actor, tube_id=tube_id)
    if tube.outcome != "positive" or tube.read_at is None:
        return None
    held = measures.holds(actor=actor, tube_id=tube_id)
    issued = [card for card in held if card.decided_at is not None]
    squads = [task.opened_at for task in tasked.tasks_of(actor=actor, source_id=tube_id) if task.kind == "dispatch"]
    tests = sampled.readings(actor=actor, person_ids=[card.person_id for card in issued], since=tube.read_at) if issued else {}
    singles = [[one for one in tests.get(card.person_id, ()) if one.single] for card in issued]
    moments: dict[str, list[datetime | None]] = {
        "hold": [card.decided_at for card in held],
        "squad": list(squads),
        "told": [card.served_at for card in issued],
        "taken": [min((one.sampled_at for one in mine), default=None) for mine in singles],
        "read": [_all(one.read_at for one in mine) for mine in singles],
    }
    before, after = sampled.neighbours(actor=actor, tube=tube)
    links = tuple(_link(key, moments[key], tube.read_at) for key in LINKS)
    return CourseCard(tube=tube, read_at=tube.read_at, links=links, before=before, after=after)


def _link(key: str, moments: list[datetime | None], read_at: datetime) -> CourseLink:
    known = [moment for moment in moments if moment is not None]
    last = max(known, default=None)
    after = None if last is None else (last - read_at).total_seconds() / 60
    return CourseLink(key=key, done=len(known), of=len(moments), last_at=last, after_min=after)


def _all(moments: Iterable[datetime | None]) -> datetime | None:
    """The last of the moments once all are known."""
    found = list(moments)
    return max((moment for moment in found if moment is not None), default=None) if None not in found else None
