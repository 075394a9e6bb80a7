"""One valid body for every act of the machine door, with the duty that may do it: what the inherited tests of each endpoint are made from.

`CASES[operation]` prepares the mini world and gives the body. An operation that is not listed here fails the tests.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from epigrid.kernel.duties import Duty
from tests import cast
from tests.cast import COMMUNITY, COUNTY
from tests.command.planning import ground
from tests.doors import walked
from tests.doors.gated import _bought, _call, _calls, _claimed, _exit, _guard, _post, _turn
from tests.doors.prepared import (
    _account,
    _admitted,
    _ambulance,
    _announced,
    _appeal,
    _arriving,
    _barrier,
    _classified,
    _colour,
    _correction,
    _decided,
    _delegation,
    _directive,
    _entry,
    _exposure,
    _housed,
    _issued,
    _joint,
    _lifted,
    _message,
    _need,
    _newcomer,
    _outbreak,
    _person,
    _phone,
    _query,
    _referral,
    _report,
    _request,
    _reviewable,
    _reviewed,
    _served,
    _short,
    _site,
    _staffed,
    _sweep,
    _swept,
    _task,
    _trip,
    _unfit,
    _worker,
)
from tests.doors.sampled import (
    _apart,
    _asked_correction,
    _at,
    _box,
    _consignment,
    _declined,
    _excluded,
    _given,
    _measuring,
    _plate,
    _read_run,
    _round,
    _scanned,
    _specimens,
    _stall,
    _tube,
    _unmatched,
)
from tests.response import stories

World = cast.World


Body = dict[str, Any]


@dataclass(frozen=True)
class Case:
    """Who may do it, and how the world and the body are made."""

    duty: Duty
    body: Callable[[World], Body]


D = Duty


CASES: dict[str, Case] = {
    "organisation.issue-directive": Case(D.COUNTY_EOC_OFFICER, lambda w: {
        "body_id": w.bodies["county"], "area": COUNTY, "title": "演练 third", "acts": ["round.open"], "basis": "演练", "ends_at": _at(24)}),
    "organisation.acknowledge": Case(D.COMMUNITY_SECRETARY, lambda w: {"directive_id": _directive(w), "body_id": w.bodies["community"]}),
    "organisation.withdraw": Case(D.COUNTY_EOC_OFFICER, lambda w: {"directive_id": _directive(w), "reason": "replaced"}),
    "places.confirm-alias": Case(D.PLACE_REGISTRAR, lambda w: {"place_id": w.place("b1/u1"), "name": "演练花圆小区1号楼1单元", "source": "2022年第1号"}),
    "places.take-risk-list": Case(D.CDC_DUTY_OFFICER, lambda w: {
        "area": COUNTY, "version": "2022112108", "at": _at(0), "listed": [{"county": "内蒙古自治区/呼和浩特市/回民区", "place": "演练小区", "level": "high"}]}),
    "people.enter-day-register": Case(D.COMMUNITY_SECRETARY, lambda w: {
        "area": COMMUNITY, "source": "list",
        "entries": [{"person_id": _person(w), "category": "abroad", "since": "2022-11-21", "until": "2022-11-23"}]}),
    "people.claim-entries": Case(D.GRID_WORKER, lambda w: {"area": _entry(w)}),
    "people.register-person": Case(D.REGISTRAR, lambda w: {"area": COMMUNITY, "name": "演新来", "dwelling_id": w.place("b1/u1/f1/r1")}),
    "people.ask-correction": Case(D.GRID_WORKER, lambda w: {"person_id": _person(w), "field": "phone"}),
    "people.move-person": Case(D.GRID_WORKER, lambda w: {"person_id": _person(w), "dwelling_id": w.place("b1/u1/f3/r2")}),
    "people.mark-departed": Case(D.GRID_WORKER, lambda w: {"person_id": _person(w)}),
    "people.record-need": Case(D.GRID_WORKER, lambda w: {"person_id": _person(w), "kind": "mobility", "source": "visit"}),
    "people.end-need": Case(D.GRID_WORKER, lambda w: {"need_id": _need(w)}),
    "people.name-guardian": Case(D.GRID_WORKER, lambda w: {"person_id": _person(w, 1), "guardian_id": _person(w, 0)}),
    "policies.delegate-hold": Case(D.COUNTY_EOC_OFFICER, lambda w: {
        "area": COMMUNITY, "directive_id": w.directive_id, "to_holder_id": cast.user_id(D.COMMUNITY_SECRETARY), "max_hours": 6, "until": _at(24)}),
    "policies.end-delegation": Case(D.COUNTY_EOC_OFFICER, lambda w: {"delegation_id": _delegation(w)}),
    "people.decide-correction": Case(D.COMMUNITY_SECRETARY, lambda w: {"correction_id": _correction(w), "value": "10000009999", "reason": "called"}),
    "workforce.start-shift": Case(D.COMMUNITY_SECRETARY, lambda w: {"worker_id": _worker(w)}),
    "workforce.end-shift": Case(D.COMMUNITY_SECRETARY, lambda w: {"worker_id": _worker(w, working=True)}),
    "workforce.check-fitness": Case(D.COMMUNITY_SECRETARY, lambda w: {"worker_id": _worker(w), "met": ["temperature", "code"]}),
    "workforce.except-worker": Case(D.COMMUNITY_SECRETARY, lambda w: {"worker_id": _unfit(w), "reason": "nobody else cooks"}),
    "workforce.name-worker": Case(D.COMMUNITY_SECRETARY, lambda w: {"worker_id": _worker(w), "person_id": _person(w)}),
    "workforce.show-test": Case(D.COMMUNITY_SECRETARY, lambda w: {"worker_id": _worker(w), "sampled_at": _at(-1)}),
    "access.break-glass": Case(D.GRID_WORKER, lambda w: {"area": _account(w), "reason": "fire in the stairwell"}),
    "access.invite-phone": Case(D.COMMUNITY_SECRETARY, lambda w: {"user_id": _account(w) and cast.user_id(D.GRID_WORKER), "until": _at(24)}),
    "access.admit-helpers": Case(D.COMMUNITY_SECRETARY, lambda _w: {"area": COMMUNITY, "duty": "sampler", "until": _at(24), "count": 2}),
    "access.revoke-phones": Case(D.COMMUNITY_SECRETARY, lambda w: {"device_ids": [_phone(w)]}),
    "access.raise-limit": Case(D.COMMUNITY_SECRETARY, lambda w: {"device_id": _phone(w), "people_limit": 5000}),
    "passes.issue-pass": Case(D.COMMUNITY_SECRETARY, lambda w: {"person_id": _person(w)}),
    "access.make-slip-code": Case(D.GRID_WORKER, lambda w: {"person_id": _person(w)}),
    "access.review-glass": Case(D.AUDITOR, lambda w: {"grant_id": _reviewable(w), "finding": "needed"}),
    "sampling.open-round": Case(D.COUNTY_EOC_OFFICER, lambda w: {
        "area": COMMUNITY, "reason": "chain unclear", "opens_at": _at(0), "closes_at": _at(12)}),
    "sampling.add-late": Case(D.REGISTRAR, lambda w: {"round_id": _round(w), "person_ids": [_newcomer(w)]}),
    "sampling.strike-off": Case(D.REGISTRAR, lambda w: {"round_id": _round(w), "person_id": _person(w), "reason": "moved-out"}),
    "sampling.report-roll": Case(D.GRID_WORKER, lambda w: {"round_id": _round(w), "entries": [{"person_id": _person(w), "state": "away"}]}),
    "sampling.import-list": Case(D.GRID_WORKER, lambda w: {"round_id": _round(w)}),
    "sampling.scan-back": Case(D.GRID_WORKER, lambda w: _scanned(w)),
    "sampling.report-class": Case(D.GRID_WORKER, lambda w: {"round_id": _round(w), "person_ids": [_person(w)], "state": "away"}),
    "sampling.close-round": Case(D.COUNTY_EOC_OFFICER, lambda w: {"round_id": _round(w)}),
    "sampling.open-tube": Case(D.REGISTRAR, lambda w: {"area": COMMUNITY, "label": "T9", "pool_size": 10, "round_id": _round(w)}),
    "sampling.fill-tube": Case(D.REGISTRAR, lambda w: {
        "area": COMMUNITY, "label": "S9", "pool_size": 1, "round_id": _round(w), "file_nos": ["mini-0000"]}),
    "sampling.upload": Case(D.REGISTRAR, lambda w: {"area": COMMUNITY, "round_id": _round(w), "tubes": [
        {"command_id": "t1", "label": "U1", "pool_size": 10, "file_nos": ["mini-0000", "mini-0001"]}]}),
    "sampling.enter-tube": Case(D.REGISTRAR, lambda w: {"area": COMMUNITY, "round_id": _round(w), "label": "P1", "pool_size": 10, "opened_at": _at(0),
        "closed_at": _at(0), "people": [{"person_id": _person(w, one), "means": "paper", "at": _at(0)} for one in (0, 1)]}),
    "sampling.take-swabs": Case(D.REGISTRAR, lambda w: {"tube_id": _tube(w), "person_ids": [_person(w), _person(w, 1)]}),
    "sampling.at-table": Case(D.REGISTRAR, lambda w: {"tube_id": _tube(w), "file_nos": ["mini-0000", "mini-0001"], "close": True}),
    "sampling.withdraw-swab": Case(D.REGISTRAR, lambda w: {"tube_id": _tube(w, 0), "person_id": _person(w)}),
    "sampling.close-tube": Case(D.REGISTRAR, lambda w: {"tube_id": _tube(w, 0)}),
    "sampling.send-box": Case(D.SAMPLER, lambda w: {
        "area": COMMUNITY, "label": "B9", "tube_ids": [_tube(w, 0, close=True)], "to_body_id": w.bodies["lab1"], "said": 1}),
    "sampling.measure-temperature": Case(D.COMMUNITY_SECRETARY, lambda w: {"round_id": _round(w)}),
    "sampling.stop-measuring": Case(D.COMMUNITY_SECRETARY, lambda w: {"round_id": _measuring(w)}),
    "sampling.take-temperature": Case(D.SAMPLER, lambda w: {"round_id": _round(w), "person_id": _person(w), "celsius": "36.5"}),
    "sampling.isolate": Case(D.SAMPLER, lambda w: {"round_id": _round(w), "person_id": _person(w), "site_id": _stall(w)}),
    "sampling.hand-over-isolated": Case(D.SAMPLER, lambda w: {"isolation_id": _apart(w), "handed_to": "演练120"}),
    "sampling.register": Case(D.REGISTRAR, lambda w: {"round_id": _round(w), "person_ids": [_person(w)], "means": "paper", "table": "1"}),
    "sampling.not-here": Case(D.REGISTRAR, lambda w: {"round_id": _round(w), "person_ids": [_person(w), _person(w, 1)], "why": "vacant"}),
    "sampling.make-codes": Case(D.REGISTRAR, lambda w: {"person_ids": [_person(w)]}),
    "sampling.open-site": Case(D.REGISTRAR, lambda w: {"round_id": _round(w), "name": "东门"}),
    "sampling.seal-waste": Case(D.REGISTRAR, lambda w: {"site_id": _stall(w), "code": "W1", "kilograms": "2.40"}),
    "sampling.hand-over-waste": Case(D.REGISTRAR, lambda w: {"site_id": _stall(w, bag="W1"), "codes": ["W1"], "taken_by": "演练医废车"}),
    "sampling.close-site": Case(D.REGISTRAR, lambda w: {"site_id": _stall(w), "done": ["doffing", "disinfection"]}),
    "sampling.give-box": Case(D.SAMPLER, lambda w: {"box_id": _box(w), "leg": "vehicle", "count": 1, "seal": "F-1", "celsius": "4.5"}),
    "sampling.take-box": Case(D.COURIER, lambda w: {"box_id": _given(w), "leg": "vehicle", "labels": ["T1"], "seal": "F-1"}),
    "sampling.discard-tube": Case(D.SAMPLER, lambda w: {"tube_id": _tube(w, 0), "code": "frozen"}),
    "sampling.draw-labels": Case(D.REGISTRAR, lambda w: {"area": COMMUNITY, "kind": "tube", "count": 30}),
    "sampling.remind": Case(D.GRID_WORKER, lambda w: {"round_id": _round(w), "person_ids": [_person(w)], "channel": "phone"}),
    "sampling.hand-out-remaining": Case(D.COMMUNITY_SECRETARY, lambda w: {"round_id": _round(w)}),
    "sampling.exclude": Case(D.COMMUNITY_SECRETARY, lambda w: {"file_no": "mini-0000", "reason": "medical", "until": _at(24)}),
    "sampling.end-exclusion": Case(D.COMMUNITY_SECRETARY, lambda w: {"exclusion_id": _excluded(w)}),
    "sampling.appoint": Case(D.GRID_WORKER, lambda w: {"person_ids": [_person(w)], "day": "2022-11-22", "purpose": "travel"}),
    "sampling.open-part-round": Case(D.COUNTY_EOC_OFFICER, lambda w: {
        "area": COMMUNITY, "reason": "around the shop", "opens_at": _at(0), "closes_at": _at(12), "grids": [cast.GRID1]}),
    "sampling.record-decline": Case(D.GRID_WORKER, lambda w: {"round_id": _round(w), "person_id": _person(w), "code": "fear"}),
    "sampling.note-talk": Case(D.GRID_WORKER, lambda w: {"refusal_id": _declined(w), "talk": "explanation"}),
    "sampling.refer-decline": Case(D.COMMUNITY_SECRETARY, lambda w: {"refusal_id": _declined(w, talked=True), "why": "asks for a doctor's word"}),
    "sampling.note-premises": Case(D.REGISTRAR, lambda w: {"round_id": _round(w), "place_id": w.place("shop"), "reason": "closed"}),
    "sampling.receive-box": Case(D.LABORATORY, lambda w: {"box_id": _box(w), "labels": ["T1"]}),
    "laboratory.import-results": Case(D.LABORATORY, lambda w: {"body_id": w.bodies["lab1"]}),
    "laboratory.resolve": Case(D.LABORATORY, lambda w: {"unmatched_id": _unmatched(w), "reason": "another county's tube"}),
    "laboratory.enter-result": Case(D.LABORATORY, lambda w: {
        "body_id": w.bodies["lab1"], "label": _specimens(w, "T7") and "T7", "tested_at": _at(-1), "stated": "negative"}),
    "laboratory.verify": Case(D.LABORATORY, lambda w: {"specimen_ids": _specimens(w, "T7", "T8", outcome="positive")}),
    "laboratory.ask-correction": Case(D.LABORATORY, lambda w: {"run_id": _read_run(w), "stated": "negative", "reason": "wrong tube typed"}),
    "laboratory.agree-correction": Case(D.LABORATORY, lambda w: {"run_id": _asked_correction(w)}),
    "laboratory.refuse-correction": Case(D.LABORATORY, lambda w: {"run_id": _asked_correction(w)}),
    "laboratory.set-bench": Case(D.TESTING_FORCE, lambda w: {"body_id": w.bodies["lab1"], "tubes_per_day": 4000, "overflow_id": w.bodies["lab2"]}),
    "laboratory.save-heading": Case(D.LABORATORY, lambda w: {"body_id": w.bodies["lab1"], "heading": "条码", "field": "label"}),
    "laboratory.rank-round": Case(D.TESTING_FORCE, lambda w: {"body_id": w.bodies["lab1"], "round_id": _round(w), "rank": 1}),
    "laboratory.lay-plate": Case(D.LABORATORY, lambda w: {
        "body_id": w.bodies["lab1"], "label": "P9", "wells": 96, "tubes": ["-", *(_specimens(w, "T7") and ["T7"])]}),
    "laboratory.fail-plate": Case(D.LABORATORY, lambda w: {"plate_id": _plate(w), "reason": "negative control came up"}),
    "laboratory.send-on": Case(D.LABORATORY, lambda w: {
        "body_id": w.bodies["lab1"], "to_body_id": w.bodies["lab2"], "labels": _specimens(w, "T7") and ["T7"], "said": 1}),
    "laboratory.take-over": Case(D.LABORATORY, lambda w: {"consignment_id": _consignment(w), "labels": ["T7"]}),
    "codes.check-gate": Case(D.GATE_GUARD, lambda _w: {"way": "home"}),
    "codes.request-colours": Case(D.CODE_DESK, lambda w: {"request_ids": [_colour(w)]}),
    "codes.record-answer": Case(D.CODE_DESK, lambda w: {"request_id": _colour(w, "requested"), "colour": "red", "source": "province"}),
    "tasks.accept": Case(D.GRID_WORKER, lambda w: {"task_ids": [_task(w)]}),
    "tasks.do": Case(D.GRID_WORKER, lambda w: {"task_id": _task(w), "evidence": "call", "value": "told"}),
    "tasks.do-short-handed": Case(D.GRID_WORKER, lambda w: {
        "task_id": _joint(w), "value": "signed", "present": ["medic"], "reason": "the officer is ill"}),
    "tasks.check": Case(D.COMMUNITY_SECRETARY, lambda w: {"task_id": _task(w, "done")}),
    "tasks.reopen": Case(D.COMMUNITY_SECRETARY, lambda w: {"task_id": _task(w, "done"), "reason": "not told"}),
    "tasks.accept-building": Case(D.GRID_WORKER, lambda w: {"place_id": walked._building(w)}),
    "tasks.give-back": Case(D.GRID_WORKER, lambda w: {"task_id": walked._accepted(w), "reason": "rest-due"}),
    "tasks.escalate": Case(D.GRID_WORKER, lambda w: {"task_id": _task(w), "reason": "danger"}),
    "tasks.call-for-support": Case(D.GRID_WORKER, lambda _w: {
        "area": cast.GRID1, "need": "people", "number": 2, "starts_at": _at(0), "ends_at": _at(8)}),
    "tasks.answer-support": Case(D.COMMUNITY_SECRETARY, lambda w: {
        "request_id": walked._call(w), "body_id": w.bodies["community"], "state": "accepted", "persons": 2}),
    "tasks.lend-grid": Case(D.GRID_WORKER, lambda w: {"area": cast.GRID1, "helper": walked._colleague(w)}),
    "care.ask": Case(D.GRID_WORKER, lambda w: {"person_id": _person(w), "kind": "medicine"}),
    "care.call-emergency": Case(D.GRID_WORKER, lambda w: {"person_id": _person(w)}),
    "care.accept": Case(D.GRID_WORKER, lambda w: {"request_id": _request(w)}),
    "care.answer": Case(D.GRID_WORKER, lambda w: {"request_id": _request(w), "answer": "brought"}),
    "care.confirm": Case(D.GRID_WORKER, lambda w: {"request_id": _request(w, "answered")}),
    "care.group-incident": Case(D.GRID_WORKER, lambda w: {"request_ids": [_request(w)]}),
    "care.take-census": Case(D.GRID_WORKER, lambda w: {
        "zone_id": _decided(w), "households": [{"household_id": w.households[0], "inside": 2, "needs": ["medicine"]}]}),
    "care.claim": Case(D.GRID_WORKER, lambda w: {"request_id": _request(w)}),
    "care.give-back": Case(D.GRID_WORKER, lambda w: {"request_id": _claimed(w), "reason": "sold-out"}),
    "care.buy": Case(D.GRID_WORKER, lambda w: {"request_id": _claimed(w), "amount_cents": 4250, "receipt": "No. 17"}),
    "care.deliver": Case(D.GRID_WORKER, lambda w: {"request_id": _bought(w)}),
    "care.ask-exit": Case(D.GRID_WORKER, lambda w: {"person_id": _person(w), "reason": "dialysis", "urgency": "planned"}),
    "care.grant-exit": Case(D.COMMUNITY_SECRETARY, lambda w: {"exit_id": _exit(w)}),
    "care.note-exit-out": Case(D.GRID_WORKER, lambda w: {"exit_id": _exit(w, "granted"), "vehicle": "V1"}),
    "care.note-exit-back": Case(D.GRID_WORKER, lambda w: {"exit_id": _exit(w, "out")}),
    "care.plan-calls": Case(D.COMMUNITY_SECRETARY, lambda _w: {
        "area": COMMUNITY, "reason": "household-survey", "parts": [{"part": "A", "leader_id": cast.user_id(D.COMMUNITY_SECRETARY)}],
        "callers": [{"part": "A", "caller_id": cast.user_id(D.PHONE_OPERATOR)}]}),
    "care.close-calls": Case(D.COMMUNITY_SECRETARY, lambda w: {"round_id": _calls(w)}),
    "care.record-call": Case(D.PHONE_OPERATOR, lambda w: {"item_id": _call(w), "result": "reached", "health": "well"}),
    "entry.set-up-post": Case(D.COMMUNITY_SECRETARY, lambda w: {"place_id": w.place("c1"), "kind": "gate", "name": "演练南门"}),
    "entry.check": Case(D.GATE_GUARD, lambda w: {"post_id": _post(w), "way": "pass"}),
    "entry.close-post": Case(D.COMMUNITY_SECRETARY, lambda w: {"post_id": _post(w)}),
    "entry.plan-shift": Case(D.COMMUNITY_SECRETARY, lambda w: {
        "post_id": _post(w), "worker_id": _guard(), "starts_at": _at(0), "ends_at": _at(8)}),
    "entry.drop-shift": Case(D.COMMUNITY_SECRETARY, lambda w: {"turn_id": _turn(w)}),
    "entry.note-passage": Case(D.GATE_GUARD, lambda w: {"post_id": _post(w), "way": "pass", "answer": "pass"}),
    "entry.note-vehicle": Case(D.GATE_GUARD, lambda w: {"post_id": _post(w), "kind": "delivery", "company": "演练快递"}),
    "entry.enter-paper-page": Case(D.GATE_GUARD, lambda w: {"post_id": _post(w), "number": 1, "day": "2022-11-21", "passages": 40, "vehicles": 2}),
    "entry.hand-over": Case(D.GATE_GUARD, lambda w: {"post_id": _post(w), "passages": 12, "vehicles_inside": 1, "matters": ["delivery-waits"]}),
    "antigen.issue-kits": Case(D.GRID_WORKER, lambda w: {"household_ids": [w.households[0]], "kits": 2}),
    "antigen.report-results": Case(D.GRID_WORKER, lambda w: {"person_ids": [w.person(0)], "result": "positive", "channel": "phone"}),
    "visits.open-campaign": Case(D.COMMUNITY_SECRETARY, lambda _w: {"area": COMMUNITY, "reason": "演练", "closes_at": _at(24)}),
    "visits.record-visit": Case(D.GRID_WORKER, lambda w: {
        "visit_id": walked._visit(w), "result": "met", "changes": ["baby"], "needs": [{"person_id": _person(w), "need": "alone"}]}),
    "visits.close-campaign": Case(D.COMMUNITY_SECRETARY, lambda w: {"campaign_id": walked._campaign(w), "reason": "all visited"}),
    "visits.record-reading": Case(D.GRID_WORKER, lambda w: {"person_id": _person(w), "celsius": "36.6", "channel": "phone"}),
    "visits.set-routine": Case(D.COUNTY_EOC_OFFICER, lambda _w: {
        "area": COUNTY, "target": "home", "items": [{"item": "巡查", "starts": "08:00", "ends": "09:00"}], "basis": "演练", "until": _at(48)}),
    "visits.do-item": Case(D.GRID_WORKER, lambda w: walked._item(w)),
    "visits.decide-review": Case(D.COMMUNITY_SECRETARY, lambda w: {"review_id": walked._review(w), "decision": "confirmed"}),
    "outbreaks.acknowledge-report": Case(D.CITY_EOC_OFFICE, lambda w: {"report_id": _report(w)}),
    "outbreaks.close": Case(D.COUNTY_EOC_OFFICER, lambda w: {"outbreak_id": _outbreak(w)}),
    "tracing.record-opinion": Case(D.EXPERT_GROUP, lambda w: {"case_id": stories.case(w), "outcome": "asymptomatic"}),
    "tracing.classify": Case(D.CASE_REGISTRAR, lambda w: {"case_id": _classified(w)}),
    "tracing.judge-spread": Case(D.CDC_INVESTIGATOR, lambda w: {"case_id": _classified(w), "spread": False, "reason": "was inside"}),
    "tracing.add-candidates": Case(D.CDC_INVESTIGATOR, lambda w: {
        "case_id": stories.case(w), "found": [{"person_id": _person(w, 4), "said": "dinner", "last_exposure_at": _at(-3)}]}),
    "tracing.judge-candidate": Case(D.CDC_INVESTIGATOR, lambda w: {
        "candidate_id": stories.candidate(w, stories.case(w), 4), "outcome": "close-contact", "reason": "same table for an hour"}),
    "tracing.record-exposure": Case(D.CDC_INVESTIGATOR, lambda w: {
        "case_id": stories.case(w), "starts_at": _at(-9), "ends_at": _at(-8), "place_ids": [w.place("shop")], "basis": "interview"}),
    "tracing.ask-query": Case(D.CDC_INVESTIGATOR, lambda w: {"exposure_id": _exposure(w), "purpose": "shop"}),
    "tracing.add-named": Case(D.CDC_INVESTIGATOR, lambda w: {
        "case_id": stories.case(w), "file_no": "mini-0004", "said": "dinner", "last_exposure_at": _at(-3)}),
    "tracing.ask-window": Case(D.CDC_INVESTIGATOR, lambda w: {
        "case_id": stories.case(w), "starts_at": _at(-9), "ends_at": _at(-8), "purpose": "shop"}),
    "tracing.approve-query": Case(D.CDC_DUTY_OFFICER, lambda w: {"query_id": _query(w)}),
    "tracing.send-referral": Case(D.CDC_INVESTIGATOR, lambda w: {
        "case_id": stories.case(w), "to_area": "next county", "last_exposure_at": _at(-3)}),
    "tracing.acknowledge-referral": Case(D.CDC_INVESTIGATOR, lambda w: {"referral_id": _referral(w)}),
    "tracing.answer-referral": Case(D.CDC_INVESTIGATOR, lambda w: {"referral_id": _referral(w), "answer": "in quarantine there"}),
    "tracing.ask-sweep": Case(D.CDC_INVESTIGATOR, lambda w: {
        "exposure_id": _exposure(w), "sector": "couriers", "place_ids": [w.place("shop")], "starts_at": _at(-24), "ends_at": _at(0),
        "reason": "the case works there", "results_due_at": _at(48)}),
    "tracing.approve-sweep": Case(D.CDC_DUTY_OFFICER, lambda w: {"sweep_id": _sweep(w)}),
    "tracing.name-listed": Case(D.CDC_INVESTIGATOR, lambda w: {
        "sweep_id": _sweep(w), "place_id": w.place("shop"), "list_name": "workers", "file_nos": ["mini-0004"], "elsewhere": 2}),
    "tracing.note-results": Case(D.GRID_WORKER, lambda w: {
        "sweep_id": _sweep(w, drawn=True), "person_ids": [_person(w)], "result": "away", "reason": "at his sister's"}),
    "tracing.close-sweep": Case(D.CDC_INVESTIGATOR, lambda w: {"sweep_id": _sweep(w, drawn=True, noted=True)}),
    "tracing.decide-place": Case(D.CDC_INVESTIGATOR, lambda w: {
        "exposure_id": _swept(w), "place_id": w.place("shop"), "measure": "none", "reason": "closed since Friday"}),
    "quarantine.issue-holds": Case(D.CDC_DUTY_OFFICER, lambda w: {"hold_ids": stories.holds(w)}),
    "quarantine.tell-hold": Case(D.GRID_WORKER, lambda w: {"hold_id": stories.issued(w)[0]}),
    "quarantine.extend-hold": Case(D.CDC_DUTY_OFFICER, lambda w: {"hold_id": _short(w), "until": _at(20), "reason": "a laboratory is late"}),
    "quarantine.end-holds": Case(D.CDC_DUTY_OFFICER, lambda w: {"hold_ids": stories.issued(w)[:1], "reason": "ended-early"}),
    "quarantine.issue-orders": Case(D.COUNTY_EOC_OFFICER, lambda w: {"order_ids": [stories.order(w)]}),
    "quarantine.serve-order": Case(D.COMMUNITY_SECRETARY, lambda w: {"order_id": _issued(w)}),
    "quarantine.record-refusal": Case(D.COMMUNITY_SECRETARY, lambda w: {"order_id": _issued(w), "offer": "own room, medicine brought"}),
    "quarantine.release": Case(D.CDC_DUTY_OFFICER, lambda w: {"order_id": _served(w)}),
    "quarantine.file-appeal": Case(D.GRID_WORKER, lambda w: {"measure_id": _served(w), "ground": "no-contact"}),
    "quarantine.decide-appeal": Case(D.APPEALS_REVIEWER, lambda w: {"appeal_id": _appeal(w), "upheld": True, "answer": "another person"}),
    "quarantine.prepare-site": Case(D.SITE_MANAGER, lambda w: {"place_id": w.place("site")}),
    "quarantine.list-rooms": Case(D.SITE_MANAGER, lambda w: {"site_id": _site(w), "place_ids": [w.place("site/f1/r1")]}),
    "quarantine.step-site": Case(D.SITE_MANAGER, lambda w: {"site_id": _site(w), "step": "cleaned"}),
    "quarantine.note-environment": Case(D.SITE_MANAGER, lambda w: {"site_id": _site(w)}),
    "quarantine.assign-room": Case(D.SITE_MANAGER, lambda w: {"site_id": _site(w, opened=True), "order_id": _served(w)}),
    "quarantine.leave-room": Case(D.SITE_MANAGER, lambda w: {"order_id": _housed(w)}),
    "quarantine.plan-transfer": Case(D.TRANSFER_TEAM, lambda w: {
        "site_id": _site(w, opened=True), "order_ids": [_served(w)], "vehicle": "V1", "seats": 4}),
    "quarantine.answer-dependants": Case(D.TRANSFER_TEAM, lambda w: {"transfer_id": _trip(w)[0], "answer": "nobody stays alone"}),
    "quarantine.depart": Case(D.TRANSFER_TEAM, lambda w: {"transfer_id": _trip(w, "asked")[0]}),
    "quarantine.arrive": Case(D.SITE_MANAGER, lambda w: dict(zip(("transfer_id", "found_order_ids"), _arriving(w), strict=True))),
    "quarantine.disinfect": Case(D.TRANSFER_TEAM, lambda w: {"transfer_id": _trip(w, "arrived")[0]}),
    "quarantine.ambulance-times": Case(D.HOSPITAL, lambda w: {"person_id": _ambulance(w), "departed_at": _at(0.1), "arrived_at": _at(0.3)}),
    "quarantine.admit": Case(D.HOSPITAL, lambda w: {"order_id": _issued(w, "treatment")}),
    "quarantine.discharge": Case(D.HOSPITAL, lambda w: {
        "order_id": _admitted(w), "readings": [{"sampled_at": _at(-40), "ct": 38}, {"sampled_at": _at(-2)}]}),
    "zones.propose": Case(D.CDC_INVESTIGATOR, lambda w: {
        "area": COMMUNITY, "level": "provisional", "place_ids": [w.place("b1/u1")], "case_id": stories.case(w)}),
    "zones.decide": Case(D.CITY_EOC_OFFICE, lambda w: {"zone_id": stories.zone(w), "expert_line": "the stairwell is shared", "review_at": _at(100)}),
    "zones.staff": Case(D.SUBDISTRICT_OFFICE, lambda w: {"zone_id": _decided(w), "role": "lead", "user_id": cast.user_id(D.ZONE_LEAD)}),
    "zones.set-service-plan": Case(D.ZONE_LEAD, lambda w: {"zone_id": _decided(w), "owners": stories.SERVICES, "hotline": "000-1"}),
    "zones.place-barrier": Case(D.ZONE_LEAD, lambda w: {"zone_id": _decided(w), "place_id": w.place("b1/u1"), "exit_note": "stairs open"}),
    "zones.remove-barriers": Case(D.ZONE_LEAD, lambda w: {"zone_id": _barrier(w)}),
    "zones.start-stay-home": Case(D.ZONE_LEAD, lambda w: {"zone_id": _staffed(w)}),
    "zones.note-told": Case(D.ZONE_LEAD, lambda w: {"zone_id": stories.served_zone(w)}),
    "zones.admit": Case(D.GATE_GUARD, lambda w: {"zone_id": _decided(w), "person_id": _person(w)}),
    "zones.downgrade": Case(D.CITY_EOC_OFFICE, lambda w: {"zone_id": _decided(w), "early_reason": "the case was excluded"}),
    "zones.prolong": Case(D.CITY_EOC_OFFICE, lambda w: {"zone_id": _reviewed(w), "review_at": _at(72), "reason": "still open"}),
    "zones.lift-free": Case(D.CITY_EOC_OFFICE, lambda w: {"county": _lifted(w)}),
    "zones.record-survey": Case(D.CDC_INVESTIGATOR, lambda w: {"zone_id": stories.vector_zone(w), "households": 100, "containers": 12}),
    "zones.order-static": Case(D.CITY_EOC_OFFICE, lambda w: {"area": cast.COUNTY, "reason": "spread unclear", "starts_at": _at(1), "review_at": _at(25)}),
    "zones.renew-static": Case(D.CITY_EOC_OFFICE, lambda w: {"order_id": stories.static(w), "review_at": _at(40), "reason": "still unclear"}),
    "zones.lift-static": Case(D.CITY_EOC_OFFICE, lambda w: {"order_id": stories.static(w), "at": _at(2)}),
    "zones.publish-notice": Case(D.CITY_EOC_OFFICE, lambda w: {"zone_ids": [_announced(w)], "effective_at": _at(1)}),
    "messages.mark-read": Case(D.COMMUNITY_SECRETARY, lambda w: {"message_id": _message(w)}),
    "planning.make-plan": Case(D.COMMUNITY_SECRETARY, lambda _w: {"area": COMMUNITY, "title": "演练", "opens_at": _at(22), "closes_at": _at(28)}),
    "planning.set-plan": Case(D.COMMUNITY_SECRETARY, lambda w: {"plan_id": ground.plan(w), "title": "演练", "opens_at": _at(22), "closes_at": _at(28), "queue_limit": 30}),
    "planning.start": Case(D.COMMUNITY_SECRETARY, lambda w: {"plan_id": ground.owned(w)}),
    "planning.add-item": Case(D.COMMUNITY_SECRETARY, lambda w: {"plan_id": ground.plan(w), "part": "preparation", "text": "two tents"}),
    "planning.settle-item": Case(D.COMMUNITY_SECRETARY, lambda w: {"item_id": ground.line(w)}),
    "planning.own-step": Case(D.COMMUNITY_SECRETARY, lambda w: {"item_id": ground.step(w), "owner": "sampler", "at": _at(22)}),
    "planning.place-sites": Case(D.COMMUNITY_SECRETARY, lambda w: {"plan_id": ground.plan(w)}),
    "planning.add-site": Case(D.COMMUNITY_SECRETARY, lambda w: {"plan_id": ground.plan(w), "place_id": w.place("b1")}),
    "planning.send-building": Case(D.COMMUNITY_SECRETARY, lambda w: {
        "site_id": ground.slotted(w), "plan_id": ground.only(), "building_id": w.place("b1")}),
    "planning.equip-site": Case(D.COMMUNITY_SECRETARY, lambda w: {"site_id": ground.slotted(w), "zones": ["waiting"], "lanes": 2}),
    "planning.open-site": Case(D.COMMUNITY_SECRETARY, lambda w: {"site_id": ground.slotted(w)}),
    "planning.note-temperature": Case(D.COMMUNITY_SECRETARY, lambda w: {"site_id": ground.slotted(w), "temperature_c": -15}),
    "planning.set-share": Case(D.COMMUNITY_SECRETARY, lambda w: {"plan_id": ground.plan(w), **ground.share(w), "first_leaves_at": _at(23)}),
    "planning.drop-share": Case(D.COMMUNITY_SECRETARY, lambda w: {"plan_id": ground.shared(w), "body_id": w.bodies["lab1"]}),
    "planning.make-teams": Case(D.COMMUNITY_SECRETARY, lambda w: {"plan_id": ground.plan(w), "fixed": 2}),
    "planning.name-member": Case(D.COMMUNITY_SECRETARY, lambda w: {"team_id": ground.team(w), "worker_id": ground.worker(w), "role": "sampler"}),
    "planning.plan-home": Case(D.COMMUNITY_SECRETARY, lambda w: {"plan_id": ground.visited(w)}),
    "planning.promise-visit": Case(D.COMMUNITY_SECRETARY, lambda w: {"plan_id": ground.visited(w), "place_id": w.place("b1/u1/f2/r1"), "at": _at(24)}),
    "planning.make-slots": Case(D.COMMUNITY_SECRETARY, lambda w: {"plan_id": ground.plan(w, per_lane_hour=60, slot_minutes=15)}),
    "planning.put-off": Case(D.COMMUNITY_SECRETARY, lambda w: {"site_id": ground.slotted(w), "queue": 20}),
    "planning.call-next": Case(D.COMMUNITY_SECRETARY, lambda w: {"site_id": ground.slotted(w), "queue": 3}),
    "planning.register-asset": Case(D.COMMUNITY_SECRETARY, lambda _w: {"area": COMMUNITY, "kind": "tent", "name": "演练帐篷"}),
    "planning.check-asset": Case(D.COMMUNITY_SECRETARY, lambda w: {"asset_id": ground.asset(w), "sound": True}),
}  # fmt: skip
