"""Times the printing of papers: a notice of one page, and one with 500 items and a table of 500 rows, as PDF and as Word file.

Command: `python -m benchmarks.printing`. Prints a table and one JSON line. Each is printed once before it is timed (fonts read, layout compiled), then `REPEATS` times with
another number each time, so that nothing is remembered from the time before.
"""

import json
import os
import platform
import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from benchmarks import calibrate
from epigrid.store.printing import Heading, Items, Paragraph, Sheet, Table, docx, pdf

REPEATS = 9
LIMITS = {"pdf of one page": 0.1}
"""Seconds on 2 cores."""


def notice(items: int) -> Sheet:
    """An exercise notice with so many places, as a list and as a table."""
    places = [f"小店区平阳街道演练花园{number}区{number % 9 + 1}号楼2单元" for number in range(1, items + 1)]
    return Sheet(
        title="【演练】关于调整怀远市新冠肺炎疫情风险区域的通告",
        number="演练-2022-0001",
        blocks=(
            Paragraph("根据《中华人民共和国传染病防治法》等有关规定，经专家组综合研判，自2022年11月21日18时起，将风险区域调整如下。"),
            Heading("一、新增高风险区"),
            Items(places, numbered=True),
            Heading("二、前后等级"),
            Table(("地点", "原等级", "现等级"), [(place, "低风险", "高风险") for place in places]),
            Paragraph("高风险区实行足不出户、上门服务；就医、火警等紧急情况随时可以外出。"),
        ),
        signer="怀远市演练指挥部办公室",
        date=date(2022, 11, 21),
        footer="演练 EXERCISE: not a real decision, nobody is bound by this paper",
        watermark="演练",
    )


def row(name: str, printer: Callable[[Sheet], bytes], sheet: Sheet) -> dict[str, Any]:
    """One line of the table."""
    size, seconds = len(printer(sheet)), []
    for number in range(REPEATS):
        other = replace(sheet, number=f"演练-2022-{number + 2:04d}")
        began = time.perf_counter()
        printer(other)
        seconds.append(time.perf_counter() - began)
    limit = LIMITS.get(name)
    return {
        "what": name,
        "runs": REPEATS,
        "median_s": round(statistics.median(seconds), 4),
        "worst_s": round(max(seconds), 4),
        "limit_s": limit,
        "bytes": size,
    }


def main() -> None:
    """Print each paper and say what it took."""
    before = calibrate.calibrate()
    rows = [
        row(f"{name} of {what}", printer, notice(items))
        for what, items in (("one page", 5), ("500 items", 500))
        for name, printer in (("pdf", pdf), ("docx", docx))
    ]
    for line in [dict.fromkeys(rows[0], ""), *rows]:
        print("  ".join(f"{line[name] or ('-' if line['what'] else name)!s:>18}" for name in rows[0]))
    surroundings = {
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "load": [round(value, 2) for value in os.getloadavg()],
        "calibration": before,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "command": "python -m benchmarks.printing",
    }
    print(json.dumps({"rows": rows, **surroundings}, ensure_ascii=False))


if __name__ == "__main__":
    main()
