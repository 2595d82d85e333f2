import csv
import json
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

import tournaments
from arena import registry
from arena.errors import ArenaError, UsageError
from tournaments import player as player_module
from tournaments.cli import leaderboard, tournament
from tournaments.store import Store

RUN = ["run", "tictactoe", "random", "first", "greedy", "--rounds", "2"]


def invoke(app, *arguments):
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def done(app, *arguments):
    result = invoke(app, *arguments)
    assert result.exit_code == 0, result.output
    return result


def as_json(app, *arguments):
    return json.loads(done(app, *arguments, "--json").stdout)


def refused(app, *arguments):
    """The error that the command `arena` turns into one line and an exit code."""
    error = invoke(app, *arguments).exception
    assert isinstance(error, ArenaError), error
    assert "\n" not in str(error)
    return error


@pytest.fixture
def played():
    return as_json(tournament, *RUN)


def test_run_prints_the_table_on_stdout_and_the_rest_on_stderr():
    result = done(tournament, *RUN)
    assert "tictactoe: 12 matches" in result.stdout
    for entrant in ("random", "first", "greedy"):
        assert entrant in result.stdout
    first, *_, ratings, last = result.stderr.splitlines()
    assert first.endswith(": 12 matches of tictactoe, 3 entrants")
    id = first.split()[1].rstrip(":")
    assert ratings == "All ratings of this game: arena leaderboard tictactoe"
    assert last == f"This table again: arena tournament show {id}"


def test_run_as_json_is_the_contract(played):
    assert set(played) == {"id", "game", "table"}
    assert played["game"] == "tictactoe"
    assert len(played["id"]) == 8
    assert {"rank", "entrant", "rating", "low", "high", "games", "wins", "draws", "losses"} <= set(played["table"][0])
    assert [row["games"] for row in played["table"]] == [8, 8, 8]


def test_run_does_what_the_function_does(played):
    assert (
        tournaments.run("tictactoe", ["random", "first", "greedy"], rounds=2, store="b.db")["table"] == played["table"]
    )


def test_the_hints_name_a_store_that_is_not_the_default_one():
    result = done(tournament, *RUN, "--store", "my results.db")
    assert "arena leaderboard tictactoe --store 'my results.db'\n" in result.stderr
    assert Path("my results.db").exists()


@pytest.mark.parametrize("arguments", [("list",), ("show", "x"), ("resume", "x")])
def test_a_store_in_memory_is_wrong_use_of_every_command(arguments):
    assert isinstance(refused(tournament, *arguments, "--store", "sqlite://"), UsageError)
    assert isinstance(refused(leaderboard, "--store", "sqlite:///:memory:"), UsageError)


def test_a_store_in_memory_is_refused_where_the_environment_names_it(monkeypatch):
    monkeypatch.setenv("ARENA_STORE", "sqlite://")
    assert "is in memory" in str(refused(tournament, *RUN))


def test_a_store_may_be_named_by_the_environment(monkeypatch):
    monkeypatch.setenv("ARENA_STORE", "sqlite:///other.db")
    result = done(tournament, *RUN)
    assert "--store" not in result.stderr
    assert Path("other.db").exists()
    assert not Path("arena.db").exists()


def test_a_dry_run_says_what_would_be_played():
    result = done(tournament, *RUN, "--dry-run")
    assert "12 matches of tictactoe in 2 rounds; nothing was played yet" in result.stdout
    assert as_json(tournament, *RUN, "--dry-run") == {
        "id": None,
        "game": "tictactoe",
        "table": [],
        "entrants": ["random", "first", "greedy"],
        "planned": 12,
    }
    assert not list(Path().iterdir())


@pytest.mark.parametrize(
    ("options", "text"),
    [
        (["--rounds", "0"], "rounds must be at least 1, not 0"),
        (["--rounds", "-5"], "rounds must be at least 1, not -5"),
        (["--rounds", "1000000000000000000000"], "matches, more than 1,000,000: ask for fewer rounds"),
        (["--seed", "-1"], "seed must be from 0 to 9223372036854775807, not -1"),
        (["--move-time", "0"], "move-time must be from 0.001 to 86400 seconds, not 0"),
        (["--move-time", "0.0009"], "move-time must be from 0.001 to 86400 seconds, not 0.0009"),
        (["--seed", str(2**63)], "seed must be from 0 to 9223372036854775807, not 9223372036854775808"),
        (["--move-time", "nan"], "move-time must be from 0.001 to 86400 seconds, not nan"),
        (["--format", "knockout"], "the format 'knockout' does not exist yet; there is: round-robin"),
        (["--format", "x"], "no format 'x'. For now there is: round-robin"),
        (["--store", "http://x"], "cannot read the store 'http://x'"),
        (["--store", "sqlite://"], "the store sqlite:// is in memory and would be lost at once: name a file"),
        (["--store", "sqlite://", "--dry-run"], "the store sqlite:// is in memory"),
        (["--store", "sqlite:///:memory:"], "the store sqlite:///:memory: is in memory"),
        (["--store", ":memory:"], "the store sqlite:///:memory: is in memory"),
        (["--store", "sqlite:///a.db?mode=ro"], "the store sqlite:///a.db cannot have options (mode=ro)"),
        (["radnom"], "no agent 'radnom'. Did you mean 'random'?"),
    ],
)
def test_wrong_use_is_an_error_of_that_kind_and_leaves_no_file(options, text):
    error = refused(tournament, *RUN, *options)
    assert isinstance(error, UsageError)
    assert text in str(error)
    assert not list(Path().iterdir())


