"""Symmetries of boards whose observations are [rows, columns, planes]."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from arena import Symmetry


def square_symmetries(size: int, planes: int) -> tuple[Symmetry, ...]:
    """The eight symmetries of a square board on which action `size * row + column` marks a cell."""
    cells = np.arange(size * size).reshape(size, size)
    observation = np.arange(size * size * planes).reshape(size, size, planes)
    return tuple(
        Symmetry(seen.ravel(), _inverse(numbered.ravel()))
        for seen, numbered in zip(_images(observation), _images(cells), strict=True)
    )


def _images(grid: NDArray[np.intp]) -> list[NDArray[np.intp]]:
    """The grid [size, size, ...] turned by each quarter, and the same of its mirror image."""
    return [np.rot90(side, quarters) for side in (grid, grid[:, ::-1]) for quarters in range(4)]


def mirror(rows: int, columns: int, planes: int) -> tuple[Symmetry, ...]:
    """A board and its mirror image, on which action `column` drops a piece."""
    observation = np.arange(rows * columns * planes).reshape(rows, columns, planes)
    straight = Symmetry(observation.ravel(), np.arange(columns))
    return straight, Symmetry(observation[:, ::-1].ravel(), np.arange(columns)[::-1].copy())


def _inverse(permutation: NDArray[np.intp]) -> NDArray[np.intp]:
    """Where each cell goes, from the cell that each place was taken from."""
    inverse = np.empty_like(permutation)
    inverse[permutation] = np.arange(len(permutation))
    return inverse
