"""Monte Carlo tree search: UCT (Kocsis and Szepesvari 2006) over any `Model`, with random play-outs.

Values are kept per player and never negated, so that any number of players and any order of moves is right. Node
statistics are stored in the tree; positions are brought back by replaying the path on a copy of the model.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from arena import Agent, Decision, Game, Model, Turn, setting


@dataclass(frozen=True)
class Config:
    """How much to search, and how curiously."""

    simulations: int = setting(100, low=1, high=10_000_000, help="simulations per move")
    c: float = setting(1.4, low=0, help="exploration constant; returns are scaled to 0..1 for it")


@dataclass(slots=True)
class Node:
    """A position of the tree. `total` belongs to the seat that moved into it."""

    untried: list[int]
    visits: int = 0
    total: float = 0.0
    children: dict[int, Node] = field(default_factory=dict)


class MctsAgent(Agent):
    """Plays the most visited action; equals are drawn."""

    def __init__(self, game: Game, config: Config) -> None:
        self.config = config
        self.low, high = game.return_range
        self.width = high - self.low

    def act(self, turn: Turn) -> Decision:
        model = turn.model
        assert model is not None  # the spec needs a model
        root = self._search(model)
        visits = np.zeros(len(turn.legal))
        for action, child in root.children.items():
            visits[action] = child.visits
        action = int(self.rng.choice(np.flatnonzero(visits == visits.max())))
        best = root.children[action]
        value = self.low + self.width * best.total / best.visits
        policy = (visits / visits.sum()).tolist()
        return Decision(action, value=value, policy=policy, note={"simulations": root.visits})

    def _search(self, model: Model) -> Node:
        root = Node(untried=self._shuffled(model))
        for _ in range(self.config.simulations):
            self._simulate(root, model.sample(self.rng))
        return root

    def _simulate(self, root: Node, model: Model) -> None:
        """One simulation: down the tree, one new node, a random play-out, and back up."""
        path: list[tuple[Node, int]] = []  # the nodes below the root, with the seat that moved into each
        node = root
        while not model.terminal:
            mover, expand = model.to_move, bool(node.untried)
            action = node.untried.pop() if expand else self._select(node)
            model.apply(action)
            if expand:
                node.children[action] = Node(untried=self._shuffled(model))
            node = node.children[action]
            path.append((node, mover))
            if expand:
                break
        self._play_out(model)
        scaled = (model.returns - self.low) / self.width
        root.visits += 1
        for node, mover in path:
            node.visits += 1
            node.total += float(scaled[mover])

    def _select(self, node: Node) -> int:
        """The action of the highest upper confidence bound."""
        log = math.log(node.visits)
        c = self.config.c

        def bound(action: int) -> float:
            child = node.children[action]
            return child.total / child.visits + c * math.sqrt(log / child.visits)

        return max(node.children, key=bound)

    def _play_out(self, model: Model) -> None:
        while not model.terminal:
            actions = np.flatnonzero(model.legal)
            model.apply(int(actions[self.rng.integers(len(actions))]))

    def _shuffled(self, model: Model) -> list[int]:
        """The legal actions in the order in which they will be tried."""
        legal: NDArray[np.intp] = np.flatnonzero(model.legal)
        actions: list[int] = self.rng.permutation(legal).tolist()
        return actions
