"""Every registered agent and game passes the contract suite that plugin authors use."""

import dataclasses

import pytest

from arena import load_game
from arena.agent import why_not
from arena.registry import registry
from arena.testing import check_agent, check_game, check_learner

# Smaller than the defaults, so that search over cloned envs stays quick.
SMALL = {"mcts": {"simulations": 4, "play_out": 20}, "minimax": {"depth": 1}}
# Games of envs so slow that fewer of them must do.
MOST_PLIES = 12  # of their matches, when agents are held against the contract
FEW = {"chess": 2, "go": 3, "hanabi": 20, "texas_holdem": 60, "texas_holdem_no_limit": 60}
# Seats, sizes and kinds of env that the games of the registry do not have, and how many games of each.
OTHERS = {
    "texas_holdem:num_players=4": 30,
    "texas_holdem_no_limit:num_players=6": 30,
    "hanabi:players=4,hand_size=4": 5,
    "go:size=5": 10,
    "rps:num_actions=5,max_cycles=3": 30,
    "prisoners_dilemma:rounds=4,noise=0.2,continuation=0.8": 50,
    "classic/tictactoe-v3": 10,
    "classic/leduc_holdem-v4": 10,
    "mpe2/simple_speaker_listener-v4": 3,
    "mpe2/simple_tag-v3:continuous_actions=true,max_cycles=5": 2,
    "butterfly/pistonball-v6:n_pistons=3,max_cycles=5": 2,
}
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


@pytest.mark.parametrize(("text", "games"), OTHERS.items())
def test_games_of_other_options_and_from_elsewhere_keep_it_too(text, games):
    check_game(load_game(text), games=games)


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
