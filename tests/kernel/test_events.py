"""Every kind of fact survives the journal: payload as JSON, then loaded, is the same event with the same types."""

import json
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from enum import Enum
from types import UnionType
from typing import Any, ClassVar, Union, get_args, get_origin, get_type_hints
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from epigrid.kernel.areas import Area
from epigrid.kernel.events import Event
from epigrid.playbooks import tables
from tests.kernel.test_areas import PATHS

assert tables.STEPS, "importing the tables makes every event known"
KINDS = sorted(kind for kind, event in Event.kinds.items() if event.__module__.startswith("epigrid."))
PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    str: st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20),
    int: st.integers(-(2**53), 2**53),
    float: st.floats(allow_nan=False, allow_infinity=False),
    bool: st.booleans(),
    UUID: st.uuids(),
    date: st.dates(),
    datetime: st.datetimes(min_value=datetime(1990, 1, 1), timezones=st.just(UTC)),
    Area: PATHS,
}


def values(hint: Any) -> st.SearchStrategy[Any]:
    """Any value that a field of this type may hold; a type that is not listed fails the test instead of slipping through."""
    origin, args = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        return st.one_of(*(st.none() if arg is type(None) else values(arg) for arg in args))
    if origin is tuple:
        assert len(args) == 2 and args[1] is ..., f"{hint}: only tuples of one kind can be loaded"
        return st.lists(values(args[0]), max_size=3).map(tuple)
    if origin is dict:
        return st.dictionaries(values(args[0]), values(args[1]), max_size=3)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return st.sampled_from(hint)
    return PLAIN[hint]


def events(kind: str) -> st.SearchStrategy[Event]:
    event = Event.kinds[kind]
    hints = get_type_hints(event)
    return st.builds(event, **{field.name: values(hints[field.name]) for field in fields(event)})


def types_of(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(map(types_of, value))
    if isinstance(value, dict):
        return {key: types_of(item) for key, item in value.items()}
    return type(value)


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
@settings(max_examples=15)
def test_every_event_comes_back_from_its_stored_form_as_it_was(kind: str, data: st.DataObject) -> None:
    event = data.draw(events(kind))
    stored = json.loads(json.dumps(event.payload()))
    back = Event.load(kind, str(event.area), stored)
    assert back == event
    for field in fields(event):
        assert types_of(getattr(back, field.name)) == types_of(getattr(event, field.name)), field.name


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
@settings(max_examples=3)
def test_every_event_has_a_subject_that_is_an_id(kind: str, data: st.DataObject) -> None:
    event = data.draw(events(kind))
    assert event.subject_id == getattr(event, event.subject)
    assert kind.count(".") == 1


def test_the_list_of_kinds_is_not_empty() -> None:
    assert len(KINDS) > 60


@pytest.mark.parametrize("kind", KINDS)
def test_no_event_has_a_field_for_personal_data(kind: str) -> None:
    personal = {"name", "phone", "document", "address", "birth_date", "masked_name", "person_name"}
    assert not personal & {field.name for field in fields(Event.kinds[kind])}


def test_a_fact_of_an_unknown_kind_is_refused_and_a_new_field_has_its_default_in_old_facts() -> None:
    with pytest.raises(KeyError):
        Event.load("no.such-kind", "a/", {})

    @dataclass(frozen=True, kw_only=True)
    class Grown(Event):
        kind: ClassVar[str] = "kernel-test.grown"
        subject: ClassVar[str] = "thing_id"
        thing_id: UUID
        added: int = 7

    try:
        assert Event.load("kernel-test.grown", "a/", {"thing_id": str(UUID(int=1)), "gone": 3}) == Grown(area=Area("a/"), thing_id=UUID(int=1))
    finally:
        del Event.kinds["kernel-test.grown"]


def test_two_events_of_one_name_are_refused() -> None:
    taken = KINDS[0]
    with pytest.raises(TypeError, match="two events"):
        type("Impostor", (Event,), {"kind": taken, "__qualname__": "Impostor", "__module__": __name__})
