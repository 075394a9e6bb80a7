"""The door of a gate's question with a pass (S-238): what the entrance of the post's place asks for is answered, and the answer is counted at the post.

It stands here because the question joins the status (codes), how long a test counts (sampling) and the gate's log (entry); apps of the field know no other.
"""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from epigrid.field.codes import actions as codes
from epigrid.field.codes import formats
from epigrid.field.codes import queries as coded
from epigrid.field.codes import rules as entrances
from epigrid.field.entry import actions as entry
from epigrid.field.entry import queries as entered
from epigrid.field.entry.api import OfPost, acts, router
from epigrid.field.sampling import rules as sampling
from epigrid.kernel.actors import Actor
from epigrid.kernel.verdicts import Verdict
from epigrid.registers.policies import queries as policies
from epigrid.registers.policies.rules import NoPackInForce
from epigrid.store import clock, documents, keys
from epigrid.store.doors import Maybe, Reader, Rows, Word

__all__ = ["acts", "check", "router"]
VISIT = "visit"
TEST = "test"
"""The check of an entrance that asks for a negative test."""


PassText = Annotated[str, Field(max_length=formats.LONGEST)]


class CheckIn(OfPost):
    """Which way somebody goes at a post, and what he shows: his pass, or the number of his release paper, or nothing."""

    way: Word
    shown: PassText = ""
    release_paper: Maybe = ""


@acts("/check")
def check(it: Reader, body: CheckIn) -> Rows:
    """Answer at a post (`pass`, `call-desk` or `medical`, without name or reason) and count the passage; the answer's row is the answer.

    A visitor is the desk's to let in, whatever he shows.
    """
    post = entered.post(actor=it.actor, post_id=body.post_id)
    answer = "call-desk" if body.way == VISIT else _answered(it, post, body)
    entry.note_passage(actor=it.actor, post_id=post.id, way=body.way, answer=answer, now=it.now)
    return [answer]


def _answered(it: Reader, post: entered.PostCard, body: CheckIn) -> str:
    paper = bool(body.release_paper) and documents.known(actor=it.actor, kind="release", number=body.release_paper)
    answer = codes.check_gate(actor=it.actor, area=post.area, way=body.way, now=it.now, release_paper=body.release_paper, pass_text=body.shown)
    asks = answer == "pass" and body.way == "pass" and not paper
    return answer if not asks or proven(actor=it.actor, post=post, shown=body.shown, now=it.now) else "call-desk"


def proven(*, actor: Actor, post: entered.PostCard, shown: str, now: datetime) -> bool:
    """Whether the last sample on a good pass is young enough for what the post's entrance asks for; True where it asks for no test.

    At the door of a venue only: a compound is no public place, and a missed test can only remind whoever lives there (procedures 4). Where a test is asked
    for and nobody has set for how long it counts, the desk is asked.
    """
    if post.kind != "venue":
        return True
    try:
        if TEST not in coded.entrance(actor=actor, place_id=post.place_id, now=now).checks:
            return True
        content = formats.read(shown, keys={key_id: formats.public_key(seed) for key_id, seed in keys.ring().signing.items()}, tree=post.area.tree)
        return content.sampled_at is not None and _judged(post, content.id, content.sampled_at, now).outcome == "pass"
    except NoPackInForce:
        return True
    except (entrances.NumberUnset, sampling.NumberUnset):
        return False


def _judged(post: entered.PostCard, pass_id: UUID, sampled_at: datetime, now: datetime) -> Verdict[str]:
    """The test on a pass by the clause of the day: a status that is clear says that no positive came of it."""
    policy = policies.clause(sampling.ValidityPolicy, on=clock.local_day(post.area, now), area=post.area)
    taken = sampling.Taken(id=str(pass_id), outcome="negative", sampled_at=sampled_at)
    return sampling.judge_proof(context="venue", tests=[taken], at=now, zone=clock.zone(post.area), policy=policy)
