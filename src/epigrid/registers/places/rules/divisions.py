"""In which county of a city a text without its county lies, by what the text itself names. Pure; never a guess."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from epigrid.registers.places.rules.addresses import fold

_OFFICE = re.compile(r"(?<=社区)居(?:民委员会|委会)$|(?<=村)村?(?:民委员会|委会)$|居民委员会$|村民委员会$|办事处$")
_SHORT = re.compile(r"^[一-鿿]{2,5}?[区县市旗]")


@dataclass(frozen=True, kw_only=True)
class Division:
    """An official division (GB/T 2260 and below): `level` is city, county, subdistrict or community, `parent` the code above."""

    code: str
    name: str
    level: str
    parent: str


class Divisions:
    """The divisions of some cities, for finding the county that a text left out."""

    def __init__(self, rows: Iterable[Division]) -> None:
        self._rows = {row.code: row for row in rows}
        self._named: dict[tuple[str, str], dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        self._longest = 0
        for row in self._rows.values():
            path = list(self._upwards(row))
            answer = _answer(path)
            if answer is not None:
                name = _OFFICE.sub("", fold(row.name))
                self._named[path[-1].name, row.level][name].add(answer.code)
                self._longest = max(self._longest, len(name))

    def county_of(self, *, city: str, text: str) -> Division | None:
        """The county, or in a city without counties the town or subdistrict, whose own or whose part's name stands at the head of `text`.

        None when nothing is named, when several counties of the city have what is named, and when the city is not known.
        """
        folded = fold(text).removeprefix(fold(city))
        for level in ("county", "subdistrict", "community"):
            names = self._named.get((city, level), {})
            for size in range(min(len(folded), self._longest), 2, -1):
                found = names.get(folded[:size])
                if found:
                    return self._rows[next(iter(found))] if len(found) == 1 else None
            short = _SHORT.match(folded) if level == "county" else None
            likely = {code for name, codes in names.items() if short and _shortened(short[0], name) for code in codes}
            if len(likely) == 1:
                return self._rows[likely.pop()]
        return None

    def _upwards(self, row: Division) -> Iterator[Division]:
        yield row
        while row.level != "city" and row.parent in self._rows:
            row = self._rows[row.parent]
            yield row


def _answer(path: list[Division]) -> Division | None:
    """Of a division and all above it: the county, or the town where the only county is the city itself (东莞, 中山); None for a city."""
    if path[-1].level != "city":
        return None
    levels = {row.level: row for row in path if row.level == "city" or row.name != path[-1].name}
    return levels.get("county") or levels.get("subdistrict")


def _shortened(short: str, name: str) -> bool:
    """Whether a county is called so for short: first and last character the same, the others in order (土左旗, 土默特左旗)."""
    rest = iter(name)
    return short[0] == name[0] and short[-1] == name[-1] and all(character in rest for character in short)
