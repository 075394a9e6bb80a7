"""Counting judged stays: per regime and kind of exit, and all together, as plain values and as a table."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from epigrid.engine.replay.judging import REASONS, UNJUDGED, Judged

ALL = "all"
ERROR_POINTS = (5, 25, 50, 75, 95)
FARTHEST = 10
"""Errors and days beyond this stand together in a histogram."""
TEXT_TIES = frozenset({"renamed", "split", "merged"})


def report(judged: Iterable[Judged]) -> dict[str, Any]:
    """`n`, `judged`, the shares and reasons over all, and the same per regime and kind of exit under `by_exit` ("all" = every regime, every kind)."""
    groups: dict[str, dict[str, list[Judged]]] = defaultdict(lambda: defaultdict(list))
    for one in judged:
        for regime in (ALL, one.regime):
            for kind in (ALL, one.kind):
                groups[regime][kind].append(one)
    by_exit = {regime: {kind: tally(groups[regime][kind]) for kind in sorted(groups[regime])} for regime in sorted(groups)}
    whole = by_exit.get(ALL, {}).get(ALL) or tally([])
    return {**whole, "by_exit": by_exit}


def tally(group: Sequence[Judged]) -> dict[str, Any]:
    """One row. Shares are of the judged stays: those with a rule and a step down that was seen; None where there are none."""
    reasons = Counter(one.reason for one in group)
    judged = [one for one in group if one.reason not in UNJUDGED]
    gone_on = sum(one.reason in TEXT_TIES and one.fits is None for one in judged)
    fitting = sum(one.fits is True for one in judged)
    not_fitting = sum(one.fits is False for one in judged)
    within, unexplained = reasons["within-24h"], reasons["unexplained"]
    return {
        "n": len(group),
        "judged": len(judged),
        "days": _quartiles([one.days for one in group if one.days is not None]),
        "exit_day": _histogram([one.exit_day for one in group if one.exit_day is not None]),
        "error_days": _points([one.error for one in judged if one.error is not None]),
        "error_histogram": _histogram([round(one.error) for one in judged if one.error is not None]),
        "share_within_24h": _share(within, len(judged)),
        "share_within_24h_joined": _share(within + fitting, len(judged) - gone_on),
        "share_within_24h_one_day_sooner": _share(sum(one.sooner_hit is True for one in judged), len(judged)),
        "unexplained_share": _share(unexplained, len(judged)),
        "unexplained_share_strict": _share(unexplained + not_fitting, len(judged)),
        "reasons": {reason: reasons[reason] for reason in REASONS if reasons[reason]},
        "ties": {"gone_on": gone_on, "fit": fitting, "do_not_fit": not_fitting},
        "over_a_change": _over_a_change(judged),
    }


def _over_a_change(judged: Sequence[Judged]) -> dict[str, int]:
    over = [one for one in judged if one.old_hit is not None]
    return {
        "n": len(over),
        "old_rule_within_24h": sum(one.old_hit is True for one in over),
        "new_rule_within_24h": sum(one.new_hit is True for one in over),
    }


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _quartiles(values: Sequence[float]) -> dict[str, float] | None:
    if not values:
        return None
    low, middle, high = (round(float(value), 2) for value in np.percentile(values, (25, 50, 75)))
    return {"median": middle, "q1": low, "q3": high}


def _points(values: Sequence[float]) -> dict[str, float] | None:
    if not values:
        return None
    return {f"p{point:02}": round(float(value), 2) for point, value in zip(ERROR_POINTS, np.percentile(values, ERROR_POINTS), strict=True)}


def _histogram(values: Sequence[int]) -> dict[str, int]:
    """Counts by whole day; the first and the last bar hold everything farther out."""
    counts = Counter(max(-FARTHEST, min(FARTHEST, value)) for value in values)
    return {str(value): counts[value] for value in sorted(counts)}


HEADS = (
    "regime", "exit", "n", "judged", "median", "q1", "q3", "error p05", "p25", "p50", "p75", "p95",
    "within 24 h", "joined", "a day sooner", "unexplained", "strict",
)  # fmt: skip
SHARES = (
    "share_within_24h", "share_within_24h_joined", "share_within_24h_one_day_sooner", "unexplained_share", "unexplained_share_strict",
)  # fmt: skip


def table(found: Mapping[str, Any]) -> str:
    """The report as Markdown: days, errors and shares, then the reasons, then on which day (0 = the first) the areas left."""
    rows = [(regime, kind, row) for regime, kinds in found["by_exit"].items() for kind, row in kinds.items()]
    lines = _markdown(HEADS, [_figures(*row) for row in rows])
    used = [reason for reason in REASONS if found["reasons"].get(reason)]
    lines += [
        "",
        *_markdown(("regime", "exit", *used), [(regime, kind, *(row["reasons"].get(one, 0) for one in used)) for regime, kind, row in rows]),
    ]
    days = [str(day) for day in range(FARTHEST + 1)]
    bars = [(regime, kind, *(row["exit_day"].get(day, 0) for day in days)) for regime, kind, row in rows if kind != ALL and row["exit_day"]]
    return "\n".join([*lines, "", *_markdown(("exit on day", "", *days[:-1], f"{FARTHEST}+"), bars)])


def _figures(regime: str, kind: str, row: Mapping[str, Any]) -> tuple[object, ...]:
    days, error = row["days"] or {}, row["error_days"] or {}
    return (
        regime, kind, row["n"], row["judged"], *(days.get(key, "") for key in ("median", "q1", "q3")), *(error.get(f"p{point:02}", "") for point in ERROR_POINTS),
        *("" if row[share] is None else f"{100 * row[share]:.1f} %" for share in SHARES),
    )  # fmt: skip


def _markdown(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    return [f"| {' | '.join(heads)} |", "|---" * len(heads) + "|", *(f"| {' | '.join(map(str, row))} |" for row in rows)]
