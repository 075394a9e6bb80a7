"""Written moments as epoch seconds: what a stamp means, or why nobody knows.

A stamp without a zone is read only in a zone that somebody has named; one that the clocks of that zone showed twice or never (the hours in which summer
time begins and ends) is no moment. Fractions of a second are cut off. Nothing is guessed: a bare date, or digits that read as one, are refused.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from epigrid.engine.tracing.schemas import LAST, Column

EPOCH, EPOCH_MS = "epoch", "epoch-ms"
MISSING, UNREADABLE, ZONELESS, AMBIGUOUS, OUT_OF_RANGE = 1, 2, 3, 4, 5
PROBLEMS = {
    MISSING: "stamp-missing",
    UNREADABLE: "stamp-unreadable",
    ZONELESS: "stamp-without-zone",
    AMBIGUOUS: "stamp-not-one-moment",
    OUT_OF_RANGE: "stamp-out-of-range",
}
"""Why a stamp is no moment: code in the answer of `seconds` -> reason of the rejected row."""

ISO = r"^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(\.\d{1,6})?"
ZONED = ISO + r"(Z|[+-]\d{2}:?\d{2})$"
PLAIN = ISO + "$"
DIGITS = r"^\d{1,15}(\.0*)?$"
DATE_LIKE = r"^(19|20)\d{6}$"
LOOSE = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})[T ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*(Z|[+-]\d{2}:?\d{2})?", re.ASCII)


def seconds(column: pa.Array, *, form: str = "", zone: str = "") -> tuple[Column, Column]:
    """(epoch seconds, problem code: 0 where there is none) of a column of numbers, Arrow stamps or text.

    `form`: empty for ISO 8601 (a slash or point between year, month, day is taken, too) and epoch seconds, `epoch`, `epoch-ms`, or a `strptime` form.
    `zone`: the IANA zone of stamps that carry none; empty: such stamps are refused.
    """
    kind: Any = column.type
    if pa.types.is_integer(kind) or pa.types.is_floating(kind):
        value, problem = _numbers(column, form)
    elif pa.types.is_timestamp(kind):
        value, problem = _stamps(column, zone)
    elif pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_dictionary(kind):
        value, problem = _texts(column.cast(pa.string()), form, zone)
    else:
        value, problem = np.zeros(len(column), np.int64), np.full(len(column), UNREADABLE)
    problem[(problem == 0) & ((value < 0) | (value > LAST))] = OUT_OF_RANGE
    return np.where(problem == 0, value, 0), problem


def _numbers(column: pa.Array, form: str) -> tuple[Column, Column]:
    problem = np.zeros(len(column), np.int64)
    if pa.types.is_floating(column.type):
        exact = column.cast(pa.float64()).to_numpy(zero_copy_only=False)
        problem[~np.isfinite(exact) | (exact != np.floor(exact)) | (np.abs(exact) > 2.0**53)] = UNREADABLE
        problem[np.isnan(exact)] = MISSING
        value = np.where(problem == 0, exact, 0).astype(np.int64)
    else:
        problem[np.asarray(column.is_null())] = MISSING
        value = column.fill_null(0).cast(pa.int64(), safe=False).to_numpy(zero_copy_only=False).astype(np.int64)
    return (value // 1000 if form == EPOCH_MS else value), problem


def _stamps(column: pa.Array, zone: str) -> tuple[Column, Column]:
    problem = np.where(np.asarray(column.is_null()), MISSING, 0)
    if column.type.tz is None:
        return _localised(column.cast(pa.timestamp("us"), safe=False), zone, problem)
    return _seconds(column), problem


def _localised(naive: pa.Array, zone: str, problem: Column) -> tuple[Column, Column]:
    if not zone:
        return np.zeros(len(naive), np.int64), np.where(problem == 0, ZONELESS, problem)
    early = pc.assume_timezone(naive, timezone=zone, ambiguous="earliest", nonexistent="earliest")
    late = pc.assume_timezone(naive, timezone=zone, ambiguous="latest", nonexistent="latest")
    value = _seconds(early)
    return value, np.where((problem == 0) & (value != _seconds(late)), AMBIGUOUS, problem)


def _seconds(stamps: pa.Array) -> Column:
    """Whole seconds of Arrow stamps, towards the past; zero where there is none."""
    micros = stamps.cast(pa.timestamp("us", tz=stamps.type.tz), safe=False).cast(pa.int64()).fill_null(0)
    return np.asarray(micros.to_numpy(zero_copy_only=False), np.int64) // 1_000_000


def _texts(column: pa.Array, form: str, zone: str) -> tuple[Column, Column]:
    text = pc.utf8_trim_whitespace(column.fill_null(""))
    value, problem = np.zeros(len(text), np.int64), np.full(len(text), UNREADABLE)
    problem[np.asarray(pc.equal(text, ""))] = MISSING
    if form not in ("", EPOCH, EPOCH_MS):
        _slowly(text, problem == UNREADABLE, value, problem, lambda one: _formed(one, form, zone))
        return value, problem
    digits = _matches(text, DIGITS)
    if form == "":
        digits &= ~_matches(text, DATE_LIKE)
    taken = np.flatnonzero(digits)
    whole = pc.replace_substring_regex(text.take(pa.array(taken)), r"\..*$", "").cast(pa.int64())
    value[taken], problem[taken] = _numbers(whole, form)
    if form == "":
        for pattern, tz in ((ZONED, "UTC"), (PLAIN, None)):
            _quickly(text, _matches(text, pattern), tz, zone, (value, problem))
        _slowly(text, problem == UNREADABLE, value, problem, lambda one: _loose(one, zone))
    return value, problem


def _matches(text: pa.Array, pattern: str) -> Column:
    return np.asarray(pc.match_substring_regex(text, pattern))


def _quickly(text: pa.Array, chosen: Column, tz: str | None, zone: str, answer: tuple[Column, Column]) -> None:
    """Read all chosen texts at once; leave them as they are when one of them is no date."""
    taken = np.flatnonzero(chosen)
    try:
        stamps = text.take(pa.array(taken)).cast(pa.timestamp("us", tz=tz))
    except pa.ArrowInvalid:
        return
    answer[0][taken], answer[1][taken] = _stamps(stamps, zone)


def _slowly(text: pa.Array, chosen: Column, value: Column, problem: Column, read: Callable[[str], tuple[int, int]]) -> None:
    """Read the chosen texts one by one, each different text once."""
    taken = np.flatnonzero(chosen)
    if not len(taken):
        return
    coded = text.take(pa.array(taken)).dictionary_encode()
    read_once = np.array([read(one) for one in coded.dictionary.to_pylist()], np.int64).reshape(-1, 2)
    found = read_once[np.asarray(coded.indices)]
    value[taken], problem[taken] = found[:, 0], found[:, 1]


def _loose(text: str, zone: str) -> tuple[int, int]:
    match = LOOSE.fullmatch(text)
    if match is None:
        return 0, UNREADABLE
    *parts, offset = match.groups()
    try:
        year, month, day, hour, minute, second = (int(part or 0) for part in parts)
        moment = datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 - the zone is asked for next
        if offset:
            moment = datetime.fromisoformat(moment.isoformat() + offset)
    except ValueError:
        return 0, UNREADABLE
    return _moment(moment, zone)


def _formed(text: str, form: str, zone: str) -> tuple[int, int]:
    try:
        return _moment(datetime.strptime(text, form), zone)  # noqa: DTZ007 - the zone is asked for next
    except ValueError:
        return 0, UNREADABLE


def _moment(moment: datetime, zone: str) -> tuple[int, int]:
    if moment.tzinfo is None:
        if not zone:
            return 0, ZONELESS
        early = moment.replace(tzinfo=ZoneInfo(zone), fold=0)
        if early.utcoffset() != early.replace(fold=1).utcoffset():
            return 0, AMBIGUOUS
        moment = early
    return int((moment - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() // 1), 0
