"""The laws of counting (procedures 2) over the real actions in any order: late, twice, contradictory, with tubes lost and boxes miscounted."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from epigrid.field.sampling import actions, queries, rules
from epigrid.field.sampling.actions.rounds import RollEntry
from epigrid.field.sampling.models import Box, RosterRow, Swab
from epigrid.kernel.actors import Actor
from epigrid.kernel.duties import Duty
from epigrid.kernel.periods import Period
from epigrid.playbooks import runner
from epigrid.playbooks.tables import STEPS
from epigrid.registers.people import actions as people
from epigrid.response.tracing import queries as tracing
from epigrid.store.models import Fact
from tests import cast
from tests.cast import COMMUNITY, DAY, HOUR, MONDAY
from tests.scenarios.in_any_order import Story, play

pytestmark = pytest.mark.scenario

TABLE = cast.actor(Duty.REGISTRAR, Duty.SAMPLER)
LAB = cast.actor(Duty.LABORATORY)
ALL = cast.procedure()
WORKERS = (TABLE, cast.actor(Duty.GRID_WORKER), cast.actor(Duty.COMMUNITY_SECRETARY))
"""The second one sees grid 1 (people 0 to 11) only."""
HIGHEST = ("sampled", "exempt", "away", "declined", "unreachable", "open")
SAID = ("exempt", "away", "declined", "unreachable", "elsewhere")
FRAIL = 3
EVERYBODY = range(26)
"""24 people of the register and two who are in none."""

persons = st.lists(st.sampled_from(EVERYBODY), min_size=1, max_size=4, unique=True)
workers = st.integers(0, 2)
earlier = st.integers(0, 5)
twice = st.booleans()
labels = st.sampled_from(["T1", "T2", "T3", "S1", "S2"])
boxes = st.sampled_from(["B1", "B2", "B3"])
seldom = st.sampled_from([set[str]()] * 4 + [{"T2"}, {"T3"}])


@dataclass
class Tube:
    """What the story knows of a tube."""

    size: int
    of_round: bool
    people: list[int] = field(default_factory=list)
    state: str = "open"
    box: str = ""


class Counting(Story):
    """A round. Beside the rows and the facts, a third count is kept here, by nothing but sets."""

    def __init__(self, world: cast.World) -> None:
        super().__init__(world)
        self.tubes: dict[str, Tube] = {}
        self.boxes: dict[str, UUID] = {}
        self.said: dict[int, set[str]] = {number: set() for number in EVERYBODY}
        self.roster, self.late, self.struck = set(range(24)), set[int](), set[int]()
        self.closed = False

    @initialize()
    def open_round(self) -> None:
        worker = cast.actor(Duty.GRID_WORKER)
        people.record_need(actor=worker, person_id=self.world.person(FRAIL), kind="bed-ridden", source="visit", now=MONDAY)
        newcomers = [people.NewPerson(name=f"演新{number}", residence="resident", dwelling_id=self.world.place("b1/u1/f1/r1")) for number in (1, 2)]
        self.ids = list(self.world.people)
        self.round_id = open_round(self.world)
        self.ids += [people.register_person(actor=TABLE, area=COMMUNITY, new=new, source="table", now=MONDAY) for new in newcomers]
        for label, of_round, numbers in (("T1", True, [0, 1, 2]), ("T2", True, [4, 12]), ("S1", False, [0])):
            self.open_tube(label, of_round)
            self.tubes[label].people = numbers
            take_swabs(self.world, label, [self.ids[number] for number in numbers], self.now)
        self._close("T1")
        self._close("S1")

    @rule(number=st.sampled_from(EVERYBODY), twice=twice)
    def add_late(self, number: int, twice: bool) -> None:
        for _ in range(1 + twice):
            fresh = number not in self.roster | self.struck
            why = rules.RoundNotOpen if self.closed else None
            if not self.refused(why, lambda: self._add_late(number)) and fresh:
                self.roster.add(number)
                self.late.add(number)

    def _add_late(self, number: int) -> None:
        new = actions.add_late(actor=TABLE, round_id=self.round_id, person_ids=[self.ids[number]], now=self.now, cause=self.cause)
        assert new == (number not in self.roster | self.struck)

    @rule(number=st.sampled_from(EVERYBODY))
    def strike_off(self, number: int) -> None:
        known = number in self.roster | self.struck
        sampled = number in self.roster and self._class(number) == "sampled"
        why = rules.RoundNotOpen if self.closed else RosterRow.DoesNotExist if not known else rules.AlreadySampled if sampled else None
        act = {"actor": TABLE, "round_id": self.round_id, "person_id": self.ids[number], "reason": "moved", "now": self.now, "cause": self.cause}
        if not self.refused(why, lambda: actions.strike_off(**act)) and number in self.roster:
            self.roster.discard(number)
            self.struck.add(number)

    @rule(numbers=persons, said=st.sampled_from(SAID), worker=workers, hours=earlier, twice=twice)
    def report(self, numbers: list[int], said: str, worker: int, hours: int, twice: bool) -> None:
        """Reports come late by their own moment, and the same upload comes again."""
        seen = self.roster if worker != 1 else self.roster & set(range(12)) | self.roster & {24, 25}
        why = rules.RoundNotOpen if self.closed else None if set(numbers) <= seen else rules.NotOnRoster
        at = self.now - timedelta(hours=hours)
        for _ in range(1 + twice):
            if not self.refused(why, lambda: report(WORKERS[worker], self.round_id, [(self.ids[number], said) for number in numbers], at)):
                for number in numbers:
                    self.said[number].add(said)
        if twice:
            before = Fact.objects.count()
            self.refused(why, lambda: report(WORKERS[worker], self.round_id, [(self.ids[number], said) for number in numbers * 2], at))
            assert Fact.objects.count() == before

    @rule(label=labels, of_round=st.booleans())
    def open_tube(self, label: str, of_round: bool) -> None:
        size = 1 if label.startswith("S") else 10
        known = self.tubes.get(label)
        if known is not None:
            why = rules.LabelTaken if known.of_round != of_round else None
        else:
            why = rules.RoundNotOpen if of_round and self.closed else None
        round_id = self.round_id if of_round else None
        if not self.refused(why, lambda: open_tube(self.world, label, size, self.now, round_id)):
            self.tubes.setdefault(label, Tube(size=size, of_round=of_round))

    @rule(data=st.data(), twice=twice)
    def swab(self, data: st.DataObject, twice: bool) -> None:
        """Anybody, and whoever stood in a lost tube first of all."""
        lost = [number for tube in self.tubes.values() if tube.state == "lost" for number in tube.people]
        numbers = data.draw(st.lists(st.sampled_from([*lost * 5, *EVERYBODY]), min_size=1, max_size=8))
        label = data.draw(st.sampled_from(sorted(self.tubes)))
        tube = self.tubes[label]
        for _ in range(1 + twice):
            fresh = [number for number in dict.fromkeys(numbers) if number not in tube.people]
            if not self.refused(
                self._why_no_swab(tube, fresh), lambda: take_swabs(self.world, label, [self.ids[number] for number in numbers], self.now)
            ):
                tube.people += fresh

    @rule(label=labels, numbers=persons, twice=twice)
    def fill(self, label: str, numbers: list[int], twice: bool) -> None:
        """A whole tube in one go, by people who may be anywhere already."""
        size, ids = 1 if label.startswith("S") else 10, [self.ids[number] for number in numbers]
        for _ in range(1 + twice):
            known = self.tubes.get(label)
            if known is not None:
                why = rules.LabelTaken if known.state == "open" or known.people != numbers or not known.of_round else None
            else:
                why = rules.RoundNotOpen if self.closed else self._why_no_swab(Tube(size=size, of_round=True), numbers)
            if not self.refused(why, lambda: fill_tube(self.world, label, size, ids, self.now, self.round_id)):
                self.tubes.setdefault(label, Tube(size=size, of_round=True, people=list(numbers), state="closed"))

    def _why_no_swab(self, tube: Tube, fresh: list[int]) -> type[Exception] | None:
        if tube.state != "open":
            return rules.TubeNotOpen
        if len(tube.people) + len(fresh) > tube.size:
            return rules.TubeFull
        for number in fresh if tube.of_round else ():
            if number not in self.roster:
                return rules.NotOnRoster
            if self._tubes_of(number):
                return rules.AlreadySampled
            if number == FRAIL and tube.size > 1:
                return rules.NeverPooled
        return None

    @precondition(lambda self: any(tube.people for tube in self.tubes.values()))
    @rule(data=st.data())
    def withdraw(self, data: st.DataObject) -> None:
        label = data.draw(st.sampled_from(sorted(label for label, tube in self.tubes.items() if tube.people)))
        tube = self.tubes[label]
        number = data.draw(st.sampled_from(tube.people))
        why = None if tube.state == "open" else rules.TubeNotOpen
        act = {"tube_id": tube_id(label), "person_id": self.ids[number], "now": self.now, "cause": self.cause}
        if not self.refused(why, lambda: actions.withdraw_swab(actor=TABLE, **act)):
            tube.people.remove(number)

    @rule(data=st.data())
    def close_tube(self, data: st.DataObject) -> None:
        self._close(data.draw(st.sampled_from(sorted(self.tubes))))

    def _close(self, label: str) -> None:
        tube = self.tubes[label]
        why = rules.TubeEmpty if tube.state == "open" and not tube.people else None
        if (
            not self.refused(why, lambda: actions.close_tube(actor=TABLE, tube_id=tube_id(label), now=self.now, cause=self.cause))
            and tube.state == "open"
        ):
            tube.state = "closed"

    @precondition(lambda self: any(tube.state == "closed" for tube in self.tubes.values()))
    @rule(data=st.data(), box=boxes, odd=seldom, wrong=st.sampled_from([0, 0, 0, 0, 0, 0, 1, -1]), twice=twice)
    def send(self, data: st.DataObject, box: str, odd: set[str], wrong: int, twice: bool) -> None:
        """A box of the closed tubes, of this round or not; the spoken count may be wrong, a tube may not be closed, and the same box may come again."""
        some = {label for label, tube in self.tubes.items() if tube.state == "closed"} ^ (odd & set(self.tubes))
        why = rules.CountDiffers if wrong else rules.TubeElsewhere if any(self.tubes[label].state != "closed" for label in some) else None
        for _ in range(1 + twice):
            if box in self.boxes:
                why = None
            if not some or self.refused(why, lambda: self._send(box, some, len(some) + wrong)) or box in self.boxes:
                continue
            self.boxes[box] = Box.objects.seen_by(ALL).get(label=box).id
            for label in some:
                self.tubes[label].state, self.tubes[label].box = "sent", box
            if data.draw(st.booleans()):
                self._receive(box, data.draw(st.sets(st.sampled_from(sorted(some)), max_size=1)))

    def _send(self, box: str, some: set[str], said: int) -> None:
        ids = [tube_id(label) for label in sorted(some)]
        lab = self.world.bodies["lab1"]
        actions.send_box(actor=TABLE, area=COMMUNITY, label=box, tube_ids=ids, to_body_id=lab, said=said, now=self.now, cause=self.cause)

    @precondition(lambda self: any(tube.state == "sent" for tube in self.tubes.values()))
    @rule(data=st.data(), twice=twice)
    def receive(self, data: st.DataObject, twice: bool) -> None:
        box = data.draw(st.sampled_from(sorted(self.boxes)))
        missed = data.draw(st.sets(st.sampled_from(sorted(label for label, tube in self.tubes.items() if tube.box == box)), max_size=1))
        for _ in range(1 + twice):
            self._receive(box, missed)

    def _receive(self, box: str, missed: set[str]) -> None:
        found = {label for label, tube in self.tubes.items() if tube.box == box} - missed
        missing = actions.receive_box(actor=LAB, box_id=self.boxes[box], labels=sorted(found), now=self.now, cause=self.cause)
        for label, tube in self.tubes.items():
            if tube.box == box and tube.state == "sent":
                tube.state = "received" if label in found else "lost"
        assert set(missing) == {label for label, tube in self.tubes.items() if tube.box == box and tube.state == "lost"}

    @precondition(lambda self: any(tube.state in ("received", "lost") for tube in self.tubes.values()))
    @rule(data=st.data(), outcome=st.sampled_from(["negative", "positive", "invalid", "grey"]), twice=twice)
    def read(self, data: st.DataObject, outcome: str, twice: bool) -> None:
        """A reading, also of a tube that was said to be lost."""
        label = data.draw(st.sampled_from(sorted(label for label, tube in self.tubes.items() if tube.state in ("received", "lost"))))
        for _ in range(1 + twice):
            actions.note_results(actor=ALL, tube_ids=[tube_id(label)], outcome=outcome, at=self.now, now=self.now, cause=self.cause)

    @rule(hours=st.sampled_from([1, 2, 5]))
    def time_passes(self, hours: int) -> None:
        self.go(timedelta(hours=hours))
        self.closed = self.closed or self.now >= MONDAY + DAY

    @precondition(lambda self: self.now > MONDAY + 6 * HOUR)
    @rule()
    def close_round(self) -> None:
        officer = cast.actor(Duty.COUNTY_EOC_OFFICER)
        counts = actions.close_round(actor=officer, round_id=self.round_id, now=self.now, cause=self.cause)
        assert sum(counts.values()) == len(self.roster)
        self.closed = True

    @rule()
    def hear_twice(self) -> None:
        runner.run_until_quiet(STEPS)
        before = self.written()
        assert runner.run_until_quiet(STEPS).facts == 0
        assert self.written() == before
        assert runner.parked() == []

    def _tubes_of(self, number: int) -> list[str]:
        return [label for label, tube in self.tubes.items() if tube.of_round and number in tube.people and tube.state != "lost"]

    def _class(self, number: int) -> str:
        said = {"sampled" if word == "elsewhere" else word for word in self.said[number]} | {"open"}
        return min(said | ({"sampled"} if self._tubes_of(number) else set()), key=HIGHEST.index)

    @invariant()
    def each_person_has_one_row_with_the_highest_class_of_all_facts(self) -> None:
        rows = queries.roll_call(actor=ALL, round_id=self.round_id).rows
        assert len({row.person_id for row in rows}) == len(rows) == len(self.roster) + len(self.struck)
        found = {row.person_id: row.state for row in rows if not row.struck}
        assert found == {self.ids[number]: self._class(number) for number in self.roster}

    @invariant()
    def frozen_and_late_less_struck_is_the_sum_of_the_classes_by_two_sources(self) -> None:
        law = queries.conservation(actor=ALL, round_id=self.round_id)
        assert law.holds, law
        assert (law.frozen, law.late, law.struck) == (24, len(self.late), len(self.struck))
        assert {name: count for name, count in law.by_class.items() if count} == Counter(self._class(number) for number in self.roster)

    @invariant()
    def who_was_sampled_here_is_in_exactly_one_tube_list(self) -> None:
        rows = queries.roll_call(actor=ALL, round_id=self.round_id).rows
        here = {row.person_id for row in rows if row.way == "here"}
        lists = Swab.objects.seen_by(ALL).filter(round_id=self.round_id, withdrawn_at__isnull=True, lost=False)
        assert sorted(lists.values_list("person_id", flat=True)) == sorted(here)
        assert here == {self.ids[number] for number in EVERYBODY if self._tubes_of(number)}

    @invariant()
    def counted_and_lost_is_sent(self) -> None:
        custody = queries.custody(actor=ALL, round_id=self.round_id)
        mine = {tube.box for tube in self.tubes.values() if tube.box and tube.of_round}
        sent = [tube.state for tube in self.tubes.values() if tube.box in mine]
        assert (custody["sent"], custody["said"], custody["lost"]) == (len(sent), len(sent), sent.count("lost"))
        assert custody["counted"] + custody["lost"] == custody["sent"] - sent.count("sent")


def open_round(world: cast.World) -> UUID:
    return actions.open_round(
        actor=cast.actor(Duty.COUNTY_EOC_OFFICER),
        area=COMMUNITY,
        reason="chain unclear",
        directive_id=world.directive_id,
        window=Period(start=MONDAY, end=MONDAY + DAY),
        now=MONDAY,
        cause=world.root_cause,
    )


def tube_id(label: str) -> UUID:
    found = queries.ids_by_label(actor=ALL, tree="mini", labels=[label])
    return found[label]


def open_tube(world: cast.World, label: str, size: int, now: datetime, round_id: UUID | None) -> None:
    actions.open_tube(actor=TABLE, area=COMMUNITY, label=label, pool_size=size, now=now, cause=world.root_cause, round_id=round_id)


def fill_tube(world: cast.World, label: str, size: int, ids: list[UUID], now: datetime, round_id: UUID) -> None:
    it = {"area": COMMUNITY, "now": now, "cause": world.root_cause, "round_id": round_id}
    actions.fill_tube(actor=TABLE, label=label, pool_size=size, person_ids=ids, **it)


def take_swabs(world: cast.World, label: str, ids: list[UUID], now: datetime) -> None:
    actions.take_swabs(actor=TABLE, tube_id=tube_id(label), person_ids=ids, now=now, cause=world.root_cause)


def report(worker: Actor, round_id: UUID, said: list[tuple[UUID, str]], now: datetime) -> int:
    entries = [RollEntry(person_id=person, state=state, proof="lab, 07:00" if state == "elsewhere" else "") for person, state in said]
    cause = cast.World().root_cause if not said else Fact.objects.get(kind="organisation.directive-issued").id
    return actions.report_roll(actor=worker, round_id=round_id, entries=entries, now=now, cause=cause)


def test_a_round_adds_up_whatever_happens_in_whatever_order(world: cast.World) -> None:
    play(lambda: Counting(world), examples=20, steps=40)


uploads = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2), st.sampled_from([*SAID, "swab"])), min_size=2, max_size=8)


@settings(max_examples=30, suppress_health_check=list(HealthCheck))
@given(said=uploads, seed=st.randoms(use_true_random=False))
def test_the_same_reports_in_another_order_and_twice_end_in_the_same_classes(world: cast.World, said: list[tuple[int, int, str]], seed) -> None:
    other = [*said, *said]
    seed.shuffle(other)
    assert outcome(world, said) == outcome(world, other)


def outcome(world: cast.World, said: list[tuple[int, int, str]]) -> list[tuple[UUID, str, str, bool]]:
    """Rows of the people after the reports, each upload on its own; then everything is taken back."""
    with transaction.atomic():
        round_id = open_round(world)
        for number, worker, state in said:
            person = world.person(number)
            if state != "swab":
                report(WORKERS[worker], round_id, [(person, state)], MONDAY)
                continue
            open_tube(world, f"P{number}", 1, MONDAY, round_id)
            take_swabs(world, f"P{number}", [person], MONDAY)
        rows = queries.roll_call(actor=ALL, round_id=round_id).rows
        assert queries.conservation(actor=ALL, round_id=round_id).holds
        transaction.set_rollback(True)
    return sorted((row.person_id, row.state, row.way, row.contradicted) for row in rows)


@pytest.mark.parametrize("corrected", [False, True])
def test_a_single_tube_said_to_be_lost_and_then_read_positive_opens_a_case(world: cast.World, corrected: bool) -> None:
    """Its person stays open in the round, but a positive tube that was found again is not silence, even if the reading is corrected before anybody hears it."""
    round_id, person = open_round(world), world.person(0)
    fill_tube(world, "S1", 1, [person], MONDAY, round_id)
    sent = {"tube_ids": [tube_id("S1")], "to_body_id": world.bodies["lab1"], "now": MONDAY, "cause": world.root_cause}
    box = actions.send_box(actor=TABLE, area=COMMUNITY, label="B", said=1, **sent)
    actions.receive_box(actor=LAB, box_id=box, labels=[], now=MONDAY, cause=world.root_cause)
    for outcome in ("positive", "negative")[: 1 + corrected]:
        actions.note_results(actor=ALL, tube_ids=[tube_id("S1")], outcome=outcome, at=MONDAY, now=MONDAY, cause=world.root_cause)
    runner.run_until_quiet(STEPS)
    assert runner.parked() == []
    assert [(case.sampled_at, case.tube_id) for case in tracing.cases(actor=ALL, person_id=person)] == [(MONDAY, tube_id("S1"))]
    assert [reading.outcome for reading in queries.readings_of(actor=ALL, person_id=person)] == ["positive"][corrected:]
    assert {row.person_id: row.state for row in queries.roll_call(actor=ALL, round_id=round_id).rows}[person] == "open"
