"""Real places and real spellings: Shanghai's daily lists of 2022, the national lists of risk areas, the corrected counties, villages for size."""

import csv
import gzip
import json
import re
import unicodedata
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from uuid import UUID, uuid5

from epigrid.registers.places.rules import Division, Named

SPACE = UUID("6f1d2a54-0000-4000-8000-000000000000")
SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
EARLIER = "20220331"
"""Shanghai: places up to this day are the register, spellings of later days are matched."""
DISTRICTS = ["黄浦", "徐汇", "长宁", "静安", "普陀", "虹口", "杨浦", "闵行", "宝山", "嘉定", "浦东新", "金山", "松江", "青浦", "奉贤", "崇明"]
NO_ADDRESS = re.compile(r"[年月日]\d|新增|居住|消毒|滑动|资料|编辑|图片|上海发布|各区|确诊|感染|通报|微信|公众号|文章|喜欢|[:：→↓]")


@dataclass(frozen=True)
class Question:
    """A text, the ids of the places that are right (empty: the register does not have it), and of which kind it is."""

    text: str
    right: frozenset[UUID]
    kind: str


def part(text: str) -> str:
    """`look` or `final`, by a hash of the name without numbers: a road or compound is wholly in one of them."""
    return "look" if zlib.crc32(re.sub(r"[\d_]+.*", "", text).encode()) % 2 else "final"


def shanghai_days(shared: Path) -> dict[str, set[tuple[str, str]]]:
    """Day -> (district, address as printed)."""
    days = {}
    for path in sorted((shared / "shanghai_2022_stockard/data/raw/address").iterdir()):
        district, found = "", set()
        for line in path.read_text(encoding="utf-8").splitlines():
            clean = line.strip().strip("，,。、；; \u3000")
            if clean.removesuffix("区") in DISTRICTS:
                district = clean
            elif clean and district and len(clean) <= 40 and not NO_ADDRESS.search(clean):
                found.add((district, clean))
        days[path.name] = found
    return days


def shanghai(shared: Path) -> tuple[list[Named], list[Question]]:
    """The register of the earlier days with districts and streets, and the spellings of the later days."""
    with (shared / "shanghai_2022_stockard/data/use_backup/geo.csv").open(encoding="utf-8") as file:
        points = {(row["district"], row["address"]): (row["gcj02_lng"], row["gcj02_lat"], row["street_level"]) for row in csv.DictReader(file)}
    days = shanghai_days(shared)
    known = sorted(set().union(*(days[day] for day in days if day <= EARLIER)))
    later = sorted(set().union(*(days[day] for day in days if day > EARLIER)))
    ids, by_key, by_point = {}, defaultdict(set), defaultdict(set)
    register, seen = [], set(known)
    for district, address in known:
        key = _key(address, district)
        if (district, key) in ids:
            continue
        place = Named(id=uuid5(SPACE, f"{district}|{key}"), kind="address", full_name=address, spellings=(address,), areas=("上海市", district))
        ids[district, key] = place.id
        register.append(place)
        by_key[district, key].add(place.id)
        if (district, address) in points:
            by_point[points[district, address][:2], _shape(address)].add(place.id)
    questions = []
    for district, address in later:
        right = set(by_key.get((district, _key(address, district)), ()))
        point = points.get((district, address))
        if point and re.search(r"\d", address):
            right |= by_point.get((point[:2], _shape(address)), set())
        kind = "new" if not right else "as printed before" if (district, address) in seen else "spelled differently"
        questions.append(Question(district + address, frozenset(right), f"Shanghai, {kind}"))
    return register, questions


def _key(address: str, district: str) -> str:
    """A normal form that shares no code with the matcher: widths, brackets, district prefix, blanks."""
    plain = re.sub(r"[（(].*?[)）]|\s", "", unicodedata.normalize("NFKC", address)).replace("囯", "国")
    return plain.removeprefix("上海市").removeprefix(district)


def _shape(address: str) -> str:
    """Numbers and unit words in order: 横桥路136弄11支弄 -> 136弄11支弄."""
    return "".join(re.findall(r"\d+|支弄|[弄号室]", unicodedata.normalize("NFKC", address)))


