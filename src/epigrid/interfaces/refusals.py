"""Refusals at the edge: status codes and words for reason keys."""

from django.utils.translation import gettext as _

from epigrid.kernel.errors import DomainError, NotAllowed, NotFound
from epigrid.store.commands import CommandReused


def status_of(error: DomainError) -> int:
    """403 for missing duty or purpose, 404 for what is not there for this actor, 409 for a reused command, 422 else."""
    if isinstance(error, NotAllowed):
        return 403
    if isinstance(error, NotFound):
        return 404
    return 409 if isinstance(error, CommandReused) else 422


def words(error: DomainError) -> str:
    """The reason in the reader's language; the key itself where nobody has written words for it."""
    known = {
        "access.not-allowed": _("Your duties do not include this act here."),
        "access.not-found": _("There is nothing here that you can see."),
        "vault.purpose-missing": _("State a purpose that your duty carries before names are shown."),
        "input.bad": _("A value could not be taken as it is."),
        "command.reused": _("This command number was used before for something else."),
    }
    return known.get(error.reason, error.reason)
