"""Short ways into the middle of a story on the mini world: holds proposed, a case open, an order proposed, a zone proposed."""

from datetime import date, datetime, timedelta
from uuid import UUID

from epigrid.kernel.duties import Duty
from epigrid.registers.organisation import actions as organisation
from epigrid.registers.policies import queries as policies
from epigrid.response.quarantine import actions as quarantine
from epigrid.response.quarantine import queries as measures
from epigrid.response.quarantine.actions import NewOrder
from epigrid.response.tracing import actions as tracing
from epigrid.response.tracing import queries as traced
from epigrid.response.tracing.actions import NewCandidate
from epigrid.response.zones import actions as zones
from epigrid.response.zones import queries as zoned
from epigrid.response.zones.models import Zone, ZonePlace
from tests import cast
from tests.cast import COMMUNITY, GRID1, HOUR, MONDAY

ALL = cast.procedure()
TUBE = cast.uid("tube")
SERVICES = {"food": "a", "medicine": "b", "waste": "c", "care": "d", "medical-exit": "e"}


def holds(world: cast.World, numbers: range = range(10)) -> list[UUID]:
    """Ten hold proposals of one tube."""
    ids = [world.person(number) for number in numbers]
    quarantine.propose_holds(actor=ALL, tube_id=TUBE, person_ids=ids, now=MONDAY, cause=world.root_cause)
    return [card.id for card in measures.holds(actor=ALL)]


def issued(world: cast.World) -> list[UUID]:
    """Ten holds issued at MONDAY."""
    ids = holds(world)
    issue(world, ids)
    return ids


def issue(world: cast.World, ids: list[UUID], duty: Duty = Duty.CDC_DUTY_OFFICER, **more: int) -> int:
    return quarantine.issue_holds(
        actor=cast.actor(duty), hold_ids=ids, appeal_body_id=world.bodies["appeals"], now=MONDAY, cause=world.root_cause, **more
    )


def case(world: cast.World, number: int = 0, found: str = "") -> UUID:
    """An open case of one person."""
    return tracing.open_case(
        actor=ALL, person_id=world.person(number), tube_id=None, sampled_at=MONDAY, found=found, now=MONDAY, cause=world.root_cause
    )


def candidate(world: cast.World, case_id: UUID, number: int) -> UUID:
    """A candidate known from an interview, last met four hours before MONDAY."""
    new = NewCandidate(person_id=world.person(number), evidence={"said": "met"}, last_exposure_at=MONDAY - 4 * HOUR)
    tracing.add_candidates(actor=ALL, case_id=case_id, source="interview", found=[new], now=MONDAY, cause=world.root_cause)
    return next(card.id for card in traced.candidates(actor=ALL, case_id=case_id) if card.person_id == world.person(number))


def order(
    world: cast.World,
    number: int = 2,
    kind: str = "site",
    case_id: UUID | None = None,
    at: datetime = MONDAY,
    exposed_at: datetime = MONDAY - 10 * HOUR,
) -> UUID:
    """A proposed order of a close contact."""
    new = NewOrder(
        person_id=world.person(number),
        kind=kind,
        case_id=case_id or cast.uid("case"),
        contact_id=cast.uid("contact", number),
        contact_class="close-contact",
        last_exposure_at=exposed_at,
    )
    return quarantine.propose_order(actor=ALL, new=new, now=at, cause=world.root_cause)


def issue_order(world: cast.World, *ids: UUID, duty: Duty = Duty.COUNTY_EOC_OFFICER, directive: UUID | None = None, at: datetime = MONDAY) -> int:
    return quarantine.issue_orders(
        actor=cast.actor(duty),
        order_ids=ids,
        body_id=world.bodies["county"],
        directive_id=directive or world.directive_id,
        appeal_body_id=world.bodies["appeals"],
        now=at,
        cause=world.root_cause,
    )


def serve(world: cast.World, order_id: UUID, duty: Duty = Duty.COMMUNITY_SECRETARY, at: datetime = MONDAY) -> None:
    quarantine.serve_order(actor=cast.actor(duty), order_id=order_id, now=at, cause=world.root_cause)


def zone(world: cast.World, level: str = "high", path: str = "b1/u1", cause: UUID | None = None) -> UUID:
    """A proposed zone on one stairwell."""
    return zones.propose_zone(
        actor=cast.actor(Duty.CDC_INVESTIGATOR),
        area=COMMUNITY,
        level=level,
        place_ids=[world.place(path)],
        wider_reason="",
        now=MONDAY,
        cause=cause or world.root_cause,
    )


def decide(world: cast.World, zone_id: UUID, duty: Duty = Duty.CITY_EOC_OFFICE) -> None:
    zones.decide_zone(
        actor=cast.actor(duty, area=cast.CITY),
        zone_id=zone_id,
        directive_id=world.directive_id,
        expert_line="after the experts",
        now=MONDAY,
        cause=world.root_cause,
        review_at=MONDAY + timedelta(days=7),
    )


def served_zone(world: cast.World, level: str = "high") -> UUID:
    """A decided zone with services, lead and people bound."""
    zone_id = zone(world, level)
    decide(world, zone_id)
    lead = cast.actor(Duty.ZONE_LEAD)
    zones.staff_zone(actor=cast.actor(Duty.SUBDISTRICT_OFFICE), zone_id=zone_id, role="lead", user_id=cast.user_id(Duty.ZONE_LEAD))
    zones.set_service_plan(actor=lead, zone_id=zone_id, owners=SERVICES, hotline="000-1", now=MONDAY, cause=world.root_cause)
    zones.start_stay_home(actor=lead, zone_id=zone_id, now=MONDAY, cause=world.root_cause)
    assert zoned.members(actor=ALL, zone_id=zone_id)
    return zone_id


__all__ = ["GRID1"]


def city_directive(world: cast.World) -> UUID:
    """A directive of the city office for notices and for standing still."""
    new = organisation.NewDirective(
        body_id=world.bodies["city"],
        area=cast.CITY,
        title="演练 市级",
        acts=["notice.publish", "static.order"],
        basis="b",
        ends_at=MONDAY + timedelta(days=10),
    )
    return organisation.issue_directive(actor=cast.actor(Duty.CITY_EOC_OFFICE), directive=new, now=MONDAY)


def static(world: cast.World) -> UUID:
    """The county stands still from MONDAY for a day."""
    return zones.order_static(
        actor=cast.actor(Duty.CITY_EOC_OFFICE),
        area=cast.COUNTY,
        reason="spread unclear",
        starts_at=MONDAY,
        review_at=MONDAY + timedelta(days=1),
        directive_id=city_directive(world),
        now=MONDAY,
        cause=world.root_cause,
    )


def vector_zone(world: cast.World) -> UUID:
    """An active core area of a chikungunya outbreak, by the pack of 2026."""
    edition = policies.edition(on=date(2026, 1, 5), area=COMMUNITY, disease="chikungunya")
    zone = Zone.objects.create(
        id=cast.uid("vector-zone"),
        area=COMMUNITY,
        level="core",
        disease="chikungunya",
        state="active",
        edition=edition,
        proposed_at=MONDAY,
        starts_at=MONDAY,
        review_at=MONDAY + timedelta(days=30),
        clean_since=MONDAY.date(),
        caused_by=world.root_cause,
    )
    ZonePlace.objects.create(area=COMMUNITY, zone=zone, place_id=world.place("b1"))
    return zone.id
