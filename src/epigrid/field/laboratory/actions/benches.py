"""What a laboratory can do, how its files are headed, and which rounds it reads first."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from epigrid.field.laboratory import formats, rules
from epigrid.field.laboratory.events import BenchSet, RoundRanked
from epigrid.field.laboratory.models import Bench, RoundRank, Specimen
from epigrid.kernel.actors import Actor
from epigrid.kernel.duties import Duty
from epigrid.registers.organisation import queries as organisation
from epigrid.store import journal, sheets
from epigrid.store.acts import whole
from epigrid.store.ids import new_id

RUNNERS = (Duty.LABORATORY, Duty.TESTING_FORCE)


@whole
def set_bench(*, actor: Actor, body_id: UUID, bench: rules.Bench, plate_wells: int | None, overflow_id: UUID | None, now: datetime) -> None:
    """Say what a laboratory can do a day, how long a result takes, how long its queue may grow, its plates, and which laboratory takes what is too much.

    What is None it has not said; nothing is forecast from it.
    """
    row = _bench(actor, body_id, now)
    if overflow_id is not None:
        if overflow_id == body_id:
            raise rules.OverflowSelf()
        organisation.body(actor=actor, body_id=overflow_id)
    row.tubes_per_day, row.turnaround_minutes, row.queue_limit = bench.tubes_per_day, bench.turnaround_minutes, bench.queue_limit
    row.plate_wells, row.overflow_id = plate_wells, overflow_id
    _keep(actor, row, now)


@whole
def save_columns(*, actor: Actor, body_id: UUID, columns: Mapping[str, str], now: datetime) -> None:
    """Keep what this laboratory's headings stand for (heading -> field; empty: left out), for its next files. `MappingWrong` names an unknown field."""
    unknown = sorted({name for name in columns.values() if name and name not in formats.HEADINGS})
    if unknown:
        raise sheets.MappingWrong(field=unknown[0], known=sorted(formats.HEADINGS))
    row = _bench(actor, body_id, now)
    row.columns = {**row.columns, **columns}
    _keep(actor, row, now)


def _bench(actor: Actor, body_id: UUID, now: datetime) -> Bench:
    body = organisation.body(actor=actor, body_id=body_id)
    actor.require(*RUNNERS, area=body.area)
    new = Bench(id=new_id(body.area, "bench", body_id), area=body.area, body_id=body_id, set_at=now)
    Bench.objects.bulk_create([new], ignore_conflicts=True)
    return Bench.objects.seen_by(actor).select_for_update().get(body_id=body_id)


def _keep(actor: Actor, row: Bench, now: datetime) -> None:
    row.set_by, row.set_at = actor.id, now
    row.save()
    journal.record(BenchSet(area=row.area, body_id=row.body_id), actor=actor, at=now, caused_by=None)


@whole
def rank_round(*, actor: Actor, body_id: UUID, round_id: UUID, rank: int, now: datetime) -> int:
    """Say how early a laboratory reads a round's tubes (1 first, 9 last), those in its queue and those to come; return how many of the queue moved."""
    body = organisation.body(actor=actor, body_id=body_id)
    actor.require(*RUNNERS, area=body.area)
    if rank not in rules.RANKS:
        raise rules.RankUnknown(rank=rank)
    new = RoundRank(
        id=new_id(body.area, "round-rank", body_id, round_id),
        area=body.area,
        body_id=body_id,
        round_id=round_id,
        rank=rank,
        set_by=actor.id,
        set_at=now,
    )
    RoundRank.objects.bulk_create([new], update_conflicts=True, unique_fields=["body", "round_id"], update_fields=["rank", "set_by", "set_at"])
    moved: int = Specimen.objects.seen_by(actor).filter(body_id=body_id, round_id=round_id, outcome="").exclude(rank=rank).update(rank=rank)
    event = RoundRanked(area=body.area, body_id=body_id, round_id=round_id, rank=rank)
    journal.record(event, actor=actor, at=now, caused_by=None)
    return moved
