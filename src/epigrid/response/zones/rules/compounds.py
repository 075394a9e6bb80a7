"""Epidemic-free compounds (无疫小区): when the title is granted, when it becomes normal, when it is lost (S-376). Pure.

The days of a compound and the days of a zone are two clauses that share no number (C03).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import ClassVar

from epigrid.kernel.verdicts import Clause, Evidence, Verdict
from epigrid.response.zones.rules.levels import NumberUnset

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class CompoundPolicy(Clause):
    """Days without a new positive, who may not live there, who must be negative, the round after the grant, what the title is lost on."""

    key: ClassVar[str] = "clean-compound"
    clean_days: int | None
    no_contacts: bool | None
    all_tested: bool | None
    round_within_days: int | None
    revoke_on: tuple[str, ...] | None


@dataclass(frozen=True, kw_only=True)
class CompoundStanding:
    """What is known of a compound: since which day its positives are counted, the day of the last one, contacts who live there, people without a test, and
    people whose last test is not negative."""

    watched_since: date
    last_positive: date | None = None
    contacts: int = 0
    untested: int = 0
    not_negative: int = 0


@dataclass(frozen=True, kw_only=True)
class CompoundRound:
    """A round of a compound: the day on which its last result was read, how many people of the compound it did not reach, how many were not negative."""

    id: str
    day: date
    untested: int
    not_negative: int

    @property
    def of_everybody(self) -> bool:
        """Everybody tested, all negative."""
        return not self.untested and not self.not_negative


def judge_compound(*, standing: CompoundStanding, today: date, policy: CompoundPolicy) -> Verdict[str]:
    """Whether a compound may be granted the title: `grant`, or `wait` with the criteria that fail (`days`, `contacts`, `tests`).

    The days are full days after the day of the last positive (or of the first day watched). Ledgers, guarding and services are for the field check of people.
    """
    if policy.clean_days is None:
        raise NumberUnset(field="clean_days", clause=policy.clause_id)
    start = standing.last_positive or standing.watched_since - ONE_DAY
    first = start + (policy.clean_days + 1) * ONE_DAY
    failing = {
        "days": today < first,
        "contacts": bool(policy.no_contacts) and standing.contacts > 0,
        "tests": bool(policy.all_tested) and standing.untested + standing.not_negative > 0,
    }
    lacking = [name for name, fails in failing.items() if fails]
    evidence = [
        Evidence(
            kind="last-positive" if standing.last_positive else "watched-since", id=(standing.last_positive or standing.watched_since).isoformat()
        )
    ]
    if lacking:
        changes_by = first.isoformat() if lacking == ["days"] else lacking[-1]
        return policy.verdict("wait", reason=f"compound.{lacking[0]}-missing", evidence=evidence, changes_by=changes_by, lacking=lacking)
    return policy.verdict("grant", reason="compound.clean", evidence=evidence)


def judge_grant(
    *, granted: date, rounds: Sequence[CompoundRound], positives: Sequence[date], breached: bool, today: date, policy: CompoundPolicy
) -> Verdict[str]:
    """What became of a granted title by today: `normal`, `granted` (the round is open or overdue), or `lost`.

    A new positive or a breach since the grant costs it where the clause says so, whenever it comes. One round of everybody, completed within the days of the
    clause after the day of the grant and all negative, makes the compound normal on its completion; a round that is late does not.
    """
    if policy.round_within_days is None:
        raise NumberUnset(field="round_within_days", clause=policy.clause_id)
    lost = _lost_by(granted, positives, breached, today, policy)
    if lost:
        return policy.verdict("lost", reason=f"compound.{lost}", evidence=[Evidence(kind="grant", id=granted.isoformat())])
    last = granted + policy.round_within_days * ONE_DAY
    done = [one for one in rounds if granted <= one.day <= min(today, last) and one.of_everybody]
    if done:
        first = min(done, key=lambda one: (one.day, one.id))
        evidence = [Evidence(kind="round", id=first.id, says=first.day.isoformat())]
        return policy.verdict("normal", reason="compound.round-done", evidence=evidence, since=first.day.isoformat())
    reason = "compound.round-open" if today <= last else "compound.round-overdue"
    return policy.verdict("granted", reason=reason, evidence=[Evidence(kind="grant", id=granted.isoformat())], changes_by=last.isoformat())


def _lost_by(granted: date, positives: Sequence[date], breached: bool, today: date, policy: CompoundPolicy) -> str:
    revoking = policy.revoke_on
    if revoking is None:
        raise NumberUnset(field="revoke_on", clause=policy.clause_id)
    if "new-positive" in revoking and any(granted <= day <= today for day in positives):
        return "new-positive"
    return "breach" if breached and "breach" in revoking else ""
