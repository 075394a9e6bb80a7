"""`python -m benchmarks.addresses [--shared FOLDER] [--part final|look] [--wrong]`: tables and one JSON line.

`look` is the half of the names that the matcher was made and tuned on, `final` the other half, measured only.
"""

import argparse
import gc
import json
import statistics
import time
import tracemalloc
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid5

from benchmarks.addresses import places
from benchmarks.addresses.distortions import distorted
from benchmarks.addresses.places import SHARED, SPACE, Question
from epigrid.registers.places.rules import CERTAIN, Candidate, Divisions, Index, Named, fold

LARGE = 100_000
EDGES = (0.0, 0.2, 0.4, 0.6, 0.8, 0.9, CERTAIN, 1.01)
PAIRS = (
    ("金域阹山小区5号楼3单元", "金域阅山小区5号楼3单元"),
    ("金域阁山小区5号楼3单元", "金域阅山小区5号楼3单元"),
    ("新城晋悦首府明苑苑8号楼", "新城吾悦首府明瑟苑8号楼"),
    ("新城吾悦首府8号楼", "新城吾悦首府明瑟苑8号楼"),
    ("东界花园小区10号楼", "东昇佳园小区10号楼"),
    ("龙堡", "龙保"),
    ("兰亭御湖城2单元", "兰亭御湖城东区7号楼2单元"),
)
"""Pairs known from the notices: (as printed, what was meant); the last one could be any building."""


@dataclass
class Score:
    """Counts over questions of one kind."""

    asked: int = 0
    has: int = 0
    certain: int = 0
    certain_right: int = 0
    first: int = 0
    among_five: int = 0
    wrong: list[str] = field(default_factory=list)

    def add(self, question: Question, found: Sequence[Candidate]) -> None:
        """Count one answer."""
        sure = bool(found) and found[0].confidence >= CERTAIN and not (len(found) > 1 and found[1].confidence >= CERTAIN)
        self.asked += 1
        self.has += bool(question.right)
        self.certain += sure
        self.first += bool(found) and found[0].place_id in question.right
        self.among_five += any(one.place_id in question.right for one in found[:5])
        if sure and found[0].place_id in question.right:
            self.certain_right += 1
        elif sure:
            self.wrong.append(f"{question.text} -> {found[0].full_name}")

    def row(self) -> dict[str, float | int | None]:
        """Precision of what is certain; recall at the threshold, of the first candidate, and among five."""
        share: Callable[[int, int], float | None] = lambda part, whole: round(part / whole, 4) if whole else None  # noqa: E731
        return {
            "asked": self.asked,
            "in_register": self.has,
            "certain": self.certain,
            "precision": share(self.certain_right, self.certain),
            "recall_certain": share(self.certain_right, self.has),
            "recall_first": share(self.first, self.has),
            "recall_5": share(self.among_five, self.has),
        }


Answered = tuple[Question, list[Candidate]]


def sets(shared: Path) -> Iterator[tuple[list[Named], list[Question]]]:
    """Registers with their questions."""
    register, questions = places.shanghai(shared)
    yield register, questions
    yield places.geocode_pairs(shared)
    for every, name in ((register, "Shanghai"), (places.risk_areas(shared), "Lists")):
        inside, outside = places.split(every)
        yield inside, distorted(inside, outside, name)


def ask(shared: Path, part: str) -> tuple[list[Answered], list[float]]:
    """All questions of one part with their answers, and milliseconds per question."""
    answers, spent = [], []
    for register, questions in sets(shared):
        index = Index(register)
        for question in questions:
            if places.part(question.text) == part:
                began = time.perf_counter()
                found = index.match(question.text)
                spent.append((time.perf_counter() - began) * 1000)
                answers.append((question, found))
    return answers, spent


def counties(shared: Path) -> dict[str, float | int]:
    """The corrections by hand: how many counties the text itself gives, and how many a register of the other corrections adds."""
    rows = places.corrections(shared)
    known = Divisions(places.divisions(shared, {city for city, _, _ in rows}))
    answered = right = added = 0
    for city, text, county in rows:
        found = known.county_of(city=city, text=text)
        if found is not None:
            answered += 1
            right += county.startswith(found.name) or (set(county) <= set(found.name) and county[-1:] == found.name[-1:])
            continue
        others = [
            Named(id=uuid5(SPACE, f"{row}"), kind="", full_name=row[1], spellings=(row[1],), areas=(row[0], row[2]))
            for row in dict.fromkeys(rows)
            if row[2] and fold(row[1]) != fold(text)
        ]
        best = Index(others).match(city + text, 1)
        added += bool(best) and best[0].confidence >= CERTAIN
    has = sum(bool(county) for _, _, county in rows)
    return {"asked": len(rows), "answerable": has, "answered": answered, "right": right, "recall": round(right / has, 4), "added_by_others": added}


