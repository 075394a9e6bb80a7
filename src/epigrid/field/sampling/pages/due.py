"""Who is due for a test: the day's list by building and class, tomorrow's appointments, series at home, shops, refusals, staff, a round of a part."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from epigrid.field.sampling import queries
from epigrid.field.sampling.actions.refusals import TALKERS
from epigrid.field.sampling.pages.calls import calls, exclusions
from epigrid.field.sampling.pages.doors import refusals, shops
from epigrid.field.sampling.rules import APPOINTED_FOR, DECLINED_FOR, TEST_CLASSES, DueLine
from epigrid.kernel.areas import Area
from epigrid.kernel.duties import Duty
from epigrid.kernel.errors import NotFound
from epigrid.registers.people import queries as people
from epigrid.registers.places import queries as places
from epigrid.registers.workforce import queries as workforce
from epigrid.store import clock, forms
from epigrid.store.doors import Reader, area_of, reader
from epigrid.store.shapes import Page, Section, Shape, ask, choices, entry, option, question, show, table, word

BOOKERS = frozenset({Duty.GRID_WORKER, Duty.REGISTRAR, Duty.COMMUNITY_SECRETARY, Duty.PHONE_OPERATOR})
LEADERS = frozenset({Duty.COMMUNITY_SECRETARY, Duty.SUBDISTRICT_OFFICE, Duty.ADMINISTRATOR})
TEAM = frozenset(TALKERS)
SHOWN = 300
"""Rows of people that are shown at once."""
View = tuple[str, Callable[[Reader], list[Section]]]


@login_required
def due(request: HttpRequest) -> HttpResponse:
    """The views of who is due; `?building=` opens the names of one building, `?day=` another day."""
    it = reader(request)
    if "building" in request.GET:
        return show(request, _building(it, request.GET["building"], _day(it)))
    views = _views(it)
    chosen = request.GET.get("view", "")
    chosen = chosen if chosen in views else ""
    tabs = [{"label": label, "url": f"/due/?view={name}" if name else "/due/", "current": name == chosen} for name, (label, _view) in views.items()]
    lead = _("Whoever is due and not done has a reason, or is asked. A missed test only reminds a resident.")
    return show(request, Page(title=_("Who is due"), lead=lead, tabs=tabs, sections=views[chosen][1](it)))


def _views(it: Reader) -> dict[str, View]:
    found: dict[str, View] = {
        "": (_("Today"), _list),
        "tomorrow": (_("Tomorrow"), _tomorrow),
        "series": (_("Series at home"), _series),
        "shops": (_("Shops"), shops),
        "calls": (_("To call"), calls),
        "exclusions": (_("Left out"), exclusions),
    }
    if it.actor.duties & TEAM:
        found["refusals"] = (_("Refusals"), refusals)
    if it.actor.duties & (LEADERS | TEAM):
        found["staff"] = (_("Staff"), _staff)
    if Duty.COUNTY_EOC_OFFICER in it.actor.duties:
        found["part"] = (_("A round of a part"), _part)
    return found


def _day(it: Reader) -> date:
    text = it.GET.get("day", "")
    return forms.day(text, field="day") if text else clock.local_day(it.root, it.now)


def _area(it: Reader, communities: Sequence[places.AreaCard]) -> Area:
    """The area asked for; else the community of the reader's own area, or the first one in it: of it he sees what his duties cover."""
    if "area" in it.GET:
        try:
            return area_of(it.actor, it.GET["area"])
        except ValueError:
            raise NotFound from None
    mine = next(iter(it.actor.areas()), it.root)
    return next((one.area for one in communities if one.area.covers(mine) or mine.covers(one.area)), mine)


def _list(it: Reader) -> list[Section]:
    communities = places.area_units(actor=it.actor, level="community")
    area, day = _area(it, communities), _day(it)
    asked = queries.due_by_building(actor=it.actor, area=area, day=day)
    found, names = asked.due, asked.names
    buildings = found.per_building()
    order = sorted(buildings, key=lambda one: names.get(one, "") if one is not None else "")
    rows = [
        (
            {"text": names[one], "url": f"/due/?building={one}&day={day}"} if one is not None and one in names else _("without building"),
            *(buildings[one][name] for name in ("due", "done", *TEST_CLASSES, "reasoned")),
        )
        for one in order
    ]
    columns = [
        {"label": _("Building")},
        {"label": _("Due"), "numeric": True},
        {"label": _("Done"), "numeric": True},
        *({"label": _("%(name)s: missing") % {"name": word("test-class", name)}, "numeric": True} for name in TEST_CLASSES),
        {"label": _("With a reason"), "numeric": True},
    ]
    missing = found.missing
    tiles = [
        {"label": _("Due"), "value": len(found.lines)},
        {"label": _("Done"), "value": len(found.lines) - len(missing)},
        *(
            {"label": _("%(name)s: missing") % {"name": word("test-class", name)}, "value": sum(line.test_class == name for line in missing)}
            for name in TEST_CLASSES
        ),
    ]
    inputs = [entry("day", _("Day"), "day", value=day.isoformat(), optional=True)]
    if len(communities) > 1:
        inputs.append(entry("area", _("Community"), "select", options=[option(one.area, one.name) for one in communities], value=str(area)))
    listed = table(_("Tests that are due, by building"), columns, rows, _("Nobody is due"))
    return [Section(question=question("/due/", inputs, label=_("Show"))), Section(tiles=tiles), Section(table=listed)]


