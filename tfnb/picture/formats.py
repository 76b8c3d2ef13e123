"""Numbers as people read them: values of tensors, bytes, counts."""

from __future__ import annotations

import math
from typing import Any, Final

from tfnb.picture.text_width import shorten

_UNITS: Final = ("KiB", "MiB", "GiB", "TiB", "PiB")


def format_bytes(count: float) -> str:
    """Bytes in the largest unit that leaves at least one, three digits long.

    `js/src/bytes.js` is its twin; `js/vectors/bytes.json` keeps the two alike.

    Example:
        >>> format_bytes(24), format_bytes(1536), format_bytes(4_000_000)
        ('24 B', '1.5 KiB', '3.81 MiB')
    """
    if not math.isfinite(count) or count < 0:
        return "?"
    if count < 1024:
        return f"{count:.0f} B"
    amount, unit = count / 1024, 0
    while amount >= 999.5 and unit < len(_UNITS) - 1:
        amount, unit = amount / 1024, unit + 1
    decimals = 2 if amount < 9.995 else 1 if amount < 99.95 else 0
    # Halves go up, as in JavaScript; Python's own formatting would send exact ones to the even digit.
    shown = f"{math.floor(amount * 10**decimals + 0.5) / 10**decimals:.{decimals}f}"
    if "." in shown:
        shown = shown.rstrip("0").rstrip(".")
    return f"{shown} {_UNITS[unit]}"


def format_value(value: Any, precision: int = 4, width: int = 24) -> str:
    """One element as a box shows it: integers whole, others to `precision` significant digits, text quoted and cut.

    Example:
        >>> [format_value(v) for v in (2.0, 0.123456, True, 1 + 2j, "a", float("nan"))]
        ['2', '0.1235', 'True', '1+2i', '"a"', 'NaN']
    """
    if isinstance(value, (str, bytes)):
        text = value if isinstance(value, str) else value.decode("utf-8", "replace")
        return shorten('"' + text[: 4 * width] + '"', width)
    if isinstance(value, bool) or type(value).__name__ in ("bool", "bool_"):
        return str(bool(value))
    if isinstance(value, complex) or (hasattr(value, "imag") and type(value).__name__.startswith("complex")):
        imaginary = format_value(value.imag, precision)
        return f"{format_value(value.real, precision)}{'' if imaginary[0] in '+-' else '+'}{imaginary}i"
    if isinstance(value, int) or (hasattr(value, "dtype") and value.dtype.kind in "iu"):
        return str(int(value))
    try:
        number = float(value)
    except (TypeError, ValueError):
        return shorten(str(value), width)
    if math.isnan(number):
        return "NaN"
    if math.isinf(number):
        return "inf" if number > 0 else "-inf"
    if number == int(number) and abs(number) < 10 ** max(precision, 6):
        return "-0" if number == 0 and math.copysign(1, number) < 0 else str(int(number))
    return f"{number:.{precision}g}"


def format_shape(shape: tuple[int, ...]) -> str:
    """A shape as the API writes it.

    Example:
        >>> format_shape((2, 3)), format_shape(())
        ('[2, 3]', '[]')
    """
    return "[" + ", ".join(map(str, shape)) + "]"
