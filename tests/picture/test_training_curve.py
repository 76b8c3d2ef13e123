"""The picture of a training run that needs no script."""

from __future__ import annotations

import json
import math
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from tfnb.language import set_language
from tfnb.picture.axis import ticks
from tfnb.picture.bundle import LARGEST, bundle, svg_bundle
from tfnb.picture.formats import format_value
from tfnb.picture.lower_html import lower_html
from tfnb.picture.lower_svg import lower_svg
from tfnb.picture.lower_text import lower_text
from tfnb.picture.parts import Plot, Row, Stack
from tfnb.picture.plot_svg import HEIGHT, WIDTH, plot_document
from tfnb.picture.training_curve import (
    Series,
    TrainingState,
    description,
    duration,
    numbers_table,
    panels,
    place_in_run,
    progress,
    span,
    training_figure,
)  # fmt: skip

pytestmark = pytest.mark.usefixtures("english")

VECTORS = json.loads((Path(__file__).parents[2] / "js" / "vectors" / "values.json").read_text(encoding="utf-8"))
SVG = "{http://www.w3.org/2000/svg}"

STATE = TrainingState(
    "digits", epoch=2, epochs=4, batch=5, batches=10, elapsed=12, remaining=65, learning_rate=0.001, tensors=24,
    in_use=2**20,
    series=(
        Series("acc", ((1, 0.2), (10, 0.5), (15, 0.75)), ((1, 0.5),)),
        Series("loss", ((1, 2.0), (10, 1.0), (15, 0.5)), ((1, 1.5),)),
        Series("val_acc", (), ((1, 0.5),)),
        Series("val_loss", (), ((1, 1.25),)),
    ),
)  # fmt: skip
DONE = TrainingState(
    "digits", "ended", "done", epoch=20, epochs=20, batch=10, batches=10, elapsed=7260,
    series=(Series("loss", (), tuple((n, 1 / n) for n in range(1, 21))), Series("val_loss", (), ((20, 0.25),))),
)  # fmt: skip


def plots(state: TrainingState) -> list[Plot]:
    body = training_figure(state).body
    assert isinstance(body, Stack)
    return [plot for part in body.parts if isinstance(part, Row) for plot in part.parts if isinstance(plot, Plot)]


@pytest.mark.parametrize(("value", "text"), VECTORS)
def test_numbers_read_as_they_do_in_the_widget(value: float, text: str) -> None:
    assert format_value(float(value)) == text


def test_place_and_numbers_are_told() -> None:
    assert place_in_run(STATE) == (
        "epoch 2 of 4 · batch 5 of 10 · 12 s · about 1 min 5 s left · learning rate 0.001 · 24 tensors, 1 MiB"
    )


