"""Campaigns from door to door: how far they are, who is still to be visited, what an attempt came to, and the strike-off list on paper."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from epigrid.field.visits import actions, queries, rules
from epigrid.field.visits.pages import standing
from epigrid.registers.people import queries as people
from epigrid.registers.places import queries as places
from epigrid.store import clock, documents, printing
from epigrid.store.doors import Reader, reader
from epigrid.store.shapes import Page, Section, Shape, ask, choices, entry, option, show, table, word

SHOWN = 250
"""Households of a building that are shown at once."""


@login_required
def overview(request: HttpRequest) -> HttpResponse:
    """Campaigns with their coverage; the day's routine, temperatures and records to look at stand behind tabs."""
    it = reader(request)
    view = it.GET.get("view", "")
    tabs = [
        {"label": label, "url": f"/visits/?view={key}" if key else "/visits/", "current": key == view}
        for key, label in (
            ("", _("Campaigns")),
            ("routine", _("Routine of the day")),
            ("temperatures", _("Temperatures")),
            ("review", _("To look at")),
        )
    ]
    parts = {"routine": standing.routine, "temperatures": standing.temperatures, "review": standing.review}
    sections = parts[view](it) if view in parts else _campaigns(it)
    lead = _("A visit changes no file and binds nobody: needs go to the registers and to care, changes become tasks.")
    return show(request, Page(title=_("Home visits"), lead=lead, tabs=tabs, sections=sections))


def _campaigns(it: Reader) -> list[Section]:
    cards = queries.campaigns(actor=it.actor)[:SHOWN]
    known = queries.coverages(actor=it.actor, campaign_ids=[card.id for card in cards])
    rows = [
        (
            {
                "text": card.reason,
                "sub": word("state", "open") if card.closed_at is None else word("end", card.end_reason),
                "url": f"/visits/{card.id}/",
            },
            card.closes_at,
            *_counts(known.get(card.id, rules.coverage({}))),
        )
        for card in cards
    ]
    columns = [_("Campaign"), _("Until"), *({"label": label, "numeric": True} for label in _labels())]
    sections = [Section(table=table(_("Campaigns and their coverage"), columns, rows, _("No campaign in your areas")))]
    if it.actor.duties & set(actions.OPENERS):
        inputs = [
            entry("reason", _("Why everybody is visited"), "long"),
            entry("closes_at", _("Until"), "moment"),
            entry("asks", _("Asked at each door"), "ticks", options=choices("visit-change", rules.CHANGES)),
        ]
        area = it.actor.areas(actions.OPENERS)[0]
        sections.append(Section(decisions=[ask("visits.open-campaign", _("A new campaign"), label=_("Open"), ids={"area": area}, inputs=inputs)]))
    return sections


def _labels() -> list[str]:
    return [_("Households"), *(word("visit-state", state) for state in rules.STATES)]


def _counts(card: rules.Coverage | queries.BuildingCard) -> list[int]:
    return [card.all, card.met, card.refused, card.absent, card.open, card.ended]


