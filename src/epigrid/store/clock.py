"""Each area tree has a clock: real trees the wall clock, an exercise tree its own moment, running or standing.

A running exercise clock goes on 1:1 from the moment at which it was anchored. The worker beats it every few seconds; when nobody beats (the
server is stopped or was killed), the clock stands still `STALLS_AFTER` later.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from uuid import UUID
from zoneinfo import ZoneInfo

from epigrid.kernel.areas import Area
from epigrid.kernel.errors import DomainError, NotFound
from epigrid.store.acts import whole
from epigrid.store.models import Tree

STALLS_AFTER = timedelta(seconds=10)


class ClockGoesForward(DomainError):
    """A clock is never turned back."""

    reason = "clock.goes-forward"


class WallClock(DomainError):
    """The clock of a real tree is the wall's; nobody sets it."""

    reason = "clock.wall"


@dataclass(frozen=True, kw_only=True)
class TreeCard:
    """What the doors need to know of a tree."""

    root: Area
    title: str
    exercise: bool
    acts_as: Area
    time_zone: str
    namespace: UUID | None


@lru_cache(maxsize=64)
def _card(root: str) -> TreeCard:
    tree = Tree.objects.filter(root=root).first()
    if tree is None:
        raise NotFound(tree=root)
    return TreeCard(
        root=Area(tree.root),
        title=tree.title,
        exercise=tree.exercise,
        acts_as=Area(tree.acts_as) if tree.acts_as else Area(tree.root),
        time_zone=tree.time_zone,
        namespace=tree.namespace,
    )


def card(area: Area) -> TreeCard:
    """The card of the tree that `area` lies in; `NotFound` when there is none."""
    return _card(str(area.root))


def forget_cards() -> None:
    """Drop remembered cards (after trees were made or removed)."""
    _card.cache_clear()


def namespace(area: Area) -> UUID | None:
    """The id namespace of the tree, or None."""
    try:
        return card(area).namespace
    except NotFound:
        return None


def make_tree(
    *,
    root: Area,
    title: str,
    time_zone: str = "Asia/Shanghai",
    seed: int | None = None,
    acts_as: Area | None = None,
    moment: datetime | None = None,
) -> None:
    """Make a tree: with `moment` an exercise whose clock stands at it (`acts_as`: the real area whose overlays it uses), else a real one."""
    from epigrid.store.ids import natural_id

    space = None if seed is None else natural_id(UUID(int=0), "tree", root, seed)
    Tree.objects.create(root=root, title=title, time_zone=time_zone, exercise=moment is not None, acts_as=acts_as, namespace=space, moment=moment)
    forget_cards()


def trees() -> list[TreeCard]:
    """All trees, by root."""
    return [_card(root) for root in Tree.objects.order_by("root").values_list("root", flat=True)]


def now(area: Area) -> datetime:
    """The present moment of the tree of `area`, in UTC."""
    return _moment(Tree.objects.get(root=area.root), datetime.now(UTC))


def _moment(tree: Tree, wall: datetime) -> datetime:
    if not tree.exercise:
        return wall
    if tree.moment is None:
        raise NotFound(tree=tree.root)
    if not tree.running or tree.anchored_at is None:
        return tree.moment
    return tree.moment + min(max(wall - tree.anchored_at, timedelta()), STALLS_AFTER)


def runs(area: Area) -> bool:
    """Whether the tree's clock runs: a real tree's always does."""
    tree = Tree.objects.get(root=area.root)
    return tree.running or not tree.exercise


def local_day(area: Area, moment: datetime) -> date:
    """The local day of the area at `moment`: the day of every rule."""
    return moment.astimezone(zone(area)).date()


def zone(area: Area) -> ZoneInfo:
    """The area's time zone."""
    return ZoneInfo(card(area).time_zone)


def local_midnight(area: Area, day: date) -> datetime:
    """The moment at which `day` begins in the area."""
    return datetime(day.year, day.month, day.day, tzinfo=zone(area)).astimezone(UTC)


@whole
def move_to(area: Area, moment: datetime) -> None:
    """Move an exercise clock forward to `moment`; running or standing stays as it is."""
    tree = _locked(area)
    if moment < _moment(tree, datetime.now(UTC)):
        raise ClockGoesForward(asked=moment.isoformat())
    _anchor(tree, moment)


@whole
def start(area: Area) -> None:
    """Let an exercise clock run on from where it stands."""
    tree = _locked(area)
    moment = _moment(tree, datetime.now(UTC))
    tree.running = True
    _anchor(tree, moment)


@whole
def stop(area: Area) -> None:
    """Let an exercise clock stand."""
    tree = _locked(area)
    moment = _moment(tree, datetime.now(UTC))
    tree.running = False
    _anchor(tree, moment)


@whole
def beat() -> None:
    """Carry every running exercise clock to its present moment; called by the worker every few seconds, and first of all when it starts.

    What was read before the server went down may lie up to `STALLS_AFTER` behind the last beat: the clock goes on from there, never from before it.
    """
    wall = datetime.now(UTC)
    for tree in Tree.objects.select_for_update().filter(exercise=True, running=True).order_by("root"):
        _anchor(tree, _moment(tree, wall))


def _locked(area: Area) -> Tree:
    tree = Tree.objects.select_for_update().get(root=area.root)
    if not tree.exercise:
        raise WallClock(tree=tree.root)
    return tree


def _anchor(tree: Tree, moment: datetime | None) -> None:
    tree.moment = moment
    tree.anchored_at = datetime.now(UTC)
    tree.save(update_fields=["moment", "anchored_at", "running"])
