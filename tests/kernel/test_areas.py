"""Paths: the half-open range of an area is exactly what lies beneath it."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from epigrid.kernel.areas import Area

SLUGS = st.text("ab-0z~", min_size=1, max_size=3)
PATHS = st.lists(SLUGS, min_size=1, max_size=5).map(lambda parts: Area("/".join(parts) + "/"))


@st.composite
def neighbours(draw: st.DrawFn) -> tuple[Area, Area]:
    """Two paths that have much in common: one beneath the other, beside it with a longer last segment, or above it."""
    area, slug = draw(PATHS), draw(SLUGS)
    return area, draw(st.sampled_from([area.child(slug), Area(f"{area[:-1]}{slug}/"), Area(f"{area[:-1]}{slug}/x/"), area.parent or area, area]))


@given(st.tuples(PATHS, PATHS) | neighbours())
@example((Area("a/"), Area("a0/")))
@example((Area("a/"), Area("a./")))
@example((Area("a/b/"), Area("a/b0/c/")))
def test_the_half_open_range_holds_exactly_what_starts_with_the_path(pair: tuple[Area, Area]) -> None:
    area, other = pair
    inside = str(area) <= str(other) < area.end
    assert inside == other.startswith(str(area)) == area.covers(other)


@given(PATHS, SLUGS)
def test_a_child_lies_in_the_range_of_every_area_above_it_and_of_no_sibling(area: Area, slug: str) -> None:
    child = area.child(slug)
    assert child.parent == area
    assert child.level == area.level + 1
    assert all(above.covers(child) and str(above) <= child < above.end for above in child.ancestors())
    assert not area.child(slug + "x").covers(child)


@given(PATHS)
def test_ancestors_run_from_the_root_to_the_area_itself(area: Area) -> None:
    line = list(area.ancestors())
    assert (line[0], line[-1], len(line)) == (area.root, area, area.level)
    assert [above.parent for above in line] == [None, *line[:-1]]
    assert area.root == f"{area.tree}/"


@pytest.mark.parametrize("path", ["", "/", "a", "/a/", "a//b/", "a/b", "//"])
def test_what_is_no_path_is_refused(path: str) -> None:
    with pytest.raises(ValueError, match="not an area path"):
        Area(path)
