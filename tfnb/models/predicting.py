"""Predictions: what a model says of samples, all at once or some at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from tfnb.engine.handle import Handle
from tfnb.engine.tidy import tidy
from tfnb.errors import ArgumentError
from tfnb.language import _
from tfnb.models.feeding import by_name
from tfnb.models.preparing import check_batch_size
from tfnb.ops.conversion import cast
from tfnb.ops.convert import handle_of
from tfnb.ops.joining import concat
from tfnb.ops.slicing import slice as slice_op


class Predicting:
    """What a model that can be asked has; it says itself what it computes (`call_functional`)."""

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...

    def predict(self, x: Any, batch_size: int = 32, verbose: bool = False) -> Any:
        """What the model says of samples.

        Args:
            x: inputs, one sample along the first axis; for several inputs a list or a dict by the inputs' names.
            batch_size: samples at a time.
            verbose: without an effect.

        Returns:
            A tensor with a row per sample; for several outputs a list of them.

        Errors:
            ShapeError: samples of another shape than the model's. ArgumentError: no samples.

        Example:
            >>> import tfnb as tf
            >>> model = tf.sequential([tf.layers.dense(units=1, input_shape=[2], kernel_initializer="ones")])
            >>> model.predict(tf.tensor([[1, 2], [3, 4]])).array_sync()
            [[3.0], [7.0]]
        """
        if batch_size.__class__ is not int or batch_size < 1:
            check_batch_size(batch_size, "predict")

        def work() -> Any:
            inputs = self._inputs_of(x, "predict")
            if inputs[0].shape[0] <= batch_size:
                outputs = self.call_functional(inputs, False)
            else:
                outputs = self._in_batches(inputs, batch_size)
            return outputs[0] if len(outputs) == 1 else outputs

        return tidy(work)

    def predict_on_batch(self, x: Any) -> Any:
        """What the model says of samples, all at once.

        Args:
            x: as in `predict`.

        Returns:
            as `predict`.
        """

        def work() -> Any:
            outputs = self.call_functional(self._inputs_of(x, "predict_on_batch"), False)
            return outputs[0] if len(outputs) == 1 else outputs

        return tidy(work)

    def _inputs_of(self, x: Any, op: str) -> list[Any]:
        """Tensors for the model's inputs, of their data types."""
        inputs: Sequence[Any] = self.inputs
        if isinstance(x, Handle) and len(inputs) == 1:
            given = [x]
        else:
            names: list[str] = self.input_names
            given = [handle_of(one, op, "x") for one in by_name(x, names, op, "x")]
        found = []
        for one, wanted in zip(given, inputs):
            if not one.shape or len(one.shape) < 2:
                one = _with_axes(one, op)
            if not one.shape[0]:
                raise ArgumentError(_("there are no samples"), op=op, argument="x")
            found.append(one if one.dtype == wanted.dtype or wanted.dtype is None else cast(one, wanted.dtype))
        return found

    def _in_batches(self, inputs: list[Any], batch_size: int) -> list[Any]:
        samples = inputs[0].shape[0]
        parts: list[list[Any]] = []
        for begin in range(0, samples, batch_size):
            rows = min(batch_size, samples - begin)

            def work(begin: int = begin, rows: int = rows) -> list[Any]:
                cut = [slice_op(one, [begin, *[0] * (len(one.shape) - 1)], [rows, *one.shape[1:]]) for one in inputs]
                outputs: list[Any] = self.call_functional(cut, False)
                return outputs

            parts.append(tidy(work))
        return [concat([part[place] for part in parts], 0) for place in range(len(parts[0]))]


def _with_axes(tensor: Any, op: str) -> Any:
    """A row of numbers as samples of one number each."""
    if not tensor.shape:
        raise ArgumentError(
            _("wanted samples along the first axis, given a single number"),
            op=op,
            argument="x",
            fix=_("put it into a list: [[1]] is one sample of one number"),
        )
    return tensor.reshape([tensor.shape[0], 1])
