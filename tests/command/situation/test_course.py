"""The course of a positive tube: each link from its reading to the last retest, and its neighbours in the queue. All people are invented."""

import pytest

from epigrid.command.situation import queries
from epigrid.field.sampling import actions as sampling
from epigrid.field.sampling import queries as sampled
from epigrid.kernel.duties import Duty
from epigrid.response.quarantine import actions as quarantine
from epigrid.response.quarantine import queries as measures
from tests import cast
from tests.cast import HOUR, NEIGHBOUR
from tests.doors.world import client_of
from tests.scenarios.mini import ALL, LAB, Play, issue_holds, positive_pool, retest

OFFICER = cast.actor(Duty.CDC_DUTY_OFFICER)


@pytest.fixture
def play(world: cast.World) -> Play:
    return Play(world)


def links(tube) -> dict[str, tuple[int, int, float | None]]:
    card = queries.course(actor=OFFICER, tube_id=tube)
    assert card is not None
    return {link.key: (link.done, link.of, link.after_min) for link in card.links}


def test_s_115_each_link_of_a_positive_tube_has_its_count_and_its_clock(play: Play) -> None:
    tube = positive_pool(play)
    read_at = sampled.tube(actor=ALL, tube_id=tube).read_at
    assert read_at is not None
    waited = (play.now - read_at).total_seconds() / 60
    assert links(tube) == {"hold": (0, 10, None), "squad": (0, 0, None), "told": (0, 0, None), "taken": (0, 0, None), "read": (0, 0, None)}
    play.go(0.5)
    issue_holds(play)
    assert links(tube) == {
        "hold": (10, 10, waited + 30),
        "squad": (1, 1, waited + 30),
        "told": (0, 10, None),
        "taken": (0, 10, None),
        "read": (0, 10, None),
    }
    play.go(0.5)
    [first, *_others] = measures.holds(actor=ALL, tube_id=tube)
    quarantine.tell_hold(actor=cast.actor(Duty.GRID_WORKER), hold_id=first.id, now=play.now)
    retest(play, positive=None)
    found = links(tube)
    assert (found["told"], found["taken"], found["read"]) == ((1, 10, waited + 60), (10, 10, waited + 60), (10, 10, waited + 120))


def beside(tube) -> tuple[str, str]:
    return sampled.neighbours(actor=ALL, tube=sampled.tube(actor=ALL, tube_id=tube))


def test_a_tube_knows_who_stood_before_and_behind_it_at_its_table(world: cast.World) -> None:
    play = Play(world)
    round_id = sampled.rounds(actor=ALL)[0].id if sampled.rounds(actor=ALL) else None
    made = {}
    for label, numbers in (("A", range(3)), ("B", range(3, 6)), ("C", range(6, 9))):
        made[label] = play.tube(label, [world.person(number) for number in numbers], round_id)
        play.go(1)
    single = play.tube("S", [world.person(9)], round_id)
    assert beside(made["B"]) == ("A", "C")
    assert beside(made["A"]) == ("", "B")
    assert beside(made["C"]) == ("B", ""), "a single tube is no neighbour"
    other = cast.actor(Duty.REGISTRAR, Duty.SAMPLER, who="another table")
    lone = sampling.open_tube(actor=other, area=cast.COMMUNITY, label="D", pool_size=10, now=play.now, cause=play.cause, round_id=round_id)
    sampling.take_swabs(actor=other, tube_id=lone, person_ids=[world.person(10)], now=play.now + HOUR, cause=play.cause)
    assert beside(lone) == ("", "")
    assert beside(made["C"]) == ("B", ""), "another table is another queue"
    assert single


def test_the_page_shows_the_course_to_who_sees_the_tube_and_a_tube_that_is_not_positive_to_nobody(play: Play) -> None:
    tube = positive_pool(play)
    issue_holds(play)
    page = client_of(Duty.CDC_DUTY_OFFICER).get(f"/tubes/{tube}/").content.decode()
    assert "P1" in page
    assert "10 / 10" in page or "10 of 10" in page
    assert client_of(Duty.COMMUNITY_SECRETARY, area=NEIGHBOUR).get(f"/tubes/{tube}/").status_code == 404
    negative = play.tube("N1", [play.world.person(11)])
    assert client_of(Duty.CDC_DUTY_OFFICER).get(f"/tubes/{negative}/").status_code == 404
    assert LAB
