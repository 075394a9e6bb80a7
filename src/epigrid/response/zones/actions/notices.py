"""Notices: numbered without gaps, generated from zone changes, with counts per district and nothing that points at single people."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.registers.organisation import queries as organisation
from epigrid.registers.people import queries as people
from epigrid.registers.places import queries as places
from epigrid.registers.policies import queries as policies
from epigrid.response.zones import queries, rules
from epigrid.response.zones.events import NoticePublished
from epigrid.response.zones.models import Notice, Zone
from epigrid.store import documents, journal
from epigrid.store.ids import new_id

TITLE = "关于调整高风险区的通告"
MEASURES = {"high": "足不出户，上门服务", "low": "个人防护，避免聚集"}


@transaction.atomic
def publish_notice(
    *, actor: Actor, body_id: UUID, zone_ids: Sequence[UUID], effective_at: datetime, directive_id: UUID, now: datetime, cause: UUID
) -> UUID:
    """The city office publishes the changes of zones (act notice.publish): basis, expert line, effective moment, totals, counts per district, signer."""
    body = organisation.body(actor=actor, body_id=body_id)
    policies.require(actor=actor, act="notice.publish", area=body.area, now=now)
    organisation.require_directive(actor=actor, directive_id=directive_id, act="notice.publish", area=body.area, now=now)
    cards = [queries.zone(actor=actor, zone_id=zone_id) for zone_id in zone_ids]
    items = [item for card in cards for item in _items(actor, card)]
    if not items:
        raise rules.NoticeEmpty()
    paper = documents.draw(
        area=body.area, kind="notice", title=TITLE, body_name=body.name, fields=_fields(actor, cards, items, effective_at), now=now
    )
    row = Notice.objects.create(
        id=new_id(body.area, "notice", paper.number),
        area=body.area,
        body_id=body_id,
        number=paper.number,
        document_id=paper.id,
        items=[{"district": item.district, "place": item.place, "from": item.level_from, "to": item.level_to} for item in items],
        zone_ids=[str(card.id) for card in cards],
        directive_id=directive_id,
        signed_by=actor.named,
        published_at=now,
        effective_at=effective_at,
    )
    new = sum(item.level_to == "high" for item in items)
    event = NoticePublished(area=body.area, notice_id=row.id, number=row.number, new=new, downgraded=len(items) - new)
    journal.record(event, actor=actor, at=now, caused_by=cause)
    return row.id


def _items(actor: Actor, card: queries.ZoneCard) -> list[rules.NoticeItem]:
    earlier = _from(actor, card)
    before = queries.zone(actor=actor, zone_id=earlier).level if earlier is not None else "none"
    district = _district(actor, card.area)
    items = []
    for place in places.places(actor=actor, ids=card.place_ids).values():
        within = [inner.id for inner in places.within(actor=actor, place_id=place.id)]
        households = len(people.households(actor=actor, place_ids=within)) or len(within)
        rules.check_item(kind=place.kind, households=households, full_name=place.full_name)
        items.append(rules.NoticeItem(district=district, place=place.full_name, level_from=before, level_to=card.level))
    return sorted(items, key=lambda item: item.place)


def _from(actor: Actor, card: queries.ZoneCard) -> UUID | None:
    found: UUID | None = Zone.objects.seen_by(actor).filter(id=card.id).values_list("from_zone_id", flat=True).first()
    return found


def _district(actor: Actor, area: Area) -> str:
    units = {unit.area: unit for unit in places.area_units(actor=actor, level="county")}
    return next((units[step].name for step in area.ancestors() if step in units), area.tree)


def _fields(actor: Actor, cards: Sequence[queries.ZoneCard], items: Sequence[rules.NoticeItem], effective_at: datetime) -> dict[str, object]:
    levels = sorted({item.level_to for item in items})
    return {
        "basis": sorted({card.basis for card in cards}),
        "expert_line": sorted({card.expert_line for card in cards}),
        "effective_at": effective_at.isoformat(),
        "sections": [
            {
                "level": level,
                "measures": MEASURES.get(level, ""),
                "counts": rules.district_counts(items, level),
                "items": [{"district": item.district, "place": item.place, "from": item.level_from} for item in items if item.level_to == level],
            }
            for level in levels
        ],
        "totals": {level: sum(item.level_to == level for item in items) for level in levels},
    }
