"""What the laboratory's pages share."""

from django.utils.translation import gettext as _

from epigrid.kernel.actors import Actor
from epigrid.kernel.duties import Duty
from epigrid.registers.organisation import queries as organisation
from epigrid.store.shapes import Shape, option


def tabs(current: str) -> list[Shape]:
    """The laboratory's pages."""
    pages = (
        ("results", _("Results"), "/laboratory/"),
        ("queue", _("Queue and plates"), "/laboratory/queue/"),
        ("chain", _("Chain"), "/laboratory/chain/"),
    )
    return [{"label": label, "url": url, "current": key == current} for key, label, url in pages]


def writes(actor: Actor) -> bool:
    """Whether the reader does the laboratory's acts; others see what is there."""
    return Duty.LABORATORY in actor.duties


def bodies_of(actor: Actor) -> list[Shape]:
    """The laboratories that the reader sees, as options."""
    return [option(body.id, body.name) for body in organisation.bodies(actor=actor, kind="laboratory")]


def ct(value: float | None) -> str:
    """A cycle number; a dash where nothing was found."""
    return "–" if value is None else f"{value:g}"
