"""Questions to the policies: clauses, editions, who decides, what the law carries.

Packs are read once per process, regimes are remembered per area, day and disease; a remembered `clause` costs microseconds and no query. Packs are
public rules and have no scope: these queries take no actor, but for delegations.
"""

from collections.abc import Callable
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.kernel.duties import Duty
from epigrid.kernel.errors import BadInput, NotAllowed
from epigrid.kernel.verdicts import Clause, Verdict
from epigrid.registers.policies import formats, rules
from epigrid.registers.policies.formats.tables import Explanation, ShownValue
from epigrid.registers.policies.models import Delegation, Edition
from epigrid.store import clock

C = TypeVar("C", bound=Clause)
COVID = "covid-19"
OFFICERS = frozenset(
    {
        Duty.CDC_DUTY_OFFICER, Duty.CDC_INVESTIGATOR, Duty.COUNTY_EOC_OFFICER, Duty.CITY_EOC_OFFICE, Duty.EXPERT_GROUP, Duty.APPEALS_REVIEWER,
        Duty.AUDITOR, Duty.SUBDISTRICT_OFFICE,
    }
)  # fmt: skip
"""Who is shown packs and compares verdicts."""
_kept: set[tuple[str, str]] = set()
"""(database, digest) of editions known to be committed there."""


def folders() -> list[Path]:
    """Where pack files lie: the shipped ones, then `EPIGRID_PACKS_DIR`."""
    return [*formats.SHIPPED, *([Path(settings.EPIGRID_PACKS_DIR)] if settings.EPIGRID_PACKS_DIR else [])]


def library() -> rules.Library:
    """All packs and overlays, checked; one bad file is `PackRefused` for all, so that no rule silently falls away."""
    return _library(settings.EPIGRID_PACKS_DIR)


@lru_cache(maxsize=8)
def _library(extra: str) -> rules.Library:
    return formats.assemble(formats.read_folders(folders()))


def clause(clause_class: type[C], *, on: date | None = None, area: Area | None = None, edition: str = "", disease: str = COVID) -> C:
    """The clause in force for `area` on its local day `on`, or the clause of a kept `edition`.

    Refuses: `NoPackInForce`, `ClauseMissing`, `ClauseUnset` (names the field), `EditionUnknown`. The edition is kept on first use.
    """
    if edition:
        return _built(clause_class, regime_of(edition))
    if on is None or area is None:
        raise BadInput(field="on, area", why="a clause needs a day and an area, or an edition")
    return _built(clause_class, _keep(regime(on=on, area=area, disease=disease)))


def edition(*, on: date, area: Area, disease: str = COVID) -> str:
    """The digest of pack and overlays in force for an area on a day; its full content is kept for ever."""
    return _keep(regime(on=on, area=area, disease=disease)).digest


def edition_for_open(*, edition: str, on: date, area: Area, disease: str = COVID) -> str:
    """By which edition a running measure is judged on a day: its own, unless the pack now in force applies to open measures."""
    try:
        now = regime(on=on, area=area, disease=disease)
    except rules.NoPackInForce:
        return edition
    return _keep(now).digest if now.applies_to_open_measures else edition


def retention(*, on: date, area: Area, disease: str = COVID) -> rules.RetentionPolicy:
    """The retention clause; after the last pack's end the one of its last day, because data outlive the regime they were taken under."""
    day = rules.last_day(library(), disease=disease, on=on)
    return clause(rules.RetentionPolicy, on=day, area=area, disease=disease)


def longest_lookback(*, on: date, area: Area, disease: str = COVID) -> int:
    """How many days back a case's contacts may be asked for: the longest that the clause in force or a source in conflict with it states."""
    day = rules.last_day(library(), disease=disease, on=on)
    stated = regime(on=day, area=area, disease=disease).clauses["contact"]["lookback_days"]
    return max((int(value) for value in (stated.value, *(conflict.value for conflict in stated.conflicts)) if value is not None), default=0)


def regime(*, on: date, area: Area, disease: str = COVID) -> rules.Regime:
    """Pack and overlays in force, merged; nothing is written."""
    return _regime(on, _paths(area), disease, settings.EPIGRID_PACKS_DIR)


