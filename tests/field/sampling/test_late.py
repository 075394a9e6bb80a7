"""Who may be added to a round of a part: whoever lives or works in it, and whoever has no home in the register. All people are invented."""

from typing import Any
from uuid import UUID

import pytest

from epigrid.field.sampling import actions, queries, rules
from epigrid.field.sampling.actions import Part
from epigrid.field.sampling.models import Isolation, Registration, RosterRow
from epigrid.kernel.areas import Area
from epigrid.kernel.duties import Duty
from epigrid.kernel.periods import Period
from epigrid.registers.people import actions as people
from epigrid.registers.people.models import Person
from epigrid.registers.places.models import Place
from epigrid.store.models import Fact
from tests import cast
from tests.cast import COMMUNITY, DAY, GRID1, GRID2, MONDAY
from tests.doors.world import client_of, post
from tests.field.sampling.test_table import REGISTRAR, order_round, register

UNIT_1, UNIT_2 = range(12), range(12, 24)
"""People of the mini world by where they live."""


def part_round(world: cast.World, part: Part, reason: str = "around unit 1") -> UUID:
    it: Any = {"actor": cast.actor(Duty.COUNTY_EOC_OFFICER), "now": MONDAY, "cause": world.root_cause}
    window = Period(start=MONDAY, end=MONDAY + DAY)
    return actions.open_part_round(**it, area=COMMUNITY, part=part, reason=reason, directive_id=world.directive_id, window=window)


def unit_round(world: cast.World) -> UUID:
    return part_round(world, Part(place_ids=(world.place("b1/u1"),)))


def add(world: cast.World, round_id: UUID, *person_ids: UUID) -> int:
    return actions.add_late(actor=REGISTRAR, round_id=round_id, person_ids=person_ids, now=MONDAY, cause=world.root_cause)


def on_roster(round_id: UUID) -> set[UUID]:
    return set(RosterRow.objects.filter(round_id=round_id).values_list("person_id", flat=True))


def person(world: cast.World, home: str = "") -> UUID:
    new = people.NewPerson(name="演新来", residence="visitor", dwelling_id=world.place(home) if home else None)
    return people.register_person(actor=REGISTRAR, area=COMMUNITY, new=new, source="table", now=MONDAY)


def test_s_189_a_stranger_is_not_taken_into_a_round_of_a_part_and_nobody_who_came_with_him(world: cast.World) -> None:
    round_id = unit_round(world)
    before = on_roster(round_id)
    guest = person(world, "b1/u1/f1/r1")
    facts = Fact.objects.count()
    with pytest.raises(rules.OutsidePart) as refused:
        add(world, round_id, guest, world.person(12))
    assert (refused.value.reason, refused.value.details) == ("round.outside-part", {"person": str(world.person(12))})
    assert (on_roster(round_id), Fact.objects.count()) == (before, facts)
    assert before == {world.person(number) for number in UNIT_1}


@pytest.mark.parametrize("home", ["", "b1/u1/f1/r1"])
def test_s_189_whoever_has_no_home_in_the_register_or_moved_into_the_part_is_added(world: cast.World, home: str) -> None:
    round_id = unit_round(world)
    guest = person(world, home)
    assert add(world, round_id, guest) == 1
    assert queries.standings(actor=REGISTRAR, round_id=round_id, person_ids=[guest])[guest][0] == "open"


def test_s_189_somebody_new_who_lives_outside_the_part_is_a_stranger_too(world: cast.World) -> None:
    round_id = unit_round(world)
    with pytest.raises(rules.OutsidePart):
        add(world, round_id, person(world, "b1/u2/f1/r1"))


def test_s_189_whoever_works_in_the_part_by_the_register_is_present_there(world: cast.World) -> None:
    Person.objects.get_queryset().filter(id=world.person(12)).update(worker_place_id=world.place("shop"))
    round_id = part_round(world, Part(place_ids=(world.place("b1/u1"), world.place("shop"))))
    assert add(world, round_id, world.person(12)) == 1
    with pytest.raises(rules.OutsidePart):
        add(world, round_id, world.person(13))


def test_s_189_whoever_was_away_at_the_freeze_and_lives_in_the_part_is_added(world: cast.World) -> None:
    Person.objects.get_queryset().filter(id=world.person(0)).update(residence="away")
    round_id = unit_round(world)
    assert world.person(0) not in on_roster(round_id)
    assert add(world, round_id, world.person(0)) == 1


