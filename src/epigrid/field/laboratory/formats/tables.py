"""Laboratory files: CSV or Excel rows <-> readings. Pure.

Headings of county laboratories (管号, 检测时间, ORF1ab Ct, N Ct, 结果) and of the plain stream (sample, date, cq).
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from epigrid.field.laboratory.rules.readings import MAX_CQ, OUTCOMES, ResultRow
from epigrid.kernel import written

HEADINGS: Mapping[str, tuple[str, ...]] = {
    "label": ("管号", "样本编号", "采样管号", "sample", "tube"),
    "tested_at": ("检测时间", "检测日期", "date", "tested_at"),
    "orf_ct": ("ORF1ab Ct", "ORF1ab", "ORF1ab基因Ct", "orf1ab_ct"),
    "n_ct": ("N Ct", "N", "N基因Ct", "n_ct"),
    "cq": ("cq", "Cq", "Ct", "ct"),
    "stated": ("结果", "检测结果", "outcome"),
}
NEEDED = ("label", "tested_at")
STATED: Mapping[str, str] = {
    "阴性": "negative",
    "阳性": "positive",
    "灰区": "grey",
    "单靶标": "single-target",
    "单靶阳性": "single-target",
    "无效": "invalid",
} | {name: name for name in OUTCOMES}
CENTURY, LONGEST = 2000, 40
MOMENTS = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d", "%Y/%m/%d")


def result_row(row: int, cells: Mapping[str, str], zone: ZoneInfo) -> ResultRow | tuple[str, str]:
    """One reading, or (heading, reason) of the cell that cannot be taken; no heading: the whole row is shifted."""
    if "surplus" in cells:
        return "", "sheet.too-many-cells"
    label = label_of(cells.get("label", ""))
    if not label:
        return HEADINGS["label"][0], "result.label-missing"
    if written.is_cut(label):
        return HEADINGS["label"][0], "sheet.number-cut"
    tested_at = _moment(cells.get("tested_at", ""), zone)
    if tested_at is None:
        return HEADINGS["tested_at"][0], "result.time-unreadable"
    stated = written.folded(cells.get("stated", ""))
    if stated and stated not in STATED:
        return HEADINGS["stated"][0], "result.outcome-unknown"
    values: dict[str, float | None] = {}
    for name in ("orf_ct", "n_ct", "cq"):
        number = _cycles(cells.get(name, ""))
        if isinstance(number, str):
            return HEADINGS[name][0], number
        values[name] = number
    two = any(name in cells for name in ("orf_ct", "n_ct"))
    if not two and "cq" not in cells and not stated:
        return HEADINGS["cq"][0], "result.nothing-read"
    return ResultRow(
        row=row,
        label=label,
        tested_at=tested_at,
        orf_ct=values["orf_ct"] if two else values["cq"],
        n_ct=values["n_ct"],
        targets=2 if two else 1,
        stated=STATED.get(stated, ""),
    )


def label_of(text: str) -> str:
    """A tube's label as it is compared; empty when it is none: too long, or with signs that nobody can print."""
    label = written.folded(text)
    return label if label.isprintable() and len(label) <= LONGEST else ""


def _moment(text: str, zone: ZoneInfo) -> datetime | None:
    for form in MOMENTS:
        try:
            return sane(datetime.strptime(text, form).replace(tzinfo=zone))
        except ValueError:
            continue
    return None


def sane(moment: datetime) -> datetime | None:
    """A moment of this century, or None: no test was done in another."""
    return moment if CENTURY <= moment.year < CENTURY + 100 else None


def _cycles(text: str) -> float | str | None:
    cleaned = text.strip()
    if cleaned.lower() in ("", "-", "/", "na", "nan", "undetermined", "noct", "未检出", "阴性"):
        return None
    try:
        value = float(cleaned)
    except ValueError:
        return "result.ct-unreadable"
    if not 0 <= value <= MAX_CQ:
        return "result.ct-impossible"
    return value or None


def csv_text(rows: Iterable[ResultRow], zone: ZoneInfo) -> str:
    """Readings as a county laboratory writes them (headings in Chinese, local time); encode it in GBK where the laboratory does."""
    names = {value: key for key, value in STATED.items() if not key.isascii() and key != "单靶阳性"}
    lines = [",".join(("管号", "检测时间", "ORF1ab Ct", "N Ct", "结果"))]
    for row in rows:
        cts = ["" if ct is None else f"{ct:g}" for ct in (row.orf_ct, row.n_ct)]
        lines.append(",".join((row.label, row.tested_at.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S"), *cts, names.get(row.stated, ""))))
    return "\r\n".join(lines) + "\r\n"
