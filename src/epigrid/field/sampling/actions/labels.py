"""Labels of tubes and boxes: each number of a tree is drawn once, so that no two sheets bear the same label."""

from datetime import datetime
from uuid import UUID

from epigrid.field.sampling import rules
from epigrid.field.sampling.events import LabelsDrawn
from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.kernel.duties import Duty
from epigrid.store import journal, series
from epigrid.store.acts import whole
from epigrid.store.ids import new_id


@whole
def draw_labels(*, actor: Actor, area: Area, kind: str, count: int, now: datetime) -> UUID:
    """Draw the next `count` labels of tubes or boxes (`rules.LABELS`) and return the drawing; its sheet may be printed again, its numbers never drawn again."""
    actor.require(Duty.REGISTRAR, Duty.SAMPLER, Duty.COMMUNITY_SECRETARY, Duty.TESTING_FORCE, area=area)
    if kind not in rules.LABELS:
        raise rules.LabelKindUnknown(kind=kind)
    first = series.take_numbers(tree=area.tree, name=f"{kind}-label", count=count)
    drawing = new_id(area, "labels", kind, first)
    event = LabelsDrawn(area=area, drawing_id=drawing, series=kind, first=first, count=count)
    journal.record(event, actor=actor, at=now, caused_by=None)
    return drawing
