"""Judgements about zones. Pure: no Django, no clock, no I/O."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from epigrid.kernel.errors import DomainError
from epigrid.kernel.verdicts import Clause, Evidence, Verdict

LEVELS = ("none", "low", "provisional", "high")
"""From free to strict; the strictest zone that covers a dwelling is its level (S-167)."""
BINDING = frozenset({"provisional", "high"})
SERVICES = ("food", "medicine", "waste", "care", "medical-exit")
OPENING = (
    "inside-list",
    "outside-list",
    "needs-census",
    "hotline",
    "service-owners",
    "supply-points-lost",
    "fire-exits",
    "medical-exits",
    "zone-lead",
    "guard-roster",
)
"""The opening list (procedures 2, step 4)."""
NOT_COUNTED = frozenset({"site-quarantine", "home-quarantine", "closed-loop", "re-positive", "inbound-old"})
SMALLEST = ("room", "floor", "unit", "building", "compound")
FLOOR_HOUSEHOLDS = 10
"""A notice names nothing smaller than a unit, or a floor with at least ten households (procedures 2, step 7)."""


class ReviewMissing(DomainError):
    """A zone has a review moment in the future (X04)."""

    reason = "zone.review-missing"


class TooWide(DomainError):
    """A smaller unit would do: say in writing why the larger one is needed (S-166, X04)."""

    reason = "zone.too-wide"


class StayHomeOnLow(DomainError):
    """A low zone never binds anybody to his home (S-163)."""

    reason = "zone.stay-home-on-low"


class ServiceMissing(DomainError):
    """No stay-home duty without service owners and a hotline (S-148, X05)."""

    reason = "zone.service-missing"


class LeadMissing(DomainError):
    """No zone goes active without its zone lead (S-173)."""

    reason = "zone.lead-missing"


class ExitMissing(DomainError):
    """A barrier needs a note of its fire and medical exits (X07)."""

    reason = "zone.exit-missing"


class NotDue(DomainError):
    """The conditions of the downgrade are not met yet; early release needs a written reason of the deciding office."""

    reason = "zone.not-due"


class ZoneEnded(DomainError):
    """The zone is over."""

    reason = "zone.ended"


class NoticeAmbiguous(DomainError):
    """A place in the notice is smaller than a unit (or a floor with ten households), or is not told apart from another (S-167)."""

    reason = "notice.ambiguous"


class NoticeEmpty(DomainError):
    """A notice announces at least one change."""

    reason = "notice.empty"


@dataclass(frozen=True, kw_only=True)
class ZonePolicy(Clause):
    """The high-risk area: how many clean days, rounds in the first days, final round, units, measures, review."""

    key: ClassVar[str] = "zone.high"
    clean_days: int
    rounds_first_days: int
    final_round_required: bool
    units: tuple[str, ...]
    measures: tuple[str, ...]
    overdue_red_days: int
    review_hours: int | None
    not_counted: tuple[str, ...] | None = None


@dataclass(frozen=True, kw_only=True)
class ProvisionalPolicy(Clause):
    """How long a provisional area may stand without a decision."""

    key: ClassVar[str] = "zone.provisional"
    max_hours: int


class Next(StrEnum):
    """What a zone's day count says."""

    WAIT = "wait"
    FINAL_ROUND = "final-round"
    PROPOSE = "propose"


def judge_downgrade(*, clean_since: date, today: date, final_round_clean: bool, open_questions: int, policy: ZonePolicy) -> Verdict[Next]:
    """Say whether the days are full on `today` (local day of the area) and what is still needed.

    `clean_since` is the day of the designation or of the last infection that counts: that day is D0, `clean_days` full days follow, and the
    proposal stands at the close of the last of them (S-165: last case on 19 Nov, 20-24 clear, proposal at the close of 24).
    """
    last_day = clean_since + timedelta(days=policy.clean_days)
    evidence = [Evidence(kind="clean-since", id=clean_since.isoformat())]
    if today < last_day:
        return policy.verdict(Next.WAIT, reason="zone.days-not-full", evidence=evidence, changes_by=last_day.isoformat())
    if open_questions:
        return policy.verdict(Next.WAIT, reason="zone.spread-question-open", evidence=evidence, changes_by="spread.judge")
    if policy.final_round_required and not final_round_clean:
        return policy.verdict(Next.FINAL_ROUND, reason="zone.final-round-needed", evidence=evidence, changes_by="round")
    if today == last_day:
        return policy.verdict(Next.WAIT, reason="zone.last-day-runs", evidence=evidence, changes_by=(last_day + timedelta(days=1)).isoformat())
    return policy.verdict(Next.PROPOSE, reason="zone.days-full", evidence=evidence, changes_by="zone.downgrade")


