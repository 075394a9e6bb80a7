"""Papers on paper: what was put in is read back from the file, looks as an official paper does, and nothing of it vanishes or acts."""

import io
import os
import re
import subprocess
import sys
import zipfile
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import docx as word
import pypdf
import pytest
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st

from epigrid.store import printing
from epigrid.store.printing import Heading, Items, Paragraph, Sheet, Table, typesetting
from epigrid.store.printing.sheet import LONGEST

DAY = date(2022, 11, 21)
NOTICE = Sheet(
    title="关于调整怀远市新冠肺炎疫情风险区域的通告",
    number="2022年第181号",
    subtitle="（怀远市疾病预防控制中心研判）",
    blocks=(
        Paragraph("根据《中华人民共和国传染病防治法》等有关规定，经专家组综合研判，自2022年11月21日18时起，将风险区域调整如下。"),
        Heading("一、新增高风险区2个"),
        Items(("小店区平阳街道花园一区3号楼2单元", "小店区坞城街道慕园宾馆4层"), numbered=True),
        Heading("二、措施"),
        Items(("足不出户", "上门服务")),
        Table(
            ("地点", "所属区", "原等级", "现等级"), (("花园一区3号楼2单元", "小店区", "低风险", "高风险"), ("慕园宾馆4层", "小店区", "", "高风险"))
        ),
    ),
    signer="怀远市疫情防控办公室",
    date=DAY,
    footer="咨询电话：0351-0000000",
)
EXERCISE = replace(NOTICE, title=f"【演练】{NOTICE.title}", number="演练-2022-0181", watermark="演练", footer="演练 EXERCISE: not a real decision")
ENGLISH = Sheet(
    title="Notice on risk areas in Huaiyuan",
    number="2022 No. 181",
    blocks=(Paragraph("From 18:00 the city’s office “decides” as follows."), Items(("Garden 1 (花园一区)", "Łódź Street 4"), numbered=True)),
    signer="Huaiyuan headquarters",
    date=DAY,
    language="en",
)
HOSTILE = ('#import "x.typ": * #panic()', "*a* _b_ `c` $x^2$ \\n \\u{41}", "]#[ // no remark", '/* nor this */ @label <label> " 1. - +')
RARE = ("瑟", "燚", "㙦", "𬭎", "𠮷", "ź", "Ж", "ǎ")
TYPED = st.text("#*_$\\[]{}()/@`<>=+-'\"&;:!?%^|，。“”甲乙瑟㙦𬭎aZ0.~ \n", min_size=1, max_size=60).filter(str.strip)


def sheet(*blocks: printing.Block, **more: Any) -> Sheet:
    return Sheet(**{"title": "通告", "date": DAY, "blocks": blocks} | more)


def pdf_pages(content: Sheet) -> list[str]:
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(printing.pdf(content))).pages]


def docx_file(content: Sheet) -> Any:
    return word.Document(io.BytesIO(printing.docx(content)))


def docx_lines(content: Sheet) -> list[str]:
    return [paragraph.text for paragraph in docx_file(content).paragraphs]


def bare(text: str) -> str:
    """Text without the spaces and line ends that setting it makes."""
    return "".join(text.split())


def places(content: Sheet) -> list[tuple[str, float, float]]:
    """Each piece of text of the first page with its left edge and its base line, in points from the lower left corner."""
    found: list[tuple[str, float, float]] = []

    def visit(text: str, outer: list[float], matrix: list[float], _font: object, _size: float) -> None:
        x, y = matrix[4] * outer[0] + matrix[5] * outer[2] + outer[4], matrix[4] * outer[1] + matrix[5] * outer[3] + outer[5]
        if text.strip():
            found.append((text.strip(), x, y))

    pypdf.PdfReader(io.BytesIO(printing.pdf(content))).pages[0].extract_text(visitor_text=visit)
    return found


def fonts(made: bytes) -> set[str]:
    """The fonts of a PDF, each of which must be inside it."""
    found = set()
    for page in pypdf.PdfReader(io.BytesIO(made)).pages:
        for font in page["/Resources"]["/Font"].values():
            inner = font.get_object()["/DescendantFonts"][0].get_object()
            assert {"/FontFile2", "/FontFile3"} & set(inner["/FontDescriptor"].get_object())
            found.add(str(inner["/BaseFont"]).split("+")[1])
    return found