def regime_of(digest: str) -> rules.Regime:
    """The regime of an edition, from memory or from its row."""
    found = _by_digest.get(digest)
    if found is None:
        row = Edition.objects.filter(digest=digest).first()
        if row is None:
            raise rules.EditionUnknown(edition=digest)
        found = _by_digest.setdefault(digest, rules.load(row.content))
    return found


def _paths(area: Area) -> tuple[str, ...]:
    """By which paths overlays know an area: a real one by its own; one of an exercise by the real area it acts as, and under `exercise/`."""
    card = clock.card(area)
    if not card.exercise:
        return (str(area),)
    return (f"{card.acts_as}{area[len(card.root) :]}", f"exercise/{area}")


_by_digest: dict[str, rules.Regime] = {}


@lru_cache(maxsize=4096)
def _regime(on: date, paths: tuple[str, ...], disease: str, extra: str) -> rules.Regime:
    packs = rules.stack(_library(extra), disease=disease, on=on, paths=paths)
    return _merged(tuple(pack.id for pack in packs), extra)


@lru_cache(maxsize=256)
def _merged(ids: tuple[str, ...], extra: str) -> rules.Regime:
    known = _library(extra)
    by_id = {**known.packs, **{overlay.id: overlay for overlay in known.overlays}}
    found = rules.regime([by_id[one] for one in ids])
    return _by_digest.setdefault(found.digest, found)


def _built(clause_class: type[C], found: rules.Regime) -> C:
    key = (clause_class, found.digest)
    if key not in _clauses:
        _clauses[key] = rules.build(clause_class, found)
    built: C = _clauses[key]
    return built


_clauses: dict[tuple[type[Any], str], Any] = {}


class _Kept:
    """Runs when the transaction that wrote an edition commits; while it waits in the connection's list, the row stands in this transaction."""

    def __init__(self, key: tuple[str, str]) -> None:
        self.key = key

    def __call__(self) -> None:
        _kept.add(self.key)


def _keep(found: rules.Regime) -> rules.Regime:
    """Write the edition's row once per database. A row written by a transaction that is rolled back is written again by the next use."""
    key = (str(connection.settings_dict["NAME"]), found.digest)
    if key in _kept or any(isinstance(hook, _Kept) and hook.key == key for hook in _waiting()):
        return found
    if Edition.objects.filter(digest=found.digest).exists():
        _kept.add(key)
        return found
    row = Edition(digest=found.digest, disease=found.disease, pack=found.pack, content=rules.dump(found))
    Edition.objects.bulk_create([row], ignore_conflicts=True)
    transaction.on_commit(_Kept(key))
    return found


def _waiting() -> list[Callable[[], Any]]:
    """Callables waiting for the commit; Django drops those of a rolled back transaction or savepoint together with its rows."""
    return [entry[1] for entry in connection.run_on_commit]


def forget() -> None:
    """Read the files again and trust no row (after packs changed, or when the process turned to another database)."""
    for cached in (_library, _regime, _merged):
        cached.cache_clear()
    for memory in (_by_digest, _clauses, _kept):
        memory.clear()


def deciders(*, act: str, area: Area, on: date, disease: str = COVID) -> tuple[Duty, ...]:
    """The duties that decide `act` there on that day; `ClauseMissing` when the pack names nobody."""
    return rules.deciders_of(regime(on=on, area=area, disease=disease), act)


def require(*, actor: Actor, act: str, area: Area, now: datetime, disease: str = COVID) -> None:
    """Refuse with `NotAllowed` unless the actor holds over `area` a duty that decides `act`, or for a hold a written delegation."""
    duties = deciders(act=act, area=area, on=clock.local_day(area, now), disease=disease)
    if actor.holds(*duties, area=area):
        return
    if act in rules.DELEGABLE and delegated_hours(actor=actor, act=act, area=area, now=now) is not None:
        return
    raise NotAllowed(act=act, needs=[str(duty) for duty in duties])


def delegated_hours(*, actor: Actor, area: Area, now: datetime, act: str = "hold.issue") -> int | None:
    """The longest hold in hours that the actor may issue in `area` by written delegation, or None without one."""
    if actor.id is None or actor.kind != "user":
        return None
    rows = Delegation.objects.seen_by(actor).filter(act=act, to_holder_id=actor.id, since__lte=now, until__gt=now)
    return max((row.max_hours for row in rows if row.area.covers(area)), default=None)


