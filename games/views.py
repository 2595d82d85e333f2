"""How people read the built-in games: boards as text, names of actions."""

from __future__ import annotations

from typing import Any

_MARKS = ".XO"
_LEGEND = "X: seat 0, O: seat 1"


class TicTacToeView:
    """A board of three rows; empty cells show the number of the action that marks them.

    PettingZoo numbers the cells by columns: 0 1 2 is the left column, from top to bottom.
    """

    def text(self, state: Any, seat: int) -> str:
        """The board, and whose marks are whose."""
        squares = state.board.squares
        rows = [
            f"{row + 1}   " + " | ".join(_cell(squares[3 * column + row], 3 * column + row) for column in range(3))
            for row in range(3)
        ]
        return "\n".join(["    a   b   c", "\n   ---+---+---\n".join(rows), _LEGEND])

    def name(self, state: Any, action: int) -> str:
        """Column letter and row number: `b2` is the centre."""
        return f"{'abc'[action // 3]}{action % 3 + 1}"

    def parse(self, state: Any, text: str) -> int:
        """The action of a name such as `b2`. Raises ValueError."""
        text = text.strip().lower()
        if len(text) != 2 or text[0] not in "abc" or text[1] not in "123":
            raise ValueError(f"{text!r} is no cell: a column a to c and a row 1 to 3, such as b2, or a number 0 to 8")
        return "abc".index(text[0]) * 3 + int(text[1]) - 1


def _cell(mark: int, action: int) -> str:
    return _MARKS[mark] if mark else str(action)


class ConnectFourView:
    """Six rows over the column letters; X moves first."""

    def text(self, state: Any, seat: int) -> str:
        """The board, and whose pieces are whose."""
        rows = [" ".join(_MARKS[state.board[7 * row + column]] for column in range(7)) for row in range(6)]
        return "\n".join([*rows, "a b c d e f g", "0 1 2 3 4 5 6", _LEGEND])

    def name(self, state: Any, action: int) -> str:
        """The column letter: `d` is the centre."""
        return "abcdefg"[action]

    def parse(self, state: Any, text: str) -> int:
        """The action of a column letter. Raises ValueError."""
        text = text.strip().lower()
        if len(text) != 1 or text not in "abcdefg":
            raise ValueError(f"{text!r} is no column: a letter a to g or a number 0 to 6")
        return "abcdefg".index(text)


class RockPaperScissorsView:
    """Throws by name, and the opponent's last throw."""

    def text(self, state: Any, seat: int) -> str:
        """The round, and what the opponent threw in the last one."""
        last = int(state.observations[state.possible_agents[seat]])
        seen = "The first round." if last == state._none else f"Your opponent threw {state._moves[last].lower()}."
        return f"Round {state.num_moves + 1} of {state.max_cycles}. {seen}"

    def name(self, state: Any, action: int, seat: int) -> str:
        """`rock`, `paper`, `scissors`, and the further throws of a larger game."""
        return str(state._moves[action]).lower()

    def parse(self, state: Any, text: str, seat: int) -> int:
        """The action of a throw's name. Raises ValueError."""
        names = [self.name(state, action, seat) for action in range(state._none)]
        if text.strip().lower() not in names:
            raise ValueError(f"{text!r} is no throw: {', '.join(names)}")
        return names.index(text.strip().lower())
