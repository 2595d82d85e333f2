"""Exact values on a compiled game: of a policy, of a best response to it, and NashConv.

A policy is one array float64 [K, A]: row k is the distribution of whoever moves at node k. All values are computed
backwards, one ply at a time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from arena.agent import Agent, HasPolicy
from arena.errors import ArenaError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from arena.trees.tree import Tree


_ROUNDING = 1e-9


def policy_of(tree: Tree, agent: Agent) -> NDArray[np.float64]:
    """float64 [K, A]: what `agent` plays at every node. Raises ArenaError when it cannot say."""
    if not isinstance(agent, HasPolicy):
        raise ArenaError(f"{type(agent).__name__} states no policy, so that no exact value can be computed of it")
    rows = np.asarray(agent.policy(tree.turns), dtype=np.float64)
    _check(rows, tree)
    policy = np.zeros(tree.child.shape)
    policy[tree.decisions] = rows
    return policy


def _check(rows: NDArray[np.float64], tree: Tree) -> None:
    legal = tree.legal[tree.decisions]
    if rows.shape != legal.shape:
        raise ArenaError(f"a policy of shape {legal.shape} was expected, not {rows.shape}")
    sound = np.isfinite(rows).all() and (rows >= 0).all() and not rows[~legal].any()
    if not sound or not np.allclose(rows.sum(axis=1), 1.0, atol=1e-6):
        raise ArenaError("the policy is no distribution over the legal actions at every position")


def policy_values(tree: Tree, policy: NDArray[np.float64]) -> NDArray[np.float64]:
    """float64 [K, N]: the expected return of each seat at each node when all play `policy`."""
    values = tree.returns.copy()
    for nodes in reversed(tree.layers):
        moving = tree.player[nodes] >= 0
        expected = np.einsum("ka,kan->kn", policy[nodes], values[tree.child[nodes]])
        values[nodes][moving] = expected[moving]
    return values


def best_response(tree: Tree, policy: NDArray[np.float64], seat: int) -> NDArray[np.float64]:
    """float64 [K]: the return of `seat` at each node when it plays best and the others play `policy`."""
    values = tree.returns[:, seat].copy()
    for nodes in reversed(tree.layers):
        player = tree.player[nodes]
        after = values[tree.child[nodes]]
        best = np.where(tree.legal[nodes], after, -np.inf).max(axis=1)
        expected = (policy[nodes] * after).sum(axis=1)
        values[nodes] = np.select([player == seat, player >= 0], [best, expected], values[nodes])
    return values


def nash_conv(tree: Tree, policy: NDArray[np.float64]) -> float:
    """The sum over seats of what a best response gains over `policy`; 0 exactly at a Nash equilibrium.

    In two-player zero-sum games exploitability is half of it (Lanctot et al. 2017, section 3.1).
    """
    own = policy_values(tree, policy)[0]
    gains = [float(best_response(tree, policy, seat)[0] - own[seat]) for seat in range(len(own))]
    if min(gains) < -_ROUNDING:
        raise ArithmeticError(f"a best response is worse than the policy: gains {gains}")
    return max(0.0, sum(gains))


def solve(tree: Tree) -> NDArray[np.float64]:
    """float64 [K, N]: the return of each seat at each node when all play best (backward induction)."""
    values = tree.returns.copy()
    for nodes in reversed(tree.layers):
        moving = np.flatnonzero(tree.player[nodes] >= 0)
        rows = moving + nodes.start
        own = values[tree.child[rows], tree.player[rows][:, None]]
        best = np.where(tree.legal[rows], own, -np.inf).argmax(axis=1)
        values[rows] = values[tree.child[rows, best]]
    return values


def optimal_actions(tree: Tree, node: int, solved: NDArray[np.float64]) -> list[int]:
    """The actions at `node` that lose nothing, given the values of `solve`."""
    seat = tree.player[node]
    legal = np.flatnonzero(tree.legal[node]).tolist()
    return [action for action in legal if solved[tree.child[node, action], seat] >= solved[node, seat]]
