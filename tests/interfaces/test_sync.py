"""The door of phones: what they kept is done once, in order and at its own moment; only what a phone may send; broken bodies change nothing."""

import gzip
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client

from epigrid.field.sampling import queries as sampling
from epigrid.field.sampling.models import RollReport
from epigrid.interfaces import sync
from epigrid.kernel.duties import Duty
from epigrid.registers.access import actions as access
from epigrid.registers.access.models import Device, User
from epigrid.registers.organisation.models import Appointment
from epigrid.store import clock, phones
from epigrid.store.models import CommandReceipt, Fact
from tests import cast
from tests.cast import COMMUNITY, DAY, MONDAY
from tests.doors.sampled import _round
from tests.doors.world import digest

MINUTE = timedelta(minutes=1)


class Phone:
    """A bound phone, its count and its clock."""

    def __init__(self, *duties: Duty, ahead: timedelta = timedelta(), who: str = "") -> None:
        user = User.objects.create(id=cast.user_id(*duties, who=who), username=f"phone {duties} {who}"[:60], tree="mini")
        body = cast.uid("body", "city")
        rows = [Appointment(id=uuid4(), area=COMMUNITY, holder_id=user.id, duty=duty, body_id=body, since=MONDAY) for duty in duties if who]
        Appointment.objects.bulk_create(rows)
        desk = cast.actor(Duty.COMMUNITY_SECRETARY)
        card = access.invite_phone(actor=desk, user_id=user.id, until=MONDAY + 3 * DAY, now=MONDAY)
        bound = access.bind_phone(code=card.code, label="演练 1", origin="test", wall=datetime.now(UTC))
        self.id, self.ahead, self.count = bound.device_id, ahead, 0
        self.client, self.headers = Client(), {"Authorization": f"Device {bound.device_id}.{bound.secret}"}
        Device.objects.get_queryset().filter(id=self.id).update(bound_at=MONDAY - DAY, last_contact_at=MONDAY - DAY)

    def command(self, act: str, body: dict[str, Any], at: datetime = MONDAY) -> dict[str, Any]:
        """The next command, done at a moment of the tree."""
        self.count += 1
        one = {"id": cast.uid("sent", self.id, self.count), "counter": self.count, "at": at + self.ahead, "act": act, "body": body}
        plain: dict[str, Any] = json.loads(json.dumps(one, default=lambda value: value.isoformat() if isinstance(value, datetime) else str(value)))
        return plain

    def upload(self, *commands: dict[str, Any], waiting: int = 0, raw: bytes | None = None, packed: bool = False) -> Any:
        """Send commands; the answer as JSON, with its status."""
        sent = {"sent_at": (MONDAY + self.ahead).isoformat(), "waiting": waiting, "commands": list(commands)}
        body = json.dumps(sent).encode() if raw is None else raw
        more = {"Content-Encoding": "gzip"} if packed else {}
        answer = self.client.post(
            "/api/field/upload", gzip.compress(body) if packed and raw is None else body, content_type="application/json", headers=self.headers | more
        )
        return answer.status_code, json.loads(answer.content)

    def pull(self, query: str = "") -> Any:
        """Ask for the pack or what changed."""
        answer = self.client.get(f"/api/field/pull{query}", headers=self.headers)
        return answer.status_code, json.loads(answer.content)


def _away(phone: Phone, round_id: UUID, person_id: UUID, at: datetime = MONDAY) -> dict[str, Any]:
    return phone.command("sampling.report-class", {"round_id": round_id, "person_ids": [person_id], "state": "away"}, at)


def test_every_act_that_a_phone_may_send_is_an_act_of_the_machine_door_and_none_decides() -> None:
    assert set(sync.VERBS) >= sync.ACTS
    assert not {
        act for act in sync.ACTS if act.split(".")[0] in ("quarantine", "zones", "outbreaks", "tracing", "policies", "organisation", "planning")
    }


