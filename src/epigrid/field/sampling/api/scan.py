"""The machine door of sampling, a printed roll-call that is scanned back."""

from typing import Annotated

from django.http import HttpRequest
from pydantic import StringConstraints

from epigrid.field.sampling import actions
from epigrid.field.sampling.api.doors import router
from epigrid.field.sampling.api.rounds import OfRound, may_report
from epigrid.store import commands
from epigrid.store.doors import REFUSALS, Outcome, Rows, cause_of, perform, reader


class ScanIn(OfRound):
    """What a code reader sent: a row's code, its class's code, the next row's, one a line; behind `elsewhere` a line with the proof."""

    scans: Annotated[str, StringConstraints(min_length=1, max_length=200_000, pattern=r"^[^\x00]*$")]


@router.post("/rounds/scan-back", response={200: Outcome, **REFUSALS}, operation_id="sampling.scan-back")
def scan_back(request: HttpRequest, body: ScanIn) -> commands.Outcome:
    """Take rows of a printed roll-call with their classes: `taken:`, line, person, class of each, and `refused:`, line, reason of each that was not."""
    it = reader(request)

    def do() -> Rows:
        may_report(it, body)
        cause = cause_of(body.round_id)
        found = actions.scan_back(actor=it.actor, round_id=body.round_id, text=body.scans, now=it.now, cause=cause)
        taken = [f"taken:{line}:{person_id}:{state}" for line, person_id, state in found.taken]
        return [f"new:{found.new}", *taken, *(f"refused:{one.line}:{one.reason}" for one in found.refused)]

    return perform(it, "sampling.scan-back", body, do)
