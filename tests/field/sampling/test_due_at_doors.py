"""From door to door: refusals that are talked about and referred only by a human, shops in walking order. All people are invented."""

from functools import partial
from typing import Any
from uuid import UUID

import pytest
from django.apps import apps
from django.core.exceptions import ObjectDoesNotExist

from epigrid.field.codes.models import StatusReason
from epigrid.field.sampling import actions, queries, rules
from epigrid.field.sampling.actions.rounds import RollEntry
from epigrid.field.sampling.models import Refusal, RollReport
from epigrid.field.tasks import queries as tasks
from epigrid.kernel.duties import Duty
from epigrid.kernel.errors import NotAllowed
from epigrid.playbooks import runner
from epigrid.playbooks.tables import STEPS
from epigrid.registers.people.models import Person
from epigrid.registers.places.models import Place
from epigrid.store.models import Fact
from tests import cast
from tests.cast import COMMUNITY, DAY, GRID1, GRID2, HOUR, MONDAY, uid
from tests.field.sampling.test_table import SECRETARY, order_round, round_id
from tests.field.sampling.test_turnout import come
from tests.store import facts

__all__ = ["round_id"]
WORKER = cast.actor(Duty.GRID_WORKER)
TEAM = (Duty.GRID_WORKER, Duty.REGISTRAR, Duty.SAMPLER, Duty.COMMUNITY_SECRETARY, Duty.PHONE_OPERATOR)


def decline(world: cast.World, round_id: UUID, number: int = 0, code: str = "tired") -> UUID:
    it: Any = {"actor": WORKER, "now": MONDAY, "cause": world.root_cause}
    return actions.record_decline(**it, round_id=round_id, person_id=world.person(number), code=code)


def talk(world: cast.World, refusal: UUID, kind: str) -> tuple[str, ...]:
    return actions.note_talk(actor=WORKER, refusal_id=refusal, talk=kind, now=MONDAY + HOUR, cause=world.root_cause)


def refer(world: cast.World, refusal: UUID, actor: Any = SECRETARY, why: str = "asks for a doctor's word") -> None:
    actions.refer_decline(actor=actor, refusal_id=refusal, why=why, now=MONDAY + 2 * HOUR, cause=world.root_cause)


def test_s_219_nothing_is_referred_before_three_talks_are_recorded(world: cast.World, round_id: UUID) -> None:
    refusal = decline(world, round_id)
    assert decline(world, round_id, code="fear") == refusal
    for kind, left in (("second-offer", 2), ("second-offer", 2), ("home-option", 1)):
        with pytest.raises(rules.TalksMissing):
            refer(world, refusal)
        assert len(talk(world, refusal, kind)) == left
    with pytest.raises(rules.TalksMissing) as missing:
        refer(world, refusal)
    assert missing.value.details["missing"] == ["explanation"]
    assert talk(world, refusal, "explanation") == ()
    refer(world, refusal)
    [card] = queries.refusals(actor=SECRETARY)
    assert (card.code, card.talks, card.referred_by) == ("tired", ("second-offer", "home-option", "explanation"), SECRETARY.id)
    with pytest.raises(rules.TalkUnknown):
        talk(world, refusal, "threat")
    with pytest.raises(rules.DeclineCodeUnknown):
        decline(world, round_id, 1, code="bad")


def test_s_219_only_a_named_human_refers_and_nothing_follows_from_it(world: cast.World, round_id: UUID) -> None:
    refusal = decline(world, round_id)
    for kind in rules.TALKS:
        talk(world, refusal, kind)
    for actor in (cast.procedure(), WORKER):
        with pytest.raises(NotAllowed):
            refer(world, refusal, actor)
    with pytest.raises(rules.DeclineReasonMissing):
        refer(world, refusal, why="  ")
    runner.run_until_quiet(STEPS)
    before, statuses = Fact.objects.count(), list(StatusReason.objects.get_queryset().values_list("person_id", "effect"))
    refer(world, refusal)
    runner.run_until_quiet(STEPS)
    assert Fact.objects.count() == before + 1
    assert list(StatusReason.objects.get_queryset().values_list("person_id", "effect")) == statuses
    assert [task for duty in TEAM for task in tasks.my_tasks(actor=cast.actor(duty)) if task.person_id == world.person(0)] == []


