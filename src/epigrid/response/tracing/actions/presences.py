"""The presence log: scans that come in, days that are forgotten."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from epigrid.engine.tracing.index import MAX_STAY_SECONDS
from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.kernel.duties import Duty
from epigrid.registers.places import queries as places
from epigrid.registers.policies import queries as policies
from epigrid.response.tracing import formats
from epigrid.response.tracing.events import PresencesForgotten, ScansImported
from epigrid.store import clock, extracts, journal, sheets, vault
from epigrid.store.acts import whole
from epigrid.store.ids import repeated_id


@whole
def record_presences(*, actor: Actor, area: Area, sheet: sheets.Sheet, source: str, now: datetime) -> sheets.ImportReport:
    """Take a file of venue scans: people by phone (looked up by blind index, not kept), places by name; a scan sent twice counts once.

    Rows of unknown phones or places are refused by row; nothing about who they are is kept.
    """
    actor.require(Duty.CDC_INVESTIGATOR, Duty.CDC_DUTY_OFFICER, area=area)
    zone = clock.zone(area)
    rows, refused = [], []
    for number, cells in sheets.pick(sheet, names=formats.HEADINGS, needed=formats.NEEDED):
        row = formats.scan_row(number, cells, zone)
        if isinstance(row, tuple):
            refused.append(sheets.RowRefusal(row=number, column=row[0], reason=row[1]))
        else:
            rows.append(row)
    known = vault.find_many(tree=area.tree, field="phone", values={row.phone for row in rows})
    venues = {card.full_name: card for card in places.of_kind(actor=actor, kinds=_VENUES)}
    taken = []
    for row in rows:
        if row.place not in venues:
            refused.append(sheets.RowRefusal(row=row.row, column=formats.HEADINGS["place"][0], reason="scan.place-unknown"))
        elif len(known.get(row.phone, ())) != 1:
            refused.append(sheets.RowRefusal(row=row.row, column=formats.HEADINGS["phone"][0], reason="scan.phone-unknown"))
        elif row.until and row.until - row.at > _LONGEST:
            refused.append(sheets.RowRefusal(row=row.row, column=formats.HEADINGS["until"][0], reason="scan.stay-too-long"))
        else:
            taken.append((row, known[row.phone][0], venues[row.place]))
    fresh = _add(area, taken)
    report = sheets.ImportReport(created=fresh, unchanged=len(taken) - fresh, refused=tuple(sorted(refused, key=lambda r: r.row)))
    if fresh:
        import_id = repeated_id(area, "import", source)
        event = ScansImported(area=area, import_id=import_id, source=source, rows=fresh, refused=len(refused))
        journal.record(event, actor=actor, at=now, caused_by=None)
    return report


_LONGEST = timedelta(seconds=MAX_STAY_SECONDS)
_VENUES = ("shop", "hotel", "canteen", "workplace", "market", "vehicle", "floor", "building", "room")


def _add(area: Area, taken: Sequence[tuple[formats.ScanRow, UUID, places.PlaceCard]]) -> int:
    persons = extracts.pseudonyms(area=area, kind="person", subject_ids=[person for _, person, _ in taken])
    venues = extracts.pseudonyms(area=area, kind="place", subject_ids=[place.id for _, _, place in taken])
    rows = []
    days = {}
    for row, person, place in taken:
        scan_id = formats.scan_id(area.tree, row.scan)
        until = formats.until_of(row, place.kind)
        rows.append((scan_id, persons[person], venues[place.id], int(row.at.timestamp()), int(until.timestamp())))
        days[scan_id] = clock.local_day(area, row.at)
    return extracts.add(area=area, day_of=days, rows=rows)


@whole
def forget_presences(*, actor: Actor, area: Area, now: datetime, cause: UUID) -> int:
    """Seal the closed days of the presence log and unlink those that no look-back reaches any more; return how many files went."""
    actor.require(Duty.PROCEDURE, area=area)
    today = clock.local_day(area, now)
    lookback = policies.longest_lookback(on=today, area=area)
    sealed = extracts.seal_before(area=area, day=today)
    gone = extracts.forget_before(area=area, day=today - timedelta(days=lookback))
    if sealed or gone:
        event = PresencesForgotten(area=area, run_id=repeated_id(area, "presences-forgotten", area), sealed=sealed, files=len(gone))
        journal.record(event, actor=actor, at=now, caused_by=cause)
    return len(gone)
