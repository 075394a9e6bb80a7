"""The clock's own playbook: what falls due without a pack in force, and what the night deletes."""

from datetime import UTC, datetime, timedelta

from epigrid.field.tasks import queries as tasked
from epigrid.kernel.duties import Duty
from epigrid.playbooks import daily
from epigrid.registers.people import actions as people
from epigrid.registers.people import queries as registered
from epigrid.registers.people.models import Person
from epigrid.response.quarantine import queries as measures
from epigrid.store import clock, extracts, journal, vault
from epigrid.store.models import Fact, PersonKey, Secret
from tests import cast
from tests.cast import COMMUNITY, DAY, HOUR, MONDAY, TREE
from tests.response import stories

NIGHT = datetime(2022, 11, 21, 16, 0, tzinfo=UTC)
"""Local midnight after MONDAY."""


def test_a_hold_is_over_at_its_end_on_a_day_on_which_no_pack_is_in_force(world: cast.World) -> None:
    stories.issued(world)
    later = MONDAY + 60 * DAY
    assert daily.next_due(TREE, later) == later.replace(hour=16)
    assert daily.tick(TREE, later) > 0
    assert {card.end_reason for card in measures.holds(actor=cast.procedure())} == {"lapsed"}


def test_a_real_tree_ticks_although_nobody_has_set_anything_there(db: None) -> None:
    cast.build(exercise=False)
    assert daily.tick(TREE, datetime(2026, 11, 27, tzinfo=UTC)) == 0
    assert tasked.open_count(actor=cast.procedure()) == 0


def test_the_day_is_swept_once(world: cast.World) -> None:
    assert daily.tick(TREE, NIGHT) == 1
    assert daily.tick(TREE, NIGHT + HOUR) == 0
    assert daily.tick(TREE, NIGHT + DAY) == 1
    assert Fact.objects.filter(kind="playbooks.night-swept").count() == 2


def test_presences_that_no_look_back_reaches_are_unlinked(world: cast.World) -> None:
    today = clock.local_day(TREE, NIGHT)
    days = {cast.uid("scan", back): today - timedelta(days=back) for back in range(1, 8)}
    number = extracts.pseudonyms(area=TREE, kind="person", subject_ids=[world.person(0)])[world.person(0)]
    extracts.add(area=TREE, day_of=days, rows=[(scan, number, 1, 0, 60) for scan in days])
    daily.tick(TREE, NIGHT)
    left = extracts.visits(area=TREE, first=today - timedelta(days=30), last=today)
    assert left.num_rows == 4
    assert extracts.visits(area=TREE, first=today - timedelta(days=30), last=today - timedelta(days=5)).num_rows == 0


def test_after_its_retention_nobodys_name_is_readable_and_who_lives_here_has_a_fresh_file(world: cast.World) -> None:
    stories.issued(world)
    held = [card.person_id for card in measures.holds(actor=cast.procedure())]
    names = {person: f"演安{world.people.index(person)}" for person in held}
    ended = MONDAY + 2 * DAY
    daily.tick(TREE, ended)
    daily.tick(TREE, ended + 29 * DAY)
    assert not vault.erased(held)
    daily.tick(TREE, ended + 31 * DAY)
    assert vault.erased(held) == set(held)
    assert not Secret.objects.filter(person_id__in=held).exists() and not PersonKey.objects.filter(person_id__in=held).exists()
    assert {card.masked_name for card in registered.people(actor=cast.procedure(), ids=held)} == {""}
    for person, name in names.items():
        fresh = vault.find(tree=TREE.tree, field="name", value=name)
        assert len(fresh) == 1 and fresh[0] != person
    living = [card for card in registered.people(actor=cast.procedure(), area=COMMUNITY) if not card.erased]
    assert len(living) == len(world.people)


def test_a_fresh_file_keeps_home_needs_and_guardians_and_no_fact_names_both(world: cast.World) -> None:
    desk, secretary = cast.procedure(), cast.actor(Duty.COMMUNITY_SECRETARY)
    parent, child = world.person(4), world.person(5)
    people.record_need(actor=secretary, person_id=parent, kind="mobility", source="visit", now=MONDAY)
    people.forget_people(actor=desk, area=TREE, person_ids=[parent], now=MONDAY, cause=world.root_cause)
    fresh = vault.find(tree=TREE.tree, field="name", value="演安4")[0]
    row = Person.objects.seen_by(desk).get(id=fresh)
    assert row.household_id == world.households[2] and row.dwelling_id == world.place("b1/u1/f2/r1")
    assert registered.person(actor=desk, person_id=child).guardian_id == fresh
    assert [need.kind for need in registered.needs(actor=desk, on=clock.local_day(TREE, MONDAY), person_ids=[fresh])] == ["mobility"]
    assert not [fact for fact in journal.facts(actor=desk) if str(fresh) in str(fact.event.payload())]
