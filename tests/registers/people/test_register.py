"""The resident register: import twice, provenance, ledgers, claims, scope, vault, erasure."""

from datetime import timedelta

import pytest

from epigrid.command.exercises import formats
from epigrid.engine.spread.community import GenPerson, GenPlace
from epigrid.kernel.actors import Actor
from epigrid.kernel.duties import Duty
from epigrid.registers.people import actions, queries, rules
from epigrid.registers.people.models import Person
from epigrid.store import keys, reads, sheets, vault
from epigrid.store.models import Fact, PersonKey, Read, Secret
from epigrid.store.vault import PurposeMissing
from tests import cast
from tests.cast import COMMUNITY, DAY, GRID1, GRID2, HOUR, MONDAY

SECRETARY = cast.actor(Duty.COMMUNITY_SECRETARY)
HEAD = "姓名,性别,证件号码,手机号,小区,楼栋,单元,楼层,房号,特殊需求\n"


def roster(*rows: str) -> sheets.ImportReport:
    sheet = sheets.read((HEAD + "\n".join(rows)).encode("gb18030"), "roster.csv")
    return actions.import_residents(actor=SECRETARY, area=COMMUNITY, sheet=sheet, source="roster.csv", now=MONDAY)


def row(name: str, document: str, room: str = "101室", phone: str = "10099990001", needs: str = "") -> str:
    return f"{name},男,{document},{phone},演练花园小区1号楼,,1单元,1层,{room},{needs}"


def documents() -> tuple[str, str]:
    from datetime import date

    from epigrid.engine.spread.community import document_number

    return document_number(date(1980, 1, 1), 1), document_number(date(1980, 1, 1), 3)


def test_s_049_the_same_roster_twice_changes_nothing_and_every_change_has_who_and_when(world) -> None:
    first, second = documents()
    before = Person.objects.seen_by(SECRETARY).count()
    assert roster(row("演甲", first), row("演乙", second, "102室", "10099990002")).created == 2
    facts = Fact.objects.count()
    again = roster(row("演甲", first), row("演乙", second, "102室", "10099990002"))
    assert (again.created, again.updated, again.unchanged) == (0, 0, 2)
    assert (Person.objects.seen_by(SECRETARY).count(), Fact.objects.count()) == (before + 2, facts)
    moved = roster(row("演甲", first, "102室"))
    assert moved.updated == 1
    person = queries.find(actor=SECRETARY.for_purpose("registration"), area=COMMUNITY, field="document", value=first, now=MONDAY)[0]
    stamp = queries.provenance(actor=SECRETARY, person_id=person.id)["dwelling"]
    assert stamp == {"source": "roster.csv", "at": MONDAY.isoformat(), "by": str(SECRETARY.id)}


def test_bad_rows_are_refused_by_row_and_column_and_the_good_ones_land(world) -> None:
    first, second = documents()
    report = roster(
        row("演甲", first),
        row("演乙", first[:-1] + ("0" if first[-1] != "0" else "1")),
        row("演丙", second, "909室"),
        row("演丁", first, "102室"),
        row("", second),
    )
    assert report.created == 1
    assert [(bad.row, bad.column, bad.reason) for bad in report.refused] == [
        (3, "证件号码", "roster.document-checksum"),
        (4, "房号", "roster.room-unknown"),
        (5, "证件号码", "roster.document-twice"),
        (6, "姓名", "roster.name-missing"),
    ]


def test_x18_people_of_the_same_name_are_never_merged(world) -> None:
    first, second = documents()
    assert roster(row("演甲", first), row("演甲", second, "102室", "10099990002")).created == 2


