"""Notices: numbered without gaps, generated from zone changes, with counts per district and nothing that points at single people."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.registers.organisation import queries as organisation
from epigrid.registers.people import queries as people
from epigrid.registers.places import queries as places
from epigrid.registers.policies import queries as policies
from epigrid.response.zones import formats, queries, rules
from epigrid.response.zones.events import NoticePublished
from epigrid.response.zones.models import Notice
from epigrid.store import clock, documents, journal
from epigrid.store.acts import whole
from epigrid.store.ids import new_id

TITLE = "关于调整风险区的通告"


@whole
def publish_notice(
    *, actor: Actor, body_id: UUID, zone_ids: Sequence[UUID], effective_at: datetime, directive_id: UUID, now: datetime, cause: UUID
) -> UUID:
    """The city office publishes the changes of zones (act notice.publish): basis, expert line, effective moment, totals, counts per district, signer.

    The Chinese text is read back before it is kept: a notice that says anything else than these changes is not published. Nothing personal stands in it.
    """
    body = organisation.body(actor=actor, body_id=body_id)
    policies.require(actor=actor, act="notice.publish", area=body.area, now=now)
    organisation.require_directive(actor=actor, directive_id=directive_id, act="notice.publish", area=body.area, now=now)
    cards = [queries.zone(actor=actor, zone_id=zone_id) for zone_id in zone_ids]
    items = [item for card in cards for item in _items(actor, card, effective_at)]
    if not items:
        raise rules.NoticeEmpty()
    notice = _notice(actor, body, cards, items, effective_at, now)
    paper = documents.draw(
        area=body.area, kind="notice", title=TITLE, body_name=body.name, fields=lambda number: _fields(actor, cards, notice, number), now=now
    )
    row = Notice.objects.create(
        id=new_id(body.area, "notice", paper.number),
        area=body.area,
        body_id=body_id,
        number=paper.number,
        document_id=paper.id,
        items=[
            {"district": item.district, "place": item.place, "from": item.level_from or "none", "to": item.level_to or "none"}
            for item in notice.changes
        ],
        zone_ids=[str(card.id) for card in cards],
        directive_id=directive_id,
        signed_by=actor.named,
        published_at=now,
        effective_at=effective_at,
    )
    new = sum(item.level_to in rules.BINDING for item in notice.changes)
    event = NoticePublished(area=body.area, notice_id=row.id, number=row.number, new=new, downgraded=len(items) - new)
    journal.record(event, actor=actor, at=now, caused_by=cause)
    return row.id


def _items(actor: Actor, card: queries.ZoneCard, effective_at: datetime) -> list[formats.Change]:
    """The change of each place of a zone; a provisional area before it was no announced level, an ended one is lifted."""
    earlier = queries.zone(actor=actor, zone_id=card.from_zone_id).level if card.from_zone_id is not None else "none"
    before, after = (card.level, "none") if card.state == "ended" else (earlier, card.level)
    starts = _minute(card.area, card.starts_at) if card.state == "active" and card.starts_at is not None else None
    later = starts if starts is not None and starts > _minute(card.area, effective_at) else None
    district = _district(actor, card.area)
    items = []
    for place in places.places(actor=actor, ids=card.place_ids).values():
        within = [inner.id for inner in places.within(actor=actor, place_id=place.id)]
        households = len(people.households(actor=actor, place_ids=within)) or len(within)
        rules.check_item(kind=place.kind, households=households, full_name=place.full_name)
        items.append(
            formats.Change(
                level_from=_level(before),
                level_to=_level(after),
                district=district,
                place=place.full_name,
                effective_at=later,
            )
        )
    return sorted(items, key=lambda item: item.place)


def _level(level: str) -> formats.Level:
    """A level as notices know it."""
    return next((known for known in formats.LEVELS if known == level), "none")


def _minute(area: Area, moment: datetime) -> datetime:
    return moment.astimezone(clock.zone(area)).replace(second=0, microsecond=0)


def _notice(
    actor: Actor,
    body: organisation.BodyCard,
    cards: Sequence[queries.ZoneCard],
    items: Sequence[formats.Change],
    effective_at: datetime,
    now: datetime,
) -> formats.Notice:
    basis = sorted({card.basis for card in cards if card.basis})
    article = policies.legal_basis(act="notice.publish", on=clock.local_day(body.area, now), area=body.area).article_zh
    return formats.Notice(
        date=clock.local_day(body.area, now),
        issuer=body.name,
        effective_at=_minute(body.area, effective_at),
        legal_basis=f"根据{article}" if basis else "",
        expert_line="；".join(sorted({card.expert_line for card in cards if card.expert_line})),
        changes=tuple(items),
    )


DIVISIONS = tuple("区县市旗盟州")
"""How the name of a division ends; a list stands under such a name, or under none."""


def _district(actor: Actor, area: Area) -> str:
    """The county that a zone lies in, as the heading of its list; empty where no county with a division's name answers for it."""
    units = {unit.area: unit for unit in places.area_units(actor=actor, level="county")}
    return next((units[step].name for step in area.ancestors() if step in units and units[step].name.endswith(DIVISIONS)), "")


def _fields(actor: Actor, cards: Sequence[queries.ZoneCard], notice: formats.Notice, number: documents.Numbered) -> dict[str, object]:
    """The notice's texts in Chinese and English, and the machine-readable copy beside them."""
    numbered = replace(notice, number=f"{number.year}年第{number.count}号")
    levels = {card.level: queries.level_policy(actor=actor, level=card.level, edition=card.edition) for card in cards}
    texts = {
        language: formats.write(
            numbered,
            language,
            measures={_level(level): formats.sentences(level=level, policy=policy, language=language) for level, policy in levels.items()},
        )
        for language in formats.LANGUAGES
    }
    return {
        "text": texts["zh"].replace(f"（{numbered.number}）", f"（{number.mark}{numbered.number}）"),
        "text_en": texts["en"],
        "notice": formats.as_json(formats.read(texts["zh"])) | {"mark": number.mark},
        "basis": sorted({card.basis for card in cards}),
        "expert_line": notice.expert_line,
        "effective_at": notice.effective_at,
    }
