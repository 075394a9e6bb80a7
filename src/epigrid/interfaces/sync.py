"""The door of phones: their packs, and the commands that they kept while there was no network. Binding and sign-in are the access register's.

A command is an act of the machine door under its name, with its body; which acts a phone may send is a closed list. It counts as done when the phone did it,
where that is plausible, else when it came (architecture.md 9).
"""

import copy
import zlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Annotated, Any, Literal, TypeVar
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.gzip import gzip_page
from ninja import Field, Router, Schema
from ninja.decorators import decorate_view
from pydantic import AwareDatetime, BaseModel, ValidationError
from pydantic_core import to_json

from epigrid.field.visits import rules as pace
from epigrid.interfaces import packs
from epigrid.kernel.errors import BadInput, DomainError
from epigrid.registers.access import actions as access
from epigrid.registers.access.api import by_device
from epigrid.store import clock, phones
from epigrid.store.doors import EARLIEST, REFUSALS, Command, Reader, Rows, Verb, Word, reader

ACTS = frozenset(
    {
        "sampling.report-class",
        "sampling.report-roll",
        "sampling.enter-tube",
        "sampling.not-here",
        "sampling.add-late",
        "sampling.strike-off",
        "sampling.take-temperature",
        "sampling.isolate",
        "sampling.hand-over-isolated",
        "sampling.remind",
        "sampling.make-codes",
        "sampling.send-box",
        "sampling.give-box",
        "sampling.take-box",
        "sampling.discard-tube",
        "sampling.record-decline",
        "people.register-person",
        "people.mark-departed",
        "people.move-person",
        "people.record-need",
        "tasks.accept",
        "tasks.accept-building",
        "tasks.do",
        "tasks.give-back",
        "tasks.reopen",
        "tasks.escalate",
        "tasks.call-for-support",
        "tasks.lend-grid",
        "care.ask",
        "care.call-emergency",
        "care.accept",
        "care.claim",
        "care.buy",
        "care.deliver",
        "care.give-back",
        "care.answer",
        "care.confirm",
        "care.record-call",
        "care.ask-exit",
        "care.note-exit-out",
        "care.note-exit-back",
        "visits.record-visit",
        "visits.record-reading",
        "visits.do-item",
        "entry.note-passage",
        "entry.note-vehicle",
        "entry.hand-over",
        "entry.enter-paper-page",
        "codes.check-gate",
        "antigen.report-results",
        "workforce.start-shift",
        "workforce.end-shift",
    }
)
"""What a phone may send: what is done at a door, a table, a gate or on the telephone. Nothing that decides."""
VERBS: dict[str, tuple[Verb[Any], type[Command]]] = {}
"""Acts by their names at the machine door, as `interfaces.api` puts them together."""
DOORS = frozenset({"sampling.report-class", "sampling.report-roll", "visits.record-visit", "visits.record-reading", "visits.do-item", "tasks.do"})
"""Acts at doors: so many of one hand within minutes are looked at (X08)."""
NAMED = ("tube_id", "label", "labels", "box_id", "task_id", "task_ids", "request_id", "request_ids", "visit_id", "item_id")
"""Fields of a body that name the tube, box, task or request that it is about."""
AT_ONCE = 50
"""So many commands are done in one transaction: a phone with a full outbox does not hold the others up for longer."""
LARGEST = 4_000_000
"""Bytes of one upload, unpacked: 200 commands of 20 KB."""
S = TypeVar("S", bound=BaseModel)

router = Router(tags=["field"])


class ActUnknown(DomainError):
    """A phone may not send this act, or there is none of this name."""

    reason = "field.act-unknown"


class CommandIn(Schema):
    """One command: the phone's id and number for it, when it was done by the phone's clock, the act and its body."""

    id: UUID
    counter: Annotated[int, Field(ge=1, le=10_000_000)]
    at: AwareDatetime
    act: Word
    body: dict[str, Any]


class UploadIn(Schema):
    """Commands in the order of their numbers, the phone's clock when it sent them, however wrong it goes, and how many wait behind them."""

    sent_at: AwareDatetime
    waiting: Annotated[int, Field(ge=0)] = 0
    commands: Annotated[list[CommandIn], Field(max_length=200)]


class AnswerOut(Schema):
    """What became of one command."""

    id: UUID
    outcome: Literal["done", "refused", "held"]
    reason: str
    rows: list[str]
    replayed: bool
    flags: list[str]


class UploadOut(Schema):
    """The tree's present moment and an answer for each command, in order."""

    now: datetime
    outcomes: list[AnswerOut]


@router.get("/pull", response={200: Any, **REFUSALS}, auth=by_device, include_in_schema=False)
@decorate_view(gzip_page)
def pull(request: HttpRequest, since: str = "", buildings: str = "", waiting: int | None = None) -> HttpResponse:
    """What changed since the phone's position, or the whole pack."""
    it, device = reader(request), by_device(request)
    ids = _ids(buildings)
    found = packs.pull(ask=packs.Asking(actor=it.actor, device=device, buildings=ids, now=it.now), known=since)
    access.note_contact(device_id=device.id, now=it.now, sent_at=None, empty=waiting == 0)
    told = {"token": found.token, "now": it.now, "whole": found.whole, "touched": found.touched, "deps": found.deps, "rows": found.rows}
    return HttpResponse(to_json(told), content_type="application/json", headers={"Cache-Control": "no-store"})


