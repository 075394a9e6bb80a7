"""Judgements about people: values of a roster, masks, matching a row with a file, categories. Pure."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import ClassVar

from stdnum.iso7064 import mod_11_2

from epigrid.kernel.errors import DomainError
from epigrid.kernel.verdicts import Clause, Evidence, Verdict

CATEGORIES = ("abroad", "risk-area", "other-area", "phone-flag", "coded", "test-tomorrow")
"""The six of the day's register (S-054: 002 L81)."""
QUARANTINED = "home-quarantine"
"""The ledger category of people in home quarantine (S-053); not one of the six."""
KEY_PLACE = "key-place"
"""What `marks` says of whoever works at a place of the register."""
NEEDS = frozenset(
    {"frail", "bed-ridden", "mobility", "disabled", "chronic", "dialysis", "pregnant", "alone", "deaf", "infant", "online-class", "pet"}
)
HOME_TEST = frozenset({"frail", "bed-ridden", "mobility", "disabled", "dialysis", "online-class"})
"""Needs for which a person is tested at home (S-052: 003 L13: the frail, sick, disabled, and pupils with online classes)."""
RESIDENCES = frozenset({"resident", "registered", "tenant", "visitor", "hotel-guest", "away"})
CORRECTABLE = frozenset({"name", "document", "phone", "address", "birth_date", "sex", "household", "needs"})
CHILD_AGE = 14
"""PIPL Art. 31: under 14 a guardian decides."""
DEPENDANT = frozenset({"bed-ridden", "disabled", "mobility", "infant"})
"""Needs that make somebody depend on another."""
DOCUMENT = re.compile(r"^\d{17}[\dX]$")
PASSPORT = re.compile(r"^[A-Z0-9]{5,17}$")
PHONE = re.compile(r"^\d{7,15}$")


class NotCorrectable(DomainError):
    """This field cannot be corrected by asking; `details` names it."""

    reason = "people.not-correctable"


class IdTaken(DomainError):
    """A phone made this id for somebody new, and somebody has it already."""

    reason = "people.id-taken"


class AlreadyDecided(DomainError):
    """The correction was decided before."""

    reason = "people.already-decided"


class WindowUnset(DomainError):
    """No source sets how many days back a stay in a risk area counts; the county sets it."""

    reason = "stay.window-unset"


class StayIncomplete(DomainError):
    """A stay names its county and its days, the day of leaving not before the first."""

    reason = "stay.incomplete"


class CategoryUnknown(DomainError):
    """The day's register has six categories and the home-quarantine ledger."""

    reason = "people.category-unknown"


class NeedUnknown(DomainError):
    """Needs are a closed list."""

    reason = "people.need-unknown"


class ValueRefused(DomainError):
    """A value of a new person cannot be taken; `details` names column and reason."""

    reason = "people.value-refused"


@dataclass(frozen=True, kw_only=True)
class ClaimPolicy(Clause):
    """How long an entry of the day's register may stay unclaimed."""

    key: ClassVar[str] = "claim"
    unclaimed_minutes: int


@dataclass(frozen=True, kw_only=True)
class ResidentRow:
    """One row of a roster, checked: identity values in clear, everything else as the register keeps it."""

    row: int
    name: str
    dwelling: str
    sex: str = ""
    birth_date: date | None = None
    document: str = ""
    phone: str = ""
    household: str = "1"
    head: bool = False
    residence: str = "resident"
    workplace: str = ""
    needs: tuple[str, ...] = ()
    guardian_document: str = ""
    contact_channel: str = "phone"


def mask_name(name: str) -> str:
    """王演安 -> 王**; a Latin name keeps its first letter."""
    name = name.strip()
    return name[:1] + "**" if name else ""


def mask_phone(phone: str) -> str:
    """10012345678 -> 100****5678; short numbers show their last two digits."""
    if not phone:
        return ""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 9 else f"****{phone[-2:]}"


def mask_document(document: str) -> str:
    """The last two characters only."""
    return f"****{document[-2:]}" if document else ""


def document_error(document: str) -> str:
    """Why a document number cannot be taken (empty: it can): the checksum of an 18-digit number (GB 11643, ISO 7064 MOD 11-2), or a passport's shape."""
    if DOCUMENT.match(document):
        return "" if mod_11_2.is_valid(document) else "roster.document-checksum"
    return "" if PASSPORT.match(document) else "roster.document-shape"


def birth_of(document: str) -> date | None:
    """The birth date inside an 18-digit number, if it is one."""
    if not DOCUMENT.match(document):
        return None
    try:
        return datetime.strptime(document[6:14], "%Y%m%d").date()  # noqa: DTZ007 - a day, no moment
    except ValueError:
        return None


