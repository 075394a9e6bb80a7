"""Verbs of sampling."""

from epigrid.field.sampling.actions.boxes import receive_box, send_box
from epigrid.field.sampling.actions.rounds import add_late, close_round, open_round, report_roll, strike_off
from epigrid.field.sampling.actions.tests import TestOrder, end_later_tests, end_tests, flag_missed_tests, note_results, order_tests
from epigrid.field.sampling.actions.tubes import close_tube, fill_tube, open_tube, take_swabs, withdraw_swab

__all__ = [
    "TestOrder",
    "add_late",
    "close_round",
    "close_tube",
    "end_later_tests",
    "end_tests",
    "fill_tube",
    "flag_missed_tests",
    "note_results",
    "open_round",
    "open_tube",
    "order_tests",
    "receive_box",
    "report_roll",
    "send_box",
    "strike_off",
    "take_swabs",
    "withdraw_swab",
]
