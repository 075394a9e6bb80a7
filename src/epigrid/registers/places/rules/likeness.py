"""How alike two names are, knowing what scans and typists confuse and what tells neighbours apart. Pure."""

import re
import unicodedata
from bisect import bisect_right
from functools import lru_cache
from itertools import accumulate

from epigrid.registers.places.rules.addresses import fold

SUFFIX = re.compile(r"(?<=..)(?:小区|社区|居委会|村委会|村)$")
"""What a name may end in or not: 金域阅山, 金域阅山小区."""
NUMBER = re.compile(r"\d+|(?<![a-z])[a-z](?![a-z])")
TELLING = frozenset("东西南北中上下前后内外左右大小新老旧一二三四五六七八九十甲乙丙丁")
"""Characters that tell neighbours apart: 东区 is not 西区, 二村 not 三村, 大街 not 小街."""
_RADICALS = sorted({ord(unicodedata.normalize("NFKC", chr(code))) for code in range(0x2F00, 0x2FD6)})
"""First characters of the 214 radicals: Unicode orders the ideographs of its first block by radical."""


@lru_cache(maxsize=8192)
def _radical(character: str) -> int:
    code = ord(character)
    return bisect_right(_RADICALS, code) if 0x4E00 <= code <= 0x9FA5 else -code


def replacement(left: str, right: str) -> float:
    """The price of reading one character for another: less when they share the radical (阅, 阁), more when both tell places apart."""
    if left == right:
        return 0.0
    if "_" in (left, right):
        return 0.5
    if left in TELLING and right in TELLING:
        return 2.0
    return 0.8 if _radical(left) == _radical(right) else 1.0


def _loss(character: str) -> float:
    return 1.4 if character in TELLING else 1.0


def likeness(left: str, right: str, at_least: float = 0.0) -> float:
    """0..1 for two folded names; numbers in them must agree, and a number that only one has costs much. 0 when it cannot reach `at_least`."""
    if left == right:
        return 1.0
    numbers = NUMBER.findall(left), NUMBER.findall(right)
    if numbers[0] and numbers[1] and numbers[0] != numbers[1]:
        return 0.0
    short, long = SUFFIX.sub("", left), SUFFIX.sub("", right)
    if short == long:
        endings = {left[len(short) :], right[len(long) :]}
        value = 0.99 if endings == {"", "小区"} else 0.9 if "" in endings else 0.7
    else:
        size = max(len(short), len(long))
        value = max(0.0, 1 - _distance(short, long, (1 - at_least) * size) / size)
    return value if numbers[0] == numbers[1] else value * 0.7


def _distance(left: str, right: str, most: float) -> float:
    """The least price of turning one name into the other, or more than `most` when it is more than that."""
    while left and right and left[0] == right[0]:
        left, right = left[1:], right[1:]
    while left and right and left[-1] == right[-1]:
        left, right = left[:-1], right[:-1]
    changed = sum(character not in right for character in left), sum(character not in left for character in right)
    if max(changed) * 0.8 > most and "_" not in left + right:
        return max(changed)
    losses = [_loss(character) for character in right]
    row = [0.0, *accumulate(losses)]
    for taken in left:
        own = _loss(taken)
        diagonal, row[0] = row[0], row[0] + own
        for column, character in enumerate(right):
            best = diagonal if taken == character else diagonal + replacement(taken, character)
            diagonal = row[column + 1]
            row[column + 1] = min(best, diagonal + own, row[column] + losses[column])
        if min(row) > most:
            break
    return row[-1] if min(row) <= most else max(row)


def similarity(left: str, right: str) -> float:
    """0..1: how alike two names are; one differing character in five gives about 0.8, a missing 小区 costs next to nothing."""
    return likeness(fold(left), fold(right))
