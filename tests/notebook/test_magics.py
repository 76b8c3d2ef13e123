"""`%tensors`, `%tidy`, `%gpu --once`, `%doctor`, help and completion."""

from __future__ import annotations

import json
from typing import Any

import pytest
from IPython.core.completer import CompletionContext

from tfnb.engine.ledger import LEDGER
from tfnb.language import set_language
from tfnb.notebook.completion import MagicMatcher


def live() -> int:
    return len(list(LEDGER.handles()))


def test_tensors_lists_every_owner(run: Any, capsys: Any) -> None:
    run("x = tf.ones([2, 3])\nruns = [None, {'best': tf.ones([4])}]")
    run("tf.ones([5])")
    run("def work():\n    inner = tf.ones([6])\n    1 / 0\nwork()")
    capsys.readouterr()
    run("%tensors")
    said = capsys.readouterr().out
    for owner in ("x ", "runs[1]['best']", "Out[2]", "the error report of cell [3]: work.<locals>.inner"):
        assert owner in said
    assert "[2, 3]" in said
    assert "24 B" in said
    assert "cell [1], line 1" in said


def test_tensors_can_be_sorted_by_size(run: Any, capsys: Any) -> None:
    run("small = tf.ones([2])\nlarge = tf.ones([2000])")
    capsys.readouterr()
    run("%tensors --sort size --most 1")
    said = capsys.readouterr().out
    assert "large" in said
    assert "small" not in said
    assert "more" in said


def test_tidy_now_frees_what_names_do_not_lead_to(shell: Any, run: Any, capsys: Any) -> None:
    run("named = tf.ones([2])")
    run("tf.ones([3])")
    run("named")
    run("def work():\n    inner = tf.ones([6])\n    1 / 0\nwork()")
    before = live()
    capsys.readouterr()
    run("%tidy")
    assert before - live() == 2
    assert not shell.user_ns["named"].is_disposed
    assert "2 tensors freed, 36 B" in capsys.readouterr().out


def test_gpu_once_is_a_picture(run: Any, capsys: Any) -> None:
    run("%gpu --once")
    said = capsys.readouterr().out
    assert "Memory of tensors" in said
    assert "this process takes" in said


def test_doctor_says_what_works(run: Any, capsys: Any) -> None:
    run("%doctor")
    said = capsys.readouterr().out
    assert "numpy" in said
    run("%doctor --json")
    assert "usable" in json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("magic", ["%%tidy", "%tidy", "%tensors", "%gpu", "%doctor"])
def test_help_is_in_the_readers_language(shell: Any, magic: str) -> None:
    function = shell.find_cell_magic("tidy") if magic == "%%tidy" else shell.find_line_magic(magic[1:])
    set_language("ja")
    japanese = function.getdoc()
    set_language("en")
    english = function.getdoc()
    set_language(None)
    assert f"usage: {magic}" in english
    assert english.isascii()
    assert not japanese.isascii()


def test_the_question_mark_shows_help(run: Any, capsys: Any) -> None:
    run("%%tidy?")
    said = capsys.readouterr().out
    assert "--keep NAME[,NAME]" in said
    assert "--strict" in said


@pytest.mark.parametrize("line", ["%tensors --nonsense", "%gpu 3", "%tidy 'open", "%doctor --jso"])
def test_a_wrong_option_is_one_line_and_no_traceback(run: Any, line: str, capsys: Any) -> None:
    assert not run(line).success
    said = "".join(capsys.readouterr())
    assert "usage:" in said.lower()
    assert "Traceback" not in said


def complete(shell: Any, text: str) -> list[str]:
    """What the completer offers of ours at the end of the first line of a cell."""
    line = text.split("\n")[0]
    context = CompletionContext(
        token="", full_text=text, cursor_position=len(line), cursor_line=0, limit=None
    )  # fmt: skip
    return [one.text for one in MagicMatcher(shell).match(context)["completions"]]


def test_options_complete(shell: Any) -> None:
    assert complete(shell, "%%tidy --") == ["--keep", "--strict", "--report"]
    assert complete(shell, "%gpu --o") == ["--once"]
    assert complete(shell, "%tensors ") == ["--sort", "--most"]


def test_names_of_tensors_complete_after_keep(shell: Any, run: Any) -> None:
    run("loss = tf.ones([1])\nnumber = 3")
    assert complete(shell, "%%tidy --keep lo") == ["loss"]
    assert complete(shell, "%%tidy --keep ") == ["loss"]
    assert complete(shell, "%%tidy --keep a,\nlater = 1\nloss = 2") == ["later", "loss"]


def test_other_lines_are_not_ours(shell: Any) -> None:
    for text in ("x = 1", "%%time --", "%tidyx --", "tidy --", "%%tidy"):
        assert complete(shell, text) == []


def test_the_completer_itself_offers_them(shell: Any) -> None:
    _text, found = shell.complete("--", "%%tidy --", 9)
    assert {"--keep", "--strict", "--report"} <= set(found)
