"""Who may be taken into a tube: the server decides as the vectors say by which the phone advises (frontend/field/src/rules/tube.ts). All people are invented."""

import hashlib
import hmac
import json
from base64 import b64decode
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from epigrid.field.sampling.models import RosterRow, SampledAlone
from epigrid.kernel import written
from epigrid.kernel.errors import DomainError
from tests import cast
from tests.cast import COMMUNITY, DAY, MONDAY
from tests.field.sampling.test_table import order_round, swab, tube

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "tube.json").read_text(encoding="utf-8"))
STANDS_HERE = 1
OTHERS = range(2, 24)


def stand(world: cast.World, round_id: UUID, standing: dict[str, Any], in_another_tube: bool) -> None:
    if in_another_tube:
        swab(world, tube(world, round_id, "T9"), world.person(STANDS_HERE))
    if standing["alone"]:
        SampledAlone.objects.create(id=cast.uid("alone"), area=COMMUNITY, person_id=world.person(STANDS_HERE), until=MONDAY + DAY)
    row = RosterRow.objects.filter(round_id=round_id, person_id=world.person(STANDS_HERE))
    row.update(**{field: standing[field] for field in ("state", "way", "list", "struck")})


@pytest.mark.django_db
@pytest.mark.parametrize("case", VECTORS["takes"], ids=lambda case: str(case["what"]))
def test_s_199_s_210_the_server_takes_or_refuses_at_a_tube_as_the_phone_advised(world: cast.World, case: dict[str, Any]) -> None:
    round_id = order_round(world)
    stand(world, round_id, case["standing"], case["in_another_tube"])
    pool = tube(world, round_id, "T1", case["pool_size"])
    people = [world.person(number) for number in OTHERS][: case["present"]]
    if people:
        swab(world, pool, *people)
    try:
        swab(world, pool, world.person(STANDS_HERE))
    except DomainError as refused:
        assert refused.reason == case["reason"]
    else:
        assert case["reason"] == ""


@pytest.mark.parametrize("case", VECTORS["documents"], ids=lambda case: str(case["typed"]))
def test_s_196_a_document_number_has_one_form_however_it_is_typed(case: dict[str, Any]) -> None:
    assert written.document(case["typed"]) == case["form"]
    assert hmac.new(b64decode(VECTORS["lookup_key"]), case["form"].encode(), hashlib.sha256).hexdigest()[:16] == case["digest"]