def test_a_roster_in_excel_reads_like_the_csv(world) -> None:
    places = [GenPlace(path="b1", kind="building", name="演练花园小区1号楼", area=""), GenPlace(path="b1/u1", kind="unit", name="1单元", area="")]
    places += [GenPlace(path="b1/u1/f1", kind="floor", name="1层", area=""), GenPlace(path="b1/u1/f1/r1", kind="room", name="101室", area="")]
    person = GenPerson(
        key="x",
        name="演甲",
        sex="男",
        birth=MONDAY.date(),
        document=documents()[0],
        phone="10099990001",
        room="b1/u1/f1/r1",
        household="1",
        head=True,
    )
    sheet = sheets.read(formats.roster_xlsx([person], places), "roster.xlsx")
    report = actions.import_residents(actor=SECRETARY, area=COMMUNITY, sheet=sheet, source="x", now=MONDAY)
    assert (report.created, report.refused) == (1, ())


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02", b"PK\x03\x04broken", b"just text"])
def test_what_is_no_sheet_is_refused_whole(world, content) -> None:
    with pytest.raises((sheets.NotASheet, sheets.HeadingsMissing)):
        sheet = sheets.read(content, "roster.xlsx" if content.startswith(b"PK") else "roster.csv")
        actions.import_residents(actor=SECRETARY, area=COMMUNITY, sheet=sheet, source="x", now=MONDAY)


def test_x01_s_424_names_need_a_purpose_of_the_readers_duty_and_every_read_is_recorded(world) -> None:
    worker, person = cast.actor(Duty.GRID_WORKER), world.person(0)
    with pytest.raises(PurposeMissing):
        queries.identities(actor=worker, person_ids=[person], fields=["name"], now=MONDAY)
    with pytest.raises(PurposeMissing):
        queries.identities(actor=worker.for_purpose("audit"), person_ids=[person], fields=["name"], now=MONDAY)
    assert Read.objects.count() == 0
    found = queries.identities(actor=worker.for_purpose("care"), person_ids=[person, world.person(20)], fields=["name", "phone"], now=MONDAY)
    assert found == {person: {"name": "演安0", "phone": "10000000000"}}
    card = reads.of_person(actor=Actor.resident(person), person_id=person)[0]
    assert (card.purpose, card.fields, card.duties) == ("care", ("name", "phone"), ("grid-worker",))
    assert reads.of_person(actor=worker, person_id=person) == []


def test_x01_a_worker_of_another_grid_sees_nobody_here(world) -> None:
    assert {card.area for card in queries.people(actor=cast.actor(Duty.GRID_WORKER))} == {GRID1}
    assert queries.people(actor=cast.actor(Duty.GATE_GUARD)) == []
    with pytest.raises(Person.DoesNotExist):
        queries.person(actor=cast.actor(Duty.GRID_WORKER), person_id=world.person(20))
    assert {card.area for card in queries.people(actor=cast.actor(Duty.GRID_WORKER, area=GRID2))} == {GRID2}


def test_values_are_sealed_rotated_and_erased_for_ever(world, settings) -> None:
    person = world.person(0)
    secret = Secret.objects.get(person_id=person, field="name")
    assert "演安0".encode() not in bytes(secret.ciphertext)
    assert vault.find(tree="mini", field="name", value=" 演安0 ") == [person]
    assert keys.rotate(settings.EPIGRID_KEY_FILE) != "k1"
    assert vault.rewrap() == PersonKey.objects.count()
    read = {"actor": SECRETARY.for_purpose("care"), "person_ids": [person], "fields": ["name"], "now": MONDAY}
    assert queries.identities(**read) == {person: {"name": "演安0"}}
    actions.erase_people(actor=cast.procedure(), area=COMMUNITY, person_ids=[person], now=MONDAY, cause=world.root_cause)
    assert queries.identities(**read) == {}
    card = queries.person(actor=SECRETARY, person_id=person)
    assert (card.masked_name, card.masked_phone, card.dwelling_id, card.erased) == ("", "", None, True)
    assert vault.find(tree="mini", field="name", value="演安0") == []


def enter(world, *entries: tuple[int, str]) -> int:
    today = MONDAY.date()
    new = [actions.NewEntry(person_id=world.person(n), category=c, since=today, until=today + timedelta(days=3)) for n, c in entries]
    return actions.enter_day_register(actor=SECRETARY, area=COMMUNITY, entries=new, source="s", now=MONDAY)


