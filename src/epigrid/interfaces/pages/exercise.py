"""The exercise page, in exercise trees only: the clock, to the next due moment, start and stop, one step of the playbooks."""

from datetime import datetime, timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from epigrid.interfaces.pages import frame
from epigrid.kernel.areas import Area
from epigrid.kernel.errors import BadInput
from epigrid.playbooks import daily, runner, tables
from epigrid.store import clock
from epigrid.store.doors import Reader, reader
from epigrid.store.shapes import Page, Section, ask, show

STEPS = (5, 60)
"""Minutes by which the page moves the clock in one press."""


def _in_exercise(request: HttpRequest) -> Reader:
    it = reader(request)
    if not frame.in_exercise(it.root):
        raise Http404
    return it


@login_required
def exercise(request: HttpRequest) -> HttpResponse:
    """Where the clock stands and what moves it. Whoever plays may move it: it is everybody's clock."""
    it = _in_exercise(request)
    due = daily.next_due(it.root, it.now) if request.GET.get("look") else None
    running = clock.runs(it.root)
    local = it.now.astimezone(clock.zone(it.root))
    facts = [
        (_("Clock of this exercise"), f"{local:%Y-%m-%d %H:%M:%S}"),
        (_("State"), _("running") if running else _("stopped")),
    ]
    if due is not None:
        facts.append((_("Next due moment"), f"{due.astimezone(clock.zone(it.root)):%Y-%m-%d %H:%M:%S}"))
    moves = [{"label": _("To the next due moment"), "tone": "primary", "name": "move", "value": "next", "icon": "arrow-right"}]
    moves += [{"label": _("%(count)d minutes on") % {"count": minutes}, "name": "move", "value": str(minutes)} for minutes in STEPS]
    toggle = {"label": _("Stop the clock"), "name": "move", "value": "stop", "icon": "player-pause"}
    if not running:
        toggle = {"label": _("Start the clock"), "name": "move", "value": "start", "icon": "clock"}
    hear = {"label": _("One step: let the playbooks hear"), "name": "move", "value": "hear", "icon": "refresh"}
    decision = ask("exercise.move", _("Move the clock"), acts=[*moves, toggle, hear], text=_("What falls due on the way is done on the way."))
    look = [{"label": _("What is due next?"), "url": "/exercise/?look=1", "icon": "eye"}]
    lead = _("Everybody in this exercise shares this clock; it never goes back.")
    return show(request, Page(title=_("Exercise"), lead=lead, sections=[Section(facts=facts), Section(decisions=[decision])], acts=look))


@login_required
@require_POST
def move(request: HttpRequest) -> HttpResponse:
    """Move, start or stop the clock of the reader's exercise."""
    it = _in_exercise(request)
    wish = request.POST.get("move", "")
    if wish == "start":
        clock.start(it.root)
    elif wish == "stop":
        clock.stop(it.root)
    elif wish == "next":
        due = daily.next_due(it.root, it.now)
        if due is not None:
            _go(it.root, due)
    elif wish in map(str, STEPS):
        _go(it.root, it.now + timedelta(minutes=int(wish)))
    elif wish != "hear":
        raise BadInput(field="move", why="unknown")
    runner.run_until_quiet(tables.STEPS)
    messages.success(
        request, _("The clock stands at %(moment)s.") % {"moment": f"{clock.now(it.root).astimezone(clock.zone(it.root)):%m-%d %H:%M:%S}"}
    )
    return HttpResponseRedirect("/exercise/")


def _go(root: Area, until: datetime) -> None:
    """Let time pass, doing what falls due on the way."""
    while (due := daily.next_due(root, clock.now(root))) is not None and due < until:
        clock.move_to(root, due)
        daily.tick(root, due)
        runner.run_until_quiet(tables.STEPS)
    clock.move_to(root, max(until, clock.now(root)))
    daily.tick(root, until)


urlpatterns = [path("exercise/", exercise, name="exercise"), path("act/exercise/move/", move, name="exercise.move")]
