"""Served papers: order and release papers, referrals, notices. A paper is kept as drawn: its fields, its number, its digest.

In an exercise tree every paper carries 演练 in title, number and footer and `exercise: true`, and a paper in the name of a body that is not
marked as an exercise body is refused. This is one of the places that know about exercises.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.kernel.errors import DomainError
from epigrid.store import clock, series
from epigrid.store.ids import new_id
from epigrid.store.models import Document

MARK = "演练"
FOOTER = "演练 EXERCISE: not a real decision, nobody is bound by this paper"


class RealBodyInExercise(DomainError):
    """An exercise paper may not be written in the name of a real body."""

    reason = "document.real-body-in-exercise"


@dataclass(frozen=True, kw_only=True)
class Paper:
    """A paper as it was drawn."""

    id: UUID
    kind: str
    number: str
    title: str
    body_name: str
    fields: Mapping[str, Any]
    exercise: bool
    footer: str
    person_id: UUID | None
    drawn_at: datetime
    digest: str

    @property
    def mark(self) -> str:
        """What stands across every page and before titles and numbers: 演练 on the papers of an exercise, nothing on others."""
        return MARK if self.exercise else ""


@dataclass(frozen=True, kw_only=True)
class Numbered:
    """The number that a paper gets: its year, its place in the year's row, and what an exercise puts before it."""

    year: int
    count: int
    mark: str

    @property
    def text(self) -> str:
        """As it stands in registers and on orders."""
        return f"{self.mark + '-' if self.mark else ''}{self.year}-{self.count:04d}"


def mark_of(area: Area) -> str:
    """What stands on everything that is printed in an area's tree: an exercise's 演练, else nothing."""
    return MARK if clock.card(area).exercise else ""


def draw(
    *,
    area: Area,
    kind: str,
    title: str,
    body_name: str,
    fields: Mapping[str, Any] | Callable[[Numbered], Mapping[str, Any]],
    now: datetime,
    person_id: UUID | None = None,
) -> Paper:
    """Draw one paper with the next number of (year, body, kind, tree); call it inside the transaction that issues the measure.

    `fields` hold codes, dates and ids (never identity values: these are filled in from the vault when the paper is printed), or are made from the number.
    """
    exercise = clock.card(area).exercise
    if exercise and MARK not in body_name:
        raise RealBodyInExercise(body=body_name)
    year = clock.local_day(area, now).year
    count = series.next_number(tree=area.tree, name=f"{kind}|{body_name}|{year}")
    numbered = Numbered(year=year, count=count, mark=MARK if exercise else "")
    number = numbered.text
    content = dict(fields(numbered) if callable(fields) else fields) | {"exercise": exercise}
    digest = hashlib.sha256(json.dumps([kind, number, title, body_name, content], sort_keys=True, default=str).encode())
    row = Document.objects.create(
        id=new_id(area, "document", kind, body_name, number),
        area=area,
        kind=kind,
        number=number,
        title=f"【{MARK}】{title}" if exercise else title,
        body_name=body_name,
        fields=json.loads(json.dumps(content, default=str)),
        footer=FOOTER if exercise else "",
        exercise=exercise,
        person_id=person_id,
        drawn_at=now,
        digest=digest.hexdigest(),
    )
    return _paper(row)


def paper(*, actor: Actor, document_id: UUID) -> Paper:
    """A paper that the actor may see."""
    return _paper(Document.objects.seen_by(actor).get(id=document_id))


def known(*, actor: Actor, kind: str, number: str) -> bool:
    """Whether a paper of this kind with this number was drawn in the actor's areas, for who is shown a paper at a gate."""
    return bool(number.strip()) and Document.objects.seen_by(actor).filter(kind=kind, number=number.strip()).exists()


def texts(*, actor: Actor, document_ids: Sequence[UUID]) -> dict[UUID, Paper]:
    """Papers by id, those that the actor may see."""
    return {row.id: _paper(row) for row in Document.objects.seen_by(actor).filter(id__in=document_ids)}


def papers_of(*, actor: Actor, person_id: UUID) -> list[Paper]:
    """The papers of one person, oldest first."""
    return [_paper(row) for row in Document.objects.seen_by(actor).filter(person_id=person_id).order_by("drawn_at", "id")]


def _paper(row: Document) -> Paper:
    return Paper(
        id=row.id,
        kind=row.kind,
        number=row.number,
        title=row.title,
        body_name=row.body_name,
        fields=row.fields,
        exercise=row.exercise,
        footer=row.footer,
        person_id=row.person_id,
        drawn_at=row.drawn_at,
        digest=row.digest,
    )
