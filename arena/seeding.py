"""Seeds: every random number comes from a Generator, and every Generator from a seed and a path."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np


def derive(seed: int, *path: int | str) -> int:
    """A seed (0 <= value < 2**63) that depends on `seed` and each part of `path`, and on nothing else.

    SHA-256 over the decimal texts: the same on every machine and version, and independent between paths.
    """
    text = "/".join([str(seed), *map(str, path)])
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") >> 1


def generator(seed: int, *path: int | str) -> np.random.Generator:
    """The NumPy generator (PCG64) of `derive(seed, *path)`."""
    import numpy as np

    return np.random.Generator(np.random.PCG64(derive(seed, *path)))
