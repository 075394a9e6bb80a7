"""Commands of phones: each once, in the order of the phone's own count, and none that names what an earlier one of it was refused for.

A phone numbers its commands 1, 2, 3 ... without gaps and sends them again until it has an answer. Whatever came once has an answer for ever, a refusal
too. What cannot be decided now (an earlier one is missing, the server failed) leaves nothing behind and is sent again.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.db import IntegrityError, transaction
from django.db.models import Max

from epigrid.kernel.actors import Actor
from epigrid.kernel.errors import DomainError, NotFound
from epigrid.store import locks, vault
from epigrid.store.commands import CommandReused, _digest
from epigrid.store.models import CommandReceipt

GAP, HELD_BACK, FAILED = "field.gap", "field.held-back", "field.failed"
AHEAD = timedelta(minutes=5)
"""So much a phone's clock, brought to the server's, may run ahead (architecture.md 9)."""
LATE = timedelta(minutes=10)
"""A command that came so long after it was done is marked (design value)."""


class HeldBack(DomainError):
    """An earlier command about the same tube, box or task was refused and nobody has decided what becomes of it."""

    reason = HELD_BACK


@dataclass(frozen=True, kw_only=True)
class Told:
    """A command as a phone tells it: its id and number, act and body, when it was done by the phone's clock brought to the server's, what it names."""

    command_id: UUID
    counter: int
    act: str
    body: dict[str, Any]
    at: datetime
    names: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Answer:
    """`done`, `refused` or `held`, why, the rows it made, whether it was answered before, and what is remarkable: late, clock, implausible."""

    id: UUID
    outcome: str
    reason: str = ""
    rows: tuple[str, ...] = ()
    replayed: bool = False
    flags: tuple[str, ...] = ()


def moment_of(*, at: datetime, since: datetime, received: datetime) -> tuple[datetime, tuple[str, ...]]:
    """When a command counts as done, and what is remarkable: the phone's moment if it lies between its last contact and now, else the moment it came (`clock`)."""
    if not since <= at <= received + AHEAD:
        return received, ("clock",)
    return min(at, received), ("late",) if received - at > LATE else ()


def last_done(*, device: UUID) -> datetime | None:
    """When the phone's newest command was done: nothing that follows was done before."""
    found: datetime | None = _of(device).aggregate(last=Max("occurred_at"))["last"]
    return found


def since(*, device: UUID, acts: Collection[str], after: datetime) -> list[datetime]:
    """When the phone did these acts after a moment, in order."""
    rows = _of(device).filter(occurred_at__gt=after, act__in=sorted(acts), outcome="done").order_by("occurred_at")
    return [at for at in rows.values_list("occurred_at", flat=True) if at is not None]


def take(*, actor: Actor, device: UUID, told: Told, now: datetime, do: Callable[[], Sequence[UUID | str]]) -> Answer:
    """Do a command in its turn, once. `do` runs inside the transaction that keeps the answer; a refusal by the domain is an answer too."""
    digest = _digest({"act": told.act, "body": told.body})
    with transaction.atomic():
        locks.hold(f"phone|{device}")
        known = _of(device).filter(command_id=str(told.command_id)).first()
        if known is not None:
            same = known.digest == digest and known.actor_id == actor.id
            return _known(told, known) if same else Answer(id=told.command_id, outcome="refused", reason=CommandReused.reason)
        if told.counter != (_of(device).aggregate(last=Max("counter"))["last"] or 0) + 1:
            return Answer(id=told.command_id, outcome="held", reason=GAP)
        outcome, reason, rows = ("held", HELD_BACK, ()) if _blocked(device, told) else _done(actor, told, do, now)
        CommandReceipt.objects.create(
            device=str(device),
            command_id=str(told.command_id),
            actor_id=actor.id,
            digest=digest,
            outcome=outcome,
            reason=reason,
            rows=list(rows),
            at=now,
            act=told.act,
            counter=told.counter,
            occurred_at=told.at,
            names=list(told.names),
            flags=list(told.flags),
        )
    return Answer(id=told.command_id, outcome=outcome, reason=reason, rows=rows, flags=told.flags)


def settle(*, device: UUID, command_id: UUID, now: datetime) -> None:
    """The worker has decided what becomes of a refused command: it holds nothing back any more. Again changes nothing."""
    if not _of(device).filter(command_id=str(command_id), outcome="refused").exists():
        raise NotFound(command=str(command_id))
    _of(device).filter(command_id=str(command_id), settled_at__isnull=True).update(settled_at=now)


def _done(actor: Actor, told: Told, do: Callable[[], Sequence[UUID | str]], now: datetime) -> tuple[str, str, tuple[str, ...]]:
    try:
        with transaction.atomic():
            return "done", "", tuple(str(row) for row in do())
    except DomainError as refusal:
        if isinstance(refusal, vault.PurposeMissing):
            vault.note_denial(actor=actor, refusal=refusal, at=now)
        return "refused", refusal.reason, ()
    except ObjectDoesNotExist:
        return "refused", NotFound.reason, ()
    except IntegrityError:
        return "refused", "field.twice", ()


def _blocked(device: UUID, told: Told) -> bool:
    """Whether an unsettled refusal names something that this one names too. What was refused before the phone could know is settled by the worker."""
    if not told.names:
        return False
    refused = _of(device).filter(outcome="refused", settled_at__isnull=True).values_list("names", flat=True)
    return any(set(names) & set(told.names) for names in refused)


def _known(told: Told, row: CommandReceipt) -> Answer:
    return Answer(id=told.command_id, outcome=row.outcome, reason=row.reason, rows=tuple(row.rows), replayed=True, flags=tuple(row.flags))


def _of(device: UUID) -> Any:
    return CommandReceipt.objects.filter(device=str(device))
