"""Go: PettingZoo's env made safe for boards of several sizes in one process, and a model of its position alone."""

from __future__ import annotations

import functools
from collections.abc import Hashable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from arena import Game, Model
from games.go_view import GoView

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pettingzoo import AECEnv


def _make(size: int = 9, komi: float = 7.5, render_mode: str | None = None) -> AECEnv[Any, Any, Any]:
    from games.go_env import GoEnv

    return GoEnv(size, komi, render_mode)


@functools.cache
def _env_of(size: int) -> Any:
    from pettingzoo.classic.go import go

    return go.raw_env(board_size=size)


def use_size(size: int) -> None:
    """Lets PettingZoo's go play on boards of `size`: it keeps the size, and tables of it, in module globals."""
    from pettingzoo.classic.go import go_base

    if size != go_base.N:
        _env_of(size)._overwrite_go_global_variables(size)


class GoModel(Model):
    """A position of PettingZoo's go engine, which never changes: clones share it. The newest boards come first."""

    __slots__ = ("boards", "earlier", "position", "size")

    def __init__(self, position: Any, size: int, earlier: NDArray[np.bool_], boards: tuple[Any, ...] = ()) -> None:
        self.position, self.size = position, size
        self.earlier = earlier  # [size, size, 16] the env's planes of the boards before those in `boards`
        self.boards = boards  # (mover's planes [size, size, 2]) of each move made here, at most eight

    def clone(self) -> GoModel:
        return GoModel(self.position, self.size, self.earlier, self.boards)

    @property
    def legal(self) -> NDArray[np.bool_]:
        if self.terminal:
            return np.zeros(self.size**2 + 1, dtype=np.bool_)
        use_size(self.size)
        mask: NDArray[np.bool_] = self.position.all_legal_moves().astype(np.bool_)
        return mask

    def apply(self, action: int) -> None:
        use_size(self.size)
        colour = self.position.to_play
        place = None if action == self.size**2 else divmod(action, self.size)
        self.position = self.position.play_move(place)
        board = self.position.board
        self.boards = (np.dstack([board == colour, board == -colour]), *self.boards[:7])

    @property
    def to_move(self) -> int:
        return 0 if self.position.to_play == 1 else 1

    @property
    def terminal(self) -> bool:
        return bool(self.position.is_game_over())

    @property
    def returns(self) -> NDArray[np.float64]:
        """A drawn score (which a whole number as komi allows) counts for white, as PettingZoo has it."""
        if not self.terminal:
            return np.zeros(2)
        use_size(self.size)
        return np.array([1.0, -1.0] if self.position.result() == 1 else [-1.0, 1.0])

    def observe(self, seat: int) -> NDArray[np.bool_]:
        """bool [size, size, 17]: PettingZoo's planes."""
        boards = [*self.boards, self.earlier[:, :, : 16 - 2 * len(self.boards)]]
        colour = np.full((self.size, self.size), seat == 1)
        return np.dstack([*boards, colour])

    def key(self, seat: int) -> Hashable:
        """The moves so far: ko and the end by two passes depend on them."""
        return tuple(self.position.recent)

    def sample(self, rng: np.random.Generator) -> GoModel:
        return self.clone()


def _model(env: Any, _: int) -> GoModel:
    return GoModel(env._go, env._N, env.board_history)


def _facts(options: Mapping[str, Any]) -> dict[str, Any]:
    return {"max_plies": 4 * options["size"] ** 2}


GO = Game(
    "go",
    make=_make,
    version="5",
    env_id="classic/go-v5",
    extra="classic",
    options={"size": 9, "komi": 7.5},
    option_ranges={"size": (2, 25), "komi": (-400, 400)},
    facts_of=_facts,
    perfect_information=True,
    zero_sum=True,
    max_plies=4 * 81,
    view=GoView(),
    model_maker=_model,
)
