"""A match at one of its positions, in words: what is shown of it at a terminal or on a page.

In a game that hides something a position is told as one seat sees it: by default the seat on move, and at the end of
the game the seat that moved last.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from arena.match import Match

if TYPE_CHECKING:
    from arena.position import Position

_SHARES = 5  # actions of a policy that are told
_LEAST = 0.01  # the smallest share that is told


@dataclass(frozen=True)
class Move:
    """A move that was played, and what the mover thought of it."""

    ply: int
    seat: int
    entrant: str
    action: Any
    name: str  # as the position calls it in which it was played
    seconds: float | None = None
    value: float | None = None  # the return that the mover expected
    shares: tuple[tuple[str, float], ...] = ()  # the mover's likeliest actions by name
    note: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Moment:
    """A match at one of its positions, as one seat sees it."""

    game: str  # Game.key
    ply: int
    seated: tuple[str, ...]  # the entrant in each seat
    to_move: int | None  # None at the end
    view: int | None  # the seat that sees `text`; None where nothing is hidden from any
    text: str
    last: Move | None = None  # the move that led here


def moment(match: Match, last: Move | None = None, view: int | None = None) -> Moment:
    """The match as it stands, seen by `view`: by default as the module says."""
    position = match.position
    seat = _viewer(position) if view is None else view
    seated = tuple(match.entrants[index] for index in match.seats)
    shown = None if position.game.perfect_information else seat
    to_move = None if match.over else position.to_move
    return Moment(match.game.key, position.ply, seated, to_move, shown, position.text(seat), last)


def _viewer(position: Position) -> int:
    """The seat whose view is shown where none was asked for."""
    if position.game.perfect_information:
        return 0
    if not position.over:
        return position.to_move
    return position.history[-1][0] if position.history else 0


class Follower:
    """Walks behind a match that is being played and tells its moves by their names.

    The name of a move depends on the position it was played in, which the match has left once it can be looked at.
    """

    def __init__(self) -> None:
        self._behind: Match | None = None
        self._moves: list[Move] = []

    def follow(self, match: Match) -> list[Move]:
        """All moves played so far; of those played since the last call the last one with the mover's thoughts."""
        if self._behind is None:
            self._behind = Match(match.game, match.seed, match.entrants, match.seats)
        history = match.position.history
        for seat, action in history[len(self._moves) :]:
            newest = len(self._moves) + 1 == len(history)
            self._moves.append(self._move(self._behind, seat, action, match if newest else None))
            if not self._behind.over:
                self._behind.play(action)
        return self._moves

    def _move(self, behind: Match, seat: int, action: Any, match: Match | None) -> Move:
        name = str(action) if behind.over else behind.position.name(action)
        move = Move(len(self._moves), seat, behind.entrants[behind.seats[seat]], action, name)
        if match is None:
            return move
        value, note = match.last_thoughts
        shares = named_shares(behind.position, match.last_policy or ())
        return replace(move, seconds=match.last_seconds, value=value, shares=shares, note=note)


def named_shares(position: Position, policy: tuple[float, ...]) -> tuple[tuple[str, float], ...]:
    """The likeliest actions of a policy [A] by their names in `position`, with their shares."""
    order = sorted(range(len(policy)), key=lambda action: -policy[action])[:_SHARES]
    return tuple((position.name(action), policy[action]) for action in order if policy[action] >= _LEAST)
