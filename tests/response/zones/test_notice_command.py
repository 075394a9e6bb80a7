"""`epigrid notice read`: a table or JSON, and an exit code that says whether the counts agree."""

import io
import json
import sys
from pathlib import Path

import pytest

from epigrid.interfaces.cli import main
from epigrid.response.zones.formats import from_json, read
from tests.conftest import SHARED
from tests.response.zones.test_notice_reader import SHORT


def told(tmp_path: Path, data: bytes, capsys: pytest.CaptureFixture[str], *options: str) -> tuple[int, str]:
    file = tmp_path / "notice.txt"
    file.write_bytes(data)
    code = main(["notice", "read", str(file), *options])
    return code, capsys.readouterr().out


def test_a_notice_whose_counts_agree_ends_with_0_and_a_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out = told(tmp_path, SHORT.encode("gb18030"), capsys)
    assert code == 0
    for line in (
        "2022年第9号",
        "->high: 3",
        "  迎泽区",
        "    华苑宾馆  [hotel]",
        "[compound; except 1-4号楼]",
        "ok             2 / 2     ->high            迎泽区",
    ):
        assert line in out


@pytest.mark.row("S-169")
def test_s_169_a_count_that_differs_is_shown_and_ends_with_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out = told(tmp_path, SHORT.replace("迎泽区(2个)", "迎泽区(4个)").encode(), capsys)
    assert code == 1
    assert "DIFFERS        4 / 2     ->high            迎泽区" in out


def test_the_json_is_the_notice(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out = told(tmp_path, SHORT.encode(), capsys, "--json")
    assert code == 0
    assert from_json(json.loads(out)) == read(SHORT)


@pytest.mark.data
def test_several_notices_of_one_file_are_all_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["notice", "read", str(SHARED.parent / "sources" / "003.txt"), "--json"]) == 0
    assert [copy["number"] for copy in json.loads(capsys.readouterr().out)] == ["2022年第180号", "2022年第181号"]


def test_standard_input_is_read(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(SHORT.encode("utf-16"))))
    assert main(["notice", "read", "-"]) == 0
    assert "华苑宾馆" in capsys.readouterr().out


def test_what_cannot_be_read_ends_with_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert told(tmp_path, bytes(5000), capsys)[0] == 2
    assert main(["notice", "read", str(tmp_path / "absent.txt")]) == 2
