"""How people read Go: the board with its coordinates, points such as D4."""

from __future__ import annotations

import re
from typing import Any

_COLUMNS = "ABCDEFGHJKLMNOPQRSTUVWXYZ"  # Go players leave out the I
_BLACK, _EMPTY, _WHITE = 1, 0, -1
_STONES = {_BLACK: "X", _EMPTY: ".", _WHITE: "O"}
_SIDES = {_BLACK: "Black (seat 0)", _WHITE: "White (seat 1)"}
_POINT = re.compile(r"([A-HJ-Z])\s*([0-9]{1,2})")

Point = tuple[int, int]  # row and column, counted from the upper left


class GoView:
    """Points by column letter and row number, `A1` at the lower left.

    All sizes come from the env: PettingZoo's `go_base.N` is the size of the env made last in this process.
    """

    def text(self, state: Any, seat: int) -> str:
        """The board, captures, the last move, and who is on move or who won."""
        game, size = state._go, int(state._N)
        columns = "   " + " ".join(_COLUMNS[:size])
        lines = [columns, *(_row(game.board[row], size - row) for row in range(size)), columns]
        lines += [f"X: black, seat 0; O: white, seat 1; komi {game.komi:g} for white"]
        lines += [f"Stones captured by black: {game.caps[0]}, by white: {game.caps[1]}"]
        if game.recent:
            last = game.recent[-1]
            lines.append(f"Last move: {_name(last.move, size)} by {_SIDES[last.color]}")
        return "\n".join([*lines, _score(game) if game.is_game_over() else _to_move(game, size)])

    def name(self, state: Any, action: int) -> str:
        """`D4`, or `pass`."""
        size = int(state._N)
        return _name(divmod(int(action), size) if action != size * size else None, size)

    def parse(self, state: Any, text: str) -> int:
        """The action of a point such as `D4`, or of `pass`. Raises ValueError."""
        size, word = int(state._N), text.strip().upper()
        if word == "PASS":
            return size * size
        match = _POINT.fullmatch(word)
        if match:
            row, column = size - int(match[2]), _COLUMNS.index(match[1])
            if 0 <= row < size and column < size:
                return row * size + column
        raise ValueError(
            f"{text.strip()!r} is no point: a column A to {_COLUMNS[size - 1]} (without I) and a row 1 to {size}, "
            f"such as {_name((size // 2, size // 2), size)}, or pass"
        )


def _row(stones: Any, number: int) -> str:
    return f"{number:2} {' '.join(_STONES[int(stone)] for stone in stones)} {number}"


def _name(point: Point | None, size: int) -> str:
    return "pass" if point is None else f"{_COLUMNS[point[1]]}{size - point[0]}"


def _to_move(game: Any, size: int) -> str:
    ko = f"; the ko at {_name(game.ko, size)} may not be retaken now" if game.ko else ""
    return f"{_SIDES[game.to_play]} to move, move {game.n + 1}{ko}"


def _score(game: Any) -> str:
    """The count of stones and territory; PettingZoo gives a tie to white."""
    black, white = _areas(game.board)
    winner = _SIDES[_BLACK if black > white + game.komi else _WHITE]
    return f"The game is over: black {black}, white {white} + {game.komi:g} komi, so {winner} wins"


def _areas(board: Any) -> tuple[int, int]:
    """Stones and the empty regions that touch one colour only, of black and of white."""
    area = {color: sum(int(stone) == color for row in board for stone in row) for color in (_BLACK, _WHITE)}
    counted: set[Point] = set()
    for point in ((row, column) for row in range(len(board)) for column in range(len(board))):
        if board[point] == _EMPTY and point not in counted:
            region, border = _region(board, point)
            counted |= region
            if len(border) == 1:
                area[border.pop()] += len(region)
    return area[_BLACK], area[_WHITE]


def _region(board: Any, start: Point) -> tuple[set[Point], set[int]]:
    """The empty points that hang together with `start`, and the colours around them."""
    region, border, open_points = {start}, set(), [start]
    while open_points:
        row, column = open_points.pop()
        for near in ((row + 1, column), (row - 1, column), (row, column + 1), (row, column - 1)):
            if near in region or not all(0 <= part < len(board) for part in near):
                continue
            if board[near] == _EMPTY:
                region.add(near)
                open_points.append(near)
            else:
                border.add(int(board[near]))
    return region, border
