"""`arena train`, and what a trained run can be used for."""

import json
import shutil
import signal
import subprocess
import sys

import pytest


def test_trains_until_the_target_and_says_what_to_type_next(arena, tmp_path):
    shown = arena(
        "train", "q-learning", "tictactoe", "--until", "nash_conv=0", "--budget", "9000games", "--out", "runs/q"
    )
    assert shown.code == 0
    assert "target nash_conv=0: reached" in shown.out
    assert "arena play tictactoe runs/q random" in shown.err
    lines = [json.loads(line) for line in (tmp_path / "runs/q/metrics.jsonl").read_text().splitlines()]
    assert {"games", "steps", "seconds", "epsilon", "table", "score", "nash_conv"} == set(lines[-1])
    assert lines[-1]["nash_conv"] == 0


def test_json(arena):
    document = arena("train", "q-learning", "tictactoe", "--budget", "200games", "--json").json
    assert (document["run"], document["games"], document["reached"]) == ("runs/tictactoe-q-learning", 200, False)


def test_a_run_plays_and_is_asked(arena):
    arena("train", "q-learning", "tictactoe", "--budget", "3000games", "--out", "runs/q")
    document = arena("play", "tictactoe", "runs/q", "random", "--games", 20, "--json").json
    assert all(result["winner"] != "random" for result in document["results"])
    answer = arena("ask", "tictactoe", "runs/q", "--moves", "4,0", "--json").json
    assert answer["action"] in answer["optimal"]


def test_settings_are_set(arena, tmp_path):
    arena("train", "q-learning", "tictactoe", "--set", "epsilon=0.5", "--set", "symmetries=no", "--budget", "100games")
    info = json.loads((tmp_path / "runs/tictactoe-q-learning/run.json").read_text())
    assert (info["settings"]["epsilon"], info["settings"]["symmetries"]) == (0.5, False)


def test_a_spent_budget_is_said_so_and_what_there_is_is_judged(arena, tmp_path):
    arena("train", "q-learning", "tictactoe", "--budget", "100games", "--out", "runs/q")
    arena("train", "--resume", "runs/q", "--budget", "4000games")
    files = sorted((tmp_path / "runs/q/checkpoints").iterdir())
    again = arena("train", "--resume", "runs/q", "--budget", "100games", "--until", "nash_conv=0")
    assert "nothing was played: the budget was spent before" in again.out
    assert "target nash_conv=0: reached" in again.out
    assert sorted((tmp_path / "runs/q/checkpoints").iterdir()) == files


def test_commands_to_type_next_name_the_plugins(arena, tmp_path):
    (tmp_path / "my file.py").write_text("")
    options = ("--plugin", "my file.py", "--out", "runs/of mine")
    shown = arena("train", "q-learning", "tictactoe", "--budget", "100games", *options)
    assert "arena ask tictactoe 'runs/of mine' --plugin 'my file.py'" in shown.err


def test_a_run_of_another_version_of_its_plugin_says_so(arena, tmp_path, caplog):
    arena("train", "q-learning", "tictactoe", "--budget", "100games", "--out", "runs/q")
    for path in (tmp_path / "runs/q").rglob("*.json"):
        path.write_text(path.read_text().replace('"agent_version": "', '"agent_version": "0.0.'))
    arena("play", "tictactoe", "runs/q", "random")
    arena("train", "--resume", "runs/q", "--budget", "200games")
    told = [message for message in caplog.messages if "runs/q was trained by q-learning 0.0." in message]
    assert len(told) >= 2


def test_interrupting_saves_and_says_how_to_go_on(tmp_path):
    command = [sys.executable, "-m", "arena.cli.main", "train", "q-learning", "tictactoe", "--out", "runs/q"]
    process = subprocess.Popen([*command, "--budget", "40s"], cwd=tmp_path, stderr=subprocess.PIPE, text=True)
    for line in process.stderr:
        if "games/s" in line:
            process.send_signal(signal.SIGINT)
            break
    rest = process.stderr.read()
    process.stderr.close()
    assert process.wait() == 130
    assert "stopped and saved; go on with: arena train --resume runs/q --budget ..." in rest
    assert "Traceback" not in rest
    assert (tmp_path / "runs/q/checkpoints/latest").exists()


def test_resume_goes_on_with_what_the_run_is(arena):
    arena("train", "q-learning", "tictactoe", "--budget", "100games", "--out", "runs/q")
    assert arena("train", "--resume", "runs/q", "--budget", "300games", "--json").json["games"] == 300
    assert arena("train", "q-learning", "tictactoe", "--resume", "runs/q", "--budget", "300games").code == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "name a learner and a game: arena train q-learning tictactoe (or --resume DIR)"),
        (("q-learning",), "name a learner and a game"),
        (("random", "tictactoe"), "agent 'random' does not learn. Learners: q-learning"),
        (("q-learning", "rps"), "agent 'q-learning' cannot play 'rps': it needs perfect information"),
        (("q-learning", "tictactoe", "--budget", "0games"), "budget '0games' must be more than 0"),
        (("q-learning", "tictactoe", "--budget", "-5s"), "budget '-5s' cannot be read"),
        (("q-learning", "tictactoe", "--budget", "soon"), "expected a form like 60s, 10m, 100000steps or 5000games"),
        (("q-learning", "tictactoe", "--until", "better"), "target 'better' cannot be read"),
        (("q-learning", "tictactoe", "--set", "epsilon"), "--set 'epsilon' cannot be read: expected key=value"),
        (("q-learning", "tictactoe", "--set", "alpha=1"), "agent 'q-learning' has no setting 'alpha'"),
        (("q-learning", "tictactoe", "--set", "epsilon=7"), "setting 'epsilon' must be from 0 to 1, not 7.0"),
        (("q-learning", "tictactoe", "--seed", "-2"), "seed must be from 0 to 9223372036854775807, not -2"),
        (("--resume", "runs/none"), "runs/none is no run: it holds no run.json"),
    ],
)
def test_wrong_use(fails, arguments, message, tmp_path):
    assert message in fails(2, "train", *arguments)
    assert not (tmp_path / "runs").exists()


