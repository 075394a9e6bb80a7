"""Commands of doors and devices, each with one outcome: a replay gets the first answer, and the same id with another body is refused."""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.db import IntegrityError, transaction

from epigrid.kernel.actors import Actor
from epigrid.kernel.errors import DomainError, NotAllowed, NotFound
from epigrid.store import bulk, locks, vault
from epigrid.store.models import CommandReceipt


class CommandReused(DomainError):
    """The command id was used before by another actor or with another body (HTTP 409)."""

    reason = "command.reused"


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of a command: `done` or `refused`, the reason, the ids of the rows it made, and whether this is a replay."""

    outcome: str
    reason: str
    rows: tuple[str, ...]
    replayed: bool


def once(*, actor: Actor, device: str, command_id: str, body: Any, now: datetime, do: Callable[[], Sequence[UUID]]) -> Outcome:
    """Do the command unless it was done before; a refusal by the domain is an outcome too and is kept.

    `do` returns the ids of the rows it made; it runs inside the transaction that keeps the receipt.
    """
    digest = _digest(body)
    with transaction.atomic():
        locks.hold(f"command|{device}|{command_id}")
        known = CommandReceipt.objects.filter(device=device, command_id=command_id).first()
        if known is not None:
            return _replay(known, actor, digest)
        outcome, reason = "done", ""
        rows: tuple[str, ...] = ()
        try:
            with transaction.atomic():
                rows = tuple(str(row) for row in do())
        except DomainError as refusal:
            outcome, reason = "refused", refusal.reason
            if isinstance(refusal, vault.PurposeMissing):
                vault.note_denial(actor=actor, refusal=refusal, at=now)
        CommandReceipt.objects.create(
            device=device, command_id=command_id, actor_id=actor.id, digest=digest, outcome=outcome, reason=reason, rows=list(rows), at=now
        )
        return Outcome(outcome=outcome, reason=reason, rows=rows, replayed=False)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One of several commands of a device: its id and its body."""

    command_id: str
    body: Any


def each(
    *, actor: Actor, device: str, asked: Sequence[Asked], now: datetime, do: Callable[[Sequence[int]], Sequence[Sequence[UUID | str]]]
) -> list[Outcome]:
    """Several commands of one device, each with an outcome of its own: all in one act where nothing hinders, else one by one.

    `do` does the commands with these numbers (in `asked`) in one act and returns the rows of each. What is not there for the actor, and an id that was
    used before with another body, is refused without a receipt. `NotAllowed` refuses all of them.
    """
    ids = [one.command_id for one in asked]
    known = {row.command_id: row for row in CommandReceipt.objects.filter(device=device, command_id__in=ids)}
    fresh = [number for number, command_id in enumerate(ids) if command_id not in known]
    try:
        with transaction.atomic():
            made = dict(zip(fresh, do(fresh) if fresh else (), strict=True))
            bulk.insert([_receipt(actor, device, asked[number], now, made[number]) for number in fresh])
    except NotAllowed:
        raise
    except (DomainError, ObjectDoesNotExist, IntegrityError):
        return [_alone(actor, device, one, now, partial(_first, do, number)) for number, one in enumerate(asked)]
    done = {number: Outcome(outcome="done", reason="", rows=tuple(map(str, rows)), replayed=False) for number, rows in made.items()}
    return [done[number] if number in done else _again(known[one.command_id], actor, one) for number, one in enumerate(asked)]


def _first(do: Callable[[Sequence[int]], Sequence[Sequence[Any]]], number: int) -> Sequence[Any]:
    try:
        return do([number])[0]
    except NotFound as absent:
        raise ObjectDoesNotExist from absent


def _alone(actor: Actor, device: str, one: Asked, now: datetime, do: Callable[[], Sequence[Any]]) -> Outcome:
    try:
        with transaction.atomic():
            return once(actor=actor, device=device, command_id=one.command_id, body=one.body, now=now, do=do)
    except CommandReused as refusal:
        return _refused(refusal.reason)
    except ObjectDoesNotExist:
        return _refused(NotFound.reason)


def _again(known: CommandReceipt, actor: Actor, one: Asked) -> Outcome:
    try:
        return _replay(known, actor, _digest(one.body))
    except CommandReused as refusal:
        return _refused(refusal.reason)


def _refused(reason: str) -> Outcome:
    return Outcome(outcome="refused", reason=reason, rows=(), replayed=False)


def _receipt(actor: Actor, device: str, one: Asked, now: datetime, rows: Sequence[Any]) -> CommandReceipt:
    digest, made = _digest(one.body), list(map(str, rows))
    return CommandReceipt(device=device, command_id=one.command_id, actor_id=actor.id, digest=digest, outcome="done", reason="", rows=made, at=now)


def _digest(body: Any) -> str:
    return hashlib.sha256(json.dumps(body, sort_keys=True, default=str).encode()).hexdigest()


def _replay(known: CommandReceipt, actor: Actor, digest: str) -> Outcome:
    if known.digest != digest or known.actor_id != actor.id:
        raise CommandReused(command=known.command_id)
    return Outcome(outcome=known.outcome, reason=known.reason, rows=tuple(known.rows), replayed=True)