def test_a_notice_is_read_back_from_the_pdf_in_its_order() -> None:
    text = bare("".join(pdf_pages(NOTICE)))
    lines = [
        "关于调整怀远市新冠肺炎疫情风险区域的通告2022年第181号（怀远市疾病预防控制中心研判）根据《中华人民共和国传染病防治法》等有关规定，",
        "将风险区域调整如下。一、新增高风险区2个1.小店区平阳街道花园一区3号楼2单元2.小店区坞城街道慕园宾馆4层二、措施•足不出户•上门服务",
        "地点所属区原等级现等级花园一区3号楼2单元小店区低风险高风险慕园宾馆4层小店区高风险",
        "怀远市疫情防控办公室2022年11月21日",
        "咨询电话：0351-0000000",
    ]
    found = [text.find(line) for line in lines]
    assert -1 not in found and found == sorted(found)


def test_a_notice_is_read_back_from_the_word_file_line_by_line() -> None:
    items = ["一、新增高风险区2个", "1. 小店区平阳街道花园一区3号楼2单元", "2. 小店区坞城街道慕园宾馆4层", "二、措施", "• 足不出户", "• 上门服务"]
    closing = ["怀远市疫情防控办公室", "2022年11月21日"]
    assert docx_lines(NOTICE) == [NOTICE.title, NOTICE.number, NOTICE.subtitle, NOTICE.blocks[0].text, *items, *closing]  # type: ignore[union-attr]
    (table,) = docx_file(NOTICE).tables
    assert [[cell.text for cell in row.cells] for row in table.rows] == [list(row) for row in (NOTICE.blocks[5].columns, *NOTICE.blocks[5].rows)]  # type: ignore[union-attr]


def test_the_files_say_what_they_are_and_in_which_language() -> None:
    reader = pypdf.PdfReader(io.BytesIO(printing.pdf(NOTICE)))
    assert reader.metadata is not None
    assert (reader.metadata.title, reader.metadata.author) == (NOTICE.title, NOTICE.signer)
    assert reader.metadata.creation_date is not None and reader.metadata.creation_date.date() == DAY
    assert reader.trailer["/Root"]["/Lang"] == "zh-CN"
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    about = docx_file(NOTICE).core_properties
    assert (about.title, about.author, about.language, about.created.date()) == (NOTICE.title, NOTICE.signer, "zh-Hans", DAY)


def test_a_page_is_a4_with_the_margins_and_lines_of_an_official_paper() -> None:
    reader = pypdf.PdfReader(io.BytesIO(printing.pdf(NOTICE)))
    assert [round(float(edge)) for edge in reader.pages[0].mediabox] == [0, 0, 595, 842]
    text = "甲" * 100
    lines = {piece: (x, y) for piece, x, y in places(sheet(Paragraph(text), number="第一号", signer="某某办公室"))}
    left, right, character = 28 / 25.4 * 72, (210 - 26) / 25.4 * 72, 16
    (first, second, *_rest) = [x for piece, (x, _) in lines.items() if set(piece) == {"甲"}]
    assert first - left == pytest.approx(2 * character, abs=1) and second == pytest.approx(left, abs=1)
    for piece, size in (("通告", 22), ("第一号", character)):
        assert lines[piece][0] == pytest.approx((left + right - size * len(piece)) / 2, abs=1), "in the middle"
    assert lines["某某办公室"][0] == pytest.approx(right - 5 * character, abs=1), "at the right edge"
    assert lines["通告"][1] > lines["第一号"][1] > lines["某某办公室"][1] > lines["2022"][1]


def test_a_word_page_is_a4_and_paragraphs_are_set_in_by_two_characters() -> None:
    file = docx_file(NOTICE)
    assert (round(file.sections[0].page_width.mm), round(file.sections[0].page_height.mm)) == (210, 297)
    title, number, _subtitle, body, *_rest = file.paragraphs
    assert body.style.paragraph_format.first_line_indent == 2 * body.style.font.size
    assert title.style.font.bold and not body.style.font.bold
    assert {str(line.style.paragraph_format.alignment).split(" ")[0] for line in (title, number)} == {"CENTER"}
    assert str(file.paragraphs[-1].style.paragraph_format.alignment).startswith("RIGHT")
    assert 'w:eastAsia="仿宋"' in body.style.element.xml and 'w:eastAsia="宋体"' in title.style.element.xml


def test_bold_is_a_face_of_its_own_and_every_font_is_ours_and_inside_the_file() -> None:
    assert fonts(printing.pdf(sheet(Paragraph("正文𠮷")))) == {
        "NotoSerifSC-Regular",
        "EpigridSerifRare-Regular",
        "EpigridSerif-Bold",
        "LibertinusSerif-Regular",
    }
    assert fonts(printing.pdf(ENGLISH)) == {"LibertinusSerif-Regular", "LibertinusSerif-Bold", "NotoSerifSC-Regular"}


