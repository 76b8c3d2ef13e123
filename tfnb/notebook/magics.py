"""The magics: `%%tidy`, `%tidy`, `%tensors`, `%gpu`, `%doctor`."""

from __future__ import annotations

import ast
import gc
import sys
from typing import TYPE_CHECKING, Any, Callable

from IPython.core.error import UsageError

from tfnb.engine.ledger import size_in_bytes
from tfnb.engine.tidy import dispose
from tfnb.language import _
from tfnb.notebook.arguments import doctor_parser, gpu_parser, help_of, line_tidy_parser, tensors_parser, tidy_parser
from tfnb.notebook.cell_scope import bytes_in_use, live
from tfnb.notebook.display import show_figure
from tfnb.notebook.namespace import display_roots, name_roots, traceback_roots
from tfnb.notebook.owners import Reach, find_owners
from tfnb.notebook.tidy_cell import OPENER, Wishes, closed_to, row_of
from tfnb.picture.formats import format_bytes
from tfnb.picture.memory_view import tensors_figure

if TYPE_CHECKING:
    from tfnb.notebook.session import Session


class Magic:
    """A magic whose help is made when somebody asks for it, so that it follows the language."""

    # IPython reads these of a magic's function: `{x}` and `$x` stay as they are, and a trailing `;` silences.
    _ipython_magic_no_var_expand = True
    _ipython_magic_output_can_be_silenced = True

    def __init__(self, name: str, function: Callable[..., Any]) -> None:
        self.name, self.function = name, function

    def __call__(self, line: str = "", cell: str | None = None) -> Any:
        return self.function(line) if cell is None else self.function(line, cell)

    def getdoc(self) -> str:
        """What IPython shows for `%%tidy?`."""
        return help_of(self.name)


class Magics:
    """The functions behind the magics, for one shell."""

    def __init__(self, session: Session) -> None:
        self.session, self.shell = session, session.shell

    def table(self) -> dict[str, dict[str, Any]]:
        """The magics by kind and name, as IPython's manager keeps them."""
        return {
            "cell": {"tidy": Magic("%%tidy", self.tidy_cell)},
            "line": {
                OPENER: Magic("%%tidy", self.open_tidy),
                "tidy": Magic("%tidy", self.tidy_now),
                "tensors": Magic("%tensors", self.tensors),
                "gpu": Magic("%gpu", self.gpu),
                "doctor": Magic("%doctor", self.doctor),
            },
        }

    def open_tidy(self, line: str) -> None:
        """What the first line of a `%%tidy` cell has become."""
        options = tidy_parser().read(line)
        keep = None
        if options.keep is not None:
            keep = tuple(name.strip() for names in options.keep for name in names.split(",") if name.strip())
            wrong = [name for name in keep if not name.isidentifier()]
            if wrong:
                raise UsageError("%%tidy --keep: " + _("{name!r} is no name").format(name=wrong[0]))
        self.session.open_tidy(Wishes(keep, options.strict, options.report))

    def tidy_cell(self, line: str, cell: str) -> Any:
        """`%%tidy` where nothing rewrote it (another magic calls it): run the body here, in a scope as well."""
        self.open_tidy(line)
        tree = ast.parse(self.shell.transform_cell(cell))
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, "<tidy>", "exec"), self.shell.user_ns)
        if last is not None and not cell.rstrip().endswith(";"):
            return eval(compile(ast.Expression(last.value), "<tidy>", "eval"), self.shell.user_ns)
        return None

    def tidy_now(self, line: str) -> None:
        """Free what only error reports, past results and cycles hold."""
        line_tidy_parser().read(line)
        before, size = len(live()), bytes_in_use()
        gc.collect()
        targets = {id(handle): handle for handle in live()}
        roots = [
            *name_roots(self.shell),
            *display_roots(self.shell),
            *traceback_roots(self.shell, self.session.failed_cell),
        ]
        owners = find_owners(targets, roots, closed_to(self.shell))
        for number, owner in owners.items():
            if owner.reach in (Reach.DISPLAY, Reach.TRACEBACK):
                dispose(targets[number])
        print(
            _("{count} tensors freed, {amount}; {left} live").format(
                count=before - len(live()), amount=format_bytes(max(0, size - bytes_in_use())), left=len(live())
            )
        )

    def tensors(self, line: str) -> None:
        """The table of live tensors."""
        options = tensors_parser().read(line)
        gc.collect()  # what only cycles hold, such as an older error's frames, would stand there as nobody's
        handles = live()
        roots = [
            *name_roots(self.shell),
            *display_roots(self.shell),
            *traceback_roots(self.shell, self.session.failed_cell),
        ]
        owners = find_owners({id(handle): handle for handle in handles}, roots, closed_to(self.shell))
        if options.sort == "size":
            handles.sort(key=size_in_bytes, reverse=True)
        rows = [row_of(handle, owners.get(id(handle))) for handle in handles[: max(1, options.most)]]
        show_figure(tensors_figure(rows, bytes_in_use(), len(handles)), twin=False)

    def gpu(self, line: str) -> None:
        """The gauge."""
        options = gpu_parser().read(line)
        if options.stop:
            self.session.stop_gauge()
        else:
            self.session.show_gauge(moving=not options.once)

    def doctor(self, line: str) -> None:
        """What works here."""
        from tfnb.notebook.doctor import doctor_figure

        options = doctor_parser().read(line)
        from tfnb.diagnosis import diagnose

        found = diagnose()
        if options.json:
            import json

            json.dump(found.to_dict(), sys.stdout, indent=2, ensure_ascii=False)
            print()
        else:
            show_figure(doctor_figure(found), twin=False)
