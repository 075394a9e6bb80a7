"""The how-to page on packs: its examples are taken or refused as it says, and its commands print what it shows."""

import re
import shlex
from pathlib import Path
from typing import Any

import pytest

from epigrid.interfaces import cli
from epigrid.registers.policies import formats, queries, rules

FOLDER = Path(__file__).resolve().parents[3] / "docs" / "how-to"
PAGES = [FOLDER / "add-a-policy-pack.md", FOLDER / "add-a-policy-pack.zh.md"]
BLOCK = re.compile(r"^```([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(page: Path, kind: str) -> list[str]:
    return [text for mark, text in BLOCK.findall(page.read_text(encoding="utf-8")) if mark == kind]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_example_of_the_page_is_taken_or_refused_as_it_says(page: Path) -> None:
    taken = [formats.parse(text, "example.toml") for text in blocks(page, "toml")]
    assert [pack.kind for pack in taken] == ["overlay", "overlay", "pack", "base", "overlay", "pack"]
    assert taken[1].applies_to_open_measures
    refused = blocks(page, "toml refused")
    assert len(refused) == 1
    for text in refused:
        with pytest.raises(rules.PackRefused) as caught:
            formats.parse(text, "refused.toml")
        shown = [line.split(maxsplit=3) for line in page.read_text(encoding="utf-8").splitlines() if line.startswith("refused.toml")]
        assert shown == [[str(caught.value.details[part]) for part in ("file", "line", "key", "why")]]


def test_both_languages_show_the_same_examples() -> None:
    one, other = ([formats.parse(text, "example.toml") for text in blocks(page, "toml")] for page in PAGES)
    assert [(pack.id, pack.valid_from, pack.legal_class, sorted(pack.clauses)) for pack in one] == [
        (pack.id, pack.valid_from, pack.legal_class, sorted(pack.clauses)) for pack in other
    ]


@pytest.mark.parametrize(("page", "language"), zip(PAGES, ("en", "zh"), strict=True), ids=lambda value: getattr(value, "name", value))
def test_the_commands_of_the_page_run_on_its_example_and_print_what_it_shows(
    page: Path, language: str, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "packs").mkdir()
    (tmp_path / "packs" / "loufan-hold.toml").write_text(blocks(page, "toml")[0], encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    settings.EPIGRID_PACKS_DIR = str(tmp_path / "packs")
    queries.forget()
    plain = blocks(page, "")
    lines = [line.partition("epigrid ")[2] for block in plain for line in block.splitlines() if "epigrid policy" in line]
    assert len(lines) == 5
    printed = {}
    for line in lines:
        assert cli.main([*shlex.split(line), "--language", language]) == 0, line
        printed[line] = capsys.readouterr().out
    shown = next(block for block in plain if block.startswith("[hold]"))
    assert shown in next(text for line, text in printed.items() if " diff " in line)
