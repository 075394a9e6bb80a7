"""Pack files: TOML -> checked packs. Every refusal names file, line, key and reason, and nothing of a bad file is taken.

A value is `{ value = ..., source = "s04", clause = "item 1", confidence = "PR" }` or `{ unset = true, note = "..." }`. `source` is free text or
ids of the `[sources]` table (own or inherited), separated by commas. K (general knowledge) never ships; an assumption only in an exercise's overlay.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import combinations
from pathlib import Path
from typing import Any

from epigrid.kernel.duties import Duty
from epigrid.registers.policies import rules
from epigrid.registers.policies.formats.schema import LEGAL, schema
from epigrid.registers.policies.rules import ASSUMED, Conflict, Library, Pack, PackRefused, Value

HEAD: Mapping[str, type] = {
    "id": str, "disease": str, "title": str, "title_zh": str, "kind": str, "valid_from": date, "valid_to": date, "inherits": str,
    "legal_class": str, "applies_to_open_measures": bool, "drops": list, "area": str, "level": str, "order": int,
}  # fmt: skip
NEEDED = {
    "base": ("id", "disease", "title", "valid_from"),
    "pack": ("id", "disease", "title", "valid_from", "legal_class"),
    "overlay": ("id", "disease", "title", "valid_from", "area", "level"),
    "exercise": ("id", "disease", "title", "valid_from", "area"),
}
FORBIDDEN = {
    "base": ("area", "level", "order", "legal_class", "applies_to_open_measures", "drops", "inherits", "valid_to"),
    "pack": ("area", "level", "order"),
    "overlay": ("inherits", "legal_class", "drops"),
    "exercise": ("inherits", "legal_class", "applies_to_open_measures", "drops", "level"),
}
IN_VALUE = frozenset({"value", "source", "clause", "confidence", "note", "conflicts"})
IN_UNSET = frozenset({"unset", "note"})
PLACE = Path(__file__).resolve().parent.parent
SHIPPED = (PLACE / "packs", PLACE / "overlays")
"""Where the files that ship lie."""
SLUG = re.compile(r"^[a-z0-9][a-z0-9.-]*$")


@dataclass(frozen=True, kw_only=True)
class _File:
    """A file being read, and how it refuses."""

    name: str
    text: str

    def refuse(self, key: str, why: str) -> PackRefused:
        """The refusal with the line on which `key` stands."""
        return PackRefused(file=self.name, line=self.line(key), key=key, why=why)

    def line(self, key: str) -> int:
        """The line of the longest part of a dotted key that is written as a table or an entry; 0 when none is."""
        best, best_length, table = 0, 0, ""
        for number, line in enumerate(self.text.splitlines(), 1):
            head, entry = re.match(r"\s*\[+([^\]]+)\]", line), re.match(r'\s*("[^"]+"|[\w.-]+)\s*=', line)
            if head:
                table = head[1].replace('"', "").strip()
                found = table
            elif entry:
                found = f"{table}.{entry[1].strip(chr(34))}".lstrip(".")
            else:
                continue
            if (key == found or key.startswith(found + ".")) and len(found) > best_length:
                best, best_length = number, len(found)
        return best


def read(path: Path) -> Pack:
    """Read and check one file. `PackRefused` names file, line, key and reason."""
    try:
        return parse(path.read_text(encoding="utf-8"), path.name)
    except UnicodeDecodeError as error:
        raise PackRefused(file=path.name, line=0, key="", why="not UTF-8") from error
    except OSError as error:
        raise PackRefused(file=path.name, line=0, key="", why="cannot be read") from error


def parse(text: str, name: str) -> Pack:
    """Check the text of one file."""
    try:
        content = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        where = re.search(r"line (\d+)", str(error))
        raise PackRefused(file=name, line=int(where[1]) if where else 0, key="", why=str(error) or "not TOML") from error
    return parse_content(content, name, text)


def parse_content(content: Mapping[str, Any], name: str, text: str = "") -> Pack:
    """Check the content of one file; `text` serves to name lines."""
    file = _File(name=name, text=text)
    head = _head(content.get("pack"), file)
    sources = content.get("sources", {})
    if not isinstance(sources, Mapping) or not all(isinstance(one, str) and one for one in sources.values()):
        raise file.refuse("sources", "each source is a text")
    clauses: dict[str, dict[str, Value]] = {}
    _collect(clauses, {key: table for key, table in content.items() if key not in ("pack", "sources")}, "", head, file)
    pack = Pack(
        **{**head, "drops": tuple(head.get("drops", ())), "level": "exercise" if head["kind"] == "exercise" else head.get("level", "")},
        file=name,
        sources=sources,
        clauses=clauses,
    )
    _check_acts(pack, file)
    return pack


def _head(head: Any, file: _File) -> dict[str, Any]:
    if not isinstance(head, Mapping):
        raise file.refuse("pack", "table missing")
    kind = head.get("kind")
    if not isinstance(kind, str) or kind not in NEEDED:
        raise file.refuse("pack.kind", f"one of {', '.join(NEEDED)}")
    for key, value in head.items():
        if key not in HEAD or key in FORBIDDEN[kind]:
            raise file.refuse(f"pack.{key}", f"unknown key in a {kind}")
        if type(value) is not HEAD[key]:
            raise file.refuse(f"pack.{key}", f"{HEAD[key].__name__} wanted, {type(value).__name__} found")
    for key in NEEDED[kind]:
        if not head.get(key):
            raise file.refuse(f"pack.{key}", "missing")
    _check_head(head, file)
    return dict(head)


def _check_head(head: Mapping[str, Any], file: _File) -> None:
    if not SLUG.match(head["id"]):
        raise file.refuse("pack.id", "small letters, digits, points and dashes only")
    if head.get("valid_to") and head["valid_to"] <= head["valid_from"]:
        raise file.refuse("pack.valid_to", "ends before it begins")
    if head["kind"] == "pack" and head["legal_class"] not in rules.LEGAL_CLASSES:
        raise file.refuse("pack.legal_class", f"one of {', '.join(rules.LEGAL_CLASSES)}")
    if head["kind"] == "overlay" and head["level"] not in rules.LEVELS[:-1]:
        raise file.refuse("pack.level", f"one of {', '.join(rules.LEVELS[:-1])}")
    if (head["kind"] == "base") != (head["disease"] == rules.ANY):
        raise file.refuse("pack.disease", f'a base is for "{rules.ANY}" disease, nothing else is')
    unknown = sorted(set(map(str, head.get("drops", ()))) - set(schema().tables))
    if unknown:
        raise file.refuse("pack.drops", f"unknown table {unknown[0]}")
    area = head.get("area", "")
    if area and (not area.endswith("/") or area.startswith("/") or "//" in area):
        raise file.refuse("pack.area", "not an area path")
    if area and (head["kind"] == "exercise") != area.startswith("exercise/"):
        raise file.refuse("pack.area", "an exercise's overlay lies under exercise/, no other does")


def _collect(into: dict[str, dict[str, Value]], table: Mapping[str, Any], prefix: str, head: Mapping[str, Any], file: _File) -> None:
    for key, item in table.items():
        name = f"{prefix}.{key}" if prefix else key
        if not isinstance(item, Mapping):
            raise file.refuse(name, "a bare value has no source")
        if prefix and ("value" in item or "unset" in item):
            into.setdefault(prefix, {})[key] = _value(item, prefix, key, head, file)
        elif name in rules.TABLES or any(known == name or known.startswith(name + ".") for known in schema().tables):
            _collect(into, item, name, head, file)
        else:
            raise file.refuse(name, "unknown key")


def _value(item: Mapping[str, Any], table: str, key: str, head: Mapping[str, Any], file: _File) -> Value:
    name = f"{table}.{key}"
    unset = "unset" in item
    unknown = sorted(set(item) - (IN_UNSET if unset else IN_VALUE))
    if unknown:
        raise file.refuse(name, f"unknown key {unknown[0]}" if unknown[0] not in IN_VALUE else "set and unset at once")
    if any(not isinstance(item[part], str) for part in ("source", "clause", "confidence", "note") if part in item):
        raise file.refuse(name, "source, clause, confidence and note are texts")
    if unset:
        if item["unset"] is not True:
            raise file.refuse(name, "unset is true or absent")
        _check_value(None, table, key, file)
        return Value(value=None, pack=head["id"], unset=True, note=item.get("note", ""))
    _check_value(item["value"], table, key, file)
    source, confidence = item.get("source", ""), item.get("confidence", "")
    _check_source(source, confidence, name, head["kind"], file)
    return Value(
        value=item["value"],
        pack=head["id"],
        source=source,
        clause=item.get("clause", ""),
        confidence=confidence,
        note=item.get("note", ""),
        conflicts=_conflicts(item.get("conflicts", []), table, key, head["kind"], file),
    )


def _conflicts(items: Any, table: str, key: str, kind: str, file: _File) -> tuple[Conflict, ...]:
    name = f"{table}.{key}"
    if not isinstance(items, list) or any(not isinstance(one, Mapping) or set(one) != {"value", "source", "confidence"} for one in items):
        raise file.refuse(name, "a conflict has value, source and confidence")
    for one in items:
        _check_value(one["value"], table, key, file)
        _check_source(one["source"], one["confidence"], name, kind, file)
    return tuple(Conflict(**one) for one in items)


def _check_source(source: Any, confidence: Any, name: str, kind: str, file: _File) -> None:
    if not isinstance(source, str) or not isinstance(confidence, str) or not source.strip():
        raise file.refuse(name, "source missing")
    if kind == "exercise" and source == ASSUMED and confidence == "assumption":
        return
    if source == ASSUMED or confidence == "assumption":
        raise file.refuse(name, f'only an exercise assumes: source = "{ASSUMED}" with confidence = "assumption"')
    if confidence not in rules.CONFIDENCE:
        raise file.refuse(name, f"confidence {confidence or 'missing'} does not ship: P, PR or S")


def _check_value(value: Any, table: str, key: str, file: _File) -> None:
    name = f"{table}.{key}"
    if table in rules.TABLES:
        problem = "" if key in schema().acts or name == "legal.class" else "unknown act"
        if value is not None and not problem:
            problem = _act_problem(value, table, key)
    elif table not in schema().tables or key not in schema().tables[table].fields:
        problem = "unknown key"
    else:
        problem = "" if value is None else schema().tables[table].fields[key].problem(value)
    if problem:
        raise file.refuse(name, problem)


def _act_problem(value: Any, table: str, key: str) -> str:
    if key == "class":
        return "" if value in rules.LEGAL_CLASSES else f"one of {', '.join(rules.LEGAL_CLASSES)}"
    if table == "legal":
        right = isinstance(value, Mapping) and set(value) <= LEGAL and all(isinstance(one, str) for one in value.values())
        return "" if right and value.get("article") else f"a legal basis has {', '.join(sorted(LEGAL))}"
    if not isinstance(value, list) or not value or not set(map(str, value)) <= set(Duty):
        return "a list of duties wanted"
    barred = sorted(rules.NEVER_DECIDE & {Duty(one) for one in value})
    if key not in rules.SERVING and barred:
        return f"{barred[0]} serves and helps, it never decides"
    return "" if Duty.PROCEDURE not in value else "a procedure never decides"


def _check_acts(pack: Pack, file: _File) -> None:
    legal = pack.clauses.get("legal", {})
    named = legal.get("class")
    if named and pack.kind == "pack" and named.value != pack.legal_class:
        raise file.refuse("legal.class", "differs from the head")
    if pack.kind != "pack":
        return
    for act, value in legal.items():
        if not value.unset and not rules.carries(pack.legal_class, act):
            raise file.refuse(f"legal.{act}", f"class {pack.legal_class} does not carry it")


def assemble(packs: Sequence[Pack]) -> Library:
    """Check files against each other (ids, inheritance, periods, sources) and put the sources' full text into the values."""
    known: dict[str, Pack] = {}
    for pack in packs:
        if pack.id in known:
            raise _refuse(pack, "pack.id", f"{known[pack.id].file} has the same id")
        known[pack.id] = pack
    national = {pack.id: pack for pack in packs if pack.kind in ("base", "pack")}
    for pack in national.values():
        above = rules.chain(national, pack)[:-1]
        if above and (above[-1].disease not in (pack.disease, rules.ANY) or above[-1].valid_from > pack.valid_from):
            raise _refuse(pack, "pack.inherits", "another disease, or a later pack")
    for one, other in combinations([pack for pack in national.values() if pack.kind == "pack"], 2):
        if one.disease == other.disease and one.meets(other):
            raise _refuse(other, "pack.valid_from", f"in force on the same days as {one.id}")
    diseases = {pack.disease for pack in national.values()}
    for pack in packs:
        if pack.disease not in diseases:
            raise _refuse(pack, "pack.disease", "no pack of this disease")
    cited = [replace(pack, clauses=_cited(pack, _sources(pack, national))) for pack in packs]
    return Library(packs={pack.id: pack for pack in cited if pack.id in national}, overlays=tuple(pack for pack in cited if pack.id not in national))


