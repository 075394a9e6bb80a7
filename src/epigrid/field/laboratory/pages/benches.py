"""Queue, plates, what the laboratory can do, tubes for another laboratory; and the chain with its owners and delays."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from epigrid.field.laboratory import queries, rules
from epigrid.field.laboratory.pages.desk import bodies_of, tabs, writes
from epigrid.kernel.duties import Duty
from epigrid.registers.organisation import queries as organisation
from epigrid.store.doors import Reader, reader
from epigrid.store.shapes import Page, Section, Shape, ask, entry, option, question, show, table, word

SHOWN = 50


@login_required
def queue(request: HttpRequest) -> HttpResponse:
    """The queue in its order, when results are to be expected, plates, and what goes elsewhere."""
    it = reader(request)
    mine = bodies_of(it.actor)
    body_id = _chosen(request, mine)
    if body_id is None:
        return show(request, Page(title=_("Laboratory"), tabs=tabs("queue"), sections=[Section(empty={"title": _("No laboratory in your areas")})]))
    bench = queries.bench(actor=it.actor, body_id=body_id)
    waiting = queries.queue(actor=it.actor, body_id=body_id)
    forecast = rules.forecast(len(waiting), [], bench.bench, it.now)
    sections = [
        _choose(mine, body_id),
        _numbers(waiting, bench, forecast, it.now),
        Section(heading=_("Queue"), table=_waiting(waiting[:SHOWN], bench, it.now), decisions=_ranks(it, waiting, body_id)),
        *_plates(it, body_id, bench, waiting),
        *_elsewhere(it, body_id, bench, mine),
        *_settings(it, body_id, bench, mine),
    ]
    lead = _("Second runs of positives are read first, then by rank, then by arrival.")
    return show(request, Page(title=_("Laboratory: queue and plates"), lead=lead, tabs=tabs("queue"), sections=sections))


def _chosen(request: HttpRequest, mine: Sequence[Shape]) -> UUID | None:
    wanted = request.GET.get("body", "")
    values = [one["value"] for one in mine]
    return UUID(wanted if wanted in values else values[0]) if values else None


def _choose(mine: Sequence[Shape], body_id: UUID, url: str = "/laboratory/queue/") -> Section:
    select = entry("body", _("Laboratory"), "select", options=list(mine), value=str(body_id))
    return Section(question=question(url, [select], label=_("Show"))) if len(mine) > 1 else Section()


def _numbers(waiting: Sequence[queries.QueueCard], bench: queries.BenchCard, forecast: rules.Forecast | None, now: datetime) -> Section:
    tiles = [
        {"label": _("Tubes waiting"), "value": len(waiting), "of": bench.queue_limit or "", "icon": "hourglass"},
        {"label": _("To be run again"), "value": sum(card.rerun for card in waiting)},
    ]
    if forecast is None:
        return Section(
            tiles=tiles, text=_("This laboratory has not said how many tubes it reads a day and how long a result takes: nothing is forecast.")
        )
    last = _("Last result of this queue: %(at)s.") % {"at": word_of_moment(forecast.last_result_at, now)} if waiting else ""
    over = _("The queue is longer than its limit: send tubes on.") if forecast.over_limit_at is not None else ""
    return Section(tiles=tiles, text=" ".join(filter(None, (last, over))))


def word_of_moment(moment: datetime, now: datetime) -> str:
    """How far ahead a moment is, in hours and minutes: what somebody who waits wants to know."""
    minutes = max(0, round((moment - now).total_seconds() / 60))
    return _("in %(hours)d h %(minutes)d min") % {"hours": minutes // 60, "minutes": minutes % 60}


def _waiting(cards: Sequence[queries.QueueCard], bench: queries.BenchCard, now: datetime) -> Shape:
    rows = []
    for place, card in enumerate(cards, start=1):
        expected = rules.expected_at(place, bench.bench, now)
        said = word_of_moment(expected, now) if expected is not None else _("not said")
        rows.append((card.label, card.people, _("second run") if card.rerun else str(card.rank), card.received_at, said))
    columns = (_("Tube"), _("People"), _("Rank"), _("Received"), _("Result expected"))
    return table(_("The next tubes, in the order in which they are read"), columns, rows, _("No tube waits"))


def _ranks(it: Reader, waiting: Sequence[queries.QueueCard], body_id: UUID) -> list[Shape]:
    rounds = sorted({card.round_id for card in waiting if card.round_id is not None}, key=str)
    if not rounds or not it.actor.duties & {Duty.LABORATORY, Duty.TESTING_FORCE}:
        return []
    counted = {one: sum(card.round_id == one for card in waiting) for one in rounds}
    options = [option(one, _("round with %(count)d tubes here (%(id)s)") % {"count": counted[one], "id": str(one)[:8]}) for one in rounds]
    inputs = [
        entry("round_id", _("Round"), "select", options=options),
        entry("rank", _("Rank"), "select", options=[option(str(rank), str(rank)) for rank in rules.RANKS], value=str(rules.ROUND_RANK)),
    ]
    return [ask("laboratory.rank-round", _("Which round is read first"), label=_("Rank"), ids={"body_id": body_id}, inputs=inputs)]


def _plates(it: Reader, body_id: UUID, bench: queries.BenchCard, waiting: Sequence[queries.QueueCard]) -> list[Section]:
    cards = queries.plates(actor=it.actor, body_id=body_id, limit=12)
    rows = [
        (card.label, f"{sum(bool(well.label) for well in card.laid)} / {card.wells}", card.open, card.laid_at, card.failed_reason) for card in cards
    ]
    columns = (_("Plate"), _("Tubes / wells"), _("Not read yet"), _("Laid"), _("Failed"))
    forms = []
    if writes(it.actor):
        inputs = [
            entry("label", _("Label of the plate"), longest=40),
            entry("wells", _("Wells"), "number", value=bench.plate_wells),
            entry(
                "tubes",
                _("Tubes, well by well, one per line"),
                "lines",
                optional=True,
                hint=_("A dash is a control. Left empty: the next of the queue."),
            ),
        ]
        forms.append(ask("laboratory.lay-plate", _("Lay a plate"), label=_("Lay"), ids={"body_id": body_id}, inputs=inputs))
        forms += [_fail(card) for card in cards if card.open and card.failed_at is None]
    return [Section(heading=_("Plates"), table=table(_("The newest plates"), columns, rows, _("No plate yet")), decisions=forms)]


def _fail(card: queries.PlateCard) -> Shape:
    title = _("Controls of plate %(label)s failed") % {"label": card.label}
    inputs = [entry("reason", _("Why"), longest=100)]
    facts = [(well.name, well.label) for well in card.laid[:8]]
    return ask("laboratory.fail-plate", title, label=_("Back to the queue"), ids={"plate_id": card.id}, inputs=inputs, facts=facts)


def _elsewhere(it: Reader, body_id: UUID, bench: queries.BenchCard, mine: Sequence[Shape]) -> list[Section]:
    """What is sent on to another laboratory, and what came from one and is to be counted."""
    names = {one["value"]: one["label"] for one in mine}
    cards = [card for card in queries.consignments(actor=it.actor) if writes(it.actor)]
    forms = [
        ask(
            "laboratory.take-over",
            _("%(count)d tubes from %(name)s") % {"count": card.said, "name": names.get(str(card.from_body_id), "–")},
            label=_("Counted"),
            ids={"consignment_id": card.id},
            inputs=[entry("labels", _("Labels found, one per line"), "lines", optional=True)],
            otherwise=_("They are in neither queue."),
        )
        for card in cards
        if card.to_body_id == body_id
    ]
    others = [one for one in mine if one["value"] != str(body_id)]
    if writes(it.actor) and others:
        inputs = [
            entry("to_body_id", _("To"), "select", options=others, value=str(bench.overflow_id) if bench.overflow_id else others[0]["value"]),
            entry("labels", _("Labels, one per line"), "lines"),
            entry("said", _("Count said aloud"), "number"),
        ]
        forms.append(ask("laboratory.send-on", _("Send tubes on to another laboratory"), label=_("Send on"), ids={"body_id": body_id}, inputs=inputs))
    return [Section(heading=_("Another laboratory"), decisions=forms)] if forms else []


def _settings(it: Reader, body_id: UUID, bench: queries.BenchCard, mine: Sequence[Shape]) -> list[Section]:
    if not it.actor.duties & {Duty.LABORATORY, Duty.TESTING_FORCE}:
        return []
    others = [one for one in mine if one["value"] != str(body_id)]
    inputs = [
        entry(
            "tubes_per_day",
            _("Tubes a day"),
            "number",
            value=bench.tubes_per_day,
            optional=True,
            hint=_("Left empty: not said; nothing is forecast."),
        ),
        entry("turnaround_minutes", _("Minutes from bench to result"), "number", value=bench.turnaround_minutes, optional=True),
        entry("queue_limit", _("Longest queue"), "number", value=bench.queue_limit, optional=True),
        entry("plate_wells", _("Wells of a plate"), "number", value=bench.plate_wells, optional=True),
        entry("overflow_id", _("Who takes what is too much"), "select", options=others, optional=True, value=str(bench.overflow_id or "")),
    ]
    return [
        Section(decisions=[ask("laboratory.set-bench", _("What this laboratory can do"), label=_("Say"), ids={"body_id": body_id}, inputs=inputs)])
    ]


@login_required
def chain(request: HttpRequest) -> HttpResponse:
    """Each step of the laboratory with its owner, its times, and where tubes pile up."""
    it = reader(request)
    mine = bodies_of(it.actor)
    body_id = _chosen(request, mine)
    cards = queries.chain(actor=it.actor, body_id=body_id, now=it.now) if body_id else []
    offices = organisation.offices(actor=it.actor, holder_ids=[card.owner_id for card in cards if card.owner_id is not None])
    narrow = rules.bottleneck([card.step for card in cards])
    rows = [
        (
            {"text": word("step", card.step.key), "sub": _("most tubes wait here") if card.step.key == narrow else ""},
            card.step.done,
            card.step.waiting,
            card.step.since or "–",
            "–" if card.step.median_minutes is None else _("%(minutes)d min") % {"minutes": round(card.step.median_minutes)},
            {"text": word("duty", card.duty), "sub": offices[card.owner_id][0] if card.owner_id in offices else ""},
            card.step.last_at or "–",
        )
        for card in cards
    ]
    columns = (_("Step"), _("Done"), _("Waiting"), _("Oldest since"), _("Usual time"), _("Owner"), _("Last"))
    caption = _("Tubes of the last %(hours)d hours, step by step") % {"hours": queries.CHAIN_HOURS}
    sections = [Section(table=table(caption, columns, rows, _("No laboratory in your areas")))]
    if body_id is not None:
        sections.insert(0, _choose(mine, body_id, "/laboratory/chain/"))
    return show(
        request,
        Page(
            title=_("Laboratory: chain"),
            lead=_("Who does which step, since when tubes wait, and where they pile up."),
            tabs=tabs("chain"),
            sections=sections,
        ),
    )
