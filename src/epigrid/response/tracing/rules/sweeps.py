"""Results of a sweep, measures on places, and how far a contact has come. Pure."""

from collections.abc import Sequence
from datetime import datetime

from epigrid.kernel.errors import DomainError

LISTS = ("workers", "families", "recipients")
NOTES = ("away", "not-found", "refused", "excused")
RESULTS = ("open", "negative", "positive", *NOTES)
PLACE_MEASURES = ("close", "disinfect", "test", "none")
CONTACT_STATES = ("listed", "reached", "moved", "ended")


class SweepRefused(DomainError):
    """A sweep cannot do this now; `details` says why: window, outlet, files (not in the register), closed, open (people without a result)."""

    reason = "sweep.refused"


class ResultKnown(DomainError):
    """A test says it already; nothing else is noted about these people."""

    reason = "sweep.result-known"


class MeasureUnknown(DomainError):
    """A result or a measure outside its closed list."""

    reason = "tracing.measure-unknown"


def sweep_result(*, tests: Sequence[tuple[bool, str]], noted: str) -> str:
    """The one result of a person on a sweep. `tests` since its approval, oldest first: (the tube held him alone, outcome).

    A single positive wins over all; then the last test that says something; then what was noted. A pooled positive leaves it open: its retest decides.
    """
    if (True, "positive") in tests:
        return "positive"
    said = [outcome for _, outcome in tests if outcome in ("negative", "positive")]
    return "negative" if said[-1:] == ["negative"] else noted or "open"


def contact_moments(*, judged_at: datetime, reached: datetime | None, moved: datetime | None, ended: datetime | None) -> dict[str, datetime | None]:
    """When a contact was reached, moved, ended, in this order: no moment comes before the one that it follows (S-124). Who was moved was reached."""
    found: dict[str, datetime | None] = {}
    before = judged_at
    for name, moment in (("reached_at", reached or moved), ("moved_at", moved), ("ended_at", ended)):
        found[name] = None if moment is None else max(before, moment)
        before = found[name] or before
    return found


def contact_state(*, reached: datetime | None, moved: datetime | None, ended: datetime | None) -> str:
    """The last step that a contact has come to."""
    return "ended" if ended else "moved" if moved else "reached" if reached else "listed"
