"""What entrances ask for on a day, arrivals, and what a status needs: C05, S-154, X02."""

from datetime import date, timedelta

import pytest

from epigrid.field.codes import actions, queries, rules
from epigrid.kernel.actors import Actor
from epigrid.kernel.duties import Duty
from epigrid.kernel.errors import NotAllowed
from epigrid.playbooks import runner
from epigrid.playbooks.tables import STEPS
from epigrid.registers.policies import formats
from epigrid.response.quarantine import actions as quarantine
from epigrid.response.quarantine import queries as measures
from epigrid.response.quarantine.rules import OwnAppeal
from epigrid.store.models import Fact
from tests import cast
from tests.cast import HOUR, MONDAY, NEIGHBOUR_COUNTY
from tests.doors.world import answer, client_of
from tests.registers.policies import regimes
from tests.response import stories

ALL = cast.procedure()
TEN = date(2022, 12, 7)


def policy(on: date, area: str = "real/") -> rules.EntryPolicy:
    return regimes.clause(rules.EntryPolicy, on, area=area)


@pytest.mark.parametrize(
    ("on", "area", "checks"),
    [
        (date(2022, 1, 8), "shanxi/taiyuan/", ("health-code", "itinerary", "temperature", "mask")),
        (date(2022, 3, 10), "shanxi/taiyuan/", ("health-code", "temperature", "mask")),
        (date(2022, 5, 17), "shanxi/taiyuan/", ("place-code", "health-code", "itinerary", "test", "temperature", "mask")),
        (date(2022, 11, 21), "real/", ("place-code", "health-code", "test", "mask")),
        (date(2022, 12, 4), "shanxi/shuozhou/", ("place-code", "health-code", "itinerary", "test")),
        (date(2022, 12, 6), "shanxi/shuozhou/", ("place-code", "health-code", "itinerary", "test")),
        (TEN, "shanxi/shuozhou/", ()),
        (date(2023, 1, 8), "real/", ()),
    ],
)
def test_c05_what_a_shop_checks_follows_the_day_and_the_area(on: date, area: str, checks: tuple[str, ...]) -> None:
    assert rules.judge_entrance(kind="shop", policy=policy(on, area)).outcome == checks


@pytest.mark.parametrize("kind", sorted(rules.SPECIAL))
def test_c05_the_checks_end_with_the_ten_measures_except_at_special_places_and_there_on_the_8th_of_january(kind: str) -> None:
    before, after = TEN, date(2023, 1, 7)
    for on in (before, after):
        special, public = (rules.judge_entrance(kind=one, policy=policy(on)) for one in (kind, "shop"))
        assert (special.outcome, special.clause_id) == (("test", "health-code"), "cn-2022-10:entry")
        assert (public.outcome, public.reason) == ((), "entrance.special-places-only")
    ended = rules.judge_entrance(kind=kind, policy=policy(date(2023, 1, 8)))
    assert (ended.outcome, ended.reason) == ((), "entrance.no-checks")


@pytest.mark.parametrize("days", range(0, 800, 25))
def test_c05_from_the_8th_of_january_2023_nothing_is_asked_for_anywhere(days: int) -> None:
    found = policy(date(2023, 1, 8) + timedelta(days=days), "shanxi/taiyuan/")
    assert {rules.judge_entrance(kind=kind, policy=found).outcome for kind in (*rules.SPECIAL, "shop", "compound")} == {()}
    assert rules.judge_arrival(policy=found).outcome.tests == 0


def test_the_test_on_arrival_never_binds_where_the_regime_says_so() -> None:
    twenty = rules.judge_arrival(policy=policy(date(2022, 11, 21)))
    assert (twenty.outcome.tests, twenty.outcome.binds, twenty.reason) == (1, False, "arrival.may-test")
    north = rules.judge_arrival(policy=policy(date(2022, 12, 4), "shanxi/shuozhou/")).outcome
    assert (north.tests, north.binds, north.declaration) == (1, False, True)
    assert rules.judge_arrival(policy=policy(TEN)).reason == "arrival.no-test"


