"""Lists per grid: the roster of a round as Excel or CSV, and the same file filled in."""

from collections.abc import Mapping
from typing import cast, get_args
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from epigrid.field.sampling import actions, queries
from epigrid.field.sampling.pages.desk import REPORTERS
from epigrid.field.sampling.rules import CLASSES
from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.kernel.errors import BadInput, NotFound
from epigrid.registers.places import queries as places
from epigrid.store import vault
from epigrid.store.doors import area_of, cause_of, reader
from epigrid.store.shapes import Page, Section, Shape, ask, choices, entry, option, show, table, word

KEPT = 50
"""Refused rows that the page names."""


@login_required
def lists(request: HttpRequest) -> HttpResponse:
    """The newest round by grid with its files, and a file that comes back."""
    me = reader(request).actor
    rounds = queries.rounds(actor=me)
    if not rounds:
        empty = Section(empty={"title": _("No round in your areas"), "icon": "file-text"})
        return show(request, Page(title=_("Lists by grid"), sections=[empty]))
    card = rounds[0]
    grids = places.area_units(actor=me, level="grid", area=card.area)
    standing = queries.standing_by_area(actor=me, round_id=card.id)
    rows = [row for unit in grids if (row := _grid(card, unit, standing)) is not None]
    columns = [{"label": _("Grid")}, *({"label": word("class", name), "numeric": True} for name in (*CLASSES, "all")), {"label": _("Download")}]
    listed = table(_("Lists of this round"), columns, rows, _("Nobody on the roster"))
    sections = [Section(table=listed), *_refused(request)]
    if me.duties & REPORTERS:
        sections.append(Section(decisions=[_back(card), *_named(me, card, grids)]))
    lead = _("%(reason)s · names are masked; a result stands in a list only where it is negative") % {"reason": card.reason}
    acts = [{"label": _("Roll-call"), "url": "/roll-call/", "icon": "chevron-left"}]
    return show(request, Page(title=_("Lists by grid"), lead=lead, sections=sections, acts=acts))


def _grid(card: queries.RoundCard, unit: places.AreaCard, standing: Mapping[Area, Mapping[str, int]]) -> list[object] | None:
    by_class = {name: sum(counts.get(name, 0) for area, counts in standing.items() if unit.area.covers(area)) for name in CLASSES}
    if not any(by_class.values()):
        return None
    query = urlencode({"round_id": card.id, "area": unit.area})
    file = {"text": "Excel", "url": f"{reverse('sampling.list')}?{query}"}
    return [unit.name, *by_class.values(), sum(by_class.values()), file]


def _back(card: queries.RoundCard) -> Shape:
    text = _("Each changed class is one report; a swab is never taken from a list. A row that cannot be taken is named, and the others are taken.")
    buttons = [{"label": _("Take the list"), "tone": "primary"}, {"label": _("Look first"), "name": "look", "value": "1"}]
    file = entry("file", _("List, filled in"), "file", hint=_("Excel, or CSV in UTF-8 or GBK"))
    return ask("sampling.upload-list", _("A list comes back"), ids={"round_id": card.id}, inputs=[file], acts=buttons, text=text, file=True)


def _named(me: Actor, card: queries.RoundCard, grids: list[places.AreaCard]) -> list[Shape]:
    """Other forms, and names in full for a purpose."""
    purposes = [name for name, duties in vault.PURPOSES.items() if duties & me.duties]
    forms = [option("xlsx", "Excel"), option("csv", "CSV, UTF-8"), option("gbk", "CSV, GBK")]
    inputs = [
        entry("area", _("Grid"), "select", options=[option(unit.area, unit.name) for unit in grids]),
        entry("form", _("Form"), "select", options=forms, value="xlsx"),
        entry("purpose", _("Names in full for the purpose (each is written down)"), "select", options=choices("purpose", purposes), optional=True),
    ]
    return [ask("sampling.list", _("A list in another form, or with names"), label=_("Download"), ids={"round_id": card.id}, inputs=inputs)]


def _refused(request: HttpRequest) -> list[Section]:
    """Rows of the last list that were refused."""
    kept = request.session.pop("sampling-list", None)
    rows = [(row, column, word("refusal", reason)) for row, column, reason in kept or ()]
    return [Section(table=table(_("Rows that were refused"), (_("Row"), _("Column"), _("Reason")), rows, ""))] if rows else []


@login_required
def list_file(request: HttpRequest) -> HttpResponse:
    """A list as a file; by a form with a purpose, with names in full."""
    it, asked = reader(request), request.POST if request.method == "POST" else request.GET
    form, purpose = asked.get("form", "xlsx"), request.POST.get("purpose", "")
    if form not in get_args(queries.Form):
        raise BadInput(field="form", why=form[:20])
    try:
        area = area_of(it.actor, asked.get("area", ""))
    except ValueError:
        raise NotFound(area=asked.get("area", "")[:60]) from None
    language = "zh" if (get_language() or "").startswith("zh") else "en"
    wanted = queries.Wanted(
        round_id=_round(request, asked.get("round_id", "")),
        area=area,
        form=cast(queries.Form, form),
        language=language,
        names="full" if purpose else "masked",
    )
    file = queries.list_file(actor=it.actor.for_purpose(purpose) if purpose else it.actor, wanted=wanted, now=it.now)
    return HttpResponse(file.content, content_type=file.media, headers={"Content-Disposition": f'attachment; filename="{file.name}"'})


@login_required
@require_POST
def upload_list(request: HttpRequest) -> HttpResponse:
    """Take a list that was filled in, or look at it first."""
    it, file, look = reader(request), request.FILES.get("file"), bool(request.POST.get("look"))
    if file is None:
        raise BadInput(field="file", why="missing")
    round_id = _round(request, request.POST.get("round_id", ""))
    verb = actions.preview_list if look else actions.import_list
    found = verb(actor=it.actor, round_id=round_id, content=file.read(), name=file.name or "", now=it.now, cause=cause_of(round_id))
    counts = {"new": found.created, "same": found.unchanged, "refused": len(found.refused)}
    if look:
        messages.info(request, _("Nothing was taken. It would be: %(new)d reports, %(same)d rows unchanged, %(refused)d refused.") % counts)
    else:
        messages.success(request, _("%(new)d reports, %(same)d rows unchanged, %(refused)d refused.") % counts)
    request.session["sampling-list"] = [(row.row, row.column, row.reason) for row in found.refused[:KEPT]]
    return HttpResponseRedirect("/roll-call/lists/")


def _round(request: HttpRequest, text: str) -> UUID:
    try:
        return queries.round_card(actor=reader(request).actor, round_id=UUID(text)).id
    except ValueError:
        raise NotFound(round=text[:40]) from None
