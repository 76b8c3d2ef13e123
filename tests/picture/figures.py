"""Figures of every kind, made of plain arrays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tfnb.picture.memory_view import (
    CellReport,
    MemoryState,
    TensorRow,
    gauge_figure,
    report_figure,
    tensors_figure,
)  # fmt: skip
from tfnb.picture.model_diagram import Break, LayerRow, model_figure
from tfnb.picture.op_call import EDGE, OpCall, Operand
from tfnb.picture.op_diagram import op_figure
from tfnb.picture.parts import Figure
from tfnb.picture.tensor_view import Subject, shape_figure, tensor_figure
from tfnb.picture.training_curve import Series, TrainingState, training_figure
from tfnb.picture.window import read_ends

DTYPES = {"f": "float32", "i": "int32", "b": "bool", "c": "complex64", "O": "string", "U": "string"}


def subject(values: Any, **more: Any) -> Subject:
    """What a picture needs to know of an array."""
    array = np.asarray(values)
    return Subject(array.shape, DTYPES[array.dtype.kind], array.nbytes, "host", lambda cut: array[cut], **more)


def view(values: Any, **more: Any) -> Figure:
    """The picture of an array."""
    return tensor_figure(subject(values, **more))


def call(op: str, *arrays: Any, out: Any = None, **attributes: Any) -> OpCall:
    """A call of an op on arrays called a, b, c."""

    def operand(values: Any, name: str) -> Operand:
        array = np.asarray(values, np.float32)
        return Operand(array.shape, name, read_ends(array.shape, lambda cut: array[cut], EDGE, 4))

    inputs = tuple(operand(values, name) for values, name in zip(arrays, "abcdef", strict=False))
    return OpCall(op, inputs, None if out is None else operand(out, ""), attributes)


HOSTILE = "<img src=x onerror=alert(1)>\x1b[31m\u202e&\ud800"


def training(**more: Any) -> TrainingState:
    """A run in the middle, with validation."""
    batches = tuple((n, 2 / n) for n in range(1, 26))
    series = (
        Series("loss", batches, ((1, 0.5), (2, 0.25))),
        Series("val_loss", (), ((1, 0.75), (2, 0.5))),
        Series(HOSTILE, ((3, float("nan")),)),
    )
    known: dict[str, Any] = {"epoch": 3, "epochs": 4, "batch": 5, "batches": 10, "elapsed": 4, "series": series}
    return TrainingState(HOSTILE, **{**known, **more})


CHAIN = (
    LayerRow("in", "InputLayer", "[None, 3]"),
    LayerRow("first", "Dense", "[None, 8]", 32, 128, (0,)),
    LayerRow("second", "Dense", "[None, 2]", 18, 72, (1,), trainable=False),
)
FORK = (*CHAIN, LayerRow(HOSTILE, "Concatenate", "[None, 13]", inputs=(0, 1, 2)))
MATRIX = np.arange(6).reshape(2, 3)
GALLERY: dict[str, Callable[[], Figure]] = {
    "scalar": lambda: view(5.0),
    "vector": lambda: view([1, 2, 3.5]),
    "matrix": lambda: view(MATRIX, name="x"),
    "rank 3": lambda: view(np.arange(24).reshape(2, 3, 4)),
    "rank 6": lambda: view(np.arange(64).reshape(2, 2, 2, 2, 2, 2)),
    "empty": lambda: view(np.zeros((0, 3))),
    "text": lambda: view(np.array([["a", HOSTILE]], dtype=object)),
    "complex": lambda: view([1 + 2j, 3]),
    "bool": lambda: view([[True, False], [False, True]]),
    "no numbers": lambda: view([1, np.nan, np.inf, -3]),
    "all NaN": lambda: view([np.nan, np.nan]),
    "heat map": lambda: view(np.outer(np.sin(np.arange(60)), np.cos(np.arange(80)))),
    "strip": lambda: view(np.cumsum(np.ones(100_000))),
    "tiles": lambda: view(np.random.default_rng(0).random((10, 8, 8)).astype(np.float32)),
    "photo": lambda: view(np.arange(60 * 80 * 3).reshape(60, 80, 3) % 256),
    "shape": lambda: shape_figure((2, 3, 4), name="x"),
    "matmul": lambda: op_figure(call("matmul", MATRIX, MATRIX.T, out=MATRIX @ MATRIX.T)),
    "matmul clash": lambda: op_figure(call("matmul", MATRIX, MATRIX)),
    "dot": lambda: op_figure(call("dot", [1, 2, 3], [4, 5, 6], out=32)),
    "broadcast": lambda: op_figure(call("add", MATRIX, [10, 20, 30], out=np.add(MATRIX, [10, 20, 30]))),
    "broadcast clash": lambda: op_figure(call("add", MATRIX, [1, 2])),
    "reduction": lambda: op_figure(call("sum", MATRIX, out=MATRIX.sum(0), axis=0)),
    "softmax": lambda: op_figure(call("softmax", [[1, 2]], out=[[0.27, 0.73]], axis=-1)),
    "reshape": lambda: op_figure(call("reshape", MATRIX, out=MATRIX.reshape(3, 2))),
    "concat": lambda: op_figure(call("concat", MATRIX, MATRIX, out=np.concatenate([MATRIX, MATRIX], 1), axis=1)),
    "unknown op": lambda: op_figure(call("fft", [1, 2], out=[[3, -1]])),
    "gauge": lambda: gauge_figure(MemoryState(3 << 20, 1 << 20, 5 << 20, 8 << 30, HOSTILE)),
    "report": lambda: report_figure(CellReport(3, 2, (TensorRow(HOSTILE, (2,), "float32", 8, "gl"),), 8, 24), True),
    "training": lambda: training_figure(training()),
    "training on a log scale": lambda: training_figure(training(log=True)),
    "training that has not begun": lambda: training_figure(TrainingState("digits")),
    "chain": lambda: model_figure("model", CHAIN),
    "fork": lambda: model_figure("model", FORK),
    "broken chain": lambda: model_figure("model", CHAIN, Break("third", "SimpleRNN", "[None, 2]", "[None, *, *]")),
    "model without layers": lambda: model_figure("model", ()),
    "tensors": lambda: tensors_figure([TensorRow("", (2, 3), "float32", 24, "host", HOSTILE)], 24),
}
