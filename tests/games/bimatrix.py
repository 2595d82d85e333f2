"""Equilibria of small two-player games by enumerating supports: slow, simple, and independent of what is tested."""

from itertools import combinations

import numpy as np


def nash_conv(payoffs, first, second):
    """What the two would gain, in sum, by best responses; payoffs [2, A, B]."""
    own, theirs = payoffs
    return (own @ second).max() - first @ own @ second + (first @ theirs).max() - first @ theirs @ second


def equilibria(payoffs):
    """All equilibria of a nondegenerate game as pairs of strategies, those of small supports first."""
    own, theirs = payoffs
    found = []
    for size in range(1, min(own.shape) + 1):
        for rows in combinations(range(own.shape[0]), size):
            for columns in combinations(range(own.shape[1]), size):
                second = _indifferent(own[np.ix_(rows, columns)], columns, own.shape[1])
                first = _indifferent(theirs[np.ix_(rows, columns)].T, rows, own.shape[0])
                if first is not None and second is not None and nash_conv(payoffs, first, second) < 1e-9:
                    found.append((first, second))
    return found


def _indifferent(table, places, count):
    """The strategy on `places` against which all rows of `table` pay the same, or None where there is none."""
    size = len(places)
    system = np.block([[table, -np.ones((size, 1))], [np.ones((1, size)), np.zeros((1, 1))]])
    if abs(np.linalg.det(system)) < 1e-9:
        return None
    weights = np.linalg.solve(system, [*[0.0] * size, 1.0])[:size]
    if (weights < 1e-9).any():
        return None
    strategy = np.zeros(count)
    strategy[list(places)] = weights
    return strategy
