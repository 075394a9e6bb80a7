"""The human door of tasks: all my tasks in one list, what others did and I must check, handing over, and calls for support."""

from collections.abc import Sequence
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _

from epigrid.field.tasks import actions, queries, rules
from epigrid.kernel.duties import Duty
from epigrid.registers.organisation import queries as organisation
from epigrid.registers.people import queries as people
from epigrid.registers.places import queries as places
from epigrid.store.doors import Reader, reader
from epigrid.store.shapes import Page, Section, Shape, ask, choices, entry, option, show, table, word

SHOWN = 40
EVIDENCE = ("signature", "call", "scan", "count", "reading", "record")


@login_required
def my_tasks(request: HttpRequest) -> HttpResponse:
    """All open tasks of my duties in one list, by deadline (S-041); handing over and calls for support stand behind tabs."""
    it = reader(request)
    view = it.GET.get("view", "")
    tabs = [
        {"label": label, "url": f"/tasks/?view={key}" if key else "/tasks/", "current": key == view}
        for key, label in (("", _("My tasks")), ("hand", _("Take on, give back, send up")), ("support", _("Calls for support")))
    ]
    parts = {"hand": _handing, "support": _support}
    sections = parts[view](it) if view in parts else _todo(it)
    lead = _("By deadline. A task closes by its act, not by a photo.")
    return show(request, Page(title=_("My tasks"), lead=lead, tabs=tabs, sections=sections))


def _todo(it: Reader) -> list[Section]:
    me, now = it.actor, it.now
    cards = queries.my_tasks(actor=me, limit=200)
    checks = queries.to_check(actor=me)
    known = people.faces(actor=me, person_ids=[card.person_id for card in [*cards[:SHOWN], *checks[:SHOWN]] if card.person_id])
    late = sum(card.due_at <= now for card in cards)
    todo = [_task(card, known, late=card.due_at <= now) for card in cards[:SHOWN]]
    second = [_check(card, known) for card in checks[:SHOWN]]
    tiles = [
        {"label": _("Open tasks"), "value": len(cards), "icon": "list-check"},
        {"label": _("Overdue"), "value": late, "icon": "clock-exclamation", "tone": "stop" if late else ""},
        {"label": _("To check"), "value": len(checks), "icon": "user-check"},
    ]
    sections = [
        Section(tiles=tiles),
        Section(heading=_("To do"), decisions=todo, empty=None if todo else {"title": _("No open task"), "icon": "circle-check"}),
    ]
    if second:
        sections.append(Section(heading=_("To check as a second person"), decisions=second))
    return sections


def _handing(it: Reader) -> list[Section]:
    """Taking on a building's tasks, giving one back, sending one up, lending a grid: two different verbs are two different forms."""
    cards = queries.my_tasks(actor=it.actor, limit=200)
    known = people.faces(actor=it.actor, person_ids=[card.person_id for card in cards if card.person_id])
    mine = [option(card.id, _named(card, known)) for card in cards if card.accepted_by == it.actor.id]
    every = [option(card.id, _named(card, known)) for card in cards]
    houses = [option(card.id, card.full_name) for card in places.of_kind(actor=it.actor, kinds=("building", "row", "hotel"))[: SHOWN * 5]]
    building = [entry("place_id", _("Building"), "select", options=houses)]
    back = [
        entry("task_id", _("Task"), "select", options=mine),
        entry("reason", _("Reason"), "select", options=choices("give-back", rules.GIVE_BACK)),
    ]
    up = [entry("task_id", _("Task"), "select", options=every), entry("reason", _("Reason"), "select", options=choices("send-up", rules.SEND_UP))]
    forms = [ask("tasks.accept-building", _("Take on every free task of a building"), label=_("Take on"), inputs=building)]
    forms += [ask("tasks.give-back", _("Give a task back"), label=_("Give back"), inputs=back, otherwise=_("It stays with you."))] if mine else []
    text = _("Somebody above decides. For people who come and help, call for support.")
    forms += [ask("tasks.escalate", _("Escalate: send a task up one level"), label=_("Escalate"), inputs=up, text=text)] if every else []
    grids = it.actor.areas({Duty.GRID_WORKER})
    if grids:
        lent = [
            entry("area", _("Grid"), "select", options=[option(area, places.area_name(actor=it.actor, area=area)) for area in grids[:3]]),
            entry("helper", _("The helper's account"), longest=40),
        ]
        text = _("Another grid worker beside yours. Both of you see the grid until midnight; then it ends by itself.")
        forms.append(ask("tasks.lend-grid", _("Lend my grid until tonight"), label=_("Lend"), inputs=lent, text=text))
    return [Section(decisions=forms)]


