"""What a person sees: pictures, the gauge, twins; safe, accessible, in both themes, trusted or not."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from tests.browser.hostile import HOSTILE
from tests.browser.jupyter import Jupyter, Notebook
from tfnb.picture.lower_svg import lower_svg
from tfnb.picture.parts import Bitmap, Box, Figure, Stack, Words

LOAD = "import tfnb as tf\nimport numpy as np\n%load_ext tfnb"
PICTURES = (
    "x = tf.tensor([[1, 2, 3], [4, 5, 60]])\nx",
    "tf.tensor(np.random.default_rng(0).random([10, 8, 8]), dtype='float32')",
    "tf.tensor([1, float('nan'), -3])",
    "tf.show(tf.add, x, tf.tensor([10, 20, 30]))",
    "tf.show(tf.add, x, tf.tensor([1, 2]))",
    "%%tidy --report\ny = x.add(1).mul(2)",
    "%tensors",
    "%doctor",
)
GAUGE = (
    "%gpu",
    "import time\nkept = []\nfor i in range(30):\n    kept.append(tf.ones([100_000]))\n    time.sleep(0.1)",
)


@pytest.fixture(scope="module")
def page(lab: Jupyter) -> Iterator[Notebook]:
    lab.write("pictures.ipynb", LOAD, *PICTURES, *GAUGE)
    opened = lab.open("pictures.ipynb")
    opened.run_all()
    yield opened
    opened.close()


def test_nothing_is_asked_of_another_host_and_no_error_is_logged(page: Notebook) -> None:
    assert page.requests == []
    assert [line for line in page.console if "tfnb" in line or "widget" in line.lower()] == []


def test_pictures_show_their_numbers(page: Notebook) -> None:
    assert "60" in page.output(1).inner_text()
    assert page.output(2).locator("img").count() == 10
    assert "1 NaN (not a number)" in page.output(3).inner_text()


def test_the_twin_for_github_is_hidden(page: Notebook) -> None:
    children = page.output(4).locator(".jp-OutputArea-child")
    assert [children.nth(n).is_visible() for n in range(children.count())] == [False, True]


def test_a_clash_is_marked(page: Notebook) -> None:
    assert "The shapes do not fit on axis 1: x has 3, b has 2." in page.output(5).inner_text()


@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_the_outputs_are_accessible(page: Notebook, axe: str, theme: str) -> None:
    page.theme(theme)
    assert page.serious_findings(axe) == []


def test_the_gauge_shows_the_end(page: Notebook) -> None:
    gauge = page.output(len(PICTURES) + 1).locator(".tfnb-gauge")
    assert "11.4 MiB" in gauge.inner_text()
    assert gauge.locator("[role=meter]").get_attribute("aria-valuetext")


def test_a_reloaded_page_shows_the_gauge_again(page: Notebook) -> None:
    page.save()
    page.page.reload()
    page.ready()
    page.page.wait_for_timeout(1500)
    assert "11.4 MiB" in page.output(len(PICTURES) + 1).locator(".tfnb-gauge").inner_text()


def test_one_of_picture_and_widget_is_seen(page: Notebook) -> None:
    children = page.output(len(PICTURES) + 1).locator(".jp-OutputArea-child")
    assert [children.nth(n).is_visible() for n in range(children.count())] == [False, True]


def test_a_gauge_without_its_kernel_is_a_picture_of_the_end(lab: Jupyter) -> None:
    lab.write("gone.ipynb", LOAD, "%gpu", "x = tf.ones([1_000_000])")
    page = lab.open("gone.ipynb")
    page.run_all()
    page.save()
    page.evaluate("await panel.sessionContext.shutdown();")
    page.page.reload()
    page.ready()
    page.page.wait_for_timeout(4000)
    shown = page.output(1).inner_text()
    assert "3.81 MiB" in shown
    assert "model not found" not in shown
    page.close()


def test_the_gauge_moves_while_a_cell_runs(lab: Jupyter) -> None:
    lab.write("moving.ipynb", LOAD, *GAUGE)
    page = lab.open("moving.ipynb")
    page.start()
    gauge = page.output(1).locator(".tfnb-gauge")
    gauge.wait_for(timeout=30_000)
    seen = set()
    while not page.evaluate("return panel.content.widgets[2].model.executionCount;"):
        seen.add(gauge.locator("td").first.inner_text())
        page.page.wait_for_timeout(150)
    assert len(seen) >= 8
    page.close()


def test_notebook_7_shows_the_same(notebook7: Jupyter) -> None:
    notebook7.write("pictures.ipynb", LOAD, *PICTURES, *GAUGE)
    page = notebook7.open("pictures.ipynb")
    page.run_all()
    assert page.requests == []
    assert "60" in page.output(1).inner_text()
    assert "11.4 MiB" in page.output(len(PICTURES) + 1).locator(".tfnb-gauge").inner_text()
    page.close()


# Saved


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A notebook that ran without a front end, with its outputs."""
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(code) for code in (LOAD, *PICTURES, *GAUGE)],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}},
    )
    NotebookClient(notebook, timeout=120).execute()
    file = tmp_path_factory.mktemp("saved") / "saved.ipynb"
    nbformat.write(notebook, file)
    return file


