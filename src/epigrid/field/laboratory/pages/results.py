"""Results at the human door: positives and corrections for a second person, a file, a run by hand, readings that match no tube, one tube with its runs."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from epigrid.field.laboratory import actions, formats, queries, rules
from epigrid.field.laboratory.pages.desk import bodies_of, ct, tabs, writes
from epigrid.kernel.errors import BadInput
from epigrid.registers.organisation import queries as organisation
from epigrid.store import sheets
from epigrid.store.doors import Reader, reader
from epigrid.store.shapes import Page, Section, Shape, ask, choices, entry, option, question, show, table, word

SHOWN, MENDED = 50, 1000
"""Refused rows that the page shows, and that it hands out to be mended; when these are mended and sent, the next ones of the file are (design values)."""
PROPOSED_FOR = 15
"""Readings of the inbox for which tubes are proposed at once."""


@login_required
def desk(request: HttpRequest) -> HttpResponse:
    """Results and the inbox; with a tube's label that tube alone."""
    it = reader(request)
    label = request.GET.get("tube", "")[:40].strip()
    sections = _tube(it, label) if label else [*_second_person(it), *_take(it, request), *_tube(it, label), *_inbox(it)]
    lead = _("A positive tube is run again, and told to nobody before a second person confirmed it.")
    return show(request, Page(title=_("Laboratory"), lead=lead, tabs=tabs("results"), sections=sections))


def _second_person(it: Reader) -> list[Section]:
    waits, corrections = queries.checks(actor=it.actor, limit=40), queries.corrections(actor=it.actor, limit=40)
    if not waits and not corrections:
        return []
    cards = [_check(card) for card in waits] + [_correction(card) for card in corrections]
    return [
        Section(heading=_("For a second person"), decisions=cards if writes(it.actor) else (), table=None if writes(it.actor) else _listed(waits))
    ]


def _listed(cards: Sequence[queries.SpecimenCard]) -> Shape:
    rows = [(card.label, card.people, card.received_at) for card in cards]
    return table(_("Positives that nobody confirmed yet"), (_("Tube"), _("People"), _("Received")), rows, _("None"))


def _check(card: queries.SpecimenCard) -> Shape:
    runs = [(run.tested_at, _said(run.outcome, run.orf_ct, run.n_ct)) for run in card.runs if run.counts]
    facts = [(_("People in the tube"), card.people), *((_("Run of %(at)s") % {"at": f"{at:%m-%d %H:%M}"}, said) for at, said in runs)]
    return ask(
        "laboratory.verify",
        _("Tube %(label)s reads positive") % {"label": card.label},
        label=_("I looked at the runs: positive"),
        ids={"specimen_ids": [card.id]},
        facts=facts,
        urgent=True,
        otherwise=_("Nobody is told, and nobody is sampled again. Whoever entered the run cannot confirm it."),
    )


def _said(outcome: str, orf_ct: float | None, n_ct: float | None) -> str:
    return f"{word('result', outcome)} · ORF1ab {ct(orf_ct)} · N {ct(n_ct)}"


def _correction(card: queries.CorrectionCard) -> Shape:
    return {
        **ask(
            "laboratory.agree-correction",
            _("Correction of tube %(label)s") % {"label": card.label},
            label=_("Agree"),
            ids={"run_id": card.run_id},
            facts=[
                (_("Was"), _said(card.was, *card.was_cts)),
                (_("Should be"), _said(card.outcome, *card.cts)),
                (_("Reason"), card.reason),
                (_("Asked for"), card.asked_at),
            ],
            otherwise=_("The run stands as it was."),
        )
    }


def _take(it: Reader, request: HttpRequest) -> list[Section]:
    seen = _seen(request)
    if not writes(it.actor):
        return seen
    mine = bodies_of(it.actor)
    first = mine[0]["value"] if mine else ""
    body = entry("body_id", _("Laboratory"), "select", options=mine, value=first)
    file = entry("file", _("Results file"), "file", hint=_("CSV or Excel (tube, time, Ct values, result), FHIR R4, or HL7 v2."))
    buttons = [{"label": _("Take the file"), "tone": "primary"}, {"label": _("Look first"), "name": "look", "value": "1"}]
    upload = ask("laboratory.upload", _("Results"), inputs=[body, file], acts=buttons, file=True)
    hand = ask(
        "laboratory.enter-result",
        _("One run by hand"),
        label=_("Enter"),
        inputs=[
            body,
            entry("label", _("Tube"), longest=40),
            entry("tested_at", _("Time of the test"), "moment"),
            entry("orf_ct", "ORF1ab Ct", "number", optional=True, hint=_("Left empty: not found.")),
            entry("n_ct", "N Ct", "number", optional=True),
            entry("stated", _("Or the result in words"), "select", options=choices("result", rules.OUTCOMES), optional=True),
        ],
        otherwise=_("The tube stays in the queue."),
    )
    return [Section(decisions=[upload]), *seen, Section(decisions=[hand])]


