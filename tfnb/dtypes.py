"""The five data types, how two of them meet, and how NumPy's map to them.

Promotion is TensorFlow.js's: bool < int32 < float32 < complex64; strings meet only strings.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from tfnb.errors import DTypeError
from tfnb.language import _

DTYPES: Final = ("float32", "int32", "bool", "complex64", "string")

NUMPY: Final[dict[str, Any]] = {
    "float32": np.dtype(np.float32),
    "int32": np.dtype(np.int32),
    "bool": np.dtype(np.bool_),
    "complex64": np.dtype(np.complex64),
    "string": np.dtype(object),
}

# Bytes of one element as TensorFlow.js counts them. Strings count their UTF-8 bytes, element by element.
ITEMSIZE: Final = {"float32": 4, "int32": 4, "bool": 1, "complex64": 8}

_ORDER: Final = {"bool": 0, "int32": 1, "float32": 2, "complex64": 3}

# (a, b) -> the type in which an arithmetic op of the two is computed.
PROMOTION: Final = {(a, b): a if _ORDER[a] >= _ORDER[b] else b for a in _ORDER for b in _ORDER} | {
    ("string", "string"): "string"
}

_SPELLINGS: Final[dict[Any, str]] = {
    **{name: name for name in DTYPES},
    **{kind: name for name, kind in NUMPY.items() if name != "string"},
    float: "float32", int: "int32", bool: "bool", complex: "complex64", str: "string",
    np.float32: "float32", np.int32: "int32", np.bool_: "bool", np.complex64: "complex64",
}  # fmt: skip


def canonical(dtype: Any, op: str = "tensor") -> str:
    """The name of a data type given as a name, a NumPy dtype or a Python type.

    Errors:
        DTypeError: none of the five.

    Example:
        >>> canonical(float), canonical(np.dtype("int32"))
        ('float32', 'int32')
    """
    try:
        return _SPELLINGS[dtype]
    except (KeyError, TypeError):
        raise DTypeError(
            _("there is no data type {given!r}; wanted one of {wanted}").format(given=dtype, wanted=", ".join(DTYPES)),
            op=op,
            argument="dtype",
        ) from None


def promote(op: str, a: str, b: str) -> str:
    """The data type in which `op` of an `a` and a `b` is computed.

    Errors:
        DTypeError: a string meets a number.
    """
    try:
        return PROMOTION[a, b]
    except KeyError:
        raise DTypeError(
            _("text and numbers do not mix: a is {a}, b is {b}").format(a=a, b=b), op=op, argument="b"
        ) from None
