"""Questions to the policies: clauses, editions, who decides, what the law carries."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import TypeVar
from uuid import UUID

from django.conf import settings

from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.kernel.duties import Duty
from epigrid.kernel.errors import NotAllowed
from epigrid.kernel.verdicts import Clause
from epigrid.registers.policies import formats, rules
from epigrid.registers.policies.models import Delegation, Edition
from epigrid.store import clock

C = TypeVar("C", bound=Clause)
COVID = "covid-19"
SHIPPED = Path(__file__).resolve().parent


@dataclass(frozen=True, kw_only=True)
class Library:
    """All packs and overlays: shipped ones and those of `EPIGRID_PACKS_DIR`."""

    packs: Mapping[str, formats.Pack]
    overlays: tuple[formats.Pack, ...]


@lru_cache(maxsize=4)
def library(extra: str = "") -> Library:
    """Load and check every file; a bad file is `PackRefused` for all."""
    files = sorted([*(SHIPPED / "packs").glob("*.toml"), *(SHIPPED / "overlays").glob("*.toml")])
    if extra:
        files += sorted(Path(extra).glob("*.toml"))
    loaded = [formats.load(path) for path in files]
    packs: dict[str, formats.Pack] = {}
    for pack in loaded:
        if pack.id in packs:
            raise formats.PackRefused(file=pack.id, why="two files carry this id")
        packs[pack.id] = pack
    national = {pack.id: pack for pack in loaded if pack.kind == "pack"}
    for pack in national.values():
        rules.chain(national, pack)
    return Library(packs=national, overlays=tuple(pack for pack in loaded if pack.kind != "pack"))


def clause(clause_class: type[C], *, on: date | None = None, area: Area | None = None, edition: str = "", disease: str = COVID) -> C:
    """The clause in force for `area` on the local day `on`, or the one of a kept `edition`. Typed refusals when missing or unset."""
    if edition:
        return _built(clause_class, edition)
    if on is None or area is None:
        raise rules.ClauseMissing(clause=clause_class.key, why="no day and area, no edition")
    return _built(clause_class, edition_of(on=on, area=area, disease=disease))


def edition_of(*, on: date, area: Area, disease: str = COVID) -> str:
    """The digest of pack and overlays in force for an area on a day; kept on first use."""
    return _edition(on, _names(area), disease, settings.EPIGRID_PACKS_DIR)


def _names(area: Area) -> tuple[str, ...]:
    """The path that the area's tree acts as (an exercise uses the overlays of a real area), and its own path with any tree name."""
    card = clock.card(area)
    return (str(card.acts_as), str(area)) if not card.exercise else (str(card.acts_as), f"exercise/{area[len(card.root):]}", str(area))


@lru_cache(maxsize=512)
def _edition(on: date, names: tuple[str, ...], disease: str, extra: str) -> str:
    known = library(extra)
    stack = rules.in_force(known.packs, known.overlays, disease=disease, on=on, areas=names)
    content = rules.dump(rules.merge(stack))
    digest = rules.digest(content)
    _KEPT[digest] = (content, [pack.id for pack in stack])
    return digest


_KEPT: dict[str, tuple[dict[str, dict[str, dict[str, object]]], list[str]]] = {}


_CLAUSES: dict[tuple[type[Clause], str], Clause] = {}


def _built(clause_class: type[C], digest: str) -> C:
    built = _CLAUSES.get((clause_class, digest))
    if not isinstance(built, clause_class):
        built = _CLAUSES[clause_class, digest] = rules.build(clause_class, rules.load_dump(_content(digest)), digest)
    return built


def _content(digest: str) -> Mapping[str, Mapping[str, Mapping[str, object]]]:
    if digest in _KEPT:
        return _KEPT[digest][0]
    return dict(Edition.objects.get(digest=digest).content)


def keep(edition: str) -> str:
    """Keep an edition for ever because a measure rests on it; return it."""
    if edition in _KEPT:
        content, packs = _KEPT[edition]
        Edition.objects.bulk_create([Edition(digest=edition, content=content, packs=packs)], ignore_conflicts=True)
    return edition


def packs_of(edition: str) -> list[str]:
    """The ids of pack and overlays that make an edition, oldest first."""
    return list(_KEPT[edition][1]) if edition in _KEPT else list(Edition.objects.get(digest=edition).packs)


def forget() -> None:
    """Read the files again (after packs changed)."""
    library.cache_clear()
    _edition.cache_clear()
    _CLAUSES.clear()


def deciders(*, act: str, on: date, area: Area, disease: str = COVID) -> tuple[Duty, ...]:
    """The duties that decide `act` (table `decides` of the pack)."""
    content = _content(edition_of(on=on, area=area, disease=disease))
    value = content.get("decides", {}).get(act)
    if value is None:
        raise rules.ClauseMissing(clause="decides", act=act)
    duties: object = value["value"]
    return tuple(Duty(duty) for duty in duties) if isinstance(duties, list | tuple) else ()


def require(*, actor: Actor, act: str, area: Area, now: datetime, disease: str = COVID) -> None:
    """Refuse with `NotAllowed` unless the actor holds a duty that decides `act` in `area`, or for holds a written delegation."""
    duties = deciders(act=act, on=clock.local_day(area, now), area=area, disease=disease)
    if actor.holds(*duties, area=area):
        return
    if act == "hold.issue" and delegation(actor=actor, area=area, now=now) is not None:
        return
    raise NotAllowed(act=act, needs=[str(duty) for duty in duties])


def delegation(*, actor: Actor, area: Area, now: datetime) -> int | None:
    """The longest hold in hours that the actor may issue by written delegation in `area`, or None."""
    if actor.id is None:
        return None
    rows = Delegation.objects.seen_by(actor).filter(act="hold.issue", holder_id=actor.id, since__lte=now, until__gt=now)
    hours = [row.max_hours for row in rows if row.area.covers(area)]
    return max(hours, default=None)


def legal_basis(*, act: str, on: date, area: Area, disease: str = COVID) -> rules.LegalBasis:
    """The article that carries `act`; `ClassDoesNotCarry` when the disease's class does not."""
    content = _content(edition_of(on=on, area=area, disease=disease))
    legal = content.get("legal", {})
    named = legal.get("class")
    article = legal.get(act)
    legal_class = str(named["value"]) if named else ""
    if article is None or article["unset"]:
        raise rules.ClassDoesNotCarry(act=act, legal_class=legal_class)
    return rules.LegalBasis(legal_class=legal_class, article=str(article["value"]), source=str(article["source"]))


def merged(*, on: date, area: Area, disease: str = COVID) -> rules.Merged:
    """All clauses in force, for the viewer."""
    return rules.load_dump(_content(edition_of(on=on, area=area, disease=disease)))


def merged_pack(pack_id: str) -> rules.Merged:
    """All clauses of one national pack with what it inherits, for the viewer and the comparison."""
    known = library(settings.EPIGRID_PACKS_DIR)
    if pack_id not in known.packs:
        raise rules.ClauseMissing(pack=pack_id)
    return rules.merge(rules.chain(known.packs, known.packs[pack_id]))


def delegations(*, actor: Actor, now: datetime) -> list[tuple[UUID, int, datetime]]:
    """Delegations in force that the actor sees: holder, hours, until."""
    rows = Delegation.objects.seen_by(actor).filter(since__lte=now, until__gt=now).order_by("until", "id")
    return [(row.holder_id, row.max_hours, row.until) for row in rows]
