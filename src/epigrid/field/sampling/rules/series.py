"""When rounds of an area begin, whom they ask, and when they stop (C07); the line at a sampling site (C06). Pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import ClassVar

from epigrid.field.sampling.rules.proofs import ONE_DAY, NumberUnset
from epigrid.kernel.verdicts import Clause, Evidence, Verdict


@dataclass(frozen=True, kw_only=True)
class AreaRoundPolicy(Clause):
    """Whether an area may be tested as a whole, on which grounds, whom a round asks, and the rule by which the rounds stop."""

    key: ClassVar[str] = "round"
    area_testing: bool | None
    triggers: tuple[str, ...] | None
    people: str | None
    rounds_per_day_max: int | None
    clean_rounds: int | None
    gap_days: int | None
    extra_rounds: int | None


@dataclass(frozen=True, kw_only=True)
class SitePolicy(Clause):
    """The distance that people keep in the line."""

    key: ClassVar[str] = "site"
    queue_distance_m: int | None


@dataclass(frozen=True, kw_only=True)
class RoundDone:
    """A round whose results are all read: its day and how many infections it found outside control (nobody in quarantine, in a closed loop ...)."""

    id: str
    day: date
    outside_control: int

    @property
    def clean(self) -> bool:
        """No infection outside control; those found under control do not count."""
        return self.outside_control == 0


def may_open(*, reasons: Collection[str], policy: AreaRoundPolicy) -> Verdict[bool]:
    """Whether rounds of an area may be opened: all grounds of the clause together, where testing by area exists at all.

    `missing` names the grounds that are not given. `NumberUnset` where nobody says whether, or on which grounds, an area is tested.
    """
    if policy.area_testing is None:
        raise NumberUnset(field="area_testing", clause=policy.clause_id)
    evidence = [Evidence(kind="ground", id=reason) for reason in sorted(set(reasons))]
    if not policy.area_testing:
        return policy.verdict(False, reason="round.no-area-testing", evidence=evidence)
    if policy.triggers is None:
        raise NumberUnset(field="triggers", clause=policy.clause_id)
    missing = [ground for ground in policy.triggers if ground not in reasons]
    if missing:
        return policy.verdict(False, reason="round.grounds-missing", evidence=evidence, changes_by=missing[0], missing=missing)
    return policy.verdict(True, reason="round.grounds-given", evidence=evidence)


def is_asked(*, in_area: bool, in_category: bool, needs_proof: bool, policy: AreaRoundPolicy) -> Verdict[bool]:
    """Whether a person is asked for a test: he lives in an area with an open round, or as the regime says: everybody, people of certain categories, or
    whoever needs a proof (C07)."""
    if policy.people is None:
        raise NumberUnset(field="people", clause=policy.clause_id)
    if in_area and policy.area_testing is not False:
        return policy.verdict(True, reason="people.round-of-area")
    asked = {"everybody": True, "categories": in_category, "as-required": needs_proof}[policy.people]
    return policy.verdict(asked, reason=f"people.{policy.people}")


@dataclass(frozen=True, kw_only=True)
class _Rule:
    clean: int
    gap: timedelta
    extra: int


def judge_series(*, rounds: Sequence[RoundDone], today: date, policy: AreaRoundPolicy) -> Verdict[str]:
    """What follows in a series of rounds: `next-round`, `pause` or `stop`.

    So many clean rounds in a row, so many full days without a round, then so many clean rounds more, and not one more: once stopped, a series stays stopped
    (a new infection is the ground of a new series). An infection outside control before that begins the count again. A round inside the pause does not replace
    one after it. `changes_by` is the first day of the next round; `clean` and `extra` in the details count what is done.
    """
    rule = _rule(policy)
    clean = extra = 0
    pause_ends: date | None = None
    used: list[RoundDone] = []
    for done in sorted(rounds, key=lambda one: (one.day, one.id)):
        if pause_ends is not None and extra >= rule.extra:
            break
        used.append(done)
        if not done.clean:
            clean, extra, pause_ends = 0, 0, None
        elif pause_ends is None:
            clean += 1
            pause_ends = done.day + rule.gap + ONE_DAY if clean == rule.clean else None
        elif done.day >= pause_ends:
            extra += 1
    evidence = [Evidence(kind="round", id=one.id, says=str(one.outside_control)) for one in used]
    if pause_ends is None:
        return policy.verdict(
            "next-round", reason="series.not-clean-yet", evidence=evidence, changes_by=_earliest(used, today, policy), clean=clean, extra=extra
        )
    if extra >= rule.extra:
        return policy.verdict("stop", reason="series.clean", evidence=evidence, clean=clean, extra=extra)
    if today < pause_ends:
        return policy.verdict("pause", reason="series.pause", evidence=evidence, changes_by=pause_ends.isoformat(), clean=clean, extra=extra)
    return policy.verdict(
        "next-round", reason="series.last-round", evidence=evidence, changes_by=_earliest(used, today, policy), clean=clean, extra=extra
    )


def _rule(policy: AreaRoundPolicy) -> _Rule:
    for field in ("clean_rounds", "gap_days", "extra_rounds"):
        if getattr(policy, field) is None:
            raise NumberUnset(field=field, clause=policy.clause_id)
    return _Rule(clean=policy.clean_rounds or 0, gap=timedelta(days=policy.gap_days or 0), extra=policy.extra_rounds or 0)


def _earliest(used: Sequence[RoundDone], today: date, policy: AreaRoundPolicy) -> str:
    """Today, or tomorrow where the clause allows no further round today."""
    full = policy.rounds_per_day_max is not None and sum(one.day == today for one in used) >= policy.rounds_per_day_max
    return (today + ONE_DAY if full else today).isoformat()


def judge_line(*, distance_m: float, policy: SitePolicy) -> Verdict[bool]:
    """Whether people in a line stand far enough apart, in metres (C06)."""
    if policy.queue_distance_m is None:
        raise NumberUnset(field="queue_distance_m", clause=policy.clause_id)
    wide = distance_m >= policy.queue_distance_m
    return policy.verdict(wide, reason="site.distance-kept" if wide else "site.too-close", distance_m=policy.queue_distance_m)