def test_long_papers_go_over_pages_and_lose_nothing() -> None:
    names = [f"小店区演练路{place}号楼" for place in range(500)]
    rows = [(f"甲{place}乙", "低风险") for place in range(300)]
    pages = pdf_pages(sheet(Items(names, numbered=True), Table(("登记地点", "等级"), rows), Paragraph("丙" * 6000)))
    text = bare("".join(re.sub(r"第 \d+ 页 共 \d+ 页", "", page) for page in pages))
    assert [int(number) for number in re.findall(r"演练路(\d+)号楼", text)] == list(range(500))
    assert re.findall(r"(\d+)\.小店区", text) == [str(place) for place in range(1, 501)]
    assert [int(number) for number in re.findall(r"甲(\d+)乙", text)] == list(range(300))
    assert text.count("丙") == 6000
    assert [re.findall(r"第 (\d+) 页 共 (\d+) 页", page) for page in pages] == [[(str(place), str(len(pages)))] for place in range(1, len(pages) + 1)]
    assert sum("登记地点" in page for page in pages) == sum("乙" in page for page in pages) > 5, "the columns' headings stand on each page"


def test_word_counts_the_pages_itself_and_repeats_the_headings() -> None:
    file = docx_file(NOTICE)
    foot = file.sections[0].footer._element
    assert "".join(str(piece.text) for piece in foot.iter(qn("w:t"))) == "咨询电话：0351-0000000第 1 页 共 1 页"
    assert re.findall(r'instr=" (\w+) "', foot.xml) == ["PAGE", "NUMPAGES"]
    assert "w:tblHeader" in file.tables[0].rows[0]._tr.xml and "w:tblHeader" not in file.tables[0].rows[1]._tr.xml


@pytest.mark.parametrize("text", HOSTILE)
def test_what_people_write_is_never_markup(text: str) -> None:
    typed = Sheet(
        title=f"甲{text}",
        number=f"乙{text}",
        subtitle=f"丙{text}",
        signer=f"丁{text}",
        footer=f"戊{text}",
        watermark=f"己{text}"[:20],
        blocks=(Heading(f"庚{text}"), Paragraph(f"辛{text}"), Items((f"壬{text}",)), Table((f"癸{text}",), ((f"子{text}",),))),
        date=DAY,
    )
    page = bare("".join(pdf_pages(typed)))
    assert [mark for mark in "甲乙丙丁戊己庚辛壬癸子" if bare(f"{mark}{text}"[: 20 if mark == "己" else None]) not in page] == []
    lines = docx_lines(typed)
    assert [mark for mark in "甲乙丙丁庚辛壬" if not any(line.endswith(f"{mark}{text}") for line in lines)] == []
    assert [cell.text for row in docx_file(typed).tables[0].rows for cell in row.cells] == [f"癸{text}", f"子{text}"]


@settings(max_examples=40, deadline=None)
@given(text=TYPED, cell=TYPED)
def test_any_text_is_read_back_as_it_was_written(text: str, cell: str) -> None:
    typed = sheet(Paragraph(text), Table(("列",), ((cell,),)))
    (page,) = pdf_pages(typed)
    assert bare(page) == bare(f"通告{text}列{cell}2022年11月21日第 1 页 共 1 页")
    assert docx_lines(typed)[1] == text
    assert docx_file(typed).tables[0].rows[1].cells[0].text == cell


@pytest.mark.slow
@pytest.mark.parametrize("language", ["zh-Hans", "en"])
def test_every_character_that_is_taken_is_drawn_in_text_and_in_bold(language: str) -> None:
    drawn = [chr(point) for point in sorted(typesetting._drawn())]
    assert len(drawn) > 33_000
    lines = [" ".join(drawn[place : place + 240]) for place in range(1, len(drawn), 240)]
    made = printing.pdf(sheet(*map(Heading, lines), *map(Paragraph, lines), language=language))
    assert b"pdfaid:part>2<" in made and b"pdfaid:conformance>A<" in made, "of a kind that refuses what is not drawn"


