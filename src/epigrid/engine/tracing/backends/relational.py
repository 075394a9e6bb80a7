"""Asks the common SQL of an engine that can keep relations: everything but the engine's own three verbs stands here."""

from abc import ABC, abstractmethod
from collections.abc import Sequence

import numpy as np

from epigrid.engine.tracing.answers import Contacts, Meetings, PlaceRow, PresenceRow, Reached
from epigrid.engine.tracing.backends import sql
from epigrid.engine.tracing.schemas import LAST, MAX_WINDOW_SECONDS, BadColumns, Column, ExposureQuery, HopRule, PlaceQuery, QueryUnbound

NAMES = ("person", "place", "t_in", "t_out")
STEP_SECONDS = 86_400
"""Hops are asked by exposure, day after day (or latency after latency, if that is longer): nobody is asked long before his exposure is final."""


class Relational(ABC):
    """A backend of the tracing engine over relations. Parameters, answers, units and order as in `contacts` and `hops`."""

    source: sql.Source

    @abstractmethod
    def _give(self, name: str, **columns: Column) -> None:
        """Make the relation `name` of these columns."""

    @abstractmethod
    def _keep(self, name: str, text: str) -> None:
        """Compute `text` now and keep it as the relation `name`, in place of an older one, which `text` may read."""

    @abstractmethod
    def _fetch(self, text: str) -> list[Column]:
        """The columns of the answer to `text`."""

    def _look_at(self, low: int, high: int) -> None:  # noqa: B027 - most engines have nothing to do
        """Only visits that overlap `[low, high)` matter to the next question."""

    def contacts(self, queries: Sequence[ExposureQuery]) -> Contacts:
        """Everybody co-present with the exposed person of each query, one row per (query, contact), summed over meetings."""
        return Contacts(*self._fetch(sql.contacts(self.source, *self._ask(queries))))

    def meetings(self, queries: Sequence[ExposureQuery]) -> Meetings:
        """The evidence of all contacts: one row per meeting."""
        return Meetings(*self._fetch(sql.meetings(self.source, *self._ask(queries))))

    def exposures(self, queries: Sequence[ExposureQuery]) -> tuple[PlaceRow, ...]:
        """Where the queries' exposure concentrates: one row per place the exposed were at."""
        columns = self._fetch(sql.exposures(self.source, *self._ask(queries)))
        return tuple(map(PlaceRow, *(column.tolist() for column in columns)))

    def present(self, query: PlaceQuery) -> tuple[PresenceRow, ...]:
        """Everybody at an affected place at any moment of the window."""
        self._look_at(query.start, query.end)
        columns = self._fetch(sql.present(self.source, query))
        return tuple(map(PresenceRow, *(column.tolist() for column in columns)))

    def reach(self, queries: Sequence[ExposureQuery], *, rule: HopRule, until: int) -> Reached:
        """Whom the exposed persons could have infected over any number of meetings before `until`, each with his earliest moment (`HopRule`)."""
        self._merge(queries, until, rule, mirrored=False)
        opens, closes = (_column(queries, name) for name in ("start", "end"))
        person, at = self._spread(_column(queries, "person"), opens, closes, rule=rule, edge=until)
        order = np.lexsort((person, at))
        return Reached(person[order], at[order])

    def origins(self, queries: Sequence[ExposureQuery], *, rule: HopRule, since: int) -> Reached:
        """Who could have infected the exposed persons over any number of meetings from `since` on, each with his latest moment (`HopRule`).

        Time is mirrored: with u = -(s + min_seconds) every condition on a moment s of an exposure becomes the forward one on u.
        """
        self._merge(queries, since, rule, mirrored=True)
        opens, closes = 1 - rule.min_seconds - _column(queries, "end"), -_column(queries, "start")
        person, mirrored = self._spread(_column(queries, "person"), opens, closes, rule=rule, edge=-since)
        at = -mirrored - rule.min_seconds
        order = np.lexsort((person, -at))
        return Reached(person[order], at[order])

    def _merge(self, queries: Sequence[ExposureQuery], edge: int, rule: HopRule, *, mirrored: bool) -> None:
        """Keep the merged stays of the time between the horizon and the windows: no longer than any question may be (X03)."""
        moments = [edge, *(moment for query in queries for moment in (query.start, query.end))]
        low, high = min(moments), max(moments)
        if low < 0 or high - low > MAX_WINDOW_SECONDS:
            raise QueryUnbound(start=low, end=high, longest=MAX_WINDOW_SECONDS)
        self._look_at(low, high + rule.min_seconds)
        self._keep("stays", sql.stays(self.source, low, high + rule.min_seconds, mirrored=mirrored))
        self._keep("longest", sql.LONGEST)
        self._give("slots", slot=sql.slots(low, high + rule.min_seconds, mirrored=mirrored))

    def _spread(self, *sources: Column, rule: HopRule, edge: int) -> list[Column]:
        """(person, moment) of the reached: set steps until nobody who was reached has still to be asked whom he met.

        Sources are infectious in their own windows only and are never reached. A step asks all whose exposure lies within one step's width of the
        earliest that has not been asked; somebody who turns out to have been exposed earlier is asked again.
        """
        person, opens, closes = sources
        empty = np.empty(0, np.int64)
        self._give("sources", person=np.unique(person))
        self._give("infectious", person=person, opens=opens, closes=closes)
        self._give("reached", person=empty, moment=empty, pending=empty)
        limit = None
        while True:
            self._keep("news", sql.exposed_by(self.source, rule))
            self._keep("reached", sql.joined(limit))
            waiting = self._fetch(sql.waiting(rule, edge=edge))[0]
            if not len(waiting):
                return self._fetch("SELECT person, moment FROM reached")
            limit = int(waiting[0]) + max(rule.latency_seconds, STEP_SECONDS)
            self._keep("infectious", sql.infectious(rule, edge=edge, limit=limit))

    def _ask(self, queries: Sequence[ExposureQuery]) -> tuple[int, int]:
        """Give the engine the queries; the window that holds all of theirs."""
        person, opens, closes = (_column(queries, name) for name in ("person", "start", "end"))
        self._give("queries", query=np.arange(len(queries)), person=person, opens=opens, closes=closes)
        low, high = int(opens.min(initial=LAST)), int(closes.max(initial=0))
        self._look_at(low, high)
        return low, high

    def _check(self, relation: str) -> None:
        """Refuse nulls and moments that are no epoch seconds, as `Visits` does: nobody would be found, and nobody would know why."""
        found = self._fetch(sql.defects(relation))
        for name, nulls in zip(NAMES, found, strict=False):
            if nulls[0]:
                raise BadColumns(column=name, why="null")
        if len(found[4]) and (found[4][0] < 0 or found[5][0] > LAST):
            raise BadColumns(column="t_in, t_out", why="no epoch seconds")


def _column(queries: Sequence[ExposureQuery], name: str) -> Column:
    return np.array([getattr(query, name) for query in queries], np.int64)
