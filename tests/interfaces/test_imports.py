"""`epigrid import`: looked at first, with a county's own headings, row by row, mended and taken again; by the county's staff, on their own."""

import csv
import io
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from allauth.mfa.totp.internal import auth as totp
from django.core.cache import cache

from epigrid.engine.spread.community import document_number
from epigrid.field.laboratory import actions as laboratory
from epigrid.field.laboratory.models import Run, Unmatched
from epigrid.interfaces import cli, intake, startup
from epigrid.interfaces.cli import imports, reasons
from epigrid.kernel.duties import Duty
from epigrid.registers.access.models import User
from epigrid.registers.organisation.models import Appointment
from epigrid.registers.people.models import CareNeed, Household, Person
from epigrid.store import sheets
from epigrid.store.models import Fact, Pseudonym, Read, Scan, Secret, Series
from tests import cast
from tests.cast import DAY, MONDAY
from tests.store.facts import together

SOURCE = Path(intake.__file__).resolve().parents[1]
HEAD = "姓名,证件号码,手机号,小区,楼栋,单元,楼层,房号\n"
DOCUMENTS = [document_number(date(1980, 1, 1), number) for number in range(1, 12, 2)]
Import = Callable[..., int]
TABLES = (Person, Household, CareNeed, Secret, Fact, Series, Run, Unmatched, Scan, Pseudonym, Read)


def row(name: str, document: str, room: str = "101室", phone: str = "10099990001") -> str:
    return f"{name},{document},{phone},演练花园小区1号楼,,1单元,1层,{room}\n"


def account(*duties: Duty) -> str:
    """An account that holds what the cast's user of these duties holds."""
    user = User.objects.create(id=cast.user_id(*duties), username=f"演练-{'-'.join(duties)}", tree="mini")
    return user.username


def rows_of_all_tables() -> list[list[Any]]:
    return [list(model.objects.get_queryset().order_by("pk").values()) for model in TABLES]


