"""Loops over meetings: who was at the same place at the same time, summed per contact, or one by one."""

from typing import Any

import numpy as np

from epigrid.engine.tracing.kernels.memory import (
    BY_PERSON,
    BY_PLACE,
    END,
    LONGEST,
    NUMBER,
    PERSON_OFFSETS,
    PERSONS,
    PLACE_OFFSETS,
    PLACES,
    START,
    STAY,
    compiled,
    inlined,
    numbers_at,
    rows_at,
)


@inlined
def own_rows(day: Any, person: int) -> Any:
    """A person's rows of a day."""
    if person < 0 or person >= day[PERSONS]:
        return rows_at(day[BY_PERSON], 0)
    offsets = numbers_at(day[PERSON_OFFSETS], day[PERSONS] + 1)
    low = np.int64(offsets[person])
    return rows_at(day[BY_PERSON] + 8 * low, np.int64(offsets[person + 1]) - low)


@inlined
def first_from(rows: Any, key: int) -> int:
    """Position of the first row that is not below a key."""
    low, high = 0, len(rows)
    while low < high:
        middle = (low + high) >> 1
        if rows[middle] < key:
            low = middle + 1
        else:
            high = middle
    return low


@inlined
def present_range(day: Any, place: int, begins: int, ends: int) -> Any:
    """Bounds of the rows of everybody at a place who may overlap `[begins, ends)`: came in before the end, not earlier than the longest stay allows."""
    offsets, longest = numbers_at(day[PLACE_OFFSETS], day[PLACES] + 1), numbers_at(day[LONGEST], day[PLACES])
    at = np.int64(offsets[place])
    rows = rows_at(day[BY_PLACE] + 8 * at, np.int64(offsets[place + 1]) - at)
    earliest = max(begins - day[START] - np.int64(longest[place]) + 1, 0)
    return at + first_from(rows, earliest << 46), at + first_from(rows, (ends - day[START]) << 46)


@compiled
def goes_on(days: Any, number: int, person: int, place: int) -> bool:
    """Whether a person's stay at a place reaches the end of the day before day `number`, which follows it at once."""
    if number == 0 or days[number - 1, END] != days[number, START]:
        return False
    length = days[number - 1, END] - days[number - 1, START]
    for row in own_rows(days[number - 1], person):
        if row >> 34 == place and (row >> 17 & STAY) + (row & STAY) == length:
            return True
    return False


@compiled
def ends_with(days: Any, person: int, place: int) -> bool:
    """Whether a person's stay at a place reaches the end of the last day."""
    day = days[len(days) - 1]
    for row in own_rows(day, person):
        if row >> 34 == place and (row >> 17 & STAY) + (row & STAY) == day[END] - day[START]:
            return True
    return False


@compiled
def own_many(days: Any, persons: Any) -> int:
    """How many rows the persons have."""
    many = 0
    for q in range(len(persons)):
        for number in range(len(days)):
            many += len(own_rows(days[number], persons[q]))
    return many


@compiled
def list_own(days: Any, persons: Any, starts: Any, ends: Any, out: Any) -> int:
    """The persons' stays within their windows, one day at a time; returns how many.

    Columns of `out`: question, place, start, end, number of the day, and the bounds of the rows by place of everybody who may have been there.
    """
    many = 0
    for q in range(len(persons)):
        for number in range(len(days)):
            day = days[number]
            if day[START] >= ends[q] or day[END] <= starts[q]:
                continue
            for row in own_rows(day, persons[q]):
                begins = max(day[START] + (row >> 17 & STAY), starts[q])
                until = min(day[START] + (row >> 17 & STAY) + (row & STAY), ends[q])
                if begins < until:
                    out[0, many], out[1, many], out[2, many], out[3, many], out[4, many] = q, row >> 34, begins, until, number
                    out[5, many], out[6, many] = present_range(day, row >> 34, begins, until)
                    many += 1
    return many


