"""Files of cases become bounded questions, and answers become tables under the ids that were given.

A question without an exposure record or a purpose is refused, row by row, and so is a window of more than 21 days (X03). No table here is a person's trail: each
row is a meeting, a sum, a place or a moment.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import NAMESPACE_URL, UUID, uuid5

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from epigrid.engine.tracing import chains, contacts, hops, intake, stamps
from epigrid.engine.tracing.answers import Reached
from epigrid.engine.tracing.index import TraceIndex
from epigrid.engine.tracing.intake import ROW_BITS, Ledger
from epigrid.engine.tracing.numbering import Numbers, ids_of
from epigrid.engine.tracing.schemas import MAX_WINDOW_SECONDS, UNKNOWN, Column, ExposureQuery, HopRule
from epigrid.engine.tracing.spill import local_days

TEXTS = ("exposure", "purpose")
MOMENTS = ("start", "end")
CHAIN_MOMENTS = ("onset", "exposed_from", "exposed_until")
Ids = Callable[[Column], pa.Array]
"""Ids of numbers."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Asked:
    """Questions and what a chain needs beside them: columns of one length, `UNKNOWN` where a moment is not given. `exposure`: as it was written."""

    exposure: tuple[str, ...]
    queries: tuple[ExposureQuery, ...]
    row: Column
    onset: Column
    exposed_from: Column
    exposed_until: Column

    def __len__(self) -> int:
        return len(self.queries)

    @classmethod
    def of(cls, queries: Sequence[ExposureQuery]) -> "Asked":
        """Questions that come from approved queries of the register."""
        unknown = np.full(len(queries), UNKNOWN)
        exposure = tuple(str(query.exposure_id) for query in queries)
        return cls(exposure=exposure, queries=tuple(queries), row=unknown, onset=unknown, exposed_from=unknown, exposed_until=unknown)

    def for_chains(self, ledger: Ledger) -> "Asked":
        """The questions that can be cases of a chain: with an onset, each person once; others are rejected."""
        dated = np.flatnonzero(self.onset != UNKNOWN)
        person = np.array([self.queries[at].person for at in dated.tolist()], np.int64)
        kept = np.sort(dated[np.unique(person, return_index=True)[1]])
        ledger.reject(self.row[self.onset == UNKNOWN], "onset", "onset-missing")
        ledger.reject(self.row[np.setdiff1d(dated, kept)], "person", "case-twice")
        return Asked(
            exposure=tuple(self.exposure[at] for at in kept.tolist()),
            queries=tuple(self.queries[at] for at in kept.tolist()),
            **{name: getattr(self, name)[kept] for name in ("row", *CHAIN_MOMENTS)},
        )


@dataclass(frozen=True, kw_only=True)
class Names:
    """How numbers are named in answers, and in which zone moments are written."""

    persons: Ids
    places: Ids
    zone: str


def cases(path: Path, *, zone: str, persons: Numbers, ledger: Ledger) -> Asked:
    """The questions of a file with the columns exposure, purpose, person, start, end and, for chains, onset, exposed_from, exposed_until.

    `zone`: of stamps without one; empty: such rows are refused. Rejected rows are entered in the ledger.
    """
    ledger.files.append(path.name)
    base = (len(ledger.files) - 1) << ROW_BITS
    needed = {*TEXTS, "person", *MOMENTS}
    wanted = {name: name for name in (*TEXTS, "person", *MOMENTS, *CHAIN_MOMENTS)}
    parts: list[Asked] = []
    for table, rows in intake.columns(path, wanted, needed, lambda torn: ledger.reject(base | torn, "", "row-of-other-length")):
        ledger.rows += len(rows)
        parts.append(_asked(table, base | rows, zone, persons, ledger))
    later = {name: np.concatenate([np.empty(0, np.int64), *(getattr(part, name) for part in parts)]) for name in ("row", *CHAIN_MOMENTS)}
    return Asked(
        exposure=tuple(text for part in parts for text in part.exposure), queries=tuple(query for part in parts for query in part.queries), **later
    )


def _asked(table: Mapping[str, pa.Array], row: Column, zone: str, persons: Numbers, ledger: Ledger) -> Asked:
    alive = np.ones(len(row), bool)

    def reject(wrong: NDArray[np.bool_], column: str, reason: str) -> None:
        ledger.reject(row[alive & wrong], column, reason)
        alive[wrong] = False

    for name in TEXTS:
        reject(np.asarray(ids_of(table[name]).is_null()), name, f"{name}-missing")
    given = ids_of(table["person"])
    reject(np.asarray(given.is_null()), "person", "person-missing")
    person = persons.find(given)
    reject(person == UNKNOWN, "person", "person-unknown")
    moments = {}
    for name in (*MOMENTS, *CHAIN_MOMENTS):
        moments[name], problem = stamps.seconds(table[name], zone=zone) if name in table else (np.zeros(len(row), np.int64), np.ones(len(row)))
        missing = problem == stamps.MISSING if name in CHAIN_MOMENTS else np.zeros(len(row), bool)
        moments[name][missing] = UNKNOWN
        for code, reason in stamps.PROBLEMS.items():
            reject((problem == code) & ~missing, name, reason)
    reject(moments["end"] <= moments["start"], "end", "window-empty")
    reject(moments["end"] - moments["start"] > MAX_WINDOW_SECONDS, "end", "window-too-long")
    kept = np.flatnonzero(alive)
    exposure = [str(text) for text in ids_of(table["exposure"]).take(pa.array(kept)).to_pylist()]
    windows = zip(exposure, *(column[kept].tolist() for column in (person, moments["start"], moments["end"])), strict=True)
    return Asked(
        exposure=tuple(exposure),
        queries=tuple(ExposureQuery(exposure_id=_record(text), person=who, start=start, end=end) for text, who, start, end in windows),
        row=row[kept],
        **{name: moments[name][kept] for name in CHAIN_MOMENTS},
    )


