"""Papers: numbered without gaps, kept as drawn; in an exercise marked three times over and never in a real body's name."""

import pytest
from django.db import transaction

from epigrid.kernel.actors import Actor, Grant
from epigrid.kernel.areas import Area
from epigrid.kernel.duties import Duty
from epigrid.store import documents
from epigrid.store.models import Document, Series
from tests.cast import DAY, MONDAY, uid
from tests.store import facts
from tests.store.facts import ROOT

READER = Actor.user(uid("reader"), Grant(duty=Duty.AUDITOR, area=ROOT))


def draw(body: str = "演练县指挥部", *, area: Area = ROOT, kind: str = "notice", person: str = "", now=MONDAY) -> documents.Paper:
    return documents.draw(
        area=area,
        kind=kind,
        title="通告",
        body_name=body,
        fields={"zone": uid("zone"), "from": MONDAY},
        now=now,
        person_id=uid(person) if person else None,
    )


def test_a_paper_of_an_exercise_says_so_in_title_number_footer_and_field(db: None) -> None:
    facts.tree()
    paper = draw()
    assert all("演练" in text for text in (paper.title, paper.number, paper.footer))
    assert paper.title.endswith("通告")
    assert (paper.exercise, paper.fields["exercise"]) == (True, True)


@pytest.mark.parametrize("body", ["太原市疫情防控办", "县指挥部", ""])
def test_a_real_body_is_refused_in_an_exercise_and_no_number_is_used_up(db: None, body: str) -> None:
    facts.tree()
    with pytest.raises(documents.RealBodyInExercise):
        draw(body)
    assert (Document.objects.get_queryset().count(), Series.objects.count()) == (0, 0)
    assert draw().number == "演练-2022-0001"


def test_a_paper_of_a_real_tree_carries_no_mark(db: None) -> None:
    facts.tree(exercise=False)
    paper = draw("县指挥部")
    assert (paper.title, paper.number, paper.footer, paper.exercise, paper.fields["exercise"]) == ("通告", "2022-0001", "", False, False)


def test_numbers_run_by_body_kind_and_local_year_and_a_failed_act_leaves_no_gap(db: None) -> None:
    facts.tree()
    assert draw().number == "演练-2022-0001"
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        assert draw().number == "演练-2022-0002"
        raise ZeroDivisionError
    new_year = MONDAY.replace(month=12, day=31, hour=16)
    numbers = [draw().number, draw("演练社区").number, draw(kind="order").number, draw(now=new_year).number, draw().number]
    assert numbers == ["演练-2022-0002", "演练-2022-0001", "演练-2022-0001", "演练-2023-0001", "演练-2022-0003"]


def test_papers_drawn_at_once_have_numbers_of_their_own(transactional_db: None) -> None:
    facts.tree()

    def print_some() -> list[str]:
        found = []
        for _ in range(8):
            with transaction.atomic():
                found.append(draw().number)
        return found

    answers = facts.together(print_some, print_some, print_some)
    assert not facts.failures(answers)
    assert sorted(number for found in answers for number in found) == [f"演练-2022-{number:04d}" for number in range(1, 25)]


def test_a_paper_is_shown_as_it_was_drawn_to_who_may_see_it(db: None) -> None:
    facts.tree()
    first, second = draw(person="me", area=Area("t/a/")), draw(person="me", now=MONDAY + DAY)
    draw(person="you")
    me = Actor.resident(uid("me"))
    assert documents.papers_of(actor=me, person_id=uid("me")) == [first, second]
    assert documents.paper(actor=READER, document_id=first.id) == first
    assert documents.papers_of(actor=me, person_id=uid("you")) == []
    stranger = Actor.user(uid("s"), Grant(duty=Duty.AUDITOR, area=Area("t/b/")))
    for actor in (stranger, Actor.resident(uid("you"))):
        with pytest.raises(Document.DoesNotExist):
            documents.paper(actor=actor, document_id=first.id)


def test_the_digest_changes_with_every_part_of_the_content(db: None) -> None:
    facts.tree()
    papers = [draw(), draw(), draw("演练社区"), draw(kind="order")]
    papers.append(documents.draw(area=ROOT, kind="notice", title="通告", body_name="演练县指挥部", fields={}, now=MONDAY))
    assert len({paper.digest for paper in papers}) == 5
