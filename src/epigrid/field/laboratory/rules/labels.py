"""Which tube a reading may belong to whose label nobody registered. Pure: no Django, no clock, no I/O."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

NEAR = 2
"""Labels that differ by more slips than this are not proposed."""
SAME = str.maketrans({"O": "0", "I": "1", "L": "1", "B": "8", "S": "5", "Z": "2"})
"""Letters that hands and cameras take for digits."""


@dataclass(frozen=True, kw_only=True)
class Tube:
    """A tube that might be meant: with or without an outcome, of a round or single."""

    label: str
    received_at: datetime
    read: bool
    round_key: str = ""


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A tube that may be meant: how many slips apart the labels are (0: the same but for look-alike signs), whether it fits in time."""

    label: str
    slips: int
    waiting: bool
    same_round: bool
    minutes: int


def candidates(label: str, tested_at: datetime, tubes: Sequence[Tube], *, round_key: str = "", most: int = 5) -> list[Candidate]:
    """The tubes that a reading may belong to, likeliest first: waiting for a result, few slips, the round of the file's other tubes, near in time.

    A tube that arrived after the test is meant only if its label is the very same: its count came late. The list proposes; a person links.
    """
    found = []
    for tube in tubes:
        slips = distance(_plain(label), _plain(tube.label))
        if slips <= NEAR and (tube.received_at <= tested_at or tube.label == label):
            minutes = int((tested_at - tube.received_at).total_seconds() // 60)
            same = bool(round_key) and tube.round_key == round_key
            found.append(Candidate(label=tube.label, slips=slips, waiting=not tube.read, same_round=same, minutes=minutes))
    return sorted(found, key=lambda one: (not one.waiting, one.slips, not one.same_round, one.minutes, one.label))[:most]


def _plain(label: str) -> str:
    return "".join(sign for sign in label.upper() if sign.isalnum()).translate(SAME)


def distance(one: str, other: str) -> int:
    """Slips between two labels: a sign too many, too few, another, or two neighbours swapped; more than `NEAR` is `NEAR` + 1."""
    while one and other and one[0] == other[0]:
        one, other = one[1:], other[1:]
    while one and other and one[-1] == other[-1]:
        one, other = one[:-1], other[:-1]
    return NEAR + 1 if abs(len(one) - len(other)) > NEAR else min(_slips(one, other), NEAR + 1)


def _slips(one: str, other: str) -> int:
    before: list[int] = []
    above = list(range(len(other) + 1))
    for row, sign in enumerate(one, start=1):
        line = [row]
        for column, mark in enumerate(other, start=1):
            cost = min(line[-1] + 1, above[column] + 1, above[column - 1] + (sign != mark))
            if before and column > 1 and sign == other[column - 2] and one[row - 2] == mark:
                cost = min(cost, before[column - 2] + 1)
            line.append(cost)
        before, above = above, line
    return above[-1]
