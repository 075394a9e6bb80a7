"""The laboratory's pages: within their budget of queries, in both languages, without raw keys; what a stranger sees; a country that set no limits."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from epigrid.field.laboratory import actions, queries, rules
from epigrid.kernel.duties import Duty
from epigrid.store.models import Fact
from tests import cast
from tests.cast import MONDAY, NEIGHBOUR_COUNTY
from tests.doors.world import client_of
from tests.field.laboratory.lab import LAB, SECOND, enter, register, take, tube

RAW_KEY = re.compile(r">\s*([a-z]+(?:[.-][a-z]+)+)\s*<")
ADDRESSES = ("/laboratory/", "/laboratory/?tube=T1", "/laboratory/queue/", "/laboratory/chain/")


def full(world: cast.World) -> None:
    """A laboratory in which everything waits that can wait."""
    round_id = cast.uid("round")
    register(world, *(f"T{number}" for number in range(1, 10)), round_id=round_id)
    bench = rules.Bench(tubes_per_day=4000, turnaround_minutes=90, queue_limit=2)
    actions.set_bench(actor=LAB, body_id=world.bodies["lab1"], bench=bench, plate_wells=96, overflow_id=world.bodies["lab2"], now=MONDAY)
    for hours in (2, 1):
        enter(world, "T1", hours, orf=25.0, n=25.0)
    enter(world, "T2", 1, orf=25.0, n=25.0)
    run = enter(world, "T3", 1, stated="negative")
    actions.ask_correction(actor=SECOND, run_id=run, orf_ct=None, n_ct=None, stated="invalid", reason="no control", now=MONDAY)
    actions.lay_plate(actor=LAB, body_id=world.bodies["lab1"], label="P1", wells=96, tubes=["-", "T4"], now=MONDAY)
    actions.send_on(actor=LAB, body_id=world.bodies["lab1"], to_body_id=world.bodies["lab2"], labels=["T5"], said=1, now=MONDAY)
    take(world, "管号,检测时间,ORF1ab Ct,N Ct\n" + "".join(f"TX{number},2022-11-21 06:00,,\n" for number in range(20)))


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_opens_within_its_budget_in_words(world, language, django_assert_max_num_queries) -> None:
    full(world)
    for duty in (Duty.LABORATORY, Duty.TESTING_FORCE, Duty.AUDITOR, Duty.GRID_WORKER):
        client = client_of(duty)
        client.cookies["django_language"] = language
        client.get("/laboratory/")
        for address in ADDRESSES:
            with django_assert_max_num_queries(12):
                page = client.get(address)
            assert page.status_code == 200
            text = page.content.decode()
            assert not RAW_KEY.findall(text), (duty, address)
            assert ("队列与板" in text, "Queue and plates" in text) == (language == "zh-hans", language == "en")
    shown = client_of(Duty.LABORATORY).get("/laboratory/queue/").content.decode()
    assert shown.count('action="/act/laboratory/') == 5, "rank, lay, fail, send on, settings; nothing to count here"


def test_somebody_of_another_county_sees_nothing(world) -> None:
    full(world)
    client = client_of(Duty.LABORATORY, area=NEIGHBOUR_COUNTY)
    for address in ADDRESSES:
        assert not re.search(r"\bT[2-9]\b|\bTX\d+\b|24\.5", client.get(address).content.decode())


def test_a_file_is_looked_at_first_and_its_own_heading_saved_by_the_page(world) -> None:
    register(world, "T1")
    client, facts = client_of(Duty.LABORATORY), Fact.objects.count()
    own = "条码,检测时间,结果\nT1,2022-11-21 07:00,阴性\n".encode("gbk")

    def send(**more: str) -> str:
        form = {"body_id": str(world.bodies["lab1"]), "file": SimpleUploadedFile("own.csv", own), **more}
        return client.post("/act/laboratory/upload/", form, follow=True).content.decode()

    looked = send(look="1")
    assert "条码" in looked
    assert "不认识的表头" in looked
    assert Fact.objects.count() == facts
    saved = client.post("/act/laboratory/save-heading/", {"body_id": str(world.bodies["lab1"]), "heading": "条码", "field": "label"})
    assert saved.status_code == 302
    send()
    assert tube("T1").outcome == "negative"


def test_where_the_county_set_no_limits_readings_with_a_ct_are_refused_and_statements_are_read(db) -> None:
    world = cast.build(exercise=False)
    register(world, "T1", "T2")
    report = take(world, "管号,检测时间,ORF1ab Ct,N Ct,结果\nT1,2022-11-21 07:00,,,阴性\nT2,2022-11-21 07:00,24,25,阳性\n")
    assert (report.created, [(row.row, row.reason) for row in report.refused]) == (1, [(3, "result.limits-unset")])
    assert [card.outcome for label in ("T1", "T2") for card in queries.labelled(actor=LAB, label=label)] == ["negative", ""]
