"""The human door of sampling: the roll-call by building with the names that are missing, the table, and boxes."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from epigrid.field.sampling import queries
from epigrid.field.sampling.pages import live, rolls
from epigrid.field.sampling.pages.rolls import CHIPS, in_pool
from epigrid.field.sampling.rules import CLASSES
from epigrid.kernel.actors import Actor
from epigrid.kernel.duties import Duty
from epigrid.registers.organisation import queries as organisation
from epigrid.registers.people import queries as people
from epigrid.registers.places import queries as places
from epigrid.store import clock
from epigrid.store.doors import reader
from epigrid.store.shapes import Page, Section, Shape, ask, entry, option, show, table, word

REPORTED = ("away", "exempt", "declined", "unreachable")
REPORTERS = frozenset({Duty.GRID_WORKER, Duty.REGISTRAR, Duty.SAMPLER, Duty.COMMUNITY_SECRETARY, Duty.PHONE_OPERATOR})


@login_required
def roll_call(request: HttpRequest) -> HttpResponse:
    """The newest round by building: every person in exactly one class (清楼表); each building opens its missing names. Its counts keep themselves fresh."""
    me = reader(request).actor
    rounds = queries.rounds(actor=me)
    if not rounds:
        empty = Section(empty={"title": _("No round in your areas"), "icon": "test-pipe"})
        return show(request, Page(title=_("Roll-call"), sections=[*_open_round(me), empty]))
    card = next((one for one in rounds if str(one.id) == request.GET.get("round")), rounds[0])
    still = live.unchanged(request, card)
    if still is not None:
        return still
    stamp = queries.roll_stamp(actor=me, card=card)
    lead = _("%(reason)s · %(opens)s – %(closes)s · every person is in exactly one class") % {
        "reason": card.reason,
        "opens": _day(card, card.opens_at),
        "closes": _day(card, card.closes_at),
    }
    sections = [] if live.asks(request) else _open_round(me)
    acts = [
        {"label": _("Lists by grid"), "url": "/roll-call/lists/", "icon": "list-check"},
        {"label": _("Report"), "url": f"/rounds/{card.id}/report/", "icon": "file-text"},
        _scan(),
    ]
    page = live.LivePage(
        title=_("Roll-call"),
        lead=lead,
        sections=sections,
        acts=acts,
        live=_by_building(me, card),
        url=f"/roll-call/?live=1&round={card.id}",
        stamp=stamp,
    )
    return live.show_live(request, page)


def _by_building(me: Actor, card: queries.RoundCard) -> list[Section]:
    counts = queries.open_by_building(actor=me, round_id=card.id)
    known = places.places(actor=me, ids=[building for building in counts if building is not None])
    order = sorted(counts, key=lambda building: known[building].full_name if building in known else "")
    rows = [_row(building, counts[building], known) for building in order]
    columns = [{"label": _("Building")}, *({"label": word("class", name), "numeric": True} for name in (*CLASSES, "all"))]
    tiles = [{"label": word("class", name), "value": sum(by_class[name] for by_class in counts.values())} for name in CLASSES]
    caption = _("Roll-call by building: a building opens its names")
    return [Section(tiles=tiles), Section(table=table(caption, columns, rows, _("Nobody on the roster")))]


def _scan() -> Shape:
    return {"label": _("Scan back"), "url": "/roll-call/scan/", "icon": "upload"}


def _day(card: queries.RoundCard, moment: datetime) -> str:
    return f"{moment.astimezone(clock.zone(card.area)):%m-%d %H:%M}"


def _row(building: UUID | None, by_class: dict[str, int], known: dict[UUID, places.PlaceCard]) -> Sequence[object]:
    name = known[building].full_name if building in known else _("without building")
    first = {"text": name, "url": f"/roll-call/{building}/"} if building is not None else name
    return (first, *(by_class[one] for one in CLASSES), sum(by_class.values()))


@login_required
def building(request: HttpRequest, building_id: UUID) -> HttpResponse:
    """The people of one building: those who are missing first, each with his class; what a worker reports of them."""
    me = reader(request).actor
    rounds = queries.rounds(actor=me)
    still = live.unchanged(request, rounds[0]) if rounds else None
    if still is not None:
        return still
    place = places.place(actor=me, place_id=building_id)
    stamp = queries.roll_stamp(actor=me, card=rounds[0]) if rounds else ""
    rows = queries.roll_call(actor=me, round_id=rounds[0].id, building_id=building_id).rows if rounds else []
    standing = sorted((row for row in rows if not row.struck), key=lambda row: (-CLASSES.index(row.state), str(row.person_id)))
    faces = people.faces(actor=me, person_ids=[row.person_id for row in standing])
    shown = sorted((row for row in standing if row.person_id in faces), key=lambda row: (-CLASSES.index(row.state), faces[row.person_id].home))
    if "print" in request.GET and rounds:
        return rolls.printed(rounds[0], place, shown, faces)
    missing = [row for row in shown if row.state in ("open", "unreachable", "declined")]
    others = [row for row in shown if row not in missing]
    swabbed = [row.person_id for row in others if row.state == "sampled"]
    sections = [
        Section(tiles=[{"label": _("Missing"), "value": len(missing), "icon": "user-question"}, {"label": _("All"), "value": len(shown)}]),
        Section(heading=_("Missing names"), table=_names(missing, faces, _("Nobody is missing"), bulk=_report(me, rounds))),
        Section(heading=_("Everybody else"), table=_names(others, faces, _("Nobody"), pooled=queries.pooled_before(actor=me, person_ids=swabbed))),
    ]
    back = [{"label": _("All buildings"), "url": "/roll-call/", "icon": "chevron-left"}, {"label": _("Print"), "url": "?print=1"}, _scan()]
    lead = _("Names are masked; each person is in exactly one class.")
    page = live.LivePage(title=place.full_name, lead=lead, live=sections, acts=back, url=f"/roll-call/{building_id}/?live=1", stamp=stamp)
    return live.show_live(request, page)


def _report(me: Actor, rounds: Sequence[queries.RoundCard]) -> Shape | None:
    if not (me.duties & REPORTERS and rounds and rounds[0].closed_at is None):
        return None
    options = [{"label": word("class", state), "name": "state", "value": state, "needs_selection": True} for state in REPORTED]
    return {"name": "person_ids", "url": reverse("sampling.report-class"), "hidden": [("round_id", rounds[0].id)], "acts": options}


def _names(
    rows: Sequence[queries.RosterCard],
    faces: dict[UUID, people.FaceCard],
    empty: str,
    *,
    bulk: Shape | None = None,
    pooled: Mapping[UUID, str] | None = None,
) -> Shape:
    marks = pooled or {}
    cells = [
        (
            {"text": faces[row.person_id].masked_name, "sub": faces[row.person_id].file_no, "id": row.person_id},
            faces[row.person_id].home,
            {"text": word("list", row.list), "sub": in_pool(marks.get(row.person_id))},
            {"chip": CHIPS[row.state], "sub": _("reported differently by two workers") if row.contradicted else ""},
        )
        for row in rows
    ]
    return table(_("People of the building"), (_("Person"), _("Home"), _("List"), _("Class")), cells, empty, bulk=bulk)


def _open_round(me: Actor) -> list[Section]:
    if Duty.COUNTY_EOC_OFFICER not in me.duties:
        return []
    areas = [option(unit.area, unit.name) for unit in places.area_units(actor=me, level="community")]
    inputs = [
        entry("area", _("Community"), "select", options=areas),
        entry("reason", _("Reason"), longest=100),
        entry("opens_at", _("From"), "moment"),
        entry("closes_at", _("Until"), "moment"),
    ]
    otherwise = _("No round is held.")
    return [Section(decisions=[ask("sampling.open-round", _("Order a round"), label=_("Order"), inputs=inputs, otherwise=otherwise)])]


@login_required
def desk(request: HttpRequest) -> HttpResponse:
    """The table and the doors: tests that are due, open a tube, swab, close, hand over a box."""
    it = reader(request)
    me = it.actor
    tubes = queries.on_hand(actor=me)
    rounds = queries.rounds(actor=me, open_only=True)
    due = [card for card in queries.tests_due(actor=me) if card.opens_at <= it.now]
    shown = [card.person_id for card in due[:100]]
    faces, pooled = people.faces(actor=me, person_ids=shown), queries.pooled_before(actor=me, person_ids=shown) if shown else {}
    opened = [_open(tube) for tube in tubes if tube.state == "open"]
    closed = [tube for tube in tubes if tube.state == "closed"]
    rows = [
        (
            {"text": faces[card.person_id].masked_name, "sub": faces[card.person_id].file_no},
            faces[card.person_id].home,
            {"text": word("source", card.source_kind), "sub": in_pool(pooled.get(card.person_id))},
            card.due_at,
        )
        for card in due[:100]
        if card.person_id in faces
    ]
    columns = (_("Person"), _("Home"), _("Because of"), _("Until"))
    sections = [
        Section(
            tiles=[
                {"label": _("Tests due"), "value": len(due)},
                {"label": _("Open tubes"), "value": len(opened)},
                {"label": _("Closed tubes"), "value": len(closed)},
            ]
        ),
        Section(heading=_("At the table"), decisions=[_new_tube(me, rounds, due), *opened]),
        Section(heading=_("At a door"), decisions=[_whole_tube(me, rounds, due)]),
        Section(heading=_("Hand-over"), decisions=_box(me, closed)),
        Section(heading=_("Tests due"), table=table(_("Single tests that are due"), columns, rows, _("No test is due"))),
    ]
    return show(request, Page(title=_("Sampling"), lead=_("A tube holds at most its size; people of the door lists are alone."), sections=sections))


def _new_tube(me: Actor, rounds: Sequence[queries.RoundCard], due: Sequence[queries.DueCard]) -> Shape:
    return ask("sampling.open-tube", _("Open a tube"), label=_("Open"), ids={"area": me.areas()[0]}, inputs=_tube(rounds, due, size="10"))


def _whole_tube(me: Actor, rounds: Sequence[queries.RoundCard], due: Sequence[queries.DueCard]) -> Shape:
    inputs = [*_tube(rounds, due, size="1"), entry("file_nos", _("File numbers, in queue order, one per line"), "lines")]
    return ask("sampling.fill-tube", _("A tube in one go: opened, swabbed, closed"), label=_("Fill"), ids={"area": me.areas()[0]}, inputs=inputs)


def _tube(rounds: Sequence[queries.RoundCard], due: Sequence[queries.DueCard], *, size: str) -> list[Shape]:
    reasons = [option(card.id, f"{card.reason} {card.opens_at:%m-%d}") for card in rounds]
    sources = list(dict.fromkeys((card.source_id, card.source_kind) for card in due))
    return [
        entry("label", _("Label"), longest=40),
        entry("pool_size", _("Size"), "select", options=[option(str(one), str(one)) for one in (1, 5, 10, 20)], value=size),
        entry("round_id", _("Round"), "select", options=reasons, optional=True),
        entry(
            "source_id",
            _("Or single tests because of"),
            "select",
            optional=True,
            options=[option(one, word("source", kind)) for one, kind in sources],
        ),
    ]


def _open(tube: queries.TubeCard) -> Shape:
    inputs = [entry("file_nos", _("File numbers, in queue order, one per line"), "lines", optional=True)]
    acts = [{"label": _("Swab these people"), "tone": "primary"}, {"label": _("Close the tube"), "name": "close", "value": "1"}]
    title = _("Tube %(label)s: %(count)d of %(size)d") % {"label": tube.label, "count": len(tube.person_ids), "size": tube.pool_size}
    return ask("sampling.at-table", title, ids={"tube_id": tube.id}, inputs=inputs, acts=acts, otherwise=_("An open tube is not sent."))


def _box(me: Actor, closed: Sequence[queries.TubeCard]) -> list[Shape]:
    if not closed:
        return []
    bodies = [option(body.id, body.name) for body in organisation.bodies(actor=me, kind="laboratory")]
    inputs = [
        entry("tube_ids", _("Tubes"), "ticks", options=[option(tube.id, tube.label) for tube in closed]),
        entry("label", _("Label of the box"), longest=40),
        entry("to_body_id", _("To"), "select", options=bodies),
        entry("said", _("Count said aloud"), "number"),
    ]
    return [
        ask(
            "sampling.send-box", _("Hand over a box"), label=_("Hand over"), ids={"area": me.areas()[0]}, inputs=inputs,
            otherwise=_("The tubes stay here; their people wait for results."),
        )
    ]  # fmt: skip


@login_required
def boxes(request: HttpRequest) -> HttpResponse:
    """Boxes on their way, counted again where they arrive."""
    me = reader(request).actor
    cards = [
        ask(
            "sampling.receive-box",
            _("Box %(label)s: %(count)d tubes said") % {"label": box.label, "count": len(box.tubes)},
            label=_("Counted"),
            ids={"box_id": box.id},
            inputs=[entry("labels", _("Labels found in the box, one per line"), "lines")],
            otherwise=_("The box counts as on its way; none of its tubes is read."),
            confirm=_("Tubes that you did not list count as missing; their people are asked again."),
        )
        for box in queries.boxes(actor=me)
    ]
    empty = None if cards else {"title": _("No box is on its way"), "icon": "package"}
    counted = []
    if "missing" in request.GET:
        missing = request.GET["missing"].replace(",", "、")[:500]
        said = _("Missing: %(labels)s") % {"labels": missing} if missing else _("All tubes are there")
        counted = [Section(empty={"title": said, "icon": "alert-triangle" if missing else "circle-check"})]
    sections = [*counted, Section(decisions=cards, empty=empty)]
    return show(request, Page(title=_("Boxes"), lead=_("What is missing is named at once."), sections=sections))
