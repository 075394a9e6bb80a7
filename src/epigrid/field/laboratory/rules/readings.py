"""How runs are read, corrected and confirmed by a second person. Pure: no Django, no clock, no I/O."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from epigrid.kernel.errors import DomainError
from epigrid.kernel.verdicts import Clause, Verdict

OUTCOMES = ("negative", "positive", "grey", "single-target", "invalid")
MAX_CQ = 60.0
"""No real-time PCR runs longer: a larger cycle number is a typing error."""


@dataclass(frozen=True, kw_only=True)
class ReadingPolicy(Clause):
    """How cycle numbers are read. Cq = 0 or none means: nothing was found. A limit that nobody set is None: then only stated outcomes are read."""

    key: ClassVar[str] = "reading"
    positive_ct_below: float | None
    grey_ct_below: float | None
    rerun_positive: bool | None


class AlreadyResolved(DomainError):
    """Somebody resolved this reading before."""

    reason = "inbox.already-resolved"


class OutcomeUnknown(DomainError):
    """An outcome is negative, positive, grey, single-target, or invalid."""

    reason = "result.outcome-unknown"


class LimitsUnset(DomainError):
    """A cycle number cannot be read: nobody has set which one means what."""

    reason = "result.limits-unset"


class NothingToVerify(DomainError):
    """No positive of this specimen waits for a second person."""

    reason = "result.nothing-to-verify"


class SamePerson(DomainError):
    """Whoever entered a positive or asked for a correction is not its second person."""

    reason = "result.same-person"


class CorrectionOpen(DomainError):
    """A correction of this run was asked for, or done, before: correct the newest reading."""

    reason = "result.correction-open"


class CorrectionDecided(DomainError):
    """This correction was decided before."""

    reason = "result.correction-decided"


class CorrectionEmpty(DomainError):
    """A correction says something else than the run, and why."""

    reason = "result.correction-empty"


class RunKnown(DomainError):
    """A run of this tube at this moment was read before; what it says is changed by a correction."""

    reason = "result.differs"


@dataclass(frozen=True, kw_only=True)
class ResultRow:
    """One reading as a laboratory sends it: tube label, when, cycle numbers of one or two targets (None: not found), stated outcome."""

    row: int
    label: str
    tested_at: datetime
    orf_ct: float | None = None
    n_ct: float | None = None
    targets: int = 2
    stated: str = ""


@dataclass(frozen=True, kw_only=True)
class RunFact:
    """A run as the judgement of a specimen needs it. `corrects` is the run that it replaces, once a second person agreed (`agreed`); until he decides it `waits`."""

    id: UUID
    tested_at: datetime
    outcome: str
    entered_by: UUID | None = None
    corrects: UUID | None = None
    agreed: bool = False
    waits: bool = False


def stated(text: str) -> str:
    """An outcome as somebody states it: one of `OUTCOMES`, or nothing; `OutcomeUnknown` otherwise."""
    if text and text not in OUTCOMES:
        raise OutcomeUnknown(known=list(OUTCOMES))
    return text


def read_run(row: ResultRow, policy: ReadingPolicy) -> Verdict[str]:
    """The outcome of one run.

    Two targets: both below the positive limit is positive, one is `single-target`; any in the grey zone is `grey`; none found is negative. One
    target (some kits and the older files): that one decides. A stated `invalid` (no internal control) always wins; another stated outcome stands where
    no cycle number was given, and where it contradicts the cycle numbers the reading is `grey`: run or sampled again. `LimitsUnset` when a cycle
    number stands there and the clause sets no limits.
    """
    if row.stated == "invalid":
        return policy.verdict("invalid", reason="reading.no-internal-control")
    found = [ct for ct in (row.orf_ct, row.n_ct) if ct is not None and ct > 0]
    if not found and row.stated:
        return policy.verdict(row.stated, reason="reading.stated")
    outcome, reason = _by_limits(found, row.targets, policy)
    if row.stated != outcome and "positive" in (row.stated, outcome) and row.stated and outcome in ("positive", "negative"):
        return policy.verdict("grey", reason="reading.contradicts-statement")
    return policy.verdict(outcome, reason=reason)


def _by_limits(found: Sequence[float], targets: int, policy: ReadingPolicy) -> tuple[str, str]:
    if not found:
        return "negative", "reading.nothing-found"
    positive, grey = policy.positive_ct_below, policy.grey_ct_below
    if positive is None or grey is None:
        raise LimitsUnset(clause=policy.clause_id)
    below = [ct for ct in found if ct < positive]
    if all(ct >= grey for ct in found):
        return "negative", "reading.nothing-found"
    if len(below) >= targets:
        return "positive", "reading.below-limit"
    if below:
        return "single-target", "reading.single-target"
    return "grey", "reading.grey-zone"


def final(outcomes: Sequence[str], policy: ReadingPolicy) -> str | None:
    """What all runs of a specimen say together, or None while a positive awaits its re-run.

    Two positive runs are positive; a positive then anything else is grey (sampled again, nobody held); otherwise the last run stands. Only a clause that
    says that a positive is not run again makes one run enough.
    """
    if not outcomes:
        return None
    if outcomes.count("positive") >= (1 if policy.rerun_positive is False else 2):
        return "positive"
    if "positive" in outcomes:
        return None if len(outcomes) == 1 else "grey"
    return outcomes[-1]


def standing(runs: Sequence[RunFact]) -> list[RunFact]:
    """The runs that count, in the order of the tests: those that no agreed correction replaced, and agreed corrections."""
    replaced = {run.corrects for run in runs if run.corrects is not None and run.agreed}
    counted = [run for run in runs if run.id not in replaced and (run.corrects is None or run.agreed)]
    return sorted(counted, key=lambda run: (run.tested_at, str(run.id)))


def told_stands(told: str, runs: Sequence[RunFact]) -> bool:
    """Whether the outcome that was told of a specimen (empty: none) stands for now, because a correction of it waits for its second person.

    Two runs that are corrected are two corrections. Between the two agreements the tube would be grey for a moment, its people asked again, and asked
    no more; so what was told is judged anew when no correction of it waits any longer. What was told to nobody cannot flicker: it is judged at once.
    """
    return bool(told) and any(run.waits for run in runs)


def entered_positive(runs: Sequence[RunFact]) -> UUID | None:
    """Who entered the newest positive run that counts: whoever confirms the positive must be somebody else."""
    return next((run.entered_by for run in reversed(standing(runs)) if run.outcome == "positive"), None)


Values = tuple[float | None, float | None, str]
"""What a run says: cycle numbers of its two targets, and its outcome."""


def same_run(one: Values, other: Values) -> bool:
    """The same cycle numbers are the same run, whatever the limits were on its day; without any, the outcome tells."""
    return one[:2] == other[:2] and (one[:2] != (None, None) or one[2] == other[2])
