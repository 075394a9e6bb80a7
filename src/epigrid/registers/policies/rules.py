"""How packs and overlays become clauses. Pure: no Django, no clock, no I/O."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from types import UnionType
from typing import Any, ClassVar, TypeVar, Union, get_args, get_origin, get_type_hints

from epigrid.kernel.errors import DomainError
from epigrid.kernel.verdicts import Clause, Source
from epigrid.registers.policies.formats import Pack, PackRefused, Value

C = TypeVar("C", bound=Clause)
Merged = Mapping[str, Mapping[str, Value]]
OWN = frozenset({"edition", "clause_id", "sources"})


class ClauseMissing(DomainError):
    """No pack in force defines this clause; never a silent default."""

    reason = "policy.clause-missing"


class ClauseUnset(DomainError):
    """No source sets this value and nobody has: the county must."""

    reason = "policy.unset"


class NoPackInForce(DomainError):
    """No pack of this disease is in force for the area on the day."""

    reason = "policy.no-pack-in-force"


class ClassDoesNotCarry(DomainError):
    """The disease's legal class does not carry this measure."""

    reason = "policy.class-does-not-carry"


class DelegationRefused(DomainError):
    """Only a hold awaiting a retest may be delegated, in writing, for at most the stated hours."""

    reason = "policy.delegation-refused"


@dataclass(frozen=True, kw_only=True)
class RetentionPolicy(Clause):
    """How long identity values of persons stay after their last measure ended."""

    key: ClassVar[str] = "retention"
    days_after_end: int


@dataclass(frozen=True, kw_only=True)
class LegalBasis:
    """The article that carries a measure, and the legal class of the disease."""

    legal_class: str
    article: str
    source: str


def chain(packs: Mapping[str, Pack], pack: Pack) -> list[Pack]:
    """The pack and all it inherits, the oldest first; unknown and circular inheritance is `PackRefused`."""
    found: list[Pack] = []
    current: Pack | None = pack
    while current is not None:
        if current in found:
            raise PackRefused(file=pack.id, key="pack.inherits", why="circle")
        found.append(current)
        if current.inherits and current.inherits not in packs:
            raise PackRefused(file=current.id, key="pack.inherits", why=f"unknown pack {current.inherits}")
        current = packs[current.inherits] if current.inherits else None
    return found[::-1]


def in_force(packs: Mapping[str, Pack], overlays: Iterable[Pack], *, disease: str, on: date, areas: Sequence[str]) -> list[Pack]:
    """What applies for an area (named by `areas`: the path it acts as, and its own) on a day: the latest pack with what it inherits, then overlays by area, order, date."""
    national = [pack for pack in packs.values() if pack.disease == disease and pack.in_force(on)]
    if not national:
        raise NoPackInForce(disease=disease, on=on.isoformat())
    base = max(national, key=lambda pack: (pack.valid_from, pack.id))
    local = [
        overlay
        for overlay in overlays
        if overlay.disease == disease and overlay.in_force(on) and any(area.startswith(overlay.area) for area in areas)
    ]
    local.sort(key=lambda overlay: (overlay.kind == "exercise", overlay.area.count("/"), overlay.order, overlay.valid_from, overlay.id))
    return [*chain(packs, base), *local]


def merge(stack: Iterable[Pack]) -> dict[str, dict[str, Value]]:
    """Later files amend earlier ones field by field."""
    merged: dict[str, dict[str, Value]] = {}
    for pack in stack:
        for key, values in pack.clauses.items():
            merged.setdefault(key, {}).update(values)
    return merged


def dump(merged: Merged) -> dict[str, dict[str, dict[str, Any]]]:
    """Merged clauses as plain JSON values, kept for ever with their edition."""
    return {
        key: {
            name: {"value": value.value, "source": value.source, "confidence": value.confidence, "pack": value.pack, "unset": value.unset, "note": value.note}
            for name, value in sorted(values.items())
        }
        for key, values in sorted(merged.items())
    }


def load_dump(content: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> dict[str, dict[str, Value]]:
    """The merged clauses of a kept edition."""
    return {key: {name: Value(**value) for name, value in values.items()} for key, values in content.items()}


def digest(content: Mapping[str, Any]) -> str:
    """The edition: SHA-256 over the canonical JSON of the merged clauses."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False, default=str).encode()).hexdigest()


def build(clause_class: type[C], merged: Merged, edition: str) -> C:
    """The typed clause. `ClauseMissing`, `ClauseUnset` (names the field) or `PackRefused` for a value of the wrong kind."""
    values = merged.get(clause_class.key)
    if values is None:
        raise ClauseMissing(clause=clause_class.key)
    hints = get_type_hints(clause_class)
    wanted = [field.name for field in fields(clause_class) if field.name not in OWN]
    unknown = set(values) - set(wanted)
    if unknown:
        raise PackRefused(file=values[min(unknown)].pack, key=f"{clause_class.key}.{min(unknown)}", why="unknown key")
    given: dict[str, Any] = {}
    for name in wanted:
        value = values.get(name)
        if value is None or value.unset:
            if not _optional(hints[name]):
                raise ClauseUnset(clause=clause_class.key, field=name)
            given[name] = None
        else:
            given[name] = _typed(hints[name], value, f"{clause_class.key}.{name}")
    sources = {
        name: Source(text=value.source, confidence=value.confidence, pack=value.pack)
        for name, value in values.items()
        if not value.unset
    }
    packs = sorted({value.pack for value in values.values()})
    return clause_class(edition=edition, clause_id=f"{'+'.join(packs)}:{clause_class.key}", sources=sources, **given)


def _optional(hint: Any) -> bool:
    return get_origin(hint) in (Union, UnionType) and type(None) in get_args(hint)


def _typed(hint: Any, value: Value, key: str) -> Any:
    plain = next(arg for arg in get_args(hint) if arg is not type(None)) if _optional(hint) else hint
    origin, raw = get_origin(plain), value.value
    if origin is tuple and isinstance(raw, list | tuple):
        return tuple(raw)
    if (origin in (dict, Mapping) or origin is not None and issubclass(origin, Mapping)) and isinstance(raw, Mapping):
        return dict(raw)
    if plain is float and isinstance(raw, int | float) and not isinstance(raw, bool):
        return float(raw)
    if isinstance(plain, type) and type(raw) is plain:
        return raw
    raise PackRefused(file=value.pack, key=key, why=f"wrong kind of value: {type(raw).__name__}")


def compare(left: Merged, right: Merged) -> list[tuple[str, str, str, str]]:
    """Rows (clause, field, left, right) of what differs between two regimes."""
    keys = sorted({(key, name) for side in (left, right) for key, values in side.items() for name in values})
    rows = []
    for key, name in keys:
        shown = [_shown(side.get(key, {}).get(name)) for side in (left, right)]
        if shown[0] != shown[1]:
            rows.append((key, name, shown[0], shown[1]))
    return rows


def _shown(value: Value | None) -> str:
    if value is None:
        return "-"
    return "unset" if value.unset else str(value.value)
