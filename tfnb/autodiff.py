"""Gradients (section Training / Gradients): how a result changes when its arguments change a little.

`grad(f)` is a function: it calls `f`, remembers the ops on the way (engine/tape.py), and goes back through them. After
it nothing is alive but what it returned.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Any, Callable, Sequence

from tfnb import shapes
from tfnb.engine import tape as tapes
from tfnb.engine.handle import Handle
from tfnb.engine.placement import ENGINE
from tfnb.engine.run import alias, check_alive
from tfnb.engine.scope import current
from tfnb.engine.tape import Tape
from tfnb.engine.tidy import tidy
from tfnb.errors import ArgumentError, ArgumentTypeError, GradientError, ShapeError
from tfnb.language import _
from tfnb.ops.convert import handle_of
from tfnb.variables import VARIABLES, Variable

Function = Callable[..., Any]


def gradients(f: Callable[[], Any], xs: Sequence[Any], dy: Any = None, op: str = "gradients") -> tuple[Any, list[Any]]:
    """The value of `f()` and its gradient for each of `xs`; everything else made meanwhile is freed.

    Args:
        f: a function without arguments that returns a tensor.
        xs: tensors or variables that `f` uses.
        dy: gradient of the value, of its shape; left out: ones.

    Returns:
        The value, and a list with a float32 tensor per x, or None where the value does not depend on it.
    """
    context = current()
    before = context.tape

    def work() -> tuple[Any, list[Any]]:
        tape = Tape(xs)
        try:
            with tape:
                y = f()
            if not isinstance(y, Handle):
                raise ArgumentTypeError(
                    _("the function must return a tensor, not {kind}").format(kind=type(y).__name__),
                    op=op,
                    argument="f",
                )
            return y, tape.gradients([(y, _slope_of(y, dy, op))], xs)
        finally:
            tape.forget()

    try:
        try:
            return tidy(op, work)
        except BaseException:
            context.tape = before
            raise
    except BaseException:  # an interrupt in the handler above
        context.tape = before
        raise
    finally:
        ENGINE.tape_closed()


def _slope_of(y: Any, dy: Any, op: str) -> Any:
    """The gradient to begin with."""
    if dy is None:
        return y.ones_like() if y.dtype == "float32" else y.cast("float32").ones_like()
    if dy.shape != y.shape:
        raise ShapeError(
            _("wanted the shape of the function's result, {wanted}, given {given}").format(
                wanted=shapes.text(y.shape), given=shapes.text(dy.shape)
            ),
            op=op,
            argument="dy",
        )
    return dy


def _checked(f: Any, op: str) -> Function:
    if not callable(f):
        raise ArgumentTypeError(
            _("wanted a function, not {given!r}").format(given=f),
            op=op,
            argument="f",
            fix=_("write tf.grad(lambda x: …)"),
        )
    return f  # type: ignore[no-any-return]


def _tensor(value: Any, op: str, argument: str) -> Any:
    if not isinstance(value, Handle):
        value = handle_of(value, op, argument)
    check_alive(value, op, argument)
    return value


def _differentiated(f: Function, args: Sequence[Any], dy: Any, op: str) -> tuple[Any, list[Any]]:
    xs = [_tensor(value, op, "x" if len(args) == 1 else "args") for value in args]
    slope = None if dy is None else _tensor(dy, op, "dy")
    value, slopes = gradients(lambda: f(*xs), xs, slope, op)
    for position, one in enumerate(slopes):
        if one is None:
            raise GradientError(
                _("the result does not depend on argument {position}").format(position=position),
                op=op,
                fix=_("make sure that the function uses its argument, with ops of tf only"),
            )
    return value, slopes


def grad(f: Function) -> Function:
    """The gradient of a function of one tensor: a function `g(x, dy=None)`.

    Args:
        f: a function `f(x)` that returns a tensor.

    Returns:
        A function `g(x, dy=None)`. Its result has the shape of `x` and data type float32: how the sum of `f(x)` grows
        with each value of `x`. With `dy`, of the shape of `f(x)`, the sum is weighted by it.

    Errors:
        GradientError: the result does not depend on `x`, or an op on the way has no gradient.
        ShapeError: `dy` has not the shape of `f(x)`.

    Example:
        >>> import tfnb as tf
        >>> slope = tf.grad(lambda x: x.square())
        >>> slope(tf.tensor([1, 2, 3])).array_sync()
        [2.0, 4.0, 6.0]
    """
    function = _checked(f, "grad")

    def g(x: Any, dy: Any = None) -> Any:
        def work() -> Any:
            return _differentiated(function, (x,), dy, "grad")[1][0]

        return tidy(work)

    return g


def grads(f: Function) -> Function:
    """The gradients of a function of several tensors: a function `g([x1, x2, …], dy=None)` that gives one for each.

    Args:
        f: a function `f(x1, x2, …)` that returns a tensor.

    Returns:
        A function `g(args, dy=None)`: `args` a list of tensors; the result is a list of gradients, each of the shape of
        its argument.

    Errors:
        GradientError: the result does not depend on an argument, or an op on the way has no gradient.

    Example:
        >>> import tfnb as tf
        >>> g = tf.grads(lambda a, b: a.mul(b))
        >>> [one.array_sync() for one in g([tf.tensor([1, 2]), tf.tensor([3, 4])])]
        [[3.0, 4.0], [1.0, 2.0]]
    """
    function = _checked(f, "grads")

    def g(args: Sequence[Any], dy: Any = None) -> list[Any]:
        return tidy(lambda: _differentiated(function, _listed(args, "grads"), dy, "grads")[1])

    return g


def value_and_grad(f: Function) -> Function:
    """Like `grad`, with the function's value beside: `g(x, dy=None)` gives a record with `value` and `grad`.

    Args:
        f: a function `f(x)` that returns a tensor.

    Example:
        >>> import tfnb as tf
        >>> found = tf.value_and_grad(lambda x: x.square().sum())(tf.tensor([1, 2]))
        >>> float(found.value), found.grad.array_sync()
        (5.0, [2.0, 4.0])
    """
    function = _checked(f, "value_and_grad")

    def g(x: Any, dy: Any = None) -> ValueAndGrad:
        found: tuple[Any, list[Any]] = tidy(lambda: _differentiated(function, (x,), dy, "value_and_grad"))
        return ValueAndGrad(found[1][0], found[0])

    return g


def value_and_grads(f: Function) -> Function:
    """Like `grads`, with the function's value beside: `g(args, dy=None)` gives a record with `value` and `grads`.

    Args:
        f: a function `f(x1, x2, …)` that returns a tensor.

    Example:
        >>> import tfnb as tf
        >>> found = tf.value_and_grads(lambda a, b: a.mul(b))([tf.scalar(2), tf.scalar(5)])
        >>> float(found.value), [float(one) for one in found.grads]
        (10.0, [5.0, 2.0])
    """
    function = _checked(f, "value_and_grads")

    def g(args: Sequence[Any], dy: Any = None) -> ValueAndGrads:
        found: tuple[Any, list[Any]] = tidy(
            lambda: _differentiated(function, _listed(args, "value_and_grads"), dy, "value_and_grads")
        )
        return ValueAndGrads(found[1], found[0])

    return g


@dataclass(frozen=True, slots=True)
class ValueAndGrad:
    """A function's value and its gradient."""

    grad: Any
    value: Any