def geocode_pairs(shared: Path) -> tuple[list[Named], list[Question]]:
    """All geocoded addresses; of those with one point and the same numbers and unit words one is the place, the others are questions."""
    groups: dict[tuple[str, ...], list[str]] = defaultdict(list)
    with (shared / "shanghai_2022_stockard/data/use_backup/geo.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            own = _shape(row["address"]) if re.search(r"\d", row["address"]) else row["address"]
            groups[row["district"], row["gcj02_lng"], row["gcj02_lat"], own].append(row["address"])
    register, questions = [], []
    for key, spellings in sorted(groups.items()):
        first, *others = sorted(spellings, key=lambda text: ("_" in text, len(text), text))
        place = Named(id=uuid5(SPACE, "|".join(key)), kind="address", full_name=first, spellings=(first,), areas=("上海市", key[0]))
        register.append(place)
        questions += [Question(key[0] + other, frozenset({place.id}), "Shanghai, one point, two spellings") for other in others]
    return register, questions


def risk_areas(shared: Path) -> list[Named]:
    """Areas of the national lists, each spelling a place; texts that name several places or except some are left out."""
    found = set()
    for name in ("gansu", "hainan"):
        with gzip.open(shared / f"cn_risklevel_snapshots/{name}.jsonl.gz", "rt", encoding="utf-8") as file:
            for line in file:
                lists = json.loads(line)
                for area in (area for key in ("highlist", "middlelist", "lowlist") for area in lists[key]):
                    found |= {(area["city"], area["county"], text.strip()) for text in area["communitys"]}
    kept: dict[tuple[str, str], Named] = {}
    for city, county, text in sorted(found):
        plain = re.sub(r"[（(].*?[)）]|\s", "", unicodedata.normalize("NFKC", text))
        key = (county, plain.removeprefix(city).removeprefix(county).removeprefix(city))
        if 3 <= len(text) <= 30 and not re.search(r"除|不含|以外|其[他余]|全域|[、，,;；:：。&]|\d[-—~至]\d", text) and len(key[1]) > 2:
            kept.setdefault(key, Named(id=uuid5(SPACE, "|".join(key)), kind="area", full_name=text, spellings=(text,), areas=(city, county)))
    return list(kept.values())


def split(places: Iterable[Named], share: float = 0.8) -> tuple[list[Named], list[Named]]:
    """A register, and real other places that it does not have (by a hash of the whole text)."""
    inside: list[Named] = []
    outside: list[Named] = []
    for place in places:
        (inside if zlib.crc32(("".join(place.areas) + place.full_name).encode()) % 100 < share * 100 else outside).append(place)
    return inside, outside


def corrections(shared: Path) -> list[tuple[str, str, str]]:
    """The corrections by hand: (city, text without its county, county that was entered; empty when none was)."""
    rows = json.loads((shared / "cn_risk_notices_raw/Raw_data/fixed_byhand.json").read_text(encoding="utf-8"))
    return [(before[1], before[3], after[2]) for _, before, after in rows]


LEVELS = (
    ("cities.csv", "city", ""),
    ("areas.csv", "county", "cityCode"),
    ("streets.csv", "subdistrict", "areaCode"),
    ("villages.csv.gz", "community", "streetCode"),
)


def divisions(shared: Path, cities: Iterable[str]) -> list[Division]:
    """The divisions of some cities down to villages and communities (National Bureau of Statistics, 2023)."""
    wanted = set(cities)
    codes = {row["code"] for row in _rows(shared, "cities.csv") if row["name"] in wanted}
    return [
        Division(code=row["code"], name=row["name"], level=level, parent=row.get(parent, ""))
        for name, level, parent in LEVELS
        for row in _rows(shared, name)
        if row["code" if level == "city" else "cityCode"] in codes
    ]


def villages(shared: Path, count: int) -> list[Named]:
    """Villages and communities of Jiangsu, Zhejiang and Shandong with county and subdistrict, to make a register large."""
    counties = {row["code"]: row["name"] for row in _rows(shared, "areas.csv")}
    streets = {row["code"]: row["name"] for row in _rows(shared, "streets.csv")}
    rows = (row for row in _rows(shared, "villages.csv.gz") if row["provinceCode"] in ("32", "33", "37"))
    return [
        Named(
            id=uuid5(SPACE, row["code"]),
            kind="village",
            full_name=row["name"],
            spellings=(row["name"],),
            areas=(counties[row["areaCode"]], streets[row["streetCode"]]),
        )
        for row in islice(rows, count)
    ]


def _rows(shared: Path, name: str) -> Iterator[dict[str, str]]:
    path = shared / "cn_admin/china-division" / name
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as file:
        yield from csv.DictReader(file)
