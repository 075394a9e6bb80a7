"""Notices in hand: which places they name, and on which day."""

import re
from collections.abc import Iterable
from datetime import date, timedelta

from epigrid.engine.replay.judging import Named
from epigrid.engine.replay.snapshots import written
from epigrid.engine.replay.texts import plain

DATED = re.compile(r"^#\s*date:.*$", re.MULTILINE)
DAY = re.compile(r"(20\d\d)-(\d{1,2})-(\d{1,2})")
SHORTEST = 4


def namer(notices: Iterable[str]) -> Named:
    """A question over notice texts with a line "# date: 2022-11-24 ...": does one dated on this day or the day before name the place and its county or city?"""
    known: dict[date, list[str]] = {}
    for text in notices:
        head = DATED.search(text)
        body = plain(written(text))
        for year, month, day in DAY.findall(head[0] if head else ""):
            try:
                known.setdefault(date(int(year), int(month), int(day)), []).append(body)
            except ValueError:
                continue

    def named(county: tuple[str, str, str], text: str, day: date) -> bool:
        place, names = plain(text), [name for name in county[1:] if name]
        bodies = [*known.get(day, ()), *known.get(day - timedelta(days=1), ())]
        return len(place) >= SHORTEST and any(place in body and any(name in body for name in names) for body in bodies)

    return named
