"""The tape: which ops led from the tensors that somebody asks about to a result, and the way back through them.

While a tape is open in a thread or task, each op of it whose inputs are watched adds a step, and its output is watched
from then on. A step keeps what the gradient functions of its kernel name, and nothing else. It keeps storage, not
handles (`Handle`s of its own that stand in no scope and in no books): what a tidy ends meanwhile stays readable here.

The steps are recorded before anything is fused. The way back is made of ordinary ops, which pending work fuses like any
others, and which an outer tape records: so there are gradients of any order.
"""

from __future__ import annotations

import functools
from typing import Any, Callable, Iterable, Sequence

from tfnb.engine.handle import Handle
from tfnb.engine.ledger import LEDGER
from tfnb.engine.pending import Pending
from tfnb.engine.placement import ENGINE
from tfnb.engine.scope import Context, current
from tfnb.errors import GradientError
from tfnb.kernels.expression import Scalar
from tfnb.kernels.record import Elementwise, Kernel, named
from tfnb.language import _
from tfnb.shapes import Shape, size_of

_new = object.__new__
Way = Callable[[list[Any], Sequence[bool]], Sequence[Any]]


class Step:
    """One op on the tape.

    Attributes:
        op: its name, for messages. inputs: ids of its inputs, 0 where nobody asks. shapes: the inputs' shapes.
        outputs: ids of its results, 0 for one that was not wanted. back: from the outputs' gradients (None where there
        is none), and which inputs are asked about, to the inputs' gradients. kept: handles of the values that it holds.
        nbytes: bytes that it holds beside them.
    """

    __slots__ = ("op", "inputs", "shapes", "outputs", "back", "kept", "nbytes")

    def __init__(
        self,
        op: str,
        inputs: tuple[int, ...],
        shapes: tuple[Shape, ...],
        outputs: tuple[int, ...],
        back: Way,
        kept: tuple[Any, ...],
        nbytes: int = 0,
    ) -> None:
        self.op, self.inputs, self.shapes, self.outputs = op, inputs, shapes, outputs
        self.back, self.kept, self.nbytes = back, kept, nbytes


class Tape:
    """What led from some tensors to a result. Open within `with`; `gradients` then goes back.

    Args:
        asked: the tensors whose gradients will be asked for.
    """

    __slots__ = ("watched", "steps", "outer", "context", "is_open", "__weakref__")

    def __init__(self, asked: Iterable[Handle]) -> None:
        self.watched = {handle.entry.id for handle in asked}
        self.steps: list[Step] = []
        self.outer: Tape | None = None
        self.context: Context | None = None
        self.is_open = False

    def __enter__(self) -> Tape:
        context = self.context = current()
        self.outer = context.tape
        self.is_open = True
        context.tape = self
        ENGINE.tape_opened(self)
        return self

    def __exit__(self, *error: Any) -> None:
        try:
            self._close()
        except BaseException:  # an interrupt in the middle: closing twice is harmless
            self._close()
            raise

    def _close(self) -> None:
        self.is_open = False
        if self.context is not None and self.context.tape is self:
            self.context.tape = self.outer
        ENGINE.tape_closed()

    def forget(self) -> None:
        """Let go of all that is kept."""
        self.steps.clear()
        ENGINE.tape_ended(self)

    def gradients(self, ends: Sequence[tuple[Handle, Any]], asked: Sequence[Handle]) -> list[Any]:
        """Go back: the gradient for each tensor asked for, None where nothing led from it to an end.

        Args:
            ends: results with the gradients given for them. asked: tensors that were watched.
        """
        slopes: dict[int, Any] = {}
        for result, slope in ends:
            _add(slopes, result.entry.id, slope)
        steps = self.steps
        while steps:
            step = steps.pop()
            dys = [slopes.pop(output, None) if output else None for output in step.outputs]
            if all(dy is None for dy in dys):
                continue
            for number, shape, slope in zip(step.inputs, step.shapes, step.back(dys, [*map(bool, step.inputs)])):
                if number and slope is not None:
                    _add(slopes, number, slope if slope.shape == shape else _fitted(slope, shape))
        return [slopes.get(handle.entry.id) for handle in asked]


def _add(slopes: dict[int, Any], number: int, slope: Any) -> None:
    known = slopes.get(number)
    slopes[number] = slope if known is None else known + slope


def _fitted(slope: Any, shape: Shape) -> Any:
    """The sum over the axes along which an input was repeated."""
    if size_of(slope.shape) != size_of(shape):
        more = len(slope.shape) - len(shape)
        own = (1,) * more + shape
        axes = [axis for axis, (n, full) in enumerate(zip(own, slope.shape)) if n != full]
        slope = slope.sum(axes[0] if len(axes) == 1 else axes)
    return slope if slope.shape == shape else slope.reshape(shape)


def kept(handle: Handle) -> Any:
    """A handle on the same storage in no scope and in no books: it ends with what holds it, whatever is disposed of."""
    view = _new(LEDGER.handle_class)
    view.ndarray, view.store, view.shape, view.dtype = handle.ndarray, handle.store, handle.shape, handle.dtype
    view.code, view.lasti, view.cell = handle.code, handle.lasti, handle.cell
    view.entry = handle.entry
    if view.store.__class__ is Pending:
        view.store.held_by(view)
    return view


