"""Every page for every role on the exercise itself: it opens, stays within its budget of queries, reads nothing from the vault, and says no raw key."""

import re
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern

from epigrid.command.communication.models import Message
from epigrid.command.exercises.formats import load_plan
from epigrid.command.planning import actions as planning
from epigrid.command.planning.actions import Settings
from epigrid.field.care.models import Request
from epigrid.field.codes.models import ColourRequest
from epigrid.field.sampling import queries as sampled
from epigrid.field.tasks.models import Task
from epigrid.field.visits import actions as visits
from epigrid.field.visits.actions import NewCampaign
from epigrid.interfaces import urls
from epigrid.interfaces.demo import ROLES
from epigrid.interfaces.pages.lexicon import WORDS
from epigrid.kernel.duties import Duty
from epigrid.playbooks.exercise.run import perform
from epigrid.playbooks.exercise.stage import Stage
from epigrid.registers.access import actions as access
from epigrid.registers.access.models import User
from epigrid.response.outbreaks.models import Milestone
from epigrid.response.quarantine import queries as measures
from epigrid.response.quarantine.models import Hold, Order
from epigrid.response.tracing import queries as traced
from epigrid.response.tracing.models import Case as CaseRow
from epigrid.response.zones import queries as zoned
from epigrid.response.zones.models import Zone
from epigrid.store.models import Fact, Read
from tests.cast import DAY

PLAN = Path(__file__).resolve().parents[2] / "exercises" / "huaiyuan.toml"
BUDGET = 12
OTHER_DUTIES = (Duty.PHONE_OPERATOR, Duty.TRANSFER_TEAM, Duty.SUBDISTRICT_OFFICE, Duty.TESTING_FORCE)
RAW_KEY = re.compile(r">\s*([a-z]+(?:[.-][a-z]+)+)\s*<")
"""A dotted or hyphened key that stands alone where words should be."""
RULES = (
    "/policies/exercise-assumptions/",
    "/policies/?a=cn-2021-v8&b=cn-2023-bb",
    "/policies/?a=measles&b=chikungunya",
    "/verdicts/?category=close-contact&last=2022-11-20&a=cn-2021-v8&b=measles",
)
"""Pages of rules with an answer on them."""
pytestmark = pytest.mark.slow


def patterns() -> Iterator[URLPattern]:
    """The apps' pages, without their forms' addresses."""
    for app in urls.PAGES:
        yield from (pattern for pattern in app.urlpatterns if not str(pattern.pattern).startswith("act/"))


def planned(stage: Stage) -> UUID:
    """A plan of a round with its sites and teams."""
    planner = stage.actor(Duty.COMMUNITY_SECRETARY)
    settings = Settings(title="演练", opens_at=stage.now + DAY, closes_at=stage.now + 2 * DAY)
    plan_id = planning.make_plan(actor=planner, area=stage.area, objective="round", settings=settings, now=stage.now)
    planning.place_sites(actor=planner, plan_id=plan_id, sites=None, now=stage.now, cause=stage.cause)
    planning.make_teams(actor=planner, plan_id=plan_id, fixed=10, mobile=1, now=stage.now, cause=stage.cause)
    return plan_id


def walked(stage: Stage) -> UUID:
    """A campaign from door to door."""
    new = NewCampaign(reason="演练", closes_at=stage.now + DAY)
    return visits.open_campaign(actor=stage.actor(Duty.COMMUNITY_SECRETARY), area=stage.area, new=new, now=stage.now)


def addresses(stage: Stage) -> list[str]:
    """Every page of every app; one with an id gets one that is there. A page with an id that is not known here is a KeyError.

    The exercise has published no notice by then: its page is the 404 of every unknown id here."""
    known = {
        "building_id": stage.places["c02/b02"],
        "plan_id": planned(stage),
        "round_id": sampled.rounds(actor=stage.director)[0].id,
        "zone_id": zoned.zones(actor=stage.director)[0].id,
        "site_id": measures.sites(actor=stage.director)[0].id,
        "order_id": measures.orders(actor=stage.director)[0].id,
        "notice_id": UUID(int=0),
        "campaign_id": walked(stage),
        "pack_id": "ebola-like",
        "tube_id": measures.holds(actor=stage.director)[0].tube_id,
        "query_id": traced.venue_queries(actor=stage.director)[0].id,
    }
    found = []
    for pattern in patterns():
        text = re.sub(r"<(?:uuid|str):(\w+)>", lambda match: str(known[match[1]]), str(pattern.pattern))
        found.append(f"/{text}")
    views = [f"/plans/{known['plan_id']}/?view={view}" for view in ("sites", "teams", "slots", "doors", "home", "sheet")]
    due = [f"/due/?view={view}" for view in ("tomorrow", "series", "shops", "refusals", "staff", "part", "calls", "exclusions")]
    return [
        *found,
        *views,
        *due,
        f"/due/?building={known['building_id']}",
        *(f"/visits/?view={view}" for view in ("routine", "temperatures", "review")),
        *(f"/tasks/?view={view}" for view in ("hand", "support")),
        f"/visits/{known['campaign_id']}/?building={known['building_id']}",
        "/outbreak/?view=people",
        "/care/?view=exits",
        "/care/?view=calls",
        *RULES,
        *(f"/sites/{known['site_id']}/?view={view}" for view in ("people", "trips")),
    ]


