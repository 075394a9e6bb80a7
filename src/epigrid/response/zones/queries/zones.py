"""Questions about zones, their people, services and notices."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Max, Min

from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.kernel.errors import NotFound
from epigrid.registers.people import queries as people
from epigrid.registers.places import queries as places
from epigrid.registers.policies import queries as policies
from epigrid.response.zones import rules
from epigrid.response.zones.models import Barrier, Infection, Member, Notice, ServicePlan, StaticOrder, Survey, Zone, ZonePlace, ZoneStaff
from epigrid.store import journal


@dataclass(frozen=True, kw_only=True)
class ZoneCard:
    """A zone and its places."""

    id: UUID
    area: Area
    level: str
    disease: str
    outline: tuple[tuple[float, float], ...]
    state: str
    place_ids: tuple[UUID, ...]
    basis: str
    clause_id: str
    edition: str
    expert_line: str
    directive_id: UUID | None
    decided_by: UUID | None
    proposed_at: datetime
    starts_at: datetime | None
    review_at: datetime | None
    clean_since: date | None
    reported_up_at: datetime | None
    downgrade_proposed_at: datetime | None
    ended_at: datetime | None
    end_reason: str
    from_zone_id: UUID | None
    caused_by: UUID


@dataclass(frozen=True, kw_only=True)
class MemberCard:
    """A person of a zone."""

    zone_id: UUID
    person_id: UUID
    inside: bool
    since: datetime | None
    until: datetime | None


@dataclass(frozen=True, kw_only=True)
class PlanCard:
    """A zone's services."""

    zone_id: UUID
    owners: Mapping[str, str]
    hotline: str
    active_at: datetime


@dataclass(frozen=True, kw_only=True)
class StayReason:
    """The stay-home duty of one person in one zone."""

    zone_id: UUID
    level: str
    since: datetime
    until: datetime
    decided_by: UUID | None
    clause_id: str
    edition: str
    hotline: str


@dataclass(frozen=True, kw_only=True)
class NoticeCard:
    """A published notice."""

    id: UUID
    number: str
    document_id: UUID
    items: tuple[Mapping[str, str], ...]
    published_at: datetime
    effective_at: datetime
    signed_by: UUID


def zone(*, actor: Actor, zone_id: UUID) -> ZoneCard:
    """One zone."""
    return _cards(actor, [Zone.objects.seen_by(actor).get(id=zone_id)])[0]


def zones(*, actor: Actor, states: Sequence[str] = (), levels: Sequence[str] = (), area: Area | None = None) -> list[ZoneCard]:
    """Zones, newest first."""
    rows = Zone.objects.seen_by(actor).order_by("-proposed_at", "id")
    if states:
        rows = rows.filter(state__in=states)
    if levels:
        rows = rows.filter(level__in=levels)
    return _cards(actor, list(rows if area is None else rows.filter(area__within=area)))


def _cards(actor: Actor, rows: Sequence[Zone]) -> list[ZoneCard]:
    found: dict[UUID, list[UUID]] = {row.id: [] for row in rows}
    for zone_id, place_id in ZonePlace.objects.seen_by(actor).filter(zone__in=rows).order_by("place_id").values_list("zone_id", "place_id"):
        found[zone_id].append(place_id)
    return [_zone(row, tuple(found[row.id])) for row in rows]


def active(*, actor: Actor, now: datetime, levels: Sequence[str] = ()) -> list[ZoneCard]:
    """Zones in force at a moment: decided, started, not ended, not past their review."""
    cards = zones(actor=actor, states=("active",), levels=levels)
    return [card for card in cards if card.starts_at is not None and card.starts_at <= now and (card.review_at is None or now < card.review_at)]


def level_policy(
    *, actor: Actor, level: str, edition: str = "", area: Area | None = None, on: date | None = None, disease: str = policies.COVID
) -> rules.ZonePolicy:
    """The clause of a level: of an edition, or in force for an area on a day; `LevelUnknown` where the scheme lacks it. Clauses are public to every actor."""
    scheme = policies.clause(rules.SchemePolicy, edition=edition, area=area, on=on, disease=disease)
    rules.check_level(level=level, scheme=scheme)
    return policies.clause(rules.POLICIES[rules.clause_level(level, scheme)], edition=edition, area=area, on=on, disease=disease)


def levels(*, actor: Actor, edition: str) -> tuple[str, ...]:
    """The levels of an edition's scheme, the strictest first; public to every actor."""
    return policies.clause(rules.SchemePolicy, edition=edition).levels


def indices(*, actor: Actor, zone_id: UUID, until: datetime | None = None) -> tuple[float, ...]:
    """The Breteau index of each survey of a zone, oldest first; those up to a moment."""
    rows = Survey.objects.seen_by(actor).filter(zone_id=zone_id).order_by("at", "id")
    rows = rows if until is None else rows.filter(at__lte=until)
    return tuple(row.containers * 100 / row.households for row in rows if row.households)


