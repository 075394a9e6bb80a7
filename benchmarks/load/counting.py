"""After the night: what was acknowledged stands in the database exactly once, the classes of the roll-call add up, and a second count agrees."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from benchmarks.load.phones import Night


@dataclass(frozen=True, kw_only=True)
class Found:
    """Samples (one person in one tube) that were acknowledged, found, doubled and lost, and what contradicts the laws of counting."""

    acknowledged: int
    found: int
    doubled: int
    lost: int
    broken: tuple[str, ...]


def count(night: Night, round_id: UUID, people: int) -> Found:
    """Read the database and compare it with what the phones were told."""
    from epigrid.field.sampling.models import RosterRow, Swab
    from epigrid.store.models import Fact

    rows = Swab.objects.filter(round_id=round_id, withdrawn_at=None, lost=False).values_list("tube__label", "person__file_no")
    stands = Counter(rows.iterator())
    told = {(label, paper) for label, papers in night.acknowledged.items() for paper in papers}
    persons = Counter(paper for _label, paper in stands.elements())
    sampled = set(RosterRow.objects.filter(round_id=round_id, state="sampled", way="here").values_list("person__file_no", flat=True).iterator())
    broken = []
    if sampled != set(persons):
        broken.append(f"{len(sampled ^ set(persons))} people's class is not what their tubes say")
    if RosterRow.objects.filter(round_id=round_id, struck=False).count() != people:
        broken.append("the roster has another size than when it was frozen")
    said = sum(len(fact["person_ids"]) for fact in Fact.objects.filter(kind="sampling.swabs-taken").values_list("payload", flat=True).iterator())
    if said != stands.total():
        broken.append(f"facts tell of {said} swabs, {stands.total()} stand")
    return Found(
        acknowledged=len(told),
        found=sum(pair in stands for pair in told),
        doubled=sum(times - 1 for times in persons.values()),
        lost=sum(pair not in stands for pair in told),
        broken=tuple(broken),
    )


def refusals(night: Night) -> Mapping[str, int]:
    """How often each reason was given."""
    return Counter(why for _command, why in night.refused)
