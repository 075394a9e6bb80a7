"""Delegating holds in writing."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from epigrid.kernel.areas import Area
from epigrid.kernel.duties import Duty
from epigrid.kernel.errors import NotAllowed
from epigrid.registers.organisation.events import DirectiveIssued
from epigrid.registers.policies import actions, queries, rules
from epigrid.registers.policies.models import Delegation
from epigrid.store import journal
from epigrid.store.models import Fact
from tests import cast

pytestmark = pytest.mark.django_db
SECRETARY = cast.actor(Duty.COMMUNITY_SECRETARY)


def delegate(world: cast.World, **changed: Any) -> UUID:
    """The county's officer delegates holds in the community to its secretary for a day, at most 6 hours each."""
    asked: dict[str, Any] = {
        "actor": cast.actor(Duty.COUNTY_EOC_OFFICER),
        "area": cast.COMMUNITY,
        "to_holder_id": SECRETARY.id,
        "max_hours": 6,
        "until": cast.MONDAY + cast.DAY,
        "now": cast.MONDAY,
        "cause": world.root_cause,
        **changed,
    }
    return actions.delegate_hold(**asked)


def may_hold(area: Area = cast.GRID1, now: Any = cast.MONDAY, actor: Any = SECRETARY) -> bool:
    """Whether the actor may issue a hold."""
    try:
        queries.require(actor=actor, act="hold.issue", area=area, now=now)
    except NotAllowed:
        return False
    return True


def test_a_written_delegation_lets_its_holder_issue_holds_until_its_end_and_not_a_minute_longer(world: cast.World) -> None:
    assert not may_hold()
    delegate(world)
    assert may_hold()
    assert queries.delegated_hours(actor=SECRETARY, area=cast.GRID1, now=cast.MONDAY) == 6
    assert may_hold(now=cast.MONDAY + cast.DAY - timedelta(microseconds=1))
    assert not may_hold(now=cast.MONDAY + cast.DAY)


def test_a_delegation_reaches_neither_another_area_nor_another_holder_nor_another_act(world: cast.World) -> None:
    delegate(world)
    wide = cast.actor(Duty.COMMUNITY_SECRETARY, area=cast.COUNTY)
    assert not may_hold(area=cast.NEIGHBOUR, actor=wide)
    assert not may_hold(actor=cast.actor(Duty.COMMUNITY_SECRETARY, who="other"))
    for act in ("hold.extend", "hold.end", "order.issue", "zone.decide", "code.request"):
        with pytest.raises(NotAllowed):
            queries.require(actor=SECRETARY, act=act, area=cast.GRID1, now=cast.MONDAY)


@pytest.mark.parametrize("duty", [duty for duty in Duty if duty is not Duty.COUNTY_EOC_OFFICER])
def test_only_the_county_delegates(world: cast.World, duty: Duty) -> None:
    with pytest.raises(NotAllowed):
        delegate(world, actor=cast.actor(duty, area=cast.TREE))
    assert not Delegation.objects.seen_by(cast.procedure()).exists()


def test_the_officer_of_another_county_delegates_nothing_here(world: cast.World) -> None:
    with pytest.raises(NotAllowed):
        delegate(world, actor=cast.actor(Duty.COUNTY_EOC_OFFICER, area=cast.NEIGHBOUR_COUNTY))


@pytest.mark.parametrize("changed", [{"max_hours": 25}, {"max_hours": 0}, {"until": cast.MONDAY}])
def test_a_delegation_beyond_the_hold_clause_or_without_end_is_refused(world: cast.World, changed: dict[str, Any]) -> None:
    before = Fact.objects.count()
    with pytest.raises(rules.DelegationRefused):
        delegate(world, **changed)
    assert Fact.objects.count() == before
    assert not may_hold()


def test_a_directive_that_does_not_name_holds_carries_no_delegation(world: cast.World) -> None:
    other = cast.uid("directive", "rounds")
    event = DirectiveIssued(area=cast.COUNTY, directive_id=other, body_id=world.bodies["county"], acts=("round.open",))
    cause = journal.record(event, actor=cast.actor(Duty.COUNTY_EOC_OFFICER), at=cast.MONDAY, caused_by=None)
    with pytest.raises(rules.DelegationRefused):
        delegate(world, cause=cause)


def test_a_fact_that_is_no_directive_carries_no_delegation(world: cast.World) -> None:
    delegation_id = delegate(world)
    (fact,) = journal.facts(actor=cast.procedure(), subjects=[delegation_id])
    with pytest.raises(rules.DelegationRefused):
        delegate(world, cause=fact.id)
    with pytest.raises(Fact.DoesNotExist):
        delegate(world, cause=cast.uid("no fact"))


def test_a_county_that_has_not_set_its_longest_hold_cannot_delegate_one(db: None) -> None:
    world = cast.build(exercise=False)
    with pytest.raises(rules.ClauseUnset) as caught:
        delegate(world)
    assert (caught.value.details["clause"], caught.value.details["field"]) == ("hold", "max_hours")


def test_the_same_delegation_again_tells_no_second_fact(world: cast.World) -> None:
    first = delegate(world)
    assert delegate(world, now=cast.MONDAY + cast.HOUR) == first
    facts = [fact.event for fact in journal.facts(actor=cast.procedure(), kinds=["policies.hold-delegated"])]
    assert [event.subject_id for event in facts] == [first]


def test_the_delegation_leads_back_to_the_directive(world: cast.World) -> None:
    delegation_id = delegate(world)
    (fact,) = journal.facts(actor=cast.procedure(), subjects=[delegation_id])
    assert [one.event.kind for one in journal.causes(fact.id)] == ["policies.hold-delegated", "organisation.directive-issued"]


def test_a_delegation_taken_back_ends_at_once_and_only_the_county_takes_it_back(world: cast.World) -> None:
    delegation_id, later = delegate(world), cast.MONDAY + cast.HOUR
    with pytest.raises(NotAllowed):
        actions.end_delegation(actor=SECRETARY, delegation_id=delegation_id, now=later)
    with pytest.raises(Delegation.DoesNotExist):
        actions.end_delegation(actor=cast.actor(Duty.COUNTY_EOC_OFFICER, area=cast.NEIGHBOUR_COUNTY), delegation_id=delegation_id, now=later)
    assert may_hold(now=later)
    for _ in range(2):
        actions.end_delegation(actor=cast.actor(Duty.COUNTY_EOC_OFFICER), delegation_id=delegation_id, now=later)
    assert not may_hold(now=later)
    assert len(list(journal.facts(actor=cast.procedure(), kinds=["policies.delegation-ended"]))) == 1


def test_delegations_in_force_are_listed_for_who_sees_the_area(world: cast.World) -> None:
    delegation_id = delegate(world)
    listed = [(delegation_id, SECRETARY.id, 6, cast.MONDAY + cast.DAY)]
    assert queries.delegations(actor=cast.actor(Duty.CDC_DUTY_OFFICER), now=cast.MONDAY) == listed
    assert queries.delegations(actor=cast.actor(Duty.CDC_DUTY_OFFICER), now=cast.MONDAY + cast.DAY) == []
    assert queries.delegations(actor=cast.actor(Duty.CDC_DUTY_OFFICER, area=cast.NEIGHBOUR_COUNTY), now=cast.MONDAY) == []
