"""Bounded venue queries: S-235, S-125, guard X03. All people, places and presences are invented."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.core.exceptions import ObjectDoesNotExist

from epigrid.kernel.actors import Actor
from epigrid.kernel.duties import Duty
from epigrid.kernel.errors import NotAllowed, NotFound
from epigrid.kernel.periods import Period
from epigrid.registers.people.models import Person
from epigrid.response.tracing import actions, queries, rules
from epigrid.response.tracing.models import Case, Exposure, Finding, VenueQuery
from epigrid.response.tracing.rules import Question
from epigrid.store import extracts
from epigrid.store.models import Fact, Read
from tests import cast
from tests.cast import DAY, HOUR, MONDAY
from tests.response import stories

INVESTIGATOR = cast.actor(Duty.CDC_INVESTIGATOR)
OFFICER = cast.actor(Duty.CDC_DUTY_OFFICER)
STRANGER = cast.actor(Duty.CDC_INVESTIGATOR, Duty.CDC_DUTY_OFFICER, area=cast.NEIGHBOUR_COUNTY)
NOON = MONDAY - DAY + 4 * HOUR
"""Sunday, noon in Shanghai."""


def stay(person: UUID, place: UUID, start: datetime, minutes: int = 60) -> None:
    """Put one presence into the log."""
    who = extracts.pseudonyms(area=cast.TREE, kind="person", subject_ids=[person])[person]
    where = extracts.pseudonyms(area=cast.TREE, kind="place", subject_ids=[place])[place]
    scan = uuid4()
    begin = int(start.timestamp())
    extracts.add(area=cast.TREE, day_of={scan: (start + 8 * HOUR).date()}, rows=[(scan, who, where, begin, begin + minutes * 60)])


def record(world: cast.World, case_id: UUID, places: Sequence[UUID] = (), start: datetime = MONDAY - 2 * DAY, end: datetime = MONDAY) -> UUID:
    """An exposure record entered by the investigator."""
    window = Period(start=start, end=end)
    return actions.record_exposure(
        actor=INVESTIGATOR, case_id=case_id, window=window, place_ids=places, basis="interview", now=MONDAY, cause=world.root_cause
    )


def asked(world: cast.World, question: Question, actor: Actor = INVESTIGATOR) -> UUID:
    return actions.ask_query(actor=actor, question=question, now=MONDAY, cause=world.root_cause)


def approve(world: cast.World, query: UUID, actor: Actor = OFFICER) -> None:
    actions.approve_query(actor=actor, query_id=query, now=MONDAY, cause=world.root_cause)


def run(world: cast.World, query: UUID, now: datetime = MONDAY, actor: Actor = INVESTIGATOR) -> int:
    return actions.run_query(actor=actor, query_id=query, now=now, cause=world.root_cause)


def answered(world: cast.World, question: Question, now: datetime = MONDAY) -> UUID:
    """Asked, approved by another person, and run."""
    query = asked(world, question)
    approve(world, query)
    run(world, query, now)
    return query


def contacts_of(exposure: UUID, **more: object) -> Question:
    return Question(**{"exposure_ids": (exposure,), "purpose": "contacts at the shop", **more})


def test_x03_no_query_without_exposure_purpose_kind_and_what_the_kind_needs(world: cast.World) -> None:
    exposure = record(world, stories.case(world), [world.place("shop")])
    for question, missing in (
        (contacts_of(exposure, exposure_ids=()), ["exposure"]),
        (contacts_of(exposure, purpose="  "), ["purpose"]),
        (contacts_of(exposure, kind="trail"), ["kind"]),
        (contacts_of(exposure, kind="present"), ["place"]),
        (contacts_of(exposure, kind="hops"), ["direction", "latency", "minutes"]),
        (contacts_of(exposure, kind="hops", direction="forward", latency_seconds=0, min_seconds=60), ["latency"]),
    ):
        with pytest.raises(rules.QueryIncomplete) as refusal:
            asked(world, question)
        assert refusal.value.details["missing"] == missing
    with pytest.raises(NotFound):
        asked(world, contacts_of(uuid4()))
    assert not Fact.objects.filter(kind="tracing.query-asked").exists()


def test_x03_a_window_stays_inside_the_exposure_record_and_within_21_days(world: cast.World) -> None:
    case_id = stories.case(world)
    short, long = record(world, case_id), record(world, case_id, start=MONDAY - 30 * DAY)
    for window in (
        (MONDAY - 2 * DAY - timedelta(seconds=1), MONDAY),
        (MONDAY - DAY, MONDAY + timedelta(seconds=1)),
        (MONDAY - DAY, MONDAY - DAY),
        (MONDAY, MONDAY - DAY),
    ):
        with pytest.raises(rules.QueryOutsideExposure):
            asked(world, contacts_of(short, window=window))
    with pytest.raises(rules.QueryTooLong):
        asked(world, contacts_of(long))
    assert asked(world, contacts_of(long, window=(MONDAY - 21 * DAY, MONDAY)))


def test_x03_a_query_runs_once_after_a_second_person_approved_it(world: cast.World) -> None:
    exposure = record(world, stories.case(world))
    for number, start in ((0, NOON), (1, NOON + HOUR / 2), (2, NOON + HOUR)):
        stay(world.person(number), world.place("shop"), start)
    both = cast.actor(Duty.CDC_INVESTIGATOR, Duty.CDC_DUTY_OFFICER)
    query = asked(world, contacts_of(exposure), both)
    assert asked(world, contacts_of(exposure)) == query
    with pytest.raises(rules.QueryNotApproved):
        run(world, query)
    with pytest.raises(rules.QueryNotApproved):
        queries.people_found(actor=INVESTIGATOR, query_id=query)
    with pytest.raises(rules.SamePerson):
        approve(world, query, both)
    with pytest.raises(NotAllowed):
        approve(world, query, INVESTIGATOR)
    approve(world, query)
    with pytest.raises(rules.QueryNotRun):
        queries.people_found(actor=INVESTIGATOR, query_id=query)
    assert run(world, query) == 1
    stay(world.person(3), world.place("shop"), NOON)
    assert run(world, query) == 1
    found = queries.people_found(actor=INVESTIGATOR, query_id=query)
    candidate = queries.candidates(actor=INVESTIGATOR)[0]
    assert [(row.candidate_id, row.seconds, row.meetings) for row in found.rows] == [(candidate.id, 1800, 1)]
    assert (candidate.person_id, found.elsewhere, found.days_gone) == (world.person(1), 0, 0)
    assert Fact.objects.filter(kind="tracing.query-ran").count() == 1


def test_x03_an_officer_of_another_area_finds_no_query_and_no_record(world: cast.World) -> None:
    exposure = record(world, stories.case(world))
    with pytest.raises(NotFound):
        asked(world, contacts_of(exposure), STRANGER)
    query = asked(world, contacts_of(exposure))
    for reach in (approve, run):
        with pytest.raises(ObjectDoesNotExist):
            reach(world, query, actor=STRANGER)
    approve(world, query)
    run(world, query)
    with pytest.raises(ObjectDoesNotExist):
        queries.people_found(actor=STRANGER, query_id=query)
    with pytest.raises(rules.QueryNotApproved):
        queries.approved_queries(actor=STRANGER, query_ids=[query], kind="contacts", now=MONDAY)


def test_x03_whoever_lives_elsewhere_is_a_count(world: cast.World) -> None:
    abroad = world.person(2)
    Person._base_manager.filter(id=abroad).update(area=cast.Area("mini/next/sub/com/g1/"))
    for number in range(3):
        stay(world.person(number), world.place("shop"), NOON)
    query = answered(world, contacts_of(record(world, stories.case(world))))
    found = queries.people_found(actor=INVESTIGATOR, query_id=query)
    assert (len(found.rows), found.elsewhere) == (1, 1)
    assert [card.person_id for card in queries.candidates(actor=INVESTIGATOR)] == [world.person(1)]


def test_a_number_of_somebody_erased_is_neither_candidate_nor_lead(world: cast.World) -> None:
    for number in range(3):
        stay(world.person(number), world.place("shop"), NOON)
    assert extracts.forget_subjects(area=cast.TREE, kind="person", subject_ids=[world.person(2)]) == 1
    query = answered(world, contacts_of(record(world, stories.case(world))))
    found = queries.people_found(actor=INVESTIGATOR, query_id=query)
    assert (len(found.rows), found.elsewhere) == (1, 0)


def test_s_235_days_beyond_the_look_back_are_counted_and_said(world: cast.World) -> None:
    case_id = stories.case(world)
    stay(world.person(0), world.place("shop"), NOON)
    stay(world.person(1), world.place("shop"), NOON)
    exposure = record(world, case_id)
    early, late = asked(world, contacts_of(exposure)), asked(world, contacts_of(exposure, purpose="again, too late"))
    approve(world, early)
    approve(world, late)
    oldest = queries.bound(actor=INVESTIGATOR, query_id=early, now=MONDAY).oldest
    then = MONDAY + timedelta(days=(NOON.date() - oldest).days + 1)
    """By then Sunday is gone, Monday's first hours are not."""
    for day in range(30):
        extracts.seal_day(area=cast.TREE, day=(MONDAY - day * DAY).date())
    assert run(world, early) == 1
    assert run(world, late, then) == 0
    found = queries.people_found(actor=INVESTIGATOR, query_id=late)
    assert (found.days_gone, len(found.rows)) == (2, 0)
    assert [fact.payload["days_gone"] for fact in Fact.objects.filter(kind="tracing.query-ran").order_by("seq")] == [0, 2]
    assert queries.approved_queries(actor=INVESTIGATOR, query_ids=[early], kind="contacts", now=then)
    with pytest.raises(rules.QueryNotApproved):
        queries.approved_queries(actor=INVESTIGATOR, query_ids=[early], kind="contacts", now=then + DAY)
    gone = asked(world, contacts_of(exposure, purpose="all gone"))
    approve(world, gone)
    assert run(world, gone, then + DAY) == 0
    assert queries.people_found(actor=INVESTIGATOR, query_id=gone).days_gone == 3


