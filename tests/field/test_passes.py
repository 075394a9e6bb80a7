"""Passes: what a gate without a network can trust, and what it cannot."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.core.exceptions import ObjectDoesNotExist
from hypothesis import given, settings
from hypothesis import strategies as st

from epigrid.field.codes import actions as codes
from epigrid.field.codes import formats, queries, rules
from epigrid.field.codes.models import IssuedPass
from epigrid.interfaces import startup
from epigrid.kernel.actors import Actor
from epigrid.kernel.duties import Duty
from epigrid.kernel.errors import NotAllowed, NotFound
from epigrid.store import keys
from tests import cast
from tests.cast import COMMUNITY, DAY, HOUR, MONDAY
from tests.doors.world import client_of
from tests.field.test_guardians import client_at_home

SEED = bytes(range(32))
KEYS = {"s1": formats.public_key(SEED)}
moments = st.datetimes(datetime(2022, 1, 1), datetime(2030, 1, 1)).map(lambda moment: moment.replace(microsecond=0, tzinfo=MONDAY.tzinfo))
contents = st.builds(
    rules.Pass,
    id=st.uuids(),
    tree=st.just("mini"),
    status=st.sampled_from(rules.EFFECTS),
    sampled_at=st.none() | moments,
    issued_at=moments,
    until=moments,
)


@given(contents)
def test_what_a_pass_says_is_read_back_exactly(content: rules.Pass) -> None:
    text = formats.written(content, key_id="s1", seed=SEED)
    assert formats.read(text, keys=KEYS, tree="mini") == content
    assert len(text) < 250


def test_x08_no_single_flipped_bit_of_a_pass_is_believed() -> None:
    content = rules.Pass(id=uuid4(), tree="mini", status="hold", sampled_at=MONDAY, issued_at=MONDAY, until=MONDAY + DAY)
    text = formats.written(content, key_id="s1", seed=SEED)
    signed = formats.base45.b45decode(text.removeprefix(formats.PREFIX))
    for bit in range(len(signed) * 8):
        forged = bytearray(signed)
        forged[bit // 8] ^= 1 << bit % 8
        with pytest.raises(rules.PassForged):
            formats.read(formats.PREFIX + formats.base45.b45encode(bytes(forged)).decode(), keys=KEYS, tree="mini")


@given(
    st.text(max_size=300) | st.text(alphabet="0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:", max_size=300).map(lambda text: formats.PREFIX + text)
)
def test_no_text_that_nobody_signed_is_a_pass(text: str) -> None:
    with pytest.raises(rules.PassForged):
        formats.read(text, keys=KEYS, tree="mini")


def test_a_pass_of_another_key_or_of_another_tree_is_forged() -> None:
    content = rules.Pass(id=uuid4(), tree="mini", status="clear", sampled_at=None, issued_at=MONDAY, until=MONDAY + DAY)
    with pytest.raises(rules.PassForged):
        formats.read(formats.written(content, key_id="s1", seed=bytes(32)), keys=KEYS, tree="mini")
    with pytest.raises(rules.PassForged):
        formats.read(formats.written(content, key_id="s1", seed=SEED), keys=KEYS, tree="real")


reasons = st.lists(
    st.builds(
        lambda effect, since, length: rules.Reason(
            kind="zone", source_id=uuid4(), effect=effect, since=MONDAY + since * HOUR, until=MONDAY + (since + length) * HOUR, decided_by=uuid4()
        ),
        st.sampled_from(rules.EFFECTS),
        st.integers(-48, 48),
        st.integers(1, 48),
    ),
    max_size=5,
)


@given(reasons, st.integers(0, 23 * 60 + 59))
def test_while_a_pass_is_good_its_status_is_the_one_that_the_known_reasons_give(known: list[rules.Reason], minutes: int) -> None:
    content = rules.pass_of(pass_id=uuid4(), tree="mini", reasons=known, sampled_at=None, now=MONDAY)
    later = MONDAY + timedelta(minutes=minutes)
    assert MONDAY < content.until <= MONDAY + rules.LONGEST_PASS
    if later < content.until:
        assert rules.status_of(known, later) == content.status


@given(contents, st.booleans(), st.booleans(), st.integers(-30, 30), st.sampled_from(sorted(rules.WAYS)))
@settings(max_examples=200)
def test_x06_whatever_is_wrong_with_a_pass_means_ask_and_never_stops_the_way_home(
    content: rules.Pass, is_withdrawn: bool, list_is_old: bool, hours: int, way: str
) -> None:
    now = content.issued_at + hours * HOUR
    withdrawn = {content.id} if is_withdrawn else set()
    list_until = now - HOUR if list_is_old else now + HOUR
    status = rules.status_by_pass(found=content, withdrawn=withdrawn, list_until=list_until, now=now)
    answer = rules.gate_answer(status=status, way=way, has_release_paper=False)
    good = content.issued_at <= now < content.until and not is_withdrawn and not list_is_old
    assert answer == ("medical" if way == "medical" else "pass" if way != "pass" or (good and content.status == "clear") else "call-desk")


def reason(until: datetime = MONDAY + DAY) -> rules.Reason:
    return rules.Reason(kind="hold", source_id=uuid4(), effect="hold", since=MONDAY, until=until, decided_by=uuid4())


def issue(world, person: UUID, now: datetime = MONDAY) -> str:
    return codes.issue_pass(actor=cast.actor(Duty.COMMUNITY_SECRETARY), person_id=person, sampled_at=None, now=now)


def at_the_gate(text: str, now: datetime = MONDAY, area=COMMUNITY) -> str:
    return codes.check_gate(actor=cast.actor(Duty.GATE_GUARD, area=area), area=area, way="pass", now=now, pass_text=text)


def test_s_238_a_pass_opens_the_gate_until_the_status_changes(world) -> None:
    person = world.people[0]
    text = issue(world, person)
    assert at_the_gate(text) == "pass"
    codes.reconcile_reasons(actor=cast.procedure(), person_ids=[person], reasons={person: [reason()]}, now=MONDAY + HOUR, cause=uuid4())
    assert at_the_gate(text, MONDAY + HOUR) == "call-desk"
    assert at_the_gate(issue(world, person, MONDAY + HOUR), MONDAY + HOUR) == "call-desk"
    codes.reconcile_reasons(actor=cast.procedure(), person_ids=[person], reasons={}, now=MONDAY + 2 * HOUR, cause=uuid4())
    assert at_the_gate(issue(world, person, MONDAY + 2 * HOUR), MONDAY + 2 * HOUR) == "pass"


def test_a_pass_is_good_at_a_gate_far_from_home_and_the_guard_learns_nothing(world) -> None:
    guard = cast.actor(Duty.GATE_GUARD, area=cast.NEIGHBOUR)
    assert at_the_gate(issue(world, world.people[0]), area=cast.NEIGHBOUR) == "pass"
    listed = queries.gate_list(actor=guard, now=MONDAY)
    assert listed.withdrawn == ()
    assert set(listed.keys) == set(keys.ring().signing)
    assert not IssuedPass.objects.seen_by(guard).exists()


def test_the_gate_list_names_withdrawn_passes_while_they_could_still_be_shown(world) -> None:
    person, guard = world.people[0], cast.actor(Duty.GATE_GUARD)
    issue(world, person)
    codes.reconcile_reasons(actor=cast.procedure(), person_ids=[person], reasons={person: [reason()]}, now=MONDAY + HOUR, cause=uuid4())
    assert len(queries.gate_list(actor=guard, now=MONDAY + HOUR).withdrawn) == 1
    assert queries.gate_list(actor=guard, now=MONDAY + DAY).withdrawn == ()


def test_passes_that_have_ended_are_deleted(world) -> None:
    issue(world, world.people[0])
    issue(world, world.people[1], MONDAY + 2 * HOUR)
    assert codes.forget_passes(actor=cast.procedure(), area=cast.TREE, now=MONDAY + DAY) == 1
    assert IssuedPass.objects.count() == 1


def test_a_desk_issues_passes_of_its_own_area_and_a_resident_his_own(world) -> None:
    person, other = world.people[0], world.people[1]
    with pytest.raises(NotAllowed):
        codes.issue_pass(actor=cast.actor(Duty.REGISTRAR), person_id=person, sampled_at=None, now=MONDAY)
    for stranger in (cast.actor(Duty.COMMUNITY_SECRETARY, area=cast.NEIGHBOUR), Actor.resident(other)):
        with pytest.raises((NotFound, ObjectDoesNotExist)):
            codes.issue_pass(actor=stranger, person_id=person, sampled_at=None, now=MONDAY)
    assert codes.issue_pass(actor=Actor.resident(person), person_id=person, sampled_at=None, now=MONDAY).startswith(formats.PREFIX)


def test_a_signing_key_is_retired_only_when_its_last_pass_has_ended(world, own_keys) -> None:
    text = issue(world, world.people[0])
    old = keys.ring().signer
    new = keys.renew_signer(own_keys)
    assert at_the_gate(text) == "pass"
    assert queries.signed_by(actor=cast.procedure(), key_id=old, now=MONDAY) == 1
    assert queries.signed_by(actor=cast.procedure(), key_id=old, now=MONDAY + DAY) == 0
    with pytest.raises(keys.KeyInUse):
        keys.retire(own_keys, new)
    keys.retire(own_keys, old)
    assert at_the_gate(text) == "call-desk"
    assert at_the_gate(issue(world, world.people[0])) == "pass"


def test_a_key_file_of_old_gets_a_signing_key_when_it_is_first_needed(own_keys) -> None:
    content = json.loads(own_keys.read_text())
    del content["signer"], content["signing"]
    own_keys.write_text(json.dumps(content))
    startup.ensure_keys(demo=False)
    assert keys.ring().signer == "s1"
    assert len(keys.ring().signing["s1"]) == 32


@pytest.fixture
def own_keys(settings, tmp_path: Path) -> Path:
    """A key file of this test's own, to renew."""
    settings.EPIGRID_KEY_FILE = tmp_path / "own" / "keys.json"
    keys.make(settings.EPIGRID_KEY_FILE, demo=False)
    return Path(settings.EPIGRID_KEY_FILE)


def test_a_resident_makes_his_pass_on_his_page_and_a_desk_prints_one_for_its_own_people(world) -> None:
    page = client_at_home(world, 0)
    made = page.post("/me/pass/", {"person_id": str(world.people[0])}).content.decode()
    assert made.count("<svg") > page.get("/me/pass/").content.decode().count("<svg")
    assert IssuedPass.objects.get().person_id == world.people[0]
    page.post("/me/pass/", {"person_id": str(world.people[5])})
    assert IssuedPass.objects.count() == 1, "only for himself and for whom he is guardian of"
    desk = client_of(Duty.COMMUNITY_SECRETARY)
    assert "<svg" in desk.post("/act/passes/print/", {"file_no": "mini-0005"}).content.decode()
    assert client_of(Duty.REGISTRAR).post("/act/passes/print/", {"file_no": "mini-0005"}).status_code == 403
    assert client_of(Duty.COMMUNITY_SECRETARY, area=cast.NEIGHBOUR).post("/act/passes/print/", {"file_no": "mini-0005"}).status_code == 404
    assert IssuedPass.objects.count() == 2
