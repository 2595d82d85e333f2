"""Payoff tables: what one round of a matrix game pays, and the files that hold such a table.

A TOML file holds `payoffs`, and may name the actions of each player in `players`:

    players = [["cooperate", "defect"], ["cooperate", "defect"]]
    payoffs = [[[3, 0], [5, 1]],    # what player 0 gets: rows are actions of player 0, columns of player 1
               [[3, 5], [0, 1]]]    # what player 1 gets, in the same order

Two players of a zero-sum game need the table of the row player alone: `payoffs = [[1, -1], [-1, 1]]`. For N players
there are N tables, each nested N deep.

A CSV file is for two players. Every cell is the row player's payoff (of a zero-sum game), or every cell is a pair such
as `3 0` or `3;0`. The first row may name the actions of the column player, the first column those of the row player:

    ,cooperate,defect
    cooperate,3 3,0 5
    defect,5 0,1 1
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import math
import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from arena.errors import UsageError, did_you_mean

_LARGEST = 1e12  # so that the payoffs of many rounds add up without losing units
_KEYS = ("payoffs", "players")
Names = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, eq=False)
class Stage:
    """One round of a matrix game. It never changes, so that copies of an env share it."""

    name: str
    payoffs: NDArray[np.float64]  # [N, A_0, ..., A_{N-1}], read-only
    actions: Names  # the names of each seat's actions

    def __deepcopy__(self, memo: dict[int, Any]) -> Stage:
        return self

    @property
    def digest(self) -> str:
        """8 hexadecimal digits of the payoffs and names, whatever file they were read from."""
        content = json.dumps([self.payoffs.tolist(), self.actions])
        return hashlib.sha256(content.encode()).hexdigest()[:8]


def stage(name: str, tables: Any, actions: Names = ()) -> Stage:
    """A stage game. `tables` [A_0, A_1] is the row player's half of a zero-sum game, [N, A_0, ..., A_{N-1}] any game.

    Actions without names are called by their numbers. Raises ValueError for any other shape and for names that do
    not fit.
    """
    payoffs = np.array(tables, dtype=np.float64)
    if payoffs.ndim == 2:
        payoffs = np.stack([payoffs, -payoffs])
    _check_shape(payoffs.shape)
    payoffs += 0.0  # no -0.0, which would show
    payoffs.setflags(write=False)
    actions = actions or tuple(tuple(map(str, range(count))) for count in payoffs.shape[1:])
    _check_names(actions, payoffs.shape[1:])
    return Stage(name, payoffs, actions)


def _check_shape(shape: tuple[int, ...]) -> None:
    players = len(shape) - 1
    if players < 2:
        raise ValueError("one row of payoffs is no game: write a row for each action of the first player")
    if shape[0] != players:
        raise ValueError(
            f"{shape[0]} tables nested {players} deep: write one for each player, nested as deep as there are players"
        )
    for seat, count in enumerate(shape[1:]):
        if count < 2:
            raise ValueError(f"player {seat} has a single action: give each player at least two")


def _check_names(actions: Names, counts: tuple[int, ...]) -> None:
    if len(actions) != len(counts):
        raise ValueError(f"the actions of {len(actions)} players are named, the payoffs are for {len(counts)}")
    for seat, (names, count) in enumerate(zip(actions, counts, strict=True)):
        if len(names) != count:
            raise ValueError(f"player {seat} has {count} actions and {len(names)} names: name each action once")
        lowered = [name.lower() for name in names]
        twice = next((name for name in lowered if lowered.count(name) > 1), None)
        if twice is not None:
            raise ValueError(f"player {seat} has two actions called {twice!r}: give each a name of its own")


def read_stage(file: str) -> Stage:
    """The stage game of a .toml or .csv file. Raises UsageError: what is wrong, where, and what to do."""
    path = Path(file).expanduser()
    readers = {".toml": _read_toml, ".csv": _read_csv}
    if path.suffix.lower() not in readers:
        raise UsageError(f"{file}: payoffs are read from a .toml or a .csv file, and its name ends in neither")
    text = _text(path, file)
    if not text.strip():
        raise UsageError(f"{file} is empty: write a table of payoffs, such as the line 1,-1 and the line -1,1")
    try:
        return stage(path.stem, *readers[path.suffix.lower()](text, file))
    except ValueError as error:
        raise UsageError(f"{file}: {error}") from error
    except RecursionError as error:
        raise UsageError(f"{file}: its lists are nested too deep: one level for each player is enough") from error


def _text(path: Path, file: str) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UsageError(f"cannot read the payoffs of {file}: {error.strerror}") from error
    except (UnicodeDecodeError, ValueError) as error:
        raise UsageError(f"{file} is no text in UTF-8: save it as plain text") from error


def _read_toml(text: str, file: str) -> tuple[Any, Names]:
    try:
        content = tomllib.loads(text)
    except ValueError as error:
        raise UsageError(f"{file} is no TOML: {' '.join(str(error).split())}") from error
    for key in content:
        if key not in _KEYS:
            raise UsageError(f"{file}: unknown key {key!r}.{did_you_mean(key, _KEYS)} The keys: {', '.join(_KEYS)}")
    if "payoffs" not in content:
        raise UsageError(f"{file} has no key 'payoffs': write payoffs = [[1, -1], [-1, 1]]")
    _lengths(content["payoffs"], "payoffs", file)
    return content["payoffs"], _players(content.get("players", []), file)


def _lengths(nested: Any, place: str, file: str) -> tuple[int, ...]:
    """The lengths of the lists from outside in. Raises UsageError unless they are regular and hold numbers."""
    if not isinstance(nested, list):
        _number(nested, f"{file}, {place}")
        return ()
    if not nested:
        raise UsageError(f"{file}: {place} is empty: write numbers in it")
    inside = [_lengths(item, f"{place}[{index}]", file) for index, item in enumerate(nested)]
    for index, lengths in enumerate(inside):
        if lengths != inside[0]:
            sizes = " and ".join("x".join(map(str, size)) or "a number" for size in (inside[0], lengths))
            raise UsageError(f"{file}: {place}[0] and {place}[{index}] differ in size ({sizes}): make them equal")
    return (len(nested), *inside[0])


def _number(value: Any, where: str) -> float:
    """A finite number of reasonable size. Raises UsageError."""
    try:
        number = float("nan" if isinstance(value, bool) else value)
    except (TypeError, ValueError, OverflowError):
        number = math.nan
    if not abs(number) <= _LARGEST:
        raise UsageError(f"{where}: {_shown(value)} is no payoff: write a number from -1e12 to 1e12")
    return number


def _shown(value: Any) -> str:
    text = value if isinstance(value, str) else repr(value)
    return repr(text if len(text) <= 30 else f"{text[:30]}...")


def _players(players: Any, file: str) -> Names:
    if not isinstance(players, list) or not all(isinstance(names, list) for names in players):
        raise UsageError(f'{file}: players must be a list of lists of names: players = [["a", "b"], ["a", "b"]]')
    return tuple(tuple(_name(name, f"{file}, players[{seat}]") for name in names) for seat, names in enumerate(players))


def _name(name: Any, where: str) -> str:
    """A name as it is shown. Raises UsageError for one that could be taken for the number of an action."""
    text = " ".join(name.split()) if isinstance(name, str) else ""
    if not text or text.isdecimal() or not text.isprintable():
        raise UsageError(f"{where}: {_shown(name)} is no name of an action: write a word")
    return text


def _read_csv(text: str, file: str) -> tuple[Any, Names]:
    rows = _rows(text, file)
    named_rows = not any(_is_payoff(cells[0]) for _, cells in rows)
    first = 1 if named_rows else 0
    named_columns = not any(map(_is_payoff, rows[0][1][first:]))
    body = rows[1:] if named_columns else rows
    tables = _tables([(f"{file}, row {number}", cells[first:]) for number, cells in body], file)
    own = [_name(cells[0], f"{file}, row {number}") for number, cells in body] if named_rows else []
    theirs = [_name(cell, f"{file}, row {rows[0][0]}") for cell in rows[0][1][first:]] if named_columns else []
    if not own and not theirs:
        return tables, ()
    counts = np.shape(tables)[-2:]
    return tables, tuple(
        tuple(names or map(str, range(count))) for names, count in zip((own, theirs), counts, strict=True)
    )


def _rows(text: str, file: str) -> list[tuple[int, list[str]]]:
    """The rows that are not blank, each with its line number in the file; all have as many cells as the first."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        every = [(reader.line_num, [cell.strip() for cell in cells]) for cells in reader]
    except csv.Error as error:
        raise UsageError(f"{file}, row {reader.line_num}: {error}") from error
    rows = [(number, cells) for number, cells in every if any(cells)]
    if not rows:
        raise UsageError(f"{file} holds no payoffs: write a table of them, such as the line 1,-1 and the line -1,1")
    for number, cells in rows:
        if len(cells) != len(rows[0][1]):
            raise UsageError(
                f"{file}, row {number}: {len(cells)} cells, but {len(rows[0][1])} in row {rows[0][0]}: "
                "give every row a cell for each action of the column player"
            )
    return rows


