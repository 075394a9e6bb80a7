"""A printed roll-call comes back through a code reader: each row with its class is a report, everything else is named and left."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from epigrid.field.sampling import queries
from epigrid.field.sampling.actions.rounds import RollEntry, report_roll, require_reporter, still_open
from epigrid.field.sampling.rules import Misread, read_scan
from epigrid.kernel.actors import Actor
from epigrid.store.acts import whole


@dataclass(frozen=True, kw_only=True)
class ScanReport:
    """What became of a scan: (line, person, class) of the rows that were taken, the lines that were refused, and how many reports are new."""

    taken: tuple[tuple[int, UUID, str], ...]
    refused: tuple[Misread, ...]
    new: int


@whole
def scan_back(*, actor: Actor, round_id: UUID, text: str, now: datetime, cause: UUID) -> ScanReport:
    """Take a scan of printed rows of an open round (`rules.read_scan`); whoever may report a roll-call.

    A line that was misread, and a code that no row of the round bears as far as the actor sees, is refused by itself; the others are taken in one act.
    Nobody is sampled by paper: no class of the legend says so, and whoever was sampled stays it. The same scan again reports nothing.
    """
    row = still_open(actor, round_id)
    require_reporter(actor)
    read, refused = read_scan(text)
    known = queries.rows_of_codes(actor=actor, round_id=row.id, codes={one.code for one in read})
    refused += [Misread(line=one.line, reason="scan.row-unknown") for one in read if one.code not in known]
    refused += [Misread(line=one.line, reason="roster.not-on-roster") for one in read if known.get(one.code, ("", False))[1]]
    good = [(one, known[one.code][0]) for one in read if one.code in known and not known[one.code][1]]
    entries = [RollEntry(person_id=person_id, state=one.state, proof=one.proof) for one, person_id in good]
    new = report_roll(actor=actor, round_id=row.id, entries=entries, now=now, cause=cause) if entries else 0
    taken = tuple((one.line, person_id, one.state) for one, person_id in good)
    return ScanReport(taken=taken, refused=tuple(sorted(refused, key=lambda one: one.line)), new=new)
