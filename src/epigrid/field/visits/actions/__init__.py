"""Verbs of visits."""

from epigrid.field.visits.actions.campaigns import OPENERS, VISITORS, NewCampaign, Seen, close_campaign, close_due, open_campaign, record_visit
from epigrid.field.visits.actions.readings import record_reading
from epigrid.field.visits.actions.routines import Watch, do_item, set_routine, watch
from epigrid.field.visits.actions.series import DECIDERS, Record, decide_review, note_deed

__all__ = [
    "DECIDERS",
    "OPENERS",
    "VISITORS",
    "NewCampaign",
    "Record",
    "Seen",
    "Watch",
    "close_campaign",
    "close_due",
    "decide_review",
    "do_item",
    "note_deed",
    "open_campaign",
    "record_reading",
    "record_visit",
    "set_routine",
    "watch",
]
