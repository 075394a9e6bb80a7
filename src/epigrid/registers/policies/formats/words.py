"""Words, units and acts of packs for readers of both languages (`words.toml`). Pure."""

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from epigrid.registers.policies.formats.schema import schema
from epigrid.registers.policies.rules import Value

PATH = Path(__file__).resolve().parent.parent / "words.toml"
YES_NO = {True: ("yes", "是"), False: ("no", "否")}
UNSET = ("unset", "未定")
ABSENT = ("no such rule", "无此条")
LISTS = {"decides": ("Who decides", "谁决定"), "legal": ("The law that carries it", "法律依据")}
"""Tables keyed by act, which the schema does not list."""


@lru_cache(maxsize=1)
def dictionary() -> Mapping[str, Mapping[str, tuple[str, str]]]:
    """Kind (words, units, acts, duties, classes, confidence) -> key -> (English, Chinese)."""
    content = tomllib.loads(PATH.read_text(encoding="utf-8"))
    return {kind: {key: (pair[0], pair[1]) for key, pair in entries.items()} for kind, entries in content.items()}


def spoken(kind: str, key: str, language: str) -> str:
    """A key in words; the key itself where nobody has written words for it."""
    return _side(dictionary()[kind].get(key, (key, key)), language)


def table_about(table: str, language: str) -> str:
    """What a table of a pack is about."""
    known = schema().tables.get(table)
    return _side(LISTS.get(table, (table, table)) if known is None else (known.about, known.about_zh), language)


def field_about(table: str, name: str, language: str) -> str:
    """What a field of a table is about: the act's words in tables keyed by act."""
    if table in LISTS:
        return spoken("acts", name, language)
    known = schema().tables[table].fields[name]
    return _side((known.about, known.about_zh), language)


def said(value: Value | None, table: str, name: str, language: str) -> str:
    """A value in words with its unit: lists joined, yes and no, duties, an article; what is unset or absent says so."""
    if value is None or value.unset:
        return _side(ABSENT if value is None else UNSET, language)
    unit = "" if table in LISTS else schema().tables[table].fields[name].unit
    text = _said(value.value, table, name, language)
    return f"{text} {spoken('units', unit, language)}" if unit else text


def _said(value: Any, table: str, name: str, language: str) -> str:
    if isinstance(value, bool):
        return _side(YES_NO[value], language)
    if isinstance(value, list | tuple):
        return _side((", ", "、"), language).join(_said(item, table, name, language) for item in value)
    if isinstance(value, Mapping):
        return str(value.get("article_zh", value["article"]) if language.startswith("zh") else value["article"])
    if isinstance(value, str):
        kind = "duties" if table == "decides" else "classes" if table == "legal" else "words"
        return spoken(kind, value, language)
    return f"{value:g}"


def _side(pair: tuple[str, str], language: str) -> str:
    return pair[1] if language.startswith("zh") else pair[0]


def in_order(tables: Mapping[str, Any] | set[str]) -> list[str]:
    """Keys of tables as readers look for them: the schema's order, who decides and the law last."""
    known = [*schema().tables, *LISTS]
    return sorted(tables, key=lambda key: (known.index(key) if key in known else len(known), key))
