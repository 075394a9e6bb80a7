"""`python -m benchmarks.field`: the field app in Chromium with a quarter of the machine's speed, and its server, on the database of `DATABASE_URL`.

Five thousand invented people, one of whose buildings has 204 households. Each figure is the median of several runs beside its limit.
"""

import gzip
import json
import os
import re
import shutil
import statistics
import tempfile
import time
import urllib.request
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from benchmarks import calibrate
from benchmarks.load import district
from benchmarks.load.house import House
from epigrid.interfaces import startup

PEOPLE, COMMANDS, BATCH, RUNS, SLOWER, TOWER = 5_000, 2_000, 200, 5, 4, 204
LIMITS = {
    "first_load_kb": 300.0,
    "interactive_s": 2.0,
    "pack_s": 2.0,
    "pack_mb": 1.5,
    "roll_call_ms": 100.0,
    "person_ms": 300.0,
    "upload_s": 10.0,
}
"""Limits of the issue: kilobytes gzip without the scanner's wasm, seconds, megabytes, milliseconds of machine time for a scanned person."""


@dataclass(frozen=True, kw_only=True)
class Ground:
    """A served community, a card for a browser, a phone without one, and what they work on."""

    house: House
    card: str
    header: dict[str, str]
    buildings: list[str]
    round_id: UUID
    people: list[UUID]
    papers: list[str]


def main() -> None:
    """Measure everything, print one JSON line and a table."""
    folder = Path(tempfile.mkdtemp(prefix="epigrid-field-"))
    startup.fresh_database(folder, "field")
    os.environ["EPIGRID_VAR"] = str(folder)
    startup.prepare_fresh()
    startup.ensure_keys(demo=True)
    before = calibrate.calibrate()
    ground = _ground(folder)
    try:
        measured: dict[str, Any] = {}
        for part in (_pack, _upload, lambda ground: _browser(ground, folder)):
            measured |= (found := part(ground))
            print(json.dumps(found), flush=True)
    finally:
        ground.house.close()
        shutil.rmtree(folder, ignore_errors=True)
    machine = {"calibration": before, "load": os.getloadavg(), "cores": os.cpu_count(), "at": datetime.now(UTC).isoformat(timespec="seconds")}
    print(json.dumps(measured | machine))
    for name, limit in LIMITS.items():
        print(f"{name:16} {measured[name]:10.3f}  limit {limit:8.1f}  {'ok' if measured[name] <= limit else 'short'}")


def _ground(folder: Path) -> Ground:
    """The community and its phones. People live where the exercise's plan says; its tower has 204 households."""
    from django.db import connections

    from epigrid.field.sampling.models import RosterRow
    from epigrid.kernel.areas import Area

    made = district.make(people=PEOPLE, phones=1)
    card, header = _cards(Area(made.area))
    rows = RosterRow.objects.filter(round_id=made.round_id)
    buildings = [str(one) for one in rows.exclude(building=None).values_list("building_id", flat=True).distinct()]
    people = list(rows.order_by("pk").values_list("person_id", flat=True)[:COMMANDS])
    papers = [paper for _label, own in made.tubes[0][:2] for paper in own]
    connections.close_all()
    house = House(folder)
    house.open()
    return Ground(house=house, card=card, header=header, buildings=buildings, round_id=made.round_id, people=people, papers=papers)


