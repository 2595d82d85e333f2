"""What a turn gives when it is asked for its model, its text or the names of its actions.

A turn is a value: neither kind of source has an attribute that leads to the env.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from arena.errors import ArenaError

if TYPE_CHECKING:
    from arena.game import Model
    from arena.pettingzoo_env import Position


class LiveSource:
    """What a turn can be asked for, as long as the match stands where the turn was made.

    Its members are closures, so that no attribute leads from a turn to the env.
    """

    __slots__ = ("model", "name", "parse", "text")

    def __init__(self, position: Position) -> None:
        ply = position.ply

        def now() -> Position:
            if position.ply != ply:
                raise ArenaError(f"this turn is past (ply {ply}, the match is at ply {position.ply})")
            return position

        self.model: Callable[[int], Model | None] = lambda seat: now().model(seat)
        self.text: Callable[[int], str] = lambda seat: now().text(seat)
        self.name: Callable[[int], str] = lambda action: now().name(action)
        self.parse: Callable[[str], int] = lambda text: now().parse(text)


class Snapshot:
    """What a turn of a game with hidden information can be asked for: texts made beforehand, nothing of the env."""

    __slots__ = ("_names", "_text")

    def __init__(self, position: Position) -> None:
        self._text = position.text(position.to_move)
        self._names = [position.name(action) for action in range(len(position.legal))]

    def model(self, seat: int) -> None:
        """None: the game offers no model."""

    def text(self, seat: int) -> str:
        return self._text

    def name(self, action: int) -> str:
        return self._names[action]

    def parse(self, text: str) -> int:
        word, known = text.strip().lower(), [name.lower() for name in self._names]
        if word.isdecimal() and int(word) < len(known):
            return int(word)
        if word in known:
            return known.index(word)
        raise ValueError(f"{text.strip()!r} is no action here: {', '.join(self._names)}")
