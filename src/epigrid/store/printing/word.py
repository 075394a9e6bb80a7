"""A sheet as a Word file, in the typefaces that Word and WPS have for official papers. The same sheet gives the same bytes."""

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from functools import cache
from itertools import chain
from typing import cast

from docx import Document
from docx.document import Document as WordFile
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Mm, Pt
from docx.styles.style import ParagraphStyle

from epigrid.store.printing.sheet import LANGUAGES, PAGES, Block, Heading, Items, Paragraph, Sheet, Table

LATIN = "Times New Roman"
TEXT, HEADING, TITLE = "仿宋", "黑体", "宋体"
LEFT, EVEN, CENTRE, RIGHT = WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.JUSTIFY, WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT
EARLIEST = (1980, 1, 1, 0, 0, 0)
"""The moment that each part of the file is given: the first that a zip can name."""
KEPT = {"Normal", "Default Paragraph Font", "Normal Table", "No List", "Header", "Footer", "Table Grid", "Title", "Heading 1", "Body Text"}
"""Styles of the library's blank file that stay in ours."""
UNUSED_PARTS = ("/stylesWithEffects", "/thumbnail")
WATERMARK = f"""<w:pict {nsdecls("w")} xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office">
<v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" path="m0,0l21600,0m0,21600l21600,21600e"><v:path textpathok="t"/>
<v:textpath on="t" fitshape="t"/></v:shapetype>
<v:shape id="watermark" o:spid="_x0000_s2049" type="#_x0000_t136" o:allowincell="f" fillcolor="#d8d8d8" stroked="f"
 style="position:absolute;height:140pt;rotation:315;z-index:-251658240;mso-position-horizontal:center;mso-position-horizontal-relative:page;
mso-position-vertical:center;mso-position-vertical-relative:page"><v:textpath/></v:shape></w:pict>"""
"""Letters along a line, as Word's own watermarks are made."""
SHAPE, TEXTPATH = "{urn:schemas-microsoft-com:vml}shape", "{urn:schemas-microsoft-com:vml}textpath"


@dataclass(frozen=True, kw_only=True)
class Look:
    """How one kind of line looks; lengths in points, `line` exact when above 3, else a multiple."""

    size: int
    hanzi: str = TEXT
    bold: bool = False
    align: WD_ALIGN_PARAGRAPH = EVEN
    line: float = 1.0
    first: int = 0
    left: int = 0
    before: int = 0
    after: int = 0


CHINESE = {
    "Normal": Look(size=16, line=28),
    "Title": Look(size=22, hanzi=TITLE, bold=True, align=CENTRE, line=1.2, after=14),
    "Paper number": Look(size=16, align=CENTRE, line=28, after=6),
    "Heading 1": Look(size=16, hanzi=HEADING, bold=True, line=28, before=10),
    "Body Text": Look(size=16, line=28, first=32),
    "Paper item": Look(size=16, line=28, first=-32, left=64),
    "Paper closing": Look(size=16, align=RIGHT, line=28),
    "Paper cell": Look(size=12, align=LEFT),
    "Paper column": Look(size=12, bold=True, align=LEFT),
    "Paper foot": Look(size=9, align=CENTRE),
}
ENGLISH = {
    "Normal": Look(size=12, line=1.15),
    "Title": Look(size=20, bold=True, align=CENTRE, after=12),
    "Paper number": Look(size=12, align=CENTRE, after=6),
    "Heading 1": Look(size=13, bold=True, line=1.15, before=10, after=4),
    "Body Text": Look(size=12, line=1.15, after=8),
    "Paper item": Look(size=12, line=1.15, first=-18, left=18, after=2),
    "Paper closing": Look(size=12, align=RIGHT, line=1.15),
    "Paper cell": Look(size=10, align=LEFT),
    "Paper column": Look(size=10, bold=True, align=LEFT),
    "Paper foot": Look(size=9, align=CENTRE),
}


def docx(sheet: Sheet) -> bytes:
    """The sheet as .docx. Every character is kept; which typeface draws a rare one is left to the reader's machine."""
    file = Document(io.BytesIO(_blank(sheet.language)))
    about = file.core_properties
    about.title, about.author, about.last_modified_by = sheet.title[:255], sheet.signer[:255], sheet.signer[:255]
    about.created = about.modified = datetime.combine(sheet.date, time())
    _frame(file, sheet)
    file.add_paragraph(sheet.title, "Title")
    for line in filter(None, (sheet.number, sheet.subtitle)):
        file.add_paragraph(line, "Paper number")
    for block in sheet.blocks:
        _add(file, block)
    closing = [file.add_paragraph(line, "Paper closing").paragraph_format for line in sheet.closing]
    closing[0].space_before = Pt(40)
    closing[0].keep_with_next = len(closing) > 1
    return _packed(file)


