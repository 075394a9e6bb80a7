"""Verbs of quarantine."""

from epigrid.response.quarantine.actions.appeals import decide_appeal, file_appeal
from epigrid.response.quarantine.actions.holds import (
    end_holds,
    extend_hold,
    flag_holds_near_end,
    issue_holds,
    lapse_holds,
    propose_holds,
    settle_holds,
    tell_hold,
)
from epigrid.response.quarantine.actions.orders import (
    NewOrder,
    become_case,
    end_orders_of_case,
    issue_orders,
    lapse_orders,
    propose_order,
    propose_releases,
    record_refusal,
    release,
    serve_order,
)
from epigrid.response.quarantine.actions.regimes import rejudge_orders
from epigrid.response.quarantine.actions.sites import assign_room, leave_room, list_rooms, note_environment, prepare_site, step_site
from epigrid.response.quarantine.actions.transfers import answer_dependants, arrive, depart, disinfect, plan_transfer
from epigrid.response.quarantine.actions.treatment import admit, ambulance_times, call_ambulance, discharge, flag_ambulances

__all__ = [
    "NewOrder",
    "admit",
    "ambulance_times",
    "answer_dependants",
    "arrive",
    "assign_room",
    "become_case",
    "call_ambulance",
    "decide_appeal",
    "depart",
    "discharge",
    "disinfect",
    "end_holds",
    "end_orders_of_case",
    "extend_hold",
    "file_appeal",
    "flag_ambulances",
    "flag_holds_near_end",
    "issue_holds",
    "issue_orders",
    "lapse_holds",
    "lapse_orders",
    "leave_room",
    "list_rooms",
    "note_environment",
    "plan_transfer",
    "prepare_site",
    "propose_holds",
    "propose_order",
    "propose_releases",
    "record_refusal",
    "rejudge_orders",
    "release",
    "serve_order",
    "settle_holds",
    "step_site",
    "tell_hold",
]
