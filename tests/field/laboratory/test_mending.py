"""Refused rows of a laboratory's file, handed out by the page: mended and sent again, only these are new."""

import csv
import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from epigrid.field.laboratory.models import Run
from epigrid.kernel.duties import Duty
from tests import cast
from tests.doors.world import client_of
from tests.field.laboratory.lab import register, tube

HEAD = "样本编号,检测时间,ORF1ab Ct,N Ct,姓名\n"
"""A laboratory's own headings; the last column is none of ours and names an invented person."""


def send(client: Client, world: cast.World, content: bytes, name: str = "lab.csv", **more: str) -> str:
    form = {"body_id": str(world.bodies["lab1"]), "file": SimpleUploadedFile(name, content), **more}
    return client.post("/act/laboratory/upload/", form, follow=True).content.decode()


def rows_of(answer: Any, encoding: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.content.decode(encoding), newline="")))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_refused_rows_are_downloaded_with_their_reason_mended_and_sent_again(world: cast.World, encoding: str) -> None:
    register(world, "T1", "T2")
    client = client_of(Duty.LABORATORY)
    text = HEAD + "T1,2022-11-21 06:00,,,演甲\nT2,soon,,,演乙\n=T3,2022-11-21 06:00,99,,演丙\n"
    page = send(client, world, text.encode(encoding))
    assert "下载拒收的行（2）" in page
    answer = client.get("/laboratory/refused/")
    assert answer["Content-Type"] == "text/csv" and "attachment" in answer["Content-Disposition"]
    head, *rows = rows_of(answer, encoding)
    assert head == ["原行号", "问题列", "拒收原因", "管号", "检测时间", "ORF1ab Ct", "N Ct"]
    assert [(row[0], row[1], row[3]) for row in rows] == [("3", "检测时间", "T2"), ("4", "ORF1ab Ct", "'=T3")]
    assert "演" not in answer.content.decode(encoding), "a column that nobody reads goes out to nobody"
    mended = answer.content.decode(encoding).replace("soon", "2022-11-21 06:00").replace("'=T3,2022-11-21 06:00,99", "T1,2022-11-21 05:00,0")
    send(client, world, mended.encode(encoding))
    assert [tube(label).outcome for label in ("T1", "T2")] == ["negative", "negative"]
    assert Run.objects.get_queryset().count() == 3
    assert client.get("/laboratory/refused/").status_code == 302, "nothing was refused the last time"


def test_a_shifted_row_goes_out_shifted_and_is_refused_again_until_it_is_mended(world: cast.World) -> None:
    register(world, "T1")
    client = client_of(Duty.LABORATORY)
    send(client, world, (HEAD + "T1,2022-11-21 06:00,,,演甲,x\n").encode())
    content = client.get("/laboratory/refused/").content
    page = send(client, world, content, "again.csv")
    assert "下载拒收的行（1）" in page and Run.objects.get_queryset().count() == 0


def test_refused_messages_are_listed_with_their_tube(world: cast.World) -> None:
    register(world, "T1", "T2")
    client = client_of(Duty.LABORATORY)
    message = "MSH|^~\\&|LIS|LAB|EPI|CDC|20221121||ORU^R01|1|P|2.5.1\rOBR|1||T2|x\rOBX|1|NM|x^N gene||many||||||F|||202211210700\r"
    send(client, world, message.encode(), "lab.hl7")
    _head, row = rows_of(client.get("/laboratory/refused/"), "utf-8-sig")
    assert (row[0], row[1], row[3]) == ("1", "OBX[1]-5", "T2")


def test_the_refused_rows_are_those_of_whoever_sent_the_file_alone(world: cast.World) -> None:
    sender, other = client_of(Duty.LABORATORY), client_of(Duty.AUDITOR)
    send(sender, world, (HEAD + "T1,soon,,,x\n").encode())
    assert sender.get("/laboratory/refused/").status_code == 200
    assert other.get("/laboratory/refused/").status_code == 302
    assert Client().get("/laboratory/refused/")["Location"].startswith("/accounts/login/")
