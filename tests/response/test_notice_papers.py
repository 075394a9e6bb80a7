"""What a published notice looks like as text, PDF, Word and data, and that each reads back as the change (S-168, X12)."""

import io
import json
from datetime import timedelta

import docx
import pypdf
import pytest

from epigrid.kernel.duties import Duty
from epigrid.response.zones import actions, formats, queries, rules
from epigrid.response.zones.pages.notices import sheet
from epigrid.store import documents, printing
from tests import cast
from tests.cast import HOUR, MONDAY
from tests.doors.world import client_of
from tests.response import stories

ALL = stories.ALL
CITY = cast.actor(Duty.CITY_EOC_OFFICE)


def published(world: cast.World, *zone_ids, **more) -> documents.Paper:
    given = {
        "actor": CITY, "body_id": world.bodies["city"], "zone_ids": zone_ids, "effective_at": MONDAY, "directive_id": stories.city_directive(world),
        "now": MONDAY, "cause": world.root_cause,
    }  # fmt: skip
    notice_id = actions.publish_notice(**(given | more))
    card = next(card for card in queries.notices(actor=ALL) if card.id == notice_id)
    return documents.paper(actor=ALL, document_id=card.document_id)


def changes(text: str) -> list[tuple[str | None, str | None, str]]:
    return [(change.level_from, change.level_to, change.place) for change in formats.read(text).changes]


@pytest.fixture
def paper(world: cast.World) -> documents.Paper:
    return published(world, stories.served_zone(world))


def test_s_168_the_text_has_basis_experts_moment_totals_counts_measures_and_signer(paper: documents.Paper) -> None:
    text = paper.fields["text"]
    for part in (
        "（演练2022年第1号）", "根据《传染病防治法》（2013年修正）第四十一条", "after the experts", "自2022年11月21日8时起", "新增高风险区1个", "(1个):",
        "足不出户，上门服务", "前3天连续开展3次核酸检测", "连续5天无新增感染者降为低风险区", paper.body_name, "2022年11月21日",
    ):  # fmt: skip
        assert part in text, part
    assert "In the first 3 days everybody is tested 3 times" in paper.fields["text_en"]
    assert changes(text) == [(None, "high", "演练花园小区1号楼1单元")]


def test_a_printed_notice_reads_back_as_the_change_and_carries_the_exercise_everywhere(paper: documents.Paper) -> None:
    made = sheet(paper, "zh-Hans")
    page = "\n".join(one.extract_text() for one in pypdf.PdfReader(io.BytesIO(printing.pdf(made))).pages)
    word = "\n".join(one.text for one in docx.Document(io.BytesIO(printing.docx(made))).paragraphs)
    for text in (page, word):
        assert changes(text) == changes(paper.fields["text"])
        assert "演练" in text
    assert made.title.startswith("【演练】")
    assert (made.number, made.watermark) == ("演练2022年第1号", "演练")
    assert made.footer == documents.FOOTER


def test_the_machine_readable_copy_is_the_change(paper: documents.Paper) -> None:
    notice = formats.from_json(json.loads(json.dumps(paper.fields["notice"])))
    assert [(change.level_to, change.place) for change in notice.changes] == [("high", "演练花园小区1号楼1单元")]
    assert all(count.agrees for count in notice.counts)
    assert notice.number == "2022年第1号"


def test_files_are_given_to_who_sees_the_notice_and_nobody_else(world: cast.World, paper: documents.Paper, client) -> None:
    card = queries.notices(actor=ALL)[0]
    assert client.get(f"/notices/{card.id}.pdf").status_code in (302, 401)
    client = client_of(Duty.CITY_EOC_OFFICE)
    heads = {"pdf": b"%PDF", "docx": b"PK", "txt": "关于".encode(), "json": b"{"}
    for form, head in heads.items():
        answer = client.get(f"/notices/{card.id}.{form}")
        assert (answer.status_code, answer.content[: len(head)]) == (200, head), form
    assert client.get(f"/notices/{card.id}.exe").status_code == 404
    assert client.get(f"/notices/{cast.uid('none')}.pdf").status_code == 404


def test_an_area_that_holds_from_its_own_hour_says_so(world: cast.World) -> None:
    first, later = stories.zone(world), stories.zone(world, path="b1/u2", cause=stories_cause(world))
    for zone_id, starts in ((first, MONDAY), (later, MONDAY + 12 * HOUR)):
        actions.decide_zone(
            actor=CITY, zone_id=zone_id, directive_id=world.directive_id, expert_line="经专家组研判", now=MONDAY, cause=world.root_cause,
            review_at=MONDAY + timedelta(days=7), starts_at=starts,
        )  # fmt: skip
    paper = published(world, first, later)
    assert "(自2022年11月21日20时起)" in paper.fields["text"]
    assert [change.effective_at is not None for change in formats.read(paper.fields["text"]).changes] == [False, True]


def stories_cause(world: cast.World):
    """Another fact than the world's first: one fact, one proposal of a level."""
    from epigrid.store.models import Fact

    stories.case(world, 20)
    return Fact.objects.order_by("-seq").values_list("id", flat=True)[0]


def test_x12_a_flat_and_a_small_floor_are_never_published(world: cast.World) -> None:
    for path, refused in (("b1/u1/f1/r1", rules.NoticeAmbiguous), ("b1/u1/f1", rules.NoticeAmbiguous)):
        zone_id = stories.zone(world, path=path, cause=stories_cause(world))
        stories.decide(world, zone_id)
        with pytest.raises(refused):
            published(world, zone_id)
    assert queries.notices(actor=ALL) == []
