"""Rounds, tubes, hand-overs: the laws of counting on the mini world."""

import pytest

from epigrid.field.sampling import actions, queries, rules
from epigrid.field.sampling.actions.rounds import RollEntry
from epigrid.kernel.actors import Actor
from epigrid.kernel.duties import Duty
from epigrid.kernel.errors import NotAllowed
from epigrid.kernel.periods import Period
from epigrid.registers.organisation.rules import DirectiveMissing
from epigrid.registers.people import actions as people
from epigrid.store import journal
from epigrid.store.models import Fact
from tests import cast
from tests.cast import COMMUNITY, COUNTY, DAY, HOUR, MONDAY

TABLE = cast.actor(Duty.REGISTRAR, Duty.SAMPLER)


@pytest.fixture
def round_id(world: cast.World):
    return open_round(world)


def open_round(world: cast.World, actor: Actor | None = None):
    return actions.open_round(
        actor=actor or cast.actor(Duty.COUNTY_EOC_OFFICER),
        area=COMMUNITY,
        reason="chain unclear",
        directive_id=world.directive_id,
        window=Period(start=MONDAY, end=MONDAY + DAY),
        now=MONDAY,
        cause=world.root_cause,
    )


def open_tube(world: cast.World, round_id, label: str = "T1", pool_size: int = 10):
    return actions.open_tube(actor=TABLE, area=COMMUNITY, label=label, pool_size=pool_size, now=MONDAY, cause=world.root_cause, round_id=round_id)


def swab(world: cast.World, tube_id, *numbers: int) -> int:
    ids = [world.person(number) for number in numbers]
    return actions.take_swabs(actor=TABLE, tube_id=tube_id, person_ids=ids, now=MONDAY + HOUR, cause=world.root_cause)


def holds(world: cast.World, round_id) -> bool:
    return queries.conservation(actor=cast.procedure(), round_id=round_id).holds


def test_everybody_of_the_frozen_population_is_open_at_first(world, round_id):
    roll = queries.roll_call(actor=TABLE, round_id=round_id)
    assert roll.counts["open"] == roll.total == 24
    assert holds(world, round_id)


@pytest.mark.parametrize("duty", [duty for duty in Duty if duty is not Duty.COUNTY_EOC_OFFICER])
def test_only_the_county_command_orders_a_round(world, duty):
    with pytest.raises(NotAllowed):
        open_round(world, cast.actor(duty, area=COUNTY))
    assert not Fact.objects.filter(kind="sampling.round-opened").exists()


def test_s_001_a_round_without_a_directive_is_refused(world):
    with pytest.raises(DirectiveMissing):
        actions.open_round(
            actor=cast.actor(Duty.COUNTY_EOC_OFFICER),
            area=COMMUNITY,
            reason="none",
            directive_id=cast.uid("no directive"),
            window=Period(start=MONDAY, end=MONDAY + DAY),
            now=MONDAY,
            cause=world.root_cause,
        )


def test_s_199_eleventh_person_is_refused_and_the_list_is_exact(world, round_id):
    tube = open_tube(world, round_id)
    swab(world, tube, *range(10))
    with pytest.raises(rules.TubeFull):
        swab(world, tube, 10)
    assert queries.members(actor=TABLE, tube_id=tube) == tuple(world.person(number) for number in range(10))
    assert holds(world, round_id)


def test_a_swab_sent_twice_counts_once(world, round_id):
    tube = open_tube(world, round_id)
    assert swab(world, tube, 0, 1) == 2
    facts = Fact.objects.count()
    assert swab(world, tube, 1, 0) == 0
    assert Fact.objects.count() == facts


def fill(world: cast.World, round_id, *numbers: int, label: str = "F1", pool_size: int = 5):
    ids = [world.person(number) for number in numbers]
    it = {"area": COMMUNITY, "now": MONDAY, "cause": world.root_cause, "round_id": round_id}
    return actions.fill_tube(actor=TABLE, label=label, pool_size=pool_size, person_ids=ids, **it)


