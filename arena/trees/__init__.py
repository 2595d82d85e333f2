"""Small games compiled to arrays, and the exact values that follow from them."""

from arena.trees.compile import compile_tree
from arena.trees.tree import Tree, TreeModel
from arena.trees.values import (
    best_response,
    nash_conv,
    optimal_actions,
    policy_of,
    policy_values,
    solve,
)

__all__ = [
    "Tree",
    "TreeModel",
    "best_response",
    "compile_tree",
    "nash_conv",
    "optimal_actions",
    "policy_of",
    "policy_values",
    "solve",
]
