"""`epigrid policy`: check pack files, show a pack or a regime, compare two regimes, explain a measure. Files suffice; no database is opened."""

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from epigrid.interfaces.cli.columns import WIDTH, table, wrap

LANGUAGES = {"zh": "zh-hans", "en": "en"}
REGIMES = "a pack's id (alone, without overlays), a day, or AREA@DAY as in shanxi/taiyuan/@2022-11-22 (an exercise's: exercise/TREE/@...)"
BROKEN = 2
"""Exit code: the question cannot be taken as it is."""


@dataclass(frozen=True, kw_only=True)
class Side:
    """What one side of a comparison names: its values, and the regime they are in force as (None for a base: in force nowhere alone)."""

    name: str
    clauses: Any
    regime: Any = None


def add_to(commands: Any) -> None:
    """The commands and their options."""
    verbs = commands.add_parser("policy", help="check, show, compare and explain policy packs").add_subparsers(required=True, metavar="VERB")
    check = _verb(verbs, "check", "every shipped and local pack file; exit code 1 when one is refused", _check)
    check.add_argument("folders", nargs="*", type=Path, metavar="FOLDER", help="local packs (else those of EPIGRID_PACKS_DIR)")
    show = _verb(verbs, "show", "all values of a pack, or of the regime in force", _show)
    show.add_argument("pack", nargs="?", default="", help="a pack's or an overlay's id")
    _when(show)
    diff = _verb(verbs, "diff", "what differs between two regimes, clause by clause", _diff)
    diff.add_argument("left", metavar="A", help=REGIMES)
    diff.add_argument("right", metavar="B", help="as A")
    diff.add_argument("--disease", default="covid-19")
    diff.add_argument("--json", action="store_true")
    explain = _verb(verbs, "explain", "the measure of a category of people, its clause and sources; exit code 1 when there is none", _explain)
    explain.add_argument("category", help="close-contact, contact-of-contact, inbound, high-risk-history ...")
    for name in ("last-exposure", "left", "first-exposure", "arrived"):
        explain.add_argument(f"--{name}", default="", metavar="DAY")
    explain.add_argument("--immune", action="store_true", help="evidence of immunity is shown")
    explain.add_argument("--pack", default="", metavar="ID")
    _when(explain)


def _verb(verbs: Any, name: str, about: str, run: Callable[[argparse.Namespace], int]) -> Any:
    parser = verbs.add_parser(name, help=about)
    parser.add_argument("--language", choices=tuple(LANGUAGES), default="zh" if os.environ.get("LANG", "zh").startswith("zh") else "en")
    parser.set_defaults(run=lambda options: _run(run, options))
    return parser


def _when(parser: Any) -> None:
    parser.add_argument("--on", default="", metavar="DAY", help="the regime in force on a day")
    parser.add_argument("--area", default="", metavar="PATH", help="with the overlays of an area: shanxi/taiyuan/, exercise/TREE/")
    parser.add_argument("--disease", default="covid-19")


def _run(run: Callable[[argparse.Namespace], int], options: argparse.Namespace) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "epigrid.interfaces.settings")
    import django

    django.setup()
    from django.utils import translation

    from epigrid.kernel.errors import DomainError
    from epigrid.store.shapes import word

    with translation.override(LANGUAGES[options.language]):
        try:
            return run(options)
        except DomainError as refusal:
            details = "".join(f"; {key}: {value}" for key, value in refusal.details.items())
            print(f"{word('refusal', refusal.reason).rstrip('.。')}{details}")
            return BROKEN
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 0


def _zh(options: argparse.Namespace) -> bool:
    return bool(options.language == "zh")


def _either(options: argparse.Namespace, chinese: str, english: str) -> str:
    return chinese if _zh(options) else english


def _heads(options: argparse.Namespace, chinese: str, english: str) -> list[str]:
    return _either(options, chinese, english).split()


def _folders(given: Sequence[Path]) -> list[Path]:
    from epigrid.kernel.errors import BadInput
    from epigrid.registers.policies import formats, queries

    absent = [folder for folder in given if not folder.is_dir()]
    if absent:
        raise BadInput(field="FOLDER", why=f"not a folder: {absent[0]}")
    wanted = [*formats.SHIPPED, *given] if given else queries.folders()
    return list({folder.resolve(): folder for folder in wanted}.values())