def came_down(*, actor: Actor, zone_id: UUID) -> bool:
    """Whether a zone is what a stricter one became."""
    row = Zone.objects.seen_by(actor).get(id=zone_id)
    before = Zone.objects.seen_by(actor).filter(id=row.from_zone_id).first() if row.from_zone_id else None
    return before is not None and before.level != rules.PROVISIONAL and rules.stricter(before.level, row.level)


def level_at(*, actor: Actor, place_id: UUID, now: datetime) -> str:
    """The strictest level that covers a place now (S-167)."""
    above = {card.id for card in places.chain(actor=actor, place_id=place_id)}
    return rules.strictest(card.level for card in active(actor=actor, now=now) if above & set(card.place_ids))


def stay_reasons(*, actor: Actor, person_ids: Sequence[UUID], now: datetime) -> dict[UUID, list[StayReason]]:
    """The stay-home duties of people at a moment: living membership of an active binding zone with its services. A resident sees his own."""
    rows = Member.objects.seen_by(actor).filter(person_id__in=person_ids, inside=True, since__lte=now, until__gt=now, ended_at__isnull=True)
    members = list(rows.order_by("since", "id"))
    about = Actor.procedure("zones.own", members[0].area.root) if members and actor.person_id is not None else actor
    if not members:
        return {}
    ids = {row.zone_id for row in members}
    known = Zone.objects.seen_by(about).filter(id__in=ids, state="active", level__in=sorted(rules.BINDING), starts_at__lte=now)
    cards = {row.id: row for row in known if row.review_at is None or now < row.review_at}
    lines = dict(ServicePlan.objects.seen_by(about).filter(zone_id__in=ids).values_list("zone_id", "hotline"))
    found: dict[UUID, list[StayReason]] = {}
    for row in members:
        card = cards.get(row.zone_id)
        if card is not None and row.since is not None and row.until is not None and row.zone_id in lines:
            found.setdefault(row.person_id, []).append(
                StayReason(
                    zone_id=card.id,
                    level=card.level,
                    since=row.since,
                    until=row.until,
                    decided_by=card.decided_by,
                    clause_id=card.clause_id,
                    edition=card.edition,
                    hotline=lines[row.zone_id],
                )
            )
    return found


def members(*, actor: Actor, zone_id: UUID) -> list[MemberCard]:
    """The people of a zone."""
    rows = Member.objects.seen_by(actor).filter(zone_id=zone_id).order_by("person_id")
    return [MemberCard(zone_id=row.zone_id, person_id=row.person_id, inside=row.inside, since=row.since, until=row.until) for row in rows]


def dwellings(*, actor: Actor, zone_id: UUID) -> list[UUID]:
    """Every place of a zone with all beneath it."""
    card = zone(actor=actor, zone_id=zone_id)
    found = [place.id for place_id in card.place_ids for place in places.within(actor=actor, place_id=place_id)]
    return list(dict.fromkeys(found))


def residents(*, actor: Actor, zone_id: UUID) -> list[UUID]:
    """Who lives (or stays) in a zone now."""
    return [card.id for card in people.people(actor=actor, place_ids=dwellings(actor=actor, zone_id=zone_id)) if card.departed_on is None]


def households(*, actor: Actor, zone_id: UUID) -> list[people.HouseholdCard]:
    """The households of a zone."""
    return people.households(actor=actor, place_ids=dwellings(actor=actor, zone_id=zone_id))


def plan(*, actor: Actor, zone_id: UUID) -> PlanCard | None:
    """A zone's service plan."""
    row = ServicePlan.objects.seen_by(actor).filter(zone_id=zone_id).first()
    return PlanCard(zone_id=row.zone_id, owners=row.owners, hotline=row.hotline, active_at=row.active_at) if row else None


def lead(*, actor: Actor, zone_id: UUID) -> UUID | None:
    """A zone's lead (点长)."""
    row = ZoneStaff.objects.seen_by(actor).filter(zone_id=zone_id, role="lead").first()
    return row.user_id if row else None


def barriers(*, actor: Actor, zone_id: UUID, standing: bool = True) -> list[tuple[UUID, UUID, str]]:
    """Barriers of a zone: id, place, exit note."""
    rows = Barrier.objects.seen_by(actor).filter(zone_id=zone_id).order_by("placed_at", "id")
    return [(row.id, row.place_id, row.exit_note) for row in (rows.filter(removed_at__isnull=True) if standing else rows)]


