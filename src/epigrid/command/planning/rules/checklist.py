"""The checklist of a round: preparations and links (4+6), which ship empty, and the seven steps with owner and time. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from epigrid.kernel.errors import DomainError

PARTS = ("preparation", "link")
"""The two parts of the list that a place fills itself (S-204); `step` is the third part, which is given."""
STEPS = ("organise", "register", "sample", "transport", "collate", "test", "report")
"""The seven steps of testing (S-205: organisation, registration, sampling, transport, collation, testing, feedback)."""
COMPLETE_WITHIN = timedelta(minutes=60)
"""What is open at the start and does not touch safety is to be complete within this time (design value)."""


class PreparationOpen(DomainError):
    """A preparation is open and nobody said why; `details` names the lines."""

    reason = "planning.preparation-open"


class SafetyOpen(DomainError):
    """A line that safety rests on is open: no reason opens a round over it."""

    reason = "planning.safety-open"


class ReasonMissing(DomainError):
    """An exception is made in writing."""

    reason = "planning.reason-missing"


class StepUnowned(DomainError):
    """A step has no owner or no time; `details` names the steps."""

    reason = "planning.step-unowned"


class TimesReversed(DomainError):
    """An end lies before its beginning."""

    reason = "planning.times-reversed"


class AlreadyStarted(DomainError):
    """The plan was started before."""

    reason = "planning.already-started"


class NotStarted(DomainError):
    """The plan has not been started: nothing of it opens yet."""

    reason = "planning.not-started"


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of a checklist as it stands; `owned` (a step only): it has owner and time."""

    id: UUID
    part: str
    text: str
    safety: bool
    done: bool
    reason: str
    owned: bool = True


def judge_start(lines: Sequence[Line]) -> list[UUID]:
    """The lines that are open at a start and are to be complete within `COMPLETE_WITHIN`.

    `SafetyOpen` for an open line of safety, whatever its reason; `PreparationOpen` for an open preparation without a reason; `StepUnowned` for a
    step without owner and time. Links are stages of the round itself: they may be open.
    """
    unowned = [line.text for line in lines if line.part == "step" and not line.owned]
    if unowned:
        raise StepUnowned(steps=unowned)
    still_open = [line for line in lines if line.part in PARTS and not line.done]
    unsafe = [line.text for line in still_open if line.safety]
    if unsafe:
        raise SafetyOpen(lines=unsafe)
    unsaid = [line.text for line in still_open if line.part == "preparation" and not line.reason]
    if unsaid:
        raise PreparationOpen(lines=unsaid)
    return [line.id for line in still_open if line.part == "preparation"]


def due_after(started_at: datetime) -> datetime:
    """Until when what was open at the start is complete."""
    return started_at + COMPLETE_WITHIN