@login_required
def campaign(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    """One campaign: coverage per building; a building opens its strike-off list (`print`: on paper), a household the form of an attempt."""
    it = reader(request)
    card = queries.campaign(actor=it.actor, campaign_id=campaign_id)
    cards = queries.buildings(actor=it.actor, campaign_id=campaign_id)
    names = places.places(actor=it.actor, ids=[one.building_id for one in cards if one.building_id is not None])
    counts = [sum(column) for column in zip(*map(_counts, cards), strict=True)] or [0] * 6
    sections = [Section(tiles=[{"label": label, "value": count} for label, count in zip(_labels(), counts, strict=True)])]
    chosen = next((one.building_id for one in cards if str(one.building_id) == it.GET.get("building", "")), None)
    back = {"label": _("All campaigns"), "url": "/visits/", "icon": "chevron-left"}
    if chosen is None:
        rows = [
            ({"text": _name(names, one.building_id), "url": f"/visits/{card.id}/?building={one.building_id}"}, *_counts(one))
            for one in sorted(cards, key=lambda one: _name(names, one.building_id))
        ]
        columns = [_("Building"), *({"label": label, "numeric": True} for label in _labels())]
        sections.append(Section(table=table(_("Buildings: a building opens its list"), columns, rows, _("No household in your areas"))))
        sections += _closing(it, card)
        return show(request, Page(title=card.reason, lead=_ask_line(card), sections=sections, acts=[back]))
    if it.GET.get("print"):
        return _printed(it, card, names[chosen])
    sections += _doors(it, card, names[chosen])
    paper = {"label": _("Print the list"), "url": f"/visits/{card.id}/?building={chosen}&print=1", "icon": "printer"}
    whole = {"label": _("All buildings"), "url": f"/visits/{card.id}/", "icon": "chevron-left"}
    return show(request, Page(title=names[chosen].full_name, lead=_ask_line(card), sections=sections, acts=[paper, whole]))


def _name(names: Mapping[UUID, places.PlaceCard], building_id: UUID | None) -> str:
    return names[building_id].full_name if building_id is not None and building_id in names else _("without building")


def _ask_line(card: queries.CampaignCard) -> str:
    asked = " · ".join(str(word("visit-change", key)) for key in card.asks)
    return (
        _("Asked at each door: %(asked)s") % {"asked": asked} if asked else _("Every household is in exactly one class, whoever reports what when.")
    )


def _closing(it: Reader, card: queries.CampaignCard) -> list[Section]:
    if card.closed_at is not None or not it.actor.duties & set(actions.OPENERS):
        return []
    otherwise = _("It ends by itself at its end.")
    inputs = [entry("reason", _("Reason"), longest=60)]
    ids = {"campaign_id": card.id}
    return [Section(decisions=[ask("visits.close-campaign", _("Close the campaign"), label=_("Close"), ids=ids, inputs=inputs, otherwise=otherwise)])]


class _List:
    """The strike-off list of a building: households in walking order with their home and their people, masked."""

    def __init__(self, it: Reader, card: queries.CampaignCard, building: places.PlaceCard) -> None:
        self.visits = queries.visits(actor=it.actor, campaign_id=card.id, building_id=building.id, limit=SHOWN * 4)
        homes = places.places(actor=it.actor, ids=[visit.dwelling_id for visit in self.visits])
        self.homes = {key: home.full_name.removeprefix(building.full_name) or home.full_name for key, home in homes.items()}
        self.people: dict[UUID, list[people.PersonCard]] = {}
        for person in people.people(actor=it.actor, place_ids=list(homes)):
            if person.household_id is not None and person.departed_on is None:
                self.people.setdefault(person.household_id, []).append(person)

    def home(self, visit: queries.VisitCard) -> str:
        """Where one rings."""
        return self.homes.get(visit.dwelling_id, "")

    def names(self, visit: queries.VisitCard) -> str:
        """Who lives there, masked."""
        return " ".join(card.masked_name for card in self.people.get(visit.household_id, ()))


def _doors(it: Reader, card: queries.CampaignCard, building: places.PlaceCard) -> list[Section]:
    found = _List(it, card, building)
    rows = [
        (
            {"text": found.home(visit), "sub": found.names(visit), "url": f"/visits/{card.id}/?building={building.id}&visit={visit.id}"},
            word("visit-state", visit.state),
            visit.attempts,
            _("reached another way") if visit.unreached_at is not None else "",
        )
        for visit in found.visits[:SHOWN]
    ]
    columns = (_("Home"), _("Class"), {"label": _("Attempts"), "numeric": True}, "")
    listed = Section(table=table(_("Households in walking order: a household opens its form"), columns, rows, _("Nobody lives here")))
    one = next((visit for visit in found.visits if str(visit.id) == it.GET.get("visit", "")), None)
    if one is None or not it.actor.duties & set(actions.VISITORS):
        return [listed]
    return [Section(decisions=[_attempt(one, found)]), listed]


def _attempt(visit: queries.VisitCard, found: _List) -> Shape:
    members = [option(card.id, f"{card.masked_name} {card.file_no}") for card in found.people.get(visit.household_id, ())]
    needs = choices("visit-need", sorted(queries.NEEDS))
    inputs = [
        entry("means", _("How"), "select", options=choices("visit-means", rules.MEANS), value="door"),
        entry("changes", _("What changed"), "ticks", options=choices("visit-change", rules.CHANGES)),
    ]
    for number in (1, 2) if members else ():
        inputs += [
            entry("needs.person_id", _("Who needs something (%(number)d)") % {"number": number}, "select", options=members, optional=True),
            entry("needs.need", _("What"), "select", options=needs, optional=True),
        ]
    acts: list[Shape] = [{"label": word("visit-state", result), "name": "result", "value": result} for result in rules.RESULTS]
    text = f"{found.home(visit)} · {found.names(visit)}"
    return ask("visits.record-visit", _("An attempt"), ids={"visit_id": visit.id}, inputs=inputs, acts=acts, text=text)


def _printed(it: Reader, card: queries.CampaignCard, building: places.PlaceCard) -> HttpResponse:
    """The strike-off list as PDF: home after home as one walks, names masked, space for the hand."""
    found = _List(it, card, building)
    rows: Sequence[Sequence[str]] = [
        (found.home(visit), found.names(visit), str(word("visit-state", visit.state)), str(visit.attempts), "") for visit in found.visits
    ]
    sheet = printing.Sheet(
        title=f"{card.reason} {building.full_name}",
        blocks=[printing.Table([_("Home"), _("People"), _("Class"), _("Attempts"), _("By hand")], rows)],
        date=clock.local_day(card.area, it.now),
        watermark=documents.mark_of(card.area),
        language="zh-Hans" if (get_language() or "").startswith("zh") else "en",
    )
    return HttpResponse(printing.pdf(sheet), content_type="application/pdf")
