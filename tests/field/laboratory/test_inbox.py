"""Readings that match no tube: near labels are proposed, a person links, and counts as who entered it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from epigrid.field.laboratory import actions, queries, rules
from epigrid.field.laboratory.rules.labels import NEAR, distance
from tests import cast
from tests.cast import HOUR, MONDAY
from tests.field.laboratory.lab import LAB, SECOND, register, take, tube

LETTERS = st.text("AB01", max_size=6)


def slips(one: str, other: str) -> int:
    """The oracle: a recursion over every way (restricted swaps), without any shortening."""
    if not one or not other:
        return len(one) + len(other)
    best = min(slips(one[1:], other) + 1, slips(one, other[1:]) + 1, slips(one[1:], other[1:]) + (one[0] != other[0]))
    if len(one) > 1 and len(other) > 1 and one[0] == other[1] and one[1] == other[0]:
        best = min(best, slips(one[2:], other[2:]) + 1)
    return best


@given(LETTERS, LETTERS)
def test_slips_between_labels_are_those_of_a_brute_force(one, other) -> None:
    assert distance(one, other) == min(slips(one, other), NEAR + 1)


def test_candidates_are_near_labels_waiting_first_then_of_the_same_round() -> None:
    def one(label: str, *, read: bool = False, round_key: str = "", hours: float = 1) -> rules.Tube:
        return rules.Tube(label=label, received_at=MONDAY - hours * HOUR, read=read, round_key=round_key)

    tubes = [
        one("TY00124", read=True), one("TY00132", round_key="r"), one("TY00125"), one("TYO0123"), one("ZZ99999"), one("TY00213", hours=-2),
    ]  # fmt: skip
    found = rules.candidates("TY00123", MONDAY, tubes, round_key="r")
    assert [(card.label, card.slips) for card in found] == [("TYO0123", 0), ("TY00132", 1), ("TY00125", 1), ("TY00124", 1)]
    late = rules.candidates("TY00213", MONDAY, tubes)
    assert late[0].label == "TY00213", "a tube that was counted late is meant by its own label"


def test_a_reading_is_placed_by_a_person_and_a_positive_of_it_waits_for_another(world) -> None:
    round_id = cast.uid("round")
    register(world, "TY00123", "TY00999", round_id=round_id, at=MONDAY - 20 * HOUR)
    heading = "管号,检测时间,ORF1ab Ct,N Ct\n"
    take(world, heading + "TY00999,2022-11-21 05:00,,\nTY0O132,2022-11-21 05:00,25,25\nTYOO123,2022-11-21 06:00,25,25\n")
    cards = queries.inbox(actor=LAB)
    meant = queries.candidates(actor=LAB, cards=cards)
    assert {card.label: [(one.label, one.slips, one.same_round) for one in meant[card.id]][:1] for card in cards} == {
        "TY0O132": [("TY00123", 1, True)],
        "TYOO123": [("TY00123", 0, True)],
    }
    for card in cards:
        actions.resolve_unmatched(actor=SECOND, unmatched_id=card.id, specimen_label="TY00123", reason="misread", now=MONDAY)
    assert tube("TY00123").awaits == "check"
    with pytest.raises(rules.SamePerson):
        actions.verify_positives(actor=SECOND, specimen_ids=[tube("TY00123").id], now=MONDAY)
    actions.verify_positives(actor=LAB, specimen_ids=[tube("TY00123").id], now=MONDAY)
    assert queries.inbox(actor=LAB) == []


def test_a_reading_that_contradicts_a_run_of_the_same_moment_is_not_linked(world) -> None:
    register(world, "T1")
    heading = "管号,检测时间,ORF1ab Ct,N Ct\n"
    take(world, heading + "T1,2022-11-21 05:00,,\nT9,2022-11-21 05:00,25,25\n")
    waiting = queries.inbox(actor=LAB)[0].id
    with pytest.raises(rules.RunKnown):
        actions.resolve_unmatched(actor=LAB, unmatched_id=waiting, specimen_label="T1", reason="", now=MONDAY)
    assert len(queries.inbox(actor=LAB)) == 1
