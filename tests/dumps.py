"""Canonical dumps: every row of every table as text in which no id, key or random byte is left, so that two runs can be compared byte for byte.

An id is named by what is known about it: the rows it stands in, and by whom those rows are named in turn. Names are refined until no more ids can be
told apart (colour refinement of the graph of rows and ids). Ids that still share a name are interchangeable. Left out is only what cannot be equal: random
keys and what they enciphered (the plain values stand in its place), the wall clock, row numbers, and digests over ids.
"""

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import models

from epigrid.kernel.areas import Area
from epigrid.store import extracts, vault
from epigrid.store.models import CommandReceipt, Fact, Lease, PersonKey, Pseudonym, Scan, Secret

Row = tuple[str, str, tuple[tuple[UUID, ...], ...]]
"""Table, text with a hole for each group of ids, and the groups; the ids of one group stand in no order."""

ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
NOT_DUMPED = (CommandReceipt, Lease, Secret, Scan, Pseudonym)
"""What drivers left behind, who worked last; identity values and presences are dumped by what they say."""
RANDOM = {"seal", "seq", "anchored_at", "wrapped", "key_id", "digest", "code_digest", "password"}
HOLE = "\x00"


def dump() -> list[str]:
    """The present database as sorted lines."""
    rows = list(_rows())
    names = _names(rows)
    return sorted(_line(row, names) for row in rows)


def _rows() -> Iterator[Row]:
    trees = sorted({str(area) for area in apps.get_model("store", "Tree").objects.values_list("root", flat=True)})
    facts = dict(Fact.objects.values_list("seq", "id"))
    for model in apps.get_models():
        if model.__module__.startswith("epigrid.") and model not in NOT_DUMPED:
            columns = [column for column in model._meta.concrete_fields if column.attname not in RANDOM and not isinstance(column, models.AutoField)]
            for values in model._base_manager.order_by().values_list(*(column.attname for column in columns)):
                content = {
                    column.attname: facts[value] if column.related_model is Fact else value for column, value in zip(columns, values, strict=True)
                }
                yield _row(model._meta.label, content, trees)
    yield from _secrets(trees)
    yield from _presences(trees)


def _secrets(trees: list[str]) -> Iterator[Row]:
    keys = vault._keys_of(PersonKey.objects.values_list("person_id", flat=True), make=False)
    for secret in Secret.objects.iterator():
        content = {"person": secret.person_id, secret.field: vault._open(secret, keys[secret.person_id]), "tree": secret.tree}
        yield _row("vault", content, trees)


def _presences(trees: list[str]) -> Iterator[Row]:
    for tree in trees:
        scans = list(Scan.objects.filter(tree=Area(tree).tree))
        person, place = (
            extracts.subjects(area=Area(tree), kind=kind, numbers={getattr(scan, kind) for scan in scans}) for kind in ("person", "place")
        )
        for scan in scans:
            yield _row("presence", {"person": person[scan.person], "place": place[scan.place], "from": scan.t_in, "until": scan.t_out}, trees)


def _row(table: str, content: dict[str, Any], trees: list[str]) -> Row:
    holes: list[tuple[UUID, ...]] = []
    text = json.dumps(_plain(content, holes), ensure_ascii=False, sort_keys=True)
    for tree in trees:
        text = text.replace(tree, "~/").replace(tree.rstrip("/") + "-", "~-")
    return table, text, tuple(holes)


def _plain(value: Any, holes: list[tuple[UUID, ...]]) -> Any:
    """The value as JSON, with a hole where ids were; a list of ids only is one hole."""
    if isinstance(value, UUID):
        holes.append((value,))
        return HOLE
    if isinstance(value, dict):
        return {_plain(key, holes): _plain(value[key], holes) for key in sorted(value)}
    if isinstance(value, list | tuple):
        if value and all(isinstance(item, UUID) or (isinstance(item, str) and ID.fullmatch(item)) for item in value):
            holes.append(tuple(UUID(str(item)) for item in value))
            return HOLE
        return [_plain(item, holes) for item in value]
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        holes += [(UUID(found),) for found in ID.findall(value)]
        return ID.sub(HOLE, value)
    if isinstance(value, memoryview | bytes):
        return bytes(value).hex()
    return value if isinstance(value, int | float | bool | None) else str(value)


def _names(rows: list[Row]) -> dict[UUID, str]:
    """A name for each id: refined until the number of different names stands still."""
    ids = {one for _, _, holes in rows for hole in holes for one in hole}
    names, told_apart = dict.fromkeys(ids, ""), 0
    while True:
        said: dict[UUID, list[str]] = defaultdict(list)
        for row in rows:
            digest = _digest(_line(row, names))
            for number, hole in enumerate(row[2]):
                for one in hole:
                    said[one].append(f"{number}{digest}")
        names = {one: _digest(names[one] + "".join(sorted(found))) for one, found in said.items()}
        different = len(set(names.values()))
        if different == told_apart:
            return names
        told_apart = different


def _line(row: Row, names: dict[UUID, str]) -> str:
    table, text, holes = row
    parts = text.split("\\u0000")
    named = ["+".join(sorted(names[one] for one in hole)) for hole in holes]
    return table + " " + "".join(part + name for part, name in zip(parts, [*named, ""], strict=True))


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=9).hexdigest()
