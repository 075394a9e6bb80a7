"""The machine door of antigen: issue kits, report results, who has not reported yet."""

from datetime import date
from typing import Annotated
from uuid import UUID

from django.http import HttpRequest
from ninja import Router
from pydantic import Field

from epigrid.field.antigen import actions, queries
from epigrid.registers.people import queries as people
from epigrid.registers.places import queries as places
from epigrid.store import clock
from epigrid.store.doors import Acts, Command, Count, Ids, Maybe, Moment, Reader, Rows, Word, card, listed, reader

router = Router(tags=["antigen"])
acts = Acts("antigen", router)
Day = Annotated[date, Field(ge=date(2000, 1, 1), lt=date(2100, 1, 1))]
"""A day of this century."""
HomeOut, ReportOut = card(queries.HomeCard), card(queries.ReportCard)


@router.get("/homes", response=listed(HomeOut))
def homes(request: HttpRequest, building_id: UUID, day: Day | None = None) -> list[queries.HomeCard]:
    """The households of a building: kits issued, used and left, and who has told what on a day (left out: today)."""
    it = reader(request)
    rooms = places.within(actor=it.actor, place_id=building_id)
    return queries.homes(actor=it.actor, rooms=rooms, day=day or clock.local_day(it.root, it.now))


@router.get("/reports", response=listed(ReportOut))
def reports(request: HttpRequest, person_id: UUID | None = None) -> list[queries.ReportCard]:
    """Results of a person, or of all in my areas, newest first (at most 1,000)."""
    return queries.reports(actor=reader(request).actor, person_ids=None if person_id is None else [person_id])


class KitsIn(Command):
    """Kits for households: so many to each (left out: one for each of its people), for a day and, if it has a name, a round of it."""

    household_ids: Ids
    kits: Count | None = None
    day: Day | None = None
    round_name: Maybe = ""


@acts("/kits/issue")
def issue_kits(it: Reader, body: KitsIn) -> Rows:
    """Hand kits to households."""
    return actions.issue_kits(actor=it.actor, household_ids=body.household_ids, kits=body.kits, day=body.day, round_name=body.round_name, now=it.now)


class ResultsIn(Command):
    """One result of people: negative, positive or invalid; when they tested (left out: now); a worker says whether he stood there or was called."""

    person_ids: Ids
    result: Word
    channel: Word = "visit"
    tested_at: Moment | None = None


@acts.for_residents_too("/results")
def report_results(it: Reader, body: ResultsIn) -> Rows:
    """Note what people read on their antigen tests; a resident for himself, or for one child or dependant whose guardian he is."""
    actor = people.speaking_for(actor=it.actor, person_ids=body.person_ids, on=clock.local_day(it.root, it.now))
    return actions.report_results(
        actor=actor, person_ids=body.person_ids, result=body.result, channel=body.channel, tested_at=body.tested_at, now=it.now
    )
