"""A list that comes back filled in: what each row says, and whether it may be taken. Pure: no Django, no clock, no I/O."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from uuid import UUID

LONGEST = {"reason": 60, "proof": 100}
"""Characters of what a worker writes."""
SAYS_NOTHING = ("open", "")
"""A class that reports nothing: what was reported before stays."""


@dataclass(frozen=True, kw_only=True)
class Listed:
    """A person's line of a list as the register and the round know it now; `fixed`: cells that nobody changes in a list, by field."""

    person_id: UUID
    state: str
    way: str
    fixed: Mapping[str, Collection[str]]
    tubes: Collection[str]
    reported: Collection[tuple[str, str, str, str]]
    """(class, way, reason, proof) of every report so far."""
    mine: Collection[tuple[str, str]]
    """(class, way) that this worker has reported."""


@dataclass(frozen=True, kw_only=True)
class Said:
    """What a line of a list that came back says."""

    row: int
    file_no: str
    round_code: str
    state: str
    way: str
    reason: str = ""
    proof: str = ""
    tube: str = ""
    fixed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Refused:
    """Why a line cannot be taken: the field of the cell (empty: the whole line) and the reason key."""

    field: str
    reason: str


def judge_line_of_list(said: Said, known: Listed | None, *, round_code: str) -> str | Refused:
    """`unchanged`, the class to report (`rules.REPORTABLE`), or why the line is refused.

    A line reports what differs from what is known; a swab is never taken from a list, only its tube tells it. A stale line that says what somebody
    reported already, or nothing, changes nothing.
    """
    if said.round_code != round_code:
        return Refused(field="round", reason="list.other-round")
    if known is None:
        return Refused(field="file_no", reason="list.person-unknown")
    wrong = next((name for name, cell in said.fixed.items() if cell and cell not in known.fixed.get(name, (cell,))), None)
    if wrong is not None:
        return Refused(field=wrong, reason="list.fixed-cell")
    if said.tube and said.tube not in known.tubes:
        return Refused(field="tube", reason="list.sampled-needs-a-tube")
    if said.state in SAYS_NOTHING and not (said.reason or said.proof):
        return "unchanged"
    return _report(said, known)


def _report(said: Said, known: Listed) -> str | Refused:
    """The class that a line reports."""
    if said.state in SAYS_NOTHING:
        return Refused(field="class", reason="list.class-missing")
    reported = "elsewhere" if said.way == "elsewhere" else said.state
    if (said.state, said.way, said.reason, said.proof) in known.reported:
        return "unchanged"
    if reported == "sampled":
        same = (known.state, known.way) == (said.state, said.way) and not (said.reason or said.proof)
        return "unchanged" if same else Refused(field="class", reason="list.sampled-needs-a-tube")
    if (said.state, said.way) in known.mine:
        return Refused(field="reason", reason="list.reported-before")
    long = next((name for name, most in LONGEST.items() if len(getattr(said, name)) > most), None)
    if long is not None:
        return Refused(field=long, reason="list.too-long")
    if reported == "elsewhere" and not said.proof:
        return Refused(field="proof", reason="roster.proof-missing")
    return reported
