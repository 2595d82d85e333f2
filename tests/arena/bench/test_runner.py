"""`arena bench runner`: what it measures is real work, and both sides do the same amount of it."""

import json
import types

import pytest

from arena.bench import runner
from arena.entrants import load_game
from arena.registry import registry


def test_json_of_the_command(capsys):
    from arena.cli import main

    assert main.run(["bench", "runner", "--rounds", "1", "--games", "3", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [set(row) for row in rows] == [{"what", "ours", "theirs", "unit", "ratio", "low", "high"}] * len(rows)
    assert {row["unit"] for row in rows} <= {"us", "matches/s", "turns/s"}
    assert len(rows) >= 4
    assert all(row["low"] <= row["ratio"] <= row["high"] and row["ours"] > 0 for row in rows)


def test_bad_numbers(capsys):
    from arena.cli import main

    assert main.run(["bench", "runner", "--rounds", "0"]) == 2
    assert "--rounds must be at least 1" in capsys.readouterr().err


def test_pettingzoos_loop_plays_whole_games():
    from pettingzoo.classic.tictactoe import tictactoe

    moves = [runner._loop(env, 20)() for env in (tictactoe.env(), tictactoe.raw_env())]
    assert moves[0] == moves[1]
    assert 5 * 20 <= moves[0] <= 9 * 20


def test_every_strategy_is_there_and_fits():
    game = load_game("prisoners_dilemma:rounds=3")
    assert len(runner.STRATEGIES) == 21
    assert all(name in registry().agents for name in runner.STRATEGIES)
    assert game.n_players == 2


def test_our_round_robin_is_complete(monkeypatch):
    monkeypatch.setattr(runner, "TURNS", 5)
    assert runner._our_round_robin() == 21 * 20 // 2 * 5


def test_their_round_robin_plays_as_many_turns(monkeypatch):
    monkeypatch.setattr(runner, "TURNS", 5)
    played = []

    class Match:
        def __init__(self, pair, turns, seed):
            played.append((pair, turns))

        def play(self): ...

        final_score = cooperation = winner = play

    library = types.SimpleNamespace(Match=Match, **dict.fromkeys(runner.STRATEGIES.values(), object))
    assert runner._their_round_robin(library)() == 21 * 20 // 2 * 5
    assert len(played) == 210


def test_without_the_library_that_line_is_left_out(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "axelrod", None)
    assert list(runner.axelrod_ratio(1)) == []


@pytest.mark.slow
def test_against_the_library_itself():
    pytest.importorskip("axelrod")
    [ratio] = runner.axelrod_ratio(1)
    assert ratio.unit == "turns/s"
