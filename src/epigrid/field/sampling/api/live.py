"""The machine door of sampling, what moves while a round runs: the version stamp of its roll-call."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Schema

from epigrid.field.sampling import queries
from epigrid.field.sampling.api.doors import router
from epigrid.store.doors import REFUSALS, reader


class VersionOut(Schema):
    """The stamp of a roll-call as it stands now; sent back as If-None-Match it is answered 304 while nothing changed."""

    stamp: str


@router.get("/rounds/{round_id}/roll-call/version", response={200: VersionOut, 304: None, **REFUSALS})
def version(request: HttpRequest, response: HttpResponse, round_id: UUID) -> tuple[int, dict[str, str] | None]:
    """Whether a roll-call changed: ask every few seconds, and read the roll-call only when the stamp moved."""
    me, known = reader(request).actor, request.headers.get("If-None-Match", "")
    card = queries.round_card(actor=me, round_id=round_id)
    if known and not queries.roll_moved(actor=me, card=card, known=known):
        return 304, None
    stamp = queries.roll_stamp(actor=me, card=card)
    response["ETag"] = f'"{stamp}"'
    return 200, {"stamp": stamp}
