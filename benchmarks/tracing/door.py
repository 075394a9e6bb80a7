"""Single cases through HTTP: the real server, middleware, session and scope, and behind them one question to the city's index.

The view stands here and not in Epigrid: in the register a query is asked for, approved and run first (S-235). What is timed is what a reader waits for: the
answer's hundred longest contacts as JSON, over a kept connection.
"""

import json
import os
import subprocess
import sys
import time
from functools import cache
from http.client import HTTPConnection
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

from benchmarks.tracing.cases import Cases

SHOWN = 100
PORT = 18_733
REPEATS = 5


def seconds(folder: Path, cases: Cases) -> list[float]:
    """Seconds of each single case, `REPEATS` times in turn after one round that warms up."""
    with TemporaryDirectory() as var:
        here = {"EPIGRID_VAR": var, "EPIGRID_SECRET_KEY": "for benchmarks only", "BENCH_INDEX": str(folder)}
        env = {**os.environ, **here, "DJANGO_SETTINGS_MODULE": "epigrid.interfaces.settings", "PYTHONPATH": os.pathsep.join(sys.path)}
        env.pop("DATABASE_URL", None)
        cookie = subprocess.run(
            [sys.executable, "-m", "benchmarks.tracing.door"], env=env, check=True, capture_output=True, text=True
        ).stdout.split()[-1]
        command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(PORT), "--workers", "1"]
        command += ["--blocking-threads", "4", "--no-ws", "--log-level", "error", "benchmarks.tracing.door:application"]
        server = subprocess.Popen(command, env=env)  # noqa: S603 - our own program
        try:
            return _asked(cases, {"Cookie": cookie})
        finally:
            server.terminate()
            server.wait(30)


def _asked(cases: Cases, headers: dict[str, str]) -> list[float]:
    connection, found = _connected(), []
    for turn in range(1 + REPEATS):
        for number in range(len(cases)):
            one = cases.one(number)
            start = time.perf_counter()
            connection.request("GET", f"/bench/{one.person[0]}/{one.start[0]}/{one.end[0]}/", headers=headers)
            answer = connection.getresponse()
            body = json.loads(answer.read())
            if answer.status != 200 or len(body["rows"]) > SHOWN:
                raise AssertionError(f"the door answered {answer.status}: {body}")
            if turn:
                found.append(time.perf_counter() - start)
    return found


def _connected() -> HTTPConnection:
    """A connection to the server once it listens."""
    for _ in range(600):
        try:
            connection = HTTPConnection("127.0.0.1", PORT, timeout=120)
            connection.connect()
            return connection
        except OSError:
            time.sleep(0.1)
    raise TimeoutError("the server does not listen")


@cache
def _index() -> Any:
    from epigrid.engine.tracing.index import TraceIndex

    return TraceIndex.open(Path(os.environ["BENCH_INDEX"]))


def _view(request: Any, person: int, start: int, end: int) -> Any:
    """Whom one case met, longest first, for a CDC investigator."""
    from django.http import JsonResponse

    from epigrid.engine.tracing import contacts
    from epigrid.engine.tracing.schemas import ExposureQuery
    from epigrid.kernel.duties import Duty
    from epigrid.registers.places import queries as places
    from epigrid.store.doors import reader

    actor = reader(request).actor
    places.of_kind(actor=actor, kinds=("building",))
    if Duty.CDC_INVESTIGATOR not in actor.duties:
        return JsonResponse({"reason": "access.no-duty"}, status=403)
    found = contacts.contacts(_index(), [ExposureQuery(exposure_id=UUID(int=1), person=person, start=start, end=end)])
    columns = (found.contact, found.seconds, found.meetings, found.first, found.last)
    return JsonResponse({"all": len(found), "rows": list(zip(*(column[:SHOWN].tolist() for column in columns), strict=True))})


def application(environ: Any, start_response: Any) -> Any:
    """Epigrid with one more address."""
    return _application()(environ, start_response)


@cache
def _application() -> Any:
    from django.urls import path

    epigrid = import_module("epigrid.interfaces.wsgi").application
    urls = import_module("epigrid.interfaces.urls")
    urls.urlpatterns.insert(0, path("bench/<int:person>/<int:start>/<int:end>/", _view))
    _index()
    return epigrid


def _prepare() -> str:
    """A database with the mini world and a signed-in investigator; his cookie."""
    from epigrid.interfaces import startup

    startup.prepare()
    startup.ensure_keys(demo=True)
    from django.core.management import call_command
    from django.test import Client

    call_command("migrate", verbosity=0)
    from epigrid.kernel.duties import Duty
    from epigrid.registers.access.models import User
    from tests import cast

    cast.build()
    user, _made = User.objects.get_or_create(id=cast.user_id(Duty.CDC_INVESTIGATOR), defaults={"username": "investigator", "tree": "mini"})
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items()).replace(" ", "")


if __name__ == "__main__":
    print(_prepare())