def _cards(area: Any) -> tuple[str, dict[str, str]]:
    """The code of a card, and the header of a phone that is bound already; both carry five thousand people."""
    from epigrid.kernel.actors import Actor, Grant
    from epigrid.kernel.duties import Duty
    from epigrid.registers.access import actions as access
    from epigrid.registers.access.models import User
    from epigrid.registers.organisation.models import Appointment
    from epigrid.store import clock

    now = clock.now(area)
    desk = Actor.user(uuid4(), Grant(duty=Duty.COMMUNITY_SECRETARY, area=area), Grant(duty=Duty.ADMINISTRATOR, area=area))
    codes = []
    for number in range(2):
        user = User.objects.create(id=uuid4(), username=f"field{number}", tree=area.tree, title=f"演练 {number}")
        rows = [Appointment(area=area, holder_id=user.id, duty=duty, since=now) for duty in (Duty.REGISTRAR, Duty.GATE_GUARD)]
        Appointment.objects.bulk_create(rows)
        codes.append(access.invite_phone(actor=desk, user_id=user.id, until=now + timedelta(days=3), now=now).code)
    bound = access.bind_phone(code=codes[1], label="bench", origin="bench", wall=datetime.now(UTC))
    _signed_for()
    return codes[0], {"Authorization": f"Device {bound.device_id}.{bound.secret}"}


def _ask(ground: Ground, path: str, body: bytes | None = None) -> tuple[float, bytes, int]:
    """Seconds, the answer unpacked, and its bytes on the wire."""
    headers = ground.header | {"Accept-Encoding": "gzip", "Content-Type": "application/json"} | ({"Content-Encoding": "gzip"} if body else {})
    asked = urllib.request.Request(f"http://127.0.0.1:{ground.house.port}{path}", data=body, headers=headers)
    began = time.monotonic()
    with urllib.request.urlopen(asked, timeout=120) as answer:  # noqa: S310 - our own server
        raw = answer.read()
    seconds = time.monotonic() - began
    return seconds, gzip.decompress(raw) if answer.headers.get("Content-Encoding") == "gzip" else raw, len(raw)


def _pack(ground: Ground) -> dict[str, Any]:
    """A registrar's pack of everybody, with digests of documents: seconds and megabytes on the wire."""
    path = f"/api/field/pull?buildings={','.join(ground.buildings)}"
    runs = [_ask(ground, path) for _run in range(RUNS)]
    pack = json.loads(runs[0][1])
    token = pack["token"]
    quiet = statistics.median(_ask(ground, f"{path}&since={token}")[0] for _run in range(20))
    return {
        "pack_people": len(pack["rows"]["people"]),
        "pack_s": statistics.median(run[0] for run in runs),
        "pack_mb": runs[0][2] / 1e6,
        "unchanged_ms": quiet * 1000,
    }


def _upload(ground: Ground) -> dict[str, float]:
    """An outbox of two thousand reports, in the batches that a phone sends."""
    sent_at, counter, took = datetime.now(UTC), 0, 0.0
    for start in range(0, COMMANDS, BATCH):
        commands = []
        for number in range(start, start + BATCH):
            counter += 1
            body = {"round_id": str(ground.round_id), "person_ids": [str(ground.people[number])], "state": "away"}
            commands.append({"id": str(uuid4()), "counter": counter, "at": sent_at.isoformat(), "act": "sampling.report-class", "body": body})
        upload = {"sent_at": sent_at.isoformat(), "waiting": COMMANDS - counter, "commands": commands}
        seconds, answer, _bytes = _ask(ground, "/api/field/upload", gzip.compress(json.dumps(upload).encode()))
        took += seconds
        if any(one["outcome"] != "done" for one in json.loads(answer)["outcomes"]):
            raise SystemExit(f"not everything was done: {answer[:300]!r}")
    return {"upload_s": took}


def _browser(ground: Ground, folder: Path) -> dict[str, float]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        context = play.chromium.launch_persistent_context(
            str(folder / "phone"),
            executable_path=shutil.which("chromium"),
            args=["--no-sandbox", "--disable-gpu"],
            viewport={"width": 412, "height": 860},
        )
        page = context.new_page()
        page.set_default_timeout(60_000)
        context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        try:
            return _first_load(page, ground) | _carried(page, ground) | _drawn(page) | _person(page, ground)
        finally:
            context.close()


