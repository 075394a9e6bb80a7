"""Performs a story with the system in a process of its own that is killed (SIGKILL) around its transactions; people ask again when no answer came.

The people (this process) hold no database connection. Whatever they call - actions, queries, the clock, the runner - is done by an office: a forked
process. An action is a command with an id, so that the same command sent again gets the first outcome (store.commands). Every transaction that writes
is a point at which the office can be killed, just before its commit and just after it.

    python -m tests.scenarios.killing huaiyuan --kill 20 --dump FILE     20 seeded points
    python -m tests.scenarios.killing mini --kill each --dump FILE       every transaction, before and after
"""

import argparse
import base64
import hashlib
import io
import json
import multiprocessing
import os
import pickle
import random
import re
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any
from uuid import UUID

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from epigrid.kernel.errors import DomainError  # noqa: E402 - the models come first
from epigrid.playbooks.tables import STEPS  # noqa: E402 - the models come first

PARTS = ("epigrid.registers.", "epigrid.field.", "epigrid.response.", "epigrid.command.", "epigrid.store.", "epigrid.playbooks.")
LOCAL = {"epigrid.playbooks.exercise", "epigrid.store.sheets", "epigrid.store.ids"}
ONCE = {("epigrid.store.journal", "record"), ("epigrid.store.clock", "make_tree"), ("tests.cast", "build")}
POINTS = {"mini": 400, "huaiyuan": 6_000}
"""About how many points a story has: seeded points lie within."""


class Refused(DomainError):
    """An act that the office refused, for the reason that it gave."""

    def __init__(self, reason: str) -> None:
        Exception.__init__(self, reason)
        self.reason, self.details = reason, {}  # type: ignore[misc]


