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
from epigrid.interfaces import sync
from epigrid.interfaces.api import ACTS

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
