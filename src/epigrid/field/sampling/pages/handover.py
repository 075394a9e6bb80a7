"""Hand-overs: a box to the vehicle and on to the laboratory, both sides sign; waste bags; a site that closes when nothing is left on it."""

from collections.abc import Sequence

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from epigrid.field.sampling import queries
from epigrid.field.sampling.rules import CHECKLIST, LEGS
from epigrid.kernel.actors import Actor
from epigrid.kernel.duties import Duty
from epigrid.store.doors import reader
from epigrid.store.shapes import Page, Section, Shape, ask, choices, entry, option, show, table, word

GIVES = {"vehicle": frozenset({Duty.REGISTRAR, Duty.SAMPLER}), "laboratory": frozenset({Duty.COURIER})}
TAKES = {"vehicle": frozenset({Duty.COURIER}), "laboratory": frozenset({Duty.LABORATORY})}
CREW = frozenset({Duty.REGISTRAR, Duty.SAMPLER, Duty.COMMUNITY_SECRETARY})


@login_required
def hand_over(request: HttpRequest) -> HttpResponse:
    """Boxes on their way with both signatures of each leg, the next signature as a form; sites with their waste."""
    me = reader(request).actor
    boxes = queries.boxes(actor=me)
    legs = queries.hand_overs(actor=me, box_ids=[box.id for box in boxes])
    forms = [form for box in boxes[:40] for form in _next(me, box, legs.get(box.id, {}))]
    rows = [row for box in boxes for row in _rows(box, legs.get(box.id, {}))]
    columns = (_("Box"), _("Leg"), _("Given"), _("Taken"), _("Seal"), _("Temperature, °C"))
    listed = table(_("Hand-overs of boxes on their way"), columns, rows, _("No box is on its way"))
    sections = [Section(heading=_("To sign"), decisions=forms)] if forms else []
    sections += [Section(heading=_("Boxes"), table=listed), *_sites(me)]
    lead = _("Both sides sign a count; what is missing is named at once and somebody finds out why.")
    return show(
        request,
        Page(
            title=_("Hand-over"),
            lead=lead,
            sections=sections,
            acts=[{"label": _("Boxes"), "url": "/boxes/"}, {"label": _("Labels"), "url": "/labels/"}],
        ),
    )


def _next(me: Actor, box: queries.BoxCard, legs: dict[str, queries.HandOverCard]) -> list[Shape]:
    """The next signature under a box, where the reader may give it."""
    for leg in LEGS:
        card = legs.get(leg)
        if card is None:
            return [_give(box, leg)] if me.duties & GIVES[leg] else []
        if card.taken_at is None:
            return [_take(box, card)] if me.duties & TAKES[leg] else []
    return []


def _give(box: queries.BoxCard, leg: str) -> Shape:
    inputs = [
        entry("count", _("Count said aloud"), "number"),
        entry("vehicle", _("Vehicle"), optional=True, longest=40),
        entry("seal", _("Seal number"), optional=True, longest=40),
        entry("celsius", _("Temperature, °C"), "number", optional=True),
    ]
    title = _("Give box %(label)s: %(leg)s") % {"label": box.label, "leg": word("leg", leg)}
    return ask("sampling.give-box", title, label=_("Sign: given"), ids={"box_id": box.id, "leg": leg}, inputs=inputs)


def _take(box: queries.BoxCard, card: queries.HandOverCard) -> Shape:
    inputs = [
        entry("labels", _("Labels found in the box, one per line"), "lines"),
        entry("seal", _("Seal number"), optional=True, longest=40),
        entry("celsius", _("Temperature, °C"), "number", optional=True),
    ]
    title = _("Take over box %(label)s: %(leg)s, %(count)d tubes said") % {"label": box.label, "leg": word("leg", card.leg), "count": card.said}
    confirm = _("Tubes that you did not list count as missing; somebody is asked where they are.")
    return ask("sampling.take-box", title, label=_("Sign: taken over"), ids={"box_id": box.id, "leg": card.leg}, inputs=inputs, confirm=confirm)


def _rows(box: queries.BoxCard, legs: dict[str, queries.HandOverCard]) -> list[Sequence[object]]:
    if not legs:
        return [(box.label, word("leg", "sealed"), len(box.tubes), "", "", "")]
    return [
        (
            {"text": box.label, "sub": card.vehicle},
            word("leg", card.leg),
            card.said,
            {"text": "" if card.counted is None else str(card.counted), "sub": _("differs") if card.differs else ""},
            " / ".join(filter(None, (card.seal_said, card.seal_found))),
            " / ".join(str(one) for one in (card.celsius_said, card.celsius_found) if one is not None),
        )
        for card in legs.values()
    ]


def _sites(me: Actor) -> list[Section]:
    if not me.duties & CREW:
        return []
    sites = queries.sites(actor=me)
    bags = queries.bags(actor=me, site_ids=[site.id for site in sites])
    rounds = queries.rounds(actor=me, open_only=True)
    opened = [_open(rounds)] if rounds else []
    forms = [form for site in sites[:10] for form in _site(site, [bag for bag in bags if bag.site_id == site.id])]
    return [Section(heading=_("Sampling sites"), decisions=[*forms, *opened])]


def _open(rounds: Sequence[queries.RoundCard]) -> Shape:
    inputs = [
        entry("round_id", _("Round"), "select", options=[option(card.id, card.reason) for card in rounds], value=str(rounds[0].id)),
        entry("name", _("Name of the site"), longest=60),
    ]
    return ask("sampling.open-site", _("Set up a site"), label=_("Set up"), inputs=inputs)


def _site(site: queries.SiteCard, bags: Sequence[queries.BagCard]) -> list[Shape]:
    here = [bag for bag in bags if not bag.taken_by]
    ids, name = {"site_id": site.id}, {"name": site.name}
    seal = [entry("code", _("Code of the bag"), longest=40), entry("kilograms", _("Weight, kg"), "number", optional=True)]
    forms = [ask("sampling.seal-waste", _("%(name)s: seal a waste bag") % name, label=_("Seal the bag"), ids=ids, inputs=seal)]
    if here:
        given = [entry("codes", _("Bags"), "ticks", options=[option(bag.code, bag.code) for bag in here]), entry("taken_by", _("Taken by"))]
        forms.append(ask("sampling.hand-over-waste", _("%(name)s: hand over waste") % name, label=_("Hand over"), ids=ids, inputs=given))
    ticked = [entry("done", _("Done"), "ticks", options=choices("close-out", CHECKLIST))]
    facts = [(_("Waste bags on the site"), len(here)), (_("Waste bags handed over"), len(bags) - len(here))]
    otherwise = _("The site stays open; with waste, tubes or somebody in isolation it cannot be closed.")
    close = ask(
        "sampling.close-site", _("%(name)s: close the site") % name, label=_("Close"), ids=ids, inputs=ticked, facts=facts, otherwise=otherwise
    )
    return [*forms, close]