@dataclass(frozen=True, slots=True)
class ValueAndGrads:
    """A function's value and its gradients, one per argument."""

    grads: list[Any]
    value: Any


@dataclass(frozen=True, slots=True)
class VariableGrads:
    """A loss, and its gradients by the names of the variables."""

    value: Any
    grads: dict[str, Any]


def variable_grads(f: Callable[[], Any], var_list: Sequence[Variable] | None = None) -> VariableGrads:
    """The value of a loss, and its gradient for each trainable variable that it depends on.

    Args:
        f: a function without arguments that returns a scalar tensor.
        var_list: the variables; left out: all that are alive. Those that are not trainable are passed over.

    Returns:
        VariableGrads: `value`, and `grads`, a dict from a variable's name to its gradient.

    Errors:
        GradientError: the loss depends on none of the variables. ShapeError: the loss is no scalar.
        ArgumentError: none of the variables is trainable.

    Example:
        >>> import tfnb as tf
        >>> w = tf.variable([1, 2], name="weights")
        >>> found = tf.variable_grads(lambda: w.square().sum())
        >>> float(found.value), found.grads["weights"].array_sync()
        (5.0, [2.0, 4.0])
    """
    function = _checked(f, "variable_grads")
    value, variables, slopes = loss_gradients(function, var_list, "variable_grads")
    return VariableGrads(value, {v.name: slope for v, slope in zip(variables, slopes) if slope is not None})


