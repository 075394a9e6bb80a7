"""Workers, spans, rest; directives and their receipts; accounts, slip codes, broken glass."""

import pytest

from epigrid.kernel.actors import Actor
from epigrid.kernel.duties import Duty
from epigrid.kernel.errors import NotAllowed
from epigrid.registers.access import actions as access
from epigrid.registers.access import queries as doors
from epigrid.registers.access import rules as access_rules
from epigrid.registers.access.models import User
from epigrid.registers.organisation import actions as organisation
from epigrid.registers.organisation import queries as organised
from epigrid.registers.organisation import rules as organisation_rules
from epigrid.registers.people import queries as people
from epigrid.registers.workforce import actions, queries
from tests import cast
from tests.cast import COMMUNITY, COUNTY, DAY, GRID1, HOUR, MONDAY

SECRETARY = cast.actor(Duty.COMMUNITY_SECRETARY)


def worker(title: str = "w1", user_id=None):
    return actions.enter_worker(actor=SECRETARY, area=COMMUNITY, kind="volunteer", title=title, user_id=user_id)


def test_s_039_loads_outside_ten_to_fifteen_households_are_shown_and_the_unassigned_listed(world) -> None:
    homes = [home.id for home in people.households(actor=SECRETARY, area=COMMUNITY)]
    first, second = worker("w1"), worker("w2")
    actions.assign_households(actor=SECRETARY, worker_id=first, household_ids=homes[:11], now=MONDAY)
    report = queries.span_report(actor=SECRETARY, area=COMMUNITY, now=MONDAY)
    assert (report.over, report.under, report.unassigned) == ((), (), (homes[11],))
    actions.assign_households(actor=SECRETARY, worker_id=second, household_ids=homes[9:], now=MONDAY)
    report = queries.span_report(actor=SECRETARY, area=COMMUNITY, now=MONDAY)
    assert report.loads == {first: 9, second: 3}
    assert (set(report.under), report.unassigned) == ({first, second}, ())


def test_s_039_sixteen_households_on_one_person_is_a_warning() -> None:
    from epigrid.registers.workforce import rules

    policy = rules.SpanPolicy(edition="e", clause_id="c", households_min=10, households_max=15)
    assert rules.judge_spans({cast.uid("w"): 16}, (), policy).over == (cast.uid("w"),)
    assert rules.judge_spans({cast.uid("w"): 15}, (), policy).over == ()


def test_a_worker_is_overdue_for_rest_once(world) -> None:
    one = worker()
    actions.start_shift(actor=SECRETARY, worker_id=one, now=MONDAY)
    given = {"actor": cast.procedure(), "area": cast.TREE, "cause": world.root_cause}
    assert actions.flag_overdue_rest(now=MONDAY + 11 * HOUR, **given) == 0
    assert actions.flag_overdue_rest(now=MONDAY + 12 * HOUR, **given) == 1
    assert actions.flag_overdue_rest(now=MONDAY + 13 * HOUR, **given) == 0
    actions.end_shift(actor=SECRETARY, worker_id=one, now=MONDAY + 13 * HOUR)
    assert queries.overdue_for_rest(actor=SECRETARY, area=cast.TREE, now=MONDAY + DAY) == []


def directive(world, **more):
    given = {
        "body_id": world.bodies["county"],
        "area": COUNTY,
        "title": "closure",
        "acts": ["round.open"],
        "basis": "Art. 42",
        "ends_at": MONDAY + DAY,
    }
    return organisation.issue_directive(actor=cast.actor(Duty.COUNTY_EOC_OFFICER), directive=organisation.NewDirective(**(given | more)), now=MONDAY)


def test_s_001_a_directive_to_three_units_is_acknowledged_by_each(world) -> None:
    units = [world.bodies[key] for key in ("community", "subdistrict", "lab1")]
    one = directive(world, addressees=units)
    assert len(organised.unacknowledged(actor=cast.procedure(), before=MONDAY)) == 3
    for duty, body in ((Duty.COMMUNITY_SECRETARY, "community"), (Duty.SUBDISTRICT_OFFICE, "subdistrict"), (Duty.LABORATORY, "lab1")):
        organisation.acknowledge_directive(
            actor=cast.actor(duty), directive_id=one, body_id=world.bodies[body], now=MONDAY + HOUR, cause=world.root_cause
        )
    assert organised.unacknowledged(actor=cast.procedure(), before=MONDAY) == []


