"""Which measure a category of people gets under a regime: where, how long, which test days, from which day (S-095, C08). Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import ClassVar

from epigrid.kernel.errors import DomainError
from epigrid.kernel.verdicts import Clause, Evidence, Verdict

ONE_DAY = timedelta(days=1)
SITE_FIRST = "site-then-home"
ADVICE = frozenset({"self-monitoring", "exclusion", "follow-up"})
"""Ways that bind nobody: advice, carried by every class."""


class DayMissing(DomainError):
    """The day from which the days count is not known; `details` names it."""

    reason = "measure.day-missing"


class NumberUnset(DomainError):
    """The clause leaves a number unset that the measure needs; `details` names it."""

    reason = "measure.number-unset"


@dataclass(frozen=True, kw_only=True)
class MeasurePolicy(Clause):
    """The measure of one category. Days count from day 0, the day of the last exposure or of leaving; what is None is set by no source."""

    key: ClassVar[str] = "stay.contact"
    mode: str | None
    site_days: int | None
    home_days: int | None
    home_phase: str | None
    test_days: tuple[int, ...] | None
    home_test_days: tuple[int, ...] | None
    counts_from: str | None
    from_day: int | None
    first_contact_tests: int | None
    exempt_if_immune: bool | None
    follow_ups_per_day: int | None

    @property
    def binds(self) -> bool:
        """Whether the measure is an order; else it is advice."""
        return self.mode not in ADVICE


class ContactOfContactPolicy(MeasurePolicy):
    """Contacts of contacts; known until 2022-11-11."""

    key = "stay.contact-of-contact"


class InboundPolicy(MeasurePolicy):
    """People from abroad."""

    key = "stay.inbound"


class HighRiskHistoryPolicy(MeasurePolicy):
    """People who were in a high-risk area."""

    key = "stay.high-risk-history"


class MediumRiskHistoryPolicy(MeasurePolicy):
    """People who were in a medium-risk area; known until 2022-11-11."""

    key = "stay.medium-risk-history"


class LowRiskHistoryPolicy(MeasurePolicy):
    """People who were in a low-risk area; known in the 9th edition."""

    key = "stay.low-risk-history"


class HighRiskPostPolicy(MeasurePolicy):
    """People of high-risk posts who leave their closed loop."""

    key = "stay.high-risk-post"


CATEGORIES: Mapping[str, type[MeasurePolicy]] = {
    "close-contact": MeasurePolicy,
    "contact-of-contact": ContactOfContactPolicy,
    "inbound": InboundPolicy,
    "high-risk-history": HighRiskHistoryPolicy,
    "medium-risk-history": MediumRiskHistoryPolicy,
    "low-risk-history": LowRiskHistoryPolicy,
    "high-risk-post": HighRiskPostPolicy,
}
"""Category -> its clause. A regime whose pack lacks the table does not know the category."""


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """One phase of a measure: `site`, `quarantine`, `monitoring`, `exclusion` or `follow-up`, its first and last day, its test days."""

    kind: str
    first: date
    last: date
    tests: tuple[date, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What a person of a category does from when to when; no stretch: nothing (any more)."""

    mode: str
    binds: bool
    stretches: tuple[Stretch, ...]

    @property
    def last(self) -> date | None:
        """The last day of the last phase."""
        return self.stretches[-1].last if self.stretches else None

    @property
    def tests(self) -> tuple[date, ...]:
        """All test days."""
        return tuple(day for one in self.stretches for day in one.tests)

    def remaining(self, arrived: date) -> "Plan":
        """What is left for somebody who arrives on a day: days already spent elsewhere count ("make up the difference", policy-facts 1.2)."""
        left = tuple(
            Stretch(kind=one.kind, first=max(one.first, arrived), last=one.last, tests=tuple(day for day in one.tests if day >= arrived))
            for one in self.stretches
            if one.last >= arrived
        )
        return Plan(mode=self.mode, binds=self.binds, stretches=left)