@pytest.mark.parametrize("name", RARE)
def test_rare_characters_are_drawn_in_text_and_in_bold(name: str) -> None:
    rare = sheet(Heading(f"王{name}的通知"), Paragraph(f"兹有李{name}同志"), title=f"张{name}")
    page = bare(pdf_pages(rare)[0])
    assert [line for line in (f"张{name}", f"王{name}的通知", f"兹有李{name}同志") if line not in page] == []
    assert docx_lines(rare)[:3] == [f"张{name}", f"王{name}的通知", f"兹有李{name}同志"]


def test_a_character_that_no_font_draws_is_named_and_not_left_out() -> None:
    paper = sheet(Paragraph("李\U00030000、张\U00031350"), title="通告\U0001f600")
    with pytest.raises(printing.NotPrintable) as refusal:
        printing.pdf(paper)
    assert refusal.value.details == {"characters": ["U+1F600", "U+30000", "U+31350"]}
    assert docx_lines(paper)[1] == "李\U00030000、张\U00031350"


def test_a_mark_that_no_font_sets_on_its_character_is_named() -> None:
    with pytest.raises(printing.NotPrintable) as refusal:
        printing.pdf(sheet(Paragraph("“\u0323")))
    assert "U+0323" in refusal.value.details["characters"]


@pytest.mark.parametrize("script", ["אבג דהו", "العربية", "ภาษาไทย", "한국어", "\u0903\u0915", "\ue000"])
def test_scripts_that_the_fonts_lack_are_refused_however_long_the_text(script: str) -> None:
    for times in (1, 200):
        with pytest.raises(printing.NotPrintable):
            printing.pdf(sheet(Items((script * times,))))


def test_the_wheel_carries_the_layout_and_the_fonts(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        env=os.environ | {"HATCH_BUILD_NO_HOOKS": "true"},
        cwd=Path(__file__).parents[2],
        check=True,
        capture_output=True,
    )
    names = zipfile.ZipFile(next(tmp_path.glob("*.whl"))).namelist()
    folder = "epigrid/store/printing/"
    wanted = {"layout.typ", "fonts/OFL.txt", "fonts/EpigridSerif-Bold.otf", "fonts/EpigridSerifRare-Regular.otf"}
    assert {folder + name for name in wanted} <= set(names)


@pytest.mark.parametrize("character", ["\x00", "\x07", "\x1b", "\x7f", "\ud800", "\ufffe"])
def test_control_characters_are_refused_by_their_code_point(character: str) -> None:
    with pytest.raises(printing.NotPrintable) as refusal:
        sheet(Items(("好", f"甲{character}")))
    assert refusal.value.details == {"characters": [f"U+{ord(character):04X}"]}


def test_marks_without_a_shape_turn_no_text_round_and_line_ends_are_kept() -> None:
    paper = sheet(Paragraph("一\u202e二\u200b三\ufeff\r\n四\t五\u2028六\xa0七"))
    assert docx_lines(paper)[1] == "一二三\n四 五\n六 七"
    lines = pdf_pages(paper)[0].splitlines()
    assert lines[1:4] == ["一二三", "四 五", "六 七"]


def test_a_line_end_between_characters_makes_no_space() -> None:
    paper = sheet(Paragraph("甲" * 200))
    assert "甲" * 200 in pdf_pages(paper)[0].replace("\n", "")


def test_words_longer_than_a_line_stay_on_the_page() -> None:
    letters = "W" * 300
    for block in (Paragraph(letters), Items((letters,)), Table(("a", "b", "c", "d"), ((letters, letters, letters, letters),))):
        page = pdf_pages(sheet(block))[0]
        longest = max(len(run) for run in re.findall("W+", page))
        assert page.count("W") % 300 == 0 and longest <= 40


@pytest.mark.parametrize("content", [NOTICE, EXERCISE, ENGLISH], ids=["notice", "exercise", "english"])
def test_the_same_sheet_gives_the_same_bytes(content: Sheet) -> None:
    assert printing.pdf(content) == printing.pdf(content) != printing.pdf(replace(content, number="别的"))
    assert printing.docx(content) == printing.docx(content) != printing.docx(replace(content, number="别的"))
    parts = zipfile.ZipFile(io.BytesIO(printing.docx(content))).infolist()
    assert {datetime(*part.date_time).year for part in parts} == {1980}


