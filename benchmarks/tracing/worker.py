"""Each engine in a process of its own: the harness sends functions of the engine, the process runs them and sends back what they return."""

import multiprocessing
import os
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.tracing.cases import Cases
from benchmarks.tracing.engines import engine
from benchmarks.tracing.engines.base import THREADS, Absent, Engine, Oracle
from benchmarks.tracing.generator import log
from benchmarks.tracing.scales import SCALES

LIMIT = 900
"""Seconds after which an answer is no longer waited for."""
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS", "POLARS_MAX_THREADS"):
    os.environ[name] = str(THREADS)


class TooSlow(Exception):
    """No answer within the limit; the process is gone."""


class Failed(Exception):
    """The engine raised; the message is its traceback."""


class Worker:
    """One engine at one scale, in a process that ends with `close`."""

    def __init__(self, name: str, scale: str) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, other = context.Pipe()
        self._process = context.Process(target=_serve, args=(other, name, scale), daemon=True)
        self._process.start()
        other.close()

    def run(self, function: Callable[..., Any], *arguments: Any, limit: float = LIMIT) -> Any:
        """`function(engine, *arguments)` in the process; raises `Absent`, `Failed`, `TooSlow`."""
        self._pipe.send((function, arguments))
        if not self._pipe.poll(limit):
            self._process.kill()
            raise TooSlow(f"over {limit} s")
        try:
            error, found = self._pipe.recv()
        except EOFError as gone:
            raise Failed("the process ended") from gone
        if error is not None:
            raise error(found)
        return found

    def peak_gb(self) -> float:
        """Peak resident memory of the process and its children (a server's processes are not among them)."""
        return sum(map(_peak_kb, _family(self._process.pid or 0))) / 1e6

    def close(self) -> None:
        """End the process."""
        if self._process.is_alive():
            self._pipe.send((close, ()))
            self._process.join(30)
            self._process.kill()


def prepare(engine: Engine) -> float:
    """Seconds to prepare."""
    began = time.perf_counter()
    engine.prepare()
    return time.perf_counter() - began


def discard(engine: Engine) -> None:
    """Delete what the engine kept."""
    engine.discard()


def close(engine: Engine) -> None:
    """Let the engine go; the process ends."""
    engine.close()


def ask(engine: Engine, cases: Cases) -> tuple[float, Oracle]:
    """Seconds of one answer, and its figures."""
    began = time.perf_counter()
    answer = engine.ask(cases)
    seconds = time.perf_counter() - began
    return seconds, engine.oracle(answer)


def _serve(pipe: Any, name: str, scale: str) -> None:
    try:
        held = engine(name)(log(SCALES[scale]))
    except Absent as error:
        pipe.recv()
        pipe.send((Absent, str(error)))
        return
    while True:
        try:
            function, arguments = pipe.recv()
        except EOFError:
            return
        try:
            pipe.send((None, function(held, *arguments)))
        except Absent as error:
            pipe.send((Absent, str(error)))
        except Exception:
            pipe.send((Failed, traceback.format_exc()))
        if function is close:
            return


def _family(process: int) -> list[int]:
    try:
        children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    except OSError:
        return []
    return [process, *(one for child in children for one in _family(int(child)))]


def _peak_kb(process: int) -> int:
    try:
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("VmHWM")), 0)