def test_s_235_the_command_line_is_given_approved_windows_of_one_kind_only(world: cast.World) -> None:
    case_id = stories.case(world)
    exposure = record(world, case_id)
    query = asked(world, contacts_of(exposure, window=(MONDAY - DAY, MONDAY)))
    for ids, kind in (([query], "contacts"), ([], "contacts"), ([uuid4()], "contacts")):
        with pytest.raises(rules.QueryNotApproved):
            queries.approved_queries(actor=INVESTIGATOR, query_ids=ids, kind=kind, now=MONDAY)
    approve(world, query)
    number = extracts.pseudonyms(area=cast.TREE, kind="person", subject_ids=[world.person(0)])[world.person(0)]
    bound = queries.approved_queries(actor=INVESTIGATOR, query_ids=[query], kind="contacts", now=MONDAY)
    assert [(one.exposure_id, one.person, one.start, one.end) for one in bound] == [
        (exposure, number, int((MONDAY - DAY).timestamp()), int(MONDAY.timestamp()))
    ]
    for kind in ("hops", "places"):
        with pytest.raises(rules.QueryNotApproved):
            queries.approved_queries(actor=INVESTIGATOR, query_ids=[query], kind=kind, now=MONDAY)
    with pytest.raises(NotAllowed):
        queries.approved_queries(actor=cast.actor(Duty.AUDITOR), query_ids=[query], kind="contacts", now=MONDAY)


