"""A whole shift on a phone in real Chromium: bound, filled, without a network, killed, and everything there once when the network is back."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urljoin
from uuid import UUID

import pytest
from playwright.sync_api import expect

from epigrid.field.sampling import actions as sampling
from epigrid.field.sampling import queries as sampled
from epigrid.field.visits import actions as visiting
from epigrid.field.visits import queries as visits
from epigrid.interfaces import field
from epigrid.kernel.duties import Duty
from epigrid.registers.access import actions as access
from epigrid.registers.access.models import Device
from epigrid.store.models import CommandReceipt
from tests import cast
from tests.browser.phones import Phone, card_of, clip
from tests.cast import COMMUNITY, DAY, MONDAY
from tests.field.sampling.test_table import order_round

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("chromium") is None, reason="Chromium is not installed: make services"),
]
TABLE = (Duty.REGISTRAR, Duty.GRID_WORKER)
STORED = """indexedDB.databases().then((all) => Promise.all(all.map((one) => new Promise((done) => {
  const asked = indexedDB.open(one.name);
  asked.onsuccess = () => {
    const stores = [...asked.result.objectStoreNames];
    if (stores.length === 0) return done([]);
    const read = asked.result.transaction(stores);
    Promise.all(stores.map((name) => new Promise((told) => {
      const counted = read.objectStore(name).getAllKeys();
      counted.onsuccess = () => told(counted.result.map((key) => `${name}/${key}`));
    }))).then((found) => done(found.flat()));
  };
})))).then((found) => found.flat())"""
"""All keys in the browser's databases."""
WAITING = "navigator.serviceWorker.getRegistration().then((found) => found.waiting !== null)"
SHOTS = Path(__file__).resolve().parents[2] / "docs" / "images"


@pytest.fixture
def world(transactional_db: None) -> cast.World:
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    return cast.build()


@pytest.fixture
def play() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playing:
        yield playing


@pytest.fixture
def phone_of(play: Any, live_server: Any, tmp_path: Path) -> Iterator[Callable[..., Phone]]:
    """Makes phones, and switches them off at the end."""
    made: list[Phone] = []

    def make(name: str = "phone", film: Path | None = None) -> Phone:
        made.append(Phone(play, live_server.url, tmp_path / name, film))
        return made[-1]

    yield make
    for phone in made:
        phone.kill()


@pytest.fixture
def round_id(world: cast.World) -> UUID:
    return order_round(world)


def _secretary() -> Any:
    return cast.actor(Duty.COMMUNITY_SECRETARY)


def _codes(world: cast.World, count: int) -> list[str]:
    ids = world.people[:count]
    made = sampling.make_codes(actor=_secretary(), person_ids=ids, now=MONDAY)
    return [made[person_id] for person_id in ids]


def _campaigns(count: int) -> None:
    for number in range(count):
        new = visiting.NewCampaign(reason=f"演练 {number}", closes_at=MONDAY + DAY)
        visiting.open_campaign(actor=_secretary(), area=COMMUNITY, new=new, now=MONDAY)


def _confirm(phone: Phone) -> None:
    phone.page.get_by_role("button", name="Yes, into the tube").click()


def _typed(phone: Phone, text: str) -> None:
    field = phone.page.get_by_label("Code, number or label")
    field.fill(text)
    field.press("Enter")


def _full(phone: Phone, number: int, size: int = 10) -> None:
    expect(phone.page.locator("button.tube[aria-pressed=true] .tube-count")).to_have_text(f"{number} / {size}", timeout=60_000)


def _has_all(phone: Phone) -> None:
    """The pack is on the phone, and the worker keeps the app for when there is no network."""
    phone.go("me")
    expect(phone.page.locator(".count", has_text="people").first).to_contain_text("24", timeout=60_000)
    phone.page.wait_for_function("navigator.serviceWorker.ready.then((found) => found.active !== null)")


def _tube_by_camera(phone: Phone) -> None:
    """The film shows the label of a tube and ten sampling codes; each person is confirmed by one tap."""
    phone.go("table")
    for number in range(1, 11):
        if number == 6:
            phone.page.get_by_role("dialog").wait_for()
            phone.page.screenshot(path=SHOTS / "field-table.png")
        _confirm(phone)
        _full(phone, number)
    phone.press("Seal the tube (10 people)")
    expect(phone.page.get_by_label("Bag")).to_contain_text("10")


def _reopen(phone: Phone) -> None:
    """The app is killed and opened again at the table, without a network and without a camera."""
    phone.kill()
    phone.start(offline=True, camera=False)
    phone.open()
    phone.unlock()
    phone.go("table")
    expect(phone.page.get_by_text("The camera is not allowed on this phone").first).to_be_visible()


def _tubes_by_hand(phone: Phone, *, killed_after: int) -> None:
    """Eleven people by the numbers on their papers, in two tubes, with the camera denied; in the middle of the first the app is killed and opened again."""
    _reopen(phone)
    _typed(phone, "T0000002")
    for number in range(1, 12):
        if number == killed_after + 1:
            _reopen(phone)
            _full(phone, killed_after)
        if number == 11:
            phone.press("Seal the tube (10 people)")
            _typed(phone, "T0000003")
        _typed(phone, f"mini-{number + 9:04d}")
        _confirm(phone)
        _full(phone, number % 10 or 10)
    phone.press("Seal the tube (1 people)")
    expect(phone.page.get_by_label("Bag")).to_contain_text("21")


