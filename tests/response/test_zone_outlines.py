"""Zones on the ground: outlines between streets, circles around case places; a vector-borne outbreak from survey to downgrade; nothing is COVID-only."""

from datetime import UTC, date, datetime
from math import cos, hypot, radians
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from epigrid.kernel.duties import Duty
from epigrid.kernel.errors import NotFound
from epigrid.playbooks import daily, runner
from epigrid.playbooks.tables import STEPS
from epigrid.registers.organisation.models import Directive
from epigrid.registers.places import queries as places
from epigrid.registers.places import rules as place_rules
from epigrid.registers.places.models import Place
from epigrid.registers.policies.queries import legal_basis
from epigrid.registers.policies.rules import ClassDoesNotCarry
from epigrid.response.zones import actions, queries, rules
from epigrid.store import clock
from epigrid.store.models import Tree
from tests import cast
from tests.cast import COMMUNITY, DAY, HOUR, MONDAY, TREE
from tests.doors.world import client_of
from tests.registers.policies import regimes
from tests.response import stories

ALL = stories.ALL
CENTRE = (112.55, 37.87)
METRE = 1 / 111_195
"""Degrees of latitude in a metre."""


def east(metres: float) -> tuple[float, float]:
    return CENTRE[0] + metres * METRE / cos(radians(CENTRE[1])), CENTRE[1]


def north(metres: float) -> tuple[float, float]:
    return CENTRE[0], CENTRE[1] + metres * METRE


def locate(world: cast.World, **points: tuple[float, float]) -> None:
    for path, (lon, lat) in points.items():
        Place.objects.seen_by(ALL).filter(id=world.place(path.replace("_", "/"))).update(lon=lon, lat=lat)


@given(offset=st.floats(-400, 400), radius=st.integers(10, 300))
def test_a_circle_holds_what_is_nearer_than_its_radius(offset: float, radius: int) -> None:
    key = uuid4()
    found = place_rules.around({key: east(offset)}, [CENTRE], radius)
    if abs(abs(offset) - radius) > 1:
        assert (key in found) is (abs(offset) < radius)


@given(st.lists(st.tuples(st.floats(-500, 500), st.floats(-500, 500)), min_size=1, max_size=30), st.integers(10, 400))
def test_overlapping_circles_are_the_union_of_the_single_ones(offsets: list[tuple[float, float]], radius: int) -> None:
    points = {uuid4(): (east(x)[0], north(y)[1]) for x, y in offsets}
    centres = [CENTRE, east(150), north(-90)]
    alone = set().union(*(place_rules.around(points, [centre], radius) for centre in centres))
    together = place_rules.around(points, centres, radius)
    for key in alone ^ together:
        lon, lat = points[key]
        distances = [hypot((lon - x) / METRE * cos(radians(y)), (lat - y) / METRE) for x, y in centres]
        assert min(abs(distance - radius) for distance in distances) < 1, "only the border may be told apart by another origin"


@pytest.mark.parametrize("outline", [[], [CENTRE], [CENTRE, east(10)], [CENTRE, east(10), east(20)], [(500.0, 1.0), (1.0, 1.0), (2.0, 3.0)],
                                     [CENTRE, (east(10)[0], north(10)[1]), east(10), north(10)]])  # fmt: skip
def test_an_outline_without_an_inside_is_refused(outline: list[tuple[float, float]]) -> None:
    with pytest.raises(place_rules.OutlineUnusable):
        place_rules.inside({}, outline)


SQUARE = [(east(-50)[0], north(-50)[1]), (east(50)[0], north(-50)[1]), (east(50)[0], north(50)[1]), (east(-50)[0], north(50)[1])]


