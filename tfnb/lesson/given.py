"""What a reader gave as an answer, seen through the public API only: its kind, its shape, its values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any

import numpy as np

from tfnb.lesson.bilingual import Both

# What stands in an exercise that nobody has touched.
BLANK = "?"


class Kind(Enum):
    """The kinds of answers that exercises ask for."""

    NUMBER = "number"
    LIST = "list"
    TEXT = "text"
    TENSOR = "tensor"
    DISPOSED = "disposed"
    FUNCTION = "function"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Given:
    """An answer as the checks see it.

    Attributes:
        kind: what sort of thing it is.
        shape: of a tensor, a list (None if its rows differ in length) or a number.
        values: the numbers as nested lists; the text; or the function itself.
        type_name: its Python type, for messages.
    """

    kind: Kind
    shape: tuple[int, ...] | None
    values: Any
    type_name: str

    @property
    def is_blank(self) -> bool:
        """Whether the question mark is still there."""
        if self.kind is Kind.FUNCTION:
            return BLANK in _constants(self.values)
        return self.kind is Kind.TEXT and self.values.strip() in ("", BLANK)

    def words(self) -> Both:
        """What was given, as a noun phrase."""
        if self.kind is Kind.TENSOR:
            return Both(f"a tensor of shape `{brackets(self.shape)}`", f"形状 `{brackets(self.shape)}` のテンソル")
        return plain_words(self.kind, self.shape, self.type_name)

    def equals(self, values: Any) -> bool:
        """Whether it is these numbers, in this nesting; a tensor, a tuple or a list alike."""
        if self.kind not in (Kind.NUMBER, Kind.LIST, Kind.TENSOR) or self.shape is None:
            return False
        wanted = np.asarray(values, np.float64)
        return self.shape == wanted.shape and bool(np.allclose(np.asarray(self.values, np.float64), wanted, atol=5e-4))


def look_at(answer: Any) -> Given:
    """Describe an answer of any type. Never raises, and leaves no tensor behind."""
    import tfnb as tf

    name = type(answer).__name__
    if isinstance(answer, tf.Tensor):
        if answer.is_disposed:
            return Given(Kind.DISPOSED, tuple(answer.shape), None, name)
        return Given(Kind.TENSOR, tuple(answer.shape), answer.array_sync(), name)
    if isinstance(answer, str):
        return Given(Kind.TEXT, None, answer, name)
    if isinstance(answer, (bool, int, float, np.number)):
        return Given(Kind.NUMBER, (), float(answer), name)
    if isinstance(answer, np.ndarray) and answer.dtype.kind in "biuf":
        return Given(Kind.LIST if answer.ndim else Kind.NUMBER, answer.shape, answer.tolist(), name)
    if isinstance(answer, (list, tuple)):
        return _nested(answer, name)
    if callable(answer):
        return Given(Kind.FUNCTION, None, answer, name)
    return Given(Kind.OTHER, None, None, name)


def _nested(answer: Any, name: str) -> Given:
    """A list of lists of numbers, or a list of something else."""
    try:
        array = np.array(answer, np.float64)
    except (TypeError, ValueError):
        return Given(Kind.LIST, None, None, name)
    return Given(Kind.LIST, array.shape, array.tolist(), name)


def _constants(function: Callable[..., Any]) -> tuple[Any, ...]:
    """The constants that stand in a function's text."""
    code = getattr(function, "__code__", None)
    return code.co_consts if code is not None else ()


def brackets(shape: tuple[int, ...] | None) -> str:
    """A shape as the lessons write it: `[2, 3]`."""
    return "[" + ", ".join(map(str, shape or ())) + "]"


def plain_words(kind: Kind, shape: tuple[int, ...] | None, type_name: str = "") -> Both:
    """A kind of answer as a noun phrase: "a list of 2 numbers"."""
    if kind is Kind.NUMBER:
        return Both("one number", "数 1 つ")
    if type_name == "NoneType":
        return Both("nothing (`None`)", "何もない値 (`None`) ")
    if kind is Kind.LIST and shape is not None:
        return _list_words(shape)
    return {
        Kind.LIST: Both("a list whose parts differ in length", "中の長さがそろっていないリスト"),
        Kind.TEXT: Both("a text", "文字列"),
        Kind.DISPOSED: Both("a tensor that was disposed of", "破棄されたテンソル"),
        Kind.FUNCTION: Both("a function", "関数"),
        Kind.TENSOR: Both("a tensor", "テンソル"),
    }.get(kind, Both(f"something of type {type_name}", f"型が {type_name} のもの"))


def _list_words(shape: tuple[int, ...]) -> Both:
    if len(shape) == 1:
        if shape[0] == 1:
            return Both("a list of one number", "数が 1 個のリスト")
        return Both(f"a list of {shape[0]} numbers", f"数が {shape[0]} 個のリスト")
    if len(shape) == 2:
        return Both(
            f"a list of {shape[0]} lists of {shape[1]} numbers",
            f"数が {shape[1]} 個のリストを {shape[0]} つ入れたリスト",
        )
    return Both(f"lists nested {len(shape)} deep, of shape {brackets(shape)}", f"形状 {brackets(shape)} のリスト")
