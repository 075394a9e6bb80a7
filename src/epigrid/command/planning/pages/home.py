"""Home routes: which mobile team stands at whose door when, whom nobody can visit, and what it goes by; on paper by `&print=1`."""

from collections.abc import Mapping
from datetime import datetime
from itertools import groupby
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from epigrid.command.planning import queries
from epigrid.command.planning.pages.ground import named
from epigrid.command.planning.pages.map import Map
from epigrid.command.planning.rules import home as rules
from epigrid.field.sampling import queries as sampling
from epigrid.store import clock, documents, printing
from epigrid.store.doors import Reader
from epigrid.store.shapes import Section, Shape, ask, entry, option, table, word

SHOWN = 300
Cells = tuple[object, ...]


def home(it: Reader, card: queries.PlanCard, may: bool) -> tuple[list[Section], Map | None]:
    """A table for each route, the homes without a visit, and (for planners) the forms."""
    found = _Found(it, card, most=SHOWN)
    missing = [found.unserved()] if may or found.missing else []
    sections = [Section(text=found.how(), tiles=found.tiles()), *found.routes(), *missing]
    return [*sections, *([Section(heading=_("To do"), decisions=_forms(card, found))] if may else [])], None


def printed(it: Reader, card: queries.PlanCard) -> HttpResponse:
    """All routes on paper, one table each."""
    found = _Found(it, card)
    blocks: list[printing.Block] = []
    for section in found.routes() if found.stops else ():
        shape = section.table or {}
        cells = [["\n".join(filter(None, (_text(cell), _sub(cell)))) for cell in row["cells"]] for row in shape["rows"]]
        blocks += [printing.Heading(str(section.heading)), printing.Table([str(column["label"]) for column in shape["columns"]], cells)]
    sheet = printing.Sheet(
        title=_("Home routes"),
        subtitle=card.title,
        blocks=[printing.Paragraph(found.how()), *blocks],
        date=clock.local_day(card.area, it.now),
        watermark=documents.mark_of(card.area),
        language="zh-Hans" if (get_language() or "").startswith("zh") else "en",
    )
    return HttpResponse(printing.pdf(sheet), content_type="application/pdf")


def _text(cell: object) -> str:
    return str(cell["text"]) if isinstance(cell, Mapping) else str(cell)


def _sub(cell: object) -> str:
    return str(cell["sub"]) if isinstance(cell, Mapping) else ""


