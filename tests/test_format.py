"""What `tf.print`, `str` and `repr` show: TensorFlow.js's own text, cut where tensors are large, harmless always."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tfnb as tf
from tfnb.picture.printed import PrintOptions, fixed, script_number, tensor_text

VECTORS = json.loads((Path(__file__).parent / "vectors" / "printed.json").read_text(encoding="utf-8"))


def values_of(case: dict[str, Any]) -> Any:
    """The values that printed.mjs gave to TensorFlow.js."""
    dtype = {"float32": np.float32, "int32": np.int32, "bool": np.bool_, "string": object, "complex64": np.complex64}
    kind = dtype[case["dtype"]]
    if "rule" in case:
        modulus, scale = case["rule"]
        ramp = (np.arange(math.prod(case["shape"])) * 7919) % modulus
        values: Any = (ramp * scale).astype(np.float32).astype(kind)
    elif "real" in case:
        values = np.array(case["real"], np.float32) + 1j * np.array(case["imag"], np.float32)
    else:
        values = np.array([float(v) if v in ("NaN", "Infinity", "-Infinity") else v for v in case["values"]], kind)
    return values.astype(kind)


@pytest.mark.parametrize("case", VECTORS, ids=lambda case: f"{case['dtype']}{case['shape']}")
def test_the_text_is_that_of_tensorflow_js(case: dict[str, Any]) -> None:
    values = values_of(case)
    text = tensor_text(
        lambda start, count: values[start : start + count], case["shape"], case["dtype"], case["verbose"]
    )
    assert text == case["text"]


@pytest.fixture(params=["host", "gl"])
def backend(request: pytest.FixtureRequest) -> Any:
    before = tf.get_backend()
    assert tf.set_backend(request.param)
    yield request.param
    tf.set_backend(before)


@pytest.mark.parametrize("case", VECTORS[::4], ids=lambda case: f"{case['dtype']}{case['shape']}")
def test_a_tensor_prints_so_on_every_backend(
    case: dict[str, Any], backend: str, capsys: pytest.CaptureFixture[str]
) -> None:
    t = tf.tensor(values_of(case), case["shape"], case["dtype"])
    assert t.to_string(case["verbose"]) == case["text"]
    t.print(case["verbose"])
    tf.print(t, case["verbose"])
    assert capsys.readouterr().out == f"{case['text']}\n" * 2


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (0.5, 0, "1"),
        (2.5, 0, "3"),
        (-0.5, 0, "-1"),
        (0.125, 2, "0.13"),
        (1.005, 2, "1.00"),
        (1e21, 2, "1e+21"),
        (0, 2, "0.00"),
    ],
)
def test_digits_are_cut_as_javascript_cuts_them(value: float, digits: int, text: str) -> None:
    assert fixed(value, digits) == text  # what Node prints for value.toFixed(digits)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1e21, "1e+21"), (1e20, "100000000000000000000"), (123456789012345680000, "123456789012345680000"),
        (1e-6, "0.000001"), (1e-7, "1e-7"), (1.5e-7, "1.5e-7"), (-0.0, "0"), (0.1, "0.1"), (1e300, "1e+300"),
        (5e-324, "5e-324"), (123.456, "123.456"), (100.0, "100"), (-1234567.0, "-1234567"),
    ],
)  # fmt: skip
def test_numbers_are_written_as_javascript_writes_them(value: float, text: str) -> None:
    assert script_number(value) == text  # what Node prints for String(value)


class Counted:
    """Values of a huge tensor that are made when read, and counted."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, start: int, count: int) -> list[float]:
        self.count += count
        return [float(value) for value in range(start, start + count)]


@pytest.mark.parametrize(
    "shape", [(10**8,), (10**4, 10**4), (464, 464, 464), (100,) * 4, (40,) * 5, (22,) * 6, (20,) * 6]
)
def test_of_a_large_tensor_only_what_is_shown_is_read(shape: tuple[int, ...]) -> None:
    read = Counted()
    text = tensor_text(read, shape, "float32", False, PrintOptions())
    assert read.count <= 1000
    assert "..." in text
    assert len(text) < 65_536


