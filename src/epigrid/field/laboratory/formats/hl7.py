"""HL7 v2 results: messages ORU^R01 (segments MSH, PID, OBR, OBX) -> readings. Pure.

A message with a fault is refused whole, with its segment and field; the others are taken. PID is accepted and not read: the laboratory knows tubes, never
people. Dates without a zone are local.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from epigrid.field.laboratory.formats.messages import Messages, NotAMessage, Refused, gene_of
from epigrid.field.laboratory.formats.tables import STATED, label_of, sane
from epigrid.field.laboratory.rules.readings import MAX_CQ, ResultRow

FLAGS = {"POS": "positive", "DET": "positive", "NEG": "negative", "ND": "negative", "IND": "grey", "E": "grey"}
WORDS = {
    "DETECTED": "positive",
    "POSITIVE": "positive",
    "NOT DETECTED": "negative",
    "NEGATIVE": "negative",
    "INCONCLUSIVE": "grey",
    "INVALID": "invalid",
}
FINAL = ("F", "C", "")
"""OBX-11: final or corrected; of a corrected result the person in the laboratory says the reason."""
STAMP = re.compile(r"(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?(?:\.\d+)?([+-]\d{4})?")
READ = ("MSH", "PID", "OBR", "OBX")


class _Fault(Exception):
    def __init__(self, where: str, reason: str) -> None:
        super().__init__(where)
        self.where, self.reason, self.label = where, reason, ""


@dataclass(frozen=True, kw_only=True)
class _Segment:
    """A segment: its name with its number (`OBX[2]`), fields from 1 as the standard counts them, and the separators."""

    name: str
    where: str
    fields: Sequence[str]
    marks: str

    def field(self, number: int, component: int = 1) -> str:
        """The text of a field's component; empty when it is not there."""
        whole = self.fields[number] if number < len(self.fields) else ""
        parts = whole.split(self.marks[1])
        return self._plain(parts[component - 1]) if component <= len(parts) else ""

    def _plain(self, text: str) -> str:
        signs = {"F": self.marks[0], "S": self.marks[1], "R": self.marks[2], "E": self.marks[3], "T": self.marks[4:5] or "&"}
        escape = re.escape(self.marks[3])
        return re.sub(f"{escape}([FSRET]){escape}", lambda found: signs[found[1]], text).strip()


