"""The whole chain on the mini world: from a positive pool to the last release, through the real actions, runner and clock."""

from datetime import timedelta
from uuid import UUID

import pytest

from epigrid.field.codes import queries as codes
from epigrid.field.laboratory import actions as laboratory
from epigrid.field.sampling import actions as sampling
from epigrid.field.sampling import queries as sampled
from epigrid.field.tasks import queries as tasks
from epigrid.kernel.duties import Duty
from epigrid.kernel.periods import Period
from epigrid.playbooks import daily, runner
from epigrid.playbooks.tables import STEPS
from epigrid.response.quarantine import actions as quarantine
from epigrid.response.quarantine import queries as measures
from epigrid.response.tracing import actions as tracing
from epigrid.response.tracing import queries as traced
from epigrid.store import clock, journal, sheets
from epigrid.store.models import Fact, Hearing
from tests import cast
from tests.cast import COMMUNITY, DAY, HOUR, MONDAY, TREE

pytestmark = pytest.mark.scenario
TABLE = cast.actor(Duty.REGISTRAR, Duty.SAMPLER)
LAB = cast.actor(Duty.LABORATORY)
ALL = cast.procedure()


class Play:
    """Plays people on the mini world; each act through the same verbs as pages and API."""

    def __init__(self, world: cast.World) -> None:
        self.world = world
        self.cause = world.root_cause
        self.boxes = 0

    @property
    def now(self):
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
        self.go()


@pytest.fixture
def play(world: cast.World) -> Play:
    return Play(world)


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


def test_s_115_one_positive_tube_makes_one_dispatch_ten_holds_ten_retests_and_no_second_ones(play):
    tube = positive_pool(play)
    issue_holds(play)
    runner.run_until_quiet(STEPS)
    assert len(measures.holds(actor=ALL, tube_id=tube, states=("issued",))) == 10
    assert len(sampled.tests_due(actor=ALL, source_id=tube)) == 10
    assert [card.kind for card in tasks.tasks_of(actor=ALL, source_id=tube)].count("dispatch") == 1
    assert {card.status for card in codes.statuses(actor=ALL, person_ids=play.world.people[:10], now=play.now).values()} == {"hold"}
    assert codes.status(actor=ALL, person_id=play.world.person(10), now=play.now).status == "clear"
    facts = Fact.objects.filter(kind__startswith="quarantine.").count()
    play.read(P1=25.5)
    assert Fact.objects.filter(kind__startswith="quarantine.").count() == facts


def test_variant_a_all_ten_negative_undoes_everything(play):
    positive_pool(play)
    issue_holds(play)
    retest(play, positive=None)
    assert {card.state for card in measures.holds(actor=ALL)} == {"ended"}
    assert not measures.all_active(actor=ALL, now=play.now)
    assert not codes.bound(actor=ALL, now=play.now)
    assert not sampled.tests_due(actor=ALL)
    assert not [card for card in tasks.tasks_of(actor=ALL) if card.state in ("assigned", "accepted") and card.kind in ("tell-hold", "test")]


def test_a_single_positive_starts_everything_at_the_same_moment(play):
    positive_pool(play)
    issue_holds(play)
    retest(play, positive=0)
    case = traced.cases(actor=ALL)[0]
    assert (case.person_id, case.state) == (play.world.person(0), "preliminary")
    kinds = set(Fact.objects.filter(at=play.now).values_list("kind", flat=True))
    assert {"outbreaks.opened", "outbreaks.positive-reported", "quarantine.ambulance-called", "zones.proposed"} <= kinds
    assert len(traced.candidates(actor=ALL, case_id=case.id)) == 9
    assert len([card for card in measures.holds(actor=ALL) if card.active(play.now)]) == 9


def test_the_rest_of_the_tube_is_free_at_once_when_judged_no_contact(play):
    positive_pool(play)
    issue_holds(play)
    retest(play, positive=0)
    investigator = cast.actor(Duty.CDC_INVESTIGATOR)
    for card in traced.candidates(actor=investigator, open_only=True):
        outcome = "close-contact" if card.person_id == play.world.person(1) else "none"
        tracing.judge_candidate(actor=investigator, candidate_id=card.id, outcome=outcome, reason="queue", now=play.now, cause=play.cause)
    play.go()
    assert not [card for card in measures.holds(actor=ALL) if card.active(play.now)]
    order = measures.orders(actor=ALL, kind="site")[0]
    assert (order.person_id, order.state) == (play.world.person(1), "proposed")


def test_nobody_acts_and_no_hold_outlives_its_end(play):
    positive_pool(play)
    issue_holds(play)
    end = measures.holds(actor=ALL)[0].ends_at
    play.go(30)
    assert not measures.all_active(actor=ALL, now=play.now)
    assert {card.end_reason for card in measures.holds(actor=ALL)} == {"lapsed"}
    assert Fact.objects.filter(kind="quarantine.holds-near-end").exists()
    assert {card.ended_at for card in measures.holds(actor=ALL)} == {end}


def test_running_the_runner_twice_changes_nothing_and_every_chain_leads_to_a_beginning(play):
    positive_pool(play)
    issue_holds(play)
    retest(play, positive=0)
    before = (Fact.objects.count(), Hearing.objects.count())
    assert runner.run_until_quiet(STEPS).facts == 0
    assert (Fact.objects.count(), Hearing.objects.count()) == before
    assert not Hearing.objects.filter(parked_at__isnull=False).exists()
    for fact in Fact.objects.order_by("seq"):
        assert journal.causes(fact.id)[-1].caused_by is None
    assert journal.broken_at() is None
    assert HOUR
