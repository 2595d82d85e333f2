"""Tabular Q-learning: its target on hand-made cases, then learning to a Nash equilibrium within a budget of games."""

import numpy as np
import pytest

from agents.q_learning import Choice, Config, QAgent, QLearner, values_of
from arena import turn_at
from arena.agent import State
from arena.seeding import generator
from arena.selfplay import Budget, Pool
from arena.trees import nash_conv, policy_of

PLAIN = {"afterstates": False, "symmetries": False}


def trained(game, games, seed=0, **settings) -> QLearner:
    learner = QLearner(game, Config(**settings))
    for _ in learner.train(Budget(games=games), Pool(), generator(seed, "train")):
        pass
    return learner


def games_to_nash(game, budget, seed, every, **settings) -> int | None:
    """After how many games the greedy policy is a Nash equilibrium; looked at every `every` games."""
    learner = QLearner(game, Config(**settings))
    for progress in learner.train(Budget(games=budget), Pool(), generator(seed, "train")):
        if progress.games % every == 0 and nash_conv(game.tree, policy_of(game.tree, learner.agent())) == 0:
            return progress.games
    return None


class TestTarget:
    """One game of three moves by seats 0, 1, 0, learnt from its end, with a learning rate of one half."""

    def learn(self, game, taken, after, returns):
        learner = QLearner(game, Config(learning_rate=0.5))
        learner.table.update({(b"reply", 0): 0.8, (b"reply", 1): -0.4})
        learner._learn(taken, after, np.array(returns))
        return learner.table

    def test_the_last_move_learns_the_return_of_its_own_mover(self, tictactoe):
        replies = [Choice(0, (b"b", 0))]
        table = self.learn(tictactoe, [((b"a", 0), 0), ((b"b", 0), 1)], [[], replies], [-1.0, 1.0])
        assert table[b"b", 0] == 0.5
        table = self.learn(tictactoe, [((b"a", 0), 0)], [[]], [-1.0, 1.0])
        assert table[b"a", 0] == -0.5

    def test_an_earlier_move_learns_the_negative_of_the_best_reply(self, tictactoe):
        replies = [Choice(0, (b"reply", 0)), Choice(1, (b"reply", 1))]
        table = self.learn(tictactoe, [((b"a", 0), 0), ((b"reply", 1), 1)], [[], replies], [0.0, 0.0])
        assert table[b"a", 0] == -0.4  # half of -0.8, the best reply, not of -0.2, the one that was played
        assert table[b"reply", 1] == -0.2

    def test_a_seat_that_moves_twice_keeps_the_sign(self, tictactoe):
        replies = [Choice(0, (b"reply", 0)), Choice(1, (b"reply", 1))]
        table = self.learn(tictactoe, [((b"a", 0), 0), ((b"reply", 1), 0)], [[], replies], [0.0, 0.0])
        assert table[b"a", 0] == 0.4

    def test_an_afterstate_that_ends_the_game_is_worth_its_outcome_untrained(self, tictactoe):
        agent = QAgent(tictactoe, Config())
        values = agent.values(turn_at(tictactoe, (0, 3, 1, 4)))
        assert values[2] == 1
        assert np.nanmax(np.delete(values, 2)) == 0
        assert np.isnan(values[[0, 1, 3, 4]]).all()

    def test_what_was_never_seen_is_worth_nothing(self):
        assert values_of([Choice(3, (b"new", 3)), Choice(4, None, -1.0)], {}) == [0.0, -1.0]


class TestSharing:
    def test_symmetric_positions_share_their_values(self, tictactoe):
        learner = trained(tictactoe, 2000)
        agent = learner.agent()
        corner, turned = turn_at(tictactoe, (0,)), turn_at(tictactoe, (2,))
        symmetry = next(s for s in tictactoe.symmetries if s.actions[0] == 2)
        assert agent.values(turned)[symmetry.actions] == pytest.approx(agent.values(corner), nan_ok=True)

    def test_tables_are_smaller_the_more_is_shared(self, tictactoe):
        sizes = [
            len(trained(tictactoe, 3000, afterstates=afterstates, symmetries=symmetries).table)
            for afterstates, symmetries in ((True, True), (True, False), (False, False))
        ]
        assert sizes[0] <= 765 < sizes[1] <= 5478 < sizes[2]

    def test_different_orders_of_the_same_moves_are_one_afterstate(self, tictactoe):
        agent = trained(tictactoe, 500).agent()
        one, other = turn_at(tictactoe, (0, 4, 8)), turn_at(tictactoe, (8, 4, 0))
        assert agent.values(one) == pytest.approx(agent.values(other), nan_ok=True)


