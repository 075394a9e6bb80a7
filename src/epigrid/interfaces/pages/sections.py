"""A page as data: a title and sections made of the components' shapes."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


@dataclass(kw_only=True)
class Section:
    """One part of a page; whatever is given is shown, in this order."""

    heading: Any = ""
    tiles: Sequence[dict[str, Any]] = ()
    facts: Sequence[Any] = ()
    decisions: Sequence[dict[str, Any]] = ()
    verdicts: Sequence[dict[str, Any]] = ()
    table: dict[str, Any] | None = None
    timeline: Sequence[dict[str, Any]] = ()
    empty: dict[str, Any] | None = None
    acts: Sequence[dict[str, Any]] = ()
    url: str = ""
    hidden: Sequence[tuple[str, str]] = ()


@dataclass(kw_only=True)
class Page:
    """A page."""

    title: Any
    lead: Any = ""
    sections: list[Section] = field(default_factory=list)


def show(request: HttpRequest, page: Page) -> HttpResponse:
    """Render a page on the base layout."""
    return render(request, "sections.html", {"page": page})


def table(caption: Any, columns: Sequence[Any], rows: Sequence[Sequence[Any]], empty: Any) -> dict[str, Any]:
    """A table shape from plain columns and cells."""
    return {
        "caption": caption,
        "columns": [column if isinstance(column, dict) else {"label": column} for column in columns],
        "rows": [{"cells": list(cells)} for cells in rows],
        "empty": {"title": empty},
    }
