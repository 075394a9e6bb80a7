"""FHIR R4 and HL7 v2: what is read, what is listed as unread, what is refused with its place; files of a laboratory looked at first."""

import json
import time
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from epigrid.field.laboratory import actions, formats, queries
from epigrid.field.laboratory.models import Run
from epigrid.store import sheets
from epigrid.store.models import Fact
from tests import cast
from tests.cast import MONDAY
from tests.conftest import SHARED
from tests.field.laboratory.lab import LAB, register, tube

ZONE = ZoneInfo("Asia/Shanghai")
BUNDLES = SHARED / "import_fixtures_sormas" / "sormas-e2e-tests" / "src" / "main" / "resources" / "demisJsonTemplates"


def observation(number: int, *, gene: str = "", **more) -> dict:
    code = {"coding": [{"system": "http://loinc.org", "display": f"{gene} gene Ct" if gene else "SARS-CoV-2 RNA"}]}
    return {"resourceType": "Observation", "id": f"o{number}", "status": "final", "code": code, "specimen": {"reference": "Specimen/s1"}, **more}


def bundle(*observations: dict, specimen: dict | None = None) -> bytes:
    tube_ = {"resourceType": "Specimen", "id": "s1", "accessionIdentifier": {"value": "T1"}, "receivedTime": "2022-11-21T07:00:00+08:00"}
    parts = [specimen or tube_, {"resourceType": "Patient", "id": "p", "name": [{"text": "somebody"}]}, *observations]
    return json.dumps({"resourceType": "Bundle", "type": "collection", "entry": [{"resource": one} for one in parts]}).encode()


POS = {"interpretation": [{"coding": [{"code": "POS"}]}], "effectiveDateTime": "2022-11-21T07:30:00+08:00"}


def cycles(value: float, gene: str) -> dict:
    return {"gene": gene, "valueQuantity": {"value": value, "unit": "Ct"}, "effectiveDateTime": "2022-11-21T07:30:00+08:00"}


def test_two_observations_of_one_tube_are_one_reading_with_a_ct_per_target() -> None:
    found = formats.messages(bundle(observation(1, **cycles(24.5, "ORF1ab")), observation(2, **cycles(25.5, "N"))), ZONE)
    assert [(row.label, row.orf_ct, row.n_ct, row.targets, row.stated) for row in found.rows] == [("T1", 24.5, 25.5, 2, "")]
    assert found.rows[0].tested_at == datetime(2022, 11, 20, 23, 30, tzinfo=UTC)
    assert (found.unknown, found.refused) == (("Patient",), ())


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (POS, "positive"),
        ({"valueCodeableConcept": {"coding": [{"code": "260415000"}]}}, "negative"),
        ({"valueCodeableConcept": {"coding": [{"code": "419984006"}]}}, "grey"),
        ({"dataAbsentReason": {"text": "failed"}}, "invalid"),
    ],
)
def test_coded_results_are_read_and_the_receipt_stands_in_for_a_missing_time(more, said) -> None:
    rows = formats.messages(bundle(observation(1, **more)), ZONE).rows
    assert [row.stated for row in rows] == [said]
    assert all(row.tested_at is not None for row in rows)


def test_parts_that_nobody_reads_are_listed_and_bad_results_named_with_their_path() -> None:
    strange = {"resourceType": "Encounter", "id": "e"}
    bad = [
        observation(1, status="preliminary", **POS),
        observation(2, specimen={}, **POS),
        observation(3, **cycles(99, "N")),
        observation(4, effectiveDateTime="2022-11-21T07:30:00", interpretation=[{"coding": [{"code": "odd"}]}], bodySite={"text": "nose"}),
    ]
    content = json.loads(bundle(*bad))
    content["entry"].append({"resource": strange})
    found = formats.messages(json.dumps(content).encode(), ZONE)
    assert found.rows == ()
    assert [(one.row, one.reason) for one in found.refused] == [
        (1, "result.not-final"),
        (2, "result.label-missing"),
        (3, "result.ct-impossible"),
        (4, "result.nothing-read"),
    ]
    assert found.refused[0].column == "Bundle.entry[2].Observation.status"
    assert set(found.unknown) == {"Patient", "Encounter", "Observation.bodySite", "code odd"}


