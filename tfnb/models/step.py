"""One step of training or of testing: what is worked out once for a run, so that a batch does as little as can be."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any
from weakref import ref

import numpy as np

from tfnb.engine.placement import ENGINE
from tfnb.engine.run import read
from tfnb.engine.scope import current
from tfnb.engine.tape import Tape
from tfnb.engine.tidy import tidy
from tfnb.kernels.floating import quietly
from tfnb.models.compiling import Compiled
from tfnb.models.feeding import Batch, tensor_of
from tfnb.models.interrupts import INTERRUPTS
from tfnb.ops import joining
from tfnb.ops.reduction import mean
from tfnb.shapes import Shape, size_of

Array = Any


class Step:
    """The work on one batch, for a model as it is compiled.

    Args:
        model: a model. compiled: how it is trained.

    Attributes:
        is_guarded: whether an interrupt waits until the weights are whole: in a run that has entered INTERRUPTS.
        culprit: after a loss that is no number, the name of the layer that made the first one, else None.
    """

    __slots__ = (
        "_model",
        "_losses",
        "_metrics",
        "_penalties",
        "_optimizer",
        "_variables",
        "_constrained",
        "_shares",
        "is_guarded",
        "culprit",
    )

    def __init__(self, model: Any, compiled: Compiled) -> None:
        self._model: Any = ref(model)  # which holds this
        self._losses, self._metrics = compiled.losses, compiled.metrics
        self._penalties = list(model.losses)
        self._optimizer = compiled.optimizer
        self._variables = list(model.trainable_weights)
        self._constrained = [one for one in self._variables if getattr(one, "constraint", None) is not None]
        self._shares: dict[Shape, Array] = {}
        self.is_guarded = False
        self.culprit: str | None = None

    def misses(self, model: Any) -> bool:
        """Whether other weights of the model are trainable now."""
        return len(model.trainable_weights) != len(self._variables)

    def train(self, batch: Batch) -> list[float]:
        """Change the weights once; the loss and the metrics of the batch, from before the change.

        At a loss that is no number the weights stay as they are.
        """
        return tidy(lambda: self._train(*batch.tensors()))

    def test(self, batch: Batch) -> list[float]:
        """The loss and the metrics of a batch. What regularizers add is not in it, as in TensorFlow.js."""

        def work() -> list[float]:
            inputs, targets, weights = batch.tensors()
            outputs = self._model().call_functional(inputs, False)
            losses = [function(*pair) for function, *pair in zip(self._losses, targets, outputs)]
            return self._values(losses, weights, (), targets, outputs)

        return tidy(work)

    def _train(self, inputs: list[Any], targets: list[Any], weights: list[Any]) -> list[float]:
        context = current()
        outer = context.tape
        tape = Tape(self._variables)
        try:
            with tape:
                outputs = self._model().call_functional(inputs, True)
                losses = [function(*pair) for function, *pair in zip(self._losses, targets, outputs)]
                penalties = [penalty() for penalty in self._penalties]
            values = self._values(losses, weights, penalties, targets, outputs)
            if values[0] != values[0]:
                from tfnb.models.not_a_number import first_layer

                self.culprit = first_layer(self._model(), inputs)
                return values
            # The total is a sum of means, so its gradients are known: the way back begins at the parts.
            ends = [(one, self._share(one.shape, weight)) for one, weight in zip(losses, weights)]
            ends += [(one, self._share((), None)) for one in penalties]
            slopes = tape.gradients(ends, self._variables)
        finally:
            context.tape = outer
            tape.forget()
            ENGINE.tape_closed()
        self._change(slopes)
        return values

    def _share(self, shape: Shape, weight: Any) -> Any:
        """What each loss of a batch counts for in their mean."""
        share = self._shares.get(shape)
        if share is None:
            share = self._shares[shape] = np.full(shape, 1 / size_of(shape), np.float32)
            share.setflags(write=False)
        tensor = tensor_of(share, sys._getframe())
        return tensor if weight is None else tensor * _along(weight, shape)

    def _values(
        self, losses: list[Any], weights: list[Any], penalties: Sequence[Any], targets: list[Any], outputs: list[Any]
    ) -> list[float]:
        """The total loss, with several outputs the loss of each, and the metrics."""
        found = [
            averaged(one if weight is None else one * _along(weight, one.shape)) for one, weight in zip(losses, weights)
        ]
        found += map(averaged, penalties)
        summands = len(found)
        found += [averaged(function(targets[at], outputs[at])) for function, at in self._metrics]
        values = read_all(found)
        parts = values[: len(losses)] if len(losses) > 1 else []
        return [sum(values[:summands]), *parts, *values[summands:]]

    def _change(self, slopes: list[Any]) -> None:
        """One update of all weights, then what they must keep to."""
        INTERRUPTS.is_writing = self.is_guarded
        try:
            self._optimizer.apply(self._variables, slopes)
            for variable in self._constrained:
                variable.assign(variable.constraint.apply(variable))
        finally:
            if self.is_guarded:
                INTERRUPTS.written()


def _along(weight: Any, shape: Shape) -> Any:
    """Weights of samples, of a shape that meets losses with further axes."""
    return weight.reshape([-1, *[1] * (len(shape) - 1)]) if len(shape) > 1 else weight


def averaged(tensor: Any) -> Any:
    """The mean of a tensor: at once as a number where its values are on the host, else as a tensor."""
    array = tensor.ndarray
    if array is None:
        return mean(tensor if tensor.dtype == "float32" else tensor.cast("float32"))
    return float(quietly(np.add.reduce, array, None, np.float32)) / max(array.size, 1)


def read_all(values: Sequence[Any]) -> list[float]:
    """Numbers, with the values of scalar tensors among them. From a device all are read together: each reading waits
    for all that was recorded.
    """
    waiting = [one for one in values if one.__class__ is not float]
    if not waiting:
        return list(values)
    flat = read(joining.concat([one.reshape([1]) for one in waiting])) if len(waiting) > 1 else read(waiting[0])
    known = map(float, flat)
    return [one if one.__class__ is float else next(known) for one in values]
