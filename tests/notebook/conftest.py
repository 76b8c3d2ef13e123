"""An IPython shell in this process, with tfnb loaded into it and taken out again."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

import tfnb as tf
from tfnb.notebook import load_ipython_extension, unload_ipython_extension


@pytest.fixture(scope="session")
def one_shell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The shell of this test process; a second one could not be made."""
    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.ipython_dir = str(tmp_path_factory.mktemp("ipython"))
    shell = InteractiveShell.instance(config=config, colors="nocolor")
    yield shell
    InteractiveShell.clear_instance()


@pytest.fixture
def shell(one_shell: Any) -> Iterator[Any]:
    """A fresh namespace with `tf` in it and the extension loaded."""
    _forget(one_shell)
    load_ipython_extension(one_shell)
    one_shell.user_ns["tf"] = tf
    yield one_shell
    unload_ipython_extension(one_shell)
    _forget(one_shell)


def _forget(shell: Any) -> None:
    """Leave nothing of an earlier test: names, results, the last error."""
    shell.reset(new_session=True)
    for name in ("last_exc", "last_type", "last_value", "last_traceback"):
        if hasattr(sys, name):
            delattr(sys, name)
    shell.InteractiveTB.tb = None
    shell.last_execution_result = None
    gc.collect()


@pytest.fixture
def run(shell: Any, english: None) -> Any:
    """Run a cell as a front end does; gives IPython's result."""
    return lambda source: shell.run_cell(source, store_history=True)
