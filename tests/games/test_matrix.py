"""Matrix games: their payoffs held against known equilibria, and every fact that follows from options and files."""

import itertools
import subprocess
import sys

import numpy as np
import pytest
from scipy.stats import binomtest

from arena import load_game, play_match, turn_at
from arena.errors import UsageError
from arena.match import Match
from arena.testing import check_game
from games.matrix import MATRIX_GAMES, executed
from tests.games.bimatrix import equilibria, nash_conv

IDS = [game.id for game in MATRIX_GAMES]
THREE = """
# whoever gives pays 2, and every gift is worth 1 to each of the three
players = [["keep", "give"], ["keep", "give"], ["keep", "give"]]
payoffs = [[[[0, 1], [1, 2]], [[-1, 0], [0, 1]]],
           [[[0, 1], [-1, 0]], [[1, 2], [0, 1]]],
           [[[0, -1], [1, 0]], [[1, 0], [2, 1]]]]
"""


@pytest.fixture
def three(tmp_path):
    (tmp_path / "gifts.toml").write_text(THREE)
    return f"matrix:file={tmp_path / 'gifts.toml'}"


class TestPayoffs:
    """The table of truths, by enumerating all supports."""

    @pytest.mark.parametrize(
        ("name", "expected"),
        [  # (first seat's strategy, second seat's strategy, values)
            ("matrix_rps", [([1 / 3] * 3, [1 / 3] * 3, (0, 0))]),
            ("biased_rps", [([1 / 16, 10 / 16, 5 / 16], [1 / 16, 10 / 16, 5 / 16], (0, 0))]),
            ("matching_pennies", [([0.5, 0.5], [0.5, 0.5], (0, 0))]),
            ("prisoners_dilemma", [([0, 1], [0, 1], (1, 1))]),
            (
                "battle_of_the_sexes",
                [([1, 0], [1, 0], (3, 2)), ([0, 1], [0, 1], (2, 3)), ([0.6, 0.4], [0.4, 0.6], (1.2, 1.2))],
            ),
            ("stag_hunt", [([1, 0], [1, 0], (2, 2)), ([0, 1], [0, 1], (1, 1)), ([0.5, 0.5], [0.5, 0.5], (1, 1))]),
            ("chicken", [([1, 0], [0, 1], (1, 4)), ([0, 1], [1, 0], (4, 1)), ([0.5, 0.5], [0.5, 0.5], (2, 2))]),
            ("shapley", [([1 / 3] * 3, [1 / 3] * 3, (1 / 3, 1 / 3))]),
            ("matrix", [([1 / 3] * 3, [1 / 3] * 3, (0, 0))]),
        ],
    )
    def test_equilibria(self, name, expected):
        payoffs = load_game(name).payoffs
        found = equilibria(payoffs)
        assert len(found) == len(expected)
        for (first, second), (own, theirs, values) in zip(found, expected, strict=True):
            assert (first, second) == (pytest.approx(own), pytest.approx(theirs))
            assert [first @ table @ second for table in payoffs] == pytest.approx(list(values))
            assert nash_conv(payoffs, first, second) == pytest.approx(0, abs=1e-12)

    def test_the_prisoners_dilemma_is_axelrods(self):
        (reward, sucker), (temptation, punishment) = load_game("prisoners_dilemma").payoffs[0]
        assert (reward, sucker, temptation, punishment) == (3, 0, 5, 1)
        assert 2 * reward > temptation + sucker

    def test_symmetric_games_look_the_same_from_both_seats(self):
        for name in ("matrix_rps", "biased_rps", "prisoners_dilemma", "stag_hunt", "chicken", "shapley"):
            first, second = load_game(name).payoffs
            assert np.array_equal(first, second.T)

    def test_other_games_have_no_payoffs(self, rps, tictactoe):
        assert rps.payoffs is None
        assert tictactoe.payoffs is None

    @pytest.mark.parametrize("name", IDS)
    def test_a_match_pays_what_the_table_says(self, name):
        game = load_game(name)
        payoffs = game.payoffs
        for joint in itertools.product(range(game.n_actions), repeat=2):
            match = Match(game, 0)
            for action in joint:
                match.play(action)
            assert match.record.returns == tuple(payoffs[(slice(None), *joint)])