def test_a_tube_filled_in_one_go_tells_the_same_as_one_filled_step_by_step(world, round_id):
    whole = fill(world, round_id, 0, 1)
    steps = open_tube(world, round_id, "T1", pool_size=5)
    swab(world, steps, 2, 3)
    actions.close_tube(actor=TABLE, tube_id=steps, now=MONDAY + HOUR, cause=world.root_cause)
    told = [[fact.event.kind for fact in journal.facts_about(subject_id=tube)] for tube in (whole, steps)]
    assert told[0] == told[1] == ["sampling.tube-opened", "sampling.swabs-taken", "sampling.tube-closed"]
    cards = [queries.tube(actor=TABLE, tube_id=tube) for tube in (whole, steps)]
    assert [(card.state, card.pool_size, len(card.person_ids)) for card in cards] == [("closed", 5, 2)] * 2
    assert queries.roll_call(actor=TABLE, round_id=round_id).counts["sampled"] == 4
    assert holds(world, round_id)


def test_a_tube_filled_in_one_go_twice_is_one_tube_and_another_list_under_its_label_is_refused(world, round_id):
    tube = fill(world, round_id, 0, 1)
    assert fill(world, round_id, 0, 1) == tube
    swab(world, open_tube(world, round_id, "T1"), 2)
    facts = Fact.objects.count()
    for label, numbers in (("F1", (0, 3)), ("T1", (2,))):
        with pytest.raises(rules.LabelTaken):
            fill(world, round_id, *numbers, label=label)
    assert Fact.objects.count() == facts and holds(world, round_id)


@pytest.mark.parametrize(("numbers", "refusal"), [(range(6), rules.TubeFull), ((), rules.TubeEmpty), ((5,), rules.AlreadySampled)])
def test_a_tube_filled_in_one_go_is_refused_whole(world, round_id, numbers, refusal):
    swab(world, open_tube(world, round_id), 5)
    facts = Fact.objects.count()
    with pytest.raises(refusal):
        fill(world, round_id, *numbers)
    assert Fact.objects.count() == facts
    assert queries.labels_in(actor=TABLE, area=COMMUNITY, state="closed") == []


def test_a_person_is_in_one_tube_of_a_round_only(world, round_id):
    first, second = open_tube(world, round_id, "T1"), open_tube(world, round_id, "T2")
    swab(world, first, 0)
    with pytest.raises(rules.AlreadySampled):
        swab(world, second, 0)


def test_s_199_somebody_who_walks_off_is_open_again(world, round_id):
    tube = open_tube(world, round_id)
    swab(world, tube, 0, 1)
    actions.withdraw_swab(actor=TABLE, tube_id=tube, person_id=world.person(0), now=MONDAY, cause=world.root_cause)
    roll = queries.roll_call(actor=TABLE, round_id=round_id)
    assert (roll.counts["sampled"], roll.counts["open"]) == (1, 23)
    assert holds(world, round_id)


def test_s_210_people_of_the_door_lists_are_never_pooled(world):
    people.record_need(actor=cast.actor(Duty.GRID_WORKER), person_id=world.person(3), kind="bed-ridden", source="visit", now=MONDAY - HOUR)
    round_id = open_round(world)
    with pytest.raises(rules.NeverPooled):
        swab(world, open_tube(world, round_id), 3)
    assert swab(world, open_tube(world, round_id, "S1", pool_size=1), 3) == 1


def test_s_059_the_roll_call_of_a_building_adds_up_and_names_who_is_missing(world, round_id):
    swab(world, open_tube(world, round_id), 0, 1, 2)
    worker = cast.actor(Duty.GRID_WORKER)
    entries = [
        RollEntry(person_id=world.person(3), state="away"),
        RollEntry(person_id=world.person(4), state="exempt", reason="vaccinated"),
        RollEntry(person_id=world.person(5), state="elsewhere", proof="lab 2022-11-21 07:00"),
    ]
    actions.report_roll(actor=worker, round_id=round_id, entries=entries, now=MONDAY, cause=world.root_cause)
    roll = queries.roll_call(actor=TABLE, round_id=round_id, building_id=world.place("b1"))
    assert roll.counts == {"sampled": 4, "exempt": 1, "away": 1, "declined": 0, "unreachable": 0, "open": 18}
    assert holds(world, round_id)


