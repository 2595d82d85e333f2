"""The theory of Nim (Bouton 1901), apart from any env: heaps are a list of sizes, a move is (heap, how many)."""

from collections.abc import Sequence
from functools import reduce
from operator import xor


def nim_sum(heaps: Sequence[int]) -> int:
    """The exclusive or of all sizes: in normal play the mover loses where it is 0."""
    return reduce(xor, heaps, 0)


def mover_wins(heaps: Sequence[int], misere: bool = False) -> bool:
    """Whether the seat on move wins with perfect play; with no object left the game has just ended.

    In misère play (who takes the last object loses) the same holds until all heaps are of size 1 at most: then an even
    number of them wins.
    """
    if misere and max(heaps, default=0) <= 1:
        return sum(heaps) % 2 == 0
    return nim_sum(heaps) != 0


def after(heaps: Sequence[int], heap: int, count: int) -> list[int]:
    """The sizes once `count` objects were taken from `heap`."""
    return [size - count if place == heap else size for place, size in enumerate(heaps)]
