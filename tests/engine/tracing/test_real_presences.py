"""Real presences, read in place: transit cards, store visits, face-to-face contacts. Every answer is compared with one counted by hand from the file."""

import csv
import gzip
import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from epigrid.engine.tracing import contacts, research
from epigrid.engine.tracing.index import TraceIndex
from epigrid.engine.tracing.intake import Headings, Ledger
from epigrid.engine.tracing.numbering import Numbers
from epigrid.engine.tracing.schemas import ExposureQuery
from tests.conftest import SHARED

pytestmark = pytest.mark.data
EXPOSURE = UUID(int=11)
CARDS = SHARED / "transit_scans_szt2018" / "src" / "main" / "resources"
CARD_FILES = [CARDS / "card-data" / "14_14.csv", CARDS / "szt_card_data_2920000403601.csv"]
IN, BUS, OUT = "地铁入站", "巴士", "地铁出站"
MINUTES = 10
"""How long a scan says that somebody is at its station: an assumption of these tests, no figure of the source."""
FACES = SHARED / "sociopatterns"
Stays = dict[tuple[str, str], list[tuple[int, int]]]
"""(person, place) -> disjoint stays."""


class Answers:
    """A research index built from files, asked under the ids of the files."""

    def __init__(self, files: list[Path], folder: Path, plan: research.Plan) -> None:
        self.ledger = Ledger()
        self.built = research.build(files, folder, plan, ledger=self.ledger, progress=lambda *_: None)
        self.index = TraceIndex.open(folder)
        self.persons = Numbers.read(folder / research.PERSONS)

    def met(self, people: list[str], start: int, end: int) -> dict[tuple[str, str], tuple[int, int]]:
        """(person, contact) -> (seconds, meetings)."""
        numbers = self.persons.find(pa.array(people)).tolist()
        found = contacts.contacts(self.index, [ExposureQuery(exposure_id=EXPOSURE, person=number, start=start, end=end) for number in numbers])
        who = [str(one) for one in self.persons.ids(found.contact).to_pylist()]
        rows = zip(found.query.tolist(), who, found.seconds.tolist(), found.meetings.tolist(), strict=True)
        return {(people[query], contact): (seconds, meetings) for query, contact, seconds, meetings in rows}


