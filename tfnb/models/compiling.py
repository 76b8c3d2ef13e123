"""What `compile` makes of identifiers and functions: an optimizer, a loss for each output, metrics with their names."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tfnb.errors import ArgumentError, ArgumentTypeError
from tfnb.language import _
from tfnb.layers.symbolic import PartialShape
from tfnb.naming import identifier, nearest

Function = Callable[[Any, Any], Any]

_ACCURACY, _CROSSENTROPY = ("accuracy", "acc"), ("crossentropy", "ce")


class Compiled:
    """How a model is trained.

    Attributes:
        optimizer: changes the weights. owns_optimizer: whether `compile` made it of an identifier.
        losses: a function for each output.
        metrics: functions, each with the number of the output that it looks at.
        names: what the numbers are called, in their order: `'loss'`, then (with several outputs) the loss of each,
            then the metrics.
    """

    __slots__ = ("optimizer", "owns_optimizer", "losses", "metrics", "names")

    def __init__(self, model: Any, optimizer: Any, loss: Any, metrics: Any) -> None:
        from tfnb.train import optimizers

        outputs: list[str] = model.output_names
        shapes = [tuple(one.shape) for one in model.outputs]
        self.losses = _losses(loss, outputs)
        names = ["loss"] + ([f"{name}_loss" for name in outputs] if len(outputs) > 1 else [])
        self.metrics: list[tuple[Function, int]] = []
        for position, of_output in enumerate(_metrics_by_output(metrics, outputs)):
            for one in of_output:
                function, name = _metric(one, self.losses[position], shapes[position])
                self.metrics.append((function, position))
                names.append(f"{outputs[position]}_{name}" if len(outputs) > 1 else name)
        self.names = tuple(_without_repeats(names))
        self.owns_optimizer = isinstance(optimizer, str)
        self.optimizer = optimizers.get(optimizer)


def _losses(given: Any, outputs: Sequence[str]) -> list[Function]:
    """A loss for each output, of one for all, a list, or a dict by the outputs' names."""
    from tfnb.train import objectives

    if given is None or (isinstance(given, (list, tuple, Mapping)) and not given):
        raise ArgumentTypeError(
            _("a loss is needed: what training makes smaller"),
            op="compile",
            argument="loss",
            fix=_("such as loss='mean_squared_error' for numbers, 'categorical_crossentropy' for classes"),
        )
    if isinstance(given, Mapping):
        for name in given:
            if name not in outputs:
                raise _unknown_output(name, outputs, "loss")
        for name in outputs:
            if given.get(name) is None:
                raise ArgumentError(
                    _("the output {name!r} has no loss").format(name=name), op="compile", argument="loss"
                )
        return [objectives.get(given[name]) for name in outputs]
    if isinstance(given, (list, tuple)):
        if len(given) != len(outputs):
            raise ArgumentError(
                _("wanted {wanted} losses, one for each of {names}, given {given}").format(
                    wanted=len(outputs), names=", ".join(map(repr, outputs)), given=len(given)
                ),
                op="compile",
                argument="loss",
            )
        return [objectives.get(one) for one in given]
    function = objectives.get(given)
    return [function] * len(outputs)


def _metrics_by_output(given: Any, outputs: Sequence[str]) -> list[list[Any]]:
    if given is None:
        return [[] for _name in outputs]
    if isinstance(given, str) or callable(given):
        return [[given] for _name in outputs]
    if isinstance(given, Mapping):
        for name in given:
            if name not in outputs:
                raise _unknown_output(name, outputs, "metrics")
        listed = [given.get(name, []) for name in outputs]
        return [list(one) if isinstance(one, (list, tuple)) else [one] for one in listed]
    if isinstance(given, (list, tuple)):
        return [list(given) for _name in outputs]
    raise ArgumentTypeError(
        _("wanted a name, a function, or a list of them, not {given!r}").format(given=given),
        op="compile",
        argument="metrics",
        fix=_("write metrics=['accuracy']"),
    )


def _unknown_output(name: Any, outputs: Sequence[str], argument: str) -> ArgumentError:
    near = nearest(str(name), outputs)
    return ArgumentError(
        _("the model has no output {name!r}; it has {names}").format(name=name, names=", ".join(map(repr, outputs))),
        op="compile",
        argument=argument,
        fix=_("did you mean {near!r}?").format(near=near) if near else None,
    )


def _metric(given: Any, loss: Function, shape: PartialShape) -> tuple[Function, str]:
    """A metric's function and its name in the logs; 'accuracy' is the one that goes with the loss."""
    from tfnb.train import metrics, objectives

    text = identifier(given) if isinstance(given, str) else None
    if text not in (*_ACCURACY, *_CROSSENTROPY):
        function = metrics.get(given)
        return function, text or _name_of(function)
    is_accuracy = text in _ACCURACY
    if shape[-1] == 1 or loss is objectives.binary_crossentropy:
        function = metrics.binary_accuracy if is_accuracy else metrics.binary_crossentropy
    elif loss is objectives.sparse_categorical_crossentropy:
        function = metrics.sparse_categorical_accuracy if is_accuracy else objectives.sparse_categorical_crossentropy
    else:
        function = metrics.categorical_accuracy if is_accuracy else metrics.categorical_crossentropy
    return function, "acc" if is_accuracy else "ce"


def _name_of(function: Any) -> str:
    name = getattr(function, "__name__", None) or type(function).__name__
    return "metric" if name == "<lambda>" else str(name)


def _without_repeats(names: Sequence[str]) -> list[str]:
    """Names that come twice get a number: `acc`, `acc_1`."""
    seen: dict[str, int] = {}
    found = []
    for name in names:
        seen[name] = seen.get(name, -1) + 1
        found.append(f"{name}_{seen[name]}" if seen[name] else name)
    return found
