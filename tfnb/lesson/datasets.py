"""Data sets that come inside the package, as plain lists: a reader can look at them before knowing what a tensor is."""

from __future__ import annotations

import csv
import gzip
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

_DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class Digits:
    """Handwritten digits, 8 × 8 boxes each.

    Attributes:
        images: for each picture 64 numbers, row after row; 0 is white paper, 16 the most ink.
        labels: for each picture the digit that the writer meant, 0 to 9.
        source: where they come from, and the licence.
    """

    images: list[list[int]] = field(repr=False)
    labels: list[int] = field(repr=False)
    source: str = (
        "E. Alpaydin, C. Kaynak: Optical Recognition of Handwritten Digits, 1998, "
        "UCI Machine Learning Repository, doi:10.24432/C50P49, CC BY 4.0"
    )

    def __len__(self) -> int:
        return len(self.labels)


@cache
def _rows() -> tuple[tuple[int, ...], ...]:
    with gzip.open(_DATA / "digits.csv.gz", "rt", encoding="ascii", newline="") as file:
        lines = csv.reader(file)
        next(lines)
        return tuple(tuple(map(int, line)) for line in lines)


def digits() -> Digits:
    """1,797 handwritten digits of 13 writers, in the order of the source. Lists of your own: change them as you like.

    Example:
        >>> import tfnb as tf
        >>> digits = tf.lesson.digits()
        >>> len(digits), len(digits.images[0]), digits.labels[:4]
        (1797, 64, [0, 1, 2, 3])
    """
    return Digits([list(row[:-1]) for row in _rows()], [row[-1] for row in _rows()])