def loss_gradients(
    f: Callable[[], Any], var_list: Sequence[Variable] | None, op: str
) -> tuple[Any, list[Variable], list[Any]]:
    """The loss, the trainable variables, and the gradient of each or None."""
    given = VARIABLES.live() if var_list is None else list(var_list)
    for one in given:
        if not isinstance(one, Variable):
            raise ArgumentTypeError(
                _("wanted variables, not {kind}").format(kind=type(one).__name__),
                op=op,
                argument="var_list",
                fix=_("make one with tf.variable(…)"),
            )
        check_alive(one, op, "var_list")
    variables = [one for one in given if one.trainable]
    if not variables:
        raise ArgumentError(
            _("there is no trainable variable") if not given else _("none of the variables is trainable"),
            op=op,
            argument="var_list",
        )

    def scalar() -> Any:
        loss = f()
        if isinstance(loss, Handle) and loss.shape != ():
            raise ShapeError(
                _("the loss must be one number, a scalar; this one has shape {shape}").format(
                    shape=shapes.text(loss.shape)
                ),
                op=op,
                argument="f",
                fix=_("end it with .mean() or .sum()"),
            )
        return loss

    value, slopes = gradients(scalar, variables, None, op)
    if all(slope is None for slope in slopes):
        raise GradientError(
            _("the loss depends on none of the variables"),
            op=op,
            fix=_("use the variables inside of the function, with ops of tf only"),
        )
    return value, variables, slopes


def _listed(args: Any, op: str) -> Sequence[Any]:
    if not isinstance(args, (list, tuple)):
        raise ArgumentTypeError(
            _("wanted a list of tensors, not {kind}").format(kind=type(args).__name__),
            op=op,
            argument="args",
            fix=_("write g([x1, x2])"),
        )
    return args


@dataclass(frozen=True, slots=True)
class CustomGradient:
    """What the function given to `custom_grad` returns: its value, and `grad_func(dy, saved)` for its gradients."""

    value: Any
    grad_func: Function


def custom_grad(f: Function) -> Function:
    """A function whose gradient is the one that you give.

    Args:
        f: a function `f(x1, …, save)`. It returns a record with `value` and `grad_func`: a `tf.CustomGradient`, a dict
            with these keys, or the two in a tuple. `save([tensors])` keeps tensors for the way back, where
            `grad_func(dy, saved)` gets them in this order and returns the gradient of x1, or a list with one for each.

    Returns:
        A function of x1, …; no op inside of `f` is recorded.

    Errors:
        ArgumentTypeError: `f` returned something else. ShapeError: a gradient has not the shape of its argument.

    Example:
        >>> import tfnb as tf
        >>> def half_slope(x, save):
        ...     save([x])
        ...     return x.square(), lambda dy, saved: dy.mul(saved[0])
        >>> f = tf.custom_grad(half_slope)
        >>> float(tf.grad(lambda x: f(x).sum())(tf.scalar(3)))
        3.0
    """
    function = _checked(f, "custom_grad")

    def g(*inputs: Any) -> Any:
        frame = sys._getframe(1)
        xs = [_tensor(value, "custom_grad", "inputs") for value in inputs]
        saved: list[Any] = []

        def save(tensors: Any) -> None:
            for one in tensors if isinstance(tensors, (list, tuple)) else (tensors,):
                saved.append(tapes.kept(_tensor(one, "custom_grad", "save")))

        context = current()
        outer = context.tape
        try:
            context.tape = None
            result = tidy("custom_grad", lambda: _value_and_function(function(*xs, save)))
        finally:
            context.tape = outer
        value, grad_func = result.value, result.grad_func

        def back(dys: list[Any], _asked: Sequence[bool]) -> Sequence[Any]:
            slopes = grad_func(dys[0], [alias(one, one.shape, frame) for one in saved])
            found = list(slopes) if isinstance(slopes, (list, tuple)) else [slopes]
            _check_custom(found, xs)
            return found

        tapes.record_step("custom_grad", xs, (value,), back, tuple(saved))
        return value

    return g


def _value_and_function(result: Any) -> CustomGradient:
    """What a user's function returned, in whichever of the three forms."""
    if isinstance(result, dict) and {"value", "grad_func"} <= set(result):
        result = CustomGradient(result["value"], result["grad_func"])
    elif isinstance(result, tuple) and len(result) == 2:
        result = CustomGradient(*result)
    value, function = getattr(result, "value", None), getattr(result, "grad_func", None)
    if not isinstance(value, Handle) or not callable(function):
        raise ArgumentTypeError(
            _("the function must return its value, a tensor, and a function for its gradient"),
            op="custom_grad",
            argument="f",
            fix=_("return value, lambda dy, saved: …"),
        )
    return CustomGradient(value, function)


def _check_custom(found: list[Any], xs: list[Any]) -> None:
    if len(found) != len(xs):
        raise ArgumentError(
            _("wanted {wanted} gradients, one per argument, given {given}").format(wanted=len(xs), given=len(found)),
            op="custom_grad",
            argument="grad_func",
        )
    for one, x in zip(found, xs):
        if one is not None and (not isinstance(one, Handle) or one.shape != x.shape):
            given = shapes.text(one.shape) if isinstance(one, Handle) else type(one).__name__
            raise ShapeError(
                _("a gradient has the shape of its argument, {wanted}, not {given}").format(
                    wanted=shapes.text(x.shape), given=given
                ),
                op="custom_grad",
                argument="grad_func",
            )
