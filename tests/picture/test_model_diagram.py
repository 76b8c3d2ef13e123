"""A model's picture: layers, shapes, numbers; or up to where it breaks."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.picture.figures import CHAIN, FORK
from tfnb.picture.layered_layout import layered_layout
from tfnb.picture.lower_svg import lower_svg
from tfnb.picture.lower_text import lower_text
from tfnb.picture.model_diagram import DRAWN, Break, LayerRow, is_chain, model_figure, totals

pytestmark = pytest.mark.usefixtures("english")


def test_every_layer_is_in_the_text_with_its_shape_and_numbers() -> None:
    lines = lower_text(model_figure("net", CHAIN)).split("\n")
    assert lines[0] == "Model net"
    assert lines[4].split() == ["first", "(Dense)", "[None,", "8]", "32", "128", "B"]
    assert lines[5].split() == ["second", "(Dense)", "[None,", "2]", "18", "(fixed)", "72", "B"]
    assert lines[-1] == "50 parameters, 200 B · 18 of them fixed"


def test_the_class_is_said_where_the_name_does_not_tell() -> None:
    rows = (LayerRow("dense_1", "Dense", "[None, 1]"), LayerRow("head", "Dense", "[None, 1]", inputs=(0,)))
    text = lower_text(model_figure("net", rows))
    assert "dense_1  " in text
    assert "head (Dense)" in text


def test_only_a_graph_says_where_inputs_come_from() -> None:
    assert is_chain(CHAIN) and not is_chain(FORK)
    assert "takes" not in lower_text(model_figure("net", CHAIN))
    assert "in, first, second" in lower_text(model_figure("net", FORK))


def test_a_shared_layer_is_counted_once() -> None:
    rows = (*CHAIN, LayerRow("first", "Dense", "[None, 8]", 32, 128, (2,), again=True))
    assert totals(rows).startswith("50 parameters, 200 B")


def test_a_break_is_drawn_and_told() -> None:
    figure = model_figure("net", CHAIN, Break("third", "SimpleRNN", "[None, 2]", "[None, *, *]"))
    assert "Here it breaks: third wants [None, *, *], given [None, 2]." in lower_text(figure)
    assert "✗ third (SimpleRNN)" in lower_svg(figure)
    unsaid = model_figure("net", (), Break("first", "Mine", "[None, 2]"))
    assert "Here it breaks: first does not take [None, 2]." in lower_text(unsaid)


def test_the_description_tells_the_layers_in_order() -> None:
    assert model_figure("net", CHAIN).description.startswith("in [None, 3] → first [None, 8] → second [None, 2].")


def test_a_very_deep_model_is_a_table() -> None:
    rows = [LayerRow(f"layer{n}", "Dense", "[None, 1]", 2, 8, (n - 1,) if n else ()) for n in range(DRAWN + 1)]
    figure = model_figure("net", rows)
    assert "polyline" not in lower_svg(figure)
    assert f"layer{DRAWN}" in lower_text(figure)


# The layout


@st.composite
def graphs(draw: st.DrawFn) -> tuple[list[float], list[tuple[int, int]]]:
    widths = draw(st.lists(st.floats(10, 200), min_size=1, max_size=14))
    pairs = list(itertools.combinations(range(len(widths)), 2))
    return widths, draw(st.lists(st.sampled_from(pairs), unique=True, max_size=30)) if pairs else []


@given(graphs())
def test_arrows_point_down_and_boxes_do_not_meet(graph: tuple[list[float], list[tuple[int, int]]]) -> None:
    widths, edges = graph
    layout = layered_layout(widths, edges, row=50)
    for start, end in edges:
        assert layout.places[start][1] < layout.places[end][1]
    for one, other in itertools.combinations(range(len(widths)), 2):
        if layout.places[one][1] == layout.places[other][1]:
            assert abs(layout.places[one][0] - layout.places[other][0]) >= (widths[one] + widths[other]) / 2
    for (x, y), width in zip(layout.places, widths, strict=True):
        assert x - width / 2 >= -1e-6
        assert x + width / 2 <= layout.width + 1e-6
        assert 0 < y < layout.height


@given(graphs())
def test_long_arrows_bend_once_in_each_row_that_they_cross(graph: tuple[list[float], list[tuple[int, int]]]) -> None:
    widths, edges = graph
    layout = layered_layout(widths, edges, row=50)
    for (start, end), bends in zip(edges, layout.bends, strict=True):
        assert len(bends) == round((layout.places[end][1] - layout.places[start][1]) / 50) - 1


def test_a_thousand_layers_in_a_row_are_laid_out() -> None:
    layout = layered_layout([10.0] * 1000, [(n, n + 1) for n in range(999)], row=20)
    assert layout.places[-1] == (5.0, 19990.0)
