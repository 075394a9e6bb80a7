"""Verbs of the laboratory."""

from epigrid.field.laboratory.actions.benches import rank_round, save_columns, set_bench
from epigrid.field.laboratory.actions.checks import agree_correction, ask_correction, refuse_correction, verify_positives
from epigrid.field.laboratory.actions.files import FileReport, import_file, preview_file
from epigrid.field.laboratory.actions.inbox import resolve_unmatched
from epigrid.field.laboratory.actions.plates import CONTROL, fail_plate, lay_plate, send_on, take_over
from epigrid.field.laboratory.actions.results import enter_result, import_messages, import_results
from epigrid.field.laboratory.actions.specimens import register_specimens

__all__ = [
    "CONTROL",
    "FileReport",
    "agree_correction",
    "ask_correction",
    "enter_result",
    "fail_plate",
    "import_file",
    "import_messages",
    "import_results",
    "lay_plate",
    "preview_file",
    "rank_round",
    "refuse_correction",
    "register_specimens",
    "resolve_unmatched",
    "save_columns",
    "send_on",
    "set_bench",
    "take_over",
    "verify_positives",
]
