"""A copy of the env as a model: of any game whose secrets can be redrawn.

What a seat cannot know is threefold. Random states inside the env are drawn anew by `clone_env`; moves of an
unfinished round are held by the adapter, which draws them anew itself; the rest (hands, decks) is known to the game
alone, whose `redraw(env, seat, rng)` changes a copied env in place. What `redraw` draws must follow from what the seat
knows and from `rng`, and from nothing else: `arena.testing.check_game` redraws different truths that look the same to
a seat with equal generators and wants equal worlds.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING, Any

import numpy as np

from arena.turn import Model

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from arena.position import Position


class EnvModel(Model):
    """A position of one's own."""

    __slots__ = ("position",)

    def __init__(self, position: Position) -> None:
        self.position = position

    def clone(self) -> EnvModel:
        return EnvModel(self.position.clone())

    @property
    def legal(self) -> NDArray[np.bool_]:
        return self.position.legal

    def apply(self, action: int) -> None:
        self.position.step(action)

    @property
    def to_move(self) -> int:
        return self.position.to_move

    @property
    def terminal(self) -> bool:
        return self.position.over

    @property
    def returns(self) -> NDArray[np.float64]:
        return self.position.returns

    def observe(self, seat: int) -> Any:
        return self.position.observe(seat)

    def key(self, seat: int) -> Hashable:
        """The game's own key of the position where it has one; else the history that the seat knows and what it sees.

        The latter never merges two histories: it is the information set of a seat that forgets nothing.
        """
        position = self.position
        if position.game.position_key:
            return position.game.position_key(position.env.unwrapped)
        known = position.known_history(seat)
        if position.game.perfect_information and position.game.deterministic:
            return known
        return known, _hashable(position.observe(seat))

    def sample(self, rng: np.random.Generator) -> EnvModel:
        return EnvModel(self.position.imagined(self.position.to_move, rng))


def _hashable(seen: Any) -> Hashable:
    if isinstance(seen, np.ndarray):
        return seen.tobytes()
    if isinstance(seen, dict):
        return tuple((name, _hashable(part)) for name, part in sorted(seen.items()))
    return tuple(map(_hashable, seen)) if isinstance(seen, list | tuple) else seen