def test_parameters_with_a_bundle_inside_and_a_lone_observation_are_read() -> None:
    inner = json.loads(bundle(observation(1, **POS)))
    wrapped = {"resourceType": "Parameters", "parameter": [{"name": "content", "resource": inner}]}
    contained = {**observation(1, **POS), "specimen": {"reference": "#s1"}, "contained": [json.loads(bundle())["entry"][0]["resource"]]}
    for document in (wrapped, contained):
        assert [(row.label, row.stated) for row in formats.messages(json.dumps(document).encode(), ZONE).rows] == [("T1", "positive")]


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=8), lambda part: st.lists(part, max_size=3) | st.dictionaries(
    st.sampled_from(["resourceType", "entry", "resource", "parameter", "part", "contained", "specimen", "reference", "code", "coding", "value", "status",
                     "interpretation", "valueQuantity", "component", "identifier", "effectiveDateTime", "name"]),
    part | st.sampled_from(["Bundle", "Parameters", "Observation", "Specimen"]), max_size=5), max_leaves=25))  # fmt: skip
def test_no_document_breaks_the_tolerant_reader(document) -> None:
    try:
        found = formats.messages(b"{" + json.dumps({"resourceType": "Bundle", "entry": [{"resource": document}]}).encode()[1:], ZONE)
    except formats.NotAMessage:
        return
    assert all(row.label and row.tested_at.tzinfo for row in found.rows)


@pytest.mark.data
def test_the_bundles_and_parameters_of_another_system_are_read_and_what_is_not_is_listed() -> None:
    started, read, listed = time.monotonic(), {}, set()
    for path in sorted(BUNDLES.glob("*.json")):
        found = formats.messages(path.read_bytes(), ZONE)
        text = json.loads(path.read_text(encoding="utf-8-sig"))
        assert text["resourceType"] in ("Bundle", "Parameters")
        read[path.stem] = len(found.rows)
        listed |= set(found.unknown)
        observations = path.read_text(encoding="utf-8-sig").count('"resourceType": "Observation"')
        assert (len(found.rows) + len(found.refused) > 0) == (observations > 0), path.name
    assert len(read) == 12
    assert read["labNotificationMultipleSamples"] == 2, "three observations of two specimens"
    assert read["labNotificationTemplatePhysicianReport"] == 0
    assert sum(count > 0 for count in read.values()) == 11
    assert {"Patient", "Organization", "Composition", "Observation.valueString", "Specimen.processing"} <= listed
    assert time.monotonic() - started < 5


HEAD = "MSH|^~\\&|LIS|LAB|EPIGRID|COUNTY|20221121073000||ORU^R01|1|P|2.5.1"
PID = "PID|1||99^^^X||Somebody^Invented"


def message(*lines: str, head: str = HEAD) -> bytes:
    return "\r".join([head, PID, *lines]).encode()


ORDER = "OBR|1||T1|PCR^SARS-CoV-2|||20221121070000|||||||||||||||20221121073000|||F"


def test_an_oru_message_gives_a_reading_with_a_ct_per_target() -> None:
    found = formats.messages(message(ORDER, "OBX|1|NM|C1^ORF1ab||24.5||||||F", "OBX|2|NM|C2^N||25.5||||||F"), ZONE)
    assert [(row.label, row.orf_ct, row.n_ct, row.targets) for row in found.rows] == [("T1", 24.5, 25.5, 2)]
    assert found.rows[0].tested_at == datetime(2022, 11, 20, 23, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["OBX|1|CWE|C1^SARS-CoV-2||260373001^Detected^SCT||||||F"], "positive"),
        (["OBX|1|ST|C1^SARS-CoV-2||阴性||||||F"], "negative"),
        (["OBX|1|ST|C1^SARS-CoV-2||whatever|||POS|||F"], "positive"),
        (["OBX|1|ST|C1^ORF1ab||Detected||||||F", "OBX|2|ST|C2^N||Not detected||||||F"], "single-target"),
        (["OBX|1|NM|C1^ORF1ab||24.5||||||F", "OBX|2|ST|C2^N||Not detected||||||F"], ""),
    ],
)
def test_words_flags_and_chinese_are_read(lines, said) -> None:
    for encoding in ("utf-8", "gbk"):
        content = message(ORDER, *lines).decode().encode(encoding)
        assert [row.stated for row in formats.messages(content, ZONE).rows] == [said]


