"""Packs of phones: by duty, never by size. A pack is shelves of rows; each shelf says by which columns facts reach its rows (architecture.md 9).

Whoever keeps a pack takes out every row of a shelf that names a touched id in one of these columns and puts in the rows of the answer: that is the fresh
pack. Names and phone numbers are read for a purpose and recorded, person by person, when they go out; document numbers never go out, only their keyed
digest under a key of the phone's own.
"""

import base64
import hashlib
import hmac
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from epigrid.field.care import queries as care
from epigrid.field.codes import queries as codes
from epigrid.field.entry import queries as entry
from epigrid.field.sampling.queries import pack as sampling
from epigrid.field.tasks import queries as tasks
from epigrid.field.visits import queries as visits
from epigrid.interfaces.pages.frame import in_exercise
from epigrid.kernel.actors import Actor, Grant
from epigrid.kernel.areas import Area
from epigrid.kernel.duties import Duty
from epigrid.kernel.errors import DomainError
from epigrid.registers.access import queries as access
from epigrid.registers.organisation import queries as organisation
from epigrid.registers.people import queries as people
from epigrid.registers.people.queries.pack import PackPerson, pack_identities, pack_people
from epigrid.registers.places import queries as places
from epigrid.registers.workforce import queries as workforce
from epigrid.store import clock, feed, vault

Row = dict[str, Any]
Rows = dict[str, Row]
GRID = frozenset({Duty.GRID_WORKER, Duty.COMMUNITY_SECRETARY})
TABLE = frozenset({Duty.REGISTRAR, Duty.SAMPLER})
GATE = frozenset({Duty.GATE_GUARD})
CALLER = frozenset({Duty.PHONE_OPERATOR})
DOORS = GRID | TABLE
SHAPE = 1
"""Raised when rows get another shape: phones fetch their pack anew."""
KINDS = feed.Kinds(
    apps=frozenset({"people", "places", "workforce", "organisation", "access", "sampling", "tasks", "care", "visits", "entry", "antigen"}),
    movers=frozenset({"people.person-moved"}),
    resets=frozenset(
        {
            "places.registered",
            "places.area-recut",
            "places.responsibility-assigned",
            "places.changed",
            "sampling.round-opened",
            "sampling.round-closed",
        }
    ),
)


class PackTooLarge(DomainError):
    """More people than this phone may carry; `details` say how many, and how many it may: choose fewer buildings, or the secretary signs for more."""

    reason = "pack.too-large"


@dataclass(frozen=True, kw_only=True)
class Asking:
    """Whose pack: the actor, the phone, the buildings that he chose, now; `touched`: only rows that name one of these ids."""

    actor: Actor
    device: Any
    buildings: tuple[UUID, ...]
    now: datetime
    touched: frozenset[UUID] | None = None

    @cached_property
    def root(self) -> Area:
        """The root of the actor's tree."""
        return self.actor.areas()[0].root

    @cached_property
    def grids(self) -> tuple[Area, ...]:
        """The areas whose people a grid worker carries without choosing."""
        return self.actor.areas({Duty.GRID_WORKER})

    @cached_property
    def chosen(self) -> list[places.PlaceCard]:
        """The buildings chosen, as far as they lie in areas of the actor's duties at doors and tables."""
        mine = self.actor.areas(DOORS)
        found = places.places(actor=self.actor, ids=self.buildings).values()
        return [card for card in found if any(area.covers(card.area) for area in mine)]

    @cached_property
    def people(self) -> list[PackPerson]:
        """The people of the pack (of those touched)."""
        on = clock.local_day(self.root, self.now)
        paths = [card.path for card in self.chosen]
        return pack_people(actor=self.actor, on=on, areas=self.grids, places=paths, touched=self.touched)


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """A table of the pack: which duties get it, by which columns facts reach its rows, and how they are read; `always`: sent with every answer."""

    name: str
    duties: frozenset[Duty]
    deps: tuple[str, ...]
    rows: Callable[[Asking], Rows]
    always: bool = False


def plain(card: Any, *, without: Sequence[str] = ()) -> Row:
    """A card as JSON has it."""
    return {name: value for name, value in vars(card).items() if name not in without}


def _by_id(cards: Sequence[Any]) -> Rows:
    return {str(card.id): plain(card) for card in cards}


def _me(ask: Asking) -> Rows:
    user, now = ask.device.user_id, ask.now
    names = {area: places.area_name(actor=ask.actor, area=area) for area in {grant.area for grant in ask.actor.grants}}
    row = {
        "title": access.titles(user_ids=[user]).get(user, ""),
        "duties": [{"duty": grant.duty, "area": grant.area, "name": names[grant.area]} for grant in ask.actor.grants],
        "tree": ask.root.tree,
        "exercise": in_exercise(ask.root),
        "label": ask.device.label,
        "until": ask.device.until,
        "limit": ask.device.people_limit,
        "shift": None,
        "test": None,
        "lookup_key": base64.b64encode(access.lookup_key(device_id=ask.device.id)).decode() if ask.actor.duties & TABLE else "",
    }
    worker = workforce.worker_of(actor=ask.actor, user_id=user)
    if worker is not None:
        row["shift"] = _shift(ask, worker.id)
        row["test"] = next(
            ({"outcome": card.outcome, "due": card.due} for card in workforce.staff_tests(actor=ask.actor, now=now, worker_ids=[worker.id])), None
        )
    return {"me": row}


