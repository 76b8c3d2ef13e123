"""Small programs over the whole engine, each checked against NumPy: what faults and interrupts are thrown into."""

from __future__ import annotations

import asyncio
import math
import sys
from collections.abc import Callable
from typing import Any

import numpy as np

import tfnb as tf
from tfnb.engine.compose import compose
from tfnb.kernels.dense import dense
from tfnb.notebook.cell_scope import CellScope

Program = Callable[[], None]
SIZES = (5, 40_000)  # what runs at once on the host, and what is fused and run in blocks
# Drawn once: a generator of NumPy's switches warnings off and on as it starts, and an interrupt can leave them off.
UNIFORM = np.random.default_rng(1).random(42_000, np.float32)


def same(tensor: Any, wanted: Any) -> None:
    """A tensor has these values, to the last bits of float32."""
    # NumPy's own comparisons switch its warnings off and on, and an interrupt can leave them off.
    got, exact = tensor.numpy(), np.asarray(wanted)
    assert got.shape == exact.shape
    assert (np.abs(got - exact) <= 1e-5 + 2e-5 * np.abs(exact)).all()


def elementwise() -> None:
    for size in SIZES:
        values = np.linspace(-2, 2, size, dtype=np.float32)
        x = tf.tensor(values)
        same(x.mul(2).add(1).square(), (values * 2 + 1) ** 2)
        same(tf.where(x.greater(0), x.exp(), x.neg()), np.where(values > 0, np.exp(values), -values))
        whole = tf.tensor(np.arange(size), dtype="int32")
        same(whole.add(whole).cast("float32").sub(x), np.arange(size) * 2 - values)


def reductions() -> None:
    for shape in ((3, 5), (200, 210)):
        values = UNIFORM[: math.prod(shape)].reshape(shape)
        x = tf.tensor(values)
        same(x.sum(), values.sum())
        same(x.square().mean(1), (values * values).mean(1))
        same(x.max(0), values.max(0))
        same(x.arg_max(1), values.argmax(1))
        powers = np.exp(values)
        same(x.softmax(), powers / powers.sum(1, keepdims=True))
        same(x.cumsum(1), values.cumsum(1))


def products() -> None:
    for rows in (3, 190):
        a, b = UNIFORM[: rows * 7].reshape(rows, 7), UNIFORM[-7 * (rows + 1) :].reshape(7, rows + 1)
        bias = np.linspace(-1, 1, rows + 1, dtype=np.float32)
        x, y = tf.tensor(a), tf.tensor(b)
        same((x @ y).add(bias).relu(), np.maximum(a @ b + bias, 0))
        same(tf.matmul(x, x, transpose_b=True), a @ a.T)


