"""From the arguments of `fit` and its sisters to what runs: everything that can be wrong is found here, before it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from tfnb.errors import ArgumentError, ArgumentTypeError, ShapeError
from tfnb.language import _
from tfnb.models.callback import Callback, callbacks_of
from tfnb.models.feeding import Batch, Feed, arrays_of, check_numbers, check_shape, converted
from tfnb.models.fitting import Means, pause_of
from tfnb.models.labels import fitted
from tfnb.models.step import Step
from tfnb.models.weighting import weights_of

USUAL_BATCH_SIZE = 32


class Plan:
    """What a training will do.

    Attributes:
        step: the work on a batch. callbacks: the user's.
        epoch: gives the batches of the next epoch. validate: gives the values of the validation set, or None.
        epochs, initial_epoch, batches, batch_size, samples: the numbers of the run, None where they are not known.
        yield_every, verbose: as given.
    """

    __slots__ = (
        "op",
        "step",
        "callbacks",
        "epoch",
        "validate",
        "epochs",
        "initial_epoch",
        "batches",
        "batch_size",
        "samples",
        "yield_every",
        "verbose",
    )

    def __init__(
        self,
        op: str,
        step: Step,
        callbacks: list[Callback],
        epoch: Callable[[], Iterator[Batch]],
        validate: Callable[[], list[float]] | None,
        epochs: int,
        initial_epoch: int,
        yield_every: Any,
        verbose: int,
    ) -> None:
        self.op, self.step, self.callbacks, self.epoch, self.validate = op, step, callbacks, epoch, validate
        self.epochs, self.initial_epoch = epochs, initial_epoch
        self.batches: int | None = None
        self.batch_size: int | None = None
        self.samples: int | None = None
        self.yield_every, self.verbose = yield_every, int(verbose)


def fit_plan(
    model: Any,
    x: Any,
    y: Any,
    batch_size: int,
    epochs: int,
    callbacks: Any,
    validation_split: float | None,
    validation_data: Any,
    shuffle: bool,
    class_weight: Any,
    sample_weight: Any,
    initial_epoch: int,
    steps_per_epoch: int | None,
    validation_steps: int | None,
    yield_every: Any,
    verbose: int,
) -> Plan:
    """The plan of a `fit`."""
    step = model.step("fit")
    check_batch_size(batch_size, "fit")
    _check_epochs(epochs, initial_epoch, "fit")
    pause_of(yield_every)
    called = callbacks_of(callbacks, "fit")
    feed = standard_feed(model, x, y, class_weight, sample_weight, batch_size, "fit")
    feed, validation = _validation(model, feed, validation_split, validation_data, batch_size)
    if batch_size > feed.samples and batch_size != USUAL_BATCH_SIZE:
        raise ArgumentError(
            _("a batch of {wanted} is more than the {given} samples to train on").format(
                wanted=batch_size, given=feed.samples
            ),
            op="fit",
            argument="batch_size",
            fix=_("leave it out, or say at most {most}").format(most=feed.samples),
        )
    _check_stateful(model, feed, "fit")
    most = _positive(steps_per_epoch, "fit", "steps_per_epoch")
    most_tested = _positive(validation_steps, "fit", "validation_steps")
    if most is None:
        epoch: Callable[[], Iterator[Batch]] = lambda: feed.epoch(bool(shuffle))  # noqa: E731
    else:
        epoch = _in_steps(feed, bool(shuffle), most)
    validate = None
    if validation is not None:
        tested = validation
        validate = lambda: evaluation(step, tested.epoch(False), most_tested, "fit")  # noqa: E731
    plan = Plan("fit", step, called, epoch, validate, epochs, initial_epoch, yield_every, verbose)
    plan.batches = most or feed.batches
    plan.batch_size, plan.samples = min(batch_size, feed.samples), feed.samples
    return plan


def dataset_plan(
    model: Any,
    dataset: Any,
    batches_per_epoch: int | None,
    epochs: int | None,
    callbacks: Any,
    validation_data: Any,
    validation_batch_size: int,
    validation_batches: int | None,
    yield_every: Any,
    initial_epoch: int,
    class_weight: Any,
    verbose: int,
) -> Plan:
    """The plan of a `fit_dataset`."""
    op = "fit_dataset"
    step = model.step(op)
    if epochs is None:
        raise ArgumentError(_("the number of epochs is needed"), op=op, argument="epochs", fix=_("write epochs=10"))
    _check_epochs(epochs, initial_epoch, op)
    pause_of(yield_every)
    called = callbacks_of(callbacks, op)
    most = _positive(batches_per_epoch, op, "batches_per_epoch")
    check_batch_size(validation_batch_size, op, "validation_batch_size")
    most_tested = _positive(validation_batches, op, "validation_batches")
    _check_iterable(dataset, op, "dataset")
    validate = None
    if _is_pair(validation_data):
        feed = standard_feed(
            model, validation_data[0], validation_data[1], None, _third(validation_data), validation_batch_size, op
        )
        validate = lambda: evaluation(step, feed.epoch(False), None, op)  # noqa: E731
    elif validation_data is not None:
        _check_iterable(validation_data, op, "validation_data")
        validate = lambda: evaluation(step, of_datasets(model, validation_data, None, op), most_tested, op)  # noqa: E731
    if most is None:
        epoch: Callable[[], Iterator[Batch]] = lambda: of_datasets(model, dataset, class_weight, op)  # noqa: E731
    else:
        epoch = _taking(of_datasets(model, dataset, class_weight, op), most)
    plan = Plan(op, step, called, epoch, validate, epochs, initial_epoch, yield_every, verbose)
    size = getattr(dataset, "size", None)
    plan.batches = most or (len(dataset) if hasattr(dataset, "__len__") else size if isinstance(size, int) else None)
    return plan


def standard_feed(model: Any, x: Any, y: Any, class_weight: Any, sample_weight: Any, batch_size: int, op: str) -> Feed:
    """Checked samples as arrays, as the model and its losses take them. A batch_size of 0 is all of them.

    Errors:
        ShapeError, ArgumentError, ArgumentTypeError, DTypeError: whatever is wrong with them.
    """
    compiled = model.compiled(op)
    inputs = arrays_of(x, model.input_names, op, "x")
    targets = arrays_of(y, model.output_names, op, "y")
    for position, (name, array, symbol) in enumerate(zip(model.input_names, inputs, model.inputs)):
        try:
            check_shape(array, tuple(symbol.shape), name, op, "x")
        except ShapeError as error:
            error.add_note(model.drawn_to_the_break(position, array.shape))
            raise
    if len(inputs[0]) != len(targets[0]):
        raise ShapeError(
            _("x has {x} samples, y has {y}").format(x=len(inputs[0]), y=len(targets[0])),
            op=op,
            argument="y",
            fix=_("give one row of y for each row of x"),
        )
    inputs = [
        array if symbol.dtype is None else converted(array, symbol.dtype) for array, symbol in zip(inputs, model.inputs)
    ]
    for name, array in zip((*model.input_names, *model.output_names), (*inputs, *targets)):
        check_numbers(array, name, op, "x" if any(array is one for one in inputs) else "y")
    shapes = [tuple(one.shape) for one in model.outputs]
    targets = fitted(targets, compiled.losses, shapes, model.output_names, op)
    weights = weights_of(targets, model.output_names, class_weight, sample_weight, op)
    return Feed(inputs, targets, weights, batch_size or len(inputs[0]))


def _validation(model: Any, feed: Feed, split: float | None, data: Any, batch_size: int) -> tuple[Feed, Feed | None]:
    """What is trained on, and what is measured after each epoch or None."""
    if data is not None:
        if not isinstance(data, (list, tuple)) or len(data) not in (2, 3):
            raise ArgumentTypeError(_("wanted (x, y) or (x, y, sample_weight)"), op="fit", argument="validation_data")
        return feed, standard_feed(model, data[0], data[1], None, _third(data), batch_size, "fit")
    if split is None or split == 0:
        return feed, None
    if isinstance(split, bool) or not isinstance(split, (int, float)) or not 0 < split < 1:
        raise ArgumentError(
            _("wanted a part between 0 and 1, given {given!r}").format(given=split),
            op="fit",
            argument="validation_split",
            fix=_("0.2 keeps the last fifth for measuring"),
        )
    at = int(feed.samples * (1 - split))
    if at == 0 or at == feed.samples:
        raise ArgumentError(
            _("of {samples} samples nothing is left to {what}").format(
                samples=feed.samples, what=_("train on") if at == 0 else _("measure")
            ),
            op="fit",
            argument="validation_split",
        )
    return feed.part(0, at), feed.part(at, feed.samples)


def _third(data: Sequence[Any]) -> Any:
    return data[2] if len(data) == 3 else None


def _in_steps(feed: Feed, shuffled: bool, most: int) -> Callable[[], Iterator[Batch]]:
    def forever() -> Iterator[Batch]:
        while True:
            yield from feed.epoch(shuffled)

    return _taking(forever(), most)


def _taking(batches: Iterator[Batch], most: int) -> Callable[[], Iterator[Batch]]:
    """Gives the next `most` batches of an iterator each time."""

    def epoch() -> Iterator[Batch]:
        for number in range(most):
            batch = next(batches, None)
            if batch is None:
                import warnings

                warnings.warn(
                    _("the dataset ended after {given} of {wanted} batches of an epoch").format(
                        given=number, wanted=most
                    ),
                    UserWarning,
                    stacklevel=2,
                )
                return
            yield batch

    return epoch


def of_datasets(model: Any, dataset: Any, class_weight: Any, op: str) -> Iterator[Batch]:
    """The batches of an iterable: pairs (x, y), dicts {'xs': x, 'ys': y}, or records with xs and ys."""
    _check_iterable(dataset, op, "dataset")
    for one in dataset:
        if isinstance(one, Mapping) and "xs" in one and "ys" in one:
            x, y = one["xs"], one["ys"]
        elif hasattr(one, "xs") and hasattr(one, "ys"):
            x, y = one.xs, one.ys
        elif _is_pair(one):
            x, y = one[0], one[1]
        else:
            raise ArgumentTypeError(
                _("a batch is a pair (x, y) or a dict {form}, not {given}").format(
                    form="{'xs': x, 'ys': y}", given=type(one).__name__
                ),
                op=op,
                argument="dataset",
            )
        yield standard_feed(model, x, y, class_weight, None, 0, op).whole()


def _is_pair(value: Any) -> bool:
    return (isinstance(value, tuple) and len(value) in (2, 3)) or (isinstance(value, list) and len(value) == 2)


def evaluation(step: Step, batches: Iterator[Batch], most: int | None, op: str) -> list[float]:
    """The means of loss and metrics over batches, at most so many.

    Errors:
        ArgumentError: there is no batch.
    """
    most = _positive(most, op, "steps")
    means = Means()
    for number, batch in enumerate(batches):
        if most is not None and number >= most:
            break
        means.add(step.test(batch), batch.size)
    found = means.values()
    if not found:
        raise ArgumentError(_("there are no samples"), op=op, argument="dataset")
    return found


def check_batch_size(value: Any, op: str, argument: str = "batch_size") -> None:
    """Raise the error of a batch size that is no whole number from 1 on."""
    if _positive(value, op, argument) is None:
        raise ArgumentError(
            _("wanted a whole number, 1 or more, given {given!r}").format(given=value), op=op, argument=argument
        )


def _positive(value: Any, op: str, argument: str) -> int | None:
    if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < 1):
        raise ArgumentError(
            _("wanted a whole number, 1 or more, given {given!r}").format(given=value), op=op, argument=argument
        )
    return value


def _check_epochs(epochs: Any, initial_epoch: Any, op: str) -> None:
    for argument, value, least in (("epochs", epochs, 0), ("initial_epoch", initial_epoch, 0)):
        if isinstance(value, bool) or not isinstance(value, int) or value < least:
            raise ArgumentError(
                _("wanted a whole number, {least} or more, given {given!r}").format(least=least, given=value),
                op=op,
                argument=argument,
            )


def _check_stateful(model: Any, feed: Feed, op: str) -> None:
    if model.stateful and feed.samples % feed.batch_size:
        raise ArgumentError(
            _("a model with states wants whole batches: {samples} samples are no multiple of {size}").format(
                samples=feed.samples, size=feed.batch_size
            ),
            op=op,
            argument="batch_size",
        )


def _check_iterable(value: Any, op: str, argument: str) -> None:
    if not isinstance(value, Iterable):
        raise ArgumentTypeError(
            _("wanted an iterable of batches, not {given}").format(given=type(value).__name__), op=op, argument=argument
        )
