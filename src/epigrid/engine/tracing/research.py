"""Building a research index from files of presences: numbered, checked, cut into days, built day by day in memory bounded by the largest day.

The folder holds the index (manifest source `research`, so that no door of the register reads it), and the dictionaries of the given ids. The same files
give the same bytes. Days that the folder holds are replaced whole; days outside the files' are never dropped in silence.
"""

import fcntl
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from epigrid.engine.tracing import intake, scanners, shelf
from epigrid.engine.tracing.index import MAX_STAY_SECONDS
from epigrid.engine.tracing.intake import Headings, Ledger, Presences
from epigrid.engine.tracing.numbering import Numbers
from epigrid.engine.tracing.schemas import LAST, TIME_BITS, UNKNOWN, Column, Visits
from epigrid.engine.tracing.segments import Rows
from epigrid.engine.tracing.shelf import IndexBusy
from epigrid.engine.tracing.spill import FIRST_DAY, Days, Spill, local_days
from epigrid.kernel.errors import DomainError

SOURCE = "research"
PERSONS, PLACES = "persons.parquet", "places.parquet"
WORK, LOCK = "work", "build.lock"
NUMBER_BITS, STAY_BITS = 29, 23
"""A person or place below `segments.NUMBERS`, and a stay up to `MAX_STAY_SECONDS`, take so many bits of a sort key; a moment takes `TIME_BITS`."""
OTHERWISE = "*"
"""In dwell times: every kind that has none of its own, and places without a kind."""
Progress = Callable[[str, int, int], None]
"""(what is done, how much of it, of how much: 0 where nobody knows)."""


class NothingTaken(DomainError):
    """Not one row of the files can be taken."""

    reason = "tracing.nothing-taken"


