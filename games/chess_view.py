"""How people read chess: the board with its coordinates, and moves as chess players write them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import chess

# PettingZoo's action is 73 * square + plane, all seen from the mover's side of the board: its squares count up the
# files (a1, a2, ...), its planes are the steps of a queen, the jumps of a knight, then the underpromotions.
_PLANES = 73
_UNDER = 64
_AROUND = [(files, ranks) for files in (-1, 0, 1) for ranks in (-1, 0, 1) if files or ranks]
_JUMPS = [(files, ranks) for files in (-2, -1, 1, 2) for ranks in (-2, -1, 1, 2) if abs(files) != abs(ranks)]
_STEPS = [
    *((files * far, ranks * far) for far in range(1, 8) for files, ranks in _AROUND),
    *_JUMPS,
    *((files, 1) for files in (-1, 0, 1) for _ in "nbr"),
]
_SIDES = ("Black (seat 1)", "White (seat 0)")  # by chess.Color
_NUMBERED = re.compile(r"^\d+\s*\.+\s*")  # the `12.` or `12...` before a move


class ChessView:
    """The board with White at the bottom; moves in standard algebraic notation, UCI is read as well."""

    def text(self, state: Any, seat: int) -> str:
        """The board, who is on move or who won, the last move, and the position as FEN."""
        board: chess.Board = state.board
        rows = [f"{8 - index}  {row}" for index, row in enumerate(str(board).splitlines())]
        lines = [*rows, "   a b c d e f g h", "White (upper case): seat 0, Black (lower case): seat 1"]
        if board.move_stack:
            lines.append(f"Last move: {_last(board)} by {_SIDES[not board.turn]}")
        return "\n".join([*lines, _standing(board), f"FEN: {board.fen()}"])

    def notation(self, state: Any) -> str:
        """The position as FEN."""
        return str(state.board.fen())

    def name(self, state: Any, action: int) -> str:
        """The move in algebraic notation; in UCI where it is illegal here, `#` and its number where it is no move."""
        board: chess.Board = state.board
        move = _move(board, int(action))
        if move is None:
            return f"#{action}"
        return board.san(move) if board.is_legal(move) else move.uci()

    def parse(self, state: Any, text: str) -> int:
        """The action of a legal move such as `Nf3`, `exd8=Q+` or `e7e8q`. Raises ValueError for anything else."""
        board: chess.Board = state.board
        word = _NUMBERED.sub("", text.strip()).removesuffix("e.p.").rstrip(" +#!?")
        move = _read(board, word)
        if move is None:
            raise ValueError(f"{text.strip()!r} is no legal move here: {_hint(board, word)}")
        return _action(board, move)


def _move(board: chess.Board, action: int) -> chess.Move | None:
    """The move of an action for the side on move, legal or not; None where it is no move on any board.

    PettingZoo's own table is not asked, since it holds only what was legal at some time in this process.
    """
    import chess

    square, plane = divmod(action, _PLANES)
    file, rank = divmod(square, 8)
    to_file, to_rank = file + _STEPS[plane][0], rank + _STEPS[plane][1]
    if not (0 <= to_file < 8 and 0 <= to_rank < 8) or (plane >= _UNDER and rank != 6):
        return None
    flip = 0 if board.turn else 56  # exchanges rank 1 and rank 8, and so on
    source, target = chess.square(file, rank) ^ flip, chess.square(to_file, to_rank) ^ flip
    if plane >= _UNDER:
        return chess.Move(source, target, (chess.KNIGHT, chess.BISHOP, chess.ROOK)[(plane - _UNDER) % 3])
    promotes = to_rank == 7 and board.piece_type_at(source) == chess.PAWN
    return chess.Move(source, target, chess.QUEEN if promotes else None)


def _action(board: chess.Board, move: chess.Move) -> int:
    """The action of a legal move of the side on move."""
    from pettingzoo.classic.chess import chess_utils

    seen = move if board.turn else chess_utils.mirror_move(move)
    file, rank = chess_utils.square_to_coord(seen.from_square)
    return int((file * 8 + rank) * _PLANES + chess_utils.get_move_plane(seen))


def _read(board: chess.Board, word: str) -> chess.Move | None:
    """The legal move that is written so, None where there is not exactly one."""
    for notation, spelling in [("uci", re.sub("[-=]", "", word.lower())), *(("san", way) for way in _spellings(word))]:
        try:
            move = board.parse_uci(spelling) if notation == "uci" else board.parse_san(spelling)
        except ValueError:
            continue
        if move:  # python-chess reads `--` and `0000` as the move that passes
            return move
    return None


def _spellings(word: str) -> list[str]:
    """The word as written and with other capitals; `Bxc3` is never read as the pawn's `bxc3`."""
    heads = word[:1] if word[:1] in ("", "B") else word[0] + word[0].swapcase()
    return [head + word[1:].lower() for head in heads] + [word.upper()]  # the last one castles


def _hint(board: chess.Board, word: str) -> str:
    """What could have been meant, else how moves are written."""
    moves = list(board.legal_moves)
    if not moves:
        return "the game is over"
    names = [board.san(move) for move in moves]
    near = [name for name in names if len(word) > 1 and name[0] == word[0] and word[-2:] in name]
    if near:
        return f"did you mean {' or '.join(near)}?"
    return f"moves are written such as {', '.join(names[:2])} or {moves[0].uci()}"


def _last(board: chess.Board) -> str:
    before = board.copy(stack=1)
    return before.san(before.pop())


def _standing(board: chess.Board) -> str:
    """Who is on move, or how the game ended; as in PettingZoo a draw that can be claimed is one."""
    outcome = board.outcome(claim_draw=True)
    if outcome is None:
        check = ", in check" if board.is_check() else ""
        return f"{_SIDES[board.turn]} to move{check}, move {board.fullmove_number}"
    reason = outcome.termination.name.replace("_", " ").lower()
    result = "a draw" if outcome.winner is None else f"{_SIDES[outcome.winner]} wins"
    return f"The game is over by {reason}: {result}"
