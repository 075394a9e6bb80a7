"""The roll-call on paper: a building's rows in walking order with their codes, and the page where a reader scans them back."""

import re
from collections.abc import Mapping, Sequence
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from epigrid.field.sampling import actions, queries
from epigrid.field.sampling.rules import CLASS_CODES, CLASSES, row_code
from epigrid.kernel.errors import BadInput, NotFound
from epigrid.registers.people import queries as people
from epigrid.registers.places import queries as places
from epigrid.store import clock, documents, printing
from epigrid.store.doors import Reader, cause_of, reader
from epigrid.store.shapes import Page, Section, Shape, entry, option, show, table, word

CHIPS = {name: f"rollcall.{name}" for name in CLASSES}
LONGEST_SCAN = 200_000
"""Characters of one scan: more rows than the greatest building has, each with its class."""
SHOWN = 500
"""Rows of a scan that are shown."""


def in_pool(label: str | None) -> str:
    """What stands beside somebody whose pool was filled before it was known that he is sampled alone."""
    return _("in pool %(label)s, before he was to be sampled alone") % {"label": label} if label else ""


def printed(
    card: queries.RoundCard, place: places.PlaceCard, rows: Sequence[queries.RosterCard], faces: Mapping[UUID, people.FaceCard]
) -> HttpResponse:
    """The roll-call of a building on paper, home after home as one walks; names masked, space for the hand, codes for a reader."""
    order = sorted(rows, key=lambda row: ([int(one) for one in re.findall(r"\d+", faces[row.person_id].home)], faces[row.person_id].file_no))
    roll = printing.Roll(
        title=f"{_('Roll-call')} {place.full_name}",
        subtitle=f"{card.opens_at.astimezone(clock.zone(card.area)):%Y-%m-%d %H:%M}",
        hint=_("Scan a row, then its class from above; behind “elsewhere” type laboratory and time. “Sampled” comes from tubes only."),
        columns=(_("Home"), _("Person"), _("Class"), _("By hand")),
        rows=[_row(card, place, row, faces[row.person_id]) for row in order],
        legend=[(word("class", state), code) for code, state in CLASS_CODES.items()],
        date=clock.local_day(card.area, card.opens_at),
        watermark=documents.mark_of(card.area),
        language="zh-Hans" if (get_language() or "").startswith("zh") else "en",
    )
    return HttpResponse(printing.roll_pdf(roll), content_type="application/pdf")


def _row(card: queries.RoundCard, place: places.PlaceCard, row: queries.RosterCard, face: people.FaceCard) -> printing.RollRow:
    cells = (face.home.removeprefix(place.full_name), f"{face.masked_name}\n{face.file_no}", word("class", row.state))
    return printing.RollRow(cells=cells, code=row_code(round_id=card.id, building_id=row.building_id, person_id=row.person_id))


@login_required
def scan_back(request: HttpRequest) -> HttpResponse:
    """One field for a reader that types what it reads; sent, each row that was taken is shown, and each line that was not with its reason."""
    it = reader(request)
    rounds = queries.rounds(actor=it.actor, open_only=True)
    title = _("Scan a printed roll-call back")
    if not rounds:
        return show(request, Page(title=title, sections=[Section(empty={"title": _("No round is open in your areas"), "icon": "test-pipe"})]))
    sections = [*_taken(it, rounds)] if request.method == "POST" else []
    sections.append(Section(decisions=[_form(rounds, request.POST.get("round_id", str(rounds[0].id)))]))
    lead = _("A row, its class, the next row. The same scan again changes nothing; nobody is sampled by paper.")
    acts = [{"label": _("Roll-call"), "url": "/roll-call/", "icon": "chevron-left"}]
    return show(request, Page(title=title, lead=lead, sections=sections, acts=acts))


def _form(rounds: Sequence[queries.RoundCard], chosen: str) -> Shape:
    options = [option(card.id, f"{card.reason} {card.opens_at:%m-%d}") for card in rounds]
    hint = _("Click here, then scan; without a reader type the digits under the codes, one code a line.")
    return {
        "title": _("Row, class, row, class ..."),
        "url": reverse("roll-call-scan"),
        "hidden": [],
        "acts": [{"label": _("Take the scan"), "tone": "primary"}],
        "inputs": [
            entry("round_id", _("Round"), "select", options=options, value=chosen),
            entry("scans", _("Scanned codes"), "lines", hint=hint),
        ],
    }


def _taken(it: Reader, rounds: Sequence[queries.RoundCard]) -> list[Section]:
    card = next((one for one in rounds if str(one.id) == it.POST.get("round_id", "")), None)
    text = it.POST.get("scans", "")
    if card is None:
        raise NotFound
    if len(text) > LONGEST_SCAN or "\x00" in text:
        raise BadInput(field="scans", why="too long")
    found = actions.scan_back(actor=it.actor, round_id=card.id, text=text, now=it.now, cause=cause_of(card.id))
    ids = [person_id for _line, person_id, _state in found.taken[:SHOWN]]
    faces = people.faces(actor=it.actor, person_ids=ids)
    standing = queries.standings(actor=it.actor, round_id=card.id, person_ids=ids)
    rows = [
        (
            line,
            {"text": faces[person_id].masked_name, "sub": faces[person_id].file_no},
            faces[person_id].home,
            word("class", state),
            {"chip": CHIPS[standing[person_id][0]]},
        )
        for line, person_id, state in found.taken[:SHOWN]
        if person_id in faces and person_id in standing
    ]
    refused = [(one.line, word("refusal", one.reason)) for one in found.refused[:SHOWN]]
    tiles = [
        {"label": _("Rows taken"), "value": len(found.taken)},
        {"label": _("New reports"), "value": found.new},
        {"label": _("Lines refused"), "value": len(found.refused)},
    ]
    columns = (_("Scanned line"), _("Person"), _("Home"), _("On paper"), _("Class now"))
    sections = [Section(tiles=tiles)]
    if refused:
        sections.append(Section(heading=_("Refused"), table=table(_("Lines that were refused"), (_("Scanned line"), _("Reason")), refused, "")))
    return [*sections, Section(heading=_("Taken"), table=table(_("Rows that were taken"), columns, rows, _("No row was taken")))]
