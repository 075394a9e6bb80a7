"""Venue scans as counties keep them <-> checked rows. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from epigrid.kernel import written

HEADINGS: Mapping[str, tuple[str, ...]] = {
    "scan": ("扫码编号", "scan"),
    "phone": ("手机号", "联系电话", "phone"),
    "place": ("场所", "场所名称", "place"),
    "at": ("时间", "扫码时间", "at"),
    "until": ("离开时间", "until"),
}
NEEDED = ("scan", "phone", "place", "at")
DWELL_MINUTES: Mapping[str, int] = {"shop": 20, "canteen": 45, "hotel": 600, "workplace": 480, "market": 40, "vehicle": 30, "room": 600}
"""How long somebody stays after a scan without a leaving time, by kind of place (design values; the investigator sees that it is a model)."""
MOMENTS = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M")


@dataclass(frozen=True, kw_only=True)
class ScanRow:
    """One presence: its own number, phone (looked up, never kept), place text, from, until (None: the dwell model says)."""

    row: int
    scan: str
    phone: str
    place: str
    at: datetime
    until: datetime | None


def scan_row(number: int, cells: Mapping[str, str], zone: ZoneInfo) -> ScanRow | tuple[str, str]:
    """One row, or (heading, reason) of the cell that cannot be taken; no heading: the whole row is shifted."""
    if "surplus" in cells:
        return "", "sheet.too-many-cells"
    if not cells.get("scan"):
        return HEADINGS["scan"][0], "scan.number-missing"
    phone = written.phone(cells.get("phone", ""))
    if not phone:
        return HEADINGS["phone"][0], "scan.phone-missing"
    cut = next((name for name in ("scan", "phone") if written.is_cut(cells[name])), None)
    if cut:
        return HEADINGS[cut][0], "sheet.number-cut"
    at = _moment(cells.get("at", ""), zone)
    if at is None:
        return HEADINGS["at"][0], "scan.time-unreadable"
    until = _moment(cells.get("until", ""), zone)
    if cells.get("until") and (until is None or until <= at):
        return HEADINGS["until"][0], "scan.until-unreadable"
    return ScanRow(row=number, scan=cells["scan"], phone=phone, place=cells.get("place", ""), at=at, until=until)


def scan_id(tree: str, scan: str) -> UUID:
    """The unique id of a scan: the same number again is the same scan."""
    return uuid5(UUID(int=7), f"{tree}|{scan}")


def until_of(row: ScanRow, kind: str) -> datetime:
    """When the stay ended: as said, or by the dwell model of the place kind."""
    return row.until or row.at + timedelta(minutes=DWELL_MINUTES.get(kind, 30))


def _moment(text: str, zone: ZoneInfo) -> datetime | None:
    for form in MOMENTS:
        try:
            return datetime.strptime(text.strip(), form).replace(tzinfo=zone)
        except ValueError:
            continue
    return None