class DaysLeft(DomainError):
    """The folder holds days that are not in these files; say which days are meant, or build into a folder of its own."""

    reason = "tracing.days-left"


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How files are read: headings, the zone whose days the index has, the days that are meant (all when none), the moment after which a stamp lies in the
    future, the kinds of the known places (none: every place is known), dwell seconds by kind."""

    headings: Headings
    zone: str
    days: Days | None = None
    until: int | None = None
    kinds: Mapping[str, str] | None = None
    dwell: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Built:
    """What was built: days with their rows, taken rows, persons, places, scanners."""

    days: Mapping[date, int]
    taken: int
    persons: int
    places: int
    scanners: Sequence[scanners.Scanner]


def build(files: Sequence[Path], folder: Path, plan: Plan, *, ledger: Ledger, progress: Progress) -> Built:
    """Read the files into the index of `folder`. Errors: `IndexBusy`, `IndexOther`, `DaysLeft`, `NothingTaken`, and those of `intake`; none of them changes a day."""
    with _alone(folder):
        if (folder / "manifest.json").exists():
            shelf.create(folder, source=SOURCE, zone=plan.zone)
        return _Build(files, folder, plan, ledger, progress).run()


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the folder for the whole build; what a killed build left is swept away."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / LOCK).open("ab") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise IndexBusy(folder=folder.name) from error
        shutil.rmtree(folder / WORK, ignore_errors=True)
        try:
            yield
        finally:
            shutil.rmtree(folder / WORK, ignore_errors=True)


class _Build:
    """One build: spill, pair, put."""

    def __init__(self, files: Sequence[Path], folder: Path, plan: Plan, ledger: Ledger, progress: Progress) -> None:
        self.files, self.folder, self.plan, self.ledger, self.progress = files, folder, plan, ledger, progress
        self.persons, self.places = Numbers.read(folder / PERSONS), Numbers.read(folder / PLACES)
        self.devices = Numbers(pa.array([], pa.string()))
        self.clocks = scanners.Clocks()
        self.stays = Spill(folder / WORK / "stays", width=5)
        self.scans = Spill(folder / WORK / "scans", width=6)
        self.taken = 0
        self._dwell = np.empty(0, np.int64)

    def run(self) -> Built:
        for path in self.files:
            for rows in intake.presences(path, self.plan.headings, self.ledger):
                self._spill(rows)
                self.progress("read", self.ledger.rows, 0)
        self._pair()
        if not self.stays.days:
            raise NothingTaken(rows=self.ledger.rows)
        held = self._held()
        left = held - set(self.stays.days)
        if left and self.plan.days is None:
            raise DaysLeft(days=[f"{day:%Y-%m-%d}" for day in sorted(left)])
        self.persons.write(self.folder / PERSONS)
        self.places.write(self.folder / PLACES)
        shelf.create(self.folder, source=SOURCE, zone=self.plan.zone)
        days = {day: self._put(day, number) for number, day in enumerate(self.stays)}
        return Built(days=days, taken=self.taken, persons=len(self.persons), places=len(self.places), scanners=self.clocks.scanners())

    def _held(self) -> set[date]:
        if not (self.folder / "manifest.json").exists():
            return set()
        return {date.fromisoformat(day) for day in shelf.manifest(self.folder)["days"]}

    def _spill(self, rows: Presences) -> None:
        """Number the rows of a batch and set them aside by day."""
        self.clocks.count(self.clocks.scans, rows.device)
        rows = self._known(self._timely(rows))
        person, place = self.persons.add(rows.person), self.places.add(rows.place)
        if rows.direction.any():
            device = np.where(np.asarray(rows.device.is_null()), UNKNOWN, self.devices.add(rows.device.fill_null("")))
            table = np.column_stack([person, place, rows.t_in, rows.direction, rows.row, device])
            day = local_days(rows.t_in, self.plan.zone)
            self.scans.put(table, day, day)
            return
        dwell = self._dwell_by_place()[place]
        t_out = np.where(rows.t_out != UNKNOWN, rows.t_out, np.where(dwell == UNKNOWN, UNKNOWN, rows.t_in + dwell))
        self.ledger.reject(rows.row[t_out == UNKNOWN], "t_out", "dwell-missing")
        known = t_out != UNKNOWN
        self._aside(np.column_stack([person, place, rows.t_in, t_out, rows.row])[known], rows.device.filter(pa.array(known)))

    def _timely(self, rows: Presences) -> Presences:
        """Without rows of the future; rows of other days are counted with their scanner and judged as stays."""
        if self.plan.days is not None:
            low, high = ((day - FIRST_DAY).days for day in self.plan.days)
            day = local_days(rows.t_in, self.plan.zone)
            self.clocks.count(self.clocks.outside, rows.device.filter(pa.array((day < low) | (day > high))))
        if self.plan.until is None:
            return rows
        future = rows.t_in >= self.plan.until
        self.ledger.reject(rows.row[future], "t_in", "in-the-future")
        self.clocks.count(self.clocks.future, rows.device.filter(pa.array(future)))
        return rows.only(~future)

    def _known(self, rows: Presences) -> Presences:
        """Without rows at places that the list of places does not have."""
        if self.plan.kinds is None:
            return rows
        known = np.asarray(pc.is_in(rows.place.cast(pa.string()), value_set=pa.array(list(self.plan.kinds), pa.string())))
        self.ledger.reject(rows.row[~known], "place", "place-unknown")
        return rows.only(known)

    def _dwell_by_place(self) -> Column:
        """Dwell seconds by place number, `UNKNOWN` where nothing says how long."""
        fresh = self.places.ids(np.arange(len(self._dwell), len(self.places))).cast(pa.string()).to_pylist()
        minutes = self.plan.headings.dwell_minutes
        default = self.plan.dwell.get(OTHERWISE, UNKNOWN if minutes is None else round(minutes * 60))
        kinds = self.plan.kinds or {}
        found = [self.plan.dwell.get(kinds.get(place, OTHERWISE), default) for place in fresh]
        self._dwell = np.concatenate([self._dwell, np.array(found, np.int64)])
        return self._dwell

    def _aside(self, stays: Rows, device: pa.Array | None = None) -> None:
        """Reject stays that cannot be, and set the others aside on every day on which they have a part."""
        length = stays[:, 3] - stays[:, 2]
        if device is not None:
            self.clocks.backward(device.filter(pa.array(length < 0)), -length[length < 0])
        self.ledger.reject(stays[length < 0, 4], "t_out", "ends-before-it-starts")
        self.ledger.reject(stays[length == 0, 4], "t_out", "no-length")
        self.ledger.reject(stays[length > MAX_STAY_SECONDS, 4], "t_out", "stay-too-long")
        good = (length > 0) & (length <= MAX_STAY_SECONDS)
        stays = stays[good]
        first, last = local_days(stays[:, 2], self.plan.zone), local_days(stays[:, 3] - 1, self.plan.zone)
        if self.plan.days is not None:
            low, high = ((day - FIRST_DAY).days for day in self.plan.days)
            outside = (last < low) | (first > high)
            self.ledger.reject(stays[outside, 4], "t_in", "outside-the-days")
            first, last = np.maximum(first, low), np.minimum(last, high)
        self.taken += int((first <= last).sum())
        self.stays.put(stays, first, last)

    def _pair(self) -> None:
        """Turn the scans that were set aside into stays, day by day."""
        used = np.empty(0, np.int64)
        dwell = self._dwell_by_place()
        for day in self.scans:
            given = self.scans.rows(day)
            rows, later = self._once(given), self._once(self.scans.rows(day + timedelta(days=1)))
            self.ledger.reject(np.setdiff1d(given[:, scanners.ROW], rows[:, scanners.ROW]), "", "repeated")
            found = scanners.pair(rows[~np.isin(rows[:, scanners.ROW], used)], later, dwell)
            self.ledger.reject(found.lone, "direction", "no-partner-and-no-dwell")
            for column in (0, 1):
                named = found.backward[found.backward[:, column] != UNKNOWN]
                self.clocks.backward(self.devices.ids(named[:, column]), named[:, 2])
            self._aside(found.stays)
            used = found.used

    def _once(self, rows: Rows) -> Rows:
        """Scans without exact repeats, the first of each kept."""
        order = np.lexsort(
            (rows[:, scanners.ROW], rows[:, scanners.DIRECTION], rows[:, scanners.AT], rows[:, scanners.PLACE], rows[:, scanners.PERSON])
        )
        return rows[order][_fresh(rows[order], columns=4)]

    def _put(self, day: date, number: int) -> int:
        self.progress("build", number, len(self.stays.days))
        rows = self.stays.rows(day)
        when = rows[:, 2] << STAY_BITS | (rows[:, 3] - rows[:, 2])
        rows = rows[np.lexsort((when, rows[:, 0] << NUMBER_BITS | rows[:, 1]))]
        start, _ = shelf.bounds(day, self.plan.zone)
        first = day == min(self.stays.days)
        fresh = _fresh(rows, columns=4)
        repeated = rows[~fresh & (first | (rows[:, 2] >= start))]
        self._repeated(repeated[:, 4])
        rows = rows[fresh]
        twice = _elsewhere(rows)
        self.ledger.remark(twice[first | (twice[:, 2] >= start), 4], "person", "at-two-places-at-once")
        return len(shelf.put_day(self.folder, day, Visits(person=rows[:, 0], place=rows[:, 1], t_in=rows[:, 2], t_out=rows[:, 3])))

    def _repeated(self, rows: Column) -> None:
        self.ledger.reject(np.sort(rows), "", "repeated")
        self.taken -= len(rows)


def _fresh(rows: Rows, *, columns: int) -> NDArray[np.bool_]:
    """Where sorted rows differ from the one before in their first columns."""
    fresh: NDArray[np.bool_] = np.ones(len(rows), bool)
    fresh[1:] = (rows[1:, :columns] != rows[:-1, :columns]).any(axis=1)
    return fresh


def _elsewhere(rows: Rows) -> Rows:
    """Of stays sorted by person, place, begin, those (merged) that begin while the same person is at another place."""
    if not len(rows):
        return rows
    reach = _reach(_fresh(rows, columns=2), rows)
    opens = np.r_[True, (rows[1:, 2] > reach[:-1]) | _fresh(rows, columns=2)[1:]]
    begins = np.flatnonzero(opens)
    merged = rows[begins]
    merged[:, 3] = reach[np.append(begins[1:], len(rows)) - 1]
    merged = merged[np.argsort(merged[:, 0] << TIME_BITS | merged[:, 2], kind="stable")]
    same = ~_fresh(merged, columns=1)
    reached = _reach(~same, merged)
    return merged[np.r_[False, same[1:] & (merged[1:, 2] < reached[:-1])]]


def _reach(first: NDArray[np.bool_], rows: Rows) -> Column:
    """How far the stays of a group, begun where `first`, have reached after each row."""
    reach: Column = np.maximum.accumulate(np.cumsum(first) << TIME_BITS | rows[:, 3]) & LAST
    return reach
