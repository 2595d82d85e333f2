"""How the built-in games are read by people."""

import pytest

from arena import turn_at
from arena.match import Match


class TestTicTacToe:
    def test_board(self, tictactoe):
        assert turn_at(tictactoe, [4, 0, 6]).text == (
            "    a   b   c\n"
            "1   O | 3 | X\n"
            "   ---+---+---\n"
            "2   1 | X | 7\n"
            "   ---+---+---\n"
            "3   2 | 5 | 8\n"
            "X: seat 0, O: seat 1"
        )

    def test_cells_are_numbered_by_columns(self, tictactoe):
        turn = turn_at(tictactoe, [])
        assert [turn.name(action) for action in range(9)] == ["a1", "a2", "a3", "b1", "b2", "b3", "c1", "c2", "c3"]

    def test_the_winning_column_wins(self, tictactoe):
        match = Match(tictactoe, 0)
        for name in ("a1", "b1", "a2", "b2", "a3"):
            match.play(match.turn.parse(name))
        assert match.record.returns == (1, -1)

    @pytest.mark.parametrize("text", ["", "d1", "a4", "a", "a11", "9", "-1", "b2b"])
    def test_what_is_no_cell(self, tictactoe, text):
        with pytest.raises(ValueError, match="is no cell"):
            turn_at(tictactoe, []).parse(text)


class TestConnectFour:
    def test_board(self, connect_four):
        rows = turn_at(connect_four, [3, 3, 0]).text.splitlines()
        assert rows[4:] == [". . . O . . .", "X . . X . . .", "a b c d e f g", "0 1 2 3 4 5 6", "X: seat 0, O: seat 1"]

    @pytest.mark.parametrize("text", ["", "h", "ab", "7", "é"])
    def test_what_is_no_column(self, connect_four, text):
        with pytest.raises(ValueError, match="is no column"):
            turn_at(connect_four, []).parse(text)

    def test_letters_of_either_case(self, connect_four):
        assert turn_at(connect_four, []).parse(" D ") == 3


class TestRockPaperScissors:
    def test_text_says_what_the_opponent_threw_and_nothing_of_this_round(self, rps):
        assert turn_at(rps, []).text == "Round 1 of 15. The first round."
        assert turn_at(rps, [1]).text == "Round 1 of 15. The first round."
        assert turn_at(rps, [0, 2]).text == "Round 2 of 15. Your opponent threw scissors."
        assert turn_at(rps, [0, 2, 1]).text == "Round 2 of 15. Your opponent threw rock."

    def test_throws_by_name(self, rps):
        turn = turn_at(rps, [])
        assert [turn.name(action) for action in range(3)] == ["rock", "paper", "scissors"]
        assert turn.parse(" Paper ") == 1
        with pytest.raises(ValueError, match="'lizard' is no throw: rock, paper, scissors"):
            turn.parse("lizard")

    def test_a_larger_game_has_more_throws(self, rps):
        turn = turn_at(rps.with_options({"num_actions": 5}), [])
        assert turn.parse("lizard") == 4
        assert len(turn.legal) == 5


class TestWhoBeatsWhom:
    @pytest.mark.parametrize(
        ("first", "second", "outcome"),
        [
            ("paper", "rock", 1),
            ("rock", "scissors", 1),
            ("scissors", "paper", 1),
            ("rock", "rock", 0),
            ("rock", "paper", -1),
        ],
    )
    def test_rock_paper_scissors(self, rps, first, second, outcome):
        match = Match(rps.with_options({"max_cycles": 1}), 0)
        match.play(match.turn.parse(first))
        match.play(match.turn.parse(second))
        assert match.record.returns == (outcome, -outcome)
