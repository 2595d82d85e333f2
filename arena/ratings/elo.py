"""Elo ratings, updated game by game (A. Elo, The Rating of Chessplayers, Past and Present, 1978, section 1.3-1.6).

The order of the games matters; for a rating that does not depend on it see `arena.ratings.bradley_terry`.
"""

import importlib
import importlib.util
import math
from collections.abc import Callable, Iterable

from arena.ratings.outcomes import Outcome

# (rating of the first mover, rating of the second, score of the first) -> both new ratings
Update = Callable[[float, float, float], tuple[float, float]]

K = 32.0  # the most that one game moves a rating
INITIAL = 1500.0  # what an entrant begins with


def expected_score(rating: float, opponent: float) -> float:
    """The score in [0, 1] that `rating` is expected to take from `opponent`, both in Elo points (400 points: 10/11)."""
    # Capped, because a power too large raises OverflowError; at 300 the expectation is 0 for every purpose.
    return 1.0 / (1.0 + math.pow(10.0, min((opponent - rating) / 400.0, 300.0)))


def updater(k: float = K) -> Update:
    """The rule for one game: from both ratings and the first mover's score to both new ratings. It is zero-sum.

    `k` is the most that one game can move a rating, in Elo points. Raises ValueError when it is not positive or not
    finite.
    """
    if not (math.isfinite(k) and k > 0):
        raise ValueError(f"k must be positive and finite, got {k!r}")
    return _arithmetic()(k)


def online_elo(outcomes: Iterable[Outcome], *, k: float = K, initial: float = INITIAL) -> dict[str, float]:
    """Elo ratings after `outcomes` in the order given, in order of first appearance.

    `k` is that of `updater` and `initial` what an entrant begins with, in Elo points. Raises ValueError when `k` is not
    positive or either is not finite.
    """
    update = updater(k)
    if not math.isfinite(initial):
        raise ValueError(f"initial must be finite, got {initial!r}")
    ratings: dict[str, float] = {}
    for game in outcomes:
        first = ratings.setdefault(game.first, initial)
        second = ratings.setdefault(game.second, initial)
        ratings[game.first], ratings[game.second] = update(first, second, game.score)
    return ratings


def _arithmetic() -> Callable[[float], Update]:
    """The package `elo` where it is installed (it is an optional extra), else the same formula written here."""
    return _own_arithmetic if importlib.util.find_spec("elo") is None else _package_arithmetic


def _package_arithmetic(k: float) -> Update:
    # beta is half the distance at which one side is expected to take 10 of 11 points: 200 gives the usual 400.
    table = importlib.import_module("elo").Elo(k_factor=k, initial=1500.0, rating_class=float, beta=200)

    def update(first: float, second: float, score: float) -> tuple[float, float]:
        return table.rate(first, [(score, second)]), table.rate(second, [(1.0 - score, first)])

    return update


def _own_arithmetic(k: float) -> Update:
    def update(first: float, second: float, score: float) -> tuple[float, float]:
        return (
            first + k * (score - expected_score(first, second)),
            second + k * ((1.0 - score) - expected_score(second, first)),
        )

    return update