def _first_load(page: Any, ground: Ground) -> dict[str, float]:
    """Cold: what goes over the wire before the app can be used, and when its first form takes input."""
    page.goto(f"http://localhost:{ground.house.port}/field/#bind={ground.card}")
    page.locator("main input").first.wait_for()
    seen = page.evaluate("performance.getEntriesByType('paint').at(-1)?.startTime ?? performance.now()")
    sizes = page.evaluate(
        "performance.getEntries().filter((one) => one.transferSize && !one.name.includes('wasm')).map((one) => one.encodedBodySize)"
    )
    return {"first_load_kb": sum(sizes) / 1000, "interactive_s": seen / 1000}


def _signed_for() -> None:
    """The secretary has signed for as many people as are measured."""
    from epigrid.registers.access.models import Device

    Device.objects.get_queryset().update(people_limit=PEOPLE * 2)


def _carried(page: Any, ground: Ground) -> dict[str, float]:
    """The phone is bound and takes up every building: seconds until all people lie sealed on it."""
    page.get_by_role("button", name="English").click()
    for number, text in enumerate(("bench", "528491", "528491"), 1):
        page.locator("main input").nth(number).fill(text)
    page.keyboard.press("Enter")
    page.locator("nav.bottom").wait_for()
    _signed_for()
    page.evaluate("location.hash = '#/me'")
    page.get_by_role("button", name="Choose buildings").click()
    for box in page.locator("dialog input[type=checkbox], [role=dialog] input[type=checkbox]").all():
        box.check()
    began = time.monotonic()
    page.get_by_role("button", name="Carry these").click()
    page.locator(".count", has_text=re.compile(r"[\d,]{4,}")).first.wait_for()
    return {"carried_s": time.monotonic() - began}


DRAWN = """async (press) => {
  const began = performance.now();
  document.querySelectorAll(press.of)[press.at].click();
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  return performance.now() - began;
}"""


def _drawn(page: Any) -> dict[str, float]:
    """From the tap on the tower of 204 households until its grid is painted."""
    page.evaluate("location.hash = '#/roll-call'")
    page.locator("main button.row").first.wait_for()
    rows = page.locator("main button.row").count()
    tower = next(at for at in range(rows) if _opened(page, at)[1] == TOWER)
    return {"roll_call_ms": statistics.median(_opened(page, tower)[0] for _run in range(RUNS))}


def _opened(page: Any, at: int) -> tuple[float, int]:
    """Milliseconds until a building is painted, and its rooms; then the list of buildings again."""
    took = page.evaluate(DRAWN, {"of": "main button.row", "at": at})
    rooms = page.locator("main button[class*=cell-]").count()
    page.get_by_role("button", name="All houses").click()
    return took, rooms


PERSON = """async ([paper, number]) => {
  const until = async (found) => { for (;;) { const one = found(); if (one) return one; await new Promise(requestAnimationFrame); } };
  const field = document.querySelector('.camera-typed input');
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(field, paper);
  field.dispatchEvent(new Event('input', {bubbles: true}));
  await new Promise(requestAnimationFrame);
  const began = performance.now();
  field.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', bubbles: true}));
  const yes = await until(() => [...document.querySelectorAll('[role=dialog] .big')].find((one) => one.textContent.startsWith('Yes')));
  yes.click();
  await until(() => document.querySelector('button.tube .tube-count')?.textContent.startsWith(`${number} `));
  return performance.now() - began;
}"""


def _person(page: Any, ground: Ground) -> dict[str, float]:
    """A person at the table: from his number until he is asked about, and from the tap until he stands in the tube, kept on disk."""
    page.evaluate("location.hash = '#/table'")
    field = page.get_by_label("Code, number or label")
    field.fill("T0000001")
    field.press("Enter")
    page.locator("button.tube").wait_for()
    return {"person_ms": statistics.median(page.evaluate(PERSON, [paper, number]) for number, paper in enumerate(ground.papers[:10], 1))}


if __name__ == "__main__":
    main()
