"""Compiles a game of perfect information to arrays by visiting every position once."""

from __future__ import annotations

import itertools
from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from arena.errors import ArenaError
from arena.trees.tree import Tree

if TYPE_CHECKING:
    from arena.game import Game
    from arena.turn import Model

MAX_NODES = 1_000_000


@dataclass
class _Found:
    """The positions found so far, numbered in the order in which they were found: ply by ply."""

    models: list[Model] = field(default_factory=list)
    parent: list[int] = field(default_factory=list)
    via: list[int] = field(default_factory=list)
    edges: list[tuple[int, int, int]] = field(default_factory=list)  # node, action, child
    starts: list[int] = field(default_factory=list)  # the first node of each ply

    def add(self, model: Model, parent: int, action: int) -> int:
        self.models.append(model)
        self.parent.append(parent)
        self.via.append(action)
        return len(self.models) - 1


def compile_tree(game: Game, max_nodes: int = MAX_NODES) -> Tree:
    """The tree of `game`, by breadth-first search over its model.

    Raises ArenaError where the game offers no model or has more than `max_nodes` positions.
    """
    from arena.pettingzoo_env import begin

    root = begin(game, 0).model(0) if game.deterministic else None
    if root is None:
        raise ArenaError(f"game {game.key!r} cannot be compiled to a tree: it offers no model")
    found = _Found()
    found.add(root, -1, -1)
    layer = [0]
    while layer:
        found.starts.append(layer[0])
        layer = _next_layer(found, layer)
        if len(found.models) > max_nodes:
            raise ArenaError(
                f"game {game.key!r} is too large for a tree: more than {max_nodes:,} positions; "
                "use search (mcts) or sampled games instead"
            )
    return _arrays(game, found)


def _next_layer(found: _Found, layer: list[int]) -> list[int]:
    """Adds the positions one ply after those of `layer`; equal keys within a ply are one position."""
    nodes: dict[Hashable, int] = {}
    for node in layer:
        model = found.models[node]
        for action in np.flatnonzero(model.legal).tolist():
            child = model.clone()
            child.apply(action)
            key = child.key(child.to_move)
            if key not in nodes:
                nodes[key] = found.add(child, node, action)
            found.edges.append((node, action, nodes[key]))
    return list(nodes.values())


def _arrays(game: Game, found: _Found) -> Tree:
    models, size = found.models, len(found.models)
    child = np.full((size, game.n_actions), -1, dtype=np.int32)
    nodes, actions, children = np.array(found.edges, dtype=np.int32).T
    child[nodes, actions] = children
    seats = range(game.n_players)
    bounds = [*found.starts, size]
    return Tree(
        game=game,
        player=np.array([-1 if model.terminal else model.to_move for model in models], dtype=np.int8),
        child=child,
        returns=np.array([model.returns if model.terminal else np.zeros(game.n_players) for model in models]),
        observation=_read_only(np.array([[model.observe(seat) for seat in seats] for model in models])),
        parent=np.array(found.parent, dtype=np.int32),
        via=np.array(found.via, dtype=np.int32),
        layers=tuple(slice(start, stop) for start, stop in itertools.pairwise(bounds)),
    )


def _read_only(array: np.ndarray) -> np.ndarray:
    array.setflags(write=False)
    return array
