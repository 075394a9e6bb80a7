"""Questions about tubes, results and tests due."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Case, CharField, F, Func, OuterRef, Q, Subquery, When, Window
from django.db.models.functions import Cast, Lag, Lead

from epigrid.field.sampling.models import Swab, TestDue, Tube
from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area


@dataclass(frozen=True, kw_only=True)
class TubeCard:
    """A tube with its people in queue order."""

    id: UUID
    area: Area
    label: str
    pool_size: int
    round_id: UUID | None
    purpose: str
    state: str
    outcome: str
    person_ids: tuple[UUID, ...]
    closed_at: datetime | None
    read_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Reading:
    """One test of one person and what came of it (`outcome` empty: still with the laboratory)."""

    tube_id: UUID
    label: str
    outcome: str
    sampled_at: datetime
    read_at: datetime | None
    pool_size: int
    purpose: str

    @property
    def single(self) -> bool:
        """Whether the tube held this person alone."""
        return self.pool_size == 1


@dataclass(frozen=True, kw_only=True)
class DueCard:
    """One test due."""

    id: UUID
    person_id: UUID
    opens_at: datetime
    due_at: datetime
    source_kind: str
    source_id: UUID
    laboratories: int
    where: str
    state: str
    done_at: datetime | None


def tube(*, actor: Actor, tube_id: UUID) -> TubeCard:
    """One tube with its people in queue order."""
    return tubes(actor=actor, tube_ids=[tube_id])[tube_id]


def on_hand(*, actor: Actor) -> list[TubeCard]:
    """Tubes that are still at tables and doors, open or closed, oldest first."""
    ids = list(Tube.objects.seen_by(actor).filter(state__in=("open", "closed")).order_by("opened_at", "id").values_list("id", flat=True)[:200])
    return list(tubes(actor=actor, tube_ids=ids).values()) if ids else []


def tube_by_label(*, actor: Actor, tree: str, label: str) -> TubeCard | None:
    """The tube with this label in a tree, or None."""
    row = Tube.objects.seen_by(actor).filter(tree=tree, label=label).first()
    return tube(actor=actor, tube_id=row.id) if row is not None else None


def ids_by_label(*, actor: Actor, tree: str, labels: Sequence[str]) -> dict[str, UUID]:
    """Label -> tube id for the labels that exist in the tree."""
    found: dict[str, UUID] = {}
    for start in range(0, len(labels), 500):
        rows = Tube.objects.seen_by(actor).filter(tree=tree, label__in=labels[start : start + 500])
        found |= dict(rows.values_list("label", "id"))
    return found


def tubes(*, actor: Actor, tube_ids: Sequence[UUID]) -> dict[UUID, TubeCard]:
    """Tubes by id, each with its people in queue order; unknown or foreign ids are a `DoesNotExist`."""
    rows = {row.id: row for row in Tube.objects.seen_by(actor).filter(id__in=tube_ids)}
    missing = [tube_id for tube_id in tube_ids if tube_id not in rows]
    if missing:
        raise Tube.DoesNotExist(missing[0])
    members: dict[UUID, list[UUID]] = {tube_id: [] for tube_id in rows}
    swabs = Swab.objects.seen_by(actor).filter(tube_id__in=tube_ids, withdrawn_at__isnull=True).order_by("tube_id", "position")
    for tube_id, person_id in swabs.values_list("tube_id", "person_id"):
        members[tube_id].append(person_id)
    return {tube_id: _tube(row, tuple(members[tube_id])) for tube_id, row in rows.items()}


def labels_in(*, actor: Actor, area: Area, state: str) -> list[str]:
    """Labels of the tubes of an area that are in a state (open, closed, sent, received, lost, read)."""
    return list(Tube.objects.seen_by(actor).filter(area__within=area, state=state).order_by("label").values_list("label", flat=True))


def cause_of(*, actor: Actor, tube_id: UUID) -> UUID:
    """The fact that a tube was opened for."""
    return Tube.objects.seen_by(actor).get(id=tube_id).caused_by


def members(*, actor: Actor, tube_id: UUID) -> tuple[UUID, ...]:
    """The people of a tube in queue order."""
    return tube(actor=actor, tube_id=tube_id).person_ids


def neighbours(*, actor: Actor, tube: TubeCard) -> tuple[str, str]:
    """The labels of the pooled tubes of a round that were opened right before and right after a tube at its table ("": none): who stood next to it in the queue.

    The table is the lane of a site where that was noted, else whoever swabbed first.
    """
    swabber = Swab.objects.seen_by(actor).filter(tube=OuterRef("pk")).order_by("position").values("by")[:1]
    lane = Case(When(lane__isnull=False, then=Cast("lane", CharField())), default=Cast(Subquery(swabber), CharField()))

    def beside(step: Func) -> Window:
        return Window(step, partition_by=[F("site_id"), lane], order_by=["opened_at", "label"])

    queue = Tube.objects.seen_by(actor).filter(round=tube.round_id, pool_size__gt=1)
    rows = queue.annotate(before=beside(Lag("label")), after=beside(Lead("label")))
    found = {pk: (before or "", after or "") for pk, before, after in rows.values_list("id", "before", "after")}
    return found.get(tube.id, ("", ""))


def swabbed_at(*, actor: Actor, tube_id: UUID, person_id: UUID) -> datetime:
    """When the person was swabbed into the tube, whatever became of the tube."""
    return Swab.objects.seen_by(actor).get(tube_id=tube_id, person_id=person_id, withdrawn_at__isnull=True).at


def sampled_in(*, actor: Actor, tube_ids: Sequence[UUID], person_ids: Sequence[UUID]) -> dict[UUID, datetime]:
    """Those of the people who are in one of the tubes, with the moment of the swab (the last one)."""
    rows = Swab.objects.seen_by(actor).filter(tube_id__in=tube_ids, person_id__in=person_ids, withdrawn_at__isnull=True, lost=False)
    return dict(rows.order_by("at").values_list("person_id", "at"))


def readings_of(*, actor: Actor, person_id: UUID, since: datetime | None = None) -> list[Reading]:
    """The tests of one person, oldest first."""
    return readings(actor=actor, person_ids=[person_id], since=since).get(person_id, [])


def readings(*, actor: Actor, person_ids: Sequence[UUID], since: datetime | None = None) -> dict[UUID, list[Reading]]:
    """The tests of several people, oldest first each. A lost tube is a test only if somebody found and read it positive: it warns, and frees nobody."""
    counts = Q(lost=False) | Q(tube__outcome="positive")
    rows = Swab.objects.seen_by(actor).filter(counts, person_id__in=person_ids, withdrawn_at__isnull=True)
    if since is not None:
        rows = rows.filter(at__gte=since)
    found: dict[UUID, list[Reading]] = {}
    for swab in rows.select_related("tube").order_by("at", "tube__label"):
        found.setdefault(swab.person_id, []).append(
            Reading(
                tube_id=swab.tube_id,
                label=swab.tube.label,
                outcome=swab.tube.outcome,
                sampled_at=swab.at,
                read_at=swab.tube.read_at,
                pool_size=swab.tube.pool_size,
                purpose=swab.tube.purpose,
            )
        )
    return found


def tests_due(
    *, actor: Actor, person_ids: Sequence[UUID] | None = None, source_id: UUID | None = None, states: Sequence[str] = ("due",)
) -> list[DueCard]:
    """Tests due (or in other states) of people or of one reason, by due moment."""
    rows = TestDue.objects.seen_by(actor).filter(state__in=states)
    if person_ids is not None:
        rows = rows.filter(person_id__in=person_ids)
    if source_id is not None:
        rows = rows.filter(source_id=source_id)
    return [_due(row) for row in rows.order_by("due_at", "person_id", "id")]


def _tube(row: Tube, person_ids: tuple[UUID, ...]) -> TubeCard:
    return TubeCard(
        id=row.id,
        area=row.area,
        label=row.label,
        pool_size=row.pool_size,
        round_id=row.round_id,
        purpose=row.purpose,
        state=row.state,
        outcome=row.outcome,
        person_ids=person_ids,
        closed_at=row.closed_at,
        read_at=row.read_at,
    )


def _due(row: TestDue) -> DueCard:
    return DueCard(
        id=row.id,
        person_id=row.person_id,
        opens_at=row.opens_at,
        due_at=row.due_at,
        source_kind=row.source_kind,
        source_id=row.source_id,
        laboratories=row.laboratories,
        where=row.where,
        state=row.state,
        done_at=row.done_at,
    )
