"""Copies of envs in mid-game: exact, independent, and blind to the chance to come when they are told to be."""

import copy
import random
from typing import ClassVar

import numpy as np
import pytest
from gymnasium.utils import EzPickle
from pettingzoo import ParallelEnv
from pettingzoo.classic.connect_four import connect_four
from pettingzoo.classic.tictactoe import tictactoe as tictactoe_module
from pettingzoo.utils.wrappers import OrderEnforcingWrapper

from arena import load_game
from arena.cloning import clone_env
from arena.pettingzoo_env import begin
from arena.seeding import generator
from tests.arena import toy_games as toys
from tests.arena.reachable import reachable

CLASSICS = [  # with plies after which the copies are made
    ("tictactoe", 3),
    ("connect_four", 9),
    ("rps", 0),
    ("rps", 7),
    ("chess", 10),
    ("go:size=5", 12),
    ("leduc_holdem", 1),
    ("leduc_holdem", 3),
    ("texas_holdem", 4),
    ("texas_holdem:num_players=4", 6),
    ("texas_holdem_no_limit", 3),
    ("texas_holdem_no_limit:num_players=3", 2),
    ("hanabi", 8),
    ("hanabi:players=4,hand_size=4", 13),
    ("prisoners_dilemma:rounds=30,noise=0.3,continuation=0.95", 4),
]
LONGEST = 40  # plies that are played on


def board_of(env) -> list[int]:
    board = env.unwrapped.board
    return list(getattr(board, "squares", board))


def under_way(name, plies, seed):
    """An env, with all its wrappers, after some random plies; one whose seats move at once is a parallel env."""
    env, rng = load_game(name).make_native(), generator(seed, "cloning")
    env.reset(seed=seed)
    for _ in range(plies):
        if not env.agents or not advance(env, rng):
            break
    return env


def advance(env, rng) -> bool:
    """Plays one random ply, or one round of a parallel env; False at the end."""
    if isinstance(env, ParallelEnv):
        if env.agents:
            env.step({name: int(rng.integers(env.action_space(name).n)) for name in env.agents})
        return bool(env.agents)
    seen, _, terminated, truncated, _ = env.last()
    if terminated or truncated:
        return False
    env.step(int(rng.choice(np.flatnonzero(seen["action_mask"]))))
    return True


def look(env):
    """All that PettingZoo's interface says of an env."""
    if isinstance(env, ParallelEnv):
        return list(env.agents), list(getattr(env.unwrapped, "pairs", ()))
    seen = [env.observe(name) for name in env.possible_agents]
    parts = [(one["observation"].tobytes(), one["action_mask"].tobytes()) for one in seen]
    return parts, env.agent_selection, dict(env.rewards), dict(env.terminations), dict(env.truncations)


def story(env, seed):
    """A random game from here on, as anybody could follow it."""
    rng, told = generator(seed, "story"), [look(env)]
    for _ in range(LONGEST):
        if isinstance(env, ParallelEnv):
            if not env.agents:
                break
            told.append(env.step({name: int(rng.integers(env.action_space(name).n)) for name in env.agents}))
        elif not advance(env, rng):
            break
        told.append(look(env))
    return repr(told)