def _check(options: argparse.Namespace) -> int:
    from epigrid.registers.policies import formats
    from epigrid.registers.policies.rules import PackRefused

    packs, refused = [], []
    for path in (path for folder in _folders(options.folders) for path in sorted(folder.glob("*.toml"))):
        try:
            packs.append(formats.read(path))
        except PackRefused as refusal:
            refused.append(refusal)
    if not refused:
        try:
            formats.assemble(packs)
        except PackRefused as refusal:
            refused.append(refusal)
    heads = _heads(options, "文件 标识 类别 有效期 已定 未定 假设", "file id kind period set unset assumed")
    _print(table(heads, [[*row[:4], *map(str, row[4:])] for row in formats.pack_rows(packs)]))
    if refused:
        print()
        heads = _heads(options, "被拒文件 行 键 原因", "refused line key reason")
        _print(table(heads, [[str(one.details[part]) for part in ("file", "line", "key", "why")] for one in refused]))
    print(_either(options, f"\n{len(packs)} 个文件可用，{len(refused)} 处被拒", f"\n{len(packs)} files can be taken, {len(refused)} refusals"))
    return 1 if refused else 0


def _print(lines: Iterable[str]) -> None:
    print("\n".join(lines))


def _regime(pack: str, on: str, area: str, disease: str) -> Any:
    """The regime of a pack alone, or the one in force on a day, with the overlays of an area."""
    from epigrid.kernel.errors import BadInput
    from epigrid.registers.policies import queries

    if bool(pack) == bool(on) or (area and not on):
        raise BadInput(field="PACK, --on, --area", why="either a pack, or a day with or without an area")
    if pack:
        return queries.regime_of_pack(pack)
    if area and not area.endswith("/"):
        raise BadInput(field="area", why=f"a path ends with a slash: {area}")
    return queries.regime_at(on=_day(on, "on"), path=area, disease=disease)


def _day(text: str, field: str) -> date:
    from epigrid.store import forms

    return forms.day(text, field=field)


def _side(text: str, disease: str) -> Side:
    from epigrid.registers.policies import queries

    pack = queries.library().packs.get(text)
    if pack is not None and pack.kind == "base":
        return Side(name=text, clauses=queries.pack_clauses(text))
    area, _mark, on = text.rpartition("@")
    found = _regime("", on, area, disease) if area or text[:2].isdigit() else queries.regime_of_pack(text)
    return Side(name=text, clauses=found.clauses, regime=found)


def _about(options: argparse.Namespace, side: Side) -> str:
    """Lines on a regime: its name, title, what it is merged from, its legal class, whether it reaches back."""
    from epigrid.registers.policies import formats

    if side.regime is None:
        return side.name
    found, language = side.regime, LANGUAGES[options.language]
    reaches = _either(options, "适用于已开始的措施", "applies to running measures") if found.applies_to_open_measures else ""
    parts = (
        found.title_zh if _zh(options) else found.title,
        " + ".join(found.packs),
        formats.spoken("classes", found.legal_class, language),
        reaches,
    )
    return "\n".join(wrap(f"{side.name}: " + "; ".join(filter(None, parts)), WIDTH - 3))


def _show(options: argparse.Namespace) -> int:
    from epigrid.registers.policies import formats, queries

    language = LANGUAGES[options.language]
    known = {pack.id: pack for pack in (*queries.library().packs.values(), *queries.library().overlays)}
    if options.pack in known and known[options.pack].kind != "pack" and not options.on:
        side = Side(name=options.pack, clauses=queries.pack_clauses(options.pack))
    else:
        found = _regime(options.pack, options.on, options.area, options.disease)
        side = Side(name=options.pack or f"{options.area}@{options.on}".lstrip("@"), clauses=found.clauses, regime=found)
    print(_about(options, side))
    heads = _heads(options, "字段 取值 单位 可信度 来源 方案", "field value unit confidence source pack")
    groups: dict[str, list[Any]] = {}
    for row in formats.show_rows(side.clauses, language=language):
        if row.pack:
            groups.setdefault(row.table, []).append(row)
    for key, rows in groups.items():
        print(f"\n[{key}]  {formats.table_about(key, language)}")
        _print(
            table(
                heads, [[f"{row.name}\n{row.about}", _value(options, row), row.unit, row.confidence, _source(options, row), row.pack] for row in rows]
            )
        )
    return 0


