"""The laws of counting and of liberty (procedures 2), checked on the run's own rows and facts."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import transaction

from epigrid.field.codes import queries as coded
from epigrid.field.codes.events import GateAnswered
from epigrid.field.codes.rules import NEVER_REFUSED
from epigrid.field.sampling import actions as sampling
from epigrid.field.sampling import queries as sampled
from epigrid.field.tasks import actions as tasks
from epigrid.field.tasks import queries as tasked
from epigrid.kernel.actors import Actor
from epigrid.playbooks import joins, runner
from epigrid.playbooks.events import ClockStruck
from epigrid.playbooks.exercise.stage import Stage
from epigrid.playbooks.tables import STEPS
from epigrid.registers.people import actions as people
from epigrid.registers.people import queries as registered
from epigrid.registers.policies import queries as policies
from epigrid.response.quarantine import queries as measures
from epigrid.response.tracing import queries as traced
from epigrid.response.zones import queries as zoned
from epigrid.response.zones import rules as zone_rules
from epigrid.store import clock, extracts, journal
from epigrid.store.models import Document, Fact, Hearing, PersonKey, Secret

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True)
class Law:
    """A law, whether it held, and what broke it."""

    name: str
    held: bool
    found: str


Check = Callable[[Stage], Iterator[str]]


def counting(stage: Stage) -> Iterator[str]:
    """Frozen + late - struck = sum of the classes, from rows and recounted from facts; everybody in exactly one tube list; hand-overs add up."""
    for card in sampled.rounds(actor=stage.director):
        law = sampled.conservation(actor=stage.director, round_id=card.id)
        if not law.holds:
            yield f"round {card.id}: {law.frozen}+{law.late}-{law.struck}, rows {law.by_class}, facts {law.recounted}, double {len(law.doubly_tubed)}"
        custody = sampled.custody(actor=stage.director, round_id=card.id)
        if custody["counted"] + custody["lost"] != custody["sent"]:
            yield f"round {card.id}: hand-overs {custody}"


def truth(stage: Stage) -> Iterator[str]:
    """Scan candidates are the hidden truth: no miss, no extra, the same seconds."""
    if "case" not in stage.notes or not traced.case(actor=stage.director, case_id=stage.notes["case"]).entered_by:
        return
    keys = {person_id: key for key, person_id in stage.people.items()}
    found = {
        keys[card.person_id]: next(row["seconds"] for row in card.evidence if row["source"] == "scan")
        for card in traced.candidates(actor=stage.director, case_id=stage.notes["case"])
        if "scan" in card.sources
    }
    if found != stage.truth.present:
        yield f"missed {sorted(set(stage.truth.present) - set(found))}, extra {sorted(set(found) - set(stage.truth.present))}"


def causes(stage: Stage) -> Iterator[str]:
    """Every fact leads back over its causes to a named human (a decision, a file brought in, a resident's word) or to the clock."""
    facts = {fact.id: fact for fact in Fact.objects.filter(area__within=stage.root).only("id", "kind", "actor_kind", "actor_id", "caused_by")}
    for fact in facts.values():
        broken = _beginning(fact, facts)
        if broken:
            yield f"{fact.kind}: {broken}"


def _beginning(fact: Fact, facts: Mapping[UUID, Fact]) -> str:
    steps = 0
    while fact.caused_by is not None:
        if fact.caused_by not in facts or steps > 500:
            return "its cause is not in the journal"
        fact, steps = facts[fact.caused_by], steps + 1
    human = fact.actor_kind != "procedure" and fact.actor_id is not None
    return "" if human or fact.kind == ClockStruck.kind else f"begins with {fact.kind}, which no human decided"


def runner_twice(stage: Stage) -> Iterator[str]:
    """Running the runner again changes nothing, and nothing is parked."""
    before = (Fact.objects.count(), Hearing.objects.count())
    runner.run_until_quiet(STEPS)
    if (Fact.objects.count(), Hearing.objects.count()) != before:
        yield "the runner did something the second time"
    for told, step, error in runner.parked():
        yield f"parked: {step} on {told.event.kind}: {error}"


def chain(stage: Stage) -> Iterator[str]:
    """The journal's hash chain holds."""
    broken = journal.broken_at()
    if broken is not None:
        yield f"broken at position {broken}"


def liberty(stage: Stage) -> Iterator[str]:
    """No measure without a decider of the right duty, basis, end, served notice, appeal and line; none outlived its end by a minute; the person can read it."""
    for card in _decided(stage):
        missing = [name for name in ("decided_by", "basis", "starts_at", "ends_at", "appeal_body_id", "contact_line") if not getattr(card, name)]
        if missing:
            yield f"{card.kind} {card.id}: without {missing}"
        if card.decided_by is not None and card.decided_by not in _holders(stage, "hold.issue" if card.kind == "hold" else "order.issue"):
            yield f"{card.kind} {card.id}: decided by somebody without the duty"
        if card.served_at is None:
            yield f"{card.kind} {card.id}: never served"
        if card.ended_at is not None and card.ends_at is not None and card.ended_at > card.ends_at + MINUTE:
            yield f"{card.kind} {card.id}: outlived its end"
        own = Actor.resident(card.person_id)
        if card.id not in {mine.id for mine in measures.measures_of(actor=own, person_id=card.person_id)}:
            yield f"{card.kind} {card.id}: the person cannot read it"


def _decided(stage: Stage) -> list[measures.MeasureCard]:
    cards = measures.holds(actor=stage.director) + measures.orders(actor=stage.director)
    return [card for card in cards if card.state != "proposed" and not (card.starts_at is None and card.state == "ended")]


def _holders(stage: Stage, act: str) -> set[UUID]:
    duties = policies.deciders(act=act, area=stage.area, on=clock.local_day(stage.root, stage.plan.starts_at.replace(tzinfo=stage.zone)))
    return {holder for duty in duties for holder in stage.users.get(duty, ())}


def places(stage: Stage) -> Iterator[str]:
    """Every binding area has a decider of the right duty and a review moment; it binds nobody outside its places, and nobody after its end."""
    for zone in zoned.zones(actor=stage.director):
        if zone.state == "proposed" or zone.level not in zone_rules.BINDING:
            continue
        if zone.decided_by not in _holders(stage, "zone.decide") or zone.review_at is None:
            yield f"zone {zone.id}: without decider or review"
        members = zoned.members(actor=stage.director, zone_id=zone.id)
        late = [member for member in members if zone.ended_at and zone.end_reason != "superseded" and member.until and member.until > zone.ended_at]
        if late:
            yield f"zone {zone.id}: {len(late)} people bound after its end"
        outside = {member.person_id for member in members if member.since} - set(zoned.residents(actor=stage.director, zone_id=zone.id))
        if outside:
            yield f"zone {zone.id}: {len(outside)} people bound who do not live in it"


def gates(stage: Stage) -> Iterator[str]:
    """An emergency, a fire exit and the way home were never refused at any gate."""
    for told in journal.facts(actor=stage.director, kinds=[GateAnswered.kind]):
        if told.event.way in NEVER_REFUSED and told.event.answer == "call-desk":  # type: ignore[attr-defined]
            yield f"refused at a gate: {told.event.way}"  # type: ignore[attr-defined]


def _bound_people(stage: Stage, zone_id: UUID) -> set[UUID]:
    return {member.person_id for member in zoned.members(actor=stage.director, zone_id=zone_id) if member.since is not None}


def service(stage: Stage) -> Iterator[str]:
    """No stay-home duty without an active service plan, hotline and lead, from its first minute."""
    for zone in zoned.zones(actor=stage.director):
        if zone.level in zone_rules.BINDING and _bound_people(stage, zone.id):
            plan, lead = zoned.plan(actor=stage.director, zone_id=zone.id), zoned.lead(actor=stage.director, zone_id=zone.id)
            first = min(member.since for member in zoned.members(actor=stage.director, zone_id=zone.id) if member.since is not None)
            if plan is None or lead is None or plan.active_at > first or not plan.hotline:
                yield f"zone {zone.id}: bound before it was served"


def retention(stage: Stage) -> Iterator[str]:
    """The deletion dry run: the real deletion at its moment, looked at, and rolled back. No name stays readable; who lives here has a fresh file."""
    on = clock.local_day(stage.root, stage.now)
    days = policies.retention(on=on, area=stage.area).days_after_end
    lookback = timedelta(days=policies.longest_lookback(on=on, area=stage.area))
    if extracts.visits(area=stage.root, first=on - timedelta(days=60), last=on - lookback - timedelta(days=1)).num_rows:
        yield "presences that no look-back reaches are still there"
    later = stage.now + timedelta(days=days)
    try:
        with transaction.atomic():
            over = joins.retention_over(actor=stage.director, area=stage.root, now=later)
            erased = people.forget_people(actor=stage.director, area=stage.root, person_ids=over, now=later, cause=stage.cause)
            readable = Secret.objects.filter(person_id__in=over).count() + PersonKey.objects.filter(person_id__in=over).count()
            named = sum(bool(card.masked_name or card.masked_phone) for card in registered.people(actor=stage.director, ids=over))
            raise DryRun
    except DryRun:
        stage.tell(
            f"deletion dry run: on {clock.local_day(stage.root, later)} the files of {erased} people would be erased; readable afterwards: {readable}"
        )
    if readable or named or erased != len(over):
        yield f"{readable} values and {named} masks stay readable of {len(over)} people"


class DryRun(Exception):
    """Rolls the dry run back."""


def nothing_left(stage: Stage) -> Iterator[str]:
    """After the end nothing binds and nothing is open (X20)."""
    now = stage.now
    if measures.all_active(actor=stage.director, now=now) or coded.bound(actor=stage.director, now=now):
        yield f"{len(measures.all_active(actor=stage.director, now=now))} measures, {len(coded.bound(actor=stage.director, now=now))} statuses still bind"
    if zoned.active(actor=stage.director, now=now):
        yield "an area is still active"
    if tasked.open_count(actor=stage.director):
        yield f"{tasked.open_count(actor=stage.director)} tasks are open"
    if sampled.tests_due(actor=stage.director, states=("due", "missed")):
        yield f"{len(sampled.tests_due(actor=stage.director, states=('due', 'missed')))} tests are still due"


IDENTITY = re.compile(r"999999\d{8}|1000\d{7}|[^\x00-\x7f]演[^练]")
"""Document numbers, phones and names of invented people; bodies and titles say 演练."""


def files(stage: Stage) -> Iterator[str]:
    """No name, document number or phone stands in any fact."""
    for kind, payload in Fact.objects.filter(area__within=stage.root).values_list("kind", "payload"):
        if IDENTITY.search(json.dumps(payload, ensure_ascii=False)):
            yield f"{kind}: carries an identity"


def exercise_marks(stage: Stage) -> Iterator[str]:
    """Every paper says 演练 in title, number and footer."""
    for paper in Document.objects.filter(area__within=stage.root):
        if not (paper.fields.get("exercise") and "演练" in paper.title and "演练" in paper.number and "演练" in paper.footer):
            yield f"{paper.kind} {paper.number}: not marked"


LAWS: dict[str, Check] = {
    "counting": counting,
    "truth": truth,
    "causes": causes,
    "runner": runner_twice,
    "chain": chain,
    "liberty": liberty,
    "places": places,
    "gates": gates,
    "service": service,
    "retention": retention,
    "nothing-left": nothing_left,
    "files": files,
    "exercise-marks": exercise_marks,
}


def check(stage: Stage, *, finished: bool) -> list[Law]:
    """Check the plan's laws; `nothing-left` only when the run is finished."""
    found = []
    for name in stage.plan.laws:
        if name == "nothing-left" and not finished:
            continue
        broken = list(LAWS[name](stage))
        found.append(Law(name=name, held=not broken, found="; ".join(broken[:5])))
    return found


def end_leftovers(stage: Stage) -> None:
    """At the close of the outbreak: what reminds nobody any more ends with its reason."""
    for card in tasked.tasks_of(actor=stage.director, states=("assigned", "accepted", "done")):
        tasks.end_tasks(actor=stage.director, source_id=card.source_id, reason="outbreak-closed", now=stage.now, cause=stage.cause)
    for due in sampled.tests_due(actor=stage.director, states=("due", "missed")):
        sampling.end_tests(actor=stage.director, area=stage.root, source_id=due.source_id, reason="outbreak-closed", now=stage.now, cause=stage.cause)
