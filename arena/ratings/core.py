"""The fit of a core: the richest Davidson model that has a finite maximum for the games of a strong component.

Where the full model runs off to infinity it is made smaller: first draws count as half a win and half a loss, then the
first-mover advantage is left out. Without both, Ford's condition holds by construction and the maximum is finite.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from arena.ratings.davidson import Games, Parameters, halved
from arena.ratings.existence import advantage_is_identified, has_finite_maximum
from arena.ratings.newton import Maximum, maximise


@dataclass(frozen=True, eq=False)
class Core:
    """A fitted core: its `maximum`, and whether `advantage` and `draw` were estimated in it (without draws seen, `draw`
    counts as estimated: nu is 0)."""

    maximum: Maximum
    advantage: bool
    draw: bool


def fit_core(games: Games, *, advantage: bool = True) -> Core:
    """The maximum-likelihood fit of strongly connected `games`; of one entrant without games, strength 0.

    `advantage` says whether there is a first-mover advantage to estimate.
    """
    n = len(games.names)
    if n == 1:
        return Core(Maximum(Parameters(np.zeros(1), 0.0, 0.0), np.zeros((3, 3)), 0), advantage=False, draw=False)
    counted, advantage = next(_finite_models(games, advantage))
    drawn = float(counted.draws.sum())
    # Where equal entrants would draw as often as these did.
    start = Parameters(np.zeros(n), 0.0, 2 * drawn / (float(counted.played.sum()) - drawn))
    maximum = maximise(counted, start, advantage=advantage, draw=drawn > 0)
    return Core(maximum, advantage=advantage, draw=counted is games)


def _finite_models(games: Games, wanted: bool) -> Iterator[tuple[Games, bool]]:
    """The models with a finite maximum, richest first: the games as they count, whether the advantage is free."""
    counts = (games, halved(games)) if games.draws.any() else (games,)
    for advantage in (True, False) if wanted and advantage_is_identified(games) else (False,):
        for counted in counts:
            if has_finite_maximum(counted, advantage=advantage):
                yield counted, advantage
