"""What else happened on the lists of a county: who left and who came at the same snapshot, what stood beside, what rose next door."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Sequence
from functools import cached_property

from epigrid.engine.replay.rules import local_day
from epigrid.engine.replay.snapshots import HIGH, LOW, MEDIUM, Record
from epigrid.engine.replay.spells import Spell
from epigrid.engine.replay.texts import beginnings, covers, plain, same, stem

County = tuple[str, str, str]
MANY = 5
"""So many areas at least make a change of a whole county."""


class Context:
    """Indexes over the high and medium stays of one file."""

    def __init__(self, record: Record, spells: Sequence[Spell]) -> None:
        self.record = record
        self.days = [local_day(snapshot.at) for snapshot in record.snapshots]
        self.bound = [spell for spell in spells if spell.level > LOW]
        self._came: dict[tuple[County, int], list[Spell]] = defaultdict(list)
        self._left: dict[tuple[County, int], list[Spell]] = defaultdict(list)
        self._by_text: dict[tuple[County, str], list[Spell]] = defaultdict(list)
        self._ends: dict[tuple[County, int, int], list[Spell]] = defaultdict(list)
        self._parents: dict[Spell, list[Spell]] = {}
        for spell in self.bound:
            county = self.county(spell)
            self._by_text[county, plain(self.text(spell))].append(spell)
            if spell.before <= LOW:
                self._came[county, spell.start].append(spell)
            if spell.end is not None:
                self._ends[county, spell.level, spell.end].append(spell)
                if spell.after <= LOW:
                    self._left[county, spell.end].append(spell)

    def county(self, spell: Spell) -> County:
        """The county of a stay's area."""
        return self.record.areas[spell.area].county

    def text(self, spell: Spell) -> str:
        """The place text of a stay's area."""
        return self.record.areas[spell.area].text

    def at(self, index: int) -> int:
        """The moment of a snapshot."""
        return self.record.snapshots[index].at

    def gone(self, spell: Spell) -> int:
        """The first snapshot that has the area no more at this level; past the last one where it is still there."""
        return len(self.record.snapshots) if spell.end is None else spell.end

    def heirs(self, spell: Spell) -> list[Spell]:
        """Areas that came onto the high or medium list of the county at the snapshot at which this one left it."""
        if spell.end is None or spell.after > LOW:
            return []
        return [other for other in self._came.get((self.county(spell), spell.end), ()) if other.area != spell.area]

    def parents(self, spell: Spell) -> list[Spell]:
        """The areas whose name this stay took over: they left at the snapshot at which it came, and are the same place, lie in it, or contain it."""
        if spell.before > LOW:
            return []
        if spell not in self._parents:
            text = self.text(spell)
            left = self._left.get((self.county(spell), spell.start), ())
            others = [other for other in left if other.area != spell.area]
            self._parents[spell] = [other for other in others if related(text, self.text(other))]
        return self._parents[spell]

    def listed_around(self, spell: Spell) -> Spell | None:
        """A stay of a wider area that was on the list before this one left it and still is."""
        if spell.end is None:
            return None
        county, text = self.county(spell), self.text(spell)
        for beginning in beginnings(text):
            for other in self._by_text.get((county, beginning), ()):
                stays = other.start < spell.end and (other.end is None or other.end > spell.end)
                if stays and other.area != spell.area and covers(self.text(other), text):
                    return other
        return None

    def batch(self, spell: Spell) -> tuple[int, int, int]:
        """(areas of the county that left this level at the same snapshot, how many were at it just before, on how many days those had come to it)."""
        if spell.end is None:
            return 0, 0, 0
        county = self.county(spell)
        leaving = self._ends[county, spell.level, spell.end]
        return len(leaving), self._there(county, spell.level, spell.end), len({self.days[other.start] for other in leaving})

    def relisted(self, spell: Spell) -> bool:
        """Whether the county's list was drawn anew: half its high and medium texts left, five at least, and half as many others came at the same snapshot."""
        if spell.end is None or spell.after > LOW:
            return False
        county = self.county(spell)
        left, came = len(self._left[county, spell.end]), len(self._came.get((county, spell.end), ()))
        there = sum(self._there(county, level, spell.end) for level in (MEDIUM, HIGH))
        return left >= MANY and 2 * left >= there and 2 * came >= left

    def _there(self, county: County, level: int, index: int) -> int:
        """How many areas of the county were at the level just before a snapshot."""
        starts, ends = self._edges.get((county, level), ([], []))
        return bisect_left(starts, index) - bisect_left(ends, index)

    @cached_property
    def _edges(self) -> dict[tuple[County, int], tuple[list[int], list[int]]]:
        edges: dict[tuple[County, int], tuple[list[int], list[int]]] = {}
        for spell in self.bound:
            starts, ends = edges.setdefault((self.county(spell), spell.level), ([], []))
            starts.append(spell.start)
            if spell.end is not None:
                ends.append(spell.end)
        for starts, ends in edges.values():
            starts.sort()
            ends.sort()
        return edges

    @cached_property
    def _rises(self) -> dict[tuple[County, str], list[int]]:
        """Moments at which an area of this compound, village or street rose and did not just take over a name."""
        rises: dict[tuple[County, str], list[int]] = defaultdict(list)
        for spell in self.bound:
            if spell.before < spell.level and spell.start and not self.parents(spell):
                rises[self.county(spell), stem(self.text(spell))].append(self.at(spell.start))
        for moments in rises.values():
            moments.sort()
        return rises

    def last_rise(self, spell: Spell, after: int, until: int) -> int | None:
        """The last moment in (after, until] at which another area of the same compound, village or street rose."""
        moments = self._rises.get((self.county(spell), stem(self.text(spell))), [])
        index = bisect_right(moments, until) - 1
        return moments[index] if index >= 0 and moments[index] > after else None


def related(one: str, other: str) -> bool:
    """Whether one text names the place of the other, a part of it, or what contains it."""
    return same(one, other) or covers(one, other) or covers(other, one)
