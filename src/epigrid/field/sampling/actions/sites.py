"""Sampling sites: set up, tubes placed, waste sealed and handed over, closed when nothing is left (S-223)."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import Q

from epigrid.field.sampling import queries, rules
from epigrid.field.sampling.actions.rounds import still_open
from epigrid.field.sampling.events import SiteClosed, SiteOpened, TubePlaced, WasteMoved
from epigrid.field.sampling.models import SamplingSite, Tube, WasteBag
from epigrid.kernel.actors import Actor
from epigrid.kernel.duties import Duty
from epigrid.registers.places import queries as places
from epigrid.store import journal
from epigrid.store.acts import whole
from epigrid.store.ids import new_id

CREW = (Duty.REGISTRAR, Duty.SAMPLER, Duty.COMMUNITY_SECRETARY)


@whole
def open_site(*, actor: Actor, round_id: UUID, name: str, place_id: UUID | None, now: datetime, cause: UUID) -> UUID:
    """Set up a sampling site of a round; the same name or the same place again is the same site.

    A site of a plan is opened there, where its layout is looked at, and is set up here by the procedure that hears of it: it is opened once. This act is for
    crews whose site stands in no plan.
    """
    row = still_open(actor, round_id)
    actor.require(*CREW, Duty.PROCEDURE, area=row.area)
    same = Q(name=name) if place_id is None else Q(name=name) | Q(place_id=place_id)
    known = SamplingSite.objects.seen_by(actor).filter(same, round=row).first()
    if known is not None:
        return known.id
    if place_id is not None:
        places.place(actor=actor, place_id=place_id)
    site = SamplingSite.objects.create(
        id=new_id(row.area, "sampling-site", row.id, name), area=row.area, round=row, name=name, place_id=place_id, opened_by=actor.id, opened_at=now
    )
    journal.record(SiteOpened(area=row.area, site_id=site.id, round_id=row.id), actor=actor, at=now, caused_by=cause)
    return site.id


@whole
def place_tube(*, actor: Actor, tube_id: UUID, site_id: UUID, team: str, lane: int | None, now: datetime, cause: UUID) -> None:
    """Say by which team, in which lane of which site a tube is filled. A label that another team uses is refused: two tubes bear it.

    A tube that was closed before its site was, and comes later, still stands there.
    """
    tube = Tube.objects.seen_by(actor).select_for_update().get(id=tube_id)
    actor.require(Duty.REGISTRAR, Duty.SAMPLER, area=tube.area)
    site = SamplingSite.objects.seen_by(actor).select_for_update().get(id=site_id)
    if site.closed_at is not None and (tube.closed_at is None or tube.closed_at >= site.closed_at):
        raise rules.SiteClosed(site=site.name)
    if tube.site_id is None:
        tube.site_id, tube.team, tube.lane = site.id, team, lane
        tube.save(update_fields=["site_id", "team", "lane"])
        journal.record(TubePlaced(area=tube.area, tube_id=tube.id, site_id=site.id), actor=actor, at=now, caused_by=cause)
    elif (tube.site_id, tube.team, tube.lane) != (site.id, team, lane):
        raise rules.LabelTaken(label=tube.label, team=tube.team)


@whole
def seal_waste(*, actor: Actor, site_id: UUID, code: str, kilograms: Decimal | None, now: datetime, cause: UUID) -> UUID:
    """Seal a bag of medical waste; the same code at the same site again is the same bag, elsewhere it is refused."""
    site = _open(actor, site_id)
    actor.require(*CREW, area=site.area)
    known = WasteBag.objects.seen_by(actor).filter(tree=site.area.tree, code=code).first()
    if known is not None:
        if known.site_id != site.id:
            raise rules.BagTaken(code=code)
        return known.id
    bag = WasteBag.objects.create(
        id=new_id(site.area, "waste-bag", site.id, code),
        area=site.area,
        site=site,
        tree=site.area.tree,
        code=code,
        kilograms=kilograms,
        sealed_by=actor.id,
        sealed_at=now,
    )
    journal.record(WasteMoved(area=site.area, site_id=site.id, bag_ids=(bag.id,), step="sealed"), actor=actor, at=now, caused_by=cause)
    return bag.id


@whole
def hand_over_waste(*, actor: Actor, site_id: UUID, codes: Sequence[str], taken_by: str, now: datetime, cause: UUID) -> int:
    """Hand bags to whoever takes them away, bag by bag; return how many. A bag that is unknown here or already gone is refused."""
    site = _open(actor, site_id)
    actor.require(*CREW, area=site.area)
    if not taken_by.strip():
        raise rules.ReceiverMissing(site=str(site_id))
    bags = list(WasteBag.objects.seen_by(actor).select_for_update().filter(site=site, code__in=codes, given_at__isnull=True).order_by("code"))
    gone = sorted(set(codes) - {bag.code for bag in bags})
    if gone:
        raise rules.BagTaken(code=gone[0])
    ids = tuple(bag.id for bag in bags)
    WasteBag.objects.seen_by(actor).filter(id__in=ids).update(taken_by=taken_by.strip(), given_by=actor.id, given_at=now)
    journal.record(WasteMoved(area=site.area, site_id=site.id, bag_ids=ids, step="given"), actor=actor, at=now, caused_by=cause)
    return len(ids)


@whole
def close_site(*, actor: Actor, site_id: UUID, done: Sequence[str], now: datetime, cause: UUID) -> None:
    """Close a site: waste and tubes handed over, nobody in isolation, the checklist ticked; else `SiteNotClear` says what is left. Again: nothing."""
    site = SamplingSite.objects.seen_by(actor).select_for_update().get(id=site_id)
    actor.require(*CREW, area=site.area)
    if site.closed_at is not None:
        return
    left = queries.remaining(actor=actor, site_id=site.id, done=done)
    if not left.clear:
        raise rules.SiteNotClear(bags=left.bags, tubes=left.tubes, isolated=left.isolated, unticked=list(left.unticked))
    site.done, site.closed_by, site.closed_at = sorted(set(done)), actor.id, now
    site.save(update_fields=["done", "closed_by", "closed_at"])
    journal.record(SiteClosed(area=site.area, site_id=site.id, done=tuple(site.done)), actor=actor, at=now, caused_by=cause)


def _open(actor: Actor, site_id: UUID) -> SamplingSite:
    site = SamplingSite.objects.seen_by(actor).select_for_update().get(id=site_id)
    if site.closed_at is not None:
        raise rules.SiteClosed(site=site.name)
    return site
