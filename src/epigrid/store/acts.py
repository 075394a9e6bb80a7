"""An act is done whole or not at all, also when it is a part of a greater one."""

import threading
from contextlib import AbstractContextManager, ContextDecorator
from types import TracebackType
from typing import Self

from django.db import transaction


class _Whole(ContextDecorator):
    """As `transaction.atomic`, but an act within an act has no savepoint of its own: it costs no statements, and what fails in it fails the whole.

    Whoever wants to go on after a refusal inside an act puts `transaction.atomic()` around what may be refused.
    """

    _within = threading.local()

    def __enter__(self) -> Self:
        stack: list[AbstractContextManager[None]] = self._within.__dict__.setdefault("stack", [])
        atomic = transaction.atomic(savepoint=not stack)
        atomic.__enter__()
        stack.append(atomic)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._within.stack.pop().__exit__(kind, error, trace)


whole = _Whole()
"""`@whole` above an action, `with whole:` around a step."""
