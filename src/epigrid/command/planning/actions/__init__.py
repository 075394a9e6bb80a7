"""Verbs of planning."""

from epigrid.command.planning.actions.assets import check_asset, register_asset
from epigrid.command.planning.actions.capacity import drop_share, set_share
from epigrid.command.planning.actions.days import call_next, draft_sheets, make_slots, put_off
from epigrid.command.planning.actions.home import plan_home, promise_visit
from epigrid.command.planning.actions.plans import (
    Settings,
    add_item,
    except_item,
    finish_item,
    join_round,
    make_plan,
    own_step,
    set_plan,
    start,
)
from epigrid.command.planning.actions.sites import add_site, equip_site, note_temperature, open_site, place_sites, send_building
from epigrid.command.planning.actions.teams import make_teams, name_member

__all__ = [
    "Settings",
    "add_item",
    "add_site",
    "call_next",
    "check_asset",
    "draft_sheets",
    "drop_share",
    "equip_site",
    "except_item",
    "finish_item",
    "join_round",
    "make_plan",
    "make_slots",
    "make_teams",
    "name_member",
    "note_temperature",
    "open_site",
    "own_step",
    "place_sites",
    "plan_home",
    "promise_visit",
    "put_off",
    "register_asset",
    "send_building",
    "set_plan",
    "set_share",
    "start",
]