@pytest.mark.parametrize(
    ("act", "where", "when", "why"),
    [
        ("zone.decide", COUNTY, MONDAY, "does-not-name-act"),
        ("round.open", cast.NEIGHBOUR_COUNTY, MONDAY, "elsewhere"),
        ("round.open", COUNTY, MONDAY + DAY, "ended"),
    ],
)
def test_s_001_an_act_beyond_its_directive_is_refused(world, act, where, when, why) -> None:
    one = directive(world)
    with pytest.raises(organisation_rules.DirectiveMissing) as refused:
        organised.require_directive(actor=cast.procedure(), directive_id=one, act=act, area=where, now=when)
    assert refused.value.details["why"] == why


def test_x04_a_directive_without_an_end_is_refused(world) -> None:
    with pytest.raises(organisation_rules.DirectiveWithoutEnd):
        directive(world, ends_at=MONDAY)


def account(duty: Duty) -> User:
    return User.objects.create(id=cast.user_id(duty), username=str(duty), tree="mini")


def test_sight_ends_with_the_duty(world) -> None:
    user = account(Duty.GRID_WORKER)
    assert doors.actor_for(user=user, now=MONDAY).areas() == (GRID1,)
    organisation.end_appointment(actor=cast.actor(Duty.ADMINISTRATOR), appointment_id=cast.uid("appointment", Duty.GRID_WORKER), now=MONDAY)
    assert doors.actor_for(user=user, now=MONDAY).grants == ()


def test_a_deciding_duty_in_a_real_tree_needs_a_second_factor(db) -> None:
    cast.build(exercise=False)
    user = account(Duty.COUNTY_EOC_OFFICER)
    assert doors.actor_for(user=user, now=MONDAY).grants == ()
    assert doors.actor_for(user=user, now=MONDAY, second_factor=True).duties == {Duty.COUNTY_EOC_OFFICER}
    assert doors.second_factor_missing(user=user, now=MONDAY, has_factor=False)


def test_broken_glass_reads_three_hours_acts_never_and_is_reviewed_by_another(world) -> None:
    user = account(Duty.AUDITOR)
    me = doors.actor_for(user=user, now=MONDAY)
    with pytest.raises(access_rules.ReasonMissing):
        access.break_glass(actor=me, user=user, area=GRID1, reason=" ", now=MONDAY)
    grant = access.break_glass(actor=me, user=user, area=GRID1, reason="flood, secretary absent", now=MONDAY)
    inside = doors.actor_for(user=user, now=MONDAY + 2 * HOUR)
    assert Duty.GLASS in inside.duties
    assert len(people.people(actor=Actor.user(user.id, *[g for g in inside.grants if g.duty is Duty.GLASS]))) == 12
    with pytest.raises(NotAllowed):
        inside.require(Duty.GLASS, area=GRID1)
    assert Duty.GLASS not in doors.actor_for(user=user, now=MONDAY + 3 * HOUR).duties
    with pytest.raises(access_rules.OwnReview):
        access.review_glass(actor=me, grant_id=grant, finding="fine", now=MONDAY, cause=world.root_cause)
    access.review_glass(actor=cast.actor(Duty.AUDITOR, who="other"), grant_id=grant, finding="fine", now=MONDAY, cause=world.root_cause)


def test_a_slip_code_opens_one_page_forgives_typing_and_locks_guesses(world) -> None:
    worker_ = cast.actor(Duty.GRID_WORKER)
    first = access.make_slip_code(actor=worker_, person_id=world.person(0), until=MONDAY + DAY, now=MONDAY)
    code = access.make_slip_code(actor=worker_, person_id=world.person(0), until=MONDAY + DAY, now=MONDAY)
    with pytest.raises(access_rules.CodeUnknown):
        doors.resident_by_code(code=first, origin="a", now=MONDAY)
    me, area = doors.resident_by_code(code=code.lower().replace("-", " "), origin="a", now=MONDAY)
    assert (me.person_id, area) == (world.person(0), GRID1)
    assert [card.id for card in people.people(actor=me)] == [world.person(0)]
    for _ in range(4):
        with pytest.raises(access_rules.CodeUnknown):
            doors.resident_by_code(code="ZZZZZZZZZZ", origin="a", now=MONDAY)
    with pytest.raises(access_rules.TooManyTries):
        doors.resident_by_code(code=code, origin="a", now=MONDAY)
    assert doors.resident_by_code(code=code, origin="b", now=MONDAY)
