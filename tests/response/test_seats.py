"""Who sat near a case in a vehicle (policy-facts 1.1, vehicle rule)."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from epigrid.kernel.duties import Duty
from epigrid.response.tracing import queries, rules
from epigrid.response.tracing.rules import Seat
from tests import cast
from tests.cast import NEIGHBOUR_COUNTY
from tests.doors.world import answer, client_of
from tests.registers.policies import regimes
from tests.response import stories

V9 = date(2022, 8, 1)


def policy(on: date = V9) -> rules.VehiclePolicy:
    return regimes.clause(rules.VehiclePolicy, on)


def near(vehicle: str, case: Seat, other: Seat) -> tuple[bool, str]:
    found = rules.sits_near(vehicle=vehicle, case=case, other=other, policy=policy())
    return found.outcome, found.reason


CAR = {"carriage": "05"}


@pytest.mark.parametrize(
    ("vehicle", "case", "other", "part"),
    [
        ("plane", Seat(row=12), Seat(row=12), "row"),
        ("plane", Seat(row=12), Seat(row=9), "row"),
        ("plane", Seat(row=12), Seat(row=15), "row"),
        ("plane", Seat(row=12), Seat(row=16), "away"),
        ("plane", Seat(row=12), Seat(row=8), "away"),
        ("plane", Seat(row=12), Seat(crew=True), "crew"),
        ("train-closed", Seat(**CAR, row=1), Seat(**CAR, row=18), "carriage"),
        ("train-closed", Seat(**CAR, row=1), Seat(carriage="06", row=1), "away"),
        ("train-closed", Seat(**CAR, compartment="2"), Seat(**CAR, compartment="2"), "compartment"),
        ("train-closed", Seat(**CAR, compartment="2"), Seat(**CAR, compartment="3"), "away"),
        ("train-closed", Seat(**CAR), Seat(crew=True), "crew"),
        ("train-open", Seat(**CAR, bay=4), Seat(**CAR, bay=5), "bay"),
        ("train-open", Seat(**CAR, bay=4), Seat(**CAR, bay=4), "bay"),
        ("train-open", Seat(**CAR, bay=4), Seat(**CAR, bay=6), "away"),
        ("train-open", Seat(**CAR, bay=4), Seat(carriage="06", bay=4), "away"),
        ("train-open", Seat(**CAR, compartment="2"), Seat(**CAR, compartment="2"), "compartment"),
        ("bus-closed", Seat(), Seat(), "everybody"),
        ("bus-closed", Seat(), Seat(crew=True), "everybody"),
        ("bus-ventilated", Seat(row=5), Seat(row=2), "row"),
        ("bus-ventilated", Seat(row=5), Seat(row=1), "away"),
        ("bus-ventilated", Seat(row=5), Seat(crew=True), "crew"),
        ("ship", Seat(cabin="31"), Seat(cabin="31"), "cabin"),
        ("ship", Seat(cabin="31"), Seat(cabin="32"), "away"),
        ("ship", Seat(cabin="31"), Seat(crew=True), "crew"),
    ],
)
def test_a_seat_makes_a_candidate_by_the_part_of_the_vehicle_that_the_clause_names(vehicle: str, case: Seat, other: Seat, part: str) -> None:
    assert near(vehicle, case, other) == (part != "away", f"seat.{part}")


SEATS = st.builds(Seat, row=st.integers(1, 40), carriage=st.sampled_from(["1", "2"]), bay=st.integers(1, 9), cabin=st.sampled_from(["a", "b"]))


@given(vehicle=st.sampled_from(sorted(rules.VEHICLES)), one=SEATS, two=SEATS)
def test_nearness_is_mutual_and_everybody_is_near_himself(vehicle: str, one: Seat, two: Seat) -> None:
    assert near(vehicle, one, two) == near(vehicle, two, one)
    assert near(vehicle, one, one)[0]


@given(rows=st.integers(0, 10), one=SEATS, two=SEATS)
def test_more_rows_never_lose_a_candidate(rows: int, one: Seat, two: Seat) -> None:
    few, more = (
        rules.sits_near(vehicle="plane", case=one, other=two, policy=replace(policy(), plane_rows=number)).outcome for number in (rows, rows + 1)
    )
    assert more or not few


def test_what_is_not_known_or_not_set_is_named() -> None:
    with pytest.raises(rules.SeatUnknown) as unknown:
        near("plane", Seat(row=3), Seat())
    assert unknown.value.details["part"] == "row"
    with pytest.raises(rules.SeatUnknown):
        near("train-open", Seat(**CAR, bay=1), Seat(**CAR))
    with pytest.raises(rules.VehicleUnknown):
        near("taxi", Seat(), Seat())
    for field, seat in (("plane_rows", Seat(row=3)), ("crew", Seat(crew=True))):
        with pytest.raises(rules.NumberUnset) as unset:
            rules.sits_near(vehicle="plane", case=Seat(row=3), other=seat, policy=replace(policy(), **{field: None}))
        assert unset.value.details["field"] == field


def test_crew_are_no_candidates_where_the_clause_leaves_them_out() -> None:
    found = rules.sits_near(vehicle="plane", case=Seat(row=3), other=Seat(crew=True), policy=replace(policy(), crew=False))
    assert (found.outcome, found.reason) == (False, "seat.away")


def test_a_seat_is_judged_by_the_clause_of_the_day_of_the_case(world: cast.World) -> None:
    case = stories.case(world)
    path = f"/api/tracing/cases/{case}/seat"
    told = answer(client_of(Duty.CDC_INVESTIGATOR).get(path, {"vehicle": "plane", "row": 12, "other_row": 14}))
    assert (told["candidate"], told["reason"], told["clause_id"]) == (True, "seat.row", "cn-2022-20-4docs:vehicle")
    refused = client_of(Duty.CDC_INVESTIGATOR).get(path, {"vehicle": "ship"})
    assert (refused.status_code, answer(refused)["reason"], answer(refused)["details"]) == (422, "seat.unknown", {"part": "cabin"})
    assert client_of(Duty.CDC_INVESTIGATOR, area=NEIGHBOUR_COUNTY).get(path).status_code == 404
    card = queries.seat(actor=cast.procedure(), case_id=case, vehicle="bus-closed", of_case=Seat(), other=Seat())
    assert (card.candidate, card.reason) == (True, "seat.everybody")
