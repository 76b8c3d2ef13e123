"""What dropout multiplies with: 0 for what is dropped, and for the rest what keeps the mean as it was."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

import numpy as np

from tfnb.engine.run import memory_for, upload
from tfnb.ops.random import RANDOM


def dropout_mask(shape: Sequence[int], rate: float, seed: Any) -> Any:
    """A tensor that is 0 with the chance `rate`, else 1 / (1 - rate) (Srivastava et al. 2014)."""
    lengths = tuple(shape)
    with memory_for(lengths, "dropout"):
        kept = RANDOM.generator(seed).random(lengths, np.float32) >= rate
        values = kept.astype(np.float32) / np.float32(1 - rate)
    return upload(np.asarray(values, np.float32), lengths, "float32", sys._getframe(1))
