"""Models as files that TensorFlow.js opens, and its files as models (section Models / Loading and Saving).

A file is data. Its classes come from the registry, nothing in it is executed, and before a layer is built it is known
how many numbers the file has for weights: a topology that asks for more is refused.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from tfnb.engine.tidy import tidy
from tfnb.errors import ArgumentError, ArgumentTypeError, ModelFormatError, TfnbError
from tfnb.io.artifacts import ModelArtifacts
from tfnb.io.folder import file_system
from tfnb.io.weights import decode_weights, encode_weights
from tfnb.language import _
from tfnb.layers import deserialize
from tfnb.layers.loading import LOADING
from tfnb.models.container import Container
from tfnb.naming import identifier
from tfnb.ops.creation import tensor

GENERATED_BY = "TensorFlow.js tfjs-layers v4.22.0"  # the format's version, which readers look at
MAX_LAYERS = 10_000
MAX_NUMBERS = 1 << 28  # of weights that the file need not have


class Saving(Container):
    """The part of a model that writes files."""

    def save(self, handler_or_url: Any, *, trainable_only: bool = False, include_optimizer: bool = False) -> Any:
        """Write the model: its layers and weights, in the format of TensorFlow.js.

        The files take the old ones' place in one step: whoever opens them finds the old model whole or the new one.

        Args:
            handler_or_url: a folder, as a path or a `file://` address, or a handler: `tf.io.with_save_handler(f)`.
            trainable_only: leave out the weights that training does not change.
            include_optimizer: write the optimizer, its state, the loss and the metrics too.

        Returns:
            SaveResult: the bytes written; or what the handler gives.

        Errors:
            ArgumentError: an address that is no file. OSError: the disk refuses; the old model stays whole.

        Example:
            >>> import tempfile
            >>> import tfnb as tf
            >>> model = tf.sequential([tf.layers.dense(units=1, input_shape=[2])])
            >>> with tempfile.TemporaryDirectory() as folder:
            ...     saved = model.save(f"file://{folder}")
            ...     again = tf.load_layers_model(f"file://{folder}/model.json")
            >>> again.predict(tf.ones([1, 2])).shape
            (1, 1)
        """
        self._check_alive()
        handler = _handler(handler_or_url, "save", "save")
        return handler.save(artifacts_of(self, trainable_only, include_optimizer))


def artifacts_of(model: Any, trainable_only: bool = False, include_optimizer: bool = False) -> ModelArtifacts:
    """A model as data."""
    weights = model.trainable_weights if trainable_only else model.weights
    data, specs = encode_weights([(weight.original_name, weight) for weight in weights])
    training = None
    if include_optimizer:
        if model.optimizer is None:
            raise ArgumentError(
                _("the model was not compiled, so there is no optimizer to save"),
                op=f"{model.name}.save",
                argument="include_optimizer",
                fix=_("call compile first, or leave include_optimizer out"),
            )
        training = _training_config(model)
        state = [(one.name, one.tensor) for one in model.optimizer.get_weights()]
        more, of_state = encode_weights(state, "optimizer")
        data, specs = data + more, specs + of_state
    return ModelArtifacts(
        model.to_json(None, False),
        specs,
        data,
        "layers-model",
        GENERATED_BY,
        None,
        training,
        model.get_user_defined_metadata(),
    )


def _training_config(model: Any) -> dict[str, Any]:
    """How a model is trained, as the files have it: all by name."""
    optimizer = model.optimizer
    return {
        "loss": _named(model.loss, "loss"),
        "metrics": [] if model.metrics is None else _named(model.metrics, "metrics"),
        "optimizer_config": {"class_name": optimizer.class_name, "config": optimizer.get_config()},
    }


def _named(given: Any, argument: str) -> Any:
    """Names in the spelling of the files; a function has none that a file could be read by."""
    if isinstance(given, str):
        return identifier(given)
    if isinstance(given, Mapping):
        return {name: _named(one, argument) for name, one in given.items()}
    if isinstance(given, (list, tuple)):
        return [_named(one, argument) for one in given]
    raise ArgumentError(
        _("a function can't be saved: {given!r}").format(given=given),
        op="save",
        argument=argument,
        fix=_("leave include_optimizer out, and compile again after loading"),
    )


def _compile(model: Any, config: Mapping[str, Any], state: Mapping[str, Any]) -> None:
    """Make a loaded model ready to go on with its training."""
    from tfnb.train import optimizers
    from tfnb.train.optimizer import NamedTensor

    optimizer = optimizers.deserialize(config["optimizer_config"])
    model.compile(optimizer=optimizer, loss=config["loss"], metrics=config.get("metrics") or None)
    if state:
        named = [NamedTensor(name, tensor(array)) for name, array in state.items()]
        optimizer.set_weights(named)


def load_layers_model(
    path_or_io_handler: Any,
    *,
    strict: bool = True,
    custom_objects: Mapping[str, type] | None = None,
    on_progress: Any = None,
    weight_path_prefix: str | None = None,
    request_init: Any = None,
    fetch_func: Any = None,
    from_tfhub: bool = False,
    weight_url_converter: Any = None,
    stream_weights: bool = False,
) -> Any:
    """A model from files that TensorFlow.js, Keras' converter or `model.save` wrote, to use it or to train it on.

    Args:
        path_or_io_handler: the model.json or its folder, as a path or a `file://` address; or a handler with `load()`.
        strict: whether each weight must be in the file and each of the file in the model.
        custom_objects: layers of yours by the name that the file gives them.
        on_progress: a function of a number between 0 and 1.
        weight_path_prefix, request_init, fetch_func, from_tfhub, weight_url_converter, stream_weights: for downloads,
            which are left to you: refused, but at their defaults.

    Returns:
        LayersModel: compiled, if the file says how it was trained.

    Errors:
        ModelFormatError: the file is damaged, is no model, or asks for what no model needs. ArgumentError: an address
        of no file. FileNotFoundError: there is none.

    Example:
        >>> import tempfile
        >>> import tfnb as tf
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     saved = tf.sequential([tf.layers.dense(units=1, input_shape=[2])]).save(folder)
        ...     model = tf.load_layers_model(folder)
        >>> model.output_shape
        (None, 1)
    """
    for name, value in (
        ("weight_path_prefix", weight_path_prefix),
        ("request_init", request_init),
        ("fetch_func", fetch_func),
        ("from_tfhub", from_tfhub or None),
        ("weight_url_converter", weight_url_converter),
    ):
        if value is not None:
            raise ArgumentError(
                _("models are files of this computer; this is for downloads"),
                op="load_layers_model",
                argument=name,
                fix=_("download the model first, and give the path of its model.json"),
            )
    artifacts = _handler(path_or_io_handler, "load", "load_layers_model").load()
    if on_progress is not None:
        on_progress(1.0)
    return model_of(artifacts, strict, custom_objects)


def _handler(given: Any, method: str, op: str) -> Any:
    if isinstance(given, (str, os.PathLike)):
        return file_system(given)
    if not callable(getattr(given, method, None)):
        raise ArgumentTypeError(
            _("wanted a path or a handler with {method}(), not {given!r}").format(method=method, given=given), op=op
        )
    return given


def model_of(artifacts: ModelArtifacts, strict: bool = True, custom_objects: Mapping[str, type] | None = None) -> Any:
    """The model that the data describe; after an error nothing of it is left."""
    weights = decode_weights(artifacts.weight_data, artifacts.weight_specs)
    of_optimizer = {spec.name for spec in artifacts.weight_specs if spec.group == "optimizer"}
    own = {name: array for name, array in weights.items() if name not in of_optimizer}
    topology = artifacts.model_topology
    if isinstance(topology.get("model_config"), dict):  # what Keras' converter wraps around
        topology = topology["model_config"]
    _check_topology(topology)
    made: list[Any] = []
    try:
        with _as_format_errors():
            with LOADING.numbers(sum(array.size for array in own.values()) if strict else MAX_NUMBERS):
                model = deserialize(topology, custom_objects)
            made.append(model)
            if not isinstance(model, Container):
                raise ModelFormatError(_("the file holds a single layer, no model"), op="load_layers_model")
            tidy(lambda: model.load_weights({name: tensor(array) for name, array in own.items()}, strict))
            if artifacts.user_defined_metadata is not None:
                model.set_user_defined_metadata(artifacts.user_defined_metadata)  # type: ignore[attr-defined]
            config = artifacts.training_config
            if config is not None:
                state = {name: weights[name] for name in weights if name in of_optimizer}
                tidy(lambda: _compile(model, config, state))
        return model
    except BaseException:
        for one in made:
            one.dispose()
        raise


@contextmanager
def _as_format_errors() -> Iterator[None]:
    """What a file makes a layer say is an error of the file."""
    try:
        yield
    except ModelFormatError:
        raise
    except (
        TfnbError,
        TypeError,
        ValueError,
        KeyError,
        IndexError,
        AttributeError,
        OverflowError,
        RecursionError,
    ) as error:
        problem = error.problem if isinstance(error, TfnbError) else str(error)
        where = f"{error.op}: " if isinstance(error, TfnbError) and error.op else ""
        raise ModelFormatError(
            _("the topology can't be built: {problem}").format(problem=where + problem), op="load_layers_model"
        ) from error


def _check_topology(topology: Mapping[str, Any]) -> None:
    """Neither too deep nor too many layers, before anything is built of it."""
    count, stack = 0, [(topology, 0)]
    while stack:
        value, depth = stack.pop()
        if depth > 100:
            raise ModelFormatError(_("the topology is nested too deeply"), op="load_layers_model")
        if isinstance(value, Mapping):
            count += "class_name" in value
            if count > MAX_LAYERS:
                raise ModelFormatError(_("the topology has more layers than any model"), op="load_layers_model")
            stack += [(one, depth + 1) for one in value.values()]
        elif isinstance(value, list):
            stack += [(one, depth + 1) for one in value]
