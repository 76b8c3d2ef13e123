"""The fused chain of ten operations over four million values."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.case import Bound, Case, Contender, Work

SIZE = 1 << 22


def inputs() -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    generator = np.random.default_rng(0)
    return tuple(generator.standard_normal(SIZE, np.float32) for _ in range(2))  # type: ignore[return-value]


def _numpy() -> tuple[Work, Any]:
    x, y = inputs()

    def work() -> Any:
        z = np.add(np.multiply(x, y), np.float32(1))
        z = np.maximum(z, np.float32(0))
        z = np.subtract(np.multiply(z, np.float32(0.5)), y)
        z = np.multiply(np.square(z), x)
        z = np.add(np.abs(z), np.float32(0.25))
        return np.divide(np.float32(1), z)

    return work, lambda z: z


def _torch() -> tuple[Work, Any]:
    import torch

    torch.set_num_threads(2)
    x, y = (torch.from_numpy(one) for one in inputs())

    def work() -> Any:
        z = ((x * y + 1).relu() * 0.5 - y).square() * x
        return (z.abs() + 0.25).reciprocal()

    return work, lambda z: z.numpy()


def _jax() -> tuple[Work, Any]:
    import jax
    import jax.numpy as jnp

    x, y = (jnp.asarray(one) for one in inputs())

    @jax.jit
    def chain(x: Any, y: Any) -> Any:
        z = jnp.square(jnp.maximum(x * y + 1, 0) * 0.5 - y) * x
        return 1 / (jnp.abs(z) + 0.25)

    return lambda: chain(x, y).block_until_ready(), np.asarray


def _ours(backend: str) -> Any:
    def prepare() -> tuple[Work, Any]:
        import tfnb as tf

        assert tf.set_backend(backend)
        x, y = (tf.tensor(one).realize() for one in inputs())

        def chain() -> Any:
            z = x.mul(y).add(1).relu().mul(0.5).sub(y).square().mul(x)
            return z.abs().add(0.25).reciprocal()

        def work() -> Any:
            return chain().realize()

        return work, lambda z: z.numpy()

    return prepare


CASES = [
    Case(
        "fused chain",
        "ten operations over 4M values",
        (
            Contender("numpy", _numpy),
            Contender("torch", _torch),
            Contender("jax.jit", _jax),
            Contender("tfnb auto", _ours("auto")),
            Contender("tfnb gl", _ours("gl")),
            Contender("tfnb gl fragment", _ours("gl"), {"TFNB_GL_TIER": "fragment"}),
        ),
        (
            Bound("tfnb gl", "torch", 0.4),
            Bound("tfnb auto", "torch", 0.4),
            Bound("tfnb auto", "jax.jit", 2.5),
        ),
    )
]
