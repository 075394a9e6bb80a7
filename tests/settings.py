"""The settings of all tests: pytest-django reads settings before any conftest.py, so what keeps tests away from the developer's var/ stands here."""

import os
import tempfile

os.environ.setdefault("EPIGRID_SECRET_KEY", "for tests only")
os.environ.setdefault("EPIGRID_VAR", tempfile.mkdtemp(prefix="epigrid-tests-"))
os.environ.setdefault("DATABASE_URL", "sqlite://:memory:")

from epigrid.interfaces.settings import *  # noqa: F403 - the environment comes first
