"""A list that comes back filled in: each changed line is one report, everything else is left as it was."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db import transaction

from epigrid.field.sampling import formats, queries
from epigrid.field.sampling.actions.rounds import RollEntry, report_roll, require_reporter, still_open
from epigrid.field.sampling.rules.lists import Listed, Refused, Said, judge_line_of_list
from epigrid.kernel.actors import Actor
from epigrid.registers.people import queries as people
from epigrid.registers.people.rules import mask_name
from epigrid.store import sheets
from epigrid.store.acts import whole


@whole
def import_list(*, actor: Actor, round_id: UUID, content: bytes, name: str, now: datetime, cause: UUID) -> sheets.ImportReport:
    """Take a list of `queries.roster_list` that was filled in (Excel, or CSV in UTF-8 or GBK).

    A line that says what is known is `unchanged`; one that reports a class is one report of this worker; one that cannot be taken is refused with its
    row, column and reason, and changes nothing. A swab is never taken from a list. The same file again changes nothing.
    """
    row = still_open(actor, round_id)
    require_reporter(actor)
    understood = sheets.understand(sheets.read(content, name), names=formats.HEADINGS, needed=formats.NEEDED)
    lines = list(_lines(understood.canonical()))
    named = people.by_file_nos(actor=actor, file_nos=[said.file_no for _number, said in lines if isinstance(said, Said)])
    part = queries.Part(person_ids=[card.id for card in named.values()])
    known = {card.line.file_no: card for card in queries.roster_list(actor=actor, round_id=row.id, part=part)}
    code = queries.round_code(actor=actor, round_id=row.id)
    entries: list[RollEntry] = []
    refused, unchanged = [], 0
    for number, said in lines:
        card = known.get(said.file_no) if isinstance(said, Said) else None
        found = said if isinstance(said, Refused) else judge_line_of_list(said, _listed(actor, card) if card else None, round_code=code)
        if isinstance(found, Refused):
            column = formats.HEADINGS[found.field][0] if found.field else ""
            refused.append(sheets.RowRefusal(row=number, column=understood.heading_of(column), reason=found.reason))
        elif found == "unchanged":
            unchanged += 1
        elif card is not None and isinstance(said, Said):
            entries.append(RollEntry(person_id=card.person_id, state=found, reason=said.reason, proof=said.proof))
    created = report_roll(actor=actor, round_id=row.id, entries=entries, now=now, cause=cause) if entries else 0
    return sheets.ImportReport(created=created, unchanged=unchanged, refused=tuple(refused))


def preview_list(*, actor: Actor, round_id: UUID, content: bytes, name: str, now: datetime, cause: UUID) -> sheets.ImportReport:
    """What `import_list` would report now. Nothing is written: the same verb runs in a transaction that is undone."""
    with transaction.atomic():
        report = import_list(actor=actor, round_id=round_id, content=content, name=name, now=now, cause=cause)
        transaction.set_rollback(True)
    return report


def _lines(sheet: sheets.Sheet) -> Iterator[tuple[int, Said | Refused]]:
    """Lines with their row; a person who stands twice in the sheet is refused the second time."""
    seen: set[str] = set()
    for number, cells in sheets.pick(sheet, names=formats.HEADINGS, needed=formats.NEEDED):
        said = formats.read_line(number, cells)
        if isinstance(said, Refused):
            yield number, said
        elif said.file_no in seen:
            yield number, Refused(field="file_no", reason="list.twice")
        else:
            seen.add(said.file_no)
            yield number, replace(said, fixed={**said.fixed, "name": mask_name(said.fixed["name"])})


def _listed(actor: Actor, card: queries.ListCard) -> Listed:
    line = card.line
    awaited = formats.RESULTS["awaited"] if line.result else ()
    return Listed(
        person_id=card.person_id,
        state=line.state,
        way=line.way,
        fixed={
            "building": (line.building,),
            "unit": (line.unit,),
            "room": (line.room,),
            "name": (line.name,),
            "list": formats.LISTS[line.list],
            "result": (*formats.RESULTS[line.result], *awaited),
        },
        tubes=card.tubes,
        reported={report for _by, report in card.reports},
        mine={report[:2] for by, report in card.reports if by == actor.id},
    )
