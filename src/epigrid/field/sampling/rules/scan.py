"""A printed roll-call that is scanned back: the code of each row, the codes of classes, and what a reader typed. Pure: no Django, no clock, no I/O.

A row's code is fourteen digits: three of the building, nine of the person, both as hashes of the round with them, and two check digits (ISO/IEC 7064,
MOD 97-10, which finds every wrong digit and every two that changed places). It names nobody, and in another round the same person has another code.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

ROW_DIGITS, CLASS_DIGITS, BUILDING_DIGITS = 14, 4, 3
LONGEST_PROOF = 60
CODES_ONLY = re.compile(r"[\d\s,;-]+")


def checked(payload: str) -> str:
    """The digits with their two check digits behind."""
    return f"{payload}{98 - int(payload) * 100 % 97:02d}"


def sound(code: str) -> bool:
    """Whether the check digits fit."""
    return int(code) % 97 == 1


CLASS_CODES: Mapping[str, str] = {
    checked(f"9{number}"): state for number, state in enumerate(("away", "exempt", "declined", "unreachable", "elsewhere"), start=1)
}
"""Code -> class of the legend. There is none for `sampled`: that comes from tubes only."""


def building_code(round_id: UUID, building_id: UUID | None) -> str:
    """The first digits of all rows of a building's sheet in a round."""
    return _digits(f"{round_id}|{building_id}", BUILDING_DIGITS)


def row_code(*, round_id: UUID, building_id: UUID | None, person_id: UUID) -> str:
    """The code of one person's row on the sheet of his building in a round."""
    return checked(building_code(round_id, building_id) + _digits(f"{round_id}|{person_id}", ROW_DIGITS - BUILDING_DIGITS - 2))


def _digits(text: str, count: int) -> str:
    return f"{int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8, person=b'roll-call').digest()) % 10**count:0{count}d}"


@dataclass(frozen=True, kw_only=True)
class Scanned:
    """A row and the class that was scanned behind it, with the line of the row; `proof` for `elsewhere`."""

    line: int
    code: str
    state: str
    proof: str = ""


@dataclass(frozen=True, kw_only=True)
class Misread:
    """A line of what was scanned that cannot be taken, and why."""

    line: int
    reason: str


def read_scan(text: str) -> tuple[list[Scanned], list[Misread]]:
    """What a reader sent: row, class, row, class ... each in a line of its own or side by side; behind `elsewhere` a line with the proof.

    A class belongs to the row right before it: behind anything that was misread a class is refused, so that it never lands on another row. A row that was
    scanned twice with one class is one row; with two classes the second is refused.
    """
    tokens = list(_tokens(unicodedata.normalize("NFKC", text)))
    taken: dict[str, Scanned] = {}
    refused: list[Misread] = []
    row: tuple[int, str] | None = None
    place = 0
    while place < len(tokens):
        line, token = tokens[place]
        kind = _kind(token)
        place += 1
        if kind == "class" and row is not None:
            proof, place = _proof(tokens, place) if CLASS_CODES[token] == "elsewhere" else ("", place)
            _take(Scanned(line=row[0], code=row[1], state=CLASS_CODES[token], proof=proof), taken, refused)
            row = None
            continue
        if row is not None:
            refused.append(Misread(line=row[0], reason="scan.class-missing"))
        row = (line, token) if kind == "row" else None
        if kind != "row":
            refused.append(Misread(line=line, reason="scan.row-missing" if kind == "class" else kind))
    if row is not None:
        refused.append(Misread(line=row[0], reason="scan.class-missing"))
    return list(taken.values()), sorted(refused, key=lambda one: one.line)


def _tokens(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.splitlines(), start=1):
        if CODES_ONLY.fullmatch(line):
            yield from ((number, token.replace("-", "")) for token in re.split(r"[\s,;]+", line) if token.strip("-"))
        elif line.strip():
            yield number, line.strip()


def _kind(token: str) -> str:
    """`row`, `class`, or why the token is neither."""
    if not token.isdecimal() or len(token) not in (ROW_DIGITS, CLASS_DIGITS) or not sound(token):
        return "scan.misread"
    if len(token) == ROW_DIGITS:
        return "row"
    return "class" if token in CLASS_CODES else "scan.class-unknown"


def _proof(tokens: Sequence[tuple[int, str]], place: int) -> tuple[str, int]:
    """The words behind `elsewhere`, and where to read on."""
    if place < len(tokens) and not tokens[place][1].isdecimal():
        return tokens[place][1], place + 1
    return "", place


def _take(one: Scanned, taken: dict[str, Scanned], refused: list[Misread]) -> None:
    known = taken.get(one.code)
    if one.state == "elsewhere" and not one.proof:
        refused.append(Misread(line=one.line, reason="roster.proof-missing"))
    elif len(one.proof) > LONGEST_PROOF:
        refused.append(Misread(line=one.line, reason="list.too-long"))
    elif known is None:
        taken[one.code] = one
    elif (known.state, known.proof) != (one.state, one.proof):
        refused.append(Misread(line=one.line, reason="scan.twice"))
