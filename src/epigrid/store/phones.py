"""Commands of phones: each once, in the order of the phone's own count, and none that names what an earlier one of it was refused for.

A phone numbers its commands 1, 2, 3 ... without gaps and sends them again until it has an answer. Whatever came once has an answer for ever, a refusal
too. What cannot be decided now (an earlier one is missing, the server failed) leaves nothing behind and is sent again.
"""

import logging
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.db import IntegrityError, transaction
from django.db.models import Max

from epigrid.kernel.actors import Actor
from epigrid.kernel.errors import DomainError, NotFound
from epigrid.store import locks, vault
from epigrid.store.acts import whole
from epigrid.store.commands import CommandReused, _digest
from epigrid.store.models import CommandReceipt

GAP, HELD_BACK, FAILED = "field.gap", "field.held-back", "field.failed"
SETTLE = "field.settle"
"""The act by which a worker drops a refused command: its body names it."""
log = logging.getLogger(__name__)
AHEAD = timedelta(minutes=5)
"""So much a phone's clock, brought to the server's, may run ahead (architecture.md 9)."""
LATE = timedelta(minutes=10)
"""A command that came so long after it was done is marked (design value)."""


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


def take(*, actor: Actor, device: UUID, told: Sequence[Told], now: datetime, do: Callable[[Told], Sequence[UUID | str]]) -> list[Answer]:
    """Do commands in their turn, each once, in one transaction: `do` does one, and its answer is kept with what it did.

    A refusal by the domain is an answer too. Where the phone's count has a gap, or the server fails, that one and all behind it are held and leave nothing
    behind; what stands before it is kept.
    """
    with transaction.atomic():
        locks.hold(f"phone|{device}")
        book = _Book(actor=actor, device=device, now=now, do=do)
        book.open(told)
        answers: list[Answer] = []
        for one in told:
            answers.append(book.take(one))
            if answers[-1].reason in (GAP, FAILED):
                break
        CommandReceipt.objects.bulk_create(book.written)
    why = answers[-1].reason if answers else ""
    return answers + [Answer(id=one.command_id, outcome="held", reason=why) for one in told[len(answers) :]]


@dataclass
class _Book:
    """What one phone has sent, as far as it matters to the commands at hand: answers given before, the last number, what refusals hold back."""

    actor: Actor
    device: UUID
    now: datetime
    do: Callable[[Told], Sequence[UUID | str]]
    known: dict[str, CommandReceipt] = field(default_factory=dict)
    written: list[CommandReceipt] = field(default_factory=list)
    refused: dict[str, set[str]] = field(default_factory=dict)
    last: int = 0

    def open(self, told: Sequence[Told]) -> None:
        """Look at what was sent before: three questions."""
        rows = _of(self.device)
        self.known = {row.command_id: row for row in rows.filter(command_id__in=[str(one.command_id) for one in told])}
        self.last = rows.aggregate(last=Max("counter"))["last"] or 0
        held = rows.filter(outcome="refused", settled_at__isnull=True).values_list("command_id", "names")
        self.refused = {command_id: set(names) for command_id, names in held}

    def take(self, told: Told) -> Answer:
        """The answer to one command, given before or now."""
        known = self.known.get(str(told.command_id))
        digest = _digest({"act": told.act, "body": told.body})
        if known is not None:
            same = known.digest == digest and known.actor_id == self.actor.id
            return _known(told, known) if same else Answer(id=told.command_id, outcome="refused", reason=CommandReused.reason)
        if told.counter != self.last + 1:
            return Answer(id=told.command_id, outcome="held", reason=GAP)
        outcome, reason, rows = ("held", HELD_BACK, ()) if self._blocks(told) else self._done(told)
        if reason != FAILED:
            self._write(told, digest, outcome, reason, rows)
        return Answer(id=told.command_id, outcome=outcome, reason=reason, rows=rows, flags=told.flags)

    def _blocks(self, told: Told) -> bool:
        """Whether an unsettled refusal names something that this one names too."""
        return any(names & set(told.names) for names in self.refused.values())

    def _done(self, told: Told) -> tuple[str, str, tuple[str, ...]]:
        try:
            with whole:
                return "done", "", tuple(str(row) for row in (self._settle(told) if told.act == SETTLE else self.do(told)))
        except DomainError as refusal:
            if isinstance(refusal, vault.PurposeMissing):
                vault.note_denial(actor=self.actor, refusal=refusal, at=self.now)
            return "refused", refusal.reason, ()
        except ObjectDoesNotExist:
            return "refused", NotFound.reason, ()
        except IntegrityError:
            return "refused", "field.twice", ()
        except Exception:
            log.exception("a command of a phone failed: %s", told.act)
            return "held", FAILED, ()

    def _settle(self, told: Told) -> Sequence[str]:
        """The worker has decided what becomes of a refused command: it holds nothing back any more. Again changes nothing."""
        settled = str(told.body.get("command_id", ""))
        own = next((row for row in self.written if row.command_id == settled), None) or _of(self.device).filter(command_id=settled).first()
        if own is None or own.outcome != "refused":
            raise NotFound(command=settled)
        self.refused.pop(settled, None)
        own.settled_at = own.settled_at or self.now
        if own not in self.written:
            own.save(update_fields=["settled_at"])
        return [settled]

    def _write(self, told: Told, digest: str, outcome: str, reason: str, rows: tuple[str, ...]) -> None:
        row = CommandReceipt(
            device=str(self.device),
            command_id=str(told.command_id),
            actor_id=self.actor.id,
            digest=digest,
            outcome=outcome,
            reason=reason,
            rows=list(rows),
            at=self.now,
            act=told.act,
            counter=told.counter,
            occurred_at=told.at,
            names=list(told.names),
            flags=list(told.flags),
        )
        self.written.append(row)
        self.known[row.command_id], self.last = row, told.counter
        if outcome == "refused":
            self.refused[row.command_id] = set(told.names)


def _known(told: Told, row: CommandReceipt) -> Answer:
    return Answer(id=told.command_id, outcome=row.outcome, reason=row.reason, rows=tuple(row.rows), replayed=True, flags=tuple(row.flags))


def _of(device: UUID) -> Any:
    return CommandReceipt.objects.filter(device=str(device))
