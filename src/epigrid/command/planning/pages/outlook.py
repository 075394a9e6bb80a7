"""Will it hold: what a plan will come to before it starts, where it fails and what would help; laboratories and their vehicles."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from epigrid.command.planning import queries
from epigrid.command.planning.pages.ground import named
from epigrid.command.planning.pages.map import Map
from epigrid.command.planning.queries.capacity import STEP
from epigrid.command.planning.rules.capacity import MINUTE
from epigrid.registers.organisation import queries as organisation
from epigrid.store import clock
from epigrid.store.doors import Reader
from epigrid.store.shapes import Section, Shape, ask, entry, option, table, word

MARKS = {"sample": "early", "send": "other", "test": "best"}


def outlook(it: Reader, card: queries.PlanCard, may: bool) -> tuple[list[Section], Map | None]:
    """What will happen, the waiting in each link, what would help, and the laboratories with their forms."""
    found, taking = queries.outlook(actor=it.actor, plan=card), queries.shares(actor=it.actor, plan_id=card.id)
    laboratories = {body.id: body.name for body in organisation.bodies(actor=it.actor, kind="laboratory")}
    shown = _Shown(it, card, laboratories)
    sections = _unset(found) if found.missing else shown.sections(found)
    sections.append(Section(heading=_("Laboratories and vehicles"), table=shown.laboratories(taking)))
    if may:
        forms = [_set(card, laboratories, taking), *_drop(card, laboratories, taking)]
        sections.append(Section(heading=_("To do"), decisions=forms))
    return sections, None


def _unset(found: queries.Outlook) -> list[Section]:
    missing = {
        "sites": _("sites to which anybody comes"),
        "rate": _("people per lane and hour"),
        "pool": _("the size of a tube in the rules in force"),
        "laboratories": _("a laboratory with its share"),
    }
    title = _("Nothing can be foreseen yet. Nobody has set: %(what)s") % {"what": " · ".join(missing[name] for name in found.missing)}
    return [Section(empty={"title": title, "icon": "clock"})]


class _Shown:
    """An outlook in the reader's words and local time."""

    def __init__(self, it: Reader, card: queries.PlanCard, laboratories: Mapping[UUID, str]) -> None:
        self.card, self.bodies, self.zone = card, laboratories, clock.zone(card.area)
        stands = queries.sites(actor=it.actor, plan=card)
        names = named(it, [one.place_id for one in stands])
        self.sites = {one.id: f"{one.number} · {names.get(one.place_id, '')}" for one in stands}

    def when(self, moment: datetime | None) -> str:
        return f"{moment.astimezone(self.zone):%m-%d %H:%M}" if moment else _("never")

    def sections(self, found: queries.Outlook) -> list[Section]:
        columns = (_("When"), _("What"), _("Where"))
        rows = [(self.when(one.at), self.sentence(one), self.where(one)) for one in found.said]
        return [
            Section(tiles=self.tiles(found), text=self.help(found)),
            Section(heading=_("What will happen"), table=table(_("What will happen"), columns, rows, _("Nothing waits longer than it may"))),
            Section(chart=self.chart(found)),
            self.waiting(found),
        ]

    def tiles(self, found: queries.Outlook) -> list[Shape]:
        """The end, who has no result by then, the bottleneck, and what a play person by person says."""
        wanted = _("wanted by %(when)s") % {"when": self.when(found.results_by)}
        tiles: list[Shape] = [
            {"label": _("Last result"), "value": self.when(found.finish_at), "note": wanted, "tone": "" if found.holds else "stop"},
            {"label": _("People without a result"), "value": found.without_result, "of": found.people},
            {"label": _("Bottleneck"), "value": word("round-link", found.bottleneck) if found.bottleneck else _("none")},
            {"label": _("Tubes"), "value": found.tubes},
        ]
        if found.simulated_at is not None:
            tiles.append({"label": _("Last result, played person by person"), "value": self.when(found.simulated_at)})
        return tiles

    def help(self, found: queries.Outlook) -> str:
        """What would hold the time at which results are wanted."""
        if found.holds:
            return _("As planned, everybody has a result in time.")
        ways = []
        if found.more_lanes is not None:
            ways.append(_("%(lanes)d more lanes at each slow site") % {"lanes": found.more_lanes})
        if found.more_tubes_per_day is not None:
            ways.append(_("laboratories for %(tubes)d more tubes a day") % {"tubes": found.more_tubes_per_day})
        if found.vehicles_do:
            ways.append(_("a vehicle whenever tubes are ready"))
        if not ways:
            return _("It will not hold. No one thing alone would make it: more time, fewer people at once, or several of them together.")
        return _("It will not hold. Any one of these would do: %(ways)s.") % {"ways": " · ".join(ways)}

    def sentence(self, one: queries.Said) -> str:
        numbers = {"count": one.count, "limit": one.limit or 0}
        sentences = {
            "sampling.queue": _("The longest line: %(count)d people wait"),
            "sampling.unsampled": _("The lanes close and %(count)d people have not been sampled"),
            "transport.left-behind": _("The last vehicle has left and %(count)d tubes are still here"),
            "laboratory.over-day": _("%(count)d tubes for laboratories that have %(limit)d left that day"),
            "laboratory.full": _("The laboratory is full: up to %(count)d tubes will wait, it can keep %(limit)d"),
            "round.last-result": _("The last result"),
            "round.late": _("The last result comes %(count)d minutes too late"),
            "round.unfinished": _("%(count)d people will have no result"),
        }
        return sentences[one.reason] % numbers

    def where(self, one: queries.Said) -> str:
        if one.site_id is not None:
            return self.sites.get(one.site_id, "")
        return self.bodies.get(one.body_id, "") if one.body_id is not None else ""

    def chart(self, found: queries.Outlook) -> Shape | None:
        """People for a lane, tubes for a vehicle, tubes for a machine, over the hours in which anything waits."""
        waiting = found.waiting or {}
        last = max((at for values in waiting.values() for at, value in enumerate(values) if value), default=-1)
        if last < 0:
            return None
        curves = [(mark, word("round-link", link), waiting[link][: last + 2]) for link, mark in MARKS.items() if any(waiting[link])]
        data = {
            "from": self.card.opens_at.astimezone(self.zone).strftime("%Y-%m-%dT%H:%M:%S"),
            "minutes": STEP,
            "curves": [{"name": name, "mark": mark, "values": list(values)} for mark, name, values in curves],
        }
        view = {"kind": "curves", "title": _("What waits when"), "legend": [(mark, name) for mark, name, _values in curves]}
        return {"id": "outlook", "data": json.dumps(data, ensure_ascii=False), "views": [view], "prints": True}

    def waiting(self, found: queries.Outlook) -> Section:
        """The chart as a table, by the hour."""
        waiting = found.waiting or {}
        hour = 60 // STEP
        steps = [at for at in range(0, max(map(len, waiting.values()), default=0), hour) if any(values[at] for values in waiting.values())]
        rows = [(self.when(self.card.opens_at + at * STEP * MINUTE), *(waiting[link][at] for link in MARKS)) for at in steps]
        columns = (_("When"), *({"label": word("round-link", link), "numeric": True} for link in MARKS))
        return Section(table=table(_("What waits, by the hour"), columns, rows, _("Nothing waits")))

    def laboratories(self, taking: Sequence[queries.ShareCard]) -> Shape:
        columns = (
            _("Laboratory"), {"label": _("Tubes a day"), "numeric": True}, {"label": _("Machines"), "numeric": True},
            {"label": _("Waiting there"), "numeric": True}, _("Vehicles"),
        )  # fmt: skip
        rows = []
        for card in taking:
            share = card.share
            ways = _("from %(first)s every %(every)d min, %(travel)d min under way, %(boxes)d boxes of %(tubes)d") % {
                "first": self.when(share.first_leaves_at),
                "every": share.every_min,
                "travel": share.travel_min,
                "boxes": share.boxes,
                "tubes": share.tubes_per_box,
            }
            rows.append((self.bodies.get(share.body_id, ""), share.tubes_per_day, share.machines, share.waiting_tubes, ways))
        return table(_("Laboratories of this plan"), columns, rows, _("No laboratory yet"))


