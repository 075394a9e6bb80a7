"""The who-decides table (procedures 1): one negative test per line, for every other duty; and nothing changes on a refusal."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.exceptions import ObjectDoesNotExist

from epigrid.field.codes import actions as codes
from epigrid.field.codes import queries as coded
from epigrid.field.sampling import actions as sampling
from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.kernel.duties import Duty
from epigrid.kernel.errors import NotAllowed
from epigrid.kernel.periods import Period
from epigrid.registers.organisation import actions as organisation
from epigrid.registers.organisation.actions import NewDirective
from epigrid.registers.policies.rules import DelegationRefused
from epigrid.response.quarantine import actions as quarantine
from epigrid.response.quarantine import queries as measures
from epigrid.response.tracing import actions as tracing
from epigrid.response.tracing.rules import Question
from epigrid.response.zones import actions as zones
from epigrid.store.models import Fact
from tests import cast
from tests.cast import CITY, COMMUNITY, DAY, MONDAY
from tests.response import stories

Prepared = Callable[[Actor], object]
Prepare = Callable[[cast.World], Prepared]


def directive(world: cast.World) -> Prepared:
    new = NewDirective(body_id=world.bodies["county"], area=COMMUNITY, title="t", acts=["round.open"], basis="b", ends_at=MONDAY + DAY)
    return lambda actor: organisation.issue_directive(actor=actor, directive=new, now=MONDAY)


def round_of_tests(world: cast.World) -> Prepared:
    window = Period(start=MONDAY, end=MONDAY + DAY)
    return lambda actor: sampling.open_round(
        actor=actor, area=COMMUNITY, reason="r", directive_id=world.directive_id, window=window, now=MONDAY, cause=world.root_cause
    )


def hold(world: cast.World) -> Prepared:
    ids = stories.holds(world)
    return lambda actor: quarantine.issue_holds(actor=actor, hold_ids=ids, appeal_body_id=world.bodies["appeals"], now=MONDAY, cause=world.root_cause)


def hold_extension(world: cast.World) -> Prepared:
    ids = stories.issued(world)
    until, later = MONDAY + timedelta(hours=30), MONDAY + timedelta(hours=10)
    return lambda actor: quarantine.extend_hold(actor=actor, hold_id=ids[0], until=until, reason="late", now=later, cause=world.root_cause)


def hold_ending(world: cast.World) -> Prepared:
    ids = stories.issued(world)
    return lambda actor: quarantine.end_holds(actor=actor, hold_ids=ids, reason="no contact", now=MONDAY, cause=world.root_cause)


def opinion(world: cast.World) -> Prepared:
    case_id = stories.case(world)
    return lambda actor: tracing.record_opinion(actor=actor, case_id=case_id, outcome="confirmed", now=MONDAY, cause=world.root_cause)


def infection_class(world: cast.World) -> Prepared:
    case_id = stories.case(world)
    experts = cast.actor(Duty.EXPERT_GROUP)
    tracing.record_opinion(actor=experts, case_id=case_id, outcome="asymptomatic", now=MONDAY, cause=world.root_cause)
    return lambda actor: tracing.classify_case(actor=actor, case_id=case_id, now=MONDAY, cause=world.root_cause)


def contact(world: cast.World) -> Prepared:
    candidate_id = stories.candidate(world, stories.case(world), 2)
    return lambda actor: tracing.judge_candidate(
        actor=actor, candidate_id=candidate_id, outcome="close-contact", reason="", now=MONDAY, cause=world.root_cause
    )


def spread(world: cast.World) -> Prepared:
    case_id = stories.case(world, found="site-quarantine")
    return lambda actor: tracing.judge_spread(actor=actor, case_id=case_id, spread=False, reason="alone", now=MONDAY, cause=world.root_cause)


def venue_query(world: cast.World) -> Prepared:
    investigator = cast.actor(Duty.CDC_INVESTIGATOR, who="asker")
    window = Period(start=MONDAY - DAY, end=MONDAY)
    exposure = tracing.record_exposure(
        actor=investigator, case_id=stories.case(world), window=window, place_ids=[], basis="b", now=MONDAY, cause=world.root_cause
    )
    query = tracing.ask_query(actor=investigator, question=Question(exposure_ids=(exposure,), purpose="p"), now=MONDAY, cause=world.root_cause)
    return lambda actor: tracing.approve_query(actor=actor, query_id=query, now=MONDAY, cause=world.root_cause)


def order(world: cast.World) -> Prepared:
    order_id = stories.order(world)
    return lambda actor: quarantine.issue_orders(
        actor=actor,
        order_ids=[order_id],
        body_id=world.bodies["county"],
        directive_id=world.directive_id,
        appeal_body_id=world.bodies["appeals"],
        now=MONDAY,
        cause=world.root_cause,
    )


def serving(world: cast.World) -> Prepared:
    order_id = stories.order(world)
    stories.issue_order(world, order_id)
    return lambda actor: quarantine.serve_order(actor=actor, order_id=order_id, now=MONDAY, cause=world.root_cause)


def release(world: cast.World) -> Prepared:
    order_id = stories.order(world)
    stories.issue_order(world, order_id)
    stories.serve(world, order_id)
    return lambda actor: quarantine.release(
        actor=actor,
        order_id=order_id,
        results=[],
        environment_negative=True,
        body_id=world.bodies["cdc"],
        now=MONDAY,
        cause=world.root_cause,
    )


def code(world: cast.World) -> Prepared:
    codes.propose_colours(
        actor=stories.ALL, person_ids=[world.person(2)], wanted="red", reason="quarantine", source_id=cast.uid("o"), now=MONDAY, cause=world.root_cause
    )  # fmt: skip
    ids = [card.id for card in coded.colour_requests(actor=stories.ALL)]
    return lambda actor: codes.request_colours(actor=actor, request_ids=ids, now=MONDAY, cause=world.root_cause)


def zone(world: cast.World) -> Prepared:
    zone_id = stories.zone(world)
    return lambda actor: zones.decide_zone(
        actor=actor,
        zone_id=zone_id,
        directive_id=world.directive_id,
        expert_line="e",
        now=MONDAY,
        cause=world.root_cause,
        review_at=MONDAY + DAY,
    )


def prolonging(world: cast.World) -> Prepared:
    zone_id, later = stories.served_zone(world), MONDAY + DAY
    return lambda actor: zones.prolong_zone(
        actor=actor, zone_id=zone_id, review_at=later + timedelta(days=7), reason="restarted", now=later, cause=world.root_cause
    )


def downgrade(world: cast.World) -> Prepared:
    zone_id = stories.served_zone(world)
    return lambda actor: zones.downgrade(
        actor=actor, zone_id=zone_id, directive_id=world.directive_id, now=MONDAY, cause=world.root_cause, early_reason="experts"
    )


def lifting(world: cast.World) -> Prepared:
    return lambda actor: zones.lift_free(actor=actor, county=cast.COUNTY, now=MONDAY, cause=world.root_cause)


def notice(world: cast.World) -> Prepared:
    zone_id = stories.served_zone(world)
    return lambda actor: zones.publish_notice(
        actor=actor,
        body_id=world.bodies["county"],
        zone_ids=[zone_id],
        effective_at=MONDAY,
        directive_id=world.directive_id,
        now=MONDAY,
        cause=world.root_cause,
    )


def appeal(world: cast.World) -> Prepared:
    order_id = stories.order(world)
    stories.issue_order(world, order_id)
    stories.serve(world, order_id)
    appeal_id = quarantine.file_appeal(actor=Actor.resident(world.person(2)), measure_id=order_id, ground="wrong-person", now=MONDAY)
    return lambda actor: quarantine.decide_appeal(
        actor=actor, appeal_id=appeal_id, upheld=True, answer="another person", now=MONDAY, cause=world.root_cause
    )


TABLE: list[tuple[Prepare, set[Duty]]] = [
    (directive, {Duty.COUNTY_EOC_OFFICER, Duty.CITY_EOC_OFFICE}),
    (round_of_tests, {Duty.COUNTY_EOC_OFFICER}),
    (hold, {Duty.CDC_DUTY_OFFICER}),
    (hold_extension, {Duty.CDC_DUTY_OFFICER}),
    (hold_ending, {Duty.CDC_DUTY_OFFICER, Duty.CDC_INVESTIGATOR}),
    (opinion, {Duty.EXPERT_GROUP}),
    (infection_class, {Duty.CASE_REGISTRAR}),
    (contact, {Duty.CDC_INVESTIGATOR}),
    (spread, {Duty.CDC_INVESTIGATOR}),
    (venue_query, {Duty.CDC_DUTY_OFFICER}),
    (order, {Duty.COUNTY_EOC_OFFICER}),
    (serving, {Duty.GRID_WORKER, Duty.COMMUNITY_SECRETARY}),
    (release, {Duty.CDC_DUTY_OFFICER, Duty.CDC_INVESTIGATOR}),
    (code, {Duty.CODE_DESK}),
    (zone, {Duty.CITY_EOC_OFFICE}),
    (prolonging, {Duty.CITY_EOC_OFFICE}),
    (downgrade, {Duty.CITY_EOC_OFFICE}),
    (lifting, {Duty.CITY_EOC_OFFICE}),
    (notice, {Duty.CITY_EOC_OFFICE}),
    (appeal, {Duty.APPEALS_REVIEWER}),
]


@pytest.mark.parametrize(("prepare", "deciders"), TABLE, ids=[prepare.__name__ for prepare, _ in TABLE])
def test_only_the_named_duties_decide_and_a_refusal_changes_nothing(world: cast.World, prepare: Prepare, deciders: set[Duty]) -> None:
    attempt = prepare(world)
    facts = Fact.objects.count()
    for duty in sorted(set(Duty) - deciders - {Duty.PROCEDURE}):
        with pytest.raises((NotAllowed, ObjectDoesNotExist)):
            attempt(cast.actor(duty, area=CITY, who="stranger"))
    assert Fact.objects.count() == facts


@pytest.mark.parametrize(("prepare", "deciders"), TABLE, ids=[prepare.__name__ for prepare, _ in TABLE])
def test_no_playbook_decides(world: cast.World, prepare: Prepare, deciders: set[Duty]) -> None:
    attempt = prepare(world)
    with pytest.raises((NotAllowed, ObjectDoesNotExist)):
        attempt(Actor.procedure("a.step", Area("mini/")))


@pytest.mark.parametrize(
    ("prepare", "deciders"), [row for row in TABLE if row[0] not in (release, lifting)], ids=lambda value: getattr(value, "__name__", "")
)
def test_each_named_duty_does_decide(world: cast.World, prepare: Prepare, deciders: set[Duty]) -> None:
    attempt = prepare(world)
    facts = Fact.objects.count()
    attempt(cast.actor(sorted(deciders)[0], area=CITY, who="decider"))
    assert Fact.objects.count() > facts


def test_a_hold_may_be_delegated_in_writing_and_nothing_else(world: cast.World) -> None:
    from epigrid.registers.policies import actions as policies

    holder = cast.actor(Duty.COMMUNITY_SECRETARY)
    officer = cast.actor(Duty.COUNTY_EOC_OFFICER)
    given = {"actor": officer, "area": COMMUNITY, "to_holder_id": holder.named, "until": MONDAY + DAY, "now": MONDAY, "cause": world.root_cause}
    with pytest.raises(DelegationRefused):
        policies.delegate_hold(max_hours=48, **given)
    policies.delegate_hold(max_hours=6, **given)
    ids = stories.holds(world)
    stories.issue(world, ids, duty=Duty.COMMUNITY_SECRETARY)
    assert {card.ends_at for card in measures.holds(actor=stories.ALL)} == {MONDAY + timedelta(hours=6)}
    order_id = stories.order(world, number=12)
    with pytest.raises(NotAllowed):
        stories.issue_order(world, order_id, duty=Duty.COMMUNITY_SECRETARY)