def _named(card: queries.TaskCard, known: dict[UUID, people.FaceCard]) -> str:
    face = known.get(card.person_id) if card.person_id else None
    return f"{_title(card, known)} {face.file_no}" if face else _title(card, known)


def _support(it: Reader) -> list[Section]:
    """Calls for support with how many people accepted, arrived and were released, and the forms to call and to answer (S-019)."""
    cards = queries.supports(actor=it.actor)
    rows = [
        (
            {"text": word("support", card.need), "sub": " · ".join(card.skills)},
            card.number,
            card.accepted,
            card.arrived,
            card.released,
            card.ends_at,
            word("support-level", str(card.level)),
        )
        for card in cards
    ]
    counts = [{"label": label, "numeric": True} for label in (_("Needed"), _("accepted"), _("arrived"), _("released"))]
    columns = (_("What is needed"), *counts, _("Until"), _("Where it stands"))
    sections = [Section(table=table(_("Calls for support"), columns, rows, _("Nobody has called for support")))]
    waiting = [card for card in cards if card.ends_at > it.now]
    decisions = [_call(it)] if it.actor.duties & set(actions.CALLERS) else []
    if waiting and it.actor.duties & set(actions.ANSWERERS):
        decisions.insert(0, _answer(it, waiting))
    return [*sections, Section(decisions=decisions)]


def _call(it: Reader) -> Shape:
    inputs = [
        entry("need", _("What is needed"), "select", options=choices("support", rules.NEEDS)),
        entry("number", _("How many people"), "number"),
        entry("skills", _("Skills, one a line"), "lines", optional=True),
        entry("starts_at", _("From"), "moment"),
        entry("ends_at", _("Until"), "moment"),
    ]
    area = it.actor.areas(actions.CALLERS)[0]
    otherwise = _("A call that no unit accepts in time goes up one level.")
    return ask("tasks.call-for-support", _("Call for support"), label=_("Call"), ids={"area": area}, inputs=inputs, otherwise=otherwise)


def _answer(it: Reader, waiting: Sequence[queries.SupportCard]) -> Shape:
    bodies = organisation.bodies(actor=it.actor)
    labels = {card.id: f"{word('support', card.need)} {card.asked_at:%m-%d %H:%M} ({card.missing}/{card.number})" for card in waiting}
    inputs = [
        entry("request_id", _("Call"), "select", options=[option(key, label) for key, label in labels.items()]),
        entry("body_id", _("Unit"), "select", options=[option(body.id, body.name) for body in bodies]),
        entry("persons", _("How many people"), "number"),
    ]
    acts: list[Shape] = [{"label": word("support-answer", key), "name": "state", "value": key} for key in rules.ANSWERS]
    return ask("tasks.answer-support", _("A unit answers"), inputs=inputs, acts=acts)


def _title(card: queries.TaskCard, known: dict[UUID, people.FaceCard]) -> str:
    face = known.get(card.person_id) if card.person_id else None
    return f"{word('task', card.kind)}{' · ' + face.masked_name if face else ''}"


def _task(card: queries.TaskCard, known: dict[UUID, people.FaceCard], *, late: bool) -> Shape:
    face = known.get(card.person_id) if card.person_id else None
    inputs = [
        entry("evidence", _("Closed by"), "select", options=choices("evidence", EVIDENCE), value="signature"),
        entry("value", _("Number, count or note"), value=_("done and signed")),
    ]
    if card.roles:
        inputs.append(entry("present", _("Present"), "ticks", options=choices("role", card.roles)))
    return ask(
        "tasks.do",
        _title(card, known),
        label=_("Done"),
        ids={"task_id": card.id},
        inputs=inputs,
        otherwise=_("It goes up one level when it is overdue."),
        due=card.due_at,
        urgent=late,
        text=f"{face.home} · {face.file_no}" if face else "",
    )


def _check(card: queries.TaskCard, known: dict[UUID, people.FaceCard]) -> Shape:
    return ask("tasks.check", _title(card, known), label=_("Checked"), ids={"task_id": card.id}, otherwise=_("It stays unchecked and is shown."))


urlpatterns = [path("tasks/", my_tasks, name="tasks")]
