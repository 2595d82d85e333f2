"""Random games, ours beside PettingZoo's own env with all its wrappers: same masks, observations, rewards, end."""

import numpy as np
import pytest

from arena.match import Match
from arena.seeding import generator


@pytest.mark.parametrize("name", ["tictactoe", "connect_four", "rps"])
def test_a_hundred_games_move_by_move(name, request):
    game = request.getfixturevalue(name)
    for seed in range(100):
        rng, match, env = generator(seed, "differential"), Match(game, seed), game.make_env()
        env.reset(seed=seed)
        while not match.over:
            turn = match.turn
            seen, _, terminated, truncated, info = env.last()
            mask = seen["action_mask"] if isinstance(seen, dict) else info.get("action_mask", np.ones(game.n_actions))
            assert not terminated
            assert not truncated
            assert env.possible_agents.index(env.agent_selection) == turn.seat
            assert np.array_equal(turn.legal, mask.astype(bool))
            assert np.array_equal(turn.observation, seen["observation"] if isinstance(seen, dict) else seen)
            action = int(rng.choice(np.flatnonzero(turn.legal)))
            env.step(action)
            match.play(action)
        returns = dict.fromkeys(env.possible_agents, 0.0)
        for agent in env.agent_iter():
            _, reward, terminated, truncated, _ = env.last()
            assert terminated or truncated
            returns[agent] += reward
            env.step(None)
        if name != "rps":  # whose rewards were handed out round by round
            assert tuple(returns.values()) == match.record.returns


@pytest.mark.parametrize("name", ["tictactoe", "connect_four"])
def test_an_illegal_move_costs_more_here_than_pettingzoo_would_charge(name, request):
    """PettingZoo gives the mover -1 and the opponent 0; the arena makes the opponent win."""
    game = request.getfixturevalue(name)
    env = game.make_env()
    env.reset(seed=0)
    moves = [4] if name == "tictactoe" else [0] * 6
    for move in [*moves, moves[-1]]:
        env.step(move)
    assert env.unwrapped.rewards in ({"player_1": 0, "player_2": -1}, {"player_0": -1, "player_1": 0})
    match = Match(game, 0)
    for move in [*moves, moves[-1]]:
        match.play(move)
    assert sorted(match.record.returns) == [-1, 1]
    assert match.record.ending == "illegal move"