def test_after_the_end_no_time_is_left() -> None:
    assert "left" not in place_in_run(TrainingState("x", "ended", "done", remaining=0.0, elapsed=3.0))


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.04, "0 s"), (4.25, "4.3 s"), (9.96, "10 s"), (65, "1 min 5 s"), (3599.6, "1 h 0 min"), (7260, "2 h 1 min")],
)
def test_durations_read_as_they_do_in_the_widget(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def test_the_part_that_is_done() -> None:
    assert progress(STATE) == 15 / 40
    assert progress(TrainingState("x", batch=3)) is None


def test_the_loss_comes_first_and_validation_stands_beside_its_metric() -> None:
    assert [(name, [one.name for one in group]) for name, group in panels(STATE)] == [
        ("loss", ["loss", "val_loss"]), ("acc", ["acc", "val_acc"]),
    ]  # fmt: skip


def test_several_epochs_are_drawn_over_epochs_and_one_over_batches() -> None:
    loss = plots(STATE)[0]
    assert (loss.across, loss.span) == ("epoch", (0.0, 1.5))
    assert [x for x, _y in loss.curves[0].points] == pytest.approx([0.1, 1.0, 1.5])
    one = TrainingState("x", epoch=1, epochs=1, batch=5, batches=10, series=(Series("loss", ((1, 2.0), (5, 1.0))),))
    assert (plots(one)[0].across, span(one)) == ("batch", (1.0, 5.0))


def test_where_the_number_of_batches_is_unknown_the_axis_counts_them() -> None:
    state = TrainingState("mine", batch=300, series=(Series("loss", ((1, 2.0), (300, 1.0))),))
    assert (plots(state)[0].across, span(state)) == ("batch", (1.0, 300.0))


def test_validation_is_dashed_so_that_colour_is_not_all() -> None:
    dashed = {curve.name: curve.dashed for curve in plots(DONE)[0].curves}
    assert dashed == {"loss": False, "val_loss": True}


def test_epochs_are_a_table_whose_middle_is_cut() -> None:
    table = numbers_table(DONE)
    assert table is not None
    assert table.head == ("epoch", "loss", "val_loss")
    cells = [[cell.text for cell in row] for row in table.rows]
    assert cells[0] == ["1", "1", "–"]
    assert cells[3] == ["…", "…", "…"]
    assert cells[-1] == ["20", "0.05", "0.25"]
    assert len(cells) == 11


def test_before_the_second_epoch_the_table_has_ends_and_extremes() -> None:
    table = numbers_table(STATE)
    assert table is not None
    assert [cell.text for cell in table.rows[1]] == ["loss", "2", "0.5", "2", "0.5"]


def test_a_run_without_values_yet_is_a_picture_too() -> None:
    assert lower_text(training_figure(TrainingState("digits"))) == "Training: digits\nrunning"
    assert "running" in lower_svg(training_figure(TrainingState("")))


def test_the_note_and_the_place_of_a_nan_are_shown() -> None:
    state = TrainingState(
        "x", "ended", "nan", "The loss of batch 3 is not a number.", 1, 1, 3, 10,
        series=(Series("loss", ((1, 2.0), (2, 30.0), (3, math.nan))),),
    )  # fmt: skip
    text = lower_text(training_figure(state))
    assert "ended: a value is not a number\n" in text
    assert "The loss of batch 3 is not a number." in text
    assert plots(state)[0].gap == 3
    assert "NaN" in plot_document(plots(state)[0])
    assert "The loss of batch 3 is not a number." in description(state)


def test_the_description_tells_every_curve() -> None:
    said = description(DONE)
    assert said.startswith("Training: digits: done. epoch 20 of 20")
    assert "loss from 1 to 0.05, val_loss 0.25" in said


def coordinates(state: TrainingState, name: str) -> list[tuple[float, float]]:
    """Where the curve of a name is drawn."""
    plot = plots(state)[0]
    drawn = ET.fromstring(plot_document(plot))
    colour = next(curve.colour for curve in plot.curves if curve.name == name)
    line = next(one for one in drawn.iter(f"{SVG}polyline") if one.get("stroke") == colour)
    return [tuple(map(float, point.split(","))) for point in (line.get("points") or "").split()]  # type: ignore[misc]


@pytest.mark.parametrize("log", [False, True])
def test_curves_lie_where_the_axis_says(log: bool) -> None:
    """Two ticks give the scale of an axis; every point must agree with it."""
    values = tuple((n, 10.0 ** (-n / 4)) for n in range(1, 13))
    state = TrainingState("x", epoch=12, epochs=12, batches=5, log=log, series=(Series("loss", (), values),))
    plot = plots(state)[0]
    drawn = ET.fromstring(plot_document(plot))
    labels = {
        one.text or "": (float(one.attrib["x"]), float(one.attrib["y"]))
        for one in drawn.iter(f"{SVG}text") if one.get("text-anchor") in ("end", "middle")
    }  # fmt: skip
    measure = math.log10 if log else float
    low, high = min(y for _x, y in values), max(y for _x, y in values)
    one, other = ticks(low, high, 4, log)[:2]
    at_one, at_other = labels[format_value(one)][1] - 4, labels[format_value(other)][1] - 4
    slope = (at_other - at_one) / (measure(other) - measure(one))
    for (_n, y), (_x, drawn_y) in zip(values, coordinates(state, "loss"), strict=True):
        assert drawn_y == pytest.approx(at_one + slope * (measure(y) - measure(one)), abs=0.3)


def test_values_without_a_logarithm_are_left_out_of_a_log_plot() -> None:
    state = TrainingState("x", epoch=3, epochs=3, batches=1, log=True, series=(
        Series("loss", (), ((1, 1.0), (2, 0.0), (3, 0.1), (4, 0.01))),
    ))  # fmt: skip
    assert len(coordinates(state, "loss")) == 2
    none = TrainingState("x", log=True, series=(Series("loss", ((1, -1.0), (2, -2.0))),))
    assert "polyline" in plot_document(plots(none)[0])


def test_losses_are_drawn_on_a_log_scale_and_metrics_only_where_there_is_no_loss() -> None:
    both = TrainingState("x", log=True, series=(Series("loss", ((1, 1.0),)), Series("acc", ((1, 0.5),))))
    assert [(plot.title, plot.log) for plot in plots(both)] == [("loss", True), ("acc", False)]
    alone = TrainingState("x", log=True, series=(Series("mae", ((1, 1.0),)),))
    assert [plot.log for plot in plots(alone)] == [True]


def test_everything_stays_inside_the_plot() -> None:
    for state in (STATE, DONE):
        for plot in plots(state):
            for one in ET.fromstring(plot_document(plot)).iter():
                for x, y in (pair.split(",") for pair in (one.get("points") or "").split()):
                    assert 0 <= float(x) <= WIDTH
                    assert 0 <= float(y) <= HEIGHT


def test_a_hundred_thousand_batches_of_eight_metrics_are_small() -> None:
    batches = tuple((n, math.sin(n)) for n in range(1, 513))
    series = tuple(Series(name, batches, batches[:512]) for name in "abcdefgh")
    state = TrainingState("x", epoch=512, epochs=512, batches=1, series=series)
    made = bundle([lambda: training_figure(state), lambda: training_figure(state, 80)], lambda: "")
    assert "text/html" in made
    assert sum(len(text.encode()) for text in made.values()) <= LARGEST
    assert svg_bundle(training_figure(state, 80))


def test_words_in_the_image_of_html_are_told_beside_it() -> None:
    html = lower_html(training_figure(DONE))
    image = re.search(r'<img[^>]* alt="([^"]*)"', html)
    assert image is not None
    assert image[1] == "loss from 1 to 0.05, val_loss 0.25"


def test_names_may_be_anything() -> None:
    name = "<script>\u202e"
    state = TrainingState(name, epoch=1, series=(Series(name, ((1, 1.0), (2, 2.0))),), note=name)
    for made in (lower_html(training_figure(state)), lower_svg(training_figure(state))):
        assert "<script>" not in made
        ET.fromstring(lower_svg(training_figure(state)))


def test_the_picture_speaks_japanese() -> None:
    set_language("ja")
    text = lower_text(training_figure(STATE))
    assert "学習" in text
    assert "エポック 2/4" in text
