"""Single kernels of a size that matters: matrix product, softmax, sums, running sums."""

from __future__ import annotations

from typing import Any, Callable

import numpy as np

from benchmarks.case import Bound, Case, Contender, Work, waited


def _matrix(shape: tuple[int, ...], seed: int = 0) -> np.ndarray[Any, Any]:
    return np.random.default_rng(seed).standard_normal(shape, np.float32)


def _numpy(function: Callable[..., Any], *arrays: np.ndarray[Any, Any]) -> Any:
    return lambda: (lambda: function(*arrays), np.asarray)


def _torch(name: str, *arrays: np.ndarray[Any, Any], **keywords: Any) -> Any:
    def prepare() -> tuple[Work, Any]:
        import torch

        torch.set_num_threads(2)
        tensors = [torch.from_numpy(array) for array in arrays]
        function = getattr(torch, name)
        return lambda: function(*tensors, **keywords), lambda z: z.numpy()

    return prepare


def _ours(backend: str, name: str, *arrays: np.ndarray[Any, Any], **keywords: Any) -> Any:
    def prepare() -> tuple[Work, Any]:
        import tfnb as tf

        assert tf.set_backend(backend)
        tensors = [tf.tensor(array).realize() for array in arrays]
        function = getattr(tf, name)
        wait = waited(backend)
        return lambda: wait(function(*tensors, **keywords)), lambda z: z.numpy()

    return prepare


def _softmax(x: np.ndarray[Any, Any]) -> Any:
    e = np.exp(x - x.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def _case(
    name: str, what: str, reference: Any, op: str, torch_op: str, arrays: Any, bounds: Any, tolerance: float, **k: Any
) -> Case:
    torch_keywords = {("dim" if key == "axis" else key): value for key, value in k.items()}
    return Case(
        name,
        what,
        (
            Contender("numpy", _numpy(reference, *arrays)),
            Contender("torch", _torch(torch_op, *arrays, **torch_keywords)),
            Contender("tfnb auto", _ours("auto", op, *arrays, **k)),
            Contender("tfnb gl", _ours("gl", op, *arrays, **k)),
            Contender("tfnb gl fragment", _ours("gl", op, *arrays, **k), {"TFNB_GL_TIER": "fragment"}),
        ),
        bounds,
        tolerance,
    )


_A, _B, _ROWS, _FLAT = _matrix((1024, 1024)), _matrix((1024, 1024), 1), _matrix((4096, 1000)), _matrix((1 << 22,))

CASES = [
    _case(
        "matmul", "1024 x 1024 by 1024 x 1024", np.matmul, "matmul", "matmul", (_A, _B),
        (Bound("tfnb gl", "numpy", 1 / 0.17), Bound("tfnb auto", "numpy", 1.05)), 1e-4,
    ),
    _case(
        "softmax", "4096 x 1000", _softmax, "softmax", "softmax", (_ROWS,),
        (Bound("tfnb gl", "numpy", 1.3 * 0.87),), 1e-5, **{"dim": -1},
    ),
    _case(
        "row sums", "4096 x 1000", lambda x: x.sum(axis=1), "sum", "sum", (_ROWS,),
        (Bound("tfnb gl", "numpy", 1.3 * 0.8),), 1e-4, **{"axis": 1},
    ),
    _case(
        "sum", "4M values", lambda x: x.sum(), "sum", "sum", (_FLAT,),
        (Bound("tfnb gl", "numpy", 1.3 * 0.72),), 1e-4,
    ),
    _case(
        "cumsum", "4M values", np.cumsum, "cumsum", "cumsum", (_FLAT,),
        (Bound("tfnb gl", "numpy", 1.3 * 0.46),), 1e-3, **{"axis": 0},
    ),
]  # fmt: skip