def rearrangements() -> None:
    for shape in ((3, 4), (210, 200)):
        values = np.arange(shape[0] * shape[1], dtype=np.float32).reshape(shape)
        x = tf.tensor(values)
        same(x.transpose(), values.T)
        same(tf.concat([x, x.neg()], 1), np.concatenate([values, -values], 1))
        same(x.slice([1, 0], [2, 3]), values[1:3, :3])
        same(x.gather([2, 0]), values[[2, 0]])
        same(x.pad([[1, 0], [0, 2]]), np.pad(values, [(1, 0), (0, 2)]))
        same(x.reverse(0).tile([2, 1]), np.tile(values[::-1], (2, 1)))
    small = tf.tensor([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    same(tf.stack(small.unstack(), 1), small.numpy().T)
    same(tf.one_hot([1, 0], 3), [[0, 1, 0], [1, 0, 0]])


def views() -> None:
    for size in SIZES:
        values = np.arange(size, dtype=np.float32)
        x = tf.tensor(values)
        y = x.add(1)
        flat, other = y.reshape([size, 1]), y.clone()
        y.dispose()
        same(flat.reshape([-1]).sub(other), np.zeros(size))
        kept = other.numpy()
        other.dispose()
        assert kept[-1] == size


def scopes() -> None:
    x = tf.tensor([1.0, 2.0])
    kept: list[Any] = []
    for _turn in range(2):
        result = tf.tidy("outer", lambda: tf.tidy(lambda: [x.add(1), kept.append(tf.keep(x.square()))][0]).mul(2))
        same(result, [4, 6])
        same(kept[-1], [1, 4])
        tf.dispose(kept)
    with tf.scope("block") as block:
        y = block.keep(x.add(3))
        x.sub(7)
    same(y, [4, 5])
    with tf.scope():  # which ends the inner one too if that is interrupted
        tf.start_scope()
        z = tf.end_scope({"z": x.neg()})["z"]
        same(z, [-1, -2])


def cells() -> None:
    """The scope of a notebook's cell, which its own hooks open and close."""
    with tf.scope():  # which ends the cell's if that was interrupted before its hook could run
        cell = CellScope(3)
        try:
            x = tf.tensor([1.0, 2.0])
            tf.start_scope()
            y, lost = x.add(1), x.sub(1)
        finally:
            counts = cell.close([y] if "y" in locals() else [], "its cell ended")
        assert (counts.made, counts.freed) == (3, 2)
        assert lost.is_disposed
        same(y, [2, 3])


def failures() -> None:
    x = tf.tensor([1.0, 2.0])

    def wrong() -> None:
        y = x.add(1)
        with tf.scope():
            y.square().add(tf.ones([3]))

    for _turn in range(2):
        try:
            tf.tidy(wrong)
        except tf.errors.ShapeError:
            pass
        else:
            raise AssertionError("no error")
    y = x.add(1)
    y.dispose()
    try:
        y.add(1)
    except tf.errors.DisposedError:
        pass
    else:
        raise AssertionError("no error")


def tasks() -> None:
    async def one(number: int) -> Any:
        x = tf.scalar(number)
        await asyncio.sleep(0)
        y = x.square()
        await asyncio.sleep(0)
        return y.add(x)

    def driven(number: int) -> Any:
        """A task without an event loop, whose own machinery is not under test."""
        coroutine = tf.tidy_async("task", lambda: one(number))
        try:
            while True:
                coroutine.send(None)
        except StopIteration as end:
            return end.value
        finally:
            coroutine.close()

    same(tf.stack([driven(2), driven(3)]), [6, 12])


def variables() -> None:
    for size in SIZES:
        v = tf.variable(tf.zeros([size]))
        old = v.clone()
        for _step in range(3):
            tf.tidy(lambda v=v: v.assign(v.add(1)))
        v.assign_sub(tf.ones([size]))
        same(v, np.full(size, 2))
        same(old, np.zeros(size))
        v.dispose()


def profiles() -> None:
    x = tf.ones([4])
    found = tf.profile(lambda: tf.tidy(lambda: x.square().sub(1)))
    assert found.kernel_names == ("square", "sub")
    assert tf.time(lambda: x.exp()).wall_ms > 0
    assert tf.memory().num_tensors > 0


def moves() -> None:
    """Tensors of both places meet; each moves to where the work is."""
    before = tf.get_backend()
    try:
        tf.set_backend("host")
        x = tf.tensor([1.0, 2.0, 3.0])
        tf.set_backend("gl")
        y = x.add(1)
        tf.set_backend("host")
        same(x.add(y), [3, 5, 7])
    finally:
        tf.set_backend(before)


def texts() -> None:
    words = tf.tensor(["a", "数"])
    assert words.array_sync() == ["a", "数"]
    numbers = tf.complex([1.0, 2.0], [3.0, 4.0])
    same(tf.real(numbers), [1, 2])


def choices() -> None:
    """The other quick paths, and their ways to the general one."""
    x, y = tf.tensor([[1.0, 5.0], [3.0, 2.0]]), tf.tensor([[1, 2], [3, 4]], dtype="int32")
    same(x.arg_max(0), [1, 0])
    same(x.arg_min(1), [0, 1])
    same(x.min(1), [1, 2])
    same(y.sum(0), [4, 6])
    same(x.greater(2).any(1).cast("int32"), [1, 1])
    same(tf.matmul(x, x, transpose_a=True), x.numpy().T @ x.numpy())
    same(tf.where(x.greater(2), x, 0), [[0, 5], [3, 0]])
    same(tf.where(x.greater(2), 1.0, x), [[1, 1], [1, 2]])
    same(tf.where(tf.tensor([True, False]), x, tf.zeros([2])), [[1, 0], [3, 0]])
    same(2 - x, [[1, -3], [-1, 0]])
    same(tf.add(2, 3), 5)
    same(x.clip_by_value(2, 4), [[2, 4], [3, 2]])
    same(y.cast("float32").add(y), [[2, 4], [6, 8]])
    same(x.sqrt().square(), x.numpy())
    same(tf.norm(x), np.linalg.norm(x.numpy()))


def refusals() -> None:
    async def coroutine() -> None: ...

    x = tf.tensor([1.0, 2.0, 3.0])
    wrong: list[Callable[[], Any]] = [
        lambda: tf.tidy(coroutine),
        lambda: tf.tidy(lambda: iter(()) if False else (one for one in ())),
        lambda: tf.tidy(3),
        lambda: tf.end_scope(),
        lambda: tf.tidy_async(lambda: x).send(None),
        lambda: tf.tidy_async(3).send(None),
        lambda: tf.set_backend("none"),
        lambda: x.add(tf.ones([2])),
        lambda: x.sum(4),
        lambda: x.matmul(x.reshape([3, 1])),
        lambda: tf.where(tf.tensor([True, False]), x, 0),
        lambda: tf.tensor(["a"]).add(1),
        lambda: x.reshape([2]),
    ]
    for call in wrong:
        try:
            call()
        except tf.errors.TfnbError:
            continue
        raise AssertionError("it was accepted")
    with tf.scope():
        tf.dispose({"nested": [x.add(1), (x.sub(1),)], "other": 3})


def draws() -> None:
    same(tf.random_normal([3], seed=7), tf.random_normal([3], seed=7).numpy())
    same(tf.random_uniform([40_000], seed="seven").less(1).all().cast("int32"), 1)
    same(tf.multinomial([0.0, 1.0], 3, normalized=True), [1, 1, 1])
    same(tf.multinomial([[-1e9, 0.0]], 2, seed=1), [[1, 1]])
    same(tf.rand([2], lambda: 0.5), [0.5, 0.5])


def graphs() -> None:
    """Pending work with many consumers, extra outputs, more inputs than a program takes, and a kernel in the middle."""
    values = np.linspace(-1, 1, 40_000, dtype=np.float32)
    x = tf.tensor(values)
    middle = x.add(1)
    ends = [middle.mul(k) for k in range(6)]
    same(ends[5], (values + 1) * 5)
    same(middle, values + 1)
    total = tf.tidy(lambda: tf.add_n([x.add(k) for k in range(12)]))
    same(total, values * 12 + 66)
    rows = x.reshape([200, 200])
    same(rows.add(1).transpose().mul(2).sum(0), ((values.reshape(200, 200) + 1).T * 2).sum(0))
    same(rows.matmul(rows).add(1).mul(rows), (values.reshape(200, 200) @ values.reshape(200, 200) + 1) * rows.numpy())
    assert x.place in ("host", "gl")
    assert len(ends) == 6


def gradients() -> None:
    """Tapes, one in another, a gradient of one's own, a composite kernel, small and big."""
    for size in SIZES:
        values = np.linspace(0.1, 1, size, dtype=np.float32)
        x = tf.tensor(values)
        same(tf.grad(lambda x: tf.tidy(lambda: x.square().mul(x)))(x), 3 * values * values)
        same(tf.grad(lambda x: tf.grad(lambda x: x.pow(3))(x))(x), 6 * values)
        own = tf.custom_grad(lambda x, save: (save(x), (x.exp(), lambda dy, saved: dy.mul(saved[0])))[1])
        same(tf.grad(own)(x), values)
    rows, kernel = np.linspace(-1, 1, 12, dtype=np.float32).reshape(4, 3), np.ones((3, 2), np.float32)
    weights = tf.variable(kernel)

    def loss() -> Any:
        return compose(dense, (tf.tensor(rows), weights, None), sys._getframe(), activation="linear")[0].sum()

    found = tf.variable_grads(loss, [weights])
    same(found.value, (rows @ kernel).sum())
    same(found.grads[weights.name], np.repeat(rows.sum(0)[:, None], 2, 1))
    weights.dispose()


PROGRAMS: dict[str, Program] = {
    program.__name__: program
    for program in (
        elementwise, reductions, products, rearrangements, views, scopes, cells, failures, tasks, variables, profiles,
        moves, texts, choices, refusals, graphs,
        gradients, draws,
    )
}  # fmt: skip