def test_an_area_between_streets_holds_the_buildings_inside_it_and_its_corners_are_kept(world: cast.World) -> None:
    locate(world, b1_u1=CENTRE, b1_u2=east(200), c1=CENTRE)
    zone_id = actions.propose_zone(
        actor=cast.actor(Duty.CDC_INVESTIGATOR), area=COMMUNITY, level="high", place_ids=[], wider_reason="", now=MONDAY, cause=world.root_cause, outline=SQUARE
    )  # fmt: skip
    card = queries.zone(actor=ALL, zone_id=zone_id)
    assert card.place_ids == (world.place("b1/u1"),)
    assert [tuple(corner) for corner in card.outline] == SQUARE
    with pytest.raises(rules.NoPlaces):
        actions.propose_zone(
            actor=cast.actor(Duty.CDC_INVESTIGATOR), area=COMMUNITY, level="low", place_ids=[], wider_reason="", now=MONDAY, cause=world.root_cause,
            outline=[(lon + 1, lat) for lon, lat in SQUARE],
        )  # fmt: skip


def test_the_places_around_several_case_places_are_found_and_an_unlocated_one_is_named(world: cast.World) -> None:
    locate(world, b1_u1=CENTRE, b1_u2=east(80))
    ids = [card.id for card in places.in_radius(actor=ALL, place_ids=[world.place("b1/u1")], radius_m=100)]
    assert ids == [world.place("b1/u1"), world.place("b1/u2")]
    assert len(places.in_radius(actor=ALL, place_ids=[world.place("b1/u1")], radius_m=79)) == 1
    with pytest.raises(NotFound):
        places.in_radius(actor=ALL, place_ids=[world.place("b1")], radius_m=79)


def test_the_smallest_sufficient_unit_is_named(world: cast.World) -> None:
    homes = [world.place("b1/u1/f1/r1"), world.place("b1/u1/f2/r1")]
    kinds = ("floor", "unit", "building", "compound")
    one = places.smallest_unit(actor=ALL, place_ids=homes[:1], kinds=kinds)
    both = places.smallest_unit(actor=ALL, place_ids=homes, kinds=kinds)
    across = places.smallest_unit(actor=ALL, place_ids=[*homes, world.place("b1/u2/f1/r1")], kinds=kinds)
    assert one is not None and both is not None and across is not None
    assert (one.kind, both.kind, across.kind) == ("floor", "unit", "building")
    assert places.smallest_unit(actor=ALL, place_ids=[], kinds=kinds) is None


@pytest.mark.parametrize(
    ("households", "containers", "risk"),
    [(100, 0, "control"), (100, 4, "control"), (100, 5, "transmission"), (200, 20, "cluster"), (100, 20, "outbreak")],
)
def test_the_index_is_positive_containers_per_hundred_households(households: int, containers: int, risk: str) -> None:
    policy = regimes.clause(rules.VectorPolicy, date(2026, 1, 5), disease="chikungunya")
    assert rules.judge_index(households=households, containers=containers, policy=policy).outcome == risk
    assert rules.judge_index(households=99, containers=containers, policy=policy).outcome == "too-few"


COUNTY_SETS = """
[pack]
id = "county-vector"
disease = "chikungunya"
title = "county numbers"
kind = "overlay"
level = "city"
area = "shanxi/taiyuan/"
valid_from = 2025-09-01
[zone.core]
radius_m = { value = 100, source = "written decision of a county (test)", confidence = "P" }
surveys_below = { value = 2, source = "written decision of a county (test)", confidence = "P" }
clean_days = { value = 3, source = "written decision of a county (test)", confidence = "P" }
review_hours = { value = 720, source = "written decision of a county (test)", confidence = "P" }
"""


@pytest.fixture
def summer(world: cast.World, tmp_path: Path, settings: Any) -> datetime:
    """The mini world in July 2026, where the county has set what no source sets."""
    (tmp_path / "county.toml").write_text(COUNTY_SETS)
    settings.EPIGRID_PACKS_DIR = str(tmp_path)
    now = datetime(2026, 7, 1, 0, 0, tzinfo=UTC)
    Tree.objects.filter(root=TREE).update(moment=now)
    clock.forget_cards()
    Directive.objects.seen_by(ALL).update(issued_at=now - DAY, ends_at=now + 60 * DAY)
    return now