def speed(shared: Path) -> list[dict[str, float | int]]:
    """Build time, memory and milliseconds per match for registers of several sizes, over one set of questions."""
    register, questions = places.shanghai(shared)
    geocoded, _ = places.geocode_pairs(shared)
    large = [*geocoded, *places.villages(shared, LARGE - len(geocoded))]
    texts = [question.text for question in questions][::20]
    rows = []
    for every in (places.risk_areas(shared), register, geocoded, large):
        gc.collect()
        began = time.perf_counter()
        index = Index(every)
        built = time.perf_counter() - began
        spent = [_timed(index, text) for text in texts]
        row = {"places": len(every), "build_s": round(built, 2), "median_ms": round(statistics.median(spent), 2)}
        rows.append(row | {"p95_ms": round(statistics.quantiles(spent, n=20)[-1], 2)})
    tracemalloc.start()
    kept = Index(large)
    rows[-1]["megabytes"] = tracemalloc.get_traced_memory()[0] // 2**20
    tracemalloc.stop()
    del kept
    return rows


def _timed(index: Index, text: str) -> float:
    began = time.perf_counter()
    index.match(text)
    return (time.perf_counter() - began) * 1000


def calibration(answers: Iterable[Answered]) -> list[dict[str, float | int]]:
    """Per band of the first candidate's confidence: how many, and the share that was right."""
    bands: dict[float, list[bool]] = defaultdict(list)
    for question, found in answers:
        if found:
            bands[max(edge for edge in EDGES if edge <= found[0].confidence)].append(found[0].place_id in question.right)
    return [{"from": edge, "answers": len(bands[edge]), "right": round(sum(bands[edge]) / len(bands[edge]), 3)} for edge in sorted(bands)]


def pairs() -> list[dict[str, object]]:
    """The known pairs: rank and confidence of what was meant among all places of these pairs and their neighbours."""
    names = {meant for _, meant in PAIRS} | {
        "金域阅山小区5号楼2单元",
        "新城吾悦首府明瑟苑6号楼",
        "兰亭御湖城",
        "当代湖城7号楼2单元",
        "龙凤",
        "东昇佳园小区1号楼",
    }
    index = Index(Named(id=uuid5(SPACE, name), kind="", full_name=name, spellings=(name,)) for name in names)
    rows = []
    for printed, meant in PAIRS:
        found = index.match(printed)
        rank = next((rank for rank, one in enumerate(found, start=1) if one.full_name == meant), 0)
        rows.append({"printed": printed, "meant": meant, "rank": rank, "confidence": found[rank - 1].confidence if rank else 0.0})
    return rows


def table(rows: Sequence[Mapping[str, object]]) -> None:
    """Print rows as a Markdown table."""
    heads = list(dict.fromkeys(key for row in rows for key in row))
    print("| " + " | ".join(heads) + " |\n|" + " --- |" * len(heads))
    for row in rows:
        print("| " + " | ".join("" if row.get(head) is None else str(row[head]) for head in heads) + " |")
    print()


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--shared", type=Path, default=SHARED)
    options.add_argument("--part", choices=("look", "final"), default="final")
    options.add_argument("--wrong", action="store_true", help="list what was certain and wrong")
    chosen = options.parse_args()
    answers, spent = ask(chosen.shared, chosen.part)
    scores: dict[str, Score] = defaultdict(Score)
    for question, found in answers:
        scores[question.kind].add(question, found)
        scores["all"].add(question, found)
    rows = [{"kind": kind, **score.row()} for kind, score in scores.items()]
    result = {"part": chosen.part, "all": scores["all"].row(), "median_ms": round(statistics.median(spent), 2)}
    result |= {"calibration": calibration(answers), "counties": counties(chosen.shared), "pairs": pairs(), "speed": speed(chosen.shared)}
    table(rows)
    for name in ("calibration", "pairs", "speed"):
        table(result[name])
    table([result["counties"]])
    if chosen.wrong:
        print(*scores["all"].wrong, sep="\n")
    print(json.dumps(result, ensure_ascii=False))


if __name__ == "__main__":
    main()