def confirmed(world: cast.World) -> UUID:
    """A case confirmed by two people: the experts and the case registrar."""
    case_id = stories.case(world)
    actions.record_opinion(actor=cast.actor(Duty.EXPERT_GROUP), case_id=case_id, outcome="confirmed", now=MONDAY, cause=world.root_cause)
    actions.classify_case(actor=cast.actor(Duty.CASE_REGISTRAR), case_id=case_id, now=MONDAY, cause=world.root_cause)
    return case_id


def own_approval(world: cast.World, exposure: UUID, by: UUID | None = None) -> UUID:
    registrar = cast.user_id(Duty.CASE_REGISTRAR)
    return actions.approve_own_window(actor=stories.ALL, exposure_id=exposure, approved_by=by or registrar, now=MONDAY, cause=world.root_cause)


def own_record(world: cast.World, case_id: UUID, **wider: timedelta) -> UUID:
    """The case's own window, or one that is wider by some time."""
    row = Case._base_manager.get(id=case_id)
    exposure = record(world, case_id)
    policy_days = queries_lookback(row)
    start, end = row.sampled_at - timedelta(days=policy_days), row.opened_at
    Exposure._base_manager.filter(id=exposure).update(
        starts_at=start - wider.get("before", timedelta()), ends_at=end + wider.get("after", timedelta())
    )
    return exposure


