"""From the site to the vehicle and on to the laboratory: two signatures a leg, what is missing is named; waste, and a site that closes clean."""

import io
from decimal import Decimal
from typing import Any
from uuid import UUID

import pypdf
import pytest

from epigrid.field.sampling import actions, queries, rules
from epigrid.field.sampling.models import WasteBag
from epigrid.field.sampling.rules import Signature
from epigrid.field.tasks import queries as tasks
from epigrid.kernel.duties import Duty
from epigrid.kernel.errors import NotAllowed
from epigrid.playbooks import runner
from epigrid.playbooks.tables import STEPS
from epigrid.store.models import Fact
from tests import cast
from tests.cast import COMMUNITY, HOUR, MONDAY
from tests.doors.world import client_of
from tests.field.sampling.test_table import REGISTRAR, SAMPLER, SECRETARY, round_id, swab, tube

__all__ = ["round_id"]
COURIER, KEEPER = cast.actor(Duty.COURIER), cast.actor(Duty.LABORATORY)


@pytest.fixture
def box(world: cast.World, round_id: UUID) -> UUID:
    """A box of the tubes T1 and T2 with two people each."""
    tubes = [filled(world, round_id, "T1", 0, 1), filled(world, round_id, "T2", 2, 3)]
    it: Any = {"actor": SAMPLER, "area": COMMUNITY, "now": MONDAY, "cause": world.root_cause}
    return actions.send_box(**it, label="B1", tube_ids=tubes, to_body_id=world.bodies["lab1"], said=2)


def filled(world: cast.World, round_id: UUID, label: str, *numbers: int) -> UUID:
    made = tube(world, round_id, label)
    swab(world, made, *(world.person(number) for number in numbers))
    actions.close_tube(actor=SAMPLER, tube_id=made, now=MONDAY, cause=world.root_cause)
    return made


def give(world: cast.World, box: UUID, leg: str, count: int = 2, seal: str = "F-1", **more: Any) -> UUID:
    it: Any = {"now": MONDAY + HOUR, "cause": world.root_cause, "actor": {"vehicle": SAMPLER, "laboratory": COURIER}[leg]} | more
    return actions.give_box(**it, box_id=box, leg=leg, signed=Signature(count=count, seal=seal, celsius=Decimal("4.5"), vehicle="演A0001"))


def take(world: cast.World, box: UUID, leg: str, labels: tuple[str, ...] = ("T1", "T2"), seal: str = "F-1", **more: Any) -> tuple[str, ...]:
    it: Any = {"now": MONDAY + HOUR, "cause": world.root_cause, "actor": {"vehicle": COURIER, "laboratory": KEEPER}[leg]} | more
    return actions.take_box(**it, box_id=box, leg=leg, labels=labels, signed=Signature(count=0, seal=seal, celsius=Decimal("6.0")))


def differences() -> list[dict[str, Any]]:
    return [fact.payload for fact in Fact.objects.filter(kind="sampling.hand-over-differed").order_by("seq")]


def test_s_200_a_box_goes_by_vehicle_to_the_laboratory_and_each_side_signs_its_count(world: cast.World, box: UUID) -> None:
    for leg in rules.LEGS:
        assert give(world, box, leg) == give(world, box, leg)
        assert take(world, box, leg) == ()
    legs = queries.hand_overs(actor=COURIER, box_ids=[box])[box]
    assert [(card.said, card.counted, card.seal_found, card.celsius_said, card.celsius_found, card.differs) for card in legs.values()] == [
        (2, 2, "F-1", Decimal("4.5"), Decimal("6.0"), False)
    ] * 2
    assert queries.labels_in(actor=KEEPER, area=COMMUNITY, state="received") == ["T1", "T2"]
    assert differences() == []


def test_s_200_a_tube_that_the_courier_does_not_find_is_named_opens_an_incident_and_is_not_lost_yet(world: cast.World, box: UUID) -> None:
    give(world, box, "vehicle")
    assert take(world, box, "vehicle", ("T1",)) == ("T2",)
    missing = queries.ids_by_label(actor=COURIER, tree="mini", labels=["T2"])["T2"]
    assert [(one["missing_ids"], one["said"], one["counted"], one["other_seal"]) for one in differences()] == [([str(missing)], 2, 1, False)]
    assert queries.tube(actor=COURIER, tube_id=missing).state == "sent"
    runner.run_until_quiet(STEPS)
    assert [task.kind for task in tasks.my_tasks(actor=SECRETARY)] == ["hand-over-incident"]


