"""A round's roster of a grid as a list: who lives where, in which class with which reason and proof, in which tube, negative or awaited."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from django.db.models import Count

from epigrid.field.sampling.formats import Line
from epigrid.field.sampling.models import TEAM, RollReport, RosterRow, Swab
from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.registers.people import queries as people
from epigrid.registers.places import queries as places
from epigrid.store.scoped import ScopedModel, ScopedQuerySet

M = TypeVar("M", bound=ScopedModel)
Report = tuple[str, str, str, str]
"""Class, way, reason, proof."""


@dataclass(frozen=True, kw_only=True)
class ListCard:
    """A line of a list with what stands behind it: every report so far and by whom, every tube that the person was in."""

    person_id: UUID
    line: Line
    reports: tuple[tuple[UUID | None, Report], ...]
    tubes: tuple[str, ...]


def round_code(*, actor: Actor, round_id: UUID) -> str:
    """What tells the lists of one round from those of another; the round is one that the actor sees."""
    return round_id.hex[-8:]


@dataclass(frozen=True, kw_only=True)
class Part:
    """Which part of a round's roster is meant: an area, or some people (None: no limit)."""

    area: Area | None = None
    person_ids: Collection[UUID] | None = None

    def of(self, rows: ScopedQuerySet[M]) -> ScopedQuerySet[M]:
        """The rows of this part."""
        if self.area is not None:
            rows = rows.filter(area__within=self.area)
        return rows if self.person_ids is None else rows.filter(person_id__in=list(self.person_ids))


def roster_list(*, actor: Actor, round_id: UUID, part: Part) -> list[ListCard]:
    """The roster of a round, or a part of it, in walking order; struck-off people are not on it. Names are masked."""
    roster = {row.person_id: row for row in part.of(RosterRow.objects.seen_by(actor).filter(round_id=round_id, struck=False))}
    cards = people.people(actor=actor, ids=roster)
    homes = places.places(actor=actor, ids=[card.dwelling_id for card in cards if card.dwelling_id is not None])
    heads = {place.path: place for place in places.of_kind(actor=actor, kinds=("unit", "building", "row", "hotel"))} if homes else {}
    reports, swabs = _reports(actor, round_id, part), _swabs(actor, round_id, part)
    found = []
    for card in sorted(cards, key=lambda card: (homes[card.dwelling_id].path if card.dwelling_id in homes else "", card.file_no)):
        home = homes.get(card.dwelling_id) if card.dwelling_id is not None else None
        mine, tubes = reports.get(card.id, ()), swabs.get(card.id, ())
        line = _line(card, roster[card.id], home, heads, (mine, tubes))
        found.append(ListCard(person_id=card.id, line=line, reports=tuple(mine), tubes=tuple(label for label, _lost, _outcome in tubes)))
    return found


def standing_by_area(*, actor: Actor, round_id: UUID) -> dict[Area, dict[str, int]]:
    """Area of the roster's rows -> class -> people; struck-off people are in none."""
    rows = RosterRow.objects.seen_by(actor).filter(round_id=round_id, struck=False).order_by("area", "state")
    found: dict[Area, dict[str, int]] = {}
    for area, state, count in rows.values_list("area", "state").annotate(Count("id")):
        found.setdefault(area, {})[state] = count
    return found


def _reports(actor: Actor, round_id: UUID, part: Part) -> dict[UUID, list[tuple[UUID | None, Report]]]:
    """Person -> (by, report), the oldest first; what was written beside a refusal is for the building's team only (S-219)."""
    rows = part.of(RollReport.objects.seen_by(actor).filter(round_id=round_id)).order_by("at", "id")
    found: dict[UUID, list[tuple[UUID | None, Report]]] = {}
    for person, by, area, state, way, reason, proof in rows.values_list("person_id", "by", "area", "state", "way", "reason", "proof"):
        shown = (reason, proof) if state != "declined" or actor.holds(*TEAM, area=Area(area)) else ("", "")
        found.setdefault(person, []).append((by, (state, way, *shown)))
    return found


def _swabs(actor: Actor, round_id: UUID, part: Part) -> dict[UUID, list[tuple[str, bool, str]]]:
    """Person -> (label, lost, outcome) of his tubes, the oldest first."""
    rows = part.of(Swab.objects.seen_by(actor).filter(round_id=round_id, withdrawn_at__isnull=True)).order_by("at", "id")
    found: dict[UUID, list[tuple[str, bool, str]]] = {}
    for person, label, lost, outcome in rows.values_list("person_id", "tube__label", "lost", "tube__outcome"):
        found.setdefault(person, []).append((label, lost, outcome))
    return found


def _line(
    card: people.PersonCard,
    row: RosterRow,
    home: places.PlaceCard | None,
    heads: Mapping[Area, places.PlaceCard],
    told: tuple[Sequence[tuple[UUID | None, Report]], Sequence[tuple[str, bool, str]]],
) -> Line:
    """One line: the reason and the proof are those of the newest report of the class in which he stands."""
    reports, tubes = told
    above = [heads[path] for path in home.path.ancestors() if path in heads] if home is not None else []
    reason, proof = next((report[2:] for _by, report in reversed(reports) if report[:2] == (row.state, row.way)), ("", ""))
    kept = [(label, outcome) for label, lost, outcome in tubes if not lost]
    return Line(
        file_no=card.file_no,
        building=next((place.name for place in above if place.kind != "unit"), ""),
        unit=next((place.name for place in above if place.kind == "unit"), ""),
        room=home.name if home is not None else "",
        name=card.masked_name,
        list=row.list,
        state=row.state,
        way=row.way,
        reason=reason,
        proof=proof,
        tube=kept[-1][0] if kept else "",
        result=("negative" if kept[-1][1] == "negative" else "awaited") if kept else "",
    )
