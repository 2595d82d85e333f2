"""The parallel env by itself, as PettingZoo sees it."""

import copy
import pickle

import numpy as np
import pytest
from gymnasium.spaces import Discrete
from pettingzoo.utils.conversions import parallel_to_aec

from games.matrix_env import MatrixEnv
from games.payoffs import stage

PD = stage("pd", [[[3, 0], [5, 1]], [[3, 5], [0, 1]]])
WIDE = stage("wide", [[1, 2, 3], [4, 5, 6]])
THREE = stage("three", np.arange(3 * 2 * 2 * 3).reshape(3, 2, 2, 3))


def started(*args, seed=0, **options):
    env = MatrixEnv(*args, **options)
    env.reset(seed=seed)
    return env


def play(env, *joint):
    return env.step(dict(zip(env.possible_agents, joint, strict=True)))


class TestPettingZoo:
    @pytest.mark.parametrize("table", [PD, WIDE, THREE], ids=lambda table: table.name)
    @pytest.mark.parametrize("options", [{}, {"rounds": 30}, {"rounds": 30, "noise": 0.5, "continuation": 0.9}])
    @pytest.mark.filterwarnings("ignore:The old environment creation API")  # by importing pettingzoo.test
    def test_its_own_checks(self, table, options):
        from pettingzoo.test import parallel_api_test, parallel_seed_test

        parallel_api_test(MatrixEnv(table, **options), num_cycles=100)
        parallel_seed_test(lambda: MatrixEnv(table, **options), num_cycles=50)

    def test_it_converts(self):
        env = parallel_to_aec(MatrixEnv(PD, rounds=2))
        env.reset(seed=0)
        returns = dict.fromkeys(env.possible_agents, 0)
        for turn, name in enumerate(env.agent_iter()):
            _, reward, over, cut, _ = env.last()
            returns[name] += reward
            env.step(None if over or cut else turn % 2)
        assert returns == {"player_0": 0, "player_1": 10}

    def test_spaces(self):
        env = MatrixEnv(WIDE)
        assert [env.action_space(name) for name in env.possible_agents] == [Discrete(2), Discrete(3)]
        first, second = map(env.observation_space, env.possible_agents)
        assert first == second
        assert first.nvec.tolist() == [4, 4]

    def test_two_envs_share_no_space(self):
        """A space has a random state of its own, which belongs to one user."""
        one, other = MatrixEnv(PD), MatrixEnv(PD)
        assert one.action_space("player_0") is not other.action_space("player_0")
        assert one.action_space("player_0") is one.action_space("player_0")


