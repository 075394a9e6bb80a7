"""Tents, cabins and huts: entered once, checked again and again."""

from datetime import datetime
from uuid import UUID

from epigrid.command.planning import rules
from epigrid.command.planning.actions.plans import PLANNERS
from epigrid.command.planning.events import AssetChecked, AssetRegistered
from epigrid.command.planning.models import Asset
from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.store import journal
from epigrid.store.acts import whole
from epigrid.store.ids import repeated_id


@whole
def register_asset(
    *, actor: Actor, area: Area, kind: str, name: str, lanes: int | None, filter_days: int | None, now: datetime, cause: UUID | None = None
) -> UUID:
    """Enter an asset; without own `lanes` it has those of its kind (S-224). `filter_days`: how often its filter is checked, None where nobody set it."""
    actor.require(*PLANNERS, area=area)
    if kind not in rules.ASSETS:
        raise rules.AssetUnknown(kind=kind)
    found = rules.ASSETS[kind]
    row = Asset.objects.create(
        id=repeated_id(area, "asset", area, kind, name),
        area=area,
        kind=kind,
        name=name,
        lanes=lanes or found.lanes,
        footprint_m2=found.footprint_m2,
        filter_days=filter_days,
    )
    journal.record(AssetRegistered(area=area, asset_id=row.id, asset_kind=kind, lanes=row.lanes), actor=actor, at=now, caused_by=cause)
    return row.id


@whole
def check_asset(*, actor: Actor, asset_id: UUID, sound: bool, now: datetime, cause: UUID) -> None:
    """Note that filter and air of an asset were checked (S-226)."""
    row = Asset.objects.seen_by(actor).select_for_update().get(id=asset_id)
    actor.require(*PLANNERS, area=row.area)
    row.checked_at, row.checked_by, row.sound = now, actor.id, sound
    row.save(update_fields=["checked_at", "checked_by", "sound"])
    journal.record(AssetChecked(area=row.area, asset_id=row.id, sound=sound), actor=actor, at=now, caused_by=cause)
