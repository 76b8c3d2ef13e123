"""What all optimizers have in common (section Training / Classes and Optimizers)."""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from tfnb import autodiff
from tfnb.engine.run import upload
from tfnb.errors import ArgumentError, ArgumentTypeError
from tfnb.language import _
from tfnb.naming import folded, nearest
from tfnb.ops.arguments import real_number
from tfnb.ops.convert import array_of
from tfnb.variables import VARIABLES, Variable

if TYPE_CHECKING:
    from tfnb.tensors import Tensor

Self = TypeVar("Self", bound="Optimizer")


class NamedTensor(NamedTuple):
    """A tensor and what it is called."""

    name: str
    tensor: Any


class Optimizer:
    """Changes variables so that a loss becomes smaller. Made by `tf.train.sgd`, `tf.train.adam` and the others.

    A class of your own says what `apply_gradients` does; `minimize` and `fit` then use it.

    Args:
        learning_rate: how far a step goes; None for a class that needs none.

    Attributes:
        iterations: how many steps it has made. class_name: its name in files.
    """

    class_name = "Optimizer"

    def __init__(self, learning_rate: float | None = None) -> None:
        self._iterations = 0
        self._learning_rate = math.nan
        if learning_rate is not None:
            self.learning_rate = learning_rate

    @property
    def learning_rate(self) -> float:
        """How far a step goes; it can be set at any time.

        Errors:
            ArgumentTypeError: no number. ArgumentError: NaN or infinite.
        """
        return self._learning_rate

    @learning_rate.setter
    def learning_rate(self, value: float) -> None:
        self._learning_rate = finite(value, self.class_name, "learning_rate")

    @property
    def iterations(self) -> int:
        """How many steps it has made."""
        return self._iterations

    def minimize(self, f: Any, return_cost: bool = False, var_list: Sequence[Variable] | None = None) -> Tensor | None:
        """One step: compute a loss, its gradients, and change the variables.

        Args:
            f: a function without arguments that returns the loss, a scalar tensor.
            return_cost: whether to return the loss, from before the change.
            var_list: the variables to change; left out: all trainable ones that are alive.

        Returns:
            Tensor: the loss if `return_cost`, else None.

        Errors:
            GradientError: the loss depends on none of the variables. ShapeError: the loss is no scalar.

        Example:
            >>> import tfnb as tf
            >>> x = tf.variable(3, name="x of minimize")
            >>> optimizer = tf.train.sgd(0.1)
            >>> float(optimizer.minimize(lambda: x.square(), True, [x])), round(float(x), 4)
            (9.0, 2.4)
        """
        value, variables, slopes = autodiff.loss_gradients(f, var_list, "minimize")
        self.apply(variables, slopes)
        return value if return_cost else None

    def compute_gradients(self, f: Any, var_list: Sequence[Variable] | None = None) -> autodiff.VariableGrads:
        """The loss and its gradients, with no change of the variables: `tf.variable_grads`.

        Args:
            f: a function without arguments that returns the loss, a scalar tensor.
            var_list: the variables; left out: all trainable ones that are alive.

        Returns:
            VariableGrads: `value`, and `grads`, a dict from a variable's name to its gradient.
        """
        return autodiff.variable_grads(f, var_list)

    def apply_gradients(self, variable_gradients: Mapping[str, Any] | Sequence[Any]) -> None:
        """Change variables by gradients that you give.

        Args:
            variable_gradients: a dict from a variable's name to its gradient, or a list of records with `name` and
                `tensor` (`tf.NamedTensor`, pairs, dicts). Where the gradient is None, the variable stays as it is.

        Errors:
            ArgumentError: there is no variable of that name. ShapeError: a gradient has not its variable's shape.

        Example:
            >>> import tfnb as tf
            >>> w = tf.variable([1, 2], name="w of apply_gradients")
            >>> tf.train.sgd(1).apply_gradients({w.name: tf.tensor([1, 1])})
            >>> w.array_sync()
            [0.0, 1.0]
        """
        pairs = named_tensors(variable_gradients, "apply_gradients", "variable_gradients")
        self.apply([_variable(one.name) for one in pairs], [one.tensor for one in pairs])

    def apply(self, variables: Sequence[Variable], gradients: Sequence[Any]) -> None:
        """Change variables by gradients, in the order of both. What `fit` calls.

        Args:
            variables: variables. gradients: a tensor for each, or None where it stays as it is.
        """
        if type(self).apply_gradients is Optimizer.apply_gradients:
            raise ArgumentTypeError(
                _("{name} does not say what apply_gradients does").format(name=type(self).__name__), op="Optimizer"
            )
        pairs = [NamedTensor(one.name, slope) for one, slope in zip(variables, gradients)]
        self.apply_gradients(pairs)
        self._iterations += 1

    def save_iterations(self) -> NamedTensor:
        """The number of steps as it stands first in `get_weights`: `'iter'`, an int32 scalar."""
        array = array_of(self._iterations, "get_weights", "iterations", "int32")
        return NamedTensor("iter", upload(array, (), "int32", sys._getframe(1)))

    def get_weights(self) -> list[NamedTensor]:
        """What the optimizer has learnt of its variables, for `set_weights`.

        Returns:
            list: named tensors, copies; the first is `'iter'`, the number of steps.
        """
        return [self.save_iterations()]

    def set_weights(self, weight_values: Sequence[Any]) -> None:
        """Take over what `get_weights` gave, in the same order.

        Args:
            weight_values: records with `name` and `tensor`.

        Errors:
            ArgumentError: a wrong number of them. ShapeError: one has not the shape of its variable.
        """
        self._take_iterations(named_tensors(weight_values, "set_weights", "weight_values"))

    def _take_iterations(self, values: Sequence[NamedTensor]) -> Sequence[NamedTensor]:
        """Take the number of steps off the front of weights; the others."""
        if not values:
            raise ArgumentError(
                _("wanted the number of steps first, 'iter'; the list is empty"), op="set_weights",
                argument="weight_values",
            )  # fmt: skip
        count = array_of(values[0].tensor, "set_weights", "weight_values")
        if count.size != 1 or count.dtype.kind not in "if" or not count.reshape(-1)[0] >= 0:
            raise ArgumentError(
                _("wanted the number of steps first, 'iter', not {name!r}").format(name=values[0].name),
                op="set_weights",
                argument="weight_values",
            )
        self._iterations = int(count.reshape(-1)[0])
        return values[1:]

    def get_config(self) -> dict[str, Any]:
        """What `from_config` makes an optimizer like this one of: its numbers, not what it has learnt."""
        return {"learning_rate": self._learning_rate}

    @classmethod
    def from_config(cls: type[Self], config: Mapping[str, Any]) -> Self:
        """An optimizer of this class with the numbers of a configuration.

        Args:
            config: by name, in any spelling ('learningRate', 'learning_rate'; Keras's 'beta_1'). What the class does
                not know is passed over: files carry more than that.
        """
        import inspect

        known = {folded(name): name for name in list(inspect.signature(cls.__init__).parameters)[1:]}
        return cls(**{known[folded(name)]: value for name, value in config.items() if folded(name) in known})

    def dispose(self) -> None:
        """Free what the optimizer keeps for its variables. They stay."""

    def __repr__(self) -> str:
        numbers = ", ".join(f"{name}={value!r}" for name, value in self.get_config().items())
        return f"{type(self).__name__}({numbers})"


