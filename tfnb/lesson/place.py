"""Where a notebook computes, in one plain line, and how many tensors are alive."""

from __future__ import annotations

import os
from pathlib import Path

from tfnb.language import LANGUAGES, get_language, set_language
from tfnb.lesson.bilingual import Both
from tfnb.lesson.shown import Shown
from tfnb.picture.parts import Figure, Stack, Words

_TITLE = Both("Where this notebook computes", "計算する場所")
_GL = Both("OpenGL on {renderer}{software}. Every tensor of this notebook lives there.",
           "OpenGL ({renderer}{software})。このノートブックのテンソルは、すべてここにあります。")  # fmt: skip
_SOFTWARE = Both(", a program that plays the graphics processor", "、GPU の代わりをするプログラム")
_HOST = Both("The main processor, with NumPy: there is no OpenGL here{why}. All numbers and counters are the same.",
             "ふつうのプロセッサ (NumPy)。ここでは OpenGL を使えません{why}。数も数え方も同じです。")  # fmt: skip
_CHOSEN = Both("The main processor, with NumPy. All numbers and counters are the same as on OpenGL.",
               "ふつうのプロセッサ (NumPy)。数も数え方も、OpenGL のときと同じです。")  # fmt: skip
_ALIVE = Both("Tensors alive: {count}", "今あるテンソル: {count}")


def place() -> Shown:
    """Tell where this notebook computes and why, and how many tensors are alive.

    In a notebook of the folder `ja` or `en` the language follows the folder, unless `TFNB_LANG` is set.

    Example:
        >>> import tfnb as tf
        >>> shown = tf.lesson.place()
    """
    import tfnb as tf

    _follow_folder()
    if tf.get_backend() == "gl":
        renderer, software = _renderer()
        line = _GL.say(renderer=renderer, software=_SOFTWARE.say() if software else "")
    else:
        line = _CHOSEN.say()
    alive = _ALIVE.say(count=tf.memory().num_tensors)
    return Shown(Figure(_TITLE.say(), f"{line} {alive}", Stack((Words(line), Words(alive)))))


def _renderer() -> tuple[str, bool]:
    """The name of what executes OpenGL here, and whether it is a program rather than a chip."""
    raise NotImplementedError


def _follow_folder() -> None:
    folder = Path(os.environ.get("JPY_SESSION_NAME", "") or Path.cwd() / "x").parent.name
    if "TFNB_LANG" not in os.environ and folder in LANGUAGES and folder != get_language():
        set_language(folder)
