"""A sample of chains for the living page of components. Everybody in it is invented."""

import json
from collections.abc import Callable
from typing import Any

Say = Callable[[str, str], str]
CASES = (
    ("王**", "S-0001", 0, "2022-11-18T09:00", "2022-11-21T08:00", "2022-11-20T09:00", "2022-11-21T08:30"),
    ("李*", "S-0002", 1, "2022-11-21T10:00", "2022-11-23T19:00", "2022-11-23T10:00", "2022-11-22T15:00"),
    ("赵**", "S-0003", 1, "2022-11-21T16:00", "2022-11-24T06:00", "2022-11-23T16:00", None),
    ("孙*", "S-0004", 2, "2022-11-24T08:00", "2022-11-26T20:00", "2022-11-26T08:00", "2022-11-25T12:00"),
)
"""Name, file number, generation, infectious from and until, first positive sampling, quarantine."""
LINKS = (
    (0, 1, True, "2022-11-20T07:10", 640),
    (0, 2, True, "2022-11-20T12:30", 35),
    (2, 3, True, "2022-11-23T19:00", 90),
    (1, 3, False, "2022-11-22T13:00", 12),
)
"""Source, target, best, last meeting, minutes together."""


def chains(say: Say) -> dict[str, Any]:
    """The shape of `{% chart %}`, in the reader's language."""
    keys = ("name", "file", "generation", "from", "until", "sampled", "isolated")
    cases = [
        dict(zip(keys, case, strict=True)) | {"tip": [(say("首次阳性采样", "First positive sampling"), case[5].replace("T", " "))]} for case in CASES
    ]
    links = [
        {"source": source, "target": target, "best": best, "at": at, "tip": [(say("同处分钟数", "Minutes together"), str(minutes))]}
        for source, target, best, at, minutes in LINKS
    ]
    generations = [say(f"第 {number} 代", f"Generation {number}") for number in (1, 2, 3)]
    both = [("best", say("首选候选来源", "first candidate source")), ("other", say("其他候选来源", "another candidate source"))]
    times = [
        ("window", say("传染期", "infectious window")),
        ("after", say("已隔离", "apart from others")),
        ("isolated", say("开始隔离", "beginning of quarantine or isolation")),
        ("sampled", say("首次阳性采样", "first positive sampling")),
    ]
    return {
        "id": "sample-chains",
        "data": json.dumps({"generations": generations, "cases": cases, "links": links}, ensure_ascii=False),
        "views": [
            {"kind": "graph", "title": say("传播关系假设", "Who may have infected whom"), "legend": [("case", say("感染者", "case")), *both]},
            {"kind": "gantt", "title": say("时间轴", "The same in time"), "legend": [*times, *both]},
        ],
    }
