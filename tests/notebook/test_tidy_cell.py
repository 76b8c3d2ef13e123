"""`%%tidy`: a cell in a scope of its own, and a plain cell in everything else."""

from __future__ import annotations

import sys
from typing import Any

import pytest

import tfnb as tf
from tfnb.engine.ledger import LEDGER
from tfnb.engine.placement import ENGINE
from tfnb.engine.scope import THREAD
from tfnb.errors import DisposedError
from tfnb.notebook import load_ipython_extension, unload_ipython_extension
from tfnb.notebook.tidy_cell import rewrite


def live() -> int:
    return len(list(LEDGER.handles()))


# What survives


def test_names_and_the_last_expression_survive(shell: Any, run: Any, capsys: Any) -> None:
    before = live()
    result = run("%%tidy\nx = tf.tensor([1, 2])\ny = x.add(1)\ndel y\nx.add(2).mul(3)")
    assert result.result.array_sync() == [9, 12]
    assert shell.user_ns["x"].array_sync() == [1, 2]
    assert live() - before == 2
    assert "tidy: 4 tensors made, 2 freed, 2 kept (x, the last expression)" in capsys.readouterr().out


def test_what_hangs_on_a_name_survives(shell: Any, run: Any) -> None:
    run(
        "%%tidy\n"
        "class Model: pass\n"
        "model = Model(); model.layers = [{'kernel': tf.ones([2])}]\n"
        "def make(w):\n    return lambda: w\n"
        "closure = make(tf.ones([3]))\n"
    )
    assert shell.user_ns["model"].layers[0]["kernel"].shape == (2,)
    assert shell.user_ns["closure"]().shape == (3,)
    assert not shell.user_ns["closure"]().is_disposed


def test_cycles_are_freed(run: Any) -> None:
    before = live()
    run("%%tidy\ndef loop():\n    a = [tf.ones([2])]\n    a.append(a)\nloop()")
    assert live() == before


def test_keep_narrows_to_the_names_given(shell: Any, run: Any) -> None:
    run("%%tidy --keep b,c\na = tf.ones([1])\nb = tf.ones([2])\nc = [tf.ones([3])]\nNone")
    assert shell.user_ns["a"].is_disposed
    assert not shell.user_ns["b"].is_disposed
    assert not shell.user_ns["c"][0].is_disposed


def test_keep_may_be_given_twice(shell: Any, run: Any) -> None:
    run("%%tidy --keep a --keep b\na = tf.ones([1])\nb = tf.ones([2])")
    assert not shell.user_ns["a"].is_disposed
    assert not shell.user_ns["b"].is_disposed


def test_strict_leaves_the_last_expression_and_what_was_kept(shell: Any, run: Any, capsys: Any) -> None:
    result = run("%%tidy --strict\na = tf.ones([1])\nb = tf.keep(tf.ones([2]))\na.add(1)")
    assert shell.user_ns["a"].is_disposed
    assert not shell.user_ns["b"].is_disposed
    assert result.result.array_sync() == [2]
    assert "freed although a name leads to them:" in capsys.readouterr().out
    tf.dispose(shell.user_ns["b"])


def test_tensors_of_earlier_cells_are_left_alone(shell: Any, run: Any) -> None:
    run("tf.ones([5])")
    run("old = tf.ones([2])")
    run("%%tidy --strict\nnew = old.add(1)")
    assert not shell.user_ns["old"].is_disposed
    assert not shell.user_ns["Out"][1].is_disposed


def test_an_older_display_does_not_keep_what_this_cell_made(run: Any) -> None:
    before = live()
    run("%%tidy\ntf.ones([2])\nNone")
    assert live() == before


def test_scopes_left_open_in_the_cell_are_closed_with_it(run: Any) -> None:
    before, scope = live(), THREAD.context.scope
    run("%%tidy\ntf.start_scope()\ntf.ones([2])\nNone")
    assert live() == before
    assert THREAD.context.scope is scope


# Failures


def test_a_failed_cell_frees_what_only_its_frames_hold(shell: Any, run: Any, capsys: Any) -> None:
    before = live()
    result = run("%%tidy\nkept = tf.ones([2])\ndef fail():\n    local = tf.ones([1000])\n    1 / 0\nfail()")
    assert isinstance(result.error_in_exec, ZeroDivisionError)
    assert live() - before == 1
    said = capsys.readouterr().out
    assert "the cell failed: what only its frames held is freed" in said
    assert "ZeroDivisionError: division by zero" in said


def test_the_traceback_shows_the_readers_lines_and_numbers(run: Any, capsys: Any) -> None:
    run("%%tidy\nx = 1\n1 / 0")
    said = capsys.readouterr().out
    assert "----> 3 1 / 0" in said
    assert "# %%tidy" in said


