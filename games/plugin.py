"""The built-in games, offered through the same hook as any plugin's."""

from arena import Game, hookimpl
from games.chess import CHESS
from games.classic import CLASSICS
from games.go import GO
from games.hanabi import HANABI
from games.matrix import MATRIX_GAMES
from games.poker import LEDUC, TEXAS, TEXAS_NO_LIMIT


@hookimpl
def register_games() -> list[Game]:
    """The built-in games."""
    return [*CLASSICS, CHESS, GO, LEDUC, TEXAS, TEXAS_NO_LIMIT, HANABI, *MATRIX_GAMES]
