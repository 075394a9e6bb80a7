"""From meetings to answers: sorted columns summed per contact, per person present, per place."""

import numpy as np
from numpy.typing import NDArray

from epigrid.engine.tracing.answers import Contacts, Meetings, PlaceRow, PresenceRow
from epigrid.engine.tracing.schemas import Column

Parts = tuple[Column, Column, Column, Column, Column]
"""Columns query, contact, place, start, end."""


def joined(parts: Parts) -> Parts:
    """Parts of meetings as whole meetings: what overlaps or touches at one place is one; by query, contact, place, start."""
    query, contact, place, start, end = parts
    order = np.lexsort((start, place, contact, query))
    query, contact, place, start, end = (column[order] for column in parts)
    if not len(order):
        return parts
    fresh = np.zeros(len(order), bool)
    fresh[firsts(query, contact, place)] = True
    base = int(start.min())
    group = np.cumsum(fresh) * (int(end.max()) - base + 1)
    reach = np.maximum.accumulate(group + end - base)
    begins = np.flatnonzero(fresh | np.r_[True, (group + start - base)[1:] > reach[:-1]])
    ends = np.append(begins[1:], len(order)) - 1
    return query[begins], contact[begins], place[begins], start[begins], (reach - group + base)[ends]


def contacts_of(parts: Parts) -> Contacts:
    """One row per (query, contact) from whole meetings in any order."""
    order = np.lexsort((parts[1], parts[0]))
    query, contact, _, start, end = (column[order] for column in parts)
    first = firsts(query, contact)
    meetings = np.diff(np.append(first, len(query)))
    return ranked(
        query[first],
        contact[first],
        reduced(np.add, end - start, first),
        meetings,
        reduced(np.minimum, start, first),
        reduced(np.maximum, end, first),
    )


def ranked(query: Column, contact: Column, seconds: Column, meetings: Column, first: Column, last: Column) -> Contacts:
    """Rows by query, longest first, then contact."""
    order = np.lexsort((contact, -seconds, query))
    return Contacts(query[order], contact[order], seconds[order], meetings[order], first[order], last[order])


def meetings_of(parts: Parts) -> Meetings:
    """Whole meetings by query, contact, start, place."""
    order = np.lexsort((parts[2], parts[3], parts[1], parts[0]))
    return Meetings(*(column[order] for column in parts))


def present_of(person: Column, start: Column, end: Column) -> tuple[PresenceRow, ...]:
    """One row per person from his whole stays at one place, by person."""
    order = np.argsort(person, kind="stable")
    person, start, end = person[order], start[order], end[order]
    first = firsts(person)
    stays = np.diff(np.append(first, len(person)))
    columns = (person[first], reduced(np.add, end - start, first), stays, reduced(np.minimum, start, first), reduced(np.maximum, end, first))
    return tuple(map(PresenceRow, *(column.tolist() for column in columns)))


def places_of(own: tuple[Column, Column, Column, Column], met: Parts) -> tuple[PlaceRow, ...]:
    """One row per place of the exposed persons' own stays (query, place, start, end), most shared seconds first, then place."""
    query, place, start, end = own
    seen = np.unique(place)
    slot, shared = np.searchsorted(seen, place), np.searchsorted(seen, met[2])
    asked = np.unique(np.stack((slot, query)), axis=1)[0]
    people = np.unique(np.stack((shared, met[1])), axis=1)[0]
    many = len(seen)
    columns = (
        np.bincount(asked, minlength=many),
        _sums(slot, end - start, many),
        np.bincount(people, minlength=many),
        _sums(shared, met[4] - met[3], many),
    )
    found = map(PlaceRow, seen.tolist(), *(column.tolist() for column in columns))
    return tuple(sorted(found, key=lambda row: (-row.contact_seconds, row.place)))


def firsts(*keys: Column) -> Column:
    """Positions at which sorted keys change, the first included."""
    if not len(keys[0]):
        return np.empty(0, np.int64)
    changed: NDArray[np.bool_] = np.logical_or.reduce([key[1:] != key[:-1] for key in keys])
    return np.flatnonzero(np.r_[True, changed])


def reduced(operation: np.ufunc, values: Column, first: Column) -> Column:
    """`operation` over the groups that begin at `first`."""
    found: Column = operation.reduceat(values, first) if len(first) else np.empty(0, np.int64)
    return found


def _sums(slot: Column, values: Column, many: int) -> Column:
    """Exact sums of `values` per slot."""
    sums = np.zeros(many, np.int64)
    np.add.at(sums, slot, values)
    return sums
