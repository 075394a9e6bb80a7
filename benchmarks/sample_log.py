"""What an upload writes, against COPY of the same rows: `python -m benchmarks.sample_log [--people N] [--repeats N]`, on the database of `DATABASE_URL`.

A round of `--people` invented people is uploaded as phones do it: commands of tubes of ten, fifty tubes at once, each batch one transaction with swabs,
tubes, registrations, facts and receipts. Then the very same rows are taken out and put back batch by batch, in turn by what the upload writes with and by
the fastest that the database has (PostgreSQL: COPY of prepared text; SQLite: one prepared INSERT for all rows of a table), into the same tables with
the same indexes, one commit a batch. Ratios are within one run; each the median of the repeats. Lines: `name value target ok|short`.
"""

import argparse
import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks import calibrate
from benchmarks.exercise import machine
from benchmarks.load import district
from epigrid.interfaces import startup

TUBES = 50
"""Tubes of an upload, as many as the door takes."""
SHARE_OF_COPY = 0.5


@dataclass(frozen=True, kw_only=True)
class Written:
    """The rows that one upload wrote, by table."""

    tables: list[list[Any]]

    @property
    def count(self) -> int:
        """Rows of all tables."""
        return sum(map(len, self.tables))


def main() -> None:
    """Upload, take out, put back in turn; exit code 1 where the upload's writing is slower than half of COPY."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.sample_log", description=__doc__)
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument("--repeats", type=int, default=5)
    chosen = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="epigrid-log-"))
    startup.fresh_database(folder, "log")
    os.environ["EPIGRID_VAR"] = str(folder)
    startup.prepare_fresh()
    startup.ensure_keys(demo=True)
    before = calibrate.calibrate()
    ground = district.make(people=chosen.people, phones=1)
    uploads, seconds = _upload(ground)
    samples, rows = sum(len(one.tables[1]) for one in uploads), sum(one.count for one in uploads)
    from epigrid.store import bulk

    ways = {
        "written": _written(bulk.insert),
        "copied": _copied(uploads),
        "bulk_create": _written(lambda rows: type(rows[0]).objects.bulk_create(rows)),
    }
    found: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(chosen.repeats):
        for name, work in ways.items():
            _take_out(uploads)
            began = time.perf_counter()
            for upload in uploads:
                work(upload)
            found[name].append(time.perf_counter() - began)
    _report(found, samples=samples, rows=rows, seconds=seconds, before=before)


def _report(found: dict[str, list[float]], *, samples: int, rows: int, seconds: float, before: dict[str, float]) -> None:
    from django.db import connection

    middle = {name: statistics.median(times) for name, times in found.items()}
    share = statistics.median(copied / written for copied, written in zip(found["copied"], found["written"], strict=True))
    surroundings = {"calibration": before, "machine": machine(), "load": os.getloadavg(), "at": datetime.now(UTC).isoformat(timespec="seconds")}
    print(json.dumps({"database": connection.vendor, "samples": samples, "rows": rows, "seconds": found, **surroundings}))
    print(f"whole upload: {samples / seconds:,.0f} samples/s, {rows / seconds:,.0f} rows/s; " + "; ".join(
        f"{name}: {samples / value:,.0f} samples/s, {rows / value:,.0f} rows/s" for name, value in middle.items()
    ))  # fmt: skip
    print(f"share_of_copy {share:.2f} {SHARE_OF_COPY} {'ok' if share >= SHARE_OF_COPY else 'short'}")
    raise SystemExit(share < SHARE_OF_COPY)


def _upload(ground: district.District) -> tuple[list[Written], float]:
    """Upload everything in batches; what each wrote, and the seconds of all acts."""
    from epigrid.field.sampling import actions
    from epigrid.field.sampling.models import Round
    from epigrid.kernel.actors import Actor, Grant
    from epigrid.kernel.areas import Area
    from epigrid.kernel.duties import Duty
    from epigrid.registers.people import queries as people
    from epigrid.store import commands
    from epigrid.store.ids import uuid7
    from epigrid.store.models import Fact

    area, phone = Area(ground.area), uuid7()
    actor = Actor.user(phone, Grant(duty=Duty.REGISTRAR, area=area))
    row = Round.objects.seen_by(actor).get(id=ground.round_id)
    now, uploads, seconds = row.opens_at, [], 0.0
    for start in range(0, len(ground.tubes[0]), TUBES):
        batch = ground.tubes[0][start : start + TUBES]
        last = Fact.objects.order_by("-seq").values_list("seq", flat=True).first() or 0
        asked = [commands.Asked(command_id=f"p-{label}", body={"label": label, "papers": papers}) for label, papers in batch]

        def fill(numbers: Sequence[int], batch: list[tuple[str, list[str]]] = batch) -> list[list[Any]]:
            cards = people.by_file_nos(actor=actor, file_nos=[paper for number in numbers for paper in batch[number][1]])
            kept = [
                actions.Kept(
                    label=batch[number][0],
                    pool_size=district.POOL,
                    people=[actions.Arrival(person_id=cards[paper].id, means="paper", at=now) for paper in batch[number][1]],
                )
                for number in numbers
            ]
            made = actions.enter_tubes(actor=actor, area=area, round_id=row.id, tubes=kept, table="1", now=now, cause=row.caused_by)
            return [[tube_id] for tube_id in made]

        began = time.perf_counter()
        outcomes = commands.each(actor=actor, device="log", asked=asked, now=now, do=fill)
        seconds += time.perf_counter() - began
        if {one.outcome for one in outcomes} != {"done"}:
            raise SystemExit(f"refused: {outcomes}")
        uploads.append(_rows([one.rows[0] for one in outcomes], last))
    return uploads, seconds


def _rows(tube_ids: Sequence[str], last: int) -> Written:
    from epigrid.field.sampling.models import Registration, Swab, Tube
    from epigrid.store.models import CommandReceipt, Fact

    swabs = list(Swab.objects.get_queryset().filter(tube_id__in=tube_ids))
    people = [swab.person_id for swab in swabs]
    return Written(
        tables=[
            list(Tube.objects.get_queryset().filter(id__in=tube_ids)),
            swabs,
            list(Registration.objects.get_queryset().filter(person_id__in=people)),
            list(Fact.objects.filter(seq__gt=last)),
            list(CommandReceipt.objects.filter(device="log", rows__in=[[tube_id] for tube_id in tube_ids])),
        ]
    )


def _take_out(uploads: Sequence[Written]) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        for place in (1, 0, 2, 3, 4):
            model = type(uploads[0].tables[place][0])
            field = model._meta.get_field("id")
            for upload in uploads:
                keys = [field.get_db_prep_value(row.id, connection) for row in upload.tables[place]]
                for start in range(0, len(keys), 500):
                    some = keys[start : start + 500]
                    cursor.execute(f"DELETE FROM {model._meta.db_table} WHERE id IN ({', '.join(['%s'] * len(some))})", some)
        if connection.vendor == "postgresql":
            cursor.execute("VACUUM ANALYZE")


def _written(insert: Callable[[list[Any]], object]) -> Callable[[Written], None]:
    """Put rows back as the upload writes them (facts as in a real tree, whose ids are new), or by Django's `bulk_create` as it did before."""
    from django.db import transaction

    def work(upload: Written) -> None:
        tubes, swabs, registrations, facts, receipts = upload.tables
        for fact in facts:
            fact.pk = None
        with transaction.atomic():
            for rows in (registrations, tubes, swabs, facts, receipts):
                insert(rows)

    return work


