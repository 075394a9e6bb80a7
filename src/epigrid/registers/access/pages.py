"""The human door of access: the auditor's page (reads, broken glass, the chain), breaking glass, a slip with its code, phones and their cards."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from ninja import Field

from epigrid.kernel.areas import Area
from epigrid.kernel.duties import Duty
from epigrid.kernel.errors import NotAllowed, NotFound
from epigrid.registers.access import actions, queries, rules
from epigrid.registers.organisation import queries as organisation
from epigrid.registers.organisation.rules import HELPER_DUTIES
from epigrid.registers.people import queries as people
from epigrid.registers.places import queries as places
from epigrid.store import clock, documents, forms, journal, printing, reads
from epigrid.store.doors import Command, Moment, Path, Reader, Rows, Short, area_of, perform, reader
from epigrid.store.shapes import Page, Section, Shape, ask, choices, drawn, entry, option, show, table, word

SLIP_DAYS = 14


@login_required
def audit(request: HttpRequest) -> HttpResponse:
    """Who read whose data for what purpose, which glass was broken, and whether the journal's chain holds."""
    it = reader(request)
    it.actor.require(Duty.AUDITOR, area=it.actor.areas()[0] if it.actor.areas() else it.root)
    glass = queries.broken_glass(actor=it.actor)
    seen = reads.in_areas(actor=it.actor)
    faces = people.faces(actor=it.actor, person_ids=[card.person_id for card in seen])
    to_review = [_review(card) for card in glass if card.reviewed_by is None and card.user_id != it.actor.id]
    rows = [
        (
            card.at,
            "、".join(word("duty", duty) for duty in card.duties),
            faces[card.person_id].file_no if card.person_id in faces else "",
            "、".join(word("field", field) for field in card.fields),
            word("purpose", card.purpose),
            _("denied") if card.denied else _("shown"),
        )
        for card in seen
    ]
    columns = (_("When"), _("Duty"), _("File"), _("What"), _("Purpose"), _("Answer"))
    check = ask("access.check-chain", _("Does the chain of the journal hold?"), label=_("Check now"))
    sections = [
        Section(decisions=[check]),
        Section(heading=_("Broken glass"), decisions=to_review, table=_glass(glass)),
        *_hurried(it),
        Section(heading=_("Reads of identities"), table=table(_("Newest reads and denials"), columns, rows, _("Nobody has read an identity"))),
    ]
    return show(request, Page(title=_("Audit"), lead=_("An auditor reads; he changes nothing but the review of broken glass."), sections=sections))


def _hurried(it: Reader) -> list[Section]:
    """Who looked too many people up."""
    told = queries.look_ups_limited(actor=it.actor)
    if not told:
        return []
    titles = queries.titles(user_ids=[user_id for _at, user_id in told])
    rows = [(at, titles.get(user_id) or str(user_id)) for at, user_id in told]
    listed = table(_("Told to wait after too many searches"), (_("When"), _("Account")), rows, "")
    return [Section(heading=_("Too many searches"), table=listed)]


def _review(card: queries.GlassCard) -> Shape:
    return ask(
        "access.review-glass",
        _("Review broken glass: %(reason)s") % {"reason": card.reason},
        label=_("Close the review"),
        ids={"grant_id": card.id},
        inputs=[entry("finding", _("Finding"), "long")],
        facts=[(_("Since"), card.since), (_("Until"), card.until)],
        otherwise=_("The review stays open and is shown."),
    )


def _glass(cards: list[queries.GlassCard]) -> Shape:
    rows = [(card.since, card.reason, card.until, _("reviewed") if card.reviewed_by else _("to review")) for card in cards]
    return table(_("Broken glass"), (_("Since"), _("Reason"), _("Until"), _("Review")), rows, _("No glass was broken"))


@login_required
@require_POST
def check_chain(request: HttpRequest) -> HttpResponse:
    """Compute the hash chain again, from the first fact to the last."""
    it = reader(request)
    if Duty.AUDITOR not in it.actor.duties:
        raise NotAllowed(needs=[str(Duty.AUDITOR)])
    broken = journal.broken_at()
    said = _("The chain holds up to position %(last)d.") % {"last": journal.last_position()}
    if broken is not None:
        said = _("The chain is broken at position %(position)d.") % {"position": broken}
    back = [{"label": _("Back to the audit"), "url": "/audit/", "icon": "chevron-left"}]
    icon = "circle-check" if broken is None else "alert-triangle"
    return show(request, Page(title=_("Chain of the journal"), sections=[Section(empty={"title": said, "icon": icon})], acts=back))


