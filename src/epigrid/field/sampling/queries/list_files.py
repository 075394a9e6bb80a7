"""A round's list as a file: the sheet with its title, names masked or, for a purpose, in full."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from epigrid.field.sampling import formats
from epigrid.field.sampling.queries.lists import Part, roster_list, round_code
from epigrid.field.sampling.queries.rounds import round_card
from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.registers.people import queries as people
from epigrid.registers.places import queries as places
from epigrid.store import clock, documents, spreadsheets

Form = Literal["xlsx", "csv", "gbk"]
Names = Literal["masked", "full"]


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which list: a round's, of an area, in which form and language, with which names."""

    round_id: UUID
    area: Area
    form: Form = "xlsx"
    language: str = "zh"
    names: Names = "masked"


@dataclass(frozen=True, kw_only=True)
class File:
    """A file to be downloaded."""

    name: str
    media: str
    content: bytes


def list_file(*, actor: Actor, wanted: Wanted, now: datetime) -> File:
    """The list as a file. Names in full need the purpose that the actor states; each one read is written down (`PurposeMissing` else)."""
    card = round_card(actor=actor, round_id=wanted.round_id)
    cards = roster_list(actor=actor, round_id=card.id, part=Part(area=wanted.area))
    code = round_code(actor=actor, round_id=card.id)
    rows = [formats.written(one.line, round_code=code, language=wanted.language) for one in cards]
    if wanted.names == "full":
        names = people.identities(actor=actor, person_ids=[one.person_id for one in cards], fields=["name"], now=now)
        place = list(formats.HEADINGS).index("name")
        for row, one in zip(rows, cards, strict=True):
            row[place] = names.get(one.person_id, {}).get("name", row[place])
    day, unit = clock.local_day(card.area, now), places.area_name(actor=actor, area=wanted.area)
    title = " ".join(part for part in (documents.mark_of(card.area), card.reason, unit, day.isoformat()) if part)
    content, media = spreadsheets.written(spreadsheets.Outgoing(title=title, headings=formats.headings(wanted.language), rows=rows), wanted.form)
    end = "xlsx" if wanted.form == "xlsx" else "csv"
    return File(name=f"list-{wanted.area.rstrip('/').rpartition('/')[2]}-{code}.{end}", media=media, content=content)
