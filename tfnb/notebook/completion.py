"""Completion of the magics' options, and of names that lead to tensors after `--keep`."""

from __future__ import annotations

import re
from typing import Any, Final

from IPython.core.completer import CompletionContext, SimpleCompletion, SimpleMatcherResult, context_matcher

from tfnb.engine.handle import Handle
from tfnb.notebook.arguments import PARSERS
from tfnb.notebook.namespace import names

_MAGIC: Final = re.compile(r"^\s*(%{1,2}(?:tidy|tensors|gpu|doctor))(?=\s)")
_ASSIGNED: Final = re.compile(r"^\s*([A-Za-z_]\w*)\s*(?:=(?!=)|:)", re.MULTILINE)
_KEEP: Final = re.compile(r"--keep[ =]\s*[\w,]*$")


class MagicMatcher:
    """What IPython's completer calls for every completion; it answers on lines of our magics only."""

    def __init__(self, shell: Any) -> None:
        self.shell = shell

    def matcher(self) -> Any:
        """The function to add to `Completer.custom_matchers`."""

        @context_matcher(identifier="tfnb.magics", priority=100)  # type: ignore[untyped-decorator]
        def tfnb_magics(context: CompletionContext) -> SimpleMatcherResult:
            return self.match(context)

        return tfnb_magics

    def match(self, context: CompletionContext) -> SimpleMatcherResult:
        """Options, or names, that begin with what is typed."""
        line = context.full_text.split("\n")[context.cursor_line]
        before = line[: context.cursor_position] if context.cursor_position is not None else line
        magic = _MAGIC.match(before)
        if not magic or magic[1] not in PARSERS:
            return {"completions": []}
        token = re.search(r"[^\s,]*$", before)
        typed = token[0] if token else ""
        if _KEEP.search(before) and not typed.startswith("-"):
            found, kind = self._tensor_names(context.full_text), "instance"
        else:
            found, kind = PARSERS[magic[1]]().flags(), "param"
        return {
            "completions": [SimpleCompletion(text=name, type=kind) for name in found if name.startswith(typed)],
            "suppress": True,
            "matched_fragment": typed,
        }

    def _tensor_names(self, cell: str) -> list[str]:
        """Names of the notebook that are tensors, and names that the cell itself assigns."""
        live = [name for name, value in names(self.shell).items() if isinstance(value, Handle)]
        assigned = _ASSIGNED.findall(cell.partition("\n")[2])
        return list(dict.fromkeys([*assigned, *live]))
