"""The component vocabulary of the desk: `{% load desk %}`.

Every tag takes plain data (a dataclass or a dict with the named parts; parts in brackets may be absent) and renders one template
under `components/`. Texts come in the reader's language; nothing is marked safe, so everything is escaped.

Shared shapes
    act       label, [icon], [tone: primary | stop | plain], [url: a link instead of a button], [name, value: what is sent],
              [confirm: question asked first], [confirm_title], [needs_selection: bool, in tables]
    cell      a text or number, or: text, [url], [sub: second line], [chip: word of `words.CHIPS`], [icon], [numeric: bool]
    fact      label, value (a cell)
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import uuid4

from django import template
from django.forms import BaseForm, BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect, Select
from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString

from epigrid.interfaces.pages import manifest, words

register = template.Library()
Shape = Any
"""A dataclass or a mapping with the parts that the tag's docstring names."""

THEMES = frozenset({"light", "dark"})


def part(shape: Shape, name: str, default: Any = None) -> Any:
    """One part of a shape, whether it is a mapping or an object."""
    if isinstance(shape, Mapping):
        return shape.get(name, default)
    return getattr(shape, name, default)


def cell(value: Shape) -> Mapping[str, Any]:
    """A cell with all its parts: plain values become its text."""
    named = isinstance(value, Mapping) or hasattr(value, "text") or hasattr(value, "chip")
    if not named:
        return {"text": "" if value is None else value, "numeric": False, "blank": value in (None, "")}
    parts = {name: part(value, name) for name in ("text", "url", "sub", "chip", "icon", "numeric")}
    return {**parts, "blank": not any(parts.values()) and parts["text"] != 0}


# --- the page itself ---------------------------------------------------------------------------------------------------------


@register.simple_tag
def desk_styles() -> SafeString:
    """The style sheets of the built front end."""
    sheets = ((static(f"desk/{name}"),) for name in manifest.built().styles)
    return format_html_join("\n", '<link rel="stylesheet" href="{}">', sheets)


@register.simple_tag
def desk_scripts() -> SafeString:
    """The scripts of the built front end; they run after the page is read."""
    scripts = ((static(f"desk/{name}"),) for name in manifest.built().scripts)
    return format_html_join("\n", '<script type="module" src="{}"></script>', scripts)


@register.simple_tag(takes_context=True)
def theme(context: template.Context) -> SafeString:
    """The reader's choice of light or dark as an attribute of `<html>`; nothing when the system decides."""
    request = context.get("request")
    chosen = request.COOKIES.get("desk_theme") if isinstance(request, HttpRequest) else None
    return format_html(' data-bs-theme="{}"', chosen) if chosen in THEMES else SafeString("")


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """A Tabler outline icon of the sprite. With a label it is an image with that name, otherwise decoration."""
    sprite = manifest.built().sprite
    address = f"{static(f'desk/{sprite}') if sprite else ''}#{name}"
    naming = format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"')
    return format_html('<svg class="icon" width="18" height="18" {}><use href="{}"/></svg>', naming, address)


@register.simple_tag
def poll(url: str, stamp: str = "", seconds: int = 5) -> SafeString:
    """Attributes of a region (with an id) that keeps itself fresh from `url`, which answers it whole.

    The stamp is the strong ETag of what is shown; the request carries it as If-None-Match, and 304 changes nothing.
    """
    return format_html(
        'data-poll data-stamp="{}" hx-get="{}" hx-trigger="every {}s" hx-swap="outerHTML" hx-sync="this:drop"',
        escape(str(stamp)),
        escape(str(url)),
        seconds,
    )


@register.filter
def duty(word: str) -> Any:
    """The name of a duty in the reader's language."""
    return words.duty(word)


@register.filter
def split_lines(text: str) -> Sequence[str]:
    """The lines of a text, without empty ones."""
    return [line.strip() for line in str(text).splitlines() if line.strip()]


# --- small pieces ------------------------------------------------------------------------------------------------------------


@register.inclusion_tag("components/chip.html")
def chip(kind: str, value: str = "", label: str = "", large: bool = False) -> Mapping[str, Any]:
    """A class as label, icon and tone: `{% chip "status.hold" %}` or `{% chip "rollcall" row.state %}`; see `words.CHIPS`."""
    shown = words.chip(kind, value)
    return {"label": label or shown.label, "icon_name": shown.icon, "tone": shown.tone, "large": large}


