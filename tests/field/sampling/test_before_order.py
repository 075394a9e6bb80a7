"""A pool that was filled on a phone without a network, and an order that came before the phone did: what was known at the swab counts. All are invented."""

import json
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from epigrid.command.communication.models import Message
from epigrid.field.sampling import actions, queries, rules
from epigrid.field.sampling.actions import Arrival, Kept, Running, TestOrder
from epigrid.field.sampling.events import PooledBeforeOrder
from epigrid.field.sampling.models import Isolation, Registration, RosterRow, Swab, Tube
from epigrid.field.tasks.models import Task
from epigrid.kernel.duties import Duty
from epigrid.registers.people import queries as registered
from epigrid.store import clock
from epigrid.store.models import Fact
from tests import cast
from tests.cast import COMMUNITY, DAY, HOUR, MONDAY, TREE
from tests.doors.world import client_of, post
from tests.field.sampling.test_alone import BOUND, ended, hear, list_of, registered_in_quarantine, served
from tests.field.sampling.test_table import REGISTRAR, SAMPLER, gate, newcomer, order_round, round_id, tube

__all__ = ["round_id"]
MINUTE = timedelta(minutes=1)


def later(hours: float) -> datetime:
    """The tree's clock goes on to so many hours after MONDAY; its moment then."""
    clock.move_to(TREE, MONDAY + hours * HOUR)
    return MONDAY + hours * HOUR


def phone_tube(world: cast.World, round_id: UUID, label: str, people: Mapping[int, float], **more: Any) -> dict[str, Any]:
    """A tube as a phone sends it: people by number with the hour of their swab."""
    swabbed = [{"person_id": world.person(number), "means": "paper", "at": MONDAY + hour * HOUR} for number, hour in people.items()]
    first, last = MONDAY + min(people.values()) * HOUR, MONDAY + max(people.values()) * HOUR
    body = {"area": COMMUNITY, "round_id": round_id, "label": label, "pool_size": 10, "people": swabbed, "table": "1"}
    return body | {"opened_at": first, "closed_at": last + MINUTE} | more


def send(body: dict[str, Any], command: str = "") -> tuple[int, Any]:
    plain = json.loads(json.dumps(body, default=str))
    answer = post(client_of(Duty.REGISTRAR), "/api/sampling/table/tube", "sampling.enter-tube", plain, command_id=command or uuid4().hex)
    return answer.status_code, answer.json()


def flagged() -> list[UUID]:
    rows = Fact.objects.filter(kind=PooledBeforeOrder.kind).order_by("seq")
    return [UUID(person) for row in rows for person in row.payload["person_ids"]]


def test_a_tube_of_a_phone_lands_whole_each_person_with_his_own_moment_and_means(world: cast.World, round_id: UUID) -> None:
    later(3)
    status, answer = send(phone_tube(world, round_id, "P1", {1: 1, 0: 1.5}))
    assert status == 200, answer
    row = Tube.objects.get(id=answer["rows"][0])
    assert (row.label, row.state, row.opened_at, row.closed_at) == ("P1", "closed", MONDAY + HOUR, MONDAY + 1.5 * HOUR + MINUTE)
    swabs = list(Swab.objects.order_by("position").values_list("person_id", "at", "before_order"))
    assert swabs == [(world.person(1), MONDAY + HOUR, False), (world.person(0), MONDAY + 1.5 * HOUR, False)]
    assert list(Registration.objects.order_by("at").values_list("at", "means", "table")) == [
        (MONDAY + HOUR, "paper", "1"),
        (MONDAY + 1.5 * HOUR, "paper", "1"),
    ]
    assert queries.conservation(actor=cast.procedure(), round_id=round_id).holds


def test_the_same_tube_again_has_its_first_answer_and_other_people_under_its_label_are_refused(world: cast.World, round_id: UUID) -> None:
    later(3)
    body = phone_tube(world, round_id, "P1", {0: 1, 1: 1})
    first = send(body, "one")
    facts = Fact.objects.count()
    again = send(body, "one")
    assert again == (200, first[1] | {"replayed": True})
    assert send(body, "two")[1]["rows"] == first[1]["rows"]
    assert Fact.objects.count() == facts
    status, answer = send(phone_tube(world, round_id, "P1", {0: 1, 4: 1}))
    assert (status, answer["reason"]) == (422, "tube.label-taken")


