"""The yardsticks: agents that know nothing but the rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from arena import Agent, Game, Turn


@dataclass(frozen=True)
class NoConfig:
    """No settings."""


class RandomAgent(Agent):
    """Any legal action, all equally likely; where actions are not numbered, a sample of the seat's action space."""

    def __init__(self, game: Game, config: NoConfig) -> None:
        self.game = game

    def act(self, turn: Turn) -> Any:
        if not turn.numbered:
            space = self.game.action_spaces[turn.seat]
            space.seed(int(self.rng.integers(2**31)))
            return space.sample()
        legal = np.flatnonzero(turn.legal)
        return int(legal[self.rng.integers(len(legal))])

    def policy(self, turns: Sequence[Turn]) -> NDArray[np.float64]:
        """float64 [B, A]: uniform over the legal actions."""
        legal = np.array([turn.legal for turn in turns], dtype=np.float64)
        uniform: NDArray[np.float64] = legal / legal.sum(axis=1, keepdims=True)
        return uniform


class FirstAgent(Agent):
    """The legal action of the lowest number."""

    def __init__(self, game: Game, config: NoConfig) -> None:
        """Nothing to prepare."""

    def act(self, turn: Turn) -> int:
        return int(np.argmax(turn.legal))

    def policy(self, turns: Sequence[Turn]) -> NDArray[np.float64]:
        """float64 [B, A]: all on the first legal action."""
        legal = np.array([turn.legal for turn in turns])
        certain: NDArray[np.float64] = np.eye(legal.shape[1])[legal.argmax(axis=1)]
        return certain