def free_cause(*, actor: Actor, subject_id: UUID, level: str) -> UUID:
    """The newest fact about a case or zone from which no zone of this level was proposed: one fact, one proposal. `NotFound` when none is left."""
    told = [fact.id for fact in journal.facts_about(subject_id=subject_id) if any(grant.area.covers(fact.event.area) for grant in actor.grants)]
    used = set(Zone.objects.seen_by(actor).filter(caused_by__in=told, level=level).values_list("caused_by", flat=True))
    for fact_id in reversed(told):
        if fact_id not in used:
            return fact_id
    raise NotFound(subject=str(subject_id))


def lives_in(*, actor: Actor, zone_id: UUID, person_id: UUID) -> bool:
    """Whether a person's home lies in a zone that the actor sees; a guard asks this of somebody whose file he may not read."""
    card = zone(actor=actor, zone_id=zone_id)
    desk = Actor.procedure("zones.lives-in", card.area)
    home = next((person.dwelling_id for person in people.people(actor=desk, ids=[person_id])), None)
    return home is not None and bool({place.id for place in places.chain(actor=desk, place_id=home)} & set(card.place_ids))


def open_questions(*, actor: Actor, zone_id: UUID | None = None) -> list[tuple[UUID, UUID]]:
    """Infections under control whose spread nobody has judged: (zone, case)."""
    rows = Infection.objects.seen_by(actor).filter(effect="ask").order_by("at", "id")
    return [(row.zone_id, row.case_id) for row in (rows if zone_id is None else rows.filter(zone_id=zone_id))]


def person_days(*, actor: Actor, zone_id: UUID, now: datetime) -> float:
    """Restricted person-days of a zone so far, a sum that who decides on places sees too (X04, C09)."""
    desk = Actor.procedure("zones.person-days", Zone.objects.seen_by(actor).only("area").get(id=zone_id).area)
    rows = Member.objects.seen_by(desk).filter(zone_id=zone_id, since__isnull=False)
    spans = [(row.since, min(moment for moment in (row.ended_at, row.until, now) if moment is not None)) for row in rows if row.since]
    return rules.person_days((since, until) for since, until in spans if since < until)


def notices(*, actor: Actor) -> list[NoticeCard]:
    """Published notices, newest first."""
    return [
        NoticeCard(
            id=row.id,
            number=row.number,
            document_id=row.document_id,
            items=tuple(row.items),
            published_at=row.published_at,
            effective_at=row.effective_at,
            signed_by=row.signed_by,
        )
        for row in Notice.objects.seen_by(actor).order_by("-published_at", "-number")
    ]


def announced(*, actor: Actor) -> set[UUID]:
    """Zones that a notice has announced."""
    return {UUID(zone_id) for ids in Notice.objects.seen_by(actor).values_list("zone_ids", flat=True) for zone_id in ids}


def next_due(*, actor: Actor, after: datetime) -> datetime | None:
    """The next moment at which an active zone or an order to stand still is reviewed, or a zone comes down as announced."""
    zones_now = Zone.objects.seen_by(actor).filter(state="active")
    found = [
        zones_now.filter(review_at__gt=after).aggregate(at=Min("review_at"))["at"],
        zones_now.filter(downgrade_at__gt=after).aggregate(at=Min("downgrade_at"))["at"],
        StaticOrder.objects.seen_by(actor).filter(state="active", review_at__gt=after).aggregate(at=Min("review_at"))["at"],
    ]
    return min((at for at in found if at is not None), default=None)


def _zone(row: Zone, place_ids: tuple[UUID, ...]) -> ZoneCard:
    return ZoneCard(
        id=row.id,
        area=row.area,
        level=row.level,
        disease=row.disease,
        outline=tuple((lon, lat) for lon, lat in row.outline),
        state=row.state,
        place_ids=place_ids,
        basis=row.basis,
        clause_id=row.clause_id,
        edition=row.edition,
        expert_line=row.expert_line,
        directive_id=row.directive_id,
        decided_by=row.decided_by,
        proposed_at=row.proposed_at,
        starts_at=row.starts_at,
        review_at=row.review_at,
        clean_since=row.clean_since,
        reported_up_at=row.reported_up_at,
        downgrade_proposed_at=row.downgrade_proposed_at,
        ended_at=row.ended_at,
        end_reason=row.end_reason,
        from_zone_id=row.from_zone_id,
        caused_by=row.caused_by,
    )


def last_ends(*, actor: Actor) -> dict[UUID, datetime | None]:
    """When the last zone of each person was over for him; None while he is in one."""
    rows = Member.objects.seen_by(actor)
    found: dict[UUID, datetime | None] = dict(rows.filter(ended_at__isnull=False).values_list("person_id").annotate(Max("ended_at")))
    return found | dict.fromkeys(rows.filter(ended_at__isnull=True).values_list("person_id", flat=True))
