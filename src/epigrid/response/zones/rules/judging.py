"""Judgements about zones: width, days, downgrade, services, what a notice may name. Pure: no Django, no clock, no I/O."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from epigrid.kernel.errors import DomainError
from epigrid.kernel.verdicts import Evidence, Verdict
from epigrid.response.zones.rules.levels import BINDING, NumberUnset, ProvisionalPolicy, StaticPolicy, ZonePolicy

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


class StartRefused(DomainError):
    """A decision does not reach back, and a zone that takes over from another one takes over at once."""

    reason = "zone.start-refused"


class NoPlaces(DomainError):
    """A zone has at least one place; an outline holds none that is located."""

    reason = "zone.no-places"


class SurveyTooSmall(DomainError):
    """A survey of fewer households than the clause asks for says nothing."""

    reason = "zone.survey-too-small"


class StaticForbidden(DomainError):
    """The regime in force allows no order that makes an area stand still."""

    reason = "static.forbidden"


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


class Next(StrEnum):
    """What a zone's day count says."""

    WAIT = "wait"
    FINAL_ROUND = "final-round"
    PROPOSE = "propose"


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How a zone stands on a day: D0 of its count, whether it came from a stricter level, and what is known of rounds, contacts, questions, surveys.

    `clean_since` is the day of the designation or of the last infection that counts. `indicators` are the index readings of its surveys, oldest first.
    `contacts_clear`: whether the last contact's days since his last exposure are full and his test negative.
    """

    clean_since: date
    came_down: bool = False
    final_round_clean: bool = False
    contacts_clear: bool = False
    open_questions: int = 0
    indicators: tuple[float, ...] = ()


def days_needed(*, came_down: bool, policy: ZonePolicy) -> int:
    """Full days after D0: those of the level, or fewer for one that came down from a high one."""
    days = policy.after_high_days if came_down and policy.after_high_days is not None else policy.clean_days
    if days is None:
        raise NumberUnset(field="clean_days", clause=policy.clause_id)
    return days


def last_clean_day(*, clean_since: date, came_down: bool, policy: ZonePolicy) -> date:
    """The last of the full days: D0 plus the days of the clause."""
    return clean_since + timedelta(days=days_needed(came_down=came_down, policy=policy))


def judge_downgrade(*, zone: Standing, policy: ZonePolicy, today: date) -> Verdict[Next]:
    """Say whether a zone's days are full on `today` (local day of the area) and what is still needed.

    D0 is the day of the designation or of the last counted infection, `clean_days` full days follow, and the proposal stands at the close of the last
    of them (S-165: last case on 19 Nov, 20-24 clear, proposal at the close of 24). Then the clause's other needs: contacts, final round, index.
    """
    last_day = last_clean_day(clean_since=zone.clean_since, came_down=zone.came_down, policy=policy)
    evidence = [Evidence(kind="clean-since", id=zone.clean_since.isoformat())]
    if today < last_day:
        return policy.verdict(Next.WAIT, reason="zone.days-not-full", evidence=evidence, changes_by=last_day.isoformat())
    if zone.open_questions:
        return policy.verdict(Next.WAIT, reason="zone.spread-question-open", evidence=evidence, changes_by="spread.judge")
    if policy.contacts_clear_days is not None and not zone.contacts_clear:
        return policy.verdict(Next.WAIT, reason="zone.contacts-not-clear", evidence=evidence, changes_by="test")
    if policy.indicator_below is not None and not _index_low(zone.indicators, policy):
        return policy.verdict(Next.WAIT, reason="zone.index-not-low", evidence=evidence, changes_by="survey")
    if policy.final_round_required and not zone.final_round_clean:
        return policy.verdict(Next.FINAL_ROUND, reason="zone.final-round-needed", evidence=evidence, changes_by="round")
    if today == last_day:
        return policy.verdict(Next.WAIT, reason="zone.last-day-runs", evidence=evidence, changes_by=(last_day + timedelta(days=1)).isoformat())
    return policy.verdict(Next.PROPOSE, reason="zone.days-full", evidence=evidence, changes_by="zone.downgrade")


def _index_low(indicators: Sequence[float], policy: ZonePolicy) -> bool:
    """Whether the last surveys in a row lie below the clause's index."""
    if policy.surveys_below is None or policy.indicator_below is None:
        raise NumberUnset(field="surveys_below", clause=policy.clause_id)
    last = indicators[-policy.surveys_below :]
    return len(last) == policy.surveys_below and all(value < policy.indicator_below for value in last)


def counts(*, found: str, spread: bool | None, policy: ZonePolicy) -> str:
    """Whether an infection restarts a zone's days: `restart`, `ignore`, or `ask` while nobody judged the spread of one found under control."""
    under_control = found in (policy.not_counted if policy.not_counted is not None else NOT_COUNTED)
    if not under_control:
        return "restart"
    if spread is None:
        return "ask"
    return "restart" if spread else "ignore"


def check_duty(*, level: str, owners: Mapping[str, str], hotline: str, lead: UUID | None, policy: ZonePolicy) -> str:
    """The duty that a level puts on its people; refused where it has none, without all service owners, a hotline and a zone lead."""
    if level not in BINDING or not policy.duty:
        raise StayHomeOnLow(level=level)
    missing = [service for service in SERVICES if not owners.get(service, "").strip()]
    if missing or not hotline.strip():
        raise ServiceMissing(missing=missing or ["hotline"])
    if lead is None:
        raise LeadMissing()
    return policy.duty


def check_width(*, kinds: Sequence[str], allowed: Sequence[str] | None, added: int, wider_reason: str) -> None:
    """Refuse, without a written reason, units larger than the clause's, and an enlargement that takes in more people (S-166, S-171, C10)."""
    units = ("unit",) if allowed is None else allowed
    wide = [kind for kind in kinds if kind not in units and kind in SMALLEST and SMALLEST.index(kind) > SMALLEST.index("unit")]
    if (wide or added) and not wider_reason.strip():
        raise TooWide(units=sorted(set(wide)), added=added)


def review_moment(*, starts_at: datetime, policy: ZonePolicy, provisional: ProvisionalPolicy | None) -> datetime | None:
    """When a zone lapses without a decision: the hours of its clause, or None where the deciding office must state the moment."""
    hours = policy.review_hours if provisional is None else provisional.max_hours
    return None if hours is None else starts_at + timedelta(hours=hours)


def check_static(*, reason: str, now: datetime, starts_at: datetime, review_at: datetime, policy: StaticPolicy) -> None:
    """Refuse an order to stand still that the regime forbids, without a reason, or without a review moment ahead within the clause's hours (S-180)."""
    if not policy.allowed:
        raise StaticForbidden(clause=policy.clause_id)
    latest = None if policy.review_hours is None else starts_at + timedelta(hours=policy.review_hours)
    if not reason.strip() or starts_at < now or review_at <= starts_at or (latest is not None and review_at > latest):
        raise ReviewMissing(latest=latest.isoformat() if latest else "")


def round_days(*, first_day: date, policy: ZonePolicy) -> list[date]:
    """The days of the area's rounds: as many first days as the clause says, one a day, none after them (S-164); or the clause's test days."""
    if policy.rounds_first_days is None:
        return [first_day + timedelta(days=day - 1) for day in policy.test_days or ()]
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
