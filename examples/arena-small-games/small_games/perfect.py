"""An agent for one game only: Nim by nim-sums."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from arena import Agent, AgentSpec, Decision, Game, Turn, setting
from numpy.typing import NDArray

from small_games.nim_rules import after, mover_wins


@dataclass(frozen=True)
class Config:
    """Settings of `nim-perfect`."""

    mistakes: float = setting(0.0, low=0, high=1, help="probability that a move is any legal one")


class NimPerfect(Agent):
    """Plays any winning move, all equally likely; any move at all where none wins."""

    def __init__(self, game: Game, config: Config) -> None:
        self.config = config
        self.misere = bool(game.option("misere"))

    def act(self, turn: Turn) -> Decision:
        (chances,) = self.policy([turn])
        action = self.rng.choice(len(chances), p=chances)
        return Decision(int(action), value=float(np.nanmax(self.values(turn))), policy=chances.tolist())

    def values(self, turn: Turn) -> NDArray[np.float64]:
        """float64 [A]: 1 for a winning move, -1 for a losing one, nan where illegal."""
        heaps = [int(size) for size in turn.observation]
        largest = len(turn.legal) // len(heaps)
        worth = np.full(len(turn.legal), np.nan)
        for action in np.flatnonzero(turn.legal):
            heap, count = divmod(int(action), largest)
            worth[action] = -1 if mover_wins(after(heaps, heap, count + 1), self.misere) else 1
        return worth

    def policy(self, turns: Sequence[Turn]) -> NDArray[np.float64]:
        """float64 [B, A]: uniform over the best moves, and over all legal ones in a share of `mistakes`."""
        worth = np.stack([self.values(turn) for turn in turns])
        best = _uniform(worth == np.nanmax(worth, axis=1, keepdims=True))
        return (1 - self.config.mistakes) * best + self.config.mistakes * _uniform(~np.isnan(worth))


def _uniform(chosen: NDArray[np.bool_]) -> NDArray[np.float64]:
    """float64 [B, A]: each row spread evenly over what is True in it."""
    shares: NDArray[np.float64] = chosen / chosen.sum(axis=1, keepdims=True)
    return shares


def only_nim(game: Game) -> str | None:
    """Why a game cannot be played, in words for the user."""
    return None if game.id == "nim" else "it plays nothing but nim"


NIM_PERFECT = AgentSpec(
    "nim-perfect",
    make=NimPerfect,
    config=Config,
    supports=only_nim,
    summary="Nim by nim-sums: never loses a position that can be won",
    exact=True,
)
