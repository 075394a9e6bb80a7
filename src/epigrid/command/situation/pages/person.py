"""Finding a person, by file number or by exact identity with a stated purpose, to open his page at his side or to make him a slip."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from epigrid.kernel.actors import Actor
from epigrid.kernel.duties import Duty
from epigrid.kernel.errors import BadInput
from epigrid.registers.people import queries as people
from epigrid.store import pace, reads, vault
from epigrid.store.doors import RESIDENT, reader
from epigrid.store.shapes import Page, Section, Shape, ask, choices, entry, show, table

BY = ("file", "name", "document", "phone")
SLIPS = frozenset({Duty.GRID_WORKER, Duty.COMMUNITY_SECRETARY, Duty.PHONE_OPERATOR})
PASSES = frozenset({Duty.COMMUNITY_SECRETARY, Duty.CODE_DESK})
OPENERS = frozenset({Duty.GRID_WORKER, Duty.COMMUNITY_SECRETARY, Duty.PHONE_OPERATOR, Duty.ZONE_LEAD})


def _purposes(me: Actor) -> list[str]:
    return [purpose for purpose, duties in vault.PURPOSES.items() if duties & me.duties]


@login_required
def person(request: HttpRequest) -> HttpResponse:
    """Ask who it is; a search by identity states its purpose and every hit is recorded."""
    it = reader(request)
    found = _found(request) if request.method == "POST" else []
    inputs = [
        entry("by", _("Known by"), "select", options=choices("by", BY), value="file"),
        entry("value", _("Exactly"), longest=60),
        entry("purpose", _("Purpose"), "select", options=choices("purpose", _purposes(it.actor))),
    ]
    search = ask("person", _("Find a person"), label=_("Find"), inputs=inputs, text=_("The whole name, number or phone: parts find nobody."))
    purpose = request.POST.get("purpose", "")
    shapes = [_hit(it.actor, card, purpose) for card in found]
    rows = [(card.masked_name, card.file_no, card.masked_phone) for card in found]
    empty = {"title": _("Nobody with exactly this"), "icon": "user-off"} if request.method == "POST" and not found else None
    listed = table(_("People found"), (_("Person"), _("File"), _("Phone")), rows, "") if rows else None
    sections = [Section(decisions=[search]), Section(table=listed, empty=empty), Section(decisions=[shape for pair in shapes for shape in pair])]
    return show(request, Page(title=_("Find a person"), lead=_("Every look at an identity is recorded with its purpose."), sections=sections))


def _found(request: HttpRequest) -> list[people.PersonCard]:
    it = reader(request)
    by, value, purpose = (request.POST.get(name, "").strip() for name in ("by", "value", "purpose"))
    if by not in BY or not value or "\x00" in value:
        raise BadInput(field="value", why="missing")
    pace.look_up(it.actor)
    if by == "file":
        _require(it.actor, purpose, None)
        return [people.by_file_no(actor=it.actor, file_no=value)]
    me = it.actor.for_purpose(purpose)
    return people.find(actor=me, area=me.areas()[0] if me.areas() else it.root, field=by, value=value, now=it.now)


def _require(me: Actor, purpose: str, card: people.PersonCard | None) -> None:
    duties = vault.PURPOSES.get(purpose, frozenset())
    if not (me.holds(*duties, area=card.area) if card else duties & me.duties):
        raise vault.PurposeMissing(purpose=purpose)


def _hit(me: Actor, card: people.PersonCard, purpose: str) -> list[Shape]:
    shapes = []
    if me.duties & OPENERS:
        ids = {"person_id": card.id, "purpose": purpose}
        text = _("You see what he would see; he sees that you looked, and why.")
        shapes.append(ask("person.open", _("Page of %(name)s") % {"name": card.masked_name}, label=_("Open his page"), ids=ids, text=text))
    if me.duties & SLIPS:
        text = _("Earlier codes are no longer good.")
        ids = {"file_no": card.file_no}
        shapes.append(ask("access.slip", _("Slip for %(name)s") % {"name": card.masked_name}, label=_("Make a slip code"), ids=ids, text=text))
    if me.duties & PASSES:
        text = _("For whoever has no phone: printed, good for a day at most.")
        shapes.append(
            ask("passes.print", _("Pass of %(name)s") % {"name": card.masked_name}, label=_("Print a pass"), ids={"file_no": card.file_no}, text=text)
        )
    return shapes


@login_required
@require_POST
def open_page(request: HttpRequest) -> HttpResponse:
    """Open a resident's page at his side; the reading is recorded before anything is shown."""
    it = reader(request)
    try:
        person_id = UUID(request.POST.get("person_id", ""))
    except ValueError:
        raise BadInput(field="person_id", why="not an id") from None
    purpose = request.POST.get("purpose", "")
    card = people.person(actor=it.actor, person_id=person_id)
    it.actor.require(*OPENERS, area=card.area)
    _require(it.actor, purpose, card)
    reads.record(actor=it.actor.for_purpose(purpose), area=card.area, person_ids=[card.id], fields=["page"], at=it.now)
    request.session[RESIDENT] = {"person": str(card.id), "area": str(card.area), "by": str(it.actor.id)}
    return HttpResponseRedirect("/me/")


urlpatterns = [path("person/", person, name="person"), path("act/person/open/", open_page, name="person.open")]
