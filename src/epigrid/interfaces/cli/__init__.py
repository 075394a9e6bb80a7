"""The command line: `epigrid demo | serve | worker | exercise | clock | import | notice | policy | trace | keys | parked`."""

import argparse
import json
import os
import signal
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path

from epigrid.interfaces import startup
from epigrid.interfaces.cli import imports, notices, policy, trace


def main(argv: list[str] | None = None) -> int:
    """Run one command and return its exit code."""
    parser = _parser()
    options = parser.parse_args(argv)
    code: int = options.run(options)
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="epigrid", description="Run an outbreak response on a community grid.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    demo = commands.add_parser("demo", help="load two exercise trees, print sign-ins, serve")
    demo.add_argument("--port", type=int, default=8000)
    demo.add_argument("--no-serve", action="store_true", help="load and print, serve nothing")
    demo.set_defaults(run=_demo)
    serve = commands.add_parser("serve", help="server and worker together")
    serve.add_argument("--port", type=int, default=8000)
    serve.add_argument("--host", default="127.0.0.1")
    serve.set_defaults(run=_serve)
    commands.add_parser("worker", help="the worker alone").set_defaults(run=_worker)
    exercise = commands.add_parser("exercise", help="run an exercise").add_subparsers(required=True, metavar="VERB").add_parser("run")
    exercise.add_argument("name")
    exercise.add_argument("--variant", default="", help="A: all retests negative; D: nobody decides on the downgrade")
    exercise.add_argument("--until", default="", help='stop after a step, e.g. "step 7"')
    exercise.add_argument("--json", action="store_true", help="print the laws as JSON")
    exercise.set_defaults(run=_exercise)
    clock = commands.add_parser("clock", help="the clock of an exercise tree")
    clock.add_argument("verb", choices=("show", "next", "start", "stop", "move"))
    clock.add_argument("tree")
    clock.add_argument("moment", nargs="?", help="for move: 2022-11-22T09:00")
    clock.set_defaults(run=_clock)
    imports.add_to(commands)
    notices.add_to(commands)
    policy.add_to(commands)
    trace.add_to(commands)
    keys = commands.add_parser("keys", help="the vault's key file").add_subparsers(required=True, metavar="VERB")
    keys.add_parser("make").set_defaults(run=_keys_make)
    keys.add_parser("rotate").set_defaults(run=_keys_rotate)
    keys.add_parser("renew-signer", help="sign passes with a fresh key from now on").set_defaults(run=_keys_renew_signer)
    retire = keys.add_parser("retire", help="remove an old key; copies that are wrapped by it can never be read again")
    retire.add_argument("key")
    retire.set_defaults(run=_keys_retire)
    parked = commands.add_parser("parked", help="facts whose step failed and that hold back what came after them")
    parked.add_argument("--retry", action="store_true", help="ask the worker to try again, after the cause was mended")
    parked.set_defaults(run=_parked)
    return parser


def _demo(options: argparse.Namespace) -> int:
    startup.prepare()
    startup.ensure_keys(demo=True)
    from epigrid.interfaces import demo

    lines = demo.load(lambda line: print(line, flush=True))
    print("\nSign-ins of huaiyuan-live (invented people, exercise only):", *lines, sep="\n  ")
    if options.no_serve:
        return 0
    print(f"\nhttp://127.0.0.1:{options.port}   resident's page: http://127.0.0.1:{options.port}/me/   (Ctrl-C stops server and worker)")
    print(f"a phone, bound once:     http://127.0.0.1:{options.port}/field/#bind={demo.card()}")
    return _serve_both("127.0.0.1", options.port)


def _serve(options: argparse.Namespace) -> int:
    startup.prepare()
    startup.ensure_keys(demo=False)
    startup.refuse_demo_key()
    return _serve_both(options.host, options.port)


def _serve_both(host: str, port: int) -> int:
    """Start server and worker, stop both together: when one ends, or on Ctrl-C or TERM."""
    granian = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port), "--workers", "1"]
    granian += ["--blocking-threads", "8", "--no-ws", "epigrid.interfaces.wsgi:application"]
    ready = subprocess.Popen([sys.executable, "-m", "epigrid.engine.tracing.ready"])
    children = [
        subprocess.Popen(granian),  # noqa: S603 - our own program
        subprocess.Popen([sys.executable, "-m", "epigrid.interfaces.cli", "worker"]),
    ]
    stop = {"now": False}
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.update(now=True))
    while not stop["now"] and all(child.poll() is None for child in children):
        time.sleep(0.2)
    for child in (*children, ready):
        child.terminate()
    for child in (*children, ready):
        try:
            child.wait(timeout=15)
        except subprocess.TimeoutExpired:
            child.kill()
    return 0 if stop["now"] else 1


