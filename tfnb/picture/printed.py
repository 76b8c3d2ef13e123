"""A tensor as text in TensorFlow.js's own format: columns in line, long axes cut in the middle.

The rules are those of `tfjs-core/src/tensor_format.ts` (4.22); a vector file made by the real library holds this module
to them. It differs where it must: of a tensor above `EXACT` values only what is shown is read, so its columns are as
wide as those values need; and control characters in text are escaped.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

Read = Callable[[int, int], Any]  # `count` values from position `start` of the flat order

EXACT: Final = 10_000  # values up to which the text is TensorFlow.js's to the letter
_MOST_SHOWN: Final = 1_000  # values of a larger tensor that are read
_SHORTER: Final = ((6, 3), (4, 2), (2, 1))  # (longest axis shown whole, values at each end of a longer one)


class PrintOptions:
    """How tensors are printed. The one that is in force is `PRINTING`.

    Attributes:
        threshold: an axis longer than this is cut. edgeitems: values left at each end of it.
        precision: digits behind the point. linewidth: longer lines are wrapped; None wraps none.
    """

    __slots__ = ("edgeitems", "linewidth", "precision", "threshold")

    def __init__(
        self, edgeitems: int = 3, precision: int = 7, threshold: int = 20, linewidth: int | None = None
    ) -> None:
        self.edgeitems, self.precision, self.threshold, self.linewidth = edgeitems, precision, threshold, linewidth

    def copy(self) -> PrintOptions:
        return PrintOptions(self.edgeitems, self.precision, self.threshold, self.linewidth)

    def take(self, other: PrintOptions) -> None:
        """Become equal to another one."""
        self.edgeitems, self.precision = other.edgeitems, other.precision
        self.threshold, self.linewidth = other.threshold, other.linewidth

    def __repr__(self) -> str:
        return (
            f"PrintOptions(edgeitems={self.edgeitems}, precision={self.precision}, "
            f"threshold={self.threshold}, linewidth={self.linewidth})"
        )


PRINTING: Final = PrintOptions()


def tensor_text(read: Read, shape: Sequence[int], dtype: str, verbose: bool, options: PrintOptions = PRINTING) -> str:
    """The text of `tf.print`.

    Args:
        read: gives values by their flat position.
        shape, dtype: the tensor's.
        verbose: whether data type, number of axes and shape are told too.

    Example:
        >>> values = [1.0, 10.0, 0.5, 2.0]
        >>> print(tensor_text(lambda start, count: values[start : start + count], (2, 2), "float32", False))
        Tensor
            [[1  , 10],
             [0.5, 2 ]]
    """
    lines = ["Tensor"]
    if verbose:
        lines += [f"  dtype: {dtype}", f"  rank: {len(shape)}", f"  shape: [{','.join(map(str, shape))}]", "  values:"]
    return "\n".join([*lines, values_text(read, shape, dtype, options)])


def values_text(read: Read, shape: Sequence[int], dtype: str, options: PrintOptions = PRINTING) -> str:
    """The values alone, indented by four."""
    table = _Table(read, tuple(shape), dtype, options)
    text = "\n".join("    " + line for line in table.lines())
    return "\n".join(_wrapped(text, options.linewidth)) if options.linewidth else text


class _Table:
    """The visible values of a tensor as texts, and how wide each column is."""

    def __init__(self, read: Read, shape: tuple[int, ...], dtype: str, options: PrintOptions) -> None:
        self.shape, self.dtype, self.precision = shape, dtype, options.precision
        self.size = math.prod(shape)
        self.threshold, self.edge = options.threshold, options.edgeitems
        whole = self.size <= EXACT
        if not whole:
            self._shorten()
        columns = shape[-1] if shape else 1
        self.shown = _visible(columns, self.threshold, self.edge)
        self.rows: dict[int, list[str]] = {}
        self.widths: dict[int, int] = {}
        if whole:
            self._take_all(read, columns)
        else:
            self._take_visible(read, columns)

    def _shorten(self) -> None:
        for threshold, edge in ((self.threshold, self.edge), *_SHORTER):
            self.threshold, self.edge = threshold, edge
            if math.prod(len(_visible(length, threshold, edge)) for length in self.shape) <= _MOST_SHOWN:
                return

    def _take_all(self, read: Read, columns: int) -> None:
        values = list(read(0, self.size))
        visible = set(self._visible_rows())
        for row in range(self.size // columns if columns else 0):
            texts = [self.text(value) for value in values[row * columns : (row + 1) * columns]]
            self._widen(range(columns), texts)
            if row in visible:
                self.rows[row] = [texts[k] for k in self.shown]

    def _take_visible(self, read: Read, columns: int) -> None:
        cut = columns > self.threshold
        for row in self._visible_rows():
            start = row * columns
            if cut:
                values = [*read(start, self.edge), *read(start + columns - self.edge, self.edge)]
            else:
                values = list(read(start, columns))
            self.rows[row] = texts = [self.text(value) for value in values]
            self._widen(self.shown, texts)

    def _widen(self, columns: Sequence[int], texts: Sequence[str]) -> None:
        if len(self.shape) > 1:
            for column, text in zip(columns, texts, strict=True):
                self.widths[column] = max(self.widths.get(column, 0), _units(text))

    def _visible_rows(self) -> Iterator[int]:
        """Numbers of the rows (runs along the last axis) that are shown."""
        rows = [0] if self.size else []
        for length in self.shape[:-1]:
            places = _visible(length, self.threshold, self.edge)
            rows = [row * length + place for row in rows for place in places]
        return iter(rows)

    def text(self, value: Any) -> str:
        """One value, unpadded. Of a number without axes TensorFlow.js prints all digits."""
        if not self.shape and self.dtype in ("float32", "int32"):
            return script_number(float(value))
        if self.dtype == "string":
            return f"'{escaped(str(value))}'"
        if self.dtype == "bool":
            return "true" if value else "false"
        if self.dtype == "complex64":
            return f"{self.number(value.real)} + {self.number(value.imag)}j"
        return self.number(value)

    def number(self, value: Any) -> str:
        return script_number(float(fixed(float(value), self.precision)))

    def lines(self) -> list[str]:
        if not self.shape:
            return [self._single()]
        return self._part(self.shape, 0, True)

    def _single(self) -> str:
        """A tensor without axes: TensorFlow.js prints its text without quotes."""
        text = self.rows[0][0]
        return text[1:-1] if self.dtype == "string" else text

    def _part(self, shape: tuple[int, ...], row: int, last: bool) -> list[str]:
        """The lines of a part of the tensor: all behind row `row`."""
        length, rank = shape[0], len(shape)
        if rank == 1:
            return [self._row(row)]
        rows = math.prod(shape[1:-1])
        lines: list[str] = []
        previous = -1
        for place in _visible(length, self.threshold, self.edge):
            if place != previous + 1:
                lines.append("...")
            previous = place
            lines += self._part(shape[1:], row + place * rows, place == length - 1)
        return _bracketed(lines, rank, last)

    def _row(self, row: int) -> str:
        texts = self.rows.get(row, [])
        padded = [
            text + " " * (self.widths.get(k, 0) - _units(text)) for k, text in zip(self.shown, texts, strict=False)
        ]
        if self.shape[-1] > self.threshold:
            padded.insert(self.edge, "...")
        return "[" + ", ".join(padded) + "]"


def _visible(length: int, threshold: int, edge: int) -> Sequence[int]:
    return range(length) if length <= threshold else [*range(edge), *range(length - edge, length)]


def _bracketed(lines: list[str], rank: int, last: bool) -> list[str]:
    """The lines of parts side by side, in the brackets of the axis around them."""
    comma = "," if rank == 2 else ""
    if not lines:
        lines, first = [""], "["
    else:
        first = f"[{lines[0]}{comma}"
    lines[0] = first
    for k in range(1, len(lines) - 1):
        lines[k] = f" {lines[k]}{comma}"
    lines[-1] = f" {lines[-1]}]" + ("" if last else ",\n" + "\n" * (rank - 2))
    return lines


def _wrapped(text: str, width: int) -> Iterator[str]:
    """Lines no longer than `width` where a comma allows, continued below the row's first value."""
    for line in text.split("\n"):
        inner = len(line) - len(line.lstrip(" ["))
        while len(line) > width and (cut := line.rfind(", ", inner, width)) > 0:
            yield line[: cut + 1]
            line = " " * inner + line[cut + 2 :].lstrip(" ")
        yield line