def test_s_200_a_tube_lost_between_vehicle_and_laboratory_is_named_its_people_are_open_and_asked_again(
    world: cast.World, round_id: UUID, box: UUID
) -> None:
    give(world, box, "vehicle")
    take(world, box, "vehicle")
    give(world, box, "laboratory")
    assert take(world, box, "laboratory", ("T1",)) == ("T2",)
    assert len(differences()) == 1
    assert queries.roll_call(actor=REGISTRAR, round_id=round_id).counts["sampled"] == 2
    assert queries.conservation(actor=cast.procedure(), round_id=round_id).holds
    runner.run_until_quiet(STEPS)
    assert {due.person_id for due in queries.tests_due(actor=SAMPLER)} == {world.person(2), world.person(3)}


def test_s_200_another_seal_is_a_difference_although_every_tube_is_there(world: cast.World, box: UUID) -> None:
    give(world, box, "vehicle")
    assert take(world, box, "vehicle", seal="F-2") == ()
    assert [(one["missing_ids"], one["other_seal"]) for one in differences()] == [([], True)]


def test_s_200_who_signs_says_the_sealed_count_first_gives_then_takes_and_two_people_sign(world: cast.World, box: UUID) -> None:
    with pytest.raises(rules.NotGiven):
        take(world, box, "vehicle")
    with pytest.raises(rules.CountDiffers):
        give(world, box, "vehicle", count=3)
    with pytest.raises(NotAllowed):
        give(world, box, "vehicle", actor=COURIER)
    both = cast.actor(Duty.SAMPLER, Duty.COURIER)
    give(world, box, "vehicle", actor=both)
    with pytest.raises(rules.SamePerson):
        take(world, box, "vehicle", actor=both)
    with pytest.raises(rules.LegUnknown):
        actions.give_box(actor=SAMPLER, box_id=box, leg="post", signed=Signature(count=2), now=MONDAY, cause=world.root_cause)


def test_a_box_that_was_counted_at_its_end_is_signed_no_more(world: cast.World, box: UUID) -> None:
    actions.receive_box(actor=KEEPER, box_id=box, labels=["T1", "T2"], now=MONDAY, cause=world.root_cause)
    with pytest.raises(rules.NotGiven):
        give(world, box, "vehicle")


@pytest.mark.parametrize("state", ["open", "closed", "sent"])
def test_s_218_a_frozen_tube_is_thrown_away_by_its_code_and_its_people_are_asked_again(world: cast.World, round_id: UUID, state: str) -> None:
    made = tube(world, round_id, "T9")
    swab(world, made, world.person(0), world.person(1))
    it: Any = {"actor": SAMPLER, "now": MONDAY, "cause": world.root_cause}
    if state != "open":
        actions.close_tube(**it, tube_id=made)
    box = None
    if state == "sent":
        box = actions.send_box(**it, area=COMMUNITY, label="B9", tube_ids=[made], to_body_id=world.bodies["lab1"], said=1)
    with pytest.raises(rules.DiscardCodeUnknown):
        actions.discard_tube(**it, tube_id=made, code="cold")
    for _ in range(2):
        actions.discard_tube(**it, tube_id=made, code="frozen")
    with pytest.raises(rules.TubeRead):
        actions.discard_tube(**it, tube_id=made, code="duplicate-label")
    assert queries.roll_call(actor=REGISTRAR, round_id=round_id).counts["open"] == 24
    assert queries.conservation(actor=cast.procedure(), round_id=round_id).holds
    runner.run_until_quiet(STEPS)
    assert {due.person_id for due in queries.tests_due(actor=SAMPLER)} == {world.person(0), world.person(1)}
    assert swab(world, tube(world, round_id, "T10"), world.person(0)) == 1
    if box is not None:
        assert actions.receive_box(actor=KEEPER, box_id=box, labels=["T9"], now=MONDAY, cause=world.root_cause) == ()
        assert queries.labels_in(actor=SAMPLER, area=COMMUNITY, state="discarded") == ["T9"]


def test_one_label_on_two_tubes_is_refused_where_size_round_or_team_differ(world: cast.World, round_id: UUID) -> None:
    made = tube(world, round_id, "T1")
    assert tube(world, round_id, "T1") == made
    with pytest.raises(rules.LabelTaken):
        tube(world, round_id, "T1", pool_size=5)
    site = opened(world, round_id)
    it: Any = {"actor": SAMPLER, "tube_id": made, "site_id": site, "now": MONDAY, "cause": world.root_cause}
    for _ in range(2):
        actions.place_tube(**it, team="一队", lane=1)
    with pytest.raises(rules.LabelTaken):
        actions.place_tube(**it, team="二队", lane=1)
    assert Fact.objects.filter(kind="sampling.tube-placed").count() == 1


def opened(world: cast.World, round_id: UUID, name: str = "东门") -> UUID:
    return actions.open_site(actor=REGISTRAR, round_id=round_id, name=name, place_id=None, now=MONDAY, cause=world.root_cause)


