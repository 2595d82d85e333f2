"""Tic-tac-toe as arrays: published counts, and exact values against slow, independent computations."""

import functools
import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arena import Agent, ArenaError, load_agent
from arena.match import Match
from arena.pettingzoo_env import begin
from arena.trees import best_response, compile_tree, nash_conv, optimal_actions, policy_of, policy_values, solve

LINES = [(0, 1, 2), (3, 4, 5), (6, 7, 8), (0, 3, 6), (1, 4, 7), (2, 5, 8), (0, 4, 8), (2, 4, 6)]


@pytest.fixture(scope="module")
def tree(tictactoe):
    return tictactoe.tree


def uniform(tree):
    return tree.legal / np.maximum(1, tree.legal.sum(axis=1, keepdims=True))


def random_policy(tree, seed):
    weights = np.random.default_rng(seed).exponential(size=tree.child.shape) * tree.legal
    return weights / np.maximum(1e-300, weights.sum(axis=1, keepdims=True))


class TestCounts:
    """Counts that have been published many times over; see docs/truths.md for sources."""

    def test_positions(self, tree):
        assert tree.child.shape == (5478, 9)
        assert (tree.player < 0).sum() == 958

    def test_positions_up_to_symmetry(self, tree, tictactoe):
        boards = {
            min(tuple(row.reshape(-1)[symmetry.observation]) for symmetry in tictactoe.symmetries)
            for row in tree.observation[:, 0]
        }
        assert len(boards) == 765

    def test_games(self, tree):
        paths = np.zeros(len(tree.player), dtype=np.int64)
        paths[0] = 1
        for node in range(len(tree.player)):
            for child in tree.child[node][tree.legal[node]]:
                paths[child] += paths[node]
        over = tree.player < 0
        first, second = tree.returns[:, 0] > 0, tree.returns[:, 1] > 0
        assert paths.sum() == 549_946  # all histories, the start included
        assert paths[over].sum() == 255_168
        assert paths[over & first].sum() == 131_184
        assert paths[over & second].sum() == 77_904
        assert paths[over & ~first & ~second].sum() == 46_080

    def test_layers_are_the_plies(self, tree):
        assert [layer.stop - layer.start for layer in tree.layers][:3] == [1, 9, 72]
        assert len(tree.layers) == 10

    def test_every_node_is_what_the_env_says(self, tree, tictactoe):
        for node in range(0, len(tree.player), 97):
            position = begin(tictactoe, 0)
            for _, action in tree.history(node):
                position.step(action)
            assert position.over == (tree.player[node] < 0)
            assert np.array_equal(position.legal, tree.legal[node])
            assert np.array_equal(position.observe(1), tree.observation[node, 1])
            assert position.returns.tolist() == tree.returns[node].tolist()
            assert tree.node_of(tree.history(node)) == node


@functools.cache
def slow_value(board: tuple, mover: int) -> int:
    """Minimax on a tuple, written apart from everything it is compared with: the outcome for seat 0."""
    for a, b, c in LINES:
        if board[a] == board[b] == board[c] != 0:
            return 1 if board[a] == 1 else -1
    if 0 not in board:
        return 0
    after = [
        slow_value((*board[:cell], mover + 1, *board[cell + 1 :]), 1 - mover) for cell in range(9) if board[cell] == 0
    ]
    return max(after) if mover == 0 else min(after)


def board_of(tree, node):
    first, second = tree.observation[node, 0, ..., 0], tree.observation[node, 0, ..., 1]
    return tuple((first + 2 * second).reshape(-1).tolist())


class TestSolve:
    def test_the_game_is_drawn(self, tree):
        assert solve(tree)[0].tolist() == [0, 0]

    def test_every_value_is_that_of_an_independent_minimax(self, tree):
        solved = solve(tree)
        for node in range(len(tree.player)):
            mover = max(0, int(tree.player[node]))
            assert solved[node, 0] == slow_value(board_of(tree, node), mover), board_of(tree, node)

    def test_after_a_corner_only_the_centre_holds(self, tree):
        assert optimal_actions(tree, tree.node_of([(0, 0)]), solve(tree)) == [4]
        assert optimal_actions(tree, 0, solve(tree)) == list(range(9))


