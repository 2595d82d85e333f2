"""The arena from Python, seeds, evaluation, symmetric names."""

import hashlib
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

import arena
from arena import UsageError, evaluate, load_agent, load_game, play_match, turn_at
from arena.evaluation import margin, wilson
from arena.seeding import derive, generator
from arena.symmetry import Canonical


class TestTurnAt:
    def test_follows_the_moves(self, tictactoe):
        assert turn_at("tictactoe", [4, 0]).history == ((0, 4), (1, 0))
        assert turn_at(tictactoe, ()).ply == 0

    @pytest.mark.parametrize(
        ("moves", "message"),
        [
            ([4, 4], "move 4 at ply 1 is illegal"),
            ([9], "move 9 at ply 0 is illegal"),
            ([0, 3, 1, 4, 2], "the game is over after these 5 moves: nobody is on move"),
            ([0, 3, 1, 4, 2, 5], "the game is over after 5 of 6 moves"),
        ],
    )
    def test_refuses_what_cannot_be_played(self, moves, message):
        with pytest.raises(UsageError, match=message):
            turn_at("tictactoe", moves)


class TestPlayMatch:
    def test_takes_texts_and_agents(self, tictactoe):
        record = play_match("tictactoe", ["minimax", load_agent("random", tictactoe)], seed=3, entrants=("m", "r"))
        assert record.entrants == ("m", "r")
        assert record.winner != "r"

    def test_the_same_seed_gives_the_same_match(self):
        matches = [play_match("connect_four", ["greedy", "random"], seed=9).moves for _ in range(2)]
        assert matches[0] == matches[1]
        assert matches[0] != play_match("connect_four", ["greedy", "random"], seed=10).moves


class TestEvaluate:
    def test_one_result_for_each_opponent(self):
        results = evaluate("greedy", "tictactoe", against=["random", "first"], games=40)
        assert [result.opponent for result in results] == ["random", "first"]
        for result in results:
            assert result.games == result.wins + result.draws + result.losses == 40
            assert result.score == (result.wins + result.draws / 2) / 40
            assert result.low < result.score < result.high

    def test_seats_are_taken_in_turn_on_each_seed(self, tictactoe):
        """`first` against itself: whoever moves first wins, so each wins half."""
        (result,) = evaluate("first", tictactoe, against=["first"], games=10)
        assert (result.wins, result.losses) == (5, 5)

    @pytest.mark.parametrize("games", [0, -1])
    def test_refuses_no_games(self, games):
        with pytest.raises(UsageError, match=f"games must be at least 1, not {games}"):
            evaluate("first", "tictactoe", against=["first"], games=games)

    @given(st.integers(1, 500), st.data())
    def test_the_interval_is_wilsons(self, n, data):
        wins = data.draw(st.integers(0, n))
        low, high = wilson(wins / n, n)
        expected = binomtest(wins, n).proportion_ci(method="wilson")
        assert (low, high) == pytest.approx((expected.low, expected.high), abs=1e-12)

    def test_the_margin_of_a_mean_is_that_of_the_normal_approximation(self):
        assert margin([1, 2, 6]) == pytest.approx(1.959963984540054 * (7 / 3) ** 0.5)
        assert (margin([2, 2]), margin([2]), margin([])) == (0, None, None)


class TestSeeding:
    def test_seeds_are_what_they_always_were(self):
        """A change here would change every match that is replayed from its seed."""
        assert derive(0) == int.from_bytes(hashlib.sha256(b"0").digest()[:8], "big") // 2
        assert derive(5, "agent", 1) == int.from_bytes(hashlib.sha256(b"5/agent/1").digest()[:8], "big") // 2
        assert derive(5, "agent", 1) != derive(5, "agent", 0) != derive(6, "agent", 0)

    @given(st.integers(0, 2**63), st.lists(st.integers(0, 99) | st.text("ab", min_size=1), max_size=3))
    def test_a_seed_is_a_non_negative_63_bit_number(self, seed, path):
        assert 0 <= derive(seed, *path) < 2**63

    def test_paths_are_independent(self):
        draws = np.array([generator(0, "x", number).random() for number in range(2000)])
        assert abs(draws.mean() - 0.5) < 0.03
        assert abs(np.corrcoef(draws[:-1], draws[1:])[0, 1]) < 0.08

    def test_equal_paths_give_equal_numbers(self):
        assert generator(3, "a").random(4).tolist() == generator(3, "a").random(4).tolist()


class TestCanonical:
    @given(st.lists(st.integers(0, 2), min_size=9, max_size=9), st.integers(0, 7))
    def test_all_images_of_a_position_have_one_name(self, tictactoe, cells, number):
        board = np.array(cells)
        observation = np.stack([board == 1, board == 2], axis=-1).astype(np.int8).reshape(3, 3, 2)
        image = observation.reshape(-1)[tictactoe.symmetries[number].observation]
        canonical = Canonical(tictactoe.symmetries)
        assert canonical.name(image)[0] == canonical.name(observation)[0]

    def test_different_positions_have_different_names(self, tictactoe):
        canonical = Canonical(tictactoe.symmetries)
        corner, edge, centre = (canonical.name(turn_at(tictactoe, [cell]).observation)[0] for cell in (0, 1, 4))
        assert len({corner, edge, centre}) == 3

    def test_an_action_is_renamed_with_its_position(self, tictactoe):
        canonical = Canonical(tictactoe.symmetries)
        names = set()
        for symmetry in tictactoe.symmetries:
            turn = turn_at(tictactoe, [int(symmetry.actions[0]), int(symmetry.actions[5])])
            name, number = canonical.name(turn.observation)
            names.add((name, canonical.image_of(int(symmetry.actions[1]), number)))
        assert len(names) == 1  # a position without symmetries of its own: one name for it and its action

    def test_without_symmetries_everything_keeps_its_name(self, tictactoe):
        observation = turn_at(tictactoe, [3]).observation
        canonical = Canonical(())
        assert canonical.name(observation) == (observation.tobytes(), 0)
        assert canonical.image_of(7, 0) == 7


class TestPackage:
    def test_importing_the_arena_loads_nothing_heavy(self):
        heavy = "numpy torch numba pettingzoo gymnasium sqlalchemy rich typer"
        code = f"import sys, arena, agents.plugin; sys.exit(' '.join(set({heavy.split()!r}) & set(sys.modules)) or 0)"
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr

    def test_listing_agents_imports_none_of_them(self):
        code = (
            "import sys; from arena.registry import registry; list(registry().agents); "
            "sys.exit(' '.join({'agents.mcts', 'agents.q_learning', 'torch'} & set(sys.modules)) or 0)"
        )
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr

    @pytest.mark.parametrize("name", arena.__all__)
    def test_what_is_public_is_documented(self, name):
        thing = getattr(arena, name)
        assert name == "hookimpl" or thing.__doc__

    def test_games_are_loaded_by_text(self):
        assert load_game("rps:max_cycles=3").chosen == {"max_cycles": 3}
