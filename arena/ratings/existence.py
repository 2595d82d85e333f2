"""Whether the Davidson likelihood has a finite maximum, and whether the first mover's advantage can be told at all.

For strengths alone, with the draw parameter known, the condition is Ford's (1957; Hunter, MM algorithms for generalized
Bradley-Terry models, 2004, assumption 1): the graph of who took at least half a point from whom is strongly connected.
It is not enough once the advantage or the draw parameter is estimated too: six wins and four draws without a loss are
best explained by an infinite difference together with an infinite draw parameter. So the general condition is checked:
a concave likelihood of this kind has no finite maximum exactly where some direction makes no result that was seen less
likely and one more likely (Albert & Anderson, Biometrika 71, 1984, section 3: "separation").
"""

from typing import TYPE_CHECKING

import numpy as np

from arena.ratings.davidson import Floats, Games

if TYPE_CHECKING:
    from scipy.sparse import csr_array

# The rows below are small integers and halves, so a true direction of escape gains far more than this within the box.
_GAIN = 1e-6


def has_finite_maximum(games: Games, *, advantage: bool) -> bool:
    """Whether the likelihood in the strengths, the draw parameter (where draws were seen) and, if asked, the advantage
    takes its supremum at a finite point. Solved as a linear programme, exactly up to its tolerance."""
    from scipy.optimize import linprog

    rows = _weight_gains(games)
    n, draws = len(games.names), bool(games.draws.any())
    bounds = [(-1, 1)] * n + [(-int(advantage), int(advantage)), (-int(draws), int(draws))]
    best = linprog(-rows.sum(axis=0), A_ub=-rows, b_ub=np.zeros(rows.shape[0]), bounds=bounds, method="highs")
    return bool(-best.fun < _GAIN)


def _weight_gains(games: Games) -> "csr_array":
    """One row [n+2] for each result seen and each other result of that game: how fast a direction in (theta, advantage,
    log draw) raises the log weight of the one seen above the other's."""
    from scipy.sparse import csr_array

    n, m = len(games.names), len(games.first)
    rows = np.arange(m)
    lead = csr_array((np.ones(m), (rows, games.first)), shape=(m, n + 2))
    lead = lead - csr_array((np.ones(m), (rows, games.second)), shape=(m, n + 2))
    lead = lead + csr_array((np.ones(m), (rows, np.full(m, n))), shape=(m, n + 2))
    drawn = csr_array((np.ones(m), (rows, np.full(m, n + 1))), shape=(m, n + 2))
    return _stacked(games, (lead / 2).tocsr(), drawn)


def _stacked(games: Games, half: "csr_array", drawn: "csr_array") -> "csr_array":
    from scipy.sparse import vstack

    won, drew, lost = games.wins > 0, games.draws > 0, games.losses > 0
    gains = [(2 * half)[won], (half - drawn)[won], (drawn - half)[drew], (drawn + half)[drew]]
    return vstack([*gains, (-2 * half)[lost], (-half - drawn)[lost]], format="csr")


def advantage_is_identified(games: Games) -> bool:
    """Whether strengths and first-mover advantage are told apart by who moved first against whom.

    They are not where every entrant has a level such that all games were moved first by the one a level higher: then a
    rise of one level does what the advantage does. `games` must be connected.
    """
    levels = _levels(games)
    return bool((levels[games.first] - levels[games.second] != 1).any())


def _levels(games: Games) -> Floats:
    """Levels [n] along a spanning tree of the games: the first mover one above the second."""
    neighbours: list[list[tuple[int, int]]] = [[] for _ in games.names]
    for first, second in zip(games.first.tolist(), games.second.tolist(), strict=True):
        neighbours[first].append((second, -1))
        neighbours[second].append((first, 1))
    levels, reached = {0: 0}, [0]
    for here in reached:
        for there, step in neighbours[here]:
            if there not in levels:
                levels[there] = levels[here] + step
                reached.append(there)
    return np.array([levels[i] for i in range(len(games.names))], dtype=np.float64)
