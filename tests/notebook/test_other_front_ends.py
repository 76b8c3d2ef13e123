"""Front ends that are not IPython's, such as marimo, ask the object itself."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

import tfnb as tf

pytestmark = pytest.mark.usefixtures("english")


def test_a_tensor_gives_its_text_and_its_picture() -> None:
    bundle = tf.tensor(np.arange(6).reshape(2, 3))._repr_mimebundle_()
    assert set(bundle) == {"text/plain", "text/html"}
    assert bundle["text/plain"].startswith("Tensor [2, 3]")
    assert "│ 3 │ 4 │ 5 │" in bundle["text/plain"]
    assert bundle["text/html"].startswith("<") and "<script" not in bundle["text/html"]


def test_only_what_is_wanted_is_given() -> None:
    x = tf.ones([2])
    assert set(x._repr_mimebundle_(include=["text/html"])) == {"text/html"}
    assert set(x._repr_mimebundle_(exclude=["text/html"])) == {"text/plain"}


def test_a_variable_and_a_disposed_tensor_say_what_they_are() -> None:
    assert tf.variable(tf.ones([2]))._repr_mimebundle_()["text/plain"].startswith("Variable [2]")
    x = tf.ones([2])
    x.dispose()
    assert "disposed of in" in x._repr_mimebundle_()["text/plain"]


def test_plain_python_loads_nothing_of_ipythons_for_it() -> None:
    code = """
import sys, tfnb as tf
assert "tfnb.picture.tensor_view" not in sys.modules, "pictures are loaded at once"
assert "text/html" in tf.ones([2])._repr_mimebundle_()
print(sorted({name.split(".")[0] for name in sys.modules} & {"IPython", "ipywidgets", "anywidget", "traitlets"}))
"""
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (result.returncode, result.stderr, result.stdout.strip()) == (0, "", "[]")


def test_ipythons_terminal_goes_on_showing_the_repr() -> None:
    code = """
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
import tfnb as tf
data, _metadata = shell.display_formatter.format(tf.tensor([1, 2]))
assert data == {"text/plain": repr(tf.tensor([1, 2]))}, data
"""
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
