"""Weights as bytes: the layout of TensorFlow.js's files, and descriptions that do not fit them."""

from __future__ import annotations

import struct
from typing import Any

import numpy as np
import pytest

import tfnb as tf
from tfnb.io.weights import WeightSpec, decode_weights, encode_weights, spec_from_json


def test_values_lie_one_after_the_other_in_little_endian() -> None:
    with tf.scope():
        data, specs = encode_weights(
            [
                ("a", tf.tensor([1.0, -2.0])),
                ("b", tf.tensor([[3], [4]], dtype="int32")),
                ("c", tf.tensor([True, False])),
            ]
        )
    assert data == struct.pack("<ff", 1, -2) + struct.pack("<ii", 3, 4) + b"\1\0"
    assert [spec.as_json() for spec in specs] == [
        {"name": "a", "shape": [2], "dtype": "float32"},
        {"name": "b", "shape": [2, 1], "dtype": "int32"},
        {"name": "c", "shape": [2], "dtype": "bool"},
    ]


def test_there_and_back() -> None:
    random = np.random.default_rng(0)
    texts = np.empty(3, object)
    texts[:] = ["", "テンソル", "a\0b"]
    arrays = {
        "f": random.normal(size=(2, 3)).astype(np.float32),
        "i": np.array([2**31 - 1, -(2**31)], np.int32),
        "b": np.array(True),
        "c": np.array([1 + 2j], np.complex64),
        "s": texts,
        "none": np.zeros((0, 4), np.float32),
    }
    data, specs = encode_weights(arrays, "model")
    found = decode_weights(data, specs)
    for name, array in arrays.items():
        assert found[name].shape == array.shape and found[name].dtype == array.dtype
        assert (found[name] == array).all()


@pytest.mark.parametrize(
    ("quantization", "stored", "wanted"),
    [
        ({"dtype": "uint8", "scale": 0.5, "min": -1.0}, bytes([0, 2, 255]), [-1.0, 0.0, 126.5]),
        ({"dtype": "uint16", "scale": 0.25, "min": 2.0}, struct.pack("<HHH", 0, 4, 65535), [2.0, 3.0, 16385.75]),
        ({"dtype": "float16"}, struct.pack("<eee", 1.5, -2.0, 0.25), [1.5, -2.0, 0.25]),
    ],
)
def test_weights_stored_as_small_numbers(quantization: Any, stored: bytes, wanted: list[float]) -> None:
    found = decode_weights(stored, [WeightSpec("w", (3,), "float32", None, quantization)])
    assert found["w"].dtype == np.float32 and found["w"].tolist() == wanted


@pytest.mark.parametrize(
    "row",
    [
        None, [], {}, {"name": "w"}, {"name": "", "shape": [], "dtype": "float32"},
        {"name": "w", "shape": [-1], "dtype": "float32"}, {"name": "w", "shape": [1.5], "dtype": "float32"},
        {"name": "w", "shape": [True], "dtype": "float32"}, {"name": "w", "shape": "3", "dtype": "float32"},
        {"name": "w", "shape": [1] * 7, "dtype": "float32"}, {"name": "w", "shape": [1], "dtype": "object"},
        {"name": "w", "shape": [1], "dtype": "float32", "quantization": {"dtype": "uint8"}},
        {"name": "w", "shape": [1], "dtype": "float32", "quantization": {"dtype": "pickle", "scale": 1, "min": 0}},
        {"name": "w", "shape": [1], "dtype": "int32", "quantization": {"dtype": "float16"}},
    ],
)  # fmt: skip
def test_descriptions_that_are_none(row: Any) -> None:
    with pytest.raises(tf.errors.ModelFormatError):
        spec_from_json(row)


@pytest.mark.parametrize(
    ("data", "specs"),
    [
        (b"\0" * 7, [WeightSpec("w", (2,))]),
        (b"\0" * 9, [WeightSpec("w", (2,))]),
        (b"", [WeightSpec("w", (2**30, 2**30, 2**30))]),  # nothing is allocated for it
        (b"\0" * 8, [WeightSpec("w", (1,)), WeightSpec("w", (1,))]),
        (b"\xff\xff\xff\xff", [WeightSpec("s", (1,), "string")]),
        (b"\1\0\0\0\xff", [WeightSpec("s", (1,), "string")]),
        (b"", [WeightSpec("s", (10**9,), "string")]),
    ],
)
def test_bytes_that_do_not_fit(data: bytes, specs: list[WeightSpec]) -> None:
    with pytest.raises(tf.errors.ModelFormatError):
        decode_weights(data, specs)
