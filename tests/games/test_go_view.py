"""How Go is read: points, captures, ko, the count at the end, and boards of every size."""

import pytest
from pettingzoo.classic.go import go

from games.go_view import GoView, _areas

VIEW = GoView()


def board(size=5, komi=0.5, moves=""):
    env = go.raw_env(board_size=size, komi=komi)
    env.reset(seed=0)
    for name in moves.split():
        env.step(VIEW.parse(env, name))
    return env


class TestNames:
    @pytest.mark.parametrize(
        ("size", "corners"),
        [
            (1, ["A1", "A1", "A1", "A1"]),
            (2, ["A2", "B2", "A1", "B1"]),
            (8, ["A8", "H8", "A1", "H1"]),
            (9, ["A9", "J9", "A1", "J1"]),
            (13, ["A13", "N13", "A1", "N1"]),
            (19, ["A19", "T19", "A1", "T1"]),
        ],
    )
    def test_corners(self, size, corners):
        env, last = board(size), size - 1
        actions = [0, last, last * size, last * size + last]
        assert [VIEW.name(env, action) for action in actions] == corners
        assert VIEW.name(env, size * size) == "pass"
        assert [VIEW.parse(env, name) for name in corners] == actions

    @pytest.mark.parametrize("size", range(1, 20))
    def test_every_point_of_every_size(self, size):
        env = board(size)
        names = [VIEW.name(env, action) for action in range(size * size + 1)]
        assert len(set(names)) == size * size + 1
        assert not any("I" in name for name in names)
        assert [VIEW.parse(env, name) for name in names] == list(range(size * size + 1))

    @pytest.mark.parametrize("text", ["D4", "d4", " d4 ", "D 4", "d04"])
    def test_a_point_in_many_hands(self, text):
        assert VIEW.parse(board(9), text) == 5 * 9 + 3

    @pytest.mark.parametrize("text", ["pass", "Pass", " PASS "])
    def test_pass_in_many_hands(self, text):
        assert VIEW.parse(board(9), text) == 81

    @pytest.mark.parametrize(
        "text", ["", "E", "5", "I5", "K5", "A0", "A10", "E-1", "5E", "E5E", "E²", "resign", "é5", "pass."]
    )
    def test_what_is_no_point(self, text):
        expected = r"is no point: a column A to J \(without I\) and a row 1 to 9, such as E5, or pass"
        with pytest.raises(ValueError, match=expected):
            VIEW.parse(board(9), text)

    def test_the_size_is_the_envs_own_and_not_that_of_the_env_made_last(self):
        small = board(5)
        board(19)
        assert VIEW.parse(small, "E5") == 4
        assert VIEW.name(small, 25) == "pass"
        assert VIEW.text(small, 0).splitlines()[1] == " 5 . . . . . 5"