def test_the_first_and_last_values_of_a_large_tensor_are_right() -> None:
    text = tensor_text(Counted(), (1000, 1000), "float32", False, PrintOptions())
    lines = text.split("\n")
    assert lines[1].split() == ["[[0", ",", "1", ",", "2", ",", "...,", "997", ",", "998", ",", "999", "],"]
    assert lines[4].strip() == "...,"
    assert lines[-1].split()[-1] == "999999]]"


def test_print_options_hold_until_the_end_of_their_block() -> None:
    t = tf.tensor([1 / 3] * 10)
    with tf.print_options(precision=2, threshold=4, edgeitems=1):
        assert str(t) == "Tensor\n    [0.33, ..., 0.33]"
        with tf.print_options(precision=1):
            assert str(t) == "Tensor\n    [0.3, ..., 0.3]"
        assert str(t) == "Tensor\n    [0.33, ..., 0.33]"
    assert str(t).count("0.3333333") == 10


def test_print_options_can_be_set_for_good() -> None:
    before = tf.print_options()
    tf.print_options(precision=1)
    assert str(tf.tensor([0.25])) == "Tensor\n    [0.3]"
    before.__exit__(None, None, None)
    assert str(tf.tensor([0.25])) == "Tensor\n    [0.25]"


def test_long_lines_are_wrapped_where_a_width_is_given() -> None:
    with tf.print_options(linewidth=30):
        lines = str(tf.range(0, 20)).split("\n")
    assert max(map(len, lines)) <= 30
    assert (
        "".join(line.strip() + " " for line in lines[1:]).replace(" ", "") == "[" + ",".join(map(str, range(20))) + "]"
    )


@pytest.mark.parametrize(
    "options", [{"edgeitems": 0}, {"precision": -1}, {"precision": 1.5}, {"threshold": 0}, {"linewidth": 3}]
)
def test_options_that_make_no_sense_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises((tf.errors.ArgumentError, tf.errors.ArgumentTypeError)):
        tf.print_options(**options)
    assert str(tf.tensor([0.25])) == "Tensor\n    [0.25]"


def test_repr_says_what_it_is_above_the_values(backend: str) -> None:
    assert repr(tf.tensor([[1, 2.5]])) == f"<tf.Tensor [1, 2] float32 on {backend}>\n     [[1, 2.5],]"
    assert repr(tf.scalar(True)) == f"<tf.Tensor [] bool on {backend}>\n    true"


def test_repr_of_a_disposed_tensor(english: None) -> None:
    t = tf.zeros([2])
    t.dispose()
    assert repr(t) == str(t) == "<tf.Tensor [2] float32, disposed of>"


def test_repr_never_raises() -> None:
    t = tf.zeros([2])
    t.ndarray, t.store = None, object()
    assert repr(t).startswith("<tf.Tensor [2]: ")


def test_in_a_container_ipython_shows_one_line() -> None:
    from IPython.lib.pretty import pretty

    t = tf.tensor([[1, 2], [3, 4]])
    assert pretty([t]) == "[<tf.Tensor [2, 2] float32 on host>]"
    assert pretty(t) == repr(t)


HOSTILE = [
    "\x1b[31mred",
    "a\nb",
    "\r",
    "\x00",
    "\u202eabc",
    "\x9b2J",
    "\ud800",
    "\u2028",
    "\x7f",
    "日本　語",
    "e\u0301",
]


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_text_cannot_steer_the_terminal(text: str) -> None:
    shown = repr(tf.tensor([text])) + str(tf.scalar(text)) + str(tf.tensor([[text], ["x"]]))
    plain = shown.replace("\n", "").replace("　", "")
    assert plain.isprintable()