def test_a_folder_that_exists(arena, fails):
    arena("train", "q-learning", "tictactoe", "--budget", "100games", "--out", "runs/q")
    message = "runs/q exists already: go on with 'arena train --resume runs/q', or choose another --out"
    assert message in fails(2, "train", "q-learning", "tictactoe", "--out", "runs/q")


def test_resuming_as_something_else(arena, fails):
    arena("train", "q-learning", "tictactoe", "--budget", "100games", "--out", "runs/q")
    message = "runs/q trains q-learning at tictactoe, not q-learning at connect_four"
    assert message in fails(2, "train", "q-learning", "connect_four", "--resume", "runs/q")
    options = ("--set", "epsilon=0", "--seed", "4")
    assert "leave --set and --seed away" in fails(2, "train", "--resume", "runs/q", *options)


def test_a_metric_that_the_run_does_not_report(arena, tmp_path):
    outcome = arena("train", "q-learning", "tictactoe", "--until", "elo>=9", "--budget", "100games")
    assert outcome.code == 2
    assert (
        "this run reports no metric 'elo'. Did you mean 'epsilon'? It reports: epsilon, table, score, nash_conv"
        in outcome.err
    )
    assert not (tmp_path / "runs/tictactoe-q-learning").exists()


@pytest.mark.parametrize("part", ["config.json", "policy/arrays.safetensors"])
def test_a_corrupt_checkpoint(arena, fails, part, tmp_path):
    arena("train", "q-learning", "tictactoe", "--budget", "100games", "--out", "runs/q")
    (tmp_path / "runs/q/checkpoints/000000000100" / part).write_bytes(b"{")
    message = fails(1, "play", "tictactoe", "runs/q", "random")
    assert "checkpoint runs/q/checkpoints/000000000100 is corrupt" in message
    assert "Use another checkpoint of the run, or train again" in message


def test_a_checkpoint_of_another_game_or_version(arena, fails, tmp_path):
    arena("train", "q-learning", "tictactoe", "--budget", "100games", "--out", "runs/q")
    message = "runs/q was trained for game tictactoe@3, it cannot play connect_four@3"
    assert message in fails(2, "play", "connect_four", "runs/q", "random")
    config = tmp_path / "runs/q/checkpoints/000000000100/config.json"
    config.write_text(config.read_text().replace('"game_version": "3"', '"game_version": "2"'))
    assert "was trained for game tictactoe@2, it cannot play tictactoe@3" in fails(
        2, "play", "tictactoe", "runs/q", "random"
    )


@pytest.mark.parametrize(
    ("file", "content", "message"),
    [
        (
            "checkpoints/000000000100/config.json",
            b'{"schema": 1, "digests": []}',
            "config.json has no 'agent'",
        ),
        ("checkpoints/latest", b"\xff\xfe", "is corrupt: its checkpoint"),
    ],
)
def test_damaged_files(arena, fails, tmp_path, file, content, message):
    arena("train", "q-learning", "tictactoe", "--budget", "100games", "--out", "runs/q")
    (tmp_path / "runs/q" / file).write_bytes(content)
    assert message in fails(1, "play", "tictactoe", "runs/q", "random")


def test_a_checkpoint_with_a_setting_that_no_longer_exists(arena, fails, tmp_path):
    arena("train", "q-learning", "tictactoe", "--budget", "100games", "--out", "runs/q")
    config = tmp_path / "runs/q/checkpoints/000000000100/config.json"
    config.write_text(config.read_text().replace('"epsilon_end"', '"epsilon_last"'))
    message = fails(1, "play", "tictactoe", "runs/q", "random")
    assert "runs/q: the checkpoint does not fit agent 'q-learning': agent 'q-learning' has no setting" in message


def test_a_run_takes_no_settings_when_it_plays(arena, fails):
    arena("train", "q-learning", "tictactoe", "--budget", "100games", "--out", "runs/q")
    assert "runs/q is a run and takes no settings here" in fails(2, "play", "tictactoe", "runs/q:epsilon=0", "random")


def test_a_run_without_its_checkpoints(arena, fails, tmp_path):
    arena("train", "q-learning", "tictactoe", "--budget", "100games", "--out", "runs/q")
    shutil.rmtree(tmp_path / "runs/q/checkpoints")
    assert "is no run that holds a checkpoint" in fails(2, "play", "tictactoe", "runs/q", "random")
