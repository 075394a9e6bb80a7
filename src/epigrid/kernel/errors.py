"""Refusals. Each has a stable `reason` key; prose is made at the edge, in the reader's language."""

from collections.abc import Mapping
from typing import Any, ClassVar


class DomainError(Exception):
    """An act that is refused, with the reason as a stable key and the facts behind it.

    `details` holds plain values for the reader (counts, ids, dates), never names, document numbers, phones or addresses.
    """

    reason: ClassVar[str] = "refused"

    def __init__(self, **details: Any) -> None:
        super().__init__(self.reason)
        self.details: Mapping[str, Any] = details

    def __str__(self) -> str:
        shown = ", ".join(f"{key}={value}" for key, value in self.details.items())
        return f"{self.reason} ({shown})" if shown else self.reason


class NotAllowed(DomainError):
    """The actor holds no duty that carries this act in this area (HTTP 403)."""

    reason = "access.not-allowed"


class NotFound(DomainError):
    """Nothing with this id in what the actor may see; the same answer as for an id that never was (HTTP 404)."""

    reason = "access.not-found"


class CauseMissing(DomainError):
    """A fact of this kind may not stand without the fact that caused it."""

    reason = "journal.cause-missing"


class BadInput(DomainError):
    """A value that cannot be taken as it is; `details` names the field (HTTP 422)."""

    reason = "input.bad"


class TooOften(DomainError):
    """Somebody looks people up faster than any table needs; `details` say after how many seconds he may go on (HTTP 429)."""

    reason = "access.look-ups-limited"
