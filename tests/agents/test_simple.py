"""The yardsticks and the person at the terminal."""

import io

import numpy as np
import pytest
from scipy.stats import chisquare, kstest

from agents.human import HumanAgent
from agents.simple import NoConfig
from arena import load_agent, load_game, turn_at
from arena.match import Match
from arena.playing import play_match


def test_random_is_uniform_over_the_legal_actions(tictactoe):
    turn = turn_at(tictactoe, (4, 0, 8))
    agent = load_agent("random", tictactoe)
    agent.reset(seat=1, seed=7)
    counts = np.bincount([agent.act(turn) for _ in range(6000)], minlength=9)
    assert not counts[~turn.legal].any()
    assert chisquare(counts[turn.legal]).pvalue > 0.001
    assert agent.policy([turn])[0, turn.legal] == pytest.approx(1 / 6)


class TestRandomOnBoxes:
    GAME = "mpe2/simple_speaker_listener-v4:continuous_actions=true,max_cycles=4"

    def test_the_same_seed_gives_the_same_actions_and_another_one_others(self):
        game = load_game(self.GAME)
        turn = Match(game, 0).turn

        def actions(seed):
            agent = load_agent("random", game)
            agent.reset(seat=0, seed=seed)
            return [agent.act(turn).tolist() for _ in range(5)]

        assert actions(3) == actions(3) != actions(4)
        assert len({tuple(action) for action in actions(3)}) == 5

    def test_agents_that_share_the_space_do_not_disturb_each_other(self):
        game = load_game(self.GAME)
        turn = Match(game, 0).turn
        alone, one, other = (load_agent("random", game) for _ in range(3))
        for agent, seed in ((alone, 3), (one, 3), (other, 4)):
            agent.reset(seat=0, seed=seed)
        expected = [alone.act(turn).tolist() for _ in range(4)]
        together = []
        for _ in range(4):
            together.append(one.act(turn).tolist())
            other.act(turn)
        assert together == expected

    def test_every_action_lies_in_the_space_and_they_fill_it(self):
        game = load_game(self.GAME)
        turn = Match(game, 0).turn
        agent = load_agent("random", game)
        agent.reset(seat=0, seed=0)
        numbers = np.concatenate([agent.act(turn) for _ in range(400)])
        assert kstest(numbers, "uniform").pvalue > 0.001

    def test_whole_matches(self):
        game = load_game(self.GAME)
        agents = [load_agent("random", game)] * 2
        one, two, other = (play_match(game, agents, seed) for seed in (0, 0, 1))
        assert one.moves == two.moves != other.moves
        assert one.ending == "finished"


def test_first_plays_the_lowest_legal_action(tictactoe):
    agent = load_agent("first", tictactoe)
    agent.reset(seat=0, seed=0)
    assert agent.act(turn_at(tictactoe, (0, 1))) == 2
    assert agent.policy([turn_at(tictactoe, (0, 1))])[0].tolist() == [0, 0, 1, 0, 0, 0, 0, 0, 0]


def test_greedy_is_random_where_nothing_is_at_stake(tictactoe):
    agent = load_agent("greedy", tictactoe)
    turn = turn_at(tictactoe, ())
    seen = set()
    for seed in range(60):
        agent.reset(seat=0, seed=seed)
        seen.add(agent.act(turn))
    assert seen == set(range(9))


class TestHuman:
    @pytest.fixture
    def typing(self, monkeypatch):
        def say(*lines):
            monkeypatch.setattr("sys.stdin", io.StringIO("".join(line + "\n" for line in lines)))

        return say

    def test_shows_the_board_and_takes_names_and_numbers(self, tictactoe, typing, capsys):
        typing("b2", "1", "c3")
        agent = HumanAgent(tictactoe, NoConfig())
        record = play_match(tictactoe, [agent, load_agent("random", tictactoe)], 3)
        assert record.moves[0] == 4
        shown = capsys.readouterr()
        assert "You sit in seat 0. Your moves: a1 (0), a2 (1)" in shown.err
        assert "   ---+---+---" in shown.err
        assert shown.out == ""

    def test_asks_again_after_nonsense_and_after_an_occupied_cell(self, tictactoe, typing, capsys):
        match = Match(tictactoe, 0)
        match.play(4)
        typing("z9", "12", "b2", "a1")
        agent = HumanAgent(tictactoe, NoConfig())
        agent.reset(seat=1, seed=0)
        assert agent.act(match.turn) == 0
        shown = capsys.readouterr().err
        assert "'z9' is no cell" in shown
        assert "'12' is no cell" in shown
        assert "b2 is not legal here" in shown

    @pytest.mark.parametrize("lines", [("resign",), ()], ids=["says so", "end of input"])
    def test_may_resign(self, tictactoe, typing, lines):
        typing(*lines)
        record = play_match(tictactoe, [HumanAgent(tictactoe, NoConfig()), load_agent("first", tictactoe)], 0)
        assert (record.ending, record.offenders, record.winner) == ("resigned", (0,), "seat 1")
