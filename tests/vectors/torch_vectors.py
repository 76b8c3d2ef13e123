"""Makes torch.json: what PyTorch computes with recurrent layers and optimizers.

python -m pip install torch --index-url https://download.pytorch.org/whl/cpu
python tests/vectors/torch_vectors.py > tests/vectors/torch.json

Weights are written in the order of gates that TensorFlow.js has (lstm i f c o, gru z r h); torch's is `order`.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import numpy as np
import torch

BATCH, TIME, FEATURES, UNITS = 3, 5, 2, 4
FAMILIES = {"simple_rnn": ("RNN", [0]), "gru_reset_after": ("GRU", [1, 0, 2]), "lstm": ("LSTM", [0, 1, 2, 3])}


def recurrent(family: str, seed: int) -> dict[str, Any]:
    """A layer over a sequence, and the gradients of the sum of the squares of all that it gives."""
    kind, order = FAMILIES[family]
    random = np.random.default_rng(seed)
    gates = len(order)
    given = {
        "x": random.normal(size=(BATCH, TIME, FEATURES)),
        "kernel": random.normal(size=(FEATURES, gates * UNITS)),
        "recurrent_kernel": random.normal(size=(UNITS, gates * UNITS)),
        "bias": random.normal(size=(2, gates * UNITS) if family == "gru_reset_after" else gates * UNITS),
        "states": [random.normal(size=(BATCH, UNITS)) for _state in range(2 if family == "lstm" else 1)],
    }
    layer = getattr(torch.nn, kind)(FEATURES, UNITS, batch_first=True).double()

    def theirs(matrix: Any) -> Any:
        parts = np.split(np.asarray(matrix), gates, axis=-1)
        return torch.from_numpy(np.concatenate([parts[k] for k in order], -1).T.copy())

    def ours(matrix: Any) -> Any:
        parts = np.split(matrix.numpy().T, gates, axis=-1)
        return np.concatenate([parts[k] for k in np.argsort(order)], -1)

    bias: Any = given["bias"]
    both = bias if bias.ndim == 2 else np.stack([bias, np.zeros_like(bias)])
    with torch.no_grad():
        layer.weight_ih_l0.copy_(theirs(given["kernel"]))
        layer.weight_hh_l0.copy_(theirs(given["recurrent_kernel"]))
        layer.bias_ih_l0.copy_(theirs(both[0]))
        layer.bias_hh_l0.copy_(theirs(both[1]))
    x = torch.from_numpy(given["x"]).requires_grad_()
    states = [torch.from_numpy(one)[None].requires_grad_() for one in given["states"]]
    sequence, last = layer(x, tuple(states) if family == "lstm" else states[0])
    lasts = [one[0] for one in last] if family == "lstm" else [last[0]]
    sum((value * value).sum() for value in (sequence, *lasts)).backward()
    slopes = {
        "x": x.grad.numpy(),
        "kernel": ours(layer.weight_ih_l0.grad),
        "recurrent_kernel": ours(layer.weight_hh_l0.grad),
        "states": [one.grad[0].numpy() for one in states],
    }
    results = {"sequence": sequence.detach().numpy(), "states": [one.detach().numpy() for one in lasts]}
    return {"family": family, "given": given, "results": results, "slopes": slopes}


def optimizers() -> list[dict[str, Any]]:
    """Twenty steps on gradients that come from outside."""
    makers: list[tuple[str, list[Any], Any]] = [
        ("sgd", [0.1], lambda p: torch.optim.SGD(p, 0.1)),
        ("momentum", [0.1, 0.9], lambda p: torch.optim.SGD(p, 0.1, momentum=0.9)),
        ("momentum", [0.1, 0.9, True], lambda p: torch.optim.SGD(p, 0.1, momentum=0.9, nesterov=True)),
        ("adam", [0.01, 0.8, 0.99, 1e-7], lambda p: torch.optim.Adam(p, 0.01, (0.8, 0.99), 1e-7)),
        ("adamax", [0.01, 0.8, 0.99, 1e-7], lambda p: torch.optim.Adamax(p, 0.01, (0.8, 0.99), 1e-7)),
    ]
    slopes = np.random.default_rng(9).normal(size=(20, 3, 4)).astype(np.float32)
    found = []
    for name, arguments, make in makers:
        p = torch.zeros(3, 4, requires_grad=True)
        optimizer = make([p])
        for slope in slopes:
            p.grad = torch.from_numpy(slope)
            optimizer.step()
        found.append({"name": name, "arguments": arguments, "slopes": slopes, "result": p.detach().numpy()})
    return found


def plain(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return value.tolist()
    raise TypeError(type(value))


if __name__ == "__main__":
    content = {"recurrent": [recurrent(one, seed) for seed, one in enumerate(FAMILIES)], "optimizers": optimizers()}
    json.dump(content, sys.stdout, default=plain)
