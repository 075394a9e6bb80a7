#!.venv/bin/python
"""How often the published source of a case is among the candidate sources that the chains propose, on outbreaks that nobody here wrote.

Command: `python -m benchmarks.chains [--data FOLDER] [--json]`. What is given as evidence and what the figures mean stands in docs/reference/chains.md.
"""

import argparse
import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from time import perf_counter
from zoneinfo import ZoneInfo

import numpy as np

from epigrid.engine.tracing import chains
from epigrid.engine.tracing.chains import Cases, Pairs, SerialInterval
from epigrid.engine.tracing.schemas import UNKNOWN, Column
from epigrid.response.tracing.formats import linelists
from epigrid.response.tracing.formats.linelists import CaseRow, LinkRow, Reading, Refused
from epigrid.store import sheets

DATA = Path(__file__).resolve().parent.parent.parent / "shared" / "data"
TOP = (1, 3, 5)
DECOYS = 5
"""Random pairs of cases for each published link, where links are given."""
UTC = ZoneInfo("UTC")


def serial(mean: float, sd: float) -> SerialInterval:
    """Mean and spread as published. Possible are a day to three spreads above the mean: an assumption of this benchmark, the same for all."""
    return SerialInterval(mean_days=mean, sd_days=sd, lowest_days=1, highest_days=mean + 3 * sd)


SERIAL = {
    "mers": serial(
        12.6, 2.8
    ),  # mean: Cowling et al. 2015, doi:10.2807/1560-7917.ES2015.20.25.21163, from this outbreak's first weeks; spread assumed
    "ebola": serial(15.3, 9.3),  # WHO Ebola Response Team 2014, doi:10.1056/NEJMoa1411100
    "covid": serial(7.5, 3.4),  # Li et al. 2020, doi:10.1056/NEJMoa2001316: what was known when these clusters were investigated
}


@dataclass(frozen=True, kw_only=True)
class Outbreak:
    """Cases with their windows, published links (`directed`: who infected whom is published), and what could not be taken."""

    name: str
    disease: str
    cases: tuple[CaseRow, ...]
    links: tuple[tuple[str, str], ...]
    directed: frozenset[tuple[str, str]]
    refused: tuple[Refused, ...]


@dataclass(frozen=True, kw_only=True)
class Found:
    """One line of the table. Shares are of `judged`: published links with both ends among the cases that have a moment. `chance`: the first share that a
    blind choice among the earlier cases of the same evidence would have. `right` and `wrong` are of the
    `directed` links, whose direction is published."""

    outbreak: str
    evidence: str
    cases: int
    pairs: int
    links: int
    judged: int
    directed: int
    top: tuple[float, ...]
    chance: float
    right: float
    wrong: float
    seconds: float


Names = Mapping[str, tuple[str, ...]]


