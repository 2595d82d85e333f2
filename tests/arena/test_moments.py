"""A match in words: whose view is told, what moves are called, what the mover thought."""

import pytest

from arena.agent import Decision
from arena.entrants import load_game
from arena.match import Match
from arena.moments import Follower, moment, named_shares
from tests.arena import toy_games as toys


def played(game, *moves, seed=0, **options):
    match = Match(game, seed, **options)
    for move in moves:
        match.play(move)
    return match


class TestMoment:
    def test_where_nothing_is_hidden_nobodys_view_is_named(self, tictactoe):
        now = moment(played(tictactoe, 4))
        assert (now.game, now.ply, now.to_move, now.view, now.last) == ("tictactoe", 1, 1, None, None)
        assert "X" in now.text
        assert now.seated == ("seat 0", "seat 1")

    def test_the_entrants_are_told_by_their_seats(self, tictactoe):
        now = moment(played(tictactoe, entrants=("a", "b"), seats=(1, 0)))
        assert now.seated == ("b", "a")

    def test_where_something_is_hidden_the_seat_on_move_sees_the_position(self):
        leduc = load_game("leduc_holdem")
        match = Match(leduc, 3)
        now = moment(match)
        assert now.view == now.to_move == match.position.to_move
        assert f"You are seat {now.view}." in now.text

    def test_at_the_end_the_seat_that_moved_last_sees_it(self):
        leduc = load_game("leduc_holdem")
        match = Match(leduc, 3)
        while not match.over:
            match.play(2)
        now = moment(match)
        assert now.to_move is None
        assert now.view == match.position.history[-1][0]
        assert f"You are seat {now.view}." in now.text

    def test_after_a_forfeit_the_seat_that_was_on_move_sees_it_and_nobody_is_on_move(self):
        match = Match(load_game("leduc_holdem"), 3)
        seat = match.position.to_move
        match.play(Decision(None))
        now = moment(match)
        assert (now.view, now.to_move) == (seat, None)

    @pytest.mark.parametrize("seat", [0, 1])
    def test_any_view_may_be_asked_for(self, seat):
        now = moment(Match(load_game("leduc_holdem"), 3), view=seat)
        assert now.view == seat
        assert f"You are seat {seat}." in now.text

    def test_the_two_views_of_a_card_table_differ(self):
        match = Match(load_game("texas_holdem"), 3)
        assert moment(match, view=0).text != moment(match, view=1).text

    def test_a_game_that_is_over_before_its_first_move_has_a_view(self):
        class Over(toys.Toy):
            def reset(self, seed=None, options=None):
                super().reset()
                self.agents = []

        match = Match(toys.Game("over", make=Over), 0)
        assert match.over
        assert (moment(match).view, moment(match).to_move) == (0, None)


class TestFollower:
    def test_moves_have_the_names_of_the_position_they_were_played_in(self):
        chess = load_game("chess")
        match, follower = Match(chess, 0), Follower()
        for text in ("e4", "e5", "Nf3", "Nc6", "Bb5"):
            match.play(match.turn.parse(text))
            moves = follower.follow(match)
        assert [move.name for move in moves] == ["e4", "e5", "Nf3", "Nc6", "Bb5"]
        assert [move.seat for move in moves] == [0, 1, 0, 1, 0]
        assert [move.ply for move in moves] == [0, 1, 2, 3, 4]

    def test_parallel_games_name_moves_by_the_seat_that_played_them(self):
        match, follower = Match(load_game("battle_of_the_sexes"), 0), Follower()
        for action in (0, 1):
            match.play(action)
            moves = follower.follow(match)
        assert [(move.seat, move.name) for move in moves] == [(0, "opera"), (1, "football")]

    def test_the_thoughts_of_the_mover_go_with_its_move(self, tictactoe):
        match, follower = Match(tictactoe, 0, ("a", "b"), (1, 0)), Follower()
        policy = [0.0] * 9
        policy[4], policy[0], policy[8] = 0.7, 0.295, 0.005
        match.play(Decision(4, value=0.25, policy=policy, note={"depth": 3}), seconds=0.125)
        (move,) = follower.follow(match)
        assert (move.entrant, move.name, move.action) == ("b", "b2", 4)
        assert (move.value, move.seconds, move.note) == (0.25, 0.125, {"depth": 3})
        assert move.shares == (("b2", 0.7), ("a1", 0.295))

    def test_an_agent_that_says_nothing_has_no_thoughts(self, tictactoe):
        match, follower = Match(tictactoe, 0), Follower()
        match.play(Decision(4, policy=[1.0] + [0.0] * 8))
        follower.follow(match)
        match.play(0)
        move = follower.follow(match)[-1]
        assert (move.value, move.shares, move.note) == (None, (), {})

    def test_one_that_looks_seldom_knows_all_moves_and_the_thoughts_of_the_last(self, tictactoe):
        match, follower = Match(tictactoe, 0), Follower()
        for action in (4, 0, 8):
            match.play(Decision(action, value=action / 8), seconds=1.0)
        moves = follower.follow(match)
        assert [move.name for move in moves] == ["b2", "a1", "c3"]
        assert [move.value for move in moves] == [None, None, 1.0]
        assert [move.seconds for move in moves] == [None, None, 1.0]

    def test_looking_twice_adds_nothing(self, tictactoe):
        match, follower = Match(tictactoe, 0), Follower()
        match.play(4)
        assert follower.follow(match) == follower.follow(match)
        assert len(follower.follow(match)) == 1

    def test_an_env_that_heeds_no_seed_is_followed_without_names_once_it_goes_another_way(self):
        last = [9]
        match = Match(toys.Game("fickle", make=lambda: Fickle(last[0]), max_plies=9), 0)
        last[0] = 2  # of what walks behind the match
        follower = Follower()
        while not match.over:
            match.play(1)
            moves = follower.follow(match)
        assert [move.name for move in moves] == ["1"] * len(moves)
        assert len(moves) == 9


class Fickle(toys.Toy):
    """Ends after a number of moves that differs from env to env."""

    def __init__(self, last):
        super().__init__()
        self.last = last

    def rules(self, mover, action):
        if self.count >= self.last:
            self.terminations = dict.fromkeys(self.agents, True)


class TestShares:
    def test_the_likeliest_five_come_first(self, tictactoe):
        policy = (0.1, 0.2, 0.3, 0.05, 0.15, 0.12, 0.08, 0.0, 0.0)
        names = [name for name, _ in named_shares(Match(tictactoe, 0).position, policy)]
        assert names == ["a3", "a2", "b2", "b3", "a1"]

    def test_equal_shares_keep_the_order_of_the_actions(self, tictactoe):
        names = [name for name, _ in named_shares(Match(tictactoe, 0).position, (1 / 9,) * 9)]
        assert names == ["a1", "a2", "a3", "b1", "b2"]

    def test_without_a_policy_there_are_none(self, tictactoe):
        assert named_shares(Match(tictactoe, 0).position, ()) == ()


class TestWhatAMatchRemembersOfItsLastMove:
    def test_policy_and_seconds(self, tictactoe):
        match = Match(tictactoe, 0)
        assert match.last_policy is None
        match.play(Decision(0, policy=[1] + [0] * 8), seconds=2.5)
        assert match.last_policy == (1.0,) + (0.0,) * 8
        assert match.last_seconds == 2.5
        match.play(1)
        assert match.last_policy is None

    def test_a_policy_that_cannot_be_read_is_a_forfeit(self, tictactoe):
        match = Match(tictactoe, 0)
        match.play(Decision(0, policy=[float("nan")] * 9))
        assert match.offenders == (0,)
        assert match.last_policy is None