class TestFacts:
    @pytest.mark.parametrize("name", IDS)
    def test_what_all_have_in_common(self, name):
        game = load_game(name)
        assert game.simultaneous
        assert not game.perfect_information
        assert not game.stochastic
        assert game.has_model
        assert (game.n_players, game.max_plies) == (2, 2)

    def test_zero_sum_where_the_payoffs_are(self):
        zero_sum = {game.id for game in MATRIX_GAMES if game.zero_sum}
        assert zero_sum == {"matrix_rps", "biased_rps", "matching_pennies", "matrix"}

    @pytest.mark.parametrize(
        ("text", "lowest", "highest", "plies", "stochastic"),
        [
            ("prisoners_dilemma", 0, 5, 2, False),
            ("prisoners_dilemma:rounds=200", 0, 1000, 400, False),
            ("biased_rps:rounds=3", -150, 150, 6, False),
            ("biased_rps:rounds=3,continuation=0.5", -150, 150, 6, True),
            ("biased_rps:rounds=3,continuation=0", -50, 50, 2, False),
            ("biased_rps:rounds=1,continuation=0.5", -50, 50, 2, False),
            ("stag_hunt:rounds=4,noise=0.1", 0, 8, 8, True),
            ("stag_hunt:noise=1", 0, 2, 2, True),
        ],
    )
    def test_they_follow_from_the_options(self, text, lowest, highest, plies, stochastic):
        game = load_game(text)
        assert game.return_range == (lowest, highest)
        assert (game.max_plies, game.stochastic) == (plies, stochastic)

    def test_a_match_that_may_end_early_can_pay_less_than_the_lowest_payoff_of_all_rounds(self, tmp_path):
        (tmp_path / "kind.csv").write_text("2 2,3 3\n4 4,5 5\n")
        text = f"matrix:file={tmp_path / 'kind.csv'},rounds=10"
        assert load_game(text).return_range == (20, 50)
        assert load_game(f"{text},continuation=0.9").return_range == (2, 50)
        (tmp_path / "kind.csv").write_text("-2 -2,-3 -3\n-4 -4,-5 -5\n")
        assert load_game(f"{text},continuation=0.9").return_range == (-50, -2)

    def test_ranges_hold_when_tenths_are_added_up(self, tmp_path):
        """Ten times 0.1 is not 1 when added one by one, and the bound must not lie above it."""
        (tmp_path / "tenths.csv").write_text("0.1 0.1,0.7 0.7\n0.1 0.1,0.7 0.7\n")
        game = load_game(f"matrix:file={tmp_path / 'tenths.csv'},rounds=10")
        assert play_match(game, ["first", "first"]).returns[0] == game.return_range[0] != 1
        check_game(game, games=10)

    @pytest.mark.parametrize(
        ("option", "complaint"),
        [
            ("rounds=0", "must be from 1 to 100000, not 0"),
            ("rounds=100001", "must be from 1 to 100000"),
            ("rounds=1.5", "must be int"),
            ("noise=-0.1", "must be from 0 to 1"),
            ("noise=1.1", "must be from 0 to 1"),
            ("noise=nan", "must be from 0 to 1"),
            ("continuation=2", "must be from 0 to 1"),
            ("file=x.csv", "has no option 'file'"),
        ],
    )
    def test_options_out_of_range(self, option, complaint):
        with pytest.raises(UsageError, match=complaint):
            load_game(f"prisoners_dilemma:{option}")

    @pytest.mark.parametrize(
        "text",
        [
            "matrix_rps:rounds=4",
            "prisoners_dilemma:rounds=5,noise=0.2",
            "chicken:rounds=6,continuation=0.7",
            "biased_rps:rounds=6,noise=0.5,continuation=0.5",
            "shapley:rounds=3,continuation=0",
        ],
    )
    def test_contract(self, text):
        check_game(load_game(text), games=30)