@register.inclusion_tag("components/facts.html")
def facts(rows: Iterable[Shape]) -> Mapping[str, Any]:
    """Names and values. `rows`: facts, or pairs (label, cell)."""
    pairs = (row if isinstance(row, tuple) else (part(row, "label"), part(row, "value")) for row in rows or ())
    return {"rows": [{"label": label, "cell": cell(value)} for label, value in pairs]}


@register.inclusion_tag("components/act.html")
def act(shape: Shape) -> Mapping[str, Any]:
    """One button or link: an act (see the top of this module)."""
    return {"act": shape}


@register.inclusion_tag("components/cell.html")
def show_cell(shape: Shape) -> Mapping[str, Any]:
    """One cell: text or link, second line, chip."""
    return {"cell": cell(shape)}


@register.inclusion_tag("components/tiles.html")
def tiles(rows: Iterable[Shape]) -> Mapping[str, Any]:
    """Counts at a glance. Each: label, value, [unit], [of: the denominator], [note], [icon], [tone], [url: the rows it counts]."""
    return {"tiles": list(rows or ())}


# --- tables ------------------------------------------------------------------------------------------------------------------


@register.inclusion_tag("components/filter_bar.html")
def filter_bar(bar: Shape) -> Mapping[str, Any]:
    """Filters above a table, a plain GET form that sends itself when a choice is made.

    `bar`: url, fields, [hidden: pairs (name, value)], [count_text], [reset_url].
    A field: name, label, kind (search | select | date | text), value, [options: value, label], [placeholder].
    """
    return {"bar": bar}


@register.inclusion_tag("components/table.html")
def table(shape: Shape) -> Mapping[str, Any]:
    """A table: dense on a desk, cards on a phone.

    `shape`: caption, columns, rows, [total: cells of the last line], [bulk], [empty: see empty_state], [count_text],
    [previous_url], [next_url], [wide: bool, scrolls sideways instead of folding into cards].
    A column: label, [numeric: bool], [sort_url], [sorted: ascending | descending].
    A row: cells (the first one names the row), [id: what its tick sends], [tick_label].
    `bulk`: name (of the ticks), url (where the form is sent), acts, [note]; rows without an id get no tick.
    """
    columns = list(part(shape, "columns", ()))
    rows = [
        {"id": part(row, "id"), "tick_label": part(row, "tick_label"), "cells": _beside(columns, part(row, "cells", ()))}
        for row in part(shape, "rows", ())
    ]
    total = part(shape, "total")
    return {
        "table": shape,
        "columns": columns,
        "rows": rows,
        "total": _beside(columns, total) if total else None,
        "bulk": part(shape, "bulk"),
    }


def _beside(columns: Sequence[Shape], values: Iterable[Shape]) -> list[Mapping[str, Any]]:
    """Cells with the label of their column; more or fewer cells than columns is a mistake in the page: ValueError."""
    return [
        {**cell(value), "label": part(column, "label"), "numeric": part(column, "numeric", False)}
        for column, value in zip(columns, values, strict=True)
    ]


@register.inclusion_tag("components/chart.html")
def chart(shape: Shape) -> Mapping[str, Any]:
    """A chart that a script draws from data beside its table; without the script there is the table alone.

    `shape`: id, data (JSON, see frontend/desk/src/chart/data.ts and curves.ts), views (kind: graph | gantt | curves, title, legend: pairs of mark and
    label), [how: what stands under it instead of the sentence about cases], [prints: bool, stands on paper too].
    """
    return {"chart": shape}


# --- what happened, and what is asked ----------------------------------------------------------------------------------------


@register.inclusion_tag("components/timeline.html")
def timeline(items: Iterable[Shape]) -> Mapping[str, Any]:
    """What happened, day by day, in the order given.

    An item: at (aware moment), title, [text], [by: who], [url], [icon], [tone], [chip], [cause: label, url].
    """
    return {"items": list(items or ())}


@register.inclusion_tag("components/evidence.html")
def evidence_card(shape: Shape) -> Mapping[str, Any]:
    """One piece of evidence.

    `shape`: title, [icon], [at], [chip], [facts], [text], [doubt: why it may be wrong], [source], [url].
    """
    return {"evidence": shape, "icon_name": part(shape, "icon") or "file-text"}


@register.inclusion_tag("components/decision.html")
def decision_card(shape: Shape) -> Mapping[str, Any]:
    """A decision that waits, with its evidence beside the button and what happens if nothing is done.

    `shape`: title, acts, url (where the form is sent), [otherwise: what happens by itself, a sentence], [inputs: what is typed or
    chosen], [file: bool, a file is among them], [text], [chip], [due: aware moment], [urgent: bool], [person_days: what the measure costs in restricted person-days], [facts], [evidence: list],
    [verdict], [decider: who may decide], [hidden: pairs (name, value)].
    """
    return {"decision": shape}


