"""How long a negative test counts, per context, and when a routine test is due (S-102, S-228, C04). Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import ClassVar

from epigrid.kernel.errors import DomainError
from epigrid.kernel.verdicts import Clause, Evidence, Verdict

ONE_DAY = timedelta(days=1)
HOURS = {"venue": "venue_hours", "entry": "entry_hours", "boarding": "boarding_hours"}
"""Contexts in which one negative counts for some hours, and the field that says how many."""
CONTEXTS = (*HOURS, "travel", "helper")


class ContextUnknown(DomainError):
    """A proof is asked for at a venue, at an entry, when boarding, for travel or of a helper."""

    reason = "proof.context-unknown"


class NumberUnset(DomainError):
    """The clause leaves a value unset on which the judgement depends; `details` names clause and field."""

    reason = "sampling.number-unset"


@dataclass(frozen=True, kw_only=True)
class ValidityPolicy(Clause):
    """One table per context (C04): hours from sample or report, tests within days for travel, a negative on each of the last days for helpers."""

    key: ClassVar[str] = "validity"
    venue_hours: int | None
    entry_hours: int | None
    boarding_hours: int | None
    travel_tests: int | None
    travel_days: int | None
    travel_separate_days: bool | None
    helper_days: int | None
    counts_from: str | None


@dataclass(frozen=True, kw_only=True)
class RoutinePolicy(Clause):
    """How often everybody is tested, and people of key places; a missed test can only remind."""

    key: ClassVar[str] = "routine"
    interval_days: int | None
    key_interval_days: int | None


@dataclass(frozen=True, kw_only=True)
class Taken:
    """One test of a person. `reported_at` None: no report time is known, then the sample's stands for it (the earlier one)."""

    id: str
    outcome: str
    sampled_at: datetime
    reported_at: datetime | None = None


def judge_proof(*, context: str, tests: Sequence[Taken], at: datetime, zone: tzinfo, policy: ValidityPolicy) -> Verdict[str]:
    """Whether a person's tests are the proof that a context asks for at a moment: `pass` or `fail`.

    Known at the moment is what was sampled and reported by then. A positive voids the negatives before it; a result that is neither voids nothing and proves
    nothing. `changes_at` is the moment a pass expires, or at which the newest negative expired; `missing` names local days (`zone`). What a clause does
    not set is refused (`NumberUnset`) where the answer depends on it: `counts_from` only when sample and report give different answers.
    """
    if context not in CONTEXTS:
        raise ContextUnknown(context=context, contexts=list(CONTEXTS))
    known = sorted((one for one in tests if max(one.sampled_at, one.reported_at or one.sampled_at) <= at), key=lambda one: (one.sampled_at, one.id))
    positive = [one for one in known if one.outcome == "positive"][-1:]
    good = [one for one in known if one.outcome == "negative" and all(one.sampled_at > other.sampled_at for other in positive)]
    if positive and not good:
        return policy.verdict("fail", reason="proof.positive", evidence=_evidence(positive), changes_by="test")
    if context == "helper":
        return _each_day(good, at, zone, policy)
    if context == "travel":
        return _several(good, at, zone, policy)
    return _one(good, at, _needed(HOURS[context], policy), policy)


def _needed(field: str, policy: Clause) -> int:
    value: int | None = getattr(policy, field)
    if value is None:
        raise NumberUnset(field=field, clause=policy.clause_id)
    return value


def _evidence(tests: Sequence[Taken]) -> list[Evidence]:
    return [Evidence(kind="test", id=one.id, at=one.sampled_at, says=one.outcome) for one in tests]


def _from_sample(test: Taken) -> datetime:
    return test.sampled_at


def _from_report(test: Taken) -> datetime:
    return test.reported_at or test.sampled_at


def _counted(policy: ValidityPolicy, judge: Callable[[Callable[[Taken], datetime]], Verdict[str]]) -> Verdict[str]:
    """The verdict counted from what the clause says; where it says nothing, from the sample, if the report gives the same outcome."""
    if policy.counts_from is not None:
        return judge(_from_report if policy.counts_from == "report" else _from_sample)
    strict = judge(_from_sample)
    if strict.outcome != judge(_from_report).outcome:
        raise NumberUnset(field="counts_from", clause=policy.clause_id)
    return strict