class TestOfAFile:
    def test_three_players(self, three):
        game = load_game(three)
        assert (game.n_players, game.n_actions, game.return_range) == (3, 2, (-1, 2))
        assert game.payoffs.shape == (3, 2, 2, 2)
        check_game(load_game(f"{three},rounds=3,noise=0.1"), games=20)
        assert play_match(game, ["first", "first", "first"]).returns == (0, 0, 0)

    def test_another_content_is_another_version(self, tmp_path):
        file = tmp_path / "a.csv"
        file.write_text("1,-1\n-1,1\n")
        before = load_game(f"matrix:file={file}")
        file.write_text("1,-1\n-1,2\n")
        after = load_game(f"matrix:file={file}")
        file.write_text("1,-1\n\n-1,2.0\n")
        assert before.key == after.key
        assert before.version.startswith("1-")
        assert len(before.version) == 10
        assert before.version != after.version == load_game(f"matrix:file={file}").version
        assert load_game("matrix").version == load_game("matrix:rounds=3").version == "1"

    def test_a_game_plays_what_its_version_says_even_when_the_file_changes(self, tmp_path):
        file = tmp_path / "a.csv"
        file.write_text("1,-1\n-1,1\n")
        game = load_game(f"matrix:file={file}")
        file.write_text("7,-7\n-7,7\n")
        assert play_match(game, ["first", "first"]).returns == (1, -1)
        file.unlink()
        assert play_match(game, ["first", "first"]).returns == (1, -1)

    def test_without_a_file_it_is_rock_paper_scissors(self):
        game = load_game("matrix:rounds=2")
        assert np.array_equal(game.payoffs, load_game("matrix_rps").payoffs)
        assert turn_at(game, []).name(1) == "paper"

    def test_a_bad_file_is_the_users_error(self, tmp_path):
        (tmp_path / "a.csv").write_text("1,2\n3\n")
        with pytest.raises(UsageError, match="row 2: 1 cells, but 2 in row 1"):
            load_game(f"matrix:file={tmp_path / 'a.csv'}")

    def test_seats_with_different_numbers_of_actions_meet(self, tmp_path):
        (tmp_path / "wide.csv").write_text("1,2,3\n4,5,6\n")
        game = load_game(f"matrix:file={tmp_path / 'wide.csv'}")
        assert game.payoffs.shape == (2, 2, 3)
        assert (game.numbered, game.discrete) == (True, False)
        check_game(game, games=20)
        records = [play_match(game, ["random", "first"], seed) for seed in range(20)]
        assert {record.moves for record in records} == {(0, 0), (1, 0)}
        with pytest.raises(UsageError, match="it needs one set of numbered actions shared by all"):
            play_match(game, ["mcts", "random"])


class TestNoise:
    def test_the_history_of_a_turn_is_what_was_really_played(self):
        match = Match(load_game("prisoners_dilemma:rounds=4,noise=1"), 0)
        for action in (0, 1, 0):
            match.play(action)
        assert match.turn.history == ((0, 1), (1, 0))
        match.play(0)
        assert match.turn.history == ((0, 1), (1, 0), (0, 1), (1, 1))
        assert [action for _, action in match.position.history] == [0, 1, 0, 0]

    def test_what_was_really_played_can_be_told(self):
        match = Match(load_game("prisoners_dilemma:rounds=4,noise=1"), 0)
        for action in (0, 1, 0, 0, 1, 1, 1):
            match.play(action)
        for seat in (0, 1):
            assert executed(match.position.env, seat) == [(0, 1), (1, 0), (0, 1), (1, 1), (0, 0), (1, 0)]
            assert executed(match.position.env.unwrapped, seat) == executed(match.position.env, seat)

    def test_it_cannot_be_used_to_change_the_past(self):
        match = Match(load_game("prisoners_dilemma:rounds=4"), 0)
        match.play(0)
        match.play(1)
        executed(match.position.env, 0).clear()
        assert executed(match.position.env, 0) == [(0, 0), (1, 1)]

    def test_an_action_is_replaced_as_often_as_said_and_by_all_others_alike(self):
        match = Match(load_game("matrix_rps:rounds=3000,noise=0.3"), 5)
        for _ in range(3000):
            match.play(0)
            match.play(2)
        counts = np.zeros((2, 3), dtype=int)
        for seat, action in executed(match.position.env, 0):
            counts[seat, action] += 1
        for kept, replaced in ((counts[0, 0], counts[0, 1:]), (counts[1, 2], counts[1, :2])):
            assert binomtest(int(kept), 3000, 0.7).pvalue > 0.001
            assert binomtest(int(replaced[0]), int(replaced.sum()), 0.5).pvalue > 0.001

    def test_the_same_seed_is_the_same_noise(self):
        game = load_game("matrix_rps:rounds=50,noise=0.5,continuation=0.95")
        records = [play_match(game, ["first", "first"], seed) for seed in (1, 1, 2)]
        assert records[0].returns == records[1].returns
        assert len({record.returns for record in records}) == 2


class TestContinuation:
    def test_the_lengths_are_geometric(self):
        lengths = []
        game = load_game("prisoners_dilemma:rounds=1000,continuation=0.75")
        for seed in range(1500):
            match = Match(game, seed)
            while not match.over:
                match.play(0)
            lengths.append(match.position.ply // 2)
        for length in (1, 2, 3, 6):
            longer = sum(one > length for one in lengths)
            assert binomtest(longer, 1500, 0.75**length).pvalue > 0.001

    def test_no_more_rounds_than_said(self):
        game = load_game("prisoners_dilemma:rounds=3,continuation=0.99")
        plies = [len(play_match(game, ["first", "first"], seed).moves) for seed in range(50)]
        assert max(plies) == 6


def test_listing_the_games_imports_no_heavy_library():
    code = (
        "import sys, games.plugin; games.plugin.register_games();"
        "print([name for name in ('pettingzoo', 'gymnasium', 'torch', 'scipy') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
