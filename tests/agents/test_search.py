"""The agents that search: exactness of minimax by enumeration, tactics of greedy and mcts."""

import numpy as np
import pytest

from agents.mcts import MctsAgent
from agents.mcts_config import Config as MctsConfig
from agents.minimax import Config as MinimaxConfig
from agents.minimax import MinimaxAgent
from arena import load_agent, turn_at
from arena.trees import policy_of, solve

WIN_IN_ONE = {  # moves, the winning action
    "tictactoe": [((0, 3, 1, 4), 2), ((0, 2, 1, 4, 8), 6), ((4, 0, 8, 1), None)],
    "connect_four": [((3, 0, 3, 0, 3, 0), 3), ((0, 6, 1, 6, 2, 5), 3), ((0, 3, 0, 3, 6, 3, 6), 3)],
}
BLOCK_IN_ONE = {  # moves, the only action that does not lose at once
    "tictactoe": [((4, 0, 1), 7), ((0, 4, 8, 2), 6), ((0, 4, 1), 2)],
    "connect_four": [((3, 0, 3, 0, 3), 3), ((0, 6, 0, 5, 0), 0), ((2, 0, 3, 0, 6, 0), 0)],
}


def cases(table):
    return [
        pytest.param(game, moves, action, id=f"{game}-{moves}")
        for game, positions in table.items()
        for moves, action in positions
        if action is not None
    ]


def decide(agent, game, moves, seed=0):
    turn = turn_at(game, moves)
    agent.reset(seat=turn.seat, seed=seed)
    move = agent.act(turn)
    return move if isinstance(move, int) else move.action


class TestTactics:
    @pytest.mark.parametrize("entrant", ["greedy", "minimax", "mcts:simulations=50"])
    @pytest.mark.parametrize(("game", "moves", "action"), cases(WIN_IN_ONE))
    def test_a_win_in_one_is_taken(self, entrant, game, moves, action):
        agent = load_agent(entrant, game)
        assert {decide(agent, game, moves, seed) for seed in range(5)} == {action}

    @pytest.mark.parametrize("entrant", ["greedy", "minimax", "mcts:simulations=50"])
    @pytest.mark.parametrize(("game", "moves", "action"), cases(BLOCK_IN_ONE))
    def test_a_threat_is_blocked(self, entrant, game, moves, action):
        agent = load_agent(entrant, game)
        assert {decide(agent, game, moves, seed) for seed in range(5)} == {action}


class TestMinimax:
    def test_never_loses_at_tictactoe_whatever_the_replies_in_either_seat(self, tictactoe):
        """By enumeration: from the start, all actions that minimax may play against all legal replies."""
        tree = tictactoe.tree
        policy = policy_of(tree, MinimaxAgent(tictactoe, MinimaxConfig()))
        for seat in (0, 1):
            seen, todo, outcomes = set(), [0], set()
            while todo:
                node = todo.pop()
                if tree.player[node] < 0:
                    outcomes.add(float(tree.returns[node, seat]))
                    continue
                allowed = policy[node] > 0 if tree.player[node] == seat else tree.legal[node]
                new = {int(child) for child in tree.child[node][allowed]} - seen
                seen |= new
                todo.extend(new)
            assert min(outcomes) == 0, f"seat {seat} can lose"
            assert max(outcomes) == 1, f"seat {seat} never punishes a mistake"

    def test_its_values_are_the_solved_ones(self, tictactoe):
        tree, agent = tictactoe.tree, MinimaxAgent(tictactoe, MinimaxConfig())
        solved = solve(tree)
        for node, turn in list(zip(tree.decisions, tree.turns, strict=True))[::37]:
            values = agent.values(turn)
            assert (np.isnan(values) == ~turn.legal).all()
            exact = solved[tree.child[node], turn.seat]
            assert np.sign(values[turn.legal]).tolist() == exact[turn.legal].tolist()

    def test_prefers_the_quicker_win_and_the_slower_loss(self, tictactoe):
        agent = MinimaxAgent(tictactoe, MinimaxConfig())
        quick = agent.values(turn_at(tictactoe, (0, 3, 1, 4)))
        assert quick[2] == max(quick[~np.isnan(quick)]) > 0.9
        lost = agent.values(turn_at(tictactoe, (0, 1, 4)))  # X threatens 8 and more
        assert np.nanargmax(lost) == 8

    def test_a_deeper_look_agrees_with_itself_without_the_table(self, connect_four):
        """Alpha-beta with its table gives the values of plain negamax."""
        turn = turn_at(connect_four, (3, 3, 2, 4, 2))
        agent = MinimaxAgent(connect_four, MinimaxConfig(depth=3))

        def plain(model, depth):
            if model.terminal:
                return -abs(float(model.returns[0]))  # whoever is to move now has lost, or nobody
            if depth == 0:
                return 0.0
            values = []
            for action in np.flatnonzero(model.legal):
                child = model.clone()
                child.apply(int(action))
                values.append(-0.999 * plain(child, depth - 1))
            return max(values)

        for action, value in enumerate(agent.values(turn)):
            child = turn.model
            child.apply(action)
            assert value == pytest.approx(-0.999 * plain(child, 2), abs=1e-12)

    def test_depth_follows_the_length_of_the_game(self, tictactoe, connect_four):
        assert MinimaxAgent(tictactoe, MinimaxConfig()).depth == 9
        assert MinimaxAgent(connect_four, MinimaxConfig()).depth == 4


