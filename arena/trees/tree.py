"""A small game of perfect information as arrays: one node per position, in the order of their plies.

Letters: K nodes, A actions, N players. Positions that different move orders reach are one node, so the graph is
acyclic rather than a tree; a policy that looks at the move order is read at the first order found.
"""

from __future__ import annotations

import functools
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from arena.game import Game
from arena.turn import Model, Turn

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Tree:
    """The arrays of a compiled game; node 0 is the start."""

    game: Game
    player: NDArray[np.int8]  # [K] the seat to move, -1 at the end
    child: NDArray[np.int32]  # [K, A] the node after an action, -1 where it is illegal
    returns: NDArray[np.float64]  # [K, N] at the end, 0 elsewhere
    observation: NDArray[Any]  # [K, N, ...] what each seat sees
    parent: NDArray[np.int32]  # [K] the node from which the position was first found, -1 at the start
    via: NDArray[np.int32]  # [K] the action that led here from `parent`
    layers: tuple[slice, ...]  # the nodes of each ply

    @functools.cached_property
    def legal(self) -> NDArray[np.bool_]:
        """bool [K, A], True = legal."""
        legal = self.child >= 0
        legal.setflags(write=False)
        return legal

    @functools.cached_property
    def decisions(self) -> NDArray[np.intp]:
        """The nodes at which a seat is to move."""
        return np.flatnonzero(self.player >= 0)

    @functools.cached_property
    def children(self) -> list[list[int]]:
        """`child` as lists: quicker to walk one step at a time."""
        rows: list[list[int]] = self.child.tolist()
        return rows

    @functools.cached_property
    def turns(self) -> list[Turn]:
        """What the mover sees at each node of `decisions`."""
        return [self._turn(int(node)) for node in self.decisions]

    def _turn(self, node: int) -> Turn:
        seat, history = int(self.player[node]), self.history(node)
        return Turn(
            observation=self.observation[node, seat],
            legal=self.legal[node],
            seat=seat,
            ply=len(history),
            history=history,
            source=_NodeSource(self, node),
        )

    def history(self, node: int) -> tuple[tuple[int, int], ...]:
        """The (seat, action) pairs by which the position was first found."""
        pairs = []
        while self.parent[node] >= 0:
            action, node = int(self.via[node]), int(self.parent[node])
            pairs.append((int(self.player[node]), action))
        return tuple(reversed(pairs))

    def node_of(self, history: Iterable[tuple[int, int]]) -> int:
        """The node that (seat, action) pairs lead to."""
        node = 0
        for _, action in history:
            node = self.children[node][action]
        return node

    def start(self) -> TreeModel:
        """A model of the start of the game."""
        return TreeModel(self, 0)


class TreeModel(Model):
    """A walk over a compiled game: a `Model` whose every step is a look-up."""

    __slots__ = ("node", "tree")

    def __init__(self, tree: Tree, node: int) -> None:
        self.tree, self.node = tree, node

    def clone(self) -> TreeModel:
        return TreeModel(self.tree, self.node)

    @property
    def legal(self) -> NDArray[np.bool_]:
        legal: NDArray[np.bool_] = self.tree.legal[self.node]
        return legal

    def apply(self, action: int) -> None:
        self.node = self.tree.children[self.node][action]

    @property
    def to_move(self) -> int:
        return int(self.tree.player[self.node])

    @property
    def terminal(self) -> bool:
        return bool(self.tree.player[self.node] < 0)

    @property
    def returns(self) -> NDArray[np.float64]:
        returns: NDArray[np.float64] = self.tree.returns[self.node]
        return returns

    def observe(self, seat: int) -> Any:
        return self.tree.observation[self.node, seat]

    def key(self, seat: int) -> Hashable:
        return self.node

    def sample(self, rng: np.random.Generator) -> TreeModel:
        return self.clone()


class _NodeSource:
    """What a turn at a node can be asked for. Texts need the env, which is brought there by the moves."""

    __slots__ = ("_node", "_tree")

    def __init__(self, tree: Tree, node: int) -> None:
        self._tree, self._node = tree, node

    def _turn(self) -> Turn:
        from arena.match import Match

        match = Match(self._tree.game, 0)
        for _, action in self._tree.history(self._node):
            match.play(action)
        return match.turn

    def model(self) -> Model:
        return TreeModel(self._tree, self._node)

    def text(self) -> str:
        return self._turn().text

    def name(self, action: int) -> str:
        return self._turn().name(action)

    def parse(self, text: str) -> Any:
        return self._turn().parse(text)
