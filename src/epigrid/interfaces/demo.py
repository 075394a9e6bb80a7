"""The demo: two exercise trees in one served database, one sign-in per role, one slip code."""

import json
import secrets
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from django.conf import settings

from epigrid.command.exercises.formats import load_plan
from epigrid.interfaces import startup
from epigrid.kernel.actors import Actor, Grant
from epigrid.kernel.areas import Area
from epigrid.kernel.duties import Duty
from epigrid.playbooks.exercise.run import Outcome, perform
from epigrid.playbooks.exercise.stage import whole
from epigrid.registers.access import actions as access
from epigrid.registers.access.models import User
from epigrid.response.quarantine import queries as measures
from epigrid.response.zones import queries as zoned
from epigrid.store import clock
from epigrid.store.ids import new_id

LIVE, DONE = "huaiyuan-live", "huaiyuan"
ROLES = (
    Duty.GRID_WORKER, Duty.REGISTRAR, Duty.LABORATORY, Duty.CDC_DUTY_OFFICER, Duty.CDC_INVESTIGATOR, Duty.COUNTY_EOC_OFFICER, Duty.CITY_EOC_OFFICE,
    Duty.CODE_DESK, Duty.ZONE_LEAD, Duty.GATE_GUARD, Duty.SAMPLER, Duty.CASE_REGISTRAR, Duty.EXPERT_GROUP, Duty.SITE_MANAGER, Duty.HOSPITAL,
    Duty.COMMUNITY_SECRETARY, Duty.APPEALS_REVIEWER, Duty.AUDITOR, Duty.PHONE_OPERATOR, Duty.SUBDISTRICT_OFFICE, Duty.TRANSFER_TEAM, Duty.TESTING_FORCE,
)  # fmt: skip


def plan_path(name: str) -> Path:
    """The plan of an exercise: beside the checkout or in the package's folder of exercises."""
    here = Path(__file__).resolve()
    for folder in (Path.cwd() / "exercises", here.parents[3] / "exercises"):
        if (folder / f"{name}.toml").exists():
            return folder / f"{name}.toml"
    raise startup.StartRefused(f"no exercise is called {name}")


def load(say: Callable[[str], None]) -> list[str]:
    """Load what is missing and return the lines of sign-ins. A load that was cut off is begun anew; trees that are whole are kept as they were played."""
    startup.refuse_real_trees()
    known = [tree.root for tree in clock.trees()]
    if not all(map(whole, known)):
        say("== an earlier load was cut off: it is begun anew")
        startup.empty_database()
        known = []
    plan = load_plan(plan_path("huaiyuan"))
    if Area(f"{DONE}/") not in known:
        say(f"== {DONE}: the whole exercise, to its end")
        report(perform(plan, tree=DONE, say=say), say)
    if Area(f"{LIVE}/") not in known:
        say(f"\n== {LIVE}: stopped after step 4, its clock goes on from there")
        perform(plan, tree=LIVE, until="4", say=lambda _line: None)
        clock.start(Area(f"{LIVE}/"))
    lines = Path(settings.EPIGRID_VAR) / "demo-lines.json"
    if not lines.exists():
        startup.write_private(lines, json.dumps(_sign_ins(), ensure_ascii=False))
    return [str(line) for line in json.loads(lines.read_text(encoding="utf-8"))]


def report(outcome: Outcome, say: Callable[[str], None]) -> None:
    """The laws, one line each."""
    say("")
    for law in outcome.laws:
        say(f"{'held  ' if law.held else 'BROKEN'}  {law.name} {law.found}")
    say(f"{sum(law.held for law in outcome.laws)} of {len(outcome.laws)} laws held, {outcome.seconds:.0f} s")


def _sign_ins() -> list[str]:
    """An account for each role, and a slip code for a resident of the closed stairwell; made again they have new passwords."""
    root = Area(f"{LIVE}/")
    now, desk = clock.now(root), Actor.procedure("demo", root)
    administrator = Actor.user(new_id(root, "user", "administrator"), Grant(duty=Duty.ADMINISTRATOR, area=root))
    lines = []
    seats = [(duty, "1" if duty is Duty.GRID_WORKER else "") for duty in ROLES]
    for duty, number in (*seats, (Duty.LABORATORY, "2")):
        username, password = f"{LIVE}-{duty}{number}", secrets.token_urlsafe(12)
        access.make_account(actor=administrator, area=root, username=username, password=password, title=f"演练 {duty}", now=now)
        lines.append(f"{duty:22} {username:38} {password}")
    held = [card.person_id for card in measures.holds(actor=desk)]
    bound = zoned.stay_reasons(actor=desk, person_ids=held, now=now)
    secretary = Actor.user(new_id(root, "user", f"{LIVE}-{Duty.COMMUNITY_SECRETARY}"), Grant(duty=Duty.COMMUNITY_SECRETARY, area=root))
    code = access.make_slip_code(actor=secretary, person_id=min(bound), until=now + timedelta(days=60), now=now)
    return [*lines, f"{'a resident':22} slip code {code}"]


def card() -> str:
    """The code of a card that binds one phone to the first grid worker of the live tree, good for two days; each start draws another."""
    root = Area(f"{LIVE}/")
    now = clock.now(root)
    worker = User.objects.get(username=f"{LIVE}-{Duty.GRID_WORKER}1")
    desk = Actor.user(new_id(root, "user", f"{LIVE}-{Duty.COMMUNITY_SECRETARY}"), Grant(duty=Duty.COMMUNITY_SECRETARY, area=root))
    return access.invite_phone(actor=desk, user_id=worker.id, until=now + timedelta(days=3), now=now).code