def test_s_210_whoever_was_pooled_before_his_order_stays_in_the_tube_and_both_are_marked(world: cast.World, round_id: UUID) -> None:
    later(2)
    served(world)
    hear()
    assert list_of(world, round_id) == "quarantine"
    later(3)
    status, answer = send(phone_tube(world, round_id, "P1", {0: 1, BOUND: 1.5}))
    assert status == 200, answer
    assert flagged() == [world.person(BOUND)]
    assert dict(Swab.objects.values_list("person_id", "before_order")) == {world.person(0): False, world.person(BOUND): True}
    assert queries.pooled_before(actor=SAMPLER, person_ids=world.people) == {world.person(BOUND): "P1"}
    assert queries.standings(actor=SAMPLER, round_id=round_id, person_ids=[world.person(BOUND)]) == {
        world.person(BOUND): ("sampled", "here", "pooled")
    }
    hear()
    told = Message.objects.filter(key="tube.pooled-before-order")
    assert sorted(told.values_list("duty", flat=True)) == ["cdc-duty-officer", "community-secretary", "sampler"]
    assert Task.objects.get(kind="door-sample", person_id=world.person(BOUND)).state != "assigned", "he was swabbed in this round"
    assert queries.conservation(actor=cast.procedure(), round_id=round_id).holds


def test_s_210_the_pages_say_beside_him_in_which_pool_he_is(world: cast.World, round_id: UUID) -> None:
    served(world)
    later(2)
    hear()
    orders = [TestOrder(person_id=world.person(BOUND), opens_at=MONDAY + 2 * HOUR, due_at=MONDAY + DAY)]
    it: Any = {"actor": cast.procedure(), "area": COMMUNITY, "source_kind": "order", "source_id": cast.uid("order"), "now": MONDAY}
    actions.order_tests(**it, orders=orders, cause=world.root_cause)
    later(3)
    addresses = ("/sampling/", f"/roll-call/{world.place('b1')}/", f"/table/?means=paper&looked=1&who={world.person(BOUND)}")
    client = client_of(Duty.REGISTRAR)
    assert not any("P-77" in client.get(address).content.decode() for address in addresses)
    assert send(phone_tube(world, round_id, "P-77", {0: 1, BOUND: 1.5}))[0] == 200
    for address in addresses:
        page = client.get(address).content.decode()
        assert re.search(r"P-77[^<]{1,60}sampled alone|须单采之前已混采入管 P-77", page), address


def test_s_210_the_upload_of_papers_marks_him_too_and_without_moments_it_refuses_as_before(world: cast.World, round_id: UUID) -> None:
    later(2)
    served(world)
    hear()
    later(3)
    plain = {"label": "U1", "pool_size": 10, "file_nos": ["mini-0000", "mini-0002"]}
    timed = plain | {"label": "U2", "moments": [str(MONDAY + HOUR)] * 2}
    closed = plain | {"label": "U3", "file_nos": ["mini-0004"], "closed_at": str(MONDAY + HOUR)}
    odd = plain | {"label": "U4", "moments": [str(MONDAY + HOUR)]}
    tubes = [one | {"command_id": str(one["label"])} for one in (plain, timed, closed, odd)]
    body = {"area": COMMUNITY, "round_id": round_id, "tubes": tubes}
    answer = post(client_of(Duty.REGISTRAR), "/api/sampling/table/upload", "sampling.upload", body)
    assert [row.partition(":")[::2][row.startswith("refused")] for row in answer.json()["rows"]] == ["tube.never-pooled", "done", "done", "input.bad"]
    assert flagged() == [world.person(BOUND)]
    assert Tube.objects.get(label="U3").closed_at == MONDAY + HOUR


def test_s_210_an_order_that_was_known_before_the_swab_refuses_the_pool_and_keeps_nothing_of_it(world: cast.World, round_id: UUID) -> None:
    later(1)
    served(world)
    hear()
    later(3)
    status, answer = send(phone_tube(world, round_id, "P1", {0: 1, BOUND: 1.5}))
    assert (status, answer["reason"], answer["details"]["person"]) == (422, "tube.never-pooled", str(world.person(BOUND)))
    assert (Swab.objects.count(), Registration.objects.count(), Tube.objects.count()) == (0, 0, 0)
    assert send(phone_tube(world, round_id, "P2", {0: 1}))[0] == 200
    assert send(phone_tube(world, round_id, "P3", {BOUND: 1.5}, pool_size=1))[0] == 200, "alone he is taken"
    assert flagged() == []


