"""Questions from door to door: refusals while their round runs (S-219), the shops of a round in walking order (S-221)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from epigrid.field.sampling import rules
from epigrid.field.sampling.models import PremisesNote, Refusal, RosterRow, Round
from epigrid.field.sampling.queries.tubes import readings
from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.registers.people import queries as people
from epigrid.registers.places import queries as places

PREMISES = ("shop", "row", "canteen", "market")
"""Kinds of places that are visited as shops; a row only where somebody works in it (rows of homes are no shops)."""


@dataclass(frozen=True, kw_only=True)
class RefusalCard:
    """A refusal: reason code, what was tried, what is missing, whether and when a human referred it; `sampled`: he came after all."""

    id: UUID
    round_id: UUID
    person_id: UUID
    area: Area
    code: str
    at: datetime
    talks: tuple[str, ...]
    missing: tuple[str, ...]
    referred_by: UUID | None
    referred_at: datetime | None
    sampled: bool


@dataclass(frozen=True, kw_only=True)
class ShopCard:
    """A shop of a round: who works there by the register, what stands of it (`open`, `sampled`, `read`, or why it has no sample)."""

    place_id: UUID
    name: str
    area: Area
    person_ids: tuple[UUID, ...]
    sampled: int
    state: str


def refusals(*, actor: Actor, round_id: UUID | None = None) -> list[RefusalCard]:
    """Refusals of running rounds, of one or of all; those of a closed round have expired. Seen by the building's team only."""
    rows = Refusal.objects.seen_by(actor).filter(round__closed_at__isnull=True).order_by("area", "at", "id")
    found = list(rows if round_id is None else rows.filter(round_id=round_id))
    came = _standings(actor, {row.round_id for row in found}, {row.person_id for row in found})
    return [
        RefusalCard(
            id=row.id,
            round_id=row.round_id,
            person_id=row.person_id,
            area=row.area,
            code=row.code,
            at=row.at,
            talks=tuple(one["talk"] for one in row.talks),
            missing=tuple(rules.missing_talks(one["talk"] for one in row.talks)),
            referred_by=row.referred_by,
            referred_at=row.referred_at,
            sampled=came.get((row.round_id, row.person_id)) == "sampled",
        )
        for row in found
    ]


def _standings(actor: Actor, rounds: set[UUID], person_ids: set[UUID]) -> dict[tuple[UUID, UUID], str]:
    if not rounds:
        return {}
    rows = RosterRow.objects.seen_by(actor).filter(round_id__in=rounds, person_id__in=person_ids, struck=False)
    return {(round_id, person_id): state for round_id, person_id, state in rows.values_list("round_id", "person_id", "state")}


def shops(*, actor: Actor, round_id: UUID, area: Area | None = None) -> list[ShopCard]:
    """The shops of a round's area in walking order, each with who works there and what stands of it; at the end none is `open` (S-221)."""
    row = Round.objects.seen_by(actor).get(id=round_id)
    known = places.of_kind(actor=actor, kinds=PREMISES, area=area or row.area)
    works: dict[UUID, list[UUID]] = {card.id: [] for card in known}
    for person_id, place_id in sorted(people.working_at(actor=actor, place_ids=list(works)).items()):
        works[place_id].append(person_id)
    workers = [person_id for ids in works.values() for person_id in ids]
    standing = _standings(actor, {row.id}, set(workers))
    sampled = {person_id for person_id in workers if standing.get((row.id, person_id)) == "sampled"}
    read = _read(actor, sampled, row.opens_at)
    reasons = dict(PremisesNote.objects.seen_by(actor).filter(round=row).values_list("place_id", "reason"))
    visited = [card for card in known if card.kind != "row" or works[card.id]]
    return [
        _shop(card, {one: "read" if one in read else "sampled" if one in sampled else "open" for one in works[card.id]}, reasons.get(card.id, ""))
        for card in sorted(visited, key=lambda card: _steps(card.path))
    ]


def _read(actor: Actor, person_ids: set[UUID], since: datetime) -> set[UUID]:
    found = readings(actor=actor, person_ids=sorted(person_ids), since=since)
    return {person_id for person_id, tests in found.items() if tests and all(test.outcome for test in tests)}


def _shop(card: places.PlaceCard, workers: Mapping[UUID, str], reason: str) -> ShopCard:
    return ShopCard(
        place_id=card.id,
        name=card.full_name,
        area=card.area,
        person_ids=tuple(workers),
        sampled=sum(state != "open" for state in workers.values()),
        state=rules.premises_state(workers=workers, reason=reason),
    )


def _steps(path: Area) -> list[tuple[int, str]]:
    """As one walks: row after row, and numbers as numbers."""
    return [(int(part), "") if part.isdigit() else (0, part) for part in re.split(r"(\d+)", path)]
