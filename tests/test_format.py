"""What `tf.print`, `str` and `repr` show: TensorFlow.js's own text, cut where tensors are large, harmless whatever they hold."""

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
    text = tensor_text(lambda start, count: values[start : start + count], case["shape"], case["dtype"], case["verbose"])
    assert text == case["text"]
