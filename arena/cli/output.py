"""What the commands print: results to stdout, progress and remarks to stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console


_WHOLE = 18  # a column of texts up to this long gives no space away: only longer ones fold


def print_json(value: Any) -> None:
    """One JSON document on stdout; numbers that JSON does not know (nan, infinity) become null."""
    sys.stdout.write(json.dumps(_plain(value), indent=2, allow_nan=False) + "\n")


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return None
    return value


def print_table(columns: Sequence[str], rows: Sequence[Sequence[object]], title: str = "") -> None:
    """A table on stdout. A column whose name begins with `>` is aligned to the right; None shows as nothing.

    Where it is too wide for the terminal, long texts are folded; nothing is ever cut.
    """
    stdout().print(table(columns, rows, title))


def table(columns: Sequence[str], rows: Sequence[Sequence[object]], title: str = "") -> Any:
    """What `print_table` prints, for rich: the title, the table and an empty line."""
    from rich import box
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    cells = [["" if cell is None else str(cell) for cell in row] for row in rows]
    made = Table(box=box.SIMPLE_HEAD, show_edge=False, padding=0)  # the box leaves one space between columns
    for place, name in enumerate(columns):
        right, header = name.startswith(">"), name.removeprefix(">")
        whole = right or _width([header, *(row[place] for row in cells)]) <= _WHOLE
        made.add_column(Text(header), justify="right" if right else "left", no_wrap=whole)
    for row in cells:
        # A cell may fold even where its column resists: a column that got too narrow all the same is not cut.
        made.add_row(*(Text(cell, no_wrap=False, overflow="fold") for cell in row))
    return Group(*([Text(title, style="bold")] if title else []), made, "")


def _width(texts: Sequence[str]) -> int:
    from rich.cells import cell_len

    return max(cell_len(line) for text in texts for line in text.split("\n"))


def stdout() -> Console:
    """The console for results; wide when it is no terminal, so that nothing is cut in a file or a pipe."""
    from rich.console import Console

    width = None if sys.stdout.isatty() else 200
    return Console(width=width, highlight=False, soft_wrap=False, markup=False, emoji=False)


def stderr() -> Console:
    """The console for progress and remarks."""
    from rich.console import Console

    return Console(stderr=True, highlight=False, markup=False, emoji=False)


def remark(text: str) -> None:
    """One line on stderr."""
    sys.stderr.write(text + "\n")
