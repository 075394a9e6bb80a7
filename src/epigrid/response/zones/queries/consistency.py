"""A city's notice against the system's zones: what agrees, what differs, what is missing on either side."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from epigrid.kernel.actors import Actor
from epigrid.registers.places import queries as places
from epigrid.response.zones import formats
from epigrid.response.zones.queries.zones import ZoneCard, active, level_at

SAME, DIFFERENT, MISSING, EXTRA, DOUBTFUL, ELSEWHERE = "same", "different", "missing", "extra", "doubtful", "elsewhere"
"""Agrees; other level; in the notice only; in the system only; a person must say which place is meant; no such place in the actor's register."""
OFFERED = 0.4
"""Confidence below which a place is not offered for a line."""


@dataclass(frozen=True, kw_only=True)
class Compared:
    """One line: the place as the notice writes it (hidden: smaller than a unit, and the reader has no purpose), both levels, and what they make."""

    place: str
    district: str
    in_notice: str
    in_system: str
    outcome: str
    place_id: UUID | None = None
    full_name: str = ""
    confidence: float = 0.0
    doubts: tuple[str, ...] = ()


def consistency(*, actor: Actor, notice: formats.Notice, now: datetime) -> list[Compared]:
    """Compare each change of a notice with the level of its place now, and each active zone with the notice; the strangest lines first."""
    answers = places.candidates_of(actor=actor, texts=[change.place for change in notice.changes])
    lines = [_line(actor, change, found, now) for change, found in zip(notice.changes, answers, strict=True)]
    told = {line.place_id for line in lines if line.place_id is not None}
    announced = {change.level_to for change in notice.changes}
    rest = [card for card in active(actor=actor, now=now) if card.level in announced and not told & set(card.place_ids)]
    lines += _extra(actor, rest)
    order = (DIFFERENT, MISSING, EXTRA, DOUBTFUL, ELSEWHERE, SAME)
    return sorted(lines, key=lambda line: (order.index(line.outcome), line.district, line.place))


def _line(actor: Actor, change: formats.Change, found: Sequence[places.Candidate], now: datetime) -> Compared:
    best = found[0] if found else None
    level = change.level_to or ""
    hidden = change.smaller_than_unit and not actor.purpose
    line = Compared(
        place="…" if hidden else change.place, district=change.district, in_notice=level, in_system="", outcome=ELSEWHERE, doubts=change.doubts
    )
    if best is None or best.confidence < OFFERED:
        return line
    if best.confidence < places.CERTAIN or best.missing or change.doubts:
        return _with(line, best, "", DOUBTFUL)
    here = level_at(actor=actor, place_id=best.place_id, now=now)
    if here == level:
        return _with(line, best, here, SAME)
    return _with(line, best, here, MISSING if here == "none" else DIFFERENT)


def _with(line: Compared, best: places.Candidate, here: str, outcome: str) -> Compared:
    return Compared(
        place=line.place,
        district=line.district,
        in_notice=line.in_notice,
        in_system=here,
        outcome=outcome,
        place_id=best.place_id,
        full_name=best.full_name,
        confidence=best.confidence,
        doubts=line.doubts,
    )


def _extra(actor: Actor, cards: Sequence[ZoneCard]) -> list[Compared]:
    named = places.places(actor=actor, ids=[place for card in cards for place in card.place_ids])
    return [
        Compared(place=named[place].full_name, district="", in_notice="none", in_system=card.level, outcome=EXTRA, place_id=place)
        for card in cards
        for place in card.place_ids
        if place in named
    ]
