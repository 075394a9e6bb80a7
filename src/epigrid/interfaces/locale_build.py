"""Catalogues of translations without GNU gettext: read `.po`, compile `.mo`, find what is untranslated.

    python -m epigrid.interfaces.locale_build compile   # write each .mo beside its .po (part of the set-up)
    python -m epigrid.interfaces.locale_build merge     # add new strings of templates and code, drop those nobody uses
    python -m epigrid.interfaces.locale_build check     # exit 1 and name what is missing, empty, unused or loses a placeholder

Strings are written in English in templates and code; `locale/zh_Hans` holds the Chinese. An app may keep its own `locale/`.
Compiling needs the standard library only, so that the packaging hook can do it.
"""

import ast
import re
import struct
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent
LANGUAGE = "zh_Hans"
HEADER = (
    "Project-Id-Version: epigrid\nLanguage: zh_Hans\nMIME-Version: 1.0\nContent-Type: text/plain; charset=UTF-8\n"
    "Content-Transfer-Encoding: 8bit\nPlural-Forms: nplurals=1; plural=0;\n"
)
CALLS = {
    "_": ("message",), "gettext": ("message",), "gettext_lazy": ("message",), "gettext_noop": ("message",),
    "ngettext": ("message", "plural"), "ngettext_lazy": ("message", "plural"),
    "pgettext": ("context", "message"), "pgettext_lazy": ("context", "message"),
    "npgettext": ("context", "message", "plural"), "npgettext_lazy": ("context", "message", "plural"),
}  # fmt: skip
LITERAL = r"""u?('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
TEMPLATE_CALL = re.compile(rf"(?<![\w.])(_|n?p?gettext)\(\s*({LITERAL}(?:\s*,\s*{LITERAL})*)", re.DOTALL)
FIELD = re.compile(r'^(msgctxt|msgid_plural|msgid|msgstr)(?:\[(\d+)\])?\s+(".*")$')
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|\{(\w+)\}")


class BrokenCatalogue(ValueError):
    """A `.po` file that cannot be read: file and line."""


@dataclass(frozen=True, kw_only=True, order=True)
class Message:
    """What is to be translated: `context` and `plural` are empty where there is none."""

    message: str
    context: str = ""
    plural: str = ""

    def key(self) -> tuple[str, str]:
        """What gettext looks a message up by."""
        return (self.context, self.message)


Catalogue = dict[Message, list[str]]


def read_po(text: str, *, name: str = "po") -> Catalogue:
    """The messages of a catalogue with their translations (empty: none yet, also for fuzzy ones)."""
    found: Catalogue = {}
    for block in re.split(r"\n\s*\n", text):
        parts, fuzzy = _parts(block, name)
        if "msgid" not in parts or parts["msgid"] == "":
            continue
        message = Message(message=parts["msgid"], context=parts.get("msgctxt", ""), plural=parts.get("msgid_plural", ""))
        forms = [value for key, value in sorted(parts.items()) if key.startswith("msgstr")]
        found[message] = [""] if fuzzy else forms
    return found


def _parts(block: str, name: str) -> tuple[dict[str, str], bool]:
    parts: dict[str, str] = {}
    field, fuzzy = "", False
    for line in block.splitlines():
        stripped = line.strip()
        if stripped.startswith("#"):
            fuzzy = fuzzy or (stripped.startswith("#,") and "fuzzy" in stripped)
            continue
        match = FIELD.match(stripped)
        if match:
            field = match[1] + (f"[{match[2]}]" if match[2] else "")
            parts[field] = ast.literal_eval(match[3])
        elif stripped.startswith('"') and field:
            parts[field] += ast.literal_eval(stripped)
        elif stripped:
            raise BrokenCatalogue(f"{name}: {line!r}")
    return parts, fuzzy


def write_po(catalogue: Mapping[Message, Iterable[str]]) -> str:
    """A catalogue as text, sorted, so that two people's additions rarely meet on one line."""
    blocks = ['msgid ""\nmsgstr ""\n' + "".join(f"{_quote(line)}\n" for line in HEADER.splitlines(keepends=True))]
    for message, forms in sorted(catalogue.items()):
        lines = [f"msgctxt {_quote(message.context)}"] if message.context else []
        lines.append(f"msgid {_quote(message.message)}")
        if message.plural:
            lines.append(f"msgid_plural {_quote(message.plural)}")
            lines += [f"msgstr[{index}] {_quote(form)}" for index, form in enumerate(forms)]
        else:
            lines.append(f"msgstr {_quote(next(iter(forms), ''))}")
        blocks.append("\n".join(lines) + "\n")
    return "\n".join(blocks)


