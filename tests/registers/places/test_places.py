"""Places: names are matched with human confirmation, every dwelling is in exactly one grid, splits and merges are dated."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from epigrid.kernel.areas import Area
from epigrid.kernel.duties import Duty
from epigrid.registers.people.models import Person
from epigrid.registers.places import actions, queries, rules
from epigrid.registers.places.actions import NewPlace
from tests import cast
from tests.cast import COMMUNITY, COUNTY, GRID1, GRID2, MONDAY, SUBDISTRICT

SECRETARY = cast.actor(Duty.COMMUNITY_SECRETARY)
TODAY = MONDAY.date()


def named(*names: str) -> list[rules.Named]:
    return [rules.Named(id=cast.uid(name), kind="building", full_name=name, spellings=(name,)) for name in names]


def test_s_048_a_misread_name_offers_the_compound_and_never_merges_silently() -> None:
    found = rules.match("金域阁山5号楼3单元", named("金域阅山小区", "金域阅山小区2号楼", "漪苑新西区"))
    assert found[0].full_name.startswith("金域阅山小区")
    assert found[0].confidence < rules.CERTAIN
    with pytest.raises(rules.PlaceAmbiguous):
        rules.decide(found)


def test_x18_an_address_without_its_building_blocks() -> None:
    with pytest.raises(rules.PlaceAmbiguous):
        rules.decide(rules.match("2单元", named("兰亭御湖城东区7号楼2单元", "当代湖城7号楼2单元")))


def test_widths_and_chinese_digits_are_one_form() -> None:
    assert rules.decide(rules.match("演练花园小区１号楼三单元", named("演练花园小区1号楼3单元"))).confidence == 1.0


def test_s_048_a_confirmed_alias_is_remembered(world) -> None:
    with pytest.raises(rules.PlaceAmbiguous):
        queries.resolve(actor=SECRETARY, text="演练花圆小区1号楼")
    alias = actions.confirm_alias(actor=SECRETARY, place_id=world.place("b1"), name="演练花圆小区1号楼", source="notice 168", now=MONDAY)
    assert queries.resolve(actor=SECRETARY, text="演练花圆小区1号楼") == world.place("b1")
    assert alias == actions.confirm_alias(actor=SECRETARY, place_id=world.place("b1"), name="演练花圆小区1号楼", source="again", now=MONDAY)


def test_s_036_every_dwelling_is_in_exactly_one_grid_and_a_hole_or_overlap_is_an_error(world) -> None:
    flats = queries.cover(actor=SECRETARY, area=COMMUNITY)
    hotel = {card.id for card in queries.within(actor=SECRETARY, place_id=world.place("hotel"), kinds=("room",))}
    assert set(flats.holes) == hotel
    assert flats.overlaps == ()
    check = rules.check_cover([cast.uid("flat")], {cast.uid("flat"): ["g1", "g2"]})
    assert (check.complete, check.overlaps) == (False, (cast.uid("flat"),))


def test_responsibility_is_dated_and_never_overlaps(world) -> None:
    flat = world.place("b1/u1/f1/r1")
    actions.assign_responsibility(actor=SECRETARY, place_id=flat, area=GRID2, on=TODAY, now=MONDAY)
    assert queries.area_on(actor=SECRETARY, place_id=flat, on=TODAY - timedelta(days=1)) == GRID1
    assert queries.area_on(actor=SECRETARY, place_id=flat, on=TODAY) == GRID2


def test_s_048_splits_and_merges_are_dated(world) -> None:
    parts = [
        NewPlace(id=cast.uid("east", n), kind="compound", name=f"演练花园小区{n}区", slug=f"c1{n}", parent_id=None, area=COMMUNITY) for n in (1, 2)
    ]
    actions.split_place(actor=SECRETARY, place_id=world.place("c1"), parts=parts, on=TODAY, reason="new gate", now=MONDAY)
    assert {change[0] for change in queries.changes(actor=SECRETARY, place_id=world.place("c1"))} == {"split"}
    with pytest.raises(rules.PlaceEnded):
        actions.merge_places(actor=SECRETARY, place_id=world.place("c1"), into_id=parts[0].id, on=TODAY, reason="again", now=MONDAY)
    actions.merge_places(actor=SECRETARY, place_id=parts[1].id, into_id=parts[0].id, on=TODAY, reason="one after all", now=MONDAY)
    assert queries.resolve(actor=SECRETARY, text="演练花园小区2区") == parts[0].id


def test_recutting_an_area_rewrites_its_prefix_everywhere(world) -> None:
    admin = cast.actor(Duty.ADMINISTRATOR)
    after = Area("mini/county/sub/com/north/g1/")
    assert actions.recut_area(actor=admin, before=GRID1, after=after, now=MONDAY) > 30
    assert {row.area for row in Person.objects.seen_by(cast.actor(Duty.AUDITOR, area=after))} == {after}
    assert not Person.objects.seen_by(cast.actor(Duty.AUDITOR, area=GRID1)).exists()


@given(
    st.lists(st.text("abc", min_size=1, max_size=2), min_size=1, max_size=4), st.lists(st.text("abc", min_size=1, max_size=2), min_size=1, max_size=4)
)
def test_the_half_open_range_of_an_area_is_exactly_its_descendants(left: list[str], right: list[str]) -> None:
    outer, inner = Area("/".join(left) + "/"), Area("/".join(right) + "/")
    assert (outer <= inner < outer.end) == (right[: len(left)] == left) == outer.covers(inner)
    assert COUNTY.covers(SUBDISTRICT)
