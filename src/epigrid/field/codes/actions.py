"""Verbs of codes."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from epigrid.field.codes import formats, queries, rules
from epigrid.field.codes.events import ColourAnswered, ColoursLate, ColoursRequested, GateAnswered, PassIssued, StatusChanged
from epigrid.field.codes.models import ColourRequest, GateCheck, IssuedPass, StatusReason
from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.kernel.duties import Duty
from epigrid.kernel.errors import BadInput
from epigrid.registers.people import queries as people
from epigrid.registers.policies import queries as policies
from epigrid.store import clock, documents, journal, keys
from epigrid.store.acts import whole
from epigrid.store.ids import new_id, repeated_id


@whole
def reconcile_reasons(*, actor: Actor, person_ids: Sequence[UUID], reasons: dict[UUID, list[rules.Reason]], now: datetime, cause: UUID) -> int:
    """Make people's reasons exactly what their measures say now; tell each status that changed and withdraw its passes. Returns how many changed.

    The caller re-reads the measures, so repetition and order cannot matter.
    """
    changed = []
    cards = {card.id: card for card in people.people(actor=actor, ids=person_ids)}
    for person_id in sorted(cards):
        actor.require(Duty.PROCEDURE, area=cards[person_id].area)
        wanted = {(reason.kind, reason.source_id): reason for reason in reasons.get(person_id, ())}
        rules.check(wanted.values())
        before = _reconcile(actor, person_id, cards[person_id].area, wanted, cause)
        earlier, after = rules.status_of(before, now), rules.status_of(wanted.values(), now)
        if earlier != after:
            event = StatusChanged(area=cards[person_id].area, person_id=person_id, before=earlier, after=after)
            journal.record(event, actor=actor, at=now, caused_by=cause)
            changed.append(person_id)
    if changed:
        _withdraw(actor, changed, now)
    return len(changed)


def _withdraw(actor: Actor, person_ids: Sequence[UUID], now: datetime) -> None:
    """Passes that tell an earlier status are good no more; gates learn it with their next list."""
    IssuedPass.objects.seen_by(actor).filter(person_id__in=person_ids, until__gt=now, withdrawn_at__isnull=True).update(withdrawn_at=now)


def _reconcile(actor: Actor, person_id: UUID, area: Area, wanted: dict[tuple[str, UUID], rules.Reason], cause: UUID) -> list[rules.Reason]:
    rows = list(StatusReason.objects.seen_by(actor).select_for_update().filter(person_id=person_id).order_by("pk"))
    before = [row.reason() for row in rows]
    kept = {(row.kind, row.source_id): row for row in rows}
    gone = [row.id for key, row in kept.items() if key not in wanted or row.reason() != wanted[key]]
    StatusReason.objects.seen_by(actor).filter(id__in=gone).delete()
    fresh = [key for key in wanted if key not in kept or kept[key].id in gone]
    StatusReason.objects.bulk_create(
        [
            StatusReason(
                id=new_id(area, "status-reason", person_id, kind, source_id, wanted[kind, source_id].until.isoformat()),
                area=area,
                person_id=person_id,
                kind=kind,
                source_id=source_id,
                effect=wanted[kind, source_id].effect,
                since=wanted[kind, source_id].since,
                until=wanted[kind, source_id].until,
                decided_by=wanted[kind, source_id].decided_by or person_id,
                caused_by=cause,
            )
            for kind, source_id in fresh
        ]
    )
    return before


@whole
def propose_colours(*, actor: Actor, person_ids: Sequence[UUID], wanted: str, reason: str, source_id: UUID, now: datetime, cause: UUID) -> int:
    """Put requests before the code desk; nothing leaves until the desk sends them. Returns how many are new.

    Refused without a health reason of the closed list (S-154).
    """
    rules.check_request(wanted=wanted, reason=reason)
    cards = people.people(actor=actor, ids=person_ids)
    for card in cards:
        actor.require(Duty.PROCEDURE, Duty.CODE_DESK, area=card.area)
    rows = [
        ColourRequest(
            id=new_id(card.area, "colour-request", card.id, source_id, wanted),
            area=card.area,
            person_id=card.id,
            wanted=wanted,
            reason=reason,
            source_id=source_id,
            requested_at=now,
            caused_by=cause,
        )
        for card in cards
    ]
    before = ColourRequest.objects.seen_by(actor).filter(source_id=source_id).count()
    ColourRequest.objects.bulk_create(rows, ignore_conflicts=True)
    return ColourRequest.objects.seen_by(actor).filter(source_id=source_id).count() - before


@whole
def request_colours(*, actor: Actor, request_ids: Sequence[UUID], now: datetime, cause: UUID) -> int:
    """The county's code desk sends requests to the province (act code.request); return how many went out."""
    rows = list(ColourRequest.objects.seen_by(actor).select_for_update().filter(id__in=request_ids, state="proposed").order_by("pk"))
    if ColourRequest.objects.seen_by(actor).filter(id__in=request_ids).count() < len(set(request_ids)):
        raise ColourRequest.DoesNotExist
    for row in rows:
        policies.require(actor=actor, act="code.request", area=row.area, now=now)
    if not rows:
        return 0
    policy = policies.clause(rules.CodePolicy, on=clock.local_day(rows[0].area, now), area=rows[0].area)
    due = rules.answer_by(now, policy)
    ids = tuple(row.id for row in rows)
    ColourRequest.objects.seen_by(actor).filter(id__in=ids).update(state="requested", requested_by=actor.id, requested_at=now, answer_by=due)
    event = ColoursRequested(area=rows[0].area.root, first_id=ids[0], request_ids=ids, reason=rows[0].reason, answer_by=due)
    journal.record(event, actor=actor, at=now, caused_by=cause)
    return len(ids)


