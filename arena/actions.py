"""What agents return, as actions that can be stored: numbers, or nested tuples of numbers."""

from __future__ import annotations

import ast
import operator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gymnasium import Space


def as_index(move: Any) -> int | None:
    """`move` as an int where it is a whole number of any integer type, else None."""
    if type(move) is int:
        return move
    if isinstance(move, bool):
        return None
    try:
        return int(operator.index(move))
    except Exception:  # whatever an agent returns, it is no reason for the match to fail
        return None


def as_numbers(space: Space[Any], move: Any) -> Any | None:
    """`move` as nested tuples of finite numbers where `space` (Box, MultiDiscrete, MultiBinary) holds it, else None."""
    import numpy as np

    try:
        given = np.asarray(move)
        if given.dtype.kind not in "biuf" or not np.isfinite(given).all():
            return None
        with np.errstate(over="ignore"):
            array = given.astype(space.dtype)
        exact = array.dtype.kind == "f" or np.array_equal(array, given)  # no whole number is made of 1.7
        return _tuples(array.tolist()) if exact and np.isfinite(array).all() and space.contains(array) else None
    except Exception:  # as above
        return None


def to_env(space: Space[Any], action: Any) -> Any:
    """A stored action as the env wants it; numbers count from 0, wherever the env's own begin."""
    if isinstance(action, int):
        return action + int(getattr(space, "start", 0))
    import numpy as np

    return np.asarray(action, dtype=space.dtype)


def from_text(space: Space[Any], text: str) -> Any:
    """The action that a text such as `[0.5, -1]` means. Raises ValueError."""
    try:
        action = as_numbers(space, ast.literal_eval(text.strip()))
    except (SyntaxError, ValueError):
        action = None
    if action is None:
        raise ValueError(f"{text.strip()!r} is no action of {space}: numbers in brackets, such as [0.5, -1]")
    return action


def from_json(action: Any) -> Any:
    """An action read from JSON, whose lists were tuples."""
    return tuple(map(from_json, action)) if isinstance(action, list) else action


def _tuples(value: Any) -> Any:
    return tuple(map(_tuples, value)) if isinstance(value, list) else value
