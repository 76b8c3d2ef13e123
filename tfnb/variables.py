"""Variables: tensors whose value can be replaced (section Tensors / Creation: `variable`).

A variable is a tensor, so every op takes it on the quick path. `assign` never writes into memory: the variable names
the new value's storage from then on, and whoever holds the old value keeps it. It belongs to no tidy.
"""

from __future__ import annotations

import sys
from itertools import count
from typing import Any
from weakref import ref

from tfnb import dtypes, shapes
from tfnb.engine.ledger import LEDGER
from tfnb.engine.pending import Pending
from tfnb.engine.run import check_alive, settle, upload
from tfnb.engine.scope import current
from tfnb.errors import ArgumentError, ArgumentTypeError, DTypeError, ShapeError
from tfnb.language import _
from tfnb.ops import arithmetic
from tfnb.ops.conversion import cast
from tfnb.ops.convert import handle_of
from tfnb.ops.exchange import reduce_ex, values_of
from tfnb.tensors import Tensor

_new = object.__new__


class Variables:
    """The variables that are alive, by name. It holds none of them alive."""

    __slots__ = ("_named", "_next")

    def __init__(self) -> None:
        self._named: dict[str, ref[Variable]] = {}
        self._next = count().__next__

    def find(self, name: str) -> Variable | None:
        """The living variable of that name."""
        known = self._named.get(name)
        variable = known() if known is not None else None
        return None if variable is None or variable.is_disposed else variable

    def live(self) -> list[Variable]:
        """All living variables, oldest first."""
        found = [self.find(name) for name in list(self._named)]
        return [variable for variable in found if variable is not None]

    def unused_name(self, wanted: str | None) -> str:
        """`wanted`, or `variable_<n>`; an error where a living variable has that name.

        A notebook's cell that runs again makes its variable again: then the new one takes the name over.
        """
        if wanted is None:
            while self.find(name := f"variable_{self._next()}") is not None:
                pass
            return name
        other = self.find(wanted)
        if other is not None and other.cell == LEDGER.cell:
            raise ArgumentError(
                _("there is a variable {name!r} already, made in {origin}").format(name=wanted, origin=other.origin),
                op="variable",
                argument="name",
                fix=_("dispose of it first, or give another name"),
            )
        return wanted

    def enter(self, variable: Variable) -> None:
        if len(self._named) > 64 and len(self._named) > 2 * len(living := self.live()):
            self._named = {one.name: ref(one) for one in living}
        self._named.pop(variable.name, None)
        self._named[variable.name] = ref(variable)


VARIABLES = Variables()


class Variable(Tensor):
    """A tensor whose value can be replaced by `assign`. Made by `tf.variable`.

    Attributes:
        name: a name of its own among the living variables. trainable: whether optimizers change it.
    """

    __slots__ = ("name", "trainable")
    # The quick path of every op asks for exactly this class; `type(v)` and `isinstance` tell the truth.
    __class__ = Tensor  # type: ignore[assignment]

    name: str
    trainable: bool

    def __new__(
        cls, initial_value: Any, trainable: bool = True, name: str | None = None, dtype: Any = None
    ) -> Variable:
        return made_variable(initial_value, trainable, name, dtype, sys._getframe(1))

    @property
    def _kind(self) -> str:
        return f"tf.Variable {self.name!r}"

    def assign(self, new_value: Any) -> None:
        """Replace the value.

        Args:
            new_value: a tensor of the variable's shape and data type, or numbers that make one.

        Errors:
            ShapeError: another shape. DTypeError: another data type.

        Example:
            >>> import tfnb as tf
            >>> v = tf.variable(tf.zeros([2]))
            >>> v.assign([1, 2])
            >>> v.array_sync()
            [1.0, 2.0]
        """
        check_alive(self, "assign", None)
        self._take(_fitting(self, new_value, "assign", "new_value"))

    def assign_add(self, value: Any) -> None:
        """Add to the value: `v.assign(v.add(value))`.

        Args:
            value: of the variable's data type, and of its shape or one that repeats to it.

        Errors:
            ShapeError: the sum would have another shape. DTypeError: another data type.

        Example:
            >>> import tfnb as tf
            >>> v = tf.variable([1, 2])
            >>> v.assign_add(10)
            >>> v.array_sync()
            [11.0, 12.0]
        """
        check_alive(self, "assign_add", None)
        self._take(arithmetic.add(self, _fitting(self, value, "assign_add", "value", repeats=True)))

    def assign_sub(self, value: Any) -> None:
        """Subtract from the value: `v.assign(v.sub(value))`.

        Args:
            value: of the variable's data type, and of its shape or one that repeats to it.

        Errors:
            ShapeError: the difference would have another shape. DTypeError: another data type.
        """
        check_alive(self, "assign_sub", None)
        self._take(arithmetic.sub(self, _fitting(self, value, "assign_sub", "value", repeats=True)))

    def __iadd__(self, value: Any) -> Variable:
        self.assign_add(value)
        return self

    def __isub__(self, value: Any) -> Variable:
        self.assign_sub(value)
        return self

    def _take(self, value: Any) -> None:
        """Name another tensor's storage from now on; its bytes end with the last that names it."""
        settle(value)
        shared = LEDGER.share(value)
        entry = self.entry
        self.ndarray, self.store = value.ndarray, value.store
        entry.shared = shared
        if self.store.__class__ is Pending:
            self.store.held_by(self)

    def __reduce_ex__(self, protocol: Any) -> tuple[Any, ...]:
        _tensor, parts = reduce_ex(self, protocol)
        return _restored, (*parts, self.trainable, self.name)

    def __copy__(self) -> Variable:
        return made_variable(self, self.trainable, free_name(self.name), None, sys._getframe(1))

    def __deepcopy__(self, memo: dict[int, Any]) -> Variable:
        other = memo[id(self)] = made_variable(self, self.trainable, free_name(self.name), None, sys._getframe(1))
        return other


