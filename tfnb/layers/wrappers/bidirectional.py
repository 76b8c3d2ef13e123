"""Bidirectional: a recurrent layer forwards and another one backwards (Schuster and Paliwal 1997)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Unpack

from tfnb.errors import ArgumentError
from tfnb.language import _
from tfnb.layers.base import Layer, LayerArguments
from tfnb.layers.input_spec import InputSpec
from tfnb.layers.making import layer_function
from tfnb.layers.names import NAMES
from tfnb.layers.recurrent.rnn import RNN, split_states
from tfnb.layers.symbolic import SymbolicTensor
from tfnb.layers.wrappers.wrapper import Wrapper
from tfnb.ops import arithmetic, joining

__all__ = ["Bidirectional", "bidirectional"]

MERGES: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "concat": lambda y, z: joining.concat([y, z], -1),
    "sum": arithmetic.add,
    "ave": lambda y, z: arithmetic.mul(arithmetic.add(y, z), 0.5),
    "mul": arithmetic.mul,
}


class Bidirectional(Wrapper):
    """Leads one recurrent layer forwards and another one backwards through a sequence and joins what they give.

    Both are made of the layer's arguments; their weights are their own.

    Args:
        layer: a recurrent layer, such as tf.layers.lstm(units=20).
        merge_mode: 'concat' puts the outputs one behind the other, 'sum', 'mul' and 'ave' (mean) go value by value;
            None gives both.

    Errors:
        ArgumentError: no recurrent layer, an unknown mode, or `weights` (as in TensorFlow.js).

    Example:
        >>> import tfnb as tf
        >>> layer = tf.layers.bidirectional(layer=tf.layers.lstm(units=3))
        >>> layer(tf.zeros([2, 5, 4])).shape
        (2, 6)
    """

    def __init__(self, layer: RNN, merge_mode: str | None = "concat", **base: Unpack[LayerArguments]) -> None:
        if not isinstance(layer, RNN):
            raise ArgumentError(
                _("wanted a recurrent layer, not {given!r}").format(given=layer),
                op="bidirectional",
                argument="layer",
                fix=_("such as tf.layers.lstm(units=20)"),
            )
        if merge_mode is not None and merge_mode not in MERGES:
            raise ArgumentError(
                _("wanted one of {wanted}, given {given!r}").format(wanted=", ".join(MERGES), given=merge_mode),
                op="bidirectional",
                argument="merge_mode",
            )
        if base.get("weights") is not None:
            raise ArgumentError(
                _("takes none, as in TensorFlow.js"),
                op="bidirectional",
                argument="weights",
                fix=_("call set_weights once the model is built"),
            )
        super().__init__(layer, **base)
        config = layer.get_config()
        self.forward_layer = _copy_of(layer, config, "forward")
        backwards = {**config, "go_backwards": not config["go_backwards"]}
        self.backward_layer = _copy_of(layer, backwards, "backward")
        self.merge_mode = merge_mode
        self.return_sequences, self.return_state = layer.return_sequences, layer.return_state
        self._stateful = layer.stateful
        self.supports_masking = True
        self.input_spec = list(layer.input_spec or ())

    def _inner(self) -> Sequence[Layer]:
        return (self.forward_layer, self.backward_layer)

    @property
    def trainable(self) -> bool:
        """Whether training changes the weights."""
        return self._trainable

    @trainable.setter
    def trainable(self, value: bool) -> None:
        self._trainable = value
        for layer in self._inner():
            layer.trainable = value

    def get_weights(self, trainable_only: bool = False) -> list[Any]:
        """The present values of the weights: those of the way forwards, then those of the way back."""
        return [value for layer in self._inner() for value in layer.get_weights(trainable_only)]

    def set_weights(self, weights: Sequence[Any]) -> None:
        """Give all weights new values, in the order of `get_weights`."""
        half = len(weights) // 2
        self.forward_layer.set_weights(weights[:half])
        self.backward_layer.set_weights(weights[half:])

    def build(self, input_shape: Any) -> None:
        self._builds = list(self._inner())
        for layer in (self.forward_layer, self.backward_layer):
            with NAMES.inside(layer.name):
                layer.build(input_shape)
        self.input_spec = list(self.forward_layer.input_spec or ())[:1]
        self.built = True

    def _dispose_weights(self) -> int:
        return sum(layer._dispose_weights() for layer in self._inner())

    def compute_output_shape(self, input_shape: Any) -> Any:
        found = self.forward_layer.compute_output_shape(input_shape)
        shape, states = (found[0], found[1:]) if self.return_state else (found, [])
        if self.merge_mode == "concat":
            shape = (*shape[:-1], shape[-1] * 2)
        outputs = [shape] if self.merge_mode is not None else [shape, shape]
        outputs += [*states, *states]
        return outputs if len(outputs) > 1 else outputs[0]

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        if isinstance(mask, (list, tuple)):
            mask = mask[0]
        one = mask if self.return_sequences else None
        outputs = [one] if self.merge_mode is not None else [one, one]
        if self.return_state:
            outputs += [None] * (2 * len(self.forward_layer.cell.state_sizes))
        return outputs if len(outputs) > 1 else outputs[0]

    def apply(self, inputs: Any, kwargs: Mapping[str, Any] | None = None) -> Any:
        """`Layer.apply`; `[inputs, *initial_states]` or `initial_state=` sets the states of both ways to begin with.

        Errors:
            ArgumentError: not the states of both ways.
        """
        keywords = dict(kwargs or {})
        inputs, states = split_states(inputs, keywords.pop("initial_state", None), self.name)
        if states is None:
            return super().apply(inputs, keywords)
        half = len(self.forward_layer.cell.state_sizes)
        if len(states) != 2 * half:
            raise ArgumentError(
                _("wanted {wanted} states, given {given}").format(wanted=2 * half, given=len(states)),
                op=self.name,
                argument="initial_state",
                fix=_("give those of the way forwards, then those of the way back"),
            )
        if not isinstance(states[0], SymbolicTensor):
            return super().apply(inputs, {**keywords, "initial_state": states})
        alone = self.input_spec or []
        self.input_spec = [*alone[:1], *(InputSpec(shape=one.shape) for one in states)]
        try:
            return super().apply([inputs, *states], keywords)
        finally:
            self.input_spec = self.input_spec[:1] if self.built else alone

    def check_inputs(self, values: Sequence[Any]) -> None:
        """The first input is a sequence; states may follow it."""
        if self.input_spec:
            self.input_spec[0].check(values[0], self.name, 0, len(values) > 1)

    def call(self, inputs: Any, *, training: bool = False, mask: Any = None, initial_state: Any = None) -> Any:
        inputs, states = split_states(inputs, initial_state, self.name)
        half = len(states) // 2 if states is not None else 0
        there = self.forward_layer.call(
            inputs, training=training, mask=mask, initial_state=states[:half] if states is not None else None
        )
        back = self.backward_layer.call(
            inputs, training=training, mask=mask, initial_state=states[half:] if states is not None else None
        )
        after: list[Any] = []
        if self.return_state:
            after = [*there[1:], *back[1:]]
            there, back = there[0], back[0]
        if self.return_sequences:
            back = joining.reverse(back, 1)
        if self.merge_mode is None:
            return [there, back, *after]
        output = MERGES[self.merge_mode](there, back)
        return [output, *after] if self.return_state else output

    def reset_states(self, states: Any = None) -> None:
        """Begin the next batch with zeros on both ways."""
        self.forward_layer.reset_states()
        self.backward_layer.reset_states()

    def get_config(self) -> dict[str, Any]:
        return {"merge_mode": self.merge_mode, **super().get_config()}


def _copy_of(layer: RNN, config: dict[str, Any], way: str) -> RNN:
    copy = type(layer).from_config(config)
    assert isinstance(copy, RNN)
    copy.name = f"{way}_{copy.name}"
    return copy


bidirectional = layer_function(Bidirectional, "bidirectional")
