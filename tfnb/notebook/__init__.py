"""What a notebook adds: magics, mime bundles, widgets. Only here are IPython, ipywidgets and anywidget imported."""

from __future__ import annotations

import sys
from typing import Any, Final

_ATTRIBUTE: Final = "_tfnb_session"


def load_ipython_extension(shell: Any) -> None:
    """`%load_ext tfnb`: hook into the shell. Loading twice is harmless, and nothing is printed."""
    from tfnb.notebook.session import Session

    if getattr(shell, _ATTRIBUTE, None) is None:
        session = Session(shell)
        session.attach()
        setattr(shell, _ATTRIBUTE, session)


def unload_ipython_extension(shell: Any) -> None:
    """`%unload_ext tfnb`: leave no hook behind."""
    session = getattr(shell, _ATTRIBUTE, None)
    if session is not None:
        session.detach()
        delattr(shell, _ATTRIBUTE)


def load_into_running_shell() -> None:
    """What `import tfnb` does: the extension is loaded if an IPython shell runs in this process, and only then."""
    if "IPython" not in sys.modules:
        return
    get_ipython = getattr(sys.modules["IPython"], "get_ipython", None)
    shell = get_ipython() if get_ipython is not None else None
    if shell is not None:
        load_ipython_extension(shell)
        loaded = getattr(getattr(shell, "extension_manager", None), "loaded", None)
        if loaded is not None:
            loaded.add("tfnb")
