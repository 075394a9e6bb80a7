"""The report of a round beside what its plan had said."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Sum

from epigrid.command.planning import rules
from epigrid.command.planning.models import Plan, Slot
from epigrid.field.sampling import queries as sampling
from epigrid.kernel.actors import Actor
from epigrid.registers.places import queries as places

SMALL = 10
"""A count below this is hidden from whoever looks from above the community (procedures 4)."""
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True)
class Report:
    """A round's report; `compared` is None where `unforeseen` says why nothing was forecast (`no-plan`, `no-rate`, `no-slots`).

    `above`: the reader looks from above the community, so counts below `SMALL` are hidden from him.
    """

    fact: sampling.RoundReport
    compared: rules.Compared | None
    unforeseen: str
    above: bool

    def shown(self, count: int) -> str:
        """A count as the reader sees it."""
        return f"< {SMALL}" if self.above and count < SMALL else str(count)

    def known(self, count: int) -> int | None:
        """A count as a machine sees it; None: hidden."""
        return None if self.above and count < SMALL else count


def report(*, actor: Actor, round_id: UUID, now: datetime) -> Report:
    """The report of a round; what its plan had said is the plan as it last stood, late slots moved included."""
    fact = sampling.round_report(actor=actor, round_id=round_id, now=now)
    row = Plan.objects.seen_by(actor).filter(round_id=round_id).order_by("id").first()
    compared, why = _compared(actor, row, fact)
    communities = [unit.area for unit in places.area_units(actor=actor, level="community")]
    above = not all(any(unit.covers(area) for unit in communities) for area in actor.areas())
    return Report(fact=fact, compared=compared, unforeseen=why, above=above)


def _compared(actor: Actor, plan: Plan | None, fact: sampling.RoundReport) -> tuple[rules.Compared | None, str]:
    if plan is None:
        return None, "no-plan"
    if plan.per_lane_hour is None:
        return None, "no-rate"
    lanes, spans = dict[UUID, int](), dict[UUID, list[tuple[float, float, int]]]()
    slots = Slot.objects.seen_by(actor).filter(plan=plan).order_by("site__number", "starts_at")
    for site, count, starts_at, ends_at, people in slots.values_list("site_id", "site__lanes", "starts_at", "ends_at").annotate(Sum("people")):
        if starts_at is not None and ends_at is not None:
            lanes[site] = count
            spans.setdefault(site, []).append(((starts_at - fact.over.start) / MINUTE, (ends_at - fact.over.start) / MINUTE, people))
    if not spans:
        return None, "no-slots"
    expected = [rules.Expected(lanes=lanes[site], slots=tuple(found)) for site, found in spans.items()]
    said = rules.forecast(expected, per_lane_hour=plan.per_lane_hour, minutes=fact.over.minutes, steps=fact.over.steps)
    return rules.compare(said, fact.at_sites, minutes=fact.over.minutes), ""
