"""A tensor as a picture: what it is, how its numbers lie, and the numbers themselves in boxes coloured by magnitude."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final, Sequence

import numpy as np
from numpy.typing import NDArray

from tfnb.language import _
from tfnb.picture.boxes import Index, boxes, empty_words
from tfnb.picture.colours import CLASH, viridis
from tfnb.picture.formats import format_bytes, format_shape, format_value
from tfnb.picture.overview import overview
from tfnb.picture.parts import Box, Figure, Line, Part, Stack, Tone, Words
from tfnb.picture.window import Read, Window, read_ends

_EDGE: Final = 4
_TABLES: Final = 3
_BESIDE_A_PICTURE: Final = 3


@dataclass(frozen=True, slots=True)
class Statistics:
    """How the finite values lie, and how many values are none."""

    minimum: float
    maximum: float
    mean: float
    nan: int
    infinite: int


@dataclass(frozen=True, slots=True)
class Subject:
    """What a picture needs to know of a tensor.

    Attributes:
        shape, dtype, nbytes: as the tensor has them.
        place: 'host', 'gl' or 'pending'.
        read: gives the values of a cut; called with one slice per axis, for small cuts only.
        name: what the reader calls it, if anything.
        statistics: of all values, where they were computed beside the values.
        is_variable: whether its value can be replaced.
    """

    shape: tuple[int, ...]
    dtype: str
    nbytes: int
    place: str
    read: Read
    name: str | None = None
    statistics: Statistics | None = None
    is_variable: bool = False


def statistics_of(values: NDArray[Any]) -> Statistics | None:
    """Statistics of an array; None where there are none to give (text, complex, no values)."""
    if values.dtype.kind not in "fiub" or values.size == 0:
        return None
    numbers = values.astype(np.float64)
    finite = numbers[np.isfinite(numbers)]
    nan = int(np.isnan(numbers).sum())
    if not finite.size:
        return Statistics(math.nan, math.nan, math.nan, nan, numbers.size - nan)
    return Statistics(
        float(finite.min()), float(finite.max()), float(finite.mean()), nan, numbers.size - nan - finite.size
    )


def tensor_figure(subject: Subject, edge: int = _EDGE, precision: int = 4) -> Figure:
    """The picture of a tensor.

    Args:
        subject: the tensor.
        edge: boxes drawn at each end of a long axis.
        precision: significant digits.
    """
    shape = subject.shape
    picture = overview(shape, subject.dtype, subject.read)
    edge = min(edge, _BESIDE_A_PICTURE) if picture else edge
    tables = 1 if picture and len(shape) > 2 else _TABLES
    window = read_ends(shape, subject.read, edge, tables + 1)
    whole = subject.statistics
    if whole is None and len(window.blocks) == 1 and window.blocks[0][1].size == math.prod(shape):
        whole = statistics_of(window.blocks[0][1])
    parts: list[Part] = [_facts(subject, whole)]
    if math.prod(shape) == 0:
        parts.append(empty_words(shape))
    else:
        if picture:
            parts.append(picture)
        colour = Colour.of(window, whole)
        parts.append(boxes(shape, lambda index: colour.box(window.at(index), precision), edge, most=tables + 1))
        if subject.dtype != "bool":
            parts.extend(colour.legend(precision))
    return Figure(title(subject), description(subject, whole), Stack(tuple(parts)))


def title(subject: Subject) -> str:
    """The line over a tensor's picture."""
    kind = _("Variable {shape} {dtype}") if subject.is_variable else _("Tensor {shape} {dtype}")
    what = kind.format(shape=format_shape(subject.shape), dtype=subject.dtype)
    return f"{subject.name}: {what}" if subject.name else what


def place_words(place: str) -> str:
    """Where values live, for a person."""
    names = {"gl": _("on OpenGL"), "host": _("on NumPy"), "pending": _("not computed yet")}
    return names.get(place, place)


