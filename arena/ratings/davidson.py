"""The Bradley-Terry model with draws and a first-mover term: its likelihood and the derivatives of it.

Entrant i moves first, j second; theta are strengths in natural units, `advantage` is what the first move is worth in
the same units, `draw` (nu >= 0) is how readily games are drawn. With d = theta_i - theta_j + advantage the three
results have the weights exp(d/2) (i wins), nu (drawn) and exp(-d/2) (j wins).

Draws: Davidson, On extending the Bradley-Terry model to accommodate ties, JASA 65 (1970), section 2. Order effect:
Davidson & Beaver, On extending the Bradley-Terry model to incorporate within-pair order effects, Biometrics 33 (1977),
section 2; their multiplicative order effect is exp(-advantage), and their nu is ours times exp(-advantage/2): the
same model, written so that swapping the seats turns d into -d.
"""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from arena.ratings.outcomes import Outcome

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Games:
    """Games counted by ordered pair: row r holds all in which `first[r]` moved first against `second[r]` (indices into
    the n `names`; m rows). `wins`, `draws`, `losses` [m] are the first mover's; halves are allowed."""

    names: tuple[str, ...]
    first: Indices
    second: Indices
    wins: Floats
    draws: Floats
    losses: Floats

    @property
    def played(self) -> Floats:
        """Games per row [m]."""
        return self.wins + self.draws + self.losses


@dataclass(frozen=True, eq=False)
class Parameters:
    """A point of the model: `theta` [n] and `advantage` in natural units, `draw` = nu >= 0 (0: no draws)."""

    theta: Floats
    advantage: float
    draw: float


def tally(outcomes: Iterable[Outcome]) -> Games:
    """Counts the games; names and rows are in alphabetical order, whatever the order of `outcomes`."""
    counts = Counter((game.first, game.second, game.score) for game in outcomes)
    pairs = sorted({(first, second) for first, second, _ in counts})
    names = tuple(sorted({name for pair in pairs for name in pair}))
    index = {name: i for i, name in enumerate(names)}

    def column(score: float) -> Floats:
        return np.array([counts[first, second, score] for first, second in pairs], dtype=np.float64)

    rows = np.array([(index[first], index[second]) for first, second in pairs], dtype=np.int64).reshape(-1, 2)
    return Games(names, rows[:, 0], rows[:, 1], column(1.0), column(0.5), column(0.0))


def within(games: Games, members: Sequence[int] | Indices) -> Games:
    """The games that `members` (indices into the names, ascending) played among themselves."""
    position = np.full(len(games.names), -1, dtype=np.int64)
    position[members] = np.arange(len(members))
    first, second = position[games.first], position[games.second]
    kept = (first >= 0) & (second >= 0)
    counts = (games.wins[kept], games.draws[kept], games.losses[kept])
    return Games(tuple(games.names[i] for i in members), first[kept], second[kept], *counts)


def halved(games: Games) -> Games:
    """The same games with every draw counted as half a win and half a loss."""
    half = games.draws / 2
    return replace(games, wins=games.wins + half, draws=np.zeros_like(half), losses=games.losses + half)


def mirrored(games: Games) -> Games:
    """The same games with the results turned round; -theta and -advantage fit it as theta and advantage fit `games`."""
    return replace(games, wins=games.losses, losses=games.wins)


def margins(games: Games, at: Parameters) -> Floats:
    """d [m]: how much stronger the first mover is, the first move included, in natural units."""
    return at.theta[games.first] - at.theta[games.second] + at.advantage


def chances(margin: Floats, draw: float) -> tuple[Floats, Floats, Floats]:
    """Probabilities [m] that the first mover wins, draws, loses at each margin."""
    size = np.abs(margin)
    win, drawn, loss = np.exp((margin - size) / 2), draw * np.exp(-size / 2), np.exp((-margin - size) / 2)
    total = win + drawn + loss
    return win / total, drawn / total, loss / total


def log_normaliser(margin: Floats, draw: float) -> Floats:
    """log of the sum of the three weights [m], safe for any margin."""
    size = np.abs(margin)
    return size / 2 + np.log1p(np.exp(-size) + draw * np.exp(-size / 2))


def log_likelihood(games: Games, at: Parameters) -> float:
    """The log of the probability of the results seen; -inf where a draw was seen and `draw` is 0."""
    margin, drawn = margins(games, at), float(games.draws.sum())
    decisive = (games.wins - games.losses) / 2 @ margin - games.played @ log_normaliser(margin, at.draw)
    if drawn and not at.draw:
        return -math.inf
    return float(decisive) + (drawn * math.log(at.draw) if drawn else 0.0)


def gradient(games: Games, at: Parameters) -> Floats:
    """Derivatives [n+2] of the log-likelihood by theta, advantage and log draw."""
    n = len(games.names)
    win, drawn, loss = chances(margins(games, at), at.draw)
    surplus = (games.wins - games.losses - games.played * (win - loss)) / 2
    theta = np.bincount(games.first, surplus, n) - np.bincount(games.second, surplus, n)
    return np.append(theta, [surplus.sum(), (games.draws - games.played * drawn).sum()])


def information(games: Games, at: Parameters) -> Floats:
    """Minus the second derivatives [n+2, n+2] of the log-likelihood by theta, advantage and log draw.

    Observed and expected information are the same here, as in every exponential family.
    """
    n = len(games.names)
    win, drawn, loss = chances(margins(games, at), at.draw)
    lead = (win - loss) / 2
    spread = games.played * ((win + loss) / 4 - lead**2)
    mixed = -games.played * lead * drawn
    matrix = np.zeros((n + 2, n + 2))
    for row, sign in ((games.first, 1.0), (games.second, -1.0)):
        np.add.at(matrix, (row, games.first), sign * spread)
        np.add.at(matrix, (row, games.second), -sign * spread)
        matrix[:n, n] += np.bincount(row, sign * spread, n)
        matrix[:n, n + 1] += np.bincount(row, sign * mixed, n)
    matrix[n:, :n] = matrix[:n, n:].T
    corner = mixed.sum()
    matrix[n:, n:] = [[spread.sum(), corner], [corner, (games.played * drawn * (1 - drawn)).sum()]]
    return matrix
