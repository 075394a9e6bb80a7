"""Notices: their text, and the same as PDF, Word, plain text and machine-readable copy; a city's notice compared with the system's areas."""

import json
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from epigrid.kernel.actors import Actor
from epigrid.kernel.duties import Duty
from epigrid.kernel.errors import BadInput, NotFound
from epigrid.response.zones import formats, queries
from epigrid.store import documents, printing
from epigrid.store.doors import reader
from epigrid.store.shapes import Page, Section, ask, entry, show, table, word

LONGEST = 5_000_000
"""Bytes of a notice that are looked at."""
CONFIRMING = frozenset({Duty.PLACE_REGISTRAR, Duty.COMMUNITY_SECRETARY, Duty.ADMINISTRATOR, Duty.CDC_INVESTIGATOR, Duty.CITY_EOC_OFFICE})
FORMS = ("pdf", "docx", "txt", "json")


@login_required
def notices(request: HttpRequest) -> HttpResponse:
    """Published notices with their text."""
    me = reader(request).actor
    cards = queries.notices(actor=me)
    papers = documents.texts(actor=me, document_ids=[card.document_id for card in cards])
    sections = [_section(card, papers.get(card.document_id)) for card in cards]
    empty = [] if sections else [Section(empty={"title": _("No notices"), "icon": "speakerphone"})]
    lead = _("Numbered without gaps, with basis, expert line and effective moment.")
    compare = Section(facts=[(_("A notice of the city"), {"text": _("compare it with the areas"), "url": "/notices/check/"})])
    return show(request, Page(title=_("Notices"), lead=lead, sections=[compare, *sections, *empty]))


def _section(card: queries.NoticeCard, paper: documents.Paper | None) -> Section:
    fields = paper.fields if paper else {}
    facts = [
        (_("Published"), card.published_at),
        (_("In force from"), card.effective_at),
        (_("Basis"), _basis(fields)),
        (_("Expert line"), fields.get("expert_line", "")),
        (_("Signed for"), paper.body_name if paper else ""),
        *((_("Download"), {"text": form.upper(), "url": f"/notices/{card.id}.{form}"}) for form in FORMS if fields.get("text")),
    ]
    rows = [(item["place"], item["district"], word("level", item["from"]), word("level", item["to"])) for item in card.items]
    columns = (_("Place"), _("District"), _("Before"), _("Now"))
    title = f"{paper.title if paper else ''} {card.number}"
    return Section(heading=title, facts=facts, table=table(_("Changes"), columns, rows, ""))


def _basis(fields: Mapping[str, Any]) -> str:
    """The law in the reader's language: the notice's own words in Chinese, the articles in English."""
    if (get_language() or "").startswith("zh"):
        return str(fields.get("notice", {}).get("legal_basis", ""))
    return "; ".join(fields.get("basis", ()))


@login_required
def check(request: HttpRequest) -> HttpResponse:
    """A notice of the city, pasted or as a file, against the system's areas: missing, extra, other level. Nothing is kept of it."""
    it = reader(request)
    inputs = [entry("text", _("Text of the notice"), "long", optional=True, longest=LONGEST), entry("file", _("Or a file"), "file", optional=True)]
    form = {
        "title": _("Compare a notice with the areas"),
        "url": "/notices/check/",
        "hidden": [],
        "acts": [{"label": _("Compare"), "tone": "primary"}],
        "inputs": inputs,
        "file": True,
    }
    sections = [Section(decisions=[form])]
    file = request.FILES.get("file")
    data = file.read(LONGEST + 1) if file is not None else request.POST.get("text", "").encode()
    if request.method == "POST" and data.strip():
        if len(data) > LONGEST:
            raise BadInput(field="file", why=f"longer than {LONGEST} bytes")
        sections += _compared(it.actor, formats.read(data), it.now)
    return show(request, Page(title=_("Compare a notice"), lead=_("The text is read here and forgotten."), sections=sections))


