"""Showing figures: as a mime bundle with its static twins in a notebook, as text elsewhere."""

from __future__ import annotations

import sys
from typing import Any, Final

from tfnb.picture.bundle import bundle, svg_bundle
from tfnb.picture.lower_text import lower_text
from tfnb.picture.parts import Figure

# GitHub strips the HTML's inline styling but shows SVG; JupyterLab and nbconvert show both. So the SVG comes first, and
# the HTML behind it brings the rule that hides it wherever its styling is in force.
_HIDE_TWIN: Final = "<style>.jp-OutputArea-child:has(+ .jp-OutputArea-child .tfnb-hides-twin){display:none}</style>"


def show_figure(figure: Figure, twin: bool = True) -> None:
    """Show a figure now: in a notebook with its twins, in a terminal as text.

    Args:
        figure: the picture.
        twin: whether an SVG for viewers that strip HTML's styling goes before it.
    """
    shell = notebook_shell()
    if shell is None:
        print(lower_text(figure))
        return
    made = bundle([lambda: figure], lambda: figure.description)
    drawn = svg_bundle(figure) if twin and "text/html" in made and hides_twins(shell) else {}
    if drawn:
        publish(drawn)
        made["text/html"] = made["text/html"].replace('class="tfnb-figure"', 'class="tfnb-figure tfnb-hides-twin"', 1)
        made["text/html"] += _HIDE_TWIN
    publish(made)


def publish(data: dict[str, Any]) -> None:
    """Send a mime bundle to the front end as it is."""
    from IPython.display import display

    display(data, raw=True)  # type: ignore[no-untyped-call]


def notebook_shell() -> Any:
    """The IPython shell if a notebook or another front end with HTML listens to it; None in terminals and scripts."""
    if "IPython" not in sys.modules:
        return None
    from IPython import get_ipython

    shell = get_ipython()
    return shell if shell is not None and getattr(shell, "kernel", None) is not None else None


def hides_twins(shell: Any) -> bool:
    """Whether the front end may be JupyterLab or Notebook; VS Code and Colab would show the twin beside the picture."""
    return "__vsc_ipynb_file__" not in shell.user_ns and "google.colab" not in sys.modules
