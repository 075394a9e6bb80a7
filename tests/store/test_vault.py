"""Identity values: bound to person and field, found by exact value within one tree, shown for a purpose, recorded, erased for good."""

import json
import stat
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from cryptography.exceptions import InvalidTag
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from epigrid.kernel.actors import Actor, Grant
from epigrid.kernel.areas import Area
from epigrid.kernel.duties import Duty
from epigrid.kernel.errors import BadInput
from epigrid.store import commands, keys, reads, vault
from epigrid.store.models import PersonKey, Read, Secret
from epigrid.store.vault import PurposeMissing
from tests.cast import DAY, MONDAY, uid
from tests.store import facts

AREA, OTHER = Area("t/a/"), Area("t/b/")
ME, YOU = uid("me"), uid("you")
TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40)


def holder(duty: Duty, purpose: str, area: Area = AREA) -> Actor:
    return Actor.user(uid("holder", duty), Grant(duty=duty, area=area), purpose=purpose)


def put(**values: str) -> None:
    vault.put(area=AREA, values={ME: values})


def read(actor: Actor | None = None, fields: tuple[str, ...] = vault.FIELDS, persons: tuple[UUID, ...] = (ME,)) -> dict[UUID, dict[str, str]]:
    return vault.read(actor=actor or holder(Duty.AUDITOR, "audit"), area=AREA, person_ids=persons, fields=fields, now=MONDAY)


@pytest.fixture
def own_keys(settings: Any, tmp_path: Path) -> Path:
    """A key file of this test's own, to rotate."""
    settings.EPIGRID_KEY_FILE = tmp_path / "own" / "keys.json"
    keys.make(settings.EPIGRID_KEY_FILE, demo=False)
    return Path(settings.EPIGRID_KEY_FILE)


@given(name=TEXT, address=TEXT)
@settings(max_examples=40)
def test_what_was_put_is_read_again_and_lies_nowhere_in_clear(db: None, name: str, address: str) -> None:
    put(name=name, address=address)
    assert read() == {ME: {"name": name, "address": address}}
    for secret in Secret.objects.all():
        value = {"name": name, "address": address}[secret.field].encode()
        assert len(bytes(secret.ciphertext)) == len(value) + 16
        assert len(value) < 4 or value not in bytes(secret.ciphertext)
    assert not Secret.objects.get(field="address").blind


def test_equal_values_look_different_in_every_row(db: None) -> None:
    vault.put(area=AREA, values={ME: {"name": "李四"}, YOU: {"name": "李四"}})
    first, second = Secret.objects.order_by("person_id")
    assert bytes(first.ciphertext) != bytes(second.ciphertext)
    assert bytes(first.nonce) != bytes(second.nonce)
    before = bytes(Secret.objects.get(person_id=ME).ciphertext)
    put(name="李四")
    assert bytes(Secret.objects.get(person_id=ME).ciphertext) != before
    assert Secret.objects.filter(person_id=ME).count() == 1


def test_a_ciphertext_moved_to_another_person_does_not_open(db: None) -> None:
    vault.put(area=AREA, values={ME: {"name": "我"}, YOU: {"name": "你"}})
    mine = Secret.objects.get(person_id=ME)
    Secret.objects.filter(person_id=YOU).update(ciphertext=mine.ciphertext, nonce=mine.nonce)
    with pytest.raises(InvalidTag):
        read(persons=(YOU,))


def test_a_ciphertext_does_not_open_for_another_person_even_with_the_right_key(db: None) -> None:
    """The person is in the authenticated data: a copied wrapped key does not help either."""
    vault.put(area=AREA, values={ME: {"name": "我"}, YOU: {"name": "你"}})
    mine, key = Secret.objects.get(person_id=ME), PersonKey.objects.get(person_id=ME)
    PersonKey.objects.filter(person_id=YOU).update(wrapped=key.wrapped)
    with pytest.raises(InvalidTag):
        read(persons=(YOU,))
    raw = vault._keys_of([ME], make=False)[ME]
    Secret.objects.filter(person_id=YOU).update(ciphertext=mine.ciphertext, nonce=mine.nonce)
    with pytest.raises(InvalidTag):
        vault._open(Secret.objects.get(person_id=YOU), raw)
    assert vault._open(mine, raw) == "我"


def test_a_ciphertext_moved_to_another_field_of_the_same_person_does_not_open(db: None) -> None:
    put(name="我", phone="13800138000")
    name = Secret.objects.get(field="name")
    Secret.objects.filter(field="phone").update(ciphertext=name.ciphertext, nonce=name.nonce)
    assert read(fields=("name",)) == {ME: {"name": "我"}}
    with pytest.raises(InvalidTag):
        read(fields=("phone",))


