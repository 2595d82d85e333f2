"""What a turn gives when it is asked for its model, its text or the names of its actions.

A turn is a value: no attribute of it and no closure leads to the env. It holds a ticket, for which this module knows
the position that is in play; a turn whose match has gone on gets an error.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from arena.errors import ArenaError

if TYPE_CHECKING:
    from arena.position import Position
    from arena.turn import Model


class Ticket:
    """Stands for a position as long as the match or one of its turns holds it."""

    __slots__ = ("__weakref__",)


_in_play: WeakKeyDictionary[Ticket, Position] = WeakKeyDictionary()


def enter(position: Position) -> Ticket:
    """The ticket of a position whose turns may ask about it."""
    ticket = Ticket()
    _in_play[ticket] = position
    return ticket


class Source:
    """What the turn of a seat can be asked for, as long as the match stands where the turn was made."""

    __slots__ = ("ply", "seat", "ticket")

    def __init__(self, ticket: Ticket, ply: int, seat: int) -> None:
        self.ticket, self.ply, self.seat = ticket, ply, seat

    def model(self) -> Model | None:
        """A model in which all that the seat cannot know is drawn at random."""
        return _position(self).model(self.seat)

    def text(self) -> str:
        """The position as the seat may see it."""
        return _position(self).text(self.seat)

    def name(self, action: Any) -> str:
        """The name of an action."""
        return _position(self).name(action)

    def parse(self, text: str) -> Any:
        """The action that a text means. Raises ValueError."""
        return _position(self).parse(text)


def _position(source: Source) -> Position:
    position = _in_play[source.ticket]
    if position.ply != source.ply:
        raise ArenaError(f"this turn is past (ply {source.ply}, the match is at ply {position.ply})")
    return position
