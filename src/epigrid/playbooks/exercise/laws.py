"""The laws of counting and of liberty (procedures 2), checked on the run's own rows and facts."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from epigrid.field.codes import queries as coded
from epigrid.field.sampling import actions as sampling
from epigrid.field.sampling import queries as sampled
from epigrid.field.tasks import actions as tasks
from epigrid.field.tasks import queries as tasked
from epigrid.playbooks import runner
from epigrid.playbooks.exercise.stage import Stage
from epigrid.playbooks.tables import STEPS
from epigrid.registers.policies import queries as policies
from epigrid.response.quarantine import queries as measures
from epigrid.response.tracing import queries as traced
from epigrid.response.zones import queries as zoned
from epigrid.response.zones import rules as zone_rules
from epigrid.store import clock, journal, vault
from epigrid.store.models import Document, Fact, Hearing

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
    if "case" not in stage.notes:
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
    """Every fact leads back over its causes to a beginning: a directive, a file, a resident's word, the run, or the clock."""
    facts = {fact.id: fact for fact in Fact.objects.filter(area__within=stage.root)}
    for fact in facts.values():
        steps, current = 0, fact
        while current.caused_by is not None and steps < 500:
            if current.caused_by not in facts:
                yield f"{fact.kind}: cause is not in the journal"
                break
            current, steps = facts[current.caused_by], steps + 1


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
    """No measure without decider, basis, end, served notice, appeal and line; none outlived its end by a minute."""
    cards = measures.holds(actor=stage.director) + measures.orders(actor=stage.director)
    for card in cards:
        if card.state == "proposed" or (card.starts_at is None and card.state == "ended"):
            continue
        missing = [name for name in ("decided_by", "basis", "starts_at", "ends_at", "appeal_body_id", "contact_line") if not getattr(card, name)]
        if missing:
            yield f"{card.kind} {card.id}: without {missing}"
        if card.served_at is None:
            yield f"{card.kind} {card.id}: never served"
        if card.ended_at is not None and card.ends_at is not None and card.ended_at > card.ends_at + MINUTE:
            yield f"{card.kind} {card.id}: outlived its end"
    for zone in zoned.zones(actor=stage.director):
        if zone.state != "proposed" and zone.level in zone_rules.BINDING and (zone.decided_by is None or zone.review_at is None):
            yield f"zone {zone.id}: without decider or review"
        if zone.ended_at is not None and zone.end_reason != "superseded":
            late = [member for member in zoned.members(actor=stage.director, zone_id=zone.id) if member.until and member.until > zone.ended_at]
            if late:
                yield f"zone {zone.id}: {len(late)} people bound after its end"
    decided = {person for zone in zoned.zones(actor=stage.director) for person in _bound_people(stage, zone.id)}
    inside = {person for zone in zoned.zones(actor=stage.director) for person in zoned.residents(actor=stage.director, zone_id=zone.id)}
    for person in decided - inside:
        yield f"bound outside the decided place: {person}"


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
    """The deletion dry run: who could be erased when, and that erasing leaves no readable name (tried on one person and rolled back by the caller's copy)."""
    policy = policies.retention(on=clock.local_day(stage.root, stage.now), area=stage.area)
    ended = {card.person_id for card in measures.orders(actor=stage.director) if card.ended_at is not None}
    stage.tell(f"deletion dry run: {len(ended)} people's case data would go {policy.days_after_end} days after their measures ended")
    if policy.days_after_end <= 0:
        yield "no retention set"
    if vault.erased(sorted(ended)):
        yield "somebody was erased before his time"


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


def files(stage: Stage) -> Iterator[str]:
    """No name, document number or phone stands in any fact."""
    invented = list(stage.community.people[:400])
    for fact in Fact.objects.filter(area__within=stage.root):
        text = str(fact.payload)
        if any(person.document in text or (person.phone and person.phone in text) or person.name in text for person in invented[:40]):
            yield f"{fact.kind}: carries an identity"


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