def test_list_is_oldest_first_and_says_what_is_finished(played, monkeypatch):
    interrupt_after(monkeypatch, 5)
    invoke(tournament, *RUN, "--name", "second")
    first, second = as_json(tournament, "list")
    assert first == {
        "id": played["id"],
        "name": "",
        "game": "tictactoe",
        "planned": 12,
        "played": 12,
        "state": "finished",
    }
    assert (second["name"], second["played"], second["state"]) == ("second", 5, "unfinished")
    lines = done(tournament, "list").stdout.splitlines()
    assert [line.split()[0] for line in lines if "tictactoe" in line] == [first["id"], second["id"]]


def test_show_tells_the_facts_and_the_table(played):
    told = as_json(tournament, "show", played["id"])
    assert told["table"] == played["table"]
    assert (told["format"], told["rounds"], told["seed"], told["move_time"]) == ("round-robin", 2, 0, None)
    assert told["entrants"] == ["random", "first", "greedy"]
    text = done(tournament, "show", played["id"]).stdout
    assert f"id         {played['id']}" in text
    assert "move_time" not in text
    assert "name" not in text
    assert "entrants   random, first, greedy" in text
    assert "tictactoe: 12 matches" in text


@pytest.mark.parametrize("command", ["show", "resume"])
def test_an_unknown_tournament_is_answered_with_the_nearest(played, command):
    assert f"Did you mean '{played['id']}'?" in str(refused(tournament, command, played["id"][1:]))


@pytest.mark.parametrize("arguments", [("list",), ("show", "x"), ("resume", "x")])
def test_reading_needs_a_store(arguments):
    error = refused(tournament, *arguments)
    assert str(error).startswith("there is no store sqlite:///arena.db: play a tournament first")
    assert not isinstance(error, UsageError)


def interrupt_after(monkeypatch, number):
    real, seen = player_module.play_match, []

    def play_match(*arguments, **options):
        if len(seen) == number:
            monkeypatch.setattr(player_module, "play_match", real)
            raise KeyboardInterrupt
        seen.append(1)
        return real(*arguments, **options)

    monkeypatch.setattr(player_module, "play_match", play_match)


def test_an_interrupt_keeps_what_was_played_and_says_how_to_go_on(monkeypatch):
    undisturbed = as_json(tournament, *RUN, "--store", "undisturbed.db")
    interrupt_after(monkeypatch, 7)
    result = invoke(tournament, *RUN, "--json")
    assert result.exit_code == 130
    assert result.stdout == ""
    (one,) = as_json(tournament, "list")
    said = f"stopped after 7 of 12 matches; go on with: arena tournament resume {one['id']}"
    assert result.stderr.splitlines()[-1] == said
    resumed = done(tournament, "resume", one["id"], "--json")
    assert "12 matches of tictactoe, 3 entrants, 7 of them played before" in resumed.stderr
    assert json.loads(resumed.stdout) == {**undisturbed, "id": one["id"]}


def test_what_is_to_be_typed_names_the_store_and_the_plugins(monkeypatch):
    monkeypatch.setattr(registry, "_extra", ["my plugin.py", "softmax:plugin"])
    interrupt_after(monkeypatch, 3)
    said = invoke(tournament, *RUN, "--store", "my results.db").stderr.splitlines()[-1]
    (one,) = as_json(tournament, "list", "--store", "my results.db")
    command = shlex.split(said.partition("go on with: ")[2])
    assert command == [
        *("arena", "tournament", "resume", one["id"], "--store", "my results.db"),
        *("--plugin", "my plugin.py", "--plugin", "softmax:plugin"),
    ]


def test_resuming_by_name_goes_on_with_the_only_unfinished_one(monkeypatch):
    first = as_json(tournament, *RUN, "--name", "cup")
    interrupt_after(monkeypatch, 5)
    invoke(tournament, *RUN, "--name", "cup")
    second = as_json(tournament, "list")[1]["id"]
    choose = "2 tournaments are named 'cup': choose one by its id"
    assert str(refused(tournament, "show", "cup")) == f"{choose} ({first['id']} finished, {second} unfinished)"
    assert as_json(tournament, "resume", "cup")["id"] == second
    assert str(refused(tournament, "resume", "cup")) == f"{choose} ({first['id']} finished, {second} finished)"


