"""Headings and lists as the walk finds them; the tally counts below them."""

from dataclasses import dataclass, field
from datetime import datetime

from epigrid.response.zones.formats import places
from epigrid.response.zones.formats.lists import Segment, Span
from epigrid.response.zones.formats.notice import Level
from epigrid.response.zones.formats.phrases import Turn


@dataclass(kw_only=True)
class Heading:
    """A heading with what stands below it: a section (of a level), a group (of a district), or a total in a sentence."""

    kind: str
    name: str = ""
    words: Span = (0, 0)
    span: Span
    level_from: Level | None
    level_to: Level | None
    stated: int | None
    rank: int = 0
    own_body: bool = False
    nested: int = 0
    read: int = 0
    lists: int = 0
    cut: bool = False
    from_rule: bool = False
    at: datetime | None = None


@dataclass(kw_only=True)
class Body:
    """A list: its headings from the section down, its segments, and whether a part of it is lost."""

    heads: tuple[Heading, ...]
    segments: list[Segment] = field(default_factory=list)
    stated: int | None
    at: datetime | None = None
    cut: bool = False
    inline: bool = False
    stopped: bool = False

    @property
    def section(self) -> Heading:
        return self.heads[0]


def new(shadow: str, kind: str, name: Span, of: Turn | Heading, stated: int | None) -> Heading:
    """A heading whose name stands at a span, for the levels of a phrase or of a section."""
    words = shadow[slice(*name)].strip()
    return Heading(
        kind=kind,
        name=words,
        words=name,
        span=(of.start, of.end) if isinstance(of, Turn) else name,
        level_from=of.level_from,
        level_to=of.level_to,
        stated=stated,
        rank=places.rank(words) if words else 0,
    )