def test_what_a_phone_kept_is_done_at_the_moment_at_which_it_was_done(world: cast.World) -> None:
    round_id, phone = _round(world), Phone(Duty.GRID_WORKER, ahead=timedelta(hours=3))
    status, answer = phone.upload(_away(phone, round_id, world.person(0), MONDAY - 30 * MINUTE), packed=True)
    assert (status, answer["outcomes"][0]["outcome"], answer["outcomes"][0]["flags"]) == (200, "done", ["late"])
    assert RollReport.objects.get_queryset().get().at == MONDAY - 30 * MINUTE, "three hours of skew are taken out"
    receipt = CommandReceipt.objects.get(counter=1)
    assert (receipt.at, receipt.occurred_at) == (MONDAY, MONDAY - 30 * MINUTE), "both moments are kept"


def test_a_moment_before_the_last_contact_or_in_the_future_counts_as_now_and_is_marked(world: cast.World) -> None:
    round_id, phone = _round(world), Phone(Duty.GRID_WORKER)
    clock.start(cast.TREE)
    early = _away(phone, round_id, world.person(0), MONDAY - 2 * DAY)
    later = _away(phone, round_id, world.person(1), MONDAY + 20 * MINUTE)
    _status, answer = phone.upload(early, later)
    assert [one["flags"] for one in answer["outcomes"]] == [["clock"], ["clock"]]
    assert all(MONDAY <= row.at < MONDAY + 20 * MINUTE for row in RollReport.objects.get_queryset().all())


@pytest.mark.parametrize("years", [-40, 70, -2000, 7900])
def test_a_phone_whose_clock_is_years_off_is_heard_all_the_same(world: cast.World, years: int) -> None:
    wrong = datetime(min(max(MONDAY.year + years, 2), 9998), 3, 1, tzinfo=UTC) - MONDAY
    round_id, phone = _round(world), Phone(Duty.GRID_WORKER, ahead=wrong)
    status, answer = phone.upload(_away(phone, round_id, world.person(0), MONDAY - 30 * MINUTE))
    assert (status, answer["outcomes"][0]["outcome"], answer["outcomes"][0]["flags"]) == (200, "done", ["late"])
    phone.ahead = timedelta()
    far = phone.command("sampling.report-class", {"round_id": round_id, "person_ids": [world.person(1)], "state": "away"}) | {
        "at": "9999-12-31T23:00:00Z"
    }
    status, answer = phone.upload(far)
    assert (answer["outcomes"][0]["outcome"], answer["outcomes"][0]["flags"]) == ("done", ["clock"])


def test_where_an_exercise_clock_stands_everything_was_done_then_and_nothing_is_marked(world: cast.World) -> None:
    round_id, phone = _round(world), Phone(Duty.GRID_WORKER)
    Device.objects.get_queryset().filter(id=phone.id).update(last_contact_at=MONDAY)
    _status, answer = phone.upload(_away(phone, round_id, world.person(0), MONDAY - MINUTE))
    assert answer["outcomes"][0]["flags"] == []


def test_an_upload_that_is_sent_twice_in_parts_and_out_of_order_has_one_effect(world: cast.World) -> None:
    round_id, phone = _round(world), Phone(Duty.GRID_WORKER)
    commands = [_away(phone, round_id, world.person(number)) for number in range(6)]
    _status, answer = phone.upload(*commands[3:])
    assert {(one["outcome"], one["reason"]) for one in answer["outcomes"]} == {("held", phones.GAP)}
    phone.upload(*commands[:4])
    facts = Fact.objects.count()
    _status, answer = phone.upload(*commands)
    assert [(one["outcome"], one["replayed"]) for one in answer["outcomes"]] == [("done", True)] * 4 + [("done", False)] * 2
    assert Fact.objects.count() == facts + 2
    counts = sampling.roll_call(actor=cast.actor(Duty.COMMUNITY_SECRETARY), round_id=round_id).counts
    assert (counts["away"], sum(counts.values())) == (6, 24)


