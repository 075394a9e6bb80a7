"""The machine door of entry: posts, rosters, the gates' log. No answer names anybody who passed."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Router
from pydantic import Field

from epigrid.field.entry import actions, queries
from epigrid.field.entry.actions import Counted, NewVehicle
from epigrid.store import clock
from epigrid.store.doors import REFUSALS, Acts, Command, Count, Maybe, Moment, Reader, Rows, Short, Word, card, listed, reader

router = Router(tags=["entry"])
acts = Acts("entry", router)
PostOut, RosterOut, LogOut, VehicleOut, HandOverOut = (
    card(one) for one in (queries.PostCard, queries.RosterCard, queries.LogCard, queries.GateVehicleCard, queries.PostHandOverCard)
)
Day = Annotated[date, Field(ge=date(2000, 1, 1), lt=date(2100, 1, 1))]
"""A day of this century."""


@router.get("/posts", response=listed(PostOut))
def posts(request: HttpRequest, open_only: bool = True) -> list[queries.PostCard]:
    """Posts of my areas."""
    return queries.posts(actor=reader(request).actor, open_only=open_only)


@router.get("/posts/{post_id}/roster", response={200: RosterOut, **REFUSALS})
def roster(request: HttpRequest, post_id: UUID, day: Day | None = None) -> queries.RosterCard:
    """Who stands at a post on a day (left out: today), and what is wrong with it: gaps, turns that are too long, rests that are too short."""
    it = reader(request)
    card = queries.post(actor=it.actor, post_id=post_id)
    return queries.rosters(actor=it.actor, posts=[card], day=day or clock.local_day(it.root, it.now))[post_id]


@router.get("/posts/{post_id}/log", response={200: LogOut, **REFUSALS})
def log(request: HttpRequest, post_id: UUID, day: Day | None = None) -> queries.LogCard:
    """What a post counted on a day (left out: today)."""
    it = reader(request)
    queries.post(actor=it.actor, post_id=post_id)
    return queries.logs(actor=it.actor, post_ids=[post_id], area=it.root, day=day or clock.local_day(it.root, it.now))[post_id]


@router.get("/posts/{post_id}/vehicles", response=listed(VehicleOut))
def vehicles(request: HttpRequest, post_id: UUID, inside_only: bool = True) -> list[queries.GateVehicleCard]:
    """Vehicles of a post, the newest first (at most 100)."""
    actor = reader(request).actor
    return queries.vehicles(actor=actor, post_ids=[queries.post(actor=actor, post_id=post_id).id], inside_only=inside_only)


@router.get("/posts/{post_id}/hand-overs", response=listed(HandOverOut))
def hand_overs(request: HttpRequest, post_id: UUID) -> list[queries.PostHandOverCard]:
    """Changes of guards at a post, the newest first (at most 50)."""
    actor = reader(request).actor
    return queries.hand_overs(actor=actor, post_ids=[queries.post(actor=actor, post_id=post_id).id])


class PostIn(Command):
    """A post: at which place, of which kind (gate, checkpoint, venue), and what it is called."""

    place_id: UUID
    kind: Word
    name: Short


@acts("/posts")
def set_up_post(it: Reader, body: PostIn) -> Rows:
    """Set up a post."""
    return [actions.set_up_post(actor=it.actor, place_id=body.place_id, kind=body.kind, name=body.name, now=it.now)]


class OfPost(Command):
    """A post."""

    post_id: UUID


@acts("/posts/close")
def close_post(it: Reader, body: OfPost) -> Rows:
    """Close a post."""
    actions.close_post(actor=it.actor, post_id=body.post_id, now=it.now)
    return [body.post_id]


class TurnIn(OfPost):
    """A guard's turn."""

    worker_id: UUID
    starts_at: Moment
    ends_at: Moment


@acts("/turns")
def plan_shift(it: Reader, body: TurnIn) -> Rows:
    """Plan a guard's turn at a post."""
    turn = actions.plan_turn(
        actor=it.actor, post_id=body.post_id, worker_id=body.worker_id, starts_at=body.starts_at, ends_at=body.ends_at, now=it.now
    )
    return [turn]


class OfTurn(Command):
    """A planned turn."""

    turn_id: UUID


@acts("/turns/drop")
def drop_shift(it: Reader, body: OfTurn) -> Rows:
    """Take a planned turn back."""
    actions.drop_turn(actor=it.actor, turn_id=body.turn_id, now=it.now)
    return [body.turn_id]


class PassageIn(OfPost):
    """Which way somebody went (pass, home, medical, fire, visit) and what he was told (pass, call-desk, medical); not who he is."""

    way: Word
    answer: Word


@acts("/passages")
def note_passage(it: Reader, body: PassageIn) -> Rows:
    """Note one passage."""
    return [actions.note_passage(actor=it.actor, post_id=body.post_id, way=body.way, answer=body.answer, now=it.now)]


class VehicleIn(OfPost):
    """A vehicle that comes in or goes out: its kind, the company on it, what it was told. `vehicle_id`: the phone's own id, or which one goes out."""

    kind: Word
    direction: Literal["in", "out"] = "in"
    company: Maybe = ""
    answer: Word = "pass"
    vehicle_id: UUID | None = None


@acts("/vehicles")
def note_vehicle(it: Reader, body: VehicleIn) -> Rows:
    """Note a vehicle; an emergency vehicle always passes."""
    note = actions.let_in if body.direction == "in" else actions.let_out
    vehicle = NewVehicle(kind=body.kind, company=body.company, answer=body.answer, id=body.vehicle_id)
    return [note(actor=it.actor, post_id=body.post_id, vehicle=vehicle, now=it.now)]


class PageIn(OfPost):
    """The counts of a page of the paper register: its number, its day, how many passed, how many vehicles."""

    number: Annotated[int, Field(ge=1, le=100_000)]
    day: Day
    passages: Count
    vehicles: Count = 0


@acts("/pages")
def enter_paper_page(it: Reader, body: PageIn) -> Rows:
    """Enter the counts of a paper page."""
    page = actions.enter_paper_page(
        actor=it.actor, post_id=body.post_id, number=body.number, day=body.day, passages=body.passages, vehicles=body.vehicles, now=it.now
    )
    return [page]


class HandOverIn(OfPost):
    """What the leaving guard counted, what stays open (by the list), a line without names, and who comes (left out: whoever stands there)."""

    passages: Count
    vehicles_inside: Count = 0
    matters: list[Word] = Field(default=[], max_length=10)
    note: Maybe = ""
    to_worker_id: UUID | None = None


@acts("/hand-overs")
def hand_over(it: Reader, body: HandOverIn) -> Rows:
    """Hand a post over at the change of guards."""
    counted = Counted(passages=body.passages, vehicles_inside=body.vehicles_inside, matters=body.matters, note=body.note)
    return [actions.hand_over(actor=it.actor, post_id=body.post_id, counted=counted, to_worker_id=body.to_worker_id, now=it.now)]
