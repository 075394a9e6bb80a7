"""Whole tubes that a table's phone kept without a network: who was found how and swabbed when, and what had become of him before the phone came back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from epigrid.field.sampling import queries, rules
from epigrid.field.sampling.actions.rounds import still_open
from epigrid.field.sampling.actions.table import Arrival, register_arrivals
from epigrid.field.sampling.actions.tubes import Filling, fill_tubes
from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.store.acts import whole


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A closed tube as a phone kept it: its people in queue order; moments by the phone's clock, None: not noted, so that now counts."""

    label: str
    pool_size: int
    people: Sequence[Arrival]
    opened_at: datetime | None = None
    closed_at: datetime | None = None


@whole
def enter_tubes(*, actor: Actor, area: Area, round_id: UUID, tubes: Sequence[Kept], table: str, now: datetime, cause: UUID) -> list[UUID]:
    """Register and swab the people of closed tubes of a round in one act, each at his own moment; the ids of the tubes in their order.

    Refused whole, as `register_arrivals` and `fill_tubes`, and `rules.MomentAhead`. Whoever was to be sampled alone when he was swabbed is refused in a pool;
    whoever became so before the phone came stays in his tube, and both are marked (`PooledBeforeOrder`). A tube that stands already is the same tube.
    """
    row = still_open(actor, round_id)
    timed = [_timed(tube, row.frozen_at, now) for tube in tubes]
    stand = queries.ids_by_label(actor=actor, tree=area.tree, labels=[tube.label for tube in tubes])
    arrivals = [arrival for tube in timed if tube.label not in stand for arrival in tube.people]
    register_arrivals(actor=actor, round_id=round_id, arrivals=arrivals, table=table, now=now, cause=cause)
    return fill_tubes(actor=actor, area=area, tubes=[_filling(tube) for tube in timed], now=now, cause=cause, round_id=round_id)


def _timed(tube: Kept, earliest: datetime, now: datetime) -> Kept:
    """The same tube, each moment as it counts."""

    def moment(said: datetime | None) -> datetime:
        return now if said is None else rules.judge_moment(said, earliest=earliest, now=now)

    people = [Arrival(person_id=one.person_id, means=one.means, at=moment(one.at)) for one in tube.people]
    return Kept(label=tube.label, pool_size=tube.pool_size, people=people, opened_at=moment(tube.opened_at), closed_at=moment(tube.closed_at))


def _filling(tube: Kept) -> Filling:
    return Filling(
        label=tube.label,
        pool_size=tube.pool_size,
        person_ids=[one.person_id for one in tube.people],
        moments={one.person_id: one.at for one in tube.people},
        opened_at=tube.opened_at,
        closed_at=tube.closed_at,
    )
