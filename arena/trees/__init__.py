"""Small games compiled to arrays, and the exact values that follow from them."""

from arena.trees.best_response import (
    best_response,
    nash_conv,
    optimal_actions,
    policy_of,
    policy_values,
    solve,
)
from arena.trees.compile import compile_tree
from arena.trees.tree import Tree, TreeModel

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
