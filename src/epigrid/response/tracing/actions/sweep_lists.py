"""The three lists of a sweep, drawn from the register, from what outlets gave, and from the presence log."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import numpy as np

from epigrid.engine.tracing import sweeps
from epigrid.engine.tracing.schemas import LAST, Memberships
from epigrid.kernel.actors import Actor
from epigrid.kernel.duties import Duty
from epigrid.registers.people import queries as people
from epigrid.response.tracing import rules
from epigrid.response.tracing.actions.sweeps import put
from epigrid.response.tracing.events import SweepDrawn
from epigrid.response.tracing.models import SectorSweep, SweepPerson
from epigrid.store import clock, extracts, journal
from epigrid.store.acts import whole

Entries = dict[UUID, list[dict[str, str]]]


@whole
def draw_sweep(*, actor: Actor, sweep_id: UUID, now: datetime, cause: UUID) -> int:
    """Draw an approved sweep's lists: people of its scope by name, others as a count of leads per list. Again, it adds what is new since.

    Workers come from the register and from the outlets' own lists, families are who lives with a worker, recipients were there in the window or are named.
    Returns how many entries are new.
    """
    row = SectorSweep.objects.seen_by(actor).select_for_update().get(id=sweep_id)
    actor.require(Duty.PROCEDURE, area=row.area)
    if row.approved_at is None:
        raise rules.QueryNotApproved(sweep=str(sweep_id))
    if row.closed_at is not None:
        raise rules.SweepRefused(why="closed")
    found = _found(actor, row)
    inside = {card.id for card in people.people(actor=actor, ids=sorted(found)) if row.scope.covers(card.area)}
    fresh = put(actor=actor, row=row, found={person: found[person] for person in inside}, cause=cause)
    away = [{entry["list"] for entry in entries} for person, entries in found.items() if person not in inside]
    first, row.leads = row.drawn_at is None, {name: sum(name in lists for lists in away) for name in rules.LISTS}
    row.drawn_at = row.drawn_at or now
    row.save(update_fields=["leads", "drawn_at"])
    if first or fresh:
        listed = tuple(SweepPerson.objects.seen_by(actor).filter(sweep=row).order_by("pk").values_list("person_id", flat=True))
        event = SweepDrawn(area=row.area, sweep_id=row.id, person_ids=listed, leads=len(away), due_at=row.results_due_at)
        journal.record(event, actor=actor, at=now, caused_by=cause)
    return fresh


@dataclass(frozen=True, kw_only=True)
class _Ground:
    """What a drawing starts from: who works where, by whose word, and who lives with whom."""

    works: Mapping[tuple[UUID, UUID], str]
    homes: Mapping[UUID, UUID]


def _ground(actor: Actor, row: SectorSweep, outlets: Sequence[UUID]) -> _Ground:
    works = dict.fromkeys(people.working_at(actor=actor, place_ids=outlets).items(), "register")
    for person_id, entries in SweepPerson.objects.seen_by(actor).filter(sweep=row).values_list("person_id", "entries"):
        works |= {(person_id, UUID(one["via"])): one["source"] for one in entries if one["list"] == "workers" and one["source"] == "named"}
    staff = people.people(actor=actor, ids=sorted({person for person, _ in works}))
    dwellings = sorted({card.dwelling_id for card in staff if card.dwelling_id is not None})
    living = [card for card in people.people(actor=actor, place_ids=dwellings) if card.departed_on is None]
    return _Ground(works=works, homes={card.id: card.household_id for card in [*staff, *living] if card.household_id is not None})


def _found(actor: Actor, row: SectorSweep) -> Entries:
    """Everybody on a list, wherever he lives, with his entries."""
    area, outlets = row.area, [UUID(place) for place in row.place_ids]
    ground = _ground(actor, row, outlets)
    person = extracts.pseudonyms(area=area, kind="person", subject_ids={*ground.homes, *(one for one, _ in ground.works)})
    place = extracts.pseudonyms(area=area, kind="place", subject_ids=outlets)
    house = {home: number for number, home in enumerate(sorted(set(ground.homes.values())))}
    query = sweeps.SweepQuery(
        exposure_id=row.exposure_id, places=tuple(place.values()), start=int(row.starts_at.timestamp()), end=int(row.ends_at.timestamp())
    )
    first = clock.local_day(area, row.starts_at) - timedelta(days=1)
    lists = sweeps.draw(
        extracts.index_of(area=area, first=first, last=clock.local_day(area, row.ends_at)),
        query,
        workplaces=_always([(person[one], place[outlet]) for one, outlet in ground.works]),
        households=_always([(person[one], house[home]) for one, home in ground.homes.items()]),
    )
    who = extracts.subjects(area=area, kind="person", numbers={*person.values(), *(one.who for one in lists.recipients)})
    where = {number: outlet for outlet, number in place.items()}
    found: Entries = {}
    for worker in lists.workers:
        outlet = where[worker.place]
        _enter(found, who[worker.who], "workers", ground.works[who[worker.who], outlet], outlet)
    for relative in lists.families:
        _enter(found, who[relative.who], "families", "household", who[relative.worker])
    for recipient in lists.recipients:
        if recipient.who in who:
            _enter(found, who[recipient.who], "recipients", "scan", where[recipient.place])
    return found


def _enter(found: Entries, person_id: UUID, name: str, source: str, via: UUID) -> None:
    found.setdefault(person_id, []).append({"list": name, "source": source, "via": str(via)})


def _always(pairs: Sequence[tuple[int, int]]) -> Memberships:
    """Memberships of which the register knows no dates."""
    columns = np.array(pairs, np.int64).reshape(-1, 2)
    since = np.zeros(len(columns), np.int64)
    return Memberships(person=columns[:, 0].copy(), group=columns[:, 1].copy(), since=since, until=np.full(len(columns), LAST, np.int64))
