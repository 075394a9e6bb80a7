"""Regimes as rows for people: show, compare, explain, check, and the reference page. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from epigrid.kernel.verdicts import Verdict
from epigrid.registers.policies import rules
from epigrid.registers.policies.formats.schema import Field, schema
from epigrid.registers.policies.formats.words import field_about, in_order, said
from epigrid.registers.policies.rules import Library, Merged, Pack, Regime, Value

UNSET = "unset"
ABSENT = "-"


@dataclass(frozen=True, kw_only=True)
class ShownValue:
    """One field of a clause as a reader sees it: `value` as it stands in the file, `said` in words; `assumed` marks what an exercise assumes."""

    table: str
    name: str
    about: str
    value: str
    said: str
    unit: str
    confidence: str
    source: str
    pack: str
    note: str
    assumed: bool
    conflicts: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """Why a judgement is as it is: reason key, regime, the values it rests on with their sources, evidence, and what would change it."""

    reason: str
    outcome: str
    edition: str
    clause_id: str
    regime: str
    values: tuple[ShownValue, ...]
    evidence: tuple[str, ...]
    changes: str


def shown(value: Any) -> str:
    """A value as text: lists with commas, yes and no, a legal basis as its article."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(shown(item) for item in value)
    if isinstance(value, Mapping):
        if "article" in value:
            return str(value["article"])
        return ", ".join(f"{name} {shown(item)}" for name, item in value.items())
    return f"{value:g}" if isinstance(value, float) else str(value)


def show_rows(clauses: Merged, *, language: str = "en") -> list[ShownValue]:
    """Every field of the regime's tables, set or unset, in the order of the schema; acts of `decides` and `legal` after them."""
    known = schema()
    rows = [
        _row(key, name, clauses[key].get(name), one, language)
        for key, table in known.tables.items()
        if key in clauses
        for name, one in table.fields.items()
    ]
    plain = Field(kind="str", about="", about_zh="")
    rows += [_row(key, name, value, plain, language) for key in ("decides", "legal") for name, value in sorted(clauses.get(key, {}).items())]
    return rows


def _row(key: str, name: str, value: Value | None, field: Field, language: str) -> ShownValue:
    set_value = None if value is None or value.unset else value
    return ShownValue(
        table=key,
        name=name,
        about=field_about(key, name, language),
        value=shown(set_value.value) if set_value else UNSET,
        said=said(set_value or Value(value=None, pack="", unset=True), key, name, language),
        unit=field.unit,
        confidence=set_value.confidence if set_value else "",
        source=set_value.cited if set_value else "",
        pack=value.pack if value else "",
        note=value.note if value else "",
        assumed=bool(set_value and set_value.assumed),
        conflicts=tuple(f"{shown(one.value)} ({one.confidence}; {one.source})" for one in (set_value.conflicts if set_value else ())),
    )


def diff_rows(left: Merged, right: Merged) -> list[tuple[str, str, str, str]]:
    """(table, field, left, right) of all that differs between two regimes; `-` where a side has no such field."""
    keys = sorted({(key, name) for side in (left, right) for key, values in side.items() for name in values})
    rows = []
    for key, name in keys:
        texts = [_text(side.get(key, {}).get(name)) for side in (left, right)]
        if texts[0] != texts[1]:
            rows.append((key, name, texts[0], texts[1]))
    return rows


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One field in which two regimes differ: both values, None where a side has no such field, and both as `diff_rows` writes them."""

    table: str
    name: str
    left: Value | None
    right: Value | None
    texts: tuple[str, str]


def differences(left: Merged, right: Merged) -> dict[str, list[Difference]]:
    """What `diff_rows` lists, with the whole values, grouped by table in the order of the schema."""
    found: dict[str, list[Difference]] = {}
    for key, name, *texts in diff_rows(left, right):
        sides = left.get(key, {}).get(name), right.get(key, {}).get(name)
        one = Difference(table=key, name=name, left=sides[0], right=sides[1], texts=(texts[0], texts[1]))
        found.setdefault(key, []).append(one)
    return {key: found[key] for key in in_order(found)}


def _text(value: Value | None) -> str:
    if value is None:
        return ABSENT
    return UNSET if value.unset else shown(value.value)


def explain_rows(verdict: Verdict[Any], found: Regime, *, language: str = "en") -> Explanation:
    """A verdict with the values of its clause; the text of the reason key is made at the edge."""
    key = verdict.clause_id.partition(":")[2]
    one = {key: found.clauses[key]} if key in found.clauses else {}
    changes = verdict.changes_at.isoformat() if verdict.changes_at else ""
    return Explanation(
        reason=verdict.reason,
        outcome=str(verdict.outcome),
        edition=verdict.edition,
        clause_id=verdict.clause_id,
        regime=found.title_zh if language.startswith("zh") else found.title,
        values=tuple(show_rows(one, language=language)),
        evidence=tuple(" ".join(filter(None, (item.kind, item.id, item.at.isoformat() if item.at else "", item.says))) for item in verdict.evidence),
        changes=" ".join(filter(None, (changes, verdict.changes_by))),
    )


def pack_rows(packs: Iterable[Pack]) -> list[tuple[str, str, str, str, int, int, int]]:
    """(file, id, kind, period, set, unset, assumed) per file: the table of `policy check`."""
    rows = []
    for pack in packs:
        values = [value for table in pack.clauses.values() for value in table.values()]
        period = f"{pack.valid_from.isoformat()}..{pack.valid_to.isoformat() if pack.valid_to else ''}"
        unset, assumed = sum(value.unset for value in values), sum(value.assumed for value in values)
        rows.append((pack.file, pack.id, pack.kind, period, len(values) - unset - assumed, unset, assumed))
    return rows


INTRO = """# Policy packs