def test_whether_a_test_on_arrival_binds_is_asked_for_where_nobody_says() -> None:
    with pytest.raises(rules.NumberUnset) as refused:
        rules.judge_arrival(policy=policy(date(2022, 8, 21), "shanxi/taiyuan/"))
    assert refused.value.details["field"] == "on_arrival_binds"


def test_c05_the_entrance_of_a_place_is_answered_for_its_own_area_and_day(world: cast.World) -> None:
    shop = world.place("shop")
    told = answer(client_of(Duty.GATE_GUARD).get(f"/api/codes/entrances/{shop}"))
    assert (told["checks"], told["arrival_binds"], told["clause_id"]) == (
        ["place-code", "health-code", "test", "mask"],
        False,
        "cn-2022-20-4docs:entry",
    )
    later = MONDAY + timedelta(days=20)
    assert queries.entrance(actor=ALL, place_id=shop, now=later).checks == ()
    assert queries.entrance(actor=ALL, place_id=shop, now=later, serves_as="school").checks == ("test", "health-code")
    assert client_of(Duty.GATE_GUARD, area=NEIGHBOUR_COUNTY).get(f"/api/codes/entrances/{shop}").status_code == 404


@pytest.mark.parametrize(
    ("wanted", "reason"), [("red", "bank-depositor"), ("yellow", "missed-test"), ("red", ""), ("red", "released"), ("yellow", "released")]
)
def test_s_154_x02_a_colour_without_a_health_reason_is_never_even_asked_for(world: cast.World, wanted: str, reason: str) -> None:
    before = Fact.objects.count()
    with pytest.raises(rules.ReasonUnknown):
        actions.propose_colours(
            actor=ALL, person_ids=[world.person(0)], wanted=wanted, reason=reason, source_id=cast.uid("s"), now=MONDAY, cause=world.root_cause
        )
    assert queries.colour_requests(actor=ALL) == []
    assert Fact.objects.count() == before


def test_s_154_every_reason_that_a_pack_may_name_for_a_colour_is_one_of_health() -> None:
    known = set(formats.schema().tables["code"].fields["reasons"].one_of)
    assert known == {"infection", "close-contact", "high-risk-area", "high-risk-post", "inbound", "exposed"}


def test_s_154_an_appeal_against_a_status_reaches_somebody_who_did_not_decide_it(world: cast.World) -> None:
    person = world.person(2)
    mine = Actor.resident(person)
    order = stories.order(world)
    stories.issue_order(world, order)
    stories.serve(world, order)
    runner.run_until_quiet(STEPS)
    (reason,) = queries.status(actor=mine, person_id=person, now=MONDAY + HOUR).reasons
    assert (reason.effect, reason.decided_by) == ("stay", cast.user_id(Duty.COUNTY_EOC_OFFICER))
    assert reason.until > MONDAY + HOUR
    appeal = quarantine.file_appeal(actor=mine, measure_id=reason.source_id, ground="wrong-person", now=MONDAY + HOUR)
    reviewer = cast.actor(Duty.APPEALS_REVIEWER)
    assert [card.id for card in measures.appeals(actor=reviewer)] == [appeal]
    given = {"appeal_id": appeal, "upheld": True, "answer": "another person", "now": MONDAY + 2 * HOUR, "cause": world.root_cause}
    with pytest.raises(NotAllowed):
        quarantine.decide_appeal(actor=cast.actor(Duty.COUNTY_EOC_OFFICER), **given)
    with pytest.raises(OwnAppeal):
        quarantine.decide_appeal(actor=decider_as_reviewer(), **given)
    quarantine.decide_appeal(actor=reviewer, **given)
    runner.run_until_quiet(STEPS)
    assert queries.status(actor=mine, person_id=person, now=MONDAY + 2 * HOUR).status == "clear"


def decider_as_reviewer() -> Actor:
    """Whoever decided the order, had he the reviewer's duty as well."""
    both = cast.actor(Duty.COUNTY_EOC_OFFICER, Duty.APPEALS_REVIEWER)
    return Actor.user(cast.user_id(Duty.COUNTY_EOC_OFFICER), *both.grants)