def _seen(request: HttpRequest) -> list[Section]:
    """What the last file was understood as, and its rows that were refused."""
    looked = request.session.pop("laboratory-file", None)
    if not looked:
        return []
    columns = [(heading, field or _("not taken"), _why(why)) for heading, field, why in looked["columns"]]
    found = []
    if columns:
        found.append(Section(table=table(_("How the columns were understood"), (_("Heading"), _("Taken for"), _("Note")), columns, "")))
        found += [Section(decisions=[_heading(looked["body_id"])])] if any(not field for _heading_, field, _why_ in looked["columns"]) else []
    if looked["unknown"]:
        parts = [(part,) for part in looked["unknown"]]
        found.append(Section(table=table(_("Parts of the message that nobody here reads"), (_("Part"),), parts, "")))
    if looked["refused"]:
        refused = [(row, column, word("refusal", reason)) for row, column, reason in looked["refused"]]
        found.append(Section(table=table(_("Rows that were refused"), (_("Row"), _("Column"), _("Reason")), refused, "")))
        mend = {"label": _("Download the refused rows (%(count)d)") % {"count": looked["count"]}, "url": "/laboratory/refused/", "icon": "download"}
        how = _("Mend the cells in that file and send it: what was taken is known already, the first three columns are ignored.")
        if looked["message"]:
            how = _("The file names each message and its tube: they are mended where they were written, and sent again.")
        found.append(Section(text=how, acts=[mend]))
    return found


def _why(why: str) -> str:
    return {"double": _("another column has it"), "left-out": _("left out as saved"), "unknown": _("this heading is not known")}.get(why, "")


def _heading(body_id: str) -> Shape:
    fields = [option(name, headings[0]) for name, headings in formats.HEADINGS.items()]
    inputs = [
        entry("heading", _("Heading in the file"), longest=40),
        entry("field", _("Stands for"), "select", options=fields, optional=True, hint=_("Left empty: the column is left out.")),
    ]
    title = _("Keep a heading for the next files of this laboratory")
    return ask("laboratory.save-heading", title, label=_("Keep"), ids={"body_id": body_id}, inputs=inputs)


def _tube(it: Reader, label: str) -> list[Section]:
    """One tube with all its runs; each that counts can be corrected."""
    asked = question("/laboratory/", [entry("tube", _("Tube"), longest=40, value=label)], label=_("Show its runs"))
    sections = [Section(heading=_("One tube"), question=asked)]
    for card in queries.labelled(actor=it.actor, label=label) if label else []:
        rows = [(run.tested_at, _said(run.outcome, run.orf_ct, run.n_ct), run.source, _standing(run)) for run in card.runs]
        columns = (_("Time of the test"), _("Read"), _("From"), _("Counts"))
        forms = [_ask_correction(run) for run in card.runs if run.counts and writes(it.actor)]
        caption = _("Runs of tube %(label)s: nothing is overwritten") % {"label": card.label}
        sections.append(Section(table=table(caption, columns, rows, _("No run yet")), decisions=forms))
    return sections


def _standing(run: queries.RunCard) -> str:
    if run.corrects is None:
        return _("yes") if run.counts else _("corrected")
    said = {"agreed": _("correction"), "refused": _("correction refused"), "": _("correction, waits for a second person")}[run.decision]
    return f"{said}: {run.reason}"


def _ask_correction(run: queries.RunCard) -> Shape:
    inputs = [
        entry("orf_ct", "ORF1ab Ct", "number", optional=True, value=run.orf_ct, hint=_("Left empty: not found.")),
        entry("n_ct", "N Ct", "number", optional=True, value=run.n_ct),
        entry("stated", _("Or the result in words"), "select", options=choices("result", rules.OUTCOMES), optional=True),
        entry("reason", _("Why"), "long"),
    ]
    title = _("Correct the run of %(at)s") % {"at": f"{run.tested_at:%m-%d %H:%M}"}
    otherwise = _("The run stands. A correction counts once a second person agrees; whoever acted on the old result is told.")
    return ask("laboratory.ask-correction", title, label=_("Ask for it"), ids={"run_id": run.id}, inputs=inputs, otherwise=otherwise)