def age_on(birth_date: date, day: date) -> int:
    """Full years on a day."""
    return day.year - birth_date.year - ((day.month, day.day) < (birth_date.month, birth_date.day))


BANDS = ((2, "0-2"), (17, "3-17"), (59, "18-59"), (79, "60-79"))
"""Last age of each band of a list that must not tell ages; older is `80+` (design value: baby, child, adult, elder, very old)."""


def age_band(*, birth_date: date | None, on: date) -> str:
    """The age band of somebody on a day, or empty where the birth date is not known."""
    if birth_date is None:
        return ""
    age = age_on(birth_date, on)
    return next((band for last, band in BANDS if age <= last), "80+")


def is_child(birth_date: date | None, day: date) -> bool:
    """Whether the person is under 14, or of unknown age (then somebody asks)."""
    return birth_date is not None and age_on(birth_date, day) < CHILD_AGE


def is_ward(birth_date: date | None, needs: Iterable[str], day: date) -> bool:
    """Whether a guardian of the register speaks for somebody: a child under 14, or a dependant of any age. Who has grown up speaks for himself."""
    return is_child(birth_date, day) or not DEPENDANT.isdisjoint(needs)


def sums(entries: Iterable[tuple[str, str]]) -> tuple[dict[str, int], int, int]:
    """Of (person, category): entries by category, distinct persons, persons in more than one category (overlap shown, S-054)."""
    rows = set(entries)
    by_category = Counter(category for _, category in rows)
    per_person = Counter(person for person, _ in rows)
    return dict(by_category), len(per_person), sum(count > 1 for count in per_person.values())


def overdue_claim(entered_at: datetime, policy: ClaimPolicy, now: datetime) -> bool:
    """Whether an unclaimed entry has waited longer than the clause allows (S-055)."""
    return now >= entered_at + timedelta(minutes=policy.unclaimed_minutes)


def changed(known: Mapping[str, object], new: Mapping[str, object]) -> dict[str, object]:
    """The fields whose new value is given and differs."""
    return {name: value for name, value in new.items() if value not in (None, "", ()) and known.get(name) != value}


def duplicates(rows: Sequence[ResidentRow]) -> dict[int, int]:
    """Rows of one file that repeat the document number of an earlier row: row -> the earlier one."""
    first: dict[str, int] = {}
    found: dict[int, int] = {}
    for row in rows:
        if row.document and first.setdefault(row.document, row.row) != row.row:
            found[row.row] = first[row.document]
    return found


@dataclass(frozen=True, kw_only=True)
class RiskHistoryPolicy(Clause):
    """How many days back a stay in a high-risk area counts, from the day of leaving it."""

    key: ClassVar[str] = "stay.high-risk-history"
    window_days: int | None


class MediumRiskHistoryPolicy(RiskHistoryPolicy):
    """The same for a medium-risk area, where the regime knows them."""

    key = "stay.medium-risk-history"


RISK_HISTORY: Mapping[str, type[RiskHistoryPolicy]] = {"high": RiskHistoryPolicy, "medium": MediumRiskHistoryPolicy}
"""Level of the list -> the clause of people who were there."""


@dataclass(frozen=True, kw_only=True)
class StayElsewhere:
    """A stay in a county from a day until the day of leaving; whether its place is the listed one, or only the county."""

    since: date
    left: date
    same_place: bool


@dataclass(frozen=True, kw_only=True)
class Listed:
    """When an area stood on the list at its level; `whole`: the list names the whole county. None: still on it."""

    level: str
    since: date
    until: date | None
    whole: bool


def judge_stay(*, stay: StayElsewhere, listed: Listed, today: date, policy: RiskHistoryPolicy) -> Verdict[str]:
    """Whether a stay counts as one in a risk area: `area`, `county` (same county, another place: somebody asks), or `none` (S-078).

    The area counts from `window_days` before the day it rose, because infections came before the list; the person counts for as many days after leaving.
    """
    if policy.window_days is None:
        raise WindowUnset(clause=policy.clause_id)
    window = timedelta(days=policy.window_days)
    evidence = [Evidence(kind="stay", id=f"{stay.since.isoformat()}..{stay.left.isoformat()}"), Evidence(kind="listed", id=listed.since.isoformat())]
    over = (stay.left + window + timedelta(days=1)).isoformat()
    if today > stay.left + window:
        return policy.verdict("none", reason="stay.left-long-ago", evidence=evidence)
    if stay.left < listed.since - window or (listed.until is not None and stay.since >= listed.until):
        return policy.verdict("none", reason="stay.outside-the-list", evidence=evidence, changes_by="risk-list")
    if stay.same_place or listed.whole:
        return policy.verdict("area", reason="stay.in-risk-area", evidence=evidence, changes_by=over)
    return policy.verdict("county", reason="stay.in-county-of-risk-area", evidence=evidence, changes_by="interview")
