"""The contract of `Learner`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from arena.agent import AgentSpec, HasState, Learner, why_not
from arena.config import make_config
from arena.game import Game
from arena.registry import registry
from arena.seeding import generator
from arena.selfplay import Budget, Pool
from arena.testing.common import require, resolved, same_state


def check_learner(
    spec: AgentSpec, game: Game | None = None, settings: Mapping[str, Any] | None = None, games: int = 200
) -> None:
    """Holds a learner against the contract of `Learner`: exact resume, budget, and frozen agents.

    Without a `game` it is the first registered one that the learner can play. Raises AssertionError.
    """
    game = game or _first_game(spec)
    config = make_config(resolved(spec.config), settings or {}, spec.id)

    def learn(learner: Learner, until: int, rng: np.random.Generator) -> Learner:
        for progress in learner.train(Budget(games=until), Pool(), rng):
            require(progress.games <= until, f"{spec.id}: played {progress.games} games of a budget of {until}")
        return learner

    make = resolved(spec.learner)
    whole = learn(make(game, config), games, generator(1, "check"))
    require(whole.games == games, f"{spec.id}: played {whole.games} of {games} games")
    rng = generator(1, "check")
    half = learn(make(game, config), games // 2, rng)
    frozen = half.agent()
    weights = frozen.state() if isinstance(frozen, HasState) else None
    resumed = make(game, config)
    resumed.load(half.state())
    twin = np.random.Generator(np.random.PCG64())
    twin.bit_generator.state = rng.bit_generator.state
    learn(resumed, games, twin)
    require(
        same_state(whole.state(), resumed.state()), f"{spec.id}: a resumed training differs from an undisturbed one"
    )
    learn(half, games, rng)
    if weights is not None and isinstance(frozen, HasState):
        require(same_state(weights, frozen.state()), f"{spec.id}: training on changed an agent that was handed out")


def _first_game(spec: AgentSpec) -> Game:
    offers = [registered.offer for registered in registry().games.values()]
    fitting = [game for game in offers if why_not(spec, game) is None]
    require(bool(fitting), f"{spec.id} can play none of the registered games")
    return fitting[0]