def _shift(ask: Asking, worker_id: UUID) -> Row:
    found = workforce.open_shift(actor=ask.actor, worker_id=worker_id, now=ask.now)
    return {"worker": worker_id, "started_at": found.started_at if found else None, "rest_due_at": found.due_at if found else None}


def _places(ask: Asking) -> Rows:
    known = {card.id: card for card in places.buildings_in(actor=ask.actor, areas=ask.actor.areas(DOORS))}
    carried = [card.path for card in known.values() if any(area.covers(card.area) for area in ask.grids)]
    inside = places.beneath(actor=ask.actor, paths=[*carried, *(card.path for card in ask.chosen)])
    cards = {**known, **{card.id: card for card in inside}}
    return {
        str(card.id): {"id": card.id, "kind": card.kind, "name": card.name, "parent": card.parent_id, "path": card.path}
        for card in cards.values()
        if ask.touched is None or card.id in ask.touched
    }


def _people(ask: Asking) -> Rows:
    """Whole names for those who answer for the people's grid, else the surname; only the former are identity reads."""
    full = ask.actor.areas(GRID)
    known = [card for card in ask.people if any(area.covers(card.area) for area in full)]
    names = pack_identities(actor=ask.actor.for_purpose("registration"), found=known, fields=["name"], now=ask.now)
    return {
        str(card.id): plain(card, without=("area", "masked_name")) | {"name": names.get(card.id, {}).get("name", card.masked_name)}
        for card in ask.people
    }


def _lookups(ask: Asking) -> Rows:
    ids = [card.id for card in ask.people]
    if not ids:
        return {}
    key = access.lookup_key(device_id=ask.device.id)
    documents = pack_identities(actor=ask.actor.for_purpose("sampling"), found=ask.people, fields=["document"], now=ask.now)
    shown = sampling.pack_codes(actor=ask.actor, person_ids=ids)
    return {
        str(person_id): {
            "person": person_id,
            "document": _digest(key, documents.get(person_id, {}).get("document", "")),
            "code": shown.get(person_id, ""),
        }
        for person_id in ids
    }


def _digest(key: bytes, document: str) -> str:
    """The first eight bytes of the keyed digest of a document number, as hex; nothing of nothing."""
    return hmac.digest(key, vault.normalise("document", document).encode(), hashlib.sha256).hex()[:16] if document else ""


def _roll(ask: Asking) -> Rows:
    cards = sampling.pack_roll(actor=ask.actor, areas=ask.grids, buildings=[card.id for card in ask.chosen], touched=ask.touched)
    return {f"{row['round']}/{row['person']}": row for row in map(plain, cards)}


def _labs(ask: Asking) -> Rows:
    found = organisation.bodies(actor=ask.actor, kind="laboratory")
    return {str(card.id): {"id": card.id, "name": card.name} for card in found}


def _routine(ask: Asking) -> Rows:
    found = visits.pack_routine(actor=ask.actor, day=clock.local_day(ask.root, ask.now), touched=ask.touched)
    return {str(card.id): card.row() for card in found}


def _calls(ask: Asking) -> Rows:
    """The caller's own list with names and numbers: each of them an identity read."""
    rows = {str(card.id): plain(card, without=("caller",)) for card in care.pack_calls(actor=ask.actor, touched=ask.touched)}
    ids = list(dict.fromkeys(row["person"] for row in rows.values()))
    known = people.identities(actor=ask.actor.for_purpose("care"), person_ids=ids, fields=["name", "phone"], now=ask.now) if ids else {}
    return {key: row | {"name": "", "phone": ""} | known.get(row["person"], {}) for key, row in rows.items()}


def _gate(ask: Asking) -> Rows:
    found = codes.gate_list(actor=ask.actor, now=ask.now)
    known = {key_id: base64.b64encode(bytes.fromhex(value)).decode() for key_id, value in found.keys.items()}
    return {"list": {"keys": known, "withdrawn": list(found.withdrawn), "until": found.good_until}}


