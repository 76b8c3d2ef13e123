"""One step of training or of testing: what is worked out once for a run, so that a batch does as little as can be."""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from typing import Any

import numpy as np

from tfnb.engine.placement import ENGINE
from tfnb.engine.run import read
from tfnb.engine.scope import current
from tfnb.engine.tape import Tape
from tfnb.engine.tidy import tidy
from tfnb.models.compiling import Compiled
from tfnb.models.feeding import Batch, tensor_of
from tfnb.models.interrupts import INTERRUPTS
from tfnb.ops import joining
from tfnb.ops.reduction import mean
from tfnb.shapes import size_of

_ONE = np.ones((), np.float32)
_ONE.setflags(write=False)


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
        "_call",
        "_losses",
        "_metrics",
        "_penalties",
        "_optimizer",
        "_variables",
        "_constrained",
        "is_guarded",
        "culprit",
    )

    def __init__(self, model: Any, compiled: Compiled) -> None:
        self._model, self._call = model, model.call_functional
        self._losses, self._metrics = compiled.losses, compiled.metrics
        self._penalties = list(model.losses)
        self._optimizer = compiled.optimizer
        self._variables = list(model.trainable_weights)
        self._constrained = [one for one in self._variables if getattr(one, "constraint", None) is not None]
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
            outputs = self._call(inputs, False)
            total, parts = self._loss(outputs, targets, weights)
            return numbers_of([total, *parts, *self._measured(outputs, targets)])

        return tidy(work)

    def _train(self, inputs: list[Any], targets: list[Any], weights: list[Any]) -> list[float]:
        context = current()
        outer = context.tape
        tape = Tape(self._variables)
        try:
            with tape:
                outputs = self._call(inputs, True)
                total, parts = self._loss(outputs, targets, weights)
                for penalty in self._penalties:
                    total = total + penalty()
            if total.ndarray is not None and math.isnan(total.ndarray):
                return self._failed(inputs, outputs, targets, total, parts)
            slopes = tape.gradients([(total, tensor_of(_ONE, sys._getframe()))], self._variables)
        finally:
            context.tape = outer
            tape.forget()
            ENGINE.tape_closed()
        values = numbers_of([total, *parts, *self._measured(outputs, targets)])
        if math.isnan(values[0]):
            return self._failed(inputs, outputs, targets, total, parts)
        self._change(slopes)
        return values

    def _loss(self, outputs: Sequence[Any], targets: Sequence[Any], weights: Sequence[Any]) -> tuple[Any, list[Any]]:
        """The total loss, and with several outputs the loss of each."""
        total: Any = None
        parts = []
        for function, target, output, weight in zip(self._losses, targets, outputs, weights):
            losses = function(target, output)
            if weight is not None:
                rank = len(losses.shape)
                losses = losses * (weight.reshape([-1, *[1] * (rank - 1)]) if rank > 1 else weight)
            part = mean(losses) if losses.shape else losses
            total = part if total is None else total + part
            parts.append(part)
        return total, parts if len(parts) > 1 else []

    def _measured(self, outputs: Sequence[Any], targets: Sequence[Any]) -> list[Any]:
        """The metrics, each as one number."""
        found = []
        for function, position in self._metrics:
            value = function(targets[position], outputs[position])
            found.append(mean(value) if value.shape else value)
        return found

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

    def _failed(
        self, inputs: list[Any], outputs: list[Any], targets: list[Any], total: Any, parts: list[Any]
    ) -> list[float]:
        from tfnb.models.not_a_number import first_layer

        self.culprit = first_layer(self._model, inputs)
        return numbers_of([total, *parts, *self._measured(outputs, targets)])


def numbers_of(tensors: Sequence[Any]) -> list[float]:
    """The values of scalars. From a device they are read together: each reading waits for all that was recorded."""
    if all(one.ndarray is not None for one in tensors):
        return [float(one.ndarray) for one in tensors]
    if len(tensors) == 1:
        return [float(read(tensors[0])[0])]
    flat = [one.reshape([1]) if one.dtype == "float32" else one.cast("float32").reshape([1]) for one in tensors]
    assert all(size_of(one.shape) == 1 for one in flat)
    return [float(one) for one in read(joining.concat(flat))]
