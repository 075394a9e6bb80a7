"""Questions about sampling codes."""

from collections.abc import Sequence
from uuid import UUID

from epigrid.field.sampling.models import SamplingCode
from epigrid.kernel.actors import Actor


def codes(*, actor: Actor, person_ids: Sequence[UUID]) -> dict[UUID, str]:
    """The sampling codes of people; who has none is absent. A resident sees his own."""
    return dict(SamplingCode.objects.seen_by(actor).filter(person_id__in=list(person_ids)).values_list("person_id", "code"))