def delegations(*, actor: Actor, now: datetime) -> list[tuple[UUID, UUID, int, datetime]]:
    """(delegation, holder, hours, until) of those in force that the actor sees, the first to end first."""
    rows = Delegation.objects.seen_by(actor).filter(since__lte=now, until__gt=now).order_by("until", "id")
    return [(row.id, row.to_holder_id, row.max_hours, row.until) for row in rows]


def legal_basis(*, act: str, area: Area, on: date, disease: str = COVID) -> rules.LegalBasis:
    """The article that carries `act` there on that day; `ClassDoesNotCarry` when the disease's class does not."""
    return rules.basis_of(regime(on=on, area=area, disease=disease), act)


def article(*, act: str, edition: str, language: str) -> str:
    """The article that carries `act` under an edition, in a language; empty where its class does not carry it."""
    try:
        basis = rules.basis_of(regime_of(edition), act)
    except rules.ClassDoesNotCarry:
        return ""
    return basis.article_zh if language.startswith("zh") else basis.article


def carries(*, act: str, edition: str) -> bool:
    """Whether the legal class of an edition carries `act` at all."""
    return rules.carries(regime_of(edition).legal_class, act)


def find(clause_class: type[C], *, edition: str) -> C | None:
    """The clause of an edition, or None where its regime does not have one: a measure that no longer exists."""
    return None if clause_class.key not in regime_of(edition).clauses else clause(clause_class, edition=edition)


def explain(verdict: Verdict[Any], *, language: str = "zh-hans") -> Explanation:
    """What a verdict rests on, with values and sources; the prose of its reason key is made at the edge."""
    return formats.explain_rows(verdict, regime_of(verdict.edition), language=language)


def pack_clauses(pack_id: str) -> rules.Merged:
    """All values of one national pack (or base) with what it inherits, without overlays; an overlay's own values. `PackUnknown`."""
    known = library()
    if pack_id in known.packs:
        return rules.merge(rules.chain(known.packs, known.packs[pack_id]))
    for overlay in known.overlays:
        if overlay.id == pack_id:
            return overlay.clauses
    raise rules.PackUnknown(pack=pack_id)


def regime_of_pack(pack_id: str) -> rules.Regime:
    """The regime of one national pack with what it inherits, without overlays. `PackUnknown` also for a base and an overlay: in force nowhere alone."""
    known = library()
    pack = known.packs.get(pack_id)
    if pack is None or pack.kind != "pack":
        kinds = {one.id: one.kind for one in (*known.packs.values(), *known.overlays)}
        raise rules.PackUnknown(pack=pack_id, **({"kind": kinds[pack_id]} if pack_id in kinds else {}))
    return _merged(tuple(one.id for one in rules.chain(known.packs, pack)), settings.EPIGRID_PACKS_DIR)


def regime_at(*, on: date, path: str = "", disease: str = COVID) -> rules.Regime:
    """The regime where overlays know an area by `path` (`shanxi/taiyuan/`, `exercise/huaiyuan/`); without a path, no overlay. Asks no database."""
    return _regime(on, (path,), disease, settings.EPIGRID_PACKS_DIR)


def clause_under(clause_class: type[C], found: rules.Regime) -> C:
    """The clause of a regime that is only looked at; no edition is kept."""
    return _built(clause_class, found)


def basis_under(act: str, found: rules.Regime) -> rules.LegalBasis:
    """The article that carries `act` under a regime that is only looked at; `ClassDoesNotCarry`."""
    return rules.basis_of(found, act)


def rows_under(table: str, found: rules.Regime, *, language: str) -> list[ShownValue]:
    """The values of one clause of a regime, in words; none where the regime has no such clause."""
    return formats.show_rows({table: found.clauses[table]}, language=language) if table in found.clauses else []


def longest_hold(*, area: Area, on: date, disease: str = COVID) -> int | None:
    """`hold.max_hours` in force, or None when nobody has set it."""
    value = regime(on=on, area=area, disease=disease).clauses.get("hold", {}).get("max_hours")
    return None if value is None or value.unset else int(value.value)