class TestARound:
    def test_payoffs_and_end(self):
        env = started(PD, rounds=2)
        _, rewards, ended, cut, infos = play(env, 0, 1)
        assert rewards == {"player_0": 0, "player_1": 5}
        assert not any(ended.values())
        assert env.agents == env.possible_agents
        _, rewards, ended, cut, infos = play(env, 1, 1)
        assert rewards == {"player_0": 1, "player_1": 1}
        assert all(ended.values())
        assert not any(cut.values())
        assert infos == {"player_0": {}, "player_1": {}}
        assert env.agents == []

    def test_rewards_are_pythons_own_numbers(self):
        rewards = play(started(PD), np.int64(1), np.int8(0))[1]
        assert {type(reward) for reward in rewards.values()} == {float}

    def test_a_seat_sees_its_own_action_first_and_then_those_of_the_seats_after_it(self):
        env = MatrixEnv(THREE, rounds=5)
        seen, _ = env.reset(seed=0)
        assert [array.tolist() for array in seen.values()] == [[3, 3, 3]] * 3
        seen = play(env, 0, 1, 2)[0]
        assert {name: array.tolist() for name, array in seen.items()} == {
            "player_0": [0, 1, 2],
            "player_1": [1, 2, 0],
            "player_2": [2, 0, 1],
        }
        for name, array in seen.items():
            assert env.observation_space(name).contains(array)
            assert not array.flags.writeable

    def test_played_and_pairs_grow_together(self):
        env = started(THREE, rounds=3)
        play(env, 0, 1, 2)
        play(env, np.int64(1), np.int64(0), np.int64(1))
        assert env.played == [(0, 1, 2), (1, 0, 1)]
        assert env.pairs == [(0, 0), (1, 1), (2, 2), (0, 1), (1, 0), (2, 1)]
        assert {type(action) for joint in env.played for action in joint} == {int}

    def test_what_is_handed_out_may_be_changed(self):
        env = started(PD, rounds=3)
        for part in play(env, 0, 0):
            part.clear()
        seen, rewards, *_ = play(env, 0, 0)
        assert rewards == {"player_0": 3, "player_1": 3}
        assert seen["player_0"].tolist() == [0, 0]
        env.reset()[0].clear()
        assert len(env.reset()[0]) == 2

    @pytest.mark.parametrize("joint", [(2, 0), (0, -1), (0, 3)])
    @pytest.mark.parametrize("noise", [0, 0.5])
    def test_an_action_that_is_none(self, joint, noise):
        with pytest.raises(ValueError, match=r"has the actions 0 to 1, not"):
            play(started(PD, rounds=9, noise=noise), *joint)

    def test_a_fraction_is_no_action(self):
        with pytest.raises(TypeError):
            play(started(PD), 0.5, 0)

    def test_nothing_is_played_after_the_end(self):
        env = started(PD)
        play(env, 0, 0)
        with pytest.raises(ValueError, match="the game is over: call reset"):
            play(env, 0, 0)
        assert len(env.played) == 1

    def test_reset_begins_again(self):
        env = started(PD)
        play(env, 0, 0)
        env.reset()
        assert (env.played, env.pairs, env.agents) == ([], [], ["player_0", "player_1"])


class TestChance:
    def rounds(self, env, count=40):
        for _ in range(count):
            play(env, 0, 1)
        return env.played

    def test_the_seed_decides(self):
        options = {"rounds": 100, "noise": 0.5}
        assert self.rounds(started(PD, seed=3, **options)) == self.rounds(started(PD, seed=3, **options))
        assert self.rounds(started(PD, seed=3, **options)) != self.rounds(started(PD, seed=4, **options))

    def test_without_a_seed_the_numbers_go_on(self):
        env = started(PD, rounds=100, noise=0.5)
        before = self.rounds(env)
        env.reset()
        assert self.rounds(env) != before
        env.reset(seed=0)
        assert self.rounds(env) == before

    def test_a_fresh_env_needs_no_seed(self):
        env = MatrixEnv(PD, rounds=100, noise=0.5)
        env.reset()
        assert len(self.rounds(env)) == 40

    def test_noise_of_one_flips_every_action_of_two(self):
        env = started(PD, rounds=3, noise=1)
        assert play(env, 0, 1)[1] == {"player_0": 5, "player_1": 0}
        assert env.played == [(1, 0)]


def pickled(env):
    return pickle.loads(pickle.dumps(env))  # noqa: S301  # our own bytes


class TestCopies:
    @pytest.mark.parametrize("copied", [copy.deepcopy, pickled])
    def test_a_copy_in_the_middle_of_a_game_goes_on_alike_and_by_itself(self, copied):
        env = started(PD, rounds=60, noise=0.4, continuation=0.999, seed=8)
        for _ in range(5):
            play(env, 0, 0)
        twin = copied(env)
        assert vars(twin).keys() == vars(env).keys()
        steps = [(play(env, 0, 1), play(twin, 0, 1)) for _ in range(20)]
        for (seen, *rest), (others_seen, *others_rest) in steps:
            assert all(np.array_equal(seen[name], others_seen[name]) for name in seen)
            assert rest == others_rest
        assert env.played == twin.played
        play(env, 0, 0)
        assert len(twin.played) == 25

    def test_a_copy_shares_the_tables(self):
        """They never change, and a large one would make every copy slow."""
        env = started(PD)
        twin = copy.deepcopy(env)
        assert twin.stage is env.stage
        assert twin._outcomes is env._outcomes
        assert twin.played is not env.played

    def test_a_large_table_is_not_worked_out_in_advance(self):
        env = started(stage("large", np.zeros((1000, 1000))), rounds=5)
        play(env, 999, 0)
        assert len(env._outcomes) == 1
