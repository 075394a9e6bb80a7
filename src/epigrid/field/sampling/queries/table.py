"""Questions at a table: who stands there, the queue, who waits apart, what is left on a site."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q

from epigrid.field.sampling import rules
from epigrid.field.sampling.models import Isolation, Registration, RosterRow, SamplingCode, SamplingSite, Tube, WasteBag
from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.registers.people import queries as people
from epigrid.registers.places import queries as places


@dataclass(frozen=True, kw_only=True)
class Found:
    """Who stands at the table, as far as one look-up tells: people, those of the same homes with them, and the homes themselves."""

    person_ids: tuple[UUID, ...]
    home_ids: tuple[UUID, ...]


@dataclass(frozen=True, kw_only=True)
class IsolationCard:
    """Somebody who waits, or waited, apart; `handed_to` is empty until the record ends."""

    id: UUID
    person_id: UUID
    site_id: UUID | None
    at: datetime
    handed_to: str
    handed_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class SiteCard:
    """A sampling site."""

    id: UUID
    area: Area
    round_id: UUID
    name: str
    opened_at: datetime
    closed_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class BagCard:
    """A waste bag; `taken_by` is empty while it stands on the site."""

    id: UUID
    site_id: UUID
    code: str
    taken_by: str


def find(*, actor: Actor, means: str, value: str, now: datetime) -> Found:
    """Who is meant at a table, by one of `rules.MEANS`, for the purpose of sampling; number and phone go through the vault's blind index, each hit recorded.

    A phone answers for the family that shares it: the people of the same home are shown too. A home without people is a home.
    """
    area = actor.areas()[0]
    if means in ("document", "phone"):
        hits = people.find(actor=actor.for_purpose("sampling"), area=area, field=means, value=value, now=now)
    elif means == "code":
        rows = SamplingCode.objects.seen_by(actor).filter(tree=area.tree, code=re.sub(r"[\s-]", "", value).upper())
        hits = people.people(actor=actor, ids=list(rows.values_list("person_id", flat=True)))
    elif means == "paper":
        hits = list(people.by_file_nos(actor=actor, file_nos=[value.strip()]).values())
    elif means == "home":
        homes = _homes(actor, value)
        return Found(person_ids=(), home_ids=homes)
    else:
        raise rules.MeansUnknown(means=means)
    return Found(person_ids=tuple(card.id for card in hits), home_ids=tuple(dict.fromkeys(card.dwelling_id for card in hits if card.dwelling_id)))


def _homes(actor: Actor, text: str) -> tuple[UUID, ...]:
    """Rooms with the last number of the text, within the best place that the rest of it names."""
    best = next(iter(places.candidates(actor=actor, text=text, limit=1)), None)
    if best is None or not best.missing:
        return (best.place_id,) if best is not None else ()
    rooms = places.within(actor=actor, place_id=best.place_id, kinds=("room", "bungalow"))
    return tuple(room.id for room in rooms if best.missing[-1] in re.findall(r"\d+", room.name))


def queue(*, actor: Actor, round_id: UUID, table: str | None = None) -> list[UUID]:
    """People who are registered and not swabbed yet, in the order in which they came; of one table or of all."""
    rows = Registration.objects.seen_by(actor).filter(round_id=round_id)
    waiting = RosterRow.objects.seen_by(actor).filter(round_id=round_id, struck=False).exclude(state="sampled", way="here")
    rows = rows.filter(person_id__in=waiting.values("person_id"))
    return list((rows if table is None else rows.filter(table=table)).order_by("at", "id").values_list("person_id", flat=True))


def standings(*, actor: Actor, round_id: UUID, person_ids: Collection[UUID]) -> dict[UUID, tuple[str, str, str]]:
    """(class, way, list) of people in a round; who is not on its roster, or was struck off, is absent."""
    rows = RosterRow.objects.seen_by(actor).filter(round_id=round_id, person_id__in=list(person_ids), struck=False)
    return {person_id: (state, way, name) for person_id, state, way, name in rows.values_list("person_id", "state", "way", "list")}


def registered(*, actor: Actor, round_id: UUID, person_ids: Collection[UUID]) -> set[UUID]:
    """Those of the people who are registered in a round."""
    rows = Registration.objects.seen_by(actor).filter(round_id=round_id, person_id__in=list(person_ids))
    return set(rows.values_list("person_id", flat=True))


@dataclass(frozen=True, kw_only=True)
class OpenTube:
    """An open tube at a table: how many people are in it, and how many it holds."""

    id: UUID
    label: str
    people: int
    pool_size: int


def open_tubes(*, actor: Actor, round_id: UUID) -> list[OpenTube]:
    """The open tubes of a round, oldest first."""
    inside = Count("swabs", filter=Q(swabs__withdrawn_at__isnull=True))
    rows = Tube.objects.seen_by(actor).filter(round_id=round_id, state="open").annotate(inside=inside).order_by("opened_at", "id")
    return [OpenTube(id=row.id, label=row.label, people=row.inside, pool_size=row.pool_size) for row in rows]


def isolations(*, actor: Actor, round_id: UUID, open_only: bool = True) -> list[IsolationCard]:
    """People who wait apart in a round, or everybody who did, oldest first."""
    rows = Isolation.objects.seen_by(actor).filter(round_id=round_id).order_by("at", "id")
    return [
        IsolationCard(id=row.id, person_id=row.person_id, site_id=row.site_id, at=row.at, handed_to=row.handed_to, handed_at=row.handed_at)
        for row in (rows.filter(handed_at__isnull=True) if open_only else rows)
    ]


def isolation(*, actor: Actor, isolation_id: UUID) -> UUID:
    """Who waits apart by this record."""
    return Isolation.objects.seen_by(actor).get(id=isolation_id).person_id


def sites(*, actor: Actor, round_id: UUID | None = None, open_only: bool = True) -> list[SiteCard]:
    """Sampling sites, in the order of their opening."""
    rows = SamplingSite.objects.seen_by(actor).order_by("opened_at", "name")
    if round_id is not None:
        rows = rows.filter(round_id=round_id)
    return [_site(row) for row in (rows.filter(closed_at__isnull=True) if open_only else rows)]


def site(*, actor: Actor, site_id: UUID) -> SiteCard:
    """One sampling site."""
    return _site(SamplingSite.objects.seen_by(actor).get(id=site_id))


def bags(*, actor: Actor, site_ids: Sequence[UUID]) -> list[BagCard]:
    """Waste bags of sites, by code."""
    rows = WasteBag.objects.seen_by(actor).filter(site_id__in=site_ids).order_by("code")
    return [BagCard(id=row.id, site_id=row.site_id, code=row.code, taken_by=row.taken_by) for row in rows]


def remaining(*, actor: Actor, site_id: UUID, done: Collection[str]) -> rules.Remaining:
    """What is still on a site: waste bags, tubes that no box took, people who wait apart (those whose site nobody noted count everywhere), unticked items."""
    row = SamplingSite.objects.seen_by(actor).get(id=site_id)
    apart = Isolation.objects.seen_by(actor).filter(round_id=row.round_id, handed_at__isnull=True)
    return rules.Remaining(
        bags=WasteBag.objects.seen_by(actor).filter(site=row, given_at__isnull=True).count(),
        tubes=Tube.objects.seen_by(actor).filter(site=row, state__in=("open", "closed")).count(),
        isolated=sum(where in (None, row.id) for where in apart.values_list("site_id", flat=True)),
        unticked=tuple(item for item in rules.CHECKLIST if item not in done),
    )


def _site(row: SamplingSite) -> SiteCard:
    return SiteCard(id=row.id, area=row.area, round_id=row.round_id, name=row.name, opened_at=row.opened_at, closed_at=row.closed_at)
