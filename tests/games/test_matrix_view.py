"""How people read matrix games: rounds, payoffs from their own seat, actions by name."""

import numpy as np
import pytest

from arena import load_game, turn_at
from games.matrix_env import MatrixEnv
from games.matrix_view import MatrixView
from games.payoffs import stage

NAMED = stage("named", [[1, 2], [3, 4]], (("top", "bottom"), ("left", "right")))
WIDE = stage("wide", [[1, 2, 3], [4, 5, 6]], (("top", "bottom"), ("left", "middle", "right")))
SHARED = stage("shared", [[1, 2], [3, 4]], (("yes", "no"), ("yes", "never")))
view = MatrixView()


def bare(table, **options):
    """The parallel env itself, which does not know who moves."""
    env = MatrixEnv(table, **options)
    env.reset(seed=0)
    return env


class TestText:
    def test_the_first_round(self):
        assert turn_at("prisoners_dilemma:rounds=5", []).text == (
            "Round 1 of 5. The first round.\n"
            "Payoffs (yours, theirs); rows are your actions, columns theirs:\n"
            "           cooperate  defect\n"
            "cooperate  3, 3       0, 5\n"
            "defect     5, 0       1, 1"
        )

    def test_the_last_round_is_told_from_ones_own_seat(self):
        game = load_game("battle_of_the_sexes:rounds=5")
        first, second = turn_at(game, [0, 1]), turn_at(game, [0, 1, 1])
        assert first.text.startswith("Round 2 of 5. Last round you played opera, seat 1 played football.\n")
        assert second.text.startswith("Round 2 of 5. Last round you played football, seat 0 played opera.\n")

    def test_payoffs_are_turned_for_the_second_seat(self):
        env = bare(NAMED)
        assert view.text(env, 0).splitlines()[-3:] == [
            "        left   right",
            "top     1, -1  2, -2",
            "bottom  3, -3  4, -4",
        ]
        assert view.text(env, 1).splitlines()[-3:] == [
            "       top    bottom",
            "left   -1, 1  -3, 3",
            "right  -2, 2  -4, 4",
        ]

    def test_a_table_that_is_not_square(self):
        assert view.text(bare(WIDE), 1).splitlines()[-3:] == [
            "left    -1, 1  -4, 4",
            "middle  -2, 2  -5, 5",
            "right   -3, 3  -6, 6",
        ]

    def test_noise_and_continuation_are_told(self):
        text = turn_at("prisoners_dilemma:rounds=5,noise=0.25,continuation=0.9", []).text
        assert "Round 1 of at most 5." in text
        assert "Each action is replaced by another with probability 0.25." in text
        assert "After each round the game goes on with probability 0.9." in text

    def test_what_noise_made_of_an_action_is_shown(self):
        assert (
            "Last round you played defect, seat 1 played cooperate."
            in turn_at("prisoners_dilemma:rounds=5,noise=1", [0, 1]).text
        )

    def test_the_end(self):
        env = bare(NAMED)
        env.step({"player_0": 1, "player_1": 0})
        assert view.text(env, 0).startswith(
            "The game is over after 1 of 1 rounds. Last round you played bottom, seat 1 played left."
        )

    def test_three_seats_see_a_list_that_begins_with_their_own(self):
        payoffs = np.zeros((3, 2, 2, 2))
        payoffs[:, 0, 1, 1] = 10, 20, 30.5
        names = (("a", "b"), ("c", "d"), ("e", "f"))
        env = bare(stage("three", payoffs, names), rounds=2)
        assert "a, d, f: 10, 20, 30.5" in view.text(env, 0)
        assert "d, f, a: 20, 30.5, 10" in view.text(env, 1)
        assert "f, a, d: 30.5, 10, 20" in view.text(env, 2)
        env.step({"player_0": 0, "player_1": 1, "player_2": 0})
        assert "Last round you played e, seat 0 played a, seat 1 played d." in view.text(env, 2)

    def test_a_large_table_is_left_out(self):
        text = view.text(bare(stage("large", np.zeros((30, 20)))), 0)
        assert text == "Round 1 of 1. The first round.\nPayoffs of 30 x 20 actions."

    def test_nothing_shows_of_a_move_before_the_other_has_moved(self):
        assert turn_at("chicken:rounds=2", [0]).text == turn_at("chicken:rounds=2", [1]).text


class TestNames:
    def test_in_a_match_names_are_the_movers(self, tmp_path):
        (tmp_path / "named.csv").write_text(",left,right\ntop,1,2\nbottom,3,4\n")
        game = load_game(f"matrix:file={tmp_path / 'named.csv'}")
        row, column = turn_at(game, []), turn_at(game, [0])
        assert [row.name(action) for action in (0, 1)] == ["top", "bottom"]
        assert [column.name(action) for action in (0, 1)] == ["left", "right"]
        assert column.parse(" Right ") == column.parse("1") == 1
        with pytest.raises(ValueError, match="'top' is no action: left, right"):
            column.parse("top")

    def test_each_seat_has_its_own(self):
        assert [view.name(bare(WIDE), action, 0) for action in (0, 1)] == ["top", "bottom"]
        assert [view.name(bare(WIDE), action, 1) for action in (0, 1, 2)] == ["left", "middle", "right"]
        assert view.parse(bare(NAMED), "Bottom", 0) == view.parse(bare(NAMED), "Right", 1) == 1

    def test_names_and_numbers_of_actions_without_names(self):
        turn = turn_at("matrix_rps", [])
        assert [turn.parse(turn.name(action)) for action in range(3)] == [0, 1, 2]
        assert view.name(bare(stage("plain", [[1, 2], [3, 4]])), 1, 0) == "1"

    def test_what_is_no_name(self):
        with pytest.raises(ValueError, match="'lizard' is no action: top, bottom"):
            view.parse(bare(NAMED), "lizard", 0)