def fixed(value: float, digits: int) -> str:
    """JavaScript's `toFixed`: so many digits behind the point, halves away from zero, large numbers as they are."""
    if not math.isfinite(value) or abs(value) >= 1e21:
        return repr(value)
    # A number is half way between two only if it is an odd multiple of 2^-(digits+1): then Python would round to even.
    scaled = abs(value) * 2.0 ** (digits + 1)
    if scaled % 2 == 1:
        value += math.copysign(10.0 ** -(digits + 2), value)
    return f"{value:.{digits}f}"


def script_number(value: float) -> str:
    """A number as JavaScript's `toString` writes it: the shortest digits, exponents only beyond 1e-6 and 1e21."""
    if value != value:
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    if value == 0:
        return "0"
    sign = "-" if value < 0 else ""
    mantissa, _e, exponent = f"{abs(value)!r}".partition("e")
    whole, _point, fraction = mantissa.partition(".")
    fraction = "" if fraction == "0" else fraction
    point = len(whole) + int(exponent or 0)
    digits = (whole + fraction).lstrip("0")
    point -= len(whole + fraction) - len(digits)
    digits = digits.rstrip("0")
    count = len(digits)
    if count <= point <= 21:
        return sign + digits + "0" * (point - count)
    if 0 < point <= 21:
        return f"{sign}{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return f"{sign}0.{'0' * -point}{digits}"
    power = point - 1
    return f"{sign}{digits[0]}{'.' + digits[1:] if count > 1 else ''}e{'+' if power > 0 else '-'}{abs(power)}"


def escaped(text: str) -> str:
    """Text with what would steer a terminal, or reorder a line, written as an escape."""
    if text.isprintable():
        return text
    import unicodedata  # here, because it costs what nobody needs who prints no such text

    plain = (one if one.isprintable() or unicodedata.category(one) == "Zs" else _escape(one) for one in text)
    return "".join(plain)


def _escape(one: str) -> str:
    return one.encode("unicode_escape", "surrogatepass").decode()


def _units(text: str) -> int:
    """Length as JavaScript counts it: in UTF-16 units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2