@pytest.mark.parametrize("field", ["nonce", "ciphertext"])
def test_a_changed_byte_is_noticed(db: None, field: str) -> None:
    put(name="我")
    value = bytearray(getattr(Secret.objects.get(), field))
    value[0] ^= 1
    Secret.objects.update(**{field: bytes(value)})
    with pytest.raises(InvalidTag):
        read()


def test_the_blind_index_differs_by_tree_field_and_key_file(db: None, own_keys: Path, settings: Any, tmp_path: Path) -> None:
    found = {vault.blind_index(tree, field, "13800138000") for tree in ("t", "u") for field in ("name", "document", "phone")}
    settings.EPIGRID_KEY_FILE = tmp_path / "second" / "keys.json"
    keys.make(settings.EPIGRID_KEY_FILE, demo=False)
    found |= {vault.blind_index(tree, field, "13800138000") for tree in ("t", "u") for field in ("name", "document", "phone")}
    assert len(found) == 12
    assert not any("13800138000" in value for value in found)


def test_a_value_is_found_in_its_own_tree_and_field_only(db: None) -> None:
    vault.put(area=AREA, values={ME: {"phone": "13800138000"}, YOU: {"name": "13800138000"}})
    vault.put(area=Area("u/a/"), values={uid("elsewhere"): {"phone": "13800138000"}})
    assert vault.find(tree="t", field="phone", value="13800138000") == [ME]
    assert vault.find(tree="u", field="phone", value="13800138000") == [uid("elsewhere")]
    assert vault.find(tree="t", field="document", value="13800138000") == []


@pytest.mark.parametrize(
    "field, kept, asked",
    [
        ("phone", "138 0013-8000", "+8613800138000"),
        ("phone", "13800138000", "１３８００１３８０００"),
        ("document", "11010519491231002x", "１１０１０５ 19491231 ００２Ｘ"),
        ("name", " 李  四 ", "李 四"),
        ("name", "ＬＩ Si", "LI Si"),
    ],
)
def test_a_value_is_found_however_it_is_written(db: None, field: str, kept: str, asked: str) -> None:
    put(**{field: kept})
    assert vault.find(tree="t", field=field, value=asked) == [ME]
    assert vault.find_many(tree="t", field=field, values=[asked, "nobody"]) == {vault.normalise(field, asked): [ME]}
    assert read(fields=(field,)) == {ME: {field: kept}}


def test_search_is_exact_and_addresses_are_not_searched(db: None) -> None:
    put(phone="13800138000", address="某处")
    assert vault.find(tree="t", field="phone", value="1380013800") == []
    with pytest.raises(BadInput):
        vault.find(tree="t", field="address", value="某处")
    with pytest.raises(BadInput):
        put(nickname="小四")
    assert set(Secret.objects.values_list("field", flat=True)) == {"phone", "address"}


def test_purposes_are_a_closed_list_tied_to_duties(db: None) -> None:
    put(name="我")
    for purpose in [*vault.PURPOSES, "curiosity", "own", "procedure", ""]:
        for duty in Duty:
            actor = holder(duty, purpose)
            if duty in vault.PURPOSES.get(purpose, ()):
                assert read(actor) == {ME: {"name": "我"}}
            else:
                with pytest.raises(PurposeMissing):
                    read(actor)
    assert Duty.PROCEDURE not in frozenset().union(*vault.PURPOSES.values())
    assert Duty.GLASS not in frozenset().union(*vault.PURPOSES.values())


@pytest.mark.parametrize("area", [OTHER, Area("t/a/x/"), Area("u/a/")])
def test_a_purpose_counts_only_in_the_area_of_its_duty(db: None, area: Area) -> None:
    put(name="我")
    with pytest.raises(PurposeMissing) as refusal:
        read(holder(Duty.AUDITOR, "audit", area))
    assert (refusal.value.details["area"], refusal.value.details["person_ids"]) == (AREA, [ME])
    assert Read.objects.count() == 0


def test_every_read_is_recorded_once_per_person_that_was_shown(db: None) -> None:
    vault.put(area=AREA, values={ME: {"name": "我", "phone": "1"}, YOU: {"name": "你"}})
    read(fields=("phone", "name"), persons=(ME, YOU, uid("not on file")))
    rows = {row.person_id: row for row in Read.objects.all()}
    assert set(rows) == {ME, YOU}
    assert (rows[ME].fields, rows[ME].purpose, rows[ME].duties, rows[ME].denied, rows[ME].area) == (
        ["name", "phone"],
        "audit",
        ["auditor"],
        False,
        AREA,
    )