def _one(good: Sequence[Taken], at: datetime, hours: int, policy: ValidityPolicy) -> Verdict[str]:
    def judge(start: Callable[[Taken], datetime]) -> Verdict[str]:
        newest = max(good, key=lambda one: (start(one), one.id), default=None)
        if newest is None:
            return policy.verdict("fail", reason="proof.none", changes_by="test", hours=hours)
        ends = start(newest) + timedelta(hours=hours)
        outcome, reason = ("pass", "proof.valid") if at < ends else ("fail", "proof.expired")
        return policy.verdict(outcome, reason=reason, evidence=_evidence([newest]), changes_at=ends, changes_by="test", hours=hours)

    return _counted(policy, judge)


def _several(good: Sequence[Taken], at: datetime, zone: tzinfo, policy: ValidityPolicy) -> Verdict[str]:
    """So many negatives within so many times 24 hours. Separate days are asked for only by a clause that says so."""
    needed, days = _needed("travel_tests", policy), _needed("travel_days", policy)
    window = timedelta(days=days)

    def judge(start: Callable[[Taken], datetime]) -> Verdict[str]:
        within = [one for one in good if at < start(one) + window]
        counted = _newest_per_day(within, zone) if policy.travel_separate_days else within
        counted = sorted(counted, key=lambda one: (start(one), one.id))[-needed:]
        if len(counted) == needed:
            ends = start(counted[0]) + window
            return policy.verdict(
                "pass", reason="proof.valid", evidence=_evidence(counted), changes_at=ends, changes_by="test", tests=needed, days=days
            )
        covered = {_day(one.sampled_at, zone) for one in within}
        first, last = _day(at - window, zone), _day(at, zone)
        open_days = [day for day in _days(first, last) if day not in covered]
        missing = [day.isoformat() for day in open_days[len(open_days) - min(len(open_days), needed - len(counted)) :]]
        return policy.verdict(
            "fail", reason="proof.tests-missing", evidence=_evidence(counted), changes_by="test", missing=missing, tests=needed, days=days
        )

    return _counted(policy, judge)


def _each_day(good: Sequence[Taken], at: datetime, zone: tzinfo, policy: ValidityPolicy) -> Verdict[str]:
    """A negative on each of the last days, which end today or, while today's result is not there yet, yesterday."""
    days = _needed("helper_days", policy)
    today = _day(at, zone)
    covered = {_day(one.sampled_at, zone): one for one in good}
    runs = [_days(end - (days - 1) * ONE_DAY, end) for end in (today, today - ONE_DAY)]
    lacking = [[day for day in run if day not in covered] for run in runs]
    best = min((0, 1), key=lambda number: len(lacking[number]))
    evidence = _evidence([covered[day] for day in runs[best] if day in covered])
    if lacking[best]:
        missing = [day.isoformat() for day in lacking[best]]
        return policy.verdict("fail", reason="proof.days-missing", evidence=evidence, changes_by="test", missing=missing, days=days)
    ends = datetime.combine(runs[best][-1] + 2 * ONE_DAY, time(), zone)
    return policy.verdict("pass", reason="proof.valid", evidence=evidence, changes_at=ends, changes_by="test", days=days)


def _day(moment: datetime, zone: tzinfo) -> date:
    return moment.astimezone(zone).date()


def _days(first: date, last: date) -> list[date]:
    return [first + number * ONE_DAY for number in range((last - first).days + 1)]


def _newest_per_day(tests: Sequence[Taken], zone: tzinfo) -> list[Taken]:
    return list({_day(one.sampled_at, zone): one for one in tests}.values())


def judge_routine(*, last: date | None, today: date, key_place: bool, policy: RoutinePolicy) -> Verdict[str]:
    """Whether somebody's routine test is `not-due`, `due` (today is its day, or none is known), or missed: then he is reminded (`remind`), and nothing else.

    `last` is the local day of his last sampling; `due` in the details is the next day. People of key places have an interval of their own.
    """
    interval = _needed("key_interval_days" if key_place else "interval_days", policy)
    due = today if last is None else last + timedelta(days=interval)
    outcome = "not-due" if today < due else "due" if today == due else "remind"
    evidence = [] if last is None else [Evidence(kind="test", id=last.isoformat())]
    return policy.verdict(outcome, reason=f"routine.{outcome}", evidence=evidence, changes_by=due.isoformat(), due=due.isoformat(), days=interval)