def _quote(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return f'"{escaped}"'


def compile_mo(catalogue: Mapping[Message, Iterable[str]]) -> bytes:
    """A catalogue in the binary form of GNU gettext (little endian, no hash table). Untranslated messages are left out."""
    pairs: dict[bytes, bytes] = {b"": HEADER.encode()}
    for message, given in catalogue.items():
        forms = list(given)
        if not all(forms):
            continue
        key = f"{message.context}\x04{message.message}" if message.context else message.message
        pairs[(f"{key}\0{message.plural}" if message.plural else key).encode()] = "\0".join(forms).encode()
    keys = sorted(pairs)
    ids, texts = b"\0".join(keys) + b"\0", b"\0".join(pairs[key] for key in keys) + b"\0"
    start = 28 + 16 * len(keys)
    tables = _table(keys, start) + _table([pairs[key] for key in keys], start + len(ids))
    head = struct.pack("<7I", 0x950412DE, 0, len(keys), 28, 28 + 8 * len(keys), 0, start)
    return head + tables + ids + texts


def _table(items: Iterable[bytes], offset: int) -> bytes:
    packed = b""
    for item in items:
        packed += struct.pack("<2I", len(item), offset)
        offset += len(item) + 1
    return packed


def used_in_python(source: str) -> Iterator[Message]:
    """The messages that a Python module marks with constant strings."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or node.func.id not in CALLS:
            continue
        names = CALLS[node.func.id]
        values = [arg.value for arg in node.args[: len(names)] if isinstance(arg, ast.Constant)]
        if len(values) == len(names) and all(isinstance(value, str) for value in values):
            yield Message(**dict(zip(names, map(str, values), strict=True)))


def used_in_template(source: str) -> Iterator[Message]:
    """The messages that a Django template marks with its tags."""
    from django.utils.translation.template import templatize

    for call in TEMPLATE_CALL.finditer(templatize(source)):
        names = CALLS[call[1]]
        values = [ast.literal_eval(literal) for literal in re.findall(LITERAL, call[2], re.DOTALL)]
        yield Message(**dict(zip(names, values[: len(names)], strict=True)))


def used(package: Path = PACKAGE) -> set[Message]:
    """Every message that the program uses."""
    found: set[Message] = set()
    for path in package.rglob("*.py"):
        found.update(used_in_python(path.read_text(encoding="utf-8")))
    for path in (*package.rglob("*.html"), *package.rglob("*.txt")):
        if "templates" in path.parts:
            found.update(used_in_template(path.read_text(encoding="utf-8")))
    return found


def catalogues(package: Path = PACKAGE) -> dict[Path, Catalogue]:
    """All Chinese catalogues of the program, the main one first."""
    main = package / "locale" / LANGUAGE / "LC_MESSAGES" / "django.po"
    others = (path for path in package.rglob(f"locale/{LANGUAGE}/LC_MESSAGES/django.po") if path != main)
    return {path: read_po(path.read_text(encoding="utf-8"), name=str(path)) for path in (main, *sorted(others))}


def faults(needed: Iterable[Message], given: Mapping[Message, Iterable[str]]) -> list[str]:
    """What is wrong with the translations, a line each; an empty list is a complete catalogue."""
    known = {message.key(): message for message in given}
    found = []
    for message in sorted(set(needed)):
        forms = list(given.get(known.get(message.key(), message), ()))
        if not forms or not all(forms):
            found.append(f"untranslated: {message.message!r}")
        elif any(_placeholders(form) - _placeholders(message.message, message.plural) for form in forms):
            found.append(f"unknown placeholder: {message.message!r}")
        elif any(_placeholders(message.plural or message.message) - _placeholders(form) for form in forms):
            found.append(f"lost placeholder: {message.message!r}")
    needed_keys = {message.key() for message in needed}
    found += [f"used nowhere: {message.message!r}" for message in sorted(given) if message.key() not in needed_keys]
    return found


def _placeholders(*texts: str) -> set[str]:
    return {match[1] or match[2] for text in texts for match in PLACEHOLDER.finditer(text)}


def merge() -> None:
    """Bring the main catalogue up to the strings in use: new ones come in empty, unused ones go."""
    found = catalogues()
    main = next(iter(found))
    elsewhere = {message.key() for path, catalogue in found.items() if path != main for message in catalogue}
    kept = {message.key(): forms for message, forms in found[main].items()}
    needed = {message.key(): message for message in sorted(used()) if message.key() not in elsewhere}
    main.write_text(write_po({message: kept.get(key, [""]) for key, message in needed.items()}), encoding="utf-8")


def main(arguments: list[str]) -> int:
    """The command line: compile, merge or check."""
    task = arguments[0] if arguments else "compile"
    if task == "merge":
        merge()
        task = "check"
    found = catalogues()
    if task == "compile":
        for path, catalogue in found.items():
            path.with_suffix(".mo").write_bytes(compile_mo(catalogue))
        return 0
    wrong = faults(used(), {message: forms for catalogue in found.values() for message, forms in catalogue.items()})
    print("\n".join(wrong) or "all strings are translated")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