def test_s_219_the_team_of_the_building_sees_why_and_it_expires_with_the_round(world: cast.World, round_id: UUID) -> None:
    refusal = decline(world, round_id)
    for duty in Duty:
        seen = bool(queries.refusals(actor=cast.actor(duty, area=GRID1)))
        assert seen == (duty in {*TEAM, Duty.PROCEDURE, Duty.GLASS}), duty
    assert queries.refusals(actor=cast.actor(Duty.GRID_WORKER, area=GRID2)) == []
    roll = {row.person_id: row.state for row in queries.roll_call(actor=SECRETARY, round_id=round_id).rows}
    assert roll[world.person(0)] == "declined"
    actions.close_round(actor=SECRETARY, round_id=round_id, now=MONDAY + DAY, cause=world.root_cause)
    assert queries.refusals(actor=SECRETARY) == []
    for act in (lambda: talk(world, refusal, "explanation"), lambda: refer(world, refusal)):
        with pytest.raises(ObjectDoesNotExist):
            act()
    with pytest.raises(rules.RoundNotOpen):
        decline(world, round_id, 1)


def everything() -> str:
    """All that stands in any table of the program, receipts and facts included."""
    models = [model for model in apps.get_models() if model.__module__.startswith("epigrid.")]
    return "\n".join(repr(row) for model in models for row in model._base_manager.values_list())


@pytest.mark.parametrize("closer", [Duty.COUNTY_EOC_OFFICER, Duty.COMMUNITY_SECRETARY, Duty.PROCEDURE])
def test_s_219_when_the_round_closes_no_table_says_any_more_why_somebody_declined(world: cast.World, round_id: UUID, closer: Duty) -> None:
    refusal = decline(world, round_id, code="mistrust")
    decline(world, round_id, 1, code="mistrust")
    for kind in rules.TALKS:
        talk(world, refusal, kind)
    refer(world, refusal, why="演练转介理由7731")
    told = [RollEntry(person_id=world.person(number), state=state, reason="演练原因7732") for number, state in ((2, "declined"), (3, "away"))]
    actions.report_roll(actor=WORKER, round_id=round_id, entries=told, now=MONDAY, cause=world.root_cause)
    words = ("mistrust", "7731", "7732", "home-option")
    assert all(word in everything() for word in words)
    actor = cast.procedure() if closer is Duty.PROCEDURE else cast.actor(closer)
    counts = actions.close_round(actor=actor, round_id=round_id, now=MONDAY + DAY, cause=world.root_cause)
    assert counts["declined"] == 3
    left = everything()
    assert [word for word in words if word in left] == ["7732"], "the reason of somebody who is away stays"
    assert (Refusal.objects.count(), list(RollReport.objects.exclude(reason="").values_list("state", flat=True))) == (0, ["away"])
    assert queries.conservation(actor=cast.procedure(), round_id=round_id).holds
    referred = Fact.objects.get(kind="sampling.decline-referred")
    assert (referred.actor_id, referred.payload) == (SECRETARY.id, {"refusal_id": str(refusal), "person_id": str(world.person(0))})


def test_s_219_what_was_written_beside_a_refusal_stands_in_the_list_of_the_buildings_team_only(world: cast.World, round_id: UUID) -> None:
    told = [RollEntry(person_id=world.person(number), state=state, reason=state) for number, state in ((2, "declined"), (3, "away"))]
    actions.report_roll(actor=WORKER, round_id=round_id, entries=told, now=MONDAY, cause=world.root_cause)
    part = queries.Part(person_ids=[world.person(2), world.person(3)])
    for actor, reasons in ((WORKER, ["declined", "away"]), (SECRETARY, ["declined", "away"]), (cast.actor(Duty.COUNTY_EOC_OFFICER), ["", "away"])):
        assert [card.line.reason for card in queries.roster_list(actor=actor, round_id=round_id, part=part)] == reasons


def test_s_219_closing_a_round_leaves_the_refusals_of_another(world: cast.World, round_id: UUID) -> None:
    other = order_round(world)
    decline(world, round_id)
    kept = decline(world, other, 1)
    actions.close_round(actor=SECRETARY, round_id=round_id, now=MONDAY + DAY, cause=world.root_cause)
    assert list(Refusal.objects.values_list("id", flat=True)) == [kept]


