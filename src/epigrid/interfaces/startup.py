"""Start-up: which database, which keys, which accounts. Demo accounts and the demo key exist in exercise trees only (one of the six places that know)."""

import gc
import os
import shutil
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

YOUNG = 50_000
"""New objects before the collector looks for cycles; what start-up loaded stays, and is not walked again."""


class StartRefused(SystemExit):
    """The server or the demo may not start like this; the message says why."""


def fresh_database(folder: Path, name: str) -> None:
    """Point this process at a fresh database for one run: a file in the folder, or a database of its own on the given PostgreSQL server."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(folder / "extracts", ignore_errors=True)
    url = os.environ.get("DATABASE_URL", "")
    os.environ["EPIGRID_VAR"] = str(folder)
    os.environ["EPIGRID_KEY_FILE"] = str(folder / "keys.json")
    if url.startswith("postgres"):
        os.environ["DATABASE_URL"] = _fresh_postgres(url, f"epigrid_exercise_{name.replace('-', '_')}")
        return
    path = folder / "run.sqlite3"
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    os.environ["DATABASE_URL"] = f"sqlite:///{path.resolve()}"


def _fresh_postgres(url: str, database: str) -> str:
    import psycopg
    from psycopg import sql

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database)))
        connection.execute(sql.SQL("CREATE DATABASE {} ENCODING 'UTF8' TEMPLATE template0").format(sql.Identifier(database)))
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=f"/{database}"))


def prepare() -> None:
    """Set Django up and bring the database to the present schema."""
    _set_up()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


def prepare_fresh() -> None:
    """As `prepare`, for a database that `fresh_database` has just made: tables straight from the models, a fifth of the time of all migrations."""
    _set_up()
    from django.apps import apps
    from django.core.management import call_command
    from django.test.utils import override_settings

    with override_settings(MIGRATION_MODULES={app.label: None for app in apps.get_app_configs()}):
        call_command("migrate", run_syncdb=True, verbosity=0)
    call_command("migrate", fake=True, verbosity=0)


def _set_up() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "epigrid.interfaces.settings")
    import django

    django.setup()
    gc.freeze()
    gc.set_threshold(YOUNG)


def ensure_keys(*, demo: bool) -> None:
    """Make the vault's key file where there is none, and a signing key in a file that has none."""
    from django.conf import settings

    from epigrid.store import keys

    path = Path(settings.EPIGRID_KEY_FILE)
    if not path.exists():
        keys.make(path, demo=demo)
    elif not keys.ring().signer:
        keys.renew_signer(path)


def refuse_real_trees() -> None:
    """The demo refuses a database that holds anything but exercises."""
    from epigrid.store import clock

    real = [tree.root for tree in clock.trees() if not tree.exercise]
    if real:
        raise StartRefused(f"this database holds real trees ({', '.join(real)}): the demo keeps away from them")


def empty_database() -> None:
    """Empty a database that holds exercises only, and the presence log beside it."""
    from django.conf import settings
    from django.core.management import call_command

    from epigrid.store import clock

    refuse_real_trees()
    shutil.rmtree(Path(settings.EPIGRID_VAR) / "extracts", ignore_errors=True)
    call_command("flush", verbosity=0, interactive=False)
    clock.forget_cards()


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner reads, aside first, so that it is whole or absent."""
    aside = path.with_suffix(".new")
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    aside.replace(path)


def refuse_demo_key() -> None:
    """The server refuses the demo's key file as soon as a real tree exists."""
    from epigrid.store import clock, keys

    if keys.ring().demo and any(not tree.exercise for tree in clock.trees()):
        raise StartRefused("the vault key is the demo's: make a key file of your own before real people are entered (epigrid keys make)")
