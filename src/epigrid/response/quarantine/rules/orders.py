"""Judgements about holds, orders, releases, transfers. Pure: no Django, no clock, no I/O."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from epigrid.kernel.errors import DomainError, NotAllowed
from epigrid.kernel.verdicts import Clause, Evidence, Verdict

ONE_DAY = timedelta(days=1)
KINDS = ("site", "home", "treatment")
LIVING = frozenset({"issued", "served"})


class NothingToIssue(DomainError):
    """None of these stands proposed."""

    reason = "measure.nothing-to-issue"


class HoldTooLong(DomainError):
    """A hold is no longer than its clause (or the written delegation) allows."""

    reason = "hold.too-long"


class ReasonMissing(DomainError):
    """Extending, refusing, ending early needs a reason."""

    reason = "measure.reason-missing"


class MeasureEnded(DomainError):
    """The measure is over."""

    reason = "measure.ended"


class OneByOne(DomainError):
    """Minors, dependants, people under treatment and doubtful matters are decided one by one, never in bulk; `details` names them."""

    reason = "order.one-by-one"


class UnequalEvidence(DomainError):
    """Bulk signing is for equal evidence only: the same case, class and day of last exposure."""

    reason = "order.unequal-evidence"


class ContactMissing(DomainError):
    """An order rests on a judged close contact or an infection; people of an affected place are tested, not quarantined."""

    reason = "order.contact-missing"


class StayNotOver(DomainError):
    """The stay may not end yet; `details` says why and what would change it."""

    reason = "stay.not-over"


class SiteFull(DomainError):
    """No bed is free: another site is needed (S-137)."""

    reason = "site.full"


class SiteNotReady(DomainError):
    """The opening list of the site is not done: guests moved, cleaned, rooms listed."""

    reason = "site.not-ready"


class VehicleFull(DomainError):
    """The vehicle carries fewer people."""

    reason = "transfer.vehicle-full"


class DependantsUnasked(DomainError):
    """Nobody leaves before the question for children, elders, patients and pets at home is answered (X22)."""

    reason = "transfer.dependants-unasked"


class ChildAlone(DomainError):
    """A child travels and stays with a parent or guardian."""

    reason = "transfer.child-alone"


class NotDisinfected(DomainError):
    """The vehicle was not disinfected after its last trip."""

    reason = "transfer.not-disinfected"


class OwnAppeal(NotAllowed):
    """A reviewer is neither the decider nor under him."""

    reason = "appeal.own-decision"


class AppealAnswered(DomainError):
    """The appeal was answered."""

    reason = "appeal.answered"


class AnswerMissing(DomainError):
    """An appeal is answered in writing."""

    reason = "appeal.answer-missing"


@dataclass(frozen=True, kw_only=True)
class HoldPolicy(Clause):
    """A hold that awaits a retest: at most so long, retested within, alarm before its end."""

    key: ClassVar[str] = "hold"
    max_hours: int
    retest_hours: int
    alarm_hours_before: int


@dataclass(frozen=True, kw_only=True)
class StayPolicy(Clause):
    """The quarantine of a close contact: days at the site and at home from the last exposure, test days, what a release needs."""

    key: ClassVar[str] = "stay.contact"
    site_days: int
    home_days: int
    test_days: tuple[int, ...] | None
    home_test_days: tuple[int, ...] | None
    transfer_hours: int
    release_needs: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class TreatmentPolicy(Clause):
    """Isolation for treatment: discharge tests, monitoring, review."""

    key: ClassVar[str] = "treatment"
    ct_at_least: float
    tests_needed: int
    hours_between: int
    monitoring_days: int
    review_days: int


class Ending(StrEnum):
    """What a stay's verdict says."""

    WAIT = "wait"
    MAY_END = "may-end"
    BECAME_CASE = "became-case"


@dataclass(frozen=True, kw_only=True)
class TestResult:
    """One single test: when sampled, outcome."""

    id: str
    sampled_at: datetime
    sampled_on: date
    outcome: str


def hold_until(*, issued_at: datetime, hours: int | None, policy: HoldPolicy) -> datetime:
    """The end of a hold: the clause's hours, or fewer; never more."""
    wanted = policy.max_hours if hours is None else hours
    if not 0 < wanted <= policy.max_hours:
        raise HoldTooLong(hours=wanted, max_hours=policy.max_hours)
    return issued_at + timedelta(hours=wanted)


def stay_dates(*, last_exposure: date, kind: str, policy: StayPolicy) -> tuple[date, date]:
    """First day after the exposure and the last day of a phase. D0 is the day of the last exposure: a late order does not lengthen the stay."""
    site_last = last_exposure + timedelta(days=policy.site_days)
    if kind == "site":
        return last_exposure + ONE_DAY, site_last
    return site_last + ONE_DAY, site_last + timedelta(days=policy.home_days)


def first_kind(policy: StayPolicy) -> str:
    """With which phase a contact's quarantine begins: at a site, or at home where the regime has no days at a site."""
    return "site" if policy.site_days else "home"


def test_dates(*, last_exposure: date, kind: str, policy: StayPolicy) -> list[date]:
    """The days on which a person in a phase is tested."""
    first, _ = stay_dates(last_exposure=last_exposure, kind=kind, policy=policy)
    days = policy.test_days if kind == "site" else policy.home_test_days
    return [first + timedelta(days=day - 1) for day in days or ()]