def _packed(file: WordFile) -> bytes:
    made, packed = io.BytesIO(), io.BytesIO()
    file.save(made)
    with zipfile.ZipFile(made) as parts, zipfile.ZipFile(packed, "w") as fixed:
        for name in parts.namelist():
            fixed.writestr(zipfile.ZipInfo(name, EARLIEST), parts.read(name), zipfile.ZIP_DEFLATED)
    return packed.getvalue()


@cache
def _blank(language: str) -> bytes:
    """A file without text, with the page and the styles of a language."""
    file = Document()
    for relations in (file.part.rels, file.part.package.rels):
        for key in [key for key, relation in relations.items() if relation.reltype.endswith(UNUSED_PARTS)]:
            del relations[key]
    for style in [style for style in file.styles if style.name not in KEPT]:
        style.delete()
    for lang in file.styles.element.iter(qn("w:lang")):
        lang.set(qn("w:val"), "-".join(LANGUAGES[language]) if language == "en" else "en-US")
        lang.set(qn("w:eastAsia"), "zh-CN")
    for name, look in (ENGLISH if language == "en" else CHINESE).items():
        _set_style(file, name, look)
    page = file.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.top_margin, page.bottom_margin, page.left_margin, page.right_margin = Mm(37), Mm(35), Mm(28), Mm(26)
    file.core_properties.language, file.core_properties.comments = language, ""
    return _packed(file)


def _set_style(file: WordFile, name: str, look: Look) -> None:
    style = cast(ParagraphStyle, file.styles[name] if name in file.styles else file.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH))
    style.font.name, style.font.size, style.font.bold = LATIN, Pt(look.size), look.bold
    shape = style.paragraph_format
    shape.alignment, shape.line_spacing = look.align, Pt(look.line) if look.line > 3 else look.line
    shape.first_line_indent, shape.left_indent = Pt(look.first), Pt(look.left)
    shape.space_before, shape.space_after = Pt(look.before), Pt(look.after)
    letters = style.element.rPr
    fonts = letters.find(qn("w:rFonts"))
    for theme in [key for key in fonts.attrib if key.endswith("Theme")]:
        del fonts.attrib[theme]
    fonts.set(qn("w:eastAsia"), look.hanzi)
    for ornament in (*letters.findall(qn("w:color")), *style.element.iter(qn("w:pBdr"))):
        ornament.getparent().remove(ornament)


def _frame(file: WordFile, sheet: Sheet) -> None:
    """Watermark and footer of every page."""
    page = file.sections[0]
    if sheet.watermark:
        page.header.paragraphs[0].add_run()._r.append(_watermark(sheet.watermark))
    foot = page.footer.paragraphs[0]
    foot.style = "Paper foot"
    if sheet.foot:
        foot.add_run(sheet.foot)
        foot = page.footer.add_paragraph(style="Paper foot")
    before, between, after = PAGES[sheet.language]
    foot.add_run(before)
    foot._p.append(_field("PAGE"))
    foot.add_run(between)
    foot._p.append(_field("NUMPAGES"))
    foot.add_run(after)


def _field(name: str) -> BaseOxmlElement:
    """A number that Word counts; it is shown as 1 until then."""
    return parse_xml(f'<w:fldSimple {nsdecls("w")} w:instr=" {name} "><w:r><w:t>1</w:t></w:r></w:fldSimple>')


def _watermark(text: str) -> BaseOxmlElement:
    picture = parse_xml(WATERMARK)
    shape = picture.find(SHAPE)
    shape.set("style", f"width:{min(480, 140 * len(text))}pt;{shape.get('style')}")
    shape.set("alt", text)
    path = shape.find(TEXTPATH)
    path.set("string", text)
    path.set("style", f"font-family:{TITLE}")
    return picture


def _add(file: WordFile, block: Block) -> None:
    match block:
        case Heading(text):
            file.add_paragraph(text, "Heading 1")
        case Paragraph(text):
            file.add_paragraph(text, "Body Text")
        case Items():
            for mark, text in block.lines:
                file.add_paragraph(f"{mark} {text}", "Paper item")
        case Table(columns, rows):
            _add_table(file, columns, rows)


def _add_table(file: WordFile, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    table = file.add_table(rows=1 + len(rows), cols=len(columns), style="Table Grid")
    for place, (row, texts) in enumerate(zip(table.rows, chain([columns], rows), strict=True)):
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        for cell, text in zip(row.cells, texts, strict=True):
            cell.paragraphs[0].add_run(text)
            cell.paragraphs[0].style = "Paper cell" if place else "Paper column"
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
