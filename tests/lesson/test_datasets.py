"""The data are the sources': their counts and ranges, and the accuracy that NumPy reaches on them."""

from __future__ import annotations

import csv
import gzip
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

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


def days_of_the_file() -> list[list[str]]:
    file = Path(tf.lesson.__file__).parent / "data" / "seattle_weather.csv.gz"
    with gzip.open(file, "rt", encoding="ascii") as lines:
        return list(csv.reader(lines))[1:]


def test_no_day_of_the_weather_is_missing() -> None:
    days = [date.fromisoformat(day[0].replace("/", "-")) for day in days_of_the_file()]
    assert days == [date(2012, 1, 1) + timedelta(number) for number in range(1461)]


def test_windows_are_80_days_apart_by_one_and_parted_by_the_year_of_their_last() -> None:
    weather = tf.lesson.weather()
    assert weather.train_x.shape == (1017, 80, 4)
    assert weather.test_x.shape == (365, 80, 4)
    windows = np.concatenate([weather.train_x.numpy(), weather.test_x.numpy()])
    assert np.array_equal(windows[1:, :-1], windows[:-1, 1:])


def test_the_numbers_are_standardised_by_the_days_of_training_alone() -> None:
    numbers = np.array([[float(value) for value in day[1:]] for day in days_of_the_file()])
    numbers[:, 0] = np.log(1 + numbers[:, 0])
    known = numbers[:1096]  # 366 + 365 + 365 days
    wanted = (numbers - known.mean(0)) / known.std(0)
    weather = tf.lesson.weather()
    assert np.allclose(weather.train_x.numpy()[0], wanted[:80], atol=1e-5)
    assert np.allclose(weather.test_x.numpy()[-1], wanted[-80:], atol=1e-5)


def test_a_label_is_the_season_of_the_last_day() -> None:
    weather = tf.lesson.weather()
    labels = np.concatenate([weather.train_y.numpy(), weather.test_y.numpy()])
    seasons = {12: 0, 1: 0, 2: 0, 3: 1, 4: 1, 5: 1, 6: 2, 7: 2, 8: 2, 9: 3, 10: 3, 11: 3}
    assert labels.argmax(1).tolist() == [seasons[int(day[0][5:7])] for day in days_of_the_file()[79:]]
    assert (labels.sum(1) == 1).all()


def test_the_rule_of_the_last_day_reaches_what_numpy_says() -> None:
    weather = tf.lesson.weather()
    last, labels = weather.train_x.numpy()[:, -1], weather.train_y.numpy().argmax(1)
    means = [last[labels == season].mean(0) for season in range(4)]
    coming = weather.test_x.numpy()[:, -1]
    nearest = np.argmin([((coming - mean) ** 2).sum(1) for mean in means], 0)
    assert tf.lesson.last_day_rule() == (nearest == weather.test_y.numpy().argmax(1)).mean()


def test_the_weather_tells_its_source_and_is_the_reader_s_own() -> None:
    weather = tf.lesson.weather()
    assert "NOAA" in weather.source
    weather.days.clear()
    assert len(tf.lesson.weather().days) == 1461
