"""What an error holds on to. A traceback keeps the local variables of every frame that the error left.

In a notebook the last traceback lives until the next error, and with it every texture that a local variable of ours
named. The library's own frames forget theirs; the user's are none of our business.
"""

from __future__ import annotations

from contextlib import suppress

from tfnb.engine.ledger import LEDGER


def forget_locals(error: BaseException) -> None:
    """Clear the local variables of the library's frames that `error`, and the errors behind it, have left."""
    seen: set[int] = set()
    stack: list[BaseException | None] = [error]
    while stack:
        one = stack.pop()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        stack += (one.__cause__, one.__context__)
        step = one.__traceback__
        while step is not None:
            frame = step.tb_frame
            if LEDGER.files.is_own(frame.f_code.co_filename):
                with suppress(RuntimeError):  # it still runs
                    frame.clear()
            step = step.tb_next
