"""Measures the reader of official notices: how many lists agree with the number they state, and how long reading takes.

Command: `python -m benchmarks.notices [FOLDER OR FILE...]`. Without arguments the development sets in ../shared/data are read. Prints a table, every list
that disagrees, and one JSON line. A list is a heading with a number (a level, a province, a district), or a number in a sentence; complete are those of
which the text lost nothing. Seconds are of the processor, so that other work on the machine does not count.
"""

import json
import statistics
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks import calibrate
from epigrid.response.zones.formats import Notice, read, read_all
from epigrid.response.zones.formats.letters import decode

SHARED = Path(__file__).resolve().parent.parent.parent / "shared"
SETS = (SHARED / "data" / "notices", SHARED / "sources" / "003.txt", SHARED / "data" / "cn_risk_notices_raw" / "Raw_data" / "Guizhou")
GOAL = 0.99
LIMIT_MS = 50.0
ITEMS = 60
BIG_BYTES = 5_000_000
REPEATS = 50


def agreement(path: Path) -> dict[str, Any]:
    """Read every text of a folder (or one file) and count its lists."""
    files = sorted(path.glob("*.txt")) if path.is_dir() else [path]
    row: dict[str, Any] = {"set": path.stem, "texts": 0, "places": 0, "lists": 0, "complete": 0, "agree": 0, "invented": 0, "differs": []}
    for file in files:
        text = decode(file.read_bytes()).text
        for notice in read_all(text):
            _add(row, notice, text, file.stem)
    row["share"] = round(row["agree"] / row["complete"], 4) if row["complete"] else None
    return row


def _add(row: dict[str, Any], notice: Notice, text: str, name: str) -> None:
    counts = [count for count in notice.counts if count.stated is not None]
    row["texts"] += 1
    row["places"] += len(notice.changes)
    row["lists"] += len(counts)
    row["complete"] += sum(count.complete for count in counts)
    row["agree"] += sum(count.complete and count.agrees for count in counts)
    row["invented"] += sum(change.place not in text[slice(*change.span)] for change in notice.changes)
    row["differs"] += [f"{name}: {count.district or 'whole'} {count.direction} {count.stated} / {count.read}" for count in counts if not count.agrees]
    row["differs"] += [f"{name}: {count.district or 'whole'} {count.direction} incomplete" for count in counts if not count.complete]


def sixty_items() -> str:
    """A notice of 60 places in Taiyuan's own form."""
    kinds = (
        "新建南路{}号院2号楼2单元",
        "五龙口街万科紫院{}号楼",
        "双阳路龙城晋府小区(1-{}号楼除外)",
        "古城营村寨底街{}巷5、6、8号",
        "晋商银行龙山大街第{}支行",
        "西龙庄村{}组",
    )
    items = [kinds[place % len(kinds)].format(place + 1) for place in range(ITEMS)]
    districts = [f"第{'一二三四五六'[place // 10]}区(10个):{'，'.join(items[place : place + 10])}。" for place in range(0, ITEMS, 10)]
    return "\n".join(
        ["关于我市调整高风险区的通告", "（2022年第177号）", f"即日起，新增高风险区{ITEMS}个。", "一、新增高风险区", *districts, "2022年11月22日"]
    )


def speed() -> dict[str, float]:
    """Milliseconds for a notice of 60 places (median), seconds for 5 MB of it and for 5 MB of its lines one by one."""
    notice = sixty_items()
    assert len(read(notice).changes) == ITEMS  # noqa: S101 - a benchmark of nothing would be worse
    runs = [_seconds(notice) for _ in range(REPEATS)]
    line = "扬州市邗江区双桥街道武塘社区明月路以南、文汇西路以北区域\n扬州市广陵区湾头镇联合村\n"
    lines = "高风险地区\n江苏：\n" + line * (BIG_BYTES // len(line.encode()))
    return {
        "notice_60_ms": round(statistics.median(runs) * 1000, 2),
        "big_notice_s": round(_seconds(notice * (BIG_BYTES // len(notice.encode()))), 2),
        "big_list_s": round(_seconds(lines), 2),
    }


def _seconds(text: str) -> float:
    began = time.process_time()
    read(text)
    return time.process_time() - began


def main() -> None:
    """Print the table, what disagrees, and one JSON line."""
    paths = [Path(name) for name in sys.argv[1:]] or [path for path in SETS if path.exists()]
    rows = [agreement(path) for path in paths]
    columns = [name for name in rows[0] if name != "differs"] if rows else []
    for line in [dict.fromkeys(columns, ""), *rows] if rows else []:
        print("  ".join(f"{line[name] if line[name] != '' else name!s:>10}" for name in columns))
    for row in rows:
        print(*(f"  {line}" for line in row["differs"]), sep="\n")
    times = speed()
    print(
        "  ".join(f"{name} {value}" for name, value in times.items()), f"(limit {LIMIT_MS} ms for {ITEMS} places, goal {GOAL:.0%} of complete lists)"
    )
    print(json.dumps({"rows": rows, **times, "calibration": calibrate.calibrate(), "command": "python -m benchmarks.notices"}, ensure_ascii=False))


if __name__ == "__main__":
    main()
