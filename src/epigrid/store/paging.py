"""Keyset paging: the next page starts after the last row seen; no counting, no offsets."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import Model, QuerySet

T = TypeVar("T")
R = TypeVar("R", bound=Model)

PAGE_ROWS = 50


@dataclass(frozen=True, kw_only=True)
class Page(Generic[T]):
    """Rows of one page and the key to ask the next with (empty: there is none)."""

    rows: Sequence[T]
    after: str = ""


def page(rows: QuerySet[R], *, key: str, after: str, card: Callable[[R], T], limit: int = PAGE_ROWS) -> Page[T]:
    """One page of `rows` ordered by the unique column `key`."""
    found = list((rows.filter(**{f"{key}__gt": after}) if after else rows).order_by(key)[: limit + 1])
    more = len(found) > limit
    shown = found[:limit]
    last: Any = getattr(shown[-1], key) if more else ""
    return Page(rows=[card(row) for row in shown], after=str(last))
