"""Judgements of the laboratory. Pure: no Django, no clock, no I/O."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from epigrid.kernel.errors import DomainError
from epigrid.kernel.verdicts import Clause, Verdict

OUTCOMES = ("negative", "positive", "grey", "single-target", "invalid")
MAX_CQ = 60.0
"""No real-time PCR runs longer: a larger cycle number is a typing error."""


@dataclass(frozen=True, kw_only=True)
class ReadingPolicy(Clause):
    """How cycle numbers are read. Cq = 0 or none means: nothing was found."""

    key: ClassVar[str] = "reading"
    positive_ct_below: float
    grey_ct_below: float
    rerun_positive: bool


class AlreadyResolved(DomainError):
    """Somebody resolved this reading before."""

    reason = "inbox.already-resolved"


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


def read_run(row: ResultRow, policy: ReadingPolicy) -> Verdict[str]:
    """The outcome of one run.

    Two targets: both below the positive limit is positive, one is `single-target`; any in the grey zone is `grey`; none found is negative. One
    target (some kits and the older files): that one decides. A stated `invalid` (no internal control) always wins.
    """
    found = [ct for ct in (row.orf_ct, row.n_ct) if ct is not None and ct > 0]
    below = [ct for ct in found if ct < policy.positive_ct_below]
    if row.stated == "invalid":
        return policy.verdict("invalid", reason="reading.no-internal-control")
    if not found or all(ct >= policy.grey_ct_below for ct in found):
        return policy.verdict("negative", reason="reading.nothing-found")
    if len(below) >= row.targets:
        return policy.verdict("positive", reason="reading.below-limit")
    if below:
        return policy.verdict("single-target", reason="reading.single-target")
    return policy.verdict("grey", reason="reading.grey-zone")


def final(outcomes: list[str], policy: ReadingPolicy) -> str | None:
    """What all runs of a specimen say together, or None while a positive awaits its re-run.

    Two positive runs are positive; a positive then anything else is grey (sampled again, nobody held); otherwise the last run stands.
    """
    if not outcomes:
        return None
    if outcomes.count("positive") >= (2 if policy.rerun_positive else 1):
        return "positive"
    if "positive" in outcomes:
        return None if len(outcomes) == 1 else "grey"
    return outcomes[-1]