def finite(value: Any, op: str, argument: str) -> float:
    """`value` as a float that is neither NaN nor infinite."""
    if isinstance(value, bool):
        raise ArgumentTypeError(_("wanted a number, not {given!r}").format(given=value), op=op, argument=argument)
    number = real_number(value, op, argument)
    if not math.isfinite(number):
        raise ArgumentError(_("wanted a finite number, given {given}").format(given=number), op=op, argument=argument)
    return number


def within(value: Any, op: str, argument: str, below: float) -> float:
    """`value` as a float from 0 on and below a bound."""
    number = finite(value, op, argument)
    if not 0 <= number < below:
        raise ArgumentError(
            _("wanted a number from 0 on and below {below:g}, given {given}").format(below=below, given=number),
            op=op,
            argument=argument,
        )
    return number


def named_tensors(given: Any, op: str, argument: str) -> list[NamedTensor]:
    """Names with tensors, of a dict or of a list of records, pairs or dicts.

    Errors:
        ArgumentTypeError: something else.
    """
    if isinstance(given, Mapping):
        return [NamedTensor(name, tensor) for name, tensor in given.items()]
    found = []
    for one in given if isinstance(given, (list, tuple)) else (given,):
        if isinstance(one, Mapping) and {"name", "tensor"} <= set(one):
            found.append(NamedTensor(one["name"], one["tensor"]))
        elif isinstance(one, tuple) and len(one) == 2 and isinstance(one[0], str):
            found.append(NamedTensor(*one))
        else:
            raise ArgumentTypeError(
                _("wanted a list of names with tensors, not {kind}").format(kind=type(one).__name__),
                op=op,
                argument=argument,
                fix=_("write [(name, tensor), …]"),
            )
    return found


def _variable(name: str) -> Variable:
    found = VARIABLES.find(name)
    if found is None:
        near = nearest(name, [one.name for one in VARIABLES.live()])
        raise ArgumentError(
            _("there is no variable {name!r}").format(name=name),
            op="apply_gradients",
            argument="variable_gradients",
            fix=_("did you mean {near!r}?").format(near=near) if near else None,
        )
    return found
