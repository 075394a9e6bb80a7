"""Which place of a register an address text means: an index of names and numbers, candidates with a confidence, and a decision. Pure.

The structure comes first: numbered parts must agree. Then the name: the same, or alike. Only an equal name with equal parts, in an area that
does not contradict, is certain; a likeness is an offer to a person, whatever its score.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import NamedTuple
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from epigrid.kernel.errors import DomainError
from epigrid.registers.places.rules.addresses import LONGEST, MOST, Parsed, expand, fold, parse_folded
from epigrid.registers.places.rules.likeness import likeness

CERTAIN = 0.98
"""From here on a match needs no look at the candidates; below it a person confirms."""
WORTH_OFFERING = 0.3
"""Below this score (before it is made a confidence) a place is not offered at all."""
SCORES, CONFIDENCES = (0.0, 0.4, 0.5, 0.6, 0.66, 0.75, 0.85, 0.97), (0.02, 0.06, 0.35, 0.6, 0.86, 0.93, 0.95, 0.96)
"""How often the first candidate of a score was right when no rival was near: see docs/reference/address-matcher.md."""
CLEAR = 0.25
"""A lead over the next candidate from which on the next one does not matter; with no lead at all two are about equally likely."""
ALIKE = 0.4
"""Names less alike than this are not compared further."""
NAMES = 40
"""Names that are compared character by character for one reading of a text."""
OFFERED = 10
"""Places of one name that are offered when the text has too few numbers."""
LOOSE = {
    frozenset(pair)
    for pair in (
        ("storey", "building"), ("storey", "floor"), ("number", "building"), ("number", "lane"), ("number", "room"), ("number", "yard"),
        ("bare", "building"), ("bare", "unit"), ("bare", "room"), ("bare", "number"), ("bare", "lane"), ("bare", "floor"), ("gate", "unit"),
    )
}  # fmt: skip
"""Kinds of part that may be the same thing under another word: offered, never certain."""
LEVELS = ("省|自治区", "市|自治州|地区|盟", "区|县|旗|新区|开发区", "街道|镇|乡|苏木|办事处", "社区|村|居委会|村委会")
"""What a name of an area ends in, from the outermost level."""
CITY, INNER = 1, 3
"""Levels: a province or city named beside an area that agrees adds no doubt; two sides that agree on a subdistrict or less mean the same one."""
_AREA = [re.compile(rf"[一-鿿]{{2,9}}?(?:{words})(?!场|口|小区)") for words in LEVELS]
_NO_COUNTY = re.compile(r"(?:[小社园校片厂库东西南北新老中]|矿|\d|[a-z])区$")
_OFFICE = re.compile(r"(?<=社区)居委会$|(?<=村)委会$|(?<=街道)办事处$")
_HEAD = re.compile(r"^(?:[居村]?民?委(?:员)?会|办事处)?,*")
_LEVEL = [re.compile(rf"(?:{words})$") for words in LEVELS]


class PlaceAmbiguous(DomainError):
    """The text may mean several places: a person must say which."""

    reason = "place.ambiguous"


@dataclass(frozen=True, kw_only=True)
class Named:
    """A place with all its spellings, as the matcher needs it.

    `areas` are the names of what it lies in (city, county, subdistrict, community), outermost first; `aliases` are spellings that a person
    has confirmed.
    """

    id: UUID
    kind: str
    full_name: str
    spellings: tuple[str, ...]
    areas: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A place that a text may mean: `how` is the spelling that matched, `missing` the numbers of the text that the place does not have."""

    place_id: UUID
    full_name: str
    confidence: float
    how: str
    missing: tuple[str, ...] = ()


Claims = tuple[tuple[int, str], ...]
"""Areas that a spelling names or a place lies in: (level of `LEVELS`, name)."""


class Reading(NamedTuple):
    """One way to read a text: the areas named in front, whether all of them are known, and the rest."""

    claims: Claims
    known: bool
    rest: Parsed


class Entry(NamedTuple):
    """One reading of one spelling of a place; `taken` are the areas that only the spelling itself names."""

    place: Named
    how: str
    parts: tuple[tuple[str, str], ...]
    claims: Claims
    taken: Claims


@lru_cache(maxsize=65536)
def _level(name: str) -> int:
    return next((level for level, words in enumerate(_LEVEL) if words.search(name)), len(LEVELS))


