"""How packs and overlays become clauses, who may decide what, and what a legal class carries. Pure: no Django, no clock, no I/O."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from datetime import date, timedelta
from types import UnionType
from typing import Any, ClassVar, TypeVar, Union, get_args, get_origin, get_type_hints

from epigrid.kernel.duties import Duty
from epigrid.kernel.errors import DomainError
from epigrid.kernel.verdicts import Clause, Source

C = TypeVar("C", bound=Clause)
LEVELS = ("province", "city", "county", "exercise")
"""Overlays apply in this order, each over the one before; the national pack lies beneath them all."""
CONFIDENCE = frozenset({"P", "PR", "S"})
"""Primary text read, primary text reprinted, secondary page. K (general knowledge) never ships."""
ASSUMED = "assumption of this exercise"
ANY = "any"
"""The disease of a base: what packs of every disease may inherit."""
LEGAL_CLASSES = ("A", "B-as-A", "B", "C", "unlisted")
CLASS_A_ONLY = frozenset({"hold.issue", "hold.extend", "order.issue", "stay-home", "static.order"})
"""Measures on people that only class A, or a class managed as A, carries (2013 law Art. 39-41; 2025 law Art. 58, 60)."""
LISTED_ONLY = frozenset({"treatment.issue"})
"""Measures that a disease of any class carries, but not one that the law does not name (2025 law Art. 60)."""
DELEGABLE = frozenset({"hold.issue"})
"""Only a hold that awaits a retest may be delegated (procedures: who decides); no pack can widen this."""
SERVING = frozenset({"order.serve"})
"""Acts that people of a community may carry out; they decide none of the others."""
NEVER_DECIDE = frozenset(
    {
        Duty.PROCEDURE, Duty.GRID_WORKER, Duty.COMMUNITY_SECRETARY, Duty.REGISTRAR, Duty.SAMPLER, Duty.COURIER, Duty.GATE_GUARD,
        Duty.PHONE_OPERATOR, Duty.PLACE_REGISTRAR, Duty.TRANSFER_TEAM,
    }
)  # fmt: skip
OWN = frozenset({"edition", "clause_id", "sources"})
TABLES = frozenset({"decides", "legal"})
"""Tables keyed by act: read by `deciders_of` and `basis_of`, not by a clause."""


class PackRefused(DomainError):
    """A pack file that cannot be taken; `details`: file, line (0 = unknown), key, why."""

    reason = "policy.pack-refused"


class ClauseMissing(DomainError):
    """No pack in force defines this clause; never a silent default."""

    reason = "policy.clause-missing"


class ClauseUnset(DomainError):
    """No source sets this value and nobody here has; `details` names clause and field."""

    reason = "policy.unset"


class NoPackInForce(DomainError):
    """No pack of this disease is in force on the day."""

    reason = "policy.no-pack-in-force"


class PackUnknown(DomainError):
    """No pack that can be in force bears this id; `details` says what it is instead."""

    reason = "policy.pack-unknown"


class EditionUnknown(DomainError):
    """No edition with this digest was ever kept."""

    reason = "policy.edition-unknown"


class ClassDoesNotCarry(DomainError):
    """The disease's legal class does not carry this measure."""

    reason = "policy.class-does-not-carry"


class DelegationRefused(DomainError):
    """Only a hold awaiting a retest may be delegated: by directive, to one holder, for at most the hours of the hold clause."""

    reason = "policy.delegation-refused"


@dataclass(frozen=True, kw_only=True)
class RetentionPolicy(Clause):
    """How many days identity values of a person stay readable after his last measure ended."""

    key: ClassVar[str] = "retention"
    days_after_end: int


@dataclass(frozen=True, kw_only=True)
class DelegationPolicy(Clause):
    """Which acts a written decision may delegate."""

    key: ClassVar[str] = "delegation"
    acts: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class LegalBasis:
    """The article that carries a measure: short in English and Chinese, with the words of the law, and where they were read."""

    legal_class: str
    article: str
    article_zh: str
    text: str
    source: str


@dataclass(frozen=True, kw_only=True)
class Conflict:
    """What another source says instead; shown beside the value, never used."""

    value: Any
    source: str
    confidence: str


@dataclass(frozen=True, kw_only=True)
class Value:
    """One number or text with its source; `unset` means that no source sets it."""

    value: Any
    pack: str
    source: str = ""
    clause: str = ""
    confidence: str = ""
    unset: bool = False
    note: str = ""
    conflicts: tuple[Conflict, ...] = ()

    @property
    def cited(self) -> str:
        """The source as shown: document and clause."""
        return f"{self.source}, {self.clause}" if self.clause else self.source

    @property
    def assumed(self) -> bool:
        """Whether an exercise assumes it."""
        return self.source == ASSUMED


Merged = Mapping[str, Mapping[str, Value]]