def test_s_210_an_order_that_was_over_before_the_phone_came_still_refuses_a_pool_of_its_time(world: cast.World, round_id: UUID) -> None:
    later(1)
    served(world)
    hear()
    later(2)
    ended(world)
    hear()
    assert list_of(world, round_id) == "pooled"
    later(3)
    assert send(phone_tube(world, round_id, "P1", {BOUND: 1.5}))[1]["reason"] == "tube.never-pooled"
    assert send(phone_tube(world, round_id, "P2", {BOUND: 2.5}))[0] == 200


def test_s_210_the_days_register_counts_from_when_it_was_entered(world: cast.World, round_id: UUID) -> None:
    now = later(2)
    registered_in_quarantine(world, BOUND, now.date())
    registered_in_quarantine(world, 4, now.date() + DAY)
    entered = registered.quarantined_since(actor=SAMPLER, on=now.date(), person_ids=world.people)
    assert entered == {world.person(BOUND): MONDAY}, "these tests enter at MONDAY"
    assert send(phone_tube(world, round_id, "P1", {BOUND: 1, 0: 1}))[1]["reason"] == "tube.never-pooled"


def test_s_210_somebody_added_late_whose_order_came_after_his_swab_is_marked_in_the_act_that_adds_him(world: cast.World, round_id: UUID) -> None:
    guest = newcomer(world)
    now = later(2)
    running = {guest: [Running(measure_id=cast.uid("measure"), until=MONDAY + DAY)]}
    actions.keep_alone(actor=cast.procedure(), running=running, now=now, cause=world.root_cause)
    later(3)
    body = phone_tube(world, round_id, "P1", {0: 1})
    body["people"].append({"person_id": guest, "means": "document", "at": MONDAY + 2.5 * HOUR})
    assert send(body)[1]["reason"] == "tube.never-pooled"
    body["people"][1]["at"] = MONDAY + 1.5 * HOUR
    assert send(body)[0] == 200
    assert flagged() == [guest]
    assert RosterRow.objects.get(person_id=guest).origin == "late"


def test_whoever_was_led_apart_after_his_swab_stays_apart_and_is_marked(world: cast.World, round_id: UUID) -> None:
    actions.isolate(actor=SAMPLER, round_id=round_id, person_id=world.person(0), now=later(2), cause=world.root_cause)
    later(3)
    assert send(phone_tube(world, round_id, "P1", {0: 2.5, 1: 2.5}))[1]["reason"] == "table.isolated"
    assert send(phone_tube(world, round_id, "P2", {0: 1, 1: 1}))[0] == 200
    assert flagged() == [world.person(0)]
    assert list_of(world, round_id, 0) == "isolated"
    assert Isolation.objects.get().handed_at is None


@pytest.mark.parametrize(("ahead", "status"), [(4, 200), (6, 422)])
def test_a_clock_may_be_five_minutes_ahead_and_no_more(world: cast.World, round_id: UUID, ahead: int, status: int) -> None:
    later(1)
    body = phone_tube(world, round_id, "P1", {0: 0.5}, closed_at=MONDAY + HOUR + ahead * MINUTE)
    found, answer = send(body)
    assert found == status
    if status == 200:
        assert Tube.objects.get().closed_at == MONDAY + HOUR, "what lies ahead is now"
    else:
        assert answer["reason"] == "tube.moment-ahead"
        assert Tube.objects.count() == 0


def test_s_210_a_slow_clock_takes_nobody_into_a_pool(world: cast.World, round_id: UUID) -> None:
    later(2)
    served(world)
    hear()
    later(3)
    assert send(phone_tube(world, round_id, "P1", {BOUND: -30}))[1]["reason"] == "tube.never-pooled"


def test_a_swab_answers_the_tests_that_had_begun_and_not_those_that_were_ordered_after_it(world: cast.World, round_id: UUID) -> None:
    orders = [TestOrder(person_id=world.person(0), opens_at=MONDAY + hour * HOUR, due_at=MONDAY + DAY + hour * HOUR) for hour in (0, 2)]
    it: Any = {"actor": cast.procedure(), "area": COMMUNITY, "source_kind": "order", "source_id": cast.uid("order"), "now": MONDAY}
    actions.order_tests(**it, orders=orders, cause=world.root_cause)
    later(3)
    assert send(phone_tube(world, round_id, "P1", {0: 1, 1: 1.5}))[0] == 200
    assert [(card.state, card.done_at) for card in queries.tests_due(actor=SAMPLER, states=("due", "done"))] == [
        ("done", MONDAY + HOUR),
        ("due", None),
    ]


