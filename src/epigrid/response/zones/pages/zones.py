"""The human door of zones: what is proposed, decided, served, downgraded; one zone's services; what a zone has cost."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from epigrid.kernel.actors import Actor
from epigrid.kernel.duties import Duty
from epigrid.registers.organisation import queries as organisation
from epigrid.registers.places import queries as places
from epigrid.registers.policies import queries as policies
from epigrid.response.zones import queries
from epigrid.response.zones.rules import BINDING, PROVISIONAL, SERVICES
from epigrid.store.doors import reader
from epigrid.store.shapes import Page, Section, Shape, ask, entry, option, show, table, word

Named = dict[UUID, places.PlaceCard]
SERVING = frozenset({Duty.ZONE_LEAD, Duty.SUBDISTRICT_OFFICE, Duty.COMMUNITY_SECRETARY})
PROPOSING = frozenset({Duty.CDC_INVESTIGATOR, Duty.CDC_DUTY_OFFICER, Duty.COUNTY_EOC_OFFICER})
CHIPS = {"high": "zone.high-risk", "medium": "zone.medium-risk", "low": "zone.low-risk"}
"""Where a level's chip is not named as the level."""


def _places(card: queries.ZoneCard, named: Named) -> str:
    return "、".join(named[place].full_name for place in card.place_ids if place in named)


@login_required
def zones(request: HttpRequest) -> HttpResponse:
    """All zones; those that wait for the city office's decision first."""
    me = reader(request).actor
    cards = queries.zones(actor=me)
    named = places.places(actor=me, ids=[place for card in cards for place in card.place_ids])
    shapes = [shape for card in cards for shape in _decisions(me, card, _places(card, named))]
    rows = [
        (
            {"text": _places(card, named), "url": f"/zones/{card.id}/"},
            {"chip": CHIPS.get(card.level, f"zone.{card.level}")},
            word("state", card.state),
            card.starts_at or "",
            card.review_at or "",
            word("end", card.end_reason) if card.end_reason else "",
        )
        for card in cards
    ]
    columns = (_("Place"), _("Level"), _("State"), _("From"), _("Review"), _("Why it ended"))
    empty = None if shapes else {"title": _("Nothing waits for you"), "icon": "circle-check"}
    sections = [
        Section(decisions=[*shapes, *_notice(me, cards, named)], empty=empty),
        Section(heading=_("Areas"), table=table(_("Areas, newest first"), columns, rows, _("No areas"))),
    ]
    return show(request, Page(title=_("Areas"), lead=_("The smallest sufficient places; nobody outside them is bound."), sections=sections))


def _decisions(me: Actor, card: queries.ZoneCard, name: str) -> list[Shape]:
    if Duty.CITY_EOC_OFFICE not in me.duties:
        return []
    if card.state == "proposed":
        title = _("Decide %(level)s: %(place)s") % {"level": word("level", card.level), "place": name}
        inputs = [
            entry("expert_line", _("What the expert group holds"), "long"),
            entry("review_at", _("Review moment, if it differs from the clause's"), "moment", optional=True),
            entry("starts_at", _("In force from, if later"), "moment", optional=True),
        ]
        otherwise = _("The proposal stays a proposal: nobody is bound.")
        return [ask("zones.decide", title, label=_("Decide"), ids={"zone_id": card.id}, inputs=inputs, otherwise=otherwise)]
    if card.state == "active" and card.downgrade_proposed_at is not None:
        title = _("Downgrade %(level)s: %(place)s") % {"level": word("level", card.level), "place": name}
        inputs = [entry("effective_at", _("In force from, if later"), "moment", optional=True)]
        otherwise = _("The duty runs on and lapses at the review moment.")
        return [ask("zones.downgrade", title, label=_("Downgrade"), ids={"zone_id": card.id}, inputs=inputs, due=card.review_at, otherwise=otherwise)]
    return []


def _notice(me: Actor, cards: list[queries.ZoneCard], named: Named) -> list[Shape]:
    """Changes that no notice has announced yet are offered for one."""
    if Duty.CITY_EOC_OFFICE not in me.duties:
        return []
    told = queries.announced(actor=me)
    open_changes = [card for card in cards if card.state == "active" and card.level != PROVISIONAL and card.id not in told]
    if not open_changes:
        return []
    listed = [option(card.id, f"{_places(card, named)} → {word('level', card.level)}") for card in open_changes]
    inputs = [entry("zone_ids", _("Changes"), "ticks", options=listed), entry("effective_at", _("In force from"), "moment")]
    otherwise = _("The public does not know of these changes.")
    return [ask("zones.publish-notice", _("Publish a notice"), label=_("Publish"), inputs=inputs, otherwise=otherwise)]


@login_required
def zone(request: HttpRequest, zone_id: UUID) -> HttpResponse:
    """One zone: basis, services and hotline, staff, barriers, the duty to stay at home, who comes home."""
    me, now = reader(request).actor, reader(request).now
    card = queries.zone(actor=me, zone_id=zone_id)
    named = places.places(actor=me, ids=card.place_ids)
    plan = queries.plan(actor=me, zone_id=zone_id)
    facts = [
        (_("Level"), word("level", card.level)),
        (_("State"), word("state", card.state)),
        (_("Basis"), policies.article(act="zone.decide", edition=card.edition, language=get_language() or "") if card.edition else _("not decided")),
        (_("Expert line"), card.expert_line),
        (_("From"), card.starts_at or ""),
        (_("Review"), card.review_at or ""),
        (_("Before and so far"), {"text": _("levels of this place by date, restricted person-days"), "url": f"/zones/{card.id}/history/"}),
        (_("Hotline"), plan.hotline if plan else _("none yet: the duty to stay at home cannot begin")),
    ]
    if plan:
        facts += [(word("service", name), owner) for name, owner in plan.owners.items()]
    shapes = _serving(me, card, plan, named, now) if card.state == "active" else []
    return show(request, Page(title=_places(card, named), sections=[Section(facts=facts), Section(decisions=shapes)]))


