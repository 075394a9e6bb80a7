"""Verbs of care."""

from epigrid.field.care.actions.calls import Part, Said, close_calls, plan_calls, record_call
from epigrid.field.care.actions.census import take_census
from epigrid.field.care.actions.exits import ask_exit, grant_exit, note_back, note_out
from epigrid.field.care.actions.requests import (
    answer,
    ask,
    buy,
    call_emergency,
    claim,
    confirm,
    deliver,
    escalate_overdue,
    give_back,
    group_incident,
    link_order,
)

accept = claim
"""Taking a request on, as it was called before there was a lock on it."""

__all__ = [
    "Part",
    "Said",
    "accept",
    "answer",
    "ask",
    "ask_exit",
    "buy",
    "call_emergency",
    "claim",
    "close_calls",
    "confirm",
    "deliver",
    "escalate_overdue",
    "give_back",
    "grant_exit",
    "group_incident",
    "link_order",
    "note_back",
    "note_out",
    "plan_calls",
    "record_call",
    "take_census",
]
