"""Who is alive: every handle by id, the place that made it, the bytes it stands for, and the most there ever were.

The truth is the set of live handles; all counts are worked out from it. One running total serves the peak alone (it is set
right at each survey). A finalizer only appends to `dead`; the next engine entry drains it, so that a garbage collection at
any point of any thread touches neither locks nor dictionaries that somebody walks.
"""

from __future__ import annotations

import os
from collections import deque
from itertools import count
from types import CodeType, FrameType
from typing import Any, Iterator
from weakref import ref

from tfnb.engine.handle import Disposed, Handle, Origin, SharedBytes, line_of
from tfnb.errors import DisposedError

_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep


class _Internal(dict[str, bool]):
    """Whether a source file is the library's own, remembered by its name."""

    def __missing__(self, filename: str) -> bool:
        own = filename.startswith(_PACKAGE)
        self[filename] = own
        return own


class Ledger:
    """All live handles of this process."""

    __slots__ = ("live", "dead", "bytes", "peak", "cell", "made", "internal", "next_id", "handle_class")

    def __init__(self) -> None:
        self.live: dict[int, ref[Handle]] = {}
        self.dead: deque[tuple[int | None, dict[int, Any] | None, int]] = deque()
        self.bytes = 0
        self.peak = 0
        self.cell = 0
        self.made = 0
        self.internal = _Internal()
        self.next_id = count(1).__next__
        self.handle_class: type[Handle] = Handle

    def drain(self) -> None:
        """Take the handles that have died since the last call out of the books."""
        dead, live = self.dead, self.live
        while dead:
            try:
                number, home, nbytes = dead.popleft()
            except IndexError:  # another thread was quicker
                return
            if number is None:
                self.bytes -= nbytes
            elif live.pop(number, None) is not None:
                self.bytes -= nbytes
                if home is not None:
                    home.pop(number, None)

    def register(self, handle: Handle, home: dict[int, Any], frame: FrameType) -> Handle:
        """Enter a new handle into its scope and into the books, with the place in the user's code that asked for it."""
        code = frame.f_code
        internal = self.internal
        while internal[code.co_filename]:
            back = frame.f_back
            if back is None:
                break
            frame = back
            code = frame.f_code
        handle.code = code
        handle.lasti = frame.f_lasti
        handle.cell = self.cell
        handle.home = home
        handle.id = number = self.next_id()
        self.live[number] = home[number] = ref(handle)
        if self.dead:
            self.drain()
        self.bytes = total = self.bytes + handle.nbytes
        if total > self.peak:
            self.peak = total
        return handle

    def share(self, handle: Handle) -> SharedBytes | None:
        """Let another handle name the same storage: from now on the bytes end with the last of both."""
        if handle.shared is None and handle.nbytes:
            handle.shared = SharedBytes(handle.nbytes, self.dead.append)
            handle.nbytes = 0
        return handle.shared

    def end(self, handle: Handle, frame: FrameType | None, reason: str) -> bool:
        """End a handle before Python does; False if it had ended already. Harmless when called twice."""
        if isinstance(handle.store, Disposed):
            self.live.pop(handle.id, None)
            handle.home.pop(handle.id, None)
            return False
        nbytes = handle.nbytes
        handle.store, handle.array = self._record_of_end(frame, reason), None
        handle.shared, handle.nbytes = None, 0
        if self.live.pop(handle.id, None) is not None:
            self.bytes -= nbytes
        handle.home.pop(handle.id, None)
        return True

    def _record_of_end(self, frame: FrameType | None, reason: str) -> Disposed:
        while frame is not None and self.internal[frame.f_code.co_filename] and frame.f_back is not None:
            frame = frame.f_back
        code: CodeType | None = frame.f_code if frame is not None else None
        return Disposed(code, frame.f_lasti if frame is not None else 0, self.cell, reason)

    def handles(self) -> Iterator[Handle]:
        """The live handles, oldest first."""
        self.drain()
        for one in list(self.live.values()):
            handle = one()
            if handle is not None and not isinstance(handle.store, Disposed):
                yield handle

    def origin(self, handle: Handle) -> Origin:
        """The cell, file and line that made this handle."""
        filename = handle.code.co_filename if handle.code is not None else "?"
        return Origin(handle.cell, filename, line_of(handle.code, handle.lasti))

    def disposed_error(self, handle: Handle, op: str | None, argument: str | None) -> DisposedError:
        assert isinstance(handle.store, Disposed)
        return handle.store.error(handle, op, argument)


LEDGER = Ledger()