@dataclass(frozen=True, kw_only=True)
class Pack:
    """One checked file. A `base` is in force nowhere; packs of any disease inherit it. `clauses` maps table key -> field -> value; `drops` names tables of inherited packs that end here. Periods are half-open."""

    id: str
    disease: str
    title: str
    kind: str
    valid_from: date
    file: str = ""
    title_zh: str = ""
    valid_to: date | None = None
    inherits: str = ""
    legal_class: str = ""
    applies_to_open_measures: bool = False
    drops: tuple[str, ...] = ()
    area: str = ""
    level: str = ""
    order: int = 0
    sources: Mapping[str, str] = field(default_factory=dict)
    clauses: Merged = field(default_factory=dict)

    def in_force(self, on: date) -> bool:
        """Whether `on` lies in `[valid_from, valid_to)`."""
        return self.valid_from <= on and (self.valid_to is None or on < self.valid_to)

    def meets(self, other: "Pack") -> bool:
        """Whether the two are in force on a common day."""
        return self.in_force(other.valid_from) or other.in_force(self.valid_from)


@dataclass(frozen=True, kw_only=True)
class Library:
    """All packs by id, and all overlays."""

    packs: Mapping[str, Pack]
    overlays: tuple[Pack, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Regime:
    """Pack and overlays in force for an area on a day, merged: what an edition keeps for ever. `packs` are ids, the oldest first."""

    digest: str
    disease: str
    pack: str
    packs: tuple[str, ...]
    title: str
    title_zh: str
    legal_class: str
    applies_to_open_measures: bool
    clauses: Merged


def chain(packs: Mapping[str, Pack], pack: Pack) -> list[Pack]:
    """The pack and all it inherits, the oldest first; unknown and circular inheritance is `PackRefused`."""
    found: list[Pack] = []
    seen: set[str] = set()
    current: Pack | None = pack
    while current is not None:
        if current.id in seen:
            raise PackRefused(file=pack.file, line=0, key="pack.inherits", why=f"circle through {current.id}")
        seen.add(current.id)
        found.append(current)
        if current.inherits and current.inherits not in packs:
            raise PackRefused(file=current.file, line=0, key="pack.inherits", why=f"unknown pack {current.inherits}")
        current = packs[current.inherits] if current.inherits else None
    return found[::-1]


def stack(library: Library, *, disease: str, on: date, paths: Sequence[str]) -> list[Pack]:
    """What applies on a day where the area is known by `paths`: the pack with what it inherits, then overlays by level, depth, order, date."""
    national = [pack for pack in library.packs.values() if pack.disease == disease and pack.in_force(on)]
    if not national:
        raise NoPackInForce(disease=disease, on=on.isoformat())
    base = max(national, key=lambda pack: (pack.valid_from, pack.id))
    local = [
        overlay
        for overlay in library.overlays
        if overlay.disease == disease and overlay.in_force(on) and any(path.startswith(overlay.area) for path in paths)
    ]
    local.sort(key=lambda one: (LEVELS.index(one.level), one.area.count("/"), one.order, one.valid_from, one.id))
    return [*chain(library.packs, base), *local]


def last_day(library: Library, *, disease: str, on: date) -> date:
    """`on`, or the last day on which a pack was in force when the regime had ended before `on`."""
    ends = [pack.valid_to for pack in library.packs.values() if pack.disease == disease and pack.valid_to and pack.valid_to <= on]
    if any(pack.disease == disease and pack.in_force(on) for pack in library.packs.values()) or not ends:
        return on
    return max(ends) - timedelta(days=1)


def merge(packs: Iterable[Pack]) -> dict[str, dict[str, Value]]:
    """Later files amend earlier ones field by field and drop what they name."""
    merged: dict[str, dict[str, Value]] = {}
    for pack in packs:
        for key in pack.drops:
            merged.pop(key, None)
        for key, values in pack.clauses.items():
            merged.setdefault(key, {}).update(values)
    return merged


def regime(packs: Sequence[Pack]) -> Regime:
    """Merge a stack into the regime that an edition keeps; its digest stands for the content and nothing else."""
    base = [pack for pack in packs if pack.kind == "pack"][-1]
    return load(
        {
            "disease": base.disease,
            "pack": base.id,
            "packs": [pack.id for pack in packs],
            "title": base.title,
            "title_zh": base.title_zh or base.title,
            "legal_class": base.legal_class,
            "applies_to_open_measures": any(pack.applies_to_open_measures for pack in packs if pack is base or pack.kind == "overlay"),
            "clauses": {key: {name: asdict(value) for name, value in sorted(values.items())} for key, values in sorted(merge(packs).items())},
        }
    )


def dump(found: Regime) -> dict[str, Any]:
    """A regime as plain JSON values, without its digest."""
    content: dict[str, Any] = json.loads(json.dumps(asdict(found), ensure_ascii=False))
    del content["digest"]
    return content


def load(content: Mapping[str, Any]) -> Regime:
    """The regime of kept content; the digest is SHA-256 over its canonical JSON."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False)
    plain = json.loads(text)
    clauses = {
        key: {name: Value(**{**one, "conflicts": tuple(Conflict(**other) for other in one["conflicts"])}) for name, one in values.items()}
        for key, values in plain.pop("clauses").items()
    }
    packs = tuple(plain.pop("packs"))
    return Regime(digest=hashlib.sha256(text.encode()).hexdigest(), packs=packs, clauses=clauses, **plain)


def build(clause_class: type[C], found: Regime) -> C:
    """The typed clause of a regime. `ClauseMissing`, `ClauseUnset` (names the field), or `PackRefused` for a value of the wrong kind.

    `None` stands only in fields typed `X | None` and means that nobody has set them. Fields of the table that the class does not declare are left out.
    """
    values = found.clauses.get(clause_class.key)
    if values is None:
        raise ClauseMissing(clause=clause_class.key, pack=found.pack)
    given: dict[str, Any] = {}
    sources: dict[str, Source] = {}
    for name, hint, optional in wanted_fields(clause_class):
        value = values.get(name)
        if value is None or value.unset:
            if not optional:
                raise ClauseUnset(clause=clause_class.key, field=name, pack=found.pack)
            given[name] = None
        else:
            given[name] = _typed(hint, value.value, value, f"{clause_class.key}.{name}")
            sources[name] = Source(text=value.cited, confidence=value.confidence, pack=value.pack)
    return clause_class(edition=found.digest, clause_id=f"{found.pack}:{clause_class.key}", sources=sources, **given)


def wanted_fields(clause_class: type[Clause]) -> list[tuple[str, Any, bool]]:
    """(name, type, may be unset) of each field that a clause class declares."""
    hints = get_type_hints(clause_class)
    return [(one.name, *_plain(hints[one.name])) for one in fields(clause_class) if one.name not in OWN]


def _plain(hint: Any) -> tuple[Any, bool]:
    if get_origin(hint) in (Union, UnionType) and type(None) in get_args(hint):
        return next(arg for arg in get_args(hint) if arg is not type(None)), True
    return hint, False


def _typed(hint: Any, raw: Any, value: Value, key: str) -> Any:
    origin = get_origin(hint) or hint
    if hint is Any:
        return raw
    if origin is tuple and isinstance(raw, list | tuple):
        return tuple(_typed((get_args(hint) or (Any,))[0], item, value, key) for item in raw)
    if isinstance(origin, type) and issubclass(origin, Mapping) and isinstance(raw, Mapping):
        item_hint = (get_args(hint) or (str, Any))[1]
        return {name: _typed(item_hint, item, value, key) for name, item in raw.items()}
    if origin is float and type(raw) in (int, float):
        return float(raw)
    if origin is object or type(raw) is origin:
        return raw
    raise PackRefused(file=value.pack, line=0, key=key, why=f"{getattr(hint, '__name__', hint)} wanted, {type(raw).__name__} found")


def deciders_of(found: Regime, act: str) -> tuple[Duty, ...]:
    """The duties that decide `act`; `ClauseMissing` when the pack does not name the act."""
    value = found.clauses.get("decides", {}).get(act)
    if value is None or value.unset:
        raise ClauseMissing(clause="decides", act=act, pack=found.pack)
    return tuple(Duty(duty) for duty in value.value)


def basis_of(found: Regime, act: str) -> LegalBasis:
    """The article that carries `act`; `ClassDoesNotCarry` when the class of the disease does not carry it or the pack names none."""
    value = found.clauses.get("legal", {}).get(act)
    if value is None or value.unset or not carries(found.legal_class, act):
        raise ClassDoesNotCarry(act=act, legal_class=found.legal_class, pack=found.pack)
    words = value.value
    return LegalBasis(
        legal_class=found.legal_class,
        article=words["article"],
        article_zh=words.get("article_zh", words["article"]),
        text=words.get("text", ""),
        source=value.cited,
    )


def carries(legal_class: str, act: str) -> bool:
    """Whether a disease of this class may carry the measure at all, whatever a pack says."""
    if legal_class in ("A", "B-as-A"):
        return True
    return act not in CLASS_A_ONLY and (legal_class != "unlisted" or act not in LISTED_ONLY)


def judge_delegation(*, act: str, acts: Iterable[str], hours: int, longest: int | None, ends_later: bool) -> None:
    """Refuse a delegation that is not a hold's, longer than the hold clause allows (unset: the county must set it first), or without an end ahead."""
    if act not in DELEGABLE or act not in set(acts):
        raise DelegationRefused(act=act, why="never delegated")
    if longest is None:
        raise ClauseUnset(clause="hold", field="max_hours")
    if not 0 < hours <= longest or not ends_later:
        raise DelegationRefused(act=act, hours=hours, longest=longest)