SHELVES: tuple[Shelf, ...] = (
    Shelf(name="me", duties=frozenset(Duty), deps=(), rows=_me, always=True),
    Shelf(name="places", duties=DOORS, deps=("id",), rows=_places),
    Shelf(name="people", duties=DOORS, deps=("id", "dwelling", "household"), rows=_people),
    Shelf(name="lookups", duties=TABLE, deps=("person",), rows=_lookups),
    Shelf(name="rounds", duties=DOORS, deps=("id",), rows=lambda ask: _by_id(sampling.pack_rounds(actor=ask.actor, touched=ask.touched))),
    Shelf(name="roll", duties=DOORS, deps=("person",), rows=_roll),
    Shelf(name="tubes", duties=TABLE, deps=("id",), rows=lambda ask: _by_id(sampling.pack_tubes(actor=ask.actor, touched=ask.touched))),
    Shelf(name="boxes", duties=TABLE, deps=("id", "tube_ids"), rows=lambda ask: _by_id(sampling.pack_boxes(actor=ask.actor, touched=ask.touched))),
    Shelf(name="labs", duties=TABLE, deps=(), rows=_labs, always=True),
    Shelf(
        name="tests",
        duties=GRID,
        deps=("id", "person"),
        rows=lambda ask: _by_id(sampling.pack_tests(actor=ask.actor, areas=ask.actor.areas(GRID), touched=ask.touched)),
    ),
    Shelf(
        name="tasks",
        duties=GRID,
        deps=("id", "person", "place", "source"),
        rows=lambda ask: _by_id(tasks.pack_tasks(actor=ask.actor, touched=ask.touched)),
    ),
    Shelf(
        name="visits",
        duties=GRID,
        deps=("id", "campaign", "household", "dwelling"),
        rows=lambda ask: _by_id(visits.pack_visits(actor=ask.actor, touched=ask.touched)),
    ),
    Shelf(name="routine", duties=GRID, deps=("id", "person", "place"), rows=_routine),
    Shelf(
        name="requests",
        duties=GRID | CALLER,
        deps=("id", "person"),
        rows=lambda ask: _by_id(care.pack_requests(actor=ask.actor, touched=ask.touched)),
    ),
    Shelf(name="calls", duties=CALLER, deps=("id", "person", "household"), rows=_calls),
    Shelf(name="posts", duties=GATE, deps=("id", "place"), rows=lambda ask: _by_id(entry.pack_posts(actor=ask.actor, touched=ask.touched))),
    Shelf(name="gate", duties=GATE, deps=(), rows=_gate, always=True),
)


@dataclass(frozen=True, kw_only=True)
class Pack:
    """What a phone is told: its new position, whether everything is told, what was touched, and rows by shelf."""

    token: str
    whole: bool
    touched: tuple[UUID, ...] = ()
    deps: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    rows: Mapping[str, Rows] = field(default_factory=dict)


def pull(*, ask: Asking, known: str = "") -> Pack:
    """What changed since the position of `known`, or the whole pack: for a phone without a position, with other duties or buildings, or on a new day."""
    scope = _scope(ask)
    after, _dot, of = known.partition(".")
    if of != scope or not after.isdecimal() or len(after) > 18:
        return _whole(ask, feed.position(), scope)
    since = feed.since(after=int(after), areas=ask.actor.areas(), kinds=KINDS)
    if since.whole:
        return _whole(ask, since.position, scope)
    token, mine = f"{since.position}.{scope}", _shelves(ask.actor)
    if not since.ids:
        gate = {shelf.name: shelf.rows(ask) for shelf in mine if shelf.name == "gate"}
        return Pack(token=token, whole=False, deps=dict.fromkeys(gate, ()), rows=gate)
    touching = Asking(actor=ask.actor, device=ask.device, buildings=ask.buildings, now=ask.now, touched=since.ids)
    rows = {shelf.name: shelf.rows(touching) for shelf in mine}
    return Pack(token=token, whole=False, touched=tuple(sorted(since.ids)), deps=_deps(mine), rows=rows)


def _whole(ask: Asking, position: int, scope: str) -> Pack:
    if len(ask.people) > ask.device.people_limit:
        raise PackTooLarge(persons=len(ask.people), limit=ask.device.people_limit)
    mine = _shelves(ask.actor)
    return Pack(token=f"{position}.{scope}", whole=True, deps=_deps(mine), rows={shelf.name: shelf.rows(ask) for shelf in mine})


def _shelves(actor: Actor) -> list[Shelf]:
    return [shelf for shelf in SHELVES if shelf.duties & actor.duties]


def _deps(shelves: Sequence[Shelf]) -> dict[str, tuple[str, ...]]:
    return {shelf.name: shelf.deps for shelf in shelves}


def _scope(ask: Asking) -> str:
    """What the pack's cut depends on: the shape of rows, duties and areas, the buildings chosen, what the phone may carry, the day."""
    grants: list[Grant] = sorted(ask.actor.grants, key=lambda grant: (grant.duty, grant.area))
    cut = [SHAPE, [(grant.duty, grant.area) for grant in grants], sorted(map(str, ask.buildings)), ask.device.people_limit]
    return hashlib.sha256(repr([*cut, clock.local_day(ask.root, ask.now)]).encode()).hexdigest()[:16]
