"""What a layer is: weights, a computation, and calls on symbolic tensors that build a graph."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any, ClassVar, TypedDict

from tfnb import dtypes, shapes
from tfnb.constraints import Constraint
from tfnb.engine.handle import Handle
from tfnb.engine.ledger import LEDGER
from tfnb.errors import ArgumentError, ArgumentTypeError, DisposedError, ShapeError
from tfnb.initializers import Initializer
from tfnb.initializers import get as get_initializer
from tfnb.language import _
from tfnb.layers.input_spec import InputSpec
from tfnb.layers.names import NAMES, checked_name, layer_name
from tfnb.layers.symbolic import Node, PartialShape, SymbolicTensor, partial_shape
from tfnb.layers.variable import LayerVariable, layer_variable
from tfnb.ops.convert import handle_of
from tfnb.regularizers import Regularizer
from tfnb.serialization.construction import keywords_of
from tfnb.shapes import text

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


class Layer:
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
        self.input_spec: list[InputSpec] | None = None
        self.supports_masking = False
        self.activity_regularizer: Regularizer | None = None
        self.inbound_nodes: list[Node] = []
        self.outbound_nodes: list[Node] = []
        self.built = False
        self.initial_weights = weights
        self.batch_input_shape: PartialShape | None = None
        self.dtype: str | None = None
        if input_shape is not None or batch_input_shape is not None:
            self.batch_input_shape = _batch_shape(input_shape, batch_input_shape, batch_size, self.name)
            self.dtype = dtypes.canonical(dtype or input_dtype or "float32", self.name)
        self._trainable = trainable
        self._own_trainable: list[LayerVariable] = []
        self._own_fixed: list[LayerVariable] = []
        self._losses: list[Callable[[], Any]] = []
        self._stateful = False
        self._references: int | None = None

    # Weights

    def add_weight(
        self,
        name: str,
        shape: Sequence[int],
        dtype: Any = None,
        initializer: str | Mapping[str, Any] | Initializer | None = None,
        regularizer: Regularizer | None = None,
        trainable: bool = True,
        constraint: Constraint | None = None,
        get_initializer_func: Callable[[], Initializer] | None = None,
    ) -> LayerVariable:
        """Make a weight of this layer; called from `build`.

        Args:
            name: a name of its own in this layer, such as 'kernel'.
            shape: such as [4, 20].
            dtype: 'float32' if left out.
            initializer: makes the first values; left out, zeros.
            regularizer: a price on its values, which training adds to the loss.
            trainable: whether training changes it.
            constraint: what its values keep to after every step of training.
            get_initializer_func: a function that gives the initializer.

        Returns:
            Variable: named '<layer>/<name>'.

        Errors:
            ArgumentError: this layer has a weight of that name. ShapeError: a length is not known.
        """
        if any(one.original_name == NAMES.scoped(name) for one in self._own_trainable + self._own_fixed):
            raise ArgumentError(
                _("this layer has a weight {name!r} already").format(name=name), op=self.name, argument="name"
            )
        if any(length is None for length in shape):
            raise ShapeError(
                _("the shape of a weight must be known, given {given}").format(given=text(tuple(shape))),
                op=self.name,
                argument=name,
                fix=_("say the length of the last axis in input_shape"),
            )
        if get_initializer_func is not None:
            initializer = get_initializer_func()
        first = get_initializer("zeros" if initializer is None else initializer)
        kind = dtypes.canonical(dtype or "float32", self.name)
        value = first.apply(tuple(shape), kind)
        if tuple(value.shape) != tuple(shape):
            raise ShapeError(
                _("the initializer gave {given}, wanted {wanted}").format(given=text(value.shape), wanted=text(shape)),
                op=self.name,
                argument=name,
            )
        weight = layer_variable(value, name, trainable, constraint, kind)
        if regularizer is not None:
            self.add_loss(lambda: regularizer.apply(weight))
        (self._own_trainable if trainable else self._own_fixed).append(weight)
        return weight

    @property
    def trainable(self) -> bool:
        """Whether training changes the weights."""
        return self._trainable

    @trainable.setter
    def trainable(self, value: bool) -> None:
        self.mark_trainable(value)
        self._trainable = value

    def mark_trainable(self, value: bool) -> None:
        """Tell the variables whether training changes them, and leave the layer's own setting."""
        for weight in self._own_trainable:
            weight.trainable = value

    @property
    def trainable_weights(self) -> list[LayerVariable]:
        """The weights that training changes."""
        return [one for one in self._own_trainable if one.trainable] if self.trainable else []

    @property
    def non_trainable_weights(self) -> list[LayerVariable]:
        """The weights that training leaves alone."""
        if self.trainable:
            return [one for one in self._own_trainable if not one.trainable] + self._own_fixed
        return self._own_trainable + self._own_fixed

    @property
    def weights(self) -> list[LayerVariable]:
        """All weights: first those that training changes."""
        return self.trainable_weights + self.non_trainable_weights

    @property
    def constraints(self) -> list[tuple[LayerVariable, Constraint]]:
        """The weights whose values are bound, each with what binds it."""
        return [(one, one.constraint) for one in self.weights if one.constraint is not None]

    def get_weights(self, trainable_only: bool = False) -> list[Any]:
        """The present values of the weights, as tensors that later training does not change.

        Args:
            trainable_only: leave out those that training leaves alone.
        """
        return [one.clone() for one in (self.trainable_weights if trainable_only else self.weights)]

    def set_weights(self, weights: Sequence[Any]) -> None:
        """Give all weights new values.

        Args:
            weights: tensors or arrays, in the order and of the shapes of `get_weights`.

        Errors:
            ArgumentError: more or fewer than the layer has. ShapeError: one of another shape. Nothing is changed then.
        """
        own = self.weights
        if len(own) != len(weights):
            raise ArgumentError(
                _("wanted {wanted} tensors, given {given}").format(wanted=len(own), given=len(weights)),
                op=f"{self.name}.set_weights",
                argument="weights",
                fix=_("they are {names}").format(names=", ".join(one.original_name for one in own)) if own else None,
            )
        values = [handle_of(one, "set_weights", "weights", weight.dtype) for weight, one in zip(own, weights)]
        for weight, value in zip(own, values):
            if weight.shape != value.shape:
                raise ShapeError(
                    _("{name} has shape {wanted}, given {given}").format(
                        name=weight.name, wanted=text(weight.shape), given=text(value.shape)
                    ),
                    op=f"{self.name}.set_weights",
                    argument="weights",
                )
        for weight, value in zip(own, values):
            if value is not weight:
                weight.write(value)

    def count_params(self) -> int:
        """How many numbers the weights are.

        Errors:
            ArgumentError: the layer is not built yet.
        """
        if not self.built:
            raise ArgumentError(
                _("this layer has no weights yet"), op=f"{self.name}.count_params", fix=_("call it on a tensor first")
            )
        return sum(shapes.size_of(one.shape) for one in self.weights)

    # Losses of the weights

    def add_loss(self, losses: Callable[[], Any] | Sequence[Callable[[], Any]]) -> None:
        """Add prices to the loss of training.

        Args:
            losses: a function without arguments that gives a scalar, or several.
        """
        self._losses.extend([losses] if callable(losses) else losses)

    @property
    def losses(self) -> list[Callable[[], Any]]:
        """The functions that give what is added to the loss of training."""
        return self._losses

    def calculate_losses(self) -> list[Any]:
        """What is added to the loss of training now: a scalar for each of `losses`."""
        return [one() for one in self.losses]

    # What a layer of one's own writes

    def build(self, input_shape: Any) -> None:
        """Make the weights, once the shape of the inputs is known.

        Args:
            input_shape: a tuple with None for what is not known, or a list of them where there are several inputs.
        """
        self.built = True

    def call(self, inputs: Any, *, training: bool = False, mask: Any = None) -> Any:
        """Compute.

        Args:
            inputs: a tensor, or a list of them where there are several.
            training: whether this is a step of training.
            mask: which time steps count, or None.

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
            given = _one_or_list([one.shape for one in values])
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
                self.build(_one_or_list([tuple(one.shape) for one in values]))
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
            origin.outbound_nodes = [one for one in origin.outbound_nodes if one is not node]
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

    # The graph around it

    @property
    def input(self) -> Any:
        """The symbolic tensor that the layer was called on, or a list."""
        return _one_or_list(self._only_node().input_tensors)

    @property
    def output(self) -> Any:
        """The symbolic tensor that the layer gives, or a list."""
        return _one_or_list(self._only_node().output_tensors)

    @property
    def input_shape(self) -> Any:
        """The shape of the input, or a list of shapes."""
        return _one_or_list(self._only_node().input_shapes)

    @property
    def output_shape(self) -> Any:
        """The shape of the output, or a list of shapes; a shared layer's, if it is the same in all its places."""
        if not self.inbound_nodes or any(
            one.output_shapes != self.inbound_nodes[0].output_shapes for one in self.inbound_nodes
        ):
            return _one_or_list(self._only_node().output_shapes)
        return _one_or_list(self.inbound_nodes[0].output_shapes)

    def get_input_at(self, node_index: int) -> Any:
        """The symbolic input of one of the calls of a shared layer."""
        return _one_or_list(self._node_at(node_index).input_tensors)

    def get_output_at(self, node_index: int) -> Any:
        """The symbolic output of one of the calls of a shared layer."""
        return _one_or_list(self._node_at(node_index).output_tensors)

    def _only_node(self) -> Node:
        if len(self.inbound_nodes) > 1:
            raise ArgumentError(
                _("this layer is used in {count} places").format(count=len(self.inbound_nodes)),
                op=self.name,
                fix=_("ask get_input_at(index) or get_output_at(index)"),
            )
        return self._node_at(0)

    def _node_at(self, index: int) -> Node:
        if not 0 <= index < len(self.inbound_nodes):
            raise ArgumentError(
                _("this layer was called on symbolic tensors {count} times").format(count=len(self.inbound_nodes)),
                op=self.name,
                argument="node_index",
            )
        return self.inbound_nodes[index]

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
        return f"tf.layers.{self.class_name} {self.name!r}"


def _batch_shape(input_shape: Any, batch_input_shape: Any, batch_size: int | None, name: str) -> PartialShape:
    if batch_input_shape is not None:
        return partial_shape(batch_input_shape, name, "batch_input_shape")
    return (batch_size, *partial_shape(input_shape, name, "input_shape"))


def _is_several(inputs: Any) -> bool:
    """Whether this is a list of tensors, rather than one tensor or the numbers of one."""
    return isinstance(inputs, (list, tuple)) and any(isinstance(one, (Handle, SymbolicTensor)) for one in inputs)


def _one_or_list(values: list[Any]) -> Any:
    return values[0] if len(values) == 1 else values