def read(content: bytes, zone: ZoneInfo) -> Messages:
    """The readings of a file of messages, UTF-8 or GBK; `NotAMessage` when it does not begin with MSH."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("gb18030", errors="replace")
    lines = [line.strip("\x0b\x1c ") for line in re.split(r"[\r\n]+", text)]
    lines = [line for line in lines if line]
    if not lines or not lines[0].startswith("MSH"):
        raise NotAMessage(kind="hl7", segment="MSH", field="1")
    rows: list[ResultRow] = []
    refused: list[Refused] = []
    unknown: dict[str, None] = {}
    starts = [place for place, line in enumerate(lines) if line.startswith("MSH")]
    for number, start in enumerate(starts, start=1):
        end = starts[number] if number < len(starts) else len(lines)
        try:
            segments = list(_segments(lines[start:end]))
            rows += _readings(number, segments, zone)
            unknown |= {one.name: None for one in segments if one.name not in READ}
        except _Fault as fault:
            refused.append(Refused(row=number, column=fault.where, reason=fault.reason, label=fault.label))
    return Messages(rows=tuple(rows), refused=tuple(refused), unknown=tuple(unknown))


def _segments(lines: Sequence[str]) -> Iterator[_Segment]:
    head = lines[0]
    separators = head[3:8]
    if len(set(separators)) < 5 or any(mark.isalnum() or mark.isspace() for mark in separators):
        raise _Fault("MSH-2", "message.separators")
    counted: dict[str, int] = {}
    for line in lines:
        fields = line.split(separators[0])
        name = fields[0]
        if not re.fullmatch(r"[A-Z][A-Z0-9]{2}", name):
            raise _Fault(name[:8] or "?", "message.segment-unknown")
        counted[name] = counted.get(name, 0) + 1
        shifted = [name, separators[0], *fields[1:]] if name == "MSH" else fields
        where = name if name == "MSH" else f"{name}[{counted[name]}]"
        yield _Segment(name=name, where=where, fields=shifted, marks=separators)


def _readings(number: int, segments: Sequence[_Segment], zone: ZoneInfo) -> list[ResultRow]:
    head = segments[0]
    if (head.field(9, 1), head.field(9, 2)) != ("ORU", "R01"):
        raise _Fault("MSH-9", "message.kind")
    rows, orders = [], [place for place, one in enumerate(segments) if one.name == "OBR"]
    if not orders:
        raise _Fault("OBR", "message.segment-missing")
    first = next((one for one in segments[: orders[0]] if one.name == "OBX"), None)
    if first is not None:
        raise _Fault(first.where, "message.segment-order")
    for place, start in enumerate(orders):
        end = orders[place + 1] if place + 1 < len(orders) else len(segments)
        observations = [one for one in segments[start + 1 : end] if one.name == "OBX"]
        rows.append(_tube(number, segments[start], observations, zone))
    return rows


def _tube(number: int, order: _Segment, observations: Sequence[_Segment], zone: ZoneInfo) -> ResultRow:
    """One order is one tube: its filler's number (OBR-3), else its placer's (OBR-2)."""
    label = label_of(order.field(3) or order.field(2))
    if not label:
        raise _Fault(f"{order.where}-3", "result.label-missing")
    try:
        return _reading(number, label, order, observations, zone)
    except _Fault as fault:
        fault.label = label
        raise


def _reading(number: int, label: str, order: _Segment, observations: Sequence[_Segment], zone: ZoneInfo) -> ResultRow:
    if not observations:
        raise _Fault(f"{order.where}", "result.nothing-read")
    moments = [(observations[0], 14), (order, 22), (order, 7)]
    stamped = next(((one, field, one.field(field)) for one, field in moments if one.field(field)), None)
    tested_at = _moment(stamped[2], zone) if stamped else None
    if tested_at is None:
        raise _Fault(f"{stamped[0].where}-{stamped[1]}" if stamped else f"{order.where}-22", "result.time-unreadable")
    cts: dict[str, float] = {}
    told: list[tuple[str, str]] = []
    for one in observations:
        _observe(one, cts, told)
    if not cts and not told:
        raise _Fault(f"{observations[0].where}-5", "result.nothing-read")
    stated = {outcome for gene, outcome in told if not (gene and cts)}
    said = next(iter(stated), "") if len(stated) < 2 else "single-target" if stated == {"positive", "negative"} else "grey"
    targets = 2 if len(observations) > 1 else 1
    return ResultRow(row=number, label=label, tested_at=tested_at, orf_ct=cts.get("orf"), n_ct=cts.get("n"), targets=targets, stated=said)


def _observe(one: _Segment, cts: dict[str, float], told: list[tuple[str, str]]) -> None:
    """Take what an OBX says: a cycle number (type NM) of its target, or words (OBX-5) or a flag (OBX-8), of one target or of the whole."""
    if one.field(11) not in FINAL:
        raise _Fault(f"{one.where}-11", "result.not-final")
    value, flag = one.field(5), one.field(8)
    if one.field(2) == "NM" and value:
        try:
            cycles = float(value)
        except ValueError:
            raise _Fault(f"{one.where}-5", "result.ct-unreadable") from None
        if not 0 <= cycles <= MAX_CQ:
            raise _Fault(f"{one.where}-5", "result.ct-impossible")
        if cycles:
            cts[gene_of(one.field(3, 2) or one.field(3)) or "orf"] = cycles
        return
    text = one.field(5, 2) or value
    found = FLAGS.get(flag) or WORDS.get(text.upper()) or WORDS.get(value.upper()) or STATED.get(text)
    if found is None:
        raise _Fault(f"{one.where}-5", "result.outcome-unknown")
    told.append((gene_of(one.field(3, 2) or one.field(3)), found))


def _moment(text: str, zone: ZoneInfo) -> datetime | None:
    found = STAMP.fullmatch(text)
    if found is None:
        return None
    year, month, day, hour, minute = map(int, found.groups()[:5])
    shift = found[7]
    offset = timedelta(hours=int(shift[:3]), minutes=int(shift[0] + shift[3:])) if shift else None
    try:
        return sane(datetime(year, month, day, hour, minute, int(found[6] or 0), tzinfo=timezone(offset) if offset is not None else zone))
    except ValueError:
        return None
