"""Whoever has not come: a list to call from, with what came of each call, and tasks building by building; and whoever is left out of rounds for a while."""

from django.urls import reverse
from django.utils.translation import gettext as _

from epigrid.field.sampling import queries
from epigrid.field.sampling.actions.exclusions import EXCLUDERS
from epigrid.field.sampling.actions.rounds import REPORTERS
from epigrid.field.sampling.actions.turnout import HANDERS_OUT
from epigrid.field.sampling.rules import CALL_RESULTS, EXCLUDED_FOR
from epigrid.kernel.duties import Duty
from epigrid.registers.people import queries as people
from epigrid.store.doors import Reader
from epigrid.store.shapes import Section, Shape, ask, choices, entry, table, word

SHOWN = 300
"""Rows of people that are shown at once."""


def calls(it: Reader) -> list[Section]:
    """Whoever the newest open round still waits for, building by building, with the masked number, the last call and what came of it."""
    rounds = [card for card in queries.rounds(actor=it.actor) if card.closed_at is None]
    waited = queries.to_remind(actor=it.actor, round_id=rounds[0].id) if rounds else []
    faces = people.faces(actor=it.actor, person_ids=[one.person_id for one in waited[:SHOWN]])
    rows = [
        (
            {"text": faces[one.person_id].masked_name, "sub": faces[one.person_id].file_no, "id": one.person_id},
            faces[one.person_id].home,
            one.masked_phone,
            one.reminded_at or "",
            word("call", one.result) if one.result else "",
        )
        for one in waited[:SHOWN]
        if one.person_id in faces
    ]
    columns = (_("Person"), _("Home"), _("Phone"), _("Called"), _("What came of it"))
    bulk: Shape | None = None
    if rounds and it.actor.duties & {*REPORTERS, Duty.PHONE_OPERATOR}:
        acts = [{"label": word("call", result), "name": "result", "value": result, "needs_selection": True} for result in CALL_RESULTS]
        hidden = [("round_id", rounds[0].id), ("channel", "phone")]
        bulk = {"name": "person_ids", "url": reverse("sampling.remind"), "hidden": hidden, "acts": acts}
    text = _("Whoever is sampled, exempt or away is on this list no more. A call reminds; nothing follows from it.")
    sections = [Section(tiles=[{"label": _("Still waited for"), "value": len(waited)}], text=text)]
    if rounds and it.actor.duties & set(HANDERS_OUT):
        otherwise = _("Nobody is sent; the list stays.")
        form = ask(
            "sampling.hand-out-remaining",
            _("A task of each unit where somebody is missing"),
            label=_("Hand out"),
            ids={"round_id": rounds[0].id},
            text=_("The grid worker of the unit gets it; it ends with the round."),
            otherwise=otherwise,
        )
        sections.append(Section(decisions=[form]))
    return [*sections, Section(table=table(_("To call"), columns, rows, _("Nobody is waited for"), bulk=bulk))]


def exclusions(it: Reader) -> list[Section]:
    """Whoever is left out of rounds: why, until when; a form to add one and a button to end one."""
    living = queries.exclusions(actor=it.actor, on=it.now)[:SHOWN]
    faces = people.faces(actor=it.actor, person_ids=[one.person_id for one in living])
    shown = [one for one in living if one.person_id in faces]
    rows = [
        (
            {"text": faces[one.person_id].masked_name, "sub": faces[one.person_id].file_no},
            faces[one.person_id].home,
            word("excluded", one.reason),
            one.until,
        )
        for one in shown
    ]
    listing = table(_("Left out of rounds"), (_("Person"), _("Home"), _("Why"), _("Until")), rows, _("Nobody is left out"))
    text = _("In rounds before the end he is exempt. It binds nobody: who comes to a table is sampled all the same.")
    sections = [Section(text=text, table=listing)]
    if it.actor.duties & set(EXCLUDERS):
        inputs = [
            entry("file_no", _("File number"), longest=40),
            entry("reason", _("Why"), "select", options=choices("excluded", EXCLUDED_FOR)),
            entry("until", _("Until"), "moment"),
        ]
        new = ask(
            "sampling.exclude",
            _("Leave somebody out of rounds"),
            label=_("Leave out"),
            inputs=inputs,
            otherwise=_("He is asked for as everybody else."),
        )
        ends = [
            ask(
                "sampling.end-exclusion",
                _("%(name)s is left out") % {"name": f"{faces[one.person_id].masked_name} {faces[one.person_id].file_no}"},
                label=_("End it now"),
                ids={"exclusion_id": one.id},
                due=one.until,
            )
            for one in shown[:20]
        ]
        sections.append(Section(decisions=[new, *ends]))
    return sections
