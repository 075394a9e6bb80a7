"""The machine door of zones: proposal, decision, services, staff, barriers, stay-home duty, the way home, downgrade, lifting, notices."""

from datetime import UTC, datetime
from uuid import UUID

from django.http import HttpRequest
from ninja import Field

from epigrid.kernel.errors import BadInput, NotFound
from epigrid.registers.access import queries as access
from epigrid.registers.organisation import queries as organisation
from epigrid.registers.places import queries as places
from epigrid.registers.policies import queries as policies
from epigrid.response.zones import actions, queries, rules
from epigrid.response.zones.api.doors import acts, router
from epigrid.store.doors import (
    Command,
    Ids,
    Line,
    Maybe,
    Moment,
    Path,
    Reader,
    Rows,
    Short,
    Text,
    Word,
    area_of,
    card,
    cause_of,
    listed,
    reader,
)

ZoneOut, MemberOut, NoticeOut = card(queries.ZoneCard), card(queries.MemberCard), card(queries.NoticeCard)


@router.get("", response=listed(ZoneOut))
def zones(request: HttpRequest, state: str = "") -> list[queries.ZoneCard]:
    """Zones, newest first."""
    return queries.zones(actor=reader(request).actor, states=[state] if state else ())


@router.get("/notices", response=listed(NoticeOut))
def notices(request: HttpRequest) -> list[queries.NoticeCard]:
    """Published notices, newest first."""
    return queries.notices(actor=reader(request).actor)


@router.get("/{zone_id}/members", response=listed(MemberOut))
def members(request: HttpRequest, zone_id: UUID) -> list[queries.MemberCard]:
    """The people of a zone, as far as the reader sees them."""
    queries.zone(actor=reader(request).actor, zone_id=zone_id)
    return queries.members(actor=reader(request).actor, zone_id=zone_id)


class ProposeIn(Command):
    """A zone on the smallest sufficient places, or inside an outline of corners, because of a case (or grown from another zone)."""

    area: Path
    level: Word
    place_ids: list[UUID] = Field(default=[], max_length=1000)
    outline: list[tuple[float, float]] = Field(default=[], max_length=500)
    disease: Word = policies.COVID
    case_id: UUID | None = None
    from_zone_id: UUID | None = None
    wider_reason: Text | None = None


@acts("/propose")
def propose(it: Reader, body: ProposeIn) -> Rows:
    """Propose a zone."""
    area = area_of(it.actor, body.area)
    places.known(actor=it.actor, ids=body.place_ids)
    made = actions.propose_zone(
        actor=it.actor,
        area=area,
        level=body.level,
        place_ids=body.place_ids,
        wider_reason=body.wider_reason or "",
        now=it.now,
        cause=_cause(it, body),
        from_zone_id=body.from_zone_id,
        outline=body.outline,
        disease=body.disease,
    )
    return [made]


def _cause(it: Reader, body: ProposeIn) -> UUID:
    """What a proposal follows from: the newest fact of its zone or case from which no zone of this level was proposed."""
    if body.from_zone_id is not None:
        queries.zone(actor=it.actor, zone_id=body.from_zone_id)
    about = body.from_zone_id or body.case_id
    if about is None:
        raise BadInput(field="case_id", why="a zone follows from a case or another zone")
    return queries.free_cause(actor=it.actor, subject_id=about, level=body.level)


class OfZone(Command):
    """A zone."""

    zone_id: UUID


class SurveyIn(OfZone):
    """A survey of containers: households looked at, containers with larvae."""

    households: int = Field(ge=1, le=100_000)
    containers: int = Field(ge=0, le=1_000_000)


@acts("/surveys")
def record_survey(it: Reader, body: SurveyIn) -> Rows:
    """Record a survey of containers."""
    zone = queries.zone(actor=it.actor, zone_id=body.zone_id)
    cause = cause_of(zone.id, otherwise=zone.caused_by)
    actions.record_survey(actor=it.actor, zone_id=zone.id, households=body.households, containers=body.containers, now=it.now, cause=cause)
    return [zone.id]