def test_a_vector_outbreak_is_circles_surveys_and_an_index_and_binds_nobody(world: cast.World, summer: datetime) -> None:
    locate(world, b1_u1=CENTRE, b1_u2=east(80))
    policy = queries.level_policy(actor=ALL, level="core", area=COMMUNITY, on=date(2026, 7, 1), disease="chikungunya")
    assert policy.radius_m == 100
    circle = places.in_radius(actor=ALL, place_ids=[world.place("b1/u1"), world.place("b1/u2")], radius_m=policy.radius_m or 0)
    given = {"wider_reason": "", "now": summer, "cause": world.root_cause, "disease": "chikungunya", "place_ids": [card.id for card in circle]}
    with pytest.raises(rules.LevelUnknown):
        actions.propose_zone(actor=cast.actor(Duty.CDC_INVESTIGATOR), area=COMMUNITY, level="high", **given)
    zone_id = actions.propose_zone(actor=cast.actor(Duty.CDC_INVESTIGATOR), area=COMMUNITY, level="core", **given)
    actions.decide_zone(
        actor=cast.actor(Duty.COUNTY_EOC_OFFICER), zone_id=zone_id, directive_id=world.directive_id, expert_line="circles of 100 m", now=summer, cause=world.root_cause
    )  # fmt: skip
    assert "Infectious Diseases Law (2025)" in queries.zone(actor=ALL, zone_id=zone_id).basis
    _no_duty(world, zone_id, summer)
    survey = {"actor": cast.actor(Duty.CDC_INVESTIGATOR), "zone_id": zone_id, "cause": world.root_cause}
    with pytest.raises(rules.SurveyTooSmall):
        actions.record_survey(households=20, containers=0, now=summer, **survey)
    for day, containers in ((1, 14), (3, 4), (5, 2)):
        actions.record_survey(households=100, containers=containers, now=summer + day * DAY, **survey)
        at = summer + day * DAY + HOUR
        clock.move_to(TREE, at)
        daily.tick(TREE, at)
        proposed = queries.zone(actor=ALL, zone_id=zone_id).downgrade_proposed_at is not None
        assert proposed is (day == 5)
    runner.run_until_quiet(STEPS)
    assert runner.parked() == []
    assert queries.indices(actor=ALL, zone_id=zone_id) == (14.0, 4.0, 2.0)
    after = actions.downgrade(
        actor=cast.actor(Duty.COUNTY_EOC_OFFICER), zone_id=zone_id, directive_id=world.directive_id, now=summer + 5 * DAY + HOUR, cause=world.root_cause
    )  # fmt: skip
    assert after is not None
    assert queries.zone(actor=ALL, zone_id=after).level == "alert"


def _no_duty(world: cast.World, zone_id: UUID, now: datetime) -> None:
    """A class that the law does not name carries no stay-home duty, and a core area has none."""
    with pytest.raises(ClassDoesNotCarry):
        legal_basis(act="stay-home", area=COMMUNITY, on=now.date(), disease="chikungunya")
    with pytest.raises(ClassDoesNotCarry):
        actions.start_stay_home(actor=cast.actor(Duty.ZONE_LEAD), zone_id=zone_id, now=now, cause=world.root_cause)
    assert queries.stay_reasons(actor=ALL, person_ids=world.people, now=now) == {}


def test_the_machine_door_names_the_smallest_unit_and_what_lies_around(world: cast.World) -> None:
    locate(world, b1_u1=CENTRE, b1_u2=east(80))
    client = client_of(Duty.CDC_INVESTIGATOR)
    homes = [world.place("b1/u1/f1/r1"), world.place("b1/u1/f2/r1")]
    (unit,) = client.get("/api/places/smallest", {"place_ids": homes}).json()
    assert (unit["id"], unit["kind"]) == (str(world.place("b1/u1")), "unit")
    near = client.get("/api/places/around", {"place_ids": [world.place("b1/u1")], "radius_m": 100}).json()
    assert [card["id"] for card in near] == [str(world.place("b1/u1")), str(world.place("b1/u2"))]
    assert client.get("/api/places/smallest", {"place_ids": [cast.uid("none")]}).status_code == 404
    assert client.get("/api/places/around", {"place_ids": homes, "radius_m": 0}).status_code == 422
