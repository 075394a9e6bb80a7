"""The mini-exercise: one building, one tube, about two hundred facts; each act through the same verbs as pages and API."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from epigrid.field.laboratory import actions as laboratory
from epigrid.field.laboratory import queries as results
from epigrid.field.sampling import actions as sampling
from epigrid.kernel.duties import Duty
from epigrid.kernel.periods import Period
from epigrid.playbooks import daily, runner
from epigrid.playbooks.tables import STEPS
from epigrid.response.quarantine import actions as quarantine
from epigrid.response.quarantine import queries as measures
from epigrid.response.tracing import actions as tracing
from epigrid.response.tracing import queries as traced
from epigrid.store import clock, sheets
from tests import cast
from tests.cast import COMMUNITY, DAY, MONDAY, TREE

TABLE = cast.actor(Duty.REGISTRAR, Duty.SAMPLER)
LAB = cast.actor(Duty.LABORATORY)
SECOND = cast.actor(Duty.LABORATORY, who="second")
ALL = cast.procedure()


class Play:
    """Plays people on the mini world; each act through the same verbs as pages and API."""

    def __init__(self, world: cast.World) -> None:
        self.world = world
        self.cause = world.root_cause
        self.boxes = 0

    @property
    def now(self) -> Any:
        return clock.now(TREE)

    def go(self, hours: float = 0) -> None:
        """Let time pass, doing what falls due on the way, and let the runner hear everything."""
        target = self.now + timedelta(hours=hours)
        runner.run_until_quiet(STEPS)
        while (due := daily.next_due(TREE, self.now)) is not None and due <= target:
            clock.move_to(TREE, due)
            daily.tick(TREE, due)
            runner.run_until_quiet(STEPS)
        clock.move_to(TREE, target)
        daily.tick(TREE, target)
        runner.run_until_quiet(STEPS)

    def tube(self, label: str, people: list[UUID], round_id: UUID | None = None) -> UUID:
        size = 10 if len(people) > 1 else 1
        tube = sampling.open_tube(actor=TABLE, area=COMMUNITY, label=label, pool_size=size, now=self.now, cause=self.cause, round_id=round_id)
        sampling.take_swabs(actor=TABLE, tube_id=tube, person_ids=people, now=self.now, cause=self.cause)
        sampling.close_tube(actor=TABLE, tube_id=tube, now=self.now, cause=self.cause)
        return tube

    def send(self, tubes: list[UUID], labels: list[str]) -> None:
        self.boxes += 1
        box = sampling.send_box(
            actor=TABLE,
            area=COMMUNITY,
            label=f"B{self.boxes}",
            tube_ids=tubes,
            to_body_id=self.world.bodies["lab1"],
            said=len(tubes),
            now=self.now,
            cause=self.cause,
        )
        sampling.receive_box(actor=LAB, box_id=box, labels=labels, now=self.now, cause=self.cause)
        self.go()

    def read(self, **outcomes: float) -> None:
        at = self.now.astimezone(clock.zone(TREE)).strftime("%Y-%m-%d %H:%M:%S")
        lines = ["管号,检测时间,ORF1ab Ct,N Ct"] + [f"{label},{at},{ct or ''},{ct or ''}" for label, ct in outcomes.items()]
        sheet = sheets.read("\n".join(lines).encode("gbk"), "results.csv")
        laboratory.import_results(actor=LAB, body_id=self.world.bodies["lab1"], sheet=sheet, source="lab", now=self.now)
        waits = [card.id for card in results.checks(actor=LAB)]
        if waits:
            laboratory.verify_positives(actor=SECOND, specimen_ids=waits, now=self.now)
        self.go()


def positive_pool(play: Play, size: int = 10) -> UUID:
    """A round, one pool of ten, positive twice; holds issued."""
    round_id = sampling.open_round(
        actor=cast.actor(Duty.COUNTY_EOC_OFFICER),
        area=COMMUNITY,
        reason="chain unclear",
        directive_id=play.world.directive_id,
        window=Period(start=MONDAY, end=MONDAY + DAY),
        now=play.now,
        cause=play.cause,
    )
    tube = play.tube("P1", play.world.people[:size], round_id)
    play.send([tube], ["P1"])
    play.go(1)
    play.read(P1=25.0)
    assert not measures.holds(actor=ALL)
    play.go(0.5)
    play.read(P1=25.5)
    return tube


def issue_holds(play: Play) -> None:
    duty = cast.actor(Duty.CDC_DUTY_OFFICER)
    ids = [card.id for card in measures.holds(actor=duty, states=("proposed",))]
    quarantine.issue_holds(actor=duty, hold_ids=ids, appeal_body_id=play.world.bodies["appeals"], now=play.now, cause=play.cause)
    play.go()


def retest(play: Play, positive: int | None) -> None:
    labels: dict[str, float] = {}
    tubes = []
    for number in range(10):
        for laboratory_no in (1, 2):
            label = f"S{number}x{laboratory_no}"
            tubes.append(play.tube(label, [play.world.person(number)]))
            labels[label] = 24.0 if number == positive else 0
    play.send(tubes, list(labels))
    play.go(1)
    play.read(**labels)
    if positive is not None:
        play.go(0.2)
        play.read(**{label: ct for label, ct in labels.items() if ct})


def judge(play: Play, contact: int = 1) -> None:
    """The investigator judges each tube mate: one is a close contact, the others are free."""
    investigator = cast.actor(Duty.CDC_INVESTIGATOR)
    for card in traced.candidates(actor=investigator, open_only=True):
        outcome = "close-contact" if card.person_id == play.world.person(contact) else "none"
        tracing.judge_candidate(actor=investigator, candidate_id=card.id, outcome=outcome, reason="queue", now=play.now, cause=play.cause)
    play.go()


def play(world: cast.World) -> None:
    """From the round to the end of the last hold; then nobody acts any more and the clocks run out."""
    it = Play(world)
    positive_pool(it)
    issue_holds(it)
    retest(it, positive=0)
    judge(it)
    it.go(30)
