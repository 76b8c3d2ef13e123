"""What recurrent models learn from real recordings, and how long it takes, beside PyTorch.

`python -m benchmarks.learning [motions|vowels] [--seeds 5]` trains simple_rnn, gru and lstm with several seeds and
prints a table: the median share of test recordings that are told apart, and the median seconds of a training.

Motions are the first 80 steps of 4 channels, as in the Core Concepts text; vowels are padded at the front with masked
steps. Both are standardised by the training part. On both sides: the start of the weights by the library's own custom,
Adam, batches of one size in an order of their own, a fifth of the learning rate in the last three tenths. On vowels
tfnb's lstm drops out recurrent inputs; PyTorch's cannot, and its gradients are clipped to a norm of 1.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Task:
    """Recordings of one kind, and how a model learns them."""

    name: str
    label: str
    units: int
    epochs: int
    batch_size: int
    rate: float
    recurrent_dropout: float  # of the lstm; the others learn worse with it
    targets: dict[str, float]


TASKS = {
    "motions": Task("motions", "activity", 20, 60, 4, 0.003, 0, {"simple_rnn": 0.875, "gru": 0.95, "lstm": 0.875}),
    "vowels": Task("vowels", "speaker", 32, 40, 27, 0.01, 0.3, {"simple_rnn": 0.965, "gru": 0.965, "lstm": 0.976}),
}


@dataclass(frozen=True)
class Recordings:
    """Sequences [recording, time, channel], padded with zeros at the front; the first `lengths` of each are real."""

    x: Array
    y: Array
    lengths: Array


def recordings(task: Task) -> tuple[Recordings, Recordings]:
    """The training part and the test part."""
    with gzip.open(DATA / f"{task.name}.csv.gz", "rt", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    channels = [name for name in rows[0] if name not in ("recording", "split", "step", task.label)]
    labels = sorted({row[task.label] for row in rows})
    found: dict[str, list[tuple[Array, int]]] = {"train": [], "test": []}
    start = 0
    for end in range(1, len(rows) + 1):
        first = rows[start]
        if end < len(rows) and rows[end]["recording"] == first["recording"] and rows[end]["split"] == first["split"]:
            continue
        values = np.array([[float(row[one]) for one in channels] for row in rows[start:end]], np.float32)
        found[first["split"]].append((values, labels.index(first[task.label])))
        start = end
    if task.name == "motions":
        found = {split: [(values[:80, :4], label) for values, label in both] for split, both in found.items()}
    every = np.concatenate([values for values, _label in found["train"]])
    mean, deviation = every.mean(0), every.std(0)
    longest = max(len(values) for both in found.values() for values, _label in both)
    parts = []
    for split in ("train", "test"):
        x = np.zeros((len(found[split]), longest, len(mean)), np.float32)
        for place, (values, _label) in zip(x, found[split]):
            place[longest - len(values) :] = (values - mean) / deviation
        parts.append(
            Recordings(x, np.array([label for _v, label in found[split]]), np.array([len(v) for v, _l in found[split]]))
        )
    return parts[0], parts[1]


def with_tfnb(task: Task, kind: str, train: Recordings, test: Recordings, seed: int) -> tuple[float, float]:
    """Share told apart, seconds of training."""
    import tfnb as tf

    tf.set_seed(seed)
    classes = int(train.y.max()) + 1
    model = tf.sequential()
    model.add(tf.layers.masking(mask_value=0, input_shape=train.x.shape[1:]))
    dropout = task.recurrent_dropout if kind == "lstm" else 0
    model.add(getattr(tf.layers, kind)(units=task.units, recurrent_dropout=dropout))
    model.add(tf.layers.dense(units=classes, activation="softmax"))
    model.compile(optimizer=tf.train.adam(task.rate), loss="sparseCategoricalCrossentropy")
    start = time.perf_counter()
    slower = tf.callbacks.learning_rate_scheduler(
        lambda epoch, *_: task.rate * (1 if epoch < 0.7 * task.epochs else 0.2)
    )
    labels = train.y.astype(np.float32)
    model.fit(train.x, labels, epochs=task.epochs, batch_size=task.batch_size, callbacks=[slower], verbose=0)
    seconds = time.perf_counter() - start
    with tf.scope():
        chosen = model.predict(tf.tensor(test.x)).argmax(-1).numpy()
    model.dispose()
    return float((chosen == test.y).mean()), seconds


def with_torch(task: Task, kind: str, train: Recordings, test: Recordings, seed: int) -> tuple[float, float]:
    """The same with PyTorch, two threads; gradients are clipped to a norm of 1."""
    import torch

    torch.set_num_threads(2)
    torch.manual_seed(seed)
    layer = {"simple_rnn": torch.nn.RNN, "gru": torch.nn.GRU, "lstm": torch.nn.LSTM}[kind]
    recurrent = layer(train.x.shape[2], task.units, batch_first=True)
    last = torch.nn.Linear(task.units, int(train.y.max()) + 1)
    parameters = [*recurrent.parameters(), *last.parameters()]
    optimizer = torch.optim.Adam(parameters, task.rate)
    x, y = torch.tensor(train.x), torch.tensor(train.y)

    def scores(x: Any) -> Any:
        return last(recurrent(x)[0][:, -1])

    start = time.perf_counter()
    for epoch in range(task.epochs):
        for group in optimizer.param_groups:
            group["lr"] = task.rate * (1 if epoch < 0.7 * task.epochs else 0.2)
        order = torch.randperm(len(y))
        for first in range(0, len(y), task.batch_size):
            chosen = order[first : first + task.batch_size]
            optimizer.zero_grad()
            loss: Any = torch.nn.functional.cross_entropy(scores(x[chosen]), y[chosen])
            loss.backward()
            torch.nn.utils.clip_grad_norm_(parameters, 1.0)
            optimizer.step()
    seconds = time.perf_counter() - start
    with torch.no_grad():
        found = scores(torch.tensor(test.x)).argmax(1).numpy()
    return float((found == test.y).mean()), seconds


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.learning", description=__doc__)
    parser.add_argument("tasks", nargs="*", default=list(TASKS), help="motions, vowels")
    parser.add_argument("--seeds", type=int, default=5)
    options = parser.parse_args()
    for name in options.tasks:
        task = TASKS[name]
        train, test = recordings(task)
        print(f"\n{name}: {train.x.shape} to learn from, {test.x.shape} to judge by")
        for kind, target in task.targets.items():
            for library, run in (("tfnb", with_tfnb), ("torch", with_torch)):
                results = np.array([run(task, kind, train, test, seed) for seed in range(options.seeds)])
                right, seconds = np.median(results, 0)
                verdict = (
                    "" if library == "torch" else ("  ok  " if right >= target else "  MISS") + f" at least {target}"
                )
                spread = f"{results[:, 0].min():.3f} to {results[:, 0].max():.3f}"
                print(f"  {kind:10} {library:6} right {right:.3f} ({spread})  {seconds:6.2f} s{verdict}", flush=True)


if __name__ == "__main__":
    main()
