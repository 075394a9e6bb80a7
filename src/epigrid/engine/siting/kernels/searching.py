"""Nearest candidates by a grid of square cells, ring by ring."""

from typing import Any

import numpy as np

from epigrid.engine.siting.kernels import compiled


@compiled
def sort_cells(x: Any, y: Any, origin: Any, size: float, shape: Any) -> Any:
    """Sites by cell: `start[cell]` up to `start[cell + 1]` in `order`."""
    columns, rows = shape
    start = np.zeros(columns * rows + 1, np.int64)
    cell = np.empty(len(x), np.int64)
    for j in range(len(x)):
        column = min(columns - 1, int((x[j] - origin[0]) / size))
        row = min(rows - 1, int((y[j] - origin[1]) / size))
        cell[j] = row * columns + column
        start[cell[j] + 1] += 1
    for c in range(columns * rows):
        start[c + 1] += start[c]
    cursor, order = start[:-1].copy(), np.empty(len(x), np.int64)
    for j in range(len(x)):
        order[cursor[cell[j]]] = j
        cursor[cell[j]] += 1
    return start, order


@compiled
def _keep(site: Any, square: Any, held: int, j: int, d: float) -> int:
    """Insert (d, j) into the `held` nearest, ordered by distance and number; the new count."""
    k = len(site)
    if held == k and (d > square[k - 1] or (d == square[k - 1] and j > site[k - 1])):
        return held
    at = held if held < k else k - 1
    while at > 0 and (square[at - 1] > d or (square[at - 1] == d and site[at - 1] > j)):
        square[at], site[at] = square[at - 1], site[at - 1]
        at -= 1
    square[at], site[at] = d, j
    return min(k, held + 1)


@compiled
def nearest(points: Any, sites: Any, cells: Any, limit: float, site: Any, square: Any) -> None:
    """Fill the rows of `site` and `square` (squared metres, at most `limit`) with each point's nearest sites.

    Cells are read ring by ring round the point's own, as long as one may hold a nearer site.
    """
    x, y = points
    sx, sy = sites
    start, order, origin, size, columns, rows = cells
    for i in range(len(x)):
        column = min(columns - 1, max(0, int(np.floor((x[i] - origin[0]) / size))))
        row = min(rows - 1, max(0, int(np.floor((y[i] - origin[1]) / size))))
        held, k = 0, site.shape[1]
        aside = max(0.0, origin[0] - x[i], x[i] - origin[0] - columns * size, origin[1] - y[i], y[i] - origin[1] - rows * size)
        for ring in range(max(columns, rows)):
            gap = max(0.0, (ring - 1) * size, aside)
            if gap * gap > limit or (held == k and square[i, k - 1] < gap * gap):
                break
            for r in range(max(0, row - ring), min(rows - 1, row + ring) + 1):
                step = 1 if abs(r - row) == ring else max(1, 2 * ring)
                for c in range(column - ring, column + ring + 1, step):
                    if 0 <= c < columns:
                        for t in range(start[r * columns + c], start[r * columns + c + 1]):
                            j = order[t]
                            d = (sx[j] - x[i]) ** 2 + (sy[j] - y[i]) ** 2
                            if d <= limit:
                                held = _keep(site[i], square[i], held, j, d)


@compiled
def count_within(points: Any, sites: Any, cells: Any, limit: float) -> Any:
    """How many sites each point has within `limit` squared metres; a cell is at least as wide."""
    x, y = points
    sx, sy = sites
    start, order, origin, size, columns, rows = cells
    counts = np.zeros(len(x), np.int64)
    for i in range(len(x)):
        column, row = int(np.floor((x[i] - origin[0]) / size)), int(np.floor((y[i] - origin[1]) / size))
        for r in range(max(0, row - 1), min(rows - 1, row + 1) + 1):
            for c in range(max(0, column - 1), min(columns - 1, column + 1) + 1):
                for t in range(start[r * columns + c], start[r * columns + c + 1]):
                    j = order[t]
                    counts[i] += (sx[j] - x[i]) ** 2 + (sy[j] - y[i]) ** 2 <= limit
    return counts
