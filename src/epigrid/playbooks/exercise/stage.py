"""The stage of an exercise: its tree, its players, its clock, and the loop of time."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from epigrid.command.exercises.events import RunEnded, RunStarted
from epigrid.command.exercises.formats import Plan
from epigrid.engine.spread.community import Community, full_names, generate
from epigrid.engine.spread.presences import Scan, Truth, invent
from epigrid.kernel.actors import Actor, Grant
from epigrid.kernel.areas import Area
from epigrid.kernel.duties import Duty
from epigrid.playbooks import daily, runner
from epigrid.playbooks.tables import STEPS
from epigrid.registers.organisation import queries as organisation
from epigrid.store import clock, journal
from epigrid.store.ids import natural_id

Say = Callable[[str], None]
EVER = datetime(1, 1, 1, tzinfo=UTC)


@dataclass
class Stage:
    """One run in one tree. `say` prints a line of the timeline; `now` is the tree's present moment, for nobody but the stage moves its clock."""

    plan: Plan
    tree: str
    variant: str
    say: Say
    community: Community
    scans: list[Scan]
    truth: Truth
    names: dict[str, str]
    users: dict[Duty, list[UUID]] = field(default_factory=dict)
    bodies: dict[str, UUID] = field(default_factory=dict)
    people: dict[str, UUID] = field(default_factory=dict)
    places: dict[str, UUID] = field(default_factory=dict)
    notes: dict[str, UUID] = field(default_factory=dict)
    boxes: int = 0
    labels: int = 0
    cause: UUID = field(default_factory=lambda: UUID(int=0))
    now: datetime = EVER
    actors: dict[tuple[Duty, int], Actor] = field(default_factory=dict)

    @property
    def root(self) -> Area:
        """The tree's root, which is the city."""
        return Area(f"{self.tree}/")

    @property
    def county(self) -> Area:
        """The affected county."""
        return self.root.child("xd")

    @property
    def area(self) -> Area:
        """The affected community."""
        return self.county.child("yh").child("hy")

    @property
    def zone(self) -> ZoneInfo:
        """The tree's time zone."""
        return clock.zone(self.root)

    def actor(self, duty: Duty, number: int = 0) -> Actor:
        """The player who holds a duty, with all duties entrusted to him."""
        if (duty, number) not in self.actors:
            user_id = self.users[duty][number]
            self.actors[duty, number] = Actor.user(user_id, *organisation.appointments(holder_id=user_id, now=self.now))
        return self.actors[duty, number]

    @property
    def director(self) -> Actor:
        """Sees everything, decides nothing: for reading the state between steps."""
        return Actor.procedure("exercise.director", self.root)

    @property
    def administrator(self) -> Actor:
        """Sets up the tree before the exercise begins."""
        return Actor.user(self.id("user", "administrator"), Grant(duty=Duty.ADMINISTRATOR, area=self.root))

    def id(self, kind: str, key: object) -> UUID:
        """The id of something generated: UUIDv5 of (tree, seed, kind, natural key)."""
        return natural_id(space(self.tree, self.plan.seed), kind, key)

    def go_to(self, moment: datetime) -> None:
        """Let time pass until `moment`, doing what falls due on the way."""
        self.hear()
        while (due := daily.next_due(self.root, self.now)) <= moment:
            self._strike(due)
        if moment > self.now:
            self._strike(moment)

    def _strike(self, moment: datetime) -> None:
        clock.move_to(self.root, moment)
        self.now = moment
        daily.tick(self.root, moment)
        self.hear()

    def wait(self, minutes: float) -> None:
        """Let minutes pass."""
        self.go_to(self.now + timedelta(minutes=minutes))

    def hear(self) -> None:
        """Let the playbooks hear everything."""
        runner.run_until_quiet(STEPS)

    def tell(self, text: str) -> None:
        """Print one line of the timeline with the simulated clock."""
        self.say(f"{self.now.astimezone(self.zone):%m-%d %H:%M}  {text}")


def space(tree: str, seed: int) -> UUID:
    """The id namespace of a tree and seed, as the tree's clock row has it."""
    return natural_id(UUID(int=0), "tree", Area(f"{tree}/"), seed)


def make_stage(plan: Plan, *, tree: str, variant: str, say: Say) -> Stage:
    """Generate the community and make the tree with its clock standing at the plan's start."""
    community = generate(tree, plan.shape)
    zone = ZoneInfo("Asia/Shanghai")
    starts = plan.starts_at if plan.starts_at.tzinfo else plan.starts_at.replace(tzinfo=zone)
    midnight = starts.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    scans, truth = invent(community, midnight=midnight, seed=plan.seed + 1)
    clock.make_tree(root=Area(f"{tree}/"), title=plan.title, seed=plan.seed, acts_as=Area(plan.acts_as), moment=starts)
    return Stage(
        plan=plan,
        tree=tree,
        variant=variant,
        say=say,
        community=community,
        scans=scans,
        truth=truth,
        names=full_names(community.places),
        now=starts.astimezone(UTC),
    )


def begin(stage: Stage) -> None:
    """Record the run: the root cause of what players do of themselves."""
    run_id = stage.id("run", stage.variant)
    event = RunStarted(area=stage.root, run_id=run_id, plan=stage.plan.name, variant=stage.variant)
    stage.cause = journal.record(event, actor=stage.administrator, at=stage.now, caused_by=None)


def end(stage: Stage, *, finished: bool, laws: int, held: int) -> None:
    """Record that the run is whole: who loads the tree again finds it so."""
    event = RunEnded(area=stage.root, run_id=stage.id("run", stage.variant), finished=finished, laws=laws, held=held)
    journal.record(event, actor=stage.administrator, at=stage.now, caused_by=stage.cause)


def whole(root: Area) -> bool:
    """Whether a tree's run came to its end or its stop; a load that was cut off did not."""
    return journal.told_since(kind=RunEnded.kind, area=root, since=EVER)


def coin(stage: Stage, key: str, one_in: int) -> bool:
    """A seeded coin that does not depend on order: true once in `one_in`."""
    digest = hashlib.sha256(f"{stage.plan.seed}|{key}".encode()).digest()
    return int.from_bytes(digest[:4], "big") % one_in == 0
