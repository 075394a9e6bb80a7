"""Who acts: a user with duties over areas, a procedure of the playbooks, or a resident about himself."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from uuid import UUID

from epigrid.kernel.areas import Area
from epigrid.kernel.duties import Duty
from epigrid.kernel.errors import NotAllowed


@dataclass(frozen=True, kw_only=True)
class Grant:
    """One duty over one area and all beneath it."""

    duty: Duty
    area: Area


@dataclass(frozen=True, kw_only=True)
class Actor:
    """The one in whose name something is read or done; made at the door, never deeper.

    `kind` is `user`, `procedure` or `resident`; `id` is the user's, the person's, or None for a procedure, whose `name` is its step.
    A resident holds no grant: he sees exactly the rows about himself (`person_id`).
    """

    kind: str
    id: UUID | None
    name: str = ""
    grants: tuple[Grant, ...] = ()
    purpose: str = ""
    person_id: UUID | None = None

    @staticmethod
    def user(user_id: UUID, *grants: Grant, purpose: str = "") -> "Actor":
        """A signed-in user."""
        return Actor(kind="user", id=user_id, grants=grants, purpose=purpose)

    @staticmethod
    def procedure(step: str, area: Area, purpose: str = "procedure") -> "Actor":
        """A step of a playbook, acting within one area with the duty `procedure` only."""
        return Actor(kind="procedure", id=None, name=step, grants=(Grant(duty=Duty.PROCEDURE, area=area),), purpose=purpose)

    @staticmethod
    def resident(person_id: UUID) -> "Actor":
        """A resident about himself, by slip code, phone operator or grid worker."""
        return Actor(kind="resident", id=person_id, person_id=person_id, purpose="own")

    @property
    def named(self) -> UUID:
        """The id of the human who acts; a decision needs one, a procedure is none."""
        if self.id is None:
            raise NotAllowed(needs="a named human")
        return self.id

    @property
    def duties(self) -> frozenset[Duty]:
        """All duties held anywhere."""
        return frozenset(grant.duty for grant in self.grants)

    def areas(self, duties: Iterable[Duty] | None = None) -> tuple[Area, ...]:
        """The areas over which one of `duties` (any duty when None) is held, outermost only, sorted."""
        wanted = None if duties is None else frozenset(duties)
        found = sorted({grant.area for grant in self.grants if wanted is None or grant.duty in wanted})
        kept: list[Area] = []
        for area in found:
            if not (kept and kept[-1].covers(area)):
                kept.append(area)
        return tuple(kept)

    def holds(self, *duties: Duty, area: Area) -> bool:
        """Whether one of `duties` is held over `area`. Broken glass carries no act."""
        return any(grant.duty in duties and grant.duty is not Duty.GLASS and grant.area.covers(area) for grant in self.grants)

    def require(self, *duties: Duty, area: Area) -> None:
        """Refuse with `NotAllowed` unless one of `duties` is held over `area`."""
        if not self.holds(*duties, area=area):
            raise NotAllowed(needs=sorted(duties))

    def for_purpose(self, purpose: str) -> "Actor":
        """The same actor with a purpose stated (identity reads need one)."""
        return replace(self, purpose=purpose)