def test_a_tube_that_was_closed_before_its_site_was_still_stands_there(world: cast.World, round_id: UUID) -> None:
    site = actions.open_site(actor=SAMPLER, round_id=round_id, name="东门", place_id=None, now=MONDAY, cause=world.root_cause)
    actions.close_site(actor=SAMPLER, site_id=site, done=rules.CHECKLIST, now=later(2), cause=world.root_cause)
    later(3)
    more: dict[str, Any] = {"site_id": site, "team": "固定1组", "lane": 2}
    assert send(phone_tube(world, round_id, "P1", {0: 2.5}, **more))[1]["reason"] == "sampling-site.closed"
    assert send(phone_tube(world, round_id, "P2", {0: 1}, **more))[0] == 200
    row = Tube.objects.get()
    assert (row.site_id, row.team, row.lane) == (site, "固定1组", 2)


def test_where_temperature_is_measured_a_phone_skips_no_step(world: cast.World, round_id: UUID) -> None:
    gate(world, round_id)
    later(3)
    assert send(phone_tube(world, round_id, "P1", {0: 1}))[1]["reason"] == "table.temperature-first"


def test_an_unknown_person_and_an_unknown_means_leave_nothing(world: cast.World, round_id: UUID) -> None:
    later(3)
    body = phone_tube(world, round_id, "P1", {0: 1})
    body["people"].append({"person_id": uuid4(), "means": "paper", "at": MONDAY})
    assert send(body)[0] == 404
    body["people"][1] = {"person_id": world.person(1), "means": "face", "at": MONDAY}
    assert send(body)[1]["reason"] == "table.means-unknown"
    assert (Tube.objects.count(), Registration.objects.count()) == (0, 0)


HOURS = st.sampled_from([1.0, 2.0, 3.0, 4.0])
DEEDS = st.lists(
    st.one_of(
        st.tuples(st.just("order"), st.sampled_from([2, 4])),
        st.tuples(st.just("end"), st.sampled_from([2, 4])),
        st.tuples(st.just("tube"), st.dictionaries(st.sampled_from([0, 2, 4, 6]), HOURS, min_size=1, max_size=3)),
    ),
    max_size=9,
)


@given(deeds=DEEDS)
@settings(max_examples=40)
def test_s_210_law_however_orders_and_phones_come_every_swab_is_in_one_list_or_refused_and_no_pool_is_younger_than_an_order(
    world: cast.World, deeds: list[tuple[str, Any]]
) -> None:
    """Oracle: the periods of each order, beside the program. Half an hour passes between two deeds; a phone brings swabs of any hour that is over."""
    with transaction.atomic():
        round_id, now = order_round(world), MONDAY
        periods: dict[int, list[list[datetime | None]]] = {2: [], 4: []}
        sampled: dict[int, str] = {}
        marked: set[int] = set()
        for place, (deed, what) in enumerate(deeds):
            now += HOUR / 2
            if deed == "order" and not (periods[what] and periods[what][-1][1] is None):
                periods[what].append([now, None])
                _measure(world, what, now, binds=True)
            elif deed == "end" and periods[what] and periods[what][-1][1] is None:
                periods[what][-1][1] = now
                _measure(world, what, now, binds=False)
            elif deed == "tube":
                moments = {number: min(MONDAY + hour * HOUR / 2 + MINUTE, now) for number, hour in what.items()}
                bound = {number for number, at in moments.items() if _within(periods.get(number, []), at)}
                answer = _enter(world, round_id, f"L{place}", moments, now)
                twice = set(moments) & set(sampled)
                assert answer == ("" if not bound and not twice else rules.AlreadySampled.reason if twice else rules.NeverPooled.reason)
                if not answer:
                    sampled |= dict.fromkeys(moments, f"L{place}")
                    marked |= {number for number in moments if periods.get(number) and _after(periods[number], moments[number], now)}
        rows = Swab.objects.values_list("person_id", "tube__label", "before_order")
        assert {world.people.index(one): label for one, label, _ in rows} == sampled
        assert len(rows) == len(sampled)
        assert {world.people.index(one) for one, _, before in rows if before} == marked
        assert queries.conservation(actor=cast.procedure(), round_id=round_id).holds
        transaction.set_rollback(True)


