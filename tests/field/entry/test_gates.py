"""What a gate's log keeps, and what it never holds up (S-238, S-251, X06)."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import models

from epigrid.field.codes import actions as codes
from epigrid.field.entry import actions, queries, rules
from epigrid.field.entry.models import Passage
from epigrid.interfaces.gates import proven
from epigrid.kernel.duties import Duty
from epigrid.playbooks import runner
from epigrid.playbooks.tables import STEPS
from epigrid.registers.people.models import Person
from epigrid.store.models import Fact
from tests import cast
from tests.cast import HOUR, MONDAY
from tests.doors.gated import DESK, _guard, _post
from tests.doors.world import client_of, post

GUARD = cast.actor(Duty.GATE_GUARD)
TODAY = MONDAY.date()


def venue(world: cast.World) -> UUID:
    return actions.set_up_post(actor=DESK, place_id=world.place("shop"), kind="venue", name="演练便利店门口", now=MONDAY)


def asked(gate: UUID, shown: str, way: str = "pass", paper: str = "") -> Any:
    body = {"post_id": gate, "way": way, "shown": shown, "release_paper": paper}
    return post(client_of(Duty.GATE_GUARD), "/api/entry/check", "entry.check", body, command_id=uuid4().hex)


def shown(world: cast.World, hours: float | None) -> str:
    sampled_at = None if hours is None else MONDAY - timedelta(hours=hours)
    return codes.issue_pass(actor=DESK, person_id=world.person(0), sampled_at=sampled_at, now=MONDAY)


@pytest.mark.parametrize(("hours", "answer"), [(71, "pass"), (73, "call-desk"), (72, "call-desk"), (None, "call-desk")])
def test_s_238_a_test_of_71_hours_opens_the_venue_and_one_of_73_leads_to_the_desk(world: cast.World, hours: float | None, answer: str) -> None:
    told = asked(venue(world), shown(world, hours))
    assert told.json()["rows"] == [answer]
    assert Passage.objects.get().answer == answer


def test_s_238_the_guard_sees_no_identity_and_no_reason(world: cast.World) -> None:
    told = asked(venue(world), shown(world, 73))
    assert told.json() == {"outcome": "done", "rows": ["call-desk"], "replayed": False}
    for fact in Fact.objects.filter(kind__in=("entry.passage-noted", "codes.gate-answered")):
        assert set(fact.payload) <= {"passage_id", "post_id", "check_id", "way", "answer"}


def test_s_238_x06_the_way_home_an_emergency_and_a_compound_ask_for_no_test(world: cast.World) -> None:
    old = shown(world, 200)
    assert [asked(venue(world), old, way).json()["rows"] for way in ("home", "medical", "fire")] == [["pass"], ["medical"], ["pass"]]
    assert asked(_post(world), old).json()["rows"] == ["pass"]
    assert asked(venue(world), "").json()["rows"] == ["call-desk"]


def test_a_visitor_is_the_desks_to_let_in_and_where_nobody_set_how_long_a_test_counts_the_desk_is_asked(world: cast.World) -> None:
    gate = venue(world)
    assert asked(gate, shown(world, 1), "visit").json()["rows"] == ["call-desk"]
    card, text = queries.post(actor=DESK, post_id=gate), shown(world, 1)
    may = datetime(2022, 5, 18, tzinfo=UTC)
    assert not proven(actor=DESK, post=card, shown=text, now=may), "a test is asked for and nobody had said for how many hours it counts"
    assert proven(actor=DESK, post=card, shown=text, now=may + timedelta(days=300)), "nothing is asked for any more"


@pytest.mark.parametrize("said", rules.ANSWERS)
@pytest.mark.parametrize("kind", sorted(rules.EMERGENCY))
def test_s_251_x06_an_ambulance_is_let_in_at_any_post_at_any_hour_whatever_was_said(world: cast.World, kind: str, said: str) -> None:
    """No roster, no company, a post that was closed: it passes, and a guard who sent it away is told of."""
    gate = _post(world, closed=True)
    vehicle = actions.let_in(actor=GUARD, post_id=gate, vehicle=actions.NewVehicle(kind=kind, answer=said), now=MONDAY + 19 * HOUR)
    card = queries.vehicles(actor=DESK, post_ids=[gate])[0]
    assert (card.id, card.answer, card.out_at) == (vehicle, "pass", None)
    assert Fact.objects.filter(kind="entry.way-refused").count() == (said == "call-desk")


def test_x06_a_log_that_says_a_way_home_was_refused_is_kept_and_told_to_the_desk(world: cast.World) -> None:
    gate = _post(world)
    for way, answer in (("home", "call-desk"), ("pass", "call-desk"), ("home", "pass"), ("medical", "medical")):
        actions.note_passage(actor=GUARD, post_id=gate, way=way, answer=answer, now=MONDAY)
    log = queries.logs(actor=DESK, post_ids=[gate], area=cast.COMMUNITY, day=TODAY)[gate]
    assert (log.passages, log.passed, log.to_desk, log.medical, log.refused) == (4, 1, 2, 1, 1)
    runner.run_until_quiet(STEPS)
    assert Fact.objects.filter(kind="entry.way-refused").count() == 1
    from epigrid.command.communication import queries as inbox

    assert [card.key for card in inbox.inbox(actor=DESK)] == ["gate.way-refused"]


def test_no_column_of_the_gates_could_name_a_person_or_a_number_plate() -> None:
    from django.apps import apps

    for model in apps.get_app_config("entry").get_models():
        columns = {field.name for field in model._meta.concrete_fields}
        assert not columns & {"person", "person_id", "plate", "driver", "phone", "reason"}
        assert not any(isinstance(field, models.ForeignKey) and field.related_model is Person for field in model._meta.concrete_fields)


def test_a_vehicle_goes_out_once_by_the_phones_own_id_and_one_that_nobody_wrote_down_too(world: cast.World) -> None:
    gate, own = _post(world), uuid4()
    lorry = actions.NewVehicle(kind="supply", company="演练保供", id=own)
    assert {actions.let_in(actor=GUARD, post_id=gate, vehicle=lorry, now=MONDAY) for _ in range(2)} == {own}
    assert [card.id for card in queries.vehicles(actor=DESK, post_ids=[gate])] == [own]
    for hours in (1, 2):
        actions.let_out(actor=GUARD, post_id=gate, vehicle=lorry, now=MONDAY + hours * HOUR)
    actions.let_out(actor=GUARD, post_id=gate, vehicle=actions.NewVehicle(kind="other"), now=MONDAY)
    cards = queries.vehicles(actor=DESK, post_ids=[gate], inside_only=False)
    assert {(card.in_at, card.out_at) for card in cards} == {(MONDAY, MONDAY + HOUR), (None, MONDAY)}
    assert Fact.objects.filter(kind="entry.vehicle-noted").count() == 3


def test_a_paper_page_counts_once_and_other_counts_under_its_number_are_refused(world: cast.World) -> None:
    given = {"actor": GUARD, "post_id": _post(world), "number": 3, "day": TODAY, "passages": 40, "vehicles": 2, "now": MONDAY}
    assert actions.enter_paper_page(**given) == actions.enter_paper_page(**given)
    with pytest.raises(rules.PageTaken):
        actions.enter_paper_page(**(given | {"passages": 41}))
    log = queries.logs(actor=DESK, post_ids=[given["post_id"]], area=cast.COMMUNITY, day=TODAY)[given["post_id"]]
    assert (log.passages, log.on_paper, log.vehicles_on_paper) == (40, 40, 2)


def test_a_change_of_guards_holds_the_guards_count_against_the_log_since_the_change_before(world: cast.World) -> None:
    gate, comer = _post(world), _guard()
    for minute in range(5):
        actions.note_passage(actor=GUARD, post_id=gate, way="pass", answer="pass", now=MONDAY + timedelta(minutes=minute))
    counted = actions.Counted(passages=5, vehicles_inside=0, matters=["delivery-waits"])
    actions.hand_over(actor=GUARD, post_id=gate, counted=counted, to_worker_id=comer, now=MONDAY + HOUR)
    actions.note_passage(actor=GUARD, post_id=gate, way="pass", answer="pass", now=MONDAY + 2 * HOUR)
    actions.hand_over(actor=GUARD, post_id=gate, counted=actions.Counted(passages=3, vehicles_inside=0), now=MONDAY + 3 * HOUR)
    late, early = queries.hand_overs(actor=DESK, post_ids=[gate])
    assert (early.logged, early.differs, early.matters, early.to_worker_id) == (5, False, ("delivery-waits",), comer)
    assert (late.logged, late.differs) == (1, True)


def test_a_guards_phone_gets_the_posts_of_his_areas_and_each_change_names_one(world: cast.World) -> None:
    gate = _post(world)
    assert queries.pack_posts(actor=GUARD, touched=None) == [queries.PostRow(id=gate, name="演练南门", place=world.place("c1"), kind="gate")]
    assert queries.pack_posts(actor=cast.actor(Duty.GATE_GUARD, area=cast.NEIGHBOUR), touched=None) == []
    assert queries.pack_posts(actor=GUARD, touched=frozenset([uuid4()])) == []
    assert len(queries.pack_posts(actor=GUARD, touched=frozenset([world.place("c1")]))) == 1
    actions.close_post(actor=DESK, post_id=gate, now=MONDAY)
    assert queries.pack_posts(actor=GUARD, touched=frozenset([gate])) == []
    assert set(Fact.objects.filter(kind__startswith="entry.").values_list("subject_id", flat=True)) == {gate}


def test_the_page_of_gates_shows_gaps_counts_and_changes_in_few_questions(world: cast.World, django_assert_max_num_queries: Any) -> None:
    gate = _post(world)
    actions.note_passage(actor=GUARD, post_id=gate, way="pass", answer="pass", now=MONDAY)
    for duty in (Duty.COMMUNITY_SECRETARY, Duty.GATE_GUARD):
        client = client_of(duty)
        client.get("/gates/")
        for address in ("/gates/", f"/gates/?post={gate}"):
            with django_assert_max_num_queries(12):
                page = client.get(address)
            assert page.status_code == 200
            assert "演练南门" in page.content.decode()