def free_name(name: str) -> str:
    """`name` if no living variable has it, else it with a number."""
    found, numbers = name, count(1)
    while VARIABLES.find(found) is not None:
        found = f"{name}_{next(numbers)}"
    return found


def _restored(data: Any, shape: shapes.Shape, dtype: str, trainable: bool, name: str) -> Variable:
    frame = sys._getframe(1)
    value = upload(values_of(data, shape, dtype), tuple(shape), dtype, frame)
    return made_variable(value, trainable, free_name(name), None, frame)


def _fitting(variable: Variable, value: Any, op: str, argument: str, repeats: bool = False) -> Any:
    """A value that the variable can take (or be added), as a tensor."""
    if variable.dtype == "int32" and isinstance(value, float) and not value.is_integer():
        raise DTypeError(
            _("wanted {wanted}, given {given}").format(wanted="int32", given=value), op=op, argument=argument
        )
    tensor = handle_of(value, op, argument, variable.dtype)
    check_alive(tensor, op, argument)
    if tensor.dtype != variable.dtype:
        raise DTypeError(
            _("the variable {name!r} is {wanted}, the value is {given}").format(
                name=variable.name, wanted=variable.dtype, given=tensor.dtype
            ),
            op=op,
            argument=argument,
            fix=_("convert with cast('{dtype}')").format(dtype=variable.dtype),
        )
    met = shapes.broadcast(op, variable.shape, tensor.shape, ("variable", argument)) if repeats else tensor.shape
    if met != variable.shape:
        raise ShapeError(
            _("the variable {name!r} has shape {wanted}, the value {given}").format(
                name=variable.name, wanted=shapes.text(variable.shape), given=shapes.text(tensor.shape)
            ),
            op=op,
            argument=argument,
            fix=_("give it exactly {wanted}").format(wanted=shapes.text(variable.shape)),
        )
    return tensor


def made_variable(
    initial_value: Any, trainable: bool, name: str | None, dtype: Any, frame: Any, of: type[Variable] = Variable
) -> Variable:
    if name is not None and not isinstance(name, str):
        raise ArgumentTypeError(_("a name is a text, not {given!r}").format(given=name), op="variable", argument="name")
    kind = None if dtype is None else dtypes.canonical(dtype, "variable")
    value = handle_of(initial_value, "variable", "initial_value", kind)
    check_alive(value, "variable", "initial_value")
    if kind is not None and value.dtype != kind:
        value = cast(value, kind)
    chosen = VARIABLES.unused_name(name)
    variable = _new(of)
    variable.name, variable.trainable = chosen, bool(trainable)
    variable.shape, variable.dtype, variable.ndarray, variable.store = value.shape, value.dtype, None, None
    LEDGER.register(variable, 0, current().root, frame)
    variable._take(value)
    VARIABLES.enter(variable)
    return variable


def variable(initial_value: Any, trainable: bool = True, name: str | None = None, dtype: Any = None) -> Variable:
    """A tensor whose value can be replaced. It survives every tidy; `dispose` ends it.

    Args:
        initial_value: the first value, a tensor or what makes one.
        trainable: whether optimizers change it.
        name: a name of its own; left out, it gets one.
        dtype: its data type; left out, that of the value.

    Errors:
        ArgumentError: a living variable has that name. DTypeError: a value that has no such type.

    Example:
        >>> import tfnb as tf
        >>> weights = tf.variable(tf.ones([2]))
        >>> weights.assign(weights.mul(3))
        >>> weights.array_sync()
        [3.0, 3.0]
    """
    return made_variable(initial_value, trainable, name, dtype, sys._getframe(1))


def dispose_variables() -> None:
    """End all variables.

    Example:
        >>> import tfnb as tf
        >>> v = tf.variable(1)
        >>> tf.dispose_variables()
        >>> v.is_disposed
        True
    """
    frame = sys._getframe(1)
    for one in VARIABLES.live():
        LEDGER.end(one, frame, "dispose_variables")