def _copied(uploads: Sequence[Written]) -> Callable[[Written], None]:
    """Put rows back by what the database takes fastest; what it is given is prepared before the clock runs."""
    from django.db import connection, transaction

    made = {id(upload): [_prepared(rows) for rows in upload.tables] for upload in uploads}

    def work(upload: Written) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            for statement, content in made[id(upload)]:
                if isinstance(content, bytes):
                    with cursor.copy(statement) as copy:
                        copy.write(content)
                else:
                    cursor.executemany(statement, content)

    return work


def _prepared(rows: Sequence[Any]) -> tuple[str, Any]:
    from django.db import connection

    fields = [field for field in rows[0]._meta.concrete_fields if field.attname != "seq"]
    table, columns = rows[0]._meta.db_table, ", ".join(connection.ops.quote_name(field.column) for field in fields)
    values = [[field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields] for row in rows]
    if connection.vendor == "postgresql":
        return f"COPY {table} ({columns}) FROM STDIN", "".join(map(_line, values)).encode()
    return f"INSERT INTO {table} ({columns}) VALUES ({', '.join(['%s'] * len(fields))})", values


def _line(values: Sequence[Any]) -> str:
    return "\t".join(map(_text, values)) + "\n"


def _text(value: Any) -> str:
    if value is None:
        return "\\N"
    plain = json.dumps(value.obj) if hasattr(value, "obj") else str(value)
    return plain.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n")


if __name__ == "__main__":
    main()
