"""Slots and calls, the home list, and tomorrow's sheet."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.utils.translation import gettext as _

from epigrid.command.planning import queries, rules
from epigrid.command.planning.actions.days import CALLERS, NEEDS
from epigrid.command.planning.pages.ground import named
from epigrid.command.planning.pages.map import Map
from epigrid.registers.people import queries as people
from epigrid.store.doors import Reader
from epigrid.store.shapes import Section, Shape, ask, choices, entry, option, table, word

SHOWN = 300
CHANNELS = ("loudspeaker", "phone", "bell", "group")


def slots(it: Reader, card: queries.PlanCard, may: bool) -> tuple[list[Section], Map | None]:
    """When each unit comes, which is called next, and what the text of the call says."""
    found = queries.slots(actor=it.actor, plan_id=card.id)
    stands = queries.sites(actor=it.actor, plan=card)
    names = named(it, [*(one.place_id for one in found[:SHOWN]), *(one.place_id for one in stands)])
    site_names = {one.id: f"{one.number} · {names.get(one.place_id, '')}" for one in stands}
    rows = [
        (
            names.get(one.place_id, ""),
            site_names.get(one.site_id, ""),
            one.people,
            one.starts_at or _("no slot has room"),
            one.ends_at or "",
            one.called_at or "",
        )
        for one in found[:SHOWN]
    ]
    columns = (_("Unit"), _("Sampling site"), {"label": _("People"), "numeric": True}, _("From"), _("Until"), _("Called"))
    sections = [
        Section(
            text=_distance(it, card), tiles=[{"label": _("Units called"), "value": sum(one.called_at is not None for one in found), "of": len(found)}]
        ),
        Section(table=table(_("Slots by unit"), columns, rows, _("No slot yet"))),
    ]
    forms = _calls(card, found, site_names) if it.actor.duties & set(CALLERS) else []
    if may:
        text = _("Units in walking order; no slot brings more people than the lanes sample in it.")
        forms.append(ask("planning.make-slots", _("Make slots"), label=_("Make"), ids={"plan_id": card.id}, text=text))
    return [*sections, Section(heading=_("To do"), decisions=forms)], None


def _distance(it: Reader, card: queries.PlanCard) -> str:
    """The line that the call says, and the ground that the longest line needs (S-195)."""
    try:
        metres = rules.distance_m(policy=queries.policy(actor=it.actor, area=card.area, now=it.now), own=card.queue_distance_m)
    except rules.NumberUnset:
        return _("Nobody has set the distance in the line.")
    text = _("Please keep %(metres)d m apart in the line.") % {"metres": metres}
    if card.queue_limit:
        area = rules.queue_area_m2(queue=card.queue_limit, distance_m=metres)
        text += " " + _("A line of %(people)d people needs about %(area)d m² of ground.") % {"people": card.queue_limit, "area": area}
    return text


def _calls(card: queries.PlanCard, found: Sequence[queries.SlotCard], site_names: Mapping[UUID, str]) -> list[Shape]:
    """Call the next unit, or put off, at the sites that still have somebody to call."""
    waiting = list(dict.fromkeys(one.site_id for one in found if one.called_at is None))
    if not waiting:
        return []
    pick = entry("site_id", _("Sampling site"), "select", options=[option(one, site_names.get(one, "")) for one in waiting])
    limit = _("more than %(limit)d: say why") % {"limit": card.queue_limit} if card.queue_limit is not None else ""
    inputs = [
        pick,
        entry("queue", _("People in the line now"), "number", hint=limit),
        entry("channel", _("How"), "select", options=choices("channel", CHANNELS), value="loudspeaker"),
        entry("reason", _("Why although the line is long"), optional=True),
    ]
    late = [pick, entry("queue", _("People in the line now"), "number")]
    forms = [ask("planning.put-off", _("A site is late"), label=_("Put off later slots"), inputs=late)]
    if card.started_at is not None:
        forms.insert(0, ask("planning.call-next", _("Call the next unit down"), label=_("Call"), inputs=inputs, otherwise=_("The unit waits.")))
    return forms


def doors(it: Reader, card: queries.PlanCard, _may: bool) -> tuple[list[Section], Map | None]:
    """Who is sampled at his door, in walking order: the frail first, then people under quarantine."""
    found = queries.doors(actor=it.actor, plan=card, now=it.now)
    faces = people.faces(actor=it.actor, person_ids=[one.person_id for one in found[:SHOWN]])
    rows = [
        (number, {"text": faces[one.person_id].masked_name, "sub": faces[one.person_id].file_no}, faces[one.person_id].home, word("list", one.list))
        for number, one in enumerate(found[:SHOWN], start=1)
        if one.person_id in faces
    ]
    columns = ({"label": _("Stop"), "numeric": True}, _("Person"), _("Home"), _("Which list"))
    text = _("The frail before people under quarantine, never mixed; one tube each. Nobody of this list is counted at a site.")
    tiles = [{"label": word("list", name), "value": sum(one.list == name for one in found)} for name in ("frail", "quarantine")]
    return [
        Section(text=text, tiles=tiles),
        Section(table=table(_("Home list in walking order"), columns, rows, _("Nobody is sampled at home"))),
    ], None


def sheet(it: Reader, card: queries.PlanCard, _may: bool) -> tuple[list[Section], Map | None]:
    """The newest draft of supplies and staff, and when it and those before were drafted."""
    drafts = queries.sheets(actor=it.actor, plan_id=card.id)
    text = _(
        "A draft stands at 18:00 of the day before and follows every later order within five minutes. Numbers of pieces; stock is not counted here."
    )
    if not drafts:
        return [Section(text=text, empty={"title": _("No draft yet"), "icon": "file-text"})], None
    stands = {str(one.id): one for one in queries.sites(actor=it.actor, plan=card)}
    names = named(it, [one.place_id for one in stands.values()])
    keys = ("people", "lanes", *NEEDS)
    rows = [(_where(line["site_id"], stands, names), *(line[key] for key in keys)) for line in drafts[0].lines]
    labels = (_("People"), _("Lanes"), _("Swabs"), _("Tubes"), _("Samplers"), _("Scanners"), _("Other staff"), _("Protective sets"))
    columns = (_("Where"), *({"label": label, "numeric": True} for label in labels))
    tiles = [{"label": label, "value": sum(line[key] for line in drafts[0].lines)} for key, label in zip(keys, labels, strict=True)]
    older = [(one.number, one.drafted_at) for one in drafts]
    return [
        Section(text=text, tiles=tiles),
        Section(table=table(_("Supplies and staff by site"), columns, rows, _("No site yet"))),
        Section(heading=_("Drafts"), table=table(_("Drafts"), (_("Draft no."), _("Drafted")), older, _("No draft yet"))),
    ], None


def _where(site_id: str | None, stands: Mapping[str, queries.SiteCard], names: Mapping[UUID, str]) -> str:
    if site_id is None:
        return _("At the doors")
    return f"{stands[site_id].number} · {names.get(stands[site_id].place_id, '')}" if site_id in stands else _("a site of an earlier plan")
