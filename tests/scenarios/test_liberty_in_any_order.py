"""The laws of liberty over holds, orders, appeals and zones in any order: people act, act twice, too late or never, and results come as they come."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.core.exceptions import ObjectDoesNotExist
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from epigrid.field.codes import actions as codes
from epigrid.field.codes import queries as coded
from epigrid.field.sampling import actions as sampling
from epigrid.field.sampling import queries as sampled
from epigrid.kernel.actors import Actor
from epigrid.kernel.duties import Duty
from epigrid.kernel.errors import DomainError
from epigrid.playbooks import joins, runner
from epigrid.playbooks.tables import STEPS
from epigrid.registers.people import actions as people
from epigrid.response.quarantine import actions as quarantine
from epigrid.response.quarantine import queries as measures
from epigrid.response.tracing import actions as tracing
from epigrid.response.tracing import queries as traced
from epigrid.response.zones import actions as zones
from epigrid.response.zones import queries as zoned
from tests import cast
from tests.cast import COMMUNITY, DAY, HOUR, MONDAY
from tests.response.stories import SERVICES
from tests.scenarios import liberty
from tests.scenarios.in_any_order import Story, play

pytestmark = pytest.mark.scenario

ALL = cast.procedure()
TABLE = cast.actor(Duty.REGISTRAR, Duty.SAMPLER)
GUARD = cast.actor(Duty.GATE_GUARD)
LEAD = cast.actor(Duty.ZONE_LEAD)
GRIDS = cast.actor(Duty.GRID_WORKER, area=COMMUNITY)
FEW = 6
"""People 0 to 5 of grid 1 are in tubes; 5 is a minor, 4 its guardian."""

heard = st.sampled_from([True, True, True, False])
"""Whether the runner hears what was done before the next thing happens."""


orders_of_opening = st.sampled_from([["staff", "serve", "start"], ["serve", "start", "staff"], ["start"], ["serve", "start"]])


def one_of(*right: Duty) -> st.SearchStrategy[Actor]:
    """Mostly who may decide, sometimes somebody else of the same county."""
    wrong = [Duty.GRID_WORKER, Duty.COMMUNITY_SECRETARY, Duty.CASE_REGISTRAR, Duty.SUBDISTRICT_OFFICE, Duty.LABORATORY]
    return st.sampled_from([*right * 4, *wrong]).map(cast.actor)


def pick(data: st.DataObject, among: Sequence[Any]) -> Any:
    """One of them by its place, so that a story that breaks a law can be read."""
    return among[data.draw(st.integers(0, len(among) - 1))]


class Liberty(Story):
    """Everything that may bind a person on the mini world."""

    def __init__(self, world: cast.World) -> None:
        super().__init__(world)
        self.tubes = 0
        self.caused: set[UUID] = set()
        self.turn = 0
        self.heard = True
        self.waiting: list[UUID] = []

    def do(self, act: Callable[..., Any], heard: bool, **more: Any) -> None:
        """Do an act (a refusal is an answer too, a crash is not), and let the runner hear it or not."""
        try:
            act(now=self.now, cause=self.cause, **more)
        except (DomainError, ObjectDoesNotExist):
            return
        self.hear(heard)

    def hear(self, heard: bool) -> None:
        if heard:
            runner.run_until_quiet(STEPS)
        self.heard = heard

    @initialize(hours=st.sampled_from([None, 0, 2]), case=st.booleans(), area=st.sampled_from(["none", "proposed", "decided", "unled", "served"]))
    def begin(self, hours: int | None, case: bool, area: str) -> None:
        """In the middle: a positive pool, its holds issued or (0 hours) not; perhaps a case; perhaps an area and how far it has come."""
        self.swab(set(range(FEW - 1)), True)
        self.do(sampling.note_results, True, actor=ALL, tube_ids=self.waiting, outcome="positive", at=self.now)
        if hours != 0:
            self.issue_holds(cast.actor(Duty.CDC_DUTY_OFFICER), hours, True)
        if case:
            self.swab({0}, False)
            self.do(sampling.note_results, True, actor=ALL, tube_ids=self.waiting[1:], outcome="positive", at=self.now)
        if area == "none":
            return
        where = {"area": COMMUNITY, "place_ids": [self.world.place("b1/u1")], "wider_reason": ""}
        zone_id = zones.propose_zone(actor=ALL, level="provisional", now=self.now, cause=self.world.root_cause, **where)
        if area != "proposed":
            how = {"directive_id": self.world.directive_id, "expert_line": "as the experts said"}
            self.do(zones.decide_zone, True, actor=cast.actor(Duty.CITY_EOC_OFFICE), zone_id=zone_id, **how)
        if area in ("unled", "served"):
            self._open(zone_id, ["staff", "serve", "start"][area == "unled" :], True)

    # -- results

    @rule(numbers=st.sets(st.integers(0, FEW - 1), min_size=1, max_size=4), pooled=st.booleans())
    def swab(self, numbers: set[int], pooled: bool) -> None:
        """People stand in a pooled tube, or each in one of his own; the result is awaited."""
        for group in [sorted(numbers)] if pooled else [[number] for number in sorted(numbers)]:
            self.tubes += 1
            common = {"actor": TABLE, "now": self.now, "cause": self.cause}
            size = 10 if pooled else 1
            tube_id = sampling.open_tube(area=COMMUNITY, label=f"T{self.tubes}", pool_size=size, **common)
            sampling.take_swabs(tube_id=tube_id, person_ids=[self.world.person(number) for number in group], **common)
            sampling.close_tube(tube_id=tube_id, **common)
            self.waiting.append(tube_id)
        self.hear(True)

    @precondition(lambda self: self.waiting)
    @rule(data=st.data(), outcome=st.sampled_from(["positive", "positive", "negative", "invalid"]), heard=heard)
    def result(self, data: st.DataObject, outcome: str, heard: bool) -> None:
        """A result of any tube, in any order; a later reading may say something else, but two positive runs are final (laboratory.rules.final)."""
        tube_id = pick(data, self.waiting)
        if sampled.tube(actor=ALL, tube_id=tube_id).outcome == "positive":
            outcome = "positive"
        self.do(sampling.note_results, heard, actor=ALL, tube_ids=[tube_id], outcome=outcome, at=self.now)

    @precondition(lambda self: self.positives())
    @rule(data=st.data(), outcome=st.sampled_from(["negative", "negative", "grey", "invalid"]), heard=heard)
    def correct(self, data: st.DataObject, outcome: str, heard: bool) -> None:
        """Two persons of the laboratory agree that a positive was none; it may be read positive again."""
        tube_id = pick(data, self.positives())
        self.do(sampling.note_results, heard, actor=ALL, tube_ids=[tube_id], outcome=outcome, at=self.now)

    def positives(self) -> list[UUID]:
        return [tube_id for tube_id in self.waiting if sampled.tube(actor=ALL, tube_id=tube_id).outcome == "positive"]

    # -- holds

    @precondition(lambda self: measures.holds(actor=ALL, states=("proposed",)))
    @rule(actor=one_of(Duty.CDC_DUTY_OFFICER), hours=st.sampled_from([None, 2, 24, 100]), heard=heard)
    def issue_holds(self, actor: Actor, hours: int | None, heard: bool) -> None:
        ids = [card.id for card in measures.holds(actor=ALL, states=("proposed",))]
        self.do(quarantine.issue_holds, heard, actor=actor, hold_ids=ids, appeal_body_id=self.world.bodies["appeals"], hours=hours)

    @precondition(lambda self: self.living("hold"))
    @rule(data=st.data(), actor=one_of(Duty.CDC_DUTY_OFFICER), verb=st.sampled_from(["tell", "extend", "end"]), heard=heard)
    def change_hold(self, data: st.DataObject, actor: Actor, verb: str, heard: bool) -> None:
        card = pick(data, self.living("hold"))
        if verb == "tell":
            self.do(lambda *, now, cause: quarantine.tell_hold(actor=GRIDS, hold_id=card.id, now=now), heard)
        elif verb == "extend":
            self.do(quarantine.extend_hold, heard, actor=actor, hold_id=card.id, until=self.now + 23 * HOUR, reason="retest late")
        else:
            self.do(quarantine.end_holds, heard, actor=actor, hold_ids=[card.id], reason="mistake")

    # -- cases and orders

    @precondition(lambda self: traced.candidates(actor=ALL, open_only=True))
    @rule(data=st.data(), outcome=st.sampled_from(["close-contact", "close-contact", "exposed", "none"]), heard=heard)
    def judge(self, data: st.DataObject, outcome: str, heard: bool) -> None:
        card = pick(data, traced.candidates(actor=ALL, open_only=True))
        actor = data.draw(one_of(Duty.CDC_INVESTIGATOR))
        self.do(tracing.judge_candidate, heard, actor=actor, candidate_id=card.id, outcome=outcome, reason="queue")

    @precondition(lambda self: traced.cases(actor=ALL))
    @rule(data=st.data(), outcome=st.sampled_from(["asymptomatic", "confirmed", "excluded"]), heard=heard)
    def classify(self, data: st.DataObject, outcome: str, heard: bool) -> None:
        case = pick(data, traced.cases(actor=ALL))
        self.do(tracing.record_opinion, False, actor=cast.actor(Duty.EXPERT_GROUP), case_id=case.id, outcome=outcome)
        self.do(tracing.classify_case, heard, actor=cast.actor(Duty.CASE_REGISTRAR), case_id=case.id)

    @precondition(lambda self: measures.orders(actor=ALL, states=("proposed",)))
    @rule(data=st.data(), actor=one_of(Duty.COUNTY_EOC_OFFICER), heard=heard)
    def issue_order(self, data: st.DataObject, actor: Actor, heard: bool) -> None:
        card = pick(data, measures.orders(actor=ALL, states=("proposed",)))
        bodies = {"body_id": self.world.bodies["county"], "appeal_body_id": self.world.bodies["appeals"]}
        self.do(quarantine.issue_orders, heard, actor=actor, order_ids=[card.id], directive_id=self.world.directive_id, **bodies)

    @precondition(lambda self: self.living("site", "home", "treatment"))
    @rule(data=st.data(), verb=st.sampled_from(["serve", "serve", "admit", "release"]), heard=heard)
    def change_order(self, data: st.DataObject, verb: str, heard: bool) -> None:
        card = pick(data, self.living("site", "home", "treatment"))
        if verb == "serve":
            self.do(quarantine.serve_order, heard, actor=cast.actor(Duty.COMMUNITY_SECRETARY), order_id=card.id)
        elif verb == "admit":
            self.do(quarantine.admit, heard, actor=cast.actor(Duty.HOSPITAL), order_id=card.id)
        else:
            results = joins.results_of(actor=ALL, person_ids=[card.person_id], area=COMMUNITY).get(card.person_id, [])
            cdc = {"actor": cast.actor(Duty.CDC_INVESTIGATOR), "body_id": self.world.bodies["cdc"]}
            self.do(quarantine.release, heard, order_id=card.id, results=results, environment_negative=True, **cdc)

    # -- appeals

    @precondition(lambda self: self.living("hold", "site", "home", "treatment"))
    @rule(data=st.data(), upheld=st.booleans(), heard=heard)
    def appeal(self, data: st.DataObject, upheld: bool, heard: bool) -> None:
        """The person appeals; a reviewer answers, or the decider himself tries to."""
        card = pick(data, self.living("hold", "site", "home", "treatment"))
        me = Actor.resident(card.person_id)
        appeal_id = quarantine.file_appeal(actor=me, measure_id=card.id, ground="wrong-person", now=self.now)
        self.hear(heard)
        reviewer = data.draw(one_of(Duty.APPEALS_REVIEWER))
        self.do(quarantine.decide_appeal, heard, actor=reviewer, appeal_id=appeal_id, upheld=upheld, answer="we looked again")

    # -- zones

    @rule(level=st.sampled_from(["provisional", "high"]), unit=st.sampled_from(["b1/u1", "b1/u2"]), data=st.data(), heard=heard)
    def propose_zone(self, level: str, unit: str, data: st.DataObject, heard: bool) -> None:
        """A new area, or a high one that grows from an earlier one, on the same place or another."""
        before = [None, *(card.id for card in zoned.zones(actor=ALL, levels=("provisional",)))]
        where = {"area": COMMUNITY, "place_ids": [self.world.place(unit)], "wider_reason": "", "level": level}
        earlier = pick(data, before) if level == "high" else None
        self.do(zones.propose_zone, heard, actor=cast.actor(Duty.CDC_INVESTIGATOR), from_zone_id=earlier, **where)

    @precondition(lambda self: zoned.zones(actor=ALL, states=("proposed",)))
    @rule(data=st.data(), actor=one_of(Duty.CITY_EOC_OFFICE), hours=st.sampled_from([-1, 6, 48]), heard=heard)
    def decide_zone(self, data: st.DataObject, actor: Actor, hours: int, heard: bool) -> None:
        card = pick(data, zoned.zones(actor=ALL, states=("proposed",)))
        how = {"directive_id": self.world.directive_id, "expert_line": "as the experts said", "review_at": self.now + timedelta(hours=hours)}
        self.do(zones.decide_zone, heard, actor=actor, zone_id=card.id, **how)

    @precondition(lambda self: zoned.zones(actor=ALL))
    @rule(data=st.data(), verbs=orders_of_opening, heard=heard)
    def serve_zone(self, data: st.DataObject, verbs: list[str], heard: bool) -> None:
        """Lead, services and duty, in any order: the duty is refused before the others stand."""
        self._open(pick(data, zoned.zones(actor=ALL)).id, verbs, heard)

    def _open(self, zone_id: UUID, verbs: list[str], heard: bool) -> None:
        for verb in verbs:
            if verb == "staff":
                named = {"actor": cast.actor(Duty.SUBDISTRICT_OFFICE), "role": "lead", "user_id": cast.user_id(Duty.ZONE_LEAD)}
                zones.staff_zone(zone_id=zone_id, **named)
            elif verb == "serve":
                self.do(zones.set_service_plan, heard, actor=LEAD, zone_id=zone_id, owners=SERVICES, hotline="000-1")
            else:
                self.do(zones.start_stay_home, heard, actor=LEAD, zone_id=zone_id)

    @precondition(lambda self: zoned.zones(actor=ALL))
    @rule(data=st.data(), number=st.integers(0, 23), heard=heard)
    def come_home(self, data: st.DataObject, number: int, heard: bool) -> None:
        """A guard lets somebody in, who lives there or not."""
        zone_id = pick(data, zoned.zones(actor=ALL)).id
        self.do(zones.admit, heard, actor=GUARD, zone_id=zone_id, person_id=self.world.person(number))

    @precondition(lambda self: zoned.zones(actor=ALL, states=("active",)))
    @rule(data=st.data(), actor=one_of(Duty.CITY_EOC_OFFICE), heard=heard)
    def downgrade(self, data: st.DataObject, actor: Actor, heard: bool) -> None:
        zone_id = pick(data, zoned.zones(actor=ALL, states=("active",))).id
        self.do(zones.downgrade, heard, actor=actor, zone_id=zone_id, directive_id=self.world.directive_id, early_reason="experts: no spread")

    # -- people, time, gates

    @precondition(lambda self: zoned.zones(actor=ALL, states=("active",)))
    @rule(number=st.sampled_from([0, 1, 6, 12, 13]), room=st.sampled_from(["b1/u1/f1/r1", "b1/u2/f1/r1"]), heard=heard)
    def move_house(self, number: int, room: str, heard: bool) -> None:
        people.move_person(actor=GRIDS, person_id=self.world.person(number), dwelling_id=self.world.place(room), now=self.now)
        self.hear(heard)

    @precondition(lambda self: self.now < MONDAY + 12 * DAY)
    @rule(hours=st.sampled_from([1, 7, 25, 60]), watched=st.booleans())
    def time_passes(self, hours: int, watched: bool) -> None:
        """With the clock's own steps at each due moment, or with nobody and nothing acting at all."""
        self.go(timedelta(hours=hours), watched=watched)
        self.heard = self.heard or watched

    @rule(number=st.integers(0, 23), way=st.sampled_from(["home", "medical", "fire"]), paper=st.booleans())
    def at_a_gate(self, number: int, way: str, paper: bool) -> None:
        """The way home, an emergency and a fire are never refused, with or without phone."""
        answer = codes.check_gate(actor=GUARD, area=COMMUNITY, way=way, now=self.now, person_id=self.world.person(number) if paper else None)
        assert answer == ("medical" if way == "medical" else "pass")

    @rule()
    def hear_twice(self) -> None:
        self.hear(True)
        before = self.written()
        assert runner.run_until_quiet(STEPS).facts == 0
        assert self.written() == before

    def living(self, *kinds: str) -> list[measures.MeasureCard]:
        """Measures issued or served, past their end or not."""
        cards = measures.holds(actor=ALL, states=("issued", "served")) + measures.orders(actor=ALL, states=("issued", "served"))
        return [card for card in cards if card.kind in kinds]

    # -- laws

    @invariant()
    def laws(self) -> None:
        now, world = self.now, self.world
        broken = [*liberty.of_measures(world, now, heard=self.heard), *liberty.of_zones(world, now, heard=self.heard)]
        broken += [*liberty.of_statuses(world, now, heard=self.heard), *liberty.of_causes(self.caused)]
        if self.heard:
            broken += liberty.of_calls(world, now)
            assert runner.parked() == []
        assert not broken, "\n".join(broken)

    @invariant()
    def each_in_his_turn_reads_everything_about_himself(self) -> None:
        bound = [person for person, _ in coded.bound(actor=ALL, now=self.now)] or self.world.people[:FEW]
        self.turn += 1
        unread = list(liberty.of_reading(bound[self.turn % len(bound)], self.now))
        assert not unread, "\n".join(unread)


def test_nobody_is_bound_without_reason_decider_notice_end_and_appeal(world: cast.World) -> None:
    play(lambda: Liberty(world), examples=16, steps=30)
