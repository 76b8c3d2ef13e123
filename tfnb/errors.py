"""Every error that tfnb raises, in one form:

    matmul(b): inner dimensions differ: a is [2, 3], b is [2, 4]; transpose b with transpose_b=True

that is, the op, the argument, what is wrong (wanted and given), and a fix. All of them derive from `TfnbError` and from
the built-in exception that a Python programmer would expect, so `except ValueError` works too.
"""

from __future__ import annotations


class TfnbError(Exception):
    """Base of all errors of tfnb.

    Args:
        problem: what was wanted and what was given, in a person's words, already translated.
        op: the public function that raises, as the user wrote it (`"matmul"`).
        argument: the name of the argument at fault (`"b"`).
        fix: what to do instead; proposed only if it was tried or cannot fail.
    """

    def __init__(
        self, problem: str = "", *, op: str | None = None, argument: str | None = None, fix: str | None = None
    ) -> None:
        self.problem, self.op, self.argument, self.fix = problem, op, argument, fix
        super().__init__(problem)

    def __str__(self) -> str:
        where = self.op or ""
        if self.argument:
            where = f"{where}({self.argument})"
        text = f"{where}: {self.problem}" if where else self.problem
        return f"{text}; {self.fix}" if self.fix else text


class ShapeError(TfnbError, ValueError):
    """Shapes that do not fit each other, or an axis that is not there."""


class DTypeError(TfnbError, TypeError):
    """A data type that is unknown, or that this op does not take."""


class ArgumentError(TfnbError, ValueError):
    """An argument whose value is outside what the op accepts."""


class ArgumentTypeError(TfnbError, TypeError):
    """An argument of a kind that the op does not accept (a dict where a tensor is wanted, say)."""


class IndexRangeError(TfnbError, IndexError):
    """A place that is not in the tensor."""


class ImmutableError(TfnbError, TypeError):
    """An attempt to change a tensor in place."""


class DisposedError(TfnbError, RuntimeError):
    """A tensor used after it was disposed of."""


class ScopeError(TfnbError, RuntimeError):
    """`tidy` or a scope used in a way that could not free memory correctly."""


class GradientError(TfnbError, RuntimeError):
    """A gradient that was asked for and does not exist."""


class ModelFormatError(TfnbError, ValueError):
    """A model file that is damaged, is no model, or asks for what no model needs."""


class LeakError(TfnbError, AssertionError):
    """`assert_no_leaks` found tensors that outlived their scope."""


class BackendError(TfnbError, RuntimeError):
    """A backend that does not exist, or cannot be used here."""


class DeviceError(TfnbError, RuntimeError):
    """The device (OpenGL or the host's memory) could not do what was asked."""


class OutOfMemoryError(DeviceError, MemoryError):
    """The device has no memory left for this tensor."""


class TextureSizeError(DeviceError, ValueError):
    """A tensor that needs a texture larger than this device takes."""


class ShaderError(DeviceError):
    """The driver refused a program; the message carries its log and the numbered source."""


class ContextLostError(DeviceError):
    """The OpenGL context is gone; tensors that lived on it are lost."""


class ThreadError(DeviceError):
    """An OpenGL tensor used on a thread that does not own the context."""


class ForkError(DeviceError):
    """An OpenGL tensor used in a child process made by fork."""


class TrainingError(TfnbError, RuntimeError):
    """Training in an order that cannot be: before `compile`, inside another `fit`, a coroutine in a plain `fit`."""
