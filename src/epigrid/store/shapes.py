"""A page as data: a title and sections made of the components' shapes. Templates and words belong to the pages of `interfaces`; they are reached by name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import segno
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.module_loading import import_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

Shape = dict[str, Any]


@dataclass(kw_only=True)
class Section:
    """One part of a page; whatever is given is shown, in this order."""

    heading: Any = ""
    id: str = ""
    text: Any = ""
    note: Shape | None = None
    question: Shape | None = None
    tiles: Sequence[Shape] = ()
    facts: Sequence[Any] = ()
    answer: Shape | None = None
    decisions: Sequence[Shape] = ()
    verdicts: Sequence[Shape] = ()
    chart: Shape | None = None
    table: Shape | None = None
    timeline: Sequence[Shape] = ()
    empty: Shape | None = None
    acts: Sequence[Shape] = ()
    url: str = ""
    hidden: Sequence[tuple[str, str]] = ()


@dataclass(kw_only=True)
class Page:
    """A page; `tabs` are its views (label, url, current), `acts` links beside the title."""

    title: Any
    lead: Any = ""
    sections: list[Section] = field(default_factory=list)
    tabs: Sequence[Shape] = ()
    acts: Sequence[Shape] = ()


def show(request: HttpRequest, page: Page, template: str = "sections.html") -> HttpResponse:
    """Render a page on the base layout."""
    return render(request, template, {"page": page})


def own_tabs(current: str) -> list[Shape]:
    """The pages of a resident about himself: `status`, `record`, `pass`, `code`, `antigen`, `temperature`, `messages`."""
    pages = (
        ("status", _("My status"), "/me/"),
        ("record", _("My tests, requests, and who read my data"), "/me/?view=record"),
        ("pass", _("My pass"), "/me/pass/"),
        ("code", _("My sampling code"), "/me/code/"),
        ("antigen", _("My antigen tests"), "/me/antigen/"),
        ("temperature", _("My temperatures"), "/me/temperature/"),
        ("messages", _("Messages to me"), "/me/messages/"),
    )
    return [{"label": label, "url": url, "current": key == current} for key, label, url in pages]


DOT = 8
"""Pixels of one module of a QR code: a camera reads it from an arm's length (design value)."""


def drawn(text: str, title: str) -> SafeString:
    """A text as QR drawing, dark on white whatever the colours of the page; `title` is what a screen reader says."""
    drawing = segno.make(text, error="m", micro=False)
    return SafeString(drawing.svg_inline(scale=DOT, border=4, dark="#000", light="#fff", title=title))


def named(card: Any) -> str:
    """Somebody of a family on the page of his guardian: masked name and day of birth (without one: file number), by which brothers are told apart."""
    return f"{card.masked_name} ({card.birth_date or card.file_no})"


def word(kind: str, key: str) -> str:
    """A key of a closed list (`task`, `state`, `message` ...) in the reader's words."""
    return str(import_string(settings.EPIGRID_WORDS)(kind, key))


def table(caption: Any, columns: Sequence[Any], rows: Sequence[Sequence[Any]], empty: Any, *, bulk: Shape | None = None) -> Shape:
    """A table shape from plain columns and cells; with `bulk` the first cell's part `id` is what a row's tick sends."""
    return {
        "caption": caption,
        "columns": [column if isinstance(column, dict) else {"label": column} for column in columns],
        "rows": [{"cells": list(cells), "id": cells[0].get("id") if isinstance(cells[0], Mapping) else None} for cells in rows],
        "empty": {"title": empty},
        "bulk": bulk,
    }


def ask(act: str, title: Any, *, label: Any = "", ids: Mapping[str, Any] | None = None, inputs: Sequence[Shape] = (), **more: Any) -> Shape:
    """A form of one act (`quarantine.issue-holds`): its button or `acts`, what it sends along (`ids`), what a person types (`inputs`).

    `more`: otherwise (what happens if nobody acts), text, facts, evidence, due, urgent, chip, acts, confirm, decider.
    """
    hidden = [(name, str(one)) for name, value in (ids or {}).items() for one in (value if isinstance(value, list | tuple | set) else [value])]
    confirm = more.pop("confirm", "")
    acts = more.pop("acts", None) or [{"label": label, "tone": "primary", "confirm": confirm}]
    return {"title": title, "url": reverse(act), "hidden": hidden, "acts": acts, "inputs": list(inputs), **more}


def question(url: str, inputs: Sequence[Shape], *, label: Any, hidden: Sequence[tuple[str, str]] = ()) -> Shape:
    """A form that only asks: its answer is the same page with what was typed in its address."""
    return {"url": url, "inputs": list(inputs), "label": label, "hidden": list(hidden)}


def entry(name: str, label: Any, kind: str = "text", **more: Any) -> Shape:
    """One thing that a person types or chooses: kind text, long, select, moment, number, ticks, file; more: options, value, hint, optional, list."""
    return {"name": name, "label": label, "kind": kind, "needed": not more.pop("optional", False), **more}


def choices(kind: str, keys: Sequence[str]) -> list[Shape]:
    """Options of a closed list, in words."""
    return [{"value": key, "label": word(kind, key)} for key in keys]


def option(value: UUID | str, label: Any) -> Shape:
    """One option."""
    return {"value": str(value), "label": label}