class TestText:
    def test_board(self):
        assert VIEW.text(board(moves="A1 E5 C4"), 0).splitlines() == [
            "   A B C D E",
            " 5 . . . . O 5",
            " 4 . . X . . 4",
            " 3 . . . . . 3",
            " 2 . . . . . 2",
            " 1 X . . . . 1",
            "   A B C D E",
            "X: black, seat 0; O: white, seat 1; komi 0.5 for white",
            "Stones captured by black: 0, by white: 0",
            "Last move: C4 by Black (seat 0)",
            "White (seat 1) to move, move 4",
        ]

    def test_both_seats_read_the_same_and_nothing_was_played_at_first(self):
        env = board(komi=7.5)
        assert VIEW.text(env, 0) == VIEW.text(env, 1)
        assert "Last move" not in VIEW.text(env, 0)
        assert VIEW.text(env, 0).splitlines()[-1] == "Black (seat 0) to move, move 1"
        assert "komi 7.5 for white" in VIEW.text(env, 0)

    def test_two_digit_rows_are_in_line(self):
        rows = VIEW.text(board(11), 0).splitlines()
        assert rows[0] == "   A B C D E F G H J K L"
        assert rows[1] == "11 . . . . . . . . . . . 11"
        assert rows[11] == " 1 . . . . . . . . . . . 1"

    def test_a_capture(self):
        lines = VIEW.text(board(moves="B1 A1 A2"), 0).splitlines()
        assert lines[4:6] == [" 2 X . . . . 2", " 1 . X . . . 1"]
        assert "Stones captured by black: 1, by white: 0" in lines

    def test_a_capture_of_two_by_white(self):
        lines = VIEW.text(board(moves="A1 B1 A2 B2 E5 A3"), 0).splitlines()
        assert lines[3:6] == [" 3 O . . . . 3", " 2 . O . . . 2", " 1 . O . . . 1"]
        assert "Stones captured by black: 0, by white: 2" in lines

    def test_ko_names_the_point_that_may_not_be_retaken(self):
        env = board(moves="B3 C3 A2 D2 B1 C1 C2 B2")
        assert (
            VIEW.text(env, 0).splitlines()[-1] == "Black (seat 0) to move, move 9; the ko at C2 may not be retaken now"
        )
        env.step(VIEW.parse(env, "E5"))
        assert "ko at" not in VIEW.text(env, 0)

    def test_a_pass_is_a_last_move(self):
        assert "Last move: pass by Black (seat 0)" in VIEW.text(board(moves="pass"), 0).splitlines()


class TestEnd:
    def test_an_empty_board_is_nobodys(self):
        env = board(moves="pass pass")
        assert (
            VIEW.text(env, 0).splitlines()[-1]
            == "The game is over: black 0, white 0 + 0.5 komi, so White (seat 1) wins"
        )
        assert env.rewards == {"black_0": -1, "white_0": 1}

    def test_one_stone_owns_the_board(self):
        env = board(moves="C3 pass pass")
        assert (
            VIEW.text(env, 0).splitlines()[-1]
            == "The game is over: black 25, white 0 + 0.5 komi, so Black (seat 0) wins"
        )
        assert env.rewards == {"black_0": 1, "white_0": -1}

    def test_a_wall_shares_it_and_a_point_between_both_is_nobodys(self):
        env = board(3, komi=1, moves="A3 C3 A2 C2 A1 C1 pass pass")
        assert _areas(env._go.board) == (3, 3)
        assert "black 3, white 3 + 1 komi, so White (seat 1) wins" in VIEW.text(env, 0)

    def test_a_tie_is_whites_as_in_pettingzoo(self):
        env = board(komi=0, moves="pass pass")
        assert "black 0, white 0 + 0 komi, so White (seat 1) wins" in VIEW.text(env, 0)
        assert env.rewards == {"black_0": -1, "white_0": 1}

    def test_the_count_needs_no_global_of_pettingzoo(self):
        env = board(moves="C3 pass pass")
        board(2)
        assert "black 25, white 0" in VIEW.text(env, 0)


class TestRandomGames:
    @pytest.mark.parametrize("size", [1, 2, 3, 5, 7])
    def test_what_every_view_promises(self, size, holds_for_a_random_game):
        holds_for_a_random_game(VIEW, board(size), seed=size)

    @pytest.mark.parametrize("seed", range(10))
    def test_the_count_is_pettingzoos(self, seed, positions):
        env = board(4, komi=seed - 5)
        for _ in positions(env, seed):
            black, white = _areas(env._go.board)
            assert black - white - env._komi == env._go.score()
        winner = "Black (seat 0)" if env.rewards["black_0"] > 0 else "White (seat 1)"
        assert VIEW.text(env, 0).endswith(f"{winner} wins")

    def test_a_whole_board_of_nineteen(self, positions, legal):
        env = board(19, komi=7.5)
        for _ in positions(env, 3, plies=60):
            names = [VIEW.name(env, action) for action in legal(env)]
            assert [VIEW.parse(env, name) for name in names] == legal(env)
            assert len(VIEW.text(env, 1).splitlines()) >= 24
