"""The contract suite finds each false claim about a game."""

import re
from dataclasses import replace

import numpy as np
import pytest
from pettingzoo.classic.tictactoe import tictactoe as tictactoe_module

from arena import Symmetry, turn_at
from arena.testing import check_game
from games.classic import CONNECT_FOUR, RPS, TICTACTOE
from games.poker import LEDUC, redraw
from tests.arena import toy_games as toys


class RandomBoard(tictactoe_module.raw_env):
    """Tic-tac-toe on which now and then a stone lands elsewhere: what a clone cannot foresee."""

    def reset(self, seed=None, options=None):
        super().reset(seed, options)
        self.rng = np.random.default_rng(seed)

    def step(self, action):
        free = self.board.legal_moves()
        if action is not None and self.rng.random() < 0.3:
            action = int(self.rng.choice(free))
        super().step(action)


class Unseeded(RandomBoard):
    def reset(self, seed=None, options=None):
        super().reset(None, options)


class KeepsThePot(toys.Toy):
    """Pays the last mover more than the other loses."""

    def rules(self, mover, action):
        if self.count == 2:
            self.terminations = dict.fromkeys(self.agents, True)
            self.rewards = {"a": -1, "b": 3}


class NoMoves(toys.ObserverSeesMoversMask):
    def observe(self, agent):
        return {**super().observe(agent), "action_mask": np.zeros(3, dtype=np.int8)}


class Misnamed(type(TICTACTOE.view)):
    def name(self, state, action):
        return "a1"


MIRRORED_OBSERVATION_ONLY = Symmetry(CONNECT_FOUR.symmetries[1].observation, np.arange(7))

FALSE = [
    (replace(RPS, zero_sum=True, return_range=(-3.0, 3.0)), "lie outside (-3.0, 3.0)"),
    (toys.game(KeepsThePot, zero_sum=True, return_range=(-1.0, 3.0)), "do not sum to 0"),
    (toys.game(KeepsThePot, cooperative=True, return_range=(-1.0, 3.0)), "differ in a cooperative game"),
    (replace(TICTACTOE, max_plies=6), "ended with 'ply cap' after 6 plies"),
    (toys.game(toys.Endless, max_plies=50), "ended with 'ply cap' after 50 plies"),
    (replace(TICTACTOE, simultaneous=True, perfect_information=False), "the pending move shows"),
    (replace(TICTACTOE, make=RandomBoard, symmetries=()), "seeds 0 and 1 differ: it is stochastic"),
    (replace(TICTACTOE, make=Unseeded), "does not replay"),
    (replace(TICTACTOE, symmetries=CONNECT_FOUR.symmetries), None),
    (replace(CONNECT_FOUR, symmetries=(MIRRORED_OBSERVATION_ONLY,)), "the observation at ply 1 is not the image"),
    (replace(TICTACTOE, view=Misnamed()), "'a1' names action 1 but is read as another"),
    (replace(TICTACTOE, position_key=lambda env: id(env)), "keys differ"),
    (replace(TICTACTOE, position_key=lambda env: env.board.squares.count(0)), "the key of another position"),
    (toys.game(NoMoves), "no action is legal at ply 0"),
]


@pytest.mark.parametrize("game", [TICTACTOE, CONNECT_FOUR, RPS], ids=lambda game: game.id)
def test_true_claims_pass(game):
    check_game(game, games=5)


@pytest.mark.parametrize(
    ("game", "complaint"),
    [(game, complaint) for game, complaint in FALSE if complaint],
    ids=[complaint for _, complaint in FALSE if complaint],
)
def test_each_false_claim_is_found_and_named(game, complaint):
    with pytest.raises(AssertionError, match=re.escape(complaint)):
        check_game(game, games=10)


@pytest.mark.parametrize("game", [game for game, complaint in FALSE if complaint is None], ids=lambda game: game.id)
def test_grosser_lies_do_not_pass_either(game):
    with pytest.raises((AssertionError, IndexError, ValueError)):
        check_game(game, games=10)


def test_a_stochastic_game_of_perfect_information_has_a_model_whose_future_is_drawn_anew():
    game = replace(TICTACTOE, make=RandomBoard, symmetries=(), stochastic=True, tree_maker=None)
    check_game(game, games=5)
    boards = set()
    for seed in range(20):
        world = turn_at(game, []).model.sample(np.random.default_rng(seed))
        world.apply(4)
        boards.add(world.key(0))
    assert len(boards) > 1


def _deals_nothing(env, seat, rng):
    """What a game without secrets would need."""


class TestModelsThatKnowTooMuch:
    def test_a_hand_that_is_not_dealt_anew(self):
        with pytest.raises(AssertionError, match="the model draws nothing"):
            check_game(replace(LEDUC, redraw=_deals_nothing), games=10)

    def test_a_deck_that_is_shuffled_without_being_sorted_first(self):
        def shuffle(env, seat, rng):
            dealer, other = env.env.game.dealer, env.env.game.players[1 - seat]
            unseen = [*dealer.deck, other.hand]
            other.hand, *dealer.deck = [unseen[place] for place in rng.permutation(len(unseen))]

        with pytest.raises(AssertionError, match="the model knows more than seat"):
            check_game(replace(LEDUC, redraw=shuffle), games=10)

    def test_own_cards_that_are_dealt_anew(self):
        def too_much(env, seat, rng):
            redraw(env, 1 - seat, rng)

        with pytest.raises(AssertionError, match="the model's observation differs"):
            check_game(replace(LEDUC, redraw=too_much), games=10)
