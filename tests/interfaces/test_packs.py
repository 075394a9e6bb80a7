"""Packs of phones: a pack and the facts since make the fresh pack, after every act there is; and nobody carries what is not his."""

import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.core.serializers.json import DjangoJSONEncoder

from epigrid.interfaces import packs
from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.kernel.duties import Duty
from epigrid.playbooks import runner
from epigrid.playbooks.tables import STEPS
from epigrid.registers.access import queries as access
from epigrid.registers.people import actions as people
from epigrid.registers.people import queries as register
from epigrid.store.models import Fact, Read
from tests import cast
from tests.cast import COMMUNITY, GRID1, GRID2, MONDAY, NEIGHBOUR
from tests.doors.acts import CASES
from tests.doors.world import POSTS, client_of, post

PHONE = cast.uid("phone")
Kept = dict[str, dict[str, dict[str, Any]]]


@dataclass(frozen=True)
class Phone:
    """A bound phone, as the access register tells it."""

    user_id: UUID
    id: UUID = PHONE
    label: str = "演练 1"
    until: datetime = MONDAY + timedelta(days=3)
    people_limit: int = 1000


@dataclass(frozen=True)
class Bearer:
    """Somebody with a phone: his duties, where, and the buildings that he chose."""

    duties: tuple[Duty, ...]
    area: Area | None = None
    buildings: tuple[str, ...] = ()

    def actor(self) -> Actor:
        """Who he is."""
        return cast.actor(*self.duties, area=self.area)

    def asking(self, world: cast.World, now: datetime = MONDAY, limit: int = 1000) -> packs.Asking:
        """What he asks."""
        actor = self.actor()
        return packs.Asking(
            actor=actor,
            device=Phone(user_id=actor.named, people_limit=limit),
            buildings=tuple(world.place(name) for name in self.buildings),
            now=now,
        )


BEARERS = {
    "grid worker": Bearer((Duty.GRID_WORKER,)),
    "grid worker of the other grid": Bearer((Duty.GRID_WORKER,), GRID2),
    "registrar": Bearer((Duty.REGISTRAR,), None, ("b1",)),
    "secretary": Bearer((Duty.COMMUNITY_SECRETARY,), None, ("b1",)),
    "caller": Bearer((Duty.PHONE_OPERATOR,)),
    "guard": Bearer((Duty.GATE_GUARD,)),
    "registrar and grid worker": Bearer((Duty.REGISTRAR, Duty.GRID_WORKER), GRID1, ("b1",)),
}


def _plain(found: packs.Pack) -> dict[str, Any]:
    """The answer as the phone reads it."""
    shown = {"deps": found.deps, "rows": found.rows, "touched": found.touched}
    plain: dict[str, Any] = json.loads(json.dumps(shown, cls=DjangoJSONEncoder))
    plain["rows"].get("gate", {}).get("list", {}).pop("until", None)
    return plain


def _apply(kept: Kept, found: packs.Pack) -> Kept:
    """What the phone does with an answer: rows that name a touched id go, rows of the answer come."""
    answer = _plain(found)
    if found.whole:
        return dict(answer["rows"])
    gone = set(answer["touched"])
    after: Kept = {}
    for shelf, rows in kept.items():
        stay = {key: row for key, row in rows.items() if not any(_names(row[column], gone) for column in answer["deps"].get(shelf, ()))}
        after[shelf] = stay | answer["rows"].get(shelf, {})
    return after


def _names(value: Any, gone: set[str]) -> bool:
    return bool(gone & set(value)) if isinstance(value, list) else value in gone


def _fresh(world: cast.World, bearer: Bearer) -> packs.Pack:
    return packs.pull(ask=bearer.asking(world))


@pytest.mark.parametrize(("path", "operation"), POSTS, ids=[operation for _path, operation in POSTS])
def test_a_pack_and_the_facts_since_make_the_fresh_pack_after_every_act(world: cast.World, path: str, operation: str) -> None:
    body = CASES[operation].body(world)
    before = {name: _fresh(world, bearer) for name, bearer in BEARERS.items()}
    post(client_of(CASES[operation].duty), path, operation, body)
    after_act = {name: packs.pull(ask=bearer.asking(world), known=before[name].token) for name, bearer in BEARERS.items()}
    runner.run_until_quiet(STEPS)
    for name, bearer in BEARERS.items():
        kept = _apply(_apply({}, before[name]), after_act[name])
        kept = _apply(kept, packs.pull(ask=bearer.asking(world), known=after_act[name].token))
        assert kept == _plain(_fresh(world, bearer))["rows"], name


def _people(found: packs.Pack) -> set[str]:
    return set(found.rows.get("people", {}))


def _following(world: cast.World, name: str, do: Callable[[], object], *, now: datetime = MONDAY) -> tuple[packs.Pack, Kept]:
    """What a bearer is told after something happened, and what he keeps then; it is the fresh pack."""
    bearer = BEARERS[name]
    before = _fresh(world, bearer)
    do()
    told = packs.pull(ask=bearer.asking(world, now), known=before.token)
    kept = _apply(_apply({}, before), told)
    assert kept == _plain(packs.pull(ask=bearer.asking(world, now)))["rows"]
    return told, kept


