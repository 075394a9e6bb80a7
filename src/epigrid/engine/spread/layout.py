"""The two trees: compounds with buildings, units, floors, rooms; and who answers for them, down to microgrids."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Protocol
from uuid import UUID

from epigrid.engine.spread.ids import natural_id
from epigrid.engine.spread.plan import PEOPLE_PER_HOUSEHOLD, BuildingPlan, CompoundPlan, Plan, PlanBroken, VenuePlan
from epigrid.engine.spread.scene import AreaNode, Microgrid, Place
from epigrid.kernel.areas import Area

SHARED = ("compound", "section", "building")
"""Kinds that may span several microgrids."""


class CellLike(Protocol):
    """A proposed microgrid, as the places register's rule gives it."""

    @property
    def units(self) -> tuple[str, ...]: ...
    @property
    def households(self) -> int: ...
    @property
    def exception(self) -> str: ...


Split = Callable[[Sequence[tuple[str, int]]], Sequence[CellLike]]


@dataclass(kw_only=True, eq=False)
class Node:
    """A place while the scene is being made: `stair` is the unit, row or venue whose microgrid it shares, "" where it spans several."""

    key: str
    kind: str
    name: str
    parent: str
    grid: str
    stair: str
    floors: int | None = None


@dataclass(kw_only=True, eq=False)
class Block:
    """One building or row: its dwellings in walking order, the occupied ones, and how many people live in it."""

    key: str
    grid: str
    plan: BuildingPlan
    dwellings: list[str]
    homes: list[str] = field(default_factory=list)
    residents: int = 0


@dataclass(kw_only=True, eq=False)
class Layout:
    """All places before ids and microgrids; `grids` in order: slug -> (community number, name)."""

    nodes: dict[str, Node] = field(default_factory=dict)
    blocks: list[Block] = field(default_factory=list)
    grids: dict[str, tuple[int, str]] = field(default_factory=dict)
    index_stair: str = ""

    def add(self, node: Node) -> str:
        """Enter a node and return its key."""
        self.nodes[node.key] = node
        return node.key


def lay_out(plan: Plan, rng: Random) -> Layout:
    """All places of the plan, which dwellings are occupied, and how many people live in each building."""
    layout = Layout()
    for number, compound in enumerate(plan.places.compounds, 1):
        grid = f"g{number:02d}"
        layout.grids[grid] = (compound.community, f"{compound.name}网格")
        _compound(layout, compound, grid)
    business, beyond = "g00", "n01"
    layout.grids[business] = (1, "沿街商铺网格")
    layout.grids[beyond] = (0, "演练邻街道网格")
    for venue in plan.places.venues:
        _venue(layout, venue, beyond if venue.where == "next" else business)
    _far_home(layout, plan)
    _occupy(layout, plan, rng)
    return layout


def _compound(layout: Layout, compound: CompoundPlan, grid: str) -> None:
    top = layout.add(Node(key=compound.slug, kind=compound.kind, name=compound.name, parent="", grid=grid, stair=""))
    number = 0
    for plan in compound.buildings:
        for _ in range(plan.count):
            number += 1
            _building(layout, plan, top, number, grid) if plan.floors else _row(layout, plan, top, number, grid)


def _building(layout: Layout, plan: BuildingPlan, top: str, number: int, grid: str) -> None:
    key = layout.add(
        Node(key=f"{top}/b{number}", kind="building", name=f"{number}号楼", parent=top, grid=grid, stair="", floors=plan.floors)
    )
    dwellings = []
    for unit in range(1, plan.units + 1):
        stair = f"{key}/u{unit}"
        layout.add(Node(key=stair, kind="unit", name=f"{unit}单元", parent=key, grid=grid, stair=stair))
        if unit == plan.index_unit and not layout.index_stair:
            layout.index_stair = stair
        dwellings += _floors(layout, stair, stair, range(1, plan.floors + 1), (plan.doors, "室"))
    layout.blocks.append(Block(key=key, grid=grid, plan=plan, dwellings=dwellings))