def _is_payoff(cell: str) -> bool:
    """Whether every part of a cell reads as a number, `nan` and `inf` included."""
    try:
        return bool([float(part) for part in _parts(cell)])
    except ValueError:
        return False


def _parts(cell: str) -> list[str]:
    return [part for part in re.split(r"[\s;]+", cell) if part]


def _tables(rows: Sequence[tuple[str, list[str]]], file: str) -> list[Any]:
    """The row player's table, or both players' tables where the cells are pairs."""
    if not rows or not rows[0][1]:
        raise UsageError(f"{file} has names and no payoffs: write a row of payoffs for each action of the row player")
    cells = [[_payoffs_in(cell, where) for cell in row] for where, row in rows]
    size = len(cells[0][0])
    for (where, row), read in zip(rows, cells, strict=True):
        for cell, payoffs in zip(row, read, strict=True):
            if len(payoffs) != size:
                kinds = "pairs, such as '3 0'," if size == 2 else "single numbers"
                raise UsageError(f"{where}: {_shown(cell)} among {kinds} of other cells: write all cells alike")
    tables = [[[payoffs[player] for payoffs in row] for row in cells] for player in range(size)]
    return tables if size == 2 else tables[0]


def _payoffs_in(cell: str, where: str) -> list[float]:
    parts = _parts(cell)
    if len(parts) not in (1, 2):
        raise UsageError(f"{where}: {_shown(cell)} is no payoff: write a number, or a pair such as '3 0'")
    return [_number(part, where) for part in parts]