def test_frames_stay_for_the_debugger(run: Any) -> None:
    run("%%tidy\ndef fail(number):\n    local = tf.ones([2])\n    1 / 0\nfail(42)")
    traceback = sys.last_traceback
    while traceback.tb_next is not None:
        traceback = traceback.tb_next
    assert traceback.tb_frame.f_locals["number"] == 42
    with pytest.raises(DisposedError):
        traceback.tb_frame.f_locals["local"].array_sync()


def test_an_interrupt_frees_and_is_not_swallowed(run: Any) -> None:
    before = live()
    result = run("%%tidy\ndef work():\n    local = tf.ones([1000])\n    raise KeyboardInterrupt\nwork()")
    assert isinstance(result.error_in_exec, KeyboardInterrupt)
    assert live() == before


def test_a_syntax_error_opens_nothing(run: Any) -> None:
    scope = THREAD.context.scope
    assert isinstance(run("%%tidy\nx = = 1").error_before_exec, SyntaxError)
    assert THREAD.context.scope is scope


def test_a_wrong_option_runs_nothing(shell: Any, run: Any) -> None:
    result = run("%%tidy --kep x\nran = True")
    assert not result.success
    assert "ran" not in shell.user_ns


def test_the_use_of_a_freed_tensor_names_the_cell_that_freed_it(shell: Any, run: Any) -> None:
    run("x = 1")
    run("%%tidy --strict\na = tf.ones([1])")
    with pytest.raises(DisposedError, match=r"made in cell \[2\], line 2, was disposed of at the end of cell \[2\]"):
        shell.user_ns["a"].array_sync()


# A plain cell in everything else


def test_cells_are_numbered_once(shell: Any, run: Any) -> None:
    run("1")
    result = run("%%tidy\n2")
    assert result.execution_count == 2
    assert shell.user_ns["Out"] == {1: 1, 2: 2}
    assert shell.user_ns["In"][2] == "get_ipython().run_line_magic('_open_tidy', '')  # %%tidy\n2"


def test_a_semicolon_silences(run: Any, capsys: Any) -> None:
    run("%%tidy\n41 + 1;")
    assert "42" not in capsys.readouterr().out


def test_nested_magics_work(shell: Any, run: Any) -> None:
    run("%%tidy\n%time x = tf.ones([2])\n!true\nfiles = !echo hi")
    assert shell.user_ns["files"] == ["hi"]
    assert not shell.user_ns["x"].is_disposed


@pytest.mark.parametrize(
    "source",
    [
        "%%tidy\n%%time\nx = tf.ones([2])",
        "%%time\n%%tidy\nx = tf.ones([2])",
        "%%tidy\n\n%%capture out\nx = tf.ones([2])",
    ],
)
def test_another_cell_magic_may_stand_before_or_after(shell: Any, run: Any, source: str, capsys: Any) -> None:
    assert run(source).success
    assert not shell.user_ns["x"].is_disposed
    assert "tidy: 1 tensor made, 0 freed, 1 kept (x)" in capsys.readouterr().out


def test_top_level_await_works(shell: Any, run: Any) -> None:
    result = run("%%tidy\nimport asyncio\nawait asyncio.sleep(0)\nx = tf.ones([2])\nx")
    assert result.success
    assert not shell.user_ns["x"].is_disposed


def test_the_magic_itself_works_where_nothing_rewrote_the_cell(shell: Any, run: Any) -> None:
    before = live()
    result = run("get_ipython().run_cell_magic('tidy', '', 'y = tf.ones([2]).add(1)\\ny')")
    assert result.result.array_sync() == [2, 2]
    assert live() - before == 1


def test_an_empty_cell_is_fine(run: Any) -> None:
    assert run("%%tidy").success
    assert run("%%tidy\n\n").success


@pytest.mark.parametrize("lines", [[], ["x = 1\n"], ["%%tidyx\n"], ["%%tidy?\n"], ["%tidy\n"], ["x = 1\n", "%%tidy\n"]])
def test_other_cells_are_not_rewritten(lines: list[str]) -> None:
    assert rewrite(lines) == lines


def test_values_with_braces_and_dollars_stay_as_they_are(shell: Any, run: Any) -> None:
    run("name = 'x'")
    assert not run("%%tidy --keep {name}\nx = 1").success


# Coming and going


def test_loading_twice_and_unloading_leaves_no_hook(one_shell: Any) -> None:
    def state() -> Any:
        events = {name: list(hooks) for name, hooks in one_shell.events.callbacks.items()}
        magics = {kind: set(table) for kind, table in one_shell.magics_manager.magics.items()}
        matchers = list(one_shell.Completer.custom_matchers)
        formatter = dict(one_shell.display_formatter.mimebundle_formatter.type_printers)
        return list(one_shell.input_transformers_cleanup), events, magics, matchers, formatter

    before = state()
    load_ipython_extension(one_shell)
    load_ipython_extension(one_shell)
    assert state() != before
    unload_ipython_extension(one_shell)
    assert state() == before
    unload_ipython_extension(one_shell)
    assert state() == before