def _building(it: Reader, text: str, day: date) -> Page:
    try:
        found = queries.due_in(actor=it.actor, building_id=UUID(text), day=day)
    except ValueError:
        raise NotFound from None
    missing = sorted(
        (line for line in found.due.missing if line.person_id in found.people),
        key=lambda line: (TEST_CLASSES.index(line.test_class), line.state != "open", _home(found, line.person_id), line.due_at),
    )
    columns = (_("Person"), _("Home"), _("Test"), _("Why"), _("Because of"), _("Where"), _("Until"), _("State"))
    listed = table(_("Missing names"), columns, [_name(found, line) for line in missing[:SHOWN]], _("Nobody is missing"))
    sections = [
        Section(tiles=[{"label": _("Missing"), "value": len(missing)}, {"label": _("Due"), "value": len(found.due.lines)}]),
        Section(table=listed),
        Section(decisions=_decline(it, found, missing)),
    ]
    back = [{"label": _("All buildings"), "url": f"/due/?day={day}", "icon": "chevron-left"}]
    return Page(title=found.building.full_name, lead=_("Names are masked."), sections=sections, acts=back)


def _home(found: queries.BuildingDue, person_id: UUID) -> str:
    home = found.people[person_id].dwelling_id
    return found.homes.get(home, "") if home is not None else ""


def _name(found: queries.BuildingDue, line: DueLine) -> Sequence[object]:
    card = found.people[line.person_id]
    return (
        {"text": card.masked_name, "sub": card.file_no},
        _home(found, line.person_id),
        word("test-class", line.test_class),
        word("due", line.why),
        word("source", line.source_kind),
        word("due-where", line.where),
        line.due_at,
        _("overdue") if line.overdue else word("due-state", line.state),
    )


def _decline(it: Reader, found: queries.BuildingDue, missing: Sequence[DueLine]) -> list[Shape]:
    """The form of a refusal, for people of the building who are missing in a round."""
    lines = [line for line in missing if line.source_kind == "round" and line.state != "declined"]
    if not (it.actor.duties & TEAM and lines):
        return []
    known = [option(line.person_id, f"{found.people[line.person_id].masked_name} {found.people[line.person_id].file_no}") for line in lines]
    inputs = [
        entry("person_id", _("Who declines"), "select", options=known),
        entry("code", _("Why"), "select", options=choices("declined", DECLINED_FOR)),
    ]
    otherwise = _("The class stays as it is. A refusal binds nobody and expires with the round.")
    ids = {"round_id": lines[0].source_id}
    return [ask("sampling.record-decline", _("Record a refusal"), label=_("Record"), ids=ids, inputs=inputs, otherwise=otherwise)]


def _tomorrow(it: Reader) -> list[Section]:
    today = clock.local_day(it.root, it.now)
    day = today + timedelta(days=1)
    listed = queries.appointments(actor=it.actor, day=day)
    books = bool(it.actor.duties & BOOKERS)
    waiting = queries.to_appoint(actor=it.actor, today=today) if books else []
    faces = people.faces(actor=it.actor, person_ids=[*(one.person_id for one in listed), *waiting])
    names = {one.area: one.name for one in places.area_units(actor=it.actor, level="grid")}
    rows = [
        (
            {"text": faces[one.person_id].masked_name, "sub": faces[one.person_id].file_no},
            names.get(one.area, ""),
            faces[one.person_id].home,
            word("appointed", one.purpose),
            word("due-where", one.where),
            word("due-state", one.state),
        )
        for one in listed[:SHOWN]
        if one.person_id in faces
    ]
    columns = (_("Person"), _("Grid"), _("Home"), _("Why"), _("Where"), _("State"))
    sections = [
        Section(
            tiles=[
                {"label": _("Appointed for tomorrow"), "value": len(listed)},
                {"label": _("On the register, not appointed"), "value": len(waiting)},
            ]
        ),
        Section(table=table(_("Appointments of tomorrow, grid by grid"), columns, rows, _("Nobody is appointed"))),
    ]
    return sections + (_booking(day, [one for one in waiting if one in faces], faces) if books else [])