Generated from the packs by `formats.reference`; a test holds that it is up to date. How to change one: `docs/how-to/add-a-policy-pack.md`.

Confidence: **P** primary text read, **PR** primary text reprinted, **S** secondary page; general knowledge never ships. *unset* means that no source sets
the value: a rule that needs it refuses with `policy.unset` until an overlay sets it. `A` marks an assumption of the exercises, which applies in exercise
trees only and is shown so on every verdict. Periods are half-open.
"""


def reference(library: Library) -> str:
    """The reference page in Markdown: packs, every table with its fields and units in each pack, who decides, the law, the sources."""
    packs = sorted(library.packs.values(), key=lambda pack: (pack.disease, pack.valid_from))
    columns: list[tuple[str, Merged]] = [(pack.id, rules.merge(rules.chain(library.packs, pack))) for pack in packs]
    columns += [(overlay.id, overlay.clauses) for overlay in library.overlays]
    parts = [INTRO, "## Packs and overlays", _pack_table([*packs, *library.overlays])]
    for key, table in schema().tables.items():
        parts += [f"## `{key}`: {table.about} ({table.about_zh})", _field_table(key, table.fields, columns)]
    parts += ["## `decides`: who decides (谁决定)", _act_table("decides", columns[: len(packs)])]
    parts += ["## `legal`: the law that carries a measure (法律依据)", _act_table("legal", columns[: len(packs)])]
    parts += ["## Where sources disagree", _conflict_list(columns), "## Sources", _source_list([*packs, *library.overlays])]
    return "\n\n".join(parts) + "\n"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "/") for cell in line) + " |" for line in lines)


def _pack_table(packs: Iterable[Pack]) -> str:
    rows = [
        (
            f"`{pack.id}`",
            pack.kind,
            pack.disease,
            f"{pack.title} ({pack.title_zh})",
            pack.valid_from.isoformat(),
            pack.valid_to.isoformat() if pack.valid_to else "",
            pack.inherits or pack.area,
            pack.legal_class,
            "" if pack.kind != "pack" else shown(pack.applies_to_open_measures),
        )
        for pack in packs
    ]
    return _table(("id", "kind", "disease", "title", "from", "to", "inherits / area", "class", "applies to open measures"), rows)


def _cell(value: Value | None) -> str:
    if value is None or value.unset:
        return "" if value is None else f"*{UNSET}*"
    return f"{shown(value.value)} [{'A' if value.assumed else value.confidence}]"


def _field_table(key: str, fields: Mapping[str, Field], columns: Sequence[tuple[str, Merged]]) -> str:
    rows = [
        (f"`{name}`", one.kind, one.unit, f"{one.about} ({one.about_zh})", *(_cell(merged.get(key, {}).get(name)) for _, merged in columns))
        for name, one in fields.items()
    ]
    return _table(("field", "kind", "unit", "what", *(title for title, _ in columns)), rows)


def _act_table(key: str, columns: Sequence[tuple[str, Merged]]) -> str:
    acts = sorted({name for _, merged in columns for name in merged.get(key, {})})
    return _table(
        ("act", *(title for title, _ in columns)), ((f"`{act}`", *(_cell(merged.get(key, {}).get(act)) for _, merged in columns)) for act in acts)
    )


def _conflict_list(columns: Sequence[tuple[str, Merged]]) -> str:
    lines = {
        f"- `{value.pack}` `{key}.{name}`: {shown(value.value)} [{value.confidence}] against {shown(other.value)} [{other.confidence}; {other.source}]"
        for _, merged in columns
        for key, values in merged.items()
        for name, value in values.items()
        for other in value.conflicts
    }
    return "\n".join(sorted(lines)) or "None."


def _source_list(packs: Iterable[Pack]) -> str:
    return "\n".join(f"- `{name}` ({pack.id}): {text}" for pack in packs for name, text in pack.sources.items())
