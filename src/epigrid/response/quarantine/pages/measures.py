"""Holds to issue, orders to issue, releases, papers to serve, appeals to answer."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _

from epigrid.field.antigen import queries as antigen
from epigrid.kernel.duties import Duty
from epigrid.registers.people import queries as people
from epigrid.response.quarantine import queries
from epigrid.store.doors import reader
from epigrid.store.shapes import Page, Section, Shape, ask, entry, show, table, word

SHOWN = 30
Faces = dict[UUID, people.FaceCard]
Cards = Sequence[queries.MeasureCard]


def _line(faces: Faces, person_id: UUID) -> str:
    face = faces.get(person_id)
    return f"{face.masked_name} · {face.home}" if face else ""


def _empty(shapes: Sequence[Shape]) -> Shape | None:
    return None if shapes else {"title": _("Nothing waits for you"), "icon": "circle-check"}


@login_required
def holds(request: HttpRequest) -> HttpResponse:
    """Holds: those proposed stand ready for one act of the duty officer; those in force with their end."""
    it = reader(request)
    cards = queries.holds(actor=it.actor, states=("proposed", "issued", "served"))
    faces = people.faces(actor=it.actor, person_ids=[card.person_id for card in cards])
    officer = Duty.CDC_DUTY_OFFICER in it.actor.duties
    by_tube: dict[UUID | None, list[queries.MeasureCard]] = {}
    for card in cards:
        if card.state == "proposed" and officer:
            by_tube.setdefault(card.tube_id, []).append(card)
    running = [card for card in cards if card.active(it.now)]
    about = {card.tube_id for card in cards if card.tube_id is not None}
    told = antigen.positives(actor=it.actor, report_ids=sorted(about)) if about else {}
    shapes = [_issue(group, faces, antigen_test=tube_id in told) for tube_id, group in by_tube.items()]
    shapes += [_extend(card, faces) for card in running if officer][:SHOWN]
    rows = [
        (_line(faces, card.person_id), card.starts_at, card.ends_at, card.served_at or _("not told yet"), _course(card.tube_id, told))
        for card in running
    ]
    columns = (_("Person"), _("Since"), _("At the latest until"), _("Told"), _("Tube"))
    sections = [
        Section(decisions=shapes, empty=_empty(shapes)),
        Section(heading=_("In force"), table=table(_("People who wait for their retest"), columns, rows, _("Nobody is held"))),
    ]
    return show(request, Page(title=_("Holds"), lead=_("A hold awaits a retest and ends by itself."), sections=sections))


def _course(tube_id: UUID | None, told: Mapping[UUID, object]) -> Shape | str:
    """The way to the course of the tube; an antigen test has none."""
    return "" if tube_id is None or tube_id in told else {"text": _("Course"), "url": f"/tubes/{tube_id}/"}


def _issue(cards: Cards, faces: Faces, *, antigen_test: bool) -> Shape:
    pooled = _("Hold %(count)d people of one positive tube until their retest") % {"count": len(cards)}
    return ask(
        "quarantine.issue-holds",
        _("Hold one person whose antigen test was positive until the PCR result") if antigen_test else pooled,
        label=_("Issue the holds"),
        ids={"hold_ids": [card.id for card in cards]},
        facts=[(faces[card.person_id].masked_name, faces[card.person_id].home) for card in cards if card.person_id in faces],
        otherwise=_("Nobody is held; the PCR sample is taken all the same.") if antigen_test else _("Nobody is held; the retests are not ordered."),
        confirm=_("Each person is told by phone why, how long at most, by whom, and whom to call."),
        urgent=True,
    )


def _extend(card: queries.MeasureCard, faces: Faces) -> Shape:
    inputs = [entry("until", _("Until"), "moment"), entry("reason", _("Reason"), "long")]
    title = _("Extend: %(name)s") % {"name": _line(faces, card.person_id)}
    otherwise = _("The hold ends by itself; the person is free.")
    return ask("quarantine.extend-hold", title, label=_("Extend"), ids={"hold_id": card.id}, inputs=inputs, due=card.ends_at, otherwise=otherwise)


@login_required
def orders(request: HttpRequest) -> HttpResponse:
    """Orders to issue and releases to decide, each for whose duty it is; all orders below."""
    me = reader(request).actor
    cards = queries.orders(actor=me)
    faces = people.faces(actor=me, person_ids=[card.person_id for card in cards])
    shapes: list[Shape] = []
    if Duty.COUNTY_EOC_OFFICER in me.duties:
        shapes += [_order(card, faces) for card in cards if card.state == "proposed"][:SHOWN]
    if me.duties & {Duty.CDC_DUTY_OFFICER, Duty.CDC_INVESTIGATOR}:
        due = [card for card in cards if card.state == "served" and card.release_proposed_at is not None]
        shapes += [_release(card, faces) for card in due][:SHOWN]
    rows = [
        (
            {
                "text": card.number,
                "url": f"/orders/{card.id}/verdicts/",
                "sub": _("release paper %(number)s") % {"number": card.release_number} if card.release_number else "",
            },
            _line(faces, card.person_id),
            word("measure", card.kind),
            word("state", card.state),
            card.ends_at or "",
            word("end", card.end_reason) if card.end_reason else "",
        )
        for card in cards
        if card.state != "proposed"
    ]
    columns = (_("Paper"), _("Person"), _("Kind"), _("State"), _("Ends"), _("Why it ended"))
    sections = [
        Section(decisions=shapes, empty=_empty(shapes)),
        Section(heading=_("Orders"), table=table(_("Orders with their numbered papers"), columns, rows, _("No orders"))),
    ]
    return show(request, Page(title=_("Orders"), lead=_("One person, one numbered paper."), sections=sections))


def _order(card: queries.MeasureCard, faces: Faces) -> Shape:
    return ask(
        "quarantine.issue-orders",
        f"{word('measure', card.kind)}：{_line(faces, card.person_id)}",
        label=_("Issue the order"),
        ids={"order_ids": [card.id]},
        facts=[(_("Last exposure"), card.last_exposure_at)] if card.last_exposure_at else [],
        otherwise=_("The person is not bound by an order."),
        confirm=_("The order binds this person once its paper is handed over."),
    )


def _release(card: queries.MeasureCard, faces: Faces) -> Shape:
    return ask(
        "quarantine.release",
        _("Release %(name)s: the days are full and the tests are negative") % {"name": _line(faces, card.person_id)},
        label=_("Release"),
        ids={"order_id": card.id},
        due=card.ends_at,
        otherwise=_("The order lapses at its end."),
    )


@login_required
def papers(request: HttpRequest) -> HttpResponse:
    """What the community hands over and tells: order papers at the door, holds by phone; talks with who refuses."""
    it = reader(request)
    issued = queries.orders(actor=it.actor, states=("issued",))
    untold = [card for card in queries.holds(actor=it.actor, states=("issued",)) if card.active(it.now)]
    faces = people.faces(actor=it.actor, person_ids=[card.person_id for card in [*issued, *untold]])
    serving = it.actor.duties & {Duty.GRID_WORKER, Duty.COMMUNITY_SECRETARY}
    shapes = [_tell(card, faces) for card in untold[:SHOWN]]
    if serving:
        shapes += [shape for card in issued[:SHOWN] if card.kind != "treatment" for shape in (_serve(card, faces), _talk(card, faces))]
    lead = _("Say why, how long at most, who decided, and whom to call.")
    return show(request, Page(title=_("Papers to hand over"), lead=lead, sections=[Section(decisions=shapes, empty=_empty(shapes))]))


def _tell(card: queries.MeasureCard, faces: Faces) -> Shape:
    return ask(
        "quarantine.tell-hold",
        _("Tell %(name)s") % {"name": _line(faces, card.person_id)},
        label=_("Told by phone"),
        ids={"hold_id": card.id},
        facts=[(_("Why"), card.basis), (_("At the latest until"), card.ends_at), (_("Line for questions and appeals"), card.contact_line)],
        otherwise=_("The person is held without having been told; the task goes up."),
        urgent=True,
    )


def _serve(card: queries.MeasureCard, faces: Faces) -> Shape:
    return ask(
        "quarantine.serve-order",
        _("Hand over paper %(number)s: %(name)s") % {"number": card.number, "name": _line(faces, card.person_id)},
        label=_("Handed over"),
        ids={"order_id": card.id},
        facts=[(_("Kind"), word("measure", card.kind)), (_("Ends"), card.ends_at), (_("Line for questions and appeals"), card.contact_line)],
        otherwise=_("The order does not run."),
    )


def _talk(card: queries.MeasureCard, faces: Faces) -> Shape:
    inputs = [entry("offer", _("What was offered"), "long", longest=100)]
    title = _("%(name)s does not want to go") % {"name": _line(faces, card.person_id)}
    return ask("quarantine.record-refusal", title, label=_("Note the talk"), ids={"order_id": card.id}, inputs=inputs)


@login_required
def appeals(request: HttpRequest) -> HttpResponse:
    """Appeals to answer in the reviewer's own words; answered ones below."""
    me = reader(request).actor
    cards = queries.appeals(actor=me)
    faces = people.faces(actor=me, person_ids=[card.person_id for card in cards])
    reviewing = Duty.APPEALS_REVIEWER in me.duties
    shapes = [_appeal(card, faces) for card in cards if card.answered_at is None and reviewing]
    rows = [
        (card.filed_at, _line(faces, card.person_id), word("ground", card.ground), _("upheld") if card.upheld else _("dismissed"), card.answer)
        for card in reversed(cards)
        if card.answered_at is not None
    ]
    columns = (_("Filed"), _("Person"), _("Ground"), _("Decision"), _("Answer"))
    sections = [
        Section(decisions=shapes, empty=_empty(shapes)),
        Section(heading=_("Answered"), table=table(_("Answered appeals"), columns, rows, _("No appeal was answered yet"))),
    ]
    return show(request, Page(title=_("Appeals"), lead=_("Neither the decider nor anybody under him answers."), sections=sections))


def _appeal(card: queries.AppealCard, faces: Faces) -> Shape:
    acts = [
        {"label": _("Uphold: end the measure"), "tone": "primary", "name": "upheld", "value": "true", "confirm": _("The measure ends at once.")},
        {"label": _("Dismiss"), "name": "upheld", "value": "false"},
    ]
    return ask(
        "quarantine.decide-appeal",
        _("Appeal of %(name)s: %(ground)s") % {"name": _line(faces, card.person_id), "ground": word("ground", card.ground)},
        ids={"appeal_id": card.id},
        inputs=[entry("answer", _("Written answer"), "long")],
        acts=acts,
        facts=[(_("Filed"), card.filed_at)],
        otherwise=_("The measure runs on; the person waits for an answer."),
    )


urlpatterns = [
    path("holds/", holds, name="holds"),
    path("orders/", orders, name="orders"),
    path("papers/", papers, name="papers"),
    path("appeals/", appeals, name="appeals"),
]
