"""Who is not sampled at all for a while, and what came of a call. Pure."""

from datetime import datetime

from epigrid.kernel.errors import DomainError

EXCLUDED_FOR = ("medical", "infant", "recovered")
"""Why somebody is left out of rounds: a doctor advises against it, an infant, recovered lately. Nothing more is written down about his health."""
CALL_RESULTS = ("comes", "asks-home", "no-answer", "wrong-number", "says-done")
"""What came of a call: he comes, he asks for a sample at his door, nobody answered, the number is wrong, he says that he was sampled elsewhere."""


class ExclusionReasonUnknown(DomainError):
    """Somebody is left out for a reason of the list (`EXCLUDED_FOR`)."""

    reason = "exclusion.reason-unknown"


class ExclusionEndless(DomainError):
    """An exclusion ends at a moment to come; nobody is left out for ever."""

    reason = "exclusion.endless"


class CallResultUnknown(DomainError):
    """What came of a call is one of the list (`CALL_RESULTS`)."""

    reason = "reminder.result-unknown"


def judge_exclusion(*, reason: str, until: datetime, now: datetime) -> None:
    """Refuse an exclusion without a reason of the list or without an end to come."""
    if reason not in EXCLUDED_FOR:
        raise ExclusionReasonUnknown(code=reason, known=list(EXCLUDED_FOR))
    if until <= now:
        raise ExclusionEndless(until=until.isoformat())