def test_a_refused_act_is_answered_for_ever_and_the_rest_goes_on(world: cast.World) -> None:
    round_id, phone = _round(world), Phone(Duty.GRID_WORKER)
    strange = _away(phone, round_id, world.person(20))
    wrong = phone.command("sampling.report-class", {"round_id": round_id, "person_ids": "all", "state": "away"})
    unknown = phone.command("quarantine.issue-order", {})
    good = _away(phone, round_id, world.person(0))
    for _attempt in range(2):
        _status, answer = phone.upload(strange, wrong, unknown, good)
        told = [(one["outcome"], one["reason"]) for one in answer["outcomes"]]
        assert told == [("refused", "roster.not-on-roster"), ("refused", "input.bad"), ("refused", "field.act-unknown"), ("done", "")]


def test_two_hundred_doors_in_ten_minutes_are_flagged_and_taken_s_432_x08(world: cast.World) -> None:
    round_id, phone = _round(world), Phone(Duty.GRID_WORKER)
    quick = [_away(phone, round_id, world.person(number % 12), MONDAY - 10 * MINUTE + timedelta(seconds=3 * number)) for number in range(200)]
    outcomes = phone.upload(*quick)[1]["outcomes"]
    assert {one["outcome"] for one in outcomes} == {"done"}
    assert sum("implausible" in one["flags"] for one in outcomes) > 150
    calm = Phone(Duty.COMMUNITY_SECRETARY)
    slow = [_away(calm, round_id, world.person(number % 12), MONDAY - 10 * MINUTE + number * MINUTE) for number in range(10)]
    assert not any("implausible" in one["flags"] for one in calm.upload(*slow)[1]["outcomes"])


def test_a_worker_sees_what_another_did_when_he_pulls_and_nobody_sees_what_is_not_his(world: cast.World) -> None:
    round_id, mine, other = _round(world), Phone(Duty.GRID_WORKER), Phone(Duty.COMMUNITY_SECRETARY)
    status, pack = mine.pull()
    assert (status, pack["whole"], len(pack["rows"]["people"])) == (200, True, 12)
    other.upload(_away(other, round_id, world.person(0)), _away(other, round_id, world.person(20)))
    _status, news = mine.pull(f"?since={pack['token']}")
    assert (news["whole"], news["rows"]["roll"][f"{round_id}/{world.person(0)}"]["state"]) == (False, "away")
    assert str(world.person(20)) not in json.dumps(news["rows"])
    _status, again = mine.pull(f"?since={news['token']}")
    assert (again["touched"], again["rows"]) == ([], {})


@pytest.mark.parametrize("raw", [b"", b"[]", b"{", b'{"commands": 1}', b"\x1f\x8b broken", b'{"sent_at": "2022-11-21", "commands": []}'])
@pytest.mark.parametrize("packed", [False, True])
def test_a_broken_upload_is_refused_with_a_reason_and_changes_nothing(world: cast.World, raw: bytes, packed: bool) -> None:
    phone = Phone(Duty.GRID_WORKER)
    before = digest()
    status, answer = phone.upload(raw=raw, packed=packed)
    assert (status, answer["reason"]) == (422, "input.bad")
    bomb = gzip.compress(b" " * (sync.LARGEST + 1))
    assert phone.upload(raw=bomb, packed=True)[0] == 422
    assert phone.upload(raw=gzip.compress(b"{}")[:-4], packed=True)[0] == 422
    assert digest() == before


def test_whoever_is_no_phone_gets_nothing(world: cast.World) -> None:
    for headers in ({}, {"Authorization": "Device x.y"}, {"Authorization": f"Device {cast.uid('no')}.{'A' * 43}"}):
        assert Client().get("/api/field/pull", headers=headers).status_code == 401
        assert Client().post("/api/field/upload", "{}", content_type="application/json", headers=headers).status_code == 401
