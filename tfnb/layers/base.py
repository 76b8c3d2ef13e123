"""What a layer is: weights, a computation, and calls on symbolic tensors that build a graph."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any, ClassVar, TypedDict

from tfnb import dtypes
from tfnb.engine.handle import Handle
from tfnb.engine.ledger import LEDGER
from tfnb.errors import ArgumentError, ArgumentTypeError, DisposedError
from tfnb.language import _
from tfnb.layers.input_spec import InputSpec
from tfnb.layers.names import NAMES, checked_name, layer_name
from tfnb.layers.placed import Placed, one_or_list
from tfnb.layers.symbolic import Node, PartialShape, SymbolicTensor, partial_shape
from tfnb.layers.weighted import Weighted
from tfnb.ops.convert import handle_of
from tfnb.regularizers import Regularizer
from tfnb.serialization.construction import keywords_of

_next_id = count().__next__
_USUAL = ("training", "mask")  # arguments that a layer's `call` need not take


@dataclass(frozen=True, slots=True)
class DisposeResult:
    """What `dispose` did.

    Attributes:
        ref_count_after_dispose: how many others still use the layer; at 0 its weights are gone.
        num_disposed_variables: how many variables were freed.
    """

    ref_count_after_dispose: int
    num_disposed_variables: int


class LayerArguments(TypedDict, total=False):
    """The arguments that every layer takes."""

    name: str | None
    trainable: bool
    dtype: str | None
    input_shape: Sequence[int | None] | None
    batch_input_shape: Sequence[int | None] | None
    batch_size: int | None
    weights: Sequence[Any] | None
    input_dtype: str | None


class Layer(Weighted, Placed):
    """A building block of models: it has weights and turns tensors into tensors.

    For a layer of your own, derive from it: `build` makes the weights with `add_weight`, `call` computes,
    `compute_output_shape` says what shape comes out, `get_config` the arguments of `__init__`.

    Args:
        name: a name of its own in the model; left out, it gets one.
        trainable: whether training changes its weights.
        dtype: data type of the inputs, if this is the first layer of a model.
        input_shape: shape of one sample, if this is the first layer of a model.
        batch_input_shape: the same with the number of samples before it, or None there.
        batch_size: the number of samples to put before `input_shape`.
        weights: first values of the weights, in the order of `weights`.
        input_dtype: another word for `dtype`.

    Example:
        >>> import tfnb as tf
        >>> class Scale(tf.layers.Layer):
        ...     def build(self, input_shape):
        ...         self.factor = self.add_weight("factor", [input_shape[-1]], initializer="ones")
        ...     def call(self, inputs, *, training=False, mask=None):
        ...         return inputs.mul(self.factor)
        >>> Scale(name="scale")(tf.tensor([[1, 2]])).array_sync()
        [[1.0, 2.0]]
    """

    class_name: ClassVar[str] = "Layer"
    name: str
    dtype: str | None
    input_spec: list[InputSpec] | None
    batch_input_shape: PartialShape | None
    supports_masking: bool
    activity_regularizer: Regularizer | None
    built: bool
    # Whether its `compute_mask` makes masks of its own, rather than passing on those of its inputs.
    makes_masks: bool = False
    # What of `training` and `mask` its `call` takes.
    takes: ClassVar[frozenset[str]] = frozenset()

    def __init_subclass__(cls, **keywords: Any) -> None:
        super().__init_subclass__(**keywords)
        if "class_name" not in cls.__dict__:
            cls.class_name = cls.__name__
        if "compute_mask" in cls.__dict__ and "makes_masks" not in cls.__dict__:
            cls.makes_masks = True
        if "call" in cls.__dict__:
            parameters = inspect.signature(cls.__dict__["call"]).parameters.values()
            anything = any(one.kind is inspect.Parameter.VAR_KEYWORD for one in parameters)
            cls.takes = frozenset(("training", "mask") if anything else [one.name for one in parameters])

    def __init__(
        self,
        *,
        name: str | None = None,
        trainable: bool = True,
        dtype: str | None = None,
        input_shape: Sequence[int | None] | None = None,
        batch_input_shape: Sequence[int | None] | None = None,
        batch_size: int | None = None,
        weights: Sequence[Any] | None = None,
        input_dtype: str | None = None,
    ) -> None:
        self.id = _next_id()
        self.name = layer_name(self.class_name) if name is None else checked_name(name, self.class_name)
        self.input_spec = None
        self.supports_masking = False
        self.activity_regularizer = None
        self.inbound_nodes = []
        self._following = []
        self.built = False
        self.initial_weights = weights
        self.batch_input_shape = None
        self.dtype = None
        if input_shape is not None or batch_input_shape is not None:
            self.batch_input_shape = _batch_shape(input_shape, batch_input_shape, batch_size, self.name)
            self.dtype = dtypes.canonical(dtype or input_dtype or "float32", self.name)
        self._trainable = trainable
        self._own_trainable = []
        self._own_fixed = []
        self._losses = []
        self._stateful = False
        self._references: int | None = None

    # What a layer of one's own writes

    def build(self, input_shape: Any) -> None:
        """Make the weights, once the shape of the inputs is known.

        Args:
            input_shape: a tuple with None for what is not known, or a list of them where there are several inputs.
        """
        self.built = True

    def call(self, inputs: Any, *args: Any, **kwargs: Any) -> Any:
        """Compute. Write it as `call(self, inputs, *, training=False, mask=None)`; leave out what you do not use.

        Args:
            inputs: a tensor, or a list of them where there are several.
            args: none.
            kwargs: `training`, whether this is a step of training; `mask`, which time steps count; and what else a
                layer of yours takes.

        Returns:
            A tensor or a list of them.
        """
        return inputs

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The shape that comes out for inputs of a shape; None stands for what is not known."""
        return input_shape

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        """Which time steps of the output count: those that count in the input."""
        return mask if self.supports_masking else None

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again, as model.json has them."""
        config: dict[str, Any] = {"name": self.name, "trainable": self.trainable}
        if self.batch_input_shape is not None:
            config["batch_input_shape"] = list(self.batch_input_shape)
        if self.dtype is not None:
            config["dtype"] = self.dtype
        return config

    @classmethod
    def from_config(cls, config: Mapping[str, Any], custom_objects: Mapping[str, type] | None = None) -> Layer:
        """The layer of these arguments, with first weights of its own."""
        return cls(**keywords_of(cls, config))

    # Calls

    def __call__(self, inputs: Any, **keywords: Any) -> Any:
        return self.apply(inputs, keywords)

    def apply(self, inputs: Any, kwargs: Mapping[str, Any] | None = None) -> Any:
        """Compute on tensors, or on symbolic ones add to the graph of a model. `layer(inputs)` is the same.

        Args:
            inputs: a tensor or a symbolic one, or a list of them where the layer takes several.
            kwargs: further arguments of `call`, such as {'training': True}.

        Returns:
            What `call` gives; for symbolic tensors symbolic ones.

        Errors:
            ShapeError: inputs of a shape that the layer does not take. DisposedError: the layer was disposed of.
        """
        self._check_alive()
        several = _is_several(inputs)
        values = list(inputs) if several else [inputs]
        symbolic = sum(isinstance(one, SymbolicTensor) for one in values)
        if symbolic and symbolic < len(values):
            raise ArgumentTypeError(
                _("tensors and symbolic ones side by side"),
                op=self.name,
                argument="inputs",
                fix=_("give only one kind"),
            )
        if symbolic:
            return self._connect(values, dict(kwargs or {}))
        values = [handle_of(one, self.name, "inputs") for one in values]
        return self._compute(values, dict(kwargs or {}))

    def _compute(self, values: list[Any], keywords: dict[str, Any]) -> Any:
        self._refuse_activity_regularizer()
        self._build_for(values)
        if self._references is None:
            self._references = 1
        taken = {name: value for name, value in keywords.items() if name not in _USUAL or name in self.takes}
        output = self.call(values[0] if len(values) == 1 else values, **taken)
        if isinstance(output, (list, tuple)):
            return [one.clone() if any(one is x for x in values) else one for one in output]
        return output.clone() if any(output is x for x in values) else output

    def _connect(self, values: list[SymbolicTensor], keywords: dict[str, Any]) -> Any:
        """Add a node to the graph. If anything is wrong, the layer is as it was."""
        self._refuse_activity_regularizer()
        was_built, spec = self.built, self.input_spec
        try:
            self._build_for(values)
            given = one_or_list([one.shape for one in values])
            wanted = self.compute_output_shape(given)
        except BaseException:
            if not was_built and self.built is not was_built:
                self._unbuild()
            self.input_spec = spec if not was_built else self.input_spec
            raise
        several = isinstance(wanted, list) and bool(wanted) and isinstance(wanted[0], (tuple, list))
        outputs = [
            SymbolicTensor("float32", tuple(shape), self, values, keywords, self.name, index if several else None)
            for index, shape in enumerate(wanted if several else [wanted])
        ]
        Node(self, values, outputs, keywords)
        for index, output in enumerate(outputs):
            output.node_index, output.tensor_index = len(self.inbound_nodes) - 1, index
        self._references = (self._references or 0) + 1
        return outputs if several else outputs[0]

    def _build_for(self, values: Sequence[Any]) -> None:
        """Make the weights if that was not done yet; check the inputs."""
        self.check_inputs(values)
        if self.built:
            return
        spec = self.input_spec
        try:
            with NAMES.inside(self.name):
                self.build(one_or_list([tuple(one.shape) for one in values]))
            self.built = True
            if self.initial_weights is not None:
                self.set_weights(self.initial_weights)
            self.check_inputs(values)
        except BaseException:
            self._unbuild()
            self.input_spec = spec
            raise

    def disconnect(self) -> None:
        """Take back the last call on symbolic tensors; with the only one the weights go too."""
        node = self.inbound_nodes.pop()
        for origin in node.inbound_layers:
            origin.no_longer_precede(node)
        self._references = (self._references or 1) - 1 or None
        if self._references is None:
            self._unbuild()

    def _unbuild(self) -> None:
        """Take back what a build that failed has made."""
        for weight in self._own_trainable + self._own_fixed:
            LEDGER.end(weight, None, "its layer could not be built")
        self._own_trainable, self._own_fixed, self._losses, self.built = [], [], [], False

    def check_inputs(self, values: Sequence[Any]) -> None:
        """Raise the error of inputs that this layer does not take."""
        if not self.input_spec:
            return
        if len(values) != len(self.input_spec):
            raise ArgumentError(
                _("wanted {wanted} inputs, given {given}").format(wanted=len(self.input_spec), given=len(values)),
                op=self.name,
                argument="inputs",
            )
        for position, (spec, value) in enumerate(zip(self.input_spec, values)):
            spec.check(value, self.name, position, len(values) > 1)

    def _refuse_activity_regularizer(self) -> None:
        if self.activity_regularizer is not None:
            raise ArgumentError(
                _("a price on a layer's outputs is not there yet, as in TensorFlow.js"),
                op=self.name,
                argument="activity_regularizer",
                fix=_("leave it out; kernel_regularizer puts a price on the weights"),
            )

    # States and the end

    @property
    def stateful(self) -> bool:
        """Whether the layer remembers its states from one batch to the next."""
        return self._stateful

    def reset_states(self, states: Any = None) -> None:
        """Forget the states of a stateful layer.

        Errors:
            ArgumentError: the layer has none.
        """
        if not self.stateful:
            raise ArgumentError(
                _("this layer keeps no states"), op=f"{self.name}.reset_states", fix=_("make it with stateful=True")
            )

    @property
    def is_disposed(self) -> bool:
        """Whether the layer's weights were freed."""
        return self._references == 0

    def _check_alive(self) -> None:
        if self._references == 0:
            raise DisposedError(
                _("{name} was disposed of, its weights are gone").format(name=self.name),
                op=self.name,
                fix=_("make it anew"),
            )

    def dispose(self) -> DisposeResult:
        """Give up one use of the layer; with the last one its weights are freed.

        Errors:
            ArgumentError: the layer was never built. DisposedError: it was disposed of before.
        """
        self._check_alive()
        if not self.built or self._references is None:
            raise ArgumentError(
                _("this layer was not used yet, so there is nothing to free"), op=f"{self.name}.dispose"
            )
        self._references -= 1
        freed = self._dispose_weights() if not self._references else 0
        return DisposeResult(self._references, freed)

    def _dispose_weights(self) -> int:
        weights = self.weights
        for weight in weights:
            weight.dispose()
        return len(weights)

    def __repr__(self) -> str:
        return f"tf.layers.{self.class_name} {getattr(self, 'name', '')!r}"


def _batch_shape(input_shape: Any, batch_input_shape: Any, batch_size: int | None, name: str) -> PartialShape:
    if batch_input_shape is not None:
        return partial_shape(batch_input_shape, name, "batch_input_shape")
    return (batch_size, *partial_shape(input_shape, name, "input_shape"))


def _is_several(inputs: Any) -> bool:
    """Whether this is a list of tensors, rather than one tensor or the numbers of one."""
    return isinstance(inputs, (list, tuple)) and any(isinstance(one, (Handle, SymbolicTensor)) for one in inputs)
