"""The city log: who was where in 14 days, invented from a seed, written day by day as Parquet in the order of arrival.

55 % of the people have a fixed place of work or school (sizes by a power law of mean 33) and are there on 95 % of the weekdays, from about 08:30 for about
8 hours. Everybody makes Poisson(1.35) other visits on a weekday and Poisson(1.9) on a day of the weekend: 12 % of these are rides on a run of a
vehicle with about 40 riders; of the rest, 70 % go to a venue of the home district (265,000 people) and 30 % to one of any district, by Zipf's law of
exponent 0.8, at moments between 06:00 and 22:30 with a peak in the middle, for a log-normal time of median 35 minutes (sigma 0.7, 1 minute to 6 hours).
Numbers of people and places are shuffled, as pseudonyms are. A person may be at two places at once, never twice at one: such rows are not written.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from benchmarks.tracing.scales import Scale

ZONE = "Asia/Shanghai"
FIRST_DAY = date(2022, 11, 21)
DAYS = 14
DAY = 86_400
SEED = 20221121
EDITION = 1
"""Raised when the log changes, so that an old one is made again."""
LONGEST = 12 * 3600
"""No stay is longer: what a peer may know of the log."""
WORKING, ATTENDING = 0.55, 0.95
RIDING, RIDERS, RUN_SECONDS, RUN_EVERY, FIRST_RUN = 0.12, 40, 45 * 60, 50 * 60, int(5.5 * 3600)
AT_HOME, ZIPF = 0.70, 0.8
RATE = {False: 1.35, True: 1.9}
"""Other visits per person and day; True = weekend."""
GROUP = 1 << 20

Column = NDArray[np.int64]
Rows = tuple[Column, Column, Column, Column]
"""person, place, seconds of the day at coming and at leaving."""


@dataclass(frozen=True, kw_only=True)
class Log:
    """A written log: its days, files and counts."""

    scale: Scale
    folder: Path
    rows: dict[str, int]

    @property
    def days(self) -> list[date]:
        """The local days, in order."""
        return [FIRST_DAY + timedelta(days=number) for number in range(DAYS)]

    def file(self, day: date) -> Path:
        """The visits that began on a day."""
        return self.folder / f"visits-{day}.parquet"

    @property
    def files(self) -> list[Path]:
        """All files, in order."""
        return [self.file(day) for day in self.days]

    @property
    def pattern(self) -> str:
        """All files, for an engine that takes a glob."""
        return str(self.folder / "visits-*.parquet")


@dataclass(frozen=True, kw_only=True, eq=False)
class City:
    """What does not change from day to day."""

    scale: Scale
    person: Column
    place: Column
    workers: Column
    workplace: Column
    zipf: NDArray[np.float64]


def midnight(day: date) -> int:
    """Epoch seconds at which a local day begins."""
    return int(datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(ZONE)).timestamp())


def log(scale: Scale) -> Log:
    """The log of a size; made first if it is not there whole."""
    folder = scale.folder / "log"
    card = folder / "log.json"
    wanted = {"edition": EDITION, "seed": SEED, "people": scale.people, "places": scale.places}
    if card.exists() and (found := json.loads(card.read_text())) and {key: found.get(key) for key in wanted} == wanted:
        return Log(scale=scale, folder=folder, rows=found["rows"])
    folder.mkdir(parents=True, exist_ok=True)
    card.unlink(missing_ok=True)
    made = Log(scale=scale, folder=folder, rows={})
    for day, rows in days(scale):
        made.rows[str(day)] = _write(made.file(day), midnight(day), rows)
    card.write_text(json.dumps(wanted | {"rows": made.rows}))
    return made


def days(scale: Scale) -> Iterator[tuple[date, Rows]]:
    """Each day's rows, by moment of coming."""
    city = _city(scale)
    for number in range(DAYS):
        day = FIRST_DAY + timedelta(days=number)
        rng = np.random.default_rng([SEED, scale.people, number])
        weekend = day.weekday() >= 5
        parts = [*_others(city, rng, RATE[weekend])] + ([] if weekend else [_work(city, rng)])
        person, place, t_in, t_out = (np.concatenate(column) for column in zip(*parts, strict=True))
        order = np.argsort(t_in, kind="stable")
        yield day, (city.person[person[order]], city.place[place[order]], t_in[order], t_out[order])


