"""What to do with equal values: share."""

import numpy as np
from numpy.typing import NDArray

_EQUAL = 1e-9


def uniform_over_best(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """float64 [A]: uniform over the actions of the highest value; nan (illegal) never is."""
    best = values >= np.nanmax(values) - _EQUAL
    share: NDArray[np.float64] = best / best.sum()
    return share
