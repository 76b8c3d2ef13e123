"""The digits are the source's: its counts, its range, and the accuracy that NumPy reaches on them."""

from __future__ import annotations

from collections import Counter

import numpy as np

import tfnb as tf


def test_the_counts_are_those_of_the_source() -> None:
    # optdigits.names, "Class Distribution", testing set
    assert Counter(tf.lesson.digits().labels) == {
        0: 178, 1: 182, 2: 177, 3: 183, 4: 181, 5: 182, 6: 181, 7: 179, 8: 174, 9: 180
    }  # fmt: skip


def test_each_picture_has_64_numbers_from_0_to_16() -> None:
    images = np.array(tf.lesson.digits().images)
    assert images.shape == (1797, 64)
    assert (images.min(), images.max()) == (0, 16)


def test_the_nearest_mean_of_the_first_1500_reaches_what_numpy_says() -> None:
    digits = tf.lesson.digits()
    images, labels = np.array(digits.images), np.array(digits.labels)
    means = np.stack([images[:1500][labels[:1500] == digit].mean(0) for digit in range(10)])
    nearest = ((images[1500:, None] - means) ** 2).sum(-1).argmin(1)
    assert round(float((nearest == labels[1500:]).mean()), 2) == 0.85


def test_lists_are_the_reader_s_own() -> None:
    tf.lesson.digits().images[0][0] = 99
    tf.lesson.digits().labels[0] = 99
    assert tf.lesson.digits().images[0][0] == 0
    assert tf.lesson.digits().labels[0] == 0


def test_the_source_and_the_licence_are_told() -> None:
    assert "CC BY 4.0" in tf.lesson.digits().source
    assert "Alpaydin" in tf.lesson.digits().source
    assert len(repr(tf.lesson.digits())) < 300