def test_a_resident_reads_his_own_values_unrecorded_and_nobody_elses(db: None) -> None:
    vault.put(area=AREA, values={ME: {"name": "我"}, YOU: {"name": "你"}})
    assert read(Actor.resident(ME)) == {ME: {"name": "我"}}
    assert Read.objects.count() == 0
    with pytest.raises(PurposeMissing):
        read(Actor.resident(ME), persons=(ME, YOU))


def test_a_denial_is_recorded_after_the_rollback_and_says_whose_values_were_asked_for(db: None) -> None:
    put(name="我")
    nosy = holder(Duty.GATE_GUARD, "care")
    refused: list[PurposeMissing] = []
    try:
        with transaction.atomic():
            put(name="half done")
            read(nosy)
    except PurposeMissing as refusal:
        refused.append(refusal)
    assert Read.objects.count() == 0
    vault.note_denial(actor=nosy, refusal=refused[0], at=MONDAY)
    card = reads.of_person(actor=Actor.resident(ME), person_id=ME)[0]
    assert (card.denied, card.actor_id, card.fields) == (True, nosy.id, tuple(sorted(vault.FIELDS)))
    assert read()[ME] == {"name": "我"}


def test_a_denial_inside_a_command_is_recorded_although_the_command_is_undone(db: None) -> None:
    put(name="我")
    nosy = holder(Duty.GATE_GUARD, "care")

    def do() -> list[UUID]:
        put(name="half done")
        read(nosy)
        return []

    answers = [commands.once(actor=nosy, device="d", command_id="c", body="", now=MONDAY, do=do) for _ in range(2)]
    assert [(answer.outcome, answer.reason) for answer in answers] == [("refused", "vault.purpose-missing")] * 2
    assert [(row.person_id, row.denied) for row in Read.objects.all()] == [(ME, True)]
    assert read()[ME] == {"name": "我"}


def test_the_resident_sees_who_read_and_auditors_see_their_own_area_only(db: None) -> None:
    put(name="我")
    for number in range(3):
        vault.read(
            actor=holder(Duty.GRID_WORKER, "care", [AREA, OTHER, Area("t/a/x/")][number]),
            area=[AREA, OTHER, Area("t/a/x/")][number],
            person_ids=[ME],
            fields=["name"],
            now=MONDAY + number * DAY,
        )
    mine = reads.of_person(actor=Actor.resident(ME), person_id=ME)
    assert [card.at for card in mine] == [MONDAY + 2 * DAY, MONDAY + DAY, MONDAY]
    assert {card.purpose for card in mine} == {"care"}
    assert [card.at for card in reads.of_person(actor=holder(Duty.AUDITOR, ""), person_id=ME)] == [MONDAY + 2 * DAY, MONDAY]
    assert [card.at for card in reads.of_person(actor=holder(Duty.AUDITOR, ""), person_id=ME, limit=1)] == [MONDAY + 2 * DAY]
    for nobody in (holder(Duty.GRID_WORKER, ""), holder(Duty.AUDITOR, "", Area("u/")), Actor.resident(YOU)):
        assert reads.of_person(actor=nobody, person_id=ME) == []


def test_an_auditor_finds_the_reads_of_his_area_behind_any_number_of_others(db: None) -> None:
    reads.record(actor=holder(Duty.GRID_WORKER, "care"), area=AREA, person_ids=[ME], fields=["name"], at=MONDAY)
    for number in range(30):
        reads.record(actor=holder(Duty.GRID_WORKER, "care", OTHER), area=OTHER, person_ids=[ME], fields=["name"], at=MONDAY + (number + 1) * DAY)
    assert [card.at for card in reads.of_person(actor=holder(Duty.AUDITOR, ""), person_id=ME, limit=2)] == [MONDAY]


def test_after_erasure_nothing_is_readable_even_from_a_copy_of_the_rows(db: None) -> None:
    vault.put(area=AREA, values={ME: {"name": "我", "phone": "13800138000"}, YOU: {"name": "你"}})
    copy = list(Secret.objects.filter(person_id=ME))
    assert vault.erase([ME]) == 1
    assert (Secret.objects.filter(person_id=ME).count(), vault.erased([ME, YOU])) == (0, {ME})
    assert vault.find(tree="t", field="phone", value="13800138000") == []
    Secret.objects.bulk_create(
        [Secret(**{f.attname: getattr(row, f.attname) for f in Secret._meta.concrete_fields if f.name != "id"}) for row in copy]
    )
    assert read(persons=(ME, YOU)) == {YOU: {"name": "你"}}
    put(address="新")
    with pytest.raises(InvalidTag):
        read(fields=("name",))
    assert vault.erase([uid("never known")]) == 0