class TestMcts:
    def search(self, game, moves=(), simulations=100, seed=0):
        agent = MctsAgent(game, MctsConfig(simulations=simulations))
        turn = turn_at(game, moves)
        agent.reset(seat=turn.seat, seed=seed)
        return agent.search(turn.model)

    def test_visits_add_up(self, tictactoe):
        root = self.search(tictactoe, simulations=200)
        assert root.visits == 200 == sum(child.visits for child in root.children.values())
        for child in root.children.values():
            if child.children and child.decided is None:
                assert child.visits - 1 == sum(grandchild.visits for grandchild in child.children.values())

    def test_every_action_is_tried_once_before_any_twice(self, connect_four):
        root = self.search(connect_four, simulations=7)
        assert sorted(root.children) == list(range(7))
        assert {child.visits for child in root.children.values()} == {1}

    def test_a_win_in_one_is_certain_without_any_simulation(self, tictactoe):
        root = self.search(tictactoe, moves=(0, 3, 1, 4), simulations=300)
        assert root.visits == 0
        assert root.decided.tolist() == [1, -1]

    def test_totals_lie_between_loss_and_win(self, connect_four):
        root = self.search(connect_four, simulations=150)
        assert all(0 <= child.total <= child.visits for child in root.children.values())

    def test_what_it_holds_for_certain_is_the_truth(self, tictactoe):
        """Every decided node of a large search against the solved game."""
        tree, solved = tictactoe.tree, solve(tictactoe.tree)
        root = self.search(tictactoe, simulations=5000)
        checked, todo = 0, [(root, 0)]
        while todo:
            node, position = todo.pop()
            if node.decided is not None:
                assert node.decided.tolist() == solved[position].tolist()
                checked += 1
            todo.extend((child, tree.child[position, action]) for action, child in node.children.items())
        assert checked > 1000

    def test_with_enough_simulations_the_whole_game_is_decided(self, tictactoe):
        root = self.search(tictactoe, moves=(4, 0), simulations=20_000)
        assert root.decided.tolist() == [0, 0]
        assert root.visits < 20_000

    @pytest.mark.parametrize("seed", range(3))
    def test_finds_the_only_reply_that_holds(self, tictactoe, seed):
        assert decide(load_agent("mcts:simulations=2000", tictactoe), tictactoe, (0,), seed) == 4

    def test_its_value_is_on_the_scale_of_returns(self, tictactoe):
        turn = turn_at(tictactoe, (0, 3, 1, 4))
        agent = load_agent("mcts:simulations=100", tictactoe)
        agent.reset(seat=turn.seat, seed=0)
        decision = agent.act(turn)
        assert decision.value == 1
        assert decision.policy[2] == 1
        assert decision.note == {"simulations": 0, "certain": True}

    def test_a_lost_position_is_played_on(self, tictactoe):
        turn = turn_at(tictactoe, (0, 1, 4))  # X has two threats to come
        agent = load_agent("mcts:simulations=500", tictactoe)
        agent.reset(seat=turn.seat, seed=0)
        decision = agent.act(turn)
        assert decision.value == -1
        assert turn.legal[decision.action]

    def test_one_simulation_is_enough_to_move(self, tictactoe):
        assert 0 <= decide(load_agent("mcts:simulations=1", tictactoe), tictactoe, ()) < 9
