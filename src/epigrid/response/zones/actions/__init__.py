"""Verbs of zones."""

from epigrid.response.zones.actions.areas import decide_zone, downgrade, flag_overdue, lapse_zones, lift_low, prolong_zone, propose_zone, report_up
from epigrid.response.zones.actions.days import propose_downgrades, record_infection, settle_question
from epigrid.response.zones.actions.members import admit, end_stay_home, end_superseded, note_told, start_stay_home
from epigrid.response.zones.actions.notices import publish_notice
from epigrid.response.zones.actions.services import place_barrier, remove_barriers, set_service_plan, staff_zone

__all__ = [
    "admit",
    "decide_zone",
    "downgrade",
    "end_stay_home",
    "end_superseded",
    "flag_overdue",
    "lapse_zones",
    "lift_low",
    "note_told",
    "place_barrier",
    "prolong_zone",
    "propose_downgrades",
    "propose_zone",
    "publish_notice",
    "record_infection",
    "remove_barriers",
    "report_up",
    "set_service_plan",
    "settle_question",
    "staff_zone",
    "start_stay_home",
]
