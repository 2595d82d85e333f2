"""Monte Carlo tree search where something is hidden: information sets instead of positions.

Each simulation plays on in a world drawn for the searching seat (`Model.sample`). Every seat has a tree of its own,
whose nodes are what it knows (`Model.key`), so that nobody acts on what he cannot know: multiple-observer information
set MCTS (Cowling, Powley and Whitehouse 2012, section V.C). An action's bound counts how often the action was there
to be chosen, since it need not be legal in every world (the same, section IV.C). We differ in two things: what one
seat knows is one node, however it came to know it; and where seats choose at once, bounds are random.
"""

from __future__ import annotations

import math
from collections.abc import Hashable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from agents.mcts_config import Config
from arena import Agent, Decision, Game, Model, Turn

Trees = dict[tuple[int, Hashable], "InformationSet"]


@dataclass(slots=True)
class Choice:
    """An action of an information set."""

    visits: int = 0
    total: float = 0.0  # of the mover, each visit from 0 to 1
    available: int = 0  # visits of the information set in which it was legal


@dataclass(slots=True)
class InformationSet:
    """What a seat knows when it is on move."""

    choices: dict[int, Choice] = field(default_factory=dict)


class InformationSetMcts(Agent):
    """Plays the most visited action; equals are drawn."""

    def __init__(self, game: Game, config: Config) -> None:
        self.config, self.in_step = config, game.simultaneous
        self.low, high = game.return_range
        self.span = high - self.low or 1.0  # where every game pays the same, any scale will do

    def act(self, turn: Turn) -> Decision:
        model = turn.model
        assert model is not None  # the spec needs a model
        root = self.search(model, turn.seat)
        visits = np.zeros(len(turn.legal))
        for action, choice in root.choices.items():
            visits[action] = choice.visits
        action = int(self.rng.choice(np.flatnonzero(visits == visits.max())))
        chosen = root.choices[action]
        value = self.low + self.span * chosen.total / max(1, chosen.visits)
        note = {"simulations": self.config.simulations}
        return Decision(action, value=value, policy=(visits / visits.sum()).tolist(), note=note)

    def search(self, model: Model, seat: int) -> InformationSet:
        """What `seat` knows now, after all simulations."""
        trees: Trees = {}
        for _ in range(self.config.simulations):
            self._simulate(trees, model.sample(self.rng))
        return trees[seat, model.key(seat)]

    def _simulate(self, trees: Trees, model: Model) -> None:
        """One simulation: down the trees to an action that is new to its seat, a play-out, and back up."""
        path: list[tuple[int, Choice]] = []
        new = False
        while not (model.terminal or new):
            seat = model.to_move
            node = trees.setdefault((seat, model.key(seat)), InformationSet())
            action = self._select(node, np.flatnonzero(model.legal).tolist())
            new = node.choices[action].visits == 0
            path.append((seat, node.choices[action]))
            model.apply(action)
        returns = self._play_out(model)
        for seat, choice in path:
            choice.visits += 1
            choice.total += float((returns[seat] - self.low) / self.span)

    def _select(self, node: InformationSet, legal: list[int]) -> int:
        """An action not tried yet, or the one of the highest upper confidence bound."""
        choices = [node.choices.setdefault(action, Choice()) for action in legal]
        for choice in choices:
            choice.available += 1
        untried = [action for action, choice in zip(legal, choices, strict=True) if not choice.visits]
        if untried:
            return untried[self.rng.integers(len(untried))]
        bounds = [
            choice.total / choice.visits + self._curiosity() * math.sqrt(math.log(choice.available) / choice.visits)
            for choice in choices
        ]
        return legal[int(np.argmax(bounds))]

    def _curiosity(self) -> float:
        """`c`, on the mean: seats that choose at once would else try the same at the same time, again and again, and
        take what comes of it for what the action is worth (random bounds: Vaswani et al. 2020)."""
        return 2 * self.config.c * self.rng.random() if self.in_step else self.config.c

    def _play_out(self, model: Model) -> NDArray[np.float64]:
        for _ in range(self.config.play_out):
            if model.terminal:
                break
            actions = np.flatnonzero(model.legal)
            model.apply(int(actions[self.rng.integers(len(actions))]))
        return model.returns
