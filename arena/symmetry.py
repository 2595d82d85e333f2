"""One name for all positions that a game's symmetries map to each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from arena.game import Symmetry


class Canonical:
    """Names a position by the smallest of its observation's images. S symmetries; none means the identity alone."""

    def __init__(self, symmetries: Sequence[Symmetry]) -> None:
        self._images = np.stack([symmetry.observation for symmetry in symmetries]) if symmetries else None  # [S, size]
        self._actions = [symmetry.actions.tolist() for symmetry in symmetries]

    def name(self, observation: NDArray[np.generic]) -> tuple[bytes, int]:
        """(the smallest image as bytes, the number of the symmetry that makes it)."""
        flat = np.ascontiguousarray(observation).reshape(-1)
        if self._images is None:
            return flat.tobytes(), 0
        return min((row.tobytes(), number) for number, row in enumerate(flat[self._images]))

    def image_of(self, action: int, symmetry: int) -> int:
        """What `action` is called in that image."""
        image: int = self._actions[symmetry][action] if self._actions else action
        return image