def _measure(world: cast.World, number: int, now: datetime, *, binds: bool) -> None:
    running = {world.person(number): [Running(measure_id=cast.uid("measure", number), until=MONDAY + 5 * DAY)] if binds else []}
    actions.keep_alone(actor=cast.procedure(), running=running, now=now, cause=world.root_cause)


def _within(periods: list[list[datetime | None]], at: datetime) -> bool:
    return any(start is not None and start <= at and (end is None or at < end) for start, end in periods)


def _after(periods: list[list[datetime | None]], at: datetime, now: datetime) -> bool:
    """Whether an order runs now that began after the swab."""
    return any(start is not None and start > at and end is None for start, end in periods)


def _enter(world: cast.World, round_id: UUID, label: str, moments: Mapping[int, datetime], now: datetime) -> str:
    people = [Arrival(person_id=world.person(number), means="paper", at=at) for number, at in moments.items()]
    kept = Kept(label=label, pool_size=10, people=people, opened_at=min(moments.values()), closed_at=max(moments.values()))
    it: Any = {"actor": REGISTRAR, "area": COMMUNITY, "round_id": round_id, "table": "1", "now": now, "cause": world.root_cause}
    try:
        with transaction.atomic():
            actions.enter_tubes(**it, tubes=[kept])
    except (rules.NeverPooled, rules.AlreadySampled) as refusal:
        return refusal.reason
    return ""


@pytest.mark.parametrize(
    ("listed", "at", "expected"),
    [
        (rules.OnList(list="pooled"), 1, ("pooled", False)),
        (rules.OnList(list="frail"), 1, ("frail", False)),
        (rules.OnList(list="quarantine", changes=[(MONDAY + 2 * HOUR, "pooled")]), 1, ("pooled", True)),
        (rules.OnList(list="quarantine", changes=[(MONDAY + 2 * HOUR, "pooled")]), 2, ("quarantine", False)),
        (rules.OnList(list="pooled", changes=[(MONDAY + 3 * HOUR, "quarantine"), (MONDAY + 2 * HOUR, "pooled")]), 2.5, ("quarantine", False)),
        (rules.OnList(list="pooled", changes=[(MONDAY + 3 * HOUR, "quarantine"), (MONDAY + 2 * HOUR, "pooled")]), 3, ("pooled", False)),
        (rules.OnList(list="pooled", alone_since=MONDAY + HOUR), 1, ("quarantine", False)),
        (rules.OnList(list="pooled", alone_since=MONDAY + 2 * HOUR), 1, ("pooled", True)),
    ],
)
def test_the_list_that_counts_is_that_of_the_swabs_moment(listed: rules.OnList, at: float, expected: tuple[str, bool]) -> None:
    assert rules.judge_pooling(listed, at=MONDAY + at * HOUR) == expected


def test_a_tube_at_a_table_with_a_network_is_judged_by_now(world: cast.World, round_id: UUID) -> None:
    later(2)
    served(world)
    hear()
    pool = tube(world, round_id, "T1")
    with pytest.raises(rules.NeverPooled):
        actions.take_swabs(actor=SAMPLER, tube_id=pool, person_ids=[world.person(BOUND)], now=MONDAY + 2 * HOUR, cause=world.root_cause)


def test_s_210_an_act_that_is_done_at_the_phones_own_moment_judges_by_it_too(world: cast.World, round_id: UUID) -> None:
    """As the field app's upload does it: `now` is when the phone did it, the order came in between."""
    later(2)
    served(world)
    hear()
    at = MONDAY + HOUR
    assert _enter(world, round_id, "P1", {0: at, BOUND: at}, at) == ""
    assert flagged() == [world.person(BOUND)]
    assert list_of(world, round_id) == "pooled"
    later(3)
    assert send(phone_tube(world, round_id, "P2", {BOUND: 2.5}))[1]["reason"] == "roster.already-sampled"
    actions.discard_tube(actor=SAMPLER, tube_id=Tube.objects.get().id, code="frozen", now=MONDAY + 3 * HOUR, cause=world.root_cause)
    assert send(phone_tube(world, round_id, "P3", {BOUND: 2.5}))[1]["reason"] == "tube.never-pooled"
    assert send(phone_tube(world, round_id, "P4", {BOUND: 1.5}))[0] == 200