def _city(scale: Scale) -> City:
    rng = np.random.default_rng([SEED, scale.people])
    sizes = np.minimum(11 * rng.random(scale.workplaces) ** (-1 / 1.5), 5_000)
    workers = np.flatnonzero(rng.random(scale.people) < WORKING)
    places = np.repeat(np.arange(scale.workplaces), rng.multinomial(len(workers), sizes / sizes.sum()))
    weights = np.arange(1, scale.venues + 1) ** -ZIPF
    return City(
        scale=scale,
        person=rng.permutation(scale.people),
        place=rng.permutation(scale.places),
        workers=workers,
        workplace=rng.permutation(places),
        zipf=np.cumsum(weights / weights.sum())[:-1],
    )


def _work(city: City, rng: np.random.Generator) -> Rows:
    there = rng.random(len(city.workers)) < ATTENDING
    person, place = city.workers[there], city.workplace[there]
    t_in = (8.5 * 3600 + np.clip(rng.normal(0, 20 * 60, len(person)), -7200, 7200)).astype(np.int64)
    return person, place, t_in, t_in + (8 * 3600 + np.clip(rng.normal(0, 20 * 60, len(person)), -7200, 7200)).astype(np.int64)


def _others(city: City, rng: np.random.Generator, rate: float) -> tuple[Rows, Rows]:
    """Rides and visits to venues."""
    person = np.repeat(np.arange(city.scale.people), rng.poisson(rate, city.scale.people))
    riding = rng.random(len(person)) < RIDING
    return _once(_rides(city.scale, rng, person[riding])), _once(_venues(city, rng, person[~riding]))


def _rides(scale: Scale, rng: np.random.Generator, person: Column) -> Rows:
    runs = max(1, len(person) // RIDERS)
    run = rng.integers(0, runs, len(person))
    begins = FIRST_RUN + run // scale.vehicles * RUN_EVERY
    t_in = begins + rng.integers(0, 15 * 60, len(person))
    return person, scale.workplaces + run % scale.vehicles, t_in, rng.integers(t_in + 5 * 60, begins + RUN_SECONDS)


def _venues(city: City, rng: np.random.Generator, person: Column) -> Rows:
    scale, many = city.scale, len(person)
    home = person * scale.districts // scale.people
    district = np.where(rng.random(many) < AT_HOME, home, rng.integers(0, scale.districts, many))
    rank = np.searchsorted(city.zipf, rng.random(many))
    t_in = (6 * 3600 + 16.5 * 3600 * (rng.random(many) + rng.random(many)) / 2).astype(np.int64)
    dwell = np.clip(35 * 60 * np.exp(0.7 * rng.standard_normal(many)), 60, 6 * 3600).astype(np.int64)
    return person, scale.workplaces + scale.vehicles + district * scale.venues + rank, t_in, t_in + dwell


def _once(rows: Rows) -> Rows:
    """The rows without those that overlap or touch an earlier stay of the same person at the same place."""
    person, place, t_in, t_out = rows
    order = np.lexsort((t_in, place, person))
    group = np.cumsum(_fresh(person[order], place[order])) * (4 * DAY)
    reach = np.maximum.accumulate(group + t_out[order])
    again = np.r_[False, (group + t_in[order])[1:] <= reach[:-1]]
    kept = np.sort(order[~again])
    return person[kept], place[kept], t_in[kept], t_out[kept]


def _fresh(*keys: Column) -> NDArray[np.bool_]:
    """Where sorted keys change, the first included."""
    fresh: NDArray[np.bool_] = np.r_[True, np.logical_or.reduce([key[1:] != key[:-1] for key in keys])]
    return fresh


def _write(path: Path, begins: int, rows: Rows) -> int:
    person, place, t_in, t_out = rows
    table = pa.table({"person": person.astype(np.int32), "place": place.astype(np.int32), "t_in": t_in + begins, "t_out": t_out + begins})
    part = path.with_suffix(".part")
    encoding = {"t_in": "DELTA_BINARY_PACKED", "t_out": "DELTA_BINARY_PACKED", "person": "PLAIN", "place": "PLAIN"}
    pq.write_table(table, part, compression="zstd", use_dictionary=False, column_encoding=encoding, row_group_size=GROUP)
    part.rename(path)
    return len(table)
