"""Recurrent layers: the kernels alone, a whole training step, and the prediction of one sample, beside PyTorch.

Where values are compared, gates are PyTorch's (sigmoid; gru's reset gate behind the product). TensorFlow.js's defaults
(hard sigmoid, reset gate before) have a plain loop in NumPy beside them, which is slow but right; the times of PyTorch
for them are those of its own gates.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.case import Bound, Case, Contender, Work

Array = np.ndarray[Any, Any]

BATCH, TIME, FEATURES, CLASSES = 32, 80, 4, 4
UNITS = {"simple_rnn": 20, "gru": 32, "lstm": 32}
TORCH = {"simple_rnn": "RNN", "gru": "GRU", "lstm": "LSTM"}
# Where torch has each of our gates.
ORDER = {"simple_rnn": [0], "gru": [1, 0, 2], "lstm": [0, 1, 2, 3]}
AS_TORCH: dict[str, dict[str, Any]] = {
    "simple_rnn": {},
    "gru": {"recurrent_activation": "sigmoid", "reset_after": True},
    "lstm": {"recurrent_activation": "sigmoid"},
}


class Given:
    """Inputs, labels and weights, the same for everybody."""

    def __init__(self, family: str, as_torch: bool) -> None:
        random = np.random.default_rng(0)
        units, gates = UNITS[family], len(ORDER[family])
        self.family, self.units = family, units
        self.attributes = AS_TORCH[family] if as_torch else {}
        self.x = random.standard_normal((BATCH, TIME, FEATURES), np.float32)
        self.classes = random.integers(0, CLASSES, BATCH)
        self.y = np.eye(CLASSES, dtype=np.float32)[self.classes]
        self.kernel = 0.3 * random.standard_normal((FEATURES, gates * units), np.float32)
        self.recurrent_kernel = 0.2 * random.standard_normal((units, gates * units), np.float32)
        bias = 0.1 * random.standard_normal((2, gates * units), np.float32)
        self.bias = bias if self.attributes.get("reset_after") else bias[0]
        self.dense = 0.3 * random.standard_normal((units, CLASSES), np.float32)
        self.slope = random.standard_normal((BATCH, units), np.float32)


def _torch_layer(given: Given) -> Any:
    import torch

    torch.set_num_threads(2)
    layer = getattr(torch.nn, TORCH[given.family])(FEATURES, given.units, batch_first=True)

    def turned(matrix: Array) -> Any:
        parts = np.split(matrix, len(ORDER[given.family]), axis=-1)
        return torch.from_numpy(np.concatenate([parts[k] for k in ORDER[given.family]], -1).T.copy())

    both = given.bias if given.bias.ndim == 2 else np.stack([given.bias, np.zeros_like(given.bias)])
    with torch.no_grad():
        for name, value in zip(("weight_ih_l0", "weight_hh_l0"), (given.kernel, given.recurrent_kernel)):
            getattr(layer, name).copy_(turned(value))
        for name, value in zip(("bias_ih_l0", "bias_hh_l0"), both):
            getattr(layer, name).copy_(turned(value))
    return layer


# The kernels: forward, and back to the weights from a gradient of the last output


def _torch_kernels(given: Given) -> Any:
    def prepare() -> tuple[Work, Any]:
        import torch

        layer, x, slope = _torch_layer(given), torch.from_numpy(given.x), torch.from_numpy(given.slope)
        order = list(np.argsort(ORDER[given.family]))

        def work() -> Any:
            layer.zero_grad()
            layer(x)[0][:, -1].backward(slope)
            return layer.weight_hh_l0.grad

        def result(gradient: Any) -> Array:
            parts = np.split(gradient.numpy().T, len(order), axis=1)
            return np.concatenate([parts[k] for k in order], 1)

        return work, result

    return prepare


def _kernels(given: Given) -> Any:
    def prepare() -> tuple[Work, Any]:
        from importlib import import_module

        kernel = import_module(f"tfnb.kernels.recurrent.{given.family}")
        states = (None, None) if given.family == "lstm" else (None,)
        inputs = (given.x, given.kernel, given.recurrent_kernel, given.bias, *states, None, None)
        needed = [place in (1, 2, 3) for place in range(len(inputs))]
        slopes = [None, given.slope, None][: 1 + len(states)]

        def work() -> Any:
            _results, state = kernel.forward(*inputs, keep=True, **given.attributes)
            return kernel.backward(state, slopes, needed)[2]

        return work, np.asarray

    return prepare


# A training step: the layer, a dense softmax, the cross-entropy, adam


def _torch_step(given: Given) -> Any:
    def prepare() -> tuple[Work, Any]:
        import torch

        layer, dense = _torch_layer(given), torch.nn.Linear(given.units, CLASSES)
        with torch.no_grad():
            dense.weight.copy_(torch.from_numpy(given.dense.T.copy()))
            dense.bias.zero_()
        optimizer = torch.optim.Adam([*layer.parameters(), *dense.parameters()])
        x, classes = torch.from_numpy(given.x), torch.from_numpy(given.classes)

        def work() -> float:
            optimizer.zero_grad()
            loss: Any = torch.nn.functional.cross_entropy(dense(layer(x)[0][:, -1]), classes)
            loss.backward()
            optimizer.step()
            return float(loss.item())

        return work, np.asarray

    return prepare


def model_of(given: Given) -> Any:
    import tfnb as tf

    tf.set_backend("auto")
    layer = getattr(tf.layers, given.family)(units=given.units, input_shape=[TIME, FEATURES], **given.attributes)
    model = tf.sequential([layer, tf.layers.dense(units=CLASSES, activation="softmax")])
    model.compile(optimizer=tf.train.adam(0.001), loss="categoricalCrossentropy")
    weights = (given.kernel, given.recurrent_kernel, given.bias, given.dense, np.zeros(CLASSES, np.float32))
    model.set_weights([tf.tensor(one) for one in weights])
    return model


def _step(given: Given) -> Any:
    def prepare() -> tuple[Work, Any]:
        import tfnb as tf

        model, x, y = model_of(given), tf.tensor(given.x), tf.tensor(given.y)
        return lambda: model.train_on_batch(x, y), np.asarray

    return prepare


# The prediction of one sample


def _torch_predict(given: Given) -> Any:
    def prepare() -> tuple[Work, Any]:
        import torch

        layer, dense, x = _torch_layer(given), torch.from_numpy(given.dense), torch.from_numpy(given.x[:1].copy())

        def work() -> Any:
            with torch.no_grad():
                return torch.softmax(layer(x)[0][:, -1] @ dense, 1)

        return work, lambda y: y.numpy()

    return prepare


def _predict(given: Given) -> Any:
    def prepare() -> tuple[Work, Any]:
        import tfnb as tf

        model, x = model_of(given), tf.tensor(given.x[:1])
        return lambda: model.predict(x), lambda y: y.numpy()

    return prepare


# TensorFlow.js's defaults as a plain loop


def _gate(z: Array) -> Array:
    return np.clip(0.2 * z + 0.5, 0, 1)


def _last_output(given: Given, x: Array) -> Array:
    h = np.zeros((len(x), given.units))
    c = h
    w, u, b = given.kernel, given.recurrent_kernel, given.bias
    n = given.units
    for t in range(TIME):
        of_x = x[:, t] @ w + b
        if given.family == "simple_rnn":
            h = np.tanh(of_x + h @ u)
        elif given.family == "gru":
            z, r = (_gate(of_x[:, k * n : (k + 1) * n] + h @ u[:, k * n : (k + 1) * n]) for k in range(2))
            h = z * h + (1 - z) * np.tanh(of_x[:, 2 * n :] + (r * h) @ u[:, 2 * n :])
        else:
            i, f, g, o = np.split(of_x + h @ u, 4, axis=1)
            c = _gate(f) * c + _gate(i) * np.tanh(g)
            h = _gate(o) * np.tanh(c)
    return h


def _probabilities(given: Given, x: Array) -> Array:
    e = np.exp(_last_output(given, x) @ given.dense)
    return np.asarray(e / e.sum(1, keepdims=True))


def _plain_predict(given: Given) -> Any:
    return lambda: (lambda: _probabilities(given, given.x[:1]), np.asarray)


def _plain_loss(given: Given) -> Any:
    def loss() -> Any:
        return -np.log(_probabilities(given, given.x)[np.arange(BATCH), given.classes]).mean()

    return lambda: (loss, np.asarray)


def _cases() -> list[Case]:
    cases = []
    for family, most, micro in (("simple_rnn", 0.5, 150e-6), ("gru", 0.5, 400e-6), ("lstm", 1.3, 400e-6)):
        same, own = Given(family, True), Given(family, False)
        size = f"{family}({UNITS[family]}) on {BATCH}x{TIME}x{FEATURES}"
        cases += [
            Case(
                f"{family} kernels", f"{size}, forward and back",
                (Contender("torch", _torch_kernels(same)), Contender("tfnb", _kernels(same))),
                (Bound("tfnb", "torch", most),),
            ),
            Case(
                f"{family} step", f"{size}, dense softmax, cross-entropy, adam",
                (Contender("torch", _torch_step(same)), Contender("tfnb", _step(same))),
                (Bound("tfnb", "torch", most),),
            ),
            Case(
                f"{family} step, defaults", f"{size}, the same with TensorFlow.js's gates; NumPy: the loss only",
                (Contender("numpy loop, loss", _plain_loss(own)), Contender("tfnb", _step(own))),
                (),
            ),
            Case(
                f"{family} predict", f"one sample of {size}, and a dense softmax",
                (Contender("torch", _torch_predict(same)), Contender("tfnb", _predict(same))),
                (),
            ),
            Case(
                f"{family} predict, defaults", f"one sample of {size}, and a dense softmax",
                (Contender("numpy loop", _plain_predict(own)), Contender("tfnb", _predict(own))),
                (Bound("tfnb", None, micro),),
            ),
        ]  # fmt: skip
    return cases


CASES = _cases()
