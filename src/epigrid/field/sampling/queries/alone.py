"""Who is sampled alone (S-210): by the measures that run for him, by the day's register, by his needs."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from epigrid.field.sampling import rules
from epigrid.field.sampling.models import SampledAlone
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