def _roll_call(phone: Phone) -> None:
    """Of the building three people are left: one is away, his wife declines, a neighbour is away."""
    phone.go("roll-call")
    phone.press("awaited")
    expect(phone.page.locator(".law")).to_contain_text("24 on the list")
    rooms = phone.page.locator(".cell-open")
    for states in (("Away", "Declined"), ("Away",)):
        before = rooms.count()
        rooms.last.click()
        sheet = phone.page.get_by_role("dialog")
        may = sheet.locator(".member", has=phone.page.get_by_role("button", name="Exempt", exact=True))
        for number, state in enumerate(states):
            may.nth(number).get_by_role("button", name=state, exact=True).click()
        sheet.get_by_role("button", name="Close").click()
        expect(rooms).to_have_count(before - 1)
    phone.page.screenshot(path=SHOTS / "field-roll-call.png")


def _visits(phone: Phone, count: int) -> None:
    phone.go("visits")
    for _number in range(count):
        phone.page.locator("section .row:has(.chip.tone-plain)").first.click()
        phone.page.get_by_role("dialog").get_by_role("button", name="Met", exact=True).click()
        phone.page.get_by_role("dialog").wait_for(state="detached")


def _all_there_once(world: cast.World, round_id: UUID) -> None:
    receipts = list(CommandReceipt.objects.filter(counter__isnull=False).order_by("counter"))
    assert [row.counter for row in receipts] == list(range(1, len(receipts) + 1))
    assert {row.outcome for row in receipts} == {"done"}
    tubes = sorted(sampled.on_hand(actor=_secretary()), key=lambda tube: tube.label)
    assert [(tube.label, len(tube.person_ids)) for tube in tubes] == [("T0000001", 10), ("T0000002", 10), ("T0000003", 1)]
    assert sorted(person for tube in tubes for person in tube.person_ids) == sorted(world.people[:21])
    counts = sampled.roll_call(actor=_secretary(), round_id=round_id).counts
    assert (counts["sampled"], counts["away"], counts["declined"], sum(counts.values())) == (21, 2, 1, 24)
    assert sampled.conservation(actor=_secretary(), round_id=round_id).holds
    met = [
        visit
        for card in visits.campaigns(actor=_secretary())
        for visit in visits.visits(actor=_secretary(), campaign_id=card.id)
        if visit.state == "met"
    ]
    assert len(met) == 30


def test_a_shift_without_a_network_with_a_kill_in_a_tube_arrives_once(
    world: cast.World, round_id: UUID, phone_of: Callable[..., Phone], tmp_path: Path
) -> None:
    _campaigns(3)
    film = clip(tmp_path / "table.y4m", ["T0000001", *_codes(world, 10)])
    phone = phone_of(film=film)
    phone.bind(card_of(*TABLE))
    _has_all(phone)
    phone.offline(True)
    _tube_by_camera(phone)
    _tubes_by_hand(phone, killed_after=4)
    _roll_call(phone)
    _visits(phone, 30)
    phone.kill()
    phone.start(offline=True)
    phone.open()
    phone.unlock()
    assert CommandReceipt.objects.count() == 0, "nothing was sent"
    phone.offline(False)
    phone.go("me")
    expect(phone.told()).to_contain_text("all sent", timeout=120_000)
    _all_there_once(world, round_id)
    assert phone.faults == []


def test_a_revoked_phone_is_refused_at_once_and_wiped_at_its_next_contact(
    world: cast.World,
    round_id: UUID,
    phone_of: Callable[..., Phone],
) -> None:
    phone = phone_of()
    phone.bind(card_of(Duty.GRID_WORKER))
    _has_all(phone)
    phone.offline(True)
    phone.go("roll-call")
    phone.press("awaited")
    device = Device.objects.get_queryset().get()
    access.revoke_phones(actor=_secretary(), device_ids=[device.id], now=MONDAY)
    assert phone.page.locator("nav.bottom").is_visible(), "without contact nobody can tell it"
    phone.offline(False)
    expect(phone.page.get_by_role("heading", name="Bind this phone")).to_be_visible(timeout=60_000)
    left = phone.page.evaluate(STORED)
    assert left == [], f"nothing is left on a revoked phone: {left}"
    phone.kill()
    phone.start()
    phone.open()
    expect(phone.page.get_by_role("heading", name="Bind this phone")).to_be_visible(timeout=60_000)