def _facts(subject: Subject, whole: Statistics | None) -> Line:
    count = math.prod(subject.shape)
    facts = [
        _("{count} value").format(count=count) if count == 1 else _("{count} values").format(count=f"{count:,}"),
        format_bytes(subject.nbytes),
        place_words(subject.place),
    ]
    words = [Words(" · ".join(facts), Tone.QUIET)]
    if whole and count > 1 and not math.isnan(whole.minimum) and subject.dtype != "bool":
        spread = _("min {minimum} · max {maximum} · mean {mean}").format(
            minimum=format_value(whole.minimum), maximum=format_value(whole.maximum), mean=format_value(whole.mean)
        )
        words.append(Words(" · " + spread, Tone.QUIET))
    trouble = not_numbers(whole)
    if trouble:
        words += [Words(" · ", Tone.QUIET), Words(trouble, Tone.STRONG, CLASH)]
    return Line(tuple(words))


def not_numbers(whole: Statistics | None) -> str:
    """How many values are NaN or infinite; nothing where none is."""
    counts = []
    if whole and whole.nan:
        counts.append(_("{count} NaN (not a number)").format(count=f"{whole.nan:,}"))
    if whole and whole.infinite:
        counts.append(_("{count} infinite").format(count=f"{whole.infinite:,}"))
    return " · ".join(counts)


def description(subject: Subject, whole: Statistics | None) -> str:
    """The picture in words, for those who do not see it."""
    sentences = [title(subject), place_words(subject.place)]
    if whole and not math.isnan(whole.minimum):
        sentences.append(
            _("values from {minimum} to {maximum}").format(
                minimum=format_value(whole.minimum), maximum=format_value(whole.maximum)
            )
        )
    trouble = not_numbers(whole)
    return "; ".join([*sentences, trouble] if trouble else sentences)


@dataclass(frozen=True, slots=True)
class Colour:
    """The scale from values to colours: viridis from the smallest finite value to the largest."""

    low: float
    high: float
    numeric: bool

    @classmethod
    def of(cls, window: Window, whole: Statistics | None) -> Colour:
        """The scale of all values where their ends are known, else of those read."""
        values = window.values()
        if values.dtype.kind not in "fiubc":
            return cls(0.0, 0.0, False)
        if whole is None:
            whole = statistics_of(np.abs(values) if values.dtype.kind == "c" else values)
        if whole is None or math.isnan(whole.minimum):
            return cls(0.0, 0.0, True)
        return cls(whole.minimum, whole.maximum, True)

    def box(self, value: Any, precision: int = 4) -> Box:
        """A value in its box."""
        text = format_value(value, precision)
        if not self.numeric:
            return Box(text)
        size = abs(value) if isinstance(value, complex) or np.iscomplexobj(value) else float(value)
        if not math.isfinite(size):
            return Box(text, CLASH)
        if self.high <= self.low:
            return Box(text)
        return Box(text, viridis((size - self.low) / (self.high - self.low)))

    def legend(self, precision: int = 4) -> list[Part]:
        """What the colours mean; nothing where all boxes are alike."""
        if not self.numeric or self.high <= self.low:
            return []
        low, high = format_value(self.low, precision), format_value(self.high, precision)
        return [Line((
            Words(_("colour:") + " ", Tone.QUIET), Words(low, fill=viridis(0.0), code=True), Words(" → ", Tone.QUIET),
            Words(high, fill=viridis(1.0), code=True),
        ))]  # fmt: skip


def shape_figure(shape: Sequence[int], dtype: str = "", name: str | None = None, edge: int = 3) -> Figure:
    """The diagram of a shape alone: boxes numbered in the order in which values lie, names and lengths of the axes."""
    lengths = tuple(shape)
    what = _("shape {shape}").format(shape=format_shape(lengths))
    head = f"{name}: {what}" if name else what
    rank = _("rank {rank}, {count} values").format(rank=len(lengths), count=f"{math.prod(lengths):,}")

    def numbered(index: Index) -> Box:
        flat = 0
        for i, length in zip(index, lengths, strict=False):
            flat = flat * length + i
        return Box(str(flat))

    body = boxes(lengths, numbered, edge) if math.prod(lengths) else empty_words(lengths)
    return Figure(f"{head} {dtype}".rstrip(), f"{head}; {rank}", Stack((Words(rank, Tone.QUIET), body)))