@login_required
def history(request: HttpRequest, zone_id: UUID) -> HttpResponse:
    """What a zone has cost so far, and the levels of its first place by date."""
    me, now = reader(request).actor, reader(request).now
    card = queries.zone(actor=me, zone_id=zone_id)
    spent = queries.person_days(actor=me, zone_id=zone_id, now=now)
    spans = queries.history(actor=me, place_id=card.place_ids[0])
    rows = [(word("level", span.level), span.since, span.until or "", word("end", span.end_reason) if span.end_reason else "") for span in spans]
    columns = (_("Level"), _("From"), _("Until"), _("Why it ended"))
    sections = [
        Section(
            facts=[
                (_("Area"), {"text": word("level", card.level), "url": f"/zones/{card.id}/"}),
                (_("Restricted person-days so far"), f"{spent:.0f}"),
            ]
        ),
        Section(heading=_("Levels of this place by date"), table=table(_("Oldest first"), columns, rows, _("No areas"))),
    ]
    return show(request, Page(title=_("An area and its place by date"), sections=sections))


def _serving(me: Actor, card: queries.ZoneCard, plan: queries.PlanCard | None, named: Named, now: object) -> list[Shape]:
    ids, shapes = {"zone_id": card.id}, []
    if Duty.GATE_GUARD in me.duties or me.duties & SERVING:
        inputs = [entry("code", _("Code of the slip"))]
        otherwise = _("The way home is never refused: let in first, note it then.")
        shapes.append(ask("zones.admit", _("A resident comes home"), label=_("Let in"), ids=ids, inputs=inputs, otherwise=otherwise))
    if me.duties & SERVING:
        owners = plan.owners if plan else {}
        inputs = [entry(f"owners.{name}", word("service", name), value=owners.get(name, "")) for name in SERVICES]
        inputs.append(entry("hotline", _("Hotline"), value=plan.hotline if plan else "", longest=40))
        otherwise = _("The duty to stay at home cannot begin.")
        shapes.append(ask("zones.set-service-plan", _("Services"), label=_("Save"), ids=ids, inputs=inputs, otherwise=otherwise))
        shapes += _barriers(card, named)
    if card.level == PROVISIONAL and me.duties & PROPOSING:
        shapes.append(_higher(me, card))
    if me.duties & {Duty.ZONE_LEAD}:
        shapes.append(ask("zones.start-stay-home", _("Duty to stay at home"), label=_("Begin"), ids=ids, otherwise=_("Nobody is bound.")))
    if me.duties & {Duty.SUBDISTRICT_OFFICE, Duty.COUNTY_EOC_OFFICER}:
        shapes.append(_lead(me, card))
    if me.duties & {Duty.CITY_EOC_OFFICE} and card.level in BINDING:
        inputs = [entry("review_at", _("Later review moment"), "moment"), entry("reason", _("Reason"), "long")]
        otherwise = _("The area lapses at its review moment and binds nobody any more.")
        shapes.append(
            ask("zones.prolong", _("Move the review moment"), label=_("Move"), ids=ids, inputs=inputs, due=card.review_at, otherwise=otherwise)
        )
    return shapes


def _higher(me: Actor, card: queries.ZoneCard) -> Shape:
    ids = {"area": card.area, "place_ids": list(card.place_ids), "from_zone_id": card.id}
    levels = [option(level, word("level", level)) for level in queries.levels(actor=me, edition=card.edition)]
    otherwise = _("The provisional area lapses at its review moment.")
    title = _("Propose an area on the same places")
    return ask(
        "zones.propose",
        title,
        label=_("Propose"),
        ids=ids,
        inputs=[entry("level", _("Level"), "select", options=levels, value=levels[0]["value"])],
        otherwise=otherwise,
    )


def _barriers(card: queries.ZoneCard, named: Named) -> list[Shape]:
    where = [option(place, named[place].full_name) for place in card.place_ids if place in named]
    inputs = [entry("place_id", _("Where"), "select", options=where), entry("exit_note", _("Fire and medical exits"), "long")]
    ids = {"zone_id": card.id}
    return [
        ask("zones.place-barrier", _("Put up a barrier"), label=_("Put up"), ids=ids, inputs=inputs),
        ask("zones.remove-barriers", _("Take all barriers down"), label=_("Taken down"), ids=ids),
    ]


def _lead(me: Actor, card: queries.ZoneCard) -> Shape:
    bodies = organisation.holders_named(actor=me, duty=Duty.ZONE_LEAD, area=card.area)
    inputs = [entry("user_id", _("Zone lead"), "select", options=[option(holder, name) for holder, name in bodies])]
    ids = {"zone_id": card.id, "role": "lead"}
    return ask("zones.staff", _("Name the zone lead"), label=_("Name"), ids=ids, inputs=inputs, otherwise=_("No duty begins without a lead."))


urlpatterns = [
    path("zones/", zones, name="zones"),
    path("zones/<uuid:zone_id>/", zone, name="zone"),
    path("zones/<uuid:zone_id>/history/", history, name="zone-history"),
]
