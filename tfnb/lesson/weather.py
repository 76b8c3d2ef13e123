"""Four years of Seattle's weather, as windows of 80 days with the season of their last day as the label."""

from __future__ import annotations

import csv
import gzip
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from tfnb.lesson.bilingual import Both
from tfnb.lesson.shown import Shown
from tfnb.picture.parts import Figure, Table, Words

LENGTH: Final = 80
TEST_YEAR: Final = "2015"
SEASONS: Final = (Both("winter", "冬"), Both("spring", "春"), Both("summer", "夏"), Both("autumn", "秋"))

_FILE: Final = Path(__file__).parent / "data" / "seattle_weather.csv.gz"
_HEAD: Final = (
    Both("day", "日付"), Both("rain (mm)", "雨 (mm)"), Both("highest (°C)", "最高気温 (°C)"),
    Both("lowest (°C)", "最低気温 (°C)"), Both("wind (m/s)", "風 (m/s)"), Both("season", "季節"),
)  # fmt: skip
_TITLE: Final = Both("The first {count} of {all} days", "{all} 日のうち、最初の {count} 日")


@dataclass(frozen=True, slots=True)
class Weather:
    """Windows of 80 days of weather, and the season of each window's last day.

    Attributes:
        days: for each day the date, rain (mm), highest and lowest temperature (°C) and wind (m/s), as they were noted.
        train_x, test_x: windows that end in 2012 to 2014, and in 2015: tensors of shape [windows, 80, 4]. Rain is
            log(1 + rain); each of the four has mean 0 and standard deviation 1 over the days of 2012 to 2014.
        train_y, test_y: for each window four numbers, 1 at its season and 0 elsewhere: winter (December to February),
            spring, summer, autumn.
        source: where the days come from, and the licence.
    """

    days: list[tuple[str, float, float, float, float]] = field(repr=False)
    train_x: Any = field(repr=False)
    train_y: Any = field(repr=False)
    test_x: Any = field(repr=False)
    test_y: Any = field(repr=False)
    source: str = (
        "NOAA daily summaries of Seattle, 2012 to 2015 (public domain), as packaged by vega-datasets (BSD-3-Clause)"
    )


@dataclass(frozen=True, slots=True)
class Windows:
    """The windows as arrays: numbers [count, 80, 4], seasons [count], and whether each is there to be trained on."""

    numbers: NDArray[np.float32]
    seasons: NDArray[np.int64]
    to_train: NDArray[np.bool_]


@cache
def _days() -> tuple[tuple[str, float, float, float, float], ...]:
    with gzip.open(_FILE, "rt", encoding="ascii", newline="") as file:
        lines = csv.reader(file)
        next(lines)
        return tuple((day, float(a), float(b), float(c), float(d)) for day, a, b, c, d in lines)


def season_of(day: str) -> int:
    """The place in `SEASONS` of a date such as 2012/01/31.

    Example:
        >>> [season_of(f"2012/{month:02}/01") for month in (12, 1, 3, 6, 9, 11)]
        [0, 0, 1, 2, 3, 3]
    """
    return int(day[5:7]) % 12 // 3


@cache
def windows() -> Windows:
    """All windows of 80 days that follow each other, in the order of their last days."""
    numbers = np.array([day[1:] for day in _days()])
    numbers[:, 0] = np.log1p(numbers[:, 0])
    to_train = np.array([not day[0].startswith(TEST_YEAR) for day in _days()])
    known = numbers[to_train]
    numbers = (numbers - known.mean(0)) / known.std(0)
    laid_out = np.lib.stride_tricks.sliding_window_view(numbers, LENGTH, axis=0).swapaxes(1, 2)
    seasons = np.array([season_of(day[0]) for day in _days()[LENGTH - 1 :]])
    return Windows(np.ascontiguousarray(laid_out, np.float32), seasons, to_train[LENGTH - 1 :])


def weather() -> Weather:
    """1,461 days of weather in Seattle as 1,382 windows of 80 days, each with the season of its last day.

    The windows of 2015 stand apart, to judge by. They are never mixed with the others: two windows that begin a day
    apart share 79 days, so a model that knows one would know the other.

    Example:
        >>> import tfnb as tf
        >>> weather = tf.lesson.weather()
        >>> weather.train_x.shape, weather.test_y.shape
        ((1017, 80, 4), (365, 4))
    """
    import tfnb as tf

    made = windows()
    one_hot = np.eye(len(SEASONS), dtype=np.float32)[made.seasons]
    known, coming = made.to_train, ~made.to_train
    return Weather(
        list(_days()),
        train_x=tf.tensor(made.numbers[known]),
        train_y=tf.tensor(one_hot[known]),
        test_x=tf.tensor(made.numbers[coming]),
        test_y=tf.tensor(one_hot[coming]),
    )


def days(weather: Weather, count: int = 5) -> Shown:
    """The first days as a table, as they were noted.

    Args:
        weather: what `tf.lesson.weather` gave.
        count: how many days.

    Example:
        >>> import tfnb as tf
        >>> shown = tf.lesson.days(tf.lesson.weather(), 5)
    """
    rows = tuple(
        (*(Words(str(value)) for value in day), Words(SEASONS[season_of(day[0])].say())) for day in weather.days[:count]
    )
    title = _TITLE.say(count=count, all=f"{len(weather.days):,}")
    table = Table(tuple(name.say() for name in _HEAD), rows, frozenset({1, 2, 3, 4}))
    return Shown(Figure(title, title, table))


def last_day_rule() -> float:
    """The share of the windows of 2015 whose season a simple rule finds that looks at their last day alone.

    It takes the mean last day of each season in 2012 to 2014, and gives a window the season whose mean is nearest.

    Example:
        >>> import tfnb as tf
        >>> 0.5 < tf.lesson.last_day_rule() < 0.7
        True
    """
    made = windows()
    last, seasons = made.numbers[:, -1], made.seasons
    means = np.stack([last[made.to_train & (seasons == season)].mean(0) for season in range(len(SEASONS))])
    nearest = ((last[~made.to_train][:, None] - means) ** 2).sum(-1).argmin(1)
    return float((nearest == seasons[~made.to_train]).mean())