def _record(text: str) -> UUID:
    """The id of an exposure record: a UUID as it stands, any other text by its own derived one."""
    try:
        return UUID(text)
    except ValueError:
        return uuid5(NAMESPACE_URL, f"exposure:{text}")


def contacts_table(index: TraceIndex, asked: Asked, names: Names) -> pa.Table:
    """One row per (question, contact): seconds together, meetings, first and last moment; longest first."""
    found = contacts.contacts(index, asked.queries)
    columns = {**_who(asked, names, found.query), "contact": names.persons(found.contact), "seconds": found.seconds, "meetings": found.meetings}
    return pa.table({**columns, "first": _stamps(found.first, names), "last": _stamps(found.last, names)})


def evidence_table(index: TraceIndex, asked: Asked, names: Names) -> pa.Table:
    """One row per meeting behind `contacts_table`."""
    found = contacts.meetings(index, asked.queries)
    columns = {**_who(asked, names, found.query), "contact": names.persons(found.contact), "place": names.places(found.place)}
    return pa.table({**columns, "start": _stamps(found.start, names), "end": _stamps(found.end, names), "seconds": found.end - found.start})


def places_table(index: TraceIndex, asked: Asked, names: Names) -> pa.Table:
    """One row per place at which the exposed were: questions, their seconds, distinct contacts, seconds shared with them; most shared first."""
    found = contacts.exposures(index, asked.queries)
    counted = ("queries", "query_seconds", "contacts", "contact_seconds")
    place = np.array([row.place for row in found], np.int64)
    return pa.table({"place": names.places(place), **{name: np.array([getattr(row, name) for row in found], np.int64) for name in counted}})


def reached(index: TraceIndex, asked: Asked, *, direction: str, rule: HopRule, horizon: int | None) -> Reached:
    """Forward: whom the questions' persons could have infected until the horizon; backward: from whom they could have it since then.

    Without a horizon it is the end (backward: the beginning) of the index, at most 21 days from the windows.
    """
    days = index.segments
    if direction == "forward":
        edge = min(days[-1].end if days else 0, min(query.start for query in asked.queries) + MAX_WINDOW_SECONDS)
        return hops.reach(index, asked.queries, rule=rule, until=edge if horizon is None else horizon)
    edge = max(days[0].start if days else 0, max(query.end for query in asked.queries) - MAX_WINDOW_SECONDS)
    return hops.origins(index, asked.queries, rule=rule, since=edge if horizon is None else horizon)


def reached_table(found: Reached, names: Names) -> pa.Table:
    """One row per person reached and the moment that limits him."""
    return pa.table({"person": names.persons(found.person), "at": _stamps(found.at, names)})


def reached_by_day(found: Reached, names: Names) -> pa.Table:
    """One row per local day: how many people were reached on it. Names nobody."""
    day, people = np.unique(local_days(found.at, names.zone), return_counts=True)
    return pa.table({"day": pa.array(day.astype(np.int32)).cast(pa.date32()), "people": people})


def chains_table(index: TraceIndex, asked: Asked, names: Names, serial: chains.SerialInterval) -> pa.Table:
    """Hypotheses: one row per case and possible source, best first, with generation and root of the best tree; a case without source has one row."""
    person = np.array([query.person for query in asked.queries], np.int64)
    infectious = (np.array([getattr(query, name) for query in asked.queries], np.int64) for name in MOMENTS)
    given = chains.Cases(
        case=person,
        moment=asked.onset,
        exposed_from=asked.exposed_from,
        exposed_until=asked.exposed_until,
        **dict(zip(("infectious_from", "infectious_until"), infectious, strict=True)),
    )
    pairs = chains.pairs_of(contacts.meetings(index, asked.queries), asked.queries, person)
    return trees_table(chains.trees(given, pairs, serial), names)


def trees_table(trees: chains.Trees, names: Names) -> pa.Table:
    """`chains_table` of trees, whatever their evidence; `link` is the word of the strongest piece."""
    found = trees.candidates
    at = np.searchsorted(trees.case, np.concatenate([found.target, trees.case[trees.source == UNKNOWN]]))
    roots = len(at) - len(found)
    order = np.argsort(at, kind="stable")

    def column(values: pa.Array) -> pa.Array:
        return pa.concat_arrays([values, pa.nulls(roots, values.type)]).take(pa.array(order))

    return pa.table(
        {
            "case": names.persons(trees.case[at][order]),
            "generation": trees.generation[at][order],
            "root": names.persons(trees.root[at][order]),
            "source": column(names.persons(found.source)),
            "rank": column(pa.array(found.rank)),
            "score": column(pa.array(found.score)),
            "plausibility": column(pa.array(found.plausibility)),
            "interval_days": column(pa.array(found.interval_seconds / 86_400)),
            "checked": column(pa.array([chains.CHECKED[code] for code in found.checked.tolist()], pa.string())),
            "link": column(pa.array([found.words[code] for code in found.link.tolist()], pa.string())),
            "seconds": column(_known(found.seconds)),
            "first": column(_stamps(found.first, names)),
            "last": column(_stamps(found.last, names)),
        }
    )


def _who(asked: Asked, names: Names, query: Column) -> dict[str, pa.Array]:
    person = np.array([one.person for one in asked.queries], np.int64)
    return {"exposure": pa.array(asked.exposure, pa.string()).take(pa.array(query)), "person": names.persons(person[query])}


def _known(values: Column) -> pa.Array:
    return pa.array(values, mask=values == UNKNOWN)


def _stamps(moments: Column, names: Names) -> pa.Array:
    return _known(moments).cast(pa.timestamp("s", tz=names.zone))