@register.inclusion_tag("components/verdict.html")
def verdict_box(shape: Shape) -> Mapping[str, Any]:
    """A judgement, explained to the person, the grid worker and the auditor in the same words.

    `shape`: outcome (text), reason_text, [tone], [icon], [clause: text], [clause_url], [edition], [evidence: texts or cells],
    [changes: sentences, what would change it], [changes_at: aware moment], [source: where its numbers come from], [assumption:
    bool, the source is an assumption of this exercise].
    """
    return {"verdict": shape, "tone": part(shape, "tone") or "info", "icon_name": part(shape, "icon") or "gavel"}


@register.inclusion_tag("components/empty.html")
def empty_state(shape: Shape) -> Mapping[str, Any]:
    """Nothing to show, and what that means. `shape`: title, [text], [icon], [act]."""
    return {"empty": shape, "icon_name": part(shape, "icon") or "mood-empty"}


@register.inclusion_tag("components/reasons.html")
def reason_list(shape: Shape) -> Mapping[str, Any]:
    """Why something was refused, or what to mind.

    `shape`: title, [text], [tone, usually stop], [icon], [reasons: text, [where: row and column], [remedy: what to do],
    [reason: the stable key]].
    """
    return {"note": shape, "tone": part(shape, "tone") or "stop", "icon_name": part(shape, "icon") or "alert-circle"}


@register.inclusion_tag("components/paper_header.html")
def paper_header(shape: Shape) -> Mapping[str, Any]:
    """The head of a served paper.

    `shape`: title, number, body (who issues it), [issued: text or moment], [to: addressee], [exercise: bool; title and number
    then carry the mark].
    """
    return {"paper": shape}


@register.simple_tag
def command_id() -> SafeString:
    """A number of this form's own: pressing its button twice has one effect."""
    return format_html('<input type="hidden" name="command_id" value="{}">', uuid4())


@register.inclusion_tag("components/inputs.html")
def inputs(rows: Iterable[Shape]) -> Mapping[str, Any]:
    """What a person types or chooses beside a button (see `store.shapes.entry`)."""
    return {"inputs": [{**row, "id": f"in-{uuid4().hex[:8]}"} for row in rows]}


@register.inclusion_tag("components/question.html")
def question_form(shape: Shape) -> Mapping[str, Any]:
    """A form that only asks, a plain GET form. `shape`: url, inputs, label, [hidden: pairs (name, value)]."""
    return {"question": shape}


# --- forms -------------------------------------------------------------------------------------------------------------------


@register.inclusion_tag("components/field.html")
def field(bound: BoundField, hint: str | None = None) -> Mapping[str, Any]:
    """One form field: label above, hint (the field's own help, unless another is given), and why it was refused below."""
    widget = bound.field.widget
    group = isinstance(widget, RadioSelect | CheckboxSelectMultiple)
    if group:
        widget.attrs.setdefault("class", "form-check-input")
    told = bound.help_text if hint is None else hint
    return {
        "field": bound,
        "hint": told,
        "check": isinstance(widget, CheckboxInput),
        "group": group,
        "shown": bound if group else bound.as_widget(attrs=_attributes(bound, bool(told))),
    }


def _attributes(bound: BoundField, hinted: bool) -> dict[str, Any]:
    """Class and description of a widget, so that a reader by ear hears hint and fault with the field."""
    widget = bound.field.widget
    kind = "form-control"
    if isinstance(widget, CheckboxInput):
        kind = "form-check-input"
    elif isinstance(widget, Select):
        kind = "form-select"
    ids = [f"{bound.auto_id}_hint"] * hinted + [f"{bound.auto_id}_fault"] * bool(bound.errors)
    attributes: dict[str, Any] = {"class": f"{kind} {widget.attrs.get('class', '')}".strip()}
    if ids:
        attributes["aria-describedby"] = " ".join(ids)
    if bound.errors:
        attributes["aria-invalid"] = "true"
    return attributes


@register.inclusion_tag("components/form_faults.html")
def form_faults(form: BaseForm) -> Mapping[str, Any]:
    """What is wrong with a form as a whole, and its hidden fields."""
    return {"form": form}


@register.inclusion_tag("components/form_fields.html")
def form_fields(form: BaseForm) -> Mapping[str, Any]:
    """All of a form: what is wrong with it as a whole, hidden fields, then each field."""
    return {"form": form}