class TestTrap:
    @pytest.mark.parametrize("make", [tictactoe_module.env, connect_four.env], ids=["tictactoe", "connect_four"])
    def test_deepcopy_gives_an_empty_board(self, make):
        env = make()
        env.reset(seed=0)
        env.step(3)
        assert not any(board_of(copy.deepcopy(env)))
        twin = clone_env(env)
        assert board_of(twin) == board_of(env)
        assert twin.agent_selection == env.agent_selection
        assert np.array_equal(twin.observe("player_1")["observation"], env.observe("player_1")["observation"])

    @pytest.mark.parametrize("name", ["leduc_holdem", "texas_holdem", "hanabi", "chess", "go:size=5"])
    def test_deepcopy_gives_an_env_that_was_not_even_reset(self, name):
        env = under_way(name, 1, seed=0)
        twin = copy.deepcopy(env.unwrapped)
        assert not hasattr(twin, "agent_selection") or twin.agent_selection is None
        assert clone_env(env).agent_selection == env.agent_selection

    def test_what_is_no_env_but_forgets_itself_too_is_copied_as_it_stands(self):
        class Engine(EzPickle):
            def __init__(self):
                EzPickle.__init__(self)
                self.moves = []

        class Driven(toys.Toy):
            def __init__(self):
                super().__init__()
                self.engine = Engine()

            def rules(self, mover, action):
                self.engine.moves.append(action)

        env = Driven()
        env.reset()
        env.step(2)
        assert copy.deepcopy(env).engine.moves == []
        twin = clone_env(env)
        twin.step(1)
        assert (env.engine.moves, twin.engine.moves) == ([2], [2, 1])


class TestExact:
    @pytest.mark.parametrize(("name", "plies"), CLASSICS)
    @pytest.mark.parametrize("seed", range(2))
    def test_copy_and_original_play_on_alike_and_neither_moves_the_other(self, name, plies, seed):
        untouched = story(under_way(name, plies, seed), 5)
        env = under_way(name, plies, seed)
        twin, third = clone_env(env), clone_env(env)
        before = look(env)
        assert story(twin, 5) == untouched
        assert look(env) == before
        assert story(env, 5) == untouched
        assert story(third, 5) == untouched

    @pytest.mark.parametrize(("name", "plies"), CLASSICS)
    def test_copies_of_copies(self, name, plies):
        env = under_way(name, plies, seed=3)
        untouched = story(under_way(name, plies, seed=3), 6)
        for _ in range(3):
            env = clone_env(env)
        assert story(env, 6) == untouched

    def test_a_wrapped_env_is_independent_at_every_level(self):
        env = tictactoe_module.env()
        env.reset(seed=0)
        twin = clone_env(env)
        assert isinstance(twin, OrderEnforcingWrapper)
        twin.step(4)
        assert env.unwrapped.board.squares == [0] * 9
        assert twin.unwrapped.board.squares[4] == 1

    def test_a_cloned_game_ends_like_the_original(self, connect_four):
        position = begin(connect_four, 0)
        for move in (0, 1, 0, 1, 0, 1):
            position.step(move)
        twin = position.clone()
        twin.step(0)
        assert twin.over
        assert twin.returns.tolist() == [1, -1]
        assert not position.over
        assert position.returns.tolist() == [0, 0]
        position.step(2)
        position.step(1)
        assert position.returns.tolist() == [-1, 1]


class TestSharing:
    def test_aliases_inside_an_env_survive(self, tictactoe):
        position = begin(tictactoe, 0)
        assert position.env._agent_selector.agent_order is position.env.agents
        twin = position.clone()
        assert twin.env._agent_selector.agent_order is twin.env.agents
        assert twin.env.agents is not position.env.agents

    def test_aliases_between_an_env_and_the_one_inside_it_survive(self):
        env = under_way("hanabi", 4, seed=0)
        assert env.unwrapped.infos is env.unwrapped.hanabi_env.infos
        twin = clone_env(env).unwrapped
        assert twin.infos is twin.hanabi_env.infos
        assert twin.infos is not env.unwrapped.infos

    def test_one_random_state_that_many_hold_stays_one(self):
        game = clone_env(under_way("leduc_holdem", 1, seed=0), generator(1)).unwrapped.env.game
        assert {id(holder.np_random) for holder in (game, game.dealer, game.judger, game.round, *game.players)} == {
            id(game.np_random)
        }

    @pytest.mark.parametrize("name", ["tictactoe", "go:size=5", "leduc_holdem", "hanabi"])
    def test_spaces_are_shared_not_copied(self, name):
        position = begin(load_game(name), 0)
        inner = position.env.unwrapped
        assert position.clone().env.unwrapped.action_spaces is inner.action_spaces
        assert position.clone().env.unwrapped.observation_spaces is inner.observation_spaces

    def test_surfaces_of_pygame_are_shared(self, rps):
        env = begin(rps, 0).env
        assert type(env.unwrapped.screen).__module__ == "pygame.surface"
        assert clone_env(env).unwrapped.screen is env.unwrapped.screen