def test_s_223_a_site_cannot_be_closed_with_waste_or_tubes_left_or_the_list_unticked(world: cast.World, round_id: UUID) -> None:
    site, made = opened(world, round_id), filled(world, round_id, "T1", 0)
    it: Any = {"actor": REGISTRAR, "site_id": site, "now": MONDAY, "cause": world.root_cause}
    actions.place_tube(**it, tube_id=made, team="一队", lane=1)
    assert actions.seal_waste(**it, code="W1", kilograms=Decimal("2.40")) == actions.seal_waste(**it, code="W1", kilograms=None)
    with pytest.raises(rules.SiteNotClear) as refused:
        actions.close_site(**it, done=["doffing"])
    assert refused.value.details == {"bags": 1, "tubes": 1, "isolated": 0, "unticked": ["disinfection"]}
    actions.send_box(
        actor=SAMPLER, area=COMMUNITY, label="B1", tube_ids=[made], to_body_id=world.bodies["lab1"], said=1, now=MONDAY, cause=world.root_cause
    )
    with pytest.raises(rules.SiteNotClear):
        actions.close_site(**it, done=rules.CHECKLIST)
    with pytest.raises(rules.ReceiverMissing):
        actions.hand_over_waste(**it, codes=["W1"], taken_by="")
    assert actions.hand_over_waste(**it, codes=["W1"], taken_by="演练医废车") == 1
    with pytest.raises(rules.BagTaken):
        actions.hand_over_waste(**it, codes=["W1"], taken_by="again")
    for _ in range(2):
        actions.close_site(**it, done=rules.CHECKLIST)
    assert Fact.objects.filter(kind="sampling.site-closed").count() == 1
    with pytest.raises(rules.SiteClosed):
        actions.seal_waste(**it, code="W2", kilograms=None)


def test_a_waste_bag_of_one_site_is_not_another_sites(world: cast.World, round_id: UUID) -> None:
    first, second = opened(world, round_id), opened(world, round_id, "西门")
    it: Any = {"actor": REGISTRAR, "now": MONDAY, "cause": world.root_cause, "code": "W1", "kilograms": None}
    actions.seal_waste(**it, site_id=first)
    with pytest.raises(rules.BagTaken):
        actions.seal_waste(**it, site_id=second)
    assert WasteBag.objects.seen_by(REGISTRAR).count() == 1


def test_s_198_whoever_waits_apart_owes_a_single_sample_and_both_tasks_end_with_the_hand_over(world: cast.World, round_id: UUID) -> None:
    it: Any = {"actor": SAMPLER, "now": MONDAY, "cause": world.root_cause}
    record = actions.isolate(**it, round_id=round_id, person_id=world.person(0))
    runner.run_until_quiet(STEPS)
    assert [(due.person_id, due.source_kind) for due in queries.tests_due(actor=SAMPLER)] == [(world.person(0), "isolation")]
    assert [task.kind for task in tasks.my_tasks(actor=SECRETARY)] == ["isolated"]
    actions.hand_over_isolated(**it, isolation_id=record, handed_to="演练医院")
    runner.run_until_quiet(STEPS)
    assert queries.tests_due(actor=SAMPLER) == []
    assert tasks.my_tasks(actor=SECRETARY) == []


def test_s_218_no_label_is_drawn_twice_and_a_drawn_run_is_printed_by_who_sees_it(world: cast.World) -> None:
    it: Any = {"actor": REGISTRAR, "area": COMMUNITY, "now": MONDAY}
    runs = [actions.draw_labels(**it, kind=kind, count=count) for kind, count in (("tube", 3), ("tube", 2), ("box", 1))]
    with pytest.raises(rules.LabelKindUnknown):
        actions.draw_labels(**it, kind="bag", count=1)
    assert [run.labels for run in queries.drawings(actor=REGISTRAR)] == [
        ("B0000001",),
        ("T0000004", "T0000005"),
        ("T0000001", "T0000002", "T0000003"),
    ]
    answer = client_of(Duty.REGISTRAR).get(f"/labels/?print={runs[0]}")
    assert (answer.status_code, answer["Content-Type"], answer.content[:5]) == (200, "application/pdf", b"%PDF-")
    text = pypdf.PdfReader(io.BytesIO(answer.content)).pages[0].extract_text()
    assert "T0000003" in text and "演练" in text
    assert client_of(Duty.REGISTRAR).get(f"/labels/?print={cast.uid('none')}").status_code == 404
    assert client_of(Duty.REGISTRAR, area=cast.NEIGHBOUR_COUNTY).get(f"/labels/?print={runs[0]}").status_code == 404
