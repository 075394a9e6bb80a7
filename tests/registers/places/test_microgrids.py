"""Cutting a grid into microgrids by staircase (S-037)."""

from itertools import combinations, pairwise

from hypothesis import given
from hypothesis import strategies as st

from epigrid.registers.places.rules import MICROGRID_MAX, MICROGRID_MIN, split_into_microgrids

GRIDS = st.lists(st.integers(min_value=1, max_value=90), max_size=9).map(lambda sizes: [(f"u{n}", size) for n, size in enumerate(sizes)])


def outside(sizes: list[int]) -> int:
    return sum(not MICROGRID_MIN <= size <= MICROGRID_MAX for size in sizes)


def fewest_outside(sizes: list[int]) -> int:
    """Every cut tried: cells of several staircases stay within the limit, a single one may be larger."""
    found = []
    for count in range(len(sizes)):
        for cuts in combinations(range(1, len(sizes)), count):
            edges = [0, *cuts, len(sizes)]
            cells = [sizes[low:high] for low, high in pairwise(edges)]
            if all(len(cell) == 1 or sum(cell) <= MICROGRID_MAX for cell in cells):
                found.append(outside([sum(cell) for cell in cells]))
    return min(found, default=0)


def test_s_037_204_households_of_6_units_give_cells_within_30_to_50() -> None:
    cells = split_into_microgrids([(f"{unit}单元", 34) for unit in range(1, 7)])
    assert [cell.households for cell in cells] == [34] * 6
    assert not any(cell.exception for cell in cells)


def test_s_037_a_staircase_over_50_stands_alone_and_says_why() -> None:
    cells = split_into_microgrids([("1单元", 84), ("2单元", 84), ("3单元", 84)])
    assert [cell.units for cell in cells] == [("1单元",), ("2单元",), ("3单元",)]
    assert all("larger" in cell.exception for cell in cells)


def test_s_037_no_rest_is_left_when_another_cut_has_none() -> None:
    cells = split_into_microgrids([(f"u{number}", 12) for number in range(10)])
    assert sum(cell.households for cell in cells) == 120
    assert not any(cell.exception for cell in cells)


def test_a_grid_smaller_than_a_cell_says_so() -> None:
    [cell] = split_into_microgrids([("平房", 20)])
    assert "whole grid" in cell.exception


def test_an_empty_grid_has_no_cells() -> None:
    assert split_into_microgrids([]) == []


@given(GRIDS)
def test_every_staircase_is_in_exactly_one_cell_in_walking_order(units: list[tuple[str, int]]) -> None:
    cells = split_into_microgrids(units)
    assert [name for cell in cells for name in cell.units] == [name for name, _ in units]
    assert sum(cell.households for cell in cells) == sum(count for _, count in units)


@given(GRIDS)
def test_a_cell_is_within_30_to_50_or_says_why_and_none_is_outside_without_need(units: list[tuple[str, int]]) -> None:
    cells = split_into_microgrids(units)
    sizes = [cell.households for cell in cells]
    assert all(bool(cell.exception) == (outside([cell.households]) == 1) for cell in cells)
    assert outside(sizes) == fewest_outside([count for _, count in units])
