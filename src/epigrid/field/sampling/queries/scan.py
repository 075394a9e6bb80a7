"""Whose rows the codes of a printed roll-call mean."""

from collections.abc import Collection
from uuid import UUID

from epigrid.field.sampling import rules
from epigrid.field.sampling.models import RosterRow
from epigrid.kernel.actors import Actor


def rows_of_codes(*, actor: Actor, round_id: UUID, codes: Collection[str]) -> dict[str, tuple[UUID, bool]]:
    """Code -> (person, whether he was struck off) of a round's rows that the actor sees; unknown and foreign codes are absent, and one that two rows share.

    The roster of the buildings whose first digits the codes bear is read, not the whole round.
    """
    wanted = {code[: rules.BUILDING_DIGITS] for code in codes}
    rows = RosterRow.objects.seen_by(actor).filter(round_id=round_id)
    buildings = set(rows.order_by().values_list("building_id", flat=True).distinct())
    mine = [one for one in buildings if rules.building_code(round_id, one) in wanted]
    people = list(rows.filter(building_id__in=[one for one in mine if one is not None]).values_list("building_id", "person_id", "struck"))
    if None in mine:
        people += rows.filter(building_id__isnull=True).values_list("building_id", "person_id", "struck")
    found: dict[str, list[tuple[UUID, bool]]] = {}
    for building_id, person_id, struck in people:
        code = rules.row_code(round_id=round_id, building_id=building_id, person_id=person_id)
        if code in codes:
            found.setdefault(code, []).append((person_id, struck))
    return {code: same[0] for code, same in found.items() if len(same) == 1}
