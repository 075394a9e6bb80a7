"""The shape of the house (architecture, section 5): what no linter knows."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models

from epigrid.kernel.events import Event
from epigrid.store.scoped import ScopedModel

SOURCE = Path(__file__).resolve().parent.parent / "src" / "epigrid"
LAYERS = ("registers", "field", "response", "command")
FILES = sorted(path for path in SOURCE.rglob("*.py") if "migrations" not in path.parts)
CONTEXT = {"self", "cls", "actor", "now", "cause"}
"""What every verb takes beside its own parameters."""

NO_ACTOR = {
    "registers/policies": "rules are no rows of an area: who may read the law",
    "registers/access/queries.py": "asked at the door, before there is an actor",
    "appointments": "asked at the door, before there is an actor",
}
BEFORE_AN_ACTOR = {
    "registers/access/queries.py",
    "registers/access/actions.py",
    "registers/organisation/queries.py",
    "registers/policies/queries.py",
    "registers/policies/actions.py",
}
"""Modules that may reach rows without `seen_by`: at the door, and editions (no area)."""
KNOW_EXERCISES = {
    "store/clock.py": "the clock",
    "store/models.py": "the column itself",
    "store/documents.py": "pages and documents",
    "registers/policies/queries.py": "policy overlays",
    "registers/access/queries.py": "access",
    "registers/access/actions.py": "access",
    "interfaces/pages/frame.py": "pages and documents",
    "command/communication/actions.py": "outbound adapters",
    "interfaces/startup.py": "start-up",
}
FRONT = {"people.Person", "places.Place", "organisation.Body"}


def name(path: Path) -> str:
    return str(path.relative_to(SOURCE))


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def functions(path: Path) -> Iterator[ast.FunctionDef]:
    return (node for node in ast.walk(tree(path)) if isinstance(node, ast.FunctionDef))


@pytest.mark.parametrize("path", FILES, ids=name)
def test_no_file_is_longer_than_400_lines(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


@pytest.mark.parametrize("path", FILES, ids=name)
def test_functions_are_small(path: Path) -> None:
    for function in functions(path):
        assert (function.end_lineno or 0) - function.lineno < 45, f"{function.name}: more than 40 lines of body"
        arguments = [arg.arg for arg in (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)]
        assert len([arg for arg in arguments if arg not in CONTEXT]) <= 7, f"{function.name}: more than 7 parameters"


@pytest.mark.parametrize("path", [path for path in FILES if path.name == "queries.py" and name(path).split("/")[0] in LAYERS], ids=name)
def test_every_query_takes_an_actor_by_keyword(path: Path) -> None:
    if any(name(path).startswith(key) for key in NO_ACTOR):
        return
    for node in tree(path).body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and node.name not in NO_ACTOR:
            keyword_only = [arg.arg for arg in node.args.kwonlyargs]
            assert not node.args.args, f"{node.name}: keyword-only"
            assert "actor" in keyword_only, f"{node.name}: takes no actor"


@pytest.mark.parametrize("path", [path for path in FILES if name(path).split("/")[0] in LAYERS], ids=name)
def test_rows_are_reached_through_seen_by_only(path: Path) -> None:
    if name(path) in BEFORE_AN_ACTOR:
        return
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Attribute) and node.value.attr == "objects":
            assert node.attr in {"seen_by", "create", "bulk_create", "bulk_update"}, f"line {node.lineno}: .objects.{node.attr}"


@pytest.mark.parametrize("path", FILES, ids=name)
def test_nobody_walks_round_the_scope_by_traversal(path: Path) -> None:
    if name(path).startswith(("engine/", "command/exercises/formats", "response/tracing/actions/venue_queries/")):
        return
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Attribute) and node.attr in {"person", "dwelling"}:
            module = isinstance(node.value, ast.Name) and node.value.id == "people"
            clean = name(path).startswith("registers/people/actions/roster") and node.attr == "dwelling"
            assert module or clean, f"line {node.lineno}: .{node.attr}"


def test_templates_do_not_walk_round_the_scope() -> None:
    for path in SOURCE.rglob("*.html"):
        assert not re.search(r"\.(person|dwelling)\.", path.read_text(encoding="utf-8")), name(path)


def test_foreign_keys_cross_apps_only_to_person_place_and_body() -> None:
    for model in apps.get_models():
        if not model.__module__.startswith("epigrid."):
            continue
        for field in model._meta.concrete_fields:
            if isinstance(field, models.ForeignKey) and field.related_model._meta.app_label != model._meta.app_label:
                target = f"{field.related_model._meta.app_label}.{field.related_model.__name__}"
                assert target in FRONT, f"{model.__name__}.{field.name} -> {target}"
                assert field.remote_field.on_delete is models.PROTECT
                assert field.remote_field.related_name == "+"


def test_every_table_of_an_app_has_an_area() -> None:
    exempt = {"access.User", "access.Attempt", "policies.Edition"}
    for model in apps.get_models():
        label = f"{model._meta.app_label}.{model.__name__}"
        if model.__module__.startswith("epigrid.") and model._meta.app_label != "store" and label not in exempt:
            assert issubclass(model, ScopedModel), label


def test_every_event_is_heard_or_says_why_not() -> None:
    from epigrid.playbooks import tables

    heard = set(tables.STEPS)
    for kind, event in sorted(Event.kinds.items()):
        assert (event in heard) != bool(event.heard_by_nobody), f"{kind}: heard in a playbook, or marked heard_by_nobody with a reason"


@pytest.mark.parametrize("path", FILES, ids=name)
def test_six_places_know_about_exercises(path: Path) -> None:
    if any(isinstance(node, ast.Attribute) and node.attr == "exercise" for node in ast.walk(tree(path))):
        assert name(path) in KNOW_EXERCISES


def test_there_is_no_room_for_leftovers() -> None:
    forbidden = {"utils", "helpers", "common", "services", "managers", "admin", "signals", "jobs"}
    allowed = {"response/zones/actions/services.py"}
    assert [name(path) for path in FILES if path.stem in forbidden and name(path) not in allowed] == []
