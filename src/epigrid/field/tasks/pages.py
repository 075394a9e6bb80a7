"""The human door of tasks: all my tasks in one list, and what others did and I must check."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _

from epigrid.field.tasks import queries
from epigrid.registers.people import queries as people
from epigrid.store.doors import reader
from epigrid.store.shapes import Page, Section, Shape, ask, choices, entry, show, word

SHOWN = 40
EVIDENCE = ("signature", "call", "scan", "count", "reading", "record")


@login_required
def my_tasks(request: HttpRequest) -> HttpResponse:
    """All open tasks of my duties in one list, by deadline (S-041)."""
    me, now = reader(request).actor, reader(request).now
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
    return show(request, Page(title=_("My tasks"), lead=_("By deadline. A task closes by its act, not by a photo."), sections=sections))


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
