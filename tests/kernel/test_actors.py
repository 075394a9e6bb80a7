"""Who may act where: duties reach down, never up or sideways; a resident and broken glass carry no act."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from epigrid.kernel.actors import Actor, Grant
from epigrid.kernel.areas import Area
from epigrid.kernel.duties import Duty
from epigrid.kernel.errors import NotAllowed
from tests.kernel.test_areas import PATHS

SOMEBODY = UUID(int=1)
GRANTS = st.builds(Grant, duty=st.sampled_from(Duty), area=PATHS)
HELD = st.lists(GRANTS, max_size=6)


@given(HELD, st.sampled_from(Duty), PATHS)
def test_a_duty_is_held_exactly_over_the_areas_of_its_grants_and_beneath(grants: list[Grant], duty: Duty, area: Area) -> None:
    actor = Actor.user(SOMEBODY, *grants)
    held = any(grant.duty is duty and str(area).startswith(str(grant.area)) for grant in grants)
    assert actor.holds(duty, area=area) == (held and duty is not Duty.GLASS)
    if actor.holds(duty, area=area):
        actor.require(duty, area=area)
    else:
        with pytest.raises(NotAllowed) as refusal:
            actor.require(duty, area=area)
        assert refusal.value.details["needs"] == [duty]


@given(HELD, st.none() | st.sets(st.sampled_from(Duty)))
def test_areas_are_the_outermost_ones_without_overlap_and_cover_every_grant(grants: list[Grant], duties: set[Duty] | None) -> None:
    areas = Actor.user(SOMEBODY, *grants).areas(duties)
    wanted = [grant.area for grant in grants if duties is None or grant.duty in duties]
    assert list(areas) == sorted(set(areas))
    assert set(areas) <= set(wanted)
    assert all(any(area.covers(one) for area in areas) for one in wanted)
    assert not any(left.covers(right) for left in areas for right in areas if left is not right)


@given(PATHS, PATHS)
def test_a_duty_never_reaches_up_or_sideways(area: Area, other: Area) -> None:
    actor = Actor.user(SOMEBODY, Grant(duty=Duty.CDC_DUTY_OFFICER, area=area))
    if not other.startswith(str(area)):
        assert not actor.holds(Duty.CDC_DUTY_OFFICER, area=other)


def test_a_resident_holds_nothing_and_a_procedure_is_nobody() -> None:
    resident = Actor.resident(SOMEBODY)
    assert (resident.duties, resident.areas(), resident.person_id, resident.purpose) == (frozenset(), (), SOMEBODY, "own")
    assert resident.named == SOMEBODY
    procedure = Actor.procedure("outbreak.step", Area("a/"))
    assert procedure.duties == {Duty.PROCEDURE}
    with pytest.raises(NotAllowed):
        assert procedure.named
    assert not any(procedure.holds(duty, area=Area("a/")) for duty in Duty if duty is not Duty.PROCEDURE)


def test_broken_glass_shows_rows_and_carries_no_act() -> None:
    actor = Actor.user(SOMEBODY, Grant(duty=Duty.GLASS, area=Area("a/b/")))
    assert actor.areas() == (Area("a/b/"),)
    assert not actor.holds(*Duty, area=Area("a/b/"))


def test_a_stated_purpose_changes_nothing_else() -> None:
    actor = Actor.user(SOMEBODY, Grant(duty=Duty.AUDITOR, area=Area("a/")))
    stated = actor.for_purpose("audit")
    assert (stated.purpose, stated.grants, stated.id, actor.purpose) == ("audit", actor.grants, actor.id, "")