def queries_lookback(row: Case) -> int:
    from epigrid.registers.policies import queries as policies

    return policies.clause(rules.ContactPolicy, on=row.sampled_at.date(), area=row.area).lookback_days


def test_x03_confirming_a_case_approves_the_contacts_of_its_own_window_and_nothing_else(world: cast.World) -> None:
    case_id = confirmed(world)
    own = own_record(world, case_id)
    query = own_approval(world, own)
    assert own_approval(world, own) == query
    assert VenueQuery._base_manager.get(id=query).approved_by == cast.user_id(Duty.CASE_REGISTRAR)
    for wider in ({"before": timedelta(seconds=1)}, {"after": timedelta(seconds=1)}, {"after": -HOUR}):
        other = own_record(world, case_id, **wider)
        with pytest.raises(rules.QueryNotApproved):
            own_approval(world, other)
        Exposure._base_manager.filter(id=other).update(starts_at=MONDAY - 9 * DAY, ends_at=MONDAY - 8 * DAY)
        own = own_record(world, case_id)
    for question in (contacts_of(own, kind="places"), contacts_of(own, purpose="another purpose"), contacts_of(own, window=(MONDAY - DAY, MONDAY))):
        with pytest.raises(rules.QueryNotApproved):
            run(world, asked(world, question))


def test_x03_the_two_people_behind_a_confirmed_case_are_two(world: cast.World) -> None:
    case_id = stories.case(world)
    own = own_record(world, case_id)
    with pytest.raises(rules.QueryNotApproved):
        own_approval(world, own)
    case_id = confirmed(world)
    with pytest.raises(rules.QueryNotApproved):
        own_approval(world, own, by=uuid4())
    Case._base_manager.filter(id=case_id).update(opinion_by=cast.user_id(Duty.CASE_REGISTRAR))
    with pytest.raises(rules.SamePerson):
        own_approval(world, own)
    Case._base_manager.filter(id=case_id).update(opinion_by=uuid4(), state="excluded")
    with pytest.raises(rules.QueryNotApproved):
        own_approval(world, own)
    assert not VenueQuery._base_manager.exists()


def guests(world: cast.World, many: int) -> list[UUID]:
    """Invented guests of the hotel, in its rooms or at its desk."""
    rows = [Person(id=cast.uid("guest", number), area=cast.COMMUNITY, file_no=f"guest-{number:03d}", masked_name="演**") for number in range(many)]
    Person._base_manager.bulk_create(rows)
    rooms = [world.place("hotel"), *(world.place(f"hotel/f{floor}/r{room}") for floor in (1, 3) for room in range(1, 6))]
    for number, row in enumerate(rows):
        stay(row.id, rooms[number % len(rooms)], NOON - HOUR * number / 4, 600)
    return [row.id for row in rows]


def test_s_125_a_query_on_the_hotel_with_a_window_returns_the_35_and_logs_the_purpose(world: cast.World) -> None:
    case_id, hotel = stories.case(world), world.place("hotel")
    there = guests(world, 35)
    stay(world.person(0), world.place("hotel/f3/r1"), NOON, 600)
    stay(world.person(3), world.place("shop"), NOON, 600)
    stay(world.person(4), hotel, MONDAY - 3 * DAY, 30)
    exposure = record(world, case_id, [hotel])
    query = answered(world, contacts_of(exposure, kind="present", place_id=hotel, purpose="guests of the affected hotel"))
    found = queries.candidates(actor=INVESTIGATOR, case_id=case_id)
    assert {card.person_id for card in found} == set(there)
    assert len(queries.people_found(actor=INVESTIGATOR, query_id=query).rows) == 35
    said = Fact.objects.get(kind="tracing.query-ran").payload
    assert (said["purpose"], said["asks"], said["found"]) == ("guests of the affected hotel", "present", 35)
    with pytest.raises(rules.QueryOutsideExposure):
        asked(world, contacts_of(exposure, kind="present", place_id=world.place("shop")))