def _value(options: argparse.Namespace, row: Any) -> str:
    marked = _either(options, "（本次演练的假设）", "(assumption of this exercise)") if row.assumed else ""
    value = row.said if row.table == "legal" else row.value
    return f"{value}\n{marked}" if marked else str(value)


def _source(options: argparse.Namespace, row: Any) -> str:
    others = [f"{_either(options, '另有来源', 'another source')}: {other}" for other in row.conflicts]
    return "\n".join(filter(None, (row.source, row.note, *others)))


def _diff(options: argparse.Namespace) -> int:
    from epigrid.registers.policies import formats

    sides = [_side(text, options.disease) for text in (options.left, options.right)]
    groups = formats.differences(sides[0].clauses, sides[1].clauses)
    if options.json:
        rows = [_record(one) for items in groups.values() for one in items]
        print(json.dumps({"a": _named(sides[0]), "b": _named(sides[1]), "differences": rows}, ensure_ascii=False, indent=1))
        return 0
    for mark, side in zip("AB", sides, strict=True):
        print(f"{mark}  {_about(options, side)}")
    heads = _heads(options, "字段 含义 A B", "field about A B")
    for key, items in groups.items():
        print(f"\n[{key}]  {formats.table_about(key, 'zh')} / {formats.table_about(key, 'en')}")
        records = [_record(one) for one in items]
        _print(table(heads, [[one["field"], _words(one), one["a"], one["b"]] for one in records]))
    count = sum(map(len, groups.values()))
    print(_either(options, f"\n{count} 处不同", f"\n{count} differences"))
    return 0


def _words(record: dict[str, str]) -> str:
    """What a field is about, in both languages, with its unit."""
    unit = f" [{record['unit']}]" if record["unit"] else ""
    return f"{record['about_zh']} / {record['about']}{unit}"


def _record(one: Any) -> dict[str, str]:
    """A difference as plain texts: values as they stand in the file."""
    from epigrid.registers.policies import formats

    known = formats.schema().tables.get(one.table)
    return {
        "table": one.table,
        "field": one.name,
        "about": formats.field_about(one.table, one.name, "en"),
        "about_zh": formats.field_about(one.table, one.name, "zh"),
        "unit": known.fields[one.name].unit if known else "",
        "a": one.texts[0],
        "b": one.texts[1],
    }


def _named(side: Side) -> dict[str, Any]:
    found = side.regime
    if found is None:
        return {"name": side.name}
    return {
        "name": side.name,
        "packs": list(found.packs),
        "edition": found.digest,
        "legal_class": found.legal_class,
        "applies_to_open_measures": found.applies_to_open_measures,
    }


def _explain(options: argparse.Namespace) -> int:
    from epigrid.registers.policies import queries
    from epigrid.response.quarantine.pages.verdicts import judged, outline
    from epigrid.response.quarantine.rules import CATEGORIES, History

    def day(name: str) -> date | None:
        text = getattr(options, name)
        return _day(text, name.replace("_", "-")) if text else None

    found = _regime(options.pack, options.on, options.area, options.disease)
    history = History(last_exposure=day("last_exposure"), first_exposure=day("first_exposure"), left=day("left"), immune=options.immune)
    one = judged(found, category=options.category, history=history, arrived=day("arrived"))
    print(_about(options, Side(name=found.pack, clauses=found.clauses, regime=found)))
    print()
    heads = _heads(options, "事项 结论", "what answer")
    _print(table(heads, [[label, f"{text}\n{sub}" if sub else text] for label, text, sub in outline(one)]))
    rows = [row for row in queries.rows_under(CATEGORIES[options.category].key, found, language=LANGUAGES[options.language]) if row.pack]
    if rows:
        print()
        heads = _heads(options, "依据 取值 可信度 来源 方案", "rule value confidence source pack")
        _print(table(heads, [[row.about, row.said, row.confidence, _source(options, row), row.pack] for row in rows]))
    return 0 if one.refusal is None else 1