def _floors(layout: Layout, parent: str, stair: str, floors: Iterable[int], doors: tuple[int, str]) -> list[str]:
    grid, rooms = layout.nodes[parent].grid, []
    for floor in floors:
        level = layout.add(Node(key=f"{parent}/f{floor:02d}", kind="floor", name=f"{floor}层", parent=parent, grid=grid, stair=stair))
        for door in range(1, doors[0] + 1):
            name = f"{floor}{door:02d}"
            rooms.append(layout.add(Node(key=f"{level}/r{name}", kind="room", name=name + doors[1], parent=level, grid=grid, stair=stair)))
    return rooms


def _row(layout: Layout, plan: BuildingPlan, top: str, number: int, grid: str) -> None:
    key = f"{top}/p{number}"
    layout.add(Node(key=key, kind="row", name=f"第{number}排", parent=top, grid=grid, stair=key))
    dwellings = [
        layout.add(Node(key=f"{key}/d{door}", kind="bungalow", name=f"{door}号", parent=key, grid=grid, stair=key))
        for door in range(1, plan.doors + 1)
    ]
    layout.blocks.append(Block(key=key, grid=grid, plan=plan, dwellings=dwellings))


def _venue(layout: Layout, venue: VenuePlan, grid: str) -> None:
    floors = venue.floors or None
    layout.add(Node(key=venue.slug, kind=venue.kind, name=venue.name, parent="", grid=grid, stair=venue.slug, floors=floors))
    _floors(layout, venue.slug, venue.slug, range(venue.first_floor, venue.first_floor + venue.floors), (venue.rooms, "房"))


def _far_home(layout: Layout, plan: Plan) -> None:
    """One building in another county, for people of there whom the index case met."""
    people = sum(stay.outsiders for stay in plan.presences.stays)
    if not people:
        return
    layout.grids["n02"] = (-1, "演练邻县网格")
    home = CompoundPlan(
        slug="far", name=f"演练{plan.places.next_county.name}某苑", buildings=(BuildingPlan(floors=people, units=1, doors=1),), community=-1
    )
    _compound(layout, home, "n02")
    layout.blocks.pop()


def _occupy(layout: Layout, plan: Plan, rng: Random) -> None:
    rest = plan.people.residents - sum(block.plan.residents or 0 for block in layout.blocks)
    open_blocks = [block for block in layout.blocks if block.plan.residents is None]
    doors = sum(len(block.dwellings) for block in open_blocks)
    if rest < 0 or (rest and not doors):
        raise PlanBroken(why="residents do not fit the buildings", at="people.residents")
    given = seen = 0
    for block in layout.blocks:
        if block.plan.residents is None:
            seen += len(block.dwellings)
            block.residents = rest * seen // doors - given
            given += block.residents
        else:
            block.residents = block.plan.residents
        wanted = block.plan.households or min(len(block.dwellings), round(block.residents / PEOPLE_PER_HOUSEHOLD) or 1)
        block.homes = [block.dwellings[index] for index in sorted(rng.sample(range(len(block.dwellings)), wanted))]


@dataclass(frozen=True, kw_only=True)
class Ground:
    """Both trees finished."""

    areas: tuple[AreaNode, ...]
    grids: tuple[Area, ...]
    microgrids: tuple[Microgrid, ...]
    places: Mapping[str, Place]
    level_areas: Mapping[str, Area]


def _levels(plan: Plan, tree: str) -> dict[str, tuple[Area, str, str]]:
    places = plan.places
    root = Area(f"{tree}/")
    city = root.child(places.city.slug)
    county = city.child(places.county.slug)
    sub, beyond = county.child(places.subdistrict.slug), county.child(places.next_subdistrict.slug)
    next_county = city.child(places.next_county.slug)
    return {
        "root": (root, plan.title, ""),
        "city": (city, places.city.name, places.city.code),
        "county": (county, places.county.name, places.county.code),
        "subdistrict": (sub, places.subdistrict.name, ""),
        "community": (sub.child(places.community.slug), places.community.name, ""),
        "next-subdistrict": (beyond, places.next_subdistrict.name, ""),
        "next-community": (beyond.child(places.next_community.slug), places.next_community.name, ""),
        "next-county": (next_county, places.next_county.name, places.next_county.code),
    }