class _Found:
    """What the reader sees of a plan's home visits, with homes and people in words; names are masked. At most so many stops and so many missing homes."""

    def __init__(self, it: Reader, card: queries.PlanCard, most: int | None = None) -> None:
        self.card, self.zone = card, clock.zone(card.area)
        self.visits = queries.visits(actor=it.actor, plan=card)
        self.stops = [visit for visit in self.visits if visit.team is not None][:most]
        self.missing = [visit for visit in self.visits if visit.team is None]
        self.doors = queries.doors(actor=it.actor, plan=card, now=it.now)
        self.lists = rules.households((door.dwelling_id, door.list) for door in self.doors)
        shown = [visit.place_id for visit in (*self.stops, *self.missing[:most])]
        self.names = named(it, shown or list(self.lists)[:most])
        self.people: dict[UUID, list[queries.DoorCard]] = {}
        for door in self.doors:
            self.people.setdefault(door.dwelling_id, []).append(door)
        ids = [door.person_id for door in self.doors]
        self.sampled = sampling.sampled_at(actor=it.actor, round_id=card.round_id, person_ids=ids) if card.round_id is not None else {}

    def at(self, moment: datetime | None) -> str:
        """A moment in the area's local time."""
        return f"{moment.astimezone(self.zone):%H:%M}" if moment is not None else ""

    def how(self) -> str:
        """What the routes go by."""
        if self.card.home_planned_at is None:
            return _("Not planned yet. The frail before people under quarantine or by another team, never in one route.")
        ways = (
            _("Ways are straight lines on foot between buildings.")
            if self.card.home_measured
            else _("Not every building has a point on the map: the routes follow the walking order.")
        )
        return _("Planned %(at)s. The frail before people under quarantine or by another team, never in one route. %(ways)s") % {
            "at": f"{self.card.home_planned_at.astimezone(self.zone):%m-%d %H:%M}",
            "ways": ways,
        }

    def tiles(self) -> list[Shape]:
        """Homes of each list, those without a visit, and promises kept so far."""
        missing = len(self.missing)
        kept = [kept for visit in self.visits if (kept := self._kept(visit)) is not None]
        return [
            *({"label": word("list", name), "value": sum(one == name for one, _count in self.lists.values())} for name in ("frail", "quarantine")),
            {"label": _("Homes that nobody can visit"), "value": missing, "tone": "stop" if missing else ""},
            *([{"label": _("Sampled within the promised time"), "value": sum(kept), "of": len(kept)}] if kept else []),
        ]

    def _first(self, visit: queries.VisitCard) -> datetime | None:
        return min((self.sampled[one.person_id] for one in self.people.get(visit.place_id, ()) if one.person_id in self.sampled), default=None)

    def _kept(self, visit: queries.VisitCard) -> bool | None:
        """Whether the first person of a home was sampled in its promised window; None where nobody was yet."""
        first = self._first(visit)
        return None if first is None or visit.from_at is None or visit.until_at is None else visit.from_at <= first <= visit.until_at

    def routes(self) -> list[Section]:
        """A table for each team and list, in the order of its doors."""
        columns = ({"label": _("Stop"), "numeric": True}, _("Promised"), _("At the door"), _("Home"), _("Person"), _("Sampled"))
        sections = []
        for (team, name), stops in groupby(self.stops, key=lambda visit: (visit.team, visit.list)):
            heading = f"{word('team', 'mobile')} {team} · {word('list', name)}"
            rows = [self._stop(number, visit) for number, visit in enumerate(stops, start=1)]
            sections.append(Section(heading=heading, table=table(heading, columns, rows, "")))
        return sections or [Section(table=table(_("Home routes"), columns, [], _("No home visit for you")))]

    def _stop(self, number: int, visit: queries.VisitCard) -> Cells:
        return (
            number,
            f"{self.at(visit.from_at)}–{self.at(visit.until_at)}",
            f"{self.at(visit.begins_at)}–{self.at(visit.ends_at)}",
            self.names.get(visit.place_id, ""),
            self._who(visit.place_id),
            {"text": self.at(self._first(visit)), "sub": _("outside the promised time") if self._kept(visit) is False else ""},
        )

    def _who(self, place_id: UUID) -> Shape:
        here = self.people.get(place_id, ())
        return {"text": "、".join(one.masked_name for one in here), "sub": "、".join(one.file_no for one in here)}

    def unserved(self) -> Section:
        """Whom nobody can visit, and why."""
        rows = [
            (self.names.get(visit.place_id, ""), self._who(visit.place_id), word("list", visit.list), word("home-reason", visit.reason))
            for visit in self.missing
            if visit.place_id in self.names
        ]
        heading = _("Homes that nobody can visit")
        return Section(heading=heading, table=table(heading, (_("Home"), _("Person"), _("Which list"), _("Why")), rows, _("Everybody is visited")))


def _forms(card: queries.PlanCard, found: _Found) -> list[Shape]:
    unset = rules.missing_pace(
        door_min=card.door_min, swab_min=card.swab_min, change_min=card.change_min, lists=[name for name, _count in found.lists.values()]
    )
    text = _("As many of the frail as can be, then as many in all, then the least way. What was planned before is replaced.")
    if unset:
        text = _("First set in this plan how long a visit and the change between the lists take: no source says it.")
    forms = [ask("planning.plan-home", _("Plan the home visits"), label=_("Plan the routes"), ids={"plan_id": card.id}, text=text)]
    homes = [place for place in found.lists if place in found.names]
    if homes:
        inputs = [
            entry("place_id", _("Home"), "select", options=[option(place, found.names[place]) for place in homes]),
            entry("at", _("A team comes at about (empty: take the promise back)"), "moment", optional=True),
        ]
        kept = _("Kept within %(minutes)d minutes either side when the visits are planned again.") % {
            "minutes": rules.PROMISE_MIN if card.promise_min is None else card.promise_min
        }
        forms.append(ask("planning.promise-visit", _("Promise a time"), label=_("Promise"), ids={"plan_id": card.id}, inputs=inputs, text=kept))
    return forms
