"""Candidates from the register in the database: scope, floors and rooms, confirmed spellings, and an index that follows the register."""

from collections.abc import Iterable, Iterator

import pytest

from epigrid.kernel.actors import Actor
from epigrid.kernel.duties import Duty
from epigrid.registers.places import actions, queries, rules
from epigrid.registers.places.actions import NewPlace
from tests import cast
from tests.cast import COMMUNITY, MONDAY, NEIGHBOUR

SECRETARY = cast.actor(Duty.COMMUNITY_SECRETARY)
TODAY = MONDAY.date()


@pytest.fixture(autouse=True)
def _no_index() -> Iterator[None]:
    queries.INDEXES.clear()
    yield
    queries.INDEXES.clear()


@pytest.fixture
def builds(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many places each index that was built had (those of the confirmed spellings aside)."""
    sizes: list[int] = []
    build = rules.Index

    def counted(places: Iterable[rules.Named]) -> rules.Index:
        listed = list(places)
        sizes.append(len(listed))
        return build(listed)

    monkeypatch.setattr(rules, "Index", counted)
    return sizes


def register(name: str, actor: Actor = SECRETARY) -> object:
    new = NewPlace(id=cast.uid("new", name), kind="compound", name=name, slug=f"n{cast.uid(name).hex[:8]}", parent_id=None, area=COMMUNITY)
    actions.register_places(actor=actor, places=[new], on=TODAY, now=MONDAY)
    return new.id


def test_a_text_with_its_areas_in_front_is_resolved(world) -> None:
    assert queries.resolve(actor=SECRETARY, text="演练花园小区１号楼二单元") == world.place("b1/u2")
    assert queries.resolve(actor=SECRETARY, text="演练county演练花园1栋") == world.place("b1")


def test_floors_and_rooms_are_offered_as_the_building_they_lie_in(world) -> None:
    found = queries.candidates(actor=SECRETARY, text="演练花园小区1号楼2单元3层301室")
    assert (found[0].place_id, found[0].missing) == (world.place("b1/u2"), ("3", "301"))
    assert found[0].confidence < rules.CERTAIN


def test_x18_a_unit_alone_or_a_building_that_is_not_there_blocks(world) -> None:
    for text in ("2单元", "演练花园小区2单元", "演练花园小区11号楼", "演练花园小区1号楼、2号楼"):
        with pytest.raises(rules.PlaceAmbiguous):
            queries.resolve(actor=SECRETARY, text=text)


def test_s_048_a_confirmed_spelling_is_known_at_once_and_in_any_way_of_writing(world, builds) -> None:
    with pytest.raises(rules.PlaceAmbiguous) as refused:
        queries.resolve(actor=SECRETARY, text="演练花圆小区1号楼")
    assert "演练花园小区1号楼" in str(refused.value)
    actions.confirm_alias(actor=SECRETARY, place_id=world.place("b1"), name="演练花圆小区1号楼", source="notice 168", now=MONDAY)
    for text in ("演练花圆小区1号楼", "演练花圆小区１幢", "演练county演练花圆1号楼"):
        assert queries.resolve(actor=SECRETARY, text=text) == world.place("b1")
    assert max(builds[1:]) == 0, "the large index is not built anew for a spelling"


def test_a_spelling_that_was_confirmed_for_two_places_blocks(world) -> None:
    for path in ("hotel", "shop"):
        actions.confirm_alias(actor=SECRETARY, place_id=world.place(path), name="东门那家", source="notice 170", now=MONDAY)
    with pytest.raises(rules.PlaceAmbiguous):
        queries.resolve(actor=SECRETARY, text="东门那家")
    assert {one.place_id for one in queries.candidates(actor=SECRETARY, text="东门那家")} == {world.place("hotel"), world.place("shop")}


def test_the_large_index_is_built_once_and_a_new_place_gets_a_small_one(world, builds) -> None:
    for _ in range(3):
        assert queries.candidates(actor=SECRETARY, text="柳湖新苑") == []
    first, second = register("柳湖新苑"), register("湖畔雅居")
    assert queries.resolve(actor=SECRETARY, text="柳湖新苑小区") == first
    register("柳湖新苑3号楼")
    assert queries.resolve(actor=SECRETARY, text="湖畔雅居") == second
    assert queries.resolve(actor=SECRETARY, text="演练便利店") == world.place("shop")
    assert builds == [builds[0], 0, 2, 3]


def test_after_many_new_places_the_large_index_is_built_anew(world, builds, monkeypatch) -> None:
    assert queries.candidates(actor=SECRETARY, text="柳湖新苑") == []
    monkeypatch.setattr(queries, "ADDED", 1)
    first, second = register("柳湖新苑"), register("湖畔雅居")
    assert [queries.resolve(actor=SECRETARY, text=text) for text in ("柳湖新苑", "湖畔雅居")] == [first, second]
    assert builds == [builds[0], 0, builds[0] + 2, 0]


def test_a_new_place_of_the_same_name_makes_the_name_ambiguous(world) -> None:
    first = register("柳湖新苑")
    assert queries.resolve(actor=SECRETARY, text="柳湖新苑") == first
    twin = NewPlace(id=cast.uid("twin"), kind="compound", name="柳湖新苑", slug="twin", parent_id=None, area=COMMUNITY)
    actions.register_places(actor=SECRETARY, places=[twin], on=TODAY, now=MONDAY)
    with pytest.raises(rules.PlaceAmbiguous):
        queries.resolve(actor=SECRETARY, text="柳湖新苑")


def test_a_place_that_ended_is_no_candidate_and_its_name_means_the_one_it_became(world) -> None:
    first, second = register("柳湖新苑"), register("柳湖老苑")
    assert queries.resolve(actor=SECRETARY, text="柳湖老苑") == second
    actions.merge_places(actor=SECRETARY, place_id=second, into_id=first, on=TODAY, reason="one after all", now=MONDAY)
    assert queries.resolve(actor=SECRETARY, text="柳湖老苑") == first


def test_a_stranger_is_offered_nothing_even_from_an_index_that_is_there(world) -> None:
    stranger = cast.actor(Duty.COMMUNITY_SECRETARY, area=NEIGHBOUR)
    assert queries.candidates(actor=SECRETARY, text="演练花园小区1号楼")
    assert queries.candidates(actor=stranger, text="演练花园小区1号楼") == []
    assert queries.candidates(actor=stranger, text="演练第二宾馆")[0].place_id == world.place("site")


def test_an_index_that_the_tables_have_overtaken_is_built_anew(world, builds) -> None:
    assert queries.resolve(actor=SECRETARY, text="演练便利店") == world.place("shop")
    queries.Place.objects.seen_by(SECRETARY).filter(id=world.place("shop")).update(full_name="演练便民店", name="演练便民店")
    assert queries.candidates(actor=SECRETARY, text="演练便利店")[0].full_name == "演练便民店"
    assert queries.resolve(actor=SECRETARY, text="演练便民店") == world.place("shop")


def test_many_texts_are_asked_together_and_answered_one_by_one(world, django_assert_max_num_queries) -> None:
    texts = [*rules.expand("演练花园小区1号楼1、2单元"), "演练宾馆", "", "别处大厦"] * 20
    with django_assert_max_num_queries(7):
        found = queries.candidates_of(actor=SECRETARY, texts=texts)
    assert [answer[0].place_id if answer else None for answer in found[:5]] == [
        world.place("b1/u1"),
        world.place("b1/u2"),
        world.place("hotel"),
        None,
        None,
    ]


@pytest.mark.parametrize("text", ["", "😀", "\x00", "金" * 10_000, "％_％"])
def test_bad_input_has_no_candidates(world, text: str) -> None:
    assert queries.candidates(actor=SECRETARY, text=text) == []
    with pytest.raises(rules.PlaceAmbiguous):
        queries.resolve(actor=SECRETARY, text=text)
