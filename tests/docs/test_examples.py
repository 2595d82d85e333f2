"""The example plugins do what they say."""

import json
from pathlib import Path

import numpy as np

from arena.cli.main import run
from arena.registry import registry, use_plugins
from arena.testing import check_agent

EXAMPLES = Path(__file__).parents[2] / "examples"


def test_softmax_keeps_the_contract_at_every_game(tictactoe, connect_four, rps):
    use_plugins([str(EXAMPLES / "softmax.py")])
    for game in (tictactoe, connect_four, rps):
        check_agent(registry().agent("softmax").offer, game)


def test_softmax_grows_greedier_as_it_cools(tictactoe):
    from arena import load_agent, turn_at

    use_plugins([str(EXAMPLES / "softmax.py")])
    turn, shares = turn_at(tictactoe, ()), []
    for temperature in (10, 1, 0.1):
        agent = load_agent(f"softmax:temperature={temperature}", tictactoe)
        agent.reset(seat=0, seed=0)
        shares.append(np.mean([agent.act(turn) == 8 for _ in range(500)]))
    assert shares == sorted(shares)


def test_match_log_writes_every_finished_match(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("ARENA_MATCH_LOG", str(tmp_path / "log.jsonl"))
    plugin = str(EXAMPLES / "match_log.py")
    assert run(["play", "tictactoe", "first", "random", "--games", "3", "--json", "--plugin", plugin]) == 0
    lines = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    played = json.loads(capsys.readouterr().out)["results"]
    assert [line["moves"] for line in lines] == [result["moves"] for result in played]
    assert {line["game"] for line in lines} == {"tictactoe"}
