"""Half-open periods, verdicts that carry their clause, refusals with a stable reason."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from epigrid.kernel.errors import BadInput, DomainError, NotAllowed
from epigrid.kernel.periods import Period
from epigrid.kernel.verdicts import Clause, Evidence, Source

ZERO = datetime(2022, 11, 21, tzinfo=UTC)
HOURS = st.integers(0, 12)


def moment(hour: int) -> datetime:
    return ZERO + timedelta(hours=hour)


@st.composite
def periods(draw: st.DrawFn) -> tuple[Period, set[int]]:
    """A period of whole hours and the hours inside it, of 0..24."""
    start = draw(HOURS)
    end = draw(st.none() | st.integers(start + 1, 13))
    return Period(start=moment(start), end=None if end is None else moment(end)), set(range(start, 25 if end is None else end))


@given(periods(), st.integers(0, 24))
def test_the_start_is_inside_and_the_end_is_not(period: tuple[Period, set[int]], hour: int) -> None:
    assert period[0].holds(moment(hour)) == (hour in period[1])


@given(periods(), periods())
def test_two_periods_overlap_exactly_when_they_share_a_moment(left: tuple[Period, set[int]], right: tuple[Period, set[int]]) -> None:
    assert left[0].overlaps(right[0]) == right[0].overlaps(left[0]) == bool(left[1] & right[1])


@pytest.mark.parametrize("start, end", [(ZERO, ZERO), (ZERO, moment(-1)), (ZERO.replace(tzinfo=None), None), (ZERO, moment(1).replace(tzinfo=None))])
def test_a_period_without_length_or_time_zone_is_refused(start: datetime, end: datetime | None) -> None:
    with pytest.raises(BadInput):
        Period(start=start, end=end)


@dataclass(frozen=True, kw_only=True)
class StayClause(Clause):
    key: ClassVar[str] = "stay"
    stay_days: int


def test_a_verdict_names_edition_clause_evidence_and_what_would_change_it() -> None:
    source = Source(text="S-131", confidence="P", pack="p")
    clause = StayClause(edition="e1", clause_id="p:stay", stay_days=5, sources={"stay_days": source})
    proof = Evidence(kind="test", id="t1", at=ZERO, says="negative")
    verdict = clause.verdict("wait", reason="stay.days-not-passed", evidence=[proof], changes_at=moment(5), changes_by="test.negative", left=3)
    assert (verdict.outcome, verdict.reason, verdict.edition, verdict.clause_id) == ("wait", "stay.days-not-passed", "e1", "p:stay")
    assert (verdict.evidence, verdict.changes_at, verdict.changes_by, verdict.details) == ((proof,), moment(5), "test.negative", {"left": 3})


def test_a_refusal_shows_its_reason_key_and_facts() -> None:
    assert str(DomainError()) == "refused"
    refusal = NotAllowed(needs="auditor", count=2)
    assert (str(refusal), refusal.reason, dict(refusal.details)) == (
        "access.not-allowed (needs=auditor, count=2)",
        "access.not-allowed",
        {"needs": "auditor", "count": 2},
    )


def test_every_refusal_in_the_house_has_a_reason_of_its_own() -> None:
    from epigrid.playbooks import tables

    assert tables.STEPS
    found: dict[str, set[str]] = {}
    waiting = [DomainError]
    while waiting:
        for child in waiting.pop().__subclasses__():
            waiting.append(child)
            if child.__module__.startswith("epigrid."):
                found.setdefault(child.reason, set()).add(child.__qualname__)
    assert "refused" not in found
    assert len(found) > 50
