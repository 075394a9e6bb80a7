"""What the phone's screens send is what the machine door takes, with the words of its closed lists."""

import json
from pathlib import Path
from typing import Any

import pytest

from epigrid.field.care import rules as care
from epigrid.field.sampling import rules as sampling
from epigrid.field.tasks import rules as tasks
from epigrid.field.visits import queries as visit_queries
from epigrid.field.visits import rules as visits
from epigrid.interfaces import packs, sync
from epigrid.interfaces.api import ACTS
from tests import cast
from tests.doors.acts import CASES
from tests.doors.world import POSTS, client_of, post
from tests.interfaces.test_packs import Phone

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "commands.json").read_text(encoding="utf-8"))
LISTS: dict[str, Any] = {"sampling": sampling, "care": care, "visits": visits, "tasks": tasks}


def inner(schema: Any, body: Any) -> set[str]:
    """Fields of a body that its schema does not know, nested ones too."""
    fields = schema.model_fields
    strange = set(body) - set(fields)
    for name, value in body.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            strange |= inner(fields[name].annotation.__args__[0], value[0])
    return strange


@pytest.mark.parametrize("act", VECTORS["commands"])
def test_the_door_takes_what_a_screen_sends(act: str) -> None:
    assert act in sync.ACTS
    verbs = {name: verb for acts in ACTS for name, verb in acts.verbs.items()}
    schema, body = verbs[act][1], VECTORS["commands"][act]
    schema.model_validate({**body, "device": "演练手机", "command_id": "1"})
    assert inner(schema, body) == set()


@pytest.mark.parametrize("name", VECTORS["words"])
def test_a_screen_offers_the_words_of_the_closed_list(name: str) -> None:
    app, constant = name.split(".")
    assert sorted(VECTORS["words"][name]) == sorted(getattr(LISTS[app], constant))


def test_what_is_found_at_a_door_is_on_the_list_of_needs() -> None:
    found = {"alone", "frail", "bed-ridden", "mobility", "disabled", "chronic", "dialysis", "pregnant", "infant", "deaf", "online-class", "pet"}
    assert found | set(visits.REQUESTS) == visit_queries.NEEDS


def row_keys(body: dict[str, Any], named: str) -> list[str]:
    """Keys of the rows that a body names; those of the roll-call are of a round and a person."""
    ids = body[named] if isinstance(body[named], list) else [body[named]]
    return [f"{body['round_id']}/{one}" if named == "person_ids" else str(one) for one in ids]


@pytest.mark.parametrize("act", VECTORS["patches"])
def test_the_next_pack_says_of_a_row_what_the_screen_showed_at_once(world: cast.World, act: str) -> None:
    vector, case = VECTORS["patches"][act], CASES[act]
    body = case.body(world) | vector.get("with", {})
    actor = cast.actor(case.duty)
    ask = packs.Asking(actor=actor, device=Phone(user_id=actor.named), buildings=(world.place("b1"),), now=cast.MONDAY)
    before = packs.pull(ask=ask).rows[vector["shelf"]]
    path = next(path for path, operation in POSTS if operation == act)
    post(client_of(case.duty), path, act, body)
    asked_again = packs.Asking(actor=actor, device=Phone(user_id=actor.named), buildings=(world.place("b1"),), now=cast.MONDAY)
    after = packs.pull(ask=asked_again).rows[vector["shelf"]]
    for key in row_keys(body, vector["names"]):
        assert (key in before) is (act != "sampling.add-late")
        if vector["after"] is None:
            assert key not in after
        else:
            assert {name: after[key][name] for name in vector["after"]} == vector["after"]