def _ids(text: str) -> tuple[UUID, ...]:
    try:
        return tuple(sorted({UUID(one) for one in text.split(",") if one}))
    except ValueError:
        raise BadInput(field="buildings") from None


@router.post("/upload", response={200: UploadOut, **REFUSALS}, auth=by_device, include_in_schema=False)
def upload(request: HttpRequest) -> dict[str, Any]:
    """Do what a phone kept, command by command in its order; each has an answer, a replay its first one."""
    it, device = reader(request), by_device(request)
    body = _read(request)
    skew = access.note_contact(device_id=device.id, now=it.now, sent_at=body.sent_at, empty=False)
    since = _since(it, device)
    told = _told(device, body.commands, skew, since=since, received=it.now)
    outcomes: list[phones.Answer] = []
    for start in range(0, len(told), AT_ONCE):
        outcomes += phones.take(actor=it.actor, device=device.id, told=told[start : start + AT_ONCE], now=it.now, do=partial(_do, it, device))
    if body.waiting == 0 and all(one.reason not in (phones.GAP, phones.FAILED) for one in outcomes):
        access.note_contact(device_id=device.id, now=it.now, sent_at=None, empty=True)
    return {"now": it.now, "outcomes": outcomes}


def _since(it: Reader, device: Any) -> datetime:
    """Before when nothing that comes now was done: the phone's last contact, its last command. Where a clock stands, everything was done at once."""
    if not clock.runs(it.root):
        return EARLIEST
    contact: datetime = device.last_contact_at
    return max(contact, phones.last_done(device=device.id) or contact)


def _read(request: HttpRequest) -> UploadIn:
    """The body, unpacked where it came packed; never more than `LARGEST`."""
    raw = request.body
    if request.headers.get("Content-Encoding") == "gzip":
        raw = _unpacked(raw)
    if len(raw) > LARGEST:
        raise BadInput(field="body", why="too large")
    try:
        return UploadIn.model_validate_json(raw)
    except ValidationError:
        raise BadInput(field="body") from None


def _unpacked(raw: bytes) -> bytes:
    reading = zlib.decompressobj(wbits=31)
    try:
        found = reading.decompress(raw, LARGEST + 1)
    except zlib.error:
        raise BadInput(field="body", why="not gzip") from None
    if not reading.eof and len(found) <= LARGEST:
        raise BadInput(field="body", why="cut off")
    return found


def _shifted(at: datetime, skew: timedelta) -> datetime:
    """A phone's moment by the server's clock; what no calendar has stays as it is, and is marked."""
    try:
        return at + skew
    except OverflowError:
        return at


def _told(device: Any, commands: Sequence[CommandIn], skew: timedelta, *, since: datetime, received: datetime) -> list[phones.Told]:
    """The commands as the server judges them: when each was done, and whether so much can be done at doors within minutes (S-432; each act counts as a door)."""
    judged = [(one, *phones.moment_of(at=_shifted(one.at, skew), since=since, received=received)) for one in commands]
    doors = [number for number, (one, _at, _flags) in enumerate(judged) if one.act in DOORS]
    hasty: set[int] = set()
    if doors:
        before = phones.since(device=device.id, acts=DOORS, after=min(judged[number][1] for number in doors) - pace.WITHIN)
        moments = [*before, *(judged[number][1] for number in doors)]
        hasty = {
            doors[place - len(before)] for place in pace.implausible(list(zip(moments, range(len(moments)), strict=True))) if place >= len(before)
        }
    return [
        phones.Told(
            command_id=one.id,
            counter=one.counter,
            act=one.act,
            body=one.body,
            at=at,
            names=_names(one.body),
            flags=(*flags, "implausible") if number in hasty else flags,
        )
        for number, (one, at, flags) in enumerate(judged)
    ]


def _names(body: dict[str, Any]) -> tuple[str, ...]:
    """The tubes, boxes, tasks and requests that a body names."""
    found = []
    for key in NAMED:
        value = body.get(key)
        one = key.removesuffix("s")
        found += [f"{one}:{item}"[:120] for item in (value if isinstance(value, list) else [value]) if isinstance(item, str)]
    return tuple(sorted(set(found)))


def _do(it: Reader, device: Any, told: phones.Told) -> Rows:
    """Do a command by the act's own verb, at the moment at which the phone did it."""
    if told.act not in ACTS or told.act not in VERBS:
        raise ActUnknown(act=told.act)
    verb, schema = VERBS[told.act]
    body = _valid(schema, {**_past(told.body, it.now), "device": str(device.id), "command_id": str(told.command_id)})
    then = copy.copy(it)
    then.now = told.at
    return verb(then, body)


MOMENTS = ("at", "opened_at", "closed_at", "moments")


def _past(value: Any, now: datetime, key: str = "") -> Any:
    """A body whose moments do not lie ahead: what a phone has done has been done, however fast its clock runs."""
    if isinstance(value, dict):
        return {name: _past(inner, now, name) for name, inner in value.items()}
    if isinstance(value, list):
        return [_past(inner, now, key) for inner in value]
    if key not in MOMENTS or not isinstance(value, str):
        return value
    try:
        told = datetime.fromisoformat(value)
    except ValueError:
        return value
    return now.isoformat() if told.tzinfo is not None and told > now else value


def _valid(schema: type[S], body: dict[str, Any]) -> S:
    try:
        return schema.model_validate(body)
    except ValidationError as wrong:
        raise BadInput(field=".".join(map(str, wrong.errors()[0]["loc"]))) from None