@pytest.mark.parametrize(
    ("content", "where", "reason"),
    [
        (message(ORDER, "OBX|1|NM|C1^N||abc||||||F"), "OBX[1]-5", "result.ct-unreadable"),
        (message(ORDER, "OBX|1|NM|C1^N||99||||||F"), "OBX[1]-5", "result.ct-impossible"),
        (message(ORDER, "OBX|1|NM|C1^N||20||||||F", "OBX|2|ST|C1^N||perhaps||||||F"), "OBX[2]-5", "result.outcome-unknown"),
        (message(ORDER, "OBX|1|NM|C1^N||20||||||P"), "OBX[1]-11", "result.not-final"),
        (message(ORDER.replace("|T1|", "||"), "OBX|1|NM|C1^N||20||||||F"), "OBR[1]-3", "result.label-missing"),
        (message(ORDER.replace("20221121073000", "soon"), "OBX|1|NM|C1^N||20||||||F"), "OBR[1]-22", "result.time-unreadable"),
        (message(ORDER), "OBR[1]", "result.nothing-read"),
        (message("OBX|1|NM|C1^N||20||||||F", ORDER), "OBX[1]", "message.segment-order"),
        (message("OBX|1|NM|C1^N||20||||||F"), "OBR", "message.segment-missing"),
        (message(ORDER, head=HEAD.replace("ORU^R01", "ADT^A01")), "MSH-9", "message.kind"),
        (message(ORDER, "obx|1"), "obx", "message.segment-unknown"),
        (message(ORDER, head="MSH|^|x"), "MSH-2", "message.separators"),
    ],
)
def test_a_bad_message_is_refused_with_segment_and_field_and_the_next_is_taken(content, where, reason) -> None:
    good = message(ORDER.replace("T1", "T2"), "OBX|1|NM|C1^N||20||||||F", "ZZZ|own")
    found = formats.messages(content + b"\r" + good, ZONE)
    assert [(one.row, one.column, one.reason) for one in found.refused] == [(1, where, reason)]
    assert [row.label for row in found.rows] == ["T2"]
    assert found.unknown == ("ZZZ",)


@given(st.text(st.characters(codec="utf-8"), max_size=200), st.integers(0, 300))
def test_no_bytes_break_the_hl7_reader(text, place) -> None:
    whole = message(ORDER, "OBX|1|NM|C1^ORF1ab||24.5||||||F").decode()
    broken = "MSH" + (whole[:place] + text + whole[place:])[3:]
    for row in formats.messages(broken.encode(), ZONE).rows:
        assert row.label
        assert row.tested_at.tzinfo is not None


@pytest.mark.parametrize("name", ["r.json", "r.hl7"])
def test_messages_are_taken_once_and_name_no_person_anywhere(world, name) -> None:
    register(world, "T1")
    content = bundle(observation(1, **POS)) if name == "r.json" else message(ORDER, "OBX|1|ST|C1^SARS-CoV-2||Detected||||||F", "NTE|1||x")
    it = {"actor": LAB, "body_id": world.bodies["lab1"], "content": content, "name": name, "now": MONDAY}
    first, again = actions.import_file(**it), actions.import_file(**it)
    assert (first.rows.created, again.rows.created, again.rows.unchanged) == (1, 0, 1)
    assert first.unknown == (("Patient",) if name == "r.json" else ("NTE",))
    assert [run.outcome for run in tube("T1").runs] == ["positive"]
    assert "omebody" not in str(list(Run.objects.get_queryset().values())) + str(list(Fact.objects.values_list("payload", flat=True)))


OWN = "条码,时刻,结论,备注\nT1,2022-11-21 07:00,阴性,x\nT2,2022-11-21 07:00,?,x\n"


def test_a_laboratorys_own_headings_are_saved_once_and_a_preview_writes_nothing(world) -> None:
    register(world, "T1", "T2")
    it = {"actor": LAB, "body_id": world.bodies["lab1"], "content": OWN.encode("gbk"), "name": "own.csv", "now": MONDAY}
    facts = Fact.objects.count()
    seen = actions.preview_file(**it)
    assert [(column.heading, column.field) for column in seen.columns] == [("条码", ""), ("时刻", ""), ("结论", ""), ("备注", "")]
    with pytest.raises(sheets.HeadingsMissing):
        actions.import_file(**it)
    for heading, field in (("条码", "label"), ("时刻", "tested_at"), ("结论", "stated"), ("备注", "")):
        actions.save_columns(actor=LAB, body_id=world.bodies["lab1"], columns={heading: field}, now=MONDAY)
    facts += 4
    seen = actions.preview_file(**it)
    assert (seen.rows.created, len(seen.rows.refused), Fact.objects.count(), Run.objects.seen_by(LAB).count()) == (1, 1, facts, 0)
    taken = actions.import_file(**it)
    assert (taken.rows.created, [(row.row, row.column, row.reason) for row in taken.rows.refused]) == (1, [(3, "结论", "result.outcome-unknown")])
    with pytest.raises(sheets.MappingWrong):
        actions.save_columns(actor=LAB, body_id=world.bodies["lab1"], columns={"条码": "nothing"}, now=MONDAY)
    assert queries.bench(actor=cast.procedure(), body_id=world.bodies["lab1"]).columns["条码"] == "label"