def ground(plan: Plan, layout: Layout, tree: str, space: UUID, split: Split) -> Ground:
    """Give every place its id, its grid and its microgrid; `split` is the places register's rule for cutting a grid by staircase."""
    named = _levels(plan, tree)
    nodes = [
        AreaNode(id=natural_id(space, "area", area), area=area, level=level.removeprefix("next-"), name=name, code=code)
        for level, (area, name, code) in named.items()
    ]
    sub, first = named["subdistrict"][0], named["community"][0]
    homes = {1: first, 0: named["next-community"][0], -1: named["next-county"][0]}
    paths: dict[str, Area] = {}
    for slug, (community, name) in layout.grids.items():
        if community not in homes:
            homes[community] = sub.child(f"c{community:02d}")
            title = f"演练槐园第{community}社区"
            nodes.append(AreaNode(id=natural_id(space, "area", homes[community]), area=homes[community], level="community", name=title))
        paths[slug] = homes[community].child(slug)
        nodes.append(AreaNode(id=natural_id(space, "area", paths[slug]), area=paths[slug], level="grid", name=name))
    cells, micro = _microgrids(layout, paths, split)
    nodes += [
        AreaNode(id=natural_id(space, "area", cell.area), area=cell.area, level="microgrid", name=f"第{cell.area.split('/')[-2][1:]}微网格")
        for cell in cells
    ]
    return Ground(
        areas=tuple(nodes),
        grids=tuple(area for slug, area in paths.items() if layout.grids[slug][0] > 0),
        microgrids=tuple(cells),
        places=_places(layout, paths, micro, tree, space),
        level_areas={level: area for level, (area, _, _) in named.items()},
    )


def _microgrids(layout: Layout, paths: Mapping[str, Area], split: Split) -> tuple[list[Microgrid], dict[str, Area]]:
    stairs: dict[str, dict[str, int]] = {slug: {} for slug in paths}
    for node in layout.nodes.values():
        if node.stair == node.key:
            stairs[node.grid][node.key] = 0
    for block in layout.blocks:
        for home in block.homes:
            stairs[block.grid][layout.nodes[home].stair] += 1
    cells: list[Microgrid] = []
    for slug, units in stairs.items():
        lived = [(unit, count) for unit, count in units.items() if count]
        parts = [(cell.units, cell.households, cell.exception) for cell in split(lived)] if lived else []
        empty = tuple(unit for unit, count in units.items() if not count)
        if empty and parts:
            parts[-1] = (parts[-1][0] + empty, *parts[-1][1:])
        elif empty:
            parts = [(empty, 0, "no household of the community: shops, hotels, places of work")]
        cells += [
            Microgrid(area=paths[slug].child(f"m{number}"), grid=paths[slug], stairs=unit, households=households, reason=reason)
            for number, (unit, households, reason) in enumerate(parts, 1)
        ]
    return cells, {stair: cell.area for cell in cells for stair in cell.stairs}


def _places(layout: Layout, paths: Mapping[str, Area], micro: Mapping[str, Area], tree: str, space: UUID) -> dict[str, Place]:
    places: dict[str, Place] = {}
    for node in layout.nodes.values():
        parent = places.get(node.parent)
        places[node.key] = Place(
            id=natural_id(space, "place", node.key),
            key=node.key,
            kind=node.kind,
            name=node.name,
            full_name=(parent.full_name if parent else "") + node.name,
            slug=node.key.rpartition("/")[2],
            parent=node.parent,
            area=paths[node.grid],
            microgrid=micro.get(node.stair),
            floors=node.floors,
        )
    return places
