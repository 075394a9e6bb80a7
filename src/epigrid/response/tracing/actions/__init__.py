"""Verbs of tracing."""

from epigrid.response.tracing.actions.candidates import NewCandidate, add_candidates, judge_candidate
from epigrid.response.tracing.actions.cases import classify_case, judge_spread, open_case, record_exposure, record_opinion
from epigrid.response.tracing.actions.contacts import Moments, NewDecision, decide_place, follow_contacts
from epigrid.response.tracing.actions.presences import forget_presences, record_presences
from epigrid.response.tracing.actions.referrals import acknowledge_referral, answer_referral, flag_late_referrals, send_referral
from epigrid.response.tracing.actions.sweep_lists import draw_sweep
from epigrid.response.tracing.actions.sweeps import Named, NewSweep, approve_sweep, ask_sweep, close_sweep, name_listed, note_results
from epigrid.response.tracing.actions.venue_queries import approve_own_window, approve_query, ask_query, run_query

__all__ = [
    "Moments",
    "Named",
    "NewCandidate",
    "NewDecision",
    "NewSweep",
    "acknowledge_referral",
    "add_candidates",
    "answer_referral",
    "approve_own_window",
    "approve_query",
    "approve_sweep",
    "ask_query",
    "ask_sweep",
    "classify_case",
    "close_sweep",
    "decide_place",
    "draw_sweep",
    "flag_late_referrals",
    "follow_contacts",
    "forget_presences",
    "judge_candidate",
    "judge_spread",
    "name_listed",
    "note_results",
    "open_case",
    "record_exposure",
    "record_opinion",
    "record_presences",
    "run_query",
    "send_referral",
]
