"""Verbs of tasks."""

from epigrid.field.tasks.actions.loans import lend_grid
from epigrid.field.tasks.actions.support import NewCall, answer_support, call_for_support, escalate_unanswered
from epigrid.field.tasks.actions.work import (
    OPENERS,
    STEP,
    NewTask,
    Source,
    accept,
    accept_building,
    close_by_fact,
    do,
    do_short_handed,
    end_tasks,
    escalate,
    escalate_overdue,
    give_back,
    open_tasks,
    reopen,
    strike_off,
    verify,
)

__all__ = [
    "OPENERS",
    "STEP",
    "NewCall",
    "NewTask",
    "Source",
    "accept",
    "accept_building",
    "answer_support",
    "call_for_support",
    "close_by_fact",
    "do",
    "do_short_handed",
    "end_tasks",
    "escalate",
    "escalate_overdue",
    "escalate_unanswered",
    "give_back",
    "lend_grid",
    "open_tasks",
    "reopen",
    "strike_off",
    "verify",
]