def judge_ending(
    *, last_exposure: date, kind: str, results: Sequence[TestResult], environment_negative: bool, policy: StayPolicy, today: date
) -> Verdict[Ending]:
    """Say whether a phase may end on `today` (local day of the area), and by which clause.

    A positive single test always wins. The days must be full, the last planned test negative, and at a site the environment negative.
    """
    evidence = [Evidence(kind="test", id=result.id, at=result.sampled_at, says=result.outcome) for result in results]
    if any(result.outcome == "positive" for result in results):
        return policy.verdict(Ending.BECAME_CASE, reason="stay.positive-test", evidence=evidence)
    _, last_day = stay_dates(last_exposure=last_exposure, kind=kind, policy=policy)
    if today < last_day:
        return policy.verdict(Ending.WAIT, reason="stay.days-not-passed", evidence=evidence, changes_by=last_day.isoformat())
    final_test = test_dates(last_exposure=last_exposure, kind=kind, policy=policy)[-1:]
    negative = [result for result in results if result.outcome == "negative" and final_test and result.sampled_on >= final_test[0]]
    if final_test and not negative:
        return policy.verdict(Ending.WAIT, reason="stay.last-test-missing", evidence=evidence, changes_by="test")
    if kind == "site" and "environment-negative" in policy.release_needs and not environment_negative:
        return policy.verdict(Ending.WAIT, reason="stay.environment-open", evidence=evidence, changes_by="environment")
    return policy.verdict(Ending.MAY_END, reason="stay.days-passed", evidence=evidence)


class HoldEnding(StrEnum):
    """What a hold's verdict says."""

    WAIT = "wait"
    FREE = "free"
    CASE = "case"


TUBE_CORRECTED = "hold.tube-corrected"
"""Why a hold ended whose tube is positive no more."""


@dataclass(frozen=True, kw_only=True)
class PoolEvidence:
    """What is known now of a tube for which people are held.

    `stands`: it reads positive still; `retests`: outcomes of single tests since, person by person; `judged`: what an investigator judged of a person.
    """

    stands: bool
    retests: Mapping[UUID, Sequence[str]]
    judged: Mapping[UUID, str]

    @property
    def has_case(self) -> bool:
        """Whether a single retest found somebody of the tube positive."""
        return any("positive" in outcomes for outcomes in self.retests.values())


def judge_hold(
    *, own: Sequence[str], retests_needed: int, tube_stands: bool, tube_has_case: bool, tube_open: bool, judged: str
) -> tuple[HoldEnding, str]:  # fmt: skip
    """Say whether a held person is free: (ending, reason).

    `own` are the outcomes of his single retests. A positive makes a case. When all of the tube are negative, everybody is free at once. While another
    retest of the tube is open (`tube_open`), or when one became a case, he waits for the investigator's "no contact" (`judged`), at the latest until the
    hold's own end. A tube that is positive no more (`tube_stands`: its result was corrected) holds nobody a moment longer, whatever is still open; only
    a case among its people does (procedures 2, laws of liberty: no binding measure without a living reason).
    """
    if "positive" in own:
        return HoldEnding.CASE, "hold.became-case"
    if judged in ("close-contact",):
        return HoldEnding.FREE, "hold.became-contact"
    if not tube_stands and not tube_has_case:
        return HoldEnding.FREE, TUBE_CORRECTED
    clean = len([outcome for outcome in own if outcome == "negative"]) >= retests_needed
    if not clean:
        return HoldEnding.WAIT, "hold.retest-open"
    if (tube_has_case or tube_open) and judged not in ("none", "exposed"):
        return HoldEnding.WAIT, "hold.judgement-open" if tube_has_case else "hold.tube-open"
    return HoldEnding.FREE, "hold.no-contact" if tube_has_case else "hold.all-negative"


def check_bulk(*, evidence: Iterable[tuple[object, ...]], alone: Iterable[UUID], count: int) -> None:
    """Refuse bulk signing of unequal evidence or of people who are decided one by one."""
    if count < 2:
        return
    special = sorted(alone)
    if special:
        raise OneByOne(persons=[str(person) for person in special])
    if len(set(evidence)) > 1:
        raise UnequalEvidence(kinds=len(set(evidence)))


@dataclass(frozen=True, kw_only=True)
class FourChecks:
    """The four verifications of one person (S-131), computed from facts, never ticked."""

    person_id: UUID
    identity: bool
    location: bool
    test: bool
    control: bool

    @property
    def under_control(self) -> bool:
        """Counted only with all four."""
        return self.identity and self.location and self.test and self.control


def compare(sent: Iterable[UUID], found: Iterable[UUID]) -> tuple[tuple[UUID, ...], tuple[UUID, ...]]:
    """Missing and extra people between the sender's and the receiver's list (S-138)."""
    left, right = set(sent), set(found)
    return tuple(sorted(left - right)), tuple(sorted(right - left))


def check_children(*, children: Mapping[UUID, UUID | None], travelling: Iterable[UUID]) -> None:
    """Refuse a list on which a child travels without its guardian."""
    aboard = set(travelling)
    alone = [child for child, guardian in children.items() if child in aboard and guardian is not None and guardian not in aboard]
    if alone:
        raise ChildAlone(children=[str(child) for child in sorted(alone)])
