"""The yardsticks and the person at the terminal."""

import io

import numpy as np
import pytest
from scipy.stats import chisquare

from agents.human import HumanAgent
from agents.simple import NoConfig
from arena import load_agent, turn_at
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
