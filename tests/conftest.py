"""What all tests share: the mini world, a key file, a var folder per test."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from epigrid.store import clock, keys
from tests import cast


@pytest.fixture(scope="session")
def key_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key file for the whole run."""
    path = tmp_path_factory.mktemp("keys") / "keys.json"
    keys.make(path, demo=True)
    return path


@pytest.fixture(autouse=True)
def _surroundings(settings: Any, key_file: Path, tmp_path: Path) -> Iterator[None]:
    """Each test has its own var folder and forgets remembered trees."""
    settings.EPIGRID_KEY_FILE = key_file
    settings.EPIGRID_VAR = tmp_path / "var"
    clock.forget_cards()
    yield
    clock.forget_cards()


@pytest.fixture
def world(db: None) -> cast.World:
    """The mini world of `tests/cast.py` in the database."""
    return cast.build()