@login_required
def glass(request: HttpRequest) -> HttpResponse:
    """Break glass: one area, a reason, three hours, reading only; it is told at once and reviewed by somebody else."""
    me = reader(request).actor
    areas = [option(area, area) for area in me.areas()]
    inputs = [entry("area", _("Area"), value=areas[0]["value"] if areas else "", longest=200), entry("reason", _("Reason"), "long")]
    broken = ask(
        "access.break-glass",
        _("Break glass"),
        label=_("Break glass"),
        inputs=inputs,
        text=_("You read one area for three hours. You cannot act or export. The auditor is told at once."),
        otherwise=_("You see what your duty shows."),
        confirm=_("Your reason is kept and reviewed."),
    )
    return show(request, Page(title=_("Break glass"), sections=[Section(decisions=[broken])]))


@login_required
@require_POST
def slip(request: HttpRequest) -> HttpResponse:
    """Make a slip code and show it this once, to be written on the paper slip."""
    it = reader(request)
    person = people.by_file_no(actor=it.actor, file_no=request.POST.get("file_no", ""))
    code = actions.make_slip_code(actor=it.actor, person_id=person.id, until=it.now + timedelta(days=SLIP_DAYS), now=it.now)
    facts = [(_("Person"), f"{person.masked_name} · {person.file_no}"), (_("Good until"), it.now + timedelta(days=SLIP_DAYS))]
    text = _("Write it on the slip now: it is kept nowhere and earlier codes are no longer good.")
    return show(request, Page(title=_("Slip code"), sections=[Section(heading=code, text=text, facts=facts)]))


SHOWN = 300
"""Phones of a page; those that are in use come before those that are over."""
LIVING = ("invited", "bound")
DRAWN = 4
"""Cards that are drawn on the page itself; more are printed."""


@login_required
def devices(request: HttpRequest) -> HttpResponse:
    """Phones and cards that nobody has used yet: whose, where, when last seen, until when; revoking, a card for one, helpers with theirs."""
    it = reader(request)
    cards = sorted(queries.devices(actor=it.actor, now=it.now), key=lambda card: (card.state not in LIVING, len(card.title), card.title))
    held = organisation.entrusted(actor=it.actor, now=it.now)
    names = {unit.area: unit.name for unit in places.area_units(actor=it.actor)}
    titles = queries.titles(user_ids=[*{holder for holder, _duty, _area in held} | {card.made_by for card in cards}])
    mine = it.actor.areas(rules.INVITERS)
    sections = [Section(decisions=[*_admit(it, mine, names), *_invite(it, mine, held, titles)])] if mine else []
    sections += [Section(heading=_("Phones"), table=_phones(cards, held, names, titles, revoking=bool(mine)))]
    if mine and any(card.state == "bound" for card in cards):
        sections += [Section(decisions=[_limit(cards)])]
    lead = _("A phone acts for an account in the field until its end. It never decides, and a revoked one is refused at once.")
    return show(request, Page(title=_("Phones"), lead=lead, sections=sections))


Held = Sequence[tuple[UUID, Duty, Area]]


def _duties(user_id: UUID, held: Held) -> str:
    return "、".join(dict.fromkeys(word("duty", duty) for holder, duty, _area in held if holder == user_id))


def _phones(cards: Sequence[queries.DeviceCard], held: Held, names: Mapping[Area, str], titles: Mapping[UUID, str], *, revoking: bool) -> Shape:
    duties = {holder: _duties(holder, held) for holder, _duty, _area in held}
    rows = [
        (
            {"text": card.title or _("Account"), "sub": card.label, "id": card.id if revoking and card.state in LIVING else None},
            {"text": duties.get(card.user_id, ""), "sub": names.get(card.area, "")},
            {"chip": f"phone.{card.state}"},
            card.last_seen_at or _("not seen yet"),
            card.until,
            titles.get(card.made_by, ""),
        )
        for card in cards[:SHOWN]
    ]
    acts = [{"label": _("Revoke"), "tone": "stop", "needs_selection": True, "confirm": _("The phone deletes what it holds at its next contact.")}]
    bulk = {"name": "device_ids", "url": reverse("access.revoke-phones"), "hidden": [], "inputs": [], "acts": acts}
    columns = (_("Field phone"), _("Duty"), _("State"), _("Last seen"), _("Until"), _("Handed out by"))
    return table(_("Phones and cards"), columns, rows, _("No phone was handed out yet"), bulk=bulk if revoking else None)


