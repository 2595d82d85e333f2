"""What the arena should know of Nim: facts, names of moves, symmetries, and a key for each position."""

import re
from collections.abc import Hashable, Mapping
from itertools import permutations
from typing import TYPE_CHECKING, Any

import numpy as np
from arena import Game, Symmetry

from small_games.nim_env import NimEnv, sizes

if TYPE_CHECKING:
    from arena.trees import Tree

_LETTERS = "abcde"


class NimView:
    """Heaps have letters: `b3` takes three objects from the second one."""

    def text(self, state: NimEnv, seat: int) -> str:
        """The heaps, and who wins."""
        rows = [f"{letter}: {'o' * size or '-'}" for letter, size in zip(_LETTERS, state.heaps, strict=False)]
        return "\n".join([*rows, f"Whoever takes the last one {'loses' if state.misere else 'wins'}."])

    def name(self, state: NimEnv, action: int) -> str:
        """The letter of the heap and how many are taken."""
        heap, count = divmod(action, state.largest)
        return f"{_LETTERS[heap]}{count + 1}"

    def parse(self, state: NimEnv, text: str) -> int:
        """The action of a name such as `b3`. Raises ValueError."""
        found = re.fullmatch(r"([a-e])([1-9])", text.strip().lower())
        heap, count = (_LETTERS.index(found[1]), int(found[2])) if found else (len(state.heaps), 1)
        if heap >= len(state.heaps) or count > state.largest:
            raise ValueError(f"{text!r} is no move: the letter of a heap and how many to take, such as a1")
        return heap * state.largest + count - 1


def symmetries(start: tuple[int, ...]) -> tuple[Symmetry, ...]:
    """The exchanges of heaps that leave the start as it is: those of equal size."""
    actions = np.arange(len(start) * max(start)).reshape(len(start), -1)
    orders = [np.array(order) for order in permutations(range(len(start)))]
    same = [order for order in orders if tuple(np.array(start)[order]) == start]
    return tuple(Symmetry(observation=order, actions=actions[np.argsort(order)].ravel()) for order in same)


def facts(options: Mapping[str, Any]) -> dict[str, Any]:
    """What follows from the heaps."""
    start = sizes(options["heaps"])
    return {"max_plies": sum(start), "symmetries": symmetries(start)}


def position_key(env: NimEnv) -> Hashable:
    """The heaps do not say who is on move, unlike the stones on a board: 3-4-5 becomes 3-4-3 in one move or in two."""
    return env.mover, tuple(env.heaps)


def _compiled(game: Game) -> "Tree":
    from arena.trees import compile_tree  # costs a start of the arena nothing unless exact values are asked for

    return compile_tree(game)


NIM = Game(
    "nim",
    make=NimEnv,
    options={"heaps": "3-4-5", "misere": False},
    facts_of=facts,
    **facts({"heaps": "3-4-5"}),
    perfect_information=True,
    zero_sum=True,
    view=NimView(),
    position_key=position_key,
    tree_maker=_compiled,
)
