"""Bounded questions to the index."""

from collections.abc import Sequence

import numpy as np

from epigrid.engine.tracing.schemas import Column, ContactRow, ExposureQuery, Meeting, PlaceIndex


def meetings(index: PlaceIndex, query: ExposureQuery) -> list[Meeting]:
    """Everybody co-present with the exposed person inside the window, one row per meeting, by contact, start, place."""
    low, high = np.searchsorted(index.person_keys, [query.person, query.person + 1])
    found: list[Meeting] = []
    for row in index.by_person[low:high]:
        start, end = max(int(index.t_in[row]), query.start), min(int(index.t_out[row]), query.end)
        if start < end:
            found += _at(index, int(index.place_of_row[row]), start, end, query.person)
    found.sort(key=lambda meeting: (meeting.contact, meeting.start, meeting.place))
    return found


def _at(index: PlaceIndex, place: int, start: int, end: int, person: int) -> list[Meeting]:
    rows = _rows(index, place, start, end)
    return [
        Meeting(contact=int(index.person[row]), place=place, start=max(int(index.t_in[row]), start), end=min(int(index.t_out[row]), end))
        for row in rows
        if index.person[row] != person
    ]


def _rows(index: PlaceIndex, place: int, start: int, end: int) -> Column:
    at = int(np.searchsorted(index.places, place))
    if at == len(index.places) or index.places[at] != place:
        return np.empty(0, np.int64)
    low, high = int(index.offsets[at]), int(index.offsets[at + 1])
    first = low + int(np.searchsorted(index.t_in[low:high], start - int(index.longest[at]), side="left"))
    last = low + int(np.searchsorted(index.t_in[low:high], end, side="left"))
    return first + np.flatnonzero(index.t_out[first:last] > start)


def contacts(index: PlaceIndex, query: ExposureQuery) -> list[ContactRow]:
    """One row per contact, summed over meetings, longest first; ties by number."""
    grouped: dict[int, list[Meeting]] = {}
    for meeting in meetings(index, query):
        grouped.setdefault(meeting.contact, []).append(meeting)
    rows = [
        ContactRow(
            contact=contact,
            seconds=sum(meeting.seconds for meeting in group),
            meetings=len(group),
            first=min(meeting.start for meeting in group),
            last=max(meeting.end for meeting in group),
            places=tuple(sorted({meeting.place for meeting in group})),
        )
        for contact, group in grouped.items()
    ]
    return sorted(rows, key=lambda row: (-row.seconds, row.contact))


def evidence(index: PlaceIndex, query: ExposureQuery, contact: int) -> list[Meeting]:
    """The meetings with one contact."""
    return [meeting for meeting in meetings(index, query) if meeting.contact == contact]


def present(index: PlaceIndex, *, exposure: ExposureQuery, place: int) -> list[int]:
    """Who was at a place at any moment of the exposure's window, without the exposed person (S-125)."""
    rows = _rows(index, place, exposure.start, exposure.end)
    return sorted({int(index.person[row]) for row in rows} - {exposure.person})


def places_of(index: PlaceIndex, queries: Sequence[ExposureQuery]) -> dict[int, int]:
    """Seconds of exposure per place over several cases: where it concentrates; no person is named."""
    totals: dict[int, int] = {}
    for query in queries:
        low, high = np.searchsorted(index.person_keys, [query.person, query.person + 1])
        for row in index.by_person[low:high]:
            start, end = max(int(index.t_in[row]), query.start), min(int(index.t_out[row]), query.end)
            if start < end:
                place = int(index.place_of_row[row])
                totals[place] = totals.get(place, 0) + end - start
    return dict(sorted(totals.items()))
