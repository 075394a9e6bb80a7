"""Counting again: from the facts alone by sets, and against the tube lists and hand-over counts, naming what differs."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from epigrid.engine.reconcile.schemas import COLUMNS, REPORTED, Counters, Facts, Kind, Numbers, Roster, Tally, within

Members = NDArray[np.bool_]


def recount(roster: Roster, facts: Facts) -> Counters:
    """All counts once more from the roster and the log of facts, as set algebra: the oracle of the incremental counts.

    Each class is the set of those who have its fact, without the sets above it. Needs O(people + facts) for every call.
    """
    within("person", facts.person, len(roster.building))
    has = {kind: _people(facts, kind, len(roster.building)) for kind in Kind if kind in REPORTED}
    roll = roster.frozen | has[Kind.LATE_ADDED]
    left = roll & ~has[Kind.STRUCK_OFF]
    sampled = has[Kind.HERE] | has[Kind.OWN_PLAN] | has[Kind.ELSEWHERE]
    sets: dict[str, Members] = {}
    for name, members in (("sampled", sampled), *((_name(kind), has[kind]) for kind in _BELOW), ("open", np.ones_like(roll))):
        sets[name] = left & members
        left = left & ~members
    counted = sets["sampled"]
    for kind in (Kind.HERE, Kind.OWN_PLAN, Kind.ELSEWHERE):
        sets[_name(kind)] = counted & has[kind]
        counted = counted & ~has[kind]
    sets["frozen"], sets["late_added"] = roster.frozen, has[Kind.LATE_ADDED] & ~roster.frozen
    sets["struck_off"] = roll & has[Kind.STRUCK_OFF]
    sets["contradicted"] = _denied(facts, has, sampled) | (has[Kind.STRUCK_OFF] & sampled)
    anything = sampled | has[Kind.EXEMPT] | has[Kind.AWAY] | has[Kind.DECLINED] | has[Kind.UNREACHABLE]
    sets["strangers"] = anything & ~roll
    return _tallies(roster, sets)


def _name(kind: Kind) -> str:
    return str(kind.name).lower()


_BELOW = (Kind.EXEMPT, Kind.AWAY, Kind.DECLINED, Kind.UNREACHABLE)


def _people(facts: Facts, kind: Kind, people: int) -> Members:
    members = np.zeros(people, np.bool_)
    members[facts.person[facts.kind == kind]] = True
    return members


def _denied(facts: Facts, has: Mapping[Kind, Members], sampled: Members) -> Members:
    """People about whom several workers spoke, who are said to be in several classes, exempt or away among them."""
    spoken = np.unique(np.stack((facts.person, facts.worker))[:, facts.kind < Kind.LATE_ADDED], axis=1)[0]
    many = np.bincount(spoken, minlength=len(sampled)) > 1
    classes = sampled.astype(np.int64) + sum(has[kind].astype(np.int64) for kind in _BELOW)
    denied: Members = many & (classes > 1) & (has[Kind.EXEMPT] | has[Kind.AWAY])
    return denied


def _tallies(roster: Roster, sets: Mapping[str, Members]) -> Counters:
    grid = roster.grid[roster.building]
    community = roster.community[grid]
    communities = int(roster.community.max()) + 1 if len(roster.community) else 0
    levels = ((roster.building, len(roster.grid)), (grid, len(roster.community)), (community, communities))
    return Counters(*(Tally(np.stack([np.bincount(unit[sets[name]], minlength=units) for name in COLUMNS], axis=1)) for unit, units in levels))


@dataclass(frozen=True, kw_only=True, eq=False)
class TubeLists:
    """The second source: `tube` and `person`, one row per swab written on a tube's list, and what was said of each tube when it was handed over.

    `handed` maps a tube's number to the number of people said to be in it.
    """

    tube: Numbers
    person: Numbers
    handed: Mapping[int, int]


@dataclass(frozen=True, kw_only=True)
class Differences:
    """What the two sources do not agree on, by number, ascending. Empty everywhere = they agree."""

    sampled_without_tube: tuple[int, ...]
    in_tube_not_sampled: tuple[int, ...]
    in_several_tubes: tuple[int, ...]
    tubes_not_handed_over: tuple[int, ...]
    tubes_without_list: tuple[int, ...]
    tubes_counted_otherwise: tuple[tuple[int, int, int], ...]
    """(tube, people on its list, people said at hand-over)."""

    def agree(self) -> bool:
        """Whether nothing differs."""
        return not any(vars(self).values())


def compare(lists: TubeLists, *, sampled_here: Numbers) -> Differences:
    """Compare the people whom the roll-call holds for sampled here with the tube lists, and these with the hand-over counts.

    A person listed twice in one tube is one person; one in two tubes is named. People struck off or on no roster are not held for sampled, so their
    swabs show as `in_tube_not_sampled`.
    """
    rows = np.unique(np.stack((lists.tube, lists.person)), axis=1)
    people, tubes_of = np.unique(rows[1], return_counts=True)
    tubes, people_in = np.unique(rows[0], return_counts=True)
    listed = dict(zip(tubes.tolist(), people_in.tolist(), strict=True))
    both = sorted(listed.keys() & lists.handed.keys())
    return Differences(
        sampled_without_tube=tuple(np.setdiff1d(sampled_here, people).tolist()),
        in_tube_not_sampled=tuple(np.setdiff1d(people, sampled_here).tolist()),
        in_several_tubes=tuple(people[tubes_of > 1].tolist()),
        tubes_not_handed_over=tuple(sorted(listed.keys() - lists.handed.keys())),
        tubes_without_list=tuple(sorted(lists.handed.keys() - listed.keys())),
        tubes_counted_otherwise=tuple((tube, listed[tube], lists.handed[tube]) for tube in both if listed[tube] != lists.handed[tube]),
    )


def unequal(held: Counters, recounted: Counters) -> tuple[tuple[str, int, str, int, int], ...]:
    """Where two counts differ: (level, unit, column, held, recounted), in order; empty when they agree."""
    found: list[tuple[str, int, str, int, int]] = []
    for level in ("building", "grid", "community"):
        mine, theirs = getattr(held, level).table, getattr(recounted, level).table
        for unit, column in np.argwhere(mine != theirs).tolist():
            found.append((level, unit, COLUMNS[column], int(mine[unit, column]), int(theirs[unit, column])))
    return tuple(found)