def test_s_054_the_day_register_sums_by_category_with_overlaps_shown(world) -> None:
    assert enter(world, (0, "abroad"), (0, "test-tomorrow"), (1, "coded"), (13, "test-tomorrow")) == 4
    assert enter(world, (0, "abroad")) == 0
    entries = queries.day_register(actor=SECRETARY, on=MONDAY.date(), area=COMMUNITY)
    counts, people, overlapping = rules.sums((str(entry.person_id), entry.category) for entry in entries)
    assert (counts, people, overlapping) == ({"abroad": 1, "test-tomorrow": 2, "coded": 1}, 3, 1)
    assert len(queries.day_register(actor=SECRETARY, on=(MONDAY + 2 * DAY).date(), area=COMMUNITY)) == 4
    assert queries.day_register(actor=SECRETARY, on=(MONDAY + 3 * DAY).date(), area=COMMUNITY) == []
    with pytest.raises(rules.CategoryUnknown):
        enter(world, (0, "bank-depositor"))


def test_s_055_entries_are_claimed_by_grid_and_the_unclaimed_are_told_once(world) -> None:
    enter(world, (0, "abroad"), (13, "coded"))
    assert actions.claim_entries(actor=cast.actor(Duty.GRID_WORKER), area=GRID1, now=MONDAY) == 1
    late = {"actor": cast.procedure(), "area": COMMUNITY, "now": MONDAY + 5 * HOUR, "cause": world.root_cause}
    assert actions.flag_unclaimed(**late) == 1
    assert actions.flag_unclaimed(**late) == 0
    assert actions.claim_entries(actor=cast.actor(Duty.GRID_WORKER, area=GRID2), area=GRID2, now=MONDAY + 6 * HOUR) == 1
    assert queries.unclaimed(actor=SECRETARY, area=COMMUNITY, now=MONDAY + 7 * HOUR) == []


def test_s_052_s_053_ledgers_are_saved_views(world) -> None:
    worker = cast.actor(Duty.GRID_WORKER)
    actions.record_need(actor=worker, person_id=world.person(3), kind="dialysis", source="visit", now=MONDAY)
    enter(world, (4, rules.QUARANTINED))

    def ledger(name: str) -> set:
        return {card.id for card in queries.ledger(actor=SECRETARY, name=name, area=COMMUNITY, on=MONDAY.date())}

    assert ledger("vulnerable") == {world.person(3)}
    assert ledger("potential-risk") == {world.person(4)}
    assert len(ledger("residents")) == 24


def test_s_060_one_person_one_file_in_order_of_time_for_who_may_see_him(world) -> None:
    person = world.person(3)
    actions.record_need(actor=cast.actor(Duty.GRID_WORKER), person_id=person, kind="frail", source="visit", now=MONDAY)
    correction = actions.ask_correction(actor=Actor.resident(person), person_id=person, field="phone", now=MONDAY + HOUR)
    actions.decide_correction(
        actor=SECRETARY, correction_id=correction, value="10012345678", reason="shown", now=MONDAY + 2 * HOUR, cause=world.root_cause
    )
    kinds = [fact.event.kind for fact in queries.history(actor=SECRETARY, person_id=person)]
    assert kinds == ["people.care-need-recorded", "people.correction-asked", "people.correction-decided"]
    assert queries.person(actor=SECRETARY, person_id=person).masked_phone == "100****5678"
    with pytest.raises(Person.DoesNotExist):
        queries.history(actor=cast.actor(Duty.GRID_WORKER, area=GRID2), person_id=person)


def test_a_roster_that_moves_people_tells_each_move_so_that_an_area_left_behind_binds_nobody(world) -> None:
    head = "姓名,证件号码,楼栋,单元,楼层,房号,户籍类型"
    for floor, room in (("1层", "101室"), ("2层", "201室")):
        text = f"{head},小区\n演安远,999999198001010011,演练花园小区1号楼,1单元,{floor},{room},常住,"
        sheet = sheets.read(text.encode(), "roster.csv")
        report = actions.import_residents(actor=SECRETARY, area=COMMUNITY, sheet=sheet, source="r", now=MONDAY)
        assert not report.refused, report.refused
    assert Fact.objects.filter(kind="people.person-moved").count() == 1
