"""The human door of venue queries and referrals: asked, approved with what it will see and what not, answered in tables."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _

from epigrid.kernel.actors import Actor
from epigrid.kernel.duties import Duty
from epigrid.registers.people import queries as people
from epigrid.registers.places import queries as places
from epigrid.response.tracing import queries, rules
from epigrid.response.tracing.pages.cases import cases_now
from epigrid.store.doors import reader
from epigrid.store.shapes import Page, Section, Shape, ask, choices, entry, option, show, table, word

SHOWN = 200
"""How many people of an answer a page lists, by link to the case and longest together first; the machine door gives all."""


def _kinds(*, place: Shape) -> list[Shape]:
    """What is asked, and the assumptions that a question of hops needs from whoever asks."""
    return [
        entry("kind", _("Question"), "select", options=choices("asks", rules.QUERY_KINDS), value="contacts"),
        place,
        entry("direction", _("Hops: direction"), "select", options=[option("", ""), *choices("asks", rules.DIRECTIONS)], optional=True),
        entry("latency_hours", _("Hops: hours until somebody can give it on"), "number", optional=True),
        entry("min_minutes", _("Hops: shortest meeting in minutes"), "number", optional=True),
        entry("purpose", _("Purpose"), longest=60),
    ]


def _forms(me: Actor, records: Sequence[queries.RecordCard], known: Mapping[UUID, places.PlaceCard]) -> list[Shape]:
    cases = cases_now(me) if Duty.CDC_INVESTIGATOR in me.duties else []
    if not cases:
        return []
    otherwise = _("Nothing is asked of the presence log.")
    window = [entry("starts_at", _("From"), "moment"), entry("ends_at", _("Until"), "moment")]
    new = [
        entry("case_id", _("Case"), "select", options=cases, value=cases[0]["value"]),
        *window,
        *_kinds(place=entry("place", _("Place (for who was there)"), optional=True)),
    ]
    forms = [ask("tracing.ask-window", _("Ask on a new exposure record"), label=_("Ask"), inputs=new, otherwise=otherwise)]
    if records:
        listed = [option(card.id, f"{card.starts_at:%m-%d %H:%M} - {card.ends_at:%m-%d %H:%M} {card.basis}") for card in records]
        named = [option("", ""), *(option(card.id, card.full_name) for card in known.values())]
        old = [
            entry("exposure_id", _("Exposure record"), "select", options=listed, value=listed[0]["value"]),
            *({**one, "needed": False} for one in window),
            *_kinds(place=entry("place_id", _("Place of the record (for who was there)"), "select", options=named, optional=True)),
        ]
        forms.append(ask("tracing.ask-query", _("Ask on an exposure record"), label=_("Ask"), inputs=old, otherwise=otherwise))
    return forms


def _facts(card: queries.QueryCard, known: Mapping[UUID, places.PlaceCard]) -> list[tuple[str, object]]:
    """What was asked, with the assumptions that the one who asked gave."""
    found: list[tuple[str, object]] = [
        (_("Question"), word("asks", card.kind)),
        (_("Purpose"), card.purpose),
        (_("From"), card.starts_at),
        (_("Until"), card.ends_at),
        (_("Exposure records"), 1 + len(card.also)),
    ]
    if card.place_id is not None:
        found.append((_("Place"), known[card.place_id].full_name if card.place_id in known else _("not in your area")))
    if card.direction and card.latency_seconds and card.min_seconds:
        found += [
            (_("Direction"), word("asks", card.direction)),
            (_("Hours until somebody can give it on (given by who asked)"), f"{card.latency_seconds / 3600:g}"),
            (_("Shortest meeting in minutes (given by who asked, or the pack)"), f"{card.min_seconds / 60:g}"),
        ]
    return found


def _sees(card: queries.QueryCard) -> str:
    """What a kind of query will see, and what not."""
    return {
        "contacts": _("It sees who was at the same places at the same times as the case. It does not see where these people were before or after."),
        "present": _("It sees who was at this place in the window. It does not see where else they were."),
        "hops": _(
            "It sees counts per day and places. It names nobody beyond infected people, and contacts of contacts only where the pack has the class."
        ),
        "places": _("It sees places and sums. It names nobody."),
    }[card.kind]


@login_required
def venue_queries(request: HttpRequest) -> HttpResponse:
    """Venue queries that wait for a second person, and referrals that wait for an answer."""
    me = reader(request).actor
    asked, records = queries.venue_queries(actor=me), queries.records(actor=me)
    wanted = [card.place_id for card in asked if card.place_id is not None]
    known = places.places(actor=me, ids=[*wanted, *(place for card in records for place in card.place_ids)])
    approve = [
        ask(
            "tracing.approve-query",
            _("Approve: %(purpose)s") % {"purpose": card.purpose},
            label=_("Approve"),
            ids={"query_id": card.id},
            text=_sees(card),
            facts=_facts(card, known),
            otherwise=_("The query does not run."),
        )
        for card in asked
        if card.approved_by is None and card.asked_by != me.id and Duty.CDC_DUTY_OFFICER in me.duties
    ]
    answers = [_referral(card) for card in queries.referrals(actor=me, open_only=True)]
    empty = None if approve or answers else {"title": _("Nothing waits for you"), "icon": "circle-check"}
    sections = [
        Section(decisions=[*approve, *answers], empty=empty),
        Section(decisions=_forms(me, records, known)),
        Section(heading=_("Venue queries"), table=_listed(asked)),
    ]
    return show(request, Page(title=_("Queries and referrals"), sections=sections))


def _listed(asked: Sequence[queries.QueryCard]) -> Shape:
    rows = [
        (
            {"text": card.purpose, "url": reverse("query", args=[card.id])} if card.ran_at else card.purpose,
            word("asks", card.kind),
            card.starts_at,
            card.ends_at,
            card.ran_at or (_("not yet") if card.approved_by else _("not approved")),
            card.found,
            card.leads,
        )
        for card in asked
    ]
    columns = (_("Purpose"), _("Question"), _("From"), _("Until"), _("Ran"), _("Candidates"), _("Leads elsewhere"))
    return table(_("Venue queries"), columns, rows, _("No query"))


@login_required
def venue_query(request: HttpRequest, query_id: UUID) -> HttpResponse:
    """What one query asked and answered: people where it may name any, else counts and places."""
    me = reader(request).actor
    card = queries.venue_query(actor=me, query_id=query_id)
    said = queries.answer(actor=me, query_id=query_id) if card.kind in ("hops", "places") else None
    known = places.places(actor=me, ids=[*(row.place_id for row in (said.places if said else ())), *([card.place_id] if card.place_id else [])])
    gone = _("%(days)s days of the window lay beyond the look-back and are gone.") % {"days": card.days_gone} if card.days_gone else ""
    sections = [Section(text=_sees(card), facts=_facts(card, known)), *([Section(text=gone)] if gone else [])]
    if said is None or card.found:
        sections.append(_people(me, query_id))
    sections += _counts(said, known) if said else []
    return show(request, Page(title=_("Answer of a venue query"), lead=card.purpose, sections=sections))


def _people(me: Actor, query_id: UUID) -> Section:
    found = queries.people_found(actor=me, query_id=query_id, limit=SHOWN)
    who = queries.persons_of(actor=me, candidate_ids=[row.candidate_id for row in found.rows])
    faces = people.faces(actor=me, person_ids=who.values())
    rows = [
        (
            faces[who[row.candidate_id]].masked_name if who.get(row.candidate_id) in faces else "",
            word("link", row.link) if row.link else "",
            row.seconds // 60,
            row.meetings,
            row.first_at,
            row.last_at,
        )
        for row in found.rows
    ]
    columns = (_("Person"), _("Link to the case"), _("Minutes"), _("Times"), _("First"), _("Last"))
    tiles = [
        {"label": _("Candidates"), "value": found.here, "icon": "user-question", "url": "/candidates/"},
        {"label": _("Leads elsewhere"), "value": found.elsewhere, "icon": "map-pin"},
    ]
    return Section(
        heading=_("People found"),
        tiles=tiles,
        table=table(_("By link to the case, then longest together first"), columns, rows, _("Nobody was found")),
    )


def _counts(said: queries.AnswerCard, known: Mapping[UUID, places.PlaceCard]) -> list[Section]:
    rows = [
        (known[row.place_id].full_name if row.place_id in known else _("not in your area"), row.exposed, row.contacts, row.shared_hours)
        for row in said.places
    ]
    columns = (_("Place"), _("Exposed there"), _("People met there"), _("Hours together"))
    listed = _("%(shown)s of %(all)s places") % {"shown": len(rows), "all": said.places_all}
    found = [Section(heading=_("Places"), text=listed, table=table(_("Most hours together first"), columns, rows, _("No place")))]
    if said.edge is not None:
        facts = [(_("People reached"), said.people), (_("Horizon"), said.edge), (_("Reached people whose places are summed up"), said.followed)]
        days = table(_("By day"), (_("Day"), _("People reached")), [(row.day, row.people) for row in said.days], _("Nobody"))
        found.insert(0, Section(heading=_("Reached"), facts=facts, table=days))
    if said.direction == "backward":
        text = _("Infected people who may be the source: %(here)s here, %(there)s elsewhere. These are hypotheses.")
        found.append(Section(heading=_("Hypotheses"), text=text % {"here": len(said.case_ids), "there": said.cases_elsewhere}))
    return found


def _referral(card: queries.ReferralCard) -> Shape:
    return ask(
        "tracing.answer-referral",
        _("Answer of %(area)s") % {"area": card.to_area},
        label=_("Note the answer"),
        ids={"referral_id": card.id},
        inputs=[entry("answer", _("Answer"))],
        due=card.answer_by,
        otherwise=_("A reminder goes out when it is late."),
    )


urlpatterns = [
    path("queries/", venue_queries, name="queries"),
    path("queries/<uuid:query_id>/", venue_query, name="query"),
]
