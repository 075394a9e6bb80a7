"""From door to door: a campaign makes its visits, attempts are recorded, what nobody visited ends with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from epigrid.field.visits import queries, rules
from epigrid.field.visits.actions.series import Record, draw_recall, note_deed
from epigrid.field.visits.events import CampaignClosed, CampaignOpened, HouseholdUnreached, VisitRecorded
from epigrid.field.visits.models import Attempt, Campaign, Visit
from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.kernel.duties import Duty
from epigrid.registers.organisation import queries as organisation
from epigrid.registers.people import queries as people
from epigrid.registers.places import queries as places
from epigrid.store import journal
from epigrid.store.acts import whole
from epigrid.store.ids import new_id, repeated_id

OPENERS = (Duty.COMMUNITY_SECRETARY, Duty.SUBDISTRICT_OFFICE, Duty.COUNTY_EOC_OFFICER)
VISITORS = (Duty.GRID_WORKER, Duty.COMMUNITY_SECRETARY, Duty.ZONE_LEAD, Duty.PHONE_OPERATOR)


@dataclass(frozen=True, kw_only=True)
class NewCampaign:
    """A campaign to open: why, until when, what is asked at each door, under which directive (none: the newest that authorises tasks here)."""

    reason: str
    closes_at: datetime
    asks: Sequence[str] = ()
    directive_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What an attempt came to: the result, how it was tried, what changed, and needs as (person, need)."""

    result: str
    means: str = "door"
    changes: Sequence[str] = ()
    needs: Sequence[tuple[UUID, str]] = ()


@whole
def open_campaign(*, actor: Actor, area: Area, new: NewCampaign, now: datetime) -> UUID:
    """Open a campaign with one visit for each household of the area as the register knows it now, in walking order within each building (S-064)."""
    actor.require(*OPENERS, area=area)
    if new.closes_at <= now:
        raise rules.CampaignOver(closes_at=new.closes_at.isoformat())
    directive_id = new.directive_id or organisation.directive_for(actor=actor, act="task.open", area=area, now=now)
    organisation.require_directive(actor=actor, directive_id=directive_id, act="task.open", area=area, now=now)
    row = Campaign.objects.create(
        id=repeated_id(area, "campaign", area, new.reason),
        area=area,
        reason=new.reason,
        directive_id=directive_id,
        asks=list(new.asks),
        opens_at=now,
        closes_at=new.closes_at,
        opened_by=actor.id,
    )
    visits = _visits(actor, row)
    Visit.objects.bulk_create(visits, batch_size=500)
    event = CampaignOpened(area=area, campaign_id=row.id, directive_id=directive_id, households=len(visits))
    journal.record(event, actor=actor, at=now, caused_by=None)
    return row.id


def _visits(actor: Actor, row: Campaign) -> list[Visit]:
    """One visit for each household, building after building, stair after stair."""
    homes = people.households(actor=actor, area=row.area)
    rooms = places.places(actor=actor, ids=[home.dwelling_id for home in homes])
    buildings = places.buildings_of(actor=actor, place_ids=list(rooms))
    walk = sorted(
        (home for home in homes if home.dwelling_id in rooms), key=lambda home: (queries.walking(rooms[home.dwelling_id].path), home.number)
    )
    return [
        Visit(
            id=new_id(home.area, "visit", row.id, home.id),
            area=home.area,
            campaign=row,
            household_id=home.id,
            dwelling_id=home.dwelling_id,
            building_id=buildings.get(home.dwelling_id),
            step=step,
        )
        for step, home in enumerate(walk, 1)
    ]