def rows_of(path: Path, how: Reading, names: Names, needed: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of a file by the project's own importer."""
    sheet = sheets.understand(sheets.read(path.read_bytes(), path.name), names=names, needed=needed, mapping=how.columns).canonical()
    return sheets.pick(sheet, names=names, needed=needed)


def read_cases(path: Path, how: Reading, names: Names = linelists.CASE_HEADINGS) -> tuple[list[CaseRow], list[Refused]]:
    """A line list."""
    return linelists.case_rows(rows_of(path, how, names, linelists.CASE_NEEDED), how)


def read_links(path: Path, how: Reading, names: Names = linelists.LINK_HEADINGS) -> tuple[list[LinkRow], list[Refused]]:
    """A list of links."""
    return linelists.link_rows(rows_of(path, how, names, linelists.LINK_NEEDED), how)


def listed(name: str, disease: str, files: tuple[Path, Path], hows: tuple[Reading, Reading]) -> Outbreak:
    """An outbreak of a line list and a list of directed links."""
    cases, refused = read_cases(files[0], hows[0])
    found, more = read_links(files[1], hows[1])
    links = tuple((link.source, link.target) for link in found)
    return Outbreak(name=name, disease=disease, cases=tuple(cases), links=links, directed=frozenset(links), refused=(*refused, *more))


def mers(data: Path) -> Outbreak:
    """Korea 2015: infectious from onset (Cowling: earlier is unlikely) until the diagnosis, exposed in the window of the line list."""
    files = (data / "outbreaks_R" / "mers_korea_2015.linelist.csv", data / "outbreaks_R" / "mers_korea_2015.contacts.csv")
    found = listed("MERS Korea 2015", "mers", files, (Reading(earliest=date(2015, 4, 1), latest=date(2015, 8, 1)), Reading()))
    cases = [replace(case, infectious_from=case.onset, infectious_until=case.sampled) for case in found.cases]
    return replace(found, cases=tuple(cases))


def ebola(data: Path) -> Outbreak:
    """The simulated outbreak: onset and hospital; the simulation's day of infection is not used."""
    files = (data / "outbreaks_R" / "ebola_sim.linelist.csv", data / "outbreaks_R" / "ebola_sim.contacts.csv")
    columns = {"infector": "source", "case_id": "target", "source": "kind"}
    return listed("Ebola (simulated)", "ebola", files, (Reading(), Reading(columns=columns)))


def tianjin(data: Path) -> Outbreak:
    """Links are the cases that the published source of a case names; infectious until confirmed, of unknown beginning."""
    path = data / "clusters_tianjin_singapore" / "data" / "Tianjin135cases_revised.csv"
    cases, refused = read_cases(path, Reading(dates="dmy", earliest=date(2019, 12, 1), latest=date(2020, 3, 31)))
    sheet = sheets.read(path.read_bytes(), path.name)
    target, told = sheet.headings.index("case_id"), sheet.headings.index("Infection_source")
    links = [(f"TJ{source}", row[target]) for row in sheet.rows for source in re.findall(r"TJ(\d+)", row[told])]
    cases = [replace(case, infectious_until=case.sampled) for case in cases]
    return Outbreak(name="Tianjin 2020", disease="covid", cases=tuple(cases), links=tuple(links), directed=frozenset(links), refused=tuple(refused))


def singapore(data: Path) -> Outbreak:
    """Links are the published pairs of related cases, without direction; sentences "via N" give some."""
    folder = data / "clusters_tianjin_singapore" / "data"
    path = folder / "COVID-19_Singapore_data_revised.csv"
    columns = {"CaseID": "case", "Case": "", "hospital": ""}
    cases, refused = read_cases(path, Reading(columns=columns, earliest=date(2019, 12, 1), latest=date(2020, 3, 31)))
    related, more = read_links(folder / "sing_edges_eg.csv", Reading())
    sheet = sheets.read(path.read_bytes(), path.name)
    target, told = sheet.headings.index("CaseID"), sheet.headings.index("presumed_reason")
    via = {(source, row[target]) for row in sheet.rows for said in re.findall(r"^via ([\d, ]+)", row[told]) for source in re.findall(r"\d+", said)}
    pairs = {(link.source, link.target) for link in related} | via
    links = sorted({pair if pair in via or (pair[::-1] not in via and pair < pair[::-1]) else pair[::-1] for pair in pairs})
    cases = [replace(case, infectious_until=case.sampled) for case in cases]
    return Outbreak(
        name="Singapore 2020", disease="covid", cases=tuple(cases), links=tuple(links), directed=frozenset(via), refused=(*refused, *more)
    )


def all_pairs(groups: Iterable[Sequence[int]]) -> tuple[Column, Column]:
    """Every pair within each group."""
    parts = [np.array(group, np.int64)[np.array(np.triu_indices(len(group), 1))] for group in groups]
    left, right = np.concatenate([np.empty((2, 0), np.int64), *parts], axis=1)
    return left, right


def evidence(kind: str, cases: Sequence[CaseRow], links: Sequence[tuple[int, int]]) -> tuple[Column, Column]:
    """Which pairs the engine is told: `dates` all, `place` those of one place, `links` the published ones without direction among random ones."""
    if kind == "dates":
        return all_pairs([range(len(cases))])
    if kind == "place":
        places: dict[str, list[int]] = {}
        for number, case in enumerate(cases):
            if case.place:
                places.setdefault(case.place, []).append(number)
        return all_pairs(places.values())
    random = np.random.default_rng(1)
    decoys = random.integers(0, len(cases), (DECOYS * len(links), 2))
    pairs = np.concatenate([np.array(links, np.int64).reshape(-1, 2), decoys[decoys[:, 0] != decoys[:, 1]]])
    pairs = np.unique(np.sort(pairs, axis=1), axis=0)
    return pairs[:, 0], pairs[:, 1]


def judge(outbreak: Outbreak, kind: str) -> Found:
    """Hide who infected whom, run the trees, look where the published sources stand."""
    table = linelists.numbered(outbreak.cases, (), UTC)
    number = {case: at for at, case in enumerate(table.ids)}
    by_id = {case.case: case for case in reversed(outbreak.cases)}
    kept = [(number[source], number[target]) for source, target in outbreak.links if {source, target} <= number.keys() and source != target]
    directed = {(number[a], number[b]) for a, b in outbreak.directed if {a, b} <= number.keys() and a != b}
    left, right = evidence(kind, [by_id[case] for case in table.ids], kept)
    unknown = np.full(len(left), UNKNOWN, np.int64)
    pairs = Pairs(left=left, right=right, seconds=unknown, first=unknown, last=unknown, link=np.zeros(len(left), np.int64), words=(kind,))
    cases = Cases.of(table.cases)
    begun = perf_counter()
    found = chains.trees(cases, pairs, SERIAL[outbreak.disease])
    seconds = perf_counter() - begun
    rows = found.candidates
    links = np.array([*kept, *(link[::-1] for link in kept)], np.int64)
    wanted = np.append(np.sort(links @ [len(cases), 1]), np.iinfo(np.int64).max)
    key = rows.source * len(cases) + rows.target
    hit = wanted[np.searchsorted(wanted, key)] == key
    rank = dict(zip(zip(rows.source[hit].tolist(), rows.target[hit].tolist(), strict=True), rows.rank[hit].tolist(), strict=True))
    ranks = [rank.get(link, rank.get(link[::-1], 10**9) if link not in directed else 10**9) for link in kept]
    share = [sum(at <= top for at in ranks) / len(kept) for top in TOP]
    right_way, wrong_way = (sum(link in rank for link in way) / max(len(directed), 1) for way in (directed, {link[::-1] for link in directed}))
    return Found(
        outbreak=outbreak.name,
        evidence=kind,
        cases=len(cases),
        pairs=len(pairs),
        links=len(outbreak.links),
        judged=len(kept),
        directed=len(directed),
        top=tuple(share),
        chance=chance(cases, (left, right), kept, directed),
        right=right_way,
        wrong=wrong_way,
        seconds=seconds,
    )


def chance(cases: Cases, pairs: tuple[Column, Column], links: Sequence[tuple[int, int]], directed: set[tuple[int, int]]) -> float:
    """The share of links that a blind choice among the earlier cases of the same evidence would name first."""
    left, right = pairs
    moment = cases.moment
    many = np.bincount(np.where(moment[left] > moment[right], left, right)[moment[left] != moment[right]], minlength=len(moment))
    given = np.sort(np.minimum(left, right) * len(moment) + np.maximum(left, right))
    total = 0.0
    for source, target in links:
        ways = [(source, target)] if (source, target) in directed else [(source, target), (target, source)]
        at = np.searchsorted(given, min(source, target) * len(moment) + max(source, target))
        told = at < len(given) and given[at] == min(source, target) * len(moment) + max(source, target)
        total += sum(1 / many[b] for a, b in ways if moment[a] < moment[b] and told)
    return total / len(links)


RUNS = {mers: ("dates", "place", "links"), ebola: ("place", "links"), tianjin: ("dates", "links"), singapore: ("dates", "place", "links")}


def run(data: Path) -> list[Found]:
    """All lines of the table."""
    return [judge(outbreak, kind) for load, kinds in RUNS.items() for outbreak in [load(data)] for kind in kinds]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table, or with `--json` one JSON list; 2 where the data are absent."""
    parser = argparse.ArgumentParser(prog="chains", description="Published sources among the candidate sources of the chains.")
    parser.add_argument("--data", type=Path, default=DATA, metavar="FOLDER", help="folder with outbreaks_R and clusters_tianjin_singapore")
    parser.add_argument("--json", action="store_true", help="one JSON list instead of the table")
    options = parser.parse_args(arguments)
    if not (options.data / "outbreaks_R").is_dir():
        print(f"{options.data}: no such data", file=sys.stderr)
        return 2
    rows = run(options.data)
    if options.json:
        print(json.dumps([asdict(row) for row in rows]))
        return 0
    print(f"{'outbreak':18} {'evidence':8} {'cases':>5} {'pairs':>8} {'links':>5} {'judged':>6}  top-1  top-3  top-5 chance  right  wrong      s")
    for row in rows:
        shares = " ".join(f"{share:6.1%}" for share in (*row.top, row.chance, row.right, row.wrong))
        print(f"{row.outbreak:18} {row.evidence:8} {row.cases:5} {row.pairs:8} {row.links:5} {row.judged:6} {shares} {row.seconds:6.3f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
