"""The human door of organisation: directives in force, who must acknowledge them, a new one."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _

from epigrid.kernel.duties import Duty
from epigrid.registers.organisation import queries
from epigrid.registers.organisation.rules import RECEIVERS
from epigrid.registers.places import queries as places
from epigrid.store.doors import Reader, reader
from epigrid.store.shapes import Page, Section, Shape, ask, choices, entry, option, show, table, word

ACTS = (
    "round.open",
    "task.open",
    "order.issue",
    "site.open",
    "zone.decide",
    "zone.downgrade",
    "zone.lift",
    "notice.publish",
    "static.order",
    "code.request",
)
"""What a directive of an outbreak usually authorises; the machine door takes any act."""


@login_required
def directives(request: HttpRequest) -> HttpResponse:
    """Directives in force; one's own receipts; for command offices a new directive."""
    it = reader(request)
    cards = queries.directives(actor=it.actor, now=it.now)
    bodies = {body.id: body for body in queries.bodies(actor=it.actor)}
    pending = queries.receipts_of(actor=it.actor, directive_ids=[card.id for card in cards])
    titles = {card.id: f"{card.number} {card.title}" for card in cards}
    mine = [
        ask(
            "organisation.acknowledge",
            _("%(unit)s has directive %(title)s") % {"unit": bodies[receipt.body_id].name, "title": titles[receipt.directive_id]},
            label=_("Acknowledge"),
            ids={"directive_id": receipt.directive_id, "body_id": receipt.body_id},
            otherwise=_("The directive is in force; the sender sees that nobody has it yet."),
        )
        for receipt in pending
        if receipt.acknowledged_at is None and receipt.body_id in bodies and it.actor.holds(*RECEIVERS, area=bodies[receipt.body_id].area)
    ]
    rows = [
        (card.number, card.title, "、".join(word("act", act) for act in card.acts), card.basis, card.ends_at, _receipts(card, pending))
        for card in cards
    ]
    columns = (_("Number"), _("Title"), _("Authorises"), _("Basis"), _("Until"), _("Receipts"))
    sections = [
        Section(decisions=[*mine, *_new(it, list(bodies.values()))]),
        Section(heading=_("In force"), table=table(_("Directives in force"), columns, rows, _("No directive is in force"))),
    ]
    return show(request, Page(title=_("Directives"), lead=_("Nothing is ordered that no directive in force authorises."), sections=sections))


def _receipts(card: queries.DirectiveCard, pending: list[queries.ReceiptCard]) -> str:
    own = [receipt for receipt in pending if receipt.directive_id == card.id]
    return f"{sum(receipt.acknowledged_at is not None for receipt in own)} / {len(own)}"


def _new(it: Reader, bodies: list[queries.BodyCard]) -> list[Shape]:
    if not it.actor.duties & {Duty.COUNTY_EOC_OFFICER, Duty.CITY_EOC_OFFICE}:
        return []
    area = it.actor.areas()[0]
    own = [option(body.id, body.name) for body in bodies if body.kind == "eoc" and body.area == area]
    units = [option(body.id, body.name) for body in bodies if area.covers(body.area) and body.kind != "eoc"]
    inputs = [
        entry("body_id", _("In the name of"), "select", options=own, value=own[0]["value"] if own else ""),
        entry("title", _("Title"), longest=200),
        entry("acts", _("Authorises"), "ticks", options=choices("act", ACTS)),
        entry("basis", _("Basis"), longest=200),
        entry("ends_at", _("Until"), "moment"),
        entry("addressees", _("Must acknowledge"), "ticks", options=units),
    ]
    title = _("Issue a directive for %(area)s") % {"area": places.area_name(actor=it.actor, area=area)}
    return [
        ask("organisation.issue-directive", title, label=_("Issue"), ids={"area": area}, inputs=inputs, otherwise=_("Nothing new is authorised."))
    ]


urlpatterns = [path("directives/", directives, name="directives")]
