"""What the commands print: results to stdout, progress and remarks to stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderResult


_LONG = 18  # texts longer than this are the first to be folded
_WORD = 13  # a word up to this long is broken only where nothing else can be
_LEAST = 4  # no text is folded to less while there are columns of numbers left


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
    return _Sheet(columns, [["" if cell is None else str(cell) for cell in row] for row in rows], title)


@dataclass(frozen=True)
class _Sheet:
    """A table that finds the widths of its columns when it learns how wide the terminal is."""

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    title: str

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        from rich import box
        from rich.table import Table
        from rich.text import Text

        if self.title:
            yield Text(self.title, style="bold")
        made = Table(box=box.SIMPLE_HEAD, show_edge=False, padding=0)  # the box leaves one space between columns
        for name, width in zip(self.columns, self._widths(options.max_width), strict=True):
            header = Text(name.removeprefix(">"), overflow="fold")
            made.add_column(header, justify="right" if name.startswith(">") else "left", width=width)
        for row in self.rows:
            made.add_row(*(Text(cell, overflow="fold") for cell in row))
        yield made
        yield ""

    def _widths(self, room: int) -> list[int]:
        """How wide each column is: as its longest text, less where `room` is short.

        Long texts give way first, then all texts as far as their words allow, numbers last of all.
        """
        texts = [[name.removeprefix(">"), *cells] for name, *cells in zip(self.columns, *self.rows, strict=True)]
        widths = [max(map(_width, column)) for column in texts]
        words = [max((_width(word) for text in column for word in text.split()), default=1) for column in texts]
        left = [not name.startswith(">") for name in self.columns]
        floors = [
            [_LONG if flexible else width for flexible, width in zip(left, widths, strict=True)],
            [
                min(word, _WORD) if flexible else width
                for flexible, word, width in zip(left, words, widths, strict=True)
            ],
            [_LEAST if flexible else width for flexible, width in zip(left, widths, strict=True)],
            [1] * len(widths),
        ]
        for lowest in floors:
            _shrink(widths, lowest, room - (len(widths) - 1))
        return widths


def _shrink(widths: list[int], lowest: Sequence[int], room: int) -> None:
    """Takes from the widest column that is wider than its `lowest`, again and again, until all fit in `room`."""
    while sum(widths) > room:
        able = [place for place, width in enumerate(widths) if width > lowest[place]]
        if not able:
            return
        widths[max(able, key=widths.__getitem__)] -= 1


def _width(text: str) -> int:
    from rich.cells import cell_len

    return max(map(cell_len, text.split("\n")))


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