def rows_of(path: Path) -> Iterator[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as file:
        yield from csv.DictReader(file)


def second(text: str, zone: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp())


def merged(stays: Stays) -> Stays:
    """Stays that overlap or touch, as one."""
    found: Stays = defaultdict(list)
    for key, parts in stays.items():
        for start, end in sorted(parts):
            if found[key] and start <= found[key][-1][1]:
                found[key][-1] = found[key][-1][0], max(found[key][-1][1], end)
            else:
                found[key].append((start, end))
    return found


def by_hand(stays: Stays, people: list[str]) -> dict[tuple[str, str], tuple[int, int]]:
    """What `Answers.met` must say: every stay of the people against everybody's at the same place."""
    at: dict[str, list[tuple[str, int, int]]] = defaultdict(list)
    for (who, place), parts in stays.items():
        at[place] += [(who, start, end) for start, end in parts]
    seconds: Counter[tuple[str, str]] = Counter()
    meetings: Counter[tuple[str, str]] = Counter()
    for (who, place), parts in stays.items():
        for start, end in parts if who in people else ():
            for contact, begins, ends in at[place]:
                shared = min(end, ends) - max(start, begins)
                if contact != who and shared > 0:
                    seconds[who, contact] += shared
                    meetings[who, contact] += 1
    return {pair: (seconds[pair], meetings[pair]) for pair in seconds}


def card_plan(place: str, minutes: float | None) -> research.Plan:
    headings = Headings(
        person="card_no",
        place=place,
        t_in="deal_date",
        direction="deal_type",
        device="equ_no",
        zone="Asia/Shanghai",
        in_words=(IN, BUS),
        out_words=(OUT,),
        dwell_minutes=minutes,
    )
    return research.Plan(headings=headings, zone="Asia/Shanghai")


def card_rows(place: str) -> list[tuple[str, str, int, str]]:
    """Every different scan that names a place: card, place, moment, kind."""
    rows = {(row["card_no"], row[place], row["deal_date"], row["deal_type"]) for path in CARD_FILES for row in rows_of(path) if row[place].strip()}
    return sorted((card, where, second(when, "Asia/Shanghai"), kind) for card, where, when, kind in rows)


def test_transit_scans_find_who_was_at_the_same_station_or_bus(tmp_path: Path) -> None:
    """Two files with their columns in different order, 47,000 scans: every row is taken or rejected with its reason (no station: 1,535; exact repeats), and the
    contacts of 60 seeded cards are those counted from the file, each scan ten minutes at its station or bus; an in and an out scan at one station is a stay."""
    found = Answers(CARD_FILES, tmp_path / "index", card_plan("station", MINUTES))
    assert found.ledger.rows == 47_000
    assert found.ledger.rejected["place", "place-missing"] == 1_535
    scans = card_rows("station")
    assert found.ledger.rejected["", "repeated"] == 47_000 - 1_535 - len(scans)
    assert set(found.ledger.rejected) == {("place", "place-missing"), ("", "repeated")}
    assert not [one for one in found.built.scanners if one.suspect]
    stays = merged(doorkeeper(scans, MINUTES * 60))
    assert found.built.taken == sum(map(len, doorkeeper(scans, MINUTES * 60).values()))
    people = random.Random(1).sample(sorted({card for card, *_ in scans}), 60)
    start, end = min(scan[2] for scan in scans) - 3600, max(scan[2] for scan in scans) + 86_400
    expected = by_hand(stays, people)
    assert len(expected) > 500
    assert found.met(people, start, end) == expected


def test_transit_cards_that_enter_and_leave_one_line_give_their_travel_time(tmp_path: Path) -> None:
    """Lines as places: a card with an in and the next out scan on one line was on it between them; scans without partner are rejected, as no dwell is given. 740
    travels, the same seconds as counted from the file, half of them up to seven minutes; a few pair an evening's in with a morning's out, which only a
    person can tell from a night shift."""
    found = Answers(CARD_FILES, tmp_path / "index", card_plan("company_name", None))
    scans = card_rows("company_name")
    travels = doorkeeper(scans, None)
    lengths = sorted(end - start for parts in travels.values() for start, end in parts)
    assert found.built.taken == len(lengths) == 740
    assert found.ledger.rejected["direction", "no-partner-and-no-dwell"] == len(scans) - 2 * len(lengths)
    assert sum(int((day.t_out - day.t_in).sum()) for day in (segment.visits() for segment in found.index.segments)) == sum(lengths)
    assert 400 < lengths[len(lengths) // 2] <= 430
    assert 0 < sum(length > 6 * 3600 for length in lengths) < 20


def doorkeeper(scans: list[tuple[str, str, int, str]], dwell: int | None) -> Stays:
    """Pair the scans of each card at each place one after another."""
    found: Stays = defaultdict(list)
    at: dict[tuple[str, str], list[tuple[int, bool]]] = defaultdict(list)
    for card, place, moment, kind in scans:
        at[card, place].append((moment, kind == OUT))
    for key, mine in at.items():
        left = sorted(mine)
        while left:
            moment, out = left.pop(0)
            if not out and left and left[0][1] and left[0][0] - moment <= 16 * 3600:
                until = left.pop(0)[0]
                if until > moment:
                    found[key].append((moment, until))
            elif dwell is not None:
                found[key].append((moment - dwell, moment) if out else (moment, moment + dwell))
    return found


def test_store_visits_find_households_that_were_in_a_store_together(tmp_path: Path) -> None:
    """A gzipped file with the moment of entry only and no time zone: zone and a stay of half an hour are assumptions given by the test, without either nothing is
    taken. 155,848 rows; the hour that the clocks showed twice is rejected; the contacts of 40 seeded households are those counted from the file."""
    path, zone = SHARED / "store_visits_completejourney" / "visits.csv.gz", "America/New_York"
    headings = {"person": "household_id", "place": "store_id", "t_in": "transaction_timestamp"}
    for missing in ({"zone": zone}, {"dwell_minutes": 30.0}):
        with pytest.raises(research.NothingTaken):
            Answers([path], tmp_path / "none", research.Plan(headings=Headings(**headings, **missing), zone=zone))
    found = Answers([path], tmp_path / "index", research.Plan(headings=Headings(**headings, zone=zone, dwell_minutes=30), zone=zone))
    rows = [(row["household_id"], row["store_id"], row["transaction_timestamp"]) for row in rows_of(path)]
    assert found.ledger.rows == len(rows) == 155_848
    twice = [
        row for row in rows if (row[2] >= "2017-11-05 01" and row[2] < "2017-11-05 02") or (row[2] >= "2017-03-12 02" and row[2] < "2017-03-12 03")
    ]
    assert found.ledger.rejected["t_in", "stamp-not-one-moment"] == len(twice)
    entries = {(who, where, second(when, zone)) for who, where, when in set(rows) - set(twice)}
    assert found.ledger.rejected["", "repeated"] == len(rows) - len(twice) - len(entries)
    stays: Stays = defaultdict(list)
    for who, where, when in entries:
        stays[who, where].append((when, when + 1800))
    people = random.Random(2).sample(sorted({who for who, *_ in entries}, key=int), 40)
    start = second("2017-05-01 00:00:00", zone)
    end = start + 21 * 86_400
    inside = {key: [(max(a, start), min(b, end)) for a, b in parts if b > start and a < end] for key, parts in merged(stays).items()}
    expected = by_hand(inside, people)
    assert len(expected) > 30
    assert found.met(people, start, end) == expected


@pytest.mark.parametrize(
    ("name", "slots"),
    [
        ("SFHH_tij.dat.gz", 70_261),
        ("workplace_InVS15_tij.dat.gz", 78_249),
        ("hospital_lyon_contacts.dat.gz", 32_424),
        ("primaryschool.csv.gz", 125_773),
        ("ht2009_contact_list.dat.gz", 20_818),
    ],
)
def test_face_to_face_contacts_sum_to_their_slots_of_twenty_seconds(tmp_path: Path, name: str, slots: int) -> None:
    """A conference, a workplace, a hospital ward, a school, a second conference: each slot of 20 seconds is both people's presence at the place of their pair. For
    every person, the seconds with each contact are 20 times the slots of the pair, and the meetings are the runs of slots without a gap."""
    with gzip.open(FACES / name, "rt", encoding="utf-8") as file:
        read = [(int(t), *sorted((i, j))) for t, i, j, *_ in (line.split() for line in file)]
    assert len(read) == slots
    columns: dict[str, list[object]] = {"person": [], "place": [], "t_in": [], "t_out": []}
    for moment, *pair in read:
        for who in pair:
            for column, value in zip(columns, (who, "-".join(pair), moment - 20, moment), strict=True):
                columns[column].append(value)
    pq.write_table(pa.table(columns), tmp_path / "slots.parquet")
    found = Answers([tmp_path / "slots.parquet"], tmp_path / "index", research.Plan(headings=Headings(), zone="UTC"))
    different = sorted(set(read))
    assert found.ledger.rejected["", "repeated"] == 2 * (slots - len(different))
    assert sum(found.ledger.rejected.values()) == found.ledger.rejected["", "repeated"]
    by_pair: Stays = defaultdict(list)
    for moment, i, j in different:
        by_pair[i, j].append((moment - 20, moment))
    runs = merged(by_pair)
    expected = {}
    for (i, j), parts in by_pair.items():
        expected[i, j] = expected[j, i] = 20 * len(parts), len(runs[i, j])
    people = sorted({who for pair in by_pair for who in pair})
    assert found.met(people, max(different[0][0] - 20, 0), different[-1][0] + 1) == expected
