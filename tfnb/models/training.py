"""Training: what a model does beside computing: compile, fit, evaluate, predict (section Models)."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

from tfnb.errors import ArgumentTypeError, TrainingError
from tfnb.language import _
from tfnb.models.compiling import Compiled
from tfnb.models.events import Run
from tfnb.models.history import History
from tfnb.models.predicting import Predicting
from tfnb.models.preparing import check_batch_size, dataset_plan, evaluation, fit_plan, of_datasets, standard_feed
from tfnb.models.running import run_plan, run_plan_async
from tfnb.models.step import Step
from tfnb.naming import missing
from tfnb.ops.creation import scalar

Numbers = Any


class Training(Predicting):
    """What is common to all models that can be trained; `Sequential` and `LayersModel` have it.

    Attributes:
        stop_training: set it to True in a callback, and the training ends after the running batch.
        history: the History of the last training.
        run: the running or last training, as displays see it.
    """

    stop_training: bool = False
    history: History | None = None
    run: Run | None = None
    is_training: bool = False
    _compiled: Compiled | None = None
    _step: Step | None = None
    _given_loss: Any = None
    _given_metrics: Any = None

    def __getattr__(self, name: str) -> Any:
        raise missing(name, "model", type(self))

    # How it is trained

    def compile(self, optimizer: Any, loss: Any = None, metrics: Any = None) -> None:
        """Say how the model is trained.

        Args:
            optimizer: changes the weights: a name such as `'adam'`, or one made by `tf.train.adam(0.001)`.
            loss: what training makes smaller: a name such as `'categorical_crossentropy'`, or a function
                `f(y_true, y_pred)`. For several outputs the same for all, a list, or a dict by the outputs' names; the
                total is their sum.
            metrics: what else is measured: a name such as `'accuracy'`, a function, a list of them, or a dict by the
                outputs' names.

        Errors:
            ArgumentError: a name that does not exist, or another number of losses than outputs.
            ArgumentTypeError: no loss, or something that is neither name nor function. TrainingError: in the middle of
            a training. After an error the model is as it was.

        Example:
            >>> import tfnb as tf
            >>> model = tf.sequential([tf.layers.dense(units=3, activation="softmax", input_shape=[4])])
            >>> model.compile(optimizer="adam", loss="categoricalCrossentropy", metrics=["accuracy"])
            >>> model.metrics_names
            ['loss', 'acc']
        """
        self._check_idle("compile")
        if isinstance(optimizer, dict):
            raise ArgumentTypeError(
                _("wanted keyword arguments, not a dict"),
                op="compile",
                argument="optimizer",
                fix=_("write model.compile(optimizer='adam', loss='mean_squared_error')"),
            )
        compiled = Compiled(self, optimizer, loss, metrics)
        self.dispose_training()
        self._compiled, self._step = compiled, None
        self._given_loss, self._given_metrics = loss, metrics
        self._step = Step(self, compiled)

    @property
    def optimizer(self) -> Any:
        """What changes the weights; None before `compile`."""
        return None if self._compiled is None else self._compiled.optimizer

    @property
    def loss(self) -> Any:
        """The loss as it was given to `compile`."""
        return self._given_loss

    @property
    def metrics(self) -> Any:
        """The metrics as they were given to `compile`."""
        return self._given_metrics

    @property
    def loss_functions(self) -> list[Callable[[Any, Any], Any]]:
        """The loss function of each output."""
        return [] if self._compiled is None else list(self._compiled.losses)

    @property
    def metrics_names(self) -> list[str]:
        """What the numbers of `evaluate` and `train_on_batch` are called, in their order."""
        return [] if self._compiled is None else list(self._compiled.names)

    def compiled(self, op: str) -> Compiled:
        """How the model is trained.

        Errors:
            TrainingError: `compile` was forgotten.
        """
        self._check_alive()
        if self._compiled is None:
            raise TrainingError(
                _("the model has no loss and no optimizer yet"),
                op=op,
                fix=_("call model.compile(optimizer=…, loss=…) first"),
            )
        return self._compiled

    def step(self, op: str) -> Step:
        """The work on a batch. Which weights are trained was decided by `compile`."""
        compiled = self.compiled(op)
        if self._step is None:
            self._step = Step(self, compiled)
        elif self._step.misses(self):
            warnings.warn(
                _("other weights are trainable now than when the model was compiled: call compile again to train them"),
                UserWarning,
                stacklevel=4,
            )
        return self._step

    def forget_step(self) -> None:
        """The layers have changed: what was worked out for them holds no longer."""
        self._step = None

    def dispose_training(self) -> int:
        """Free the optimizer that `compile` made; returns how many variables that were."""
        compiled, self._compiled, self._step = self._compiled, None, None
        if compiled is None or not compiled.owns_optimizer:
            return 0
        count = len([one for one in compiled.optimizer.get_weights() if one is not None])
        compiled.optimizer.dispose()
        return count

    def stop_for(self, reason: str, note: str = "") -> None:
        """End the running training after its batch, and say why. For callbacks of one's own `stop_training` will do.

        Args:
            reason: what the History has as its `reason`.
            note: one sentence on it.
        """
        self.stop_training = True
        if self.run is not None and self.run.stop_reason is None:
            self.run.stop(reason)
            self.run.note = note

    def _check_idle(self, op: str) -> None:
        self._check_alive()
        if self.is_training:
            raise TrainingError(
                _("this model is being trained just now"),
                op=op,
                fix=_("wait for its fit to end, or set model.stop_training = True"),
            )

    # Training

    def fit(
        self,
        x: Any,
        y: Any,
        batch_size: int = 32,
        epochs: int = 1,
        verbose: int = 1,
        callbacks: Any = None,
        validation_split: float | None = None,
        validation_data: Any = None,
        shuffle: bool = True,
        class_weight: Any = None,
        sample_weight: Any = None,
        initial_epoch: int = 0,
        steps_per_epoch: int | None = None,
        validation_steps: int | None = None,
        yield_every: Any = "auto",
    ) -> History:
        """Train the model on samples.

        Ctrl-C and the Stop button end it after the running batch: the History so far is returned, the weights are those
        of the last whole batch. A second interrupt raises KeyboardInterrupt. A loss that is NaN ends it too, before it
        reaches the weights.

        Args:
            x: inputs, one sample along the first axis: a tensor, array or nested lists; for several inputs a list or a
                dict by the inputs' names.
            y: what should come out, in the same way for the outputs.
            batch_size: samples for one change of the weights.
            epochs: the number of the last epoch: how often all samples are seen.
            verbose: 1 shows a live chart in a notebook and a bar elsewhere, 2 a line for each epoch, 0 nothing.
            callbacks: a callback, a dict of functions by the names of hooks, or a list of such.
            validation_split: the last part of the samples, between 0 and 1, is not trained on but measured.
            validation_data: samples to be measured after each epoch: (x, y) or (x, y, sample_weight).
            shuffle: whether the samples come in a new order in each epoch.
            class_weight: a dict from class numbers to how much a sample of that class counts.
            sample_weight: how much each sample counts.
            initial_epoch: the number of the first epoch, to go on with a training.
            steps_per_epoch: batches in an epoch; what is left of the samples comes in the next one.
            validation_steps: the most batches that are measured.
            yield_every: how often `on_yield` is called: `'auto'`, `'batch'`, `'epoch'`, `'never'` or milliseconds.

        Returns:
            History: the numbers of each epoch.

        Errors:
            TrainingError: before `compile`, or inside of another `fit` of this model. ShapeError: samples of another
            shape than the model's, or more of x than of y. ArgumentError: no samples, a NaN in them, labels that don't
            fit the loss, a batch_size above the number of samples. Nothing is changed then.

        Example:
            >>> import numpy as np
            >>> import tfnb as tf
            >>> x = np.linspace(-1, 1, 32).reshape(-1, 1)
            >>> model = tf.sequential([tf.layers.dense(units=1, input_shape=[1], kernel_initializer="zeros")])
            >>> model.compile(optimizer=tf.train.sgd(0.5), loss="mean_squared_error")
            >>> history = model.fit(x=x, y=2 * x + 1, epochs=30, verbose=0)
            >>> history.history["loss"][-1] < 0.01
            True
        """
        self._check_idle("fit")
        plan = fit_plan(self, x, y, batch_size, epochs, callbacks, validation_split, validation_data, shuffle,
                        class_weight, sample_weight, initial_epoch, steps_per_epoch, validation_steps, yield_every,
                        verbose)  # fmt: skip
        return run_plan(self, plan)

    async def fit_async(
        self,
        x: Any,
        y: Any,
        batch_size: int = 32,
        epochs: int = 1,
        verbose: int = 1,
        callbacks: Any = None,
        validation_split: float | None = None,
        validation_data: Any = None,
        shuffle: bool = True,
        class_weight: Any = None,
        sample_weight: Any = None,
        initial_epoch: int = 0,
        steps_per_epoch: int | None = None,
        validation_steps: int | None = None,
        yield_every: Any = "auto",
    ) -> History:
        """`fit` that lets the event loop run between batches: `history = await model.fit_async(…)`.

        The arguments are those of `fit`. Callbacks may be `async`.

        Example:
            >>> import asyncio
            >>> import numpy as np
            >>> import tfnb as tf
            >>> model = tf.sequential([tf.layers.dense(units=1, input_shape=[1])])
            >>> model.compile(optimizer="sgd", loss="mean_squared_error")
            >>> asyncio.run(model.fit_async(np.ones([4, 1]), np.ones([4, 1]), verbose=0)).epoch
            [0]
        """
        self._check_idle("fit_async")
        plan = fit_plan(self, x, y, batch_size, epochs, callbacks, validation_split, validation_data, shuffle,
                        class_weight, sample_weight, initial_epoch, steps_per_epoch, validation_steps, yield_every,
                        verbose)  # fmt: skip
        return await run_plan_async(self, plan)

    def fit_dataset(
        self,
        dataset: Any,
        batches_per_epoch: int | None = None,
        epochs: int | None = None,
        verbose: int = 1,
        callbacks: Any = None,
        validation_data: Any = None,
        validation_batch_size: int = 32,
        validation_batches: int | None = None,
        yield_every: Any = "auto",
        initial_epoch: int = 0,
        class_weight: Any = None,
    ) -> History:
        """Train the model on batches that come one after the other.

        Args:
            dataset: an iterable of batches, each a pair (x, y) or a dict {'xs': x, 'ys': y}; it is gone through once
                in each epoch.
            batches_per_epoch: batches in an epoch; the next one goes on where it ended.
            epochs: the number of the last epoch.
            verbose: as in `fit`.
            callbacks: as in `fit`.
            validation_data: (x, y), or an iterable of batches.
            validation_batch_size: samples in a batch of a validation set (x, y).
            validation_batches: the most batches of a validation set that is an iterable.
            yield_every: as in `fit`.
            initial_epoch: as in `fit`.
            class_weight: as in `fit`.

        Returns:
            History: the numbers of each epoch.

        Errors:
            those of `fit`; ArgumentError: no `epochs`.

        Example:
            >>> import numpy as np
            >>> import tfnb as tf
            >>> model = tf.sequential([tf.layers.dense(units=1, input_shape=[1])])
            >>> model.compile(optimizer="sgd", loss="mean_squared_error")
            >>> batches = [(np.ones([4, 1]), np.ones([4, 1]))] * 3
            >>> model.fit_dataset(batches, epochs=2, verbose=0).epoch
            [0, 1]
        """
        self._check_idle("fit_dataset")
        plan = dataset_plan(self, dataset, batches_per_epoch, epochs, callbacks, validation_data,
                            validation_batch_size, validation_batches, yield_every, initial_epoch, class_weight,
                            verbose)  # fmt: skip
        return run_plan(self, plan)

    def train_on_batch(self, x: Any, y: Any) -> float | list[float]:
        """Change the weights once, by these samples.

        Args:
            x, y: as in `fit`.

        Returns:
            The loss before the change; with metrics or several outputs a list, named by `metrics_names`. At a loss that
            is NaN the weights stay as they are.

        Errors:
            those of `fit`.

        Example:
            >>> import tfnb as tf
            >>> model = tf.sequential([tf.layers.dense(units=1, input_shape=[1], kernel_initializer="zeros")])
            >>> model.compile(optimizer="sgd", loss="mean_squared_error")
            >>> model.train_on_batch(tf.ones([2, 1]), tf.ones([2, 1]))
            1.0
        """
        self._check_idle("train_on_batch")
        step = self.step("train_on_batch")
        feed = standard_feed(self, x, y, None, None, 0, "train_on_batch")
        values = step.train(feed.whole())
        return values[0] if len(values) == 1 else values

    # Measuring and predicting

    def evaluate(
        self,
        x: Any,
        y: Any,
        batch_size: int = 32,
        verbose: int = 0,
        sample_weight: Any = None,
        steps: int | None = None,
    ) -> Any:
        """The loss and the metrics on samples, means over all of them.

        Args:
            x, y: as in `fit`.
            batch_size: samples at a time.
            verbose: without an effect.
            sample_weight: how much each sample counts in the loss.
            steps: the most batches that are measured.

        Returns:
            A scalar tensor; with metrics or several outputs a list of them, named by `metrics_names`.

        Errors:
            those of `fit`.

        Example:
            >>> import tfnb as tf
            >>> model = tf.sequential([tf.layers.dense(units=1, input_shape=[1], kernel_initializer="zeros")])
            >>> model.compile(optimizer="sgd", loss="mean_squared_error")
            >>> float(model.evaluate(tf.ones([2, 1]), tf.ones([2, 1])))
            1.0
        """
        step = self.step("evaluate")
        check_batch_size(batch_size, "evaluate")
        feed = standard_feed(self, x, y, None, sample_weight, batch_size, "evaluate")
        return _scalars(evaluation(step, feed.epoch(False), steps, "evaluate"))

    def evaluate_dataset(self, dataset: Any, batches: int | None = None, verbose: int = 0) -> Any:
        """The loss and the metrics on batches that come one after the other.

        Args:
            dataset: an iterable of batches, as in `fit_dataset`.
            batches: the most batches that are measured.
            verbose: without an effect.

        Returns:
            as `evaluate`.

        Example:
            >>> import tfnb as tf
            >>> model = tf.sequential([tf.layers.dense(units=1, input_shape=[1], kernel_initializer="zeros")])
            >>> model.compile(optimizer="sgd", loss="mean_squared_error")
            >>> float(model.evaluate_dataset([(tf.ones([2, 1]), tf.ones([2, 1]))]))
            1.0
        """
        step = self.step("evaluate_dataset")
        return _scalars(evaluation(step, of_datasets(self, dataset, None, "evaluate_dataset"), batches,
                                   "evaluate_dataset"))  # fmt: skip


def _scalars(values: list[float]) -> Any:
    found = [scalar(value) for value in values]
    return found[0] if len(found) == 1 else found