def test_s_219_whoever_declines_while_the_round_closes_leaves_nothing_behind(transactional_db: None) -> None:
    world = cast.build()
    round_id = order_round(world)
    close = partial(actions.close_round, actor=SECRETARY, round_id=round_id, now=MONDAY + DAY, cause=world.root_cause)
    answers = facts.together(*(partial(decline, world, round_id, number) for number in range(4)), close)
    refused = [answer for answer in answers if isinstance(answer, Exception)]
    assert all(isinstance(one, rules.RoundNotOpen) for one in refused), refused
    assert (Refusal.objects.count(), RollReport.objects.filter(state="declined").count()) == (0, 4 - len(refused))


def test_s_219_whoever_comes_after_all_is_sampled_and_his_refusal_is_over(world: cast.World, round_id: UUID) -> None:
    decline(world, round_id)
    come(world, round_id, "T1", 0)
    assert [one.sampled for one in queries.refusals(actor=WORKER)] == [True]
    assert queries.roll_call(actor=SECRETARY, round_id=round_id).counts["declined"] == 0


def market(world: cast.World, count: int) -> list[UUID]:
    """Shops A1..An in a row of the first grid; the k-th employs person k, the last two nobody."""
    ids = []
    for number in range(1, count + 1):
        path = f"mini/a/s{number}/"
        row = Place(id=uid("shop", number), kind="shop", name=f"A{number}", full_name=f"演练万和A{number}", path=path, area=GRID1)
        Place.objects.bulk_create([row])
        ids.append(row.id)
        if number <= count - 2:
            Person.objects.get_queryset().filter(id=world.person(number)).update(worker_place_id=row.id)
    return ids


def test_s_221_at_the_end_of_the_walk_every_shop_has_a_result_or_a_reason(world: cast.World, round_id: UUID) -> None:
    ids = market(world, 12)
    listed = queries.shops(actor=SECRETARY, round_id=round_id)
    assert [one.name for one in listed] == [*(f"演练万和A{number}" for number in range(1, 13)), "演练便利店"]
    assert {one.state for one in listed} == {"open"} and listed[0].person_ids == (world.person(1),)
    tube = come(world, round_id, "T1", *range(1, 10))
    it: Any = {"actor": cast.actor(Duty.REGISTRAR), "now": MONDAY, "cause": world.root_cause}
    for place, reason in ((ids[9], "nobody-in"), (ids[10], "closed"), (ids[11], "closed"), (ids[11], "no-workers"), (world.place("shop"), "closed")):
        actions.note_premises(**it, round_id=round_id, place_id=place, reason=reason)
    actions.note_results(actor=cast.procedure(), tube_ids=[tube], outcome="negative", at=MONDAY + HOUR, now=MONDAY, cause=world.root_cause)
    states = [one.state for one in queries.shops(actor=SECRETARY, round_id=round_id)]
    assert states == ["read"] * 9 + ["nobody-in", "closed", "no-workers", "closed"]
    come(world, round_id, "T2", 10)
    assert [one.state for one in queries.shops(actor=SECRETARY, round_id=round_id, area=GRID1)][9:] == ["sampled", "closed", "no-workers"]


def test_s_221_a_reason_off_the_list_and_a_shop_of_another_area_are_refused(world: cast.World, round_id: UUID) -> None:
    it: Any = {"actor": SECRETARY, "round_id": round_id, "now": MONDAY, "cause": world.root_cause}
    with pytest.raises(rules.NoSampleUnknown):
        actions.note_premises(**it, place_id=world.place("shop"), reason="lazy")
    with pytest.raises(ObjectDoesNotExist):
        actions.note_premises(**it, place_id=world.place("site"), reason="closed")
    county: Any = {**it, "actor": cast.actor(Duty.REGISTRAR, area=cast.COUNTY)}
    with pytest.raises(rules.PartOutside):
        actions.note_premises(**county, place_id=world.place("site"), reason="closed")


def test_s_221_rows_of_homes_are_no_shops(world: cast.World, round_id: UUID) -> None:
    row = Place(id=uid("row"), kind="row", name="平房1排", full_name="演练平房1排", path="mini/row1/", area=COMMUNITY)
    Place.objects.bulk_create([row])
    assert row.id not in {one.place_id for one in queries.shops(actor=SECRETARY, round_id=round_id)}
    Person.objects.get_queryset().filter(id=world.person(3)).update(worker_place_id=row.id)
    assert row.id in {one.place_id for one in queries.shops(actor=SECRETARY, round_id=round_id)}
