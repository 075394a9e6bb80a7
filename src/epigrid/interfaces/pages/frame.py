"""The frame of every page: tree, clock, exercise watermark, navigation by duty. One of the places that know about exercises."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from epigrid import __version__
from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.kernel.duties import Duty
from epigrid.kernel.errors import NotFound
from epigrid.registers.access.rules import INVITERS
from epigrid.registers.policies.queries import OFFICERS
from epigrid.store import clock

CDC = frozenset({Duty.CDC_DUTY_OFFICER, Duty.CDC_INVESTIGATOR})
COMMAND = CDC | {Duty.COUNTY_EOC_OFFICER, Duty.CITY_EOC_OFFICE, Duty.AUDITOR}
CASES = CDC | {Duty.CASE_REGISTRAR, Duty.EXPERT_GROUP, Duty.COUNTY_EOC_OFFICER, Duty.AUDITOR}
COMMUNITY = frozenset({Duty.GRID_WORKER, Duty.COMMUNITY_SECRETARY})
CARE = COMMUNITY | {Duty.PHONE_OPERATOR, Duty.ZONE_LEAD, Duty.SUBDISTRICT_OFFICE, Duty.SITE_MANAGER}
TABLE = frozenset({Duty.REGISTRAR, Duty.SAMPLER, Duty.TESTING_FORCE})
ZONES = COMMAND | {Duty.ZONE_LEAD, Duty.SUBDISTRICT_OFFICE, Duty.COMMUNITY_SECRETARY, Duty.GATE_GUARD}
ANYBODY = frozenset(Duty) - {Duty.GATE_GUARD, Duty.PROCEDURE}


def in_exercise(root: Area | None) -> bool:
    """Whether this is an exercise's tree."""
    return root is not None and clock.card(root).exercise


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context for the base layout: `frame` (exercise, title, now, running, area, duty, version) and `nav`."""
    root = getattr(request, "root", None)
    blank = {"exercise": False, "now": None, "title": "", "running": False, "area": "", "duty": "", "version": __version__}
    if root is None:
        return {"frame": blank, "nav": []}
    try:
        card = clock.card(root)
    except NotFound:
        return {"frame": blank, "nav": []}
    actor: Actor | None = getattr(request, "actor", None)
    duties = sorted(actor.duties) if actor else []
    known = {
        "exercise": card.exercise,
        "title": card.title,
        "area": card.title,
        "now": request.now.astimezone(clock.zone(root)) if hasattr(request, "now") else None,
        "running": getattr(request, "running", False) or not card.exercise,
        "duty": str(duties[0]) if duties else "",
        "version": __version__,
    }
    return {"frame": known, "nav": _nav(request, actor, exercise=card.exercise)}


Entry = tuple[str, Any, str, str, str, frozenset[Duty]]
"""Group, label, address, icon, letter of its key, the duties that open it."""


def _field() -> list[Entry]:
    group = _("Field")
    called = ANYBODY - {Duty.LABORATORY, Duty.HOSPITAL, Duty.EXPERT_GROUP, Duty.CODE_DESK, Duty.SITE_MANAGER}
    register = COMMUNITY | {Duty.REGISTRAR, Duty.SUBDISTRICT_OFFICE}
    return [
        (group, _("Gate"), "/gate/", "door-enter", "g", frozenset({Duty.GATE_GUARD})),
        (group, _("Gates"), "/gates/", "door-enter", "", COMMUNITY | {Duty.GATE_GUARD, Duty.ZONE_LEAD, Duty.SUBDISTRICT_OFFICE, Duty.AUDITOR}),
        (group, _("Plans of rounds"), "/plans/", "clipboard-check", "", COMMUNITY | TABLE | {Duty.COUNTY_EOC_OFFICER, Duty.SUBDISTRICT_OFFICE}),
        (group, _("Roll-call"), "/roll-call/", "building", "r", called),
        (
            group,
            _("Who is due"),
            "/due/",
            "list-check",
            "",
            COMMUNITY | TABLE | {Duty.PHONE_OPERATOR, Duty.SUBDISTRICT_OFFICE, Duty.COUNTY_EOC_OFFICER},
        ),
        (group, _("Sampling"), "/sampling/", "test-pipe", "", TABLE),
        (group, _("Table"), "/table/", "clipboard-check", "", TABLE),
        (group, _("Hand-over"), "/hand-over/", "truck", "", TABLE | {Duty.COURIER, Duty.LABORATORY, Duty.COMMUNITY_SECRETARY}),
        (group, _("Boxes"), "/boxes/", "package", "", TABLE | {Duty.LABORATORY, Duty.COURIER}),
        (group, _("Laboratory"), "/laboratory/", "microscope", "l", frozenset({Duty.LABORATORY})),
        (group, _("Antigen tests"), "/antigen/", "test-pipe", "", register | {Duty.PHONE_OPERATOR}),
        (group, _("Home visits"), "/visits/", "home-check", "", register | {Duty.PHONE_OPERATOR, Duty.ZONE_LEAD, Duty.COUNTY_EOC_OFFICER}),
        (group, _("Papers to hand over"), "/papers/", "file-certificate", "p", COMMUNITY | {Duty.PHONE_OPERATOR}),
        (group, _("Residents' requests"), "/care/", "heart-handshake", "", CARE),
        (group, _("The day's register"), "/day-register/", "clipboard-list", "", register),
        (group, _("Phones"), "/devices/", "phone", "", frozenset({*INVITERS, Duty.AUDITOR})),
        (group, _("Find a person"), "/person/", "user-search", "f", CARE | {Duty.REGISTRAR}),
        (group, _("County code desk"), "/codes/", "scale", "", frozenset({Duty.CODE_DESK})),
    ]


def _response() -> list[Entry]:
    group, county = _("Response"), COMMAND - {Duty.CITY_EOC_OFFICE}
    housing = frozenset({Duty.SITE_MANAGER, Duty.TRANSFER_TEAM, Duty.COUNTY_EOC_OFFICER, Duty.AUDITOR})
    return [
        (group, _("Outbreak"), "/outbreak/", "timeline", "o", COMMAND | {Duty.CASE_REGISTRAR, Duty.TESTING_FORCE}),
        (group, _("Cases"), "/cases/", "virus", "c", CASES),
        (group, _("Candidates"), "/candidates/", "user-question", "", CDC | {Duty.CASE_REGISTRAR, Duty.AUDITOR}),
        (group, _("Queries and referrals"), "/queries/", "search", "", CDC),
        (group, _("Sector sweeps"), "/sweeps/", "list-check", "", CDC | COMMUNITY),
        (group, _("Close contacts"), "/contacts/", "users", "", CDC | {Duty.COUNTY_EOC_OFFICER, Duty.AUDITOR}),
        (group, _("Holds"), "/holds/", "clock-pause", "h", county),
        (group, _("Orders"), "/orders/", "license", "", county),
        (group, _("Sites"), "/sites/", "bed", "", housing),
        (group, _("Hospital"), "/treatment/", "stethoscope", "", frozenset({Duty.HOSPITAL, Duty.CDC_DUTY_OFFICER})),
        (group, _("Areas"), "/zones/", "map-2", "z", ZONES),
        (group, _("Notices"), "/notices/", "speakerphone", "", ZONES - {Duty.GATE_GUARD}),
        (group, _("Appeals"), "/appeals/", "gavel", "", frozenset({Duty.APPEALS_REVIEWER, Duty.AUDITOR})),
    ]


def _command() -> list[Entry]:
    group, more = _("Command"), _("More")
    told = COMMAND | {Duty.SUBDISTRICT_OFFICE, Duty.COMMUNITY_SECRETARY, Duty.LABORATORY}
    return [
        (group, _("Clocks and reports"), "/clocks/", "clock", "", COMMAND),
        (group, _("Directives"), "/directives/", "file-text", "d", told),
        (group, _("Policies"), "/policies/", "book", "", OFFICERS),
        (group, _("Verdicts side by side"), "/verdicts/", "scale", "", OFFICERS),
        (group, _("Audit"), "/audit/", "eye", "a", frozenset({Duty.AUDITOR})),
        (more, _("Break glass"), "/glass/", "lock", "", ANYBODY),
        (more, _("Exercise"), "/exercise/", "masks-theater", "e", frozenset(Duty)),
    ]


def _nav(request: HttpRequest, actor: Actor | None, *, exercise: bool) -> list[dict[str, Any]]:
    """The pages that the actor's duties open; `g` and a letter lead to the most used."""
    if actor is None:
        return []
    own: list[Entry] = [
        ("", _("Situation"), "/", "home", "s", ANYBODY),
        ("", _("My tasks"), "/tasks/", "list-check", "t", ANYBODY),
        ("", _("Inbox"), "/inbox/", "inbox", "i", ANYBODY),
    ]
    return [
        {"group": group, "label": label, "url": url, "icon": icon, "go": go, "current": request.path == url}
        for group, label, url, icon, go, duties in (*own, *_field(), *_response(), *_command())
        if actor.duties & duties and (exercise or url != "/exercise/")
    ]
