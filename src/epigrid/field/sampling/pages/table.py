"""The table: find who stands there, register, the queue into the tube, whoever is on no list, whoever waits apart. Candidates are shown masked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from epigrid.field.sampling import queries
from epigrid.field.sampling.pages.rolls import CHIPS, in_pool
from epigrid.field.sampling.rules import MEANS, NOT_HERE
from epigrid.kernel.actors import Actor
from epigrid.registers.people import queries as people
from epigrid.registers.places import queries as places
from epigrid.store import pace
from epigrid.store.doors import reader
from epigrid.store.shapes import Page, Section, Shape, ask, choices, entry, option, show, table, word

SHOWN = 40
"""People of a queue who are shown at once."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What the address of the page says: by what somebody was looked for, who was found, and in which homes."""

    means: str
    person_ids: tuple[UUID, ...]
    home_ids: tuple[UUID, ...]
    looked: bool


@login_required
def at_table(request: HttpRequest) -> HttpResponse:
    """The two at a table: the registrar finds and registers, the sampler takes the queue into an open tube.

    A look-up is a form that keeps no number, and there are so many within so many minutes (`store.pace`): nobody pages through residents.
    """
    it = reader(request)
    if request.method == "POST":
        means, value = request.POST.get("means", ""), request.POST.get("value", "")
        pace.look_up(it.actor)
        found = queries.find(actor=it.actor, means=means, value=value[:100], now=it.now)
        asked = [("means", means), *(("who", str(one)) for one in found.person_ids[:20]), *(("home", str(one)) for one in found.home_ids[:5])]
        return HttpResponseRedirect(f"/table/?{urlencode([*asked, ('looked', '1')])}")
    if "table" in request.GET:
        request.session["table"] = request.GET["table"][:20]
    rounds = queries.rounds(actor=it.actor, open_only=True)
    if not rounds:
        return show(request, Page(title=_("Table"), sections=[Section(empty={"title": _("No round is open in your areas"), "icon": "test-pipe"})]))
    name = str(request.session.get("table", "1"))
    page = _page(it.actor, rounds[0], name, _asked(request))
    return show(request, page)


def _asked(request: HttpRequest) -> Asked:
    means = request.GET.get("means", "")
    return Asked(
        means=means if means in MEANS else "paper",
        person_ids=_ids(request.GET.getlist("who")),
        home_ids=_ids(request.GET.getlist("home")),
        looked="looked" in request.GET,
    )


def _ids(texts: Sequence[str]) -> tuple[UUID, ...]:
    found = []
    for text in texts[:20]:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return tuple(found)


def _page(me: Actor, card: queries.RoundCard, name: str, asked: Asked) -> Page:
    lead = _("%(reason)s · table %(table)s · names are masked; a look-up is written down, its number is not kept") % {
        "reason": card.reason,
        "table": name,
    }
    sections = [Section(decisions=[_look_up(asked)]), *(_found(me, card, name, asked) if asked.looked else _waiting(me, card, name))]
    acts = [{"label": _("Queue"), "url": "/table/"}] if asked.looked else []
    return Page(title=_("Table"), lead=lead, sections=sections, acts=acts)


def _waiting(me: Actor, card: queries.RoundCard, name: str) -> list[Section]:
    waiting = queries.queue(actor=me, round_id=card.id, table=name)[:SHOWN]
    apart = queries.isolations(actor=me, round_id=card.id)
    faces = people.faces(actor=me, person_ids=[*waiting, *(one.person_id for one in apart)])
    return [_queue(waiting, faces, queries.open_tubes(actor=me, round_id=card.id)), *_apart(apart, faces)]


def _look_up(asked: Asked) -> Shape:
    value = entry("value", _("Code, number, or home (building, unit, room)"), longest=100)
    by = entry("means", _("By"), "select", options=choices("means", MEANS), value=asked.means)
    return {
        "title": _("Who stands here?"),
        "url": reverse("table"),
        "hidden": [],
        "acts": [{"label": _("Find"), "tone": "primary"}],
        "inputs": [by, value],
    }


def _found(me: Actor, card: queries.RoundCard, name: str, asked: Asked) -> list[Section]:
    family = people.people(actor=me, place_ids=asked.home_ids) if asked.home_ids else []
    shown = list(dict.fromkeys([*asked.person_ids, *(one.id for one in family if one.departed_on is None)]))
    faces = people.faces(actor=me, person_ids=shown)
    shown = [one for one in shown if one in faces]
    standing = queries.standings(actor=me, round_id=card.id, person_ids=shown)
    known = queries.registered(actor=me, round_id=card.id, person_ids=shown)
    swabbed = [one for one, (state, _way, _list) in standing.items() if state == "sampled"]
    pooled = queries.pooled_before(actor=me, person_ids=swabbed) if swabbed else {}
    rows = [_person(one, faces[one], standing.get(one), _said(known=one in known, pool=pooled.get(one))) for one in shown]
    hidden = [("round_id", str(card.id)), ("means", asked.means), ("table", name)]
    bulk = {
        "name": "person_ids",
        "url": reverse("sampling.register"),
        "hidden": hidden,
        "acts": [{"label": _("Register"), "tone": "primary", "needs_selection": True}],
    }
    columns = (_("Person"), _("Home"), _("List"), _("Class"))
    listed = table(_("People found, and those of the same home"), columns, rows, _("Nobody was found"), bulk=bulk)
    sections = [Section(heading=_("Found"), table=listed)]
    ticks = [option(one, f"{faces[one].masked_name} {faces[one].file_no}") for one in shown]
    if shown and card.temperature_gate:
        sections.append(Section(decisions=[_temperature(card, ticks)]))
    if shown:
        sections.append(Section(decisions=[_not_here(card, ticks), _isolate(card, ticks)]))
    homes = places.places(actor=me, ids=asked.home_ids) if asked.home_ids else {}
    return [*sections, Section(heading=_("On no list"), decisions=[_newcomer(home) for home in homes.values()])] if homes else sections