def _leading_area(folded: str, level: int) -> str:
    """What looks like the name of an area of this level at the head of a text, or nothing."""
    start = _AREA[level].match(folded)
    return start[0] if start and not start[0].endswith("小区") and not (level == CITY + 1 and _NO_COUNTY.search(start[0])) else ""


class Index:
    """A register made ready for matching. Building takes about 100 us and 1 KB a place; the index is never changed afterwards."""

    def __init__(self, places: Iterable[Named]) -> None:
        ordered = sorted(places, key=lambda place: (place.full_name, place.id))
        self._areas = {_area_name(name) for place in ordered for name in place.areas}
        self._confirmed: dict[str, list[Named]] = defaultdict(list)
        found: dict[str, dict[tuple[str, ...], list[Entry]]] = {}
        shared: dict[Claims, Claims] = {}
        for place in ordered:
            for alias in dict.fromkeys(map(fold, place.aliases)):
                self._confirmed[alias].append(place)
            own = tuple((_level(name), name) for name in map(_area_name, place.areas))
            for how in dict.fromkeys((*place.spellings, *place.aliases)):
                for reading in self._readings(fold(how)):
                    taken = tuple(claim for claim in reading.claims if claim not in own)
                    claims = own + taken
                    entry = Entry(place, how, reading.rest.parts, shared.setdefault(claims, claims), taken)
                    if not reading.rest.excluded:
                        found.setdefault(reading.rest.name, {}).setdefault(reading.rest.numbers, []).append(entry)
        self._names = sorted(found)
        self._entries = [found[name] for name in self._names]
        self._number = {name: position for position, name in enumerate(self._names)}
        self._numbered: dict[tuple[str, ...], list[int]] = defaultdict(list)
        self._last: dict[tuple[tuple[str, str], ...], list[Entry]] = defaultdict(list)
        for position, groups in enumerate(self._entries):
            for numbers, entries in groups.items():
                self._numbered[numbers].append(position)
                for entry in entries:
                    if entry.parts and len(self._last[entry.parts[-1:]]) < NAMES:
                        self._last[entry.parts[-1:]].append(entry)
        self._grams = _Grams(self._names)

    def _readings(self, folded: str) -> Iterator[Reading]:
        """The text as it stands, then without each area that it names in front, one after the other."""
        reading = Reading((), True, parse_folded(folded))
        below = 0
        while reading.rest.name:
            yield reading
            known = next((folded[:size] for size in range(min(15, len(folded)), 1, -1) if folded[:size] in self._areas), "")
            name = known or next(filter(None, (_leading_area(folded, level) for level in range(below, len(LEVELS)))), "")
            if not name:
                return
            folded = _HEAD.sub("", folded[len(name) :])
            claim = (_level(name), _area_name(name))
            below = claim[0] + (claim[0] > CITY)
            reading = Reading((*reading.claims, claim), reading.known and bool(known), parse_folded(folded))

    def match(self, text: str, limit: int = 5) -> list[Candidate]:
        """Candidates for an address text, best first. A text that names several places, or excepts part of one, is never certain.

        For each of several places ask with each text of `expand`. What is no address (nothing but signs, over 400 characters) has no candidates.
        """
        if not text or len(text) > 2 * LONGEST or not limit:
            return []
        folded = fold(text)
        if not folded or len(folded) > LONGEST:
            return []
        confirmed = self._confirmed.get(folded, [])
        if confirmed:
            return [_candidate(place, 1.0 if len(confirmed) == 1 else 0.5, text) for place in confirmed[:limit]]
        found = self._single(folded)
        several = expand(folded)
        if len(several) > 1 and not (found and found[0].confidence >= CERTAIN):
            found = merged([_capped(one, 0.9) for text in several[:MOST] for one in self._single(text)[:2]], limit)
        return found[:limit]

    def _single(self, folded: str) -> list[Candidate]:
        readings = list(self._readings(folded)) or [Reading((), True, parse_folded(folded))]
        scored: dict[UUID, tuple[float, Entry, tuple[str, ...]]] = {}
        for entry, score, missing in self._scored(readings):
            before = scored.get(entry.place.id)
            if before is None or (-score, entry.how) < (-before[0], before[1].how):
                scored[entry.place.id] = (score, entry, missing)
        cap = 0.9 if any(reading.rest.excluded for reading in readings) else 1.0
        order = sorted(scored.values(), key=lambda one: (-one[0], one[1].place.full_name, one[1].place.id))
        confidences = _confidences([(score, missing) for score, _, missing in order])
        return [
            _candidate(entry.place, min(cap, confidence), entry.how, missing)
            for (score, entry, missing), confidence in zip(order, confidences, strict=True)
            if score >= WORTH_OFFERING
        ]

    def _scored(self, readings: Sequence[Reading]) -> Iterator[tuple[Entry, float, tuple[str, ...]]]:
        if not readings[0].rest.name:
            for entry in self._last.get(readings[0].rest.parts[-1:], []):
                if entry.parts[-len(readings[0].rest.parts) :] == readings[0].rest.parts:
                    yield entry, 0.3, ()
            return
        known = sum(reading.known for reading in readings) - 1
        for number, reading in enumerate(readings):
            for position in self._alike(reading.rest, deep=number in (known, len(readings) - 1)):
                like = likeness(reading.rest.name, self._names[position], ALIKE)
                if like >= ALIKE:
                    for entry, fit, missing in self._fitting(position, reading.rest):
                        yield entry, _score(like, fit, _standing(reading, entry)), missing

    def _alike(self, wanted: Parsed, *, deep: bool) -> list[int]:
        """Positions of the names to compare: the same name, and when `deep` those that share most with it, first among places of these numbers."""
        spellings = (wanted.name, wanted.name + "小区", wanted.name.removesuffix("小区"))
        found = [self._number[name] for name in spellings if name in self._number]
        if deep:
            scores = self._grams.scores(wanted.name)
            numbered = self._numbered.get(wanted.numbers, []) if wanted.numbers else []
            found += _best(scores, np.asarray(numbered, dtype=np.int64), NAMES)
            found += _best(scores, np.flatnonzero(scores), NAMES // 2)
        return list(dict.fromkeys(found))

    def _fitting(self, position: int, wanted: Parsed) -> Iterator[tuple[Entry, float, tuple[str, ...]]]:
        """Entries of one name whose numbered parts fit, how well, and the numbers they lack."""
        groups = self._entries[position]
        numbers = wanted.numbers
        for size in range(len(numbers), -1, -1):
            for entry in groups.get(numbers[:size], ()):
                fit = _agreement(entry.parts, wanted.parts)
                if fit:
                    yield entry, fit if size == len(numbers) else fit * min(0.9, 0.6 + 0.1 * size), numbers[size:]
        if numbers not in groups:
            yield from islice(_beyond(groups, wanted), OFFERED)


def _beyond(groups: Mapping[tuple[str, ...], list[Entry]], wanted: Parsed) -> Iterator[tuple[Entry, float, tuple[str, ...]]]:
    """Places with more numbers than the text: a unit whose building the text left out, the buildings of a compound that is not registered."""
    size = len(wanted.numbers)
    for numbers, entries in groups.items():
        entry = entries[0]
        for start in (0, len(numbers) - size):
            if len(numbers) > size and numbers[start : start + size] == wanted.numbers and _agreement(entry.parts[start:], wanted.parts):
                yield entry, 0.5, ()
                break


def _agreement(have: Sequence[tuple[str, str]], wanted: Sequence[tuple[str, str]]) -> float:
    """1 when the kinds are the same, 0.6 when they may be, 0 when they cannot; numbers are equal already."""
    kinds = [(left, right) for (left, _), (right, _) in zip(have, wanted, strict=False) if left != right]
    return 1.0 if not kinds else 0.6 if all(frozenset(pair) in LOOSE for pair in kinds) else 0.0


def _standing(reading: Reading, entry: Entry) -> float:
    """What the named areas say: 1 no contradiction and nothing unknown, 0.9 one side names more, 0.6 both do, 0.5 another area of the same level."""
    levels = {level for level, _ in entry.claims}
    agreed = [level for level, name in reading.claims if (level, name) in entry.claims]
    unsure = [(level, name) for level, name in reading.claims if (level, name) not in entry.claims]
    if any(level in levels for level, _ in unsure):
        return 0.5
    outer = max(agreed, default=-1)
    more = any(level > min(outer, CITY) for level, _ in unsure)
    lacks = any(claim not in reading.claims for claim in entry.taken)
    return 1.0 if not lacks and not more else 0.9 if not (lacks and more) or outer >= INNER else 0.6


def _score(like: float, fit: float, standing: float) -> float:
    """Only a name that is the same but for 小区, with the same parts and no doubt about the area, passes `CERTAIN`."""
    return like if like >= 0.99 and fit == standing == 1.0 else min(0.97, like * fit * standing)


def _confidences(scored: Sequence[tuple[float, tuple[str, ...]]]) -> list[float]:
    """From scores with what is missing, best first, to confidences in the same order: the less the lead over the next like it, the less sure."""
    if not scored:
        return []
    best, missing = scored[0]
    if best >= CERTAIN:
        equal = sum(score == best for score, _ in scored)
        return [best / equal if score == best else 0.02 * score for score, _ in scored]
    rival = next((score for score, other in scored[1:] if other == missing), 0.0)
    first = float(np.interp(best, SCORES, CONFIDENCES)) * (0.4 + 0.6 * min(1.0, (best - rival) / CLEAR))
    return [first if score == best else min(first, 1 - first) * (score / best) ** 3 / 2 for score, _ in scored]


def _best(scores: NDArray[np.float64], among: NDArray[np.int64], count: int) -> list[int]:
    """The positions with the highest scores; equal scores in the order of the names."""
    values = scores[among]
    if len(among) > count:
        least = np.partition(values, -count)[-count]
        among, values = among[values >= least], values[values >= least]
    order = np.argsort(-values, kind="stable")
    return [int(position) for position in among[order[: 2 * count]] if scores[position] > 0]


class _Grams:
    """Characters and pairs of characters of all names, weighted by how rare they are."""

    def __init__(self, names: Sequence[str]) -> None:
        postings: dict[str, list[int]] = defaultdict(list)
        for position, name in enumerate(names):
            for gram in _grams(name):
                postings[gram].append(position)
        self._postings = {gram: np.asarray(positions, dtype=np.int32) for gram, positions in postings.items()}
        self._rarity = {gram: float(np.log1p(len(names) / len(positions))) for gram, positions in postings.items()}
        self._sizes = np.asarray([sum(self._rarity[gram] for gram in _grams(name)) for name in names])

    def scores(self, name: str) -> NDArray[np.float64]:
        """For each name 0..1: the weight of what it shares with `name`, over the mean weight of both."""
        grams = [gram for gram in sorted(_grams(name)) if gram in self._postings]
        if not grams:
            return np.zeros(len(self._sizes))
        whole = np.concatenate([self._postings[gram] for gram in grams])
        weight = np.repeat([self._rarity[gram] for gram in grams], [len(self._postings[gram]) for gram in grams])
        shared = np.bincount(whole, weights=weight, minlength=len(self._sizes))
        return 2 * shared / (self._sizes + sum(self._rarity[gram] for gram in grams))


def _grams(name: str) -> set[str]:
    return set(name) | {name[start : start + 2] for start in range(len(name) - 1)}


@lru_cache(maxsize=65536)
def _area_name(name: str) -> str:
    """An area's name as texts write it: 师范街社区居委会 is 师范街社区."""
    return _OFFICE.sub("", fold(name))


def _candidate(place: Named, confidence: float, how: str, missing: tuple[str, ...] = ()) -> Candidate:
    return Candidate(place_id=place.id, full_name=place.full_name, confidence=round(confidence, 3), how=how, missing=missing)


def _capped(one: Candidate, cap: float) -> Candidate:
    return (
        one if one.confidence <= cap else Candidate(place_id=one.place_id, full_name=one.full_name, confidence=cap, how=one.how, missing=one.missing)
    )


def match(text: str, places: Iterable[Named], limit: int = 5) -> list[Candidate]:
    """Candidates for one text among a few places; for many texts or places build one `Index`."""
    return Index(places).match(text, limit)


def merged(candidates: Iterable[Candidate], limit: int = 5) -> list[Candidate]:
    """The candidates of several indexes or texts as one list, each place once with its best confidence."""
    best: dict[UUID, Candidate] = {}
    for one in candidates:
        if one.place_id not in best or one.confidence > best[one.place_id].confidence:
            best[one.place_id] = one
    return sorted(best.values(), key=lambda one: (-one.confidence, one.full_name, one.place_id))[:limit]


def decide(candidates: Sequence[Candidate]) -> Candidate:
    """The one place that a text means, or `PlaceAmbiguous` when it is uncertain or two fit equally."""
    if not candidates or candidates[0].confidence < CERTAIN:
        raise PlaceAmbiguous(candidates=[candidate.full_name for candidate in candidates])
    if len(candidates) > 1 and candidates[1].confidence >= CERTAIN:
        raise PlaceAmbiguous(candidates=[candidate.full_name for candidate in candidates])
    return candidates[0]
