"""Phones in real Chromium: a browser with a profile of its own that survives a kill, a fake camera fed with QR codes, and the taps of the field app."""

import shutil
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import numpy as np
import segno

from epigrid.kernel.areas import Area
from epigrid.kernel.duties import Duty
from epigrid.registers.access import actions as access
from epigrid.registers.access.models import User
from epigrid.registers.organisation.models import Appointment
from tests import cast
from tests.cast import COMMUNITY, DAY, MONDAY

PIN = "528491"
WIDTH, HEIGHT, FRAMES, RATE = 640, 480, 5, 5
"""Each code of a clip is shown for one second."""
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",
]


def clip(path: Path, codes: Sequence[str]) -> Path:
    """A film (YUV4MPEG2) that shows QR codes one after another, as a camera over a table sees them; it is played in a loop."""
    grey = np.full((HEIGHT // 2) * (WIDTH // 2) * 2, 128, np.uint8).tobytes()
    with path.open("wb") as film:
        film.write(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F{RATE}:1 Ip A1:1 C420jpeg\n".encode())
        for code in codes:
            matrix = np.array(
                [[0 if module else 235 for module in row] for row in segno.make(code, error="m").matrix_iter(scale=6, border=4)], np.uint8
            )
            picture = np.full((HEIGHT, WIDTH), 200, np.uint8)
            top, left = (HEIGHT - len(matrix)) // 2, (WIDTH - len(matrix)) // 2
            picture[top : top + len(matrix), left : left + len(matrix)] = matrix
            film.write((b"FRAME\n" + picture.tobytes() + grey) * FRAMES)
    return path


def card_of(*duties: Duty, area: Area = COMMUNITY, who: str = "phone") -> str:
    """The code of a card for a phone of somebody with these duties."""
    user_id = cast.user_id(*duties, who=who)
    user, _made = User.objects.get_or_create(id=user_id, defaults={"username": f"{who} {user_id}", "tree": "mini", "title": "演练 1"})
    rows = [Appointment(id=uuid4(), area=area, holder_id=user.id, duty=duty, body_id=cast.uid("body", "city"), since=MONDAY) for duty in duties]
    Appointment.objects.bulk_create(rows)
    desk = cast.actor(Duty.COMMUNITY_SECRETARY)
    return access.invite_phone(actor=desk, user_id=user.id, until=MONDAY + 3 * DAY, now=MONDAY).code


def bind(*duties: Duty, area: Area = COMMUNITY, who: str = "phone") -> tuple[UUID, dict[str, str]]:
    """A phone bound without a browser: its id, and the header by which it speaks."""
    bound = access.bind_phone(code=card_of(*duties, area=area, who=who), label="演练 1", origin="test", wall=datetime.now(UTC))
    return bound.device_id, {"Authorization": f"Device {bound.device_id}.{bound.secret}"}


class Phone:
    """A phone: its profile on disk, its browser while it runs, its page."""

    def __init__(self, play: Any, server: str, profile: Path, film: Path | None = None) -> None:
        self.play, self.server, self.profile, self.film = play, server, profile, film
        self.faults: list[str] = []
        self.start()

    def start(self, *, offline: bool = False, camera: bool = True) -> None:
        """Switch the phone on; without a network, or with a camera that is denied, if asked."""
        allowed = ["--use-fake-ui-for-media-stream"] if camera else ["--use-fake-ui-for-media-stream=deny"]
        film = [f"--use-file-for-fake-video-capture={self.film}"] if self.film else []
        self.context = self.play.chromium.launch_persistent_context(
            str(self.profile),
            executable_path=shutil.which("chromium"),
            args=[*FLAGS, *allowed, *film],
            viewport={"width": 412, "height": 860},
            locale="zh-CN",
        )
        self.context.set_offline(offline)
        self.page = self.context.new_page()
        self.page.set_default_timeout(30_000)
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))

    def kill(self) -> None:
        """The app is gone at once; nothing of it runs on. Again: it is gone."""
        with suppress(Exception):
            self.context.close()

    def open(self, path: str = "/field/") -> None:
        """Go to the app."""
        self.page.goto(f"{self.server}{path}")

    def bind(self, code: str, *, english: bool = True) -> None:
        """Bind the phone with the code of a card."""
        self.open(f"/field/#bind={code}")
        if english:
            self.page.get_by_role("button", name="English").click()
        fields = self.page.locator("main input")
        for number, text in enumerate(("演练 table 1", PIN, PIN), 1):
            fields.nth(number).fill(text)
        self.page.keyboard.press("Enter")
        self.page.locator("nav.bottom").wait_for()

    def unlock(self, pin: str = PIN) -> None:
        """Open the phone with its PIN."""
        self.page.locator("main input").fill(pin)
        self.page.keyboard.press("Enter")
        self.page.locator("nav.bottom").wait_for()

    def go(self, screen: str) -> None:
        """Open a screen."""
        self.page.evaluate(f"location.hash = '#/{screen}'")
        self.page.locator(f"nav.bottom a[href='#/{screen}'][aria-current=page]").wait_for()

    def told(self) -> Any:
        """How the traffic stands, as it is told on top of every screen."""
        return self.page.locator(".top-state")

    def press(self, name: str, *, exact: bool = False) -> None:
        """Press the first button of a name."""
        self.page.get_by_role("button", name=name, exact=exact).first.click()

    def offline(self, is_off: bool) -> None:
        """Pull the network, or give it back."""
        self.context.set_offline(is_off)
