"""The machine door of sampling, tubes and boxes."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Schema
from pydantic import StringConstraints

from epigrid.field.sampling import actions, queries
from epigrid.field.sampling.api.doors import acts, router
from epigrid.field.sampling.api.rounds import OfRound
from epigrid.kernel.duties import Duty
from epigrid.kernel.errors import BadInput, NotFound
from epigrid.registers.people import queries as people
from epigrid.store import commands
from epigrid.store.doors import REFUSALS, Command, Count, Ids, Line, Maybe, Moment, Path, Reader, Rows, Word, area_of, card, cause_of, listed, reader

TubeOut, BoxOut = card(queries.TubeCard), card(queries.BoxCard)


@router.get("/boxes", response=listed(BoxOut))
def boxes(request: HttpRequest) -> list[queries.BoxCard]:
    """Boxes that were sent and have not been counted yet."""
    return queries.boxes(actor=reader(request).actor)


class TubeIn(Command):
    """A tube for a round, or for the single tests of a reason (a hold's tube, an order, a zone, a judged contact)."""

    area: Path
    label: Line
    pool_size: Count
    round_id: UUID | None = None
    source_id: UUID | None = None
    site_id: UUID | None = None
    team: Maybe = ""
    lane: Annotated[int, Field(ge=1, le=100)] | None = None


@acts("/tubes")
def open_tube(it: Reader, body: TubeIn) -> Rows:
    """Open a tube; the same label again is the same tube."""
    area, size, cause = area_of(it.actor, body.area), body.pool_size, _reason(it, body)
    tube = actions.open_tube(actor=it.actor, area=area, label=body.label, pool_size=size, now=it.now, cause=cause, round_id=body.round_id)
    return [_placed(it, body, tube)]


def _placed(it: Reader, body: "TubeIn | EnteredIn", tube_id: UUID) -> UUID:
    """The tube, at the site that the body names."""
    if body.site_id is not None:
        site = queries.site(actor=it.actor, site_id=body.site_id).id
        actions.place_tube(actor=it.actor, tube_id=tube_id, site_id=site, team=body.team[:40], lane=body.lane, now=it.now, cause=cause_of(tube_id))
    return tube_id


def _reason(it: Reader, body: TubeIn) -> UUID:
    """The fact for which a tube is filled."""
    if body.round_id is not None:
        queries.round_card(actor=it.actor, round_id=body.round_id)
        return cause_of(body.round_id)
    if body.source_id is not None and queries.tests_due(actor=it.actor, source_id=body.source_id, states=("due", "missed", "done")):
        return cause_of(body.source_id)
    raise BadInput(field="source_id", why="a tube is for a round or for tests that somebody ordered")


class FilledIn(TubeIn):
    """A whole tube, as at a door or from a paper list: its people by the file numbers on their papers, in queue order."""

    file_nos: list[Line] = Field(min_length=1, max_length=20)


@acts("/tubes/fill")
def fill_tube(it: Reader, body: FilledIn) -> Rows:
    """Open a tube, swab its people and close it, in one act; the same label with the same people again is the same tube."""
    area, size, cause = area_of(it.actor, body.area), body.pool_size, _reason(it, body)
    tube = actions.fill_tube(
        actor=it.actor,
        area=area,
        label=body.label,
        pool_size=size,
        person_ids=_by_papers(it, body.file_nos),
        now=it.now,
        cause=cause,
        round_id=body.round_id,
    )
    return [_placed(it, body, tube)]


def _by_papers(it: Reader, file_nos: list[str]) -> list[UUID]:
    return [people.by_file_no(actor=it.actor, file_no=file_no).id for file_no in file_nos]


class TubeOfPhone(Schema):
    """A closed tube as a phone kept it: a command of its own, and its people by file number, in queue order; `moments`: when each was swabbed, in that order."""

    command_id: Line
    label: Line
    pool_size: Count
    file_nos: list[Line] = Field(min_length=1, max_length=20)
    moments: list[Moment] = Field(default=[], max_length=20)
    opened_at: Moment | None = None
    closed_at: Moment | None = None


class UploadIn(OfRound):
    """What a table's phone brings: registered and swabbed people in closed tubes, with the means by which they were found."""

    area: Path
    table: Annotated[str, StringConstraints(pattern=r"^[\w.-]{0,20}$")] = ""
    means: Word = "paper"
    tubes: list[TubeOfPhone] = Field(min_length=1, max_length=50)


@acts("/table/upload")
def upload(it: Reader, body: UploadIn) -> Rows:
    """Register and swab the people of closed tubes; each tube has an outcome of its own, in the order of the tubes: `done:` and its id, or `refused:` and why.

    A tube that is sent again, alone or with others, gets its first outcome; one that is entered from paper as well is the same tube, if its people are.
    """
    area, round_id = area_of(it.actor, body.area), queries.round_card(actor=it.actor, round_id=body.round_id).id
    it.actor.require(Duty.REGISTRAR, Duty.SAMPLER, area=area)
    cause = cause_of(round_id)

    def fill(numbers: Sequence[int]) -> list[list[UUID]]:
        papers = people.by_file_nos(actor=it.actor, file_nos=[paper for number in numbers for paper in body.tubes[number].file_nos])
        tubes = [_kept(body.tubes[number], papers, body.means, it.now) for number in numbers]
        made = actions.enter_tubes(actor=it.actor, area=area, round_id=round_id, tubes=tubes, table=body.table, now=it.now, cause=cause)
        return [[tube_id] for tube_id in made]

    plain = {"act": "sampling.upload", **body.model_dump(mode="json", exclude={"device", "command_id", "tubes"})}
    asked = [
        commands.Asked(command_id=tube.command_id, body=plain | tube.model_dump(mode="json", exclude={"command_id"}, exclude_defaults=True))
        for tube in body.tubes
    ]
    outcomes = commands.each(actor=it.actor, device=body.device, asked=asked, now=it.now, do=fill)
    return [f"{one.outcome}:{one.reason or one.rows[0]}" for one in outcomes]


def _kept(tube: TubeOfPhone, papers: Mapping[str, people.PersonCard], means: str, now: datetime) -> actions.Kept:
    if tube.moments and len(tube.moments) != len(tube.file_nos):
        raise BadInput(field="moments", why="one for each file number")
    moments = tube.moments or [tube.closed_at or now] * len(tube.file_nos)
    for paper in tube.file_nos:
        if paper not in papers:
            raise NotFound(paper=paper)
    arrivals = [actions.Arrival(person_id=papers[paper].id, means=means, at=at) for paper, at in zip(tube.file_nos, moments, strict=True)]
    return actions.Kept(label=tube.label, pool_size=tube.pool_size, people=arrivals, opened_at=tube.opened_at, closed_at=tube.closed_at)


class SwabbedIn(Schema):
    """Somebody in a tube: by what he was found, and when he was swabbed."""

    person_id: UUID
    means: Word
    at: Moment


class EnteredIn(OfRound):
    """One closed tube of a round as a phone kept it, its people in queue order; a tube that was filled at a site names it."""

    area: Path
    label: Line
    pool_size: Count
    people: list[SwabbedIn] = Field(min_length=1, max_length=20)
    team: Maybe = ""
    site_id: UUID | None = None
    table: Annotated[str, StringConstraints(pattern=r"^[\w.-]{0,20}$")] = ""
    lane: Annotated[int, Field(ge=1, le=100)] | None = None
    opened_at: Moment
    closed_at: Moment


@acts("/table/tube")
def enter_tube(it: Reader, body: EnteredIn) -> Rows:
    """Register and swab the people of a closed tube, each at his moment, and return the tube; whoever is on no roster is added late."""
    area, round_id = area_of(it.actor, body.area), queries.round_card(actor=it.actor, round_id=body.round_id).id
    known = {card.id for card in people.people(actor=it.actor, ids=[one.person_id for one in body.people])}
    for one in body.people:
        if one.person_id not in known:
            raise NotFound(person=str(one.person_id))
    arrivals = [actions.Arrival(person_id=one.person_id, means=one.means, at=one.at) for one in body.people]
    tube = actions.Kept(label=body.label, pool_size=body.pool_size, people=arrivals, opened_at=body.opened_at, closed_at=body.closed_at)
    cause = cause_of(round_id)
    made = actions.enter_tubes(actor=it.actor, area=area, round_id=round_id, tubes=[tube], table=body.table, now=it.now, cause=cause)
    return [_placed(it, body, made[0])]


class OfTube(Command):
    """A tube."""

    tube_id: UUID


class SwabsIn(OfTube):
    """People swabbed, in queue order."""

    person_ids: Ids


@acts("/tubes/swab")
def take_swabs(it: Reader, body: SwabsIn) -> Rows:
    """Swab people into an open tube."""
    found = queries.tube(actor=it.actor, tube_id=body.tube_id)
    actions.take_swabs(actor=it.actor, tube_id=found.id, person_ids=body.person_ids, now=it.now, cause=cause_of(found.id))
    return [found.id]


class TableIn(OfTube):
    """People swabbed, by the file numbers on their papers, in queue order; `close` seals the tube afterwards."""

    file_nos: list[Line] = Field(default=[], max_length=20)
    close: bool = False


@acts("/tubes/at-table")
def at_table(it: Reader, body: TableIn) -> Rows:
    """Swab people by file number, and close the tube if asked."""
    found = queries.tube(actor=it.actor, tube_id=body.tube_id)
    ids = _by_papers(it, body.file_nos)
    if ids:
        actions.take_swabs(actor=it.actor, tube_id=found.id, person_ids=ids, now=it.now, cause=cause_of(found.id))
    if body.close:
        actions.close_tube(actor=it.actor, tube_id=found.id, now=it.now, cause=cause_of(found.id))
    return ids


class WithdrawIn(OfTube):
    """A person who walks off before the tube is closed."""

    person_id: UUID


@acts("/tubes/withdraw")
def withdraw_swab(it: Reader, body: WithdrawIn) -> Rows:
    """Take a person out of an open tube; he is open again."""
    found = queries.tube(actor=it.actor, tube_id=body.tube_id)
    if body.person_id not in found.person_ids:
        raise NotFound(person=str(body.person_id))
    actions.withdraw_swab(actor=it.actor, tube_id=found.id, person_id=body.person_id, now=it.now, cause=cause_of(found.id))
    return [found.id]


@acts("/tubes/close")
def close_tube(it: Reader, body: OfTube) -> Rows:
    """Close a tube, full or not."""
    found = queries.tube(actor=it.actor, tube_id=body.tube_id)
    actions.close_tube(actor=it.actor, tube_id=found.id, now=it.now, cause=cause_of(found.id))
    return [found.id]


class BoxIn(Command):
    """A box of closed tubes for a laboratory, with the count that was said."""

    area: Path
    label: Line
    tube_ids: Ids
    to_body_id: UUID
    said: Count


@acts("/boxes/send")
def send_box(it: Reader, body: BoxIn) -> Rows:
    """Hand over a box; the count said is the number of tubes."""
    area = area_of(it.actor, body.area)
    queries.tubes(actor=it.actor, tube_ids=body.tube_ids)
    made = actions.send_box(
        actor=it.actor,
        area=area,
        label=body.label,
        tube_ids=body.tube_ids,
        to_body_id=body.to_body_id,
        said=body.said,
        now=it.now,
        cause=cause_of(body.tube_ids[0]),
    )
    return [made]


class ReceiveIn(Command):
    """A box that arrived and the labels found in it."""

    box_id: UUID
    labels: list[Line] = Field(default=[], max_length=1000)


@acts("/boxes/receive", then="/boxes/?missing={rows}")
def receive_box(it: Reader, body: ReceiveIn) -> Rows:
    """Count a box where it arrives; the answer's rows are the labels that are missing."""
    return actions.receive_box(actor=it.actor, box_id=body.box_id, labels=body.labels, now=it.now, cause=cause_of(body.box_id))


@router.get("/tubes/{tube_id}", response={200: TubeOut, **REFUSALS})
def tube(request: HttpRequest, tube_id: UUID) -> queries.TubeCard:
    """One tube with its people in queue order."""
    return queries.tube(actor=reader(request).actor, tube_id=tube_id)