def _inbox(it: Reader) -> list[Section]:
    cards = queries.inbox(actor=it.actor, limit=60)
    meant = queries.candidates(actor=it.actor, cards=cards[:PROPOSED_FOR]) if cards else {}
    shown = [_unmatched(card, meant.get(card.id, [])) for card in cards] if writes(it.actor) else []
    count = _("%(count)d readings wait for somebody of the laboratory.") % {"count": len(cards)} if cards and not shown else ""
    empty = None if cards else {"title": _("Every reading has its tube"), "icon": "circle-check"}
    return [Section(heading=_("Readings that match no tube"), text=count, decisions=shown, empty=empty)]


def _unmatched(card: queries.InboxCard, meant: Sequence[rules.Candidate]) -> Shape:
    options = [option(one.label, _candidate(one)) for one in meant]
    if options:
        given = entry("specimen_label", _("Belongs to tube"), "select", options=options, optional=True, hint=_("Left empty: it belongs to none."))
    else:
        given = entry("specimen_label", _("Belongs to tube"), optional=True, longest=40, hint=_("Left empty: it belongs to none."))
    return ask(
        "laboratory.resolve",
        _("Reading %(label)s of %(source)s") % {"label": card.label, "source": card.source},
        label=_("Place it"),
        ids={"unmatched_id": card.id},
        inputs=[given, entry("reason", _("Why"), longest=40)],
        facts=[(_("Time of the test"), card.tested_at), (_("Read"), f"ORF1ab {ct(card.orf_ct)} · N {ct(card.n_ct)}")],
        otherwise=_("The reading stays in the inbox; its people wait for their result."),
    )


def _candidate(one: rules.Candidate) -> str:
    state = _("waits for a result") if one.waiting else _("has a result")
    near = _("same label but for look-alikes") if not one.slips else _("%(count)d signs differ") % {"count": one.slips}
    return f"{one.label} · {near} · {state}" + (" · " + _("same round") if one.same_round else "")


@login_required
@require_POST
def upload(request: HttpRequest) -> HttpResponse:
    """Take a results file, or look at it first; the same file again changes nothing."""
    it = reader(request)
    file = request.FILES.get("file")
    if file is None:
        raise BadInput(field="file", why="missing")
    try:
        body_id = UUID(request.POST.get("body_id", ""))
    except ValueError:
        raise BadInput(field="body_id", why="not an id") from None
    organisation.body(actor=it.actor, body_id=body_id)
    look = bool(request.POST.get("look"))
    verb = actions.preview_file if look else actions.import_file
    found = verb(actor=it.actor, body_id=body_id, content=file.read(), name=file.name or "", now=it.now)
    report = found.rows
    counts = {"new": report.created, "known": report.unchanged, "aside": report.set_aside, "refused": len(report.refused)}
    if look:
        messages.info(request, _("Nothing was taken. It would be: %(new)d new, %(known)d known, %(aside)d set aside, %(refused)d refused.") % counts)
    else:
        messages.success(request, _("%(new)d new readings, %(known)d known, %(aside)d set aside, %(refused)d rows refused.") % counts)
    unclear = any(not column.field and column.heading for column in found.columns)
    request.session["laboratory-file"] = {
        "body_id": str(body_id),
        "columns": [(one.heading, one.field, one.why) for one in found.columns[:40]] if look or unclear else [],
        "unknown": list(found.unknown[:60]),
        "refused": [(row.row, row.column, row.reason) for row in report.refused[:SHOWN]],
        "count": min(len(report.refused), MENDED),
        "message": not found.columns,
    }
    request.session["laboratory-refused"] = _mending(found)
    return HttpResponseRedirect("/laboratory/")


def _mending(found: actions.FileReport) -> Shape | None:
    """The refused rows as they go out: row, column and reason in the reader's words, then the cells that were read."""
    report = replace(found.rows, refused=found.rows.refused[:MENDED])
    said = {row.reason: word("refusal", row.reason) for row in report.refused}
    content = sheets.refused_csv(found.sheet, report, headings=(_("source row"), _("refused column"), _("refused because")), words=said)
    encoding = found.sheet.encoding or "utf-8-sig"
    return {"text": content.decode(encoding), "encoding": encoding} if report.refused else None


@login_required
def refused(request: HttpRequest) -> HttpResponse:
    """The refused rows of the last file that this reader sent or looked at, as CSV: mended, it is sent again."""
    kept = request.session.get("laboratory-refused")
    if not kept:
        return HttpResponseRedirect("/laboratory/")
    answer = HttpResponse(kept["text"].encode(kept["encoding"]), content_type="text/csv")
    answer["Content-Disposition"] = 'attachment; filename="refused.csv"'
    return answer
