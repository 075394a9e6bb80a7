"""Whether two place texts of one county name the same place, or one lies in the other. Text only: no register, no map."""

import re
from functools import lru_cache

NUMBER = r"[\dA-Z一二三四五六七八九十百]+"
PART = r"(?:号楼|号院|号|楼|栋|幢|座|单元|层|室|房|户|家|排|院|区|期|村民小组|居民小组|小组|组|社|队|网格)"
LAST_PART = re.compile(rf"(?:第?{NUMBER}(?:[-—~至、,.及和]第?{NUMBER}{PART}?)*{PART})+$")
"""The numbered end of a place text: building, unit, house number, group."""
EXCEPTION = re.compile(r"\([^()]*除[^()]*\)|除[^,、()]*(?:以外|之外|外)(?:的?(?:其他|其余)?(?:区域|地区))?")
MARKS = re.compile(r"[\s,.、。:;·\"'“”‘’()\[\]【】《》<>\-—_]")
SEPARATORS = re.compile(r"[、,;()和及与]")
INCLUDING = re.compile(r"^(?:含|包括|即|其中)")
WHOLE = re.compile(r"(?:全域|全部区域|所辖区域)$")
TOKENS = re.compile(r"\d+|[A-Z]+|[一二三四五六七八九十百]+")
ALIKE = 0.8
"""Two texts with the same numbers are the same place when they share this part of their pairs of neighbouring characters (Dice)."""
SHORTEST = 3
"""A text shorter than this names no place by itself."""
REMAINDER = 2
"""An item of a list has so many characters beside its number."""


@lru_cache(maxsize=1 << 18)
def plain(text: str) -> str:
    """The text without exceptions ("all but the high-risk areas"), punctuation and "the whole of"."""
    return WHOLE.sub("", MARKS.sub("", EXCEPTION.sub("", text)))


@lru_cache(maxsize=1 << 18)
def stem(text: str) -> str:
    """Compound, village or street of a place text: without its numbered end; the text itself where nothing would be left."""
    found = EXCEPTION.sub("", text)
    while (cut := LAST_PART.sub("", found)) != found:
        found = cut.rstrip("、,.-—(")
    found = WHOLE.sub("", MARKS.sub("", found))
    return found if len(found) >= SHORTEST else plain(text)


@lru_cache(maxsize=1 << 18)
def _pairs(text: str) -> frozenset[str]:
    return frozenset(text[index : index + 2] for index in range(len(text) - 1))


@lru_cache(maxsize=1 << 18)
def _numbers(text: str) -> tuple[str, ...]:
    return tuple(TOKENS.findall(EXCEPTION.sub("", text)))


@lru_cache(maxsize=1 << 18)
def _items(text: str) -> frozenset[str]:
    """What a text lists, each as it would stand alone, but no bare numbers."""
    parts = (plain(INCLUDING.sub("", part)) for part in SEPARATORS.split(EXCEPTION.sub("", text)))
    return frozenset(part for part in parts if len(LAST_PART.sub("", part)) >= REMAINDER)


def same(one: str, other: str) -> bool:
    """Whether two texts name one place: the same numbers in the same order, and a name put before, or the same pairs of characters but for a fifth."""
    left, right = plain(one), plain(other)
    if _numbers(one) != _numbers(other):
        return False
    if left == right or min(len(left), len(right)) < SHORTEST:
        return left == right
    if left.endswith(right) or right.endswith(left):
        return len(_items(max(one, other, key=len))) == 1
    first, second = _pairs(left), _pairs(right)
    return 2 * len(first & second) >= ALIKE * (len(first) + len(second))


def covers(wide: str, narrow: str) -> bool:
    """Whether `wide` names a place that contains the place `narrow`.

    It does when it is the beginning of it (town - village - building), when it lists it among others, in full or without the common beginning, or
    when it is its compound, village or street, written with another beginning.
    """
    outer, inner = plain(wide), plain(narrow)
    if outer == inner or min(len(outer), len(inner)) < SHORTEST:
        return False
    if inner.startswith(outer):
        return not (outer[-1].isdigit() and inner[len(outer)].isdigit())
    listed = _items(wide)
    if len(listed) > 1 and inner in listed:
        return True
    base = stem(narrow)
    return (base != inner and outer.endswith(base) and stem(wide) == outer) or _names_rest(outer, inner, listed)


def _names_rest(outer: str, inner: str, listed: frozenset[str]) -> bool:
    """Whether a list goes on after the common beginning (the town) and names the rest of `inner` as an item."""
    if len(listed) < REMAINDER or outer[:SHORTEST] != inner[:SHORTEST]:
        return False
    return any(inner.endswith(item) and inner.removesuffix(item) == outer[: len(inner) - len(item)] for item in listed)


def beginnings(text: str) -> list[str]:
    """What may contain the place by name alone: every beginning of its plain text, and its compound, village or street."""
    inner = plain(text)
    return [inner[:length] for length in range(SHORTEST, len(inner))] + [stem(text)]
