"""Monte Carlo tree search where nothing is hidden: UCT (Kocsis and Szepesvari 2006) with random play-outs.

Values are kept per player and never negated, so that any number of players and any order of moves is right. What is
certain is used: a node is opened by looking at each of its actions once, so that games that end there are known, and
decided values travel up the tree (MCTS-Solver, Winands et al. 2008, here for any number of players: the mover takes
the best of its decided children).
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from agents.mcts_config import Config
from arena import Agent, Decision, Game, Model, Turn


@dataclass(slots=True)
class Node:
    """A position of the tree."""

    mover: int
    untried: list[int] | None = None  # None until the node is opened, at its second visit
    visits: int = 0
    total: float = 0.0  # of the seat that moved into this node, each visit from 0 to 1
    children: dict[int, Node] = field(default_factory=dict)
    decided: NDArray[np.float64] | None = None  # [N] the returns, once they are certain


class MctsAgent(Agent):
    """Plays the most visited action, or a certain one that is worth as much; equals are drawn."""

    def __init__(self, game: Game, config: Config) -> None:
        self.config = config
        self.low, self.high = game.return_range
        self.span = self.high - self.low or 1.0  # where every game pays the same, any scale will do

    def act(self, turn: Turn) -> Decision:
        model = turn.model
        assert model is not None  # the spec needs a model
        root = self.search(model)
        visits = np.zeros(len(turn.legal))
        for action, child in root.children.items():
            visits[action] = child.visits
        action = self._choose(root)
        value = self.low + self.span * self._value(root, root.children[action])
        if root.children[action].decided is not None:
            visits = np.eye(len(visits))[action]
        note = {"simulations": root.visits, "certain": root.decided is not None}
        return Decision(action, value=value, policy=(visits / visits.sum()).tolist(), note=note)

    def search(self, model: Model) -> Node:
        """The tree after all simulations, or after as many as make its root certain."""
        root = Node(model.to_move)
        self._open(root, model)
        while root.visits < self.config.simulations and root.decided is None:
            self._simulate(root, model.sample(self.rng))
        return root

    def _simulate(self, root: Node, model: Model) -> None:
        """One simulation: down the tree to a new or a certain node, a play-out, and back up."""
        path = self._descend(root, model)
        leaf = path[-1]
        returns = self._play_out(model) if leaf.decided is None else leaf.decided
        root.visits += 1
        for parent, child in itertools.pairwise(path):
            child.visits += 1
            child.total += self._scaled(returns[parent.mover])
        for node in reversed(path):
            if node.decided is None:
                node.decided = self._deduce(node)

    def _descend(self, root: Node, model: Model) -> list[Node]:
        """The path to the node at which the simulation leaves the tree; `model` is brought there."""
        path = [root]
        while path[-1].decided is None:
            node = path[-1]
            if node.untried is None:
                self._open(node, model)
                continue
            action = node.untried.pop() if node.untried else self._select(node)
            model.apply(action)
            new = action not in node.children
            path.append(node.children.setdefault(action, Node(model.to_move)))
            if new:
                break
        return path

    def _open(self, node: Node, model: Model) -> None:
        """Looks at each action once: those that end the game are certain, the others wait in random order."""
        node.untried = []
        for action in self.rng.permutation(np.flatnonzero(model.legal)).tolist():
            after = model.clone()
            after.apply(action)
            if after.terminal:
                node.children[action] = Node(-1, decided=after.returns)
            else:
                node.untried.append(action)
        node.decided = self._deduce(node)

    def _deduce(self, node: Node) -> NDArray[np.float64] | None:
        """The returns that follow for `node` from its decided children, None while they are open."""
        decided = [child.decided for child in node.children.values() if child.decided is not None]
        best = max(decided, key=lambda returns: float(returns[node.mover]), default=None)
        if best is None:
            return None
        complete = not node.untried and len(decided) == len(node.children)
        return best if complete or best[node.mover] >= self.high else None

    def _select(self, node: Node) -> int:
        """The undecided action of the highest upper confidence bound."""
        log, c = math.log(node.visits), self.config.c

        def bound(action: int) -> float:
            child = node.children[action]
            return child.total / child.visits + c * math.sqrt(log / child.visits)

        return max((action for action, child in node.children.items() if child.decided is None), key=bound)

    def _choose(self, root: Node) -> int:
        """The best certain action if it is worth as much as the most visited open one, else that one."""
        certain = {action: child for action, child in root.children.items() if child.decided is not None}
        open_ = {action: child for action, child in root.children.items() if child.decided is None}
        best = max((self._value(root, child) for child in certain.values()), default=-1.0)
        most = max((child.visits for child in open_.values()), default=0)
        visited = [action for action, child in open_.items() if child.visits == most]
        if not visited or best >= self._value(root, open_[visited[0]]):
            visited = [action for action, child in certain.items() if self._value(root, child) == best]
        return int(self.rng.choice(visited))

    def _value(self, parent: Node, child: Node) -> float:
        """What `child` is worth to the seat that moves into it, from 0 to 1."""
        return child.total / child.visits if child.decided is None else self._scaled(child.decided[parent.mover])

    def _scaled(self, value: float) -> float:
        return float((value - self.low) / self.span)

    def _play_out(self, model: Model) -> NDArray[np.float64]:
        """The returns of random moves from here; a game cut short counts as it stands, which is 0 in most."""
        for _ in range(self.config.play_out):
            if model.terminal:
                break
            actions = np.flatnonzero(model.legal)
            model.apply(int(actions[self.rng.integers(len(actions))]))
        return model.returns
