"""A small night of the load scenario: phones bring tubes while server and worker are killed; nothing acknowledged is lost or doubled (S-201)."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = [pytest.mark.scenario, pytest.mark.slow, pytest.mark.django_db]


def test_s_201_of_a_night_in_which_server_and_worker_are_killed_nothing_is_lost_or_doubled() -> None:
    """Also with a full disk for some seconds (SQLite), batches that are sent again and mixed, and tubes that are entered from paper as well."""
    command = [sys.executable, "-m", "benchmarks.load", "--scale", "mini"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    last = re.fullmatch(r"acknowledged (\d+), found (\d+), doubled 0, lost 0", done.stdout.strip().splitlines()[-1])
    assert last, done.stdout
    assert last[1] == last[2]
    assert int(last[1]) > 4_000