def _admit(it: Reader, mine: Sequence[Area], names: Mapping[Area, str]) -> list[Shape]:
    areas = [option(area, name) for area, name in names.items() if any(own.covers(area) for own in mine)]
    if not areas:
        return []
    inputs = [
        entry("count", _("How many"), "number", value="10"),
        entry("duty", _("Duty"), "select", options=choices("duty", HELPER_DUTIES), value=str(Duty.REGISTRAR)),
        entry("area", _("Area"), "select", options=areas, value=areas[0]["value"]),
        entry("until", _("Until"), "moment", value=_tomorrow(it)),
        entry(
            "titles", _("Titles"), "lines", optional=True, hint=_("One a line, an office and never a name; then they count instead of the number.")
        ),
    ]
    text = _("Each gets an account without a password, the duty until the end, and a card that binds one phone.")
    return [ask("access.admit", _("Admit helpers"), label=_("Make the cards"), inputs=inputs, text=text)]


def _invite(it: Reader, mine: Sequence[Area], held: Held, titles: Mapping[UUID, str]) -> list[Shape]:
    others = [holder for holder, duty, area in held if duty in HELPER_DUTIES and any(own.covers(area) for own in mine)]
    options = [option(one, f"{titles.get(one) or one} · {_duties(one, held)}") for one in dict.fromkeys([it.actor.named, *others])]
    inputs = [
        entry("user_id", _("Account"), "select", options=options, value=options[0]["value"]),
        entry("until", _("Until"), "moment", value=_tomorrow(it)),
    ]
    text = _("For yourself, or for somebody who works in the field and decides nothing.")
    return [ask("access.invite", _("A phone for an account"), label=_("Make the card"), inputs=inputs, text=text)]


def _tomorrow(it: Reader) -> str:
    return f"{(it.now + timedelta(days=1)).astimezone(clock.zone(it.root)):%Y-%m-%dT%H:%M}"


def _limit(cards: Sequence[queries.DeviceCard]) -> Shape:
    options = [option(card.id, f"{card.title} · {card.label} · {card.people_limit}") for card in cards if card.state == "bound"]
    inputs = [
        entry("device_id", _("Field phone"), "select", options=options),
        entry("people_limit", _("People at most"), "number", value=str(rules.PEOPLE_LIMIT_SIGNED)),
    ]
    text = _("A phone carries %(limit)d people unless you sign for more; what is not on it cannot be lost with it.") % {"limit": rules.PEOPLE_LIMIT}
    return ask("access.raise-limit", _("Sign for more people on one phone"), label=_("Sign"), inputs=inputs, text=text)


class InviteForm(Command):
    """For whose account, and until when."""

    user_id: UUID
    until: Moment


class AdmitForm(Command):
    """How many helpers, or their titles; with which duty, where, until when."""

    area: Path
    duty: Duty
    until: Moment
    count: int = Field(default=0, ge=0, le=rules.HELPERS_AT_ONCE)
    titles: list[Short] = Field(default=[], max_length=rules.HELPERS_AT_ONCE)


@login_required
@require_POST
def invite(request: HttpRequest) -> HttpResponse:
    """Make one card and show it this once."""
    it = reader(request)
    body = forms.body(InviteForm, request.POST, root=it.root, device=f"p-{it.actor.id}")

    def do() -> list[actions.Card]:
        return [actions.invite_phone(actor=it.actor, user_id=body.user_id, until=body.until, now=it.now)]

    return _made(request, "access.invite-phone", body, do)


@login_required
@require_POST
def admit(request: HttpRequest) -> HttpResponse:
    """Admit helpers and show their cards this once."""
    it = reader(request)
    body = forms.body(AdmitForm, request.POST, root=it.root, device=f"p-{it.actor.id}")
    titles = body.titles or [_("Helper %(number)d") % {"number": number} for number in range(1, body.count + 1)]

    def do() -> list[actions.Card]:
        helpers = actions.NewHelpers(titles=titles, duty=body.duty, area=area_of(it.actor, body.area), until=body.until)
        return actions.admit_helpers(actor=it.actor, helpers=helpers, now=it.now)

    return _made(request, "access.admit-helpers", body, do)


