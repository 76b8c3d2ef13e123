"""A handle: what a user holds of a tensor. It names its storage; it never is the storage.

Storage is a NumPy array on the host, a counted texture on OpenGL, or a pending expression. Handles live and end by
scopes,
`dispose` and Python's references; storage lives as long as anything (a handle, a pending expression, a tape) refers to
it.
"""

from __future__ import annotations

from types import CodeType
from typing import Any, Callable, Final
from weakref import ref

from tfnb.errors import DisposedError
from tfnb.language import _


class Handle:
    """The fields of a tensor that the engine works with; `tensor.Tensor` adds what a user calls.

    `ndarray` is the NumPy array if the value is on the host and known; None sends every caller to the slow path, where
    `store` says what there is instead: a texture, a pending expression, or the record of its disposal.
    """

    __slots__ = ("ndarray", "store", "shape", "dtype", "entry", "code", "lasti", "cell", "__weakref__")

    ndarray: Any
    store: Any
    shape: tuple[int, ...]
    dtype: str
    entry: Entry
    code: CodeType | None
    lasti: int
    cell: int

    @property
    def id(self) -> int:
        """A number of its own in this process."""
        return self.entry.id


class Entry(ref[Handle]):
    """The books' line on a handle: a weak reference that outlives it, and what must be known of it then.

    It is its own finalizer's message: at the handle's death Python appends it to the ledger's `dead`, in C, with no
    code of ours in between.
    """

    __slots__ = ("id", "home", "nbytes", "shared")

    id: int
    home: dict[int, Entry]  # the entries of its scope by id, this one among them
    nbytes: int  # bytes that end with the handle; 0 where `shared` holds them
    shared: SharedBytes | None


class SharedBytes:
    """Bytes of one buffer that several handles name; they end with the last of them.

    As with a handle, the end announces itself in C: an interrupt that came in a `__del__` would be lost.
    """

    __slots__ = ("nbytes", "end", "__weakref__")

    def __init__(self, nbytes: int, ended: Callable[[Any], None]) -> None:
        self.nbytes = nbytes
        self.end = End(self, ended)
        self.end.nbytes = nbytes


class End(ref[SharedBytes]):
    """The message that shared bytes have ended, appended to the ledger's `dead`."""

    __slots__ = ("nbytes",)

    nbytes: int


class Origin:
    """A place in the user's code: the cell (0 outside a notebook), the file and the line."""

    __slots__ = ("cell", "filename", "line")

    def __init__(self, cell: int, filename: str, line: int | None) -> None:
        self.cell, self.filename, self.line = cell, filename, line

    def __str__(self) -> str:
        if self.cell:
            return _("cell [{cell}], line {line}").format(cell=self.cell, line=self.line)
        return _("{filename}, line {line}").format(filename=self.filename.rsplit("/", 1)[-1], line=self.line)


def line_of(code: CodeType | None, lasti: int) -> int | None:
    """The line number of an instruction, worked out only when somebody asks."""
    if code is None:
        return None
    for start, end, line in code.co_lines():
        if start <= lasti < end:
            return line
    return code.co_firstlineno


# The reason of all that the end of a notebook's cell takes.
CELL_ENDED: Final = "its cell ended"


class Disposed:
    """What is left of a handle whose tensor was disposed of: where, and by whom."""

    __slots__ = ("code", "lasti", "cell", "reason")

    def __init__(self, code: CodeType | None, lasti: int, cell: int, reason: str) -> None:
        self.code, self.lasti, self.cell, self.reason = code, lasti, cell, reason

    @property
    def origin(self) -> Origin:
        return Origin(self.cell, self.code.co_filename if self.code else "?", line_of(self.code, self.lasti))

    @property
    def place(self) -> str:
        """Where the end was, in words that follow "disposed of": a line, or the end of a cell, which is no line."""
        if self.reason == CELL_ENDED and self.cell:
            return _("at the end of cell [{cell}]").format(cell=self.cell)
        return _("in {origin}").format(origin=self.origin)

    @property
    def fix(self) -> str:
        """How the reader has the tensor next time: what would have saved it depends on what ended it."""
        if self.reason == CELL_ENDED:
            return _("make it again, or name it in %%tidy --keep")
        if "tidy" in self.reason:
            return _("return it from the tidy, or keep it with tf.keep(…), or make it again")
        if "scope" in self.reason:
            return _("keep it with tf.keep(…), or make it again")
        return _("make it again")

    def error(self, handle: Handle, op: str | None, argument: str | None) -> DisposedError:
        """The error for a use of `handle` after its disposal, naming both places and the way out."""
        made = Origin(handle.cell, handle.code.co_filename if handle.code else "?", line_of(handle.code, handle.lasti))
        return DisposedError(
            _("the tensor of shape {shape}, made in {made}, was disposed of {ended} ({reason})").format(
                shape=list(handle.shape),
                made=made,
                ended=self.place,
                reason=_(self.reason),
            ),
            op=op,
            argument=argument,
            fix=self.fix,
        )
