"""How somebody is linked to a case, and in which order investigators look at candidates. Pure.

The order is the engine's (`engine/tracing/ranking.py`) as far as the registers know a link: household, vehicle without a seat, class and workplace, a meeting at a
place. After the household stands whom the case named. No source puts kinds of places in an order, so they are evidence and minutes decide. An order of work, not a
judgement: it leaves nobody out.
"""

from collections.abc import Collection

LINKS_IN_ORDER = (("household",), ("named",), ("vehicle",), ("class", "workplace"), ("place",))
"""Links of one rank stand together; whoever has none of them comes last."""
VEHICLE = "vehicle"
"""A kind of place in the register. Nobody says which vehicle it was or who sat where."""


def link_of(*, source: str, kinds: Collection[str] = (), household: bool = False, workplace: bool = False) -> str:
    """The strongest link that is known, empty where none is. `kinds` of the places where they met; `household`, `workplace`: both belong to it by the register."""
    known = {
        "household": household or source == "household",
        "named": source == "interview",
        "vehicle": VEHICLE in kinds,
        "workplace": workplace,
        "place": source == "scan",
    }
    return strongest(*(link for link, so in known.items() if so))


def strongest(*links: str) -> str:
    """The link that ranks first; empty where there is none."""
    return next((link for rank in LINKS_IN_ORDER for link in rank if link in links), "")
