"""Gradients: what a user calls, through every differentiable kernel, of any order, on every placement."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

import tfnb as tf
from tests.differences import check, wide
from tests.kernels.test_gradients import CASES
from tests.test_kernel_gradients import FUNCTIONS, WITH_GRADIENT, values
from tfnb.engine.compose import compose
from tfnb.engine.run import execute
from tfnb.kernels.composite import COMPOSITES, Composite
from tfnb.kernels.record import KERNELS, Elementwise


@pytest.fixture(autouse=True)
def nothing_left() -> Iterator[None]:
    before = tf.memory()
    with tf.scope():
        yield
    after = tf.memory()
    assert after.num_tensors == before.num_tensors and after.retained_bytes == before.retained_bytes


# Semantics of TensorFlow.js (tfjs-core/src/gradients.ts)


def test_grad_of_one_tensor() -> None:
    assert tf.grad(lambda x: x.square())(tf.tensor([1.0, 2.0, 3.0])).array_sync() == [2.0, 4.0, 6.0]
    assert float(tf.grad(lambda x: x.mul(x).mul(x))(2)) == 12.0
    assert tf.grad(lambda x: x.square())([1, 2], dy=[10, 100]).array_sync() == [20.0, 400.0]


def test_grads_of_several() -> None:
    da, db = tf.grads(lambda a, b: a.square().mul(b))([tf.tensor([2.0, 3.0]), tf.scalar(5.0)])
    assert da.array_sync() == [20.0, 30.0]
    assert float(db) == 13.0


def test_values_beside() -> None:
    one = tf.value_and_grad(lambda x: x.square().sum())(tf.tensor([1.0, 2.0]))
    assert (float(one.value), one.grad.array_sync()) == (5.0, [2.0, 4.0])
    many = tf.value_and_grads(lambda a, b: a.sub(b))([tf.scalar(3.0), tf.scalar(1.0)])
    assert (float(many.value), [float(g) for g in many.grads]) == (2.0, [1.0, -1.0])


def test_variables_by_name() -> None:
    w = tf.variable([1.0, 2.0], name="w")
    b = tf.variable(3.0, name="b")
    frozen = tf.variable(5.0, trainable=False, name="frozen")
    found = tf.variable_grads(lambda: w.mul(frozen).sum().add(b))
    assert float(found.value) == 18.0
    assert {name: grad.array_sync() for name, grad in found.grads.items()} == {"w": [5.0, 5.0], "b": 1.0}
    only = tf.variable_grads(lambda: w.sum().add(b), [b])
    assert list(only.grads) == ["b"]
    tf.dispose([w, b, frozen])


@pytest.mark.parametrize(
    "shapes", [((2, 3), (3,)), ((4, 1), (1, 5)), ((), (2, 2)), ((1,), (3, 1)), ((2, 1, 3), (4, 1))]
)
@pytest.mark.parametrize("name", ["add", "sub", "mul", "div", "squared_difference", "maximum"])
def test_what_was_repeated_is_summed(name: str, shapes: Any) -> None:
    random = np.random.default_rng(3)
    arrays = [random.uniform(1, 2, shape) for shape in shapes]
    check(getattr(tf, name), arrays, orders=1)


def test_parts_that_do_not_depend_on_an_argument() -> None:
    x = tf.tensor([1.0, 2.0])
    assert tf.grad(lambda x: x.add(tf.ones([2]).exp()))(x).array_sync() == [1.0, 1.0]
    with pytest.raises(tf.errors.GradientError, match="argument 1"):
        tf.grads(lambda a, b: a.square())([x, x.clone()])
    assert tf.grad(lambda x: x)(x).array_sync() == [1.0, 1.0]


def test_a_tidy_inside_and_around() -> None:
    x = tf.tensor([2.0])
    inside = tf.grad(lambda x: tf.tidy(lambda: x.square().mul(x)))
    assert inside(x).array_sync() == [12.0]
    assert tf.tidy(lambda: inside(x)).array_sync() == [12.0]

    def disposes(x: Any) -> Any:
        y = x.exp()
        z = y.square()
        y.dispose()
        return z

    assert np.allclose(tf.grad(disposes)(x).numpy(), 2 * np.exp(4.0))


def test_a_value_that_is_assigned_after_its_use_counts_as_it_was() -> None:
    v = tf.variable([3.0])

    def loss() -> Any:
        y = v.square().sum()
        v.assign([100.0])
        return y

    assert tf.variable_grads(loss, [v]).grads[v.name].array_sync() == [6.0]
    v.dispose()


def test_the_third_derivative() -> None:
    cube = tf.grad(tf.grad(tf.grad(lambda x: x.pow(4))))
    assert float(cube(tf.scalar(2.0))) == 48.0
    assert np.isclose(float(tf.grad(tf.grad(tf.grad(tf.sin)))(tf.scalar(0.3))), -np.cos(0.3), atol=1e-6)


def test_the_gradient_of_a_gradient_s_size() -> None:
    x = tf.tensor([1.0, -2.0])
    penalty = tf.grad(lambda x: tf.grad(lambda x: x.pow(3).sum())(x).square().sum())
    assert np.allclose(penalty(x).numpy(), 2 * 3 * np.array([1.0, 4.0]) * 6 * np.array([1.0, -2.0]))


def test_whole_numbers_pass_gradients_on_as_real_ones() -> None:
    found = tf.grad(lambda x: x.mul(2.5))(tf.tensor([1, 2], dtype="int32"))
    assert found.dtype == "float32" and found.array_sync() == [2.5, 2.5]
    assert tf.grad(lambda x: x.cast("int32").cast("float32"))(tf.tensor([1.5])).array_sync() == [1.0]


# Errors


def test_an_op_without_gradient_is_named_when_its_gradient_is_asked_for() -> None:
    x = tf.tensor([1.0, 2.0])
    with pytest.raises(tf.errors.GradientError, match="greater"):
        tf.grad(lambda x: x.greater(1).cast("float32"))(x)
    chosen = tf.grad(lambda x: tf.where(x.greater(1), x.square(), 0))(x)  # here nobody asks
    assert chosen.array_sync() == [0.0, 4.0]


@pytest.mark.parametrize(
    ("call", "error", "says"),
    [
        (lambda: tf.grad(3), tf.errors.ArgumentTypeError, "function"),
        (lambda: tf.grad(lambda x: 3)(tf.scalar(1)), tf.errors.ArgumentTypeError, "tensor"),
        (lambda: tf.grad(lambda x: x)(tf.ones([2]), tf.ones([3])), tf.errors.ShapeError, r"\[2\]"),
        (lambda: tf.grads(lambda x: x)(tf.ones([2])), tf.errors.ArgumentTypeError, "list"),
        (lambda: tf.variable_grads(lambda: tf.scalar(1.0), []), tf.errors.ArgumentError, "variable"),
        (lambda: tf.variable_grads(lambda: tf.scalar(1.0), [tf.ones([2])]), tf.errors.ArgumentTypeError, "variables"),
        (lambda: tf.grad(lambda x: 1 / 0)(tf.scalar(1.0)), ZeroDivisionError, "zero"),
        (lambda: tf.custom_grad(lambda x, save: x)(tf.scalar(1.0)), tf.errors.ArgumentTypeError, "gradient"),
    ],
)
def test_mistakes(call: Callable[[], Any], error: type[Exception], says: str) -> None:
    before = tf.memory().num_tensors
    with tf.scope(), pytest.raises(error, match=says):
        call()
    assert tf.memory().num_tensors == before
    assert tf.grad(tf.square)(tf.scalar(3.0)).array_sync() == 6.0  # nothing stays open


def test_a_loss_must_be_one_number_and_depend_on_a_variable() -> None:
    v = tf.variable([1.0, 2.0])
    with pytest.raises(tf.errors.ShapeError, match="mean"):
        tf.variable_grads(lambda: v.square(), [v])
    with pytest.raises(tf.errors.GradientError, match="none"):
        tf.variable_grads(lambda: tf.scalar(1.0), [v])
    v.dispose()


# custom_grad


def test_a_gradient_of_one_s_own() -> None:
    def clipped(x: Any, save: Any) -> Any:
        save([x])
        return {"value": x.square(), "grad_func": lambda dy, saved: dy.mul(saved[0]).clip_by_value(-1, 1)}

    f = tf.custom_grad(clipped)
    assert tf.grad(lambda x: f(x).mul(2))(tf.tensor([0.1, 5.0])).array_sync() == [np.float32(0.2), 1.0]
    assert np.allclose(tf.grad(lambda x: tf.grad(lambda x: f(x))(x))(tf.tensor([0.1, 5.0])).numpy(), [1.0, 0.0])


def test_a_gradient_of_one_s_own_for_several() -> None:
    f = tf.custom_grad(lambda a, b, save: (a.mul(b), lambda dy, saved: [dy.mul(10), dy.mul(20)]))
    assert [float(g) for g in tf.grads(f)([tf.scalar(2.0), tf.scalar(3.0)])] == [10.0, 20.0]
    assert float(f(tf.scalar(2.0), tf.scalar(3.0))) == 6.0
    wrong = tf.custom_grad(lambda a, save: (a, lambda dy, saved: [dy, dy]))
    with pytest.raises(tf.errors.ArgumentError, match="1"):
        tf.grad(wrong)(tf.scalar(1.0))


# Every kernel, first and second order


@pytest.mark.parametrize("name", WITH_GRADIENT)
def test_elementwise_kernels_of_two_orders(name: str) -> None:
    kernel = KERNELS[name]
    assert isinstance(kernel, Elementwise)
    function = FUNCTIONS.get(name) or getattr(tf, name)
    arrays = values(kernel, np.random.default_rng(5))
    if name in ("mod", "floor_div"):  # whose jumps lie closer and closer where the divisor is small
        arrays[1] = np.abs(arrays[1]) + 1
    if kernel.condition:
        condition = tf.tensor(arrays[0])
        check(lambda *rest: function(condition, *rest), arrays[1:])
    else:
        check(lambda *inputs: function(*inputs, *kernel.trial), arrays, tolerance=1e-5)


@pytest.mark.parametrize(("name", "shapes", "attributes"), CASES, ids=lambda value: str(value).replace(" ", ""))
def test_other_kernels_of_two_orders(name: str, shapes: dict[str, tuple[int, ...]], attributes: Any) -> None:
    kernel = KERNELS[name]
    random = np.random.default_rng(4)
    arrays = [random.permutation(int(np.prod(shape))).reshape(shape) / 19.0 for shape in shapes.values()]
    if len(attributes.get("axis", ()) if isinstance(attributes.get("axis"), tuple) else ()) == 3:
        attributes = {**attributes, "keep_dims": True}  # a result without axes is no array of float64
    ids = [tf.tensor([0, 2, -1, 2, 3, 0], dtype="int32")] if name == "unsorted_segment_sum" else []
    check(lambda *inputs: execute(kernel, [*inputs, *ids], sys._getframe(), **attributes), arrays, tolerance=1e-5)  # type: ignore[arg-type]


# Placements


@pytest.mark.parametrize("backend", ["gl", "host"])
def test_placements_agree(backend: str) -> None:
    random = np.random.default_rng(7)
    x, w, b = (random.normal(size=shape).astype(np.float32) for shape in [(40, 30), (30, 20), (20,)])

    def loss(w: Any, b: Any) -> Any:
        hidden = tf.tanh(tf.matmul(x, w).add(b)).mul(1.5).relu()
        return tf.log_softmax(hidden).slice([0, 3], [40, 1]).mean([0, 1], True).neg()

    with_64 = _central(lambda w, b: loss(w, b), [w.astype(np.float64), b.astype(np.float64)])
    assert tf.set_backend(backend)
    try:
        found = tf.grads(loss)([tf.tensor(w), tf.tensor(b)])
        assert all(one.place in (backend, "pending") for one in found)
        for one, wanted in zip(found, with_64, strict=True):
            assert np.allclose(one.numpy(), wanted, rtol=2e-4, atol=2e-6)
    finally:
        tf.set_backend("auto")


def _central(f: Callable[..., Any], arrays: list[Any]) -> list[Any]:
    """Gradients by differences in float64, value by value of a sample."""
    found = []
    for position, array in enumerate(arrays):
        slope = np.zeros_like(array)
        for place in np.ndindex(*array.shape):
            sides = []
            for sign in (1, -1):
                moved = [one.copy() for one in arrays]
                moved[position][place] += sign * 1e-5
                with tf.scope():
                    sides.append(float(f(*map(wide, moved)).numpy()[0, 0]))
            slope[place] = (sides[0] - sides[1]) / 2e-5
        found.append(slope)
    return found


def test_the_way_back_is_fused_on_opengl() -> None:
    assert tf.set_backend("gl")
    try:
        x = tf.ones([64, 64])
        run = tf.profile(lambda: tf.grad(lambda x: x.mul(2).add(1).sigmoid().mul(x))(x))
        assert len(run.programs) <= 2 and max(len(program.kernels) for program in run.programs) >= 5
    finally:
        tf.set_backend("auto")


# Composite kernels


def _doubled() -> Composite:
    """exp(a) * b, whose fast way back notes that it was called."""
    calls: list[str] = []

    class State:
        nbytes = 64

    def forward(a: Any, b: Any, keep: bool) -> Any:
        state = State() if keep else None
        if state is not None:
            state.values = np.exp(a), b  # type: ignore[attr-defined]
        return (np.exp(a) * b, None), state

    def backward(state: Any, slopes: Any, needed: Any) -> Any:
        calls.append("backward")
        power, b = state.values
        return [slopes[0] * power * b if needed[0] else None, slopes[0] * power if needed[1] else None]

    kernel = Composite(
        "exp_mul_of_a_test",
        inputs=("a", "b"),
        forward=forward,
        backward=backward,
        definition=lambda a, b: (a.exp() * b, None),
    )
    del COMPOSITES["exp_mul_of_a_test"]
    kernel.note = calls  # type: ignore[assignment]
    return kernel


def test_a_composite_kernel_goes_back_fast_and_through_its_definition() -> None:
    kernel = _doubled()

    def f(a: Any, b: Any) -> Any:
        return compose(kernel, (a, b), sys._getframe())[0]

    a, b = np.array([0.3, -1.0]), np.array([2.0, 0.5])
    check(f, [a, b])
    assert "backward" in kernel.note
    kernel.note.clear()  # type: ignore[attr-defined]
    slope = tf.grad(lambda a: tf.grad(lambda a: f(a, tf.tensor(b)))(a))(tf.tensor(a))
    assert np.allclose(slope.numpy(), np.exp(a) * b, rtol=1e-6)
    assert not kernel.note  # under an outer gradient the definition went back
    assert tf.set_backend("gl")
    try:
        assert np.allclose(tf.grad(lambda a: f(a, tf.tensor(b)))(tf.tensor(a)).numpy(), np.exp(a) * b, rtol=1e-6)
    finally:
        tf.set_backend("auto")
    assert not kernel.note


# Memory


def test_what_a_tape_keeps_is_counted_while_it_is_open() -> None:
    retained = []

    def f(x: Any) -> Any:
        y = tf.tidy(lambda: x.exp().square())
        retained.append(tf.memory().retained_bytes)
        return y

    tf.grad(f)(tf.ones([1000]))
    assert retained == [4000]  # exp(x), which the tidy has ended


def test_another_thread_s_ops_are_on_no_tape_of_this_one() -> None:
    x, found = tf.tensor([2.0]), []

    def other() -> None:
        found.append(float(tf.square(x).sum()))

    def f(x: Any) -> Any:
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
        return x.mul(3)

    assert tf.grad(f)(x).array_sync() == [3.0] and found == [4.0]