class TestValues:
    def test_values_of_a_policy_are_those_of_enumeration(self, tree):
        policy = random_policy(tree, 0)

        def value(node):
            if tree.player[node] < 0:
                return tree.returns[node]
            return sum(policy[node, a] * value(tree.child[node, a]) for a in np.flatnonzero(tree.legal[node]))

        for node in (0, 1, 40):
            deep = node if node else tree.node_of([(0, 4), (1, 0), (0, 2), (1, 6)])
            assert policy_values(tree, policy)[deep] == pytest.approx(value(deep), abs=1e-12)

    def test_best_response_is_the_best_of_all_pure_replies(self, tree):
        """Late in the game all pure replies can be tried one by one."""
        policy = random_policy(tree, 1)
        node = tree.node_of([(0, 4), (1, 0), (0, 2), (1, 6), (0, 3), (1, 5)])
        seat = int(tree.player[node])
        below = [n for n in reachable(tree, node) if tree.player[n] == seat]
        best = -np.inf
        for choice in itertools.product(*(np.flatnonzero(tree.legal[n]) for n in below)):
            trial = policy.copy()
            trial[below] = np.eye(9)[list(choice)]
            best = max(best, policy_values(tree, trial)[node, seat])
        assert best_response(tree, policy, seat)[node] == pytest.approx(best, abs=1e-12)

    @settings(max_examples=10, deadline=None)
    @given(st.integers(0, 10_000))
    def test_a_best_response_is_never_worse_than_the_policy(self, tree, seed):
        policy = random_policy(tree, seed)
        own = policy_values(tree, policy)
        for seat in (0, 1):
            assert (best_response(tree, policy, seat) >= own[:, seat] - 1e-12).all()


def reachable(tree, node):
    found, new = set(), {node}
    while new:
        found |= new
        new = {int(c) for n in new for c in tree.child[n][tree.legal[n]]} - found
    return sorted(found)


class TestNashConv:
    def test_of_the_uniform_policy_is_what_both_best_responses_gain(self, tree):
        policy = uniform(tree)
        responses = [best_response(tree, policy, seat)[0] for seat in (0, 1)]
        assert nash_conv(tree, policy) == pytest.approx(sum(responses))  # the policies' own values cancel
        assert nash_conv(tree, policy) == pytest.approx(1.9196593915)

    def test_of_minimax_is_zero(self, tree):
        assert nash_conv(tree, policy_of(tree, load_agent("minimax", "tictactoe"))) == 0

    def test_of_the_first_action_is_two(self, tree):
        assert nash_conv(tree, policy_of(tree, load_agent("first", "tictactoe"))) == 2

    @settings(max_examples=10, deadline=None)
    @given(st.integers(0, 10_000))
    def test_is_never_negative(self, tree, seed):
        assert nash_conv(tree, random_policy(tree, seed)) >= 0

    def test_a_best_response_that_is_worse_is_an_error_and_not_a_zero(self, tree, monkeypatch):
        monkeypatch.setattr("arena.trees.values.best_response", lambda *_: np.full(5478, -5.0))
        with pytest.raises(ArithmeticError, match="a best response is worse than the policy"):
            nash_conv(tree, uniform(tree))

    def test_one_losing_move_at_one_position_is_found(self, tree):
        policy = policy_of(tree, load_agent("minimax", "tictactoe"))
        node = tree.node_of([(0, 0)])
        policy[node] = np.eye(9)[1]  # every reply but the centre loses
        assert nash_conv(tree, policy) == pytest.approx(1)


class TestBadInput:
    def test_an_agent_without_a_policy(self, tree):
        with pytest.raises(ArenaError, match="MctsAgent states no policy"):
            policy_of(tree, load_agent("mcts", "tictactoe"))

    @pytest.mark.parametrize("rows", [np.ones((3, 9)), np.ones((4520, 9)) / 9, np.full((4520, 9), np.nan)])
    def test_what_is_no_policy(self, tree, rows):
        class Wrong(Agent):
            def act(self, turn):
                return 0

            def policy(self, turns):
                return rows

        with pytest.raises(ArenaError, match="policy"):
            policy_of(tree, Wrong())

    def test_a_game_without_a_model(self, rps):
        with pytest.raises(ArenaError, match="offers no model"):
            compile_tree(rps)

    def test_a_game_that_is_too_large_says_so_and_what_to_do(self, connect_four):
        with pytest.raises(ArenaError, match=r"more than 300 positions; use search"):
            compile_tree(connect_four, max_nodes=300)


class TestTurns:
    def test_a_turn_of_the_tree_is_a_turn_of_the_match(self, tree, tictactoe):
        for index in (0, 5, 1000, 4000):
            turn = tree.turns[index]
            match = Match(tictactoe, 0)
            for _, action in turn.history:
                match.play(action)
            twin = match.turn
            assert (turn.seat, turn.ply, turn.text) == (twin.seat, twin.ply, twin.text)
            assert np.array_equal(turn.observation, twin.observation)
            assert np.array_equal(turn.legal, twin.legal)
            action = int(np.flatnonzero(turn.legal)[0])
            assert turn.parse(turn.name(action)) == action
            assert turn.model.legal.tolist() == twin.model.legal.tolist()
