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
def present_rows(day: Any, place: int, begins: int, ends: int) -> Any:
    """Rows of everybody at a place who may overlap `[begins, ends)`: came in before the end, not earlier than the longest stay allows."""
    if place < 0 or place >= day[PLACES]:
        return rows_at(day[BY_PLACE], 0)
    offsets, longest = numbers_at(day[PLACE_OFFSETS], day[PLACES] + 1), numbers_at(day[LONGEST], day[PLACES])
    at = np.int64(offsets[place])
    rows = rows_at(day[BY_PLACE] + 8 * at, np.int64(offsets[place + 1]) - at)
    earliest = max(begins - day[START] - np.int64(longest[place]) + 1, 0)
    latest = min(ends, day[END]) - day[START]
    return rows[first_from(rows, earliest << 46) : first_from(rows, latest << 46)]


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
    """The persons' stays within their windows, one day at a time: columns question, place, start, end of `out`; returns how many."""
    many = 0
    for q in range(len(persons)):
        for number in range(len(days)):
            for row in own_rows(days[number], persons[q]):
                begins = max(days[number, START] + (row >> 17 & STAY), starts[q])
                until = min(days[number, START] + (row >> 17 & STAY) + (row & STAY), ends[q])
                if begins < until:
                    out[0, many], out[1, many], out[2, many], out[3, many] = q, row >> 34, begins, until
                    many += 1
    return many


@compiled
def how_many(days: Any, persons: Any, starts: Any, ends: Any, out: Any) -> None:
    """How many rows each question looks at: a bound of its meetings."""
    for q in range(len(persons)):
        for number in range(len(days)):
            day = days[number]
            if day[START] < ends[q] and day[END] > starts[q]:
                for row in own_rows(day, persons[q]):
                    begins = max(day[START] + (row >> 17 & STAY), starts[q])
                    until = min(day[START] + (row >> 17 & STAY) + (row & STAY), ends[q])
                    if begins < until:
                        out[q] += len(present_rows(day, row >> 34, begins, until))


@compiled
def sum_contacts(days: Any, questions: Any, known: Any, scratch: Any, out: Any, found: Any) -> None:
    """One row per (question, contact), question after question.

    `questions` = persons, starts, ends, bounds (of `how_many`). `known` = offsets per question and rows (contact, seconds, meetings, first, last) that are
    counted already. `scratch` = a table of zeros, at least `table_size` of any question's bound, and as many lines of five. `out` = columns contact, seconds,
    meetings, first, last; `found[q]` rows for q.
    """
    persons, starts, ends, bounds = questions
    offsets, rows = known
    slots, sums = scratch
    base = 0
    for q in range(len(persons)):
        table = slots[: table_size(bounds[q] + offsets[q + 1] - offsets[q])]
        many = 0
        for i in range(offsets[q], offsets[q + 1]):
            slot = _slot(table, rows[0, i])
            table[slot] = (rows[0, i] + 1) << 32 | many
            for column in range(5):
                sums[many, column] = rows[column, i]
            many += 1
        for number in range(len(days)):
            if days[number, START] < ends[q] and days[number, END] > starts[q]:
                many = _sum_day(days, number, (persons[q], starts[q], ends[q]), table, sums, many)
        table[:] = 0
        _hand_out(sums, many, out, base)
        found[q] = many
        base += many


@inlined
def _hand_out(sums: Any, many: int, out: Any, base: int) -> None:
    """Copy the lines of one question to the columns."""
    contacts, seconds, meetings, first, last = out
    for i in range(many):
        contacts[base + i], seconds[base + i], meetings[base + i] = sums[i, 0], sums[i, 1], sums[i, 2]
        first[base + i], last[base + i] = sums[i, 3], sums[i, 4]


@compiled
def table_size(bound: int) -> int:
    """Length of the table for so many rows: a power of two, at least twice as long."""
    size = 64
    while size < 2 * bound:
        size *= 2
    return size


@inlined
def _slot(table: Any, contact: int) -> int:
    """Where a contact stands in the table of the present question, or the free place for him; an entry is (contact + 1) << 32 | number of his line."""
    mask = len(table) - 1
    slot = (contact * 0x9E3779B1 >> 8) & mask
    while table[slot] != 0 and table[slot] >> 32 != contact + 1:
        slot = (slot + 1) & mask
    return slot


@compiled
def _sum_day(days: Any, number: int, question: Any, table: Any, sums: Any, many: int) -> int:
    """Add one day's meetings of one question; the number of contacts so far."""
    person, opens, closes = question
    day = days[number]
    for own in own_rows(day, person):
        moment, place = own >> 17 & STAY, own >> 34
        begins = max(day[START] + moment, opens)
        until = min(day[START] + moment + (own & STAY), closes)
        if begins >= until:
            continue
        whole = moment == 0 and opens < day[START] and goes_on(days, number, person, place)
        for row in present_rows(day, place, begins, until):
            contact = row >> 17 & NUMBER
            since = day[START] + (row >> 46)
            if since + (row & STAY) <= begins or contact == person:
                continue
            a, b = max(since, begins), min(since + (row & STAY), until)
            again = 1
            if whole and row >> 46 == 0 and goes_on(days, number, contact, place):
                again = 0
            slot = _slot(table, contact)
            if table[slot] == 0:
                table[slot] = (contact + 1) << 32 | many
                sums[many, 0], sums[many, 1], sums[many, 2], sums[many, 3], sums[many, 4] = contact, b - a, again, a, b
                many += 1
            else:
                line = table[slot] & 0xFFFFFFFF
                sums[line, 1] += b - a
                sums[line, 2] += again
                sums[line, 3], sums[line, 4] = min(sums[line, 3], a), max(sums[line, 4], b)
    return many


@compiled
def list_meetings(days: Any, persons: Any, starts: Any, ends: Any, out: Any) -> int:
    """Parts of meetings, one day at a time: columns question, contact, place, start, end of `out`; returns how many."""
    many = 0
    for q in range(len(persons)):
        for number in range(len(days)):
            day = days[number]
            for own in own_rows(day, persons[q]):
                begins = max(day[START] + (own >> 17 & STAY), starts[q])
                until = min(day[START] + (own >> 17 & STAY) + (own & STAY), ends[q])
                if begins >= until:
                    continue
                for row in present_rows(day, own >> 34, begins, until):
                    since = day[START] + (row >> 46)
                    contact = row >> 17 & NUMBER
                    if since + (row & STAY) > begins and contact != persons[q]:
                        out[0, many], out[1, many], out[2, many] = q, contact, own >> 34
                        out[3, many], out[4, many] = max(since, begins), min(since + (row & STAY), until)
                        many += 1
    return many
