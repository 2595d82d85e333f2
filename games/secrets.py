"""What games in which all seats choose at once have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np


def nothing_else_is_hidden(env: Any, seat: int, rng: np.random.Generator) -> None:
    """For `Game.redraw`: choices of an unfinished round are all that is hidden, and the arena draws these itself."""
