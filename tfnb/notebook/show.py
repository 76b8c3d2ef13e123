"""`tf.show`: a picture of a tensor, of a shape, of a model, or of an op applied to tensors."""

from __future__ import annotations

import inspect
from typing import Any, Callable, Mapping, Sequence

from tfnb.engine.cut import cut
from tfnb.engine.handle import Handle
from tfnb.engine.tidy import scope
from tfnb.errors import ArgumentTypeError, ShapeError
from tfnb.language import _
from tfnb.notebook.display import notebook_shell, show_figure
from tfnb.notebook.namespace import names
from tfnb.notebook.tensor_bundle import name_of
from tfnb.ops.convert import handle_of
from tfnb.ops.tensor_bundle import subject_of
from tfnb.picture.op_call import EDGE, OpCall, Operand
from tfnb.picture.op_diagram import op_figure
from tfnb.picture.parts import Figure
from tfnb.picture.tensor_view import shape_figure, tensor_figure
from tfnb.picture.window import read_ends

_TABLES = 4


def show(what: Any, *arguments: Any, **keywords: Any) -> None:
    """Draw a tensor, a shape, a model, or an op: what goes in and comes out, which axes meet, repeat or go.

    The op runs on the tensors, and what it makes is freed again. Shapes that do not fit are drawn with the clash
    marked.

    Args:
        what: a tensor; or a shape, as a tuple of ints; or a model; or an op such as `tf.matmul`, followed by its
            arguments.
        arguments, keywords: the op's arguments, as in a call.

    Errors:
        ArgumentTypeError: neither a tensor, a shape, a model nor an op.

    Example:
        >>> import tfnb as tf
        >>> tf.show(tf.sum, tf.tensor([1, 2, 3]))
        sum: [3] → []
        x [3]
        axis 0 (length 3 goes) →         result []
          0    1    2             sum →  ┌────┐
        ┌────┬────┬────┐                 │ *6 │
        │ *1 │ *2 │ *3 │                 └────┘
        └────┴────┴────┘
        All axes go: 3 boxes become one.
        The first box: 1 + 2 + 3 = 6
    """
    show_figure(figure_of(what, arguments, keywords))


def figure_of(what: Any, arguments: Sequence[Any] = (), keywords: Mapping[str, Any] | None = None) -> Figure:
    """The figure that `show` shows."""
    if isinstance(what, Handle):
        return tensor_figure(subject_of(what, name_of(what)))
    if hasattr(type(what), "call_functional"):
        from tfnb.models.diagram import figure_of_model

        return figure_of_model(what)
    if isinstance(what, tuple) and all(type(length) is int and length >= 0 for length in what):
        return shape_figure(what)
    if callable(what):
        return op_figure(_call(what, arguments, dict(keywords or {})))
    raise ArgumentTypeError(
        _("wanted a tensor, a shape or an op, not {given}").format(given=type(what).__name__),
        op="show",
        argument="what",
        fix=_("write tf.show(x) or tf.show(tf.matmul, a, b)"),
    )


def _call(op: Callable[..., Any], arguments: Sequence[Any], keywords: dict[str, Any]) -> OpCall:
    receiver = getattr(op, "__self__", None)
    if isinstance(receiver, Handle):
        arguments, op = (receiver, *arguments), op.__func__  # type: ignore[attr-defined]
    name = getattr(op, "__name__", type(op).__name__)
    with scope():
        inputs, attributes = operands_of(name, _named(op, arguments, keywords))
        try:
            made = op(*arguments, **keywords)
        except ShapeError as error:
            return OpCall(name, inputs, None, attributes, str(error))
        return OpCall(name, inputs, _output(made), attributes)


def _named(op: Callable[..., Any], arguments: Sequence[Any], keywords: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments by the names of the op's parameters."""
    try:
        bound = inspect.signature(op).bind(*arguments, **keywords)
        bound.apply_defaults()
        return dict(bound.arguments)
    except (TypeError, ValueError):
        return {**{f"argument {n}": value for n, value in enumerate(arguments)}, **keywords}


def operands_of(op: str, named: Mapping[str, Any]) -> tuple[tuple[Operand, ...], dict[str, Any]]:
    """The tensors among the arguments of an op with what the reader calls them, and the other arguments by name.

    Tensors are made of lists and numbers that stand for one; call it in a scope.
    """
    tensors: list[tuple[str, Any]] = []
    attributes: dict[str, Any] = {}
    known = _known_names()
    for label, value in named.items():
        if isinstance(value, list | tuple) and any(isinstance(one, Handle) for one in value):
            tensors += [(known.get(id(one), f"{label}[{n}]"), one) for n, one in enumerate(value)]
        elif isinstance(value, Handle):
            tensors.append((known.get(id(value), label), value))
        else:
            attributes[label] = value
    if not tensors and named:  # lists and numbers, which the op makes tensors of
        label = next(iter(named))
        tensors.append((label, attributes.pop(label)))
    tensors = _with_loose(tensors, attributes)
    return tuple(_operand(label, handle_of(value, op, label)) for label, value in tensors), attributes


def _with_loose(tensors: list[tuple[str, Any]], attributes: dict[str, Any]) -> list[tuple[str, Any]]:
    """The second operand of an op on two tensors may be a number or a list; it is one of the operands all the same."""
    for label in ("a", "b"):
        value = attributes.get(label)
        if isinstance(value, int | float | list) and not isinstance(value, bool):
            attributes.pop(label)
            tensors = [(label, value), *tensors] if label == "a" else [*tensors, (label, value)]
    return tensors


def _known_names() -> dict[int, str]:
    shell = notebook_shell()
    if shell is None:
        return {}
    return {id(value): name for name, value in names(shell).items() if isinstance(value, Handle)}


def _operand(label: str, tensor: Handle) -> Operand:
    return Operand(
        tuple(tensor.shape), label, read_ends(tensor.shape, lambda slices: cut(tensor, slices), EDGE, _TABLES)
    )


def _output(made: Any) -> Operand | None:
    if isinstance(made, Handle):
        return _operand("", made)
    if isinstance(made, list | tuple) and made and isinstance(made[0], Handle):
        return _operand(_("the first of {count}").format(count=len(made)), made[0])
    return None
