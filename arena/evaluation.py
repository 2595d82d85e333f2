"""How good is an agent against one opponent? Matches with the seats taken in turn, and an honest interval."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from arena.errors import UsageError
from arena.playing import play_match
from arena.seeding import derive

if TYPE_CHECKING:
    from arena.agent import Agent
    from arena.game import Game

_Z = 1.959963984540054  # the 97.5 % point of the normal distribution


@dataclass(frozen=True)
class Evaluation:
    """Results against one opponent. A score counts a win 1, a draw 0.5, a loss 0."""

    opponent: str
    games: int
    wins: int
    draws: int
    losses: int
    score: float
    low: float  # 95 % interval of the score (Wilson 1927)
    high: float


def evaluate(agent: Agent, game: Game, opponent: Agent | str, games: int, seed: int = 0) -> Evaluation:
    """`games` matches of `agent` against `opponent`, each seed played twice with the seats swapped.

    Raises UsageError for games that are not for two, or for fewer than one match.
    """
    if game.n_players != 2:
        raise UsageError(f"evaluate compares two players; {game.key} seats {game.n_players}")
    if games < 1:
        raise UsageError(f"games must be at least 1, not {games}")
    from arena.entrants import load_agent

    other = load_agent(opponent, game) if isinstance(opponent, str) else opponent
    name = opponent if isinstance(opponent, str) else type(opponent).__name__
    wins = draws = 0
    for number in range(games):
        seats = (0, 1) if number % 2 == 0 else (1, 0)
        record = play_match(game, [agent, other], derive(seed, "evaluate", number // 2), seats=seats)
        own = record.seats.index(0)
        difference = record.ranks[1 - own] - record.ranks[own]
        wins += difference > 0
        draws += difference == 0
    score = (wins + draws / 2) / games
    low, high = wilson(score, games)
    return Evaluation(name, games, wins, draws, games - wins - draws, score, low, high)


def wilson(share: float, n: int) -> tuple[float, float]:
    """The 95 % Wilson interval of a share seen in `n` trials (draws as half a win make it wider than need be)."""
    centre = (share + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
    half = _Z / (1 + _Z**2 / n) * math.sqrt(share * (1 - share) / n + _Z**2 / (4 * n * n))
    return max(0.0, centre - half), min(1.0, centre + half)


def margin(sample: Sequence[float]) -> float | None:
    """How far the 95 % interval of a mean reaches to each side (normal approximation); None for fewer than two."""
    n = len(sample)
    if n < 2:
        return None
    mean = sum(sample) / n
    return _Z * math.sqrt(sum((value - mean) ** 2 for value in sample) / (n - 1) / n)
