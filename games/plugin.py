"""The built-in games, offered through the same hook as any plugin's."""

from arena import Game, hookimpl
from games.classic import CLASSICS
from games.matrix import MATRIX_GAMES


@hookimpl
def register_games() -> list[Game]:
    """The built-in games."""
    return [*CLASSICS, *MATRIX_GAMES]
