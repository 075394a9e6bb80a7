"""Every stay gets one class: as the rule says within a day, or the first reason for which the lists themselves hold evidence, or unexplained."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

from epigrid.engine.replay.context import MANY, Context
from epigrid.engine.replay.rules import DAY, Rule, RuleOn, first_free_day, local_day, midnight
from epigrid.engine.replay.snapshots import HIGH, MEDIUM, NONE, Record
from epigrid.engine.replay.spells import Spell, find
from epigrid.engine.replay.texts import covers, same

GAP_HOURS = 24
REASONS = (
    "within-24h", "renamed", "split", "merged", "continued", "gap", "regime-change", "skipped-step", "restarted", "notice",
    "relisted", "batch", "unexplained", "raised", "censored", "no-rule",
)  # fmt: skip
"""In the order in which they are asked; the last three are no judged transitions."""
UNJUDGED = frozenset(REASONS[-3:])
Named = Callable[[tuple[str, str, str], str, date], bool]
"""Whether a notice names (county, place text) with a change dated on this day or the day before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One stay judged. `days` from the snapshot that first has it to the first without; `error` = predicted minus real in days, 0 inside the polling interval.

    `exit_day`: local days from the day of the first snapshot to the day of the exit.
    `fits`: for a stay tied to another text, whether the rule holds within 24 h once the tie is followed (None: the tie says nothing of the time).
    `sooner_hit`: whether the step holds within 24 h of a moment one day before the due one (the day of designation counted as the first clean day).
    `old_hit` and `new_hit`: for a stay over a change of numbers, whether the rule of its first and of its last day holds.
    """

    regime: str
    kind: str
    reason: str
    days: float | None = None
    exit_day: int | None = None
    error: float | None = None
    fits: bool | None = None
    sooner_hit: bool | None = None
    old_hit: bool | None = None
    new_hit: bool | None = None


def judge(record: Record, rule_on: RuleOn, named: Named | None = None) -> list[Judged]:
    """Judge every high and medium stay of a file, in the order of `spells.find`."""
    context = Context(record, find(record))
    judge_one = _Judge(context, rule_on, named or (lambda county, text, day: False))
    return [judge_one(spell) for spell in context.bound]


def kind_of(spell: Spell) -> str:
    """The kind of exit: from which level to which, a medium area apart by where it came from."""
    if spell.end is None:
        return "high-open" if spell.level == HIGH else "medium-open"
    to = ("off", "to-low", "to-medium", "to-high")[spell.after]
    name = f"{'high' if spell.level == HIGH else 'medium'}-{to}"
    return f"{name}-after-high" if spell.level == MEDIUM and spell.before == HIGH else name


class _Judge:
    def __init__(self, context: Context, rule_on: RuleOn, named: Named) -> None:
        self.context = context
        self.named = named
        self.rule_on = rule_on
        self._rules: dict[date, Rule | None] = {}
        self._steps: dict[tuple[int, int, date], tuple[int, Rule] | None] = {}
        self._list_ends = {HIGH: _list_end(context.record, 0), MEDIUM: _list_end(context.record, 1)}

    def __call__(self, spell: Spell) -> Judged:
        """The class of one stay."""
        first, step = self._rule(self._day(spell.start)), self._step(spell.level, spell.before, self._day(spell.start))
        judged = Judged(regime=first.regime if first else "no-pack", kind=kind_of(spell), reason="censored")
        if spell.end is None:
            return judged
        days = (self.context.at(spell.end) - self.context.at(spell.start)) / DAY
        judged = replace(judged, days=days, exit_day=(self._day(spell.end) - self._day(spell.start)).days)
        if not spell.start or self._list_ends[spell.level] == spell.end:
            return judged
        if spell.after > spell.level:
            return replace(judged, reason="raised")
        if first is None or step is None:
            return replace(judged, reason="no-rule")
        due, rule = step
        error = self.error(spell, due)
        right = rule.goes_to(spell.level, spell.after)
        hit, sooner_hit = right and abs(error) <= 1, right and abs(self.error(spell, due - DAY)) <= 1
        reason, fits = ("within-24h", None) if hit else self._reason(spell, rule, due)
        old_hit, new_hit = self._crossing(spell, first)
        return replace(judged, reason=reason, error=error, fits=fits, sooner_hit=sooner_hit, old_hit=old_hit, new_hit=new_hit)

    def _day(self, index: int) -> date:
        return self.context.days[index]

    def _rule(self, day: date) -> Rule | None:
        if day not in self._rules:
            self._rules[day] = self.rule_on(day)
        return self._rules[day]

    def error(self, spell: Spell, due: int) -> float:
        """Predicted minus real in days; 0 when `due` lies between the last snapshot that has the area and the first that has not."""
        gone = self.context.gone(spell)
        last, gone = self.context.at(gone - 1), self.context.at(gone)
        return max(due - gone, 0) / DAY + min(due - last, 0) / DAY

    def _step(self, level: int, before: int, clean_since: date) -> tuple[int, Rule] | None:
        """The moment of the next step and the rule that governs it: that of the first day, or a later one that applies to open measures."""
        key = level, before, clean_since
        if key not in self._steps:
            self._steps[key] = self._counted(level, before, clean_since)
        return self._steps[key]

    def _due(self, level: int, before: int, clean_since: date) -> int | None:
        step = self._step(level, before, clean_since)
        return step[0] if step else None

    def _counted(self, level: int, before: int, clean_since: date) -> tuple[int, Rule] | None:
        rule = self._rule(clean_since)
        days = rule.days(level, before) if rule else None
        if rule is None or days is None:
            return None
        free = first_free_day(clean_since, days)
        for later in self._changes(clean_since, free):
            if later.applies_to_open:
                rule, free = later, _free_under(later, level, before, clean_since)
        return midnight(free), rule

    def _changes(self, since: date, until: date) -> Iterator[Rule]:
        for day in (since + timedelta(days=number) for number in range(1, (until - since).days + 1)):
            rule = self._rule(day)
            if rule is not None and rule.since == day:
                yield rule

    def _crossing(self, spell: Spell, first: Rule) -> tuple[bool | None, bool | None]:
        """Whether the rule of the first and that of the last day hold, for a stay that runs over a change of its numbers.

        A level that the new rule does not know ends with it: any later step down then holds.
        """
        since, new = self._day(spell.start), self._rule(self._day(self.context.gone(spell)))
        days = first.days(spell.level, spell.before)
        if new is None or days is None or _terms(new, spell) == _terms(first, spell):
            return None, None
        old_hit = self._holds(spell, first, first_free_day(since, days))
        if new.days(spell.level, spell.before) is None:
            return old_hit, spell.level == MEDIUM and new.goes_to(spell.level, spell.after)
        return old_hit, self._holds(spell, new, _free_under(new, spell.level, spell.before, since))

    def _holds(self, spell: Spell, rule: Rule, free: date) -> bool:
        return rule.goes_to(spell.level, spell.after) and abs(self.error(spell, midnight(free))) <= 1

    def _reason(self, spell: Spell, rule: Rule, due: int) -> tuple[str, bool | None]:
        tie = self._left_under(spell, due) or self._came_under(spell, rule)
        if tie:
            return tie
        tests = (
            ("gap", self._in_gap),
            ("regime-change", self._changed),
            ("skipped-step", self._skipped),
            ("restarted", self._restarted),
            ("notice", self._in_notice),
            ("relisted", lambda spell, rule, due: self.context.relisted(spell)),
            ("batch", self._in_batch),
        )
        return next((name for name, holds in tests if holds(spell, rule, due)), "unexplained"), None

    def _left_under(self, spell: Spell, due: int) -> tuple[str, bool | None] | None:
        """Renamed, split or merged: what stands on the list in the place of a text that left it."""
        if spell.after > 1:
            return None
        text, heirs = self.context.text(spell), self.context.heirs(spell)
        found = {
            "renamed": [heir for heir in heirs if same(text, self.context.text(heir))],
            "split": [heir for heir in heirs if covers(text, self.context.text(heir))],
            "merged": [heir for heir in heirs if covers(self.context.text(heir), text)],
        }
        around = None if any(found.values()) else self.context.listed_around(spell)
        if around:
            found["merged"] = [around]
        for reason, others in found.items():
            if others:
                stepped = all(other.level < spell.level for other in others)
                return reason, (abs(self.error(spell, due)) <= 1 if stepped else None)
        return None

    def _came_under(self, spell: Spell, rule: Rule) -> tuple[str, bool | None] | None:
        """Continued: the text took the place of one that left when it came, so that its days had begun before."""
        parents = self.context.parents(spell)
        if not parents:
            return None
        dues = {self._joined_due(spell, parent) for parent in self._roots(parents, spell.level)}
        right = rule.goes_to(spell.level, spell.after)
        return "continued", right and any(due is not None and abs(self.error(spell, due)) <= 1 for due in dues)

    def _roots(self, parents: Sequence[Spell], level: int) -> list[Spell]:
        """Where the chain of names at this level begins."""
        roots, open_ones, seen = [], list(parents), set(parents)
        while open_ones:
            spell = open_ones.pop()
            above = self.context.parents(spell) if spell.level == level else []
            roots += [] if above else [spell]
            open_ones += [one for one in above if one not in seen]
            seen.update(above)
        return roots

    def _joined_due(self, spell: Spell, root: Spell) -> int | None:
        if root.level > spell.level:
            return self._due(spell.level, root.level, self._day(spell.start))
        return self._due(spell.level, root.before, self._day(root.start))

    def _in_gap(self, spell: Spell, rule: Rule, due: int) -> bool:
        """No snapshot for more than a day before the rise or before the exit was seen, or around the moment at which it was due."""
        end = self.context.gone(spell)
        holes = [(spell.start - 1, spell.start), (end - 1, end)]
        moments = [(self.context.at(before), self.context.at(after)) for before, after in holes]
        snapshots = self.context.record.snapshots[spell.start : end + 1]
        moments += [(one.at, other.at) for one, other in pairwise(snapshots) if one.at < due <= other.at]
        return any(after - before > GAP_HOURS * 3600 for before, after in moments)

    def _changed(self, spell: Spell, rule: Rule, due: int) -> bool:
        """It ended as the rule of its last day says, though not as that of its first."""
        first = self._rule(self._day(spell.start))
        return first is not None and self._crossing(spell, first)[1] is True

    def _skipped(self, spell: Spell, rule: Rule, due: int) -> bool:
        """A high area that left the lists on the day of its first or of its last step, without the medium level that the rule puts between."""
        if spell.level != HIGH or rule.high_to != MEDIUM or spell.after == MEDIUM or rule.after_high_days is None:
            return False
        last = midnight(first_free_day(local_day(due), rule.after_high_days))
        return any(abs(self.error(spell, moment)) <= 1 for moment in (due, last))

    def _restarted(self, spell: Spell, rule: Rule, due: int) -> bool:
        """A late step that is on its day when the days begin again with each rise in the same compound, village or street before they were full."""
        if not rule.goes_to(spell.level, spell.after) or self.error(spell, due) > 0:
            return False
        since, moved = self.context.at(spell.start), due
        while (rise := self.context.last_rise(spell, since, min(moved, self.context.at(self.context.gone(spell) - 1)))) is not None:
            since, later = rise, self._due(spell.level, spell.before, local_day(rise))
            if later is None:
                return False
            moved = later
        return moved != due and abs(self.error(spell, moved)) <= 1

    def _in_notice(self, spell: Spell, rule: Rule, due: int) -> bool:
        """A notice in hand names the place and the change on the day of the exit or the day before."""
        return self.named(self.context.county(spell), self.context.text(spell), self._day(self.context.gone(spell)))

    def _in_batch(self, spell: Spell, rule: Rule, due: int) -> bool:
        """Half the county's areas of this level, at least five, left it at one snapshot though they had come on different days."""
        leaving, there, days = self.context.batch(spell)
        return leaving >= MANY and 2 * leaving >= there and days > 1


def _terms(rule: Rule, spell: Spell) -> tuple[int | None, int]:
    return rule.days(spell.level, spell.before), rule.high_to if spell.level == HIGH else NONE


def _free_under(rule: Rule, level: int, before: int, clean_since: date) -> date:
    """The first free day under a rule that takes over: not before its own first day; that day itself for a level it does not know."""
    days = rule.days(level, before)
    return rule.since if days is None else max(first_free_day(clean_since, days), rule.since)


def _list_end(record: Record, column: int) -> int | None:
    """The snapshot from which on the national list of this level is empty for good, None when it never is or nothing is said."""
    last = max((index for index, snapshot in enumerate(record.snapshots) if snapshot.counted[column] != 0), default=-1)
    return last + 1 if 0 <= last < len(record.snapshots) - 1 else None
