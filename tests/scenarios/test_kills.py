"""Killed at any transaction, on either database, a story ends in the same rows, byte for byte (procedures 2, laws of counting)."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.conf import settings

ROOT = Path(__file__).resolve().parents[2]
MINUTES_10 = 600
pytestmark = [pytest.mark.scenario, pytest.mark.slow, pytest.mark.django_db]


@contextmanager
def database(name: str, folder: Path) -> Iterator[str]:
    """The address of a database of its own, on the engine that the tests run on; removed at the end."""
    if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        yield f"sqlite:///{folder / name}.sqlite3"
        return
    import psycopg
    from psycopg import sql

    url, database = os.environ["DATABASE_URL"], sql.Identifier(f"epigrid_kills_{os.getpid()}_{name}")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {} ENCODING 'UTF8' TEMPLATE template0").format(database))
        try:
            yield urlunsplit(urlsplit(url)._replace(path=f"/epigrid_kills_{os.getpid()}_{name}"))
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(database))


def perform(story: str, kill: str, url: str, folder: Path) -> tuple[bytes, dict[str, Any]]:
    """Perform a story in a process of its own: its canonical dump and what happened."""
    dump, var = folder / f"{story}-{kill}.dump", folder / f"{story}-{kill}"
    command = [sys.executable, "-m", "tests.scenarios.killing", story, "--kill", kill, "--dump", str(dump)]
    environment = os.environ | {"DATABASE_URL": url, "EPIGRID_VAR": str(var), "DJANGO_SETTINGS_MODULE": "tests.settings"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=MINUTES_10)
    assert done.returncode == 0, done.stderr[-2000:]
    return dump.read_bytes(), json.loads(done.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The dumps of both stories on SQLite, nobody killed; on PostgreSQL this compares the two databases."""
    folder = tmp_path_factory.mktemp("undisturbed")
    return {story: perform(story, "none", f"sqlite:///{folder / story}.sqlite3", folder)[0] for story in ("mini", "huaiyuan")}


@pytest.mark.parametrize(("story", "kill", "at_least"), [("mini", "each", 400), ("huaiyuan", "20", 20)])
def test_a_story_killed_at_its_transactions_ends_as_if_nobody_had_been(
    story: str, kill: str, at_least: int, undisturbed: dict[str, bytes], tmp_path: Path
) -> None:
    with database(story, tmp_path) as url:
        dump, told = perform(story, kill, url, tmp_path)
    assert told["killed"] >= at_least
    assert told["broken"] == []
    assert dump == undisturbed[story]


def test_a_dump_names_no_tree_and_no_chance(undisturbed: dict[str, bytes]) -> None:
    for dump in undisturbed.values():
        assert b'"huaiyuan/' not in dump
        assert b'"mini/' not in dump
    assert len(undisturbed["huaiyuan"].splitlines()) > 10_000
