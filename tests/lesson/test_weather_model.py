"""What lesson 1 says of its model of layers holds for other seeds than its own."""

from __future__ import annotations

import pytest

import tfnb as tf

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("seed", [1, 2, 3, 4, 5])
def test_loss_and_accuracy_are_in_the_ranges_that_the_text_gives(seed: int) -> None:
    tf.set_backend("auto")  # as the lesson does
    weather = tf.lesson.weather()
    tf.set_seed(seed)
    model = tf.sequential()
    model.add(tf.layers.simple_rnn(units=20, recurrent_initializer="GlorotNormal", input_shape=[80, 4]))
    model.add(tf.layers.dense(units=4, activation="softmax"))
    model.compile(optimizer=tf.train.sgd(0.02), loss="categoricalCrossentropy")
    counts = []
    history = model.fit(
        x=weather.train_x, y=weather.train_y, epochs=60, verbose=0,
        callbacks={"on_epoch_end": lambda epoch, logs: counts.append(tf.memory().num_tensors)},
    )  # fmt: skip
    accuracy = tf.lesson.accuracy(model.predict(weather.test_x), weather.test_y)
    assert 0.3 < history.history["loss"][-1] < 1.2
    assert 0.55 < accuracy < 0.9
    assert len(set(counts)) == 1
