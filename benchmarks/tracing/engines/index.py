"""Our index: one immutable file per local day, memory-mapped, asked by `contacts.contacts`."""

import shutil
from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

import numpy as np

from benchmarks.tracing.cases import Cases
from benchmarks.tracing.engines.base import Engine, Oracle, distinct
from benchmarks.tracing.generator import ZONE, Log, midnight
from epigrid.engine.tracing import contacts, files, ready, shelf
from epigrid.engine.tracing.answers import Contacts
from epigrid.engine.tracing.index import TraceIndex
from epigrid.engine.tracing.schemas import ExposureQuery, Visits

MANY = 100
"""From here on the rows are taken unranked, as the peers give them."""


def queries(cases: Cases) -> list[ExposureQuery]:
    """The cases as questions under an invented exposure record."""
    rows = zip(cases.person.tolist(), cases.start.tolist(), cases.end.tolist(), strict=True)
    return [ExposureQuery(exposure_id=UUID(int=1), person=person, start=start, end=end) for person, start, end in rows]


def overlapping(log: Log) -> Iterator[tuple[date, Visits]]:
    """Each day with every visit that overlaps it: its own and those that began the day before."""
    before = None
    for day in log.days:
        today = files.read([log.file(day)])
        yield day, today if before is None else joined(today, late(before, midnight(day)))
        before = today
    after = log.days[-1].toordinal() + 1
    left = late(today, midnight(date.fromordinal(after)))
    if len(left):
        yield date.fromordinal(after), left


def late(visits: Visits, moment: int) -> Visits:
    """The visits that end after a moment."""
    rows = visits.t_out > moment
    return Visits(person=visits.person[rows], place=visits.place[rows], t_in=visits.t_in[rows], t_out=visits.t_out[rows])


def joined(first: Visits, second: Visits) -> Visits:
    """The rows of both."""
    pairs = {name: (getattr(first, name), getattr(second, name)) for name in ("person", "place", "t_in", "t_out")}
    return Visits(**{name: np.concatenate(pair) for name, pair in pairs.items()})


def summed(answer: Contacts, many: int) -> Oracle:
    """The figures of an answer of `engine.tracing` with `many` distinct contacts."""
    sums = [int(column.sum()) for column in (answer.seconds, answer.meetings, answer.first, answer.last)]
    return Oracle(len(answer), sums[0], many, *sums[1:])


class Index(Engine):
    """The index as the register and the commands use it."""

    kept = True

    def __init__(self, log: Log) -> None:
        super().__init__(log)
        ready.compile_all()

    def prepare(self) -> None:
        if not self.standing():
            self.discard()
            shelf.create(self.folder, source="research", zone=ZONE)
            for day, visits in overlapping(self.log):
                shelf.put_day(self.folder, day, visits)
            self.built()
        self.index = TraceIndex.open(self.folder)

    def ask(self, cases: Cases) -> tuple[Any, int]:
        asked = queries(cases)
        if len(asked) < MANY:
            answer = contacts.contacts(self.index, asked)
            return answer, distinct([answer.contact], self.log.scale.people)
        pieces = contacts.summed(self.index, asked)
        return (pieces, cases), distinct([piece.contact for piece in pieces], self.log.scale.people)

    def oracle(self, answer: tuple[Any, int]) -> Oracle:
        rows, many = answer
        if isinstance(rows, Contacts):
            return summed(rows, many)
        pieces, cases = rows
        names = ("seconds", "meetings", "first", "last")
        sums = {name: sum(int(getattr(piece, name).sum(dtype=np.int64)) for piece in pieces) for name in names}
        found = np.concatenate([piece.many for piece in pieces])
        opens = int((found * cases.start).sum())
        return Oracle(int(found.sum()), sums["seconds"], many, sums["meetings"], sums["first"] + opens, sums["last"] + opens)

    def discard(self) -> None:
        super().discard()
        shutil.rmtree(self.folder, ignore_errors=True)
