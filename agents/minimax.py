"""Alpha-beta search with a transposition table (Knuth and Moore 1975; fail-soft, as in Marsland 1986).

Exact where it reaches the end of the game, 0 at the horizon otherwise. A value shrinks by `DELAY` with every ply, so
that of two wins the quicker is preferred and of two losses the slower; its sign is the outcome.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agents.ties import uniform_over_best
from arena import Agent, Decision, Game, Model, Turn, setting
from arena.symmetry import Canonical

DELAY = 0.999
_SMALL = 10  # plies: games that are never longer are searched to the end
_EXACT, _LOWER, _UPPER = range(3)


@dataclass(frozen=True)
class Config:
    """How far to look."""

    depth: int | None = setting(
        None, low=1, high=1000, help="plies to look ahead; none: to the end of games of at most 10 plies, else 4"
    )


class MinimaxAgent(Agent):
    """Plays any of the best actions, all equally likely. For two players, zero-sum, alternating or not."""

    def __init__(self, game: Game, config: Config) -> None:
        self.depth = config.depth or (game.max_plies if game.max_plies <= _SMALL else 4)
        self.highest = max(abs(bound) for bound in game.return_range)
        self.canonical = Canonical(game.symmetries) if game.symmetries else None
        self.table: dict[Hashable, tuple[int, int, float]] = {}

    def reset(self, *, seat: int, seed: int) -> None:
        super().reset(seat=seat, seed=seed)
        self.table.clear()

    def act(self, turn: Turn) -> Decision:
        values = self.values(turn)
        best = float(np.nanmax(values)) + 0.0  # never -0.0
        policy = uniform_over_best(values)
        return Decision(int(self.rng.choice(len(policy), p=policy)), value=best, policy=policy.tolist())

    def values(self, turn: Turn) -> NDArray[np.float64]:
        """float64 [A]: the searched value of each action for the mover, nan where illegal."""
        model = turn.model
        assert model is not None  # the spec needs a model
        values = np.full(len(turn.legal), np.nan)
        for action in np.flatnonzero(turn.legal).tolist():
            values[action] = self._after(model, action, self.depth, -self.highest, self.highest)
        return values

    def policy(self, turns: Sequence[Turn]) -> NDArray[np.float64]:
        """float64 [B, A]: uniform over the best actions."""
        return np.array([uniform_over_best(self.values(turn)) for turn in turns])

    def _after(self, model: Model, action: int, depth: int, alpha: float, beta: float) -> float:
        """The value of `action` for the seat on move in `model`."""
        child = model.clone()
        child.apply(action)
        mover = model.to_move
        if child.terminal or child.to_move == mover:
            return DELAY * self._search(child, mover, depth - 1, alpha / DELAY, beta / DELAY)
        return -DELAY * self._search(child, child.to_move, depth - 1, -beta / DELAY, -alpha / DELAY)

    def _search(self, model: Model, seat: int, depth: int, alpha: float, beta: float) -> float:
        """The value for `seat`, who is on move unless the game is over."""
        if model.terminal:
            return float(model.returns[seat])
        if depth == 0:
            return 0.0
        key = self.canonical.name(model.observe(seat))[0] if self.canonical else model.key(seat)
        known = self._known(key, depth, alpha, beta)
        if known is not None:
            return known
        best, floor = -np.inf, alpha
        for action in np.flatnonzero(model.legal).tolist():
            best = max(best, self._after(model, action, depth, floor, beta))
            floor = max(floor, best)
            if floor >= beta:
                break
        kind = _LOWER if best >= beta else _UPPER if best <= alpha else _EXACT
        self.table[key] = (depth, kind, best)
        return best

    def _known(self, key: Hashable, depth: int, alpha: float, beta: float) -> float | None:
        """What the table says, where it is deep enough and decides between `alpha` and `beta`."""
        stored_depth, kind, value = self.table.get(key, (-1, _EXACT, 0.0))
        if stored_depth < depth:
            return None
        decides = kind == _EXACT or (kind == _LOWER and value >= beta) or (kind == _UPPER and value <= alpha)
        return value if decides else None