def _refuse(pack: Pack, key: str, why: str) -> PackRefused:
    return PackRefused(file=pack.file, line=0, key=key, why=why)


def _sources(pack: Pack, national: Mapping[str, Pack]) -> dict[str, str]:
    beneath = rules.chain(national, pack) if pack.id in national else sorted(national.values(), key=lambda one: one.valid_from)
    known: dict[str, str] = {}
    for one in [*beneath, pack]:
        known |= one.sources
    return known


def _cited(pack: Pack, known: Mapping[str, str]) -> rules.Merged:
    def full(source: str, key: str) -> str:
        parts = [part.strip() for part in source.split(",")]
        if not all(SLUG.match(part) for part in parts):
            return source
        missing = [part for part in parts if part not in known]
        if missing:
            raise _refuse(pack, key, f"unknown source {missing[0]}")
        return "; ".join(known[part] for part in parts)

    def value(one: Value, key: str) -> Value:
        if one.unset:
            return one
        conflicts = tuple(replace(other, source=full(other.source, key)) for other in one.conflicts)
        return replace(one, source=full(one.source, key), conflicts=conflicts)

    return {table: {name: value(one, f"{table}.{name}") for name, one in values.items()} for table, values in pack.clauses.items()}


def read_folders(folders: Iterable[Path]) -> list[Pack]:
    """Read all `*.toml` of the folders, by name."""
    return [read(path) for folder in folders for path in sorted(folder.glob("*.toml"))]


def check(folders: Iterable[Path]) -> list[tuple[str, PackRefused | None]]:
    """(file, refusal or None) for every file, and ("all", refusal) when they do not fit together: what `policy check` prints."""
    packs: list[Pack] = []
    found: list[tuple[str, PackRefused | None]] = []
    for path in (path for folder in folders for path in sorted(folder.glob("*.toml"))):
        try:
            packs.append(read(path))
            found.append((path.name, None))
        except PackRefused as refusal:
            found.append((path.name, refusal))
    try:
        assemble(packs)
    except PackRefused as refusal:
        found.append(("all", refusal))
    return found
