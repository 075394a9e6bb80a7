"""Who is sampled alone (S-210): by the measures that run for him, by the day's register, by his needs."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from uuid import UUID

from epigrid.field.sampling import rules
from epigrid.field.sampling.models import ListChange, SampledAlone, Swab
from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.registers.people import queries as people


def door_lists(*, actor: Actor, on: date, now: datetime, area: Area | None = None, person_ids: Sequence[UUID] | None = None) -> dict[UUID, str]:
    """Person -> the door list on which he is sampled (`quarantine`, `frail`) on a day; of an area or of some people. Whoever may be pooled is absent."""
    marks = people.marks(actor=actor, on=on, area=area, person_ids=person_ids)
    rows = SampledAlone.objects.seen_by(actor).filter(until__gt=now)
    rows = rows if area is None else rows.filter(area__within=area)
    bound = set((rows if person_ids is None else rows.filter(person_id__in=list(person_ids))).values_list("person_id", flat=True))
    found = {
        person_id: rules.list_of(
            quarantined=person_id in bound or people.QUARANTINED in marks.get(person_id, ()),
            frail=bool(people.HOME_TEST & marks.get(person_id, set())),
        )
        for person_id in {*marks, *bound}
    }
    return {person_id: name for person_id, name in found.items() if name != "pooled"}


ALWAYS = datetime(2000, 1, 1, tzinfo=UTC)
"""Since when a measure is known of which nobody noted it: before anything that a phone may bring."""


def alone_since(*, actor: Actor, on: date, now: datetime, person_ids: Sequence[UUID]) -> dict[UUID, datetime]:
    """Since when it is known that these people, who are on the list `quarantine` by `door_lists`, are sampled alone."""
    known = people.quarantined_since(actor=actor, on=on, person_ids=person_ids)
    rows = SampledAlone.objects.seen_by(actor).filter(until__gt=now, person_id__in=list(person_ids))
    for person_id, since in rows.values_list("person_id", "since"):
        known[person_id] = min(known.get(person_id, since or ALWAYS), since or ALWAYS)
    return known


def list_changes(*, actor: Actor, round_id: UUID, person_ids: Sequence[UUID], after: datetime) -> dict[UUID, list[tuple[datetime, str]]]:
    """Until when people stood on which other list of a round, of the changes after a moment."""
    rows = ListChange.objects.seen_by(actor).filter(round_id=round_id, person_id__in=list(person_ids), until__gt=after)
    found: dict[UUID, list[tuple[datetime, str]]] = {}
    for person_id, until, was in rows.values_list("person_id", "until", "was"):
        found.setdefault(person_id, []).append((until, was))
    return found


def pooled_before(*, actor: Actor, person_ids: Sequence[UUID]) -> dict[UUID, str]:
    """Those of the people who are in a pool that was filled before they were to be sampled alone, with the label of its tube, until it is read."""
    rows = Swab.objects.seen_by(actor).filter(person_id__in=list(person_ids), before_order=True, lost=False, tube__outcome="")
    return dict(rows.order_by("at").values_list("person_id", "tube__label"))
