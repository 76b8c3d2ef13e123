"""Diagrams of ops tell the truth: where each box comes from, which axes meet, repeat or go, and what does not fit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from tests.picture.figures import MATRIX, call
from tfnb.picture.lower_text import lower_text
from tfnb.picture.op_broadcast import meet
from tfnb.picture.op_diagram import op_figure
from tfnb.picture.op_rearrange import TRACES, ravel, unravel

pytestmark = pytest.mark.usefixtures("english")

SHAPES = hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4)


@given(st.lists(SHAPES, min_size=1, max_size=3))
def test_shapes_meet_as_numpy_broadcasts_them(shapes: list[tuple[int, ...]]) -> None:
    lengths, clashes = meet(shapes)
    try:
        expected = np.broadcast_shapes(*shapes)
    except ValueError:
        assert clashes
    else:
        assert not clashes
        assert tuple(lengths) == expected


@given(hnp.array_shapes(max_dims=5))
def test_places_in_the_order_of_values_are_numpys(shape: tuple[int, ...]) -> None:
    size = int(np.prod(shape))
    for flat in (0, size // 2, size - 1):
        index = unravel(flat, shape)
        assert index == tuple(int(i) for i in np.unravel_index(flat, shape))
        assert ravel(index, shape) == flat


A = np.arange(24).reshape(2, 3, 4)
MOVES: list[tuple[str, list[Any], Any, dict[str, Any]]] = [
    ("reshape", [A], A.reshape(4, 6), {}),
    ("expand_dims", [A], A[:, None], {}),
    ("squeeze", [A[:1]], A[0], {}),
    ("transpose", [A], A.T, {}),
    ("transpose", [A], A.transpose(1, 2, 0), {"perm": [1, 2, 0]}),
    ("transpose", [A], A.transpose(0, 2, 1), {"perm": [0, -1, 1]}),
    ("concat", [A, A + 100], np.concatenate([A, A + 100], 1), {"axis": 1}),
    ("concat", [A, A + 100], np.concatenate([A, A + 100], -1), {"axis": -1}),
    ("stack", [A, A + 100], np.stack([A, A + 100], 2), {"axis": 2}),
    ("stack", [A, A + 100], np.stack([A, A + 100], -1), {"axis": -1}),
    ("slice", [A], A[1:2, 0:2, 2:4], {"begin": [1, 0, 2]}),
    ("slice", [A], A[1:], {"begin": 1}),
    ("reverse", [A], A[:, ::-1], {"axis": 1}),
    ("reverse", [A], A[::-1, ::-1, ::-1], {"axis": None}),
    ("tile", [A], np.tile(A, (1, 2, 2)), {}),
    ("broadcast_to", [A[:, :1]], np.broadcast_to(A[:, :1], (5, 2, 3, 4)), {}),
    ("pad", [A + 1], np.pad(A + 1, ((1, 0), (0, 2), (1, 1))), {"paddings": [(1, 0), (0, 2), (1, 1)]}),
]


@pytest.mark.parametrize(("op", "inputs", "output", "attributes"), MOVES)
def test_each_box_is_traced_to_where_numpy_took_it_from(
    op: str, inputs: list[Any], output: Any, attributes: dict[str, Any]
) -> None:
    made = call(op, *inputs, out=output, **attributes)
    for index in np.ndindex(output.shape):
        origin = TRACES[op](made, index)
        expected = inputs[origin[0]][origin[1]] if origin is not None else 0
        assert output[index] == expected


def test_a_product_says_which_axes_meet_and_works_out_its_first_box() -> None:
    b = np.arange(12).reshape(3, 4)
    text = lower_text(op_figure(call("matmul", MATRIX, b, out=MATRIX @ b)))
    assert "a: axis 1 (length 3)  ↔  b: axis 0 (length 3)" in text
    assert "0 × 0 + 1 × 4 + 2 × 8 = 20" in text


def test_the_columns_of_b_go_on_in_the_result() -> None:
    b = np.arange(12).reshape(3, 4) * 111
    lines = lower_text(op_figure(call("matmul", MATRIX, b, out=MATRIX @ b))).split("\n")
    edges = [line.rindex("┐") for line in lines if "┐" in line]
    assert edges[0] == edges[-1]


def test_a_transposed_operand_is_drawn_turned() -> None:
    text = lower_text(op_figure(call("matmul", MATRIX, MATRIX, out=MATRIX @ MATRIX.T, transpose_b=True)))
    assert "b transposed" in text
    assert "0 × 0 + 1 × 1 + 2 × 2 = 5" in text


def test_a_product_that_does_not_fit_names_both_lengths_and_marks_the_boxes() -> None:
    text = lower_text(op_figure(call("matmul", MATRIX, MATRIX)))
    assert "The last axis of a has length 3, the axis before the last of b has length 2: they must be equal." in text
    assert text.count("✗") == 1 + 3 + 2


def test_repeated_boxes_stand_in_brackets() -> None:
    text = lower_text(op_figure(call("add", MATRIX, [10, 20, 30], out=np.add(MATRIX, [10, 20, 30]))))
    assert "│ (10) │ (20) │ (30) │" in text
    assert "Boxes in brackets are b again" in text


def test_shapes_that_do_not_broadcast_name_the_axis() -> None:
    text = lower_text(op_figure(call("add", MATRIX, [1, 2])))
    assert "The shapes do not fit on axis 1: a has 3, b has 2." in text


@pytest.mark.parametrize(
    ("op", "axis", "terms"),
    [
        ("sum", 0, "0 + 3 = 3"),
        ("mean", 1, "(0 + 1 + 2) ÷ 3 = 1"),
        ("prod", 0, "0 × 3 = 0"),
        ("max", 1, "max(0, 1, 2) = 2"),
    ],
)
def test_a_reduction_says_which_axis_goes_and_how_the_first_box_comes(op: str, axis: int, terms: str) -> None:
    out = getattr(np, op)(MATRIX, axis=axis)
    text = lower_text(op_figure(call(op, MATRIX, out=out, axis=axis)))
    assert f"Axis {axis} goes" in text
    assert f"The first box: {terms}" in text


def test_a_reduction_of_all_axes_says_so() -> None:
    assert "All axes go: 6 boxes become one." in lower_text(op_figure(call("sum", MATRIX, out=15)))


@pytest.mark.parametrize("op", ["matmul", "add", "sum", "reshape", "concat", "softmax", "nothing_known"])
def test_empty_tensors_are_drawn_too(op: str) -> None:
    empty = np.zeros((0, 0))
    inputs = [empty] if op in ("sum", "softmax", "reshape", "nothing_known") else [empty, empty]
    lower_text(op_figure(call(op, *inputs, out=empty if op != "sum" else np.zeros(0), axis=0)))