@pytest.fixture
def take(world: cast.World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Import:
    """`epigrid import KIND FILE --user ...` on a file with this content; the exit code."""
    monkeypatch.setattr(startup, "prepare", lambda: None)
    users = {
        "roster": account(Duty.COMMUNITY_SECRETARY),
        "results": account(Duty.LABORATORY),
        "scans": account(Duty.CDC_INVESTIGATOR),
    }

    def run(kind: str, content: str | bytes, *options: str, name: str = "file.csv", encoding: str = "gb18030", user: str = "") -> int:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return cli.main(["import", kind, str(path), "--user", user or users[kind], "--language", "en", *options])

    return run


def test_a_roster_is_taken_and_the_exit_code_says_that_nothing_was_refused(take: Import, capsys: Any) -> None:
    assert take("roster", HEAD + row("演甲", DOCUMENTS[0]) + row("演乙", DOCUMENTS[1], "102室")) == 0
    assert "new 2, changed 0, unchanged 0, in the inbox 0, refused 0" in capsys.readouterr().out
    assert take("roster", HEAD + row("演甲", DOCUMENTS[0]) + row("演乙", DOCUMENTS[1], "102室")) == 0
    assert "new 0, changed 0, unchanged 2" in capsys.readouterr().out


ROSTER = HEAD + row("演甲", DOCUMENTS[0]) + row("", DOCUMENTS[1]) + row("演丙", DOCUMENTS[2], "909室") + row("演安0", "", "101室", "10000000000")
RESULTS = "管号,检测时间,ORF1ab Ct,N Ct\nT1,2022-11-21 15:00,,\nX9,2022-11-21 15:00,,\nT1,soon,,\n"
SCANS = "扫码编号,手机号,场所,时间\ns1,10000000000,演练便利店,2022-11-20 08:00\ns2,10000000001,没有,2022-11-20 08:00\n"


@pytest.mark.parametrize("kind, content", [("roster", ROSTER), ("results", RESULTS), ("scans", SCANS)], ids=["roster", "results", "scans"])
def test_a_preview_writes_nothing_and_counts_exactly_what_then_happens(take: Import, world: cast.World, capsys: Any, kind: str, content: str) -> None:
    laboratory.register_specimens(
        actor=cast.procedure(), body_id=world.bodies["lab1"], tubes=[(cast.uid("tube"), "T1", 10)], now=MONDAY, cause=world.root_cause
    )
    body = ("--body", "演练第一检测机构") if kind == "results" else ()
    before = rows_of_all_tables()
    assert take(kind, content, "--preview", *body) == 1
    seen = capsys.readouterr().out
    assert rows_of_all_tables() == before
    assert "nothing is written" in seen
    assert take(kind, content, *body) == 1
    done = capsys.readouterr().out
    assert rows_of_all_tables() != before
    counts = [line for line in seen.splitlines() if line.startswith("would be ")][0].removeprefix("would be ")
    assert counts in done.splitlines()
    assert [line for line in seen.splitlines() if line.startswith("  row ")] == [line for line in done.splitlines() if line.startswith("  row ")]


def test_a_preview_says_which_column_is_taken_for_what_and_which_is_not(take: Import, capsys: Any) -> None:
    text = "姓名*,身份证号,小区,楼栋,单元,楼层,室号,房号,备注\n演甲,,演练花园小区1号楼,,1单元,1层,,101室,\n"
    assert take("roster", text, "--preview") == 0
    lines = capsys.readouterr().out.splitlines()
    assert "  姓名* -> name" in lines and "  身份证号 -> document" in lines and "  房号 -> room" in lines
    assert "  备注: not taken, unknown" in lines
    assert "  室号: not taken, another column stands for the same" in lines
    assert any("not in the file" in line and "手机号 (phone)" in line for line in lines)


def test_titles_above_the_headings_do_not_hide_what_is_missing(take: Import, capsys: Any) -> None:
    assert take("roster", "槐园社区花名册,,填表：2022-11-20\n小区,楼栋,房号\nx,,101室\n", "--preview") == 2
    out = capsys.readouterr().out
    assert "  房号 -> room" in out and "missing: 姓名" in out and "花名册" not in out


def test_missing_columns_refuse_the_whole_file_by_name_and_show_what_was_understood(take: Import, capsys: Any) -> None:
    assert take("roster", "户主姓名,小区,房号\n演甲,x,101室\n") == 2
    out = capsys.readouterr().out
    assert "姓名" in out and "missing" in out and "户主姓名: not taken, unknown" in out
    assert Person.objects.get_queryset().count() == 24


COUNTY = "户主姓名,身份号,小区名,楼,单元号,层,门牌\n" + f"演甲,{DOCUMENTS[0]},演练花园小区1号楼,,1单元,1层,101室\n"
MAP = ["户主姓名=name", "身份号=证件号码", "小区名=compound", "楼=building", "单元号=unit", "层=floor", "门牌=room"]


def test_a_countys_own_headings_are_given_once_and_remembered(take: Import, capsys: Any, settings: Any) -> None:
    options = [part for pair in MAP for part in ("--map", pair)]
    assert take("roster", COUNTY, *options, "--save-mapping", "--preview") == 0
    assert Person.objects.get_queryset().count() == 24
    assert take("roster", COUNTY) == 0
    out = capsys.readouterr().out
    assert "the remembered mapping" in out and "new 1" in out
    person = Person.objects.get_queryset().get(masked_name="演**", masked_document="****" + DOCUMENTS[0][-2:])
    assert person.birth_date == date(1980, 1, 1)
    saved = settings.EPIGRID_VAR / "mappings" / "roster.toml"
    assert '"身份号" = "document"' in saved.read_text()
    assert take("roster", HEAD + row("演乙", DOCUMENTS[1], "102室")) == 0


def test_a_mapping_file_of_ones_own_is_read_and_written(take: Import, tmp_path: Path, capsys: Any) -> None:
    path = tmp_path / "县.toml"
    path.write_text('kind = "roster"\n[columns]\n' + "".join(f'"{pair.split("=")[0]}" = "{pair.split("=")[1]}"\n' for pair in MAP))
    assert take("roster", COUNTY, "--mapping", str(path)) == 0
    assert "new 1" in capsys.readouterr().out
    again = tmp_path / "new" / "other.toml"
    assert take("roster", COUNTY, "--mapping", str(again), "--save-mapping", *[part for pair in MAP for part in ("--map", pair)]) == 0
    assert take("roster", COUNTY, "--mapping", str(again), "--preview") == 0
    assert take("roster", COUNTY, "--mapping", str(tmp_path / "nowhere.toml")) == 2


@pytest.mark.parametrize(
    "text",
    ["not toml", 'kind = "scans"\n[columns]\n"a" = "name"\n', "kind = 'roster'\n", "[columns]\na = 1\n", '[columns]\n"户主姓名" = "nonsense"\n'],
)
def test_a_mapping_file_that_cannot_be_used_is_refused(take: Import, tmp_path: Path, text: str) -> None:
    path = tmp_path / "bad.toml"
    path.write_text(text)
    assert take("roster", COUNTY, "--mapping", str(path)) == 2


@pytest.mark.parametrize("pair", ["nonsense", "=name", "没有这一列=name", "户主姓名=no-field"])
def test_a_map_that_does_not_fit_is_refused(take: Import, pair: str) -> None:
    assert take("roster", COUNTY, "--map", pair) == 2


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8", "utf-8-sig", "utf-16"])
def test_refused_rows_are_written_as_they_came_mended_and_only_these_are_taken(take: Import, tmp_path: Path, capsys: Any, encoding: str) -> None:
    errors = tmp_path / "errors.csv"
    text = HEAD + row("演甲", DOCUMENTS[0]) + row("演乙", DOCUMENTS[1], "909室") + row("=演丙", "bad!") + row("演丁", DOCUMENTS[3], "102室")
    assert take("roster", text, "--errors", str(errors), encoding=encoding) == 1
    assert "2 refused rows are in" in capsys.readouterr().out
    assert errors.stat().st_mode & 0o777 == 0o600
    content = errors.read_bytes().decode(encoding)
    rows = list(csv.DictReader(io.StringIO(content.removeprefix("\ufeff"))))
    assert [(one["source row"], one["refused column"], one["姓名"], one["手机号"]) for one in rows] == [
        ("3", "房号", "演乙", "10099990001"),
        ("4", "证件号码", "'=演丙", "10099990001"),
    ]
    assert rows[0]["refused because"] == reasons.REASONS["roster.room-unknown"][1]
    mended = content.replace("909室", "102室").replace("bad!", DOCUMENTS[2]).replace("=演丙", "演丙")
    assert take("roster", mended.encode(encoding), "--errors", str(errors), name="errors.csv") == 0
    assert "new 2, changed 0, unchanged 0, in the inbox 0, refused 0" in capsys.readouterr().out
    assert take("roster", mended.encode(encoding), name="errors.csv") == 0
    assert "new 0, changed 0, unchanged 2" in capsys.readouterr().out


def test_refused_rows_of_an_excel_file_come_back_as_a_csv_that_excel_opens(take: Import, tmp_path: Path) -> None:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    page = book.add_worksheet()
    for number, cells in enumerate([HEAD.strip().split(","), row("演甲", DOCUMENTS[0], "909室").strip().split(",")]):
        for place, cell in enumerate(cells):
            page.write(number, place, int(cell) if cell.isdigit() and len(cell) > 15 else cell)
    book.close()
    errors = tmp_path / "errors.csv"
    assert take("roster", buffer.getvalue(), "--errors", str(errors), name="roster.xlsx") == 1
    assert errors.read_bytes().startswith(b"\xef\xbb\xbf")
    assert "the column" in errors.read_text("utf-8-sig") or "dwelling" in errors.read_text("utf-8-sig")


def test_the_words_stand_in_the_language_that_was_asked_for(take: Import, capsys: Any) -> None:
    assert take("roster", HEAD + row("", DOCUMENTS[0]), "--language", "zh") == 1
    assert "第 2 行，姓名：没有姓名" in capsys.readouterr().out
    assert take("roster", HEAD + row("", DOCUMENTS[0]), "--language", "en") == 1
    assert "row 2, 姓名: no name" in capsys.readouterr().out
    assert take("roster", b"\x00\x01", "--language", "zh") == 2
    assert "GBK" in capsys.readouterr().out


def test_a_refused_row_names_the_countys_own_heading(take: Import, capsys: Any) -> None:
    options = [part for pair in MAP for part in ("--map", pair)]
    assert take("roster", COUNTY.replace("101室", "909室"), *options) == 1
    assert "row 2, 门牌: the place register has no such dwelling" in capsys.readouterr().out


def test_nothing_that_is_printed_names_a_person(take: Import, capsys: Any) -> None:
    take("roster", HEAD + row("演甲子", "bad!", "909室", "12345"), "--preview")
    out = capsys.readouterr().out
    assert "row 2" in out
    assert not any(value in out for value in ("演甲子", "bad!", "12345", "909"))


def test_values_in_full_width_or_with_a_country_code_find_the_same_people_again(take: Import, capsys: Any) -> None:
    plain = row("演 甲", DOCUMENTS[0], phone="13900139000") + row("演乙", "", "102室", "13900139001")
    wide = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")
    other = row("演　甲", DOCUMENTS[0].translate(wide), phone="+86 139-0013-9000") + row("演乙", "", "102室", "008613900139001")
    assert take("roster", HEAD + plain) == 0
    facts = Fact.objects.count()
    assert take("roster", HEAD + other) == 0
    assert "new 0, changed 0, unchanged 2" in capsys.readouterr().out
    assert Fact.objects.count() == facts
    scan = "扫码编号,手机号,场所,时间\ns1,+8613900139000,演练便利店,2022-11-20 08:00\n"
    assert take("scans", scan) == 0


def test_a_shifted_row_is_refused_and_not_taken_askew(take: Import, capsys: Any) -> None:
    shifted = row("演甲", DOCUMENTS[0]).replace("演甲,", "演,甲,")
    assert take("roster", HEAD + shifted + row("演乙", DOCUMENTS[1], "102室")) == 1
    out = capsys.readouterr().out
    assert "row 2: the row has more cells" in out and "new 1" in out


@pytest.mark.parametrize("user, words", [("nobody", "unknown account"), ("", "no duty")])
def test_an_account_that_may_not_is_refused_whole(take: Import, capsys: Any, user: str, words: str) -> None:
    before = rows_of_all_tables()
    guard = user or account(Duty.GATE_GUARD)
    for options in ((), ("--preview",)):
        assert take("roster", HEAD + row("演甲", DOCUMENTS[0]), *options, user=guard) == 2
        assert words in capsys.readouterr().out
    assert rows_of_all_tables() == before


def test_an_account_with_two_areas_says_which_one(take: Import, capsys: Any) -> None:
    holder = cast.user_id(Duty.COMMUNITY_SECRETARY)
    Appointment.objects.create(
        id=cast.uid("second"),
        area=cast.NEIGHBOUR,
        holder_id=holder,
        duty=Duty.COMMUNITY_SECRETARY,
        body_id=cast.uid("body", "community"),
        since=MONDAY - DAY,
    )
    text = HEAD + row("演甲", DOCUMENTS[0])
    assert take("roster", text) == 2
    out = capsys.readouterr().out
    assert cast.COMMUNITY in out and cast.NEIGHBOUR in out
    assert take("roster", text, "--area", str(cast.COMMUNITY)) == 0
    assert take("roster", text, "--area", str(cast.NEIGHBOUR_COUNTY)) == 2


def test_of_two_laboratories_the_body_must_be_named(take: Import, capsys: Any) -> None:
    assert take("results", RESULTS) == 2
    assert "演练第一检测机构" in capsys.readouterr().out
    assert take("results", RESULTS, "--body", "演练第二检测机构") == 1


def test_in_a_real_tree_a_deciding_duty_gives_the_code_of_its_second_factor(db: None, tmp_path: Path, monkeypatch: Any, capsys: Any) -> None:
    monkeypatch.setattr(startup, "prepare", lambda: None)
    cache.clear()
    cast.build(exercise=False)
    user = account(Duty.CDC_INVESTIGATOR)
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(User.objects.get(username=user), secret)
    path = tmp_path / "scans.csv"
    path.write_text(SCANS)

    def run(*options: str) -> int:
        return cli.main(["import", "scans", str(path), "--user", user, "--language", "en", *options])

    assert run() == 2
    assert "second factor" in capsys.readouterr().out
    right = totp.format_hotp_value(totp.hotp_value(secret, next(totp.yield_hotp_counters_from_time())))
    assert run("--code", f"{(int(right) + 1) % 10**6:06d}") == 2
    assert run("--code", right) == 1
    assert Scan.objects.count() == 1


def keys_in(path: Path) -> set[str]:
    import re

    return set(re.findall(r'"((?:roster|result|scan|sheet|line)\.[a-z-]+)"', path.read_text()))


def test_every_reason_that_a_file_can_be_refused_for_has_words_in_both_languages() -> None:
    apps = ("registers/people/formats.py", "registers/people/actions/roster.py", "field/laboratory/formats/tables.py", "store/sheets.py")
    scans = ("response/tracing/formats/scans.py", "response/tracing/formats/linelists.py", "response/tracing/actions/presences.py")
    found = set().union(*(keys_in(SOURCE / name) for name in (*apps, *scans))) | {"roster.document-checksum", "roster.document-shape"}
    assert len(found) > 25
    assert found <= set(reasons.REASONS)
    for pair in (*reasons.REASONS.values(), *reasons.LINES.values()):
        assert len(pair) == len(reasons.LANGUAGES) == 2
        assert all(text.strip() for text in pair)
    assert all(any("\u4e00" <= c <= "\u9fff" for c in pair[0]) for pair in reasons.REASONS.values())


def test_the_columns_added_to_refused_rows_are_known_to_no_import() -> None:
    accepted = {heading for names in intake.NAMES.values() for headings in names.values() for heading in headings}
    assert not accepted & {heading for headings in reasons.ERROR_HEADINGS.values() for heading in headings}
    assert set(intake.NAMES) == set(imports.KINDS) == set(intake.NEEDED) == set(intake.DUTIES)


def test_no_heading_stands_for_two_fields_of_one_import() -> None:
    for names in intake.NAMES.values():
        headings = [heading for accepted in names.values() for heading in accepted]
        assert len(headings) == len(set(headings))


def test_the_same_file_sent_twice_at_once_in_a_real_tree_is_taken_once(transactional_db: None) -> None:
    cast.build(exercise=False)
    sender = intake.Sender(username=account(Duty.COMMUNITY_SECRETARY))
    text = HEAD + "".join(row(f"演{number}", document, phone=f"1009999{number:04d}") for number, document in enumerate(DOCUMENTS))
    before = Person.objects.get_queryset().count()

    def send() -> tuple[int, int]:
        understood = intake.understand(kind="roster", sheet=sheets.read(text.encode(), "x.csv"))
        report = intake.take(kind="roster", understood=understood, source="x.csv", sender=sender)
        return report.created, report.unchanged

    answers = together(send, send, send)
    assert sorted(answers) == [(0, 6), (0, 6), (6, 0)]
    assert Person.objects.get_queryset().count() == before + 6