def _compared(me: Actor, notice: formats.Notice, now: datetime) -> list[Section]:
    lines = queries.consistency(actor=me, notice=notice, now=now)
    counts = [
        (f"{count.district or _('whole notice')} {count.direction}", f"{count.stated if count.stated is not None else '?'} / {count.read}")
        for count in notice.counts
        if not count.agrees
    ]
    facts = [(_("Notice"), f"{notice.title} {notice.number}"), (_("Items read"), len(notice.changes)), *counts]
    facts += [(_("Doubts about the text"), "、".join(word("doubt", flag) for flag in notice.quality))] if notice.quality else []
    rows = [
        (
            word("compared", line.outcome),
            line.place,
            word("level", line.in_notice) if line.in_notice else "",
            word("level", line.in_system) if line.in_system else "",
            f"{line.full_name} {line.confidence:.2f}" if line.outcome == "doubtful" else line.full_name,
        )
        for line in lines
    ]
    columns = (_("Outcome"), _("Place"), _("In the notice"), _("Here"), _("Place of the register"))
    asked = [
        ask(
            "places.confirm-alias",
            _("Does %(text)s mean %(place)s?") % {"text": line.place, "place": line.full_name},
            label=_("Yes, remember it"),
            ids={"place_id": line.place_id, "name": line.place, "source": notice.number or notice.title or "notice"},
            otherwise=_("It stays doubtful and is not compared."),
        )
        for line in lines
        if line.outcome == "doubtful" and line.place != "…" and me.duties & CONFIRMING
    ]
    heading = Section(heading=_("What was read"), facts=facts, table=table(_("Notice and areas"), columns, rows, _("No item was read")))
    return [heading, Section(heading=_("To confirm"), decisions=asked[:40])] if asked else [heading]


@login_required
def download(request: HttpRequest, notice_id: UUID, form: str) -> HttpResponse:
    """One notice as a file: `pdf` and `docx` as it is posted, `txt` its text, `json` its changes for other systems; `?lang=en` in English."""
    me = reader(request).actor
    card = next((card for card in queries.notices(actor=me) if card.id == notice_id), None)
    if card is None or form not in FORMS:
        raise NotFound(notice=str(notice_id))
    paper = documents.paper(actor=me, document_id=card.document_id)
    kind, make = MAKERS[form]
    answer = HttpResponse(make(paper, "en" if request.GET.get("lang") == "en" else "zh-Hans"), content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="notice-{card.number.rpartition("演练-")[2]}.{form}"'
    return answer


def sheet(paper: documents.Paper, language: str) -> printing.Sheet:
    """A notice as it is printed: its text's paragraphs between title and number above, signer and day below."""
    lines = paper.fields["text_en" if language == "en" else "text"].strip().splitlines()
    title, number, body = lines[0], lines[1].strip("（）()"), [line for line in lines[2:-2] if line.strip()]
    return printing.Sheet(
        title=f"【{paper.mark}】{title}" if paper.mark and language != "en" else title,
        number=number,
        blocks=[printing.Heading(line) if line[:1] in "一二三四五六七八九十" and "、" in line[:4] else printing.Paragraph(line) for line in body],
        signer=lines[-2],
        date=date.fromisoformat(str(paper.fields["notice"]["date"])),
        footer=paper.footer,
        watermark=paper.mark,
        language="en" if language == "en" else "zh-Hans",
    )


def _text(paper: documents.Paper, language: str) -> bytes:
    footer = f"\n{paper.footer}\n" if paper.footer else ""
    return f"{paper.fields['text_en' if language == 'en' else 'text']}{footer}".encode()


def _json(paper: documents.Paper, _language: str) -> bytes:
    content: Mapping[str, object] = {**paper.fields["notice"], "exercise": bool(paper.mark), "document": paper.number, "digest": paper.digest}
    return json.dumps(content, ensure_ascii=False, indent=1).encode()


MAKERS: Mapping[str, tuple[str, Callable[[documents.Paper, str], bytes]]] = {
    "pdf": ("application/pdf", lambda paper, language: printing.pdf(sheet(paper, language))),
    "docx": (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        lambda paper, language: printing.docx(sheet(paper, language)),
    ),
    "txt": ("text/plain; charset=utf-8", _text),
    "json": ("application/json", _json),
}

urlpatterns = [
    path("notices/", notices, name="notices"),
    path("notices/check/", check, name="notice-check"),
    path("notices/<uuid:notice_id>.<slug:form>", download, name="notice-file"),
]