def client_of(stage: Stage, duty: Duty) -> Client:
    user = User.objects.create(id=stage.users[duty][0], username=f"test-{duty}", tree=stage.tree)
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def allowed(address: str) -> tuple[int, ...]:
    """A page opens, empty where the duty sees nothing; one thing by its id may not be there, the audit is the auditor's, two pages lead elsewhere."""
    if address.startswith(("/policies/", "/verdicts/")):
        return 200, 403
    if "-" in address.removeprefix("/roll-call/").removeprefix("/day-register/"):
        return 200, 404
    if address in ("/laboratory/refused/", "/me/leave/", "/me/messages/", "/me/antigen/", "/me/temperature/", "/me/code/", "/me/pass/"):
        return (302,)
    return {"/audit/": (200, 403), "/": (200, 302)}.get(address, (200,))


def unsaid() -> set[str]:
    """Keys of closed lists that stand in the exercise's rows and that nobody has put into words."""
    columns = (
        ("task", Task, "kind"), ("end", Task, "end_reason"), ("end", Hold, "end_reason"), ("end", Order, "end_reason"), ("end", Zone, "end_reason"),
        ("message", Message, "key"), ("case", CaseRow, "state"), ("clock", Milestone, "key"), ("why", ColourRequest, "reason"),
        ("care", Request, "kind"), ("measure", Order, "kind"), ("level", Zone, "level"), ("state", Order, "state"), ("state", Hold, "state"),
    )  # fmt: skip
    found = {f"{kind}.{key}" for kind, model, column in columns for key in model._base_manager.values_list(column, flat=True).distinct() if key}
    return {name for name in found if name not in WORDS}


def test_every_page_opens_for_every_role_within_its_budget_and_in_words(db: None) -> None:
    stage = perform(load_plan(PLAN), tree="huaiyuan-pages", until="8", say=lambda _line: None).stage
    pages, facts, reads = addresses(stage), Fact.objects.count(), Read.objects.count()
    assert len(pages) > 25
    faults = []
    for duty in dict.fromkeys((*ROLES, *OTHER_DUTIES)):
        client = client_of(stage, duty)
        client.get("/tasks/")
        for address in pages:
            with CaptureQueriesContext(
                connection,
            ) as queries:
                answer = client.get(address)
            if answer.status_code not in allowed(address):
                faults.append(f"{duty} {address}: {answer.status_code}")
            if len(queries) > BUDGET:
                faults.append(f"{duty} {address}: {len(queries)} queries")
            raw = {key for key in RAW_KEY.findall(answer.content.decode()) if not key.startswith(("test-", "access."))}
            if raw:
                faults.append(f"{duty} {address}: raw {sorted(raw)}")
    for key in ("index", "same_name", "by_interview"):
        client = Client()
        person = stage.people[getattr(stage.truth, key)]
        code = access.make_slip_code(actor=stage.actor(Duty.COMMUNITY_SECRETARY), person_id=person, until=stage.now + DAY, now=stage.now)
        client.post("/me/", {"code": code})
        for address in ("/me/", "/me/?view=record", "/me/pass/", "/me/code/", "/me/antigen/", "/me/temperature/", "/me/messages/"):
            with CaptureQueriesContext(connection) as queries:
                answer = client.get(address)
            raw = set(RAW_KEY.findall(answer.content.decode()))
            if answer.status_code != 200 or raw or len(queries) > BUDGET:
                faults.append(f"resident {address}: {answer.status_code} {sorted(raw)} {len(queries)} queries")
        facts += 1
    assert faults == []
    assert unsaid() == set()
    assert (Fact.objects.count(), Read.objects.count()) == (facts, reads)
