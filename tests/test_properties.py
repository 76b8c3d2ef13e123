"""Shapes and data types meet as in NumPy and TensorFlow.js; a program of ops gives one result on every placement."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import hypothesis
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import tfnb as tf
from tfnb.dtypes import NUMPY

Array = npt.NDArray[Any]
BACKENDS = ("host", "gl")
EXAMPLES = hypothesis.settings(
    max_examples=60, deadline=None, suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture]
)
NUMBERS = ("bool", "int32", "float32")
ORDER = {"bool": 0, "int32": 1, "float32": 2, "complex64": 3}


@pytest.fixture(params=BACKENDS)
def backend(request: pytest.FixtureRequest) -> Iterator[str]:
    assert tf.set_backend(request.param)
    with tf.scope():
        yield request.param
    tf.set_backend("auto")


def counted(shape: tuple[int, ...], start: int = 1) -> Array:
    return np.arange(start, start + int(np.prod(shape)), dtype=np.int32).reshape(shape)


# ------------------------------------------------------------------------------------------------ shapes


@EXAMPLES
@hypothesis.given(hnp.mutually_broadcastable_shapes(num_shapes=2, min_side=0, max_side=5, max_dims=6))
def test_two_shapes_meet_as_numpys_do(backend: str, shapes: hnp.BroadcastableShapes) -> None:
    a, b = (counted(shape, start) for start, shape in enumerate(shapes.input_shapes))
    result = tf.sub(tf.tensor(a), tf.tensor(b))
    assert result.shape == shapes.result_shape
    assert np.array_equal(result.numpy(), a - b)


@EXAMPLES
@hypothesis.given(hnp.mutually_broadcastable_shapes(num_shapes=3, min_side=0, max_side=4, max_dims=5))
def test_three_shapes_meet_as_numpys_do(backend: str, shapes: hnp.BroadcastableShapes) -> None:
    c, a, b = (counted(shape, start) for start, shape in enumerate(shapes.input_shapes))
    result = tf.where(tf.tensor(c % 3 == 0), tf.tensor(a), tf.tensor(b))
    assert np.array_equal(result.numpy(), np.where(c % 3 == 0, a, b))


@hypothesis.given(*[hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=3)] * 2)
def test_shapes_that_numpy_refuses_are_refused(a: tuple[int, ...], b: tuple[int, ...]) -> None:
    try:
        meeting = np.broadcast_shapes(a, b)
    except ValueError:
        before = tf.memory().num_tensors
        with pytest.raises(tf.errors.ShapeError, match="add"):
            tf.add(tf.zeros(a), tf.zeros(b))
        assert tf.memory().num_tensors == before
    else:
        assert tf.add(tf.zeros(a), tf.zeros(b)).shape == meeting


# ------------------------------------------------------------------------------------------------ data types


@pytest.mark.parametrize("b", [*NUMBERS, "complex64"])
@pytest.mark.parametrize("a", [*NUMBERS, "complex64"])
@pytest.mark.parametrize("name", ["add", "mul", "equal"])
def test_data_types_meet_in_the_larger_one(backend: str, name: str, a: str, b: str) -> None:
    x, y = np.array([0, 1, 1, 3], NUMPY[a]), np.array([1, 0, 1, 3], NUMPY[b])
    meeting = max(a, b, key=ORDER.__getitem__)
    function = {"add": np.add, "mul": np.multiply, "equal": np.equal}[name]
    # TensorFlow.js adds truth values as numbers.
    computed = "int32" if meeting == "bool" and name != "equal" else meeting
    wanted = function(x.astype(NUMPY[computed]), y.astype(NUMPY[computed]))
    result = getattr(tf, name)(tf.tensor(x), tf.tensor(y))
    assert result.dtype == ("bool" if name == "equal" else computed)
    assert np.array_equal(result.numpy(), wanted)


@pytest.mark.parametrize("dtype", NUMBERS)
@pytest.mark.parametrize("number", [2, 2.5])
def test_a_number_is_a_float32(backend: str, dtype: str, number: float) -> None:
    x = np.array([0, 1, 1], NUMPY[dtype])
    result = tf.tensor(x) * number
    assert result.dtype == "float32"
    assert np.array_equal(result.numpy(), x.astype(np.float32) * np.float32(number))


whole = st.integers(-(2**31), 2**31 - 1)
OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "//": lambda a, b: a // b,
    "%": lambda a, b: a % b,
    "&": lambda a, b: a & b,
    "|": lambda a, b: a | b,
    "^": lambda a, b: a ^ b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
}


@pytest.mark.parametrize("sign", OPERATORS)
@hypothesis.settings(parent=EXAMPLES, max_examples=25)
@hypothesis.given(st.lists(st.tuples(whole, whole), min_size=1, max_size=20))
def test_whole_numbers_are_exact_and_wrap_around(backend: str, sign: str, pairs: list[tuple[int, int]]) -> None:
    a, b = (np.array(column, np.int32) for column in zip(*pairs, strict=True))
    result = OPERATORS[sign](tf.tensor(a), tf.tensor(b))
    with np.errstate(all="ignore"):
        assert np.array_equal(result.numpy(), OPERATORS[sign](a, b))


REFLECTED: dict[str, Callable[[Any], Any]] = {
    "2 + t": lambda t: 2 + t,
    "2 - t": lambda t: 2 - t,
    "2 * t": lambda t: 2 * t,
    "2 / t": lambda t: 2 / t,
    "7 // t": lambda t: 7 // t,
    "7 % t": lambda t: 7 % t,
    "2 ** t": lambda t: 2**t,
    "2 < t": lambda t: 2 < t,  # noqa: SIM300
    "2 == t": lambda t: 2 == t,  # noqa: SIM300
    "-t": lambda t: -t,
    "+t": lambda t: +t,
    "abs(t)": lambda t: abs(t),
    "array - t": lambda t: np.array([1, 2, 3, 4], np.float32) - t,
    "[…] + t": lambda t: [1, 2, 3, 4] + t,  # noqa: RUF005
}


@pytest.mark.parametrize("expression", REFLECTED)
def test_a_number_may_stand_on_the_left(backend: str, expression: str) -> None:
    x = np.array([1.5, -2.0, 2.0, 3.0], np.float32)
    result = REFLECTED[expression](tf.tensor(x))
    assert isinstance(result, tf.Tensor)
    assert np.allclose(result.numpy(), REFLECTED[expression](x), rtol=1e-6)


# ------------------------------------------------------------------------------------------------ programs

# Each of these gives one float32, to the bit, by the rules of IEEE 754.
STEPS: dict[str, tuple[Callable[..., Any], Callable[..., Any]]] = {
    "add": (tf.add, np.add),
    "sub": (tf.sub, np.subtract),
    "mul": (tf.mul, np.multiply),
    "div": (tf.div, np.divide),
    "neg": (tf.neg, np.negative),
    "abs": (tf.abs, np.absolute),
    "square": (tf.square, np.square),
    "floor": (tf.floor, np.floor),
    "where": (lambda a, b: tf.where(a > b, a, b), lambda a, b: np.where(a > b, a, b)),
    "half": (lambda a: a * 0.5, lambda a: a * np.float32(0.5)),
    "less": (lambda a, b: (a < b).cast("float32"), lambda a, b: (a < b).astype(np.float32)),
}
ONE = ("neg", "abs", "square", "floor", "half")


@st.composite
def programs(draw: st.DrawFn) -> list[tuple[str, tuple[int, ...], bool, bool]]:
    """Steps on numbered values: the name, its arguments, whether the result is kept, and whether it is read at once."""
    steps = []
    for number in range(3, 3 + draw(st.integers(1, 24))):
        name = draw(st.sampled_from(sorted(STEPS)))
        arguments = tuple(draw(st.integers(0, number - 1)) for _ in range(1 if name in ONE else 2))
        steps.append((name, arguments, draw(st.booleans()), draw(st.integers(0, 9)) == 0))
    return steps


@pytest.mark.parametrize("size", [7, 40_003])
@EXAMPLES
@hypothesis.given(programs())
def test_a_program_gives_what_its_steps_give(
    backend: str, size: int, program: list[tuple[str, tuple[int, ...], bool, bool]]
) -> None:
    random = np.random.default_rng(3)
    arrays = [random.uniform(-4, 4, (size,)).astype(np.float32) for _ in range(2)]
    arrays.append(random.uniform(-4, 4, (1,)).astype(np.float32))
    values: list[Any] = [tf.tensor(array) for array in arrays]
    last_use = {argument: step for step, (_, arguments, _, _) in enumerate(program) for argument in arguments}
    with np.errstate(all="ignore"):
        for step, (name, arguments, kept, read) in enumerate(program):
            ours, theirs = STEPS[name]
            values.append(ours(*[values[k] for k in arguments]))
            arrays.append(theirs(*[arrays[k] for k in arguments]))
            if read:
                assert np.array_equal(values[-1].numpy(), arrays[-1], equal_nan=True)
            for argument in set(arguments):
                if not kept and last_use[argument] == step:
                    values[argument].dispose()
                    values[argument] = None
    for value, array in zip(values, arrays, strict=True):
        if value is not None:
            assert np.array_equal(value.numpy(), array, equal_nan=True)
            value.dispose()
