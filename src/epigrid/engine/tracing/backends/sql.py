"""The questions as SQL that DuckDB and Spark read alike: integers and seconds only, no dialect, no function of one engine.

Relations that a backend provides: visits (person, place, t_in, t_out), raw or already merged, and queries (query, person, opens, closes). A filter
by person, by place or by time keeps every second inside a window, so it stands before the merging: what is sorted is what the question needs.
"""

from dataclasses import dataclass

import numpy as np

from epigrid.engine.tracing.schemas import Column, HopRule, PlaceQuery

SLOT_SECONDS = 7_200


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where the visits stand: `by_place` and `by_person` are names of relations with the same rows, `whole` says that their stays are merged already.

    `salts` > 1 cuts every place into so many parts by person, and repeats the exposed side for each, so that a crowded place is the work of many.
    """

    by_place: str = "visits"
    by_person: str = "visits"
    whole: bool = False
    salts: int = 1


def merged(rows: str) -> str:
    """Gaps and islands: overlapping or touching stays of a person at a place are one; reversed and empty rows are gone."""
    return f"""
        SELECT person, place, min(t_in) AS t_in, max(t_out) AS t_out
        FROM (
            SELECT person, place, t_in, t_out,
                sum(fresh) OVER (PARTITION BY person, place ORDER BY t_in, t_out ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS island
            FROM (
                SELECT person, place, t_in, t_out,
                    CASE WHEN t_in <= max(t_out) OVER (
                        PARTITION BY person, place ORDER BY t_in, t_out ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
                    ) THEN 0 ELSE 1 END AS fresh
                FROM ({rows}) AS given
                WHERE t_in < t_out
            ) AS marked
        ) AS islands
        GROUP BY person, place, island"""


def defects(relation: str = "visits") -> str:
    """One row: nulls in person, place, t_in, t_out, and the earliest and latest moment that the rows hold."""
    nulls = ", ".join(f"count(*) - count({name})" for name in ("person", "place", "t_in", "t_out"))
    return f"SELECT {nulls}, min(least(t_in, t_out)), max(greatest(t_in, t_out)) FROM {relation}"


def contacts(source: Source, low: int, high: int) -> str:
    """(query, contact, seconds, meetings, first, last)."""
    return f"""{_met(source, low, high)}
        SELECT query, contact, CAST(sum(ends - begins) AS BIGINT) AS seconds, count(*) AS meetings, min(begins), max(ends)
        FROM met GROUP BY query, contact
        ORDER BY query, seconds DESC, contact"""


def meetings(source: Source, low: int, high: int) -> str:
    """(query, contact, place, start, end)."""
    return f"{_met(source, low, high)} SELECT query, contact, place, begins, ends FROM met ORDER BY query, contact, begins, place"


def exposures(source: Source, low: int, high: int) -> str:
    """(place, queries, query seconds, contacts, contact seconds)."""
    return f"""{_met(source, low, high)},
        asked AS (
            SELECT place, count(DISTINCT query) AS queries, CAST(sum(ends - begins) AS BIGINT) AS query_seconds
            FROM exposed GROUP BY place
        ),
        shared AS (
            SELECT place, count(DISTINCT contact) AS contacts, CAST(sum(ends - begins) AS BIGINT) AS contact_seconds
            FROM met GROUP BY place
        )
        SELECT asked.place, queries, query_seconds, coalesce(contacts, 0), coalesce(contact_seconds, 0) AS ranked
        FROM asked LEFT JOIN shared ON shared.place = asked.place
        ORDER BY ranked DESC, asked.place"""


def present(source: Source, query: PlaceQuery) -> str:
    """(person, seconds, stays, first, last)."""
    there = f"""
        SELECT person, place, t_in, t_out FROM {source.by_place}
        WHERE place = {query.place:d} AND t_in < {query.end:d} AND t_out > {query.start:d}"""
    return f"""
        SELECT person, CAST(sum(ends - begins) AS BIGINT), count(*), min(begins), max(ends)
        FROM (
            SELECT person, greatest(t_in, {query.start:d}) AS begins, least(t_out, {query.end:d}) AS ends
            FROM ({there if source.whole else merged(there)}) AS stays
        ) AS inside
        GROUP BY person ORDER BY person"""


def stays(source: Source, low: int, high: int, *, mirrored: bool) -> str:
    """(person, place, t_in, t_out, slot): merged stays, cut to `[low, high)`; mirrored, time runs backwards: a search for sources is a search forward."""
    rows = f"SELECT person, place, t_in, t_out FROM {source.by_place} WHERE t_in < {high:d} AND t_out > {low:d}"
    begins, ends = f"greatest(t_in, {low:d})", f"least(t_out, {high:d})"
    if mirrored:
        begins, ends = f"-{ends}", f"-{begins}"
    whole = rows if source.whole else merged(rows)
    return f"SELECT person, place, {begins} AS t_in, {ends} AS t_out, {_slot(begins)} AS slot FROM ({whole}) AS stays"


LONGEST = "SELECT place, max(t_out - t_in) AS seconds FROM stays GROUP BY place"
"""The longest stay of each place: who is there at a moment came at most that long before."""


def slots(low: int, high: int, *, mirrored: bool) -> Column:
    """Every slot of `[low, high]`, mirrored as the stays are."""
    ahead = np.arange(low // SLOT_SECONDS, high // SLOT_SECONDS + 1) * SLOT_SECONDS
    return -ahead if mirrored else ahead


def _slot(moment: str) -> str:
    """The slot of a moment: a multiple of its length, never falling as moments rise, also before zero."""
    return f"{moment} - {moment} % {SLOT_SECONDS}"


def infectious(rule: HopRule, *, edge: int, limit: int) -> str:
    """(person, opens, closes) of those reached whose turn it is: those exposed before `limit`."""
    return f"SELECT person, moment + {rule.latency_seconds:d} AS opens, CAST({edge:d} AS BIGINT) AS closes FROM reached WHERE pending = 1 AND moment < {limit:d}"


def waiting(rule: HopRule, *, edge: int) -> str:
    """The earliest exposure among those who may still infect somebody and have not been asked."""
    return f"SELECT min(moment) FROM reached WHERE pending = 1 AND moment <= {edge - rule.latency_seconds - rule.min_seconds:d}"


def exposed_by(source: Source, rule: HopRule) -> str:
    """(person, moment): whom the infectious (relation `infectious`) expose over one meeting, each at his earliest moment, if that is news.

    Each infectious stay is laid out over the slots in which somebody may have come whom it meets, so that a place's days do not meet each other.
    Relations: stays, longest, slots, infectious (person, opens, closes), sources (person, ...), reached (person, moment, pending).
    """
    repeated, alike = _salted("laid", source.salts, "c.person")
    least = rule.min_seconds
    return f"""
        WITH shedding AS (
            SELECT s.person, s.place, greatest(s.t_in, i.opens) AS begins, least(s.t_out, i.closes) AS ends
            FROM stays s JOIN infectious i ON i.person = s.person
            WHERE greatest(s.t_in, i.opens) + {least:d} <= least(s.t_out, i.closes)
        ),
        venues AS (SELECT place, min(begins) AS low, max(ends) AS high FROM shedding GROUP BY place),
        laid AS (
            SELECT s.person, s.place, s.begins, s.ends, n.slot
            FROM shedding s JOIN longest l ON l.place = s.place
            JOIN slots n ON n.slot BETWEEN {_slot("(s.begins - l.seconds)")} AND {_slot("s.ends")}
        ),
        open AS (
            SELECT s.person, s.place, s.t_in, s.t_out, s.slot, r.moment
            FROM stays s
            JOIN venues v ON v.place = s.place AND s.t_in < v.high AND s.t_out > v.low
            LEFT JOIN reached r ON r.person = s.person
            LEFT JOIN sources o ON o.person = s.person
            WHERE o.person IS NULL AND (r.moment IS NULL OR r.moment > v.low)
        )
        SELECT c.person, min(greatest(c.t_in, e.begins)) AS moment
        FROM {repeated} e JOIN open c ON c.place = e.place AND c.slot = e.slot {alike}
        WHERE c.person <> e.person AND greatest(c.t_in, e.begins) + {least:d} <= least(c.t_out, e.ends)
            AND (c.moment IS NULL OR c.moment > greatest(c.t_in, e.begins))
        GROUP BY c.person"""


def joined(limit: int | None) -> str:
    """(person, moment, pending): `reached` with `news` taken in; who was asked in this step (exposed before `limit`) is pending only if he is news."""
    asked = "0" if limit is None else f"CASE WHEN r.moment < {limit:d} THEN 0 ELSE r.pending END"
    return f"""
        SELECT coalesce(n.person, r.person) AS person, coalesce(n.moment, r.moment) AS moment,
            CASE WHEN n.person IS NULL THEN {asked} ELSE 1 END AS pending
        FROM reached r FULL OUTER JOIN news n ON n.person = r.person"""


def _salted(relation: str, salts: int, person: str) -> tuple[str, str]:
    """The relation repeated once per salt, and the condition that joins each copy with its share of the persons."""
    if salts == 1:
        return relation, ""
    values = ", ".join(f"({salt})" for salt in range(salts))
    return f"(SELECT * FROM {relation} CROSS JOIN (VALUES {values}) AS salts(salt))", f"AND e.salt = abs({person}) % {salts:d}"


def _met(source: Source, low: int, high: int) -> str:
    """The common beginning: who was exposed where (own stays cut to the window), and every meeting there. All windows lie in `[low, high)`."""
    repeated, alike = _salted("exposed", source.salts, "c.person")
    own, there = (_whole if source.whole else _reported)(source, f"v.t_in < {high:d} AND v.t_out > {low:d}")
    return f"""
        WITH own AS ({own}),
        exposed AS (
            SELECT q.query, o.person, o.place, greatest(o.t_in, q.opens) AS begins, least(o.t_out, q.closes) AS ends
            FROM own o JOIN queries q ON q.person = o.person AND o.t_in < q.closes AND o.t_out > q.opens
        ),
        there AS ({there}),
        met AS (
            SELECT e.query, c.person AS contact, e.place, greatest(c.t_in, e.begins) AS begins, least(c.t_out, e.ends) AS ends
            FROM {repeated} e
            JOIN there c ON c.place = e.place {alike} AND c.t_in < e.ends AND c.t_out > e.begins AND c.person <> e.person
        )"""


def _whole(source: Source, inside: str) -> tuple[str, str]:
    """Stays to find the exposed among, and to find contacts among: the tables are sorted for the two joins."""
    return f"SELECT v.* FROM {source.by_person} v WHERE {inside}", f"SELECT v.* FROM {source.by_place} v WHERE {inside}"


def _reported(source: Source, inside: str) -> tuple[str, str]:
    """The same of visits as reported: only what the persons, then their venues and hours, ask for is merged."""
    own = f"""
        SELECT v.person, v.place, v.t_in, v.t_out
        FROM {source.by_person} v JOIN (SELECT DISTINCT person FROM queries) AS asked ON asked.person = v.person
        WHERE {inside}"""
    there = f"""
        SELECT v.person, v.place, v.t_in, v.t_out
        FROM {source.by_place} v
        JOIN (SELECT place, min(begins) AS low, max(ends) AS high FROM exposed GROUP BY place) AS venues
            ON venues.place = v.place AND v.t_in < venues.high AND v.t_out > venues.low
        WHERE {inside}"""
    return merged(own), merged(there)