def test_whoever_moves_leaves_one_pack_and_comes_into_the_other(world: cast.World) -> None:
    def move() -> None:
        people.move_person(
            actor=cast.actor(Duty.GRID_WORKER, area=COMMUNITY), person_id=world.person(0), dwelling_id=world.place("b1/u2/f1/r1"), now=MONDAY
        )

    told, kept = _following(world, "grid worker", move)
    assert not told.whole
    assert str(world.person(0)) not in kept["people"]
    other = packs.pull(ask=BEARERS["grid worker of the other grid"].asking(world))
    assert str(world.person(0)) in _people(other)


def test_whoever_is_erased_or_departs_is_in_no_pack(world: cast.World) -> None:
    guard = cast.actor(Duty.GRID_WORKER)
    _told, kept = _following(world, "grid worker", lambda: people.mark_departed(actor=guard, person_id=world.person(1), now=MONDAY))
    assert str(world.person(1)) not in kept["people"]

    def erase() -> None:
        people.erase_people(actor=cast.procedure(), area=COMMUNITY, person_ids=[world.person(2)], now=MONDAY, cause=world.root_cause)

    _told, kept = _following(world, "grid worker", erase)
    assert str(world.person(2)) not in kept["people"]


def test_an_ended_duty_and_other_buildings_are_another_pack_and_a_new_day_too(world: cast.World) -> None:
    both = BEARERS["registrar and grid worker"]
    known = _fresh(world, both).token
    assert not packs.pull(ask=both.asking(world), known=known).whole
    for other in (
        replace(both, duties=(Duty.REGISTRAR,)).asking(world),
        replace(both, buildings=()).asking(world),
        both.asking(world, MONDAY + timedelta(days=1)),
        both.asking(world, limit=1001),
    ):
        assert packs.pull(ask=other, known=known).whole
    assert packs.pull(ask=both.asking(world), known="x.y").whole


def test_a_guard_carries_nobody_a_registrar_surnames_and_nobody_a_document(world: cast.World) -> None:
    assert set(_fresh(world, BEARERS["guard"]).rows) <= {"me", "gate", "posts"}
    registrar, worker = _fresh(world, BEARERS["registrar"]), _fresh(world, BEARERS["grid worker"])
    assert {row["name"][1:] for row in registrar.rows["people"].values()} == {"**"}
    names = {row["name"] for row in worker.rows["people"].values()}
    assert not any("*" in name for name in names)
    documents = vault_values("document")
    assert documents
    for found in (registrar, worker, _fresh(world, BEARERS["secretary"])):
        text = json.dumps(_plain(found)["rows"], ensure_ascii=False)
        assert not any(document in text for document in documents)
    key = access.lookup_key(device_id=PHONE)
    digests = {hmac.digest(key, document.encode(), "sha256").hex()[:16] for document in documents}
    assert {row["document"] for row in registrar.rows["lookups"].values()} - {""} <= digests


def vault_values(field: str) -> set[str]:
    """All values of a field, read by somebody who may."""
    actor = cast.actor(Duty.CDC_INVESTIGATOR, purpose="investigation")
    ids = [card.id for card in register.people(actor=actor)]
    found = register.identities(actor=actor, person_ids=ids, fields=[field], now=MONDAY)
    return {values[field] for values in found.values() if field in values}


def test_reading_names_for_a_pack_is_recorded_and_following_it_reads_no_more_than_what_changed(world: cast.World) -> None:
    bearer, worker = BEARERS["grid worker"], cast.actor(Duty.GRID_WORKER)
    token = _fresh(world, bearer).token
    assert Read.objects.count() == 12
    packs.pull(ask=bearer.asking(world), known=token)
    assert Read.objects.count() == 12
    people.record_need(actor=worker, person_id=world.person(0), kind="chronic", source="visit", now=MONDAY)
    packs.pull(ask=bearer.asking(world), known=token)
    assert Read.objects.count() == 13


def test_a_pack_is_too_large_when_it_has_more_people_than_were_signed_for(world: cast.World) -> None:
    with pytest.raises(packs.PackTooLarge) as refused:
        packs.pull(ask=BEARERS["grid worker"].asking(world, limit=11))
    assert refused.value.details == {"persons": 12, "limit": 11}


def test_a_building_of_somebody_else_gives_no_people(world: cast.World) -> None:
    stranger = replace(BEARERS["registrar"], area=NEIGHBOUR)
    assert packs.pull(ask=stranger.asking(world)).rows["people"] == {}


def test_a_fact_that_commits_late_is_not_skipped(world: cast.World) -> None:
    """Positions are given to committed facts in order: what is written behind a phone's position is told, also if its number in the table is lower."""
    bearer = BEARERS["grid worker"]
    known = _fresh(world, bearer).token
    people.record_need(actor=cast.actor(Duty.GRID_WORKER), person_id=world.person(0), kind="chronic", source="visit", now=MONDAY)
    late = Fact.objects.filter(position__isnull=True).get()
    Fact.objects.filter(seq=late.seq).delete()
    told = packs.pull(ask=bearer.asking(world), known=known)
    assert told.touched == ()
    late.seq = 0
    late.save(force_insert=True)
    assert world.person(0) in packs.pull(ask=bearer.asking(world), known=told.token).touched
