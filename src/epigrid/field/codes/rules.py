"""Judgements about status and gates. Pure."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar
from uuid import UUID

from epigrid.kernel.errors import DomainError
from epigrid.kernel.verdicts import Clause, Evidence, Verdict

EFFECTS = ("clear", "hold", "stay")
"""Statuses from free to bound; the strictest active reason gives the status."""
REASONS = frozenset({"hold", "quarantine", "home-quarantine", "treatment", "zone"})
"""The closed list of reasons: each comes from a decided measure (X02)."""
WAYS = frozenset({"pass", "home", "medical", "fire"})
NEVER_REFUSED = frozenset({"home", "medical", "fire"})
COLOURS = frozenset({"green", "yellow", "red"})
ENDED = "released"
"""The reason of a request for green: a measure ended."""
SPECIAL = frozenset({"nursing-home", "welfare-home", "hospital", "kindergarten", "school"})
"""Places that still check when public ones no longer do (new ten measures, 2022-12-07: policy-facts 1.4)."""


class ReasonUnknown(DomainError):
    """A status has a health reason of the closed list, with source, decider and end; nothing else is one (X02)."""

    reason = "status.reason-unknown"


class NumberUnset(DomainError):
    """The clause leaves a value unset on which the judgement depends; `details` names clause and field."""

    reason = "entry.number-unset"


class ColourUnknown(DomainError):
    """The province's colours are green, yellow and red."""

    reason = "colour.unknown"


@dataclass(frozen=True, kw_only=True)
class CodePolicy(Clause):
    """For which reasons a colour may be requested, and how soon the province answers."""

    key: ClassVar[str] = "code"
    reasons: tuple[str, ...]
    answer_minutes: int | None


@dataclass(frozen=True, kw_only=True)
class EntryPolicy(Clause):
    """What entrances check and at which places, and the test on arrival. A check that no clause names is not asked for."""

    key: ClassVar[str] = "entry"
    checks: tuple[str, ...] | None
    places: str | None
    on_arrival_tests: int | None
    on_arrival_days: int | None
    on_arrival_binds: bool | None
    declaration: bool | None


@dataclass(frozen=True, kw_only=True)
class Reason:
    """One active reason: kind, the measure it comes from, its effect, who decided it, from when until when."""

    kind: str
    source_id: UUID
    effect: str
    since: datetime
    until: datetime
    decided_by: UUID | None


def check(reasons: Iterable[Reason]) -> None:
    """Refuse a reason outside the closed list, without a decider, or without an end after its start."""
    for reason in reasons:
        if reason.kind not in REASONS or reason.effect not in EFFECTS or reason.decided_by is None or reason.until <= reason.since:
            raise ReasonUnknown(kind=reason.kind, effect=reason.effect)


def check_request(*, wanted: str, reason: str) -> None:
    """Refuse to ask for a colour without a health reason of the closed list; green may also be asked for because a measure ended (S-154, X02)."""
    if wanted not in COLOURS:
        raise ColourUnknown(colour=wanted)
    if reason not in REASONS and (wanted, reason) != ("green", ENDED):
        raise ReasonUnknown(kind=reason)


def status_of(reasons: Iterable[Reason], now: datetime) -> str:
    """The strictest effect of the reasons active at `now`; clear without any."""
    active = [EFFECTS.index(reason.effect) for reason in reasons if reason.since <= now < reason.until]
    return EFFECTS[max(active, default=0)]


def gate_answer(*, status: str, way: str, has_release_paper: bool) -> str:
    """What a guard is told: `pass`, `call-desk` or `medical`.

    An emergency passes (medical), the fire exit and the way home are never refused (X06), a release paper beats every late code.
    """
    if way == "medical":
        return "medical"
    if way in NEVER_REFUSED or has_release_paper or status == "clear":
        return "pass"
    return "call-desk"


def answer_by(now: datetime, policy: CodePolicy) -> datetime | None:
    """By when the province should have answered, or None where nobody set it."""
    return None if policy.answer_minutes is None else now + timedelta(minutes=policy.answer_minutes)


def judge_entrance(*, kind: str, policy: EntryPolicy) -> Verdict[tuple[str, ...]]:
    """What an entrance of a kind of place asks for, in the clause's order (C05): everything at public places, or at special ones only, or nothing."""
    if not policy.checks:
        return policy.verdict((), reason="entrance.no-checks")
    if policy.places is None:
        raise NumberUnset(field="places", clause=policy.clause_id)
    if policy.places == "special" and kind not in SPECIAL:
        return policy.verdict((), reason="entrance.special-places-only", evidence=[Evidence(kind="place", id=kind)])
    return policy.verdict(policy.checks, reason=f"entrance.{policy.places}", evidence=[Evidence(kind="place", id=kind)])


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """What somebody who arrives is asked: so many tests within so many days, whether that binds him, whether he declares himself to the community."""

    tests: int
    days: int
    binds: bool
    declaration: bool


def judge_arrival(*, policy: EntryPolicy) -> Verdict[Arrival]:
    """What an arrival is asked. A test that does not bind never holds him up; where nobody says whether it binds, that is asked for (`NumberUnset`)."""
    tests = policy.on_arrival_tests or 0
    if tests:
        for field in ("on_arrival_days", "on_arrival_binds"):
            if getattr(policy, field) is None:
                raise NumberUnset(field=field, clause=policy.clause_id)
    asked = Arrival(
        tests=tests,
        days=(policy.on_arrival_days or 0) if tests else 0,
        binds=bool(tests and policy.on_arrival_binds),
        declaration=bool(policy.declaration),
    )
    reason = "arrival.no-test" if not tests else "arrival.must-test" if asked.binds else "arrival.may-test"
    return policy.verdict(asked, reason=reason)


LONGEST_PASS = timedelta(hours=24)
"""A pass is good for at most a day; the status that it tells may be newer by then."""
LIST_GOOD = timedelta(hours=12)
"""How long a list of withdrawn passes is trusted (design value: a shift); after it a gate asks the desk, it never stops anybody by itself."""


class PassForged(DomainError):
    """Not a pass: no signature of a key that is known here, or not a whole text. Nothing of it is believed."""

    reason = "pass.forged"


@dataclass(frozen=True, kw_only=True)
class Pass:
    """What a pass says: a random id, the tree, the status, when the last sample was taken (None: not known), issued and valid until. No name, no place."""

    id: UUID
    tree: str
    status: str
    sampled_at: datetime | None
    issued_at: datetime
    until: datetime


def pass_of(*, pass_id: UUID, tree: str, reasons: Iterable[Reason], sampled_at: datetime | None, now: datetime) -> Pass:
    """The pass for the reasons active at `now`: good for `LONGEST_PASS`, and never beyond the moment at which one of the known reasons begins or ends."""
    known = list(reasons)
    moments = [moment for reason in known for moment in (reason.since, reason.until) if moment > now]
    return Pass(
        id=pass_id,
        tree=tree,
        status=status_of(known, now),
        sampled_at=sampled_at,
        issued_at=now,
        until=min([now + LONGEST_PASS, *moments]),
    )


def status_by_pass(*, found: Pass | None, withdrawn: Collection[UUID], list_until: datetime, now: datetime) -> str:
    """The status that a gate goes by when a pass is shown (None: none, or a forged one): what the pass says while it is good, else `hold`.

    An ended or withdrawn pass, and a list of withdrawn ones that is too old, mean to ask the desk, never to stop (`gate_answer`): emergencies, the fire
    exit and the way home need no pass (X06).
    """
    good = found is not None and found.issued_at <= now < found.until and found.id not in withdrawn and now < list_until
    return found.status if found is not None and good else "hold"