class Dice(toys.Toy):
    """Rolls four dice a move, each with a random state of another kind; two of them share theirs with somebody."""

    rolls: ClassVar = 20

    def reset(self, seed=None, options=None):
        super().reset(seed, options)
        self.pcg, self.philox = np.random.default_rng(seed), np.random.Generator(np.random.Philox(seed))
        self.legacy, self.plain = np.random.RandomState(seed), random.Random(seed)
        self.friends = {"same": [self.pcg, self.plain]}
        self.rolled = []

    def rules(self, mover, action):
        dice = (self.pcg.integers(6), self.philox.integers(6), self.legacy.randint(6), self.plain.randrange(6))
        self.rolled.append(tuple(map(int, dice)))

    def roll(self):
        for _ in range(self.rolls):
            self.step(0)
        return list(zip(*self.rolled, strict=True))  # one row per die


class TestChanceToCome:
    def dice(self):
        env = Dice()
        env.reset(seed=7)
        env.step(0)
        return env

    def test_without_a_generator_the_copy_rolls_what_the_original_will_roll(self):
        env = self.dice()
        assert clone_env(env).roll() == env.roll()

    def test_with_one_every_die_is_drawn_anew(self):
        env = self.dice()
        twin, other = clone_env(env, generator(1)).roll(), clone_env(env, generator(2)).roll()
        truth = env.roll()
        for one, two, three in zip(twin, other, truth, strict=True):
            assert one[0] == two[0] == three[0]  # the past stays as it was
            assert len({one, two, three}) == 3

    def test_equal_generators_give_equal_futures(self):
        env = self.dice()
        assert clone_env(env, generator(1)).roll() == clone_env(env, generator(1)).roll()

    def test_the_future_of_the_original_is_not_disturbed(self):
        env, untouched = self.dice(), self.dice()
        clone_env(env, generator(1)).roll()
        assert env.roll() == untouched.roll()

    def test_a_state_that_is_shared_in_the_original_is_shared_in_the_copy(self):
        twin = clone_env(self.dice(), generator(1))
        assert twin.friends["same"][0] is twin.pcg
        assert twin.friends["same"][1] is twin.plain

    def test_no_state_remembers_the_seed_that_it_once_had(self):
        """A copied bit generator keeps its SeedSequence, whose entropy is the seed."""
        env, seed = Dice(), 987_654_321
        env.reset(seed=seed)
        assert any(value == seed for _, value in reachable(clone_env(env)) if isinstance(value, int))
        twin = clone_env(env, generator(1))
        assert [path for path, value in reachable(twin) if isinstance(value, int) and value == seed] == []

    def test_hanabi_deals_other_cards(self):
        """Its deck is drawn when it is dealt from."""
        env = under_way("hanabi", 0, seed=0)

        def next_card(twin):
            twin.step(5)  # plays the oldest card
            return twin.unwrapped.hanabi_env.game_state.full_history()[-1].action

        truth = next_card(clone_env(env))
        assert {next_card(clone_env(env)) for _ in range(3)} == {truth}
        drawn = [next_card(clone_env(env, generator(number))) for number in range(60)]
        assert len(set(drawn)) > 10
        assert [next_card(clone_env(env, generator(number))) for number in range(60)] == drawn
        assert next_card(env) == truth

    def test_noise_falls_elsewhere(self):
        env = under_way("prisoners_dilemma:rounds=40,noise=0.5", 1, seed=0)
        asked = dict.fromkeys(env.agents, 0)

        def played(twin):
            while twin.agents:
                twin.step(asked)
            return tuple(twin.played)

        assert played(clone_env(env)) == played(clone_env(env))
        assert len({played(clone_env(env, generator(number))) for number in range(5)}) == 5