def test_sampled_wins_over_away_whatever_came_first_and_the_contradiction_is_flagged(world, round_id):
    worker = cast.actor(Duty.GRID_WORKER)
    swab(world, open_tube(world, round_id), 0)
    entry = RollEntry(person_id=world.person(0), state="away")
    actions.report_roll(actor=worker, round_id=round_id, entries=[entry], now=MONDAY, cause=world.root_cause)
    row = next(row for row in queries.roll_call(actor=TABLE, round_id=round_id).rows if row.person_id == world.person(0))
    assert (row.state, row.contradicted) == ("sampled", True)


def test_a_worker_of_another_grid_finds_nobody_to_report(world, round_id):
    worker = cast.actor(Duty.GRID_WORKER)
    with pytest.raises(rules.NotOnRoster):
        entry = RollEntry(person_id=world.person(20), state="away")
        actions.report_roll(actor=worker, round_id=round_id, entries=[entry], now=MONDAY, cause=world.root_cause)
    assert not Fact.objects.filter(kind="sampling.roll-reported").exists()


def test_s_200_a_tube_lost_on_the_way_is_named_and_its_people_are_open_again(world, round_id):
    tubes = [open_tube(world, round_id, label) for label in ("T1", "T2")]
    swab(world, tubes[0], 0, 1)
    swab(world, tubes[1], 2, 3)
    for tube in tubes:
        actions.close_tube(actor=TABLE, tube_id=tube, now=MONDAY, cause=world.root_cause)
    lab = world.bodies["lab1"]
    with pytest.raises(rules.CountDiffers):
        actions.send_box(actor=TABLE, area=COMMUNITY, label="B", tube_ids=tubes, to_body_id=lab, said=3, now=MONDAY, cause=world.root_cause)
    box = actions.send_box(actor=TABLE, area=COMMUNITY, label="B", tube_ids=tubes, to_body_id=lab, said=2, now=MONDAY, cause=world.root_cause)
    keeper = cast.actor(Duty.LABORATORY)
    missing = actions.receive_box(actor=keeper, box_id=box, labels=["T1"], now=MONDAY, cause=world.root_cause)
    assert missing == ("T2",)
    lost = Fact.objects.get(kind="sampling.tube-missing")
    assert lost.payload["person_ids"] == [str(world.person(2)), str(world.person(3))]
    assert queries.roll_call(actor=TABLE, round_id=round_id).counts["sampled"] == 2
    assert holds(world, round_id)
    assert queries.custody(actor=cast.procedure(), round_id=round_id) == {"tubes": 2, "sent": 2, "said": 2, "counted": 1, "lost": 1}


def test_somebody_found_at_the_table_is_added_late(world, round_id):
    baby = people.register_person(
        actor=TABLE,
        area=COMMUNITY,
        new=people.NewPerson(name="演小宝", residence="resident", dwelling_id=world.place("b1/u1/f1/r1")),
        source="table",
        now=MONDAY,
    )
    assert actions.add_late(actor=TABLE, round_id=round_id, person_ids=[baby], now=MONDAY, cause=world.root_cause) == 1
    assert queries.roll_call(actor=TABLE, round_id=round_id).total == 25
    assert holds(world, round_id)


def test_a_positive_pool_names_its_people_and_a_single_one_its_person(world, round_id):
    pooled, single = open_tube(world, round_id), open_tube(world, None, "S9", pool_size=1)
    swab(world, pooled, 0, 1, 2)
    swab(world, single, 7)
    actor = cast.procedure()
    for tube in (pooled, single):
        actions.close_tube(actor=TABLE, tube_id=tube, now=MONDAY, cause=world.root_cause)
        for _ in range(2):
            actions.note_results(actor=actor, tube_ids=[tube], outcome="positive", at=MONDAY, now=MONDAY, cause=world.root_cause)
    assert Fact.objects.filter(kind="sampling.pooled-positive").count() == 1
    assert Fact.objects.get(kind="sampling.single-positive").payload["person_id"] == str(world.person(7))


def test_s_201_the_bottleneck_is_found_in_a_constructed_delay(world, round_id):
    tube = open_tube(world, round_id)
    swab(world, tube, 0)
    actions.close_tube(actor=TABLE, tube_id=tube, now=MONDAY + HOUR, cause=world.root_cause)
    links = queries.pipeline(actor=TABLE, round_id=round_id)
    assert rules.bottleneck(links) == "send"
    assert next(link for link in links if link.link == "sample").median_minutes == 60
