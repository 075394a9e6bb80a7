"""A zone's day count: infections that restart it, questions that hold it, proposals when it is full."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.kernel.duties import Duty
from epigrid.kernel.verdicts import Verdict
from epigrid.registers.policies import queries as policies
from epigrid.response.zones import queries, rules
from epigrid.response.zones.events import DowngradeProposed, SpreadQuestionOpen, ZoneRestarted, ZoneSurveyed
from epigrid.response.zones.models import Infection, Survey, Zone
from epigrid.store import clock, journal
from epigrid.store.acts import whole
from epigrid.store.ids import new_id


@whole
def record_infection(*, actor: Actor, zone_id: UUID, case_id: UUID, found: str, spread: bool | None, now: datetime, cause: UUID) -> str:
    """Note an infection that touches a zone: it restarts the days, is ignored, or is an open question until an investigator judges the spread."""
    row = Zone.objects.seen_by(actor).select_for_update().get(id=zone_id)
    actor.require(Duty.PROCEDURE, area=row.area)
    if row.state != "active" or Infection.objects.seen_by(actor).filter(zone=row, case_id=case_id).exists():
        return "known"
    policy = queries.level_policy(actor=actor, level=row.level, edition=row.edition)
    effect = rules.counts(found=found, spread=spread, policy=policy)
    Infection.objects.create(id=new_id(row.area, "zone-infection", row.id, case_id), area=row.area, zone=row, case_id=case_id, effect=effect, at=now)
    _apply(actor, row, case_id, effect, now, cause)
    return effect


@whole
def settle_question(*, actor: Actor, case_id: UUID, spread: bool, now: datetime, cause: UUID) -> int:
    """An investigator judged the spread: open questions about the case are settled. Returns how many zones it touched."""
    rows = list(Infection.objects.seen_by(actor).select_for_update().filter(case_id=case_id, effect="ask").order_by("pk"))
    for infection in rows:
        zone = Zone.objects.seen_by(actor).select_for_update().get(id=infection.zone_id)
        actor.require(Duty.PROCEDURE, area=zone.area)
        infection.effect = "restart" if spread else "ignore"
        infection.save(update_fields=["effect"])
        if zone.state == "active":
            _apply(actor, zone, case_id, infection.effect, now, cause)
    return len(rows)


def _apply(actor: Actor, row: Zone, case_id: UUID, effect: str, now: datetime, cause: UUID) -> None:
    if effect == "restart":
        row.clean_since, row.downgrade_proposed_at, row.overdue_at = clock.local_day(row.area, now), None, None
        row.save(update_fields=["clean_since", "downgrade_proposed_at", "overdue_at"])
        event = ZoneRestarted(area=row.area, zone_id=row.id, infection_id=case_id)
        journal.record(event, actor=actor, at=now, caused_by=cause)
    elif effect == "ask":
        question = SpreadQuestionOpen(area=row.area, zone_id=row.id, infection_id=case_id)
        journal.record(question, actor=actor, at=now, caused_by=cause)


@dataclass(frozen=True, kw_only=True)
class Known:
    """What other apps know of a zone: whether its final round was clean, whether its contacts are clear, the index readings of its surveys."""

    final_round_clean: bool = False
    contacts_clear: bool = False
    indicators: tuple[float, ...] = ()


@whole
def propose_downgrades(*, actor: Actor, area: Area, known: Mapping[UUID, Known], now: datetime, cause: UUID) -> list[UUID]:
    """Put before the city office every zone whose days are full; `known` says per zone what other apps know. Once each."""
    actor.require(Duty.PROCEDURE, area=area)
    rows = Zone.objects.seen_by(actor).select_for_update().filter(state="active", downgrade_proposed_at__isnull=True, area__within=area)
    proposed = []
    for row in rows.filter(clean_since__isnull=False, starts_at__lte=now).exclude(level=rules.PROVISIONAL).order_by("pk"):
        verdict = judge(actor=actor, row=row, known=known.get(row.id, Known()), now=now)
        if verdict.outcome is rules.Next.PROPOSE:
            row.downgrade_proposed_at = now
            row.save(update_fields=["downgrade_proposed_at"])
            days = (clock.local_day(row.area, now) - (row.clean_since or now.date())).days
            journal.record(DowngradeProposed(area=row.area, zone_id=row.id, clean_days=days), actor=actor, at=now, caused_by=cause)
            proposed.append(row.id)
    return proposed


def judge(*, actor: Actor, row: Zone, known: Known, now: datetime) -> Verdict[rules.Next]:
    """The verdict on a zone's downgrade at a moment."""
    today = clock.local_day(row.area, now)
    standing = rules.Standing(
        clean_since=row.clean_since or today,
        came_down=queries.came_down(actor=actor, zone_id=row.id),
        final_round_clean=known.final_round_clean,
        contacts_clear=known.contacts_clear,
        open_questions=len(queries.open_questions(actor=actor, zone_id=row.id)),
        indicators=known.indicators,
    )
    policy = queries.level_policy(actor=actor, level=row.level, edition=row.edition)
    return rules.judge_downgrade(zone=standing, policy=policy, today=today)


@whole
def record_survey(*, actor: Actor, zone_id: UUID, households: int, containers: int, now: datetime, cause: UUID) -> Verdict[str]:
    """Record a survey of containers in a zone and say what its index means; one with too few households for the clause is refused and not kept."""
    row = Zone.objects.seen_by(actor).select_for_update().get(id=zone_id)
    actor.require(Duty.CDC_INVESTIGATOR, Duty.ZONE_LEAD, Duty.GRID_WORKER, area=row.area)
    if row.state != "active":
        raise rules.ZoneEnded(state=row.state)
    policy = policies.clause(rules.VectorPolicy, edition=row.edition)
    verdict = rules.judge_index(households=households, containers=containers, policy=policy)
    if verdict.outcome == "too-few":
        raise rules.SurveyTooSmall(households=households, needed=verdict.details["needed"])
    survey = Survey(
        id=new_id(row.area, "zone-survey", row.id, now), area=row.area, zone=row, households=households, containers=containers, at=now, by=actor.id
    )
    made = Survey.objects.bulk_create([survey], ignore_conflicts=True)
    if made:
        event = ZoneSurveyed(area=row.area, zone_id=row.id, index=round(verdict.details["index"], 1))
        journal.record(event, actor=actor, at=now, caused_by=cause)
    return verdict