def test_the_app_is_installable_governs_its_page_and_opens_without_a_network(
    world: cast.World,
    phone_of: Callable[..., Phone],
) -> None:
    phone = phone_of()
    phone.bind(card_of(Duty.GATE_GUARD), english=False)
    phone.page.wait_for_function("navigator.serviceWorker.ready.then((found) => found.active !== null)")
    told = phone.page.evaluate("fetch(document.querySelector('link[rel=manifest]').href).then((answer) => answer.json())")
    assert (told["start_url"], told["scope"], told["display"]) == ("/field/", "/field/", "standalone")
    sizes = {icon["sizes"] for icon in told["icons"]}
    assert {"192x192", "512x512"} <= sizes
    for icon in told["icons"]:
        assert phone.page.request.get(urljoin(f"{phone.server}/field/", icon["src"])).ok
    phone.page.reload()
    phone.page.wait_for_function("navigator.serviceWorker.controller !== null")
    phone.offline(True)
    phone.page.reload()
    phone.unlock()
    assert phone.faults == []


SCREENS = {
    (Duty.GRID_WORKER, Duty.REGISTRAR): ("today", "table", "roll-call", "visits", "requests", "me", "help"),
    (Duty.GATE_GUARD,): ("gate", "me"),
    (Duty.PHONE_OPERATOR,): ("calls", "requests"),
}


@pytest.mark.parametrize("english", [True, False], ids=["English", "Chinese"])
def test_no_screen_has_a_serious_accessibility_fault(world: cast.World, round_id: UUID, phone_of: Callable[..., Phone], english: bool) -> None:
    axe = (Path(__file__).resolve().parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js").read_text()
    _campaigns(1)
    for number, (duties, screens) in enumerate(SCREENS.items()):
        phone = phone_of(f"phone{number}")
        phone.bind(card_of(*duties), english=english)
        phone.page.evaluate(axe)
        for screen in screens:
            phone.page.evaluate(f"location.hash = '#/{screen}'")
            phone.page.locator("main h1, main .empty").first.wait_for()
            for look in ("light", "dark", "sun"):
                phone.page.evaluate(f"document.documentElement.dataset.look = '{look}'")
                faults = phone.page.evaluate("axe.run({exclude: ['.watermark']}).then((found) => found.violations)")
                serious = [(fault["id"], fault["nodes"][0]["html"]) for fault in faults if fault["impact"] in ("serious", "critical")]
                assert serious == [], (screen, look, serious)
            if not english and screen not in ("table", "roll-call"):
                phone.page.evaluate("document.documentElement.dataset.look = 'light'")
                phone.page.screenshot(path=SHOTS / f"field-{screen}.png")
        assert phone.faults == []


def test_two_phones_on_one_building_end_at_the_same_state(world: cast.World, round_id: UUID, phone_of: Callable[..., Phone]) -> None:
    first, second = (phone_of(who) for who in ("one", "two"))
    for who, phone in (("one", first), ("two", second)):
        phone.bind(card_of(Duty.GRID_WORKER, who=who))
        _has_all(phone)
        phone.offline(True)
        phone.go("roll-call")
        phone.press("awaited")
    _say(first, "101", "Away")
    _say(second, "101", "Not reached")
    _say(second, "102", "Exempt")
    second.offline(False)
    expect(second.told()).to_contain_text("all sent", timeout=60_000)
    first.offline(False)
    for phone in (first, second):
        expect(phone.told()).to_contain_text("all sent", timeout=60_000)
        expect(phone.page.locator(".law").last).to_contain_text("Exempt 1 + Away 1", timeout=60_000)
        expect(phone.page.get_by_text("Reports of 1 people differ").first).to_be_visible(timeout=60_000)


def _say(phone: Phone, room: str, state: str) -> None:
    """Report the first person of a room."""
    phone.page.get_by_role("button", name=room).first.click()
    sheet = phone.page.get_by_role("dialog")
    sheet.get_by_role("button", name=state, exact=True).first.click()
    sheet.get_by_role("button", name="Close").click()


def test_a_new_version_of_the_app_waits_until_everything_is_sent(
    world: cast.World, round_id: UUID, phone_of: Callable[..., Phone], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build = tmp_path / "build"
    shutil.copytree(field.BUILD, build)
    monkeypatch.setattr(field, "BUILD", build)
    phone = phone_of()
    phone.bind(card_of(Duty.GRID_WORKER))
    _has_all(phone)
    phone.context.route("**/api/field/upload", lambda route: route.abort())
    phone.go("roll-call")
    phone.press("awaited")
    _say(phone, "101", "Away")
    worker = build / "sw.js"
    worker.write_text(worker.read_text() + "\n// the next version\n")
    phone.page.reload()
    phone.unlock()
    phone.go("me")
    expect(phone.page.get_by_text("it begins once everything is sent")).to_be_visible(timeout=60_000)
    expect(phone.told()).to_contain_text("1 waiting")
    phone.context.unroute("**/api/field/upload")
    phone.press("Send and fetch now")
    expect(phone.told()).to_contain_text("all sent", timeout=60_000)
    assert phone.page.evaluate(WAITING), "nobody is interrupted in the middle of something"
    phone.press("Lock", exact=True)
    expect(phone.page.get_by_role("heading", name="演练 1")).to_be_visible(timeout=60_000)
    for _try in range(60):
        if not phone.page.evaluate(WAITING):
            break
        phone.page.wait_for_timeout(500)
    assert not phone.page.evaluate(WAITING)
    phone.unlock()
    assert CommandReceipt.objects.get(counter=1).outcome == "done"
