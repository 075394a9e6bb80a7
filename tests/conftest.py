"""What all tests share: the mini world, a key file, a var folder per test."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis

os.environ.setdefault("EPIGRID_SECRET_KEY", "for tests only")
os.environ.setdefault("EPIGRID_VAR", tempfile.mkdtemp(prefix="epigrid-tests-"))
os.environ.setdefault("DATABASE_URL", "sqlite://:memory:")

hypothesis.register_profile(
    "house", deadline=None, derandomize=bool(os.environ.get("CI")), suppress_health_check=[HealthCheck.function_scoped_fixture]
)
hypothesis.load_profile("house")
DATABASE_FIXTURES = {"db", "transactional_db", "world", "live_server", "client", "admin_client", "django_db_setup"}
SHARED = Path(__file__).resolve().parent.parent.parent / "shared" / "data"

from epigrid.store import clock, keys  # noqa: E402 - the environment comes first
from tests import cast  # noqa: E402 - the environment comes first


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what touches the database, so that it runs again on PostgreSQL; skip aloud what needs real data that is not there."""
    for item in items:
        if DATABASE_FIXTURES & set(getattr(item, "fixturenames", ())) or item.get_closest_marker("django_db"):
            item.add_marker(pytest.mark.database)
        if item.get_closest_marker("data") and not SHARED.is_dir():
            item.add_marker(pytest.mark.skip(reason="../shared/data is not beside this checkout"))


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