@whole
def record_visit(*, actor: Actor, visit_id: UUID, seen: Seen, now: datetime) -> UUID:
    """Record one attempt; return its id. It stands beside earlier ones, and the household's class follows from all; the same attempt again is the same row.

    Changes and needs change no file here: playbooks ask whoever keeps the register.
    """
    row = Visit.objects.seen_by(actor).select_for_update(of=("self",)).select_related("campaign").get(id=visit_id)
    actor.require(*VISITORS, area=row.area)
    _judge(actor, row, seen, now)
    known = Attempt.objects.seen_by(actor).filter(visit=row, by=actor.id, at=now, result=seen.result).values_list("id", flat=True).first()
    if known is not None:
        return known
    attempt = Attempt.objects.create(
        id=new_id(row.area, "attempt", row.id, actor.id, now.isoformat(), seen.result),
        area=row.area,
        visit=row,
        result=seen.result,
        means=seen.means,
        changes=sorted(seen.changes),
        needs=[[str(person_id), need] for person_id, need in seen.needs],
        by=actor.id,
        at=now,
    )
    results = list(Attempt.objects.seen_by(actor).filter(visit=row).values_list("result", flat=True))
    row.state, row.attempts = rules.standing(results), len(results)
    event = VisitRecorded(
        area=row.area,
        visit_id=row.id,
        campaign_id=row.campaign_id,
        household_id=row.household_id,
        dwelling_id=row.dwelling_id,
        attempt_id=attempt.id,
        result=seen.result,
        state=row.state,
        changes=tuple(attempt.changes),
        need_person_ids=tuple(person_id for person_id, _need in seen.needs),
        needs=tuple(need for _person_id, need in seen.needs),
    )
    fact_id = journal.record(event, actor=actor, at=now, caused_by=None)
    _ask_another_way(actor, row, results, now, fact_id)
    row.save(update_fields=["state", "attempts", "unreached_at"])
    record = Record(kind="visit", id=attempt.id, area=row.area, fact_id=fact_id, door=row.dwelling_id, place_id=row.dwelling_id)
    note_deed(actor=actor, hand=actor.id, record=record, at=now, now=now)
    if seen.result != "absent":
        draw_recall(actor=actor, hand=actor.id, record=record, now=now)
    return attempt.id


def _judge(actor: Actor, row: Visit, seen: Seen, now: datetime) -> None:
    """Refuse unknown words, strangers' needs, and what happened outside the campaign."""
    rules.judge_attempt(result=seen.result, means=seen.means, changes=seen.changes)
    members = people.household(actor=actor, household_id=row.household_id).person_ids if seen.needs else ()
    for person_id, need in seen.needs:
        if person_id not in members or need not in queries.NEEDS:
            raise rules.ResultUnknown(need=need)
    if row.campaign.closed_at is not None and now >= row.campaign.closed_at:
        raise rules.CampaignOver(closed_at=row.campaign.closed_at.isoformat())


def _ask_another_way(actor: Actor, row: Visit, results: Sequence[str], now: datetime, cause: UUID) -> None:
    """After the second attempt without an answer the household is reached another way, once."""
    if row.unreached_at is None and rules.unreached(results):
        row.unreached_at = now
        event = HouseholdUnreached(area=row.area, visit_id=row.id, household_id=row.household_id, dwelling_id=row.dwelling_id, attempts=len(results))
        journal.record(event, actor=actor, at=now, caused_by=cause)


@whole
def close_campaign(*, actor: Actor, campaign_id: UUID, reason: str, now: datetime, cause: UUID | None = None) -> int:
    """Close a campaign; visits that nobody made end with the reason. Closing it again changes nothing. Returns how many ended."""
    row = Campaign.objects.seen_by(actor).select_for_update().get(id=campaign_id)
    actor.require(*OPENERS, Duty.PROCEDURE, area=row.area)
    if row.closed_at is not None:
        return 0
    row.closed_at, row.end_reason = now, reason[:60]
    row.save(update_fields=["closed_at", "end_reason"])
    visits = Visit.objects.seen_by(actor).filter(campaign=row)
    unreached = tuple(visits.filter(state="absent", unreached_at__isnull=False).order_by("pk").values_list("id", flat=True))
    ended = visits.filter(state="open").update(state="ended")
    event = CampaignClosed(area=row.area, campaign_id=row.id, reason=reason, ended=ended, unreached_ids=unreached)
    journal.record(event, actor=actor, at=now, caused_by=cause)
    return ended


@whole
def close_due(*, actor: Actor, area: Area, now: datetime, cause: UUID) -> int:
    """Close the campaigns whose end has come; return how many."""
    actor.require(Duty.PROCEDURE, area=area)
    rows = Campaign.objects.seen_by(actor).filter(closed_at__isnull=True, closes_at__lte=now, area__within=area).order_by("pk")
    for campaign_id in (ids := list(rows.values_list("id", flat=True))):
        close_campaign(actor=actor, campaign_id=campaign_id, reason="campaign-over", now=now, cause=cause)
    return len(ids)
