"""The human door of people: the day's register and corrections that residents asked for."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _

from epigrid.kernel.duties import Duty
from epigrid.registers.people import queries
from epigrid.store import clock
from epigrid.store.doors import reader
from epigrid.store.shapes import Page, Section, Shape, ask, entry, show, table, word


@login_required
def day_register(request: HttpRequest) -> HttpResponse:
    """People to be looked after today, by category; corrections to decide."""
    it = reader(request)
    me = it.actor
    entries = queries.day_register(actor=me, on=clock.local_day(it.root, it.now))
    asked = queries.corrections(actor=me, open_only=True)
    faces = queries.faces(actor=me, person_ids=[*(one.person_id for one in entries), *(one.person_id for one in asked)])
    free = [one for one in entries if one.claimed_by is None]
    shapes: list[Shape] = []
    if Duty.GRID_WORKER in me.duties and free:
        title = _("Claim the entries of my grid: %(count)d are unclaimed") % {"count": len(free)}
        otherwise = _("The secretary is told that nobody has claimed them.")
        shapes.append(ask("people.claim-entries", title, label=_("Claim"), ids={"area": me.areas()[0]}, otherwise=otherwise))
    if me.duties & {Duty.COMMUNITY_SECRETARY, Duty.REGISTRAR}:
        shapes += [_correction(one, faces[one.person_id].masked_name) for one in asked if one.person_id in faces]
    rows = [
        (
            {"text": faces[one.person_id].masked_name, "sub": faces[one.person_id].file_no},
            faces[one.person_id].home,
            word("category", one.category),
            one.until,
            _("claimed") if one.claimed_by else _("unclaimed"),
        )
        for one in entries
        if one.person_id in faces
    ]
    tiles = [{"label": _("People"), "value": len({one.person_id for one in entries})}, {"label": _("Unclaimed"), "value": len(free)}]
    columns = (_("Person"), _("Home"), _("Category"), _("Until (not including)"), _("Claimed"))
    sections = [Section(tiles=tiles), Section(decisions=shapes), Section(table=table(_("The day's register"), columns, rows, _("Nobody today")))]
    return show(request, Page(title=_("The day's register"), sections=sections))


def _correction(card: queries.CorrectionCard, name: str) -> Shape:
    inputs = [entry("value", _("Right value (empty: nothing is changed)"), optional=True), entry("reason", _("Reason"), "long")]
    title = _("Correct %(field)s of %(name)s") % {"field": word("field", card.field), "name": name}
    ids = {"correction_id": card.id}
    return ask("people.decide-correction", title, label=_("Decide"), ids=ids, inputs=inputs, otherwise=_("The file stays as it is."))


urlpatterns = [path("day-register/", day_register, name="day-register")]
