"""Real TensorFlow.js, from npm, as a peer."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

JS = Path(__file__).resolve().parents[2] / "js"
Peer = Callable[[list[dict[str, Any]]], list[dict[str, Any]]]


@pytest.fixture(scope="session")
def tensorflow_js() -> Peer:
    """A function that has requests answered by TensorFlow.js; see js/peers/tensorflow.mjs."""
    node = shutil.which("node")
    assert node, "Node.js is needed: it comes with ./run test"
    assert (JS / "node_modules" / "@tensorflow" / "tfjs").is_dir(), "run npm --prefix js ci first"

    def ask(requests: list[dict[str, Any]]) -> list[dict[str, Any]]:
        answer = subprocess.run(
            [node, str(JS / "peers" / "tensorflow.mjs")],
            input=json.dumps(requests),
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert answer.returncode == 0, answer.stderr[-3000:]
        return list(json.loads(answer.stdout))

    return ask


def coded(array: Any) -> dict[str, Any]:
    """An array as TensorFlow.js's side reads it."""
    array = np.asarray(array)
    dtype = {"f": "float32", "i": "int32", "b": "bool"}[array.dtype.kind]
    return {"values": array.reshape(-1).tolist(), "shape": list(array.shape), "dtype": dtype}


def array_of(told: dict[str, Any]) -> Any:
    return np.asarray(told["values"], np.float32).reshape(told["shape"])
