"""The adapter: one test for each trap of PettingZoo that it knows."""

import pytest
from pettingzoo.classic.connect_four import connect_four
from pettingzoo.classic.rps import rps as rps_module
from pettingzoo.classic.tictactoe import tictactoe as tictactoe_module
from pettingzoo.utils.wrappers import OrderEnforcingWrapper

from arena.pettingzoo_env import bare, begin
from arena.position import Position
from arena.testing import check_game
from tests.arena import toy_games as toys


def play(position: Position, *moves: int) -> Position:
    for move in moves:
        position.step(move)
    return position


class TestWrappers:
    def test_only_the_checking_wrappers_are_taken_off(self):
        env = tictactoe_module.env()
        assert type(bare(env)) is tictactoe_module.raw_env

        class Doubled(type(env.env).__mro__[1]):  # a BaseWrapper of somebody else, which may change the rules
            pass

        assert type(bare(OrderEnforcingWrapper(Doubled(tictactoe_module.raw_env())))) is Doubled


class TestMasks:
    def test_mask_in_the_observation_is_taken_out(self, tictactoe):
        position = play(begin(tictactoe, 0), 4)
        assert position.observe(1).shape == (3, 3, 2)
        assert position.legal.tolist() == [True] * 4 + [False] + [True] * 4

    def test_mask_in_infos_is_found(self):
        position = begin(toys.game(toys.MaskInInfo), 0)
        assert position.legal.tolist() == [True, False, False]
        position.step(0)
        assert position.legal.tolist() == [False, True, False]

    def test_no_mask_means_all_legal(self, rps):
        assert begin(rps, 0).legal.tolist() == [True] * 3

    def test_only_the_movers_mask_is_read(self):
        position = begin(toys.game(toys.ObserverSeesMoversMask), 0)
        assert position.legal.tolist() == [True, False, False]
        position.step(0)
        assert position.legal.tolist() == [False, True, True]

    def test_nothing_is_legal_at_the_end(self, tictactoe):
        position = play(begin(tictactoe, 0), 0, 3, 1, 4, 2)
        assert position.over
        assert not position.legal.any()

    def test_mask_and_observation_cannot_be_written(self, tictactoe):
        position = begin(tictactoe, 0)
        with pytest.raises(ValueError, match="read-only"):
            position.legal[0] = False
        with pytest.raises(ValueError, match="read-only"):
            position.observe(0)[0] = 1


class TestRewardsAndEnding:
    def test_both_seats_get_their_reward_although_pettingzoo_hands_it_out_in_dead_steps(self, tictactoe):
        position = play(begin(tictactoe, 0), 0, 3, 1, 4, 2)
        assert position.returns.tolist() == [1, -1]

    def test_a_draw_pays_nobody(self, tictactoe):
        position = play(begin(tictactoe, 0), 0, 4, 8, 2, 6, 3, 5, 7, 1)
        assert position.over
        assert position.returns.tolist() == [0, 0]

    def test_rps_ends_by_truncation_and_sums_its_rounds(self, rps):
        position = begin(rps, 0)
        for _ in range(15):
            assert not position.over
            play(position, 1, 0)  # paper beats rock
        assert position.over
        assert position.returns.tolist() == [15, -15]

    def test_rewards_between_the_ends_are_summed_for_every_seat(self):
        position = play(begin(toys.game(toys.PaidEveryStep), 0), 2, 1, 2, 0)
        assert position.over
        assert position.returns.tolist() == [2 + 0.5 + 2 + 0, 1 + 1 + 1 + 0]

    def test_a_seat_that_leaves_early_keeps_its_reward_and_is_not_asked_again(self):
        position, movers = begin(toys.game(toys.DropOut), 0), []
        while not position.over:
            movers.append(position.to_move)
            position.step(0)
        assert movers == [0, 1, 2, 0, 2, 0]
        assert position.returns.tolist() == [1, 5, -1]

    def test_returns_agree_with_pettingzoos_own_loop_where_a_seat_leaves_early(self):
        facts = {"return_range": (-1.0, 5.0), "max_plies": 6}
        check_game(toys.game(toys.DropOut, **facts), games=2)

    @pytest.mark.parametrize("toy", ["MaskInInfo", "PaidEveryStep", "ObserverSeesMoversMask"])
    def test_toys_keep_the_contract(self, toy):
        check_game(toys.game(getattr(toys, toy), return_range=(-2.0, 10.0)), games=20)


class TestOtherEnvs:
    def test_a_parallel_env_is_converted(self):
        game = toys.game(toys.Pennies, zero_sum=True, simultaneous=True, return_range=(-3.0, 3.0), max_plies=6)
        check_game(game, games=20)
        position = play(begin(game, 0), 0, 0, 1, 1, 0, 1)
        assert position.over
        assert position.returns.tolist() == [1, -1]

    def test_what_is_no_env_is_said_to_be_none(self):
        with pytest.raises(TypeError, match="make returned a dict, which is no PettingZoo env"):
            begin(toys.game(dict), 0)


class TestSeats:
    @pytest.mark.parametrize("name", ["tictactoe", "connect_four", "rps"])
    def test_seats_are_numbers_in_the_order_of_possible_agents(self, name, request):
        position = begin(request.getfixturevalue(name), 0)
        assert position.to_move == 0
        position.step(0)
        assert position.to_move == 1
        assert position.history == [(0, 0)]

    def test_names_of_seats_differ_between_games(self):
        assert tictactoe_module.env().possible_agents != connect_four.env().possible_agents


class TestHiddenMoves:
    def test_history_of_a_simultaneous_game_ends_with_the_last_finished_round(self, rps):
        position = play(begin(rps, 0), 2)
        assert position.known_history(0) == ()
        position.step(1)
        assert position.known_history(0) == ((0, 2), (1, 1))
        position.step(0)
        assert position.known_history(0) == ((0, 2), (1, 1))

    def test_second_mover_at_rps_sees_nothing_of_the_pending_throw(self, rps):
        seen = {str(play(begin(rps, 0), throw).observe(1)) for throw in range(3)}
        assert len(seen) == 1
        texts = {play(begin(rps, 0), throw).text(1) for throw in range(3)}
        assert len(texts) == 1

    def test_rps_env_is_what_the_test_thinks(self):
        assert rps_module.env().unwrapped.metadata["name"] == "rps_v2"
