"""One-sided bounds for entrants that won, or lost, every game against those below, or above, them.

No finite strength fits a clean sweep best, but a low one fits it badly: the log-likelihood of the games of a component
that won all of them, as a function of one common shift of its members, rises to its supremum 0 at infinity. The bound
is the shift at which it lies log 20 below, that is, at which such a sweep has probability 5 %. This is the exact
one-sided 95 % bound, Clopper & Pearson's (Biometrika 26, 1934) for n of n successes. The asymptotic drop of half a
chi-square quantile, 1.353, does not hold for a maximum at infinity: it would promise 95 % and keep 74 %.

The strengths of those below are taken as known: at the maximum where they have one, at their own lower bound where they
were placed in this way themselves, which can only make the bound lower.
"""

import math

import numpy as np

from arena.ratings.components import above, took_points
from arena.ratings.davidson import Floats, Games, Indices, Parameters, halved, log_normaliser, within
from arena.ratings.newton import maximise

_SWEEP_DROP = math.log(20.0)


def lower_bounds(games: Games, parts: list[Indices], core: Indices, fitted: Parameters) -> Floats:
    """Lower bounds [n] in natural units for all that wins connect down to the core, nan for everyone else.

    `fitted` is the core's own fit: strengths in the order of `core`, first-mover advantage and draw parameter.
    """
    value = np.full(len(games.names), np.nan)
    value[core] = fitted.theta
    for part in above(games, parts, core):
        offset = np.zeros(len(games.names))
        offset[part] = _inner_strengths(within(games, part), fitted)
        value[part] = offset[part] + _sweep_bound(*_sweep(games, part, value, offset, fitted.advantage), fitted.draw)
    value[core] = np.nan
    return value


def _inner_strengths(games: Games, fitted: Parameters) -> Floats:
    """The strengths of a component by its own games, around their mean, under the core's advantage and draws."""
    if len(games.names) == 1:
        return np.zeros(1)
    counted = games if fitted.draw else halved(games)
    start = Parameters(np.zeros(len(games.names)), fitted.advantage, fitted.draw)
    return maximise(counted, start, advantage=False, draw=False).at.theta


def _sweep(games: Games, part: Indices, value: Floats, offset: Floats, advantage: float) -> tuple[Floats, Floats]:
    """The won games of `part` against those already placed: the winner's margin at shift 0, and how many, [k] each."""
    taker, giver, row = took_points(games)
    chosen = np.isin(taker, part) & ~np.isin(giver, part) & ~np.isnan(value[giver])
    taker, giver, row = taker[chosen], giver[chosen], row[chosen]
    moved_first = games.first[row] == taker
    margin = offset[taker] - value[giver] + np.where(moved_first, advantage, -advantage)
    return margin, np.where(moved_first, games.wins[row], games.losses[row])


def _sweep_bound(margin: Floats, count: Floats, draw: float) -> float:
    """The shift at which winning all these games has probability 1/20."""
    from scipy.optimize import brentq

    def excess(shift: float) -> float:
        lead = margin + shift
        return float(count @ (lead / 2 - log_normaliser(lead, draw))) + _SWEEP_DROP

    reach = 1.0 + float(np.abs(margin).max())
    while excess(-reach) > 0 or excess(reach) < 0:
        reach *= 2
    return float(brentq(excess, -reach, reach, xtol=1e-12))
