"""Judgements about messages. Pure."""

from collections.abc import Mapping
from typing import Any

from epigrid.kernel.errors import DomainError

PRIVATE = frozenset({"result.positive", "hold.issued", "hold.ended", "hold.corrected", "order.issued", "order.released", "appeal.answered"})
"""Never sent to a group: they concern one person (S-206)."""
PLAIN = (str, int, float, bool, type(None))


class NeverToGroups(DomainError):
    """This message concerns one person; it goes to him alone."""

    reason = "message.never-to-groups"


class NotPlain(DomainError):
    """A message carries plain values only."""

    reason = "message.not-plain"


class StaysInside(DomainError):
    """Nothing leaves an exercise."""

    reason = "message.stays-inside"


def check(*, key: str, to_person: bool, values: Mapping[str, Any]) -> None:
    """Refuse private matters to groups and anything but plain values."""
    if key in PRIVATE and not to_person:
        raise NeverToGroups(key=key)
    bad = [name for name, value in values.items() if not isinstance(value, PLAIN)]
    if bad:
        raise NotPlain(fields=sorted(bad))
