"""Tensors as text: TensorFlow.js's `print`, and Python's `str`, `repr` and `format` (section Tensors / Creation)."""

from __future__ import annotations

import builtins
from collections.abc import Iterator
from types import TracebackType
from typing import Any

from tfnb import shapes
from tfnb.engine.handle import Disposed, Handle
from tfnb.engine.pending import Pending
from tfnb.engine.run import check_alive, device_of, read, settle, storage_of, to_host
from tfnb.errors import ArgumentError
from tfnb.language import _
from tfnb.ops.arguments import whole_number
from tfnb.picture.printed import PRINTING, PrintOptions, tensor_text, values_text
from tfnb.shapes import size_of


def to_string(self: Any, verbose: bool = False) -> str:
    """The text that `print` shows, in TensorFlow.js's format. Of a large tensor only the values shown are read.

    Args:
        verbose: whether data type, number of axes and shape are told too.

    Example:
        >>> import tfnb as tf
        >>> builtins.print(tf.tensor([[1, 2], [3, 4.5]]).to_string())
        Tensor
            [[1, 2  ],
             [3, 4.5]]
    """
    return _shown(self, "to_string", verbose)


def _shown(self: Any, op: str, verbose: bool) -> str:
    storage_of(self, op)
    return tensor_text(lambda start, count: read(self, start, count), self.shape, self.dtype, verbose)


def print(x: Any, verbose: bool = False) -> None:
    """Print the values of a tensor, in TensorFlow.js's format; anything else as Python does.

    Args:
        x: a tensor.
        verbose: whether data type, number of axes and shape are told too.

    Example:
        >>> import tfnb as tf
        >>> tf.print(tf.tensor([1, 2, 3, 4], [2, 2]), verbose=True)
        Tensor
          dtype: float32
          rank: 2
          shape: [2,2]
          values:
            [[1, 2],
             [3, 4]]
    """
    builtins.print(_shown(x, "print", verbose) if isinstance(x, Handle) else x)


def print_method(self: Any, verbose: bool = False) -> None:
    """Print the values, as `tf.print` does.

    Args:
        verbose: whether data type, number of axes and shape are told too.
    """
    builtins.print(_shown(self, "print", verbose))


def as_text(self: Any) -> str:
    """`str(t)`: what `t.print()` shows; of a disposed tensor, what it was."""
    return headline(self) if _is_disposed(self) else to_string(self)


def headline(handle: Any, kind: str = "tf.Tensor") -> str:
    """What a tensor is, in one line: never raises, and reads no value."""
    return f"<{kind} {shapes.text(handle.shape)} {handle.dtype}{_where(handle)}>"


def _is_disposed(handle: Any) -> bool:
    return handle.ndarray is None and handle.store.__class__ is Disposed


def _where(handle: Any) -> str:
    if _is_disposed(handle):
        return ", " + _("disposed of")
    settle(handle)
    if handle.ndarray is not None:
        return " on host"
    return f" {_('pending')}" if handle.store.__class__ is Pending else f" on {device_of(handle.store).name}"


def representation(self: Any) -> str:
    """`repr(t)`: one line of what it is, and its values below. It never raises, and reads only the values shown."""
    kind = self._kind
    try:
        if _is_disposed(self):
            return headline(self, kind)
        storage_of(self, "repr")
        values = values_text(lambda start, count: read(self, start, count), self.shape, self.dtype)
        return f"{headline(self, kind)}\n{values}"
    except Exception as error:  # a debugger asks for the repr of everything, at any time
        return f"<{kind} {list(getattr(self, 'shape', ()))}: {type(error).__name__}: {error}>"


def pretty(self: Any, printer: Any, cycle: bool) -> None:
    """IPython's repr: a single line where the tensor is in a list or dict, all of it where it stands alone."""
    if len(getattr(printer, "stack", ())) > 1:
        printer.text(brief(self))
        return
    for number, line in enumerate(representation(self).split("\n")):
        if number:
            printer.break_()
        printer.text(line)


def brief(self: Any) -> str:
    """One line that never raises."""
    try:
        return headline(self, self._kind)
    except Exception as error:
        return f"<{self._kind}: {type(error).__name__}>"


def rich_parts(self: Any) -> Iterator[Any]:
    """What `rich` shows: `Tensor(shape=…, dtype=…, …)`."""
    yield "shape", list(self.shape)
    yield "dtype", self.dtype
    yield "place", self.place


def formatted(self: Any, spec: str) -> str:
    """`format(t, spec)`: the one value by Python's rules, as in `f"{loss:.3f}"`; without a spec, also whole tensors.

    Errors:
        ArgumentError: a spec, and more values than one.

    Example:
        >>> import tfnb as tf
        >>> f"{tf.scalar(3.14159):.2f}", f"{tf.scalar(7, 'int32'):03d}", f"{tf.scalar(0.1)}"
        ('3.14', '007', '0.1')
    """
    if not spec and self.shape:
        return as_text(self)
    check_alive(self, "format", None)
    if size_of(self.shape) != 1:
        raise ArgumentError(
            _("wanted a tensor of one value, this one has {size}").format(size=size_of(self.shape)),
            op="format",
            fix=_("reduce it first, with t.sum() or t.mean()"),
        )
    value = to_host(self, "format").reshape(-1)[0]
    if not spec:
        return str(value)
    return format(value.item() if hasattr(value, "item") else value, spec)


class print_options:
    """Choose how tensors are printed, from now on; in a `with` statement, for that block only.

    Args:
        edgeitems: values shown at each end of an axis that is cut (3).
        precision: digits behind the point (7).
        threshold: an axis with more values than this is cut (20).
        linewidth: lines above this width are wrapped; None wraps none, as in TensorFlow.js.

    What is left out stays as it is: `tf.print_options()` changes nothing, and shows what is in force.

    Errors:
        ArgumentError: a number that makes no sense.

    Example:
        >>> import tfnb as tf
        >>> with tf.print_options(precision=2):
        ...     tf.tensor([1, 2 / 3]).print()
        Tensor
            [1, 0.67]
    """

    __slots__ = ("_before",)

    def __init__(
        self,
        edgeitems: int | None = None,
        precision: int | None = None,
        threshold: int | None = None,
        linewidth: int | str | None = "",
    ) -> None:
        chosen = PRINTING.copy()
        if edgeitems is not None:
            chosen.edgeitems = _in_range(edgeitems, 1, 1000, "edgeitems")
        if precision is not None:
            chosen.precision = _in_range(precision, 0, 20, "precision")
        if threshold is not None:
            chosen.threshold = _in_range(threshold, 1, 1000, "threshold")
        if linewidth != "":
            chosen.linewidth = None if linewidth is None else _in_range(linewidth, 20, 10_000, "linewidth")
        chosen.threshold = max(chosen.threshold, 2 * chosen.edgeitems)
        self._before = PRINTING.copy()
        PRINTING.take(chosen)

    def __enter__(self) -> PrintOptions:
        return PRINTING

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        PRINTING.take(self._before)

    def __repr__(self) -> str:
        return repr(PRINTING)


def _in_range(value: Any, low: int, high: int, argument: str) -> int:
    number = whole_number(value, "print_options", argument)
    if not low <= number <= high:
        raise ArgumentError(
            _("wanted {low} to {high}, given {given}").format(low=low, high=high, given=number),
            op="print_options",
            argument=argument,
        )
    return number
