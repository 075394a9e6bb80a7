"""What the laboratory's tests share: two people of one laboratory, tubes, runs by hand."""

from datetime import datetime
from uuid import UUID

from epigrid.field.laboratory import actions, queries, rules
from epigrid.kernel.duties import Duty
from epigrid.store import sheets
from epigrid.store.models import Fact
from tests import cast
from tests.cast import HOUR, MONDAY

LAB, SECOND = cast.actor(Duty.LABORATORY), cast.actor(Duty.LABORATORY, who="second")
POLICY = rules.ReadingPolicy(edition="e", clause_id="c", positive_ct_below=38.0, grey_ct_below=40.0, rerun_positive=True)


def register(world: cast.World, *labels: str, people: int = 10, at: datetime = MONDAY - 3 * HOUR, round_id: UUID | None = None) -> None:
    """Tubes that the first laboratory received."""
    tubes = [(cast.uid("tube", label), label, people) for label in labels]
    rounds = {tube: round_id for tube, _label, _people in tubes}
    where = {"body_id": world.bodies["lab1"], "tubes": tubes, "rounds": rounds}
    actions.register_specimens(actor=cast.procedure(), now=at, cause=world.root_cause, **where)


def take(world: cast.World, text: str, encoding: str = "gbk", source: str = "file") -> sheets.ImportReport:
    """A county's table through the importer."""
    sheet = sheets.read(text.encode(encoding), "results.csv")
    return actions.import_results(actor=LAB, body_id=world.bodies["lab1"], sheet=sheet, source=source, now=MONDAY)


def enter(world: cast.World, label: str, hours: float, *, actor=LAB, orf=None, n=None, stated: str = "") -> UUID:
    """A run by hand, so many hours before MONDAY."""
    row = rules.ResultRow(row=1, label=label, tested_at=MONDAY - hours * HOUR, orf_ct=orf, n_ct=n, stated=stated)
    return actions.enter_result(actor=actor, body_id=world.bodies["lab1"], row=row, now=MONDAY)


def tube(label: str) -> queries.SpecimenCard:
    """One tube as the laboratory sees it."""
    return queries.labelled(actor=LAB, label=label)[0]


def told(*kinds: str) -> list[str]:
    """The laboratory's facts in the order in which they were told, those of the kinds."""
    found = [
        kind.removeprefix("laboratory.") for kind in Fact.objects.order_by("seq").values_list("kind", flat=True) if kind.startswith("laboratory.")
    ]
    return [kind for kind in found if not kinds or kind in kinds]
