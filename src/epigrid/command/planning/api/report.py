"""The machine door of planning, report: a round in figures, and its turnout minute by minute."""

import csv
import io
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Schema

from epigrid.command.planning import queries
from epigrid.command.planning.api.doors import router
from epigrid.field.sampling import queries as sampling
from epigrid.store import clock
from epigrid.store.doors import REFUSALS, card, reader

LinkOut = card(sampling.LinkTime)


class LaneOut(Schema):
    """People in the tubes of a lane in a local hour (none: fewer than ten, hidden from above the community)."""

    site: str
    lane: int | None
    hour: int
    people: int | None


class ComparedOut(Schema):
    """How far the forecast for the sites was off: minutes at the end, people on average and as a share of all, the moment when furthest apart."""

    finish_min: float | None
    mean_people: float | None
    mean_share: float | None
    worst_at: datetime | None


class ReportOut(Schema):
    """A round in figures; a count that is none is below ten and hidden from above the community. `unforeseen`: why nothing was forecast."""

    population: int | None
    frozen: int | None
    late: int | None
    struck: int | None
    classes: dict[str, int | None]
    links: list[LinkOut]  # type: ignore[valid-type]
    slowest: str
    lanes: list[LaneOut]
    tubes: dict[str, int | None]
    compared: ComparedOut | None
    unforeseen: str


@router.get("/rounds/{round_id}/report", response={200: ReportOut, **REFUSALS})
def report(request: HttpRequest, round_id: UUID) -> ReportOut:
    """A round in figures, while it runs and after."""
    it = reader(request)
    found = queries.report(actor=it.actor, round_id=round_id, now=it.now)
    fact, known, compared = found.fact, found.known, found.compared
    names = ("all", "lost", "discarded", "invalid", "doubtful", "unread")
    return ReportOut(
        population=known(fact.population),
        frozen=known(fact.frozen),
        late=known(fact.late),
        struck=known(fact.struck),
        classes={name: known(count) for name, count in fact.classes.items()},
        links=[LinkOut.from_orm(link) for link in fact.links],
        slowest=fact.slowest,
        lanes=[LaneOut(site=one.site, lane=one.lane, hour=one.hour, people=known(one.people)) for one in fact.lanes],
        tubes={name: known(getattr(fact.tubes, name)) for name in names},
        compared=None
        if compared is None
        else ComparedOut(
            finish_min=compared.finish_min,
            mean_people=compared.mean_people,
            mean_share=compared.mean_share,
            worst_at=fact.over.moment(compared.worst_step) if compared.worst_step is not None else None,
        ),
        unforeseen=found.unforeseen,
    )


@router.get("/rounds/{round_id}/report/minutes", response={200: None, **REFUSALS})
def minutes(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """The turnout of a round as CSV: local moment, registered, sampled, share of the population, forecast for the sites; each cumulative."""
    it = reader(request)
    found = queries.report(actor=it.actor, round_id=round_id, now=it.now)
    fact, zone = found.fact, clock.zone(found.fact.card.area)
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow(["at", "registered", "sampled", "share", "forecast"])
    for step in range(fact.over.steps):
        sampled = found.known(fact.sampled[step])
        share = f"{sampled / fact.population:.4f}" if sampled is not None and fact.population else ""
        said = found.known(found.compared.forecast[step]) if found.compared is not None else None
        row = (found.known(fact.registered[step]), sampled, share, said)
        writer.writerow([f"{fact.over.moment(step).astimezone(zone):%Y-%m-%d %H:%M}", *("" if cell is None else cell for cell in row)])
    answer = HttpResponse(buffer.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="round-{round_id.hex[-8:]}.csv"'
    return answer
