"""What scans, typists and other offices do to an address, done to real ones."""

import random
import re
import unicodedata
from collections.abc import Callable, Sequence

from benchmarks.addresses.places import Question
from epigrid.registers.places.rules import Named
from epigrid.registers.places.rules.addresses import SIMPLIFIED

HAN = re.compile(r"[\u4e00-\u9fa5]")
UNITS = re.compile(r"号楼|栋|幢|座")
FIXED = re.compile(r"号楼|栋|幢|座|单元|支弄|[弄层室号]|\d")


def _replaced(text: str, rng: random.Random, other: Callable[[str], str]) -> str:
    places = [position for position, character in enumerate(text) if HAN.match(character) and not FIXED.match(character)]
    if not places:
        return text
    position = rng.choice(places)
    return text[:position] + other(text[position]) + text[position + 1 :]


def _same_radical(character: str, rng: random.Random) -> str:
    """A character in use next to this one in Unicode's order: the same radical and about as many strokes (阅, 阁)."""
    near = [chr(code) for code in range(ord(character) - 12, ord(character) + 13) if code != ord(character)]
    near = [other for other in near if HAN.match(other) and _in_gb2312(other)]
    return rng.choice(near) if near else "一"


def _same_sound(character: str, rng: random.Random) -> str:
    """A neighbour in GB 2312, whose first 3,755 characters stand in the order of their sound (保, 堡)."""
    raw = character.encode("gb2312", "replace")
    near = []
    for step in (-2, -1, 1, 2):
        code = (raw[0] - 0xA1) * 94 + (raw[-1] - 0xA1) + step if len(raw) == 2 else 0
        pair = bytes((code // 94 + 0xA1, code % 94 + 0xA1)) if 15 * 94 <= code < 55 * 94 else b""
        near += [pair.decode("gb2312", "ignore")] if pair else []
    return rng.choice([other for other in near if other] or ["一"])


def _in_gb2312(character: str) -> bool:
    try:
        return bool(character.encode("gb2312"))
    except UnicodeEncodeError:
        return False


TRADITIONAL = str.maketrans({simple: full for full, simple in sorted(SIMPLIFIED.items(), reverse=True)})
CHINESE = "〇一二三四五六七八九"


def _numeral(found: re.Match[str]) -> str:
    tens, ones = divmod(int(found[1]), 10)
    return ("" if not tens else "十" if tens == 1 else CHINESE[tens] + "十") + (CHINESE[ones] if ones or not tens else "") + found[2]


DISTORTIONS: dict[str, Callable[[str, random.Random], str]] = {
    "similar character": lambda text, rng: _replaced(text, rng, lambda one: _same_radical(one, rng)),
    "same sound": lambda text, rng: _replaced(text, rng, lambda one: _same_sound(one, rng)),
    "any character": lambda text, rng: _replaced(text, rng, lambda _: chr(rng.randrange(0x4E00, 0x9FA5))),
    "lost character": lambda text, rng: _replaced(text, rng, lambda _: ""),
    "masked character": lambda text, rng: _replaced(text, rng, lambda _: "*"),
    "other unit word": lambda text, rng: UNITS.sub(rng.choice(["号楼", "栋", "幢", "座", "#楼", "#"]), text),
    "brackets lost": lambda text, rng: re.sub(r"[（）()]", "", text),
    "widths": lambda text, rng: "".join(chr(ord(one) + 0xFEE0) if "0" <= one <= "9" else one + rng.choice(["", "", "", " "]) for one in text),
    "traditional": lambda text, rng: text.translate(TRADITIONAL),
    "Chinese numerals": lambda text, rng: re.sub(r"(?<![\d-])(\d{1,2})(号楼|栋|幢|单元|层)", _numeral, text),
    "小区 lost or added": lambda text, rng: text.replace("小区", "", 1) if "小区" in text else re.sub(r"(?<=[苑园城庭府])(?=\d)", "小区", text),
    "other number": lambda text, rng: _other_digit(text, rng),
}
"""What scans, typists and other offices do to an address. "other number" makes another place of it: nothing is right but another entry."""


def _other_digit(text: str, rng: random.Random) -> str:
    places = [position for position, character in enumerate(text) if character.isdigit()]
    if not places:
        return text
    position = rng.choice(places)
    return text[:position] + str((int(text[position]) + rng.randrange(1, 9)) % 10) + text[position + 1 :]


def distorted(places: Sequence[Named], outside: Sequence[Named], name: str) -> list[Question]:
    """For each kind up to 800 changed addresses of the register, and 400 of places that it lacks; the county or district stands in front."""
    by_text = {_plain(place.areas[1] + place.full_name): place.id for place in places}
    questions = [Question(place.areas[1] + place.full_name, frozenset(), f"{name}, real places not in the register") for place in outside]
    for kind, change in DISTORTIONS.items():
        rng = random.Random(f"{name}{kind}")
        changed: list[Question] = []
        for place in rng.sample(list(places), len(places)):
            text = change(place.full_name, rng)
            if text == place.full_name or len(changed) >= 800:
                continue
            right = {place.id} if kind != "other number" else {by_text[key]} if (key := _plain(place.areas[1] + text)) in by_text else set()
            changed.append(Question(place.areas[1] + text, frozenset(right), f"{name}, {kind}"))
        for place in rng.sample(list(outside), min(len(outside), 400)):
            text = change(place.full_name, rng)
            if text != place.full_name and kind != "other number":
                changed.append(Question(place.areas[1] + text, frozenset(), f"{name}, {kind}, not in the register"))
        questions += changed
    return questions


def _plain(text: str) -> str:
    return re.sub(r"\D0+(?=\d)", lambda found: found[0][0], re.sub(r"\s", "", unicodedata.normalize("NFKC", text)))