def _booking(day: date, waiting: Sequence[UUID], faces: dict[UUID, people.FaceCard]) -> list[Section]:
    hidden = [("day", day.isoformat()), ("purpose", "register")]
    press = [{"label": _("Appoint for tomorrow"), "tone": "primary", "needs_selection": True}]
    bulk = {"name": "person_ids", "url": reverse("sampling.appoint"), "hidden": hidden, "acts": press} if waiting else None
    rows = [({"text": faces[one].masked_name, "sub": faces[one].file_no, "id": one}, faces[one].home) for one in waiting]
    asked = table(_("The day's register asks for a test tomorrow"), (_("Person"), _("Home")), rows, _("Nobody waits"), bulk=bulk)
    inputs = [
        entry("file_nos", _("File numbers, one per line"), "lines"),
        entry("day", _("Day"), "day", value=day.isoformat()),
        entry("purpose", _("Why"), "select", options=choices("appointed", APPOINTED_FOR)),
    ]
    return [Section(table=asked), Section(decisions=[ask("sampling.appoint", _("Appoint people"), label=_("Appoint"), inputs=inputs)])]


def _series(it: Reader) -> list[Section]:
    area = _area(it, places.area_units(actor=it.actor, level="community"))
    listed = queries.home_series(actor=it.actor, area=area, now=it.now)
    faces = people.faces(actor=it.actor, person_ids=[one.person_ids[0] for one in listed[:SHOWN]])
    rows = [
        (
            {"text": faces[one.person_ids[0]].home, "sub": _("%(count)d people") % {"count": len(one.person_ids)}},
            *(getattr(one.count, name) for name in ("planned", "done", "late", "missed", "ahead", "ended")),
        )
        for one in listed[:SHOWN]
        if one.person_ids[0] in faces
    ]
    labels = (_("Planned"), _("Done"), _("Done late"), _("Missed"), _("Ahead"), _("Ended with the order"))
    columns = [{"label": _("Household")}, *({"label": label, "numeric": True} for label in labels)]
    return [Section(table=table(_("Tests at home until release, planned against done"), columns, rows, _("No series at home")))]


def _staff(it: Reader) -> list[Section]:
    listed = workforce.staff_tests(actor=it.actor, now=it.now)
    rows = [(one.title, word("worker", one.role), one.last_at or "", one.due or "", word("staff-test", one.outcome)) for one in listed[:SHOWN]]
    columns = (_("Worker"), _("Role"), _("Last sample"), _("Due on"), _("State"))
    tiles = [{"label": word("staff-test", name), "value": sum(one.outcome == name for one in listed)} for name in ("overdue", "due")]
    text = _("How often a role is tested is set by the rules in force. Whoever is overdue takes no shift before he is sampled.")
    sections = [Section(tiles=tiles, text=text), Section(table=table(_("Tests of workers, by role"), columns, rows, _("No worker")))]
    if it.actor.duties & LEADERS and listed:
        inputs = [
            entry("worker_id", _("Worker"), "select", options=[option(one.worker_id, one.title) for one in listed[:SHOWN]]),
            entry("sampled_at", _("Sampled at"), "moment"),
        ]
        sections.append(Section(decisions=[ask("workforce.show-test", _("Note a test by its paper"), label=_("Note"), inputs=inputs)]))
    return sections


def _part(it: Reader) -> list[Section]:
    grids = places.area_units(actor=it.actor, level="grid")
    mine = next(iter(it.actor.areas((Duty.COUNTY_EOC_OFFICER,))), it.root)
    inputs = [
        entry("grids", _("Grids"), "ticks", options=[option(one.area, one.name) for one in grids], optional=True),
        entry("place_ids", _("Or places of an area, by their ids"), "lines", optional=True),
        entry("radius_m", _("Metres around these places"), "number", optional=True),
        entry("reason", _("Reason"), longest=100),
        entry("opens_at", _("From"), "moment"),
        entry("closes_at", _("Until"), "moment"),
    ]
    otherwise = _("No round is held. Only who lives in the part is on the list; other grids have no task.")
    title = _("Order a round of a part of the area")
    return [Section(decisions=[ask("sampling.open-part-round", title, label=_("Order"), ids={"area": mine}, inputs=inputs, otherwise=otherwise)])]
