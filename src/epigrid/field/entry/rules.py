"""Judgements about posts, rosters and what passes a gate. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import ClassVar
from uuid import UUID

from epigrid.kernel.errors import DomainError
from epigrid.kernel.periods import Period
from epigrid.kernel.verdicts import Clause

KINDS = ("gate", "checkpoint", "venue")
"""A gate of a compound, a checkpoint on a road, the door of a venue."""
WAYS = ("pass", "home", "medical", "fire", "visit")
ANSWERS = ("pass", "call-desk", "medical")
NEVER_REFUSED = frozenset({"home", "medical", "fire"})
"""Whoever comes home, an emergency and a fire exit are let through whatever else is known (X06)."""
VEHICLES = ("ambulance", "fire-engine", "police", "supply", "delivery", "waste", "transfer", "resident", "other")
EMERGENCY = frozenset({"ambulance", "fire-engine", "police"})
"""Vehicles that no gate holds up (X06, S-251)."""
DIRECTIONS = ("in", "out")
MATTERS = ("visitor-waits", "delivery-waits", "vehicle-inside", "barrier-damaged", "register-full", "light-fails", "other")
"""What a guard may leave open at a hand-over, by one tap."""


class KindUnknown(DomainError):
    """A post, a way, an answer, a vehicle or a matter is one of a closed list; `details` names the field and the list."""

    reason = "entry.kind-unknown"


class PostShut(DomainError):
    """The post was closed; a turn is planned for one that stands."""

    reason = "entry.post-closed"


class TurnBackwards(DomainError):
    """A turn ends after it begins."""

    reason = "entry.turn-backwards"


class GuardElsewhere(DomainError):
    """The guard is planned for another post in these hours: nobody stands at two gates."""

    reason = "entry.guard-elsewhere"


class PageTaken(DomainError):
    """The page with this number was entered with other counts."""

    reason = "entry.page-taken"


@dataclass(frozen=True, kw_only=True)
class RosterPolicy(Clause):
    """The longest turn and the shortest rest of a guard; None: nobody has set it, then nothing is too long or too short."""

    key: ClassVar[str] = "rest"
    max_shift_hours: int | None
    min_rest_hours: int | None


@dataclass(frozen=True, kw_only=True)
class Turn:
    """The hours that a guard is to stand at a post."""

    worker_id: UUID
    hours: Period


@dataclass(frozen=True, kw_only=True)
class RosterReport:
    """What is wrong with a post's roster of a day: hours without anybody, spells that are too long, rests that are too short."""

    gaps: tuple[Period, ...] = ()
    too_long: tuple[Turn, ...] = ()
    short_rests: tuple[Turn, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether the day is covered round the clock by guards who are not overworked."""
        return not (self.gaps or self.too_long or self.short_rests)


def known(*, field: str, value: str, among: Sequence[str]) -> None:
    """Refuse what is not on the list of a field."""
    if value not in among:
        raise KindUnknown(field=field, value=value, known=list(among))


def lawful(*, way: str, answer: str) -> bool:
    """Whether a gate may answer like this: whoever is never refused is not sent to the desk either."""
    return way not in NEVER_REFUSED or answer != "call-desk"


def vehicle_answer(*, vehicle: str, said: str) -> str:
    """What holds for a vehicle: an emergency vehicle passes whatever was said, for any other the guard's word."""
    return "pass" if vehicle in EMERGENCY else said


def judge_roster(*, turns: Sequence[Turn], day: Period, max_hours: int | None, rest_hours: int | None = None) -> RosterReport:
    """Judge a post's roster of a day (S-174, S-251): `turns` of the post around the day, `day` with an end.

    Turns of one guard that touch or overlap are one spell, whoever wrote them down as two; a spell counts whole, also where it reaches beyond the day.
    `max_hours`, `rest_hours`: clause `rest`; None judges nothing. A flag, never a refusal: an overlong turn is better than an open gate.
    """
    spells = _spells(turns)
    return RosterReport(
        gaps=tuple(_gaps((turn.hours for turn in turns), day)),
        too_long=tuple(
            spell for spell in spells if max_hours is not None and spell.hours.overlaps(day) and _length(spell.hours) > timedelta(hours=max_hours)
        ),
        short_rests=tuple(_short_rests(spells, day, rest_hours)) if rest_hours is not None else (),
    )


def _end(hours: Period) -> datetime:
    if hours.end is None:
        raise TurnBackwards
    return hours.end


def _length(hours: Period) -> timedelta:
    return _end(hours) - hours.start


def _gaps(covered: Iterable[Period], day: Period) -> list[Period]:
    """The parts of the day that nothing covers, in order."""
    free, until = [], day.start
    for hours in sorted(covered, key=lambda one: one.start):
        if hours.start > until and until < _end(day):
            free.append(Period(start=until, end=min(hours.start, _end(day))))
        until = max(until, _end(hours))
    if until < _end(day):
        free.append(Period(start=until, end=_end(day)))
    return free


def _spells(turns: Sequence[Turn]) -> list[Turn]:
    """Each guard's turns, joined where they touch, by guard and start."""
    found: list[Turn] = []
    for turn in sorted(turns, key=lambda one: (str(one.worker_id), one.hours.start)):
        last = found[-1] if found and found[-1].worker_id == turn.worker_id else None
        if last is not None and turn.hours.start <= _end(last.hours):
            found[-1] = Turn(worker_id=turn.worker_id, hours=Period(start=last.hours.start, end=max(_end(last.hours), _end(turn.hours))))
        else:
            found.append(turn)
    return found


def _short_rests(spells: Sequence[Turn], day: Period, rest_hours: int) -> list[Turn]:
    """The rests shorter than the clause that reach into the day: guard, and from when until when he rests."""
    pairs = [(one, other) for one, other in pairwise(spells) if one.worker_id == other.worker_id]
    rests = [Turn(worker_id=one.worker_id, hours=Period(start=_end(one.hours), end=other.hours.start)) for one, other in pairs]
    return [rest for rest in rests if rest.hours.overlaps(day) and _length(rest.hours) < timedelta(hours=rest_hours)]
