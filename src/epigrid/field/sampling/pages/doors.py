"""From door to door in a round: the shops in walking order, and refusals with what was tried, for the building's team only."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.utils.translation import gettext as _

from epigrid.field.sampling import queries
from epigrid.field.sampling.actions.refusals import TALKERS
from epigrid.field.sampling.rules import NO_SAMPLE
from epigrid.kernel.duties import Duty
from epigrid.registers.people import queries as people
from epigrid.store.doors import Reader
from epigrid.store.shapes import Section, Shape, ask, choices, entry, option, table, word

SHOWN = 300
"""Rows that are shown at once."""


def shops(it: Reader) -> list[Section]:
    """The shops of the newest round in walking order: who works there as far as known, and what stands of each."""
    rounds = queries.rounds(actor=it.actor)
    listed = queries.shops(actor=it.actor, round_id=rounds[0].id) if rounds else []
    rows = [(one.name, len(one.person_ids), one.sampled, word("shop", one.state)) for one in listed[:SHOWN]]
    columns = (_("Shop"), {"label": _("Workers known"), "numeric": True}, {"label": _("Sampled"), "numeric": True}, _("State"))
    waiting = [one for one in listed if one.state == "open"]
    tiles = [{"label": _("Shops"), "value": len(listed)}, {"label": _("Without a result or a reason"), "value": len(waiting)}]
    sections = [Section(tiles=tiles), Section(table=table(_("Shops in walking order"), columns, rows, _("No shop in the round's area")))]
    if waiting and rounds[0].closed_at is None and it.actor.duties & set(TALKERS):
        inputs = [
            entry("place_id", _("Shop"), "select", options=[option(one.place_id, one.name) for one in waiting[:SHOWN]]),
            entry("reason", _("Why there is no sample"), "select", options=choices("shop", NO_SAMPLE)),
        ]
        ids = {"round_id": rounds[0].id}
        sections.append(Section(decisions=[ask("sampling.note-premises", _("A shop without a sample"), label=_("Note"), ids=ids, inputs=inputs)]))
    return sections


def refusals(it: Reader) -> list[Section]:
    """Refusals of running rounds: what was tried, what is missing, and the next step as a form."""
    listed = [one for one in queries.refusals(actor=it.actor) if not one.sampled]
    faces = people.faces(actor=it.actor, person_ids=[one.person_id for one in listed[:SHOWN]])
    text = _("Nothing follows from a refusal. It is seen by the team of the building and expires with the round.")
    rows = [_row(one, faces) for one in listed[:SHOWN] if one.person_id in faces]
    columns = (_("Person"), _("Home"), _("Why"), _("Tried"), _("Referred"))
    listing = table(_("Refusals of this round"), columns, rows, _("Nobody declined"))
    forms = [form for one in listed[:20] if one.person_id in faces for form in _next(it, one, faces[one.person_id])]
    return [Section(text=text, table=listing), Section(decisions=forms)]


def _row(one: queries.RefusalCard, faces: Mapping[UUID, people.FaceCard]) -> Sequence[object]:
    face = faces[one.person_id]
    tried = " · ".join(str(word("talk", talk)) for talk in one.talks)
    return ({"text": face.masked_name, "sub": face.file_no}, face.home, word("declined", one.code), tried, one.referred_at or "")


def _next(it: Reader, one: queries.RefusalCard, face: people.FaceCard) -> list[Shape]:
    """The next talk; after all of them the referral, which a secretary decides by hand."""
    name = {"name": f"{face.masked_name} {face.file_no}"}
    ids = {"refusal_id": one.id}
    if one.missing:
        inputs = [entry("talk", _("What was tried"), "select", options=choices("talk", one.missing))]
        return [ask("sampling.note-talk", _("%(name)s declined: talk") % name, label=_("Record"), ids=ids, inputs=inputs)]
    if one.referred_at is None and Duty.COMMUNITY_SECRETARY in it.actor.duties:
        otherwise = _("Nothing is referred.")
        title = _("%(name)s declined: refer it") % name
        return [ask("sampling.refer-decline", title, label=_("Refer"), ids=ids, inputs=[entry("why", _("Reason"), "long")], otherwise=otherwise)]
    return []
