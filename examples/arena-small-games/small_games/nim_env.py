"""Nim as a PettingZoo env: take any number of objects from one heap; who takes the last one wins, or loses (misère)."""

from typing import Any, ClassVar

import numpy as np
from gymnasium.spaces import Box, Dict
from numpy.typing import NDArray

from small_games.nim_rules import after
from small_games.two_seats import TwoSeatEnv

MOST_HEAPS, LARGEST = 5, 9


def sizes(text: str) -> tuple[int, ...]:
    """The heaps of a text such as `3-4-5`. Raises ValueError."""
    parts = text.split("-")
    if not all(part in map(str, range(1, LARGEST + 1)) for part in parts) or len(parts) > MOST_HEAPS:
        raise ValueError(f"heaps are 1 to {MOST_HEAPS} sizes from 1 to {LARGEST}, such as 3-4-5, not {text!r}")
    return tuple(map(int, parts))


class NimEnv(TwoSeatEnv):
    """Action `heap * largest + count - 1` takes `count` from `heap`; `largest` is the largest heap at the start.

    Both seats observe the heaps, int8 [heaps]; the mask, int8 [A], 1 = legal, is all 0 for the seat not on move.
    """

    metadata: ClassVar[dict[str, Any]] = {**TwoSeatEnv.metadata, "name": "nim_v1"}

    def __init__(self, heaps: str = "3-4-5", misere: bool = False) -> None:
        self.start, self.misere = sizes(heaps), misere
        self.largest = max(self.start)
        n_actions = len(self.start) * self.largest
        seen = Box(0, self.largest, (len(self.start),), np.int8)
        super().__init__(n_actions, Dict({"observation": seen, "action_mask": Box(0, 1, (n_actions,), np.int8)}))

    def begin(self) -> None:
        self.heaps = list(self.start)

    def play(self, seat: int, action: int) -> float | None:
        if not self.mask()[action]:
            raise ValueError(f"action {action} takes more than there is in {self.heaps}")
        heap, count = divmod(action, self.largest)
        self.heaps = after(self.heaps, heap, count + 1)
        if any(self.heaps):
            return None
        return 1.0 if (seat == 0) != self.misere else -1.0

    def mask(self) -> NDArray[np.int8]:
        """int8 [A], 1 = legal for the seat on move."""
        counts = np.arange(1, self.largest + 1)
        return (counts <= np.array(self.heaps)[:, None]).astype(np.int8).ravel()

    def observe(self, agent: str) -> dict[str, NDArray[np.int8]]:
        mask = self.mask()
        return {
            "observation": np.array(self.heaps, dtype=np.int8),
            "action_mask": mask if agent == self.agent_selection else np.zeros_like(mask),
        }
