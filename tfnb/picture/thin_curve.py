"""A curve of any length in the memory of a short one, its extremes kept.

Points go into buckets of equal count; a bucket keeps its lowest and its highest point. When there are too many buckets,
neighbours are merged two by two. So a spike of one batch in a million is still there, at its own place.
"""

from __future__ import annotations

import math
from typing import Final

CAPACITY: Final = 256

Point = tuple[float, float]


class ThinCurve:
    """Points (x, y) in the order of x, given one by one and kept as at most `2 * capacity + 2`.

    Args:
        capacity: the most buckets; an even number.

    Example:
        >>> curve = ThinCurve(4)
        >>> for x in range(1000):
        ...     curve.add(x, 1.0 if x == 777 else 0.0)
        >>> len(curve.points()) <= 10, (777, 1.0) in curve.points()
        (True, True)
    """

    __slots__ = ("_buckets", "_count", "_first", "_high", "_last", "_low", "capacity", "count", "width")

    def __init__(self, capacity: int = CAPACITY) -> None:
        self.capacity, self.width, self.count = capacity, 1, 0
        self._buckets: list[tuple[Point, Point]] = []
        # The open bucket: how many points it has taken, and its extremes.
        self._count = 0
        self._low: Point | None = None
        self._high: Point | None = None
        self._first: Point | None = None
        self._last: Point | None = None

    def add(self, x: float, y: float) -> None:
        """One point more; a y that is no number or infinite is a gap."""
        point = (x, y)
        self.count += 1
        self._last = point
        if self._first is None:
            self._first = point
        if self._low is None or self._high is None or not math.isfinite(self._low[1]):
            self._low = self._high = point
        elif y < self._low[1]:
            self._low = point if y > -math.inf else self._low
        elif y > self._high[1]:
            self._high = point if y < math.inf else self._high
        self._count += 1
        if self._count >= self.width:
            self._close()

    def _close(self) -> None:
        assert self._low is not None and self._high is not None
        self._buckets.append((self._low, self._high))
        self._low = self._high = None
        self._count = 0
        if len(self._buckets) >= self.capacity:
            halves = zip(self._buckets[::2], self._buckets[1::2])
            self._buckets = [_merged(one, other) for one, other in halves]
            self.width *= 2

    @property
    def last(self) -> Point | None:
        """The newest point."""
        return self._last

    def points(self) -> list[Point]:
        """The points that are kept, in the order of x: the first, the extremes of each bucket, the newest."""
        buckets = list(self._buckets)
        if self._low is not None and self._high is not None:
            buckets.append((self._low, self._high))
        kept: list[Point] = [self._first] if self._first is not None else []
        at = kept[0][0] if kept else 0.0
        for low, high in buckets:
            if low[0] > high[0]:
                low, high = high, low
            if low[0] > at:
                kept.append(low)
            if high[0] > low[0]:
                kept.append(high)
            at = high[0]
        if self._last is not None and self._last[0] > at:
            kept.append(self._last)
        return [point if math.isfinite(point[1]) else (point[0], math.nan) for point in kept]


def _merged(one: tuple[Point, Point], other: tuple[Point, Point]) -> tuple[Point, Point]:
    """The extremes of two buckets; one without numbers adds nothing."""
    if not math.isfinite(one[0][1]):
        return other
    if not math.isfinite(other[0][1]):
        return one
    low = one[0] if one[0][1] <= other[0][1] else other[0]
    high = one[1] if one[1][1] >= other[1][1] else other[1]
    return low, high
