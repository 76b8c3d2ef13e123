"""The picture of a shape error: what the reader gave to the op with the clash marked, or the model up to the break."""

from __future__ import annotations

import inspect
import types
from typing import Any, Mapping

from tfnb.engine.tidy import scope
from tfnb.errors import ShapeError
from tfnb.notebook.model_bundle import figure_of_broken_model
from tfnb.notebook.owners import is_users_file
from tfnb.notebook.show import operands_of
from tfnb.picture.op_broadcast import meet
from tfnb.picture.op_call import OpCall
from tfnb.picture.op_diagram import op_figure
from tfnb.picture.parts import Figure


def error_figure(error: BaseException | None) -> Figure | None:
    """The picture of a shape error; None where a picture would add nothing to its words.

    Args:
        error: what a cell raised.
    """
    if not isinstance(error, ShapeError) or error.op is None:
        return None
    try:
        broken = figure_of_broken_model(error)
        if broken is not None:
            return broken
        with scope():
            inputs, attributes = operands_of(error.op, _given(error))
            call = OpCall(error.op, inputs, None, attributes)
            return op_figure(call) if _clashes(call) else None
    except Exception:  # the error itself has been shown; its picture is a gift
        return None


def _given(error: BaseException) -> Mapping[str, Any]:
    """The arguments of the op: those of the first function of ours behind the reader's last line."""
    found: types.FrameType | None = None
    trace, users = error.__traceback__, False
    while trace is not None:
        own = not is_users_file(trace.tb_frame.f_code.co_filename)
        if own and users:
            found = trace.tb_frame
        users = not own
        trace = trace.tb_next
    if found is None:
        return {}
    shown = inspect.getargvalues(found)
    return {name: shown.locals[name] for name in shown.args if name in shown.locals}


def _clashes(call: OpCall) -> bool:
    shapes = [operand.shape for operand in call.inputs]
    if len(shapes) < 2:
        return False
    if call.op == "assign":
        return shapes[0] != shapes[1]
    if call.op in ("matmul", "dot"):
        return min(map(len, shapes)) >= 1
    return call.op.startswith(("concat", "stack")) or bool(meet(shapes)[1])
