"""Cases, bounded venue queries, judgements, referrals; guard X03."""

from datetime import timedelta

import pytest

from epigrid.kernel.duties import Duty
from epigrid.response.tracing import actions, queries, rules
from epigrid.store import extracts, sheets
from epigrid.store.models import Fact
from tests import cast
from tests.cast import DAY, HOUR, MONDAY
from tests.response import stories

ALL = stories.ALL
HEAD = "扫码编号,手机号,场所,时间,离开时间\n"


def scans(world, *rows: str, encoding: str = "gbk"):
    sheet = sheets.read((HEAD + "\n".join(rows)).encode(encoding), "scans.csv")
    return actions.record_presences(actor=cast.actor(Duty.CDC_INVESTIGATOR), area=cast.COUNTY, sheet=sheet, source="scans.csv", now=MONDAY)


def scan(number: int, person: int, start: str = "08:00", end: str = "09:00", place: str = "演练便利店", day: str = "2022-11-20") -> str:
    return f"s{number},1000000{person:04d},{place},{day} {start},{day} {end}"


def test_scans_in_gbk_are_taken_row_by_row_and_once(world) -> None:
    rows = [
        scan(1, 0),
        scan(2, 1),
        scan(3, 2, place="没有这个地方"),
        "s4,19999999999,演练便利店,2022-11-20 08:00,",
        "s5,10000000003,演练便利店,yesterday,",
    ]
    report = scans(world, *rows)
    assert (report.created, [(row.row, row.reason) for row in report.refused]) == (
        2,
        [(4, "scan.place-unknown"), (5, "scan.phone-unknown"), (6, "scan.time-unreadable")],
    )
    again = scans(world, *rows)
    assert (again.created, again.unchanged) == (0, 2)
    assert Fact.objects.filter(kind="tracing.scans-imported").count() == 1


def test_a_stay_of_more_than_two_months_is_refused_by_row(world) -> None:
    report = scans(world, scan(1, 0), "s2,10000000001,演练便利店,2022-11-20 08:00,2032-11-20 08:00")
    assert (report.created, [(row.row, row.reason) for row in report.refused]) == (1, [(3, "scan.stay-too-long")])


def test_sealed_days_and_the_buffer_answer_alike_and_days_are_forgotten_by_unlinking(world) -> None:
    scans(world, scan(1, 0), scan(2, 1), scan(3, 2, day="2022-11-18"))
    first, last = (MONDAY - 5 * DAY).date(), MONDAY.date()
    before = extracts.visits(area=cast.TREE, first=first, last=last).sort_by("person").to_pylist()
    assert extracts.seal_day(area=cast.TREE, day=(MONDAY - DAY).date()) == 2
    assert extracts.seal_day(area=cast.TREE, day=(MONDAY - DAY).date()) == 0
    assert extracts.visits(area=cast.TREE, first=first, last=last).sort_by("person").to_pylist() == before
    assert scans(world, scan(1, 0)).created == 0
    assert len(extracts.forget_before(area=cast.TREE, day=MONDAY.date())) == 1
    assert extracts.visits(area=cast.TREE, first=first, last=last).num_rows == 0


def test_s_124_a_contact_is_judged_with_a_last_exposure_and_once(world) -> None:
    case_id = stories.case(world)
    candidate = stories.candidate(world, case_id, 2)
    investigator = cast.actor(Duty.CDC_INVESTIGATOR)
    given = {"actor": investigator, "candidate_id": candidate, "now": MONDAY, "cause": world.root_cause}
    with pytest.raises(rules.ReasonMissing):
        actions.judge_candidate(outcome="none", reason=" ", **given)
    actions.judge_candidate(outcome="close-contact", reason="", **given)
    contact = queries.contacts(actor=investigator, case_id=case_id)[0]
    assert (contact.person_id, contact.last_exposure_at) == (world.person(2), MONDAY - 4 * HOUR)
    assert contact.clause_id
    with pytest.raises(rules.AlreadyJudged):
        actions.judge_candidate(outcome="none", reason="no", **given)


def test_the_class_is_the_experts_opinion_entered_by_another_person(world) -> None:
    case_id = stories.case(world)
    with pytest.raises(rules.OpinionMissing):
        actions.classify_case(actor=cast.actor(Duty.CASE_REGISTRAR), case_id=case_id, now=MONDAY, cause=world.root_cause)
    both = cast.actor(Duty.EXPERT_GROUP, Duty.CASE_REGISTRAR)
    actions.record_opinion(actor=both, case_id=case_id, outcome="asymptomatic", now=MONDAY, cause=world.root_cause)
    with pytest.raises(rules.SamePerson):
        actions.classify_case(actor=both, case_id=case_id, now=MONDAY, cause=world.root_cause)


def test_s_133_a_referral_carries_little_and_its_silence_is_reminded_of(world) -> None:
    investigator = cast.actor(Duty.CDC_INVESTIGATOR)
    given = {
        "actor": investigator,
        "case_id": stories.case(world),
        "subject_id": cast.uid("abroad"),
        "to_area": "演练邻县",
        "last_exposure_at": MONDAY,
    }
    referral = actions.send_referral(now=MONDAY, cause=world.root_cause, **given)
    assert actions.send_referral(now=MONDAY, cause=world.root_cause, **given) == referral
    assert actions.flag_late_referrals(actor=ALL, area=cast.TREE, now=MONDAY + 25 * HOUR, cause=world.root_cause) == 1
    assert actions.flag_late_referrals(actor=ALL, area=cast.TREE, now=MONDAY + 26 * HOUR, cause=world.root_cause) == 0
    actions.answer_referral(actor=investigator, referral_id=referral, answer="in quarantine there", now=MONDAY + 27 * HOUR, cause=world.root_cause)
    assert queries.referrals(actor=investigator)[0].answer == "in quarantine there"


def test_chains_are_hypotheses_for_cdc_duty_only(world) -> None:
    first, second = stories.case(world, 0), None
    stories.candidate(world, first, 2)
    second = actions.open_case(
        actor=ALL, person_id=world.person(2), tube_id=None, sampled_at=MONDAY + 3 * DAY, found="", now=MONDAY + 3 * DAY, cause=world.root_cause
    )
    link = queries.chains(actor=cast.actor(Duty.CDC_INVESTIGATOR)).links[0]
    assert (link.source, link.target, link.days) == (first, second, 3)
    assert queries.chains(actor=cast.actor(Duty.COUNTY_EOC_OFFICER)) == queries.Chains()


def test_another_countys_investigator_sees_nothing(world) -> None:
    stories.case(world)
    stranger = cast.actor(Duty.CDC_INVESTIGATOR, area=cast.NEIGHBOUR_COUNTY)
    assert queries.cases(actor=stranger) == []
    assert timedelta(0) == timedelta()