def _set(card: queries.PlanCard, laboratories: Mapping[UUID, str], taking: Sequence[queries.ShareCard]) -> Shape:
    """What a laboratory takes; the numbers of the first one stand there to be changed, nothing stands there by itself."""
    share = taking[0].share if taking else None
    at = f"{(share.first_leaves_at if share else card.opens_at).astimezone(clock.zone(card.area)):%Y-%m-%dT%H:%M}"
    numbers = (
        ("tubes_per_day", _("Tubes a day for this plan")),
        ("waiting_tubes", _("Tubes waiting there already")),
        ("queue_limit", _("Tubes that can wait there")),
        ("machines", _("Machines")),
        ("plate_tubes", _("Tubes on a plate")),
        ("cycle_min", _("Minutes of a plate on a machine")),
        ("intake_min", _("Minutes from arrival to the plate")),
        ("report_min", _("Minutes from the machine to the result")),
        ("plate_wait_min", _("Minutes after which a plate starts that is not full")),
        ("every_min", _("A vehicle leaves each site every so many minutes")),
        ("travel_min", _("Minutes under way")),
        ("sealing_min", _("Minutes from the closed tube to the box")),
        ("boxes", _("Boxes in a vehicle")),
        ("tubes_per_box", _("Tubes in a box")),
    )
    options = [option(key, name) for key, name in laboratories.items()]
    inputs = [
        entry("body_id", _("Laboratory"), "select", options=options, value=str(share.body_id) if share else None),
        entry("first_leaves_at", _("First vehicle leaves"), "moment", value=at),
        *(entry(name, label, "number", value=getattr(share, name) if share else None) for name, label in numbers),
    ]
    return ask("planning.set-share", _("What a laboratory takes, and how tubes get there"), label=_("Save"), ids={"plan_id": card.id}, inputs=inputs)


def _drop(card: queries.PlanCard, laboratories: Mapping[UUID, str], taking: Sequence[queries.ShareCard]) -> list[Shape]:
    if not taking:
        return []
    pick = entry("body_id", _("Laboratory"), "select", options=[option(one.share.body_id, laboratories.get(one.share.body_id, "")) for one in taking])
    return [ask("planning.drop-share", _("A laboratory takes nothing any more"), label=_("Take it off"), ids={"plan_id": card.id}, inputs=[pick])]