def _worker(_options: argparse.Namespace) -> int:
    startup.prepare()
    from epigrid.playbooks import worker

    stop = {"now": False}
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.update(now=True))
    worker.work(lambda: stop["now"])
    return 0


def _exercise(options: argparse.Namespace) -> int:
    name = options.name + (f"-{options.variant}" if options.variant else "")
    folder = Path(os.environ.get("EPIGRID_VAR", "var")).resolve() / "exercises" / name
    startup.fresh_database(folder, name)
    startup.prepare_fresh()
    startup.ensure_keys(demo=True)
    from epigrid.command.exercises.formats import load_plan
    from epigrid.interfaces import demo
    from epigrid.interfaces.report import write
    from epigrid.playbooks.exercise.run import perform

    lines: list[str] = []

    def say(line: str) -> None:
        lines.append(line)
        if not options.json:
            print(line, flush=True)

    outcome = perform(load_plan(demo.plan_path(options.name)), tree=options.name, variant=options.variant, until=options.until, say=say)
    path = write(outcome, lines, folder / "report.html")
    if options.json:
        found = [{"law": law.name, "held": law.held, "found": law.found} for law in outcome.laws]
        print(json.dumps({"exercise": name, "seconds": round(outcome.seconds, 1), "laws": found}, ensure_ascii=False))
    else:
        demo.report(outcome, print)
        print(f"report: {path}")
    return 0 if outcome.held else 1


def _clock(options: argparse.Namespace) -> int:
    startup.prepare()
    from epigrid.kernel.areas import Area
    from epigrid.playbooks import daily, runner
    from epigrid.playbooks.tables import STEPS
    from epigrid.store import clock

    root = Area(f"{options.tree}/")
    if options.verb == "start":
        clock.start(root)
    elif options.verb == "stop":
        clock.stop(root)
    elif options.verb in ("next", "move"):
        runner.run_until_quiet(STEPS)
        given = datetime.fromisoformat(options.moment).replace(tzinfo=clock.zone(root)) if options.moment else None
        moment = given or daily.next_due(root, clock.now(root))
        if moment is None:
            print("nothing is due")
            return 0
        clock.move_to(root, moment)
        daily.tick(root, moment)
        runner.run_until_quiet(STEPS)
    print(clock.now(root).astimezone(clock.zone(root)).isoformat(timespec="seconds"))
    return 0


def _keys_make(_options: argparse.Namespace) -> int:
    startup.prepare()
    from django.conf import settings

    from epigrid.store import keys

    keys.make(Path(settings.EPIGRID_KEY_FILE), demo=False)
    print(f"written: {settings.EPIGRID_KEY_FILE} (keep it apart from the database and its backup)")
    return 0


def _keys_rotate(_options: argparse.Namespace) -> int:
    startup.prepare()
    from django.conf import settings

    from epigrid.store import keys, vault

    key_id = keys.rotate(Path(settings.EPIGRID_KEY_FILE))
    print(f"{key_id}: {vault.rewrap()} people's keys wrapped anew")
    return 0


def _keys_renew_signer(_options: argparse.Namespace) -> int:
    startup.prepare()
    from django.conf import settings

    from epigrid.store import keys

    print(f"{keys.renew_signer(Path(settings.EPIGRID_KEY_FILE))} signs passes from now on; the old key stays until its last pass has ended")
    return 0


def _keys_retire(options: argparse.Namespace) -> int:
    startup.prepare()
    from django.conf import settings

    from epigrid.field.codes import queries as codes
    from epigrid.kernel.actors import Actor
    from epigrid.store import clock, keys, vault

    wrapped = vault.wrapped_by(options.key)
    desks = [Actor.procedure("keys.retire", tree.root) for tree in clock.trees()]
    living = sum(codes.signed_by(actor=desk, key_id=options.key, now=clock.now(desk.areas()[0])) for desk in desks)
    try:
        if wrapped or living:
            raise keys.KeyInUse(key=options.key, people=wrapped, passes=living)
        keys.retire(Path(settings.EPIGRID_KEY_FILE), options.key)
    except keys.KeyInUse as refusal:
        print(f"refused: {refusal}")
        return 1
    print(f"{options.key} is gone")
    return 0


def _parked(options: argparse.Namespace) -> int:
    startup.prepare()
    from epigrid.playbooks import runner

    rows = runner.parked()
    for told, step, error in rows:
        print(f"{told.position}  {type(told.event).kind}  {told.event.area}  {step}: {error}")
    if options.retry:
        print(f"{runner.ask_retry()} failed hearings will be tried again by the worker")
    return 1 if rows else 0
