"""Plans: all of them, one with its views, its checklist; tents, cabins and huts."""

from collections.abc import Callable, Mapping
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from epigrid.command.planning import queries, rules
from epigrid.command.planning.actions.plans import PLANNERS
from epigrid.command.planning.pages import ground, home, hours, outlook
from epigrid.command.planning.pages.map import Map, PlanPage
from epigrid.command.planning.rules.home import PROMISE_MIN, WALK_M_PER_MIN
from epigrid.kernel.actors import Actor
from epigrid.kernel.duties import Duty
from epigrid.registers.places import queries as places
from epigrid.store import clock
from epigrid.store.doors import Reader, reader
from epigrid.store.shapes import Page, Section, Shape, ask, choices, entry, option, show, table, word

OWNERS = (
    Duty.TESTING_FORCE, Duty.COMMUNITY_SECRETARY, Duty.GRID_WORKER, Duty.REGISTRAR, Duty.SAMPLER, Duty.COURIER, Duty.LABORATORY, Duty.CDC_DUTY_OFFICER,
    Duty.COUNTY_EOC_OFFICER,
)  # fmt: skip
"""Duties that own a line or a step."""


@login_required
def plans(request: HttpRequest) -> HttpResponse:
    """Every plan of my areas, and a new one."""
    me = reader(request).actor
    rows = [
        (
            {"text": card.title, "url": f"/plans/{card.id}/"},
            word("objective", card.objective),
            card.opens_at,
            card.closes_at,
            _("round opened") if card.round_id else _("started") if card.started_at else _("draft"),
        )
        for card in queries.plans(actor=me)
    ]
    columns = (_("Title"), _("For"), _("From"), _("Until"), _("State"))
    sections = [Section(table=table(_("Plans"), columns, rows, _("No plan yet")))]
    if _plans(me):
        areas = [option(unit.area, unit.name) for unit in places.area_units(actor=me, level="community")]
        objectives = choices("objective", rules.OBJECTIVES)
        inputs = [
            entry("area", _("Community"), "select", options=areas),
            entry("objective", _("For"), "select", options=objectives, value="round"),
            *_settings(None),
        ]
        sections.append(Section(decisions=[ask("planning.make-plan", _("Begin a plan"), label=_("Begin"), inputs=inputs)]))
    acts = [{"label": _("Tents, cabins, huts"), "url": "/plans/assets/", "icon": "package"}]
    return show(
        request, Page(title=_("Plans of rounds"), lead=_("A plan binds nobody; the county orders the round itself."), sections=sections, acts=acts)
    )


def _plans(me: Actor) -> bool:
    return bool(me.duties & set(PLANNERS))


def _settings(card: queries.PlanCard | None) -> list[Shape]:
    """Inputs of a plan's settings, filled from the plan. Numbers without a source start empty."""
    at = (lambda moment: f"{moment.astimezone(clock.zone(card.area)):%Y-%m-%dT%H:%M}") if card else None
    numbers: list[tuple[str, str]] = [
        ("distance_m", _("Farthest way to a site, metres")),
        ("queue_distance_m", _("Distance in the line, metres (never below the rules in force)")),
        ("per_lane_hour", _("People per lane and hour")),
        ("slot_minutes", _("Minutes of a slot")),
        ("queue_limit", _("Longest line at which the next unit is called")),
        ("load_ratio", _("Largest team by smallest, at most")),
        ("door_min", _("Home visits: minutes at a door, the way within the building included")),
        ("swab_min", _("Home visits: minutes more for each person")),
        ("change_min", _("Home visits: minutes to change between the frail and people under quarantine")),
        ("between_min", _("Home visits: minutes from building to building where one has no point on the map")),
        ("walk_m_per_min", _("Home visits: metres on foot a minute (empty: %(metres)d)") % {"metres": WALK_M_PER_MIN}),
        ("promise_min", _("Home visits: minutes either side of the promised time (empty: %(minutes)d)") % {"minutes": PROMISE_MIN}),
    ]
    roles = [{**one, "on": card is None or one["value"] in card.roles} for one in choices("role", rules.ROLES)]
    return [
        entry("title", _("Title"), longest=100, value=card.title if card else None),
        entry("opens_at", _("From"), "moment", value=at(card.opens_at) if card and at else None),
        entry("closes_at", _("Until"), "moment", value=at(card.closes_at) if card and at else None),
        entry("results_by", _("Results wanted by"), "moment", optional=True, value=at(card.results_by) if card and at and card.results_by else None),
        entry("roles", _("Roles that every site needs"), "ticks", options=roles),
        *(entry(name, label, "number", optional=True, value=getattr(card, name) if card else None) for name, label in numbers),
    ]