def test_an_untrusted_notebook_shows_the_same_pictures(lab: Jupyter, page: Notebook, saved: Path) -> None:
    shutil.copy(saved, lab.root / "untrusted.ipynb")
    untrusted = lab.open("untrusted.ipynb")
    page.theme("Light")
    for cell in (1, 2, 3, 6, 7):
        shown = untrusted.output(cell)
        assert shown.inner_text().split() == page.output(cell).inner_text().split() or cell in (
            6,
            7,
        )
        assert shown.locator("img").count() == page.output(cell).locator("img").count()
        filled = "[...document.querySelectorAll(values[0])].map(n => getComputedStyle(n).backgroundColor)"
        colours = [
            n.evaluate(f"return {filled};", f'[data-cell="{cell}"] .jp-OutputArea-output td') for n in (untrusted, page)
        ]
        assert colours[0] == colours[1] or cell in (6, 7)
    assert "Memory of tensors" in untrusted.output(len(PICTURES) + 1).inner_text()
    assert "reset" not in untrusted.output(4).inner_text()
    untrusted.close()


@pytest.mark.parametrize("scripts", [True, False])
def test_the_exported_page_is_whole_and_asks_nobody(lab: Jupyter, saved: Path, tmp_path: Path, scripts: bool) -> None:
    subprocess.run(
        [sys.executable, "-m", "nbconvert", "--to", "html", "--output-dir", str(tmp_path), str(saved)],
        check=True,
        capture_output=True,
    )
    context = lab.browser.new_context(java_script_enabled=scripts)
    sheet = context.new_page()
    asked: list[str] = []
    sheet.on("request", lambda request: asked.append(request.url))
    sheet.goto((tmp_path / "saved.html").as_uri())
    text = sheet.locator("body").inner_text()
    for words in (
        "x: Tensor [2, 3] float32",
        "1 NaN (not a number)",
        "Memory of tensors",
        "held by",
        "tidy: 2 tensors made",
    ):
        assert words in text
    assert sheet.locator(".jp-OutputArea-output img").count() >= 10
    # nbconvert's own page asks for RequireJS and MathJax; the outputs are to add nothing.
    others = [
        url
        for url in asked
        if not url.startswith(("file:", "data:")) and "require" not in url and "mathjax" not in url.lower()
    ]
    assert others == []
    context.close()


# Hostile words


def test_hostile_words_stay_words(lab: Jupyter) -> None:
    words = json.dumps(HOSTILE)
    lab.write(
        "hostile.ipynb",
        LOAD + f"\nimport json\nwords = json.loads({words!r})",
        "tf.tensor([words])",
        "for word in words:\n    display(tf.tensor([word]))",
        "runs = {word: tf.ones([1]) for word in words}",
        "%tensors",
        "from tfnb.picture.parts import *\nfrom tfnb.notebook.display import show_figure\n"
        "def every_part(word):\n"
        "    grid = Grid(((Box(word),),), (word,), (word,), Words(word), Edge(word, word))\n"
        "    table = Table((word,), ((Words(word),),))\n"
        "    return Figure(word, word, Stack((Words(word), Box(word), grid, table, Bitmap(b'', 1, 1, word))))\n"
        "for word in words:\n    show_figure(every_part(word), twin=False)",
        "%gpu",
        "gauge = get_ipython()._tfnb_session.gauge\nfor word in words:\n    gauge.model.renderer = word",
        "def work():\n    raise ValueError(words[0])\ntry:\n    work()\nexcept ValueError as error:\n    print(error)",
        "for word in words[:20]:\n    show_figure(every_part(word))",
    )
    page = lab.open("hostile.ipynb")
    before = set(page.page.evaluate("Object.keys(window)"))
    page.run_all()
    assert page.page.evaluate("window.pwned") is None
    # Lab itself loads MathJax when it shows the first output with a dollar sign.
    assert set(page.page.evaluate("Object.keys(window)")) - before <= {"MathJax"}
    assert page.requests == []
    assert page.dialogs == []
    shown = page.output(5).inner_text()
    assert "<script>window.pwned = 1</script>" in shown
    assert not set(shown) & {"\x1b", "\u202e", "\x00", "\u2028"}
    assert page.output(5).locator("script, iframe, form, a, button, object, embed").count() == 0
    page.close()


def test_hostile_words_stay_words_in_an_svg_that_is_part_of_a_page(lab: Jupyter) -> None:
    context = lab.browser.new_context()
    sheet = context.new_page()
    asked: list[str] = []
    sheet.on("request", lambda request: asked.append(request.url))
    figures = [Figure(word, word, Stack((Words(word), Box(word), Bitmap(b"", 1, 1, word)))) for word in HOSTILE]
    sheet.set_content("<!doctype html><body>" + "".join(map(lower_svg, figures)))
    sheet.wait_for_timeout(300)
    assert sheet.evaluate("window.pwned") is None
    assert [url for url in asked if not url.startswith("data:")] == []
    assert sheet.locator("body > svg").count() == len(HOSTILE)
    assert sheet.locator("script, iframe, form, a, button, object, embed").count() == 0
    context.close()
