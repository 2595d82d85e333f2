"""One ply of foresight: the least that an opponent should be able to do."""

from __future__ import annotations

import numpy as np

from agents.simple import NoConfig
from arena import Agent, Game, Model, Turn


class GreedyAgent(Agent):
    """Wins at once if it can; else plays an action after which nobody else can win at once; else any legal one."""

    def __init__(self, game: Game, config: NoConfig) -> None:
        """Nothing to prepare."""

    def act(self, turn: Turn) -> int:
        model = turn.model
        assert model is not None  # the spec needs a model
        actions = np.flatnonzero(turn.legal).tolist()
        after = {action: _after(model, action) for action in actions}
        wins = [action for action in actions if _wins(after[action], turn.seat)]
        safe = wins or [action for action in actions if not _loses_at_once(after[action], turn.seat)]
        return int(self.rng.choice(safe or actions))


def _after(model: Model, action: int) -> Model:
    copy = model.clone()
    copy.apply(action)
    return copy


def _wins(model: Model, seat: int) -> bool:
    """Whether the game is over and nobody did better than `seat`, and somebody worse."""
    returns = model.returns
    return model.terminal and bool(returns[seat] == returns.max() > returns.min())


def _loses_at_once(model: Model, seat: int) -> bool:
    """Whether another seat, now on move, can win with one action."""
    if model.terminal or model.to_move == seat:
        return False
    mover = model.to_move
    return any(_wins(_after(model, action), mover) for action in np.flatnonzero(model.legal).tolist())
