"""What a chain is judged from: cases with their moments and windows, and who of them was together with whom."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from epigrid.engine.tracing.answers import Meetings
from epigrid.engine.tracing.memberships import union
from epigrid.engine.tracing.schemas import UNKNOWN, BadColumns, Column, ExposureQuery, Places, check, check_moments

MEETING = "meeting"
"""The link's word of a meeting at a place whose kind nobody gave."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Cases:
    """One row per case: `case` (its number, each once), `moment` (onset, or first positive sampling), the window in which he was exposed and the one in which
    he was infectious, half-open, epoch seconds; each end of a window may be `UNKNOWN`."""

    case: Column
    moment: Column
    exposed_from: Column
    exposed_until: Column
    infectious_from: Column
    infectious_until: Column

    def __post_init__(self) -> None:
        check(**vars(self))
        check_moments(moment=self.moment)
        for name in ("exposed", "infectious"):
            _check_window(name, getattr(self, f"{name}_from"), getattr(self, f"{name}_until"))
        if len(np.unique(self.case)) != len(self.case) or (self.case < 0).any():
            raise BadColumns(column="case")

    def __len__(self) -> int:
        return len(self.case)

    @classmethod
    def of(cls, rows: Iterable[tuple[int, ...]]) -> "Cases":
        """Cases from rows (case, moment[, exposed from, until[, infectious from, until]]); what is left out is unknown."""
        table = np.array([(*row, *[UNKNOWN] * (6 - len(row))) for row in rows], np.int64).reshape(-1, 6)
        return cls(**dict(zip(cls.__dataclass_fields__, table.T.copy(), strict=True)))


@dataclass(frozen=True, kw_only=True, eq=False)
class Pairs:
    """One row per piece of evidence that two cases were together; order and direction mean nothing, a pair may have many rows.

    `seconds` together (`UNKNOWN` where nobody measured), `first` and `last` moment of it, half-open (both `UNKNOWN`: undated), `link`: position of its word in
    `words` (kind of place, household, or the word of an edge list).
    """

    left: Column
    right: Column
    seconds: Column
    first: Column
    last: Column
    link: Column
    words: tuple[str, ...]

    def __post_init__(self) -> None:
        check(left=self.left, right=self.right, seconds=self.seconds, first=self.first, last=self.last, link=self.link)
        _check_window("first", self.first, self.last)
        for name, wrong in (
            ("right", self.left == self.right),
            ("seconds", self.seconds < UNKNOWN),
            ("first", (self.first == UNKNOWN) != (self.last == UNKNOWN)),
            ("link", (self.link < 0) | (self.link >= len(self.words))),
        ):
            if wrong.any():
                raise BadColumns(column=name, row=int(np.flatnonzero(wrong)[0]), rows=int(wrong.sum()))

    def __len__(self) -> int:
        return len(self.left)

    @classmethod
    def of(cls, rows: Iterable[tuple[int, int, int, int, int, str]]) -> "Pairs":
        """Pairs from rows (left, right, seconds, first, last, link's word)."""
        rows = list(rows)
        words = tuple(sorted({row[5] for row in rows}))
        numbers = {word: number for number, word in enumerate(words)}
        table = np.array([(*row[:5], numbers[row[5]]) for row in rows], np.int64).reshape(-1, 6)
        return cls(**dict(zip(("left", "right", "seconds", "first", "last", "link"), table.T.copy(), strict=True)), words=words)


def pairs_of(met: Meetings, queries: Sequence[ExposureQuery], cases: Column, places: Places | None = None) -> Pairs:
    """The evidence between cases from `contacts.meetings(index, queries)`; persons who are no case are left out.

    `cases`: numbers of the cases, who are persons of the index. A meeting that both persons' queries found is one; parts that overlap are joined. The
    link is the kind of the place.
    """
    person = np.array([query.person for query in queries], np.int64)[met.query]
    kept = np.isin(met.contact, cases) & np.isin(person, cases)
    left, right = np.minimum(person, met.contact)[kept], np.maximum(person, met.contact)[kept]
    place, first, last = met.place[kept], met.start[kept], met.end[kept]
    row, first, last = union((left, right, place), first, last)
    kinds = dict(zip(places.place.tolist(), places.kind, strict=True)) if places else {}
    words = tuple(sorted({*kinds.values(), MEETING}))
    link = [words.index(kinds.get(number, MEETING)) for number in place[row].tolist()]
    return Pairs(left=left[row], right=right[row], seconds=last - first, first=first, last=last, link=np.array(link, np.int64), words=words)


def _check_window(name: str, start: Column, until: Column) -> None:
    given = (start != UNKNOWN, until != UNKNOWN)
    check_moments(**{f"{name}_from": start[given[0]], f"{name}_until": until[given[1]]})
    wrong = given[0] & given[1] & (start >= until)
    if wrong.any():
        raise BadColumns(column=f"{name}_until", row=int(np.flatnonzero(wrong)[0]), rows=int(wrong.sum()))