@whole
def record_answer(*, actor: Actor, request_id: UUID, colour: str, source: str, now: datetime, cause: UUID) -> None:
    """Note what the province answered, with its source; a second answer is refused."""
    row = ColourRequest.objects.seen_by(actor).select_for_update().get(id=request_id)
    policies.require(actor=actor, act="code.request", area=row.area, now=now)
    if colour not in rules.COLOURS:
        raise rules.ColourUnknown(colour=colour)
    if row.state == "answered":
        raise BadInput(field="request", why="answered before")
    row.state, row.colour, row.answer_source, row.answered_at = "answered", colour, source, now
    row.save(update_fields=["state", "colour", "answer_source", "answered_at"])
    late = row.answer_by is not None and now >= row.answer_by
    event = ColourAnswered(area=row.area, request_id=row.id, person_id=row.person_id, colour=colour, late=late)
    journal.record(event, actor=actor, at=now, caused_by=cause)


@whole
def flag_late_answers(*, actor: Actor, area: Area, now: datetime, cause: UUID) -> int:
    """Tell which answers are late, once each; return how many."""
    actor.require(Duty.PROCEDURE, area=area)
    ids = tuple(card.id for card in queries.late(actor=actor, now=now))
    if ids:
        ColourRequest.objects.seen_by(actor).filter(id__in=ids).update(late_at=now)
        event = ColoursLate(area=area, first_id=ids[0], request_ids=ids)
        journal.record(event, actor=actor, at=now, caused_by=cause)
    return len(ids)


@whole
def check_gate(
    *, actor: Actor, area: Area, way: str, now: datetime, person_id: UUID | None = None, release_paper: str = "", pass_text: str = ""
) -> str:
    """Answer a gate: `pass`, `call-desk` or `medical`, and keep the answer without the person.

    A release paper counts when a paper with this number was drawn in the guard's tree; a pass counts by its signature, unless it was withdrawn.
    `person_id` None and no pass: somebody without phone or paper; he is asked to the desk, unless it is an emergency, a fire, or his way home.
    """
    actor.require(Duty.GATE_GUARD, area=area)
    if way not in rules.WAYS:
        raise BadInput(field="way", why="unknown")
    paper = documents.known(actor=actor, kind="release", number=release_paper) if release_paper.strip() else False
    if person_id is not None:
        status = queries.status(actor=actor, person_id=person_id, now=now).status
    else:
        status = queries.status_by_pass(actor=actor, text=pass_text, now=now)
    answer = rules.gate_answer(status=status, way=way, has_release_paper=bool(paper))
    row = GateCheck.objects.create(id=repeated_id(area, "gate-check", actor.id), area=area, way=way, answer=answer, guard_id=actor.id, at=now)
    event = GateAnswered(area=area, check_id=row.id, answer=answer, way=way)
    journal.record(event, actor=actor, at=now, caused_by=None)
    return answer


ISSUERS = (Duty.COMMUNITY_SECRETARY, Duty.CODE_DESK)


@whole
def issue_pass(*, actor: Actor, person_id: UUID, sampled_at: datetime | None, now: datetime) -> str:
    """Issue a pass and return its text: to a resident for himself, or at a desk. Earlier passes stay good until their end; all end when his status changes."""
    card = people.person(actor=actor, person_id=person_id)
    if actor.person_id is None:
        actor.require(*ISSUERS, area=card.area)
    ring = keys.ring()
    content = rules.pass_of(
        pass_id=repeated_id(card.area, "pass", person_id),
        tree=card.area.tree,
        reasons=queries.reasons_ahead(actor=actor, person_id=person_id, now=now),
        sampled_at=sampled_at,
        now=now,
    )
    row = IssuedPass(
        id=content.id, area=card.area, person_id=person_id, status=content.status, key_id=ring.signer, issued_at=now, until=content.until
    )
    row.save(force_insert=True)
    event = PassIssued(area=card.area, pass_id=row.id, person_id=person_id, until=row.until)
    journal.record(event, actor=actor, at=now, caused_by=None)
    return formats.written(content, key_id=ring.signer, seed=ring.signing[ring.signer])


@whole
def forget_passes(*, actor: Actor, area: Area, now: datetime) -> int:
    """Delete passes that have ended; return how many."""
    actor.require(Duty.PROCEDURE, area=area)
    gone, _by_table = IssuedPass.objects.seen_by(actor).filter(area__within=area, until__lte=now).delete()
    return gone
