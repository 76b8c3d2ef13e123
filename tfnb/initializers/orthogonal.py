"""The initializer whose matrices turn vectors without stretching them: for what a recurrent layer multiplies often."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

from tfnb import dtypes, shapes
from tfnb.engine.run import memory_for, upload
from tfnb.errors import DTypeError, ShapeError
from tfnb.initializers.base import Initializer
from tfnb.language import _
from tfnb.ops.arguments import real_number
from tfnb.ops.random import RANDOM


class Orthogonal(Initializer):
    """A random matrix whose columns (or rows, if it has fewer) are of length 1 and at right angles (Saxe et al. 2013).

    Args:
        gain: a factor for all values.
        seed: the same one gives the same numbers.

    Errors:
        ShapeError: fewer than two axes.

    Example:
        >>> import tfnb as tf
        >>> q = tf.initializers.orthogonal(seed=1).apply([3, 3])
        >>> tf.matmul(q, q, transpose_b=True).sub(tf.eye(3)).abs().max().array_sync() < 1e-6
        True
    """

    def __init__(self, gain: float = 1.0, seed: Any = None) -> None:
        self.gain = real_number(gain, "orthogonal", "gain")
        self.seed = seed

    def apply(self, shape: Any, dtype: Any = None) -> Any:
        lengths = shapes.checked(shape, "orthogonal")
        kind = "float32" if dtype is None else dtypes.canonical(dtype, "orthogonal")
        if kind != "float32":
            raise DTypeError(
                _("takes {wanted}, not {given}").format(wanted="float32", given=kind), op="orthogonal", argument="dtype"
            )
        if len(lengths) < 2:
            raise ShapeError(
                _("wanted two axes or more, given {given}").format(given=shapes.text(lengths)),
                op="orthogonal",
                argument="shape",
            )
        rows, columns = shapes.size_of(lengths[:-1]), lengths[-1]
        with memory_for(lengths, "orthogonal"):
            normal = RANDOM.generator(self.seed).standard_normal((max(rows, columns), min(rows, columns)))
            q, r = np.linalg.qr(normal)
            # Without the signs of the diagonal the matrices would not be uniformly distributed (Mezzadri 2007).
            q = q * np.where(np.diagonal(r) < 0, -1.0, 1.0)
            values = np.ascontiguousarray((q.T if rows < columns else q) * self.gain, np.float32).reshape(lengths)
        return upload(values, lengths, kind, sys._getframe(1))

    def get_config(self) -> dict[str, Any]:
        return {"gain": self.gain, "seed": self.seed}
