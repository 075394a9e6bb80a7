"""How often an account may look people up by a number, a code or a home: a sliding window, so that nobody pages through residents with a sign-in.

It is kept in the memory of this server process: no row is written or waited for, and an upload of a phone is never counted. What it cannot do: a restart
forgets it, and of several server processes each counts alone (`epigrid serve` has one). It slows somebody down and makes him seen; it proves nothing.
"""

import math
import time
from collections import deque
from dataclasses import dataclass, field
from threading import Lock
from uuid import UUID

from django.conf import settings

from epigrid.kernel.actors import Actor
from epigrid.kernel.errors import TooOften


@dataclass(kw_only=True)
class _Pace:
    """The moments of one account's look-ups within the window, in seconds of the process; when he was last told that he is too fast."""

    taken: deque[float] = field(default_factory=deque)
    told_at: float | None = None


PACES: dict[UUID | None, _Pace] = {}
_LOCK = Lock()


def look_up(actor: Actor) -> None:
    """Count one look-up of an account; beyond `EPIGRID_LOOK_UPS` within `EPIGRID_LOOK_UP_MINUTES` it is refused (`TooOften`) and not counted.

    `details`: `again_in_seconds`, until the oldest falls out of the window; `first`, whether he is told for the first time within a window.
    """
    now, window = time.monotonic(), settings.EPIGRID_LOOK_UP_MINUTES * 60.0
    with _LOCK:
        pace = PACES.setdefault(actor.id, _Pace())
        while pace.taken and pace.taken[0] <= now - window:
            pace.taken.popleft()
        if len(pace.taken) < settings.EPIGRID_LOOK_UPS:
            pace.taken.append(now)
            return
        first = pace.told_at is None or pace.told_at <= now - window
        pace.told_at = now if first else pace.told_at
        again = math.ceil(pace.taken[0] + window - now) if pace.taken else math.ceil(window)
    raise TooOften(again_in_seconds=max(again, 1), first=first)
