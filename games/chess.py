"""Chess: PettingZoo's env, and a model that is python-chess's board alone."""

from __future__ import annotations

import functools
from collections.abc import Hashable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from arena import Game, Model
from games.chess_view import ChessView

if TYPE_CHECKING:
    import chess
    from numpy.typing import NDArray
    from pettingzoo import AECEnv

_ACTIONS = 8 * 8 * 73
_BOARDS = 8  # that an observation shows


def _make(render_mode: str | None = None) -> AECEnv[Any, Any, Any]:
    from pettingzoo.classic.chess import chess as module

    return module.env(render_mode=render_mode)


class ChessModel(Model):
    """A board of python-chess under PettingZoo's rules: a draw that can be claimed is claimed, for both sides."""

    __slots__ = ("_ended", "_moves", "board")

    def __init__(self, board: chess.Board) -> None:
        self.board = board
        self._moves: Mapping[int, chess.Move] | None = None
        self._ended: bool | None = None

    def clone(self) -> ChessModel:
        twin = ChessModel(_copy(self.board))
        twin._moves, twin._ended = self._moves, self._ended
        return twin

    @property
    def moves(self) -> Mapping[int, chess.Move]:
        """The legal moves by PettingZoo's action numbers, as the rules of chess have them."""
        if self._moves is None:
            turn = self.board.turn
            self._moves = {_action_of(move, turn): move for move in self.board.legal_moves}
        return self._moves

    @property
    def legal(self) -> NDArray[np.bool_]:
        mask = np.zeros(_ACTIONS, dtype=np.bool_)
        if not self.terminal:
            mask[list(self.moves)] = True
        return mask

    def apply(self, action: int) -> None:
        self.board.push(self.moves[action])
        self._moves = self._ended = None

    @property
    def to_move(self) -> int:
        return 0 if self.board.turn else 1

    @property
    def terminal(self) -> bool:
        if self._ended is None:
            board = self.board
            self._ended = not self.moves or board.is_insufficient_material() or _can_claim_draw(board)
        return self._ended

    @property
    def returns(self) -> NDArray[np.float64]:
        if not (self.terminal and self.board.is_checkmate()):
            return np.zeros(2)
        mated = self.to_move
        return np.array([-1.0, 1.0] if mated == 0 else [1.0, -1.0])

    def observe(self, seat: int) -> NDArray[np.bool_]:
        """bool [8, 8, 111]: PettingZoo's planes, built from the board's own past."""
        from pettingzoo.classic.chess.chess_utils import get_observation

        past = _copy(self.board)
        planes: list[NDArray[np.bool_]] = []
        while past.move_stack and len(planes) < _BOARDS:
            planes.append(get_observation(past, 0)[:, :, 7:])
            past.pop()
        planes += [np.zeros((8, 8, 13), dtype=bool)] * (_BOARDS - len(planes))
        bare = self.board.copy(stack=False)  # it is mirrored for black, with all that it holds
        seen = np.dstack([get_observation(bare, seat)[:, :, :7], *planes])
        return _from_blacks_side(seen) if seat == 1 else seen

    def key(self, seat: int) -> Hashable:
        """The moves so far: repetitions count, so that no two histories are the same position."""
        return tuple(self.board.move_stack)

    def sample(self, rng: np.random.Generator) -> ChessModel:
        return self.clone()


def _copy(board: chess.Board) -> chess.Board:
    """As `board.copy()`, which copies every move played so far, though nobody ever changes one."""
    twin = board.copy(stack=False)
    twin.move_stack[:], twin._stack[:] = board.move_stack, board._stack
    return twin


def _from_blacks_side(seen: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Ranks turned over, and in each board the pieces of the two sides exchanged."""
    turned = np.flip(seen, axis=0).copy()
    for start in range(7, 7 + 13 * _BOARDS, 13):
        turned[..., start : start + 12] = np.roll(turned[..., start : start + 12], 6, axis=-1)
    return turned


@functools.cache
def _action_of(move: chess.Move, white: bool) -> int:
    """PettingZoo's number of a move: seen from the mover's side, knight, queen and under-promotion planes apart."""
    import chess
    from pettingzoo.classic.chess import chess_utils

    if not white:
        mirrored = chess.square_mirror(move.from_square), chess.square_mirror(move.to_square)
        move = chess.Move(*mirrored, promotion=move.promotion)
    if move.uci() not in chess_utils.moves_to_actions:
        chess_utils.make_move_mapping(move.uci())
    return int(chess_utils.moves_to_actions[move.uci()])


def _can_claim_draw(board: chess.Board) -> bool:
    """python-chess's own answer; not asked where too few reversible moves were played for any claim."""
    clock = board.halfmove_clock
    return (clock >= 99 and board.can_claim_fifty_moves()) or (clock >= 7 and board.can_claim_threefold_repetition())


CHESS = Game(
    "chess",
    make=_make,
    version="6",
    env_id="classic/chess-v6",
    extra="classic",
    perfect_information=True,
    zero_sum=True,
    max_plies=11_798,  # the longest game under the fifty-move rule has 5,899 moves
    view=ChessView(),
    model_maker=lambda env, _: ChessModel(_copy(env.board)),
)