def _said(*, known: bool, pool: str | None) -> str:
    return in_pool(pool) or (_("registered") if known else "")


def _person(person_id: UUID, face: people.FaceCard, standing: tuple[str, str, str] | None, said: str) -> Sequence[object]:
    state, _way, name = standing or ("open", "", "")
    chip: object = {"chip": CHIPS[state], "sub": said} if standing else _("not on the roster: is added")
    return ({"text": face.masked_name, "sub": face.file_no, "id": person_id}, face.home, word("list", name) if name else "", chip)


def _temperature(card: queries.RoundCard, ticks: Sequence[Shape]) -> Shape:
    inputs = [entry("person_id", _("Person"), "select", options=ticks), entry("celsius", _("Temperature, °C"), "number")]
    ids = {"round_id": card.id}
    return ask("sampling.take-temperature", _("Temperature comes first"), label=_("Note the reading"), ids=ids, inputs=inputs)


def _isolate(card: queries.RoundCard, ticks: Sequence[Shape]) -> Shape:
    inputs = [entry("person_id", _("Person"), "select", options=ticks)]
    text = _("Sampled alone; the record ends when somebody takes him over.")
    return ask("sampling.isolate", _("Waits apart"), label=_("Lead apart"), ids={"round_id": card.id}, inputs=inputs, text=text)


def _not_here(card: queries.RoundCard, ticks: Sequence[Shape]) -> Shape:
    inputs = [
        entry("person_ids", _("Who"), "ticks", options=ticks),
        entry("why", _("Why"), "select", options=choices("not-here", NOT_HERE)),
    ]
    return ask("sampling.not-here", _("Not to be sampled here"), label=_("Strike off this round"), ids={"round_id": card.id}, inputs=inputs)


def _newcomer(home: places.PlaceCard) -> Shape:
    kinds = [option("resident", _("moved in, or a baby")), option("visitor", _("visitor"))]
    inputs = [
        entry("name", _("Name"), longest=60),
        entry("residence", _("Kind"), "select", options=kinds, value="resident"),
        entry("document", _("Document"), optional=True),
    ]
    ids = {"area": home.area, "dwelling_id": home.id}
    title = _("Somebody new in %(home)s") % {"home": home.full_name}
    return ask("people.register-person", title, label=_("Enter"), ids=ids, inputs=inputs)


def _queue(waiting: Sequence[UUID], faces: Mapping[UUID, people.FaceCard], tubes: Sequence[queries.OpenTube]) -> Section:
    rows = [({"text": faces[one].masked_name, "sub": faces[one].file_no, "id": one}, faces[one].home) for one in waiting if one in faces]
    acts = [
        {
            "label": _("Into %(label)s: %(people)d of %(size)d") % {"label": tube.label, "people": tube.people, "size": tube.pool_size},
            "name": "tube_id",
            "value": str(tube.id),
            "needs_selection": True,
        }
        for tube in tubes[:6]
    ]
    bulk = {"name": "person_ids", "url": reverse("sampling.take-swabs"), "hidden": [], "acts": acts} if acts else None
    listed = table(_("Registered and not swabbed yet, in the order of coming"), (_("Person"), _("Home")), rows, _("Nobody waits"), bulk=bulk)
    links = [] if tubes else [{"label": _("Open a tube"), "url": "/sampling/"}]
    return Section(heading=_("Queue"), table=listed, acts=links)


def _apart(apart: Sequence[queries.IsolationCard], faces: Mapping[UUID, people.FaceCard]) -> list[Section]:
    cards = [
        ask(
            "sampling.hand-over-isolated",
            _("%(name)s waits apart") % {"name": f"{faces[one.person_id].masked_name} {faces[one.person_id].file_no}"},
            label=_("Handed over"),
            ids={"isolation_id": one.id},
            inputs=[entry("handed_to", _("To whom: vehicle, hospital, person"))],
            otherwise=_("The record stays open, and the site cannot be closed."),
        )
        for one in apart
        if one.person_id in faces
    ]
    return [Section(heading=_("Waiting apart"), decisions=cards)] if cards else []
