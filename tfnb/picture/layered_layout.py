"""Where the boxes of a graph stand: in rows from the inputs on, each row ordered by what feeds it.

The method of Sugiyama, Tagawa and Toda, "Methods for Visual Understanding of Hierarchical System Structures" (1981), in
its simplest form: rows by the longest way, long edges through empty places, one sweep of barycentres.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Sequence

Place = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Layout:
    """Middles of the boxes, and for each edge the places that it goes through between its ends."""

    places: tuple[Place, ...]
    bends: tuple[tuple[Place, ...], ...]
    width: float
    height: float


def layered_layout(
    widths: Sequence[float], edges: Sequence[tuple[int, int]], row: float, gap: float = 18, empty: float = 24
) -> Layout:
    """Lay out an acyclic graph from top to bottom.

    Args:
        widths: of the boxes.
        edges: pairs of boxes by number, from and to.
        row: height of a row.
        gap: between neighbours. empty: width that a long edge takes in the rows that it crosses.

    Example:
        >>> layered_layout([10, 10], [(0, 1)], row=20).places
        ((5.0, 10.0), (5.0, 30.0))
    """
    ranks = _ranks(len(widths), edges)
    rows: list[list[int]] = [[] for _rank in range(max(ranks, default=-1) + 1)]
    sizes = list(widths)
    for box, rank in enumerate(ranks):
        rows[rank].append(box)
    chains: list[list[int]] = []
    above: dict[int, list[int]] = {}
    for start, end in edges:
        chain = [start]
        for rank in range(ranks[start] + 1, ranks[end]):
            sizes.append(empty)
            rows[rank].append(len(sizes) - 1)
            chain.append(len(sizes) - 1)
        chains.append([*chain, end])
        for upper, lower in zip(chains[-1], chains[-1][1:]):
            above.setdefault(lower, []).append(upper)
    across = _across(rows, sizes, above, gap)
    width = max((x + sizes[box] / 2 for box, x in across.items()), default=0.0)
    down = {box: (rank + 0.5) * row for rank, boxes in enumerate(rows) for box in boxes}
    places = tuple((across[box], down[box]) for box in range(len(widths)))
    bends = tuple(tuple((across[box], down[box]) for box in chain[1:-1]) for chain in chains)
    return Layout(places, bends, width, row * len(rows))


def _ranks(count: int, edges: Sequence[tuple[int, int]]) -> list[int]:
    """The row of each box: one below the lowest that feeds it."""
    feeds: dict[int, list[int]] = {}
    for start, end in edges:
        feeds.setdefault(end, []).append(start)
    ranks: dict[int, int] = {}
    for box in range(count):
        stack = [box]
        while stack:
            now = stack[-1]
            missing = [one for one in feeds.get(now, ()) if one not in ranks]
            if missing:
                stack += missing
            else:
                ranks[now] = max((ranks[one] + 1 for one in feeds.get(now, ())), default=0)
                stack.pop()
    return [ranks[box] for box in range(count)]


def _across(rows: list[list[int]], sizes: list[float], above: dict[int, list[int]], gap: float) -> dict[int, float]:
    """The middle of each box: rows are ordered by the mean of what feeds them, and stand over each other's middles."""
    place: dict[int, float] = {}
    for boxes in rows:
        mean = {
            box: sum(place[one] for one in above[box]) / len(above[box]) if above.get(box) else 0.0 for box in boxes
        }
        boxes.sort(key=lambda box: mean[box])
        total = sum(sizes[box] for box in boxes) + gap * (len(boxes) - 1)
        x = sum(mean.values()) / len(boxes) - total / 2
        for box in boxes:
            place[box] = x + sizes[box] / 2
            x += sizes[box] + gap
    left = min((x - sizes[box] / 2 for box, x in place.items()), default=0.0)
    return {box: x - left for box, x in place.items()}