def test_several_exposure_records_are_one_query_and_each_case_keeps_its_own_candidates(world: cast.World) -> None:
    first, second = stories.case(world, 0), stories.case(world, 12)
    for number, start in ((0, NOON), (12, NOON + 5 * HOUR), (1, NOON), (13, NOON + 5 * HOUR), (14, NOON + 5 * HOUR)):
        stay(world.person(number), world.place("shop"), start)
    records = record(world, first), record(world, second, start=MONDAY - DAY)
    query = answered(world, contacts_of(records[0], exposure_ids=records))
    assert VenueQuery._base_manager.get(id=query).area == cast.COMMUNITY
    assert [len(queries.candidates(actor=INVESTIGATOR, case_id=case_id)) for case_id in (first, second)] == [1, 2]
    assert Finding._base_manager.count() == 3


def test_two_records_of_one_case_that_overlap_count_a_meeting_once(world: cast.World) -> None:
    case_id = stories.case(world)
    stay(world.person(0), world.place("shop"), NOON)
    stay(world.person(1), world.place("shop"), NOON)
    records = record(world, case_id), record(world, case_id, start=MONDAY - DAY - 20 * HOUR)
    answered(world, contacts_of(records[0], exposure_ids=records))
    assert [row.seconds for row in queries.candidates(actor=INVESTIGATOR)] == [3600]


def test_where_exposure_concentrates_is_counted_and_small_sums_are_hidden_above_the_community(world: cast.World) -> None:
    case_id = stories.case(world)
    for number in range(12):
        stay(world.person(number), world.place("shop"), NOON)
    for number in (0, 20):
        stay(world.person(number), world.place("hotel"), NOON + 3 * HOUR)
    query = answered(world, contacts_of(record(world, case_id), kind="places"))
    above = queries.answer(actor=INVESTIGATOR, query_id=query)
    assert [(row.place_id, row.exposed, row.contacts, row.shared_hours) for row in above.places] == [
        (world.place("shop"), "< 10", "11", "11"),
        (world.place("hotel"), "< 10", "< 10", "< 10"),
    ]
    near = cast.actor(Duty.CDC_INVESTIGATOR, area=cast.COMMUNITY)
    VenueQuery._base_manager.update(area=cast.COMMUNITY)
    assert [(row.exposed, row.contacts, row.shared_hours) for row in queries.answer(actor=near, query_id=query).places] == [
        ("1", "11", "11"),
        ("1", "1", "1"),
    ]
    assert queries.candidates(actor=INVESTIGATOR) == []


def test_evidence_is_fetched_pair_by_pair_and_each_reading_is_recorded(world: cast.World) -> None:
    case_id = stories.case(world)
    for number in (0, 1):
        stay(world.person(number), world.place("shop"), NOON)
    stay(world.person(1), world.place("hotel"), NOON + 5 * HOUR)
    query = answered(world, contacts_of(record(world, case_id)))
    candidate = queries.candidates(actor=INVESTIGATOR)[0]
    assert str(world.place("shop")) not in str(candidate.evidence)
    card = queries.evidence(actor=INVESTIGATOR, candidate_id=candidate.id, now=MONDAY)
    assert [(row.query_id, row.place_id, row.starts_at, row.ends_at) for row in card.rows] == [(query, world.place("shop"), NOON, NOON + HOUR)]
    log = Read.objects.get(person_id=world.person(1))
    assert (log.purpose, log.fields, log.actor_id) == ("investigation", ["venue-evidence"], INVESTIGATOR.id)
    interviewed = stories.candidate(world, case_id, 5)
    assert queries.evidence(actor=INVESTIGATOR, candidate_id=interviewed, now=MONDAY).rows == ()
    with pytest.raises(NotAllowed):
        queries.evidence(actor=cast.actor(Duty.AUDITOR), candidate_id=candidate.id, now=MONDAY)
    with pytest.raises(ObjectDoesNotExist):
        queries.evidence(actor=STRANGER, candidate_id=candidate.id, now=MONDAY)


def test_reading_whom_a_query_found_takes_two_statements(world: cast.World, django_assert_num_queries: object) -> None:
    for number in range(6):
        stay(world.person(number), world.place("shop"), NOON)
    query = answered(world, contacts_of(record(world, stories.case(world))))
    with django_assert_num_queries(2):
        assert len(queries.people_found(actor=INVESTIGATOR, query_id=query).rows) == 5
