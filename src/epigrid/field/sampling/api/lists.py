"""The machine door of sampling, lists: a grid's roster as Excel or CSV, and the same file filled in."""

import hashlib
from typing import Annotated, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Field, File, Form
from ninja.files import UploadedFile

from epigrid.field.sampling import actions, queries
from epigrid.field.sampling.api.doors import router
from epigrid.field.sampling.api.rounds import OfRound
from epigrid.store import commands
from epigrid.store.doors import REFUSALS, Outcome, Path, Rows, area_of, cause_of, perform, reader


@router.get("/rounds/{round_id}/list", response={200: None, **REFUSALS})
def roster_list(
    request: HttpRequest,
    round_id: UUID,
    area: Path | None = None,
    form: queries.Form = "csv",
    language: Literal["zh", "en"] = "zh",
    names: queries.Names = "masked",
) -> HttpResponse:
    """The roster of a round in an area as a file; full names need a purpose in the header X-Purpose."""
    it = reader(request)
    card = queries.round_card(actor=it.actor, round_id=round_id)
    where = area_of(it.actor, area) if area else card.area
    wanted = queries.Wanted(round_id=card.id, area=where, form=form, language=language, names=names)
    file = queries.list_file(actor=it.actor, wanted=wanted, now=it.now)
    return HttpResponse(file.content, content_type=file.media, headers={"Content-Disposition": f'attachment; filename="{file.name}"'})


class ListIn(OfRound):
    """A list of a round that was filled in."""

    look: Annotated[bool, Field(description="only say what would be taken")] = False


@router.post("/rounds/list", response={200: Outcome, **REFUSALS}, operation_id="sampling.import-list")
def import_list(request: HttpRequest, body: Form[ListIn], file: File[UploadedFile]) -> commands.Outcome:
    """Take a list that was filled in: each changed class is one report; the answer counts them and names each refused row."""
    it, content, name = reader(request), file.read(), file.name or ""

    def do() -> Rows:
        queries.round_card(actor=it.actor, round_id=body.round_id)
        verb = actions.preview_list if body.look else actions.import_list
        found = verb(actor=it.actor, round_id=body.round_id, content=content, name=name, now=it.now, cause=cause_of(body.round_id))
        refused = [f"refused:{row.row}:{row.column}:{row.reason}" for row in found.refused[:200]]
        return [f"reported:{found.created}", f"unchanged:{found.unchanged}", *refused]

    return perform(it, "sampling.import-list", body, do, file=hashlib.sha256(content).hexdigest())
