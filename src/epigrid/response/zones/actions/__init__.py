"""Verbs of zones."""

from epigrid.response.zones.actions.areas import decide_zone, lapse_zones, prolong_zone, propose_zone, report_up
from epigrid.response.zones.actions.days import Known, propose_downgrades, record_infection, record_survey, settle_question
from epigrid.response.zones.actions.downgrades import apply_downgrades, downgrade, flag_overdue, lift_free, rejudge_zones
from epigrid.response.zones.actions.members import admit, end_stay_home, end_superseded, note_told, start_stay_home
from epigrid.response.zones.actions.notices import publish_notice
from epigrid.response.zones.actions.services import place_barrier, remove_barriers, set_service_plan, staff_zone
from epigrid.response.zones.actions.statics import lapse_statics, lift_static, order_static, renew_static

__all__ = [
    "Known",
    "admit",
    "apply_downgrades",
    "decide_zone",
    "downgrade",
    "end_stay_home",
    "end_superseded",
    "flag_overdue",
    "lapse_statics",
    "lapse_zones",
    "lift_free",
    "lift_static",
    "note_told",
    "order_static",
    "place_barrier",
    "prolong_zone",
    "propose_downgrades",
    "propose_zone",
    "publish_notice",
    "record_infection",
    "record_survey",
    "rejudge_zones",
    "remove_barriers",
    "renew_static",
    "report_up",
    "set_service_plan",
    "settle_question",
    "staff_zone",
    "start_stay_home",
]