def test_loading_prints_nothing(one_shell: Any, capsys: Any) -> None:
    load_ipython_extension(one_shell)
    unload_ipython_extension(one_shell)
    assert capsys.readouterr() == ("", "")


def test_unloading_inside_a_tidy_cell_closes_its_scope(one_shell: Any, run: Any) -> None:
    scope = THREAD.context.scope
    run("%%tidy\nimport tfnb.notebook\ntfnb.notebook.unload_ipython_extension(get_ipython())\nx = 1")
    assert THREAD.context.scope is scope


def test_a_thousand_cells_leave_nothing_behind(run: Any, capsys: Any) -> None:
    for _ in range(3):
        run("%%tidy\nfor i in range(10):\n    x = tf.ones([i + 1]).add(1)")
    before, roots = live(), len(THREAD.context.root)
    for _ in range(30):
        run("%%tidy\nfor i in range(10):\n    x = tf.ones([i + 1]).add(1)")
        capsys.readouterr()
    assert live() == before
    assert len(THREAD.context.root) == roots


def test_a_cell_inside_a_cell_has_its_own_scope(shell: Any, run: Any, capsys: Any) -> None:
    run("%%tidy\na = tf.ones([1])\nget_ipython().run_cell('%%tidy --strict\\nb = tf.ones([2])')\nc = tf.ones([3])")
    assert [shell.user_ns[name].is_disposed for name in "abc"] == [False, True, False]
    assert capsys.readouterr().out.count("tidy: ") == 2


# Tracebacks of our own errors


def test_the_traceback_of_our_error_ends_at_the_readers_line(run: Any, capsys: Any) -> None:
    run("def work():\n    return tf.ones([2]).reshape([3])\nwork()")
    said = capsys.readouterr().out
    assert "----> 2     return tf.ones([2]).reshape([3])" in said
    assert "ShapeError: reshape" in said
    assert "tfnb" not in said


def test_verbose_mode_shows_every_frame(run: Any, capsys: Any) -> None:
    run("%xmode Verbose")
    run("tf.ones([2]).reshape([3])")
    run("%xmode Context")
    assert "tfnb" in capsys.readouterr().out


def test_the_exception_keeps_all_its_frames(run: Any) -> None:
    run("tf.ones([2]).reshape([3])")
    files = []
    traceback = sys.last_traceback
    while traceback is not None:
        files.append(traceback.tb_frame.f_code.co_filename)
        traceback = traceback.tb_next
    assert any("tfnb" in file for file in files[1:])


def test_a_reporter_of_the_readers_own_is_left_alone(one_shell: Any, run: Any) -> None:
    unload_ipython_extension(one_shell)
    one_shell.set_custom_exc((KeyError,), lambda *arguments, **keywords: None)
    load_ipython_extension(one_shell)
    unload_ipython_extension(one_shell)
    assert one_shell.custom_exceptions == (KeyError,)
    one_shell.set_custom_exc((), None)


def test_many_kept_tensors_are_counted_all_and_listed_in_part(run: Any, capsys: Any) -> None:
    run("%%tidy --report\nmany = [tf.ones([1]) for _ in range(1200)]")
    said = capsys.readouterr().out
    assert "1,200 kept" in said
    assert said.count("many[") < 200


def test_a_report_says_where_ops_ran_and_why(run: Any, capsys: Any) -> None:
    run("%%tidy --report\nx = tf.ones([4])\nfor _ in range(3):\n    x = x.square()")
    said = capsys.readouterr().out
    assert "what ran" in said
    (line,) = [line for line in said.split("\n") if line.startswith("square")]
    assert "on NumPy" in line
    assert " 3 " in line


def test_watching_ends_with_the_cell(run: Any) -> None:
    run("%%tidy --report\n1 / 0")
    assert ENGINE.listeners == []


def test_what_the_end_of_a_cell_took_says_so_and_not_a_line(shell: Any, run: Any) -> None:
    run("%%tidy --keep b\na = tf.ones([1])\nb = a.add(1)")
    assert repr(shell.user_ns["a"].store.place) == "'at the end of cell [1]'"
    with pytest.raises(DisposedError, match=r"make it again, or name it in %%tidy --keep$"):
        shell.user_ns["a"].print()


def test_an_error_names_the_function_that_the_reader_called(shell: Any, run: Any) -> None:
    run("a = tf.ones([1])\na.dispose()")
    with pytest.raises(DisposedError, match=r"^print: the tensor of shape \[1\]"):
        shell.user_ns["a"].print()