class TestSchedule:
    @pytest.mark.parametrize(("games", "epsilon"), [(0, 1.0), (500, 0.6), (1000, 0.2), (9999, 0.2)])
    def test_epsilon_falls_with_games_and_not_with_time(self, tictactoe, games, epsilon):
        learner = QLearner(tictactoe, Config(epsilon_games=1000))
        learner.games = games
        assert learner.epsilon == pytest.approx(epsilon)


class TestAgent:
    def test_is_frozen(self, tictactoe):
        learner = trained(tictactoe, 200)
        agent = learner.agent()
        before = dict(agent.table)
        for _ in learner.train(Budget(games=400), Pool(), generator(1, "train")):
            pass
        assert agent.table == before != learner.table

    def test_survives_writing_and_reading(self, tictactoe):
        agent = trained(tictactoe, 300).agent()
        copy = QAgent(tictactoe, Config())
        copy.load(agent.state())
        assert copy.table == agent.table

    def test_an_empty_table_survives_too(self, tictactoe):
        copy = QAgent(tictactoe, Config())
        copy.load(QAgent(tictactoe, Config()).state())
        assert copy.table == {}

    def test_a_state_that_is_no_table_is_refused(self, tictactoe):
        with pytest.raises(ValueError, match="no observations"):
            QAgent(tictactoe, Config()).load(State({"values": np.zeros(3), "actions": np.zeros(3)}, {}))

    def test_a_table_of_another_game_is_refused(self, tictactoe, connect_four):
        state = trained(tictactoe, 100).agent().state()
        with pytest.raises(ValueError, match="its positions have 18 bytes, those of connect_four have 84"):
            QAgent(connect_four, Config()).load(state)

    def test_learning_cannot_begin_from_another_agent(self, tictactoe):
        with pytest.raises(ValueError, match="empty table"):
            QLearner(tictactoe, Config(), start=QAgent(tictactoe, Config()))


class TestLearning:
    def test_reaches_nash_with_afterstates_and_symmetries(self, tictactoe):
        assert games_to_nash(tictactoe, 9000, seed=0, every=500) is not None

    @pytest.mark.slow
    @pytest.mark.parametrize("seed", range(5))
    def test_reaches_nash_with_afterstates_and_symmetries_from_every_seed(self, tictactoe, seed):
        """Measured: 1,400 to 2,200 games (seeds 0 to 4); the gate is four times the most."""
        assert games_to_nash(tictactoe, 9000, seed, every=500) is not None

    @pytest.mark.slow
    @pytest.mark.parametrize("seed", range(5))
    def test_reaches_nash_plain_from_every_seed(self, tictactoe, seed):
        """Measured: 30,000 to 55,000 games (seeds 0 to 4); the gate is 3.6 times the most."""
        assert games_to_nash(tictactoe, 200_000, seed, every=5000, **PLAIN) is not None

    def test_the_target_of_a_single_agent_fails_where_negamax_succeeds(self, tictactoe):
        """The negative control: with +max instead of -max the opponent's best reply is taken for our own."""

        class SingleAgent(QLearner):
            def _learn(self, taken, after, returns):
                super()._learn([(key, 0) for key, _ in taken], after, returns)

        learner = SingleAgent(tictactoe, Config())
        for _ in learner.train(Budget(games=5000), Pool(), generator(0, "train")):
            pass
        assert nash_conv(tictactoe.tree, policy_of(tictactoe.tree, learner.agent())) > 0.5

    def test_learns_on_cloned_envs_where_no_tree_exists(self, connect_four):
        learner = trained(connect_four, 20)
        assert learner.games == 20
        assert len(learner.table) > 100
