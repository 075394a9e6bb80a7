"""A resident's own temperatures, and those of the children and dependants whose guardian he is."""

from collections.abc import Sequence
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from epigrid.field.visits import queries
from epigrid.registers.people import queries as people
from epigrid.store import clock
from epigrid.store.doors import at_home, reader
from epigrid.store.shapes import Page, Section, Shape, ask, entry, named, own_tabs, show, table, word


def own(request: HttpRequest) -> HttpResponse:
    """The resident whose page is open tells his temperature, and sees what was told before."""
    actor = at_home(request)
    if actor is None:
        return HttpResponseRedirect("/me/")
    it = reader(request)
    own, *wards = people.family(actor=actor, on=clock.local_day(it.root, it.now))
    asked = [_asked(own.card.id, _("What is your temperature?"))]
    asked += [_asked(one.card.id, _("What is the temperature of %(name)s?") % {"name": named(one.card)}) for one in wards]
    sections = [Section(decisions=asked), Section(heading=_("What was told before"), table=_told(own, wards))]
    return show(request, Page(title=_("My page"), tabs=own_tabs("temperature"), sections=sections))


def _asked(person_id: UUID, title: str) -> Shape:
    text = _("A number decides nothing and binds nobody. Whoever feels ill calls for help at once, whatever it says.")
    inputs = [entry("celsius", _("Degrees Celsius"), "number")]
    return ask("visits.record-reading", title, label=_("Tell"), ids={"person_id": person_id}, inputs=inputs, text=text)


def _told(own: people.Spoken, wards: Sequence[people.Spoken]) -> Shape:
    told = [(card, one) for one in (own, *wards) for card in queries.readings(actor=one.actor, person_ids=[one.card.id], limit=50)]
    told.sort(key=lambda pair: pair[0].measured_at, reverse=True)
    rows = [(card.measured_at, f"{card.celsius} °C", word("channel", card.channel), _("me") if one is own else named(one.card)) for card, one in told]
    columns = (_("Measured"), _("Temperature"), _("How it was told"), _("Whose"))
    return table(_("My temperatures"), columns, rows, _("You have told no temperature yet"))
