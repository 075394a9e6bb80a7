"""Hand-made lists: a sequence of snapshots of one county, written as the published ones are."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from epigrid.engine.replay import judging, snapshots
from epigrid.engine.replay.rules import Rule

FIRST = date(2022, 8, 1)
RULES = (
    Rule(regime="nine", since=date(2022, 6, 28), high_days=7, high_to=snapshots.MEDIUM, medium_days=7, after_high_days=3),
    Rule(regime="twenty", since=date(2022, 11, 11), high_days=5, high_to=snapshots.LOW, medium_days=None, after_high_days=None),
)
KEYS = {"high": "highlist", "medium": "middlelist", "low": "lowlist"}
Levels = Mapping[str, Sequence[str]]


def rule_on(day: date) -> Rule | None:
    """The rule in force on a day."""
    return next((rule for rule in reversed(RULES) if rule.since <= day), None)


def moment(day: float, hour: float = 9, first: date = FIRST) -> int:
    """Unix seconds of an hour in China on the n-th day."""
    start = datetime(first.year, first.month, first.day, tzinfo=UTC) - timedelta(hours=8)
    return int((start + timedelta(days=day, hours=hour)).timestamp())


def line(at: int, levels: Levels, *, county: str = "甲县", **other: Any) -> dict[str, Any]:
    """One snapshot of one county, stored half an hour after the moment it states."""
    entry = {"province": "某省", "city": "某市", "county": county}
    lists = {key: [{**entry, "communitys": list(levels[level])}] if levels.get(level) else [] for level, key in KEYS.items()}
    return {"update_time_unix": at, "save_time_unix": at + 1800, "hcount": 9, "mcount": 9, **lists, **other}


def daily(plan: Iterable[Levels], *, hour: float = 9, first: date = FIRST) -> list[dict[str, Any]]:
    """One snapshot a day at the same hour; an empty list stands before and after, so that nothing is cut off."""
    return [line(moment(day, hour, first), levels) for day, levels in enumerate([{}, *plan, {}])]


def write(path: Path, lines: Iterable[Mapping[str, Any]]) -> Path:
    """The lines as a file."""
    path.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in lines), encoding="utf-8")
    return path


def judge(folder: Path, lines: Iterable[Mapping[str, Any]], named: judging.Named | None = None) -> list[tuple[str, str]]:
    """(kind, reason) of every stay, in a fixed order."""
    return sorted((one.kind, one.reason) for one in judged(folder, lines, named))


def judged(folder: Path, lines: Iterable[Mapping[str, Any]], named: judging.Named | None = None) -> list[judging.Judged]:
    """Every stay judged."""
    return judging.judge(snapshots.read(write(folder / "lists.jsonl", lines)), rule_on, named)