@compiled
def sum_contacts(days: Any, questions: Any, own: Any, known: Any, scratch: Any, out: Any, found: Any) -> None:
    """One row per (question, contact), question after question.

    `questions` = persons, starts. `own` = columns of `list_own`. `known` = offsets per question and rows (contact, seconds, meetings, first, last) that are
    counted already. `scratch` = a table of zeros, at least `table_size` of any question's rows, and as many lines of five. `out` = columns contact, seconds,
    meetings, first and last in seconds after the question's start; `found[q]` rows for q.
    """
    persons, starts = questions
    offsets, rows = known
    table, lines = scratch
    base, at, met = 0, 0, np.empty(MET, np.int64)
    for q in range(len(persons)):
        many, stays = 0, at
        while stays < own.shape[1] and own[0, stays] == q:
            many += own[6, stays] - own[5, stays]
            stays += 1
        size, many = table_size(many // 4), 0
        for i in range(offsets[q], offsets[q + 1]):
            size = _grown(table, size, lines, many)
            table[_slot(table, size, lines, rows[0, i])] = many + 1
            lines[many, 0], lines[many, 1], lines[many, 2] = rows[0, i], rows[1, i], rows[2, i]
            lines[many, 3], lines[many, 4] = rows[3, i] - starts[q], rows[4, i] - starts[q]
            many += 1
        while at < stays:
            size, many = _sum_stay(days, own[:, at], (persons[q], starts[q]), table, size, (lines, met), many)
            at += 1
        table[:size] = 0
        for i in range(many):
            for column in range(5):
                out[column, base + i] = lines[i, column]
        found[q] = many
        base += many


@compiled
def _sum_stay(days: Any, stay: Any, question: Any, table: Any, size: int, sums: Any, many: int) -> Any:
    """Add the meetings of one stay; the length of the table and the number of contacts so far."""
    person, opens = question
    lines, met = sums
    place, begins, until, number = stay[1], stay[2] - opens, stay[3] - opens, stay[4]
    day = days[number]
    start = day[START] - opens
    whole = begins == start and start > 0 and goes_on(days, number, person, place)
    rows = rows_at(day[BY_PLACE] + 8 * stay[5], stay[6] - stay[5])
    for low in range(0, len(rows), len(met)):
        for i in range(_who_met(rows[low : low + len(met)], begins - start, person, met)):
            contact, since = met[i] >> 17 & NUMBER, start + (met[i] >> 46)
            a, b = max(since, begins), min(since + (met[i] & STAY), until)
            again = 0 if whole and met[i] >> 46 == 0 and goes_on(days, number, contact, place) else 1
            slot = _slot(table, size, lines, contact)
            line = table[slot] - 1
            if line < 0:
                table[slot] = many + 1
                lines[many, 0], lines[many, 1], lines[many, 2], lines[many, 3], lines[many, 4] = contact, b - a, again, a, b
                many += 1
                size = _grown(table, size, lines, many)
            else:
                lines[line, 1] += b - a
                lines[line, 2] += again
                lines[line, 3], lines[line, 4] = min(lines[line, 3], a), max(lines[line, 4], b)
    return size, many


@inlined
def _who_met(rows: Any, begins: int, person: int, met: Any) -> int:
    """Copy the rows of others who stayed past a moment of the day, without a branch: most who are looked at had left. Returns how many."""
    many = 0
    for row in rows:
        met[many] = row
        many += int(((row >> 46) + (row & STAY) > begins) & (row >> 17 & NUMBER != person))
    return many


MET = 4096
"""Rows that are looked at in one go."""
SMALL = 2048
"""Length of the table at first: it stays in the nearest cache."""


@compiled
def table_size(bound: int) -> int:
    """Length that the table may reach for so many rows: a power of two, at least twice as long."""
    size = SMALL
    while size < 2 * bound:
        size *= 2
    return size


@inlined
def _slot(table: Any, size: int, lines: Any, contact: int) -> int:
    """Where the number of a contact's line (from 1 on) stands in the table of the present question, or the free place for it."""
    slot = (contact * 0x9E3779B1 >> 8) & (size - 1)
    while table[slot] != 0 and lines[table[slot] - 1, 0] != contact:
        slot = (slot + 1) & (size - 1)
    return slot


@compiled
def _grown(table: Any, size: int, lines: Any, many: int) -> int:
    """The length of the table for one contact more: doubled, and filled anew, when it is half full."""
    if 2 * (many + 1) <= size:
        return size
    table[:size] = 0
    size *= 2
    for line in range(many):
        table[_slot(table, size, lines, np.int64(lines[line, 0]))] = line + 1
    return size


@compiled
def list_meetings(days: Any, persons: Any, own: Any, out: Any) -> int:
    """Parts of meetings, one day at a time: columns question, contact, place, start, end of `out`; returns how many."""
    many = 0
    for i in range(own.shape[1]):
        begins, until, day = own[2, i], own[3, i], days[own[4, i]]
        for row in rows_at(day[BY_PLACE] + 8 * own[5, i], own[6, i] - own[5, i]):
            since, contact = day[START] + (row >> 46), row >> 17 & NUMBER
            if since + (row & STAY) > begins and contact != persons[own[0, i]]:
                out[0, many], out[1, many], out[2, many] = own[0, i], contact, own[1, i]
                out[3, many], out[4, many] = max(since, begins), min(since + (row & STAY), until)
                many += 1
    return many