def test_resuming_what_is_finished_says_so_and_prints_the_table(played):
    result = done(tournament, "resume", played["id"], "--json")
    assert result.stderr == f"tournament {played['id']} is finished: nothing left to play\n"
    assert json.loads(result.stdout) == played


def test_a_game_that_breaks_down_is_an_error_and_can_be_resumed(auction):
    broken = [True]
    auction(fails=lambda: broken[0])
    error = refused(tournament, "run", "auction", "always", "always:number=1", "--rounds", "1")
    (one,) = as_json(tournament, "list")
    assert f"arena tournament resume {one['id']}" in str(error)
    broken[0] = False
    assert [row["games"] for row in as_json(tournament, "resume", one["id"])["table"]] == [2, 2]


def test_the_leaderboard_as_json_is_a_list_of_rows(played):
    rows = as_json(leaderboard)
    assert rows == as_json(leaderboard, "tictactoe") == as_json(leaderboard, "--tournament", played["id"])
    assert rows == played["table"] == tournaments.leaderboard()


def test_the_leaderboard_gathers_all_tournaments_of_the_game(played):
    done(tournament, *RUN, "--seed", "1")
    assert [row["games"] for row in as_json(leaderboard)] == [16, 16, 16]
    assert "tictactoe: 24 matches" in done(leaderboard).stdout


def test_the_leaderboard_by_elo_with_an_anchor(played):
    result = done(leaderboard, "--rating", "elo", "--anchor", "first")
    assert "first is 1500 by definition" in result.stderr
    assert "interval" not in result.stdout
    rows = {row["entrant"]: row for row in as_json(leaderboard, "--rating", "elo", "--anchor", "first")}
    assert (rows["first"]["rating"], rows["first"]["low"]) == (1500, None)


def test_the_leaderboard_writes_files_and_still_prints(played):
    result = done(leaderboard, "--csv", "rows.csv", "--plot", "ratings.png")
    assert "tictactoe: 12 matches" in result.stdout
    with Path("rows.csv").open(newline="") as file:
        assert [row["entrant"] for row in csv.DictReader(file)] == [row["entrant"] for row in played["table"]]
    assert Path("ratings.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["tictacto"], "no game 'tictacto'. Did you mean 'tictactoe'?"),
        (["--rating", "openskill"], "no rating 'openskill'. There are: bradley-terry, elo"),
        (["--tournament", "nope"], "no tournament 'nope' in sqlite:///arena.db"),
        (["--anchor", "nobody"], "no entrant 'nobody' to anchor at"),
        (["--plot", "ratings.what"], "--plot ratings.what: the ending must be one of png, svg, pdf"),
        (["--plot", "ratings.xyz", "--csv", "not.csv"], "--plot ratings.xyz: the ending must be one of png, svg, pdf"),
    ],
)
def test_wrong_use_of_the_leaderboard(played, arguments, text):
    error = refused(leaderboard, *arguments)
    assert isinstance(error, UsageError)
    assert text in str(error)
    assert not Path("not.csv").exists()


def test_the_leaderboard_of_an_empty_store_says_what_to_do():
    Store.open(create=True).close()
    assert "nothing was played in sqlite:///arena.db yet: arena tournament run" in str(refused(leaderboard))
    assert as_json(tournament, "list") == []


def test_help_names_every_option():
    text = done(tournament, "run", "--help").stdout
    for option in ("format", "rounds", "seed", "move-time", "store", "name", "dry-run", "json"):
        assert f"--{option}" in text
    text = done(leaderboard, "--help").stdout
    for option in ("rating", "tournament", "anchor", "plot", "csv", "store", "json"):
        assert f"--{option}" in text


HEAVY = ("sqlalchemy", "rich", "numpy", "matplotlib", "pettingzoo", "gymnasium", "torch", "numba", "scipy")


@pytest.mark.parametrize("module", ["tournaments", "tournaments.cli"])
def test_importing_loads_nothing_heavy(module):
    code = f"import typer, sys; before = set(sys.modules); import {module}; print(*(set(sys.modules) - before))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=_root())
    assert not {name.partition(".")[0] for name in done.stdout.split()} & set(HEAVY)


def _root():
    return Path(__file__).parents[2]


def test_what_agents_print_is_no_result(tmp_path):
    (tmp_path / "loud.py").write_text(
        "from agents.simple import FirstAgent, NoConfig\n"
        "from arena import AgentSpec, hookimpl\n"
        "class Loud(FirstAgent):\n"
        "    def act(self, turn):\n"
        "        print('noise')\n"
        "        return super().act(turn)\n"
        "@hookimpl\n"
        "def register_agents():\n"
        "    return [AgentSpec('loud', make=Loud, config=NoConfig)]\n"
    )
    registry.use_plugins([str(tmp_path / "loud.py")])
    result = done(tournament, "run", "tictactoe", "loud", "random", "--rounds", "1", "--json")
    assert json.loads(result.stdout)["game"] == "tictactoe"
    assert "noise" in result.stderr
