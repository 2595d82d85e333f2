"""Three lines each: the contract suites that every built-in passes."""

import pytest
from arena.testing import check_agent, check_game

from small_games.kuhn import KUHN
from small_games.nim import NIM
from small_games.perfect import NIM_PERFECT

NIMS = [NIM, *(NIM.with_options(chosen) for chosen in ({"heaps": "2-2-3"}, {"heaps": "1-3-5", "misere": True}))]


@pytest.mark.parametrize("game", [*NIMS, KUHN], ids=lambda game: game.key)
def test_game(game):
    check_game(game, games=20)


@pytest.mark.parametrize("game", NIMS, ids=lambda game: game.key)
def test_agent(game):
    check_agent(NIM_PERFECT, game, {"mistakes": 0.3})
