"""Tables straight from the models are the tables of the migrations."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

TABLES = """
import json, sys
from pathlib import Path
from epigrid.interfaces import startup
startup.fresh_database(Path(sys.argv[1]), "startup_test")
startup.prepare_fresh()
from django.core.management import call_command
from django.db import connection
call_command("migrate", check_unapplied=True, verbosity=0)
from tests.interfaces.test_startup import tables
print(json.dumps(tables(connection)))
"""


def tables(to: object) -> dict[str, list[list[str]]]:
    """Columns, and the columns of indexes and constraints, of every table."""
    ask = to.introspection  # type: ignore[attr-defined]
    with to.cursor() as cursor:  # type: ignore[attr-defined]
        return {
            table: [
                sorted(column.name for column in ask.get_table_description(cursor, table)),
                sorted(
                    f"{rule['columns']} {rule['unique']} {rule['check']} {rule['primary_key']}"
                    for rule in ask.get_constraints(cursor, table).values()
                ),
            ]
            for table in ask.table_names(cursor)
        }


@pytest.mark.django_db
def test_no_model_is_ahead_of_its_migrations() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.django_db
def test_a_fresh_database_has_the_tables_of_the_migrations(tmp_path: Path) -> None:
    here = os.environ | {"DATABASE_URL": os.environ.get("DATABASE_URL", ""), "PYTHONPATH": os.pathsep.join([str(Path.cwd()), *sys.path])}
    told = subprocess.run([sys.executable, "-c", TABLES, str(tmp_path)], check=True, capture_output=True, text=True, env=here)
    assert json.loads(told.stdout.splitlines()[-1]) == json.loads(json.dumps(tables(connection)))
