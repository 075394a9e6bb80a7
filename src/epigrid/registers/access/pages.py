"""The human door of access: the auditor's page (reads, broken glass, the chain), breaking glass, a slip with its code."""

from datetime import timedelta

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from epigrid.kernel.duties import Duty
from epigrid.kernel.errors import NotAllowed
from epigrid.registers.access import actions, queries
from epigrid.registers.people import queries as people
from epigrid.store import journal, reads
from epigrid.store.doors import Reader, reader
from epigrid.store.shapes import Page, Section, Shape, ask, entry, option, show, table, word

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


urlpatterns = [
    path("audit/", audit, name="audit"),
    path("glass/", glass, name="glass"),
    path("act/access/check-chain/", check_chain, name="access.check-chain"),
    path("act/access/slip/", slip, name="access.slip"),
]
