"""The demo: two exercise trees in one served database, one sign-in per role, one slip code."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from django.conf import settings

from epigrid.command.exercises.formats import load_plan
from epigrid.interfaces import startup
from epigrid.kernel.areas import Area
from epigrid.kernel.duties import Duty
from epigrid.playbooks.exercise import opening
from epigrid.playbooks.exercise.run import Outcome, perform
from epigrid.playbooks.exercise.stage import Stage
from epigrid.registers.access import actions as access
from epigrid.store import clock

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
    """Load what is missing and return the lines of sign-ins."""
    startup.refuse_real_trees()
    known = {tree.root for tree in clock.trees()}
    signins = Path(settings.EPIGRID_VAR) / "demo-signins.json"
    if Area(f"{DONE}/") not in known:
        say(f"== {DONE}: the whole exercise, to its end")
        report(perform(load_plan(plan_path("huaiyuan")), tree=DONE, say=say), say)
    if Area(f"{LIVE}/") not in known:
        say(f"\n== {LIVE}: stopped after step 4, its clock goes on from there")
        outcome = perform(load_plan(plan_path("huaiyuan")), tree=LIVE, until="4", say=lambda _line: None)
        _accounts(outcome.stage, signins)
        clock.start(outcome.stage.root)
    lines = json.loads(signins.with_name("demo-lines.json").read_text())
    return [str(line) for line in lines]


def report(outcome: Outcome, say: Callable[[str], None]) -> None:
    """The laws, one line each."""
    say("")
    for law in outcome.laws:
        say(f"{'held  ' if law.held else 'BROKEN'}  {law.name} {law.found}")
    say(f"{sum(law.held for law in outcome.laws)} of {len(outcome.laws)} laws held, {outcome.seconds:.0f} s")


def _accounts(stage: Stage, path: Path) -> None:
    names = {duty: f"{stage.tree}-{duty}{'1' if duty is Duty.GRID_WORKER else ''}" for duty in ROLES}
    words = startup.passwords(path, list(names.values()))
    wanted = {duty: [stage.users[duty][0]] for duty in ROLES}
    everybody, stage.users = stage.users, wanted
    rows = opening.make_accounts(stage, words)
    stage.users = everybody
    secretary = stage.actor(Duty.COMMUNITY_SECRETARY)
    person = stage.people[stage.truth.tube_mates[0]]
    code = access.make_slip_code(actor=secretary, person_id=person, until=stage.now + timedelta(days=60), now=stage.now)
    lines = [f"{duty:22} {username:38} {password}" for duty, username, password in rows]
    lines.append(f"{'a resident':22} slip code {code}")
    path.with_name("demo-lines.json").write_text(json.dumps(lines, ensure_ascii=False))
    path.with_name("demo-lines.json").chmod(0o600)
