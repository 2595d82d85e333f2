"""The maximum of the Davidson likelihood by Newton's method.

The log-likelihood is concave in (theta, advantage, log draw), so a damped Newton iteration finds the maximum from
anywhere where there is one (Boyd & Vandenberghe, Convex Optimization, 2004, section 9.5); `arena.ratings.existence`
says whether there is.
"""

import math
from dataclasses import dataclass

import numpy as np

from arena.ratings.davidson import Floats, Games, Parameters, gradient, information, log_likelihood, margins

_MOST_STEPS = 100
# The squared length of a step in standard errors (Newton's decrement). Convergence is quadratic: after a step of 1e-7
# standard errors the rest is below rounding, however badly some parameter is known.
_LAST_DECREMENT = 1e-14
# On the way to a supremum at infinity the decrement vanishes too, but each step still moves some margin by 1 or more.
_LAST_CHANGE = 0.5
_SUFFICIENT_RISE = 1e-4
# No margin moves by more than this at once (natural units): far out the curvature vanishes and Newton's step explodes.
_LONGEST_STEP = 10.0


@dataclass(frozen=True, eq=False)
class Maximum:
    """Where the likelihood is highest: `at`, whose strengths sum to 0, and the `covariance` [n+2, n+2] of (theta,
    advantage, log draw), natural units squared, 0 for what was held fixed; found in `steps` Newton steps."""

    at: Parameters
    covariance: Floats
    steps: int


def maximise(games: Games, start: Parameters, *, advantage: bool, draw: bool) -> Maximum:
    """The maximum over the strengths and, where True, over `advantage` and `draw`, which else stay as in `start`.

    Strengths are only differences: the one direction in which nothing changes, all of them together, is taken out by
    keeping their sum at 0. Raises ArithmeticError when the iteration does not settle.
    """
    n = len(games.names)
    free = np.append(np.full(n, True), [advantage, draw])
    at = Parameters(start.theta - start.theta.mean(), start.advantage, start.draw)
    for steps in range(1, _MOST_STEPS + 1):
        slope = np.where(free, gradient(games, at), 0.0)
        step = _inverse(information(games, at), free, n) @ slope
        decrement = float(slope @ step)
        at = _climb(games, at, step, decrement)
        if decrement < _LAST_DECREMENT and _longest_change(games, step) < _LAST_CHANGE:
            return Maximum(at, _inverse(information(games, at), free, n), steps)
    raise ArithmeticError(f"no maximum after {_MOST_STEPS} Newton steps for {n} entrants")


def _inverse(matrix: Floats, free: Floats, n: int) -> Floats:
    """The inverse on the identified subspace: free parameters, strengths that sum to 0; elsewhere 0."""
    chosen = np.flatnonzero(free)
    common = np.where(chosen < n, 1 / math.sqrt(n), 0.0)
    outer = np.outer(common, common)
    # The unidentified direction gets a stiffness of the usual size, so that the matrix is as well conditioned as it can
    # be, and is taken out again after the inversion.
    stiffness = float(np.trace(matrix[:n, :n])) / n
    inverse = np.zeros_like(matrix)
    block = np.ix_(chosen, chosen)
    try:
        inverse[block] = np.linalg.inv(matrix[block] + stiffness * outer) - outer / stiffness
    except np.linalg.LinAlgError as error:
        raise ArithmeticError(f"the information of {n} entrants is singular: no finite maximum") from error
    return inverse


def _climb(games: Games, at: Parameters, step: Floats, slope: float) -> Parameters:
    """`at` moved along `step`, cut short until the likelihood rises in proportion to its `slope` there."""
    before = log_likelihood(games, at)
    rounding = 1e-12 * (1 + abs(before))
    scale = _LONGEST_STEP / max(_longest_change(games, step), _LONGEST_STEP)
    while True:
        there = _moved(at, scale * step)
        if log_likelihood(games, there) >= before + _SUFFICIENT_RISE * scale * slope - rounding:
            return there
        scale /= 2


def _longest_change(games: Games, step: Floats) -> float:
    """The most that `step` changes any margin or the log draw parameter."""
    change = np.append(margins(games, Parameters(step[:-2], float(step[-2]), 0.0)), step[-1])
    return float(np.abs(change).max())


def _moved(at: Parameters, step: Floats) -> Parameters:
    return Parameters(at.theta + step[:-2], at.advantage + float(step[-2]), at.draw * math.exp(step[-1]))
