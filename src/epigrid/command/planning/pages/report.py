"""The report of a round: turnout, links, forecast against fact, lanes, the roll-call at the end, tubes; on paper by `?print=1`."""

import json
from collections.abc import Sequence
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from epigrid.command.planning import queries
from epigrid.field.sampling import queries as sampling
from epigrid.field.sampling.rules import CLASSES
from epigrid.registers.people import queries as people
from epigrid.store import clock, documents, printing
from epigrid.store.doors import Reader, reader
from epigrid.store.shapes import Page, Section, Shape, show, table, word

QUARTER = 15
"""The table of the turnout has a row for every quarter of an hour that brought somebody; the file has every minute."""
SHOWN = 300
"""People of a list who are shown at once."""
Cells = Sequence[object]


@login_required
def report(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """One round in figures, while it runs and after; in a second view who was missed round after round."""
    it = reader(request)
    tabs = [("", _("In figures")), ("gaps", _("Missed round after round"))]
    view = request.GET.get("view", "")
    page = Page(
        title=_("Report of a round"),
        tabs=[{"label": label, "url": f"/rounds/{round_id}/report/?view={key}", "current": key == view} for key, label in tabs],
        acts=[{"label": _("Roll-call"), "url": "/roll-call/", "icon": "chevron-left"}],
    )
    if view == "gaps":
        page.sections = [_gaps(it, round_id)]
        return show(request, page)
    shown = _Shown(it, queries.report(actor=it.actor, round_id=round_id, now=it.now))
    if "print" in request.GET:
        return shown.printed()
    card = shown.fact.card
    end = shown.when(card.closed_at) if card.closed_at else _("still open")
    page.lead = f"{card.reason} · {shown.when(card.opens_at)} – {end}"
    minutes = f"/api/planning/rounds/{round_id}/report/minutes"
    page.acts = [*page.acts, {"label": _("Print"), "url": "?print=1"}, {"label": _("Every minute (CSV)"), "url": minutes}]
    parts = [
        Section(heading=heading, text=text, table=table(heading, columns, rows, empty)) for heading, text, columns, rows, empty in shown.tables()
    ]
    page.sections = [Section(tiles=shown.tiles()), Section(chart=shown.chart()), *parts]
    return show(request, page)


def _gaps(it: Reader, round_id: UUID) -> Section:
    """Who stood in each of the last two closed rounds of the area and was sampled, exempt or away in none of them."""
    card = sampling.round_card(actor=it.actor, round_id=round_id)
    missed = sampling.gaps(actor=it.actor, area=card.area)
    faces = people.faces(actor=it.actor, person_ids=missed[:SHOWN])
    rows = [
        ({"text": face.masked_name, "sub": face.file_no}, face.home) for face in sorted(faces.values(), key=lambda face: (face.home, face.file_no))
    ]
    text = _("People missed in each of the last two closed rounds here: %(count)s.") % {"count": len(missed)}
    return Section(text=text, table=table(_("Missed round after round"), (_("Person"), _("Home")), rows, _("Nobody was missed twice")))


def _right(label: str) -> Shape:
    return {"label": label, "numeric": True}


def _minutes(value: float | None) -> str:
    return "" if value is None else f"{value:.0f}"


class _Shown:
    """A report in the reader's words; counts below ten are hidden from above the community."""

    def __init__(self, it: Reader, found: queries.Report) -> None:
        self.it, self.fact, self.reader = found, found.fact, it
        self.zone = clock.zone(found.fact.card.area)

    def when(self, moment: object) -> str:
        """A moment in the area's local time."""
        return f"{moment.astimezone(self.zone):%m-%d %H:%M}"  # type: ignore[attr-defined]

    def share(self, count: int, of: int) -> str:
        """A share; hidden where the count is."""
        return "" if not of or self.it.known(count) is None else f"{count / of:.1%}"

    def tiles(self) -> list[Shape]:
        """The roll-call at the end in four figures."""
        classes, shown = self.fact.classes, self.it.shown
        missing = sum(classes[name] for name in ("declined", "unreachable", "open"))
        return [
            {"label": _("Population of the round"), "value": shown(self.fact.population)},
            {"label": word("class", "sampled"), "value": shown(classes["sampled"]), "note": self.share(classes["sampled"], self.fact.population)},
            {"label": _("Exempt or away"), "value": shown(classes["exempt"] + classes["away"])},
            {"label": _("Missing"), "value": shown(missing), "tone": "stop" if missing else ""},
        ]

    def chart(self) -> Shape | None:
        """Registered, sampled, and what was forecast, by the minute."""
        fact, compared = self.fact, self.it.compared
        if not fact.sampled[-1]:
            return None
        curves = [("early", _("Registered"), fact.registered), ("best", word("class", "sampled"), fact.sampled)]
        if compared is not None:
            curves.append(("other", _("Forecast for the sites"), compared.forecast))
        if not fact.registered[-1]:
            del curves[0]
        data = {
            "from": fact.over.start.astimezone(self.zone).strftime("%Y-%m-%dT%H:%M:%S"),
            "minutes": fact.over.minutes,
            "curves": [{"name": name, "mark": mark, "values": [self.it.known(value) or 0 for value in values]} for mark, name, values in curves],
        }
        legend = [(mark, name) for mark, name, _values in curves]
        how = _("The table below says the same by the quarter of an hour. With the arrow keys one goes from minute to minute; Escape closes the box.")
        view = {"kind": "curves", "title": _("Who had come by when"), "legend": legend}
        return {"id": "turnout", "data": json.dumps(data, ensure_ascii=False), "views": [view], "how": how, "prints": True}

    def tables(self) -> list[tuple[str, str, list[Shape], list[Cells], str]]:
        """(heading, text, columns, rows, what stands where there is none) of each part."""
        return [self._roll(), self._turnout(), self._links(), self._forecast(), self._lanes(), self._tubes()]

    def _roll(self) -> tuple[str, str, list[Shape], list[Cells], str]:
        fact = self.fact
        rows: list[Cells] = [
            (word("class", name), self.it.shown(fact.classes[name]), self.share(fact.classes[name], fact.population)) for name in CLASSES
        ]
        rows.append((word("class", "all"), self.it.shown(sum(fact.classes.values())), ""))
        text = _("Frozen %(frozen)s, added late %(late)s, struck off %(struck)s: every other person stands in exactly one class.") % {
            "frozen": self.it.shown(fact.frozen),
            "late": self.it.shown(fact.late),
            "struck": self.it.shown(fact.struck),
        }
        return _("Roll-call"), text, [{"label": _("Class")}, _right(_("People")), _right(_("Share"))], rows, _("Nobody on the roster")

    def _turnout(self) -> tuple[str, str, list[Shape], list[Cells], str]:
        fact, every = self.fact, max(1, QUARTER // self.fact.over.minutes)
        rows: list[Cells] = []
        before = 0
        for step in range(0, fact.over.steps + every - 1, every):
            at = min(step, fact.over.steps - 1)
            if fact.sampled[at] > before:
                registered = self.it.shown(fact.registered[at])
                new, all_of = self.it.shown(fact.sampled[at] - before), self.it.shown(fact.sampled[at])
                rows.append((self.when(fact.over.moment(at)), registered, new, all_of, self.share(fact.sampled[at], fact.population)))
                before = fact.sampled[at]
        columns = [{"label": _("Until")}, *map(_right, (_("Registered in all"), _("Sampled since the row above"), _("Sampled in all"), _("Share")))]
        return _("Turnout"), "", columns, rows, _("Nobody was sampled")

    def _links(self) -> tuple[str, str, list[Shape], list[Cells], str]:
        names = {"send": _("closed tube to box sent"), "carry": _("box sent to box received"), "read": _("received to read")}
        rows: list[Cells] = [
            (names[one.link], self.it.shown(one.passed), self.it.shown(one.waiting), _minutes(one.median_min), _minutes(one.p90_min))
            for one in self.fact.links
        ]
        slow = names.get(self.fact.slowest)
        text = _("The slowest link: %(link)s. What stands in a link counts until now.") % {"link": slow} if slow else ""
        labels = (_("Tubes passed"), _("Tubes waiting"), _("Minutes, the middle tube"), _("Minutes, nine of ten"))
        return _("Links"), text, [{"label": _("Link")}, *map(_right, labels)], rows, ""

    def _forecast(self) -> tuple[str, str, list[Shape], list[Cells], str]:
        found = self.it.compared
        heading, columns = _("Forecast against fact"), [{"label": _("Figure")}, _right(_("Value"))]
        if found is None:
            why = {
                "no-plan": _("This round had no plan that you see: nothing was forecast."),
                "no-rate": _("Nobody set in the plan how many people a lane takes in an hour: nothing was forecast."),
                "no-slots": _("The plan has no slots: nothing was forecast."),
            }
            return heading, "", columns, [], why[self.it.unforeseen]
        rows: list[Cells] = [
            (_("Forecast for the sites"), self.it.shown(found.forecast[-1])),
            (_("Came to the sites"), self.it.shown(found.fact[-1])),
        ]
        if found.finish_min is not None and found.mean_people is not None and found.mean_share is not None and found.worst_step is not None:
            rows += [
                (_("The end came later by, minutes (below zero: earlier)"), f"{found.finish_min:.0f}"),
                (_("The curves lie apart on average, people"), f"{found.mean_people:.0f} ({found.mean_share:.1%})"),
                (_("Furthest apart at"), self.when(self.fact.over.moment(found.worst_step))),
            ]
        return heading, _("By the plan as it last stood, late slots moved; people of the door lists are not in it."), columns, rows, ""

    def _lanes(self) -> tuple[str, str, list[Shape], list[Cells], str]:
        rows: list[Cells] = [
            (one.site or _("without a site"), one.lane if one.lane is not None else "", f"{one.hour:02}:00", self.it.shown(one.people))
            for one in self.fact.lanes
        ]
        columns = [{"label": _("Sampling site")}, _right(_("Lane")), {"label": _("Hour from")}, _right(_("People"))]
        return _("People per lane and hour"), "", columns, rows, _("Nobody was sampled")

    def _tubes(self) -> tuple[str, str, list[Shape], list[Cells], str]:
        counts = self.fact.tubes
        labels = (
            (_("All tubes"), counts.all),
            (_("Lost on the way"), counts.lost),
            (_("Thrown away unread"), counts.discarded),
            (_("Invalid"), counts.invalid),
            (_("Grey zone or single target"), counts.doubtful),
            (_("Not read yet"), counts.unread),
        )
        rows: list[Cells] = [(label, self.it.shown(count)) for label, count in labels]
        return _("Tubes"), "", [{"label": _("Tubes")}, _right(_("How many"))], rows, ""

    def printed(self) -> HttpResponse:
        """The tables on paper."""
        blocks: list[printing.Block] = []
        for heading, text, columns, rows, empty in self.tables():
            blocks.append(printing.Heading(heading))
            if text or not rows:
                blocks.append(printing.Paragraph(text or empty))
            if rows:
                blocks.append(printing.Table([str(column["label"]) for column in columns], [[str(cell) for cell in row] for row in rows]))
        card = self.fact.card
        sheet = printing.Sheet(
            title=_("Report of a round"),
            subtitle=f"{card.reason} {self.when(card.opens_at)}",
            blocks=blocks,
            date=clock.local_day(card.area, self.reader.now),
            watermark=documents.mark_of(card.area),
            language="zh-Hans" if (get_language() or "").startswith("zh") else "en",
        )
        return HttpResponse(printing.pdf(sheet), content_type="application/pdf")
