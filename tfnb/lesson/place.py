"""Where a notebook computes, in one plain line, and how many tensors are alive."""

from __future__ import annotations

from tfnb.engine.placement import ENGINE
from tfnb.language import set_language
from tfnb.lesson.bilingual import Both
from tfnb.lesson.shown import Shown
from tfnb.picture.parts import Figure, Stack, Words

_TITLE = Both("Where this notebook computes", "計算する場所")
_GPU = Both("On OpenGL: {renderer}.", "OpenGL ({renderer}) で計算します。")
_SOFTWARE = Both(
    "On OpenGL: {renderer}, a program that plays the part of a graphics processor.",
    "OpenGL ({renderer}) で計算します。GPU の代わりをするプログラムです。",
)
_HOST = Both(
    "On the main processor, with NumPy. All numbers are the same as on OpenGL.",
    "ふつうのプロセッサ (NumPy) で計算します。どの数も、OpenGL のときと同じです。",
)
_MISSING = Both(
    "On the main processor, with NumPy, since there is no OpenGL here. All numbers are the same. "
    "`python -m tfnb doctor` tells why, and how to get it.",
    "OpenGL がないので、ふつうのプロセッサ (NumPy) で計算します。どの数も同じです。"
    "理由と入れ方は、`python -m tfnb doctor` が表示します。",
)
_ALIVE = Both("Tensors alive: {count}", "今あるテンソルの数: {count}")


def place(language: str | None = None) -> Shown:
    """Tell where this notebook computes and why, and how many tensors are alive.

    Args:
        language: the notebook's language, `"en"` or `"ja"`: what is shown from here on speaks it, wherever the
            notebook is opened. None leaves it as it is.

    Errors:
        ArgumentError: another language.

    Example:
        >>> import tfnb as tf
        >>> shown = tf.lesson.place()
    """
    import tfnb as tf

    if language is not None:
        set_language(language)
    line, alive = _where().replace("`", ""), _ALIVE.say(count=tf.memory().num_tensors)
    return Shown(Figure(_TITLE.say(), f"{line} {alive}", Stack((Words(line), Words(alive)))))


def _where() -> str:
    if ENGINE.backend == "gl":
        device = getattr(ENGINE.open_gl(), "device", None)
        if device is not None:
            name = str(device.renderer).split(" (")[0]
            return (_SOFTWARE if device.software else _GPU).say(renderer=name)
    return (_MISSING if ENGINE.gl_problem else _HOST).say()