class DecideIn(OfZone):
    """What the expert group holds, in its words; a review moment if it differs from the clause's; the stated hour if the zone holds from later."""

    expert_line: Text
    review_at: Moment | None = None
    starts_at: Moment | None = None


@acts("/decide")
def decide(it: Reader, body: DecideIn) -> Rows:
    """Decide a zone after the expert group."""
    zone = queries.zone(actor=it.actor, zone_id=body.zone_id)
    policies.require(actor=it.actor, act="zone.decide", area=zone.area, now=it.now)
    directive = organisation.directive_for(actor=it.actor, act="zone.decide", area=zone.area, now=it.now)
    actions.decide_zone(
        actor=it.actor,
        zone_id=zone.id,
        directive_id=directive,
        expert_line=body.expert_line,
        now=it.now,
        cause=cause_of(zone.id, otherwise=zone.caused_by),
        review_at=body.review_at,
        starts_at=body.starts_at,
    )
    return [zone.id]


class StaffIn(OfZone):
    """Who is lead, group-lead or member."""

    role: Word
    user_id: UUID


@acts("/staff")
def staff(it: Reader, body: StaffIn) -> Rows:
    """Name a zone's staff."""
    if not access.titles(user_ids=[body.user_id]) and not organisation.appointments(holder_id=body.user_id, now=it.now):
        raise NotFound(user=str(body.user_id))
    actions.staff_zone(actor=it.actor, zone_id=body.zone_id, role=body.role, user_id=body.user_id)
    return [body.zone_id]


class PlanIn(OfZone):
    """The owner of each service (food, medicine, waste, care, medical-exit) and the hotline."""

    owners: dict[Word, Short] = Field(max_length=20)
    hotline: Line


@acts("/service-plan")
def set_service_plan(it: Reader, body: PlanIn) -> Rows:
    """Name the owner of each service and the hotline."""
    zone = queries.zone(actor=it.actor, zone_id=body.zone_id)
    actions.set_service_plan(
        actor=it.actor, zone_id=zone.id, owners=body.owners, hotline=body.hotline, now=it.now, cause=cause_of(zone.id, otherwise=zone.caused_by)
    )
    return [zone.id]


class BarrierIn(OfZone):
    """A barrier and the note of its fire and medical exits."""

    place_id: UUID
    exit_note: Text


@acts("/barriers")
def place_barrier(it: Reader, body: BarrierIn) -> Rows:
    """Put up a barrier; where one stands already it is the same."""
    zone = queries.zone(actor=it.actor, zone_id=body.zone_id)
    places.place(actor=it.actor, place_id=body.place_id)
    standing = [row[0] for row in queries.barriers(actor=it.actor, zone_id=zone.id, standing=False) if row[1] == body.place_id]
    if standing:
        return standing[:1]
    made = actions.place_barrier(
        actor=it.actor,
        zone_id=zone.id,
        place_id=body.place_id,
        exit_note=body.exit_note,
        now=it.now,
        cause=cause_of(zone.id, otherwise=zone.caused_by),
    )
    return [made]


@acts("/barriers/remove")
def remove_barriers(it: Reader, body: OfZone) -> Rows:
    """Take a zone's barriers down."""
    zone = queries.zone(actor=it.actor, zone_id=body.zone_id)
    actions.remove_barriers(actor=it.actor, zone_id=zone.id, now=it.now, cause=cause_of(zone.id, otherwise=zone.caused_by))
    return [zone.id]


@acts("/stay-home")
def start_stay_home(it: Reader, body: OfZone) -> Rows:
    """Begin the stay-home duty, once services, hotline and lead stand."""
    zone = queries.zone(actor=it.actor, zone_id=body.zone_id)
    actions.start_stay_home(actor=it.actor, zone_id=zone.id, now=it.now, cause=cause_of(zone.id, otherwise=zone.caused_by))
    return [zone.id]


@acts("/told")
def note_told(it: Reader, body: OfZone) -> Rows:
    """Note that the zone's people were told."""
    actions.note_told(actor=it.actor, zone_id=body.zone_id, now=it.now)
    return [body.zone_id]


class AdmitIn(OfZone):
    """Who comes home: by file, or by the code of his slip."""

    person_id: UUID | None = None
    code: Maybe = ""


