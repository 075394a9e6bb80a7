"""What all tests share: the mini world, a key file, a var folder per test, and what is said about tests that were left out."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis

from epigrid.registers.places import queries as places
from epigrid.store import clock, keys, pace
from tests import cast

hypothesis.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
hypothesis.register_profile("ci", hypothesis.get_profile("house"), derandomize=True, database=None, print_blob=True)
hypothesis.register_profile("thorough", hypothesis.get_profile("house"), max_examples=1000)
hypothesis.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") else "house"))
DATABASE_FIXTURES = {"db", "transactional_db", "world", "live_server", "client", "admin_client", "django_db_setup"}
SHARED = Path(__file__).resolve().parent.parent.parent / "shared" / "data"
NEEDS = {"browser": "chromium", "data": "data", "spark": "spark"}
"""Mark of a test -> the word by which EPIGRID_REQUIRE asks for what the test needs."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what touches the database, so that it runs again on PostgreSQL; skip aloud what needs real data that is not there."""
    for item in items:
        if DATABASE_FIXTURES & set(getattr(item, "fixturenames", ())) or item.get_closest_marker("django_db"):
            item.add_marker(pytest.mark.database)
        if item.get_closest_marker("data") and not SHARED.is_dir():
            item.add_marker(pytest.mark.skip(reason="../shared/data is not beside this checkout"))


def _left_out(config: pytest.Config) -> dict[str, int]:
    """How many tests were skipped for lack of what, by the words of EPIGRID_REQUIRE."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped", []) if reporter else []
    counts = {word: sum(mark in report.keywords for report in skipped) for mark, word in NEEDS.items()}
    return {word: count for word, count in counts.items() if count}


def _lacking(config: pytest.Config) -> list[str]:
    """What EPIGRID_REQUIRE names and this run left out."""
    required = os.environ.get("EPIGRID_REQUIRE", "").split(",")
    return [word for word in _left_out(config) if word in required]


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Say aloud what was left out."""
    for word, count in _left_out(config).items():
        required = " although EPIGRID_REQUIRE names it: this run has failed" if word in _lacking(config) else ""
        terminalreporter.write_line(f"LEFT OUT: {count} tests that need {word}{required}", red=bool(required), yellow=not required)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail the run when a test was left out whose need EPIGRID_REQUIRE names."""
    if _lacking(session.config) and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(scope="session")
def key_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key file for the whole run."""
    path = tmp_path_factory.mktemp("keys") / "keys.json"
    keys.make(path, demo=True)
    return path


@pytest.fixture(autouse=True)
def _surroundings(settings: Any, key_file: Path, tmp_path: Path) -> Iterator[None]:
    """Each test has its own var folder and forgets remembered trees, indexes of places and look-ups."""
    settings.EPIGRID_KEY_FILE = key_file
    settings.EPIGRID_VAR = tmp_path / "var"
    clock.forget_cards()
    places.INDEXES.clear()
    pace.PACES.clear()
    yield
    clock.forget_cards()


@pytest.fixture
def world(db: None) -> cast.World:
    """The mini world of `tests/cast.py` in the database."""
    return cast.build()