@login_required
def plan(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """One plan in eight views; the home routes also on paper by `&print=1`."""
    it = reader(request)
    card = queries.plan(actor=it.actor, plan_id=plan_id)
    views: Mapping[str, tuple[str, Callable[[Reader, queries.PlanCard, bool], tuple[list[Section], Map | None]]]] = {
        "checklist": (_("Checklist"), checklist),
        "sites": (_("Sampling sites"), ground.sites),
        "teams": (_("Teams"), ground.teams),
        "slots": (_("Slots and calls"), hours.slots),
        "doors": (_("Home list"), hours.doors),
        "home": (_("Home routes"), home.home),
        "sheet": (_("Tomorrow's sheet"), hours.sheet),
        "outlook": (_("Will it hold?"), outlook.outlook),
    }
    view = request.GET.get("view", "checklist")
    view = view if view in views else "checklist"
    if view == "home" and "print" in request.GET:
        return home.printed(it, card)
    sections, found = views[view][1](it, card, _plans(it.actor))
    tabs = [{"label": label, "url": f"/plans/{plan_id}/?view={key}", "current": key == view} for key, (label, _view) in views.items()]
    lead = _("%(objective)s · %(opens)s – %(closes)s") % {
        "objective": word("objective", card.objective),
        "opens": f"{card.opens_at.astimezone(clock.zone(card.area)):%m-%d %H:%M}",
        "closes": f"{card.closes_at.astimezone(clock.zone(card.area)):%m-%d %H:%M}",
    }
    back = [{"label": _("All plans"), "url": "/plans/", "icon": "chevron-left"}]
    if view == "home" and card.home_planned_at is not None:
        back.append({"label": _("Print"), "url": "?view=home&print=1"})
    page = PlanPage(title=card.title, lead=lead, tabs=tabs, sections=sections, acts=back, map=found)
    return show(request, page, "planning/plan.html")


def checklist(it: Reader, card: queries.PlanCard, may: bool) -> tuple[list[Section], Map | None]:
    """Preparations and links, the seven steps, and the start."""
    items = queries.items(actor=it.actor, plan_id=card.id)
    lines = [one for one in items if one.part in rules.PARTS]
    open_lines = [one for one in lines if one.done_at is None]
    unowned = [one for one in items if one.part == "step" and not (one.owner and one.at)]
    tiles = [
        {"label": _("Open lines"), "value": len(open_lines), "of": len(lines)},
        {"label": _("Open lines of safety"), "value": sum(one.safety for one in open_lines)},
        {"label": _("Steps without owner or time"), "value": len(unowned), "of": len(rules.STEPS)},
    ]
    columns = (_("Line"), _("Part"), _("Owner"), _("Time"), _("State"))
    empty = _("The list ships empty: no source says what the 4 preparations and 6 links are. Add your own.")
    tables = [
        Section(heading=_("Preparations and links"), table=table(_("Checklist (4+6)"), columns, [_line(one) for one in lines], empty)),
        Section(heading=_("The seven steps"), table=table(_("Steps"), columns, [_line(one) for one in items if one not in lines], empty)),
    ]
    if not may:
        return [Section(tiles=tiles), *tables], None
    forms = [*(_finish(one) for one in open_lines), *(_own(one, card) for one in unowned), _add(card)]
    settings = ask("planning.set-plan", _("Settings of this plan"), label=_("Save"), ids={"plan_id": card.id}, inputs=_settings(card))
    return [Section(tiles=tiles), *_start(it.actor, card), *tables, Section(heading=_("To do"), decisions=forms), Section(decisions=[settings])], None


def _line(one: queries.ItemCard) -> tuple[object, ...]:
    text = word("plan-step", one.text) if one.part == "step" else one.text
    state = _("done") if one.done_at else _("open, because: %(reason)s") % {"reason": one.reason} if one.reason else _("open")
    first = {"text": text, "sub": _("safety: blocks the start") if one.safety else ""}
    return first, word("part", one.part), word("duty", one.owner) if one.owner else "", one.at or "", state


def _finish(one: queries.ItemCard) -> Shape:
    if one.safety:
        return ask("planning.settle-item", one.text, label=_("Done"), ids={"item_id": one.id}, otherwise=_("The plan does not start."))
    inputs = [entry("reason", _("Or why it is still open"), optional=True)]
    return ask("planning.settle-item", one.text, label=_("Done, or open with this reason"), ids={"item_id": one.id}, inputs=inputs)


def _own(one: queries.ItemCard, card: queries.PlanCard) -> Shape:
    at = f"{card.opens_at.astimezone(clock.zone(card.area)):%Y-%m-%dT%H:%M}"
    inputs = [entry("owner", _("Owner"), "select", options=choices("duty", OWNERS)), entry("at", _("Time"), "moment", value=at)]
    return ask("planning.own-step", word("plan-step", one.text), label=_("Save"), ids={"item_id": one.id}, inputs=inputs)


def _add(card: queries.PlanCard) -> Shape:
    inputs = [
        entry("part", _("Part"), "select", options=choices("part", rules.PARTS), value="preparation"),
        entry("text", _("What is to be ready"), longest=100),
        entry("owner", _("Owner"), "select", options=choices("duty", OWNERS), optional=True),
        entry("safety", _("Safety"), "ticks", options=[option("true", _("blocks the start while it is open"))]),
    ]
    return ask("planning.add-item", _("Add a line"), label=_("Add"), ids={"plan_id": card.id}, inputs=inputs)


def _start(me: Actor, card: queries.PlanCard) -> list[Section]:
    """Start the plan; then the county orders the round itself."""
    if card.objective != "round" or card.round_id is not None:
        return []
    if card.started_at is None:
        text = _("Safety blocks. A preparation that is open with a reason becomes a task of the next 60 minutes.")
        return [Section(decisions=[ask("planning.start", _("The round may open"), label=_("Start"), ids={"plan_id": card.id}, text=text)])]
    if Duty.COUNTY_EOC_OFFICER not in me.duties:
        return [Section(empty={"title": _("Started: the county may order the round"), "icon": "circle-check"})]
    ids = {"area": card.area, "opens_at": card.opens_at.isoformat(), "closes_at": card.closes_at.isoformat()}
    inputs = [entry("reason", _("Reason"), longest=100)]
    otherwise = _("No round is held.")
    return [Section(decisions=[ask("sampling.open-round", _("Order a round"), label=_("Order"), ids=ids, inputs=inputs, otherwise=otherwise)])]


@login_required
def assets(request: HttpRequest) -> HttpResponse:
    """Tents, cabins and huts, overdue checks first."""
    it = reader(request)
    cards = sorted(queries.assets(actor=it.actor, now=it.now), key=lambda card: (card.overdue is not True, card.name))
    rows = [
        (
            {"text": card.name, "sub": word("asset", card.kind)},
            card.lanes,
            card.footprint_m2 if card.footprint_m2 is not None else _("nobody has set it"),
            card.checked_at or "",
            _("nobody has set it") if card.overdue is None else _("overdue") if card.overdue else _("in time"),
            _("sound") if card.sound else _("faulty"),
        )
        for card in cards
    ]
    columns = (
        _("Asset"), {"label": _("Lanes"), "numeric": True}, {"label": _("Ground, m²"), "numeric": True}, _("Last check"), _("Check of the filter"), _("State"),
    )  # fmt: skip
    sections = [Section(table=table(_("Tents, cabins, huts"), columns, rows, _("Nothing registered")))]
    if _plans(it.actor):
        checks = [option(card.id, card.name) for card in cards]
        sound = entry("sound", _("What was found"), "ticks", options=[{**option("true", _("clean, filter and fresh air sound")), "on": True}])
        inputs = [
            entry("kind", _("Kind"), "select", options=choices("asset", list(rules.ASSETS))),
            entry("name", _("Name of the asset"), longest=40),
            entry("lanes", _("Lanes (empty: those of its kind)"), "number", optional=True),
            entry("filter_days", _("Filter is checked every so many days"), "number", optional=True),
        ]
        forms = [ask("planning.register-asset", _("Register an asset"), label=_("Register"), ids={"area": it.actor.areas()[0]}, inputs=inputs)]
        if checks:
            asked = [entry("asset_id", _("Asset"), "select", options=checks), sound]
            forms.insert(0, ask("planning.check-asset", _("Maintenance was done"), label=_("Save"), inputs=asked))
        sections.append(Section(decisions=forms))
    back = [{"label": _("All plans"), "url": "/plans/", "icon": "chevron-left"}]
    return show(request, Page(title=_("Tents, cabins, huts"), sections=sections, acts=back))
