"""Sites with what they need and what they lack, the map of coverage; teams with their loads."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from epigrid.command.planning import queries, rules
from epigrid.command.planning.pages.map import Map, drawn
from epigrid.registers.places import queries as places
from epigrid.registers.workforce import queries as workforce
from epigrid.store.doors import Reader
from epigrid.store.shapes import Section, Shape, ask, choices, entry, option, table, word

DAY = timedelta(days=1)
MOST = 400
"""Buildings that a page lists and draws, those without cover first; larger areas are listed by the machine door."""


def named(it: Reader, ids: Sequence[UUID]) -> dict[UUID, str]:
    """Names of places."""
    return {key: card.full_name for key, card in places.places(actor=it.actor, ids=ids).items()}


def sites(it: Reader, card: queries.PlanCard, may: bool) -> tuple[list[Section], Map | None]:
    """What the people need, the sites, the buildings without cover, and the map."""
    found = queries.sites(actor=it.actor, plan=card)
    rows = queries.allocations(actor=it.actor, plan=card)
    ids = [*(one.place_id for one in found), *(row.building_id for row in rows)][:MOST]
    names = named(it, ids)
    loads: dict[UUID | None, int] = {}
    for row in rows:
        loads[row.site_id] = loads.get(row.site_id, 0) + row.people
    uncovered = [row for row in rows if not row.covered]
    columns = (
        _("Sampling site"),
        {"label": _("People"), "numeric": True},
        {"label": _("Lanes"), "numeric": True},
        _("Zones"),
        _("Roles nobody has"),
        _("State"),
    )
    table_of_sites = table(_("Sites of this plan"), columns, [_site(one, loads, names) for one in found], _("No site yet"))
    sections = [
        Section(tiles=_need(it, card, rows, found)),
        Section(heading=_("Sampling sites"), table=table_of_sites),
        Section(heading=_("Buildings without a site in reach"), table=_buildings(uncovered[:MOST], names)),
    ]
    if may:
        sections.insert(1, Section(decisions=[_place(card)]))
        standing = {one.asset_id for one in found}
        free = [one for one in queries.assets(actor=it.actor, area=card.area, now=it.now) if one.id not in standing] if found else []
        sections.append(Section(heading=_("To do"), decisions=[*_forms(found, names, uncovered, card), *_assets(found, names, free, card)]))
    shown = places.points(actor=it.actor, ids=ids) if len(rows) < MOST else {}
    return sections, drawn(shown, rows, found, names)


def _need(it: Reader, card: queries.PlanCard, rows: Sequence[queries.AllocationCard], found: Sequence[queries.SiteCard]) -> list[Shape]:
    """Tiles: people, and what the clause asks for them; what nobody set is said, not guessed."""
    people = sum(row.people for row in rows)
    share = rules.Coverage(covered=sum(row.people for row in rows if row.covered), people=people).share
    tiles: list[Shape] = [
        {"label": _("People who come to a site"), "value": people},
        {"label": _("Sampling sites"), "value": len(found)},
        {"label": _("People with a site in reach"), "value": _("unknown") if share is None else f"{share:.1%}"},
    ]
    if card.gap is not None:
        tiles.append({"label": _("Any other sites would save at most"), "value": f"{card.gap:.1%}"})
    if card.objective == "routine":
        return tiles
    try:
        need = rules.needed(people=people, policy=queries.policy(actor=it.actor, area=card.area, now=it.now))
    except rules.NumberUnset:
        return [*tiles, {"label": _("Sites and samplers needed"), "value": _("nobody has set it")}]
    sites_needed = f"{need.sites_min}" if need.sites_min == need.sites_max else f"{need.sites_min}–{need.sites_max}"
    return [*tiles, {"label": _("Sites needed"), "value": sites_needed}, {"label": _("Samplers needed"), "value": need.samplers}]


def _site(one: queries.SiteCard, loads: Mapping[UUID | None, int], names: Mapping[UUID, str]) -> tuple[object, ...]:
    wrong = [*one.layout.missing, *one.layout.doubled, *one.layout.turned]
    zones = _("nine zones, one way") if one.layout.sound else "、".join(word("site-zone", zone) for zone in wrong)
    missing = "、".join(word("role", role) for role in one.missing_roles) or _("nobody is missing")
    state = one.opened_at or _("not open")
    return {"text": f"{one.number} · {names.get(one.place_id, '')}", "sub": one.exception}, loads.get(one.id, 0), one.lanes, zones, missing, state


def _buildings(rows: Sequence[queries.AllocationCard], names: Mapping[UUID, str]) -> Shape:
    cells = [(names.get(row.building_id, ""), row.people, f"{row.distance_m:.0f}" if row.distance_m is not None else _("unknown")) for row in rows]
    columns = (_("Building"), {"label": _("People"), "numeric": True}, {"label": _("Straight line to its site, m"), "numeric": True})
    return table(_("Buildings without a site in reach"), columns, cells, _("Every building has a site in reach"))


def _place(card: queries.PlanCard) -> Shape:
    text = (
        _("Points inside compounds, people per site by the rules in force, the least way in all; a building is never split.")
        if card.objective == "round"
        else _("The fewest sites that everybody reaches on foot (straight line), or the most people with so many sites.")
    )
    inputs = [entry("sites", _("How many sites (empty: as many as needed)"), "number", optional=True)]
    confirm = _("Sites, teams and slots of this plan are made anew.")
    return ask(
        "planning.place-sites", _("Propose sites"), label=_("Propose the sites"), ids={"plan_id": card.id}, inputs=inputs, text=text, confirm=confirm
    )


def _forms(
    found: Sequence[queries.SiteCard], names: Mapping[UUID, str], uncovered: Sequence[queries.AllocationCard], card: queries.PlanCard
) -> list[Shape]:
    if not found:
        return []
    every = [option(one.id, f"{one.number} · {names.get(one.place_id, '')}") for one in found]
    waiting = [option(one.id, f"{one.number} · {names.get(one.place_id, '')}") for one in found if one.opened_at is None]
    pick = entry("site_id", _("Sampling site"), "select", options=every)
    zones = [{**one, "on": True} for one in choices("site-zone", rules.ZONES)]
    equip = [
        pick,
        entry("lanes", _("Lanes"), "number", optional=True),
        entry("zones", _("Zones that are set up, in walking order"), "ticks", options=zones),
    ]
    reason = entry("exception", _("Exception, if a zone is missing: who answers for it and why"), optional=True, longest=60)
    forms = [
        ask("planning.equip-site", _("What stands on a site"), label=_("Save"), inputs=equip),
        ask(
            "planning.note-temperature",
            _("Temperature at a site"),
            label=_("Enter"),
            inputs=[pick, entry("temperature_c", _("Degrees Celsius"), "number")],
        ),
    ]
    if waiting and card.started_at is not None:
        inputs = [entry("site_id", _("Sampling site"), "select", options=waiting), reason]
        otherwise = _("Nobody is sampled there.")
        forms.insert(0, ask("planning.open-site", _("Open a site"), label=_("Open the site"), inputs=inputs, otherwise=otherwise))
    if uncovered:
        buildings = [option(row.building_id, names.get(row.building_id, "")) for row in uncovered[:MOST]]
        inputs = [entry("building_id", _("Building"), "select", options=buildings), pick]
        forms.append(ask("planning.send-building", _("Send a building to a site"), label=_("Send"), ids={"plan_id": card.id}, inputs=inputs))
    return forms


def _assets(found: Sequence[queries.SiteCard], names: Mapping[UUID, str], free: Sequence[queries.AssetCard], card: queries.PlanCard) -> list[Shape]:
    """Put a tent, cabin or hut on a site: the most fitting kind first (S-224)."""
    if not free:
        return []
    order = rules.preferred({one.kind for one in free}, round_the_clock=card.closes_at - card.opens_at >= DAY)
    overdue = _("check overdue")
    options = [
        option(one.id, f"{one.name} · {word('asset', one.kind)} · {one.lanes}" + (f" · {overdue}" if one.overdue else ""))
        for one in sorted(free, key=lambda one: (order.index(one.kind), one.name))
    ]
    inputs = [
        entry("site_id", _("Sampling site"), "select", options=[option(one.id, f"{one.number} · {names.get(one.place_id, '')}") for one in found]),
        entry("asset_id", _("Tent, cabin or hut, with its lanes"), "select", options=options),
        entry(
            "zones", _("Zones that are set up, in walking order"), "ticks", options=[{**one, "on": True} for one in choices("site-zone", rules.ZONES)]
        ),
    ]
    return [ask("planning.equip-site", _("Put a tent, cabin or hut on a site"), label=_("Save"), inputs=inputs)]


def teams(it: Reader, card: queries.PlanCard, may: bool) -> tuple[list[Section], Map | None]:
    """Teams with their site, buildings, people and members; how even the load is."""
    found = queries.teams(actor=it.actor, plan=card)
    names = named(it, [one.place_id for one in found if one.place_id is not None])
    workers = {one.id: one.title for one in workforce.workers(actor=it.actor, area=card.area)} if found else {}
    rows = [
        (
            f"{word('team', one.kind)} {one.number}",
            names.get(one.place_id, "") if one.place_id is not None else "",
            one.buildings,
            one.people,
            "、".join(f"{word('role', role)}: {workers.get(worker, '')}" for role, worker in one.members) or _("nobody yet"),
        )
        for one in found
    ]
    columns = (_("Team"), _("Sampling site"), {"label": _("Buildings"), "numeric": True}, {"label": _("People"), "numeric": True}, _("Members"))
    ratio = rules.ratio([one.people for one in found if one.kind == "fixed"])
    uneven = ratio is not None and card.load_ratio is not None and ratio > card.load_ratio
    note = _("beyond the plan's limit") if uneven else ""
    tiles = [
        {
            "label": _("Largest team by smallest"),
            "value": _("unknown") if ratio is None else f"{ratio:.2f}",
            "note": note,
            "tone": "stop" if uneven else "",
        }
    ]
    sections = [Section(tiles=tiles), Section(table=table(_("Teams of this plan"), columns, rows, _("No team yet")))]
    return [*sections, *([Section(decisions=_team_forms(card, found, workers))] if may else [])], None


def _team_forms(card: queries.PlanCard, found: Sequence[queries.TeamCard], workers: Mapping[UUID, str]) -> list[Shape]:
    inputs = [entry("fixed", _("Fixed teams"), "number"), entry("mobile", _("Mobile teams"), "number", value=1)]
    confirm = _("Teams of this plan are made anew; their members are named again.")
    text = _("Every building goes to exactly one team of its site, with loads as even as can be.")
    forms = [ask("planning.make-teams", _("Make teams"), label=_("Make"), ids={"plan_id": card.id}, inputs=inputs, text=text, confirm=confirm)]
    if found and workers:
        inputs = [
            entry("team_id", _("Team"), "select", options=[option(one.id, f"{word('team', one.kind)} {one.number}") for one in found]),
            entry("worker_id", _("Worker"), "select", options=[option(key, title) for key, title in workers.items()]),
            entry("role", _("Role"), "select", options=choices("role", card.roles)),
        ]
        forms.append(ask("planning.name-member", _("Name a member"), label=_("Name"), inputs=inputs))
    return forms
