"""The change feed: what the facts since a position name, for clients that keep a pack of rows (architecture.md 9).

A fact's area covers all that it is about, so what changed in an area was told in it, beneath it or above it. Only facts that have a position are read, and
positions are given in the order of commitment without gaps: nothing that commits late is skipped.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Model, Q, QuerySet

from epigrid.kernel.areas import Area
from epigrid.store import journal
from epigrid.store.models import Fact

AT_ONCE = 500
M = TypeVar("M", bound=Model)
MOST = 5000
"""So many facts at once are not looked through: the client fetches its whole pack anew (design value)."""
_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, kw_only=True)
class Since:
    """Up to which position facts were read, the ids that they name, and whether the pack is fetched whole: they were too many, or one changes everything."""

    position: int
    ids: frozenset[UUID]
    whole: bool


def position() -> int:
    """Number what is committed and return the last position: what is read after it holds all facts up to it."""
    if Fact.objects.filter(position__isnull=True).exists():
        journal.number()
    return journal.last_position()


@dataclass(frozen=True, kw_only=True)
class Kinds:
    """Which facts touch packs: all of some `apps`; `movers` take rows out of an area and stand elsewhere in the tree; `resets` name no rows and change many."""

    apps: frozenset[str]
    movers: frozenset[str]
    resets: frozenset[str]


def since(*, after: int, areas: Sequence[Area], kinds: Kinds) -> Since:
    """What the facts of these kinds named after a position, in areas, beneath and above them."""
    upto = position()
    if upto <= after or not areas:
        return Since(position=upto, ids=frozenset(), whole=False)
    above = sorted({str(step) for area in areas for step in area.ancestors()})
    where = reduce(or_, [Q(area__within=area) for area in areas], Q(area__in=above) | Q(kind__in=sorted(kinds.movers), area__within=areas[0].root))
    rows = Fact.objects.filter(where, position__gt=after, position__lte=upto).order_by("position").values_list("kind", "subject_id", "payload")
    found = list(rows[: MOST + 1])
    ids = {one for kind, subject, payload in found if kind.partition(".")[0] in kinds.apps for one in (subject, *_named(payload))}
    return Since(position=upto, ids=frozenset(ids), whole=len(found) > MOST or any(kind in kinds.resets for kind, _subject, _payload in found))


def naming(touched: frozenset[UUID], *columns: str) -> list[Q]:
    """Conditions by which a shelf finds the rows that name one of the ids in one of its columns; several, so that no question has too many of them."""
    ids = sorted(touched)
    parts = [ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE)]
    return [reduce(or_, [Q(**{f"{column}__in": part}) for column in columns]) for part in parts]


def named(rows: QuerySet[M], touched: frozenset[UUID] | None, *columns: str) -> list[M]:
    """The rows of a shelf by key: all, or those that name one of the ids."""
    if touched is None:
        return list(rows.order_by("pk"))
    found = {row.pk: row for where in naming(touched, *columns) for row in rows.filter(where)}
    return [found[pk] for pk in sorted(found)]


def values(rows: QuerySet[Any], touched: frozenset[UUID] | None, asked: Sequence[str], *columns: str) -> list[tuple[Any, ...]]:
    """As `named`, the values of some columns only."""
    with_key = rows.order_by("pk").values_list("pk", *asked)
    if touched is None:
        return [row[1:] for row in with_key]
    found = {row[0]: row[1:] for where in naming(touched, *columns) for row in with_key.filter(where)}
    return [found[pk] for pk in sorted(found)]


def _named(value: object) -> list[UUID]:
    """Every id in a payload, however deep."""
    if isinstance(value, str):
        return [UUID(value)] if _ID.fullmatch(value) else []
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    keys = [UUID(key) for key in value if _ID.fullmatch(key)] if isinstance(value, dict) else []
    return keys + [one for item in inner for one in _named(item)]
