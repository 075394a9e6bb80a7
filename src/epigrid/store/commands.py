"""Commands of doors and devices, each with one outcome: a replay gets the first answer, and the same id with another body is refused."""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from epigrid.kernel.actors import Actor
from epigrid.kernel.errors import DomainError
from epigrid.store import locks, vault
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
    digest = hashlib.sha256(json.dumps(body, sort_keys=True, default=str).encode()).hexdigest()
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


def _replay(known: CommandReceipt, actor: Actor, digest: str) -> Outcome:
    if known.digest != digest or known.actor_id != actor.id:
        raise CommandReused(command=known.command_id)
    return Outcome(outcome=known.outcome, reason=known.reason, rows=tuple(known.rows), replayed=True)