class Points:
    """The points of this office's life: each writing transaction has one just before its commit and one just after.

    The office dies at the point with the number `fatal`, or, told to die at `each`, at every point at which no office has died before (`known`). A point is
    known by its command and by what the transaction writes, without random ids, keys and moments: the same work done again is the same point.
    """

    def __init__(self, fatal: int | None, each: bool, known: set[bytes], seen: Any, last: Any) -> None:
        self.fatal, self.each, self.known, self.seen, self.last = fatal, each, known, seen, last
        self.command, self.written = 0, hashlib.blake2b()
        self.wrote = False

    def watch(self) -> None:
        """From now on every writing transaction is two points."""
        from django.db import connection
        from django.db.backends.base.base import BaseDatabaseWrapper

        commit = BaseDatabaseWrapper.commit

        def committing(wrapper: Any) -> None:
            self.around(lambda: commit(wrapper)) if self.wrote else commit(wrapper)

        def executing(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            if not sql.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE", "WITH")):
                return execute(sql, params, many, context)
            self.wrote = True
            if not sql.startswith(BY_CHANCE):
                self.written.update(f"{sql}{_without_chance(params)}".encode())
            if connection.in_atomic_block:
                return execute(sql, params, many, context)
            return self.around(lambda: execute(sql, params, many, context))

        BaseDatabaseWrapper.commit = committing  # type: ignore[method-assign]
        connection.execute_wrappers.append(executing)

    def around(self, act: Callable[[], Any]) -> Any:
        """One transaction: a point before, a point after."""
        work = self.written.digest()[:15]
        self._pass(b"b" + work)
        answer = act()
        self._pass(b"a" + work)
        self.begin(self.command)
        return answer

    def begin(self, command: int) -> None:
        """What is written from now on belongs to this command and to a new transaction."""
        self.command, self.wrote = command, False
        self.written = hashlib.blake2b(str(command).encode())

    def _pass(self, point: bytes) -> None:
        self.seen.value += 1
        if self.seen.value == self.fatal or (self.each and point not in self.known):
            self.last.raw = point
            os.kill(os.getpid(), signal.SIGKILL)


BY_CHANCE = ('INSERT INTO "store_commandreceipt"', 'UPDATE "store_hearing"', 'UPDATE "store_series"')
"""Statements whose parameters are row numbers or answers with random ids."""
CHANCE = re.compile(r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}|[0-9a-f]{64}")


def _without_chance(value: Any) -> str:
    """The parameters of a statement without what differs when the same work is done again: ids, digests, enciphered bytes, moments.

    PostgreSQL's driver wraps bytes and JSON; what they say is in `obj`.
    """
    value = getattr(value, "obj", value)
    if isinstance(value, list | tuple):
        return "|".join(map(_without_chance, value))
    if isinstance(value, bytes | memoryview | datetime | UUID):
        return "*"
    text = str(value)
    return "*" if MOMENT.match(text) else CHANCE.sub("*", text)


MOMENT = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d")


class Office:
    """The system's side: one forked process at a time, made anew when it was killed."""

    def __init__(self, kill: str, points: Sequence[int]) -> None:
        self.each, self.points = kill == "each", iter(points)
        self.fatal = next(self.points, None)
        self.known: set[bytes] = set()
        self.fork = multiprocessing.get_context("fork")
        self.seen, self.last = self.fork.Value("q", 0), self.fork.Array("c", 16)
        self.killed = self.commands = 0
        self._open()

    def _open(self) -> None:
        self.line, theirs = self.fork.Pipe()
        self.process = self.fork.Process(target=_serve, args=(theirs, self.line, self._points()), daemon=True)
        self.process.start()
        theirs.close()

    def _points(self) -> Points:
        return Points(self.fatal, self.each, self.known, self.seen, self.last)

    def ask(self, call: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Send a call until an answer comes."""
        self.commands += 1
        message = _pack((self.commands, call, args, kwargs))
        while True:
            try:
                self.line.send_bytes(message)
                done, answer = pickle.loads(self.line.recv_bytes())
            except (EOFError, ConnectionError):
                self._bury()
                continue
            if not done:
                raise answer
            return answer

    def _bury(self) -> None:
        self.process.join()
        if self.process.exitcode != -signal.SIGKILL:
            raise RuntimeError(f"the office ended with {self.process.exitcode}")
        self.killed += 1
        self.known.add(self.last.raw)
        self.fatal = next((point for point in self.points if point > self.seen.value), None)
        self._open()

    def close(self) -> None:
        """Send the office home."""
        self.line.close()
        self.process.join()


class _Packing(pickle.Pickler):
    """The playbooks' table of steps goes by name: some of its steps are closures."""

    def persistent_id(self, value: Any) -> str | None:
        return "steps" if value is STEPS else None


class _Unpacking(pickle.Unpickler):
    def persistent_load(self, name: str) -> Any:
        return STEPS


def _pack(message: Any) -> bytes:
    buffer = io.BytesIO()
    _Packing(buffer).dump(message)
    return buffer.getvalue()


def _serve(line: Any, peoples_end: Any, points: Points) -> None:
    peoples_end.close()
    points.watch()
    while True:
        try:
            number, call, args, kwargs = _Unpacking(io.BytesIO(line.recv_bytes())).load()
        except EOFError:
            return
        points.begin(number)
        try:
            answer = (True, _do(number, call, args, kwargs))
        except Exception as failure:  # the people are told of every failure
            answer = (False, failure)
        line.send_bytes(pickle.dumps(answer))


def _do(number: int, call: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    from epigrid.store import commands

    if ".actions" not in call.__module__ and (call.__module__, call.__name__) not in ONCE:
        return call(*args, **kwargs)
    from tests import cast

    outcome = commands.once(
        actor=kwargs.get("actor") or cast.procedure(),
        device="driver",
        command_id=str(number),
        body=[call.__module__, call.__name__],
        now=kwargs.get("now") or datetime(2022, 11, 21, tzinfo=UTC),
        do=lambda: [base64.b64encode(pickle.dumps(call(*args, **kwargs))).decode()],  # type: ignore[list-item]
    )
    if outcome.outcome != "done":
        raise Refused(outcome.reason)
    return pickle.loads(base64.b64decode(outcome.rows[0]))


class Remote:
    """Stands where a module stood: its functions are asked of the office, everything else is the module's own."""

    def __init__(self, module: ModuleType, office: Office) -> None:
        self._module, self._office = module, office

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._module, name)
        if isinstance(found, type) or not callable(found):
            return found
        return lambda *args, **kwargs: self._office.ask(found, args, kwargs)


@contextmanager
def at_the_office(office: Office, *players: ModuleType) -> Iterator[None]:
    """Within, the players' modules reach the system only through the office."""
    before = []
    for player in players:
        for name, value in list(vars(player).items()):
            remote = isinstance(value, ModuleType) and value.__name__.startswith(PARTS)
            if remote and not any(value.__name__.startswith(local) for local in LOCAL):
                before.append((player, name, value))
                setattr(player, name, Remote(value, office))
    try:
        yield
    finally:
        for player, name, value in before:
            setattr(player, name, value)


def points(kill: str, story: str) -> Sequence[int]:
    """The numbers of seeded points; none when every point or no point is fatal."""
    return sorted(random.Random(20221121).sample(range(1, POINTS[story]), int(kill))) if kill.isdigit() else ()


def huaiyuan(office: Office) -> list[str]:
    """The whole exercise; returns the laws that broke."""
    from epigrid.command.exercises.formats import load_plan
    from epigrid.playbooks.exercise import days, first_day, laws, opening, players, residents, run, stage, variants

    plan = load_plan(Path(__file__).resolve().parents[2] / "exercises" / "huaiyuan.toml")
    it: list[stage.Stage] = []
    checked, laws.check = laws.check, lambda done, *, finished: it.append(done) or []  # type: ignore[func-returns-value, assignment, misc]
    with at_the_office(office, stage, opening, players, first_day, days, residents, variants, laws, run):
        run.perform(plan, tree="huaiyuan", say=lambda _line: None)
    office.close()
    laws.check = checked
    return [f"{law.name}: {law.found}" for law in laws.check(it[0], finished=True) if not law.held]


def mini(office: Office) -> list[str]:
    """One building, one tube: positive pool, holds, retests, a preliminary positive, judgements, the holds' end."""
    from tests import cast
    from tests.scenarios import mini as story

    world = office.ask(cast.build, (), {})
    with at_the_office(office, story):
        story.play(world)
    office.close()
    return []


def main() -> int:
    """Perform one story and write its dump and what happened."""
    parser = argparse.ArgumentParser()
    parser.add_argument("story", choices=("huaiyuan", "mini"))
    parser.add_argument("--kill", default="none", help="each, a number of seeded points, or none")
    parser.add_argument("--dump", type=Path, required=True)
    options = parser.parse_args()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connections

    from epigrid.store import keys
    from tests import dumps

    keys.make(settings.EPIGRID_KEY_FILE, demo=True)
    call_command("migrate", verbosity=0)
    connections.close_all()
    office = Office(options.kill, points(options.kill, options.story))
    broken = {"huaiyuan": huaiyuan, "mini": mini}[options.story](office)
    options.dump.write_text("\n".join(dumps.dump()), encoding="utf-8")
    print(json.dumps({"killed": office.killed, "points": office.seen.value, "commands": office.commands, "broken": broken}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
