"""Verbs of sampling."""

from epigrid.field.sampling.actions.alone import Running, keep_alone, sort_lists, sort_registered
from epigrid.field.sampling.actions.appointments import appoint
from epigrid.field.sampling.actions.boxes import receive_box, send_box
from epigrid.field.sampling.actions.exclusions import (
    end_exclusion,
    exclude,
    forget_exclusions,
)
from epigrid.field.sampling.actions.handover import discard_tube, give_box, take_box
from epigrid.field.sampling.actions.labels import draw_labels
from epigrid.field.sampling.actions.lists import import_list, preview_list
from epigrid.field.sampling.actions.parts import Part, open_part_round
from epigrid.field.sampling.actions.phones import Kept, enter_tubes
from epigrid.field.sampling.actions.premises import note_premises
from epigrid.field.sampling.actions.refusals import note_talk, record_decline, refer_decline
from epigrid.field.sampling.actions.rounds import add_late, close_round, open_round, report_roll, strike_off
from epigrid.field.sampling.actions.scan import ScanReport, scan_back
from epigrid.field.sampling.actions.sites import close_site, hand_over_waste, open_site, place_tube, seal_waste
from epigrid.field.sampling.actions.table import (
    Arrival,
    hand_over_isolated,
    isolate,
    make_codes,
    measure_temperature,
    not_here,
    register,
    stop_measuring,
    take_temperature,
)
from epigrid.field.sampling.actions.tests import TestOrder, end_later_tests, end_tests, flag_missed_tests, note_results, order_tests
from epigrid.field.sampling.actions.tubes import Filling, close_tube, fill_tube, fill_tubes, open_tube, take_swabs, withdraw_swab
from epigrid.field.sampling.actions.turnout import (
    ask_for_callers,
    call_at_half_time,
    hand_out_remaining,
    remind,
)

__all__ = [
    "Arrival",
    "Filling",
    "Kept",
    "Part",
    "Running",
    "ScanReport",
    "TestOrder",
    "add_late",
    "appoint",
    "ask_for_callers",
    "call_at_half_time",
    "close_round",
    "close_site",
    "close_tube",
    "discard_tube",
    "draw_labels",
    "end_exclusion",
    "end_later_tests",
    "end_tests",
    "enter_tubes",
    "exclude",
    "fill_tube",
    "fill_tubes",
    "flag_missed_tests",
    "forget_exclusions",
    "give_box",
    "hand_out_remaining",
    "hand_over_isolated",
    "hand_over_waste",
    "import_list",
    "isolate",
    "keep_alone",
    "make_codes",
    "measure_temperature",
    "not_here",
    "note_premises",
    "note_results",
    "note_talk",
    "open_part_round",
    "open_round",
    "open_site",
    "open_tube",
    "order_tests",
    "place_tube",
    "preview_list",
    "receive_box",
    "record_decline",
    "refer_decline",
    "register",
    "remind",
    "report_roll",
    "scan_back",
    "seal_waste",
    "send_box",
    "sort_lists",
    "sort_registered",
    "stop_measuring",
    "strike_off",
    "take_box",
    "take_swabs",
    "take_temperature",
    "withdraw_swab",
]