def counts(*, found: str, spread: bool | None, policy: ZonePolicy) -> str:
    """Whether an infection restarts a zone's days: `restart`, `ignore`, or `ask` while nobody judged the spread of one found under control."""
    under_control = found in (policy.not_counted if policy.not_counted is not None else NOT_COUNTED)
    if not under_control:
        return "restart"
    if spread is None:
        return "ask"
    return "restart" if spread else "ignore"


def strictest(levels: Iterable[str]) -> str:
    """The strictest of several levels."""
    return LEVELS[max((LEVELS.index(level) for level in levels), default=0)]


def check_stay_home(*, level: str, owners: Mapping[str, str], hotline: str, lead: UUID | None, policy_measures: Sequence[str]) -> None:
    """Refuse a stay-home duty on a low zone, without all service owners, a hotline and a zone lead."""
    if level not in BINDING or "stay-home" not in policy_measures:
        raise StayHomeOnLow(level=level)
    missing = [service for service in SERVICES if not owners.get(service, "").strip()]
    if missing or not hotline.strip():
        raise ServiceMissing(missing=missing or ["hotline"])
    if lead is None:
        raise LeadMissing()


def check_width(*, kinds: Sequence[str], allowed: Sequence[str], wider_reason: str) -> None:
    """Refuse units larger than the clause's without a written reason."""
    wide = [kind for kind in kinds if kind not in allowed and kind in SMALLEST and SMALLEST.index(kind) > SMALLEST.index("unit")]
    if wide and not wider_reason.strip():
        raise TooWide(units=sorted(set(wide)))


def review_moment(*, starts_at: datetime, level: str, policy: ZonePolicy | None, provisional: ProvisionalPolicy) -> datetime | None:
    """When a zone lapses without a decision: the clause's hours, or None where the deciding office must state it."""
    if level == "provisional":
        return starts_at + timedelta(hours=provisional.max_hours)
    return None if policy is None or policy.review_hours is None else starts_at + timedelta(hours=policy.review_hours)


def round_days(*, first_day: date, policy: ZonePolicy) -> list[date]:
    """The days of the area's first rounds: as many as the clause says, one a day, none after them (S-164)."""
    return [first_day + timedelta(days=number) for number in range(policy.rounds_first_days)]


@dataclass(frozen=True, kw_only=True)
class NoticeItem:
    """A change in a notice: district, place text, from which level to which."""

    district: str
    place: str
    level_from: str
    level_to: str


def check_item(*, kind: str, households: int, full_name: str) -> None:
    """Refuse a place that would point at single people (X12), or one whose name leaves out its building."""
    if kind in ("room", "bungalow") or (kind == "floor" and households < FLOOR_HOUSEHOLDS):
        raise NoticeAmbiguous(kind=kind, households=households)
    if kind == "unit" and "楼" not in full_name and "栋" not in full_name and "号院" not in full_name:
        raise NoticeAmbiguous(kind=kind, why="building missing")


def district_counts(items: Sequence[NoticeItem], level_to: str) -> dict[str, int]:
    """How many items per district, in order of appearance (S-168)."""
    found: dict[str, int] = {}
    for item in items:
        if item.level_to == level_to:
            found[item.district] = found.get(item.district, 0) + 1
    return found


def person_days(members: Iterable[tuple[datetime, datetime]]) -> float:
    """Restricted person-days of memberships (from, until)."""
    return sum((until - since).total_seconds() for since, until in members) / 86_400
