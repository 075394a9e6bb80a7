"""`epigrid import results` on a laboratory's FHIR R4 and HL7 v2 files: message by message, looked at first, sent again, in the name of an account."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from epigrid.field.laboratory import queries
from epigrid.field.laboratory.models import Run
from epigrid.interfaces import cli, startup
from epigrid.kernel.duties import Duty
from epigrid.registers.access.models import User
from epigrid.store.models import Fact
from tests import cast
from tests.field.laboratory.lab import LAB, register, tube

Import = Callable[..., int]
BODY = "演练第一检测机构"


def oru(label: str, value: str, *, kind: str = "ORU^R01", at: str = "20221121070000+0800") -> str:
    """One message of one tube (invented)."""
    obx = f"OBX|1|{'ST' if value.isupper() else 'NM'}|x^ORF1ab gene Ct||{value}||||||F|||{at}"
    return "\r".join([f"MSH|^~\\&|LIS|LAB|EPI|CDC|20221121||{kind}|1|P|2.5.1", f"OBR|1||{label}|x", obx])


def bundle(*labels: str, at: str = "2022-11-21T07:00:00+08:00") -> str:
    entries: list[dict[str, Any]] = []
    for label in labels:
        entries.append({"resource": {"resourceType": "Specimen", "id": label, "accessionIdentifier": {"value": label}}})
        about = {"specimen": {"reference": f"Specimen/{label}"}, "interpretation": [{"coding": [{"code": "NEG"}]}]}
        entries.append({"resource": {"resourceType": "Observation", "status": "final", "code": {"text": "PCR"}, "effectiveDateTime": at, **about}})
    entries.append({"resource": {"resourceType": "Practitioner", "id": "p"}})
    return json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries})


@pytest.fixture
def take(world: cast.World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Import:
    """The command on a file with this content, in the name of a laboratory's account; its exit code."""
    monkeypatch.setattr(startup, "prepare", lambda: None)
    for duty in (Duty.LABORATORY, Duty.COMMUNITY_SECRETARY):
        User.objects.create(id=cast.user_id(duty), username=f"演练-{duty}", tree="mini")
    register(world, "T1", "T2", "T3")

    def run(content: str, *options: str, user: Duty = Duty.LABORATORY, name: str = "lab.hl7") -> int:
        path = tmp_path / name
        path.write_bytes(content.encode())
        return cli.main(["import", "results", str(path), "--user", f"演练-{user}", "--language", "en", "--body", BODY, *options])

    return run


def test_a_fhir_bundle_is_taken_and_the_same_bundle_again_changes_nothing(take: Import, capsys: Any) -> None:
    assert take(bundle("T1", "T2", "X9"), name="lab.json") == 0
    out = capsys.readouterr().out
    assert "lab.json (FHIR)" in out and "new 2, changed 0, unchanged 0, in the inbox 1, refused 0" in out
    assert "parts that nobody here reads: Practitioner" in out
    assert [tube(label).outcome for label in ("T1", "T2", "T3")] == ["negative", "negative", ""]
    facts = Fact.objects.count()
    assert take(bundle("T1", "T2", "X9"), name="lab.json") == 0
    assert "new 0, changed 0, unchanged 3" in capsys.readouterr().out
    assert Fact.objects.count() == facts
    assert Fact.objects.get(kind="laboratory.results-imported").actor_id == LAB.id


def test_hl7_messages_are_taken_one_by_one_and_each_refusal_names_message_segment_field_and_tube(take: Import, tmp_path: Path, capsys: Any) -> None:
    text = "\r".join([oru("T1", "NEGATIVE"), oru("T2", "many"), oru("T3", "NEGATIVE", kind="ADT^A01")])
    assert take(text, "--errors", str(tmp_path / "refused.csv")) == 1
    out = capsys.readouterr().out
    assert "  message 2, OBX[1]-5: the Ct value is no number" in out and "  message 3, MSH-9: the message is no ORU^R01" in out
    lines = (tmp_path / "refused.csv").read_bytes().decode("utf-8-sig").splitlines()
    assert lines[0] == "source row,refused column,refused because,管号"
    assert [line.split(",")[0::3] for line in lines[1:]] == [["2", "T2"], ["3", ""]]
    assert take("\r".join([oru("T1", "NEGATIVE"), oru("T2", "NEGATIVE"), oru("T3", "NEGATIVE")])) == 0
    assert "new 2, changed 0, unchanged 1" in capsys.readouterr().out


def test_a_preview_of_messages_writes_nothing_and_counts_what_then_happens(take: Import, capsys: Any) -> None:
    text, facts = "\r".join([oru("T1", "NEGATIVE"), oru("T2", "many")]), Fact.objects.count()
    assert take(text, "--preview") == 1
    seen = capsys.readouterr().out
    assert (Fact.objects.count(), Run.objects.get_queryset().count()) == (facts, 0) and "nothing is written" in seen
    assert take(text) == 1
    counts = next(line for line in seen.splitlines() if line.startswith("would be ")).removeprefix("would be ")
    assert counts in capsys.readouterr().out.splitlines()
    assert len(queries.labelled(actor=LAB, label="T1")[0].runs) == 1


@pytest.mark.parametrize("content", ["{}", '{"resourceType"', "MSH|", "MSH"], ids=["no resource", "no json", "no separators", "bare"])
def test_a_file_that_is_no_message_is_refused_and_nothing_is_taken(take: Import, content: str) -> None:
    assert take(content) in (1, 2)
    assert Run.objects.get_queryset().count() == 0


def test_an_account_without_the_duty_and_a_laboratory_that_is_not_there_are_refused_whole(take: Import, capsys: Any) -> None:
    assert take(oru("T1", "NEGATIVE"), user=Duty.COMMUNITY_SECRETARY) == 2
    assert take(oru("T1", "NEGATIVE"), "--body", "别的机构") == 2
    assert Run.objects.get_queryset().count() == 0 and "refused:" in capsys.readouterr().out


def test_messages_in_a_file_of_another_kind_are_no_table(take: Import, tmp_path: Path, capsys: Any) -> None:
    path = tmp_path / "scans.csv"
    path.write_text(bundle("T1"), encoding="utf-8")
    assert cli.main(["import", "scans", str(path), "--user", f"演练-{Duty.LABORATORY}", "--language", "en"]) == 2