def _made(request: HttpRequest, act: str, body: Command, do: Callable[[], list[actions.Card]]) -> HttpResponse:
    """The cards of an act that is done once; sent again, it says where they were shown."""
    cards: list[actions.Card] = []

    def once() -> Rows:
        cards.extend(do())
        return [card.device_id for card in cards]

    perform(reader(request), act, body, once)
    back = [{"label": _("All phones"), "url": "/devices/", "icon": "chevron-left"}]
    if not cards:
        said = {"title": _("These cards were shown once and are kept nowhere; revoke them and make new ones"), "icon": "info-circle"}
        return show(request, Page(title=_("Cards for phones"), sections=[Section(empty=said)], acts=back))
    pictures = [
        Section(heading=card.title, text=drawn(_link(request, card.code), card.title), facts=[(_("Code"), rules.grouped(card.code))])
        for card in cards[: DRAWN if len(cards) <= DRAWN else 0]
    ]
    paper = ask("access.cards", _("Cards to be handed over"), label=_("Print the cards (PDF)"), ids={"code": [card.code for card in cards]})
    rows = [(card.title, rules.grouped(card.code), card.good_until, card.until) for card in cards]
    listed = table(_("Codes, each good for one phone, once"), (_("Helper"), _("Code"), _("Card good until"), _("Phone until")), rows, "")
    lead = _("Print them now: the codes are kept nowhere and not shown again. Whoever has a card has the phone: hand it to the helper himself.")
    sections = [Section(decisions=[paper]), *pictures, Section(table=listed)]
    return _once(show(request, Page(title=_("Cards for phones"), lead=lead, sections=sections, acts=back)))


def _once(answer: HttpResponse) -> HttpResponse:
    """An answer that nothing on its way keeps."""
    answer["Cache-Control"] = "no-store"
    return answer


def _link(request: HttpRequest, code: str) -> str:
    """What the QR code of a card says; what stands behind `#` is never sent to a server by opening it."""
    return f"{request.build_absolute_uri('/field/')}#bind={code}"


@login_required
@require_POST
def cards(request: HttpRequest) -> HttpResponse:
    """Cards as PDF, of codes that this page just showed: those that can still be used and lie in the reader's areas."""
    it = reader(request)
    codes = request.POST.getlist("code")[: rules.HELPERS_AT_ONCE]
    found = dict(queries.invited(actor=it.actor, codes=codes, now=it.now))
    if not found:
        raise NotFound
    ordered = [(code, found[code]) for code in codes if code in found]
    language = "zh-Hans" if (get_language() or "").startswith("zh") else "en"
    day, mark = clock.local_day(it.root, it.now), documents.mark_of(it.root)
    sheet = printing.CardSheet(cards=_printed(request, ordered), how=_how(), date=day, mark=mark, language=language)
    answer = HttpResponse(printing.card_pdf(sheet), content_type="application/pdf")
    answer["Content-Disposition"] = 'attachment; filename="cards.pdf"'
    return _once(answer)


def _printed(request: HttpRequest, ordered: Sequence[tuple[str, queries.DeviceCard]]) -> list[printing.HandCard]:
    it = reader(request)
    held = organisation.entrusted(actor=it.actor, now=it.now)
    names = {unit.area: unit.name for unit in places.area_units(actor=it.actor)}
    made = []
    for code, card in ordered:
        until, good = (f"{moment.astimezone(clock.zone(it.root)):%Y-%m-%d %H:%M}" for moment in (card.until, card.good_until or card.until))
        ends = (_("Phone until %(moment)s") % {"moment": until}, _("Card good until %(moment)s") % {"moment": good})
        lines = (_duties(card.user_id, held), names.get(card.area, ""), *ends)
        made.append(printing.HandCard(title=card.title, lines=lines, link=_link(request, code), typed=rules.grouped(code)))
    return made


def _how() -> list[str]:
    return [
        _("Scan it with the phone's camera; the app opens."),
        _("Give the phone a label without a name, and choose a PIN of at least six digits that nobody else knows."),
        _("Sign in at the start of each shift while there is a network; afterwards it works without one."),
        _("Phone or card lost? Call the desk at once: it is blocked at once."),
        _("The code is good once. Tear this card up afterwards."),
    ]


urlpatterns = [
    path("devices/", devices, name="devices"),
    path("act/access/invite/", invite, name="access.invite"),
    path("act/access/admit/", admit, name="access.admit"),
    path("act/access/cards/", cards, name="access.cards"),
    path("audit/", audit, name="audit"),
    path("glass/", glass, name="glass"),
    path("act/access/check-chain/", check_chain, name="access.check-chain"),
    path("act/access/slip/", slip, name="access.slip"),
]