def test_s_189_the_refusal_names_the_open_round_on_whose_roster_he_stands(world: cast.World) -> None:
    own = part_round(world, Part(place_ids=(world.place("b1/u2"),)), reason="演练二单元轮次")
    round_id = unit_round(world)
    with pytest.raises(rules.OwnRoundElsewhere) as refused:
        add(world, round_id, world.person(12))
    details = {"person": str(world.person(12)), "own_round": "演练二单元轮次", "until": (MONDAY + DAY).isoformat()}
    assert refused.value.details == details
    answer = client_of(Duty.REGISTRAR).post("/act/sampling/register/", {"round_id": round_id, "person_ids": world.person(12), "means": "paper"})
    assert answer.status_code == 422 and "演练二单元轮次" in answer.content.decode()
    actions.close_round(actor=cast.actor(Duty.COMMUNITY_SECRETARY), round_id=own, now=MONDAY, cause=world.root_cause)
    with pytest.raises(rules.OutsidePart) as plain:
        add(world, round_id, world.person(12))
    assert plain.value.reason == "round.outside-part"


@pytest.mark.parametrize(("grid", "inside", "outside"), [(GRID1, 0, 12), (GRID2, 12, 0)])
def test_s_189_a_round_of_grids_takes_who_lives_in_them_only(world: cast.World, grid: Area, inside: int, outside: int) -> None:
    round_id = part_round(world, Part(grids=(grid,)))
    actions.strike_off(actor=REGISTRAR, round_id=round_id, person_id=world.person(inside), reason="演练", now=MONDAY, cause=world.root_cause)
    assert add(world, round_id, world.person(inside)) == 0
    with pytest.raises(rules.OutsidePart):
        add(world, round_id, world.person(outside))


def test_s_189_a_buffer_takes_who_lives_within_its_metres(world: cast.World) -> None:
    for path, lon in (("shop", 112.5000), ("b1", 112.5010), ("hotel", 112.6000)):
        Place.objects.get_queryset().filter(id=world.place(path)).update(lon=lon, lat=37.8)
    round_id = part_round(world, Part(place_ids=(world.place("shop"),), radius_m=200))
    near = person(world, "b1/u1/f1/r1")
    assert add(world, round_id, near) == 1
    with pytest.raises(rules.OutsidePart):
        add(world, round_id, person(world, "hotel/f1/r1"))


def test_s_189_every_door_that_adds_refuses_a_stranger_and_leaves_nothing(world: cast.World) -> None:
    round_id, client = unit_round(world), client_of(Duty.REGISTRAR)
    stranger = world.person(12)
    with pytest.raises(rules.OutsidePart):
        register(world, round_id, stranger)
    with pytest.raises(rules.OutsidePart):
        actions.isolate(actor=REGISTRAR, round_id=round_id, person_id=stranger, now=MONDAY, cause=world.root_cause)
    answer = post(client, "/api/sampling/rounds/add-late", "sampling.add-late", {"round_id": round_id, "person_ids": [stranger]})
    assert (answer.status_code, answer.json()["reason"]) == (422, "round.outside-part")
    tubes = [{"command_id": f"u{paper}", "label": f"U{paper}", "pool_size": 10, "file_nos": [paper]} for paper in ("mini-0012", "mini-0001")]
    body = {"area": COMMUNITY, "round_id": round_id, "tubes": tubes}
    outcomes = post(client, "/api/sampling/table/upload", "sampling.upload", body, command_id="upload").json()["rows"]
    assert outcomes[0] == "refused:round.outside-part" and outcomes[1].startswith("done:")
    assert (stranger in on_roster(round_id), Isolation.objects.count()) == (False, 0)
    assert list(Registration.objects.values_list("person_id", flat=True)) == [world.person(1)]


def test_a_round_of_a_whole_area_takes_whom_the_register_has_anywhere_in_scope(world: cast.World) -> None:
    Person.objects.get_queryset().filter(id=world.person(12)).update(residence="away")
    round_id = order_round(world)
    assert add(world, round_id, world.person(12)) == 1
    with pytest.raises(rules.NotOnRoster):
        register(world, round_id, cast.uid("nobody"))
