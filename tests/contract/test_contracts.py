"""Every registered agent and game passes the contract suite that plugin authors use."""

import dataclasses

import pytest

from arena.agent import why_not
from arena.registry import registry
from arena.testing import check_agent, check_game, check_learner

# Smaller than the defaults, so that search over cloned envs stays quick.
SMALL = {"mcts": {"simulations": 4, "play_out": 20}, "minimax": {"depth": 1}}
# Games of envs so slow that fewer of them must do.
MOST_PLIES = 24  # of their matches, when agents are held against the contract
FEW = {"chess": 2, "go": 3, "hanabi": 20, "texas_holdem": 60, "texas_holdem_no_limit": 60}
GAMES = [registered.offer for registered in registry().games.values()]
AGENTS = [registered.offer for registered in registry().agents.values()]
PAIRS = [
    pytest.param(spec, game, id=f"{spec.id}-{game.id}")
    for spec in AGENTS
    for game in GAMES
    if why_not(spec, game) is None and "interactive" not in spec.tags
]


@pytest.mark.parametrize("game", GAMES, ids=lambda game: game.id)
def test_game_keeps_the_contract(game):
    check_game(game, games=FEW.get(game.id, 100))


@pytest.mark.parametrize(("spec", "game"), PAIRS)
def test_agent_keeps_the_contract(spec, game):
    if game.id in FEW:
        game = dataclasses.replace(game, max_plies=min(game.max_plies, MOST_PLIES))
    train_games = 1 if game.id in FEW else 20 if game.tree_maker is None else 200
    check_agent(spec, game, SMALL.get(spec.id), games=1 if game.id in FEW else 2, train_games=train_games)


@pytest.mark.parametrize("spec", [spec for spec in AGENTS if spec.learner], ids=lambda spec: spec.id)
def test_learner_keeps_the_contract(spec, tictactoe):
    check_learner(spec, tictactoe)


def test_every_agent_can_play_some_game():
    for spec in AGENTS:
        assert any(why_not(spec, game) is None for game in GAMES), spec.id