def test_another_process_in_another_time_zone_gives_the_same_bytes() -> None:
    program = "import hashlib; from tests.store.test_printing import EXERCISE, printing; print(hashlib.sha256(printing.pdf(EXERCISE) + printing.docx(EXERCISE)).hexdigest())"
    root = Path(__file__).parents[2]
    runs = [
        subprocess.run(
            [sys.executable, "-c", program],
            env=os.environ | {"TZ": zone, "PYTHONHASHSEED": seed, "PYTHONPATH": f"{root}:{root / 'src'}"},
            cwd=root,
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for zone, seed in (("Asia/Shanghai", "1"), ("America/Lima", "2"))
    ]
    assert runs[0] == runs[1] and len(runs[0].strip()) == 64


BLOCKS: list[tuple[printing.Block, ...]] = [
    (),
    (Heading(""),),
    (Paragraph("文"), Paragraph(" \n\u3000")),
    (Items(()),),
    (Items(("甲", "")),),
    (Table((), ((),)),),
    (Table(("甲",), ()),),
    (Table(("甲", "乙"), (("1", "2"), ("3",))),),
    (Table(("甲",), (("1", "2"),)),),
]


@pytest.mark.parametrize("name", ["title", "number", "subtitle", "signer", "footer", "watermark", "heading"])
def test_a_line_is_as_long_as_fits_and_no_longer(name: str) -> None:
    def long(more: int) -> Sheet:
        text = "长" * (LONGEST[name] + more)
        return sheet(Heading(text)) if name == "heading" else sheet(Paragraph("文"), **{name: text})

    assert bare("".join(pdf_pages(long(0)))).count("长") == LONGEST[name] * (2 if name == "watermark" else 1)
    with pytest.raises(printing.LineTooLong):
        long(1)


def test_the_longest_footer_stays_on_the_page() -> None:
    full = sheet(Paragraph("文"), footer="W" * 59 + "\n" + "W" * 60, watermark="标" * 20)
    assert min(y for _, _, y in places(full)) > 20


@pytest.mark.parametrize("blocks", BLOCKS, ids=repr)
def test_a_sheet_with_a_gap_is_refused(blocks: tuple[printing.Block, ...]) -> None:
    with pytest.raises(printing.SheetIncomplete):
        sheet(*blocks)


@pytest.mark.parametrize("title", ["", " \n", "\u200b"])
def test_a_sheet_without_a_title_is_refused(title: str) -> None:
    with pytest.raises(printing.SheetIncomplete):
        sheet(Paragraph("文"), title=title)


def test_a_language_that_nobody_prints_is_refused() -> None:
    with pytest.raises(printing.LanguageUnknown):
        sheet(Paragraph("texte"), language="fr")


def test_an_exercise_paper_says_so_across_and_under_every_page() -> None:
    long = replace(EXERCISE, title="通告", number="", footer="无效", blocks=(Items([f"花园{place}区" for place in range(80)]),))
    pages = pdf_pages(long)
    assert len(pages) > 2
    assert [page.count("演练") for page in pages] == [2] * len(pages)
    assert all("演练 无效" in page for page in pages)
    assert [100 < x < 400 for piece, x, y in places(long) if piece == "演练" and y > 100] == [True]
    file = docx_file(long)
    assert 'string="演练"' in file.sections[0].header._element.xml
    assert file.sections[0].footer.paragraphs[0].text == "演练 无效"
    assert docx_file(EXERCISE).sections[0].footer.paragraphs[0].text == EXERCISE.footer, "which names the mark already"


def test_a_real_paper_carries_no_mark() -> None:
    assert "演练" not in "".join(pdf_pages(NOTICE))
    with zipfile.ZipFile(io.BytesIO(printing.docx(NOTICE))) as parts:
        assert [name for name in parts.namelist() if "演练".encode() in parts.read(name) or b"v:textpath" in parts.read(name)] == []


def test_an_english_paper_is_english_throughout() -> None:
    (page,) = pdf_pages(replace(ENGLISH, watermark="EXERCISE"))
    assert "From 18:00 the city’s office “decides” as follows." in page
    assert "1. Garden 1 (花园一区)" in page and "2. Łódź Street 4" in page
    assert page.rstrip().endswith("21 November 2022\nEXERCISE\nPage 1 of 1")
    assert "第" not in page
    assert pypdf.PdfReader(io.BytesIO(printing.pdf(ENGLISH))).trailer["/Root"]["/Lang"] == "en-GB"
    file = docx_file(ENGLISH)
    assert file.core_properties.language == "en" and 'w:val="en-GB"' in file.styles.element.xml
    assert [paragraph.text for paragraph in file.paragraphs][-3:] == ["2. Łódź Street 4", "Huaiyuan headquarters", "21 November 2022"]
    assert file.sections[0].footer.paragraphs[-1].text == "Page  of "
