"""Who is alive: every handle by id, the place that made it, the bytes it stands for, and the most there ever were.

The truth is the set of live handles; all counts are worked out from it. One running total serves the peak alone (it is
set right at each survey). A finalizer only appends to `dead`; the next engine entry drains it, so that a garbage
collection at any point of any thread touches neither locks nor dictionaries that somebody walks.
"""

from __future__ import annotations

import os
from collections import deque
from itertools import count
from types import CodeType, FrameType
from typing import Any, Iterator

from tfnb.engine.handle import Disposed, End, Entry, Handle, Origin, SharedBytes, line_of
from tfnb.errors import DisposedError

_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep


class Files:
    """Which source files are the user's: those that do not lie in the package. Remembered by name."""

    __slots__ = ("users", "own")

    def __init__(self) -> None:
        self.users: set[str] = set()
        self.own: set[str] = set()

    def is_own(self, filename: str) -> bool:
        if filename in self.own:
            return True
        if filename.startswith(_PACKAGE):
            self.own.add(filename)
            return True
        self.users.add(filename)
        return False

    def users_frame(self, frame: FrameType) -> FrameType:
        """The innermost frame of the user's own code; the outermost one where all are ours."""
        own, back = self.own, frame.f_back
        while back is not None and (frame.f_code.co_filename in own or self.is_own(frame.f_code.co_filename)):
            frame, back = back, back.f_back
        return frame


class Ledger:
    """All live handles of this process."""

    __slots__ = (
        "live", "dead", "cell", "files", "next_id", "handle_class", "register", "drain", "_total", "_set_total",
        "_subtract",
    )  # fmt: skip

    def __init__(self) -> None:
        self.live: dict[int, Entry] = {}
        self.dead: deque[Entry | End] = deque()  # ended handles, and bytes that several handles shared
        self.cell = 0
        self.files = Files()
        self.next_id = count(1).__next__
        self.handle_class: type[Handle] = Handle
        self.register, self.drain, self._total, self._set_total, self._subtract = _books(self)

    @property
    def bytes(self) -> int:
        """The running total of bytes: right but for what an interrupt lost, until the next `reset_total`."""
        return int(self._total()[0])

    @property
    def peak(self) -> int:
        """The most bytes there were since the last `reset_peak`."""
        return int(self._total()[1])

    def reset_total(self, total: int) -> None:
        """Set the running total right, to what a survey of the live handles found."""
        self._set_total(total, max(total, self.peak))

    def reset_peak(self, peak: int | None = None) -> None:
        """Begin a new measurement of the peak, at the present total or at `peak`."""
        self._set_total(self.bytes, self.bytes if peak is None else peak)

    def share(self, handle: Handle) -> SharedBytes | None:
        """Let another handle name the same storage: from now on the bytes end with the last of both."""
        entry = handle.entry
        if entry.shared is None and entry.nbytes:
            if entry.id not in self.live:  # a tape kept the storage of a handle that has ended: it is in use again
                self._subtract(-entry.nbytes)
            entry.shared = SharedBytes(entry.nbytes, self.dead.append)
            entry.nbytes = 0
        return entry.shared

    def end(self, handle: Handle, frame: FrameType | None, reason: str) -> bool:
        """End a handle before Python does; False if it had ended already. Harmless when called twice."""
        entry = handle.entry
        first = not isinstance(handle.store, Disposed)
        if first:
            handle.store, handle.ndarray = self._record_of_end(frame, reason), None
        entry.shared = None
        if self.live.pop(entry.id, None) is not None:
            self._subtract(entry.nbytes)
        entry.home.pop(entry.id, None)
        return first

    def _record_of_end(self, frame: FrameType | None, reason: str) -> Disposed:
        frame = self.files.users_frame(frame) if frame is not None else None
        code: CodeType | None = frame.f_code if frame is not None else None
        return Disposed(code, frame.f_lasti if frame is not None else 0, self.cell, reason)

    def handles(self) -> Iterator[Handle]:
        """The live handles, oldest first."""
        self.drain()
        for one in list(self.live.values()):
            handle = one()
            if handle is None:
                self._forget(one)  # an interrupt took it out of `dead` before it was out of the books
            elif not isinstance(handle.store, Disposed):
                yield handle

    def _forget(self, entry: Entry) -> None:
        if self.live.pop(entry.id, None) is not None:
            self._subtract(entry.nbytes)
        entry.home.pop(entry.id, None)

    def origin(self, handle: Handle) -> Origin:
        """The cell, file and line that made this handle."""
        filename = handle.code.co_filename if handle.code is not None else "?"
        return Origin(handle.cell, filename, line_of(handle.code, handle.lasti))

    def disposed_error(self, handle: Handle, op: str | None, argument: str | None) -> DisposedError:
        assert isinstance(handle.store, Disposed)
        return handle.store.error(handle, op, argument)


def _books(ledger: Ledger) -> tuple[Any, Any, Any, Any, Any]:
    """The functions that enter new handles into the books and take dead ones out.

    They run for every tensor ever made, so what does not change is bound once, and the totals are variables of this
    function: an attribute costs four times as much.
    """
    live, dead, files, next_id, users = ledger.live, ledger.dead, ledger.files, ledger.next_id, ledger.files.users
    died, first_dead, no_longer = dead.append, dead.popleft, live.pop
    total = peak = 0

    def register(handle: Handle, nbytes: int, home: dict[int, Entry], frame: FrameType) -> Any:
        """Enter a new handle into its scope and the books, with the place in the user's code that asked for it."""
        nonlocal total, peak
        code = frame.f_code
        if code.co_filename not in users:
            frame = files.users_frame(frame)
            code = frame.f_code
        handle.code = code
        handle.lasti = frame.f_lasti
        handle.cell = ledger.cell
        handle.entry = entry = Entry(handle, died)
        entry.shared = None
        entry.nbytes = nbytes
        entry.home = home
        entry.id = number = next_id()
        live[number] = home[number] = entry
        while dead:  # as `drain`, without its call
            try:
                ended = first_dead()
                if ended.__class__ is not Entry or no_longer(ended.id, None) is not None:
                    total -= ended.nbytes
                if ended.__class__ is Entry:
                    ended.home.pop(ended.id, None)
            except (IndexError, AttributeError):
                continue
        total += nbytes
        if total > peak:
            peak = total
        return handle

    def drain() -> None:
        """Take the handles that have died since the last call out of the books."""
        nonlocal total
        while dead:
            try:
                ended = first_dead()
            except IndexError:  # another thread was quicker
                return
            try:
                if ended.__class__ is not Entry or no_longer(ended.id, None) is not None:
                    total -= ended.nbytes
                if ended.__class__ is Entry:
                    ended.home.pop(ended.id, None)
            except AttributeError:  # an interrupt came before it was wholly in the books
                continue

    def totals() -> tuple[int, int]:
        return total, peak

    def set_totals(new_total: int, new_peak: int) -> None:
        nonlocal total, peak
        total, peak = new_total, new_peak

    def subtract(nbytes: int) -> None:
        nonlocal total
        total -= nbytes

    return register, drain, totals, set_totals, subtract


LEDGER = Ledger()


def size_in_bytes(handle: Handle) -> int:
    """Bytes of the storage that a tensor names, whether or not others name it too."""
    shared = handle.entry.shared
    return shared.nbytes if shared is not None else handle.entry.nbytes