def record(kernel: Elementwise | Kernel, inputs: Sequence[Any], output: Handle, numbers: dict[str, Any]) -> None:
    """Put an op on every open tape of this thread or task that watches one of its inputs.

    Args:
        inputs: handles and scalars. numbers: the kernel's scalars or attributes by name.
    """
    tape: Tape | None = current().tape
    while tape is not None:
        watched = tape.watched
        ids = tuple([0 if value.__class__ is Scalar else value.entry.id for value in inputs])
        if not watched.isdisjoint(ids):
            made = output.entry.id
            watched.add(made)
            asked = tuple([number if number in watched else 0 for number in ids])
            shapes = tuple([() if value.__class__ is Scalar else _shape_of(value) for value in inputs])
            back = _WayBack(kernel, inputs, asked, output, numbers)
            tape.steps.append(Step(kernel.name, asked, shapes, (made,), back, back.held))
        tape = tape.outer


def record_step(
    op: str, inputs: Sequence[Any], outputs: Sequence[Any], back: Way, held: tuple[Any, ...], nbytes: int = 0
) -> None:
    """Put a step with a way back of its own on the open tapes that watch one of the inputs."""
    tape: Tape | None = current().tape
    while tape is not None:
        numbers = tuple(one.entry.id if one is not None and one.entry.id in tape.watched else 0 for one in inputs)
        if any(numbers):
            ids = tuple(0 if output is None else output.entry.id for output in outputs)
            tape.watched.update(filter(None, ids))
            shapes = tuple(() if one is None else _shape_of(one) for one in inputs)
            tape.steps.append(Step(op, numbers, shapes, ids, back, held, nbytes))
        tape = tape.outer


def is_watched(inputs: Sequence[Any]) -> bool:
    """Whether an open tape of this thread or task watches one of these tensors."""
    tape: Tape | None = current().tape
    while tape is not None:
        if any(one is not None and one.entry.id in tape.watched for one in inputs):
            return True
        tape = tape.outer
    return False


class _WayBack:
    """From the gradient of a kernel's output to those of its inputs, with the values that its functions name."""

    __slots__ = ("kernel", "calls", "held")

    def __init__(
        self, kernel: Elementwise | Kernel, inputs: Sequence[Any], asked: Sequence[int], output: Handle, numbers: Any
    ) -> None:
        self.kernel = kernel
        self.calls: list[tuple[Callable[..., Any], list[Any]] | None] = []
        held: list[Any] = []
        gradient = kernel.gradient
        functions = gradient if isinstance(gradient, tuple) else (gradient,)
        is_asked = asked if isinstance(gradient, tuple) else (True,)
        for number, function in zip(is_asked, functions):
            if number and function is not None:
                self.calls.append((function, self._values(function, inputs, output, numbers, held)))
            else:
                self.calls.append(None)
        self.held = tuple(held)

    def _values(
        self, function: Any, inputs: Sequence[Any], output: Handle, numbers: dict[str, Any], held: list[Any]
    ) -> list[Any]:
        """What a gradient function is called with after `dy`."""
        values = []
        for kind, name in _needs(function, self.kernel.inputs):
            if kind is _NUMBER:
                value: Any = numbers[name]
            elif kind is _SHAPES:
                value = tuple([one.shape for one in inputs])
            else:
                source = output if kind is _OUTPUT else inputs[name]
                if kind is _SHAPE:
                    value = source.shape
                elif source.__class__ is Scalar:
                    value = source.value
                else:
                    value = kept(source)
                    held.append(value)
            values.append(value)
        return values

    def __call__(self, dys: list[Any], _asked: Sequence[bool]) -> Sequence[Any]:
        if self.kernel.gradient is None:
            raise no_gradient(self.kernel.name)
        slopes = [None if call is None else call[0](dys[0], *call[1]) for call in self.calls]
        return slopes[0] if slopes[0].__class__ is tuple else slopes


_OUTPUT, _INPUT, _SHAPE, _SHAPES, _NUMBER = range(5)


@functools.cache
def _needs(function: Callable[..., Any], inputs: tuple[str, ...]) -> tuple[tuple[int, Any], ...]:
    """What the parameters of a gradient function after `dy` are: of which kind, and which input or number."""
    needs: list[tuple[int, Any]] = []
    for name in named(function)[1:]:
        if name == "y":
            needs.append((_OUTPUT, None))
        elif name == "shapes":
            needs.append((_SHAPES, None))
        elif name in inputs:
            needs.append((_INPUT, inputs.index(name)))
        elif name.endswith("_shape") and name[:-6] in inputs:
            needs.append((_SHAPE, inputs.index(name[:-6])))
        else:
            needs.append((_NUMBER, name))
    return tuple(needs)


def _shape_of(handle: Handle) -> Shape:
    """The shape of the tensor that an input is, or is a view of."""
    original = handle.entry()
    return handle.shape if original is None else original.shape


def no_gradient(op: str) -> GradientError:
    """The error for an op that no gradient passes through."""
    return GradientError(
        _("{op} has no gradient, and the result depends on it").format(op=op),
        op=op,
        fix=_("take what needs no gradient out of the function, or give one with tf.custom_grad"),
    )