@dataclass(frozen=True, kw_only=True)
class History:
    """What is known of a person: days of the area's calendar, and whether immunity is shown."""

    last_exposure: date | None = None
    first_exposure: date | None = None
    left: date | None = None
    immune: bool = False


def judge_measure(*, history: History, arrived: date | None, policy: MeasurePolicy) -> Verdict[Plan]:
    """The measure of a person's category under a regime, with its days and tests; for somebody who arrives later, what is left of it.

    `DayMissing` when the day from which the clause counts is not known, `NumberUnset` when the clause leaves it open how long.
    """
    start = _day_zero(history, policy)
    evidence = [Evidence(kind=policy.counts_from or "last-exposure", id=start.isoformat())]
    none = Plan(mode="none", binds=False, stretches=())
    if policy.exempt_if_immune and history.immune:
        return policy.verdict(none, reason="measure.immune", evidence=evidence)
    plan = Plan(mode=policy.mode or SITE_FIRST, binds=policy.binds, stretches=tuple(_stretches(start, history, policy)))
    left = plan if arrived is None else plan.remaining(arrived)
    if not left.stretches:
        return policy.verdict(none, reason="measure.days-passed", evidence=evidence)
    return policy.verdict(left, reason=f"measure.{left.mode}", evidence=evidence, changes_by=(left.stretches[-1].last + ONE_DAY).isoformat())


def _day_zero(history: History, policy: MeasurePolicy) -> date:
    field = {"leaving": "left", "first-exposure": "first_exposure"}.get(policy.counts_from or "", "last_exposure")
    day: date | None = getattr(history, field)
    if day is None:
        raise DayMissing(day=field, clause=policy.clause_id)
    return day


def _stretches(start: date, history: History, policy: MeasurePolicy) -> list[Stretch]:
    """The phases that have days, one after the other. A `from_day` counts from the first exposure and begins the only phase there is."""
    site, home = policy.site_days or 0, policy.home_days
    if home is None and not site:
        raise NumberUnset(field="home_days", clause=policy.clause_id)
    after = start + timedelta(days=site)
    first = after + ONE_DAY
    if policy.from_day is not None:
        first = (history.first_exposure or start) + timedelta(days=policy.from_day)
    kind = policy.mode if policy.mode in ("exclusion", "follow-up") else policy.home_phase or "quarantine"
    found = [("site", start + ONE_DAY, after, policy.test_days), (kind, first, after + timedelta(days=home or 0), policy.home_test_days)]
    return [
        Stretch(kind=name, first=begins, last=ends, tests=tuple(begins + timedelta(days=day - 1) for day in days or ()))
        for name, begins, ends, days in found
        if begins <= ends
    ]


def judge_secondary(*, own: Mapping[date, str], contact: tuple[str, ...], plan: Plan, policy: MeasurePolicy, today: date) -> Verdict[str]:
    """Whether a contact of a contact is free: `wait`, `free` or `contact` (treated as a contact from now on).

    `own` are his outcomes by day, `contact` the outcomes of his contact's tests in order. He is free on the last day when the contact's first tests
    (`first_contact_tests`) and his own planned ones are negative; he becomes a contact when the contact turns positive or a test is not negative by then.
    """
    if "positive" in contact or "positive" in own.values():
        return policy.verdict("contact", reason="secondary.became-contact")
    needed = policy.first_contact_tests or 0
    if plan.last is None or today < plan.last:
        return policy.verdict("wait", reason="stay.days-not-passed", changes_by=plan.last.isoformat() if plan.last else "")
    missing = [day.isoformat() for day in plan.tests if own.get(day) != "negative"]
    if contact[:needed] != ("negative",) * needed or missing:
        return policy.verdict("contact", reason="secondary.tests-missing", missing=missing)
    return policy.verdict("free", reason="secondary.all-negative")