@acts("/admit")
def admit(it: Reader, body: AdmitIn) -> Rows:
    """Let a resident come home; he is bound like his neighbours from now on."""
    zone = queries.zone(actor=it.actor, zone_id=body.zone_id)
    person_id = body.person_id or _by_code(it, body.code)
    if not queries.lives_in(actor=it.actor, zone_id=zone.id, person_id=person_id):
        raise NotFound(person="lives elsewhere")
    actions.admit(actor=it.actor, zone_id=zone.id, person_id=person_id, now=it.now, cause=cause_of(zone.id, otherwise=zone.caused_by))
    return [zone.id]


def _by_code(it: Reader, code: str) -> UUID:
    resident, _area = access.resident_by_code(code=code, origin=f"gate {it.actor.id}", now=datetime.now(UTC))
    if resident.person_id is None:
        raise NotFound
    return resident.person_id


class DowngradeIn(OfZone):
    """A zone, the written reason where its days are not full, the stated hour if it holds from later."""

    early_reason: Text | None = None
    effective_at: Moment | None = None


@acts("/downgrade")
def downgrade(it: Reader, body: DowngradeIn) -> Rows:
    """Downgrade a zone to its next level, now or from a stated hour."""
    zone = queries.zone(actor=it.actor, zone_id=body.zone_id)
    policies.require(actor=it.actor, act="zone.downgrade", area=zone.area, now=it.now)
    directive = organisation.directive_for(actor=it.actor, act="zone.downgrade", area=zone.area, now=it.now)
    after = actions.downgrade(
        actor=it.actor,
        zone_id=zone.id,
        directive_id=directive,
        now=it.now,
        cause=cause_of(zone.id, otherwise=zone.caused_by),
        early_reason=body.early_reason or "",
        effective_at=body.effective_at,
    )
    return [after or zone.id]


class ProlongIn(OfZone):
    """A later review moment, and why the zone still has to run."""

    review_at: Moment
    reason: Text


@acts("/prolong")
def prolong(it: Reader, body: ProlongIn) -> Rows:
    """Move a running zone's review moment; at it the zone lapses."""
    zone = queries.zone(actor=it.actor, zone_id=body.zone_id)
    cause = cause_of(zone.id, otherwise=zone.caused_by)
    actions.prolong_zone(actor=it.actor, zone_id=zone.id, review_at=body.review_at, reason=body.reason, now=it.now, cause=cause)
    return [zone.id]


class LiftIn(Command):
    """A county whose free zones (low, precautionary) are lifted."""

    county: Path


@acts("/lift")
def lift_free(it: Reader, body: LiftIn) -> Rows:
    """Lift the free zones of a county that has no binding one left."""
    county = area_of(it.actor, body.county)
    free = queries.zones(actor=it.actor, states=("active",), levels=rules.FREE, area=county)
    policies.require(actor=it.actor, act="zone.lift", area=county, now=it.now)
    directive = organisation.directive_for(actor=it.actor, act="zone.lift", area=county, now=it.now)
    cause = cause_of(free[0].id, otherwise=free[0].caused_by) if free else cause_of(directive)
    actions.lift_free(actor=it.actor, county=county, now=it.now, cause=cause)
    return [one.id for one in free]


class NoticeIn(Command):
    """Zones whose change is announced, and from when it holds."""

    zone_ids: Ids
    effective_at: Moment


@acts("/notices")
def publish_notice(it: Reader, body: NoticeIn) -> Rows:
    """Publish a notice in the name of the body that answers for the whole city."""
    first = queries.zone(actor=it.actor, zone_id=body.zone_ids[0])
    city = organisation.nearest(actor=it.actor, kind="eoc", area=first.area.root)
    policies.require(actor=it.actor, act="notice.publish", area=city.area, now=it.now)
    made = actions.publish_notice(
        actor=it.actor,
        body_id=city.id,
        zone_ids=body.zone_ids,
        effective_at=body.effective_at,
        directive_id=organisation.directive_for(actor=it.actor, act="notice.publish", area=city.area, now=it.now),
        now=it.now,
        cause=cause_of(first.id, otherwise=first.caused_by),
    )
    return [made]
