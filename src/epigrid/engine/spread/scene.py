"""What the generator answers: a community as files may show it, and apart from it the cast and the truth.

Keys are short strings that hold within one scene (`k03/b2/u1/f05/r501`, `p00042`); ids are UUIDs of the tree.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from epigrid.engine.spread.plan import LaboratoryPlan
from epigrid.kernel.areas import Area

Column = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True, slots=True)
class AreaNode:
    """A node of the responsibility tree."""

    id: UUID
    area: Area
    level: str
    name: str
    code: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Microgrid:
    """A cell of a grid: its staircases (keys of units or rows), households, and why it is outside 30-50 when it is."""

    area: Area
    grid: Area
    stairs: tuple[str, ...]
    households: int
    reason: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """A physical place. `area` is its grid; `microgrid` its cell, None where it spans several. Parents stand before children."""

    key: str
    id: UUID
    kind: str
    name: str
    full_name: str
    slug: str
    parent: str
    area: Area
    microgrid: Area | None
    floors: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """An invented person. `home` and `works_at` are keys of places, `guardian` of a person; `channel` is phone or bell."""

    key: str
    id: UUID
    name: str
    sex: str
    birth_date: date
    document: str
    phone: str
    home: str
    household: str
    head: bool
    relation: str
    residence: str
    workplace: str
    works_at: str
    needs: tuple[str, ...]
    guardian: str
    channel: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Household:
    """People who live together: the dwelling's key is also the household's."""

    key: str
    id: UUID
    number: str
    members: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class DayEntry:
    """One category of one person on the day's register."""

    who: str
    category: str


@dataclass(frozen=True, kw_only=True, slots=True)
class GuestStay:
    """One line of a hotel's register; `leaves_at` is the planned departure."""

    number: str
    who: str
    hotel: str
    room: str
    arrived_at: datetime
    leaves_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Body:
    """A body of the exercise."""

    key: str
    id: UUID
    kind: str
    name: str
    area: Area
    superior: str
    line: str


@dataclass(frozen=True, kw_only=True, slots=True)
class StaffMember:
    """Somebody with a duty; `team` where he belongs to a sampling team."""

    key: str
    id: UUID
    duty: str
    title: str
    name: str
    body: str
    area: Area
    team: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Volunteer:
    """A volunteer and the grid where he helps."""

    key: str
    id: UUID
    title: str
    name: str
    area: Area


@dataclass(frozen=True, kw_only=True, slots=True)
class Team:
    """A sampling team: a fixed one with the buildings (keys, rows too) that queue at it, or a mobile one for doors."""

    key: str
    name: str
    fixed: bool
    area: Area
    buildings: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class Presences:
    """Presences as columns, in order of time: index into `Community.everybody`, index into `Community.venues`, from, until (seconds since 1970)."""

    who: Column
    venue: Column
    t_in: Column
    t_out: Column

    def __len__(self) -> int:
        return len(self.who)


@dataclass(frozen=True, kw_only=True, eq=False)
class Community:
    """Everything that a county's registers, lists and files may say. Nothing of the truth is in it."""

    tree: str
    seed: int
    title: str
    time_zone: str
    opens_at: datetime
    areas: tuple[AreaNode, ...]
    grids: tuple[Area, ...]
    microgrids: tuple[Microgrid, ...]
    places: Mapping[str, Place]
    venues: tuple[str, ...]
    residents: tuple[Person, ...]
    guests: tuple[Person, ...]
    outsiders: tuple[Person, ...]
    households: tuple[Household, ...]
    register: tuple[DayEntry, ...]
    home_quarantined: tuple[str, ...]
    stays: tuple[GuestStay, ...]
    bodies: tuple[Body, ...]
    staff: tuple[StaffMember, ...]
    volunteers: tuple[Volunteer, ...]
    teams: tuple[Team, ...]
    laboratories: tuple[LaboratoryPlan, ...]
    presences: Presences
    dwell_minutes: Mapping[str, int]
    level_areas: Mapping[str, Area]

    @property
    def everybody(self) -> tuple[Person, ...]:
        """Residents, guests, people of another county, in the order that `Presences.who` counts."""
        return self.residents + self.guests + self.outsiders

    def people(self) -> dict[str, Person]:
        """Everybody by key."""
        return {person.key: person for person in self.everybody}


@dataclass(frozen=True, kw_only=True, slots=True)
class Meeting:
    """The index case and somebody at one venue at the same time."""

    who: str
    venue: str
    start: datetime
    end: datetime

    @property
    def seconds(self) -> int:
        """How long."""
        return int((self.end - self.start).total_seconds())


@dataclass(frozen=True, kw_only=True, slots=True)
class Rejection:
    """A scan candidate who is no contact, and why."""

    who: str
    reason: str
    words: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Dependant:
    """Whom a contact leaves behind: `kind` is child, bed-ridden or pet (`whom` is then empty)."""

    contact: str
    kind: str
    whom: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Truth:
    """What really happened. Never written into a file; the driver plays by it and the laws are checked against it.

    The case's own window may begin at any moment of `window_day` (the index case was at home all that day) and ends after the last presence. `tube` is
    the positive tube in queue order: the index case, the co-residents, the mates. `scan_seconds`: co-presence of every scan candidate, no other.
    """

    index: str
    window_day: date
    co_residents: tuple[str, ...]
    tube: tuple[str, ...]
    tube_mates: tuple[str, ...]
    meetings: tuple[Meeting, ...]
    scan_seconds: Mapping[str, int]
    scan_contacts: tuple[str, ...]
    interview_contact: str
    interview: Meeting | None
    outsiders: tuple[str, ...]
    rejections: tuple[Rejection, ...]
    near_misses: tuple[str, ...]
    exposed_guests: tuple[str, ...]
    affected_unit: str
    affected_floor: str
    wrong_namesake: str
    later_positive: str
    refuses: str
    dependants: tuple[Dependant, ...]
    roll_call: Mapping[str, str]
    strangers: tuple[Person, ...]

    @property
    def close_contacts(self) -> tuple[str, ...]:
        """Everybody whom a right judgement finds to be a close contact."""
        told = (self.interview_contact,) if self.interview_contact else ()
        return (*self.co_residents, *self.scan_contacts, *told, *self.outsiders)


@dataclass(frozen=True, kw_only=True, slots=True)
class Scene:
    """A community, its hidden truth, and who plays which part (`elder`, `dialysis`, `comes-home` ... -> keys of people)."""

    community: Community
    truth: Truth
    cast: Mapping[str, tuple[str, ...]]