def test_after_rotation_everything_is_readable_and_the_old_key_can_be_removed(db: None, own_keys: Path) -> None:
    vault.put(area=AREA, values={ME: {"name": "我"}, YOU: {"name": "你"}})
    assert keys.rotate(own_keys) == "k2"
    assert read(persons=(ME, YOU)) == {ME: {"name": "我"}, YOU: {"name": "你"}}
    assert (vault.wrapped_by("k1"), vault.wrapped_by("k2")) == (2, 0)
    assert (vault.rewrap(), vault.rewrap()) == (2, 0)
    assert (vault.wrapped_by("k1"), vault.wrapped_by("k2")) == (0, 2)
    keys.retire(own_keys, "k1")
    assert read(persons=(ME, YOU)) == {ME: {"name": "我"}, YOU: {"name": "你"}}
    assert vault.find(tree="t", field="name", value="我") == [ME]


def test_a_rotation_after_an_old_key_was_removed_does_not_touch_the_living_one(db: None, own_keys: Path) -> None:
    put(name="我")
    keys.rotate(own_keys)
    vault.rewrap()
    keys.retire(own_keys, "k1")
    living = keys.ring().keys["k2"]
    assert keys.rotate(own_keys) == "k3"
    assert keys.ring().keys["k2"] == living
    assert read() == {ME: {"name": "我"}}


@pytest.mark.parametrize("key_id", ["k2", "k9"])
def test_the_current_key_and_one_that_is_not_there_cannot_be_retired(own_keys: Path, key_id: str) -> None:
    keys.rotate(own_keys)
    before = own_keys.read_bytes()
    with pytest.raises(keys.KeyInUse):
        keys.retire(own_keys, key_id)
    assert own_keys.read_bytes() == before


def test_a_key_that_something_is_still_wrapped_by_is_missed_when_it_is_gone(db: None, own_keys: Path) -> None:
    put(name="我")
    keys.rotate(own_keys)
    keys.retire(own_keys, "k1")
    with pytest.raises(KeyError):
        read()


def test_a_key_file_is_never_overwritten_and_only_its_owner_reads_it(own_keys: Path) -> None:
    before = own_keys.read_bytes()
    for demo in (True, False):
        with pytest.raises(keys.KeyFileExists):
            keys.make(own_keys, demo=demo)
    assert own_keys.read_bytes() == before
    assert stat.S_IMODE(own_keys.stat().st_mode) == 0o600
    keys.rotate(own_keys)
    assert stat.S_IMODE(own_keys.stat().st_mode) == 0o600
    assert [path.name for path in own_keys.parent.iterdir()] == ["keys.json"]
    assert keys.ring().blind.hex() == json.loads(before)["blind"]


def test_of_many_who_make_the_key_file_at_once_one_wins(tmp_path: Path) -> None:
    import threading

    path = tmp_path / "keys.json"
    refused: list[BaseException] = []

    def make() -> None:
        try:
            keys.make(path, demo=False)
        except keys.KeyFileExists as refusal:
            refused.append(refusal)

    threads = [threading.Thread(target=make) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 7
    assert set(json.loads(path.read_text())["keys"]) == {"k1"}


def test_without_a_key_file_nothing_is_written_or_read(db: None, settings: Any, tmp_path: Path) -> None:
    settings.EPIGRID_KEY_FILE = tmp_path / "nowhere.json"
    with pytest.raises(keys.KeyFileMissing):
        put(name="我")
    assert (Secret.objects.count(), PersonKey.objects.count()) == (0, 0)


def test_two_who_enter_the_same_person_at_once_use_one_key(transactional_db: None) -> None:
    for number in range(8):
        person = uuid4()

        def enter(field: str, person: UUID = person, number: int = number) -> None:
            vault.put(area=AREA, values={person: {field: f"v{number}"}})

        answers = facts.together(lambda: enter("name"), lambda: enter("phone"), lambda: enter("address"))
        assert not facts.failures(answers)
        assert read(persons=(person,))[person] == dict.fromkeys(("address", "name", "phone"), f"v{number}")


def test_two_files_with_the_same_people_in_any_order_do_not_wait_for_each_other(transactional_db: None) -> None:
    people = [uuid4() for _ in range(60)]
    vault.put(area=AREA, values={person: {"name": "0"} for person in people})

    def enter(order: list[UUID], name: str) -> None:
        for _ in range(5):
            vault.put(area=AREA, values={person: {"name": name} for person in order})

    answers = facts.together(lambda: enter(people, "a"), lambda: enter(people[::-1], "b"))
    assert not facts.failures(answers)
    assert {value["name"] for value in read(persons=tuple(people)).values()} <= {"a", "b"}
