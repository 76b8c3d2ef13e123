"""One argument parser per magic: help in the reader's language, errors that do not end the kernel."""

from __future__ import annotations

import argparse
import shlex
from typing import Any, Callable, NoReturn

from IPython.core.error import UsageError

from tfnb.language import _


class MagicParser(argparse.ArgumentParser):
    """argparse for a magic: a wrong option raises IPython's UsageError, which shows one line."""

    def __init__(self, name: str, purpose: str, epilog: str = "") -> None:
        super().__init__(
            prog=name,
            allow_abbrev=False,
            description=purpose,
            epilog=epilog,
            add_help=False,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        self._positionals.title = _("arguments")
        self._optionals.title = _("options")

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{self.prog}: {message}\n{self.format_usage()}")

    def read(self, line: str) -> argparse.Namespace:
        """The options in what stands behind the magic's name."""
        try:
            words = shlex.split(line)
        except ValueError as error:
            self.error(str(error))
        return self.parse_args(words)

    def flags(self) -> list[str]:
        """The long options, for completion."""
        return [flag for action in self._actions for flag in action.option_strings if flag.startswith("--")]


def tidy_parser() -> MagicParser:
    """`%%tidy`."""
    parser = MagicParser(
        "%%tidy",
        _("Run the cell in a scope of its own: tensors that no name and not the last line leads to are freed\n"
          "at its end, also when the cell fails."),
        _("In a cell:\n    %%tidy --keep loss\n    loss = (prediction - wanted).square().mean()"),
    )  # fmt: skip
    parser.add_argument(
        "--keep", metavar="NAME[,NAME]", action="append",
        help=_("keep only what these names lead to (and the last line's value)"),
    )  # fmt: skip
    parser.add_argument(
        "--strict",
        action="store_true",
        help=_("free all but the last line's value and tf.keep, and list what was taken"),
    )
    parser.add_argument(
        "--report",
        action="store_true",
        help=_("list every kept tensor and why it stays, and where each op ran and why"),
    )
    return parser


def line_tidy_parser() -> MagicParser:
    """`%tidy`."""
    return MagicParser(
        "%tidy",
        _("Free now what only error reports, past results (Out) and reference cycles hold. Names keep their tensors."),
    )


def tensors_parser() -> MagicParser:
    """`%tensors`."""
    parser = MagicParser(
        "%tensors", _("List the live tensors: who holds them, shape, size, place, and where they were made.")
    )
    parser.add_argument("--sort", choices=("age", "size"), default="age", help=_("oldest first, or largest first"))
    parser.add_argument("--most", type=int, default=50, metavar="N", help=_("how many are listed"))
    return parser


def gpu_parser() -> MagicParser:
    """`%gpu`."""
    parser = MagicParser("%gpu", _("Show a gauge of the memory that tensors take; it moves while cells run."))
    parser.add_argument("--once", action="store_true", help=_("a picture of this moment, which does not move"))
    parser.add_argument("--stop", action="store_true", help=_("stop the gauge"))
    return parser


def doctor_parser() -> MagicParser:
    """`%doctor`."""
    parser = MagicParser("%doctor", _("Say what works on this machine, what is missing, and the line that mends it."))
    parser.add_argument("--json", action="store_true", help=_("as JSON"))
    return parser


PARSERS: dict[str, Callable[[], MagicParser]] = {
    "%%tidy": tidy_parser, "%tidy": line_tidy_parser, "%tensors": tensors_parser, "%gpu": gpu_parser,
    "%doctor": doctor_parser,
}  # fmt: skip


def help_of(name: str) -> str:
    """What `%%tidy?` shows, in the language of the moment.

    JupyterLab's tooltip for the word under the cursor cannot tell `%%tidy` from `%tidy`, so the latter's help has both.
    """
    own = PARSERS[name]().format_help()
    return f"{PARSERS['%%tidy']().format_help()}\n{own}" if name == "%tidy" else own


class TranslatedHelp:
    """A docstring that is made when somebody reads it, so that it follows the language.

    IPython asks a magic's `__doc__` only when help is wanted.
    """

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def __get__(self, instance: Any, owner: Any = None) -> str:
        return help_of(self.name)
